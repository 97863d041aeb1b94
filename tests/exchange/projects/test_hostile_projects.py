"""Projects that somebody damaged or made to do harm: one clear error, and the study is as it was."""

from __future__ import annotations

import json
import sqlite3
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from secondcoder.errors import InputError
from secondcoder.exchange.importing import ImportOptions
from secondcoder.exchange.projects import json_file, sqlite_file
from support.native_projects import QUALCODER_17, label_studio, new_study, qualcoder, read_alone, run, taguette
from support.study_checks import everything

TALK = "I: How did it start?\nP1: With a call about it.\n"
MARK = (25, 36, "Start", "Ana")
SOURCE = ("source", (1, "t.txt", TALK, None, "", "", "", None))
CODE = ("code_name", (1, "A", "", None, "", "", "", None))


def made(folder: Path, *rows: tuple[str, Any], script: str = QUALCODER_17) -> Path:
    return run(folder / "p.qda" / "data.qda", script, rows).parent


def sql(folder: Path, *statements: str) -> Path:
    """A good project, and then these statements."""
    path = qualcoder(folder / "p.qda", [TALK], [MARK])
    connection = sqlite3.connect(path / "data.qda")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return path


def endless_view(folder: Path) -> Path:
    return sql(
        folder,
        "DROP TABLE code_text",
        "CREATE VIEW code_text AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) "
        "SELECT x AS ctid, 1 AS cid, 1 AS fid, '' AS seltext, 0 AS pos0, 1 AS pos1, 'a' AS owner, '' AS memo FROM n",
    )


def claims_two_gigabytes(folder: Path) -> Path:
    path = qualcoder(folder / "p.qda", [TALK], [MARK])
    data = bytearray((path / "data.qda").read_bytes())
    data[28:32] = struct.pack(">I", 2**31 // 4096)
    data[4096:] = bytes(len(data) - 4096)
    (path / "data.qda").write_bytes(data)
    return path


def cut_off(folder: Path) -> Path:
    path = qualcoder(folder / "p.qda", [TALK], [MARK])
    data = (path / "data.qda").read_bytes()
    (path / "data.qda").write_bytes(data[:5000])
    return path


def nested(folder: Path) -> Path:
    path = folder / "deep.json"
    path.write_text('[{"id": 1, "annotations": ' + "[" * 100_000, encoding="utf-8")
    return path


def nested_lines(folder: Path) -> Path:
    path = folder / "ana.jsonl"
    path.write_text('{"text": "a", "label": [[0, 1, "X"], ' + "[" * 100_000, encoding="utf-8")
    return path


def half_a_character(folder: Path) -> Path:
    path = folder / "half.json"
    path.write_text(json.dumps(label_studio("I: a \ud83d b", [(0, 1, "X", "I")])), encoding="utf-8")
    return path


def cut_json(folder: Path) -> Path:
    path = folder / "cut.json"
    path.write_text(json.dumps(label_studio(TALK, [(0, 1, "X", "I")]))[:-9], encoding="utf-8")
    return path


def foreign_bytes(folder: Path) -> Path:
    path = folder / "bytes.json"
    path.write_bytes(b'[{"id": 1, "annotations": [], "data": {"text": "\xff\xfe"}}]')
    return path


HOSTILE: dict[str, tuple[Callable[[Path], Path], str]] = {
    "a view that never ends": (endless_view, "not a|no cid|'code_text' has no"),
    "a claimed size": (claims_two_gigabytes, "cannot be read|no QualCoder|has no"),
    "a file that is cut off": (cut_off, "cannot be read|has no"),
    "bytes for a text": (
        lambda folder: made(folder, ("source", (1, "t", b"\xff\xfe", None, "", "", "", None)), CODE),
        "bytes stand where a text",
    ),
    "text that is no UTF-8": (
        lambda folder: sql(folder, "UPDATE source SET fulltext = CAST(x'49ff3a' AS TEXT)"),
        "bytes that are no text",
    ),
    "a category under itself": (
        lambda folder: made(folder, SOURCE, ("code_cat", (1, "A", "", "", "", 1))),
        "'A' stands under itself",
    ),
    "categories in a ring": (
        lambda folder: made(
            folder, SOURCE, ("code_cat", (1, "A", "", "", "", 2)), ("code_cat", (2, "B", "", "", "", 1))
        ),
        "stands under itself",
    ),
    "a negative position": (
        lambda folder: made(folder, SOURCE, CODE, ("code_text", (1, 1, 1, None, -9, 4, "Ana", "", "", None, 0))),
        "positions -9 to 4 are no span",
    ),
    "no position": (
        lambda folder: made(folder, SOURCE, CODE, ("code_text", (1, 1, 1, None, None, None, "Ana", "", "", None, 0))),
        "are no span",
    ),
    "a code that is not there": (
        lambda folder: made(folder, SOURCE, CODE, ("code_text", (1, 7, 1, None, 0, 4, "Ana", "", "", None, 0))),
        "a code that the project does not list",
    ),
    "nobody as coder": (
        lambda folder: made(folder, SOURCE, CODE, ("code_text", (1, 1, 1, None, 0, 4, None, "", "", None, 0))),
        "nobody is named as its coder",
    ),
    "a zero byte in a text": (
        lambda folder: made(folder, ("source", (1, "t", "I: a\x00b", None, "", "", "", None)), CODE),
        "no text",
    ),
    "no database at all": (
        lambda folder: (folder / "x.rqda", (folder / "x.rqda").write_text("no"))[0],
        "no SQLite database",
    ),
    "JSON nested 100,000 times": (nested, "nested too deep|no valid JSON"),
    "JSON lines nested 100,000 times": (nested_lines, "nested too deep|no valid JSON"),
    "half a character": (half_a_character, "half a character"),
    "JSON that is cut off": (cut_json, "no valid JSON"),
    "JSON that is no UTF-8": (foreign_bytes, "no UTF-8 from byte"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_one_error_and_the_study_as_it_was(tmp_path: Path, case: str) -> None:
    make, fault = HOSTILE[case]
    study = new_study(tmp_path)
    before = everything(tmp_path / "study")
    path = make(tmp_path)
    bytes_before = [each.read_bytes() for each in sorted(path.rglob("*"))] if path.is_dir() else path.read_bytes()
    with pytest.raises(InputError, match=fault):
        study.import_files([path], ImportOptions(add_codes=True))
    assert everything(tmp_path / "study") == before
    assert bytes_before == (
        [each.read_bytes() for each in sorted(path.rglob("*"))] if path.is_dir() else path.read_bytes()
    )


def test_more_work_than_a_study_is_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_file, "MOST_STEPS", 0)
    monkeypatch.setattr(sqlite_file, "STEP", 10)
    with pytest.raises(InputError, match=r"cannot be read \(interrupted\)"):
        read_alone_path(tmp_path)


def read_alone_path(tmp_path: Path) -> None:
    from secondcoder.exchange.projects.qualcoder import CODED_FORMAT

    read_alone(CODED_FORMAT, qualcoder(tmp_path / "p.qda", [TALK], [MARK]))


@pytest.mark.parametrize(
    ("name", "most", "fault"), [("LONGEST", 10, "too big"), ("MOST_CHARACTERS", 10, "more than 10 characters")]
)
def test_more_text_than_a_study_has_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, most: int, fault: str
) -> None:
    monkeypatch.setattr(sqlite_file, name, most)
    with pytest.raises(InputError, match=fault):
        read_alone_path(tmp_path)


@pytest.mark.parametrize(
    ("name", "fault"), [("MOST_BYTES", "Export it in parts"), ("MOST_PARTS", "more than 3 values")]
)
def test_more_json_than_a_study_is_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, fault: str
) -> None:
    monkeypatch.setattr(json_file, name, 3)
    path = tmp_path / "export.json"
    path.write_text(json.dumps(label_studio(TALK, [(0, 1, "X", "I")])), encoding="utf-8")
    with pytest.raises(InputError, match=fault):
        new_study(tmp_path).import_files([path])


def test_what_another_program_has_not_yet_written_is_read_and_left_alone(tmp_path: Path) -> None:
    """The last changes stand in a file beside the database while QualCoder or Taguette has it open."""
    path = taguette(tmp_path / "p.sqlite3", TALK, [MARK])
    open_elsewhere = sqlite3.connect(path)
    open_elsewhere.execute("PRAGMA journal_mode = WAL")
    open_elsewhere.execute("UPDATE highlights SET start_offset = 3, end_offset = 6, snippet = '<p>How</p>'")
    open_elsewhere.commit()
    copy, beside = tmp_path / "copy.sqlite3", tmp_path / "copy.sqlite3-wal"
    copy.write_bytes(path.read_bytes())
    beside.write_bytes(path.with_name("p.sqlite3-wal").read_bytes())
    open_elsewhere.close()
    kept = copy.read_bytes(), beside.read_bytes()
    assert kept[1]
    imported = new_study(tmp_path).import_files([copy], ImportOptions(add_codes=True))
    assert [each.span for each in imported.codings] == [(3, 6)]
    assert (copy.read_bytes(), beside.read_bytes()) == kept


def test_a_trigger_or_a_view_of_the_program_itself_does_no_harm(tmp_path: Path) -> None:
    path = sql(
        tmp_path,
        "CREATE VIEW code_text_visible AS SELECT * FROM code_text",
        "CREATE TRIGGER t AFTER INSERT ON code_text BEGIN DELETE FROM source; END",
    )
    assert len(new_study(tmp_path).import_files([path], ImportOptions(add_codes=True)).codings) == 1
