"""Opening the person's browser without putting the login into a command line, which every user of the machine can list.

The browser is given a page on disk that only its owner can read. It posts the token, so that this stands in no address, history or
log; the page is gone when it was used, after a minute, and when the server stops.
"""

from __future__ import annotations

import os
import platform
import sys
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from html import escape
from pathlib import Path
from tempfile import mkstemp
from threading import Thread

from secondcoder.review.security import LoginLinks

PREFIX, SUFFIX = "secondcoder-open-", ".html"
SECONDS = 60.0
"""How long the page and its token last."""

PAGE = """<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><meta name="referrer" content="no-referrer"><title>secondcoder</title>
<form method="post" action="{enter}"><input type="hidden" name="token" value="{token}"><button>Open the study</button></form>
<script>document.forms[0].submit()</script></html>
"""


def has_screen() -> bool:
    """Whether a browser could be shown; without a screen, one for the terminal would take the window in which the server runs."""
    if (
        sys.platform in ("win32", "darwin") or "microsoft" in platform.release().casefold()
    ):  # Linux on Windows opens Windows' own
        return True
    return any(os.environ.get(name) for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY"))


@contextmanager
def opened_browser(logins: LoginLinks, coder: str, enter: str, study: Path) -> Iterator[None]:
    """Open the browser as `coder`, with a token of its own; inside, the page lasts as long as it may.

    Args:
        enter: the address that takes the token.
    """
    token = logins.invite(coder, lasts=SECONDS)
    page = write_page(study, PAGE.format(enter=escape(enter), token=escape(token)))
    if page is None:
        yield
        return

    def remove_used() -> None:
        logins.wait_for(token, SECONDS)
        page.unlink(missing_ok=True)

    try:
        # Each in a thread of its own: a browser may keep its caller until it is closed.
        Thread(target=webbrowser.open, args=(page.as_uri(),), daemon=True).start()
        Thread(target=remove_used, daemon=True).start()
        yield
    finally:
        page.unlink(missing_ok=True)


def write_page(study: Path, text: str) -> Path | None:
    """A new file that only its owner may read, in the first place that takes one; None where none does."""
    for folder in places(study, Path(os.path.expanduser("~"))):
        with suppress(OSError):
            _remove_left_over(folder)
            number, name = mkstemp(SUFFIX, PREFIX, folder)  # 0600, and never one that is there
            with open(number, "w", encoding="utf-8") as file:
                file.write(text)
            return Path(name)
    return None


def places(study: Path, home: Path) -> list[Path]:
    """Folders for the page, the better first.

    A browser in a box (snap) reads nothing outside the person's home, nor what is hidden directly in it; not /tmp either, nor the
    system's folder for what runs.
    """
    study, home = study.resolve(), home.resolve()
    seen = study.is_relative_to(home) and study != home and not study.relative_to(home).parts[0].startswith(".")
    return [study, home] if seen else [home, study]


def _remove_left_over(folder: Path) -> None:
    """Pages of servers that were killed; their tokens went with them."""
    for page in folder.glob(f"{PREFIX}*{SUFFIX}"):
        with suppress(OSError):
            if page.lstat().st_mtime < time.time() - SECONDS:
                page.unlink()
