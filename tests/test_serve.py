"""The server behind a proxy: HTTPS is believed from the named address only."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest


class Still(urllib.request.HTTPRedirectHandler):
    """A visitor that reports a redirect instead of following it."""

    def redirect_request(self, *_: object) -> None:
        """Follow nothing."""


@pytest.mark.parametrize(("proxy", "status"), [("127.0.0.1", 200), ("", 301)])
def test_forwarded_https_is_believed_from_the_proxy_only(tmp_path: Path, proxy: str, status: int) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "ANSINH_VAR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path}/x.sqlite3",
        "HTTPS": "yes",
        "TRUSTED_PROXY": proxy,
    }
    command = [sys.executable, "-m", "ansinh", "serve", "--no-worker", "--listen", f"127.0.0.1:{port}"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            assert answer(f"http://127.0.0.1:{port}/suc-khoe/") == status
        finally:
            process.terminate()


def answer(url: str) -> int:
    """Ask as the proxy would, waiting for the server to start; return the status."""
    visitor = urllib.request.build_opener(Still)
    request = urllib.request.Request(url, headers={"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"})  # noqa: S310 - our own server
    for _ in range(6000):
        try:
            with visitor.open(request, timeout=2) as response:
                return int(response.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            time.sleep(0.1)
    return 0
