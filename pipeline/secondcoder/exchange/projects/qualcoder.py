"""QualCoder's projects: a folder `NAME.qda` with the SQLite file `data.qda`, of any version from schema v1 on.

Positions count code points of `source.fulltext`, end exclusive, a byte order mark at its beginning included. Codes stand under
categories, and from version 4 on under codes.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from secondcoder.codebook.model import Codebook
from secondcoder.domain.grouping import group_by
from secondcoder.domain.names import name
from secondcoder.domain.records import Case
from secondcoder.domain.wording import counted
from secondcoder.errors import InputError
from secondcoder.exchange.projects.model import Document, Mark, Project, ProjectCode, unnamed
from secondcoder.exchange.projects.positions import (
    CODE_POINTS,
    SHOWN_CODE_POINTS,
    SHOWN_UTF_16,
    UTF_16,
    position,
)
from secondcoder.exchange.projects.records import codebook_of, records_of
from secondcoder.exchange.projects.sqlite_file import Tables, open_tables, tables_in
from secondcoder.exchange.registry import CodedData, CodedFormat, ImportContext

SUFFIX = ".qda"
DATA = "data.qda"
LEFT_OUT = (
    ("code_image", "coded region of a picture", "coded regions of pictures"),
    ("code_av", "coded stretch of a recording", "coded stretches of recordings"),
    ("annotation", "annotation", "annotations"),
    ("journal", "journal entry", "journal entries"),
    ("graph", "graph", "graphs"),
    ("ris", "line of bibliography", "lines of bibliography"),
)


def sniff(path: Path) -> bool:
    """A folder with QualCoder's database, or that database itself."""
    tables = tables_in(_data(path))
    return {"fulltext", "mediapath"} <= tables.get("source", set()) and {"pos0", "pos1"} <= tables.get(
        "code_text", set()
    )


def codebook(path: Path) -> Codebook:
    """The project's categories and codes."""
    with _opened(path) as tables:
        return codebook_of(Project(codes=list(_codes(tables))), path)


def read(path: Path, context: ImportContext) -> CodedData:
    """The project's text sources, cases, and codings of text."""
    return records_of(_project(path), path, context)


CODED_FORMAT = CodedFormat("qualcoder", (SUFFIX,), sniff, read, codebook=codebook, priority=20, folders=(SUFFIX,))


def _data(path: Path) -> Path:
    return path / DATA if path.is_dir() else path


def _opened(path: Path) -> AbstractContextManager[Tables]:
    if not _data(path).is_file():
        raise InputError(f"{path.name}: no QualCoder project: there is no file '{DATA}' in it. Nothing was imported.")
    return open_tables(_data(path), path.name)


def _project(path: Path) -> Project:
    with _opened(path) as tables:
        project = Project(units=(CODE_POINTS, SHOWN_CODE_POINTS, UTF_16, SHOWN_UTF_16), nobody=unnamed("default"))
        project.codes = list(_codes(tables))
        _take_documents(tables, project)
        project.marks = list(_marks(tables))
        counts = ((tables.count(table), one, many) for table, one, many in LEFT_OUT)
        project.notes += [f"{counted(count, one, many)} not taken" for count, one, many in counts if count]
        return project


def _codes(tables: Tables) -> Iterator[ProjectCode]:
    for row in tables.rows("code_cat", ("catid", "name"), ("memo", "supercatid")):
        above = ("category", row["supercatid"]) if row["supercatid"] != "" else None
        yield ProjectCode(("category", row["catid"]), str(row["name"]), above, str(row["memo"]))
    for row in tables.rows("code_name", ("cid", "name"), ("memo", "catid", "color", "supercid")):
        in_code = ("code", row["supercid"]) if row["supercid"] != "" else None
        above = in_code or (("category", row["catid"]) if row["catid"] != "" else None)
        yield ProjectCode(("code", row["cid"]), str(row["name"]), above, str(row["memo"]), str(row["color"]))


def _take_documents(tables: Tables, project: Project) -> None:
    cases = {row["caseid"]: name(str(row["name"])) for row in tables.rows("cases", ("caseid", "name"))}
    attributes = _attributes(tables)
    linked = group_by(tables.rows("case_text", ("caseid", "fid")), lambda row: row["fid"])
    several = 0
    for row in tables.rows("source", ("id", "name", "fulltext")):
        text = row["fulltext"] if isinstance(row["fulltext"], str) else ""
        of_file = list(
            dict.fromkeys(cases[link["caseid"]] for link in linked.get(row["id"], ()) if link["caseid"] in cases)
        )
        several += len(of_file) > 1
        own = attributes.get(("file", row["id"]), {})
        project.documents.append(
            Document(row["id"], str(row["name"]), text, of_file[0] if len(of_file) == 1 else None, own)
        )
    project.cases = [Case(case, attributes.get(("case", key), {})) for key, case in cases.items() if case]
    what = counted(several, "document that belongs to several cases", "documents that belong to several cases")
    project.notes += [f"{what}, and so to none here"] * bool(several)


def _attributes(tables: Tables) -> dict[tuple[str, Hashable], dict[str, str]]:
    """("case" or "file", its number) -> its attributes."""
    found: dict[tuple[str, Hashable], dict[str, str]] = {}
    if tables.has("attribute"):
        for row in tables.rows("attribute", ("name", "attr_type", "value", "id")):
            if str(row["value"]).strip():
                found.setdefault((str(row["attr_type"]), row["id"]), {})[name(str(row["name"]))] = str(
                    row["value"]
                ).strip()
    return found


def _marks(tables: Tables) -> Iterator[Mark]:
    rows = tables.rows("code_text", ("cid", "fid", "pos0", "pos1"), ("seltext", "owner", "memo"))
    for number, row in enumerate(rows, start=1):
        yield Mark(
            row["fid"],
            position(row["pos0"]),
            position(row["pos1"]),
            ("code", row["cid"]),
            str(row["owner"]),
            str(row["memo"]),
            str(row["seltext"]) or None,
            f"coding {number} (code_text)",
        )
