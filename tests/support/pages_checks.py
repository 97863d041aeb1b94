"""A study that has something on every page of the review, the pages, and what opens on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from secondcoder.domain.records import Case, Coding, CodingPass, Valence
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study

from support.browser_checks import press
from support.review_checks import fill, suggestion, talk
from support.study_checks import CHEAP

CODED = "/code/hawthorn_pm_early"
NEW_CODES = "&id0=C1&name0=One&words0=first&id1=C2&name1=Two&words1=second"


def whole_study(study: Study) -> Path:
    """Two interviews in review, and two that ada and ben coded, with the names that studies have; closed."""
    reviewed = [
        replace(talk("birch_nurse_late", case="Birch"), role="nurse"),
        talk("alder_linkworker_late", case="Alder"),
    ]
    coded = [
        replace(talk(name, case="Hawthorn"), role="practice manager", wave="early")
        for name in ("hawthorn_pm_early", "rowan_reception_late")
    ]
    with study.store.transaction("test") as write:
        write.add_codebook(study.codebook)
        write.put_cases(Case(name) for name in ("Alder", "Birch", "Hawthorn"))
        write.add_transcripts(coded)
        for interview in coded:
            for coder, code in (("ada", "CO"), ("ben", "CA.CI")):
                spans = [turn.span for turn in interview.turns if turn.speaker == "R"][:4]
                write.add_codings(
                    [Coding(interview.id, *span, code, coder, valence=Valence.INHIBITS) for span in spans],
                    study.codebook,
                )
                write.add_passes([CodingPass(interview.id, coder, 0, len(interview.text), study.codebook.ids)])
    marks = [
        suggestion(each, at, code, 0.8 - at / 9) for each in reviewed for at in range(4) for code in ("CP", "CP.ENR")
    ]
    fill(study, reviewed, marks)
    (study.folder / CONFIGURATION).write_text(f"{CHEAP}[review]\nblind = 0.0\nbelow = 0.0\n", encoding="utf-8")
    study.close()
    return study.folder


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


Pages = list[tuple[str, Callable[[Any], None]]]
PAGES: Pages = [
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
SETTLED: Pages = [("/adjudicate", as_it_opens), ("/summary", as_it_opens)]
