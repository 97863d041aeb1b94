"""Reports for somebody who does not see them, or sees little of them: structure, axe-core, 400 %, figures in words, languages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from secondcoder.reports.figure import Estimate, Series, dot_plot
from secondcoder.reports.page import (
    Bar,
    Bars,
    Cell,
    Heading,
    Passage,
    Picture,
    Quotation,
    Quotations,
    Section,
    Table,
    page,
)
from secondcoder.study.study import Study
from support.accessibility_checks import report_faults, walk

ROWS = [("a", "Coherence"), ("b", "Collective action"), ("c", "Lost")]
VALUES = {
    "a": Estimate(0.5, 0.1, 0.8, "0.50"),
    "b": Estimate(-0.25, None, None, "-0.25"),
    "c": Estimate(None, None, None, "undefined"),
}


def drawn(**options: Any) -> str:
    return dot_plot(ROWS, [Series("kappa", VALUES)], axis="kappa", title="Agreement", description="D.", **options)


def test_a_figure_says_its_ends_in_words() -> None:
    assert "D. kappa: highest Coherence 0.50, lowest Collective action \N{MINUS SIGN}0.25, of 2.</desc>" in drawn()
    assert "highest Coherence 50%" in drawn(percent=True)


def test_a_light_has_its_word_once() -> None:
    rows = [("Ash", Cell("Done well", light="green")), ("Birch", Cell("2", light="red", below=("red",)))]
    html = page("Lights", [Section("S", [Table("T", ("case", "light"), rows)])])
    assert html.count("green") == 1
    assert html.count("red") == 1
    assert '<span class="hidden">green: </span>Done well' in html
    assert '<span class="hidden">red' not in html


def test_what_was_said_is_marked_with_its_language() -> None:
    blocks = [
        Quotations("q", "CO", "1", [Quotation("Das war gut.", "Ash, R")]),
        Passage("CO", "", "Ash", "Wie war es?", [("Das war gut.", True)], "below"),
    ]
    german = page("Findings", [Section("S", blocks)], spoken="de")
    assert '<span lang="de">Das war gut.</span>' in german
    assert '<p class="question" lang="de">' in german
    assert '<blockquote lang="de"><mark>' in german
    assert '<html lang="en">' in german
    assert " lang=" not in page("Findings", [Section("S", blocks)]).replace('<html lang="en">', "")


def invented() -> str:
    """Every kind of block on one long page."""
    table = Table(
        "All codes", ("code", *(f"figure {at}" for at in range(12))), [(f"C{at}", *["0.67"] * 12) for at in range(20)]
    )
    blocks = [
        Picture(drawn(), "As measured."),
        table,
        Heading("Within"),
        Bars(("promote", "inhibit"), [Bar("Ash", "late", 0.5, "2 of 4", "Ash: 2 of 4 promote", [("+", "well", "R")])]),
        Quotations(
            "q",
            "CO",
            "14",
            [Quotation("It was well.", "Ash, R", "+")],
            [Quotation(f"No {at}.", "R") for at in range(13)],
        ),
    ]
    return page(
        "Everything", [Section(f"Section {at}", blocks if at == 1 else ["Words."]) for at in range(7)], searchable=True
    )


@pytest.mark.browser
@pytest.mark.slow
def test_every_kind_of_block(browser: Any) -> None:
    shown = browser.new_page(viewport={"width": 1280, "height": 900}, bypass_csp=True)
    shown.set_content(invented())
    stops = walk(shown)
    assert stops[0]["name"] == "Skip the contents"
    assert [stop for stop in stops if not stop["seen"]] == []
    assert report_faults(browser, invented()) == []
    assert shown.get_by_role("group", name="Agreement").get_by_role("img").count() == 1
    shown.close()


@pytest.mark.browser
@pytest.mark.slow
def test_the_reports_of_a_study(
    trained_study: Study, browser: Any, run_cli: Callable[..., Any], tmp_path: Path
) -> None:
    folder = trained_study.folder
    trained_study.close()
    for command, *more in (("chart",), ("agree",), ("evaluate", "--clinic", tmp_path / "clinic.html")):
        assert run_cli("-C", folder, command, "--out", tmp_path / f"{command}.html", *more)[0] == 0
    assert run_cli("-C", folder, "export", "--ethics", tmp_path)[0] == 0
    written = [*tmp_path.glob("*.html"), *(folder / "models").glob("*/card.html")]
    assert len(written) >= 6
    for path in written:
        shown = browser.new_page(viewport={"width": 1280, "height": 900}, bypass_csp=True)
        shown.set_content(path.read_text(encoding="utf-8"))
        assert report_faults(browser, path.read_text(encoding="utf-8")) == [], path.name
        for title in shown.locator("figure svg > desc").all_text_contents():
            assert len(title) > 30
        shown.close()
