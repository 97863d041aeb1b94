"""Pictures of what the tutorial's commands write and of the browser's pages, for docs/. Needs Chromium.

Usage: python docs/screenshots.py FOLDER, the folder in which the tutorial was followed (its study is FOLDER/mystudy). The pages of
`secondcoder open` are taken from a copy, in which a summary is written.
"""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
FILES = {
    "tutorial-card": ("models/m0001/card.html", 900),
    "tutorial-gate": ("models/m0002/gate.html", 760),
    "tutorial-report": ("findings/report.html", 900),
}
"""Picture -> the page below the study, and the height that is shown of it."""
FILE_WIDTH, WINDOW = 1100, {"width": 1280, "height": 880}
ENDS_OF = """(words) => {
  const texts = document.createTreeWalker(document.getElementById("text"), NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const at = texts.currentNode.data.indexOf(words);
    if (at < 0) continue;
    texts.currentNode.parentElement.scrollIntoView({ block: "center" });
    return [at, at + words.length].map((end) => {
      const range = document.createRange();
      range.setStart(texts.currentNode, end);
      const box = range.getBoundingClientRect();
      return [box.x, box.y + box.height / 2];
    });
  }
}"""
"""Where in the window some words begin and end."""


def main(folder: Path) -> None:
    """Write the pictures into docs/."""
    browser = next((path for name in ("chromium", "google-chrome") if (path := shutil.which(name))), None)
    if browser is None:
        sys.exit("No Chromium found.")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as temporary:
        page = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"]).new_page()
        for name, (path, height) in FILES.items():
            page.set_viewport_size({"width": FILE_WIDTH, "height": height})
            page.goto((folder / "mystudy" / path).resolve().as_uri())
            _keep(page, name)
        copy = Path(temporary, "mystudy")
        shutil.copytree(folder / "mystudy", copy)
        page.set_viewport_size(WINDOW)
        with _served(copy) as link:
            page.goto(link)
            for shown in (_coding, _review, _chart):
                shown(page, link.split("/enter")[0])
                _keep(page, shown.__name__.removeprefix("_"))


def _keep(page: Page, name: str) -> None:
    """The window as a picture of 256 colours: a third as large, and no channel of a colour more than a few steps off."""
    path = HERE / f"{name}.png"
    page.screenshot(path=path)
    Image.open(path).convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
        path, optimize=True
    )


@contextmanager
def _served(study: Path) -> Iterator[str]:
    """The link that opens a study's pages as IH."""
    command = Path(sys.executable).with_name("secondcoder")
    words = [str(command), "-C", str(study), "open", "--coder", "IH", "--no-browser"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603
        try:
            yield next(found[0] for line in server.stdout or () if (found := re.search(r"http\S+/enter\S+", line)))
        finally:
            server.send_signal(signal.SIGINT)


def _coding(page: Page, root: str) -> None:
    """Words selected, the palette beside them, and the definition of the code that was used last."""
    page.goto(f"{root}/code/alder_pm_early")
    (x, y), (to_x, to_y) = page.evaluate(ENDS_OF, "I'd met her in the kitchen.")
    page.mouse.move(x + 1, y)
    page.mouse.down()
    page.mouse.move(to_x - 1, to_y, steps=4)
    page.mouse.up()
    page.wait_for_selector("#palette:not([hidden])")
    page.wait_for_timeout(500)


def _review(page: Page, root: str) -> None:
    """A passage with several suggestions, and why."""
    page.goto(f"{root}/queue?by=code")
    page.wait_for_timeout(500)


def _chart(page: Page, root: str) -> None:
    """A cell of the framework matrix, with a summary and a light."""
    page.goto(f"{root}/chart")
    page.locator("td a[href*=Alder]").nth(1).click()
    page.fill(
        "#summary", "One partner refers for himself. The rest leave it to him, and the manager has no say with them."
    )
    page.get_by_label("amber").check()
    page.get_by_role("button", name="Save").click()
    page.wait_for_timeout(1000)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
