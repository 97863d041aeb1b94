"""Learning from a review while it goes on: one lesson at a time, in the background, for everybody who reviews."""

from __future__ import annotations

import atexit
import json
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock, Thread
from typing import Any

from secondcoder.review.errors import DecisionError
from secondcoder.review.retrain_job import Outcome

STEPS = {
    "reading": "Reading the interviews",
    "segmenting": "Reading the interviews",
    "embedding": "Comparing passages by meaning",
    "judging": "Measuring the new model on interviews held back",
}
"""The kinds of long work, as a page says them."""
LAST_WORDS = 12


@dataclass(frozen=True)
class Lesson:
    """How a lesson stands: running until it has an outcome, or a `fault` that says why there is none.

    Attributes:
        by: the coder who asked for it.
        since: the time of day in UTC, as 14:05.
        what, done, total: the work in hand; a total of 0 while that is not known.
        refused: the fault is one that secondcoder told on purpose, such as that nothing is new.
    """

    by: str
    since: str
    what: str = "Starting"
    done: int = 0
    total: int = 0
    outcome: Outcome | None = None
    fault: str = ""
    refused: bool = False

    @property
    def is_running(self) -> bool:
        """Neither outcome nor fault yet."""
        return self.outcome is None and not self.fault


class Learner:
    """Starts lessons and hears how they go.

    Args:
        folder: the study's.
        command: what a lesson runs; its last argument is the folder.
    """

    def __init__(
        self, folder: Path, command: Sequence[str] = (sys.executable, "-m", "secondcoder.review.retrain_job")
    ) -> None:
        self.folder, self._command = folder, tuple(command)
        self.lesson: Lesson | None = None
        self._gate = Lock()

    def start(self, coder: str) -> None:
        """Begin a lesson.

        Raises:
            DecisionError: one is running; who began it is said.
        """
        with self._gate:
            if self.lesson is not None and self.lesson.is_running:
                raise DecisionError(
                    f"Learning is running already: {self.lesson.by} began it at {self.lesson.since} UTC. Its outcome will stand on "
                    "the summary page for everybody, and then it can begin again. Nothing was started."
                )
            process = self._begin()
            self.lesson = Lesson(coder, datetime.now(UTC).strftime("%H:%M"))
        Thread(target=self._hear, args=(process,), daemon=True).start()

    def _begin(self) -> subprocess.Popen[str]:
        try:
            process = subprocess.Popen(  # noqa: S603 - our own module on our own folder
                [*self._command, str(self.folder)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                encoding="utf-8",
                errors="replace",
            )
        except OSError as error:
            raise DecisionError(f"Learning could not be started ({error.strerror}). Nothing was changed.") from None
        atexit.register(
            process.terminate
        )  # a server that ends leaves no lesson behind; on one that has ended this does nothing
        return process

    def _hear(self, process: subprocess.Popen[str]) -> None:
        last: deque[str] = deque(maxlen=LAST_WORDS)
        end: dict[str, Any] | None = None
        with process:
            for line in process.stdout or ():
                told = _read(line)
                if told is None:
                    last.append(line.rstrip())
                elif "what" in told:
                    step = STEPS.get(told["what"], told["what"].capitalize())
                    self._set(what=step, done=told["done"], total=told["total"])
                else:
                    end = told
        # Not before the process is gone: whoever reads the end may begin the next lesson, and that is then the one to change.
        self._set(**_ending(end, process.returncode, last))

    def _set(self, **changes: Any) -> None:
        with self._gate:
            if self.lesson is not None:
                self.lesson = replace(self.lesson, **changes)


def _read(line: str) -> dict[str, Any] | None:
    """A line that a lesson told, None for what a library wrote."""
    if not line.startswith("{"):
        return None
    try:
        told = json.loads(line)
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def _ending(told: dict[str, Any] | None, code: int, last: Iterable[str]) -> dict[str, Any]:
    """What a lesson's last line changes of it; without one, it ended before it was done."""
    if told is None:
        return {"fault": _unexpected(code, last)}
    if "refused" in told:
        return {"fault": told["refused"], "refused": True}
    outcome = told["outcome"]
    return {"outcome": Outcome(**outcome | {"reasons": tuple(outcome["reasons"])})}


def _unexpected(code: int, last: Iterable[str]) -> str:
    words = next((line for line in reversed(list(last)) if line), "")
    said = f" Its last words: {words}" if words else ""
    return f"Learning ended before it was done (exit {code}). The model in use is as it was, and so is every decision.{said}"
