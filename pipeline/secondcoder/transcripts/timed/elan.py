"""ELAN's .eaf: a tier a speaker, put in the order of their times. Tiers that hang on another (translations, glosses) are no speech."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from secondcoder.domain.records import Transcript
from secondcoder.domain.wording import counted
from secondcoder.errors import ReadError
from secondcoder.transcripts.registry import Reader, Source
from secondcoder.transcripts.safe_xml import BrokenXmlError, RefusedXmlError, walk_xml
from secondcoder.transcripts.timed.captions import Utterance
from secondcoder.transcripts.timed.timed_speech import by_time, checked_time, left_out, refuse_crowd, timed_transcript

NAME = "ELAN"
SUFFIXES = (".eaf",)
ROOT = b"<ANNOTATION_DOCUMENT"
DEEPEST, MOST_ELEMENTS = 50, 500_000
SAVE = "Save it again in ELAN. Nothing was imported."


@dataclass
class _Tier:
    speaker: str
    depends: bool
    annotations: list[tuple[str, str, str]] = field(default_factory=list)  # slots of beginning and end, and the words


def sniff(source: Source) -> bool:
    """XML that begins as ELAN's does, and any file named .eaf, so that `read` says what is wrong with it."""
    return source.path.suffix.lower() in SUFFIXES or ROOT in source.data[:1000]


def read(source: Source, interviewer: Sequence[str]) -> Transcript:
    """The transcript; ReadError for a damaged or hostile file, and for a named interviewer who does not speak."""
    document = _Document(source.data, source.path.name)
    spoken = [tier for tier in document.tiers if not tier.depends]
    refuse_crowd(len({tier.speaker for tier in spoken}), source.path.name)
    times = _Slots(document.slots, source.path.name)
    stretches, overlaps = by_time(
        [
            Utterance(tier.speaker or None, words, times.before(start), times.after(end))
            for tier in spoken
            for start, end, words in tier.annotations
        ]
    )
    hang = "tiers that hang on others left out, as translations and glosses are"
    notes = [
        *left_out(hang, [tier.speaker for tier in document.tiers if tier.depends]),
        *(
            [f"{counted(times.open, 'time')} not given in the file: the nearest one outwards stands for it"]
            if times.open
            else []
        ),
        *overlaps,
    ]
    return timed_transcript(source, NAME, stretches, interviewer, notes)


class _Slots:
    """ELAN's points in time, in order; one without a value lies between its neighbours."""

    def __init__(self, slots: Sequence[tuple[str, str | None]], name: str) -> None:
        place = f"{name}: TIME_VALUE"
        values = [None if value is None else _seconds(value, place) for _, value in slots]
        self._name, self.open = name, 0
        self._before = dict(zip((slot for slot, _ in slots), _carried(values), strict=True))
        after = [*_carried(values[::-1])][::-1]
        self._after = dict(zip((slot for slot, _ in slots), after, strict=True))
        self._given = {slot for slot, value in slots if value is not None}

    def before(self, slot: str) -> float:
        """The slot's time in seconds, or the last one before it."""
        return self._time(self._before, slot)

    def after(self, slot: str) -> float:
        """The slot's time in seconds, or the next one after it."""
        return self._time(self._after, slot)

    def _time(self, times: dict[str, float | None], slot: str) -> float:
        time = times.get(slot)
        if time is None:
            raise ReadError(f"{self._name}: time slot '{slot[:40]}' is missing, or no time is near it. {SAVE}")
        self.open += slot not in self._given
        return time


def _seconds(milliseconds: str, place: str) -> float:
    try:
        return checked_time(int(milliseconds) / 1000, place)
    except (ValueError, OverflowError):
        raise ReadError(f"{place} '{milliseconds[:40]}' is no number of milliseconds. {SAVE}") from None


def _carried(values: Sequence[float | None]) -> Iterator[float | None]:
    last = None
    for value in values:
        last = last if value is None else value
        yield last


class _Document:
    """The tiers and time slots of a file, read in one go, without a tree of it; ReadError for what no file of ELAN's has."""

    def __init__(self, data: bytes, name: str) -> None:
        self.tiers, self.slots = list[_Tier](), list[tuple[str, str | None]]()
        self._name, self._open, self._words = name, list[str](), list[str]()
        self._span = ("", "")
        try:
            walk_xml(data, MOST_ELEMENTS, DEEPEST, self._begin, self._finish, self._words.append)
        except RefusedXmlError as error:
            raise ReadError(f"{name}: {error}, which no file of ELAN's does. Nothing was imported.") from None
        except BrokenXmlError as error:
            raise ReadError(f"{name}: not the XML that ELAN writes ({error}: line {error.line}). {SAVE}") from None

    def _begin(self, tag: str, given: dict[str, str]) -> None:
        if not self._open and tag != "ANNOTATION_DOCUMENT":
            raise ReadError(
                f"{self._name}: no file of ELAN's, whose XML begins with ANNOTATION_DOCUMENT. Nothing was imported."
            )
        self._open.append(tag)
        if tag == "TIME_SLOT":
            self.slots.append((given.get("TIME_SLOT_ID", ""), given.get("TIME_VALUE")))
        elif tag == "TIER":
            speaker = given.get("PARTICIPANT", "").strip() or given.get("TIER_ID", "").strip()
            self.tiers.append(_Tier(speaker, "PARENT_REF" in given))
        elif tag == "ALIGNABLE_ANNOTATION":
            self._span = given.get("TIME_SLOT_REF1", ""), given.get("TIME_SLOT_REF2", "")
        self._words.clear()

    def _finish(self, tag: str) -> None:
        words = "".join(self._words)
        if tag == "ANNOTATION_VALUE" and words.strip() and "ALIGNABLE_ANNOTATION" in self._open and self.tiers:
            self.tiers[-1].annotations.append((*self._span, words))
        self._words.clear()
        self._open.pop()


READER = Reader(name=NAME, suffixes=SUFFIXES, sniff=sniff, read=read, priority=15)
