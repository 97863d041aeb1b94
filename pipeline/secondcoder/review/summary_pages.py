"""The summary, on screen and as a file of its own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from functools import partial
from importlib import resources
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from secondcoder.corpus import Corpus
from secondcoder.domain.records import Decision, Place, Verdict
from secondcoder.errors import did_you_mean
from secondcoder.labels.label_weights import suggested_where
from secondcoder.labels.review_figures import Summary, summarise
from secondcoder.review.app import Room
from secondcoder.review.retrain_pages import lesson_context
from secondcoder.review.security import Session
from secondcoder.review.session import Desk
from secondcoder.statistics.proportions import Share
from secondcoder.workspace import Workspace

SHOWN = (Verdict.ACCEPT, Verdict.CHANGE, Verdict.REJECT, Verdict.UNSURE, Verdict.ADD)


def summary_of(desk: Desk, coder: str | None) -> Summary:
    """The figures of one coder, or with None of all."""
    corpus = desk.study.corpus
    decisions = [decision for decision in corpus.decisions if coder is None or decision.coder == coder]
    return summarise(decisions, desk.book, corpus.codings, corpus.passes, _suggested(desk, corpus, decisions))


def _suggested(desk: Desk, corpus: Corpus, decisions: Sequence[Decision]) -> dict[Place, list[str]]:
    """Codes suggested on every passage of the interviews in review, and of those reviewed before on another model's suggestions: what
    was suggested when somebody decided there, or is now."""
    then = suggested_where(corpus, desk.book, decisions)
    transcripts = {one.transcript for one in decisions}
    led = {one.transcript for one in decisions if one.model}
    earlier = desk.remembered(
        "reviewed before", partial(_places, desk.workspace, transcripts - desk.transcripts.keys())
    )
    now = {one.place: [mark.code for mark in one.suggestions] for one in desk.passages}
    decided = {(one.transcript, one.start, one.end) for one in decisions if one.transcript in led}
    return {place: then.get(place, []) for place in earlier} | now | {place: then.get(place, []) for place in decided}


def _places(workspace: Workspace, transcripts: Collection[str]) -> list[Place]:
    segments = workspace.segments([one for one in workspace.corpus.transcripts if one.id in transcripts])
    return [(one.transcript, one.start, one.end) for one in segments]


def share_words(share: Share) -> str:
    """'3 of 12: 25% (5% to 57%)', that there is none yet, or why there is no interval."""
    if share.value is None:
        return "none yet"
    said = f"{share.part} of {share.of}: {share.value:.0%}"
    if share.interval is None:
        return f"{said} (one interview: no interval)"
    low, high = share.interval
    return f"{said} ({low:.0%} to {high:.0%})"


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
    style = resources.files("secondcoder.review").joinpath("static", "review.css").read_text(encoding="utf-8")
    response = room.page("summary_file.html", session, style=style, **_context(room, session))
    response.headers["Content-Disposition"] = 'attachment; filename="review-summary.html"'
    return response


def write_summary(desk: Desk, coder: str | None = None) -> str:
    """The summary file's text, for the command line."""
    room = Room.of(desk)
    if coder is not None:
        known = {one.coder for one in desk.study.store.decisions()}
        if coder not in known:
            from secondcoder.errors import InputError

            raise InputError(f"'{coder}' has decided nothing in this study.{did_you_mean(coder, known)}")
    session = Session(coder or "", adjudicates=coder is None)
    style = resources.files("secondcoder.review").joinpath("static", "review.css").read_text(encoding="utf-8")
    return room.render("summary_file.html", session, style=style, **_context(room, session))
