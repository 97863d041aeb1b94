"""How often drift is said without cause, and how often it is seen; writes DRIFT.md beside this file.

    python benchmarks/drift_rates.py --data ../shared/data [--quick]

Models learn from some transcripts of a study and are shown its others (every alarm is a false one), transcripts of other studies
(every alarm is wanted), and transcripts in which a stretch comes from another study. A set that is not there is skipped.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from asked import asking, tell
from comparison.sets import cached_embedder
from drifts.report import report
from drifts.talk import DEMONSTRATION, SAYS, talks


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse, measure, write."""
    given = asking(__doc__, "DRIFT.md", "few splits and draws").parse_args(arguments)

    embedder = cached_embedder(given.cache)
    found = list(talks(given.data, embedder))
    missing = [name for name in SAYS if name not in {talk.name for talk in found}]
    if missing:
        tell(f"skipped, not there: {', '.join(missing)}")
    if [talk.name for talk in found] == [DEMONSTRATION]:
        tell("Without another study nothing can be shown to differ; DRIFT.md is left as it is.")
        return 0
    rounds, draws = (2, 20) if given.quick else (6, 500)
    given.out.write_text("\n".join(report(found, embedder, rounds, draws, tell)) + "\n", encoding="utf-8")
    tell(f"written: {given.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
