"""The charts as pages, live; each cell opens its passages and the researcher's note, on a page of its own or beside the chart."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from secondcoder.charting.chart_data import ROW_KINDS
from secondcoder.domain.records import CellNote
from secondcoder.errors import DecisionError, NoSuchPageError
from secondcoder.labels.code_counts import NO_CASE
from secondcoder.review.app_state import AppState
from secondcoder.review.charts.address import FILTERS, Asked, read_asked
from secondcoder.review.charts.chart_view import ChartView
from secondcoder.review.charts.integration_view import integration_view
from secondcoder.review.charts.notes import LIGHTS, can_take_back, save, seen_ids, take_back, typed
from secondcoder.review.charts.open_cell import OpenCell, open_cell
from secondcoder.review.charts.seen_chart import notes_now, seen_chart
from secondcoder.review.security import Session

HIDDEN_NOTE = (
    "Somebody else has written here. You see it once all interviews of this row are open to you, and until then it stays as it is. "
    "Nothing was saved."
)


def chart_page(state: AppState, session: Session, request: Request, form: dict[str, str]) -> Response:
    """The matrix; with a cell beside it, where the address says so."""
    asked = read_asked(request.query_params)
    view = _view(state, session, asked)
    if "rows" not in request.query_params and view.chart.data.row_names("case") == [NO_CASE]:
        view = _view(state, session, asked := replace(asked, rows="transcript"))  # one row of all says nothing
    beside = _beside(state, session, view) if request.query_params.get("beside") else {"open": None}
    return state.page(
        "chart.html",
        session,
        **_shared(view),
        **beside,
        held=view.chart.held,
        choices=_choices(view),
        families=view.families,
        kinds=ROW_KINDS,
    )


def cell_page(state: AppState, session: Session, request: Request, form: dict[str, str]) -> Response:
    """One cell; for the page's script what stands beside the matrix."""
    view = _view(state, session, read_asked(request.query_params))
    name = "chart_cell.html" if _by_script(request) else "chart_cell_page.html"
    return state.page(name, session, **_shared(view), **_opened(state, session, view))


def integration_page(state: AppState, session: Session, request: Request, form: dict[str, str]) -> Response:
    """Constructs, component levels and factors of each case, each cell opening its evidence."""
    asked = replace(read_asked(request.query_params), tab="integration", rows="case")
    view = _view(state, session, asked)
    beside = _beside(state, session, view) if request.query_params.get("beside") else {"open": None}
    tables = integration_view(_view(state, session, Asked()), state.review.study.configuration.charting)
    names = [row["case"] for row in tables.cases]
    at = asked.at if asked.at in names else next(iter(names), "")
    return state.page(
        "integration.html", session, **_shared(view), **beside, held=view.chart.held, tables=tables, at=at
    )


def save_note(state: AppState, session: Session, request: Request, form: dict[str, str]) -> Response:
    """Save the note of a cell, or take the last save back; the script gets cell and panel, a browser without it the cell's page."""
    asked = read_asked(form)
    view, draft = _view(state, session, asked), typed(asked.cell, form)
    before = view.notes.get(asked.cell)
    if before is not None and not view.may_read(before):
        raise DecisionError(HIDDEN_NOTE)
    try:
        if form.get("verdict") == "undo":
            take_back(state, session, asked.cell, before)
        else:
            save(state, session, draft, seen_ids(form), before)
    except DecisionError as error:
        return _refused(state, session, request, asked, draft, str(error))
    if not _by_script(request):
        return RedirectResponse(asked.url("/chart/cell", saved="1") + "#note", 303)
    return _answer(state, session, _view(state, session, asked), "Saved.")


def _refused(
    state: AppState, session: Session, request: Request, asked: Asked, draft: CellNote, reason: str
) -> Response:
    """What was typed, beside what stands there now: nothing of either is lost."""
    view = _view(state, session, asked)
    if not _by_script(request):
        context = _opened(state, session, view) | {"draft": draft, "fault": reason}
        return state.page("chart_cell_page.html", session, 409, **_shared(view), **context)
    return _answer(state, session, view, "", draft, reason)


def _answer(
    state: AppState, session: Session, view: ChartView, message: str, draft: CellNote | None = None, fault: str = ""
) -> JSONResponse:
    context = _shared(view) | _opened(state, session, view) | {"draft": draft, "fault": fault}
    return JSONResponse(
        {
            "panel": state.render("chart_cell.html", session, **context),
            "cell": state.render("chart_one_cell.html", session, **context),
            "message": message,
        },
        409 if fault else 200,
    )


def _view(state: AppState, session: Session, asked: Asked) -> ChartView:
    return ChartView(seen_chart(state, session), asked, notes_now(state.review), session.coder)


def _beside(state: AppState, session: Session, view: ChartView) -> dict[str, Any]:
    try:
        return _opened(state, session, view)
    except NoSuchPageError:  # an old address: the matrix is there all the same
        return {"open": None}


def _opened(state: AppState, session: Session, view: ChartView) -> dict[str, Any]:
    opened: OpenCell = open_cell(view, state.review.study.configuration.charting)
    undo = can_take_back(state, session, view.asked.cell, opened.note)
    return {"open": opened, "can_undo": undo, "draft": None, "fault": ""}


def _shared(view: ChartView) -> dict[str, Any]:
    return {"view": view, "asked": view.asked, "lights": LIGHTS, "light_of": {name: told for name, *told in LIGHTS}}


def _choices(view: ChartView) -> dict[str, list[str]]:
    """What there is to filter by."""
    talks = view.chart.data.transcripts
    cases = {*talks["case"], *view.chart.data.cases["case"]}
    there = {name: {*talks[name]} for name in FILTERS} | {"case": cases}
    return {name: sorted(filter(None, values)) for name, values in there.items()}


def _by_script(request: Request) -> bool:
    return request.headers.get("x-asked-by") == "page"
