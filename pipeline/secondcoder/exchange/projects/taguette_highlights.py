"""Highlights as Taguette exports them, CSV, XLSX or HTML: a row a highlight and tag, with its words and without positions.

Each is found by its words in the transcript of its document, which the study must have. What stands there more than once is refused
with its places. A document exported with its highlights marked cannot be read back: where highlights overlap it does not say which
words belong to which.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from secondcoder.codebook.model import Codebook
from secondcoder.domain.grouping import group_by
from secondcoder.domain.names import file_name, name
from secondcoder.domain.records import Span, Transcript
from secondcoder.domain.wording import listed, shorten
from secondcoder.errors import InputError, TableError, did_you_mean
from secondcoder.exchange.projects.json_file import head_of, text_of
from secondcoder.exchange.projects.model import Document, Mark, Project
from secondcoder.exchange.projects.records import codebook_of, records_of
from secondcoder.exchange.projects.taguette import HtmlText, tag_codes
from secondcoder.exchange.projects.texts import OF_FILE
from secondcoder.exchange.registry import CodedData, CodedFormat, ImportContext
from secondcoder.exchange.tables.quoted_text import QuotedText
from secondcoder.exchange.tables.rows import columns_of, read_table

TABLES = (".csv", ".xlsx")
PAGES = (".html", ".htm")
COLUMNS = frozenset(("id", "document", "tag", "content"))
SHOWN = 4
_TITLE = re.compile(r"<title>[^<]*Taguette")
_ABOUT = re.compile(r"<p>\s*<strong>[^<]*</strong>([^<]*)<strong>[^<]*</strong>([^<]*)</p>\s*(?:<hr>|</body>)")


@dataclass(frozen=True)
class _Highlight:
    place: str
    number: str
    document: str
    tag: str
    words: str


def sniff(path: Path) -> bool:
    """A table with Taguette's columns, or a page of its highlights, or of a document with them."""
    suffix = path.suffix.lower()
    if suffix in TABLES:
        return columns_of(path, COLUMNS) >= COLUMNS
    return suffix in PAGES and (_is_list(head := head_of(path)) or _is_document(head))


def codebook(path: Path) -> Codebook:
    """The tags of the highlights; Taguette's codebook has the others and the descriptions."""
    return codebook_of(_project(_highlights(path)), path)


def read(path: Path, context: ImportContext) -> CodedData:
    """A coding for each row; TableError for those whose words are not found, or not in one place alone."""
    highlights = _highlights(path)
    project = _project(highlights)
    faults = list(_placed(highlights, context, project))
    if faults:
        raise TableError(file_name(path.name), faults)
    return records_of(project, path, context)


CODED_FORMAT = CodedFormat("taguette-highlights", TABLES, sniff, read, codebook=codebook, priority=60)


def _is_list(head: str) -> bool:
    return _TITLE.search(head) is not None and "<hr>" in head


def _is_document(head: str) -> bool:
    return ".taglist {" in head and ".highlight {" in head


def _highlights(path: Path) -> list[_Highlight]:
    if path.suffix.lower() in TABLES:
        rows = read_table(path, COLUMNS).rows
        return [
            _Highlight(row.place, row["id"], row["document"], row["tag"], row["content"])
            for row in rows
            if row["tag"].strip()
        ]
    text = text_of(path)
    if not _is_list(text):
        raise InputError(
            f"{file_name(path.name)}: a document that Taguette exported with its highlights marked, which does not say where "
            "those that overlap end. Export the highlights there as CSV, "
            "or take Taguette's file of projects (.sqlite3). Nothing was imported."
        )
    return list(_of_page(text))


def _of_page(text: str) -> Iterator[_Highlight]:
    begin = text.find("</h1>") + len("</h1>")
    for number, about in enumerate(_ABOUT.finditer(text), start=1):
        words, begin = HtmlText(text[begin : about.start()]).text, about.end()
        for tag in re.split(r",\s*\n\s*", HtmlText(about[2]).text.strip()):
            if tag:
                yield _Highlight(f"highlight {number}", str(number), HtmlText(about[1]).text.strip(), tag, words)


def _project(highlights: Sequence[_Highlight]) -> Project:
    tags = dict.fromkeys(each.tag.strip() for each in highlights)
    return Project(codes=tag_codes((tag, tag, "") for tag in tags))


def _placed(highlights: Sequence[_Highlight], context: ImportContext, project: Project) -> Iterator[str]:
    """Put documents and marks into the project; a fault for each highlight that has no place."""
    for written, own in group_by(highlights, lambda each: each.document).items():
        transcript = _transcript(written, context.known)
        if transcript is None:
            near = did_you_mean(written, [each.id for each in context.known.values()])
            yield f"{own[0].place}: no transcript of the study is called '{name(written)}'.{near} Import it first, or with this file."
            continue
        project.documents.append(Document(transcript.id, transcript.id, transcript.text))
        quoted = QuotedText(transcript)
        for same in group_by(own, lambda each: (each.number, each.words)).values():
            spans = quoted.spans(same[0].words)
            if len(spans) != 1:
                yield f"{same[0].place}: {_no_place(same[0].words, spans, quoted)}"
                continue
            project.marks += [Mark(transcript.id, *spans[0], each.tag.strip(), "", place=each.place) for each in same]


def _transcript(written: str, known: Mapping[str, Transcript]) -> Transcript | None:
    return known.get(name(OF_FILE.sub("", written))) or known.get(name(written))


def _no_place(words: str, spans: Sequence[Span], quoted: QuotedText) -> str:
    shown = shorten(" ".join(words.split()), 60)
    if not spans:
        near = quoted.nearest(words)
        hint = f" Nearest: {quoted.described(near)}." if near else ""
        return f"'{shown}' does not stand in '{quoted.transcript.id}'.{hint}"
    places = listed([quoted.described(span) for span in spans[:SHOWN]])
    return (
        f"'{shown}' stands in '{quoted.transcript.id}' {len(spans)} times: {places}. Taguette's export does not say where it was "
        "marked: take its file of projects (.sqlite3)."
    )
