"""The adjudication page; it opens only with the link that was made for it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from secondcoder.domain.records import ReviewAction, Transcript
from secondcoder.errors import DecisionError
from secondcoder.labels.adjudication import Disagreement
from secondcoder.review.action_request import read_seconds
from secondcoder.review.adjudication import disagreements_in_review, undo_last_settlement
from secondcoder.review.adjudication import settle as settle_passage
from secondcoder.review.app_state import AppState
from secondcoder.review.security import Session
from secondcoder.review.text_rendering import Piece, words_around

CLOSED = (
    "Other people's codings are shown only in an adjudication session. It begins with: secondcoder review --adjudicate"
)


def adjudicate_page(state: AppState, session: Session, request: Request, form: dict[str, str]) -> Response:
    """The passage asked for, or the first that is not settled."""
    if not session.adjudicates:
        return state.page("refused.html", session, 403, reason=CLOSED)
    disagreements = disagreements_in_review(state.review, session.coder)
    current = _current(disagreements, request.query_params.get("at", ""))
    at = disagreements.index(current) if current else 0
    transcript = state.review.transcript_of(current.passage) if current else None
    return state.page(
        "adjudicate.html",
        session,
        disagreement=current,
        transcript=transcript,
        pieces=_pieces(transcript, current) if transcript and current else [],
        settled=sum(disagreement.settled is not None for disagreement in disagreements),
        of=len(disagreements),
        before=disagreements[at - 1] if current and at else None,
        after=disagreements[at + 1] if current and at + 1 < len(disagreements) else None,
        request_mark=secrets.token_urlsafe(12),
    )


def _pieces(transcript: Transcript, disagreement: Disagreement) -> list[Piece]:
    """The passage among the words around it."""
    segment = disagreement.passage.segment
    return words_around(transcript.text, transcript.turns[segment.turn], segment.span)


def _current(disagreements: Sequence[Disagreement], key: str) -> Disagreement | None:
    named = (disagreement for disagreement in disagreements if disagreement.passage.key == key)
    unsettled = (disagreement for disagreement in disagreements if disagreement.settled is None)
    return next(named, None) or next(unsettled, None)


def settle(state: AppState, session: Session, request: Request, form: dict[str, str]) -> Response:
    """Record what was settled, then the next passage; or undo the last settlement, and show its passage."""
    if not session.adjudicates:
        raise DecisionError(CLOSED)
    if form.get("verdict") == ReviewAction.UNDO:
        token = form.get("request") or secrets.token_urlsafe(12)
        undone = undo_last_settlement(state.review, session.coder, token)
        return RedirectResponse(f"/adjudicate?{urlencode({'at': undone.key})}", 303)
    passage = state.review.passage(form.get("passage", ""))
    codes = [code for code in (*form.get("*holds", "").split("\n"), form.get("other", "").strip()) if code]
    memo, seconds = form.get("memo", ""), read_seconds(form.get("seconds", ""))
    settle_passage(state.review, session.coder, passage.place, codes, memo, form.get("request", ""), seconds)
    return RedirectResponse("/adjudicate", 303)
