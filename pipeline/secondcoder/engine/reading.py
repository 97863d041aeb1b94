"""The transcripts of a part, by the rules of an import, and what in it cannot be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from secondcoder.codebook.model import Codebook
from secondcoder.domain.grouping import group_by
from secondcoder.domain.names import Spellings, file_name
from secondcoder.domain.records import Transcript
from secondcoder.domain.wording import first_of
from secondcoder.engine.parts import Failed, Part, TalkFile, content_of, digest_of_file, why
from secondcoder.engine.staging import StagedRow, staged_rows
from secondcoder.errors import InputError, SecondcoderError
from secondcoder.exchange.import_result import ImportOptions, ImportResult
from secondcoder.exchange.manifest import Manifest, read_manifest
from secondcoder.exchange.named_speakers import listed_labels
from secondcoder.exchange.spelling import spelt_rows, spelt_transcript
from secondcoder.exchange.tables.rows import Row
from secondcoder.exchange.tables.unit_rows import Unit, transcript_of_units, units_of
from secondcoder.exchange.take_files import Taking
from secondcoder.transcripts.encoding import reading_as
from secondcoder.transcripts.interviewer import fold
from secondcoder.transcripts.registry import MOST_CHARACTERS


@dataclass(frozen=True)
class ReadingOptions:
    """What the person and the study say of how files are read.

    Attributes:
        encoding: of text that carries no mark of it, where they said so. manifest: of the transcripts' files.
        interviewer, speakers: labels, as for an import.
        asking_roles: words of a table's column `role` that make an interviewer.
    """

    encoding: str | None = None
    manifest: Path | None = None
    interviewer: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    asking_roles: tuple[str, ...] = ("interviewer",)


@dataclass(frozen=True)
class Talk:
    """A transcript to be coded, and where it came from.

    Attributes:
        input: name of its file or table.
        units: of a table, for each turn the number of its row and the row's own id; empty for a file.
    """

    transcript: Transcript
    input: str
    units: tuple[tuple[int, str | None], ...] = ()


def read_part(part: Part, tables: Path, how: ReadingOptions, book: Codebook) -> Iterator[Talk | Failed]:
    """The transcripts of a part, one by one.

    Args:
        tables: the folder of staged tables.

    Raises:
        InputError: files of the part are not there, or not those that the run began with: that is no fault of theirs to be kept.
    """
    if part.files:
        _refuse_changed(part)
    if part.table:
        yield from _of_rows(part.table, staged_rows(tables / part.staged, part.group), how)
    else:
        yield from (_of_file(file, how, book) for file in part.files)


def _refuse_changed(part: Part) -> None:
    try:
        content = content_of(
            (file.name, "".join(map(digest_of_file, (file.path, *file.beside)))) for file in part.files
        )
    except OSError as error:
        raise InputError(f"{error.filename} cannot be read ({error.strerror})") from None
    if content != part.sha256:
        names = first_of([file.name for file in part.files], 3)
        raise InputError(f"{names} changed since the run began")


def _of_file(file: TalkFile, how: ReadingOptions, book: Codebook) -> Talk | Failed:
    result = ImportResult(book)
    try:
        with reading_as(how.encoding):
            options = ImportOptions(interviewer=how.interviewer, speakers=how.speakers, encoding=how.encoding)
            taking = Taking(options, _manifest(how.manifest), {}, result, Spellings(), lambda _: {})
            taking.take_transcript(file.path, file.folders, file.beside)
        (transcript,) = result.transcripts
    except SecondcoderError as error:
        return Failed(file.name, why(file.name, error))
    except (OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
        # A file that no reader foresaw must not stop the others.
        return Failed(file.name, f"cannot be read ({type(error).__name__}: {error})")
    if len(transcript.text) > MOST_CHARACTERS:
        return Failed(
            file.name, f"{len(transcript.text):,} characters, and a transcript has at most {MOST_CHARACTERS:,}"
        )
    return Talk(transcript, file.name)


def _manifest(path: Path | None) -> Manifest:
    return Manifest() if path is None else _read_manifest(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=1)
def _read_manifest(path: Path, changed: int) -> Manifest:
    # By when it was changed too: a cluster's worker outlives a run.
    return read_manifest(path)


def _of_rows(table: str, staged: Sequence[StagedRow], how: ReadingOptions) -> Iterator[Talk | Failed]:
    yield from (Failed(table, each.fault, each.row.place) for each in staged if each.fault)
    numbers = {each.row.place: each.number for each in staged}
    rows = [each.row for each in staged if not each.fault]
    if rows and "transcript" not in rows[0].cells:
        # Each row stands for itself, under a name that no other has.
        rows = [
            replace(row, cells={**row.cells, "transcript": f"{Path(table).stem}:{numbers[row.place]}"}) for row in rows
        ]
    spellings, asking = Spellings(), frozenset(map(fold, listed_labels(how.interviewer)))
    for name, of_transcript in group_by(spelt_rows(rows, {}, spellings), lambda row: row["transcript"]).items():
        units = units_of(of_transcript)
        yield from _unlike(table, units)
        source = file_name(Path(table).name)
        transcript, _ = transcript_of_units(name, units, source, asking, how.asking_roles)
        units_told = tuple((numbers[unit.first.place], unit.first.cells.get("id")) for unit in units)
        yield Talk(spelt_transcript(transcript, spellings), table, units_told)


def _unlike(table: str, units: Sequence[Unit]) -> Iterator[Failed]:
    """Rows of one order, as several coders have, that differ in what was said: the first of them is coded."""
    for unit in units:
        for row in unit.rows[1:]:
            if _said(row) != _said(unit.first):
                why = f"the same order as {unit.first.place}, with another text or speaker; that row was coded, this one was not"
                yield Failed(table, why, row.place)


def _said(row: Row) -> tuple[str, str]:
    return row["text"], row["speaker"]
