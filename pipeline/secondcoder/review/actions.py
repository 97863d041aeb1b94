"""Deciding: a form comes in, the decision is recorded in the store, and only then the screen moves on."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from secondcoder.domain.records import Decision, ReviewAction
from secondcoder.labels.review_sample import Passage
from secondcoder.review.action_request import read_act
from secondcoder.review.app_state import AppState
from secondcoder.review.coder_progress import CoderProgress
from secondcoder.review.navigation import View, item_for, next_item, read_view
from secondcoder.review.pages import queue_context, refuse_adjudicator
from secondcoder.review.queue import Item
from secondcoder.review.security import Session
from secondcoder.review.session import ReviewSession
from secondcoder.review.sidebar import row_of
from secondcoder.review.wording import described

STAYING = (ReviewAction.ADD, ReviewAction.REMOVE)


def decide(state: AppState, session: Session, request: Request, form: dict[str, str]) -> Response:
    """Record what was said of a passage; the page's script gets what changed, a browser without script the next page."""
    refuse_adjudicator(session)
    review = state.review
    view = read_view(review, form | {"code": form.get("filter_code", "")}, form.get("transcript") or None)
    decisions = review.act(session.coder, read_act(form))
    progress = review.progress_of(session.coder)
    passage = review.by_place[decisions[0].place] if decisions else review.passage(form.get("passage", ""))
    stays = _stays(decisions, form.get("verdict", ""))
    item = _next_shown(review, view, progress, passage, stays, form.get("at", ""))
    if request.headers.get("x-asked-by") != "page":
        return RedirectResponse(view.url(item), 303)  # fetched by GET, so that a reload sends nothing again
    context = queue_context(review, progress, view, item.key if item else "")
    rows = {}
    if view.transcript == passage.segment.transcript:
        row = row_of(review, progress, view, passage)
        rows[row.id] = state.render("row.html", session, row=row, view=view)
    return JSONResponse(
        {
            "panel": state.render("panel.html", session, **context),
            "progress": state.render("progress.html", session, **context),
            "rows": rows,
            "url": view.url(item),
            "message": _message(decisions, progress),
        }
    )


def _stays(decisions: Sequence[Decision], verdict: str) -> bool:
    """The passage stays on screen: its undo is to be seen, its own codes may go on, or its blind coding ends and shows what was
    suggested."""
    if verdict == ReviewAction.UNDO or verdict in STAYING:
        return True
    return any(decision.verdict is ReviewAction.LOOKED and not decision.shown for decision in decisions)


def _next_shown(
    review: ReviewSession, view: View, progress: CoderProgress, passage: Passage, stays: bool, at: str
) -> Item | None:
    """Which item to show now: the same passage while something is open on it, or where it stays; else the next."""
    here = Item(passage).key
    if stays:
        return item_for(review, view, progress, here)
    items, current = view.items(review), item_for(review, view, progress, at or here)
    same = item_for(review, view, progress, here)
    if same is not None and same.passage.place == passage.place and not same.is_done(progress):
        return same
    return next_item(items, progress, current)


def _undone(decision: Decision, progress: CoderProgress) -> Decision | None:
    return next((earlier for earlier in progress.decisions if earlier.id == decision.undoes), None)


def _message(decisions: Sequence[Decision], progress: CoderProgress) -> str:
    """'CP, CP.ENR accepted; F2 rejected.', or what was undone."""
    if not decisions:
        return "Nothing changed."
    undone = [earlier for decision in reversed(decisions) for earlier in [_undone(decision, progress)] if earlier]
    if undone:
        return f"Undone: {described(undone)}."
    said = described(decisions)
    return f"{said[0].upper()}{said[1:]}."
