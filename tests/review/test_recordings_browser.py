"""A recording played from a time beside the talk, in a real browser, by mouse and by keyboard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study
from support.browser_checks import Opener, axe, serving
from support.looks_checks import DESK, PHONE, faults
from support.recording_checks import timed_talk, tone
from support.review_checks import fill, suggestion
from support.study_checks import CHEAP

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PLAYING = """from => {
  const audio = document.querySelector("audio");
  return !audio.paused && audio.currentTime >= from && audio.currentTime < from + 3;
}"""
PAUSED = "paused => document.querySelector('audio').paused === paused"
PAGES = ("/code/t1", "/transcript/t1", "/queue?by=transcript", "/codes/CO")


@pytest.fixture
def folder(empty_study: Study) -> Path:
    """Two interviews in review; one has a recording of a minute."""
    one, two = timed_talk("t1"), timed_talk("t2", first=3600.0)
    fill(empty_study, [one, two], [suggestion(each, at, "CO") for each in (one, two) for at in range(3)])
    settings = f"{CHEAP}[review]\nblind = 0.0\nbelow = 0.0\norder = 'transcript'\n"
    (empty_study.folder / CONFIGURATION).write_text(settings, encoding="utf-8")
    empty_study.close()
    (empty_study.folder / "audio").mkdir()
    (empty_study.folder / "audio" / "t1.wav").write_bytes(tone(60))
    return empty_study.folder


def wait_until_at(page: Any, seconds: float) -> None:
    page.wait_for_function(PLAYING, arg=seconds)


@pytest.mark.parametrize("url", PAGES)
def test_it_plays_from_the_time_that_is_pressed(folder: Path, enter: Opener, url: str) -> None:
    with serving(folder, "--coder", "ada", "--audio", str(folder / "audio")) as server:
        page = enter(server.links[0])
        asked: list[str] = []
        page.on(
            "request",
            lambda request: asked.append(request.headers.get("range", "")) if "/recording/" in request.url else None,
        )
        page.goto(server.links[0].split("/enter")[0] + url)
        page.wait_for_timeout(300)
        # Nothing is loaded, and nothing plays, before somebody asks for it.
        assert asked == []
        assert not page.locator("#player").is_visible()
        button = page.locator("button.since:visible").first
        from_there = float(button.get_attribute("data-play"))
        button.focus()
        page.keyboard.press("Enter")
        wait_until_at(page, from_there)
        assert asked[0].startswith("bytes=")
        assert page.locator("#player").is_visible()
        page.locator("main").focus()
        page.keyboard.press("p")
        page.wait_for_function(PAUSED, arg=True)
        page.keyboard.press("p")
        page.wait_for_function(PAUSED, arg=False)


def test_keys_of_the_player_are_not_those_of_the_page(folder: Path, enter: Opener) -> None:
    with serving(folder, "--coder", "ada", "--audio", str(folder / "audio")) as server:
        page = enter(server.links[0])
        page.goto(server.links[0].split("/enter")[0] + "/code/t1")
        page.locator("button.since").nth(5).click()
        wait_until_at(page, 20)
        page.locator("audio").focus()
        page.keyboard.press("f")  # would go to what is read
        assert page.evaluate("document.activeElement.tagName") == "AUDIO"
        # Another time is gone to in what is loaded already.
        page.locator("button.since").nth(2).click()
        wait_until_at(page, 8)


def test_a_time_behind_the_end_and_a_file_that_is_no_recording_are_said(folder: Path, enter: Opener) -> None:
    (folder / "audio" / "t2.wav").write_bytes(tone(2))
    with serving(folder, "--coder", "ada", "--audio", str(folder / "audio")) as server:
        page = enter(server.links[0])
        root = server.links[0].split("/enter")[0]
        page.goto(root + "/code/t2")
        page.locator("button.since").nth(2).click()
        page.get_by_text("The recording ends before 1:00:08.").wait_for()
        (folder / "audio" / "t1.wav").write_bytes(b"no sound")
        page.goto(root + "/code/t1")
        page.locator("button.since").nth(2).click()
        page.get_by_text("This browser cannot play the recording.").wait_for()


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_a_page_with_a_player_is_whole(folder: Path, enter_anywhere: Opener, size: tuple[int, int]) -> None:
    script = axe()
    with serving(folder, "--coder", "ada", "--audio", str(folder / "audio")) as server:
        page = enter_anywhere(server.links[0], bypass_csp=True)
        page.set_viewport_size({"width": size[0], "height": size[1]})
        for url in PAGES:
            page.goto(server.links[0].split("/enter")[0] + url)
            page.locator("button.since:visible").first.click()
            page.wait_for_selector("#player:not([hidden])")
            assert faults(page) == [], url
            page.evaluate(script)
            found = page.evaluate("axe.run().then(found => found.violations)")
            assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found] == [], url
