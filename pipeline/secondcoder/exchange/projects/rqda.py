"""RQDA's projects, SQLite files `NAME.rqda`; the tables are those of the CREATE TABLE statements in RQDA's own source.

Rows of `status` 1 are live, all others were deleted in RQDA. `selfirst` and `selend` count code points of `source.file`, end
exclusive. A code that stands in several categories stands here under the first of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from secondcoder.codebook.model import Codebook
from secondcoder.domain.grouping import group_by
from secondcoder.domain.names import name
from secondcoder.domain.records import Case
from secondcoder.domain.wording import counted
from secondcoder.exchange.projects.model import Document, Mark, Project, ProjectCode, unnamed
from secondcoder.exchange.projects.positions import CODE_POINTS, SHOWN_CODE_POINTS, UTF_16, position
from secondcoder.exchange.projects.records import codebook_of, records_of
from secondcoder.exchange.projects.sqlite_file import Record, Tables, open_tables, tables_in
from secondcoder.exchange.registry import CodedData, CodedFormat, ImportContext

LEFT_OUT = (
    ("annotation", "annotation", "annotations"),
    ("imageCoding", "coded region of a picture", "coded regions of pictures"),
    ("journal", "journal entry", "journal entries"),
)


def sniff(path: Path) -> bool:
    """A database with RQDA's tables."""
    tables = tables_in(path)
    return "freecode" in tables and {"selfirst", "selend"} <= tables.get("coding", set())


def codebook(path: Path) -> Codebook:
    """The project's code categories and codes."""
    with open_tables(path) as tables:
        return codebook_of(Project(codes=_codes(tables, Project())), path)


def read(path: Path, context: ImportContext) -> CodedData:
    """The project's files, cases and codings."""
    return records_of(_project(path), path, context)


CODED_FORMAT = CodedFormat("rqda", (".rqda",), sniff, read, codebook=codebook, priority=21)


def _project(path: Path) -> Project:
    with open_tables(path) as tables:
        project = Project(units=(CODE_POINTS, SHOWN_CODE_POINTS, UTF_16), nobody=unnamed("default"))
        project.codes = _codes(tables, project)
        _take_documents(tables, project)
        project.marks = list(_marks(tables))
        counts = [(len(_live(tables, table, ())), one, many) for table, one, many in LEFT_OUT]
        project.notes += [f"{counted(count, one, many)} not taken" for count, one, many in counts if count]
        return project


def _live(tables: Tables, table: str, columns: Sequence[str], optional: Sequence[str] = ()) -> list[Record]:
    """The rows that were not deleted; [] where there is no such table, as in projects of early versions."""
    if not tables.has(table, *columns):
        return []
    return [row for row in tables.rows(table, columns, (*optional, "status")) if row["status"] in (1, 1.0, "1", "")]


def _codes(tables: Tables, project: Project) -> list[ProjectCode]:
    categories = [
        ProjectCode(("category", row["catid"]), str(row["name"]), None, str(row["memo"]))
        for row in _live(tables, "codecat", ("name", "catid"), ("memo",))
    ]
    there = {category.key for category in categories}
    placed = group_by(_live(tables, "treecode", ("cid", "catid")), lambda row: row["cid"])
    several = sum(len(rows) > 1 for rows in placed.values())
    what = counted(several, "code that stands in several categories", "codes that stand in several categories")
    project.notes += [f"{what}, here under the first"] * bool(several)
    codes = []
    for row in _live(tables, "freecode", ("name", "id"), ("memo", "color")):
        above = [key for each in placed.get(row["id"], ()) if (key := ("category", each["catid"])) in there]
        codes.append(
            ProjectCode(
                ("code", row["id"]), str(row["name"]), next(iter(above), None), str(row["memo"]), str(row["color"])
            )
        )
    return [*categories, *codes]


def _take_documents(tables: Tables, project: Project) -> None:
    cases = {row["id"]: name(str(row["name"])) for row in _live(tables, "cases", ("name", "id"))}
    links = group_by(_live(tables, "caselinkage", ("caseid", "fid")), lambda row: row["fid"])
    of_case = _attributes(tables, "caseAttr", "caseID")
    of_file = _attributes(tables, "fileAttr", "fileID")
    several = 0
    for row in _live(tables, "source", ("name", "id", "file")):
        linked = list(
            dict.fromkeys(cases[each["caseid"]] for each in links.get(row["id"], ()) if each["caseid"] in cases)
        )
        several += len(linked) > 1
        case = linked[0] if len(linked) == 1 else None
        project.documents.append(
            Document(row["id"], str(row["name"]), str(row["file"]), case, of_file.get(row["id"], {}))
        )
    project.cases = [Case(case, of_case.get(key, {})) for key, case in cases.items() if case]
    what = counted(several, "file that belongs to several cases", "files that belong to several cases")
    project.notes += [f"{what}, and so to none here"] * bool(several)


def _attributes(tables: Tables, table: str, of: str) -> dict[object, dict[str, str]]:
    found: dict[object, dict[str, str]] = {}
    for row in _live(tables, table, ("variable", "value", of)):
        if str(row["value"]).strip() not in ("", "NA"):
            found.setdefault(row[of], {})[name(str(row["variable"]))] = str(row["value"]).strip()
    return found


def _marks(tables: Tables) -> Iterator[Mark]:
    codings = _live(tables, "coding", ("cid", "fid", "selfirst", "selend"), ("seltext", "owner", "memo"))
    codes = {row["id"] for row in _live(tables, "freecode", ("name", "id"))}
    files = {row["id"] for row in _live(tables, "source", ("name", "id", "file"))}
    for number, row in enumerate(codings, start=1):
        if row["cid"] not in codes or row["fid"] not in files:
            continue  # RQDA keeps the codings of what was deleted as they were
        yield Mark(
            row["fid"],
            position(row["selfirst"]),
            position(row["selend"]),
            ("code", row["cid"]),
            str(row["owner"]),
            str(row["memo"]),
            str(row["seltext"]) or None,
            f"coding {number}",
        )
