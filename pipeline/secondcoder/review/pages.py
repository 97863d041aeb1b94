"""The pages that are read: overview, queue, transcript, codebook."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from secondcoder.domain.records import SpeakerRole, Transcript, Turn
from secondcoder.errors import DecisionError
from secondcoder.labels.review_sample import Interview
from secondcoder.review.app_state import AppState
from secondcoder.review.coder_progress import CoderProgress
from secondcoder.review.coding.readings import read_by
from secondcoder.review.navigation import View, item_at, item_for, read_view
from secondcoder.review.panel import build_panel
from secondcoder.review.queue import Item
from secondcoder.review.security import Session
from secondcoder.review.session import ReviewSession
from secondcoder.review.sidebar import Row, row_of


@dataclass(frozen=True)
class ViewProgress:
    """How far a coder is in a view: passages decided, of how many, and the typical time of one in seconds."""

    done: int
    of: int
    seconds: float | None

    @property
    def left(self) -> int:
        """Passages that are still open."""
        return self.of - self.done

    @property
    def time_left(self) -> float | None:
        """Seconds for the rest, at the pace so far."""
        return None if self.seconds is None else self.seconds * self.left


@dataclass(frozen=True)
class ShownTurn:
    """One turn of a transcript as the page shows it: an interviewer's words, or rows of passages; `found` by a search."""

    turn: Turn
    text: str
    rows: list[Row]
    found: bool

    @property
    def hits(self) -> int:
        """Places here with the words searched for."""
        return sum(row.found for row in self.rows) if self.rows else int(self.found)


def view_progress(items: list[Item], progress: CoderProgress) -> ViewProgress:
    """Progress over the passages of a view."""
    done = progress.cached("done", items, lambda: sum(item.is_done(progress) for item in items))
    return ViewProgress(done, len(items), progress.typical_seconds())


@dataclass(frozen=True)
class OverviewRow:
    """An interview in the list: how many codings the coder has given, how far they say to have read it, and what is decided of it."""

    transcript: Transcript
    codings: int
    read: str
    decided: int = 0
    of: int = 0


def overview(state: AppState, session: Session, request: Request, form: dict[str, str]) -> Response:
    """All interviews of the study: coded and read by this coder, and what there is to review."""
    if session.adjudicates:
        return state.page("adjudicator.html", session)
    review = state.review
    progress = review.progress_of(session.coder)
    rows = _overview_rows(review, progress)
    return state.page(
        "overview.html",
        session,
        rows=rows,
        coded=sum(row.codings > 0 for row in rows),
        # Every passage to decide on stands in one row: no need to put them in order.
        progress=ViewProgress(
            sum(row.decided for row in rows), sum(row.of for row in rows), progress.typical_seconds()
        ),
        model=review.model,
        all_blind=review.all_blind,
        unknown=review.unknown.summary,
        nothing=review.nothing_to_review,
    )


def _overview_rows(review: ReviewSession, progress: CoderProgress) -> list[OverviewRow]:
    marks = review.study.store.marks_of(progress.coder)
    read = read_by(review, progress.coder, marks)
    rows = []
    for name, transcript in review.transcripts.items():
        codings = len(marks[name].codings) if name in marks else 0
        done = _decided(review.interviews[name], progress) if name in review.interviews else (0, 0)
        rows.append(OverviewRow(transcript, codings, read.get(name, ""), *done))
    return rows


def _decided(interview: Interview, progress: CoderProgress) -> tuple[int, int]:
    passages = interview.in_review
    return sum(progress.is_done(passage) for passage in passages), len(passages)


def refuse_adjudicator(session: Session) -> None:
    """DecisionError for an adjudication session on a page where one coder decides on suggestions."""
    if session.adjudicates:
        raise DecisionError(
            "The adjudication link settles what coders coded differently. Suggestions are decided on with a coder's own link."
        )


def queue_page(state: AppState, session: Session, request: Request, form: dict[str, str]) -> Response:
    """Passages one at a time."""
    refuse_adjudicator(session)
    view, progress = read_view(state.review, request.query_params), state.review.progress_of(session.coder)
    context = queue_context(state.review, progress, view, request.query_params.get("at", ""))
    return state.page("queue.html", session, **context)


def queue_context(review: ReviewSession, progress: CoderProgress, view: View, at: str) -> dict[str, Any]:
    """What the queue's template reads."""
    items = view.items(review)
    item = item_for(review, view, progress, at)
    return {
        "view": view,
        "progress": view_progress(items, progress),
        "cases": review.cases,
        "panel": build_panel(review, progress, view, items, item) if item else None,
        "request_mark": secrets.token_urlsafe(12),
    }


def transcript_page(state: AppState, session: Session, request: Request, form: dict[str, str]) -> Response:
    """The whole interview, with the current passage beside it."""
    refuse_adjudicator(session)
    review = state.review
    view = read_view(review, request.query_params, request.path_params["transcript"])
    progress = review.progress_of(session.coder)
    at = request.query_params.get("at") or _first_hit(review, progress, view)
    turns = turns_of(review, progress, view)
    return state.page(
        "transcript.html",
        session,
        **queue_context(review, progress, view, at),
        turns=turns,
        hits=sum(turn.hits for turn in turns),
        transcript=review.transcripts[view.transcript],
    )


def _first_hit(review: ReviewSession, progress: CoderProgress, view: View) -> str:
    """Where no passage with the words searched for is open, the first of them: a code can be added there."""
    if item_at(view.items(review), progress, ""):
        return ""
    passages = review.interviews[view.transcript].passages
    return next((Item(passage).key for passage in passages if view.wanted.finds(passage.segment.text)), "")


def turns_of(review: ReviewSession, progress: CoderProgress, view: View) -> list[ShownTurn]:
    """The transcript turn by turn, its passages with their stripes."""
    transcript = review.transcripts[view.transcript]
    rows: dict[int, list[Row]] = {}
    for passage in review.interviews[view.transcript].passages:
        rows.setdefault(passage.segment.turn, []).append(row_of(review, progress, view, passage))
    return [
        ShownTurn(turn, text, rows.get(at, []), view.wanted.finds(text))
        for at, turn in enumerate(transcript.turns)
        for text in (transcript.text[turn.start : turn.end],)
        if rows.get(at) or turn.role is SpeakerRole.INTERVIEWER
    ]


def codebook_page(state: AppState, session: Session, request: Request, form: dict[str, str]) -> Response:
    """Definitions: the whole codebook as a page, or for the page's script one code."""
    book = state.review.book
    code = book.find(request.query_params.get("code", "")) or ""
    name = "definition.html" if request.headers.get("x-asked-by") == "page" else "codebook.html"
    return state.page(name, session, code=book[code] if code else None, codes=book.codes)
