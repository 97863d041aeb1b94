"""The pages of the code view that are read: all codes, one code, and its Word document."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from secondcoder.domain.grouping import group_by
from secondcoder.domain.wording import counted
from secondcoder.errors import NoSuchPageError
from secondcoder.labels.code_counts import case_counts, count_table
from secondcoder.labels.code_passages import CodedPassage
from secondcoder.reports.word import word_document
from secondcoder.review.adjudication_pages import CLOSED
from secondcoder.review.app_state import AppState
from secondcoder.review.code_view import LONGEST_WORD, CodeView, address, query_of, read_filter
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
        clinic=session.adjudicates and state.review.workspace.version is not None,
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


def clinic_document(state: AppState, session: Session, request: Request, form: dict[str, str]) -> Response:
    """The passages that separate two people's readings of a code; for the adjudication session alone, as others' codings are."""
    # Here: it loads scikit-learn, for which no other page has to wait.
    from secondcoder.agreement.clinic_report import clinic_markdown
    from secondcoder.agreement.codebook_clinic import OutOfFoldSaid, codebook_clinic

    if not session.adjudicates:
        return state.page("refused.html", session, 403, reason=CLOSED, missing=False)
    opened, code = state.review.workspace, request.query_params.get("code", "")
    if code not in state.review.book:
        raise NoSuchPageError(f"There is no such code: {state.review.book.missing_code_message(code[:LONGEST_WORD])}")
    workspace = replace(opened, corpus=opened.corpus.with_marks_now())
    clinic = codebook_clinic(workspace, OutOfFoldSaid.of_model(workspace), [code])
    return _word(word_document(clinic_markdown(clinic)), f"{code} clinic")


def document(state: AppState, session: Session, request: Request, form: dict[str, str]) -> Response:
    """The same passages as a Word document."""
    view = CodeView(state.review, session)
    passages = view.passages(request.query_params.get("code", ""), read_filter(request.query_params))
    return _word(passages_document(passages, state.review.book), passages.code)


def _word(content: bytes, name: str) -> Response:
    where = f"attachment; filename*=UTF-8''{quote(f'{name}.docx', safe='')}"
    return Response(content, media_type=WORD, headers={"Content-Disposition": where})
