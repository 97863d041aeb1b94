"""The pages of the code view that are read: all codes, one code, and its Word document."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from secondcoder.domain.grouping import group_by
from secondcoder.domain.wording import counted
from secondcoder.labels.code_counts import case_counts, count_table
from secondcoder.labels.code_passages import CodedPassage
from secondcoder.review.app_state import AppState
from secondcoder.review.code_view import CodeView, address, query_of, read_filter
from secondcoder.review.security import Session
from secondcoder.study.codebook_change import pending_in_study
from secondcoder.study.passages import passages_document

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def codes_page(state: AppState, session: Session, request: Request, form: dict[str, str]) -> Response:
    """All codes with counts."""
    view = CodeView(state.review, session)
    counts = view.counts()
    return state.page(
        "codes.html",
        session,
        counts=counts,
        coders=sorted({coder for count in counts for coder in count.by_coder}),
        most=max((count.human + count.suggested for count in counts), default=1) or 1,
        held=view.held_back,
        waiting=sum(pending.open for pending in pending_in_study(view.corpus, state.review.book)),
    )


def code_page(state: AppState, session: Session, request: Request, form: dict[str, str]) -> Response:
    """All passages of a code, people's codings and suggestions apart."""
    wanted, view = read_filter(request.query_params), CodeView(state.review, session)
    passages = view.passages(request.path_params["code"], wanted)
    return state.page(
        "code_view.html",
        session,
        passages=passages,
        human=_by_case(passages.human),
        suggested=_by_case(passages.suggested),
        wanted=wanted,
        query=query_of(wanted),
        table=count_table(case_counts(passages)),
        choices=view.choices(),
        held=view.held_back,
        done=_done(state, request.query_params.get("done", ""), request.query_params.get("to", "")),
        back=address(passages.code, wanted),
        request_mark=secrets.token_urlsafe(12),
    )


def _by_case(rows: Sequence[CodedPassage]) -> dict[str | None, list[CodedPassage]]:
    return group_by(rows, lambda row: row.about.case)


def _done(state: AppState, count: str, code: str) -> str:
    """What an act on the page before came to, in words; '' for none."""
    if code not in state.review.book or not (count.isascii() and count.isdigit() and len(count) < 8):
        return ""
    return f"{counted(int(count), 'passage')} recoded to {code}."


def document(state: AppState, session: Session, request: Request, form: dict[str, str]) -> Response:
    """The same passages as a Word document."""
    view = CodeView(state.review, session)
    passages = view.passages(request.query_params.get("code", ""), read_filter(request.query_params))
    name = f"attachment; filename*=UTF-8''{quote(f'{passages.code}.docx', safe='')}"
    content = passages_document(passages, state.review.book)
    return Response(content, media_type=WORD, headers={"Content-Disposition": name})
