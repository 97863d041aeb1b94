"""Learning from the review in one click: the button, how far it is, and the outcome."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from secondcoder.review.app import Room
from secondcoder.review.security import DOCUMENT_POLICY, Session


def learn(room: Room, session: Session, request: Request, form: dict[str, str]) -> Response:
    """Begin a lesson; its page tells the rest."""
    room.learner.start(session.coder)
    return RedirectResponse("/learn", 303)


def learning_page(room: Room, session: Session, request: Request, form: dict[str, str]) -> Response:
    """How the lesson stands: the page, or for its script the part that changes."""
    asked_by_page = request.headers.get("x-asked-by") == "page"
    response = room.page("lesson.html" if asked_by_page else "learn.html", session, **lesson_context(room))
    lesson = room.learner.lesson
    response.headers["X-Running"] = "yes" if lesson and lesson.is_running else "no"
    return response


def report_page(room: Room, session: Session, request: Request, form: dict[str, str]) -> Response:
    """The report of the last lesson, as it was written: a page of its own that may run and load nothing."""
    outcome = room.learner.lesson.outcome if room.learner.lesson else None
    page = room.desk.study.folder / outcome.report if outcome else None
    if page is None or not page.is_file():
        return room.page("refused.html", session, 404, reason="Nothing was learned here yet, so there is no report.")
    text = page.read_text(encoding="utf-8")
    return HTMLResponse(text, headers={"Content-Security-Policy": DOCUMENT_POLICY})


def renew(room: Room, session: Session, request: Request, form: dict[str, str]) -> Response:
    """Go on with the suggestions of the model in use, for everybody who reviews."""
    room.renew()
    return RedirectResponse("/", 303)


def lesson_context(room: Room) -> dict[str, Any]:
    """What the lesson's template reads; `is_newer` when a lesson made suggestions that the review does not show yet."""
    lesson = room.learner.lesson
    outcome = lesson.outcome if lesson else None
    is_newer = bool(outcome and outcome.suggestions and outcome.version != room.desk.model)
    return {"lesson": lesson, "model": room.desk.model, "is_newer": is_newer}
