"""A sample for counting: passages drawn with known probability from all that nobody coded by hand, to correct the model's suggestions.

Half are drawn where the model suggests something, since codes are mostly there, and half where it suggests nothing, since misses
are; each half from every case, in proportion to its passages. Which ones follows from a number that each passage has by the
study's seed, so that a sample of 100 holds the sample of 60 that was drawn before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from secondcoder.corpus import PROPOSED, of_reviews
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


def draw_to_count(workspace: Workspace, size: int, coder: str) -> CountingSample:
    """Draw passages for `coder` from all transcripts that nobody coded by hand and whose suggestions they have not seen.

    Raises:
        InputError: there is nothing to draw from, the model in use has not coded it all, or all that was drawn is coded.
    """
    corpus, coder = workspace.corpus, known_name(coder, workspace.corpus.coders)
    segments = workspace.segments(corpus.transcripts)
    looked = unaided_labels(corpus, workspace.codebook, workspace.configuration, segments).coded_rows
    before = latest_draw(corpus)
    # By another model, what was drawn before is coded by hand like all else.
    kept = before.places.keys() if before and before.model == workspace.version else frozenset[Place]()
    again = np.array([segment.place in kept for segment in segments], dtype=bool)
    open_ = _open(workspace, segments, ~looked | again, coder)
    _check_suggested(workspace, {segments[row].transcript for row in np.flatnonzero(open_)})
    rows = np.flatnonzero(open_ & (~looked | again))
    suggested = {one.place for one in corpus.suggestions(workspace.version)} if workspace.version else set[Place]()
    places, seed = [segments[row].place for row in rows], workspace.configuration.review.sample_seed
    drawn, probability = drawn_of(
        [corpus.case_of[place[0]] for place in places],
        np.array([place in suggested for place in places], dtype=bool),
        np.array([draw(place, seed, "count") for place in places]),
        size,
        again[rows],
    )
    made = CountingDraw(
        workspace.version,
        size,
        coder,
        {places[at]: float(probability[at]) for at in np.flatnonzero(drawn)},
        frozenset(place[0] for place in places),
        frozenset(segments[row].place for row in np.flatnonzero(open_ & looked & ~again)),
    )
    to_code = frozenset(places[at] for at in np.flatnonzero(drawn & ~looked[rows]))
    if not to_code:
        raise InputError(
            f"All {len(made.places)} passages that were drawn are coded. To draw more, ask for a larger sample than that. Nothing was "
            "written."
        )
    return CountingSample(made, to_code)


def record_draw(workspace: Workspace, made: CountingDraw) -> None:
    """Keep a draw in the audit trail: without its probabilities, no count can be corrected by what is coded."""
    detail = made.detail(workspace.configuration.review.sample_seed)
    if not any(event["detail"] == detail for event in workspace.corpus.proposals[-1:]):
        with workspace.write() as write:
            write.log(PROPOSED, **detail)


def _open(workspace: Workspace, segments: Sequence[Segment], left: Bools, coder: str) -> Bools:
    """(n,) in a transcript of which something is left, and whose suggestions the coder has not seen."""
    decisions = of_reviews(workspace.corpus.decisions_as_made)
    seen = {decision.transcript for decision in decisions if decision.coder == coder}
    open_ = np.zeros(len(segments), dtype=bool)
    for name, rows in rows_by_transcript(segments).items():
        open_[rows] = left[rows].any() and name not in seen
    if not open_.any():
        why = f"{coder} has seen the suggestions on all that are left" if seen else "everything is coded by hand"
        raise InputError(
            f"There is no transcript to draw from: {why}. Counts need no sample where all is coded by hand, or where reviews are "
            "finished; otherwise let somebody else code it: --coder NAME. Nothing was written."
        )
    return open_


def _check_suggested(workspace: Workspace, names: set[str]) -> None:
    missing = sorted(names - {*workspace.corpus.suggested_on(workspace.version)}) if workspace.version else []
    if missing:
        raise InputError(
            f"{workspace.version} has not coded {first_of(missing, 3)} yet, and a sample is drawn by where it suggests something. "
            "Let it: secondcoder code. Nothing was written."
        )


def drawn_of(
    cases: Sequence[str | None], with_suggestions: Bools, numbers: Floats, size: int, before: Bools
) -> tuple[Bools, Floats]:
    """(n,) which of n passages are drawn, `size` or a few more, and (n,) how likely each was to be.

    Args:
        cases: of each passage; with_suggestions: (n,) the model suggests some code there.
        numbers: (n,) at random in [0, 1): the smallest of each stratum are drawn.
        before: (n,) drawn in an earlier sample; they stay, and with them every passage whose number is smaller.
    """
    drawn, probability = np.zeros(len(numbers), dtype=bool), np.zeros(len(numbers))
    for rows, wanted in zip(*_halves(with_suggestions, size), strict=True):
        case = np.unique([cases[row] or "" for row in rows.tolist()], return_inverse=True)[1]
        for at, share in enumerate(allocated(np.bincount(case), wanted)):
            stratum = rows[case == at]
            ordered = stratum[np.argsort(numbers[stratum], kind="stable")]
            kept = int(np.flatnonzero(before[ordered]).max(initial=-1)) + 1
            drawn[ordered[: max(share, kept)]] = True
            probability[stratum] = max(share, kept) / len(stratum)
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
    return [int(share) for share in np.minimum(np.maximum(shares, 1), sizes)]
