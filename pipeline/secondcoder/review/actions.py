"""Deciding: a form comes in, the decision is recorded in the store, and only then the screen moves on."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from secondcoder.codebook.present import present_decision
from secondcoder.domain.records import Decision, ReviewAction
from secondcoder.labels.review_sample import Passage
from secondcoder.review.action_request import read_action
from secondcoder.review.app_state import AppState
from secondcoder.review.coder_progress import CoderProgress
from secondcoder.review.navigation import View, item_for, next_item, read_view
from secondcoder.review.pages import queue_context, refuse_adjudicator
from secondcoder.review.queue import Item
from secondcoder.review.security import Session
from secondcoder.review.session import ReviewSession
from secondcoder.review.sidebar import row_of
from secondcoder.review.wording import participle

STAYING = (ReviewAction.ADD, ReviewAction.REMOVE)


def decide(state: AppState, session: Session, request: Request, form: dict[str, str]) -> Response:
    """Record a decision; the page's script gets what changed, a browser without script the next page."""
    refuse_adjudicator(session)
    review = state.review
    view = read_view(review, form | {"code": form.get("filter_code", "")}, form.get("transcript", ""))
    decision = review.decide(session.coder, read_action(form))
    progress = review.progress_of(session.coder)
    passage = review.by_place[decision.place]
    item = _next_shown(review, view, progress, passage, decision, form.get("at", ""))
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
            "message": _message(decision, progress),
        }
    )


def _next_shown(
    review: ReviewSession, view: View, progress: CoderProgress, passage: Passage, decision: Decision, at: str
) -> Item | None:
    """Which item to show now: after an undo the undone one, while something is open on a passage that passage, else the next."""
    if decision.verdict is ReviewAction.UNDO:
        undone = _undone(decision, progress)
        code = present_decision(undone, progress.changes).suggested if undone else None
        return item_for(review, view, progress, Item(passage, code).key)
    items, current = view.items(review), item_for(review, view, progress, at)
    # A passage stays when its blind coding ends: its suggestions are to be seen now.
    if decision.verdict in STAYING or (decision.verdict is ReviewAction.LOOKED and not decision.shown):
        return current
    open_codes = progress.open_codes(passage)
    # By code, an ordinary passage's other suggestions come with their own codes; a blind one's are decided on together.
    if view.order == "transcript" or view.transcript or passage.is_blind:
        same_passage = next((item for item in items if item.passage == passage and item.code in open_codes), None)
        if same_passage:
            return same_passage
    return next_item(items, progress, current)


def _undone(decision: Decision, progress: CoderProgress) -> Decision | None:
    return next((earlier for earlier in progress.decisions if earlier.id == decision.undoes), None)


def _message(decision: Decision, progress: CoderProgress) -> str:
    """'CP accepted.', or what was undone."""
    undone = _undone(decision, progress)
    if undone is not None:
        return f"Undone: {_described(undone)}."
    described = _described(decision)
    return f"{described[0].upper()}{described[1:]}."


def _described(decision: Decision) -> str:
    code = decision.suggested or decision.code
    return f"{code} {participle(decision)}" if code else participle(decision)
