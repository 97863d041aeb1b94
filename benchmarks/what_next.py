"""How many hand-coded passages each way of choosing them needs; writes WHAT_NEXT.md and what-next-curves.svg beside this file.

    python benchmarks/what_next.py --data ../shared/data [--quick] [--seeds 10] [--only SET]

Played on fully coded sets: from nothing, in rounds of 25 passages with a model learned after each, judged on transcripts that are
never chosen from. A set that is not there is skipped with a message. Rounds that were played are kept in the cache, so that a stopped
run goes on; `--only` plays one set and writes nothing else.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import product

from asked import asking, tell
from choosing.counted import counted
from choosing.learner import Remembered
from choosing.report import Played, draw_curves, report
from choosing.rounds import kept
from choosing.studies import studies
from choosing.twice import kept_lines
from choosing.ways import WAYS
from comparison.sets import cached_embedder

MOST = 200


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse, play, write."""
    parser = asking(__doc__, "WHAT_NEXT.md", "two divisions and fifty passages")
    parser.add_argument(
        "--seeds", type=int, default=10, help="divisions into transcripts to choose from and to judge by"
    )
    parser.add_argument("--only", help="play this set alone and write no report")
    given = parser.parse_args(arguments)
    embedder = Remembered(cached_embedder(given.cache))
    found = [study for study in studies(given.data, embedder) if given.only in (None, study.name)]
    played = [Played(study, {way: [] for way in WAYS}) for study in found]
    for seed, one in product(range(2 if given.quick else given.seeds), played):
        most = 50 if given.quick else MOST
        with counted(one.study.features.texts):
            for way, curves in one.curves.items():
                curves.append(kept(given.cache / "what_next", one.study, way, seed, most, embedder))
                tell(f"{one.study.name}, division {seed + 1}, {way}: macro-AP {curves[-1][-1].macro_ap:.3f}")
    if given.only is None:
        lines = [*report(played), *kept_lines(given.cache / "what_next", embedder)]
        given.out.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")
        draw_curves(given.out.with_name("what-next-curves.svg"), played)
        tell(f"written: {given.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
