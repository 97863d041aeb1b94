"""How much of what identifies somebody is found: recall and precision on a sample that a researcher noted by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from secondcoder.audit.names_found import ALL, MEASURED
from secondcoder.deidentification.find import Finder
from secondcoder.deidentification.finding import HOSPITAL, ORGANISATION, PERSON, PLACE, PRACTICE, SCHOOL, Finding
from secondcoder.deidentification.names import name_words
from secondcoder.deidentification.staff_list import Listed
from secondcoder.domain.grouping import group_by
from secondcoder.domain.names import folded
from secondcoder.domain.records import Span, Transcript
from secondcoder.domain.wording import counted, first_of, percent
from secondcoder.statistics.proportions import Proportion
from secondcoder.study.deidentify.sample import GROUPS, NUMBERS, PEOPLE, PLACES, Noted, overlap, read_sample
from secondcoder.workspace import Workspace

_GROUP = {PERSON: PEOPLE} | dict.fromkeys((PRACTICE, HOSPITAL, SCHOOL, ORGANISATION, PLACE), PLACES)


@dataclass(frozen=True)
class Measured:
    """Recall and precision of each group of kinds, `ALL` last.

    Attributes:
        recall: of what was noted, what was found whole; precision: of what was found, what was noted.
        missed: noted words that were not found, each with its interview.
        passages: how many were read, in `interviews` interviews.
        listed: entries of the staff list that the finder had.
    """

    recall: dict[str, Proportion]
    precision: dict[str, Proportion]
    missed: tuple[tuple[str, str], ...]
    passages: int
    interviews: int
    listed: int

    columns = (
        "kind",
        "noted by hand",
        "of these found",
        "recall",
        "95% interval",
        "found",
        "of these noted",
        "precision",
    )

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        """A row a group, for a table of `columns`."""
        return [
            (
                group,
                recall.of,
                recall.part,
                percent(recall.value),
                _interval(recall),
                exact.of,
                exact.part,
                percent(exact.value),
            )
            for group, recall in self.recall.items()
            for exact in [self.precision[group]]
        ]

    @property
    def sentences(self) -> list[str]:
        """What the figures mean, and what they do not say."""
        read = f"Read: {counted(self.passages, 'passage')} of {counted(self.interviews, 'interview')}, drawn at random."
        said = [f"{read} A word counts as found if all of it was, wherever it stands in the passage."]
        if self.missed:
            words = first_of([f"'{word}' ({name})" for word, name in self.missed], 8)
            said.append(f"Missed: {words}. What stands on the list (--list) is found in all interviews.")
        if interval := self.recall[ALL].interval:
            fewest, most = (100 * (1 - limit) for limit in reversed(interval))
            said.append(
                f"Of 100 identifying words in interviews like these, {fewest:.0f} to {most:.0f} may stay unfound. Read what you share."
            )
        else:
            said.append("One interview, or no noted word, says nothing of how others differ: there is no interval.")
        said.append(
            "What this cannot see: words that the reader overlooked as well, and people who can be known by what is told (a rare "
            "illness, an event in the news) and not by any word."
        )
        return said

    def detail(self) -> dict[str, Any]:
        """For the audit trail; without words."""
        return {
            "passages": self.passages,
            "interviews": self.interviews,
            "listed": self.listed,
            "recall": {group: _counts(each) for group, each in self.recall.items()},
            "precision": {group: _counts(each) for group, each in self.precision.items()},
        }


def measure_in_study(workspace: Workspace, path: Path, listed: Sequence[Listed]) -> Measured:
    """Measure on a sample that was noted, and keep the figures in the audit trail."""
    transcripts = workspace.corpus.transcripts
    noted = read_sample(transcripts, path)
    finder = Finder(listed, language=workspace.configuration.segments.language)
    measured = measure(transcripts, noted, finder.find_all(transcripts), len(listed))
    with workspace.write() as write:
        write.log(MEASURED, **measured.detail())
    return measured


def measure(
    transcripts: Sequence[Transcript], noted: Sequence[Noted], found: dict[str, list[Finding]], listed: int = 0
) -> Measured:
    """Recall and precision of the findings in the passages that were read."""
    texts = {transcript.id: transcript.text for transcript in transcripts}
    hits: list[tuple[str, str, bool]] = []  # interview, group, whether
    right: list[tuple[str, str, bool]] = []
    missed = []
    for passage in noted:
        name, start, end = passage.place
        here = [each for each in found.get(name, ()) if start <= each.start and each.end <= end]
        for group, entries in passage.entries.items():
            for entry, spans in entries:
                whole = all(_is_covered(texts[name], span, group, here) for span in spans)
                hits.append((name, group, whole))
                missed += [] if whole else [(entry, name)]
        spans = [span for entries in passage.entries.values() for _, of_entry in entries for span in of_entry]
        right += [(name, _GROUP.get(each.kind, NUMBERS), overlap((each.start, each.end), spans)) for each in here]
    return Measured(
        _shares(hits),
        _shares(right),
        tuple(dict.fromkeys(missed)),
        len(noted),
        len({passage.place[0] for passage in noted}),
        listed,
    )


def _is_covered(text: str, span: Span, group: str, found: Sequence[Finding]) -> bool:
    """Whether findings hold every letter and figure; of a person's name without title and possessive, which stay."""
    start, end = span
    if group == PEOPLE:
        start, end = _named(text, span)
    return all(not text[at].isalnum() or any(each.start <= at < each.end for each in found) for at in range(start, end))


def _named(text: str, span: Span) -> Span:
    start, end = span
    words = set(name_words(text[start:end]))
    while end - start > 2 and text[end - 2] in "'’" and text[end - 1] in "sS":
        end -= 2
    pieces = text[start:end].split(maxsplit=1)
    while len(pieces) == 2 and folded(pieces[0].rstrip(".")) not in words:
        start = end - len(pieces[1])
        pieces = text[start:end].split(maxsplit=1)
    return start, end


def _shares(judged: Sequence[tuple[str, str, bool]]) -> dict[str, Proportion]:
    groups = {group: [each for each in judged if each[1] == group] for group in GROUPS} | {ALL: list(judged)}
    return {group: _share(rows) for group, rows in groups.items()}


def _share(judged: Sequence[tuple[str, str, bool]]) -> Proportion:
    by_interview = group_by(judged, lambda each: each[0])
    return Proportion.by_cluster([(sum(each[2] for each in rows), len(rows)) for rows in by_interview.values()])


def _interval(share: Proportion) -> str:
    limits = share.interval
    return "–" if limits is None else f"{percent(limits[0])} to {percent(limits[1])}"


def _counts(share: Proportion) -> dict[str, Any]:
    return {"part": share.part, "of": share.of, "interval": share.interval and list(share.interval)}
