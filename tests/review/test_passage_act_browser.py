"""In a real browser: a passage with several suggestions decided on in one go, with and without script."""

from __future__ import annotations

from pathlib import Path

import pytest
from secondcoder.labels.new_decision import act_of
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study
from support.browser_checks import Opener, press, serving
from support.review_checks import fill, suggestion, talk
from support.study_checks import CHEAP

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def folding_study(study: Study) -> Path:
    """Two interviews whose first answer has a construct with two sub-constructs, one more code, and two unlikely ones."""
    study.codebook_import("npt")
    talks = [talk("t1"), talk("t2")]
    scores = {"CP": 0.7, "CP.ENR": 0.6, "CP.ACT": 0.4, "CA": 0.5, "F1": 0.2, "F2": 0.1}
    fill(study, talks, [suggestion(one, at, *score) for one in talks for at in (0, 1) for score in scores.items()])
    settings = f"{CHEAP}[review]\nblind = 0.0\nbelow = 0.0\norder = 'transcript'\n"
    (study.folder / CONFIGURATION).write_text(settings, encoding="utf-8")
    study.close()
    return study.folder


def verdicts_of(folder: Path, coder: str = "ada") -> list[dict[str, str]]:
    """What was said of each code, act by act."""
    study = Study(folder)
    acts: dict[str, dict[str, str]] = {}
    for row in study.store.decisions(coder):
        acts.setdefault(act_of(row), {})[row.suggested or row.code or "-"] = row.verdict.value
    study.close()
    return list(acts.values())


def test_a_passage_with_six_suggestions_is_one_decision(empty_study: Study, enter: Opener) -> None:
    """By keyboard: all shown, none, some ticked with what belongs together, unfolded, undone as a whole, and nothing ticked."""
    folder = folding_study(empty_study)
    shown = ("CP", "CP.ENR", "CP.ACT", "CA")
    with serving(folder, "--coder", "ada") as server:
        page = enter(server.links[0])
        page.goto(server.links[0].split("/enter")[0] + "/queue?by=transcript")
        boxes = page.locator(".pick:visible")
        assert [one.get_attribute("data-code") for one in boxes.all()] == list(shown)
        assert page.locator("#fold summary").inner_text().startswith("f 2 more, each below 25 in 100")
        page.keyboard.press("Enter")
        page.wait_for_selector("#status.bad")
        assert "Nothing is ticked" in page.locator("#status").inner_text()
        press(page, "a")
        press(page, "r")
        press(page, "z")
        assert page.locator("#status").inner_text() == "Undone: CP, CP.ENR, CP.ACT, CA rejected."
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Space")  # CP.ENR, and CP with it
        assert page.locator(".pick input:checked").count() == 2
        assert page.locator(".why:visible summary").inner_text() == "w Why CP.ACT"
        press(page, "Enter")
        page.keyboard.press("f")
        assert boxes.count() == 6
        assert page.locator("button[value=all]").inner_text() == "a Take all 6"
        page.keyboard.press("Space")  # the first of the unfolded
        page.keyboard.press("o")
        press(page, "Enter")
        page.locator("label.name", has_text="Enrolment").click()
        page.locator("label.name", has_text="Cognitive participation").click()  # taken back, with what belongs to it
        page.locator("label.name", has_text="Collective action").click()
        page.get_by_role("button", name="Take ticked").click()
        page.get_by_role("heading", name="All decided").wait_for()
    accepted, rejected = "accept", "reject"
    assert verdicts_of(folder) == [
        dict.fromkeys(shown, accepted),
        dict.fromkeys(shown, rejected),
        {"-": "undo"},
        {"CP": accepted, "CP.ENR": accepted, "CP.ACT": rejected, "CA": rejected},
        dict.fromkeys((*shown, "F2"), rejected) | {"F1": accepted, "-": "looked"},
        dict.fromkeys(shown[:3], rejected) | {"CA": accepted},
    ]


def test_ticks_work_without_script(empty_study: Study, enter: Opener) -> None:
    """What is folded is not spoken of, even when it was unfolded: without the script the page cannot tell."""
    folder = folding_study(empty_study)
    with serving(folder, "--coder", "ada") as server:
        page = enter(server.links[0], java_script_enabled=False)
        page.goto(server.links[0].split("/enter")[0] + "/queue?by=transcript")
        page.locator("label.name", has_text="Enrolment").click()
        page.locator("#fold summary").click()
        page.locator("label.name", has_text="GP buy-in").click()
        page.keyboard.press("Enter")  # in a box, it sends the form with what is ticked
        page.wait_for_url("**at=**")
        page.get_by_role("button", name="Take all 4").click()
    said = verdicts_of(folder)
    assert said[0] == {"CP": "accept", "CP.ENR": "accept", "CP.ACT": "reject", "CA": "reject", "F1": "accept"}
    assert set(said[1]) == {"CP", "CP.ENR", "CP.ACT", "CA"}
