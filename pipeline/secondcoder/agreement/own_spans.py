"""Coders of whom nothing is known but the spans that they coded: they looked nowhere else, so they can hardly disagree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from secondcoder.agreement.material import ComparedData, briefly
from secondcoder.corpus import independent, of_coder
from secondcoder.domain.grouping import by_transcript
from secondcoder.domain.records import Transcript
from secondcoder.domain.spans import coded_turns, covers, difference, merged
from secondcoder.domain.wording import listed

READ_WHOLE = (
    "Whoever read all of it says so: in the browser at the end of the interview (“I have read this”), or by importing the same table "
    "again: secondcoder import TABLE --read-whole (or with 'whole' in a column 'read'); no coding is imported twice."
)


def looked_at_own_spans(material: ComparedData) -> dict[str, list[str]]:
    """Coder, human or imported -> transcripts in which their passes hold nothing but what they coded, and not all of the talk."""
    transcripts = {transcript.id: transcript for transcript in material.transcripts}
    found = {coder: list(_only_own(material, coder, transcripts)) for coder in (*material.humans, *material.others)}
    return {coder: names for coder, names in found.items() if names}


def _only_own(material: ComparedData, coder: str, transcripts: Mapping[str, Transcript]) -> Iterator[str]:
    codings = by_transcript(of_coder(independent(material.codings), coder))
    for name, passes in sorted(by_transcript(of_coder(independent(material.passes), coder)).items()):
        coded, looked = (merged(mark.span for mark in marks) for marks in (codings.get(name, ()), passes))
        within = coded and not any(difference(span, coded) for span in looked)
        if within and not covers(looked, coded_turns(transcripts[name]), transcripts[name].text):
            yield name


def own_spans_sentence(material: ComparedData, consequence: str) -> str:
    """Who looked only at their own spans, what follows, and how to say that more was read; '' where nobody did."""
    only = looked_at_own_spans(material)
    if not only:
        return ""
    names = sorted({name for of_one in only.values() for name in of_one})
    where = briefly(names) if all(of_one == names for of_one in only.values()) else _each(only)
    return f"{listed(list(only))} looked only at the spans that they coded ({where}), {consequence}. {READ_WHOLE}"


def _each(only: Mapping[str, Sequence[str]]) -> str:
    return "; ".join(f"{coder} in {briefly(names)}" for coder, names in only.items())
