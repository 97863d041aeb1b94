"""What describes who speaks: role, wave and further attributes of transcripts, and those of their cases."""

from __future__ import annotations

from collections.abc import Iterable

from secondcoder.domain.records import Case, Transcript

OF_CASES = "case: "
"""How the name of a case's attribute begins."""
MOST_LEVELS = 8
"""Levels of an attribute up to which they are compared with each other."""


def attributes_of(transcripts: Iterable[Transcript], cases: Iterable[Case] = ()) -> dict[str, dict[str, str]]:
    """attribute -> transcript id -> level: role, wave, the transcript's own attributes and those of its case."""
    by_case = {case.id: case.attributes for case in cases}
    out: dict[str, dict[str, str]] = {}
    for transcript in transcripts:
        attributes = {"role": transcript.role, "wave": transcript.wave, **transcript.attributes}
        of_case = {f"{OF_CASES}{name}": level for name, level in by_case.get(transcript.case or "", {}).items()}
        for name, level in {**attributes, **of_case}.items():
            if level:
                out.setdefault(name, {})[transcript.id] = level
    return out
