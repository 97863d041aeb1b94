"""The segmenter that ships: participants' turns to sentences, sentences to meaning units of one topic.

A segment is 1 to `max_sentences` sentences of one turn, and no more than `max_words` words. Boundaries come from the text alone, never
from codes. Long answers are cut where the words before and after have least in common (after Hearst 1997, TextTiling), near a target
length; the best set of cuts is found by dynamic programming. A sentence longer than `max_words` has its stops missing, and stretches
take its place (stretches.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from importlib.metadata import version as installed
from math import inf
from typing import TYPE_CHECKING

from secondcoder.domain.languages import ENGLISH, language_of
from secondcoder.domain.plugins import Part
from secondcoder.domain.records import Segment, Span, Transcript
from secondcoder.domain.spans import coded_turns
from secondcoder.segments.segmenter import codable_turns, segment_of_turn
from secondcoder.segments.sentence_pipelines import SentenceFinder, stop_words
from secondcoder.segments.sentences import split_sentences
from secondcoder.segments.stretches import count_words, stretches

if TYPE_CHECKING:
    from secondcoder.configuration import SegmentSettings

RULES = 1
"""To be counted up where this module or `stretches` cuts otherwise than before."""
# Four letters or more: shorter words are mostly function words, which sentences on any topic share.
WORD = re.compile(r"[^\W\d_]{4,}")


class MeaningUnitSegmenter:
    """Sentences from spaCy's sentence recogniser, meaning units by lexical cohesion."""

    def __init__(self, settings: SegmentSettings) -> None:
        self._settings = settings
        self._finder = SentenceFinder.of(settings)
        self.code_interviewer = settings.code_interviewer

    @property
    def cut_by(self) -> str:
        """What the cuts of a text follow from (`kept_cuts.Repeatable`)."""
        chosen = self._settings.model_dump(exclude={"overlap"})
        return repr((RULES, installed("secondcoder"), sorted(chosen.items()), *self._finder.made_of))

    def segment(self, transcript: Transcript) -> list[Segment]:
        """Segments of a transcript; a table's rows stay whole, and a turn without a word has none."""
        turns = codable_turns(transcript, self._settings.code_interviewer)
        coded = coded_turns(transcript, self._settings.code_interviewer)
        if transcript.unitised:
            # A table's units are not cut, so their sentences are found only where evidence needs them.
            return [segment_of_turn(transcript, order, turn, turns=coded) for order, turn in enumerate(turns)]
        spoken = [transcript.turns[turn] for turn in turns]
        texts = [transcript.text[turn.start : turn.end] for turn in spoken]
        return self._segments(transcript, turns, split_sentences(texts, self._finder), coded)

    def segment_by(self, transcript: Transcript, sentences: Sequence[Span]) -> list[Segment]:
        """The same where somebody else found the sentences: spans in the transcript's text, in order."""
        turns = codable_turns(transcript, self._settings.code_interviewer)
        coded = coded_turns(transcript, self._settings.code_interviewer)
        split = [_within(transcript.text, transcript.turns[turn].span, sentences) for turn in turns]
        return self._segments(transcript, turns, split, coded)

    def _segments(
        self, transcript: Transcript, turns: Sequence[int], split: Iterable[Sequence[Span]], coded: tuple[Span, ...]
    ) -> list[Segment]:
        segments: list[Segment] = []
        for turn, sentences in zip(turns, split, strict=True):
            offset = transcript.turns[turn].start
            placed = [(offset + start, offset + end) for start, end in sentences]
            for unit in self._units(transcript.text, placed):
                segments.append(segment_of_turn(transcript, len(segments), turn, unit, coded))
        return segments

    def describe(self) -> str:
        """The sentence for the methods section."""
        longest = self._settings.max_words
        most = f" and {longest} words" if longest else ""
        unpunctuated = (
            f"; a sentence beyond {longest} words was cut at line ends, pauses, commas and then by length"
            if longest
            else ""
        )
        return (
            f"{self._finder.describe()}An answer was left whole or divided into segments of at most "
            f"{self._settings.max_sentences} sentences{most}, aimed at "
            f"{self._settings.target_words} words, where the words before and after have least in common (after Hearst 1997, "
            f"https://aclanthology.org/J97-1003), without regard to the codes{unpunctuated}; rows of a table were kept as units."
        )

    def _units(self, text: str, sentences: Sequence[Span]) -> list[list[Span]]:
        chosen = self._settings
        runs = [stretches(text, sentence, chosen.max_words or inf) for sentence in sentences]
        parts = [part for run in runs for part in run]
        lengths = [count_words(text[start:end]) for start, end in parts]
        words = [content_words(text[start:end], chosen.language) for start, end in parts]
        openers = language_of(chosen.language).openers
        gaps = [_gap_cost(text[parts[at][0] : parts[at][1]], words, at, openers) for at in range(1, len(parts))]
        first = 0
        for run in runs:
            within = slice(first, first + len(run) - 1)
            # Within a run, compared with the rest of it: its stretches are alike, and only a gap that is less so tells a shift.
            gaps[within] = [gap - min(gaps[within]) for gap in gaps[within]]
            first += len(run)
        cuts = best_cuts(lengths, gaps, chosen.target_words, chosen.max_sentences, chosen.max_words or inf)
        edges = [0, *cuts, len(parts)]
        return [parts[left:right] for left, right in zip(edges, edges[1:], strict=False)]


def best_cuts(
    lengths: Sequence[float], gaps: Sequence[float], target: int, most: int, longest: float = inf
) -> list[int]:
    """Where to cut a run of sentences into units.

    Args:
        lengths: words in each sentence, (n,).
        gaps: cost of a cut before sentence i + 1, in [0, 1], (n - 1,).
        target: wished length of a unit in words.
        most: largest number of sentences in a unit.
        longest: largest number of words in a unit of several sentences.

    Returns:
        Indices of the sentences that begin a new unit, ascending; the cheapest set, always the same where several are.
    """
    n = len(lengths)
    best: list[float] = [0.0] + [float("inf")] * n
    back = [0] * (n + 1)
    for end in range(1, n + 1):
        words = 0.0
        for start in range(end - 1, max(-1, end - most - 1), -1):
            words += lengths[start]
            if words > longest and start < end - 1:
                break
            # Relative to the target, and so on the scale of a gap's cost.
            cost = best[start] + ((words - target) / target) ** 2 + (gaps[start - 1] if start else 0.0)
            if cost < best[end]:  # not <=: of equal costs the shortest last unit stays
                best[end], back[end] = cost, start
    cuts: list[int] = []
    at = n
    while back[at] > 0:
        at = back[at]
        cuts.append(at)
    return cuts[::-1]


def _within(text: str, turn: Span, sentences: Iterable[Span]) -> list[Span]:
    """The sentences as far as they lie in a turn, counted from its start, without outer white space; the turn itself without any."""
    cut = [(max(start, turn[0]), min(end, turn[1])) for start, end in sentences if start < turn[1] and end > turn[0]]
    trimmed = [(end - len(text[start:end].lstrip()), start + len(text[start:end].rstrip())) for start, end in cut]
    return [(start - turn[0], end - turn[0]) for start, end in trimmed if start < end] or [(0, turn[1] - turn[0])]


def _gap_cost(sentence: str, words: Sequence[set[str]], at: int, openers: tuple[str, ...]) -> float:
    """Cohesion across the gap before sentence `at`: shared content words of two sentences each side, in [0, 1]."""
    before, after = set().union(*words[max(0, at - 2) : at]), set().union(*words[at : at + 2])
    # Against the smaller side, beyond which nothing can be shared; 1 where a side has no such word.
    shared = len(before & after) / max(1, min(len(before), len(after)))
    opens = sentence.casefold().startswith(openers)
    return 0.5 * shared + (0.0 if opens else 0.25)


def content_words(sentence: str, language: str) -> set[str]:
    """The words of a sentence that tell its topic, folded."""
    words = {word.casefold() for word in WORD.findall(sentence)}
    # In English its length tells a function word; German and French have many long ones, which spaCy lists.
    return words if language == ENGLISH else words - stop_words(language)


PART = Part("meaning-units", MeaningUnitSegmenter)
