"""The summary, on screen and as a file of its own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from secondcoder.corpus import Corpus
from secondcoder.domain.records import Decision, Place, ReviewAction
from secondcoder.domain.shown import visible
from secondcoder.errors import InputError, did_you_mean
from secondcoder.labels.label_weights import left_folded, suggested_where
from secondcoder.labels.review_figures import Summary, summarise
from secondcoder.reports.page import Rendered, Section, page
from secondcoder.review.app_state import AppState
from secondcoder.review.retrain_pages import retrain_context
from secondcoder.review.security import Session
from secondcoder.review.session import ReviewSession
from secondcoder.statistics.proportions import Proportion
from secondcoder.workspace import Workspace

SHOWN = (ReviewAction.ACCEPT, ReviewAction.CHANGE, ReviewAction.REJECT, ReviewAction.UNSURE, ReviewAction.ADD)


def summary_of(review: ReviewSession, coder: str | None) -> Summary:
    """The figures of one coder, or with None of all."""
    corpus = review.workspace.corpus.with_marks_now()
    decisions = [decision for decision in corpus.decisions if coder is None or decision.coder == coder]
    folded = left_folded(corpus, review.book, decisions, review.study.configuration.review.fold)
    suggested = _suggested(review, corpus, decisions)
    return summarise(decisions, review.book, corpus.codings, corpus.passes, suggested, folded)


def _suggested(review: ReviewSession, corpus: Corpus, decisions: Sequence[Decision]) -> dict[Place, list[str]]:
    """Codes suggested on every passage of the interviews in review, and of those reviewed before on another model's suggestions: what
    was suggested when somebody decided there, or is now."""
    then = suggested_where(corpus, review.book, decisions)
    transcripts = {decision.transcript for decision in decisions}
    led = {decision.transcript for decision in decisions if decision.model}
    earlier = review.cached(
        "reviewed before", partial(_places, review.workspace, transcripts - review.interviews.keys())
    )
    now = {passage.place: [suggestion.code for suggestion in passage.suggestions] for passage in review.passages}
    decided = {decision.place for decision in decisions if decision.transcript in led}
    # The last wins: where somebody decided, what was suggested then counts, and not what is now.
    return {place: then.get(place, []) for place in earlier} | now | {place: then.get(place, []) for place in decided}


def _places(workspace: Workspace, transcripts: Collection[str]) -> list[Place]:
    chosen = [transcript for transcript in workspace.corpus.transcripts if transcript.id in transcripts]
    return [segment.place for segment in workspace.segments(chosen)]


def share_words(share: Proportion) -> str:
    """'3 of 12: 25% (5% to 57%)', that there is none yet, or why there is no interval."""
    if share.value is None:
        return "none yet"
    words = f"{share.part} of {share.of}: {share.value:.0%}"
    if share.interval is None:
        return f"{words} (one interview: no interval)"
    low, high = share.interval
    return f"{words} ({low:.0%} to {high:.0%})"


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
    name = 'attachment; filename="review-summary.html"'
    return HTMLResponse(_file(state, session), headers={"Content-Disposition": name})


def _file(state: AppState, session: Session) -> str:
    figures = state.render("figures.html", session, **_context(state, session))
    return page(f"Review of {visible(state.review.study.folder.resolve().name)}", [Section("", (Rendered(figures),))])


def write_summary(review: ReviewSession, coder: str | None = None) -> str:
    """The summary file's text, for the command line."""
    if coder is not None:
        known = {decision.coder for decision in review.study.store.decisions()}
        if coder not in known:
            raise InputError(f"'{coder}' has decided nothing in this study.{did_you_mean(coder, known)}")
    # A session that adjudicates sees everybody's figures.
    return _file(AppState.without_server(review), Session(coder or "", adjudicates=coder is None))
