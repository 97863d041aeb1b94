"""Passages as counting needs them: coded without suggestions, how likely they were to be drawn for that, and what was suggested.

A label that was given with suggestions on screen is never one to correct them by. What counts is, in this order: transcripts that
were looked through by hand as a whole; the sample drawn for counting (`counting_draw`), with what was coded by hand before it;
finished reviews (`review_draws`). Suggestions are those of the version by which a passage was drawn, so that they had not learned
from what it was drawn for. Passages of other transcripts are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from secondcoder.codebook.model import Codebook
from secondcoder.codebook.model_fit import present_suggestions
from secondcoder.configuration import Configuration
from secondcoder.corpus import Corpus
from secondcoder.domain.arrays import Bools, Floats, Rows
from secondcoder.domain.records import Segment
from secondcoder.domain.shell_words import shell_word
from secondcoder.domain.wording import counted
from secondcoder.errors import InputError
from secondcoder.labels.counting_draw import CountingDraw, latest_draw
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.labels.review_draws import ReviewDraw, review_draws
from secondcoder.labels.segment_marks import rows_by_transcript
from secondcoder.labels.unaided_labels import unaided_labels
from secondcoder.statistics.design_based import DrawnUnits

SUGGESTED, OTHERS, NONE = range(3)
"""Kinds of passages: the code was suggested there, other codes were, or none."""


@dataclass(frozen=True)
class DrawnPassages:
    """n segments and k codes.

    Attributes:
        y: (n, k) 1 or 0 where people coded it, by hand or after a draw; nan elsewhere.
        by_hand: (n, k) they coded it without a draw.
        drawn: (n,) drawn, with `probability` (n,), which is 1 elsewhere.
        counted: (n, k) known, or one of the passages for which some were drawn.
        suggested: (n, k) by the version by which the draw was made; nothing elsewhere.
        draws: what was drawn, for the record.
    """

    segments: Sequence[Segment]
    codes: Sequence[str]
    y: Floats
    by_hand: Bools
    drawn: Bools
    probability: Floats
    counted: Bools
    suggested: Bools
    draws: Sequence[CountingDraw | ReviewDraw]

    def rows(self, code: str) -> Rows:
        """The segments that are counted for a code."""
        return np.flatnonzero(self.counted[:, self.codes.index(code)])

    def units(self, code: str, cluster: Rows) -> DrawnUnits:
        """These segments for the estimate.

        Args:
            cluster: (n,) number of each segment's transcript.
        """
        rows, column = self.rows(code), self.codes.index(code)
        suggested, of_any = self.suggested[rows, column], self.suggested[rows].any(axis=1)
        kind = np.where(suggested, SUGGESTED, np.where(of_any, OTHERS, NONE))
        probability = np.where(self.by_hand[rows, column], 1.0, self.probability[rows])
        return DrawnUnits(cluster[rows], kind, probability, self.y[rows, column], NONE + 1)


def drawn_passages(
    corpus: Corpus, book: Codebook, settings: Configuration, segments: Sequence[Segment]
) -> DrawnPassages:
    """The passages of all transcripts.

    Args:
        segments: of all transcripts.

    Raises:
        InputError: passages of the last draw are not coded yet, or segments are cut otherwise since.
    """
    labels = unaided_labels(corpus, book, settings, segments)
    sample = latest_draw(corpus)
    taken = sample.transcripts if sample else frozenset()
    reviews = [draw for draw in review_draws(corpus, book, settings.review, segments) if draw.transcripts - taken]
    if sample:
        _check_coded(sample, segments, labels)
    found = _Frames(segments, labels)
    for draw in (*([sample] if sample else ()), *reviews):
        found.add(draw, _suggested(corpus, book, settings, segments, draw))
    y = np.where((found.by_hand | found.drawn[:, None]) & labels.known, labels.y, np.nan)
    return DrawnPassages(
        segments,
        book.ids,
        y,
        found.by_hand,
        found.drawn,
        found.probability,
        found.counted,
        found.suggested,
        found.draws,
    )


class _Frames:
    """The fields of `DrawnPassages`, one draw after the other; the first that a transcript is in counts."""

    def __init__(self, segments: Sequence[Segment], labels: LabelMatrix) -> None:
        self.places = [segment.place for segment in segments]
        self.known = labels.known
        self.by_hand = np.zeros(labels.known.shape, dtype=bool)
        for rows in rows_by_transcript(segments).values():
            self.by_hand[rows] = labels.known[rows].all(axis=0)
        self.drawn, self.probability = np.zeros(len(segments), dtype=bool), np.ones(len(segments))
        self.counted, self.suggested = self.by_hand.copy(), np.zeros_like(self.by_hand)
        self.draws: list[CountingDraw | ReviewDraw] = []
        self._taken: frozenset[str] = frozenset()

    def add(self, draw: CountingDraw | ReviewDraw, suggested: Bools) -> None:
        """Take in the transcripts of a draw.

        Args:
            suggested: (n, k) by its version.
        """
        inside = np.array([name in draw.transcripts and name not in self._taken for name, _, _ in self.places])
        before = np.array([place in draw.coded for place in self.places]) & inside
        drawn = np.array([place in draw.places for place in self.places]) & inside
        if not drawn.any():  # its transcripts were removed
            return
        self.by_hand |= before[:, None] & self.known
        self.drawn |= drawn
        self.probability[drawn] = [draw.places[self.places[row]] for row in np.flatnonzero(drawn)]
        # A code that came later was not looked for in what was drawn.
        looked_for = self.known[drawn].all(axis=0)
        self.counted |= self.by_hand | ((inside & ~before)[:, None] & looked_for)
        self.suggested[inside] = suggested[inside]
        self.draws.append(draw)
        self._taken |= draw.transcripts


def _suggested(
    corpus: Corpus,
    book: Codebook,
    settings: Configuration,
    segments: Sequence[Segment],
    draw: CountingDraw | ReviewDraw,
) -> Bools:
    """(n, k) what the version of a draw suggests, also for the constructs of sub-constructs where these count as them."""
    suggested = np.zeros((len(segments), len(book.ids)), dtype=bool)
    if draw.model is None:
        return suggested
    row = {segment.place: at for at, segment in enumerate(segments)}
    column = {code: at for at, code in enumerate(book.ids)}
    made = corpus.suggestions(draw.model)
    for one in present_suggestions(made, corpus.manifests[draw.model], book, corpus.history):
        above = book.ancestors(one.code) if settings.learning.roll_up else ()
        if one.place in row:
            suggested[row[one.place], [column[code] for code in (one.code, *above)]] = True
    return suggested


def _check_coded(draw: CountingDraw, segments: Sequence[Segment], labels: LabelMatrix) -> None:
    again = f"secondcoder sheet make sample.xlsx --sample {draw.size} --coder {shell_word(draw.coder)}"
    is_coded = {segment.place: is_it for segment, is_it in zip(segments, labels.coded_rows.tolist(), strict=True)}
    if draw.places.keys() - is_coded.keys():
        raise InputError(
            "Interviews are cut into other passages than when a sample was drawn, so counts cannot be corrected by it. Draw "
            f"another: {again}"
        )
    if missing := sum(not is_coded[place] for place in draw.places):
        verb = "is" if missing == 1 else "are"
        raise InputError(
            f"{missing} of {counted(len(draw.places), 'drawn passage')} {verb} not coded yet, so counts cannot be corrected. Code "
            f"them in {draw.coder}'s sheet, with a yes under `read` where no code applies, and take it in: secondcoder import SHEET. "
            f"For a sheet of what is left: {again}"
        )
