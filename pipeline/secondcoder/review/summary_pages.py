"""The summary, on screen and as a file of its own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from secondcoder.domain.records import Decision, Verdict
from secondcoder.errors import InputError, did_you_mean
from secondcoder.labels.label_weights import Place, suggested_where
from secondcoder.labels.review_figures import Summary, summarise
from secondcoder.reports.page import Rendered, Section, page
from secondcoder.review.app import Room
from secondcoder.review.retrain_pages import lesson_context
from secondcoder.review.security import DOCUMENT_POLICY, Session
from secondcoder.review.session import Desk
from secondcoder.review.text_rendering import visible
from secondcoder.statistics.proportions import Share
from secondcoder.study.study import Study

SHOWN = (Verdict.ACCEPT, Verdict.CHANGE, Verdict.REJECT, Verdict.UNSURE, Verdict.ADD)


def summary_of(desk: Desk, coder: str | None) -> Summary:
    """The figures of one coder, or with None of all."""
    store = desk.study.store
    decisions = store.decisions(coder)
    return summarise(decisions, desk.book, store.codings(), store.passes(), _suggested(desk, decisions))


def _suggested(desk: Desk, decisions: Sequence[Decision]) -> dict[Place, list[str]]:
    """Codes suggested on every passage of the interviews in review, and of those reviewed before on another model's suggestions: what
    was suggested when somebody decided there, or is now."""
    then = suggested_where(desk.study, decisions)
    transcripts = {decision.transcript for decision in decisions}
    led = {decision.transcript for decision in decisions if decision.model}
    earlier = desk.remembered("reviewed before", partial(_places, desk.study, transcripts - desk.transcripts.keys()))
    now = {passage.place: [suggestion.code for suggestion in passage.suggestions] for passage in desk.passages}
    decided = {
        (decision.transcript, decision.start, decision.end) for decision in decisions if decision.transcript in led
    }
    return {place: then.get(place, []) for place in earlier} | now | {place: then.get(place, []) for place in decided}


def _places(study: Study, transcripts: Collection[str]) -> list[Place]:
    chosen = [transcript for transcript in study.store.transcripts() if transcript.id in transcripts]
    return [(segment.transcript, segment.start, segment.end) for segment in study.segments(chosen)]


def share_words(share: Share) -> str:
    """'3 of 12: 25% (5% to 57%)', that there is none yet, or why there is no interval."""
    if share.value is None:
        return "none yet"
    words = f"{share.part} of {share.of}: {share.value:.0%}"
    if share.interval is None:
        return f"{words} (one interview: no interval)"
    low, high = share.interval
    return f"{words} ({low:.0%} to {high:.0%})"


def _context(room: Room, session: Session) -> dict[str, Any]:
    coder = None if session.adjudicates else session.coder
    return {
        "summary": summary_of(room.desk, coder),
        "whose": coder,
        "model": room.desk.model,
        "settings": room.desk.study.configuration.review,
        "shown": SHOWN,
        "share": share_words,
        "now": datetime.now(UTC).strftime("%Y-%m-%d"),
    }


def summary_page(room: Room, session: Session, request: Request, form: dict[str, str]) -> Response:
    """A coder's own figures; everybody's for the adjudication session."""
    return room.page("summary.html", session, **(_context(room, session) | lesson_context(room)))


def summary_file(room: Room, session: Session, request: Request, form: dict[str, str]) -> Response:
    """The same as one file that needs nothing else."""
    name = 'attachment; filename="review-summary.html"'
    return HTMLResponse(
        _file(room, session), headers={"Content-Disposition": name, "Content-Security-Policy": DOCUMENT_POLICY}
    )


def _file(room: Room, session: Session) -> str:
    figures = room.render("figures.html", session, **_context(room, session))
    return page(f"Review of {visible(room.desk.study.folder.resolve().name)}", [Section("", (Rendered(figures),))])


def write_summary(desk: Desk, coder: str | None = None) -> str:
    """The summary file's text, for the command line."""
    if coder is not None:
        known = {decision.coder for decision in desk.study.store.decisions()}
        if coder not in known:
            raise InputError(f"'{coder}' has decided nothing in this study.{did_you_mean(coder, known)}")
    return _file(Room.of(desk), Session(coder or "", adjudicates=coder is None))
