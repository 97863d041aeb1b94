"""What the benchmarks on the public sets are asked on their command line, and how they tell how far they are."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).parent


def asking(about: str | None, report: str, quick: str | None = None) -> argparse.ArgumentParser:
    """--data, --cache, --out and, where there is a quick run, --quick.

    Args:
        about: the script's docstring; its first line is shown.
        report: file beside the scripts that is written by default.
        quick: what a quick run leaves out.
    """
    parser = argparse.ArgumentParser(description=(about or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the benchmark sets")
    if quick:
        parser.add_argument("--quick", action="store_true", help=f"{quick}, to see that it works")
    parser.add_argument("--cache", type=Path, default=HERE / ".cache", help="where vectors and finished folds are kept")
    parser.add_argument("--out", type=Path, default=HERE / report, help="the report")
    return parser


def tell(message: str) -> None:
    """Progress, on stderr."""
    print(message, file=sys.stderr, flush=True)
