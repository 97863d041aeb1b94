"""A sample for counting: passages drawn with known probability from all that nobody coded by hand, to correct the model's suggestions.

Half are drawn where the model suggests something, since codes are mostly there, and half where it suggests nothing, since misses
are; each half from every case, in proportion to its passages. Which ones follows from a number that each passage has by the
study's seed, so that a sample of 100 holds the sample of 60 that was drawn before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from secondcoder.corpus import PROPOSED, Corpus, of_reviews
from secondcoder.domain.arrays import Bools, Floats, Rows
from secondcoder.domain.names import known_name
from secondcoder.domain.records import Place, Segment
from secondcoder.domain.wording import first_of
from secondcoder.errors import InputError
from secondcoder.labels.counting_draw import CountingDraw, latest_draw
from secondcoder.labels.review_sample import draw
from secondcoder.labels.segment_marks import rows_by_transcript
from secondcoder.labels.unaided_labels import unaided_labels
from secondcoder.workspace import Workspace


@dataclass(frozen=True)
class CountingSample:
    """A draw, and those of its places that nobody coded yet."""

    made: CountingDraw
    to_code: frozenset[Place]


@dataclass(frozen=True)
class _Frame:
    """The m passages to draw from.

    Attributes:
        looked: (m,) coded since an earlier draw, in which they were (`again`, (m,)).
        coded: places in the same transcripts that were coded before any draw.
    """

    places: list[Place]
    looked: Bools
    again: Bools
    coded: frozenset[Place]


def draw_to_count(workspace: Workspace, size: int, coder: str) -> CountingSample:
    """Draw passages for `coder` from all transcripts that nobody coded by hand and whose suggestions they have not seen.

    Raises:
        InputError: there is nothing to draw from, the model in use has not coded it all, or all that was drawn is coded.
    """
    corpus, version = workspace.corpus, workspace.version
    coder = known_name(coder, corpus.coders)
    frame = _frame(workspace, coder)
    suggested = {one.place for one in corpus.suggestions(version)} if version else set[Place]()
    seed = workspace.configuration.review.sample_seed
    drawn, probability = drawn_of(
        np.unique([corpus.case_of[name] or "" for name, _, _ in frame.places], return_inverse=True)[1],
        np.array([place in suggested for place in frame.places], dtype=bool),
        np.array([draw(place, seed, "count") for place in frame.places]),
        size,
        frame.again,
    )
    chances = {frame.places[row]: float(probability[row]) for row in np.flatnonzero(drawn).tolist()}
    to_code = frozenset(frame.places[row] for row in np.flatnonzero(drawn & ~frame.looked).tolist())
    if not to_code:
        raise InputError(
            f"All {len(chances)} passages that were drawn are coded. To draw more, ask for a larger sample. Nothing was written."
        )
    transcripts = frozenset(name for name, _, _ in frame.places)
    return CountingSample(CountingDraw(version, size, coder, chances, transcripts, frame.coded), to_code)


def record_draw(workspace: Workspace, made: CountingDraw) -> None:
    """Keep a draw in the audit trail: without its probabilities, no count can be corrected by what is coded."""
    detail = made.detail(workspace.configuration.review.sample_seed)
    if not any(event["detail"] == detail for event in workspace.corpus.proposals[-1:]):
        with workspace.write() as write:
            write.log(PROPOSED, **detail)


def _frame(workspace: Workspace, coder: str) -> _Frame:
    corpus = workspace.corpus
    segments = workspace.segments(corpus.transcripts)
    looked = unaided_labels(corpus, workspace.codebook, workspace.configuration, segments).coded_rows
    before = latest_draw(corpus)
    # What was drawn by another model, and is coded, is coded by hand like all else.
    kept = before.places.keys() if before and before.model == workspace.version else frozenset[Place]()
    again = np.array([segment.place in kept for segment in segments], dtype=bool)
    left = ~looked | again
    inside = _unseen(corpus, segments, left, coder)
    _check_suggested(workspace, {segments[row].transcript for row in np.flatnonzero(inside).tolist()})
    rows = np.flatnonzero(inside & left)
    coded = frozenset(segments[row].place for row in np.flatnonzero(inside & ~left).tolist())
    return _Frame([segments[row].place for row in rows.tolist()], looked[rows], again[rows], coded)


def _unseen(corpus: Corpus, segments: Sequence[Segment], left: Bools, coder: str) -> Bools:
    """(n,) in a transcript of which something is left, and whose suggestions the coder has not seen."""
    seen = {one.transcript for one in of_reviews(corpus.decisions_as_made) if one.coder == coder}
    inside = np.zeros(len(segments), dtype=bool)
    for name, rows in rows_by_transcript(segments).items():
        inside[rows] = left[rows].any() and name not in seen
    if not inside.any():
        why = (
            f"{coder} has seen the suggestions on all that nobody coded by hand. Let somebody else code the sample: --coder NAME"
            if left.any()
            else "everything is coded by hand, and counts need no sample"
            if segments
            else "the study has no transcripts yet. Bring them in: secondcoder import FILES"
        )
        raise InputError(f"There is nothing to draw from: {why}. Nothing was written.")
    return inside


def _check_suggested(workspace: Workspace, names: set[str]) -> None:
    missing = sorted(names - {*workspace.corpus.suggested_on(workspace.version)}) if workspace.version else []
    if missing:
        raise InputError(
            f"{workspace.version} has not coded {first_of(missing, 3)} yet, and a sample is drawn by where it suggests something. "
            "Let it: secondcoder code. Nothing was written."
        )


def drawn_of(case: Rows, with_suggestions: Bools, numbers: Floats, size: int, before: Bools) -> tuple[Bools, Floats]:
    """(n,) which of n passages are drawn, `size` or a few more, and (n,) how likely each was to be.

    Args:
        case: (n,) number of each one's case; with_suggestions: (n,) the model suggests some code there.
        numbers: (n,) at random in [0, 1): the smallest of each stratum are drawn.
        before: (n,) drawn in an earlier sample; they stay, and with them every passage whose number is smaller.
    """
    drawn, probability = np.zeros(len(numbers), dtype=bool), np.zeros(len(numbers))
    for rows, wanted in zip(*_halves(with_suggestions, size), strict=True):
        for at, share in enumerate(allocated(np.bincount(case[rows]), wanted)):
            stratum = rows[case[rows] == at]
            ordered = stratum[np.argsort(numbers[stratum], kind="stable")]
            kept = int(np.flatnonzero(before[ordered]).max(initial=-1)) + 1
            drawn[ordered[: max(share, kept)]] = True
            probability[stratum] = max(share, kept) / max(len(stratum), 1)
    return drawn, probability


def _halves(with_suggestions: Bools, size: int) -> tuple[list[Rows], list[int]]:
    """The passages with and without suggestions, and how many to draw of each; what one is short of, the other gives."""
    halves = [np.flatnonzero(with_suggestions), np.flatnonzero(~with_suggestions)]
    first = min(max(size // 2, size - len(halves[1])), len(halves[0]))
    return halves, [first, min(size - first, len(halves[1]))]


def allocated(sizes: Rows, wanted: int) -> list[int]:
    """Shares of `wanted` in proportion to the strata's sizes, by largest remainders; at least one of each, so that none is unseen."""
    exact = wanted * sizes / max(sizes.sum(), 1)
    shares = np.floor(exact).astype(int)
    shares[np.argsort(shares - exact, kind="stable")[: wanted - shares.sum()]] += 1
    return [int(share) for share in np.minimum(np.maximum(shares, 1), sizes)]  # a case may have none of a half
