"""In a real browser: a fresh study with three Word interviews, by mouse alone and by keyboard alone, to the second training."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from secondcoder.domain.records import Origin, Valence
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study
from support.browser_checks import Opener, serving
from support.coding_browser_checks import drag, options, ready, settled, spoken
from support.study_checks import CHEAP

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ANSWERS = {
    "CO": (
        "I understood what it is for.",
        "She explained the purpose to us.",
        "We made sense of it.",
        "It was clear to us.",
    ),
    "CP": (
        "We enrolled the first patients.",
        "The partners were behind it.",
        "Two nurses signed up.",
        "I got people on board.",
    ),
    "CA": (
        "There is no room at all.",
        "We do the referrals on Tuesdays.",
        "The form takes an hour.",
        "She sits in the hall.",
    ),
}


def sentences(which: int) -> list[tuple[str, str]]:
    """The answers of an interview with the code of each."""
    return [
        (f"{said[:-1]}, in {place}.", code)
        for code, lines in ANSWERS.items()
        for said in lines
        for place in PLACES[which]
    ]


PLACES = (("spring", "summer"), ("autumn", "winter"), ("April", "May"))


@pytest.fixture
def study(tmp_path: Path, run_cli: Callable[..., Any]) -> Path:
    """`init` and `import`, as a researcher with three Word files."""
    folder = tmp_path / "study"
    for at, name in enumerate(("ash", "beech", "elder")):
        document = docx.Document()
        for said, _ in sentences(at):
            document.add_paragraph("Interviewer: What was it like?")
            document.add_paragraph(f"GP: {said}")
        document.save(tmp_path / f"{name}.docx")
    assert run_cli("init", folder, "--codebook", "npt-core")[0] == 0
    (folder / CONFIGURATION).write_text(f"{CHEAP}[review]\nblind = 0.0\nbelow = 0.0\n", encoding="utf-8")
    assert run_cli("-C", folder, "import", *tmp_path.glob("*.docx"))[0] == 0
    return folder


def trained(page: Any) -> None:
    """The training has ended, and what it gave is taken on."""
    page.locator("#training[data-running], #training").wait_for()
    page.get_by_role("link", name="Read the report").wait_for(timeout=120_000)


def test_from_the_first_import_to_the_second_training_by_mouse_alone(study: Path, enter_anywhere: Opener) -> None:
    with serving(study, "--coder", "ada") as server:
        page = enter_anywhere(server.links[0])
        page.wait_for_url("**/code/ash")
        for which, name in enumerate(("ash", "beech")):
            ready(page)
            for at, (said, code) in enumerate(sentences(which)):
                drag(page, said)
                options(page, code).click()
                settled(page, at + 1)
            page.get_by_role("radio", name="these only").click()
            for code in ("RM", "F1", "F2", "F3", "F4", "F5"):
                page.locator(f"#readform input[value={code}]").click()
            page.locator("#readform button").click()
            page.wait_for_function("() => document.getElementById('readings').innerText.includes('for CO, CP, CA')")
            assert sorted(spoken(study, name)) == sorted(sentences(which))
            if which == 0:
                page.get_by_role("link", name="next interview").click()
                page.wait_for_url("**/code/beech")
        page.get_by_role("button", name="Train a model").click()
        trained(page)
        page.get_by_role("button", name="Go on with").click()
        page.wait_for_url("**/", timeout=60_000)
        page.get_by_role("link", name="review", exact=True).click()
        page.wait_for_url("**/transcript/elder")
        page.locator("#decide [value=all]").click()
        page.wait_for_function("() => document.getElementById('status').innerText.includes('accepted')")
        page.get_by_role("link", name="Summary").click()
        page.get_by_role("button", name="Train again").click()
        trained(page)
        assert "m0002" in page.locator("#training").inner_text()
    ended = Study(study)
    assert {look.origin for look in ended.store.passes() if look.transcript != "elder"} == {Origin.INDEPENDENT}
    assert {decision.verdict for decision in ended.store.decisions()} == {"accept"}
    assert [model["version"] for model in ended.store.models()] == ["m0001", "m0002"]
    assert ended.check_audit().faults == ()
    ended.close()


def test_from_the_first_import_to_the_second_training_by_keyboard_alone(study: Path, enter_anywhere: Opener) -> None:
    with serving(study, "--coder", "ada") as server:
        page = enter_anywhere(server.links[0])
        page.wait_for_url("**/code/ash")
        keys = page.keyboard.press
        for which, name in enumerate(("ash", "beech")):
            ready(page)
            for at, (_, code) in enumerate(sentences(which)):
                for key in ("j", "j", "n"):  # past the question, and the palette on the answer
                    keys(key)
                page.keyboard.type(code.lower())
                keys("Enter")
                settled(page, at + 1)
            keys("1")
            page.wait_for_selector(".valence-mark")
            keys("f")
            for _ in range(3):  # from "the whole interview" past the turns' numbers to "all codes"
                keys("Tab")
            keys("ArrowDown")  # these only, all of them ticked: then one less
            for _ in range(2):
                keys("Tab")
            keys("Space")
            keys("Enter")
            page.wait_for_function(
                "() => document.getElementById('readings').innerText.includes('the whole interview')"
            )
            assert sorted(spoken(study, name)) == sorted(sentences(which))
            if which == 0:
                page.get_by_role("link", name="next interview").focus()
                keys("Enter")
                page.wait_for_url("**/code/beech")
        page.get_by_role("button", name="Train a model").focus()
        keys("Enter")
        trained(page)
        page.get_by_role("button", name="Go on with").focus()
        keys("Enter")
        page.wait_for_url("**/", timeout=60_000)
        page.get_by_role("link", name="review", exact=True).focus()
        keys("Enter")
        page.wait_for_url("**/transcript/elder")
        page.wait_for_load_state()
        keys("a")
        page.wait_for_function("() => document.getElementById('status').innerText.includes('accepted')")
        page.get_by_role("link", name="Summary").focus()
        keys("Enter")
        page.get_by_role("button", name="Train again").focus()
        keys("Enter")
        trained(page)
    ended = Study(study)
    looks = {look.codes for look in ended.store.passes() if look.transcript == "ash" and look.start == 0}
    assert looks == {ended.codebook.ids[1:]}
    assert [coding.valence for coding in ended.store.codings() if coding.transcript == "ash"][-1] is Valence.PROMOTES
    assert [model["version"] for model in ended.store.models()] == ["m0001", "m0002"]
    assert ended.check_audit().faults == ()
    ended.close()
