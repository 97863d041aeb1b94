"""What a batch run is to code: the files that were named, and the parts that they are cut into."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from secondcoder.domain.names import file_name
from secondcoder.domain.wording import first_of
from secondcoder.engine.parts import Part, TalkFile, content_of, digest_of_file, gathered, why
from secondcoder.engine.run_folder import RunFolder
from secondcoder.engine.staging import stage
from secondcoder.errors import InputError, ReadError
from secondcoder.exchange.find_files import find_files
from secondcoder.exchange.manifest import is_manifest
from secondcoder.exchange.registry import find_coded_format, project_folders
from secondcoder.exchange.tables.rows import SUFFIXES
from secondcoder.transcripts.encoding import reading_as
from secondcoder.transcripts.registry import files_together, readers


@dataclass(frozen=True)
class Input:
    """A file that was named, or lies in a folder that was.

    `failed`: why nothing in it can be coded, '' where something can.
    """

    path: Path
    name: str
    folders: tuple[str, ...]
    size: int
    sha256: str
    failed: str = ""

    @property
    def is_table(self) -> bool:
        """Rows of it are coded; a manifest's describe other files."""
        return self.path.suffix.lower() in SUFFIXES and not is_manifest(self.path)


def find_inputs(paths: Sequence[Path], out: Path) -> list[Input]:
    """The files of `paths`, those of a folder in the order of their names, each with its SHA-256.

    Raises:
        InputError: there are none, a path does not exist, or the run's folder lies in one that is coded.
    """
    if around := [path for path in paths if path.resolve() in (out.resolve(), *out.resolve().parents)]:
        raise InputError(
            f"{out} lies in {around[0]}, which is to be coded. Name a folder elsewhere. Nothing was written."
        )
    found = find_files(paths, project_folders())
    if found.faults:
        raise InputError(" ".join(map(str, found.faults)))
    if not found.files:
        raise InputError(f"There are no files in {first_of([str(path) for path in paths], 3)}.")
    files = {path.resolve(): folders for path, folders in found.files}  # each once
    return [_input(path, folders, name) for (path, folders), name in zip(files.items(), _names(files), strict=True)]


def _names(files: Mapping[Path, tuple[str, ...]]) -> list[str]:
    """Below the folder that was named; where that would give two files one name, below the folder that all lie in."""
    names = ["/".join((*folders, file_name(path.name))) for path, folders in files.items()]
    if len(set(names)) < len(names):
        above = os.path.commonpath([path.parent for path in files])
        names = ["/".join(map(file_name, path.relative_to(above).parts)) for path in files]
    return names


def _input(path: Path, folders: tuple[str, ...], name: str) -> Input:
    if path.is_dir():
        return Input(path, name, folders, 0, "", "a project of another program: secondcoder import")
    try:
        return Input(path, name, folders, path.stat().st_size, digest_of_file(path))
    except OSError as error:
        return Input(path, name, folders, 0, "", f"cannot be read ({error.strerror})")


def summary_of(inputs: Sequence[Input]) -> dict[str, Any]:
    """What a run keeps of its input, to know it again wherever it lies then."""
    content = content_of((each.name, each.sha256) for each in inputs)
    return {"files": len(inputs), "bytes": sum(each.size for each in inputs), "sha256": content}


def manifest_of(inputs: Sequence[Input]) -> Path | None:
    """The table that describes the files; InputError for several."""
    found = [each.path for each in inputs if is_manifest(each.path)]
    if len(found) > 1:
        raise InputError(f"Two manifests: {found[0]} and {found[1]}. Code one folder at a time.")
    return found[0] if found else None


def make_plan(
    inputs: Sequence[Input], run: RunFolder, columns: Mapping[str, str], encoding: str | None
) -> tuple[list[dict[str, Any]], list[Part]]:
    """The inputs, each with why it failed if it did, and the parts: those of tables first, then those of transcripts' files."""
    parts: list[Part] = []
    failed: dict[str, str] = {each.name: each.failed for each in inputs if each.failed}
    for number, table in enumerate((each for each in inputs if each.is_table and not each.failed), start=1):
        try:
            parts += _staged(table, run, columns, encoding, number, len(parts) + 1)
        except InputError as error:
            failed[table.name] = why(table.name, error)
    talk = [each for each in inputs if not (each.is_table or each.failed or is_manifest(each.path))]
    failed |= {each.name: reason for each in talk if (reason := _no_talk(each.path))}
    parts += gathered(_talk_files([each for each in talk if each.name not in failed]), len(parts) + 1)
    if not parts:
        run.leave()
        shown = first_of([f"{name}: {reason}" for name, reason in failed.items()], 3)
        raise InputError(f"Nothing can be coded. {shown or 'There is only a manifest.'} Nothing was written.")
    listed = [{**asdict(each), "path": str(each.path), "failed": failed.get(each.name, "")} for each in inputs]
    return listed, parts


def _staged(
    table: Input, run: RunFolder, columns: Mapping[str, str], encoding: str | None, number: int, first: int
) -> list[Part]:
    staged = f"{number:03d}.parquet"
    with run.written(run.tables / staged) as draft, reading_as(encoding):
        return stage(table.path, table.name, columns, draft, staged, first)


def _no_talk(path: Path) -> str:
    """Why a file is none of a transcript, '' where it may be one."""
    suffixes = {suffix for reader in readers() for suffix in reader.suffixes}
    try:
        form = find_coded_format(path, suffixes)
    except ReadError as error:
        return str(error)
    return (
        ""
        if form is None or form.with_transcript
        else f"coded data ({form.name}), and no transcript: secondcoder import"
    )


def _talk_files(inputs: Sequence[Input]) -> Iterator[tuple[TalkFile, int, str]]:
    """The files that hold a transcript each, or begin one that others hold with them."""
    together = files_together([each.path for each in inputs])
    by_path = {each.path: each for each in inputs}
    beside = {path for others in together.values() for path in others}
    for each in inputs:
        if each.path not in beside:
            others = [by_path[path] for path in together.get(each.path, ())]
            digest = "".join((each.sha256, *(other.sha256 for other in others)))
            file = TalkFile(each.path, each.name, each.folders, tuple(other.path for other in others))
            yield file, each.size + sum(other.size for other in others), digest
