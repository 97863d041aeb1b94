"""By keys alone, those of one character turned off, as somebody works who hears the page: what has the focus and what is said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from secondcoder.domain.records import ReviewAction, Valence
from secondcoder.study.study import Study
from support.accessibility_checks import focused, said, tab_to, walk
from support.browser_checks import Opener, Server, serving
from support.coding_browser_checks import ready
from support.pages_checks import CODED, whole_study

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def folder(empty_study: Study) -> Path:
    return whole_study(empty_study)


@pytest.fixture
def server(folder: Path) -> Iterator[Server]:
    with serving(folder, "--coder", "ada", "--adjudicate") as running:
        yield running


def opened(enter_anywhere: Opener, server: Server, url: str, link: int = 0) -> Any:
    """A page with the keys of one character turned off by the keyboard."""
    page = enter_anywhere(server.links[link])
    page.goto(server.links[0].split("/enter")[0] + url)
    if url.startswith("/code/"):
        ready(page)
    tab_to(page, "Letter keys")
    page.keyboard.press("Enter")
    assert page.locator("#keyswitch").get_attribute("aria-pressed") == "false"
    return page


SLOWLY_RECORDED = """() => {
  const real = window.fetch;
  window.fetch = async (url, asked) => {
    if (asked?.method === "POST") await new Promise((done) => setTimeout(done, 700));
    return real(url, asked);
  };
}"""


def test_a_coding_opens_again_while_its_change_is_being_recorded(server: Server, enter_anywhere: Opener) -> None:
    """The change gives it another key, which who pressed Enter cannot know."""
    page = opened(enter_anywhere, server, CODED)
    page.evaluate(SLOWLY_RECORDED)
    coding = page.locator(".coding a").first
    for memo in ("heard", "not seen", "heard"):
        coding.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("#box:not([hidden]) #boxmemo")
        page.locator("#boxmemo").fill(memo)
        tab_to(page, "Done", again=False)
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        page.wait_for_function("memo => document.getElementById('boxmemo')?.value === memo", arg=memo)
        page.keyboard.press("Escape")


def test_coding_by_hand(folder: Path, server: Server, enter_anywhere: Opener) -> None:
    page = opened(enter_anywhere, server, CODED)
    press = page.keyboard.press
    for key in ("j", "n", "f", "z", "?", "1"):
        press(key)
    assert said(page) == ""
    assert focused(page)["id"] == "keyswitch"
    tab_to(page, "Turn 2")
    press("Enter")
    assert focused(page)["id"] == "wordsbar"
    assert said(page).startswith("Span: 15 words, from “She” to “for.”")
    for key in ("ArrowLeft", "ArrowLeft", "Shift+ArrowRight"):
        press(key)
    assert said(page) == "Span: 12 words, from “explained” to “it”."
    press("Enter")
    assert focused(page)["id"] == "filter"
    page.keyboard.type("reflexive")
    press("Enter")
    page.wait_for_function("() => document.getElementById('status').textContent.startsWith('Coded: RM')")
    assert focused(page)["id"] == "wordsbar"
    press("Escape")
    assert focused(page)["name"] == "Turn 2"
    tab_to(page, "RM", again=False)
    press("Enter")
    page.wait_for_selector("#box:not([hidden]) #editform")
    assert focused(page)["name"] == "0 none"
    press("ArrowUp")
    page.wait_for_function("() => document.getElementById('status').textContent.includes('mixed')")
    page.wait_for_function("() => document.activeElement.value === 'mixed'")
    tab_to(page, "Memo", again=False)
    page.keyboard.type("heard, not seen")
    tab_to(page, "Done", again=False)
    press("Enter")
    assert focused(page)["name"].startswith("RM")
    press("Enter")
    page.wait_for_selector("#box:not([hidden]) #editform")
    tab_to(page, "Del Remove", again=False)
    press("Enter")
    page.wait_for_function("() => document.getElementById('status').textContent.startsWith('Removed')")
    assert focused(page)["tag"] == "p"
    assert focused(page)["name"].startswith("She explained")
    tab_to(page, "z Undo", again=False)
    press("Enter")
    page.wait_for_function("() => document.getElementById('status').textContent.startsWith('Took back the removal')")
    tab_to(page, "I have read this")
    press("Enter")
    page.wait_for_selector("#readings button >> nth=0")
    tab_to(page, "Take back")
    press("Enter")
    page.wait_for_function("() => document.activeElement.id === 'readby'")
    study = Study(folder)
    (coding,) = [each for each in study.store.codings() if each.code == "RM"]
    words = study.corpus.by_id[coding.transcript].text[coding.start : coding.end]
    assert (words.split()[0], words.split()[-1]) == ("explained", "it")
    assert (coding.coder, coding.valence, coding.memo) == ("ada", Valence.MIXED, "heard, not seen")
    study.close()


def test_other_words_and_a_palette_that_is_let_go(server: Server, enter_anywhere: Opener) -> None:
    """The same with the keys of one character, where the focus was nowhere: it is at the turn that is worked on."""
    page = enter_anywhere(server.links[0])
    page.goto(server.links[0].split("/enter")[0] + CODED)
    ready(page)
    for key in ("j", "j", "j"):
        page.keyboard.press(key)
    assert said(page).endswith("Coded CO.") or said(page).startswith("Turn 3: Question 1?")
    for key in ("n", "Escape", "Escape"):
        page.keyboard.press(key)
    assert focused(page)["tag"] == "p"
    page.keyboard.press("k")
    page.keyboard.press("e")
    page.wait_for_selector("#box:not([hidden]) #editform")
    tab_to(page, "s Other words", again=False)
    page.keyboard.press("Enter")
    assert focused(page)["id"] == "wordsbar"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.getElementById('status').textContent.startsWith('Changed')")
    page.wait_for_function("() => document.activeElement.name === 'valence'")


def test_deciding_on_suggestions(folder: Path, server: Server, enter_anywhere: Opener) -> None:
    page = opened(enter_anywhere, server, "/queue?by=transcript")
    press = page.keyboard.press
    press("a")
    assert page.locator("#progress").inner_text().startswith("0 of")
    tab_to(page, "s Change the span")
    press("Enter")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "application"
    press("ArrowLeft")
    assert said(page) == "Span: 14 words, from “She” to “is”."
    press("Enter")
    assert focused(page)["id"] == "current-passage"
    assert page.locator("#words").get_attribute("role") == "group"
    tab_to(page, "CP ", again=False)
    press("Space")
    assert said(page).startswith("CP ticked")
    tab_to(page, "Enter Take ticked", again=False)
    press("Enter")
    page.wait_for_function("() => document.querySelector('#progress').innerText.startsWith('1 of')")
    assert focused(page)["id"] == "current-passage"
    assert "CP" in said(page)
    tab_to(page, "d full definition", again=False)
    press("Enter")
    page.wait_for_selector("dialog[open] h2")
    assert page.evaluate("document.querySelector('dialog[open]').contains(document.activeElement)")
    press("Escape")
    assert focused(page)["name"] == "d full definition"
    tab_to(page, "z Undo last")
    press("Enter")
    page.wait_for_function("() => document.querySelector('#progress').innerText.startsWith('0 of')")
    assert focused(page)["id"] == "current-passage"
    assert said(page)
    tab_to(page, "a Take it")
    press("Enter")
    page.wait_for_function("() => document.querySelector('#progress').innerText.startsWith('1 of')")
    study = Study(folder)
    verdicts = [decision.verdict for decision in study.store.decisions("ada")]
    assert verdicts == [ReviewAction.CHANGE, ReviewAction.UNDO, ReviewAction.ACCEPT]
    study.close()


def test_settling_together(server: Server, enter_anywhere: Opener) -> None:
    page = opened(enter_anywhere, server, "/adjudicate", link=1)
    first = page.title()
    tab_to(page, "Enter Settle")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert focused(page)["id"] == "current-passage"
    assert page.title() != first
    assert page.locator("#keyswitch").get_attribute("aria-pressed") == "false"  # it stays so


@pytest.mark.parametrize("size", [(1280, 900), (320, 512)])
def test_the_focus_goes_through_every_page_and_is_seen(
    server: Server, enter_anywhere: Opener, size: tuple[int, int]
) -> None:
    page = enter_anywhere(server.links[0])
    page.set_viewport_size({"width": size[0], "height": size[1]})
    root = server.links[0].split("/enter")[0]
    for url in ("/", "/queue?by=transcript", "/transcript/birch_nurse_late", CODED, "/codes/CO", "/chart", "/summary"):
        page.goto(root + url)
        stops = walk(page)
        assert stops[0]["name"] == "Skip to the content", url
        assert len(stops) > 8, url
        assert [stop for stop in stops if not stop["seen"] or stop["covered"]] == [], url


def test_what_training_says_is_said_once(server: Server, enter_anywhere: Opener) -> None:
    """Steps, not counts, in an element that stays while all around it is put anew."""
    page = enter_anywhere(server.links[0], bypass_csp=True)
    root = server.links[0].split("/enter")[0]
    steps = [("learning", 1), ("learning", 2), ("comparing", 1), ("", 0)]
    lines = [
        f'<p class="lead">Training</p><p id="stage">{what}: {done} of 3 …</p>'
        if what
        else '<p class="lead">A new model is in use</p><p>m0002 is better.</p>'
        for what, done in steps
    ]
    page.goto(root + "/learn")
    script = page.evaluate("fetch('/static/retrain.js').then(answer => answer.text())")
    page.evaluate(
        """([script, lines]) => {
          const left = [...lines], heard = (window.heard = []);
          const told = document.getElementById("told");
          new MutationObserver(() => heard.push(told.textContent)).observe(told, { childList: true });
          window.fetch = async () => {
            const html = left.shift();
            return new Response(html, { headers: { "X-Running": left.length ? "yes" : "no" } });
          };
          window.setTimeout = (then) => queueMicrotask(then);
          document.getElementById("training").dataset.running = "yes";
          document.getElementById("training").innerHTML = lines[0];
          new Function(script)();
        }""",
        [script, lines],
    )
    page.wait_for_function("() => document.getElementById('told').textContent.startsWith('A new model')")
    heard = page.evaluate("window.heard")
    assert heard == ["learning …", "comparing …", "A new model is in use. m0002 is better."]


def test_chosen_colours_keep_what_is_marked(server: Server, enter_anywhere: Opener) -> None:
    page = enter_anywhere(server.links[0])
    page.goto(server.links[0].split("/enter")[0] + "/queue?by=transcript")
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    page.keyboard.press("s")
    page.keyboard.press("ArrowLeft")
    look = "one => { const style = getComputedStyle(one); return [style.color, style.backgroundColor, style.outlineStyle]; }"
    inside, outside = (page.locator(which).first.evaluate(look) for which in (".w.in", ".w:not(.in)"))
    assert inside[:2] != outside[:2]
    assert page.locator(".pick.is-current").evaluate(look)[2] == "solid"
    assert page.locator("progress").first.evaluate("one => getComputedStyle(one).borderTopStyle") == "solid"
    assert page.evaluate("document.getAnimations().length") == 0


def test_a_memo_typed_while_the_valence_is_being_saved_is_kept(
    folder: Path, server: Server, enter_anywhere: Opener
) -> None:
    page = opened(enter_anywhere, server, CODED)
    tab_to(page, "Turn 2")
    for key in ("Enter", "Enter"):
        page.keyboard.press(key)
    page.keyboard.type("reflexive")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.getElementById('status').textContent.startsWith('Coded: RM')")
    page.keyboard.press("Escape")
    tab_to(page, "RM", again=False)
    page.keyboard.press("Enter")
    page.wait_for_selector("#box:not([hidden]) #editform")
    late = list[Any]()
    page.route("**/code/**", lambda route: late.append(route) if route.request.method == "POST" else route.continue_())
    page.keyboard.press("ArrowUp")
    page.wait_for_function("() => document.body.dataset.busy === 'yes'")
    tab_to(page, "Memo", again=False)
    page.keyboard.type("heard, not seen")
    for route in late:
        route.continue_()
    page.wait_for_function("() => document.getElementById('status').textContent.includes('mixed')")
    page.wait_for_timeout(1000)  # for whatever the page still does of itself
    assert (focused(page)["id"], page.locator("#boxmemo").input_value()) == ("boxmemo", "heard, not seen")
