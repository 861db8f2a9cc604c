"""``python -m bench.linkage``: An Sinh beside Splink and a plain join, one table a size, and the curve.

python -m bench.linkage --size 1m|density|10m|93m|all [--repeats N] [--memory 4GB]
python -m bench.linkage --febrl
python -m bench.linkage --dedupe|--changes [--size 1m]
"""

import argparse

from bench.linkage import changes, compare, doubles, febrl


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", choices=[*compare.SIZES, "all"], action="append", default=[])
    parser.add_argument("--repeats", type=int, help="runs of each engine; their median counts")
    parser.add_argument("--memory", default="4GB", help="what ansinh link is told to stay within")
    parser.add_argument("--febrl", action="store_true", help="quality on FEBRL 4")
    parser.add_argument("--dedupe", action="store_true", help="quality and cost of deduplication")
    parser.add_argument("--changes", action="store_true", help="an incremental run beside a full one")
    asked = parser.parse_args()
    if asked.febrl:
        febrl.run()
    apart = [module.run for module, wanted in ((doubles, asked.dedupe), (changes, asked.changes)) if wanted]
    for measure in apart:
        for name in asked.size or ["1m"]:
            measure(compare.SIZES[name], memory=asked.memory)
    if apart:
        return
    sizes = asked.size or ([] if asked.febrl else ["1m"])
    for name in compare.ALL if "all" in sizes else sizes:
        compare.run(compare.SIZES[name], memory=asked.memory, repeats=asked.repeats)
    if sizes:
        compare.growth()
        print(f"\nThe curve: {compare.PICTURE}; results: {compare.FOLDER / 'results'}")


if __name__ == "__main__":
    main()
