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
from secondcoder.review.app_state import AppState
from secondcoder.review.retrain_pages import retrain_context
from secondcoder.review.security import Session
from secondcoder.review.session import ReviewSession
from secondcoder.statistics.proportions import Share
from secondcoder.workspace import Workspace

SHOWN = (Verdict.ACCEPT, Verdict.CHANGE, Verdict.REJECT, Verdict.UNSURE, Verdict.ADD)


def summary_of(review: ReviewSession, coder: str | None) -> Summary:
    """The figures of one coder, or with None of all."""
    corpus = review.study.corpus
    decisions = [decision for decision in corpus.decisions if coder is None or decision.coder == coder]
    return summarise(decisions, review.book, corpus.codings, corpus.passes, _suggested(review, corpus, decisions))


def _suggested(review: ReviewSession, corpus: Corpus, decisions: Sequence[Decision]) -> dict[Place, list[str]]:
    """Codes suggested on every passage of the interviews in review, and of those reviewed before on another model's suggestions: what
    was suggested when somebody decided there, or is now."""
    then = suggested_where(corpus, review.book, decisions)
    transcripts = {one.transcript for one in decisions}
    led = {one.transcript for one in decisions if one.model}
    earlier = review.cached(
        "reviewed before", partial(_places, review.workspace, transcripts - review.transcripts.keys())
    )
    now = {one.place: [mark.code for mark in one.suggestions] for one in review.passages}
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


def _context(state: AppState, session: Session) -> dict[str, Any]:
    coder = None if session.adjudicates else session.coder
    return {
        "summary": summary_of(state.review, coder),
        "whose": coder,
        "model": state.review.model,
        "settings": state.review.study.configuration.review,
        "shown": SHOWN,
        "share": share_words,
        "now": datetime.now(UTC).strftime("%Y-%m-%d"),
    }


def summary_page(state: AppState, session: Session, request: Request, form: dict[str, str]) -> Response:
    """A coder's own figures; everybody's for the adjudication session."""
    return state.page("summary.html", session, **(_context(state, session) | retrain_context(state)))


def summary_file(state: AppState, session: Session, request: Request, form: dict[str, str]) -> Response:
    """The same as one file that needs nothing else."""
    style = resources.files("secondcoder.review").joinpath("static", "review.css").read_text(encoding="utf-8")
    response = state.page("summary_file.html", session, style=style, **_context(state, session))
    response.headers["Content-Disposition"] = 'attachment; filename="review-summary.html"'
    return response


def write_summary(review: ReviewSession, coder: str | None = None) -> str:
    """The summary file's text, for the command line."""
    state = AppState.without_server(review)
    if coder is not None:
        known = {one.coder for one in review.study.store.decisions()}
        if coder not in known:
            from secondcoder.errors import InputError

            raise InputError(f"'{coder}' has decided nothing in this study.{did_you_mean(coder, known)}")
    session = Session(coder or "", adjudicates=coder is None)
    style = resources.files("secondcoder.review").joinpath("static", "review.css").read_text(encoding="utf-8")
    return state.render("summary_file.html", session, style=style, **_context(state, session))
