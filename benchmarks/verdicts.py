"""Do the verdicts on codes hold on transcripts that nobody has touched? Writes VERDICTS.md beside this file.

    OMP_NUM_THREADS=1 python benchmarks/verdicts.py --data ../shared/data [--draws 60 40 100] [--out FILE]

Studies are drawn from public sets (drawn_studies.py). What is said of their codes is compared with what a model of the whole study
does on the other transcripts, and with what the study says once it has twice the transcripts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from asked import asking, tell
from comparison.sets import cached_embedder, load_set, there
from drawn_studies import SIZES, drawn_studies
from machine import machine
from secondcoder.learning.assessment.readiness import P_VALUE, READY
from verdict_parts.codes import CodeInStudy, codes_of
from verdict_parts.random_scores import TAIL, WEAKER, simulated_table
from verdict_parts.tables import learnable_table, ready_table, stability_table, twice_table, withheld_table

DRAWS = {"ohd_long1960s": 60, "pdpilot_interviews": 40, "nhs_fft": 100}


def report(found: Sequence[CodeInStudy], drawn: dict[str, int], runs: int) -> Iterator[str]:
    """All lines of VERDICTS.md."""
    yield from ["# Do the verdicts on codes hold?", "", f"Written by `benchmarks/verdicts.py`. {machine()}", ""]
    sizes = ", ".join(f"{name} {n} ({SIZES[name][0]} to {SIZES[name][1]} transcripts)" for name, n in drawn.items())
    yield from EXPLAINED.format(sizes=sizes, codes=len(found), ready=READY, runs=runs).splitlines()
    parts = (
        ("Ready", READY_SAYS, ready_table(found)),
        (
            "The same with another division into folds",
            "Every fourth study was cross-validated twice.",
            stability_table(found),
        ),
        ("Suggestions that are withheld", WITHHELD_SAYS, withheld_table(found)),
        ("With twice as many examples", TWICE_SAYS, twice_table(found)),
        ("Not learnable", LEARNABLE_SAYS, learnable_table(found)),
        ("Scores at random, and not", f"{runs} simulated codes a row.", simulated_table(runs)),
    )
    for title, says, table in parts:
        yield from ["", f"## {title}", "", says, "", *table]


EXPLAINED = """\
Drawn studies: {sizes}. {codes} codes in all that are scored in a study and stand in its untouched transcripts too. A code is as good
as was said if a model of the whole study reaches an average precision of {ready} on the untouched transcripts. Sets have few
transcripts, which come again from study to study, and codes of one study are not independent: shares are less sure than their
intervals (Wilson, 95 %) say. Documents of nhs_fft are the comments of one respondent. The figures of the studies are nested out of
fold."""
READY_SAYS = """\
Codes that the permutation test lets pass, by rule. As shipped, a code that is told without a fault in every transcript, so that the
bootstrap has no spread, is ready too."""
WITHHELD_SAYS = "Codes that need more examples, by how many of their suggestions were right out of fold."
TWICE_SAYS = """\
Codes that need more examples: what they reached, nested out of fold, once the study had twice the transcripts. The levels are nominal,
of the interval of what the code reached before."""
LEARNABLE_SAYS = f"""\
By the permutation test alone (p at most {P_VALUE}), or by two tests together: that (p at most {WEAKER}) and the bootstrap ({TAIL:.0%}
of the rounds at most not above a random order)."""


def main() -> None:
    """Draw, judge, write."""
    parser = asking(__doc__, "VERDICTS.md")
    parser.add_argument("--draws", type=int, nargs=3, default=list(DRAWS.values()), help="studies of each set")
    parser.add_argument("--runs", type=int, default=200, help="simulated codes")
    given = parser.parse_args()
    names = there(given.data, list(SIZES))
    if not names:
        return
    embedder = cached_embedder(given.cache)
    found: list[CodeInStudy] = []
    drawn: dict[str, int] = {}
    for name, number in zip(SIZES, given.draws, strict=True):
        if name in names:
            data = load_set(given.data, name, embedder)
            for study in drawn_studies(data, number, given.cache):
                drawn[name] = drawn.get(name, 0) + 1
                found += codes_of(study)
                tell(f"{name}: {drawn[name]}")
    given.out.write_text("\n".join(report(found, drawn, given.runs)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
