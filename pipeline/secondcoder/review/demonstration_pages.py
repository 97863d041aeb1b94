"""The first page of a demonstration: what this study is, and where to look."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from secondcoder.errors import NoSuchPageError
from secondcoder.review.app_state import AppState
from secondcoder.review.code_view import CodeView
from secondcoder.review.coding.pages import address
from secondcoder.review.pages import refuse_adjudicator
from secondcoder.review.security import DOCUMENT_POLICY, Session

ADDRESS = "/demonstration"
_NONE = "This study is no demonstration. `secondcoder demo` makes one."


def tour(state: AppState, session: Session, request: Request, form: dict[str, str]) -> Response:
    """Where a newcomer finds what; NoSuchPageError in any other study."""
    refuse_adjudicator(session)
    if state.demonstration is None:
        raise NoSuchPageError(_NONE)
    review, progress = state.review, state.review.progress_of(session.coder)
    waiting = sum(not progress.is_done(each) for one in review.interviews.values() for each in one.in_review)
    to_code = next(iter(review.interviews), None) or next(iter(review.transcripts))
    return state.page(
        "demonstration.html",
        session,
        interviews=len(review.transcripts),
        cases=len({transcript.case for transcript in review.transcripts.values()} - {None}),
        in_review=len(review.interviews),
        waiting=waiting,
        to_code=to_code,
        coding_url=address(to_code),
        is_held=bool(CodeView(review, session).held_back.to_read),
    )


def summary(state: AppState, session: Session, request: Request, form: dict[str, str]) -> Response:
    """The summary as `demo` wrote it: a page of its own that may run and load nothing."""
    if state.demonstration is None or not state.demonstration.is_file():
        raise NoSuchPageError(_NONE)
    text = state.demonstration.read_text(encoding="utf-8")
    return HTMLResponse(text, headers={"Content-Security-Policy": DOCUMENT_POLICY})
