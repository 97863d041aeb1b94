"""Praat's TextGrid: a tier a speaker, or a file a speaker, whose stretches are put in the order of their times.

Read as Praat reads it (manual, "TextGrid file formats"): free-standing numbers, texts in quotation marks and flags in angle brackets
count, and all else is remark, so that the long and the short text format are one. Empty intervals are silence. Files are of one
recording where their names differ in the last word alone (`talk_doctor`, `talk_patient`), each has one tier, and they end at the same
time.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from secondcoder.domain.records import Transcript
from secondcoder.domain.wording import listed
from secondcoder.errors import ReadError
from secondcoder.transcripts.registry import Reader, Source
from secondcoder.transcripts.timed.captions import Utterance
from secondcoder.transcripts.timed.timed_speech import by_time, checked_time, left_out, refuse_crowd, timed_transcript

NAME = "TextGrid"
SUFFIXES = (".textgrid",)
BINARY = b"ooBinaryFile"
SAVE = "Save it in Praat as a text file. Nothing was imported."
# Possessive, so that a quotation mark that is never closed costs no memory.
_TOKEN = re.compile(r'"(?P<text>[^"]*+(?:""[^"]*+)*+)"|<[^\s"]*|![^\n]*|(?P<word>[^\s"!<][^\s"]*)')
_NUMBER = re.compile(r"[-+]?\d{1,30}(?:\.\d{0,30})?(?:[eE][-+]?\d{1,3})?")
# Tiers that an aligner adds below those of words.
_SOUNDS = re.compile(r"(?:^|[\W_])(?:phones?|phonemes?|syllables?|sampa|ipa)$", re.IGNORECASE)
_LAST_WORD = re.compile(r"(?P<stem>.+?)[ _.-]+(?P<word>[^ _.\-]*[^\W\d_][^ _.\-]*)")


@dataclass(frozen=True, slots=True)
class Tier:
    """A tier: its name, its filled intervals, and whether it holds points in time instead of stretches."""

    name: str
    stretches: tuple[tuple[float, float, str], ...]
    points: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A TextGrid: when it ends, in seconds, and its tiers."""

    end: float
    tiers: tuple[Tier, ...]


def sniff(source: Source) -> bool:
    """A text that begins as Praat's files do, and any file named .TextGrid, so that `read` says what is wrong with it."""
    return source.path.suffix.lower() in SUFFIXES or (source.is_text() and '"TextGrid"' in source.text[:200])


def read(source: Source, interviewer: Sequence[str]) -> Transcript:
    """The transcript; ReadError for a broken file, with what is missing, and for a named interviewer who does not speak."""
    sources = source.all_files
    grids = [parse_grid(each) for each in sources]
    speaking = [_speaking(grid) for grid in grids]
    refuse_crowd(sum(map(len, speaking)), source.path.name)
    names = _names([each.path.stem for each in sources], speaking)
    stretches, overlaps = by_time(
        [
            Utterance(name, text, start, end)
            for tiers, named in zip(speaking, names, strict=True)
            for tier, name in zip(tiers, named, strict=True)
            for start, end, text in tier.stretches
        ]
    )
    notes = [*_notes(sources, grids, speaking, names), *overlaps]
    return timed_transcript(source, NAME, stretches, interviewer, notes)


def together(paths: Sequence[Path]) -> list[tuple[Path, ...]]:
    """Which of these files hold one recording, a speaker each."""
    alike: dict[tuple[Path, str], list[Path]] = {}
    for path in paths:
        if match := _LAST_WORD.fullmatch(path.stem):
            alike.setdefault((path.parent, match["stem"]), []).append(path)
    return [tuple(group) for group in alike.values() if len(group) > 1 and _of_one_recording(group)]


def _of_one_recording(paths: Sequence[Path]) -> bool:
    try:
        grids = [parse_grid(Source(path)) for path in paths]
    except ReadError:
        return False  # which says so when the file is read
    return len({grid.end for grid in grids}) == 1 and all(len(_speaking(grid)) == 1 for grid in grids)


def parse_grid(source: Source) -> Grid:
    """A file's tiers; ReadError where it is no TextGrid in text, ends before it should, or has times of no recording."""
    name = source.path.name
    if source.data.startswith(BINARY):
        raise ReadError(f"{name}: a TextGrid in Praat's binary format. {SAVE}")
    values = _Values(source.unified, name)
    head = "header of a TextGrid"
    if "chronological" in source.text[:100] or (values.text(head), values.text(head))[1] != "TextGrid":
        raise ReadError(f"{name}: no TextGrid as Praat writes one in text. {SAVE}")
    values.number("beginning")
    end = checked_time(values.number("end"), f"{name}: its end")
    return Grid(end, tuple(_tier(values, name) for _ in values.counted("number of tiers")))


def _tier(values: _Values, name: str) -> Tier:
    kind, title = values.text("class of a tier"), values.text("name of a tier")
    place = f"{name}: tier '{title[:40]}'"
    points = kind == "TextTier"
    if not points and kind != "IntervalTier":
        raise ReadError(f"{place} is of class '{kind[:40]}', which Praat does not write. {SAVE}")
    values.number("beginning of a tier")
    values.number("end of a tier")
    filled = []
    for number in values.counted("number of intervals"):
        times = [values.number(f"time in interval {number} of tier '{title[:40]}'") for _ in range(2 - points)]
        text = values.text(f"text of interval {number} of tier '{title[:40]}'")
        if text.strip():
            start, end = (checked_time(time, f"{place}, interval {number}") for time in (times[0], times[-1]))
            filled.append((start, end, text))
    return Tier(title.strip(), tuple(filled), points)


class _Values:
    """The numbers and texts of a file, one after the other; ReadError, with the line, where another kind is due."""

    def __init__(self, text: str, name: str) -> None:
        self._tokens, self._text, self._name = self._values(text), text, name

    @staticmethod
    def _values(text: str) -> Iterator[re.Match[str]]:
        for match in _TOKEN.finditer(text):
            word = match["word"]
            if match["text"] is not None or (word and _NUMBER.fullmatch(word)):
                yield match

    def text(self, what: str) -> str:
        """The next text."""
        match = next(self._tokens, None)
        if match is None or match["text"] is None:
            raise self._fault(what, match)
        return match["text"].replace('""', '"')

    def number(self, what: str) -> float:
        """The next number."""
        match = next(self._tokens, None)
        if match is None or match["word"] is None:
            raise self._fault(what, match)
        return float(match["word"])

    def counted(self, what: str) -> range:
        """From 1 to the next number, which may claim more than there is."""
        number = self.number(what)
        if not number.is_integer() or number < 0:
            raise ReadError(f"{self._name}: the {what} is {number}. {SAVE}")
        return range(1, int(number) + 1)

    def _fault(self, what: str, match: re.Match[str] | None) -> ReadError:
        if match is None:
            return ReadError(
                f"{self._name}: the file ends before the {what}. Save it again in Praat. Nothing was imported."
            )
        line = self._text.count("\n", 0, match.start()) + 1
        return ReadError(f"{self._name} line {line}: {match[0][:40]} where the {what} should stand. {SAVE}")


def _speaking(grid: Grid) -> list[Tier]:
    """The tiers that hold what is said: not those of points or of single sounds, nor empty ones."""
    spoken = [tier for tier in grid.tiers if tier.stretches and not tier.points]
    return [tier for tier in spoken if not _SOUNDS.search(tier.name)] or spoken


def _names(stems: Sequence[str], speaking: Sequence[Sequence[Tier]]) -> list[list[str]]:
    """The speaker of each tier: its name; where tiers share one, the word in which the files' names differ, or a number."""
    counts = Counter(tier.name for tiers in speaking for tier in tiers)
    if len(stems) > 1 and max(counts.values()) > 1:
        return [
            [match["word"]] * len(tiers)
            for match, tiers in zip(map(_LAST_WORD.fullmatch, stems), speaking, strict=True)
            if match
        ]
    return [[_numbered(tiers, at, counts[tier.name] > 1) for at, tier in enumerate(tiers)] for tiers in speaking]


def _numbered(tiers: Sequence[Tier], at: int, shared: bool) -> str:
    plain = tiers[at].name or "Speaker"
    return f"{plain} {sum(tier.name == tiers[at].name for tier in tiers[: at + 1])}" if shared else plain


def _notes(
    sources: Sequence[Source], grids: Sequence[Grid], speaking: Sequence[Sequence[Tier]], names: Sequence[Sequence[str]]
) -> Iterator[str]:
    if len(sources) > 1:
        files = [f"'{each.path.name}' ({', '.join(named)})" for each, named in zip(sources, names, strict=True)]
        yield f"{listed(files)} end at the same time and are one recording: put together in the order of time"
    elif len(speaking[0]) == 1:
        yield (
            "one tier of one speaker; where other files hold the other speakers of the same recording, import them together, their "
            "names alike but for the last word (talk_doctor, talk_patient)"
        )
    for grid, spoken in zip(grids, speaking, strict=True):
        kept = {id(tier) for tier in spoken}
        yield from left_out(
            "tiers left out, as they hold no speech", [tier.name for tier in grid.tiers if id(tier) not in kept]
        )


READER = Reader(name=NAME, suffixes=SUFFIXES, sniff=sniff, read=read, priority=15, together=together)
