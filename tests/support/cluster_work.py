"""Work for engines that needs no model: each part's name goes into a file of its own, unless something happens."""

from __future__ import annotations

import os
import signal
import socket
import time
from dataclasses import dataclass
from pathlib import Path

from secondcoder.engine.parts import Failed, Part, PartOutcome
from secondcoder.errors import ModelError, StudyError

TALK = "what somebody said"
STARTED = 3.0
"""Seconds until a worker's keeper has seen it start; one that dies before is not started again."""


@dataclass(frozen=True)
class Copying:
    """Takes `seconds` a part.

    Attributes:
        happens: number of a part -> what comes of it: its process is killed (`killed once`, `killed`), or it raises (`raises`),
            cannot be done (`error`), nothing can be written any more (`full`), or it would connect elsewhere (`connects`).
    """

    folder: str
    seconds: float = 0.0
    happens: tuple[tuple[int, str], ...] = ()

    def __call__(self, part: Part, tell: object = None) -> PartOutcome:
        with self.path("attempts").open("a") as file:
            file.write(f"{part.number} {os.getpid()} {os.environ.get('OMP_NUM_THREADS')}\n")
        time.sleep(self.seconds)
        match dict(self.happens).get(part.number):
            case "killed once" if self._again(part):
                pass
            case "killed" | "killed once":
                time.sleep(STARTED)
                os.kill(os.getpid(), signal.SIGKILL)
            case "raises":
                raise LookupError(TALK)
            case "error":
                return PartOutcome(part.name, error=f"KeyError: {TALK}")
            case "connects":
                socket.create_connection(("192.0.2.1", 443), timeout=1)
            case "full":
                raise StudyError("the disk is full")
        self.path(part.name).write_text(part.name)
        return PartOutcome(part.name, rows=1, failed=(Failed("table.csv", TALK, "line 7"),))

    def check(self) -> None:
        """Processes whose number stands in the file `strangers` differ."""
        if self.path("strangers").exists() and str(os.getpid()) in self.path("strangers").read_text().split():
            raise ModelError("another model is here")

    def path(self, name: str) -> Path:
        return Path(self.folder, name)

    def attempts(self) -> list[tuple[int, int, str]]:
        """Number of the part, process and its number of threads, of every attempt."""
        lines = self.path("attempts").read_text().splitlines()
        return [(int(number), int(process), threads) for number, process, threads in map(str.split, lines)]

    def _again(self, part: Part) -> bool:
        return sum(number == part.number for number, *_ in self.attempts()) > 1
