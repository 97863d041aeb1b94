"""How many slips a second look finds; writes DOUBTS.md beside this file.

    python benchmarks/label_doubts.py --data ../shared/data [--quick]

Slips are known in three ways: a second coder's disputes in the demonstration, slips planted into human codings, and invented coders
who err. A model learns from the faulty codings, and what it says out of fold orders them for a second look, by secondcoder's rule
and by others. A set that is not there is skipped.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from asked import asking, tell
from comparison.sets import cached_embedder
from doubts.report import report
from drifts.talk import SAYS, talks


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse, measure, write."""
    given = asking(__doc__, "DOUBTS.md", "one round").parse_args(arguments)

    embedder = cached_embedder(given.cache)
    studies = list(talks(given.data, embedder))
    for name in set(SAYS) - {talk.name for talk in studies}:
        tell(f"skipped {name}: not there")
    given.out.write_text("\n".join(report(studies, 1 if given.quick else 2, tell)) + "\n", encoding="utf-8")
    tell(f"written: {given.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
