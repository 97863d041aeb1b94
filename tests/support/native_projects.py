"""Projects as other programs write them, made from texts and spans in code points, each by the program's own schema and unit."""

from __future__ import annotations

import html
import json
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from secondcoder.codebook.model import Codebook
from secondcoder.domain.records import Transcript, Turn
from secondcoder.exchange.carried_codes import with_carried_codes
from secondcoder.exchange.registry import CodedData, CodedFormat, ImportContext
from secondcoder.study.study import Study

EMPTY = Codebook(id="own", title="Own")
Marks = Sequence[tuple[int, int, str, str]]
"""Start and end in code points, code, coder."""

# User-perceived characters, some of many code points: by them, a text's length in any unit is known without a library.
CLUSTERS = [
    "a",
    "é",
    "e\u0301",
    "ß",
    "😀",
    "👨\u200d👩\u200d👧",
    "𠮷",
    "\t",
    "\u00a0",
    " ",
    "&",
    "<",
    '"',
    "’",
    "ñ",
    "z",
    ".",
    "0",
]


def said(most: int = 12) -> st.SearchStrategy[list[str]]:
    """What one person says, as user-perceived characters that a letter begins and ends."""
    return st.lists(st.sampled_from(CLUSTERS), max_size=most).map(lambda signs: ["w", *signs, "w"])


@st.composite
def marked_talks(draw: st.DrawFn) -> tuple[list[str], list[tuple[int, int]]]:
    """An interview as user-perceived characters, and spans of it in code points."""
    turns = draw(st.lists(said(), min_size=2, max_size=5))
    signs = [sign for at, turn in enumerate(turns) for sign in (*("IP"[at % 2] + ": "), *turn, "\n")]
    size = len("".join(signs))
    places = st.tuples(st.integers(0, size - 1), st.integers(1, size)).map(lambda pair: (min(pair), max(pair)))
    spans = draw(st.lists(places.filter(lambda span: span[0] < span[1]), min_size=1, max_size=4, unique=True))
    return signs, spans


def book_of(coded_format: CodedFormat, path: Path) -> Codebook:
    """An empty codebook with the codes that the file carries."""
    assert coded_format.codebook is not None
    return with_carried_codes(EMPTY, coded_format.codebook(path))


def read_alone(coded_format: CodedFormat, path: Path, **options: Any) -> CodedData:
    """The file into a study that has nothing but its codes."""
    return coded_format.read(path, ImportContext(book_of(coded_format, path), **options))


def places(data: CodedData) -> set[tuple[str, int, int, str, str]]:
    """Transcript, span, code and coder of every coding."""
    return {(*coding.place, coding.code, coding.coder) for coding in data.codings}


def new_study(folder: Path) -> Study:
    """A study without transcripts and codes."""
    return Study.create(folder / "study", "none")


def run(path: Path, script: str, rows: Iterable[tuple[str, Sequence[Any]]]) -> Path:
    """A database of these tables and rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    connection.executescript(f"PRAGMA synchronous = OFF; {script}")
    for table, values in rows:
        connection.execute(f"INSERT INTO {table} VALUES ({','.join('?' * len(values))})", values)
    connection.commit()
    connection.close()
    return path


# Tables of QualCoder 3.6 (schema v8); version 4 adds columns behind.
QUALCODER_8 = """
CREATE TABLE project (databaseversion text, date text, memo text, about text);
CREATE TABLE source (id integer primary key, name text, fulltext text, mediapath text, memo text, owner text,
  date text, av_text_id integer);
CREATE TABLE code_image (imid integer primary key, id integer, x1 integer, y1 integer, width integer,
  height integer, cid integer, memo text,
  date text, owner text, important integer);
CREATE TABLE code_cat (catid integer primary key, name text, owner text, date text, memo text, supercatid integer);
CREATE TABLE code_name (cid integer primary key, name text, memo text, catid integer, owner text, date text,
  color text);
CREATE TABLE code_text (ctid integer primary key, cid integer, fid integer, seltext text, pos0 integer,
  pos1 integer, owner text, date text,
  memo text, avid integer, important integer);
CREATE TABLE cases (caseid integer primary key, name text, memo text, owner text, date text);
CREATE TABLE case_text (id integer primary key, caseid integer, fid integer, pos0 integer, pos1 integer,
  owner text, date text, memo text);
CREATE TABLE attribute (attrid integer primary key, name text, attr_type text, value text, id integer,
  date text, owner text);
"""
QUALCODER_17 = QUALCODER_8.replace("color text)", "color text, supercid integer)")


def qualcoder(folder: Path, texts: Sequence[str], marks: Marks, more: Iterable[tuple[str, Sequence[Any]]] = ()) -> Path:
    """A project of schema v8 whose marks are all on the first text."""
    codes = list(dict.fromkeys(code for _, _, code, _ in marks))
    rows: list[tuple[str, Sequence[Any]]] = [("project", ("v8", "", "", "QualCoder 3.6"))]
    rows += [("source", (at, f"talk{at}.txt", text, None, "", "default", "", None)) for at, text in enumerate(texts, 1)]
    rows += [("code_name", (at, code, "", None, "default", "", "#F781F3")) for at, code in enumerate(codes, 1)]
    rows += [
        ("code_text", (at, codes.index(code) + 1, 1, texts[0][start:end], start, end, coder, "", "", None, None))
        for at, (start, end, code, coder) in enumerate(marks, 1)
    ]
    run(folder / "data.qda", QUALCODER_8, [*rows, *more])
    return folder


TAGUETTE = """
CREATE TABLE users (login VARCHAR(30) NOT NULL PRIMARY KEY);
CREATE TABLE projects (id INTEGER PRIMARY KEY, name VARCHAR(200), description TEXT, created DATETIME);
CREATE TABLE documents (id INTEGER PRIMARY KEY, name VARCHAR(200), description TEXT, filename VARCHAR(200),
  created DATETIME,
  project_id INTEGER, text_direction VARCHAR(13), contents TEXT);
CREATE TABLE commands (id INTEGER PRIMARY KEY, date DATETIME, user_login VARCHAR(30), project_id INTEGER,
  document_id INTEGER, payload TEXT);
CREATE TABLE tags (id INTEGER PRIMARY KEY, project_id INTEGER, path VARCHAR(200), description TEXT);
CREATE TABLE highlights (id INTEGER PRIMARY KEY, document_id INTEGER, start_offset INTEGER, end_offset INTEGER,
  snippet TEXT);
CREATE TABLE highlight_tags (highlight_id INTEGER, tag_id INTEGER);
"""


def taguette(path: Path, text: str, marks: Marks, projects: Sequence[str] = ("Study",)) -> Path:
    """Projects of one document each, a paragraph a line; offsets count the bytes of the text."""
    rows: list[tuple[str, Sequence[Any]]] = []
    contents = "\n".join(f"<p>{html.escape(line, quote=False)}</p>" for line in text.split("\n"))
    codes = list(dict.fromkeys(code for _, _, code, _ in marks))
    for project, called in enumerate(projects, start=1):
        rows += [
            ("projects", (project, called, "", "")),
            ("documents", (project, "talk.docx", "", "", "", project, "", contents)),
        ]
        rows += [("tags", (100 * project + at, project, code, f"About {code}")) for at, code in enumerate(codes)]
        for at, (start, end, code, coder) in enumerate(marks):
            number, (first, last) = 100 * project + at, (len(text[:place].encode()) for place in (start, end))
            snippet = "\n".join(f"<p>{html.escape(line, quote=False)}</p>" for line in text[start:end].split("\n"))
            payload = {"type": "highlight_add", "highlight_id": number, "start_offset": first, "end_offset": last}
            rows += [
                ("highlights", (number, project, first, last, snippet)),
                ("highlight_tags", (number, 100 * project + codes.index(code))),
                ("commands", (number, "", coder, project, project, json.dumps(payload))),
            ]
    return run(path, TAGUETTE, rows)


# The statements of RQDA's own `new_proj` (R/project.R, versions from 0.2 on).
RQDA = """
CREATE TABLE source (name text, id integer, file text, memo text, owner text, date text, dateM text, status integer);
CREATE TABLE freecode (name text, memo text, owner text, date text, dateM text, id integer, status integer, color text);
CREATE TABLE treecode (cid integer, catid integer, date text, dateM text, memo text, status integer, owner text);
CREATE TABLE codecat (name text, cid integer, catid integer, owner text, date text, dateM text, memo text,
  status integer);
CREATE TABLE coding (cid integer, fid integer, seltext text, selfirst real, selend real, status integer,
  owner text, date text, memo text);
CREATE TABLE cases (name text, memo text, owner text, date text, dateM text, id integer, status integer);
CREATE TABLE caselinkage (caseid integer, fid integer, selfirst real, selend real, status integer, owner text,
  date text, memo text);
CREATE TABLE caseAttr (variable text, value text, caseID integer, date text, dateM text, owner text, status integer);
CREATE TABLE journal (name text, journal text, date text, dateM text, owner text, status integer);
"""


def rqda(path: Path, text: str, marks: Marks, more: Iterable[tuple[str, Sequence[Any]]] = ()) -> Path:
    """A project of one file."""
    codes = list(dict.fromkeys(code for _, _, code, _ in marks))
    rows: list[tuple[str, Sequence[Any]]] = [("source", ("talk.txt", 1, text, "", "default", "", "", 1))]
    rows += [("freecode", (code, f"About {code}", "default", "", "", at, 1, "red")) for at, code in enumerate(codes, 1)]
    rows += [
        ("coding", (codes.index(code) + 1, 1, text[start:end], float(start), float(end), 1, coder, "", ""))
        for start, end, code, coder in marks
    ]
    return run(path, RQDA, [*rows, *more])


def label_studio(
    text: str, regions: Iterable[tuple[int, int, str, str]], completed_by: Any = 7
) -> list[dict[str, Any]]:
    """One task with one annotation; a region is start, end, label and the quoted words."""
    results = [
        {
            "id": f"r{at}",
            "from_name": "label",
            "to_name": "text",
            "type": "labels",
            "value": {"start": start, "end": end, "text": words, "labels": [label]},
        }
        for at, (start, end, label, words) in enumerate(regions)
    ]
    annotation = {"id": 1, "completed_by": completed_by, "result": results, "was_cancelled": False}
    return [{"id": 1, "annotations": [annotation], "drafts": [], "predictions": [], "data": {"text": text}}]


def transcript_of(called: str, text: str) -> Transcript:
    """A transcript whose whole text is one turn."""
    return Transcript(called, text, (Turn(0, len(text)),))


def utf16(text: str, place: int) -> int:
    """Where a code point stands in UTF-16 units."""
    return len(text[:place].encode("utf-16-le")) // 2
