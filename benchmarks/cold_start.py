"""How good rankings are before anybody has coded, and with the first codes; writes COLD_START.md beside this file.

    python benchmarks/cold_start.py --data ../shared/data [--quick]

Three measurements: the construct under which authors placed a theme statement; the codes of the demonstration study; and real sets
whose codes have nothing but a name. A set that is not there is skipped with a message; without any, nothing is written.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ranking.report import report
from ranking.themes import FILE

HERE = Path(__file__).parent


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse, measure, write."""
    given = _parser().parse_args(arguments)
    if not (given.data / FILE).is_file():
        _tell(f"skipped: {given.data / FILE} is not there, so nothing is measured and COLD_START.md is left as it is")
        return 0
    from secondcoder.configuration import load_configuration
    from secondcoder.embedding import open_embedder

    embedder = open_embedder(load_configuration().embedding, given.cache / "vectors.sqlite")
    rounds, seeds = (100, 2) if given.quick else (1000, 10)
    lines = list(report(given.data, embedder, rounds, seeds, _tell))
    given.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    _tell(f"written: {given.out}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the benchmark sets")
    parser.add_argument("--quick", action="store_true", help="few draws, to see that it works")
    parser.add_argument("--cache", type=Path, default=HERE / ".cache", help="where vectors are kept")
    parser.add_argument("--out", type=Path, default=HERE / "COLD_START.md", help="the report")
    return parser


def _tell(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
