"""Training a new version from the review: the button, how far it is, and the outcome."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from secondcoder.errors import NoSuchPageError
from secondcoder.review.app_state import AppState
from secondcoder.review.security import DOCUMENT_POLICY, Session


def retrain(state: AppState, session: Session, request: Request, form: dict[str, str]) -> Response:
    """Start training a new version; its page shows the rest."""
    state.runner.start(session.coder)
    return RedirectResponse("/learn", 303)


def retrain_page(state: AppState, session: Session, request: Request, form: dict[str, str]) -> Response:
    """How far the training is: the page, or for its script the part that changes."""
    asked_by_page = request.headers.get("x-asked-by") == "page"
    response = state.page("training.html" if asked_by_page else "retrain.html", session, **retrain_context(state))
    job = state.runner.job
    response.headers["X-Running"] = "yes" if job and job.is_running else "no"
    return response


def report_page(state: AppState, session: Session, request: Request, form: dict[str, str]) -> Response:
    """The report of the last training, as it was written: a page of its own that may run and load nothing."""
    outcome = state.runner.job.outcome if state.runner.job else None
    page = state.review.study.folder / outcome.report if outcome else None
    if page is None or not page.is_file():
        raise NoSuchPageError("Nothing was trained here yet, so there is no report.")
    text = page.read_text(encoding="utf-8")
    return HTMLResponse(text, headers={"Content-Security-Policy": DOCUMENT_POLICY})


def reopen(state: AppState, session: Session, request: Request, form: dict[str, str]) -> Response:
    """Go on with the suggestions of the model in use, for everybody who reviews."""
    state.reopen()
    return RedirectResponse("/", 303)


def retrain_context(state: AppState) -> dict[str, Any]:
    """What the template reads; `is_newer` when a training took a version into use that the pages do not show yet."""
    job = state.runner.job
    outcome = job.outcome if job else None
    is_newer = bool(outcome and outcome.in_use and outcome is not state.taken)
    return {"job": job, "model": state.review.model, "is_newer": is_newer}
