"""A store of schema 0001 becomes one of today with all that was in it, chained."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from secondcoder.audit import verify
from secondcoder.codebook.yaml_file import load_codebook
from secondcoder.corpus import Corpus
from secondcoder.domain.records import Coding, CodingPass, Origin, Transcript, Turn
from secondcoder.store import migrations, opening
from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.exc import IntegrityError

URL = "sqlite:///study.db"
BOOK = load_codebook("npt-core")
MIGRATIONS = sorted(Path(migrations.__file__).parent.rglob("*.py"))


def old_store(folder: Path) -> None:
    """As the first release made it, with a transcript, a coding and a pass."""
    from alembic import command

    engine = create_engine(f"sqlite:///{folder / 'study.db'}")
    with engine.begin() as connection:
        config = opening._alembic()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        fill(connection)
    engine.dispose()


def fill(connection: Connection) -> None:
    rows = (
        "INSERT INTO codebooks VALUES (:hash, 'yaml', '2026-01-01')",
        "INSERT INTO transcripts (id, text, unitised, source, format, attributes, notes) "
        "VALUES ('t1', 'R: It was cold.', 0, '', '', '{}', '[]')",
        "INSERT INTO turns (transcript, position, start, \"end\", speaker) VALUES ('t1', 0, 3, 15, 'R')",
        'INSERT INTO codings (transcript, start, "end", code, coder, origin, valence, memo, codebook) '
        "VALUES ('t1', 3, 9, 'CO', 'maria', 'independent', NULL, 'old', :hash)",
        "INSERT INTO coding_passes (transcript, coder, start, \"end\", codes) VALUES ('t1', 'maria', 0, 15, '[\"CO\"]')",
        "INSERT INTO events (at, who, what, detail) VALUES ('2026-01-01', 'maria', 'study made', '{}')",
    )
    for row in rows:
        connection.execute(text(row), {"hash": BOOK.hash} if ":hash" in row else {})


def test_everything_is_kept(tmp_path: Path) -> None:
    old_store(tmp_path)
    store = opening.open_store(URL, tmp_path)
    assert store.transcripts() == [Transcript("t1", "R: It was cold.", (Turn(3, 15, "R"),))]
    assert store.codings() == Corpus(store).imported_codings == [Coding("t1", 3, 9, "CO", "maria", memo="old")]
    assert store.passes() == [CodingPass("t1", "maria", 0, 15, ("CO",), Origin.INDEPENDENT)]
    assert store.decisions() == []
    assert [event["what"] for event in store.events()] == [
        "study made", "transcripts", "codebook", "codings", "coding passes",
    ]  # fmt: skip
    assert verify(store).faults == ()
    store.close()


def test_the_checks_of_the_codings_hold_afterwards(tmp_path: Path) -> None:
    old_store(tmp_path)
    store = opening.open_store(URL, tmp_path)
    checks = inspect(store._engine).get_check_constraints("codings")
    assert [check["name"] for check in checks] == ["ck_codings_span"]
    store.close()


def test_the_log_is_closed_again_afterwards(tmp_path: Path) -> None:
    old_store(tmp_path)
    store = opening.open_store(URL, tmp_path)
    for statement in ("UPDATE events SET who = 'x'", "DELETE FROM events"):
        with pytest.raises(IntegrityError, match="append-only"), store._engine.begin() as connection:
            connection.execute(text(statement))
    store.close()


@pytest.mark.parametrize("path", MIGRATIONS, ids=lambda path: path.stem)
def test_a_migration_imports_nothing_of_secondcoder(path: Path) -> None:
    """What secondcoder's modules do may change; what a migration did to old studies may not."""
    imported = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            imported.append(f"{'.' * node.level}{node.module or ''}")
    assert [name for name in imported if name.startswith(("secondcoder", "."))] == []
