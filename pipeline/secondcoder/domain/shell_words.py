"""Words of a command that is printed to be copied, quoted as the person's own shell reads them."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable

_PLAIN = re.compile(r"[\w./:\\+=~-]+", re.ASCII)
"""What neither cmd.exe nor PowerShell takes for more than itself."""
ON_WINDOWS = os.name == "nt"


def shell_word(word: str, windows: bool | None = None) -> str:
    """The word as a shell takes it for one: of POSIX, or of Windows (by default as this system is).

    cmd.exe knows no single quotes, and every backslash of a path would be doubled by rules of POSIX. Inside double quotes a `%NAME%`
    of cmd.exe and a `$NAME` of PowerShell are still replaced: no quoting holds in both.
    """
    if not (ON_WINDOWS if windows is None else windows):
        return shlex.quote(word)
    if _PLAIN.fullmatch(word):
        return word
    # As programs of Windows part their words: a backslash counts as itself but before a quotation mark.
    inside = re.sub(r'(\\*)"', r'\1\1\\"', word)
    return f'"{inside}{_trailing_backslashes(inside)}"'


def _trailing_backslashes(text: str) -> str:
    """The backslashes at a text's end, which are doubled before a closing quotation mark."""
    return text[len(text.rstrip("\\")) :]


def shell_command(words: Iterable[str], windows: bool | None = None) -> str:
    """The words of a whole command, each quoted where it needs to be."""
    return " ".join(shell_word(word, windows) for word in words)
