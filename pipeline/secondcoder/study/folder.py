"""What a study's folder holds, by name, and who works in it."""

from __future__ import annotations

import getpass
from contextlib import suppress

from secondcoder.reports.own_files import CODEBOOK, CONFIGURATION

__all__ = ["CODEBOOK", "CONFIGURATION", "who"]


def who() -> str:
    """The person at the keyboard, for the event log."""
    with suppress(OSError, KeyError):  # a user without a name, as in a container: KeyError, since Python 3.13 OSError
        return getpass.getuser()
    return "unknown"
