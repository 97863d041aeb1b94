"""Taguette's projects as its SQLite file holds them, one or several in a file.

A document is HTML. Highlights count UTF-8 bytes of its text without tags, entities decoded, end exclusive. Tags are flat, and people
nest them by dots: `Family.Needs` stands under `Family` where there is such a tag. Who highlighted is in the log of commands.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterable, Iterator, Sequence
from html import unescape
from itertools import chain
from pathlib import Path

from secondcoder.codebook.model import Codebook
from secondcoder.domain.grouping import group_by
from secondcoder.domain.names import file_name, name
from secondcoder.domain.wording import counted, shorten
from secondcoder.errors import InputError
from secondcoder.exchange.projects.choice import chosen
from secondcoder.exchange.projects.json_file import dict_of, parsed
from secondcoder.exchange.projects.model import Document, Mark, Project, ProjectCode, unnamed
from secondcoder.exchange.projects.positions import UTF_8, StoredText, whole_number
from secondcoder.exchange.projects.records import codebook_of, records_of
from secondcoder.exchange.projects.sqlite_file import Record, Tables, open_tables, tables_in
from secondcoder.exchange.registry import CodedData, CodedFormat, ImportContext
from secondcoder.transcripts.registry import MOST_CHARACTERS

TAG = re.compile(r"""<(/?[a-zA-Z!][^\s<>/"']*+)(?>[^<>"']++|"[^"]*+"|'[^']*+')*+>""")
_BLOCKS = (
    "p",
    "div",
    "li",
    "tr",
    "table",
    "blockquote",
    "pre",
    "ul",
    "ol",
    "dt",
    "dd",
    *(f"h{level}" for level in range(1, 7)),
)
MOST_TAGS = 300_000
ENDING = frozenset(("br", "hr", *(f"/{tag}" for tag in _BLOCKS)))
"""Tags at which a line ends, whether or not the text has a line feed there."""
NOBODY = unnamed("admin")
"""Taguette on one's own computer knows one user, and calls everybody admin."""


def sniff(path: Path) -> bool:
    """A database with Taguette's tables."""
    tables = tables_in(path)
    return {"start_offset", "end_offset"} <= tables.get("highlights", set()) and "highlight_tags" in tables


def codebook(path: Path) -> Codebook:
    """The project's tags."""
    with open_tables(path) as tables:
        return codebook_of(Project(codes=_codes(tables, _number(tables, file_name(path.name)))), path)


def read(path: Path, context: ImportContext) -> CodedData:
    """The project's documents, and a coding for each highlight and tag."""
    return records_of(_project(path), path, context)


CODED_FORMAT = CodedFormat("taguette", (".sqlite3",), sniff, read, codebook=codebook, priority=22)


class HtmlText:
    """The text of a document: `text` with a line end wherever a reader sees one, and positions in the bytes that Taguette counts."""

    def __init__(self, html: str) -> None:
        parts: list[str] = []
        pure: list[str] = []
        self._added: list[int] = []  # bytes before each line end or tabulator that the HTML has not as text
        size, ended, before = 0, "", 0
        for number, tag in enumerate(chain(TAG.finditer(html), (None,))):
            if number > MOST_TAGS:
                raise InputError(f"more than {MOST_TAGS:,} HTML tags. Nothing was imported.")
            words = unescape(html[before : tag.start() if tag else len(html)]).replace("\r", " ")
            if words:
                if ended and pure and not pure[-1].endswith("\n") and not words.startswith("\n"):
                    parts.append(ended)
                    self._added.append(size)
                parts.append(words)
                pure.append(words)
                size += len(words.encode("utf-8", "surrogatepass"))
                ended = ""
            if tag:
                kind = tag[1].lower()
                ended = "\n" if kind in ENDING or ended == "\n" else "\t" if kind in ("/td", "/th") else ended
                before = tag.end()
        self._stored = StoredText("".join(pure))
        self.text = "".join(parts).removeprefix("\ufeff")

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """Bytes as Taguette counts them to code points of `text`; None for what is no span of it."""
        found = self._stored.span(start, end, UTF_8) if 0 <= start <= end else None
        if found is None:
            return None
        first = found[0] + bisect_right(self._added, start)
        return first, max(first, found[1] + bisect_left(self._added, end))


def tag_codes(paths: Iterable[tuple[Hashable, str, str]]) -> list[ProjectCode]:
    """The codes of (key, path, description) of tags, each under the tag whose path is the longest beginning of its own."""
    tags = list(paths)
    keys = {path: key for key, path, _ in tags}

    def code(key: Hashable, path: str, description: str) -> ProjectCode:
        parts = path.split(".")
        above = next((head for cut in range(len(parts) - 1, 0, -1) if (head := ".".join(parts[:cut])) in keys), None)
        own = path[len(above) + 1 :].strip() if above else ""
        if above is None or not own:
            return ProjectCode(key, path, None, description)
        return ProjectCode(key, own, keys[above], description, aliases=(path,))

    return [code(*tag) for tag in tags]


def _project(path: Path) -> Project:
    file = file_name(path.name)
    with open_tables(path) as tables:
        number = _number(tables, file)
        project = Project(codes=_codes(tables, number), nobody=NOBODY)
        _take_documents(tables, number, project, file)
        return project


def _number(tables: Tables, file: str) -> int:
    return chosen({row["id"]: str(row["name"]) for row in tables.rows("projects", ("id", "name"))}, file)


def _codes(tables: Tables, number: int) -> list[ProjectCode]:
    tags = tables.rows("tags", ("id", "project_id", "path", "description"))
    own = [row for row in tags if row["project_id"] == number]
    return tag_codes((row["id"], str(row["path"]), str(row["description"])) for row in own)


def _take_documents(tables: Tables, number: int, project: Project, file: str) -> None:
    tagged = group_by(tables.rows("highlight_tags", ("highlight_id", "tag_id")), lambda row: row["highlight_id"])
    highlights = group_by(
        tables.rows("highlights", ("id", "document_id", "start_offset", "end_offset"), ("snippet",)),
        lambda row: row["document_id"],
    )
    coders = _coders(tables, number)
    untagged = 0
    for row in tables.rows("documents", ("id", "name", "project_id", "contents")):
        if row["project_id"] != number:
            continue
        html = _html(str(row["contents"]), str(row["name"]), file)
        project.documents.append(Document(row["id"], str(row["name"]), html.text))
        for highlight in highlights.get(row["id"], ()):
            tags = [link["tag_id"] for link in tagged.get(highlight["id"], ())]
            untagged += not tags
            project.marks += _marks(highlight, html, tags, coders.get(highlight["id"], ""))
    project.notes += [f"{counted(untagged, 'highlight')} without a tag not taken"] * bool(untagged)


def _html(contents: str, called: str, file: str) -> HtmlText:
    try:
        if len(contents) > 2 * MOST_CHARACTERS:
            raise InputError(f"{len(contents):,} characters of HTML. Nothing was imported.")
        return HtmlText(contents)
    except InputError as error:
        raise InputError(f"{file}: document '{shorten(name(called), 80)}': {error}") from None


def _marks(highlight: Record, html: HtmlText, tags: Sequence[Hashable], coder: str) -> Iterator[Mark]:
    """A mark for each tag; the snippet is a quotation where the positions hold other words, white space aside."""
    start, end = (whole_number(highlight[each]) for each in ("start_offset", "end_offset"))
    span = html.span(start, end) if start is not None and end is not None else None
    snippet = HtmlText(str(highlight["snippet"])).text
    there = span and html.text[slice(*span)].split()
    first, last = span or (-1, -1)
    for tag in tags:
        place = f"highlight {highlight['id']}"
        yield Mark(
            highlight["document_id"], first, last, tag, coder, "", None if there == snippet.split() else snippet, place
        )


def _coders(tables: Tables, number: int) -> dict[object, str]:
    """Highlight -> who set it last, as the log of commands says."""
    found: dict[object, str] = {}
    if not tables.has("commands", "user_login", "project_id", "payload"):
        return found
    for row in tables.rows("commands", ("user_login", "project_id", "payload")):
        payload = str(row["payload"])
        if row["project_id"] != number or "highlight_add" not in payload:
            continue
        try:
            said = dict_of(parsed(payload, "commands"))
        except InputError:
            continue  # the log is not needed to read the rest
        if said.get("type") == "highlight_add":
            found[said.get("highlight_id", said.get("id"))] = str(row["user_login"])
    return found
