"""The pages that are read: overview, queue, transcript, codebook."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from secondcoder.domain.records import SpeakerRole, Transcript, Turn
from secondcoder.review.app import Room
from secondcoder.review.coder_progress import Work
from secondcoder.review.errors import DecisionError
from secondcoder.review.navigation import View, item_at, item_for, read_view, visible_items
from secondcoder.review.panel import build_panel
from secondcoder.review.passages import Interview
from secondcoder.review.queue import Item
from secondcoder.review.security import Session
from secondcoder.review.session import Desk
from secondcoder.review.sidebar import Row, row_of


@dataclass(frozen=True)
class Progress:
    """How far a coder is: passages and suggestions, and the typical time of a decision in seconds."""

    done: int
    of: int
    seconds: float | None

    @property
    def left(self) -> int:
        """Passages that still wait."""
        return self.of - self.done

    @property
    def time_left(self) -> float | None:
        """Seconds for the rest, at the pace so far."""
        return None if self.seconds is None else self.seconds * self.left


@dataclass(frozen=True)
class Said:
    """One turn of a transcript as the page shows it: an interviewer's words, or rows of passages."""

    turn: Turn
    text: str
    rows: list[Row]
    found: bool

    @property
    def hits(self) -> int:
        """Places here with the words searched for."""
        return sum(one.found for one in self.rows) if self.rows else int(self.found)


def progress(items: list[Item], work: Work) -> Progress:
    """Progress over the items of a view."""
    shown = visible_items(items, work)
    done = work.remembered("done", shown, lambda: sum(one.is_done(work) for one in shown))
    return Progress(done, len(shown), work.typical_seconds())


def overview(room: Room, session: Session, request: Request, form: dict[str, str]) -> Response:
    """What is here to review, interview by interview."""
    desk, work = room.desk, room.desk.work(session.coder)
    if session.adjudicates:
        return room.page("adjudicator.html", session)
    rows = [(desk.transcripts[name], *_done(one, work)) for name, one in desk.interviews.items()]
    whole = progress(View("code").items(desk), work)
    return room.page(
        "overview.html",
        session,
        rows=rows,
        progress=whole,
        model=desk.model,
        all_blind=desk.all_blind,
        unknown=desk.unknown.told,
    )


def _done(interview: Interview, work: Work) -> tuple[int, int]:
    wanted = interview.in_review
    return sum(work.is_done(one) for one in wanted), len(wanted)


def refuse_adjudicator(session: Session) -> None:
    """DecisionError for an adjudication session where one coder decides on suggestions."""
    if session.adjudicates:
        raise DecisionError(
            "The adjudication link settles what coders coded differently. Suggestions are decided on with a coder's own link."
        )


def queue_page(room: Room, session: Session, request: Request, form: dict[str, str]) -> Response:
    """Passages one at a time."""
    refuse_adjudicator(session)
    view, work = read_view(room.desk, request.query_params), room.desk.work(session.coder)
    return room.page("queue.html", session, **queue_context(room.desk, work, view, request.query_params.get("at", "")))


def queue_context(desk: Desk, work: Work, view: View, at: str) -> dict[str, Any]:
    """What the queue's template reads."""
    items = view.items(desk)
    item = item_for(desk, view, work, at)
    panel = build_panel(desk, work, view, items, item) if item else None
    shared = {"view": view, "progress": progress(items, work), "cases": desk.cases, "desk": desk}
    return shared | {"panel": panel, "request_mark": secrets.token_urlsafe(12)}


def transcript_page(room: Room, session: Session, request: Request, form: dict[str, str]) -> Response:
    """The whole interview, with the passage in hand beside it."""
    refuse_adjudicator(session)
    view = read_view(room.desk, request.query_params, request.path_params["transcript"])
    work = room.desk.work(session.coder)
    context = queue_context(room.desk, work, view, request.query_params.get("at") or _first_hit(room.desk, work, view))
    told = turns_of(room.desk, work, view)
    return room.page(
        "transcript.html",
        session,
        **context,
        told=told,
        hits=sum(one.hits for one in told),
        transcript=room.desk.transcripts[view.transcript],
    )


def _first_hit(desk: Desk, work: Work, view: View) -> str:
    """Where nothing waits among the passages with the words searched for, the first of them: a code can be added there."""
    if item_at(view.items(desk), work, ""):
        return ""
    whole = desk.interviews[view.transcript].passages
    return next((Item(one, None).key for one in whole if view.wanted.finds(one.segment.text)), "")


def turns_of(desk: Desk, work: Work, view: View) -> list[Said]:
    """The transcript turn by turn, its passages with their stripes."""
    transcript: Transcript = desk.transcripts[view.transcript]
    rows: dict[int, list[Row]] = {}
    for one in desk.interviews[view.transcript].passages:
        rows.setdefault(one.segment.turn, []).append(row_of(desk, work, view, one))
    return [
        Said(turn, text, rows.get(at, []), view.wanted.finds(text))
        for at, turn in enumerate(transcript.turns)
        for text in (transcript.text[turn.start : turn.end],)
        if rows.get(at) or turn.role is SpeakerRole.INTERVIEWER
    ]


def codebook_page(room: Room, session: Session, request: Request, form: dict[str, str]) -> Response:
    """Definitions: the whole codebook as a page, or for the page's script one code."""
    code = room.desk.book.find(request.query_params.get("code", "")) or ""
    name = "definition.html" if request.headers.get("x-asked-by") == "page" else "codebook.html"
    return room.page(name, session, code=room.desk.book[code] if code else None, codes=room.desk.book.codes)
