"""How often errors are said to differ by who speaks, without cause and with; writes SPEAKERS.md beside this file.

    python benchmarks/speaker_rates.py [--studies 400] [--out FILE]

Studies are drawn: 18 participants of four roles in seven cases, heard once or twice. People differ in how much of what they say is
missed, roles speak of other codes, and codes differ in how often they are missed. Then more is missed of receptionists.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from asked import tell
from machine import machine
from secondcoder.learning.assessment.speakers.errors import RATE
from secondcoder.statistics.proportions import Proportion

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent / "tests"))
from support.speaker_checks import errors_of, invented_people  # noqa: E402

ROLES = ["GP"] * 6 + ["nurse"] * 5 + ["manager"] * 3 + ["receptionist"] * 4
CASES = {
    f"case {at}": {"integration": "full" if at < 3 else "partial", "list_size": str(2000 + 700 * at)} for at in range(7)
}
UNLIKE, MORE = (0.0, 0.6, 1.2), (0.0, 1.0, 2.0, 4.0)
HEAD = (
    "# Errors by who speaks: how often they are said to differ",
    "Written by `benchmarks/speaker_rates.py`. {machine}",
    "{studies} drawn studies a row, of 18 participants: 6 GPs, 5 nurses, 3 managers and 4 receptionists in seven cases, three of them "
    "fully integrated. Misses and false suggestions are compared by role, case, wave, integration and list size: ten tests, at {rate} "
    "over all. People are unlike by a standard deviation on the logit scale, on which more is missed of receptionists; roles speak of "
    "other codes, which differ in how often they are missed. In rows with 0.0 more, whatever is said to differ is a false alarm. "
    "Brackets: exact 95 % intervals.",
    "| people are unlike by | missed more of receptionists | anything said to differ | misses by role said to differ "
    "| by that test alone |\n|---|---|---|---|---|",
)


def said(unlike: float, more: float, studies: int) -> tuple[int, int, int]:
    """Studies in which anything is said to differ, in which misses by role are, and in which they would be by that test alone."""
    found = np.zeros(3, dtype=int)
    for seed in range(studies):
        people = invented_people(np.random.default_rng([1, seed]), ROLES, {"receptionist": more}, unlike)
        tested = {one.name: one for one in errors_of(people, CASES).attributes if one.p and one.alone}
        lowest = min(p for one in tested.values() for p in one.p)
        found += np.array([lowest, tested["role"].p[0], tested["role"].alone[0]]) <= RATE
    return tuple(found.tolist())


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse, measure, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--studies", type=int, default=400, help="drawn for each row")
    parser.add_argument("--out", type=Path, default=HERE / "SPEAKERS.md", help="the report")
    given = parser.parse_args(arguments)
    rows = []
    for unlike in UNLIKE:
        for more in MORE:
            counts = said(unlike, more, given.studies)
            shares = " | ".join(_share(count, given.studies) for count in counts)
            rows.append(f"| {unlike} | {more} | {shares} |")
            tell(rows[-1])
    head = "\n\n".join(HEAD).format(machine=machine(), studies=given.studies, rate=f"{RATE:.0%}")
    given.out.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    tell(f"written: {given.out}")
    return 0


def _share(count: int, studies: int) -> str:
    low, high = Proportion(count, studies).interval or (0.0, 1.0)
    return f"{count / studies:.1%} ({low:.1%} to {high:.1%})"


if __name__ == "__main__":
    sys.exit(main())
