"""The charts' tables as one coder may see them, kept until somebody codes, reads or decides.

Codings follow the rule of `others_codings`, and so do readings: where others' codings of a code are held back, so is that others
read the interview for it, for their silence would tell the coder as much. There only what the coder read counts, and "not read" may
mean "not read by you". An adjudication session sees all codings and, as everywhere, no suggestion.

Summaries and lights are a person's reading of a whole cell. Others' are shown to whoever may see all codings of the cell: its
interviews are all open to them, for its code and the codes below it. One's own are always shown. What is hidden cannot be overwritten.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from secondcoder.charting.chart_data import ChartData, chart_data, reading_table
from secondcoder.charting.notes import Cell, Note, notes_by_cell
from secondcoder.corpus import Corpus, of_coder
from secondcoder.domain.spans import coded_turns
from secondcoder.review.app_state import AppState
from secondcoder.review.others_codings import (
    HeldBack,
    Opens,
    held_back,
    may_see,
    opened,
    shown_suggestions,
    undecided_interviews,
)
from secondcoder.review.security import Session
from secondcoder.review.session import ReviewSession
from secondcoder.store.cell_notes import EVENT as CELL_NOTE

if TYPE_CHECKING:
    import pandas as pd

MOST_KEPT, MOST_KEPT_TABLES = 8, 100
T = TypeVar("T")


@dataclass(frozen=True)
class SeenChart:
    """What one coder may see: the tables, which codes are open to them on which interviews, and how many codings are held back."""

    data: ChartData
    opens: Opens
    held: HeldBack
    _kept: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    def once(self, what: Hashable, make: Callable[[], T]) -> T:
        """What `make` gave for this before, else what it gives now."""
        kept = self._kept.get(what)
        if kept is None:
            kept = make()
            if len(self._kept) >= MOST_KEPT_TABLES:
                self._kept.clear()
            self._kept[what] = kept
        known: T = kept
        return known

    def sees_all(self, talks: Iterable[str], codes: Iterable[str]) -> bool:
        """All codings of these codes on these interviews are shown."""
        names = list(codes)
        return all(self.opens(talk, code) for talk in talks for code in names)


def seen_chart(state: AppState, session: Session) -> SeenChart:
    """The tables for a session: those of its last page where nothing but notes was written since."""
    review, who = state.review, (session.coder, session.adjudicates)
    # Asked before anything is read: what comes between counts as later.
    latest = review.study.store.last_event(CELL_NOTE)
    kept = state.kept_charts.get(who)
    if kept is not None and kept[0] == latest:
        known: SeenChart = kept[1]
        return known
    chart = _computed(review, session)
    if len(state.kept_charts) >= MOST_KEPT:
        state.kept_charts.clear()
    state.kept_charts[who] = latest, chart
    return chart


def _computed(review: ReviewSession, session: Session) -> SeenChart:
    workspace = replace(review.workspace, corpus=review.workspace.corpus.with_marks_now())
    corpus, opens = workspace.corpus, opened(review, session, workspace.corpus)
    sees = may_see(review, session, corpus)
    deciding = () if session.adjudicates else undecided_interviews(review, session.coder)
    data = chart_data(workspace, sees, shown_suggestions(review, session))
    if not session.adjudicates:
        interviewer = workspace.configuration.segments.code_interviewer
        data = replace(data, readings=_readings(data, corpus, session.coder, opens, interviewer))
    return SeenChart(data, opens, held_back(corpus, sees, deciding))


def _readings(data: ChartData, corpus: Corpus, coder: str, opens: Opens, interviewer: bool) -> pd.DataFrame:
    """Everybody's readings where the code is open to the coder, their own where it is not."""
    turns = {talk.id: coded_turns(talk, interviewer) for talk in corpus.transcripts}
    own = reading_table(corpus, turns, list(data.codes["code"]), of_coder(corpus.passes, coder))
    pairs = zip(data.readings["transcript"], data.readings["code"], strict=True)
    everybody = zip(pairs, data.readings["read"], own["read"], strict=True)
    return data.readings.assign(read=[read if opens(*pair) else mine for pair, read, mine in everybody])


def notes_now(review: ReviewSession) -> dict[Cell, Note]:
    """All notes as they stand now, in the present codes."""
    return notes_by_cell(review.study.store.cell_notes(), review.history)
