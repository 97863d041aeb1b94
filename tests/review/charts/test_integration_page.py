"""The integration of each case as a page: what the codes suggest, the researcher's lights, and the evidence behind each."""

from __future__ import annotations

import re
from html import unescape

from secondcoder.charting.cases.component_levels import component_levels
from secondcoder.charting.cases.factors import factors
from secondcoder.charting.cases.integration import integration
from secondcoder.charting.chart_data import chart_data
from secondcoder.review.session import ReviewSession
from support.chart_page_checks import matrix_cells, said, write_note
from support.client import Client
from support.code_view_checks import read_whole

HEADS = ("Constructs", "Component levels by wave", "Factors")


def table(page: str, head: str) -> dict[tuple[str, str, str], str]:
    """(case, code, wave) -> what the cell says, of the table under a head."""
    body = page.split(f"<h2>{head}</h2>")[1].split("<h2>", maxsplit=1)[0]
    cells = {}
    for case, row in re.findall(r'<tr[^>]*data-row="([^"]*)">(.*?)</tr>', body, re.S):
        for code, wave, content in re.findall(
            r'data-code="([^"]*)"(?: data-wave="([^"]*)")?><a[^>]*>(.*?)</a>', row, re.S
        ):
            cells[case, code, wave] = said(content)
    return cells


def test_the_words_are_those_of_the_tables(review: ReviewSession, ada: Client) -> None:
    page, workspace = ada.get("/chart/integration"), review.study.workspace()
    data, settings = chart_data(workspace), workspace.configuration.charting
    shown = table(page, "Constructs")
    expected = integration(data, settings)
    assert len(shown) == len(expected)
    for row in expected.itertuples():
        assert shown[row.case, row.construct, ""].startswith(f"○ not judged {row.standing}")
    shown = table(page, "Factors")
    for row in factors(data, settings).itertuples():
        assert shown[row.case, row.code, ""].startswith(f"○ not judged {row.presence}")


def test_a_light_is_the_researcher_s_and_shows_in_both_charts(ada: Client) -> None:
    write_note(ada, "Ash", "CO", "", "amber", tab="integration")
    assert table(ada.get("/chart/integration"), "Constructs")["Ash", "CO", ""].startswith("▲ amber ")
    assert "▲ amber" in matrix_cells(ada.get("/chart"))["Ash", "CO"]


def test_a_level_opens_its_evidence_and_keeps_a_light_of_its_wave(review: ReviewSession, ada: Client) -> None:
    settings = review.study.configuration.charting
    _, evidence = component_levels(chart_data(review.study.workspace()), settings.levels)
    there = evidence[evidence["case"] == "Ash"].iloc[0]
    address = f"/chart/cell?at=Ash&code=level:{there.level}&wave={there.wave}&tab=integration"
    page = ada.get(address)
    count = len(
        evidence[(evidence["case"] == "Ash") & (evidence["level"] == there.level) & (evidence["wave"] == there.wave)]
    )
    assert page.count('class="quoted"') == count
    assert settings.levels[there.level].about in unescape(page)
    assert "found by likeness" in page
    answer = write_note(ada, "Ash", f"level:{there.level}", "kept up", "green", wave=there.wave, tab="integration")
    assert answer.status_code == 303
    shown = table(ada.get("/chart/integration"), HEADS[1])
    lights = {key for key, words in shown.items() if words.startswith("● green")}
    assert lights == {("Ash", f"level:{there.level}", there.wave)}


def test_where_no_interview_is_of_a_wave_the_cell_says_so(ada: Client) -> None:
    shown = table(ada.get("/chart/integration"), HEADS[1])
    assert shown["Elm", "level:patient", "late"] == "○ not judged no interview"
    assert shown["Birch", "level:patient", "early"] == "○ not judged no interview"


def test_the_way_back_leads_to_the_same_cell(ada: Client) -> None:
    page = ada.get("/chart/cell?at=Ash&code=CO&tab=integration")
    back = re.search(r'id="back" href="([^"]*)#here"', page)
    assert back
    assert back[1].startswith("/chart/integration?")
    assert re.search(r'data-code="CO"><a class="opens"[^>]*id="here"', ada.get(back[1].replace("&amp;", "&")))


def test_nobody_s_codings_are_told_by_it(review: ReviewSession, ada: Client, cleo: Client) -> None:
    shown = table(cleo.get("/chart/integration"), "Constructs")
    assert shown["Ash", "CO", ""] == "○ not judged not read for it"
    for name in review.transcripts:
        read_whole(review, "cleo", name)
    assert "↑2" in table(cleo.get("/chart/integration"), "Constructs")["Ash", "CO", ""]


def test_what_cannot_be_charted_says_why(review: ReviewSession, ada: Client) -> None:
    charting = review.study.configuration.charting.model_copy(
        update={"constructs": ("XX",), "levels": {}, "factors": "weather"}
    )
    review.study.configuration = review.study.configuration.model_copy(update={"charting": charting})
    page = ada.get("/chart/integration")
    assert "none of them is in the codebook" in page
    assert "No component levels are named" in page
    assert "weather" in page
