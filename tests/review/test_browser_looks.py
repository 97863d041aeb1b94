"""How the pages look in a real browser: nothing hidden or cut off, hostile talk as text, axe-core, and where the focus is."""

from __future__ import annotations

from typing import Any

import pytest
from secondcoder.study.study import Study
from support.browser_checks import Opener, axe, press, serving, study_with
from support.review_checks import HOSTILE, LINES, hand_coded

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def in_view(page: Any, part: str) -> bool:
    """Nothing lies over the upper left corner of it."""
    return page.locator(part).evaluate(
        "one => { const b = one.getBoundingClientRect(); return one.contains(document.elementFromPoint(b.x + 5, b.y + 5)); }"
    )


@pytest.mark.parametrize(("width", "height"), [(1024, 768), (640, 430)])
def test_beside_the_talk_what_is_decided_on_is_in_view(
    empty_study: Study, enter: Opener, width: int, height: int
) -> None:
    folder = study_with(empty_study, tuple(f"{line} " * 4 for line in LINES))
    with serving(folder, "--coder", "ada") as server:
        page = enter(server.links[0])
        page.set_viewport_size({"width": width, "height": height})
        page.goto(server.links[0].split("/enter")[0] + "/transcript/t1")
        for _ in range(4):
            for part in ("#decide [value=rest-unsure]", ".row.here .speech"):
                assert in_view(page, part), part
            press(page, "a")


@pytest.mark.parametrize(("width", "height"), [(1024, 600), (640, 560)])
def test_in_the_queue_the_passage_and_what_is_decided_on_are_in_view(
    empty_study: Study, enter: Opener, width: int, height: int
) -> None:
    folder = study_with(empty_study, tuple(f"{line} " * 6 for line in LINES))
    with serving(folder, "--coder", "ada") as server:
        page = enter(server.links[0])
        page.set_viewport_size({"width": width, "height": height})
        page.goto(server.links[0].split("/enter")[0] + "/queue?by=transcript")
        for _ in range(4):
            press(page, "a")
            for part in ("#decide [value=rest-unsure]", "#current-passage a", "#status"):
                assert in_view(page, part), part


def test_hostile_talk_runs_nowhere(empty_study: Study, enter: Opener) -> None:
    folder = study_with(empty_study, (HOSTILE, LINES[1], "b" * 100_000, "</span><img src=x onerror=alert(1)>", "x"))
    with serving(folder, "--coder", "<b>ada</b>") as server:
        page = enter(server.links[0])
        page.on("dialog", lambda dialog: pytest.fail("a script of the transcript ran"))
        root = server.links[0].split("/enter")[0]
        for url in ("/queue?by=transcript", "/transcript/t1", "/transcript/t1?text=%3Cscript"):
            page.goto(root + url)
            assert page.locator("main img, main script, main b").count() == 0
        assert "{{ 7 * 7 }}" in page.locator("main").inner_text()
        page.goto(root + "/queue?by=transcript")
        for _ in range(4):
            press(page, "a")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


WIDTHS = [(1440, 900), (1024, 768), (720, 450), (390, 844)]


@pytest.mark.parametrize("blind", [0.0, 1.0])
def test_axe_finds_nothing_and_nothing_is_cut_off(empty_study: Study, enter: Opener, blind: float) -> None:
    script = axe()
    folder = study_with(empty_study, blind=blind)
    with serving(folder, "--coder", "ada", "--coder", "ben", "--adjudicate") as server:
        ada, ben, both = (enter(link, bypass_csp=True) for link in server.links)
        root = server.links[0].split("/enter")[0]
        for page, key in ((ada, "a"), (ben, "r")):
            page.goto(root + "/queue?by=transcript")
            for _ in range(3):
                press(page, "Enter" if blind else key)
        pages = [
            "/",
            "/queue",
            "/transcript/t1",
            "/codebook",
            "/codebook?code=CO",
            "/summary",
            "/summary.html",
            "/nowhere/x",
        ]
        for page, urls in (
            (ada, [url for url in pages if "html" not in url]),
            (both, ["/", "/adjudicate", "/summary"]),
        ):
            for url in urls:
                for width, height in WIDTHS:
                    page.set_viewport_size({"width": width, "height": height})
                    page.goto(root + url)
                    if "nowhere" in url:
                        continue
                    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (url, width)
                    page.evaluate(script)
                    faults = page.evaluate("axe.run().then(found => found.violations)")
                    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in faults] == [], (url, width)


def test_an_adjudication_by_hand_is_clean_on_a_phone_and_on_a_desk(empty_study: Study, enter: Opener) -> None:
    script, study = axe(), hand_coded(empty_study)
    study.close()
    with serving(study.folder, "--coder", "ada", "--adjudicate") as server:
        page = enter(server.links[1], bypass_csp=True)
        page.goto(server.links[0].split("/enter")[0] + "/adjudicate")
        # As it opens, ticked, the next one, and back at one with an earlier settlement.
        for step in ("", "1", "Enter", "k"):
            if step == "1":
                page.keyboard.press(step)
            elif step:
                with page.expect_navigation():
                    page.keyboard.press(step)
            for width in (390, 1280):
                page.set_viewport_size({"width": width, "height": 844})
                assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (step, width)
                page.evaluate(script)
                faults = page.evaluate("axe.run().then(found => found.violations)")
                assert [(fault["id"], fault["nodes"][0]["html"]) for fault in faults] == [], (step, width)
        assert page.locator(".earlier").count() == 1


def test_axe_finds_nothing_in_what_keys_open_and_on_rarer_pages(empty_study: Study, enter: Opener) -> None:
    script = axe()
    with serving(study_with(empty_study), "--coder", "ada") as server:
        page = enter(server.links[0], bypass_csp=True)
        root = server.links[0].split("/enter")[0]

        def check(where: str) -> None:
            page.evaluate(script)
            faults = page.evaluate("axe.run().then(found => found.violations)")
            assert [(fault["id"], fault["nodes"][0]["html"]) for fault in faults] == [], where

        page.goto(root + "/queue?by=transcript")
        for keys in (("s", "ArrowLeft", "ArrowLeft"), ("c",), ("n",), ("d",)):
            for key in keys:
                page.keyboard.press(key)
            if keys == ("d",):
                page.wait_for_selector("dialog[open] h2")
            check(keys[0])
            page.keyboard.press("Escape")
        for url in ("/transcript/t1?text=corridor", "/queue?text=zebra", "/queue?by=size", "/learn"):
            page.goto(root + url)
            check(url)
        page.context.clear_cookies()
        page.goto(root + "/queue")
        check("closed")


def test_focus_is_seen(empty_study: Study, enter: Opener) -> None:
    folder = study_with(empty_study)
    with serving(folder, "--coder", "ada") as server:
        page = enter(server.links[0])
        page.goto(server.links[0].split("/enter")[0] + "/queue?by=transcript")
        seen = []
        for _ in range(30):
            page.keyboard.press("Tab")
            style = page.evaluate(
                "(() => { const s = getComputedStyle(document.activeElement);"
                " return [document.activeElement.tagName, s.outlineStyle, parseFloat(s.outlineWidth)]; })()"
            )
            if style[0] != "BODY":
                seen.append(style)
        assert len(seen) > 20
        assert all(style == "solid" and width >= 2 for _, style, width in seen)
