"""Adjudication in an open review: the disagreements of its coders, and recording what they settle together."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from secondcoder.domain.records import Place
from secondcoder.errors import DecisionError
from secondcoder.labels.adjudication import Disagreement, disagreements, settlement, undo_settlement
from secondcoder.labels.decisions import current_codings
from secondcoder.labels.review_sample import Passage
from secondcoder.review.session import ReviewSession


def disagreements_in_review(review: ReviewSession, adjudicator: str) -> list[Disagreement]:
    """Every passage in review on which coders disagree, settled or not, in the order of the transcripts."""
    # A new snapshot, since coders may decide while the adjudication is open.
    corpus = review.study.corpus
    codings = current_codings(corpus.codings, corpus.decisions_as_made, corpus.history)
    return disagreements(review.passages, codings, corpus.passes, adjudicator, review.progress_of(adjudicator).state)


def settle(
    review: ReviewSession,
    adjudicator: str,
    place: Place,
    codes: Sequence[str],
    memo: str,
    request: str,
    seconds: float | None,
) -> None:
    """Record the codes that a passage has after adjudication, none or several, in place of an earlier settlement.

    Raises:
        DecisionError: a code is not in the codebook; nothing is recorded.
    """
    known = [review.book.find(code) for code in codes]
    if None in known:
        raise DecisionError(f"{review.book.missing_code_message(codes[known.index(None)])} Nothing was recorded.")
    chosen = [code for code in dict.fromkeys(known) if code is not None]
    before = review.progress_of(adjudicator).state(place)
    request = request or secrets.token_urlsafe(12)
    review.write(settlement(adjudicator, place, chosen, before, memo, request, seconds))


def undo_last_settlement(review: ReviewSession, adjudicator: str, request: str) -> Passage:
    """Undo the last settlement, so that the one before it holds again; the passage it was on.

    Raises:
        DecisionError: nothing is settled, or everything was undone.
    """
    decisions = review.decisions_in_review(adjudicator)
    if not decisions:
        raise DecisionError("There is nothing left to undo.")
    review.write(undo_settlement(adjudicator, decisions, request))
    return review.by_place[decisions[-1].place]
