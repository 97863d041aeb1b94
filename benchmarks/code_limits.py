"""Is what `evaluate` says limits a code true? Writes CODE_LIMITS.md beside this file.

    OMP_NUM_THREADS=1 python benchmarks/code_limits.py --data ../shared/data [--studies 5] [--out FILE]

Studies are drawn from public sets and the demonstration study, and one code a cause is spoilt in a known way; the others stay. Two
people are drawn who code by what is true, with slips. Then the rules are asked of every code.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from asked import asking, tell
from comparison.sets import cached_embedder
from drifts.talk import talks
from limiting.doubling import DRAWS, Doubled, doublings
from limiting.report import clinic_table, doubling_table, said_table, statement_table
from limiting.spoils import DOUBLE, EASY, LOOSE, READS, SLIPS
from limiting.trials import Clinic, Said, clinics_of, constructed, said_of
from machine import machine
from secondcoder.learning.assessment.limits.rules import ALIKE, APART, AS_GOOD, FEW, GAIN, MANY

FIRST = 200
"""Seed of the first study; those before served to choose the rules' numbers."""

EXPLAINED = """\
{studies} studies of each set ({sets}), each twice: coded by two people in {double:.0%} of its transcripts, and by one alone. In
each, one code a cause was spoilt, where a code had passages enough:

- *examples taken away*: 8 to 12 of its passages are left, from half of its transcripts; the others are unknown;
- *two readings*: of its passages and as many that are most like them, one coder takes {reads:.0%} from one end of their main
  direction, the other as many from the other end;
- *split in two at random*: each coder gives each of its passages to one of two codes, by lot;
- *moved into the question*, *moved into the passage before*: its passages say what some other passage says, and the question,
  or the passage before, says what they said;
- *told by a phrase*: {easy:.0%} of the passages have it, those in which one phrase is said;
- *left as it was*: nobody knows what limits a real code, so only what speaks of the code itself is counted as false.

A coder misses {slips:.0%} of a code's passages and gives it in vain as often ({loose:.0%} of the phrase and of two readings).
Figures of a study are nested out of fold. Bold: what was done. *False*: another limit was named than the one that was made;
"cannot be said" is not false. Brackets: Wilson, 95 %; codes of one study are not independent. Sets have few transcripts, which
come again from study to study. The rules' numbers (kappa {alike}, area {apart}, gain {gain}, shortfall {as_good}, {few} and
{many} examples) were chosen on other draws of the same sets."""
DOUBLING = """\
What twice as many examples of a code bring the ranker that the rules use, every code of the sets with passages enough, means of
{draws} thinnings each; passages without the code all stay. This is all that "more examples" rests on: that it helps nearly every code
a little, not that it would make one ready, nor that nothing else would help more."""
CLINIC = "Codes of two readings, coded by two people: are the passages chosen for the clinic those on which the readings part?"


def report(said: Sequence[Said], clinics: Sequence[Clinic], doubled: Sequence[Doubled], studies: int) -> Iterator[str]:
    """All lines of CODE_LIMITS.md."""
    yield from [
        "# Is what limits a code rightly named?",
        "",
        f"Written by `benchmarks/code_limits.py`. {machine()}",
        "",
    ]
    numbers = {"alike": ALIKE, "apart": APART, "gain": GAIN, "as_good": AS_GOOD, "few": FEW, "many": MANY}
    shares = {"double": DOUBLE, "reads": READS, "easy": EASY, "slips": SLIPS, "loose": LOOSE}
    sets = ", ".join(dict.fromkeys(one.source for one in said))
    yield from EXPLAINED.format(studies=studies, sets=sets, **numbers, **shares).splitlines()
    for people, title in ((2, "Two people coded"), (1, "One person coded")):
        of = [one for one in said if one.people == people]
        yield from ["", f"## {title}", "", *said_table(of), "", *statement_table(of)]
    yield from ["", "## The codebook clinic", "", CLINIC, "", *clinic_table(clinics)]
    yield from ["", "## More examples", "", DOUBLING.format(draws=DRAWS), "", *doubling_table(doubled)]


def main() -> None:
    """Draw, spoil, ask, write."""
    parser = asking(__doc__, "CODE_LIMITS.md")
    parser.add_argument("--studies", type=int, default=5, help="studies of each set")
    given = parser.parse_args()
    said: list[Said] = []
    clinics: list[Clinic] = []
    doubled: list[Doubled] = []
    for talk in talks(given.data, cached_embedder(given.cache)):
        doubled += doublings(talk)
        for seed in range(FIRST, FIRST + given.studies):
            for people in (2, 1):
                made = constructed(talk, seed, people, given.cache)
                said += said_of(talk, made, seed)
                clinics += clinics_of(made)
            tell(f"{talk.name}: {seed - FIRST + 1}")
    given.out.write_text("\n".join(report(said, clinics, doubled, given.studies)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
