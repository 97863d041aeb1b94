"""How the reading of one input ended, within bounds of time and memory."""

from __future__ import annotations

import resource
import signal
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from secondcoder.errors import SecondcoderError

SECONDS, MEMORY = 2.0, 500 * 2**20
"""Of one input: seconds of the processor, and bytes beyond what the process had when it began."""
READ, REFUSED = "read", "refused"


class TooSlowError(BaseException):
    """Beyond the time; no `except Exception` of a reader hides it."""


@dataclass(frozen=True)
class Outcome:
    """`kind`: READ, REFUSED, or what is wrong, by which inputs with the same fault are known; `told`: the traceback or message."""

    kind: str
    seconds: float
    told: str = ""

    @property
    def is_fault(self) -> bool:
        """Neither read nor refused."""
        return self.kind not in (READ, REFUSED)


def bound_memory() -> None:
    """No allocation beyond MEMORY more than this process has: it ends as a MemoryError."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    limit = pages * resource.getpagesize() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def tried(read: Callable[[Path], object], path: Path) -> Outcome:
    """Read a file, with the time that it took."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise TooSlowError

    signal.signal(signal.SIGVTALRM, stop)
    began = time.process_time()
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    kind, told = READ, ""
    try:
        read(path)
    except SecondcoderError as error:
        kind, told = REFUSED, str(error)
        if path.stem not in told:
            kind = "names no file"
    except TooSlowError:
        told = traceback.format_exc()
        kind = f"over {SECONDS:.0f} s in {_place(told)}"
    except Exception as error:
        told = traceback.format_exc()
        kind = f"{type(error).__name__} in {_place(told)}"
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    seconds = time.process_time() - began
    if seconds > SECONDS and kind in (READ, REFUSED):
        kind = f"over {SECONDS:.0f} s"
    return Outcome(kind, seconds, told)


def _place(told: str) -> str:
    """The last line of the package in a traceback: module and line."""
    places = [line for line in told.splitlines() if "/secondcoder/" in line and line.lstrip().startswith("File ")]
    if not places:
        return "?"
    _, file, rest = places[-1].split('"', 2)
    line = rest.split(",")[1].removeprefix(" line ")
    return f"{file.partition('/secondcoder/')[2]}:{line}"
