"""Damage of any kind: `check` names it, whatever else is damaged, and every other command works or ends in one clear sentence."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from types import SimpleNamespace

import pytest
from secondcoder.audit import verify
from secondcoder.errors import SecondcoderError
from secondcoder.model_store.folder import _dump, _seal
from secondcoder.store import open_store, schema
from secondcoder.store.column_rules import SHAPES, rule_of
from secondcoder.study.examine import examine
from secondcoder.study.study import Study
from sqlalchemy import JSON
from support.audit_checks import eventful
from support.damaged_cells import Damage, damages, surely_wrong, write

TABLES = [table.name for table in schema.metadata.sorted_tables]
COMMANDS = (
    ("check", "--audit"),
    ("status",),
    ("code",),
    ("export",),
    ("agree",),
    ("open", "--no-browser"),
)
Ran = tuple[int, str, str]
Run = Callable[..., Ran]


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory, _empty: Path) -> Path:
    """A study with rows in every table."""
    folder = Path(shutil.copytree(_empty, tmp_path_factory.mktemp("full") / "study"))
    study = eventful(Study(folder))
    study.close()
    return folder


@pytest.fixture
def run(run_cli: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line, with a review that ends when it has begun. A bug would leave it with a traceback, and so end the test."""

    nowhere = SimpleNamespace(getsockname=lambda: ("127.0.0.1", 1), close=lambda: None)
    monkeypatch.setattr("secondcoder.review.serving.listen", lambda *_: nowhere)
    monkeypatch.setattr("secondcoder.review.serving.serve", lambda *_arguments, **_options: None)
    return run_cli


def copied(folder: Path, to: Path) -> Path:
    return Path(shutil.copytree(folder, to / "damaged"))


def assert_plain(ran: Ran, what: object) -> None:
    code, _, said = ran
    assert code in (0, 1), what
    assert "Traceback" not in said, what
    assert code == 0 or "secondcoder" in said or "fault" in said, (what, said)


def test_every_column_of_json_has_a_shape() -> None:
    columns = [column for table in schema.metadata.sorted_tables for column in table.columns]
    assert {(c.table.name, c.name) for c in columns if isinstance(c.type, JSON)} == set(SHAPES)
    assert all(rule_of(column) for column in columns)


def test_a_study_with_rows_in_every_table_has_no_damage(full: Path) -> None:
    assert not [fault for fault in examine(full)[0] if "damaged" in fault]
    store = open_store("sqlite:///study.db", full)
    assert all(store.count(table) for table in schema.metadata.sorted_tables)
    store.close()


@pytest.mark.parametrize("table", TABLES)
def test_check_names_every_damaged_column_of_a_table(table: str, full: Path, tmp_path: Path, run: Run) -> None:
    folder = copied(full, tmp_path)
    written = write(folder, surely_wrong(table))
    found = "\n".join(examine(folder)[0])
    missed = [damage.column for damage in written if f"its {damage.column} " not in found]
    assert (bool(written), missed) == (True, [])
    for command in COMMANDS:
        assert_plain(run("-C", folder, *command), (table, command))


def test_damage_in_two_tables_and_two_files_is_all_named(full: Path, tmp_path: Path) -> None:
    folder = copied(full, tmp_path)
    write(
        folder,
        [
            Damage("codings", "origin", "overheard"),
            Damage("decisions", "at", "yesterday"),
            Damage("turns", "start", "x"),
        ],
    )
    (folder / "codebook.yml").write_text("- not\n- a codebook\n")
    (folder / "secondcoder.toml").write_text("[learning\n")
    found = examine(folder)[0]
    for words in (
        "'overheard', which is not one of",
        "'yesterday', which is not a date",
        "turns row",
        "codebook.yml",
        "not valid TOML",
    ):
        assert any(words in fault for fault in found), (words, found)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DELETE FROM transcripts WHERE id = 't1'", "there is no such row in transcripts"),
        ("UPDATE codings SET codebook = 'gone'", "there is no such row in codebooks"),
        ("UPDATE codings SET decision = 99 WHERE decision > 0", "its decision is 99, and there is no such decision"),
        ("UPDATE coding_passes SET after_change = 7", "there is no such change of the codebook"),
        ('UPDATE turns SET "end" = "end" + 3 WHERE position = 1', "begins before the turn before it ends"),
        ('UPDATE suggestions SET "end" = 9999 WHERE id IN (SELECT max(id) FROM suggestions)', "past the end of"),
        ("UPDATE models SET in_use = 1", "several versions are in use"),
        ("UPDATE codebooks SET yaml = 'x: 1'", "not a valid codebook"),
        ("DROP TABLE cell_notes", "the table cell_notes is missing"),
        ("ALTER TABLE cases DROP COLUMN attributes", "the column attributes of cases is missing"),
    ],
)
def test_rows_that_do_not_go_together_are_named(
    statement: str, words: str, full: Path, tmp_path: Path, run: Run
) -> None:
    import sqlite3

    folder = copied(full, tmp_path)
    connection = sqlite3.connect(folder / "study.db", isolation_level=None)
    connection.execute("DROP TRIGGER IF EXISTS decisions_stay")
    connection.execute(statement)
    connection.close()
    assert any(words in fault for fault in examine(folder)[0]), examine(folder)[0]
    for command in COMMANDS[:4]:
        assert_plain(run("-C", folder, *command), (statement, command))


def zeroed(path: Path, page: int, size: int = 4096) -> None:
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(bytes(size))


def flipped(path: Path, rng: random.Random) -> None:
    content = bytearray(path.read_bytes())
    for _ in range(20):
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    path.write_bytes(content)


def test_a_zeroed_page_of_an_index_is_found(full: Path, tmp_path: Path) -> None:
    import sqlite3

    folder = copied(full, tmp_path)
    connection = sqlite3.connect(folder / "study.db")
    (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'ix_codings_transcript'").fetchone()
    connection.close()
    zeroed(folder / "study.db", page)
    assert any("own check" in fault for fault in examine(folder)[0])


@pytest.mark.parametrize("seed", [*range(3), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(3, 60))])
def test_any_page_may_be_gone_or_bits_of_it_turned(seed: int, full: Path, tmp_path: Path, run: Run) -> None:
    rng, folder = random.Random(seed), copied(full, tmp_path)
    path = folder / "study.db"
    if seed % 2:
        zeroed(path, rng.randrange(1, path.stat().st_size // 4096 + 1))
    else:
        flipped(path, rng)
    for command in COMMANDS:
        assert_plain(run("-C", folder, *command), (seed, command))


@pytest.mark.slow
@pytest.mark.minutes
@pytest.mark.parametrize("table", TABLES)
def test_every_wrong_value_in_every_column(table: str, full: Path, tmp_path: Path, run: Run) -> None:
    """Each alone: named by `check`, or by the trail's verification where it might be right; other commands, in turn, end plainly."""
    before = set(examine(full)[0])
    by_turns = cycle(COMMANDS[1:])
    for number, damage in enumerate(each for each in damages() if each.table == table):
        folder = copied(full, tmp_path / str(number))
        if write(folder, [damage]):
            found = set(examine(folder)[0]) - before
            assert found or damage.column in UNHELD or _trail_differs(folder), damage
            for command in (COMMANDS[0], next(by_turns)):
                assert_plain(run("-C", folder, *command), (damage, command))
        shutil.rmtree(folder)


UNHELD = ("id",)
"""Another number of a row of marks or suggestions goes unnoticed: it means nothing."""


def _trail_differs(folder: Path) -> bool:
    store = open_store("sqlite:///study.db", folder)
    try:
        return bool(verify(store).faults)
    except SecondcoderError:
        return True
    finally:
        store.close()


# -- the folder --------------------------------------------------------------------------------------------------------------------


def no_file(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink()


def folder_instead(path: Path) -> None:
    no_file(path)
    path.mkdir()


def file_instead(path: Path) -> None:
    no_file(path)
    path.write_bytes(b"\x00\xff\xfe words")


def half(path: Path) -> None:
    if path.is_file():
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize("change", [no_file, folder_instead, file_instead, half])
@pytest.mark.parametrize(
    "name",
    ["secondcoder.toml", "codebook.yml", "study.db", "models", "models/m0001", "models/m0001/manifest.json", ".cache"],
)
def test_files_that_are_none(change: Callable[[Path], None], name: str, trained_study: Study, run: Run) -> None:
    trained_study.close()
    folder = trained_study.folder
    change(folder / name)
    if name != ".cache" and not (change is half and (folder / name).is_dir()):
        code, out, _ = run("-C", folder, "check")
        assert (code, Path(name).parts[0].split(".")[0] in out or "m0001" in out or "study" in out) == (1, True), out
    for command in (("status",), ("code",), ("open", "--no-browser")):
        assert_plain(run("-C", folder, *command), (change, name, command))


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root reads everything")
def test_files_that_nobody_may_read(trained_study: Study, run: Run) -> None:
    for name in ("secondcoder.toml", "codebook.yml", "models/m0001/manifest.json"):
        (trained_study.folder / name).chmod(0)
        for command in COMMANDS:
            assert_plain(run("-C", trained_study.folder, *command), (name, command))
        (trained_study.folder / name).chmod(0o600)


@pytest.mark.parametrize("sealed", [True, False])
@pytest.mark.parametrize("value", [None, "words", [1], {"a": 1}])
def test_a_forged_manifest(value: object, sealed: bool, trained_study: Study, run: Run) -> None:
    """Each key of another kind, also with the seal computed anew: never used, always told."""
    trained_study.close()
    path = trained_study.folder / "models" / "m0001" / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    for key in ("files", "format", "codebook", "embedder", "scored", "exemplars", "sha256"):
        if manifest[key] == value:
            continue
        forged = manifest | {key: value}
        if sealed and key != "sha256":
            forged["sha256"] = _seal(forged)
        path.write_bytes(_dump(forged))
        code, out, _ = run("-C", trained_study.folder, "check")
        assert (code, "Model m0001" in out) == (1, True), (key, out)
        assert_plain(run("-C", trained_study.folder, "code"), key)


@pytest.mark.parametrize(
    "text",
    [
        "learning = 3",
        "[learning]\nseed = 'x'",
        "[embedding]\nmodel = 5",
        "[review]\nblind = []",
        "\x00",
        "a = 1\na = 2",
        "store = 'x'",
    ],
)
def test_settings_of_another_kind(text: str, full: Path, tmp_path: Path, run: Run) -> None:
    folder = copied(full, tmp_path)
    (folder / "secondcoder.toml").write_text(text)
    code, out, _ = run("-C", folder, "check")
    assert (code, "secondcoder.toml" in out) == (1, True)
    for command in (("status",), ("code",)):
        assert_plain(run("-C", folder, *command), (text, command))
