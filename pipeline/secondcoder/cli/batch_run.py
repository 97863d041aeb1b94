"""secondcoder code --out FOLDER/: what a batch run shows while it works, and what it says at the end."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from secondcoder.cli.common import open_study, print_table, say
from secondcoder.cli.terminal import raw
from secondcoder.domain.wording import counted

if TYPE_CHECKING:
    from secondcoder.engine.parts import Engine
    from secondcoder.engine.shards import Shard
    from secondcoder.study.batch_run import BatchOptions, BatchRun, RunProgress

SHOWN = 5
"""Failed files and rows that are named."""
EVERY = 300
"""Seconds between two lines on progress where no terminal shows a bar."""


def is_folder(out: str) -> bool:
    """Whether --out names a folder: it ends with a slash, has no suffix, or is one."""
    return out.endswith(("/", "\\")) or not Path(out).suffix or Path(out).is_dir()


@dataclass(frozen=True)
class Where:
    """Which parts are done, and where: a share of them, such as "3/40"; in this process, or on a cluster's workers."""

    shard: str | None = None
    engine: str | None = None
    scheduler: str | None = None
    workers: int | None = None

    def share(self) -> Shard | None:
        """The share; InputError where it is none."""
        if self.shard is None:
            return None
        from secondcoder.engine.shards import Shard

        return Shard.parse(self.shard)

    def chosen(self) -> Engine | None:
        """The engine; None for this process."""
        if self.engine is None:
            if self.scheduler or self.workers:
                raise click.UsageError("--scheduler and --workers belong to --engine dask.")
            return None
        if bool(self.scheduler) == bool(self.workers):
            raise click.UsageError(
                "--engine dask takes the workers of --scheduler ADDRESS, or begins as many as --workers says."
            )
        from secondcoder.engine.dask_cluster import DaskCluster

        return DaskCluster(self.scheduler, self.workers or 0)


def batch_run(
    study_folder: str,
    paths: Sequence[Path],
    out: str,
    columns: Sequence[str],
    merge: bool,
    where: Where,
    asked: Mapping[str, Any],
) -> None:
    """The batch run of a command line, or only the merge of one."""
    from secondcoder.exchange.layout import pairs
    from secondcoder.study.batch_run import BatchOptions

    if not (out and is_folder(out)):
        raise click.UsageError("--merge needs the run's folder: --out FOLDER/.")
    if merge:
        _merge(Path(out))
        return
    if not paths:
        raise click.UsageError("Name what to code: secondcoder code PATH... --out FOLDER/.")
    options = BatchOptions(columns=pairs("--columns", columns), share=where.share(), engine=where.chosen(), **asked)
    _code_batch(study_folder, paths, Path(out), options)


def _code_batch(study_folder: str, paths: Sequence[Path], out: Path, asked: BatchOptions) -> None:
    """Do a batch run and say what it came to; exit 1 where something could not be coded."""
    with _stopped_plainly(out), open_study(study_folder, unchanging=asked.many) as study, _progress() as tell:
        run = study.code_batch(paths, out, asked, tell)
    if run.otherwise:
        say(f"Note: {run.otherwise}")
    if run.resumed:
        say(
            f"{run.resumed:,} of {run.parts:,} parts were done before."
            if run.resumed < run.parts
            else "All parts were done before."
        )
    for part, why in list(run.errors.items())[:SHOWN]:
        say(f"Part {int(part)} was not done: {why}")
    if run.summary:
        _say_summary(run.folder, run.summary, run)
        failed = _some_failed(run.summary)
    else:
        say(
            f"Done: {run.parts - len(run.errors):,} of {counted(run.parts, 'part')}{' of this share' if asked.share else ''}. "
            + (
                "The same command tries the others again."
                if run.errors
                else f"After all shares: secondcoder code --merge --out {out}/"
            )
        )
        failed = bool(run.errors)
    if failed:
        click.get_current_context().exit(1)


@contextmanager
def _stopped_plainly(out: Path) -> Iterator[None]:
    """Ctrl+C says what becomes of the work."""
    try:
        yield
    except KeyboardInterrupt:
        say(f"Stopped. What was done is kept in {out}/; the same command goes on from there.")
        raise


def _merge(out: Path) -> None:
    """Put a run's result together from its parts."""
    from secondcoder.engine.merge import merge
    from secondcoder.engine.run_folder import RunFolder

    run = RunFolder(out.absolute())
    summary = merge(run)
    _say_summary(run.path, summary)
    if _some_failed(summary):
        click.get_current_context().exit(1)


def _some_failed(summary: Mapping[str, Any]) -> bool:
    """A file could not be coded, or of all rows none: single rows without text are common."""
    return bool(summary["failed_inputs"]) or not summary["segments"]


def _say_summary(folder: Path, summary: Mapping[str, Any], run: BatchRun | None = None) -> None:
    if summary["by_code"]:
        columns = ("code", "name", "suggestions")
        print_table(columns, [(each["code"], each["name"], f"{each['suggestions']:,}") for each in summary["by_code"]])
    what = counted(summary["segments"], "segment") + (
        f" ({counted(summary['rows'], 'row')})" if summary["rows"] else ""
    )
    speed = f", {run.coded / run.seconds:,.0f} segments a second" if run and run.coded and run.seconds >= 1 else ""
    say(
        f"{counted(summary['suggestions'], 'suggestion')} in {what} of {counted(summary['transcripts'], 'transcript')} by model "
        f"{summary['model']}{speed}. Written to {folder / 'suggestions.parquet'}."
    )
    _say_failed(folder, summary)


def _say_failed(folder: Path, summary: Mapping[str, Any]) -> None:
    if not (summary["failed_inputs"] or summary["failed_rows"]):
        return
    of = [(summary["failed_inputs"], "file"), (summary["failed_rows"], "row")]
    what = " and ".join(counted(count, kind) for count, kind in of if count)
    say(f"Not coded: {what}, each with the reason in {folder / 'failed.jsonl'}:")
    with (folder / "failed.jsonl").open(encoding="utf-8", errors="surrogateescape") as lines:
        for each in map(json.loads, islice(lines, SHOWN)):
            place = f" {each['place']}" if each["place"] else ""
            say(f"  {each['input']}{place}: {each['why']}")


class TimeLeft:
    """The time left, by how fast work went in this call since the first of it was done: loading and earlier calls tell nothing.

    Args:
        clock: gives seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._start: int | None = None
        self._since: tuple[float, int] | None = None

    def seconds(self, done: int, total: int) -> float | None:
        """Seconds left with `done` of `total` done; None while nothing can be told."""
        if self._start is None:
            self._start = done
        if done <= self._start:
            return None
        if self._since is None:
            self._since = self._clock(), done
        began, at = self._since
        elapsed = self._clock() - began
        return (total - done) * elapsed / (done - at) if done > at and elapsed > 0 else None


def in_words(seconds: float | None) -> str:
    """'about 3 h 20 min left', to a coarse step; '' where nothing can be told."""
    if seconds is None:
        return ""
    if seconds < 60:
        return "less than a minute left"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"about {hours} h {minutes} min left" if hours else f"about {minutes} min left"


@contextmanager
def _progress() -> Iterator[Callable[[RunProgress], None]]:
    """A bar on stderr; where that is no terminal, a line every few minutes."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    console, left, said = Console(file=raw(sys.stderr)), TimeLeft(), time.monotonic()
    columns = (TextColumn("coding"), BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[told]}"))
    bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    task = bar.add_task("", total=None, told="reading the input")

    def tell(progress: RunProgress) -> None:
        nonlocal said
        remaining = in_words(left.seconds(progress.size_done, progress.size))
        told = f"{progress.parts_done:,} of {counted(progress.parts, 'part')}" + (f", {remaining}" if remaining else "")
        bar.update(task, total=progress.size, completed=progress.size_done, told=told)
        if not console.is_terminal and time.monotonic() - said > EVERY:
            said = time.monotonic()
            say(f"{progress.size_done / max(progress.size, 1):.0%}: {told}")

    with bar:
        yield tell
