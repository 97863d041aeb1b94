"""Every page on a phone, a desk and A4: nothing beside it, no word of a table broken, targets for a thumb, axe-core clean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from secondcoder.domain.records import Case, Coding, CodingPass, Valence
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study
from support.browser_checks import Opener, axe, press, serving
from support.coding_checks import fresh_study
from support.looks_checks import DESK, PAPER, PHONE, faults
from support.review_checks import LINES, fill, suggestion, talk
from support.study_checks import CHEAP

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def folder(empty_study: Study) -> Path:
    """Two interviews in review, and two that ada and ben coded, with the names that studies have."""
    reviewed = [
        replace(talk("birch_nurse_late", case="Birch"), role="nurse"),
        talk("alder_linkworker_late", case="Alder"),
    ]
    coded = [
        replace(talk(name, case="Hawthorn"), role="practice manager", wave="early")
        for name in ("hawthorn_pm_early", "rowan_reception_late")
    ]
    with empty_study.store.transaction("test") as write:
        write.add_codebook(empty_study.codebook)
        write.put_cases(Case(name) for name in ("Alder", "Birch", "Hawthorn"))
        write.add_transcripts(coded)
        for interview in coded:
            for coder, code in (("ada", "CO"), ("ben", "CA.CI")):
                spans = [turn.span for turn in interview.turns if turn.speaker == "R"][:4]
                write.add_codings(
                    [Coding(interview.id, *span, code, coder, valence=Valence.INHIBITS) for span in spans],
                    empty_study.codebook,
                )
                write.add_passes([CodingPass(interview.id, coder, 0, len(interview.text), empty_study.codebook.ids)])
    marks = [
        suggestion(each, at, code, 0.8 - at / 9) for each in reviewed for at in range(4) for code in ("CP", "CP.ENR")
    ]
    fill(empty_study, reviewed, marks)
    (empty_study.folder / CONFIGURATION).write_text(f"{CHEAP}[review]\nblind = 0.0\nbelow = 0.0\n", encoding="utf-8")
    empty_study.close()
    return empty_study.folder


def palette(page: Any) -> None:
    for key in ("j", "s", "n"):
        page.keyboard.press(key)
    page.wait_for_selector("#palette:not([hidden]) .option.active")


def one_coding(page: Any) -> None:
    page.locator("li.coding a").first.click()
    page.wait_for_selector("#box:not([hidden]) form")


def recoding(page: Any) -> None:
    page.locator(".quote > input").first.check()
    page.fill("#to", "CP")
    page.click("#recode button")
    page.wait_for_url("**/recode")


def decided(page: Any) -> None:
    press(page, "a")


def as_it_opens(page: Any) -> None:
    pass


NEW_CODES = "&id0=C1&name0=One&words0=first&id1=C2&name1=Two&words1=second"
CODED = "/code/hawthorn_pm_early"
PAGES: list[tuple[str, Callable[[Any], None]]] = [
    ("/", as_it_opens),
    ("/queue?by=transcript", decided),
    ("/transcript/birch_nurse_late", as_it_opens),
    (CODED, as_it_opens),
    (CODED, palette),
    (CODED, one_coding),
    ("/codes", as_it_opens),
    ("/codes/CO", as_it_opens),
    ("/codes/CO", recoding),
    ("/split?code=CO", as_it_opens),
    ("/split?code=CO" + NEW_CODES, as_it_opens),
    ("/codebook", as_it_opens),
    ("/summary", as_it_opens),
    ("/learn", as_it_opens),
    ("/transcript/nowhere", as_it_opens),
]
SETTLED: list[tuple[str, Callable[[Any], None]]] = [("/adjudicate", as_it_opens), ("/summary", as_it_opens)]


def axe_faults(page: Any, script: str) -> list[tuple[str, str]]:
    page.evaluate(script)
    found = page.evaluate("axe.run().then(found => found.violations)")
    return [(fault["id"], fault["nodes"][0]["html"]) for fault in found]


@pytest.mark.parametrize("size", [PHONE, DESK, PAPER])
def test_every_page_is_whole(folder: Path, enter_anywhere: Opener, size: tuple[int, int]) -> None:
    script, media = ("", "print") if size == PAPER else (axe(), "screen")
    with serving(folder, "--coder", "ada", "--adjudicate") as server:
        ada, consensus = (enter_anywhere(link, bypass_csp=True) for link in server.links)
        root = server.links[0].split("/enter")[0]
        for page, pages in ((ada, PAGES), (consensus, SETTLED)):
            page.set_viewport_size({"width": size[0], "height": size[1]})
            for url, act in pages:
                page.goto(root + url)
                act(page)
                where = (url, act.__name__)
                assert faults(page, media) == [], where
                if script:
                    assert axe_faults(page, script) == [], where
        ada.set_content(ada.context.request.get(root + "/summary.html").text())
        assert faults(ada, media) == []
        ada.context.clear_cookies()
        ada.goto(root + "/queue")
        assert faults(ada, media) == []


TOP_AT_REST = """(where) => new Promise((told) => {
  const look = (last, still) => {
    const top = document.querySelector(where).getBoundingClientRect().top;
    if (still === 20) told(top); else requestAnimationFrame(() => look(top, top === last ? still + 1 : 0));
  };
  look(NaN, 0);
})"""
"""Where something begins on the screen once it has stayed there for twenty frames."""


def test_on_a_phone_the_form_of_what_was_read_comes_into_sight(empty_study: Study, enter_anywhere: Opener) -> None:
    """The turns of a long interview are higher than the place kept for them until they are seen."""
    fresh_study(empty_study, talk("long", tuple(f"{line} " * 12 for line in LINES) * 8)).close()
    with serving(empty_study.folder, "--coder", "ada") as server:
        page = enter_anywhere(server.links[0])
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        page.goto(server.links[0].split("/enter")[0] + "/code/long")
        page.keyboard.press("f")
        page.wait_for_function("document.activeElement.name === 'part'")
        assert page.evaluate(TOP_AT_REST, "#readform") < PHONE[1]
