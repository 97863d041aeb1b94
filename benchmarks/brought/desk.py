"""A desk: studies made for one case, commands run in them as from a terminal, and what the store holds afterwards.

A command runs in a process forked from this one, which has loaded the libraries already: so a limit on time and memory is a limit on
the work alone.
"""

from __future__ import annotations

import atexit
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any

from secondcoder.cli import main
from secondcoder.corpus import Corpus
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study

CHEAP = '[embedding]\nmodel = "words"\n'
"""Settings of a study that needs no weights."""
KILLED = -1
PATIENCE = 300.0
"""Seconds after which a command that only waits is ended."""

Check = Callable[["Desk"], Iterator[str]]
"""Yields what came instead of the right outcome, nothing where all is right."""
CASES: dict[str, Check] = {}


def case(name: str) -> Callable[[Check], Check]:
    """The check of the case's folder of this name."""

    def put(check: Check) -> Check:
        CASES[name] = check
        return check

    return put


@dataclass(frozen=True)
class Said:
    """How a command ended, and all that it printed; `code` is KILLED for one that took too long or was ended by the system."""

    code: int
    text: str
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """It ended well."""
        return self.code == 0

    def says(self, *words: str) -> bool:
        """Whether any of these stands in what it printed, in any case."""
        return any(word.casefold() in self.text.casefold() for word in words)

    @property
    def refused(self) -> bool:
        """A message and not a bug."""
        return self.code == 1 and "secondcoder: " in self.text and "Traceback" not in self.text

    @property
    def brief(self) -> str:
        """The end of what it printed."""
        return " ".join(self.text.split())[-160:]


@dataclass(frozen=True)
class Desk:
    """Where one case is tried: its inputs and a folder for studies."""

    inputs: Path
    folder: Path

    def study(self, name: str = "study", codebook: str | Path = "npt") -> str:
        """A new study's folder; SystemExit where it cannot be made."""
        if isinstance(codebook, Path):
            _init(self.folder, name, codebook)
        else:
            shutil.copytree(_shipped(codebook), self.folder / name)
        return name

    def run(self, *arguments: object, **limits: Any) -> Said:
        """A command, from this folder."""
        return run([str(argument) for argument in arguments], self.folder, **limits)

    def brought(
        self, *files: str | Path, options: tuple[str, ...] = (), codebook: str | Path = "npt"
    ) -> tuple[str, Said]:
        """A new study, and the import of files of the case into it."""
        name = self.study(f"study{len(list(self.folder.iterdir()))}", codebook)
        return name, self.run("-C", name, "import", *(self.inputs / file for file in files), *options)

    def corpus(self, study: str) -> Corpus:
        """What the study holds."""
        opened = Study(self.folder / study)
        try:
            corpus = opened.corpus
            _ = corpus.transcripts, corpus.codings, corpus.passes, corpus.cases  # read before the store is closed
            return corpus
        finally:
            opened.close()

    def turns(self, study: str) -> list[tuple[str | None, str, float | None]]:
        """Speaker, speech and start of each turn of the study's one transcript."""
        (transcript,) = self.corpus(study).transcripts
        return [(turn.speaker, transcript.text[turn.start : turn.end], turn.time_start) for turn in transcript.turns]


@cache
def _shipped(codebook: str) -> Path:
    """A new study with a shipped codebook, made once to be copied."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    return _init(folder, "study", codebook)


def _init(folder: Path, name: str, codebook: str | Path) -> Path:
    made = run(["init", name, "--codebook", str(codebook)], folder)
    if not made.ok:
        raise SystemExit(f"{name}: {made.text}")
    (folder / name / CONFIGURATION).write_text(CHEAP, encoding="utf-8")
    return folder / name


def run(arguments: list[str], folder: Path, memory: int | None = None, seconds: int | None = None) -> Said:
    """A command in a process of its own; `memory` in bytes beyond what this process has, `seconds` of the processor's time."""
    with tempfile.TemporaryFile() as out:
        sys.stdout.flush()
        sys.stderr.flush()
        began = time.monotonic()
        process = os.fork()
        if process == 0:
            _child(arguments, folder, out, memory, seconds)
        code = _ended(process, began + PATIENCE)
        took = time.monotonic() - began
        out.seek(0)
        return Said(code, out.read().decode("utf-8", "replace"), took)


def _child(arguments: list[str], folder: Path, out: IO[bytes], memory: int | None, seconds: int | None) -> None:
    code = 99
    try:
        os.chdir(folder)
        for stream in (1, 2):
            os.dup2(out.fileno(), stream)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        if memory is not None:
            pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
            limit = pages * resource.getpagesize() + memory
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        if seconds is not None:
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        sys.argv = ["secondcoder", *arguments]
        main()
        code = 0
    except SystemExit as ended:
        code = int(ended.code or 0)
    except BaseException:  # what a terminal would show
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _ended(process: int, until: float) -> int:
    while time.monotonic() < until:
        ended, status = os.waitpid(process, os.WNOHANG)
        if ended:
            code = os.waitstatus_to_exitcode(status)
            return KILLED if code < 0 else code
        time.sleep(0.01)
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    return KILLED
