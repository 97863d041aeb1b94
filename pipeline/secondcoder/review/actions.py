"""Deciding: a form comes in, the decision lands in the store, and only then the screen moves on."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from secondcoder.codebook.present import present_decision
from secondcoder.domain.records import Decision, Verdict
from secondcoder.review.app import Room
from secondcoder.review.coder_progress import Work
from secondcoder.review.navigation import View, item_for, next_item, read_view
from secondcoder.review.pages import queue_context, refuse_adjudicator
from secondcoder.review.passages import Passage
from secondcoder.review.queue import Item
from secondcoder.review.review_action import read_word
from secondcoder.review.security import Session
from secondcoder.review.session import Desk
from secondcoder.review.sidebar import row_of
from secondcoder.review.wording import said

STAYING = (Verdict.ADD, Verdict.REMOVE)


def decide(room: Room, session: Session, request: Request, form: dict[str, str]) -> Response:
    """Take a decision; the page's script gets what changed, a browser without script the next page."""
    refuse_adjudicator(session)
    desk = room.desk
    view = read_view(desk, form | {"code": form.get("filter_code", "")}, form.get("transcript", ""))
    word = read_word(form)
    decision = desk.decide(session.coder, word)
    work = desk.work(session.coder)
    passage = desk.by_place[decision.transcript, decision.start, decision.end]
    item = _where_to(desk, view, work, passage, decision, form.get("at", ""))
    if request.headers.get("x-asked-by") != "page":
        return RedirectResponse(view.url(item), 303)
    context = queue_context(desk, work, view, item.key if item else "")
    rows = {}
    if view.transcript == passage.segment.transcript:
        row = row_of(desk, work, view, passage)
        rows[row.id] = room.render("row.html", session, row=row, view=view)
    return JSONResponse(
        {
            "panel": room.render("panel.html", session, **context),
            "progress": room.render("progress.html", session, **context),
            "rows": rows,
            "url": view.url(item),
            "said": _said(decision, work),
        }
    )


def _where_to(desk: Desk, view: View, work: Work, passage: Passage, done: Decision, at: str) -> Item | None:
    """After an undo back to where it was; while a passage has more to see or to add, there; else on to what waits next."""
    if done.verdict is Verdict.UNDO:
        back = next((present_decision(one, work.fates) for one in work.decisions if one.id == done.undoes), None)
        return item_for(desk, view, work, Item(passage, back.suggested if back else None).key)
    items, here = view.items(desk), item_for(desk, view, work, at)
    if done.verdict in STAYING or (done.verdict is Verdict.LOOKED and not done.shown):
        return here
    open_codes = work.open_codes(passage)
    if view.order == "transcript" or view.transcript or passage.is_blind:
        stay = next((one for one in items if one.passage == passage and one.code in open_codes), None)
        if stay:
            return stay
    return next_item(items, work, here)


def _said(decision: Decision, work: Work) -> str:
    """'CP accepted.', or what was taken back."""
    undone = next((one for one in work.decisions if one.id == decision.undoes), None)
    if undone is not None:
        return f"Taken back: {_named(undone)}."
    words = _named(decision)
    return f"{words[0].upper()}{words[1:]}."


def _named(decision: Decision) -> str:
    code = decision.suggested or decision.code
    return f"{code} {said(decision)}" if code else said(decision)
