"""The five commands that change a study, each started in a process of its own on a copy of a small study.

A process is forked, so that no time goes into loading libraries. Acknowledged is what somebody was told is done: a command whose
process ended with 0, and each decision that a review's server answered.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import httpx
from kill_training import give_reason, make_study
from review_load import Reviewer, served
from secondcoder.review.security import LoginLinks
from secondcoder.review.session import ReviewSession
from secondcoder.study.study import Study

WRITERS = 4
NEW = ("new1", "new2")
"""Interviews that the import brings, with a code that the codebook lacks."""

SAID = Path(tempfile.gettempdir()) / f"said-{os.getpid()}.txt"
"""Where the latest command's messages go: not beside the study, whose disk may be full."""


@dataclass
class Run:
    """A command at work: its process, and what its people were told so far.

    Attributes:
        said: the file that its messages go to.
        people: who decides in a review, with the requests that were answered.
    """

    process: BaseProcess
    said: Path
    people: list[Reviewer] = field(default_factory=list)
    done: list[Future[None]] = field(default_factory=list)
    pool: ThreadPoolExecutor | None = None

    def wait(self) -> None:
        """Until the process has ended, and everybody has noticed."""
        self.process.join()
        for each in self.done:
            each.result()
        if self.pool:
            self.pool.shutdown()

    def enough(self, answers: int, patience: float = 30.0) -> None:
        """Wait until a review has answered so many decisions."""
        until = time.monotonic() + patience
        while (
            sum(len(one.answered) for one in self.people) < answers
            and time.monotonic() < until
            and self.process.is_alive()
        ):
            time.sleep(0.01)

    def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()
        self.wait()

    @property
    def ended_well(self) -> bool:
        """The command said that it is done."""
        return self.process.exitcode == 0


@dataclass(frozen=True)
class Command:
    """One of the five: what is done before, and how it is started on a study."""

    name: str
    base: str
    prepare: Callable[[Path], None]
    start: Callable[[Path], Run]


def base_studies(place: Path) -> dict[str, Path]:
    """By name, "study": ten small coded interviews, a model, three more that nobody coded. "coded": with suggestions for these."""
    study = make_study(place / "study")
    _table(place / "more.csv", [f"more{n}" for n in range(3)], "")
    _table(place / "new.csv", NEW, "FRESH")
    _well(_command(study, ["import", str(place / "more.csv")]))
    coded = Path(shutil.copytree(study, place / "coded"))
    _well(_command(coded, ["code"]))
    return {"study": study, "coded": coded}


def _well(run: Run) -> None:
    run.wait()
    assert run.ended_well, run.said.read_text(encoding="utf-8")


def _table(path: Path, transcripts: Iterable[str], code: str) -> None:
    rows = [
        {
            "transcript": name,
            "order": at,
            "speaker": "R",
            "text": f"w{at} w{at + 1} c0w{at % 5} c1w2 and the others of {name} went on.",
            "codes": code if at % 3 == 0 else "",
            "coder": "invented" if code else "",
        }
        for name in transcripts
        for at in range(12)
    ]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _command(folder: Path, arguments: list[str]) -> Run:
    process = get_context("fork").Process(target=_in_silence, args=(folder, arguments))
    process.start()
    return Run(process, SAID)


def _in_silence(folder: Path, arguments: list[str]) -> None:
    """The command line as it ends in a terminal, with its exit code; what it says goes to a file."""
    from secondcoder import cli

    sys.stdout = sys.stderr = SAID.open("w", encoding="utf-8")
    sys.argv = ["secondcoder", "-C", str(folder), *arguments]
    cli.main()


def _review(folder: Path) -> Run:
    """A server with four people who decide until it is gone."""
    ours, theirs = get_context("fork").Pipe()
    process = get_context("fork").Process(target=_serve, args=(folder, theirs))
    process.start()
    theirs.close()
    people = [Reviewer(f"reviewer{n}") for n in range(WRITERS)]
    pool = ThreadPoolExecutor(WRITERS)
    with suppress(EOFError):  # killed, or out of space, before it listened
        root, tokens = json.loads(ours.recv())
        done = [pool.submit(_decide, one, root, token) for one, token in zip(people, tokens, strict=True)]
        return Run(process, SAID, people, done, pool)
    return Run(process, SAID, people, [], pool)


def _serve(folder: Path, told: Connection) -> None:
    sys.stdout = sys.stderr = SAID.open("w", encoding="utf-8")
    logins = LoginLinks()
    with closing(Study(folder)) as study, served(ReviewSession(study), logins) as root:
        told.send(json.dumps([root, [logins.invite(f"reviewer{n}") for n in range(WRITERS)]]))
        time.sleep(3600)


def _decide(person: Reviewer, root: str, token: str) -> None:
    with suppress(httpx.HTTPError, KeyError, ValueError, IndexError):  # the server is gone, or the page is no panel
        person.work(root, token, time.monotonic() + 3600, 0.02)


def _nothing(_folder: Path) -> None:
    pass


def _seed(folder: Path) -> None:
    give_reason(folder, time.monotonic_ns() % 10**9)


COMMANDS = (
    Command(
        "import", "study", _nothing, lambda at: _command(at, ["import", str(at.with_name("new.csv")), "--add-codes"])
    ),
    Command("train", "study", _seed, lambda at: _command(at, ["train"])),
    Command("code", "study", _nothing, lambda at: _command(at, ["code"])),
    Command("review", "coded", _nothing, _review),
    Command("retrain", "study", _seed, lambda at: _command(at, ["retrain"])),
)


def fresh_copy(base: Path, place: Path) -> Path:
    """A copy of a study, with the table to import beside it."""
    shutil.copy(base.with_name("new.csv"), place / "new.csv")
    return Path(shutil.copytree(base, place / "study"))
