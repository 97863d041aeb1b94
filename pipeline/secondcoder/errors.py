"""Every error that secondcoder raises on purpose.

    SecondcoderError            exit 1 on the command line: the input or the study is at fault
    ├── InputError              a file, a row or an option's value cannot be used
    │   ├── ReadError           a transcript file cannot be read
    │   │   └── NoSpeakersError nothing in it says who speaks, and nobody said that this is meant
    │   ├── TableError          rows of a coded table are bad: all of them, with their lines
    │   ├── CodebookError       a codebook is not valid, or lacks a code
    │   └── DecisionError       a decision does not fit the passage; nothing was recorded
    │       └── NoSuchPageError a page was asked for that the review does not have
    ├── StudyError              the study folder is missing, damaged or of another version
    │   ├── UnconfirmedError    codebook.yml was edited, and nobody confirmed what that changes
    │   ├── StoreError          the store cannot be read or written
    │   └── BusyError           another training of the study is running
    ├── ModelError              no model, or one that does not fit this study
    ├── NetworkError            a connection was refused that nothing asks for
    └── PluginError             a part that another installed package adds cannot be used

A message has place, fault, nearest right value and consequence, in that order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from itertools import islice

SHOWN = 20
MOST_FAULTS = 1000
MANY_WORDS = 500
ALIKE = 3  # rows that are named where many have the same fault


class SecondcoderError(Exception):
    """The root: one clear message for the person at the keyboard."""


class InputError(SecondcoderError):
    """A file, a row or an option's value cannot be used."""


class ReadError(InputError):
    """A transcript file cannot be read."""


class NoSpeakersError(ReadError):
    """Nothing in a transcript says who speaks, and nobody said that this is meant."""


class TableError(InputError):
    """Rows of a coded table are bad.

    Args:
        place: the file's name.
        faults: one sentence a bad row, each beginning with its line.
        consequence: what did not happen because of it.
    """

    def __init__(self, place: str, faults: Sequence[str], consequence: str = "Nothing was imported.") -> None:
        self.place, self.faults = place, list(faults)
        lines = _by_reason(self.faults)
        shown = "\n".join(f"  {line}" for line in lines[:SHOWN])
        more = f"\n  ... and {len(lines) - SHOWN} more." if len(lines) > SHOWN else ""
        if len(self.faults) == 1:
            super().__init__(f"{place} {self.faults[0]} {consequence}")
        else:
            super().__init__(f"{place}: {len(self.faults)} faults.\n{shown}{more}\n{consequence}")


def first_faults(faults: Iterable[str]) -> list[str]:
    """The first faults of many: what is nearest right is looked for with each, and nobody reads thousands."""
    found = list(islice(faults, MOST_FAULTS + 1))
    return found if len(found) <= MOST_FAULTS else [*found[:MOST_FAULTS], "behind these: rows that were not looked at."]


def _by_reason(faults: Sequence[str]) -> list[str]:
    """The faults in their order; where more than ALIKE rows have one reason, the first of them say it for all."""
    places: dict[str, list[str]] = {}
    for fault in faults:
        place, _, reason = fault.partition(": ")
        places.setdefault(reason, []).append(place)
    lines = []
    for fault in faults:
        reason = fault.partition(": ")[2]
        same = places[reason]
        if len(same) <= ALIKE or not reason:
            lines.append(fault)
        elif fault.startswith(f"{same[0]}: "):
            lines.append(f"{', '.join(same[:ALIKE])} and {len(same) - ALIKE} more: {reason}")
    return lines


class CodebookError(InputError):
    """A codebook is not valid, or lacks a code."""


class DecisionError(InputError):
    """A decision or another request of a reviewer cannot be carried out; nothing was recorded."""


class NoSuchPageError(DecisionError):
    """A page was asked for that the review does not have: of no transcript or code of the study."""


class StudyError(SecondcoderError):
    """The study folder is missing, damaged or of another version."""


class UnconfirmedError(StudyError):
    """codebook.yml was edited, and nobody has confirmed what that changes."""


class StoreError(StudyError):
    """The store cannot be read or written."""


class BusyError(StudyError):
    """Another training of the study is running; the same may be tried again later."""


class ModelError(SecondcoderError):
    """There is no model, or it does not fit this study."""


class NetworkError(SecondcoderError):
    """A connection was refused that neither a command nor a line of the settings asks for; nothing was sent."""


class PluginError(SecondcoderError):
    """A part that another installed package adds cannot be used."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """' Did you mean 'CP.ENR'?' for the nearest known word, '' when none is near."""
    by_fold = {candidate.casefold(): candidate for candidate in known}
    if len(by_fold) > MANY_WORDS:  # each comparison takes some microseconds, and people rarely miss the first letter
        by_fold = {fold: each for fold, each in by_fold.items() if fold[:1] == word.casefold()[:1]}
    near = get_close_matches(word.casefold(), by_fold, n=1, cutoff=0.6)
    return f" Did you mean '{by_fold[near[0]]}'?" if near else ""
