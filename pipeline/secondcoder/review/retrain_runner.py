"""Retraining while a review goes on: one at a time, in the background, for everybody who reviews."""

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

from secondcoder.errors import DecisionError
from secondcoder.review.retrain_job import Outcome

STEPS = {
    "reading": "Reading the interviews",
    "segmenting": "Reading the interviews",
    "embedding": "Computing embeddings of passages, definitions and examples",
    "scoring": "Asking the scorers about the passages",
    "judging": "Assessing the new version on interviews it was not trained on",
}
"""The steps of the job as a page names them."""
LINES_KEPT = 12


@dataclass(frozen=True)
class RetrainJob:
    """The state of a retraining: running until it has an outcome, or an `error` that says why there is none.

    Attributes:
        by: the coder who started it.
        since: the time of day in UTC, as 14:05.
        what, done, total: the current step; a total of 0 while that is not known.
        refused: the error is one that secondcoder raised on purpose, such as that nothing is new.
    """

    by: str
    since: str
    what: str = "Starting"
    done: int = 0
    total: int = 0
    outcome: Outcome | None = None
    error: str = ""
    refused: bool = False

    @property
    def is_running(self) -> bool:
        """Neither outcome nor error yet."""
        return self.outcome is None and not self.error


class RetrainRunner:
    """Starts retraining jobs and follows their progress.

    Args:
        folder: the study's.
        command: what a job runs; the folder is added as its last argument. (-P: no module of the current folder, often the study's.)
    """

    def __init__(
        self, folder: Path, command: Sequence[str] = (sys.executable, "-P", "-m", "secondcoder.review.retrain_job")
    ) -> None:
        self.folder, self._command = folder, tuple(command)
        self.job: RetrainJob | None = None
        self._lock = Lock()

    def start(self, coder: str) -> None:
        """Start a job.

        Raises:
            DecisionError: one is running; the message names who started it.
        """
        with self._lock:
            if self.job is not None and self.job.is_running:
                raise DecisionError(
                    f"A training is running already: {self.job.by} started it at {self.job.since} UTC. Its outcome will be on the "
                    "summary page for everybody, and then another can be started. Nothing was started."
                )
            # Within the lock, so that of two who press at once only one begins.
            process = self._begin()
            self.job = RetrainJob(coder, datetime.now(UTC).strftime("%H:%M"))
        Thread(target=self._follow, args=(process,), daemon=True).start()

    def _begin(self) -> subprocess.Popen[str]:
        try:
            process = subprocess.Popen(  # noqa: S603 - our own module on our own folder
                [*self._command, str(self.folder)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,  # one pipe: another that nobody reads would fill up and block the job
                text=True,
                encoding="utf-8",
                errors="replace",
            )
        except OSError as error:
            raise DecisionError(f"The training could not be started ({error.strerror}). Nothing was changed.") from None
        # A server that ends leaves no job behind; on a process that has ended this does nothing.
        atexit.register(process.terminate)
        return process

    def _follow(self, process: subprocess.Popen[str]) -> None:
        other_lines: deque[str] = deque(maxlen=LINES_KEPT)
        last: dict[str, Any] | None = None
        with process:
            for line in process.stdout or ():
                report = _read(line)
                if report is None:
                    other_lines.append(line.rstrip())
                elif "what" in report:
                    step = STEPS.get(report["what"], report["what"].capitalize())
                    self._update(what=step, done=report["done"], total=report["total"])
                else:
                    last = report
        # Not before the process has ended: whoever sees the end may start the next job, and that is then the one to update.
        self._update(**_ending(last, process.returncode, other_lines))

    def _update(self, **changes: Any) -> None:
        with self._lock:
            if self.job is not None:
                # Replaced as a whole: a page that is being made keeps the state that it took.
                self.job = replace(self.job, **changes)


def _read(line: str) -> dict[str, Any] | None:
    """A line that the job reported, None for what a library wrote."""
    if not line.startswith("{"):
        return None
    try:
        report = json.loads(line)
    except ValueError:
        return None
    return report if isinstance(report, dict) else None


def _ending(last: dict[str, Any] | None, code: int, other_lines: Iterable[str]) -> dict[str, Any]:
    """What the job's last report changes of its state; without one, it ended before it was done."""
    if last is None:
        return {"error": _unexpected(code, other_lines)}
    if "refused" in last:
        return {"error": last["refused"], "refused": True}
    outcome = last["outcome"]
    return {"outcome": Outcome(**outcome | {"reasons": tuple(outcome["reasons"])})}


def _unexpected(code: int, other_lines: Iterable[str]) -> str:
    line = next((line for line in reversed(list(other_lines)) if line), "")
    output = f" Its last line of output: {line}" if line else ""
    return f"The training ended before it was done (exit {code}). The model in use is as it was, and so is every decision.{output}"
