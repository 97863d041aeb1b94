"""The browser is opened without its login in any command line: on a page that only its owner reads, and that is soon gone."""

from __future__ import annotations

import os
import re
import shlex
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from secondcoder.review import browser as opening
from secondcoder.review import security
from secondcoder.review.browser import has_screen, opened_browser, places, write_page
from secondcoder.review.security import LINK_LIMIT, LoginLinks
from secondcoder.study.study import Study
from support.browser_checks import study_with

TOKEN = re.compile(r'name="token" value="([^"]+)"')
ENTER = re.compile(r'action="([^"]+)"')


def until(holds: Any) -> Any:
    """What it gives once it is true."""
    for _ in range(1200):
        if found := holds():
            return found
        time.sleep(0.05)
    pytest.fail("it never came")


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """The addresses for which a browser was opened, in a home of its own."""
    monkeypatch.setenv("HOME", str(tmp_path))
    asked: list[str] = []
    monkeypatch.setattr(opening.webbrowser, "open", asked.append)
    return asked


@contextmanager
def reviewing(folder: Path, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """`secondcoder review` with a browser that writes down what every user can see of it; it keeps its caller waiting."""
    seen, fake = tmp_path / "seen", tmp_path / "browser"
    fake.write_text(f'#!/bin/sh\nprintf "%s\\n" "$0" "$@" > {shlex.quote(str(seen))}.part\nenv >> {shlex.quote(str(seen))}.part\n'
                    f"mv {shlex.quote(str(seen))}.part {shlex.quote(str(seen))}\nsleep 100\n")  # fmt: skip
    fake.chmod(0o700)
    words = [
        sys.executable,
        "-c",
        "from secondcoder.cli import main; main()",
        "-C",
        str(folder),
        "review",
        "--coder",
        "ada",
    ]
    own = os.environ | {"BROWSER": str(fake), "HOME": str(tmp_path)}
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=own) as process:
        try:
            yield process, seen
        finally:
            process.terminate()


@pytest.mark.slow
def test_nothing_secret_is_in_a_process_list(empty_study: Study, tmp_path: Path) -> None:
    folder = study_with(empty_study)
    with reviewing(folder, tmp_path) as (process, seen):
        assert process.stdout is not None
        printed = process.stdout.readline().strip()
        until(seen.exists)
        said = seen.read_text(encoding="utf-8")
        address = said.splitlines()[1]
        page = Path(address.removeprefix("file://"))
        text = page.read_text(encoding="utf-8")
        (token,), (enter,) = TOKEN.findall(text), ENTER.findall(text)
        assert stat.S_IMODE(page.stat().st_mode) == 0o600
        assert page.parent == folder
        public = (
            said
            + Path(f"/proc/{process.pid}/cmdline").read_text(encoding="utf-8")
            + Path(f"/proc/{process.pid}/environ").read_text(encoding="utf-8")
        )
        for secret in (token, printed.partition("token=")[2]):
            assert len(secret) > 40
            assert secret not in public
        with httpx.Client() as http:
            entered = http.post(enter, data={"token": token}, headers={"Origin": "null"})
            assert entered.status_code == 200
            assert http.get(enter.removesuffix("enter")).status_code == 200
        until(lambda: not page.exists())
        assert httpx.post(enter, data={"token": token}).status_code == 403  # once
        assert httpx.get(printed).status_code == 200  # the printed one is another


@pytest.mark.slow
def test_the_page_goes_with_the_server(empty_study: Study, tmp_path: Path) -> None:
    folder = study_with(empty_study)
    with reviewing(folder, tmp_path) as (_, seen):
        until(seen.exists)
        assert list(folder.glob("secondcoder-open-*"))
    assert not list(folder.glob("secondcoder-open-*"))


@pytest.mark.slow
@pytest.mark.browser
def test_a_real_browser_comes_in_and_keeps_no_token(empty_study: Study, tmp_path: Path, browser: Any) -> None:
    folder = study_with(empty_study)
    with reviewing(folder, tmp_path) as (_, seen):
        until(seen.exists)
        address = seen.read_text(encoding="utf-8").splitlines()[1]
        with browser.new_context() as context:
            page, sent = context.new_page(), []
            page.on("request", lambda request: sent.append((request.url, request.headers.get("referer", ""))))
            page.goto(address)
            page.wait_for_selector("text=t1")
            assert page.url.endswith("/")
            assert not [each for each in sent if "token" in "".join(each) or "file:" in each[1]]
            assert page.evaluate("history.length") <= 2
            page.go_back()
            assert "token" not in page.url
        until(lambda: not Path(address.removeprefix("file://")).exists())


def test_the_page_is_gone_after_a_while_and_its_token_too(
    shown: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "SECONDS", 0.2)
    logins = LoginLinks()
    with opened_browser(logins, "ada", "http://127.0.0.1:1/enter", tmp_path):
        page = Path(until(lambda: shown)[0].removeprefix("file://"))
        (token,) = TOKEN.findall(page.read_text(encoding="utf-8"))
        until(lambda: not page.exists())
        time.sleep(0.25)
        assert logins.open(token) is None


def test_where_no_page_can_be_written_nothing_is_opened(
    shown: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "none"))
    with opened_browser(LoginLinks(), "ada", "http://127.0.0.1:1/enter", tmp_path / "neither"):
        pass
    assert shown == []


def test_a_page_that_a_killed_server_left_is_cleared_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    old, others = tmp_path / "secondcoder-open-x.html", tmp_path / "secondcoder-open.md"
    for each in (old, others):
        each.write_text("")
        os.utime(each, (0, 0))
    new = write_page(tmp_path, "text")
    assert new is not None
    assert sorted(tmp_path.iterdir()) == sorted([new, others])


def test_browsers_in_a_box_can_read_the_page(tmp_path: Path) -> None:
    """The home interface of snapd: nothing outside the home, no hidden folder directly in it."""
    home = tmp_path / "home"
    for study in ("study", "work/.kept/study"):
        assert places(home / study, home)[0] == home / study
    for elsewhere in (home / ".hidden/study", tmp_path / "srv/study", home):
        assert places(elsewhere, home)[0] == home


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there always is one")
def test_without_a_screen_no_browser_takes_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening.platform, "release", lambda: "6.1.0-generic")
    for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert not has_screen()
    for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY"):
        with monkeypatch.context() as patched:
            patched.setenv(name, "x")
            assert has_screen()
    monkeypatch.setattr(opening.platform, "release", lambda: "5.15.90.1-microsoft-standard-WSL2")
    assert has_screen()


def test_a_link_that_nobody_opened_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    logins = LoginLinks()
    early, late = logins.invite("ada"), logins.invite("ben")
    now = security.monotonic()
    monkeypatch.setattr(security, "monotonic", lambda: now + LINK_LIMIT - 1)
    assert logins.session(logins.open(early))
    monkeypatch.setattr(security, "monotonic", lambda: now + LINK_LIMIT + 1)
    assert logins.open(late) is None
