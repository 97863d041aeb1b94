"""How good rankings are before anybody has coded, and with the first codes; writes COLD_START.md beside this file.

    python benchmarks/cold_start.py --data ../shared/data [--quick]

Three measurements: the construct under which authors placed a theme statement; the codes of the demonstration study; and real sets
whose codes have nothing but a name. A set that is not there is skipped with a message; without any, nothing is written.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from asked import asking, tell
from comparison.sets import cached_embedder
from ranking.report import report
from ranking.themes import FILE


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse, measure, write."""
    given = asking(__doc__, "COLD_START.md", "few draws").parse_args(arguments)
    if not (given.data / FILE).is_file():
        tell(f"skipped: {given.data / FILE} is not there, so nothing is measured and COLD_START.md is left as it is")
        return 0

    embedder = cached_embedder(given.cache)
    rounds, seeds = (100, 2) if given.quick else (1000, 10)
    lines = list(report(given.data, embedder, rounds, seeds, tell))
    given.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    tell(f"written: {given.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
