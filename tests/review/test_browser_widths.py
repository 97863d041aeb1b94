"""Every page on a phone, on a desk and on A4: nothing beside the page, no word broken in a table, targets for a thumb, axe-core clean."""

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
from support.review_checks import LINES, fill, suggestion, talk
from support.study_checks import CHEAP

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE, DESK, PAPER = (390, 844), (1280, 900), (688, 972)
"""In px; paper is A4 less its margins of 14 mm, at 96 px an inch."""

FAULTS = """() => {
  const box = (one) => one.getBoundingClientRect(), faults = [];
  const seen = (one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest(".hidden, .skip, svg")
    && !(one.closest("thead")?.offsetWidth <= 1);
  const named = (one) => `${one.tagName} ${one.className} ${(one.textContent || one.name || "").trim().slice(0, 40)}`;
  if (document.documentElement.scrollWidth > innerWidth) faults.push("the page scrolls sideways");
  for (const one of document.querySelectorAll("body *")) {
    if (!seen(one) || !box(one).width) continue;
    if (box(one).left < -1 || box(one).right > innerWidth + 1) faults.push(`beside the page: ${named(one)}`);
  }
  for (const cell of document.querySelectorAll("td, th")) {
    const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    while (seen(cell) && texts.nextNode()) for (const word of texts.currentNode.data.matchAll(/[^\\s-]+/g)) {
      const range = document.createRange();
      range.setStart(texts.currentNode, word.index);
      range.setEnd(texts.currentNode, word.index + word[0].length);
      if (seen(texts.currentNode.parentElement) && range.getClientRects().length > 1) faults.push(`broken word: ${word[0]}`);
    }
  }
  const touched = "nav[aria-label=Pages] a, button, .button, select, summary, textarea, input:not([type=hidden])";
  for (const one of innerWidth < 640 ? document.querySelectorAll(touched) : []) {
    const target = /checkbox|radio/.test(one.type) && one.closest("label") || one;
    if (seen(one) && box(target).height < (one.closest(".quote > input") ? 32 : 39.5)) faults.push(`low: ${named(one)}`);
  }
  const printed = matchMedia("print").matches ? document.querySelectorAll("nav, button, .button, .keys, .filters") : [];
  for (const one of printed) if (seen(one)) faults.push(`printed: ${named(one)}`);
  return faults;
}"""


@pytest.fixture
def folder(empty_study: Study) -> Path:
    """Two interviews in review, and two that ada and ben coded, with the names that studies have."""
    reviewed = [replace(talk("birch_nurse_late", case="Birch"), role="nurse"), talk("alder_linkworker_late", case="Alder")]
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
    marks = [suggestion(each, at, code, 0.8 - at / 9) for each in reviewed for at in range(4) for code in ("CP", "CP.ENR")]
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


def faults(page: Any, media: str = "screen") -> list[str]:
    page.emulate_media(media=media)
    found: list[str] = page.evaluate(FAULTS)
    page.emulate_media(media="screen")
    return found


def axe_faults(page: Any, script: str) -> list[tuple[str, str]]:
    page.evaluate(script)
    found = page.evaluate("axe.run().then(found => found.violations)")
    return [(fault["id"], fault["nodes"][0]["html"]) for fault in found]


@pytest.mark.parametrize("size", [PHONE, DESK, PAPER])
def test_every_page_is_whole(folder: Path, enter_anywhere: Opener, size: tuple[int, int]) -> None:
    script = "" if size == PAPER else axe()
    with serving(folder, "--coder", "ada", "--adjudicate") as server:
        ada, consensus = (enter_anywhere(link, bypass_csp=True) for link in server.links)
        root = server.links[0].split("/enter")[0]
        for page, pages in ((ada, PAGES), (consensus, SETTLED)):
            page.set_viewport_size({"width": size[0], "height": size[1]})
            for url, act in pages:
                page.goto(root + url)
                act(page)
                where = (url, act.__name__)
                assert faults(page, "print" if size == PAPER else "screen") == [], where
                if script:
                    assert axe_faults(page, script) == [], where
        ada.set_content(ada.context.request.get(root + "/summary.html").text())
        assert faults(ada, "print" if size == PAPER else "screen") == []
        ada.context.clear_cookies()
        ada.goto(root + "/queue")
        assert faults(ada) == []


def test_on_a_phone_the_form_of_what_was_read_comes_into_sight(folder: Path, enter_anywhere: Opener) -> None:
    """The turns between are higher than the place kept for them until they are seen."""
    with serving(folder, "--coder", "ada") as server:
        page = enter_anywhere(server.links[0])
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(server.links[0].split("/enter")[0] + CODED)
        page.keyboard.press("f")
        page.wait_for_function(
            "() => { const b = document.querySelector('#readform').getBoundingClientRect(); return b.top < innerHeight && b.bottom > 0; }"
        )
