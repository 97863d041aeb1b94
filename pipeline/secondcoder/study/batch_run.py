"""A batch run of a study's model: files or tables of any size into a folder of results; the study is only read."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from secondcoder.domain.shell_words import shell_command
from secondcoder.engine.merge import merge
from secondcoder.engine.part_work import PartWork, digest_of, identity_of, release
from secondcoder.engine.parts import Engine, Part, PartOutcome
from secondcoder.engine.plan import Input, find_inputs, make_plan, manifest_of, summary_of
from secondcoder.engine.reading import ReadingOptions
from secondcoder.engine.run_folder import RunFolder
from secondcoder.engine.shards import Shard
from secondcoder.engine.staging import KINDS
from secondcoder.engine.this_process import ThisProcess
from secondcoder.errors import InputError, did_you_mean
from secondcoder.model_store.version import computed_otherwise
from secondcoder.study.open_study import OpenStudy
from secondcoder.study.same_run import refuse_another
from secondcoder.workspace import Workspace


@dataclass(frozen=True)
class RunProgress:
    """How far a run is: parts and their sizes, done and in all, with the rows and transcripts coded by this call."""

    parts_done: int
    parts: int
    size_done: int
    size: int
    coded: int = 0


@dataclass(frozen=True)
class BatchOptions:
    """What a batch run is asked for.

    Attributes:
        version: the model version; None for the one in use.
        everything: every segment and code, also below the threshold. as_coder: what this coder would code.
        columns: title of a table's column by what it holds (`engine.staging.KINDS`).
        encoding: of text that carries no mark of it. interviewer, speakers: labels in transcripts' files, as for an import.
        share: which of the parts to do here; None for all of them, and then the result is merged.
        engine: where parts are done; None for this process.
    """

    version: str | None = None
    everything: bool = False
    as_coder: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    interviewer: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    share: Shard | None = None
    engine: Engine | None = None

    @property
    def many(self) -> bool:
        """Whether other processes do parts too, perhaps on other machines."""
        return self.share is not None or self.engine is not None


@dataclass(frozen=True)
class BatchRun:
    """What a call came to.

    Attributes:
        folder: of the run. summary: of the whole result; empty after a share, and where a part was not done.
        resumed: parts that were done before. parts: those that this call was to do, in all.
        coded: segments coded by this call, in `seconds` without reading of tables and merging.
        errors: part -> why it was not done.
        otherwise: what is to be said where vectors are computed otherwise than those that the model learned from; else ''.
    """

    folder: Path
    summary: Mapping[str, Any]
    resumed: int
    parts: int
    coded: int
    seconds: float
    errors: Mapping[str, str]
    otherwise: str = ""


def open_workspace(folder: Path, version: str | None) -> Workspace:
    """The workspace that a process of a run works with; it keeps no vectors, so that a part never depends on those before."""
    return _workspace(OpenStudy(folder), version)


def open_unchanging(folder: Path, version: str | None) -> Workspace:
    """The same where many processes read the study at once, perhaps on many machines."""
    return _workspace(OpenStudy(folder, unchanging=True), version)


def _workspace(study: OpenStudy, version: str | None) -> Workspace:
    try:
        workspace = study.workspace(version)
    finally:
        study.close()
    return replace(workspace, pipeline=workspace.pipeline.without_cache(lambda what, done, total: None))


def batch_run(
    workspace: Workspace,
    paths: Sequence[Path],
    out: Path,
    asked: BatchOptions,
    tell: Callable[[RunProgress], None] = lambda progress: None,
) -> BatchRun:
    """Code files, folders and tables into the folder `out`, or go on with a run there.

    Raises:
        InputError: another run is in the folder, or one of other input or options; nothing can be coded.
        ModelError: there is no model, or it does not fit. StudyError: the folder cannot be written.
    """
    _check_columns(asked.columns)
    run, inputs, identity = RunFolder(out.absolute()), find_inputs(paths, out), identity_of(workspace)
    work = _part_work(workspace, run, asked, manifest_of(inputs), identity)
    about = _about(workspace, identity, inputs, asked, _command(paths, out, asked))
    try:
        if (before := run.about()) is None:
            work.check()  # before anything is written
            listed, parts = make_plan(inputs, run, asked.columns, asked.encoding)
            run.begin(about, listed, parts)
        else:
            files_before = [(each["name"], each["sha256"]) for each in run.inputs()]
            refuse_another(out, before, about, files_before, [(each.name, each.sha256) for each in inputs])
        done = _do(run, work, asked, tell, run.parts([each.path for each in inputs]))
        otherwise = computed_otherwise(str(workspace.version), workspace.manifest, workspace.embedder)
        return replace(done, otherwise=otherwise)
    finally:
        release()


def _check_columns(columns: Mapping[str, str]) -> None:
    for kind in columns:
        if kind not in KINDS:
            raise InputError(f"--columns: '{kind}' is none of {', '.join(KINDS)}.{did_you_mean(kind, KINDS)}")


def _part_work(
    workspace: Workspace, run: RunFolder, asked: BatchOptions, manifest: Path | None, identity: Mapping[str, Any]
) -> PartWork:
    roles = workspace.configuration.transcripts.interviewer_roles
    return PartWork(
        study=workspace.folder.absolute(),
        run=run.path,
        open_workspace=open_unchanging if asked.many else open_workspace,
        version=asked.version,
        everything=asked.everything,
        as_coder=asked.as_coder,
        reading=ReadingOptions(asked.encoding, manifest, asked.interviewer, asked.speakers, roles),
        identity=digest_of(identity),
    )


def _about(
    workspace: Workspace, identity: Mapping[str, Any], inputs: Sequence[Input], asked: BatchOptions, command: str
) -> dict[str, Any]:
    """What `run.json` says of the run."""
    return {
        "format": "secondcoder batch run/1",
        "identity": identity,
        "options": {
            "everything": asked.everything,
            "as": asked.as_coder,
            "columns": dict(asked.columns),
            "encoding": asked.encoding,
            "interviewer": list(asked.interviewer),
            "speakers": list(asked.speakers),
        },
        "inputs": summary_of(inputs),
        "codes": {code.id: code.name for code in workspace.codebook.codes},
        "shards": None if asked.share is None else asked.share.count,
        "command": command,
    }


def _do(
    run: RunFolder, work: PartWork, asked: BatchOptions, tell: Callable[[RunProgress], None], parts: Sequence[Part]
) -> BatchRun:
    own = parts if asked.share is None else [parts[at] for at in asked.share.of([part.size for part in parts])]
    left = [part for part in own if run.outcome(part) is None]
    errors, coded, began = _code(work, own, left, asked.engine, tell)
    seconds = time.monotonic() - began
    # Who does a share does not know when the others end.
    summary = merge(run) if asked.share is None and not errors else {}
    return BatchRun(run.path, summary, len(own) - len(left), len(own), coded, seconds, errors)


def _code(
    work: PartWork,
    own: Sequence[Part],
    left: Sequence[Part],
    engine: Engine | None,
    tell: Callable[[RunProgress], None],
) -> tuple[dict[str, str], int, float]:
    """The parts that are left; why some failed, segments coded, and when the work began."""
    sizes = {part.name: part.size for part in own}
    size_done = sum(sizes.values()) - sum(part.size for part in left)
    progress = RunProgress(len(own) - len(left), len(own), size_done, sum(sizes.values()))
    errors: dict[str, str] = {}
    coded = 0
    tell(progress)

    def done(outcome: PartOutcome) -> None:
        nonlocal progress, coded
        coded += outcome.segments
        if outcome.error:
            errors[outcome.part] = outcome.error
        progress = replace(
            progress,
            parts_done=progress.parts_done + 1,
            size_done=progress.size_done + sizes[outcome.part],
            coded=coded,
        )
        tell(progress)

    began = time.monotonic()
    if left:
        here = ThisProcess(lambda size: tell(replace(progress, size_done=progress.size_done + size)))
        (engine or here).run(work, left, done)
    return errors, coded, began


def _command(paths: Sequence[Path], out: Path, asked: BatchOptions) -> str:
    """The command that goes on with the run."""
    words = ["secondcoder", "code", *map(str, paths), "--out", f"{out}/"]
    words += ["--model", asked.version] if asked.version else []
    words += ["--all"] if asked.everything else []
    words += ["--as", asked.as_coder] if asked.as_coder else []
    words += ["--encoding", asked.encoding] if asked.encoding else []
    words += [word for label in asked.interviewer for word in ("--interviewer", label)]
    words += [word for label in asked.speakers for word in ("--speakers", label)]
    if asked.columns:
        words += ["--columns", ",".join(f"{kind}={title}" for kind, title in asked.columns.items())]
    return shell_command(words)
