"""A real browser and a real server for the tests: Chromium by Playwright, and `secondcoder review` in a process of its own."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study

from support.places import ROOT
from support.review_checks import LINES, fill, suggestion, talk
from support.study_checks import CHEAP

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
Opener = Callable[..., Any]
LINK = re.compile(r"http://\S+/enter\?token=\S+")


def missing(what: str) -> None:
    """Skip, or under CI fail: there a missing browser is a fault of the set-up."""
    if os.environ.get("CI", "").casefold() in ("true", "1"):
        pytest.fail(f"{what}; CI installs it (see .ci/run)")
    pytest.skip(what)


def chromium() -> str:
    """The browser's path."""
    found = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
    )
    if found is None:
        missing("Chromium is not installed")
    return str(found)


def axe() -> str:
    """axe-core's script: from AXE_CORE, or from node_modules beside the checkout's root."""
    root = ROOT
    places = [Path(os.environ.get("AXE_CORE", "")), root / "node_modules" / "axe-core" / "axe.min.js"]
    found = next((path for path in places if path.is_file()), None)
    if found is None:
        missing("axe-core is not installed (npm install --no-save axe-core)")
    return found.read_text(encoding="utf-8") if found else ""


class Server:
    """`secondcoder review` on a study, with the links it printed."""

    def __init__(self, folder: Path, *options: str) -> None:
        program = [sys.executable, "-c", "from secondcoder.cli import main; main()"]
        words = [*program, "-C", str(folder), "review", "--no-browser", *options]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.links = self._links()

    def _links(self) -> list[str]:
        assert self.process.stdout is not None
        found = []
        until = time.monotonic() + 60
        while time.monotonic() < until:
            line = self.process.stdout.readline()
            if not line:
                assert self.process.stderr is not None
                raise AssertionError(self.process.stderr.read())
            found += LINK.findall(line)
            if "stop with" in line:
                return found
        raise AssertionError("no link was printed")

    def kill(self) -> None:
        """No chance to tidy up."""
        self.process.send_signal(signal.SIGKILL)
        self._wait()

    def stop(self) -> None:
        """As Ctrl+C does."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        self._wait()

    def _wait(self) -> None:
        self.process.wait(20)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[Server]:
    """A server that is gone afterwards."""
    server = Server(folder, *options)
    try:
        yield server
    finally:
        server.stop()


def study_with(study: Study, lines: tuple[str, ...] = LINES, blind: float = 0.0, below: float = 0.0) -> Path:
    """A study with two interviews and a suggestion on every answer but the last, closed, in its folder."""
    one, two = talk("t1", lines), talk("t2", lines)
    codes = ("CO", "CA", "CP", "RM", "F1")
    marks = [suggestion(each, at, codes[at % 5], 0.6 - at / 50) for each in (one, two) for at in range(len(lines) - 1)]
    fill(study, [one, two], marks)
    settings = f"{CHEAP}[review]\nblind = {blind}\nbelow = {below}\norder = 'transcript'\n"
    assert tomllib.loads(settings)
    (study.folder / CONFIGURATION).write_text(settings, encoding="utf-8")
    study.close()
    return study.folder


def press(page: Any, key: str) -> None:
    """A key that decides: the panel is another one afterwards."""
    before = page.locator("#decide input[name=request], .empty").first.evaluate("one => one.value || 'empty'")
    page.keyboard.press(key)
    page.wait_for_function(
        "before => !document.body.hasAttribute('data-busy') && "
        "(document.querySelector('.empty') || document.querySelector('.current input[name=request]').value !== before)",
        arg=before,
    )
