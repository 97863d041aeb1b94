"""A REFI-QDA project as another program wrote it: what is in it, by its own identifiers, at offsets into its texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from secondcoder.errors import TableError
from secondcoder.exchange.refi_qda.codes import code_tree
from secondcoder.exchange.refi_qda.codings import found_by_name
from secondcoder.exchange.refi_qda.container import open_archive
from secondcoder.exchange.refi_qda.positions import Counting, Places
from secondcoder.exchange.refi_qda.project import read_project as read_records
from secondcoder.exchange.refi_qda.records import ProjectText


@dataclass(frozen=True)
class ParsedSource:
    """A text: its name, and its text with LF for every line end."""

    guid: str
    name: str
    text: str


@dataclass(frozen=True)
class ParsedCoding:
    """A code on a span of a source's text, in code points, end exclusive.

    `user` and `code` are GUIDs, `user` '' where nobody is named; `description` is its selection's.
    """

    guid: str
    source: str
    start: int
    end: int
    user: str
    code: str
    description: str = ""


@dataclass(frozen=True)
class ParsedProject:
    """Sources and codings in order; users and codes by GUID. GUIDs are upper case without braces.

    `saved_by`: GUID of the user who saved the project, '' where it does not say.
    """

    sources: tuple[ParsedSource, ...]
    codings: tuple[ParsedCoding, ...]
    users: Mapping[str, str]
    codes: Mapping[str, str]
    saved_by: str = ""


def read_project(path: Path) -> ParsedProject:
    """Read a project; InputError where it cannot be read, TableError with every place that is none."""
    with open_archive(path) as archive:
        project = read_records(archive)
    if project.faults:
        raise TableError(path.name, project.faults)
    counting = project.decided.counting
    texts = [text for text in project.texts if text.text]
    tree = code_tree(project.codes, project.origin, path.name, {case.guid for case in project.cases})
    return ParsedProject(
        tuple(ParsedSource(text.guid, text.name, text.text.text) for text in texts if text.text),
        tuple(coding for text in texts for coding in _codings(text, counting)),
        project.users,
        {node.guid: node.shown for node in tree.nodes},
        project.saved_by,
    )


def _codings(text: ProjectText, counting: Counting) -> Iterator[ParsedCoding]:
    if text.text is None:
        return
    places = Places(text.text, counting)
    for selection in text.selections:
        span = places.span(selection.place) or found_by_name(text.text.text, selection.place)
        if span is None:
            continue
        for mark in selection.marks:
            yield ParsedCoding(mark.guid, text.guid, *span, mark.user, mark.code, selection.memo)
