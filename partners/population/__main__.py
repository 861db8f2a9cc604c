"""``python -m partners.population --citizens population.parquet``: serve the stand-in."""

import argparse
import sys
from pathlib import Path

from partners.population.citizens import load
from partners.population.server import Access, Service, serve


def main() -> int:
    """Read the command line, load the citizens, and serve until stopped."""
    parser = argparse.ArgumentParser(prog="python -m partners.population", description=__doc__)
    parser.add_argument("--citizens", type=Path, required=True, metavar="FILE")
    parser.add_argument("--port", type=int, default=8037)
    parser.add_argument("--rate", type=float, default=0.0, help="requests a second before it says 429; 0: no limit")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before each answer")
    asked = parser.parse_args()
    if not asked.citizens.is_file():
        sys.stderr.write(f"{asked.citizens}: no such file; python -m partners.country makes one\n")
        return 1
    service = Service(load(asked.citizens), Access(rate=asked.rate), delay=asked.delay)
    server = serve(service, port=asked.port)
    sys.stderr.write(f"{len(service.citizens):,} numbers at http://127.0.0.1:{server.server_port}/\n")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main())
