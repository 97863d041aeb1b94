"""The coding page of an interview: shown, asked for anew, and acted on; and the first page of a fresh study."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from secondcoder.errors import DecisionError, NoSuchPageError, did_you_mean
from secondcoder.labels.hand_coding import key_of
from secondcoder.review.app_state import AppState
from secondcoder.review.coding import requests
from secondcoder.review.coding.desk import Desk
from secondcoder.review.coding.page import CodingPage, coding_page, margins, shown_turns
from secondcoder.review.coding.wording import last_action, message
from secondcoder.review.security import Session
from secondcoder.review.session import ReviewSession

MOST_MARGINS = 20_000


def show(state: AppState, session: Session, request: Request, form: dict[str, str]) -> Response:
    """The page; for its script what changed since a version, a code's definition, or the box of one coding."""
    desk = _desk(state, session, request)
    asked = request.query_params
    if "about" in asked:
        return _about(state, session, asked["about"])
    page = coding_page(desk)
    if request.headers.get("x-asked-by") == "page":
        if "edit" in asked:
            return state.page("coding_edit.html", session, **_context(state, desk, page, asked["edit"]))
        if asked.get("since") == page.version:
            return Response(status_code=204)
        return JSONResponse(_changing(state, session, desk, page))
    context = _context(state, desk, page, asked.get("edit", ""))
    return state.page("coding.html", session, **context, turns=shown_turns(desk.transcript))


def act(state: AppState, session: Session, request: Request, form: dict[str, str]) -> Response:
    """One action; the page's script gets what the page shows now, a browser without script the page."""
    desk = _desk(state, session, request)
    if form.get("action") == "newcode":
        told, keys = f"Added to the codebook: {desk.new_code(requests.new_code(form)).id}.", []
        state.reopen()
        desk = _desk(state, session, request)
    else:
        done = requests.do(desk, form)
        told, keys = message(desk, done), [key_of(row) for row in done.put.codings]
    if request.headers.get("x-asked-by") != "page":
        turn = form.get("turn", "")
        return RedirectResponse(address(desk.transcript.id) + (f"#turn{turn}" if turn.isdigit() else ""), 303)
    return JSONResponse(_changing(state, session, desk, coding_page(desk)) | {"message": told, "keys": keys})


def address(transcript: str) -> str:
    """Where an interview is coded."""
    return f"/code/{quote(transcript)}"


def first_page(review: ReviewSession, coder: str) -> str:
    """Where a coder begins: where nothing is suggested and they have coded nothing, at the first interview; else at the list."""
    if review.interviews or not review.transcripts or review.study.store.marks_of(coder):
        return "/"
    return address(next(iter(review.transcripts)))


def _desk(state: AppState, session: Session, request: Request) -> Desk:
    review, name = state.review, request.path_params["transcript"]
    if session.adjudicates:
        raise DecisionError(
            "The adjudication link settles what coders coded differently. Coding needs a coder's own link."
        )
    if name not in review.transcripts:
        near = did_you_mean(name, review.transcripts)
        raise NoSuchPageError(f"No interview '{name[:80]}' is in this study.{near}")
    return Desk(review, session.coder, review.transcripts[name])


def _about(state: AppState, session: Session, written: str) -> HTMLResponse:
    code = state.review.book.find(written)
    return state.page("coding_about.html", session, code=state.review.book[code] if code else None)


def _context(state: AppState, desk: Desk, page: CodingPage, edit: str = "") -> dict[str, Any]:
    review, names = state.review, list(state.review.transcripts)
    at = names.index(desk.transcript.id)
    return {
        "transcript": desk.transcript,
        "url": address(desk.transcript.id),
        "page": page,
        "margins": _margins(state, desk, page),
        "origin": desk.origin,
        "undo": last_action(desk.transcript, page.last),
        "edited": page.coding(edit) if edit else None,
        "asked_edit": edit,
        "codebook": review.book.hash,
        "has_suggestions": desk.transcript.id in review.interviews,
        "before": address(names[at - 1]) if at else "",
        "after": address(names[at + 1]) if at + 1 < len(names) else "",
        "next_name": names[at + 1] if at + 1 < len(names) else "",
        "model": review.model,
    }


def _margins(state: AppState, desk: Desk, page: CodingPage) -> dict[int, str]:
    """Number of a turn -> its margin; what was rendered once is kept, since an action changes a turn or two of a thousand."""
    kept, url = state.kept_margins, address(desk.transcript.id)
    if len(kept) > MOST_MARGINS:
        kept.clear()
    rendered = {}
    for turn, codings in margins(page, desk.transcript).items():
        key = (url, *codings)
        if key not in kept:
            kept[key] = state.render("coding_margin.html", None, codings=codings, url=url)
        rendered[turn] = kept[key]
    return rendered


def _changing(state: AppState, session: Session, desk: Desk, page: CodingPage) -> dict[str, Any]:
    context = _context(state, desk, page)
    return {
        "version": page.version,
        "codebook": context["codebook"],
        "margins": context["margins"],
        "readings": state.render("coding_readings.html", session, **context),
        "usual": page.usual,
        "undo": context["undo"],
    }
