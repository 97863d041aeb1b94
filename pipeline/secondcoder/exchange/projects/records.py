"""A project of another program to the records of a study: its texts to transcripts, its marks to codings and looks."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from pathlib import Path

from secondcoder.codebook.model import Codebook
from secondcoder.domain.names import file_name
from secondcoder.domain.wording import first_of
from secondcoder.errors import InputError, TableError, did_you_mean
from secondcoder.exchange.carried_codes import matched_codes
from secondcoder.exchange.projects.codes import CarriedCodes, carried_codes
from secondcoder.exchange.projects.codings import MarksReader
from secondcoder.exchange.projects.joining import join_texts
from secondcoder.exchange.projects.model import Project
from secondcoder.exchange.read_spans import looks_of
from secondcoder.exchange.registry import CodedData, ImportContext

SHOWN = 5


def codebook_of(project: Project, path: Path) -> Codebook:
    """What `CodedFormat.codebook` gives of a project."""
    return _carried(project, path).book


def records_of(project: Project, path: Path, context: ImportContext) -> CodedData:
    """Everything that the project holds, its codes as the study calls them.

    Raises:
        InputError: codes that the study lacks, together.
        TableError: every mark that has no place, no coder or no code, and every text that cannot be a transcript.
    """
    carried = _carried(project, path)
    joined = join_texts(project, path, context)
    if joined.faults:
        raise TableError(file_name(path.name), joined.faults)
    codes = _codes(project, carried, context.book, file_name(path.name))
    reader = MarksReader(project, codes, joined.texts, context.coder)
    codings = reader.codings()
    if reader.faults:
        raise TableError(file_name(path.name), reader.faults)
    transcripts = {**context.known, **{each.id: each for each in joined.new}}
    used = {transcript.case for transcript in joined.new}
    return CodedData(
        joined.new,
        [case for case in project.cases if case.id in used],
        codings,
        looks_of(codings, transcripts, context.book.ids, context.read_whole),
        [*carried.notes, *project.notes, *joined.notes, *reader.notes()],
    )


def _carried(project: Project, path: Path) -> CarriedCodes:
    return carried_codes(project.codes, file_name(path.name), path.stem)


def _codes(project: Project, carried: CarriedCodes, book: Codebook, file: str) -> dict[Hashable, str]:
    """Key of a code in the project -> id in the study; InputError that names together what the study lacks and marks use."""
    matched = matched_codes(carried.book, book)
    used = {carried.ids.get(mark.code) for mark in project.marks}
    missing = [code for code in matched.missing if code.id in used]
    if missing:
        raise InputError(f"{file}: {_lacking([code.name for code in missing], book)}")
    return {key: matched.same[code] for key, code in carried.ids.items() if code in matched.same}


def _lacking(codes: Sequence[str], book: Codebook) -> str:
    """The sentence for codes of a project that are used and not in the codebook: which, and how to add them."""
    shown = first_of([f"'{code}'" for code in codes], SHOWN)
    words = [word for code in book.codes for word in (code.id, code.name)]
    near = did_you_mean(codes[0], words) if len(codes) == 1 else ""
    what = "a code is" if len(codes) == 1 else f"{len(codes)} of its codes are"
    return (
        f"{what} not in the codebook: {shown}.{near} Add them with import --add-codes, or begin the study with them: "
        "secondcoder init --codebook FILE. Nothing was imported."
    )
