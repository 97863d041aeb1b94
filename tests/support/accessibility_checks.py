"""What a page is to somebody who does not see it, or sees little of it: names, headings, landmarks, focus, zoom, spacing, colours.

The accessibility tree is Chromium's own, by Playwright's aria snapshots; rules are axe-core's, and those below that it has none for.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from support.browser_checks import axe

ZOOMED = (320, 256)
"""A window of 1280 x 1024 px at 400 %, in CSS px (WCAG 1.4.10)."""


SPACED = (
    "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }"
    "p { margin-bottom: 2em !important; }"
)
"""The spacing that somebody may want (WCAG 1.4.12)."""
CHECKS = Path(__file__).with_name("accessibility.js").read_text(encoding="utf-8")


def _checked(page: Any, name: str) -> Any:
    return page.evaluate(f"({CHECKS}).{name}()")


def axe_faults(page: Any, script: str) -> list[tuple[str, str]]:
    """Rules of axe-core that the page breaks, targets of 24 px included, each with the first place."""
    if not page.evaluate("typeof axe !== 'undefined'"):
        page.evaluate(script)
    found = page.evaluate("axe.run({ rules: { 'target-size': { enabled: true } } }).then(found => found.violations)")
    return [(fault["id"], fault["nodes"][0]["html"][:200]) for fault in found]


def structure_faults(page: Any) -> list[str]:
    """Faults of landmarks, headings, tables, pictures and live regions."""
    found: list[str] = _checked(page, "structure")
    return found


def zoom_faults(page: Any) -> list[str]:
    """What is lost at 400 %, with and without wide spacing; the window is as it was afterwards."""
    before = page.viewport_size
    page.set_viewport_size({"width": ZOOMED[0], "height": ZOOMED[1]})
    found: list[str] = _checked(page, "narrow")
    style = page.add_style_tag(content=SPACED)
    found += [f"spaced: {fault}" for fault in _checked(page, "narrow") + _checked(page, "cutOff")]
    style.evaluate("one => one.remove()")
    page.set_viewport_size(before)
    return found


def focused(page: Any) -> Any:
    """What has the focus, and how it is to be seen; None for the body."""
    return _checked(page, "focused")


def walk(page: Any, most: int = 400) -> list[Any]:
    """Every stop of the Tab key from the top of the page until the focus leaves it; a trap would go on for ever."""
    page.evaluate("() => { document.activeElement.blur(); getSelection().removeAllRanges(); window.scrollTo(0, 0); }")
    stops: list[Any] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        now = focused(page)
        if now is None:
            return stops
        stops.append(now)
    raise AssertionError(f"the focus did not leave the page after {most} stops, lately {stops[-3:]}")


def tab_to(page: Any, name: str, *, again: bool = True, most: int = 200) -> None:
    """Press Tab until what has the focus is called so, from the top of the page or from where the focus is."""
    if again:
        page.evaluate("() => { const top = document.querySelector('.skip'); top.focus(); }")
    passed: list[str] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        now = focused(page)
        if now and now["name"].startswith(name):
            return
        passed.append(now["name"] if now else "(the page)")
    raise AssertionError(f"no stop is called {name!r}, but {passed}")


def said(page: Any) -> str:
    """What the page's live region says now."""
    words: str = page.locator("#status").text_content()
    return " ".join(words.split())


def report_faults(browser: Any, html: str) -> list[Any]:
    """What is wrong with a report of its own for who does not see it, or sees little of it."""
    page = browser.new_page(viewport={"width": 1280, "height": 900}, bypass_csp=True)
    page.set_content(html)
    found: list[Any] = [*structure_faults(page), *axe_faults(page, axe()), *zoom_faults(page)]
    page.set_viewport_size({"width": 640, "height": 512})
    found += [f"at 200 %: {fault}" for fault in structure_faults(page)]
    page.close()
    return found
