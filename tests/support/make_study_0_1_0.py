"""How tests/support/study-0.1.0.zip came to be; run with secondcoder 0.1.0, never with the code beside it.

    USER=researcher LOGNAME=researcher python make_study_0_1_0.py talk.csv study-0.1.0.zip

The study is made with the command line, and its decisions with what the review's page calls. In it are transcripts of three formats,
codings by two coders, a blind and an ordinary review with an undo, a review sheet and an adjudication sheet taken in, a code split and
its codings assigned, a renamed code, and two model versions. Beside it lie the outputs of 0.1.0 and sheets that wait to be taken in.
All talk is invented.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml
from openpyxl import load_workbook

SETTINGS = '[embedding]\nmodel = "words"\n[learning]\nbootstrap = 100\n[review]\nblind = 0.3\nbelow = 0.3\n'
INTERVIEW = """Interviewer: How did it begin?
GP: Somebody explained what it was over lunch, and I understood it then. It was explained again later.
Interviewer: And day to day?
GP: There is no room and no computer, so she sits in the corridor. The form takes too long.
Interviewer: Was it worth it?
GP: We looked back at the numbers in March and we felt it was worth it.
GP: It rained, and the tea was cold.
"""
CAPTIONS = """WEBVTT

00:00:01.000 --> 00:00:03.000
<v Interviewer>Did people know what it was for?</v>

00:00:04.000 --> 00:00:09.000
<v Nurse>I explained it until everybody understood what it was for.</v>

00:00:10.000 --> 00:00:12.000
<v Interviewer>What got in the way?</v>

00:00:13.000 --> 00:00:19.000
<v Nurse>Finding a room, always a room, and the time for the computer.</v>

00:00:20.000 --> 00:00:26.000
<v Nurse>We look at the numbers every month and it is worth it.</v>
"""


def main(talk: Path, out: Path) -> None:
    """Make the study, what 0.1.0 says of it, and the archive of both."""
    with TemporaryDirectory() as scratch:
        os.chdir(scratch)
        make(talk)
        sheets()
        outputs()
        older_stores()
        shutil.rmtree("study/.cache", ignore_errors=True)
        pack(out)


def make(talk: Path) -> None:
    """Everything that happens in the study."""
    secondcoder("init", "study", "--codebook", "npt-core", study=None)
    Path("study/secondcoder.toml").write_text(SETTINGS, encoding="utf-8")
    Path("Birch").mkdir()
    Path("Birch/birch_gp.txt").write_text(INTERVIEW, encoding="utf-8")
    Path("Birch/birch_nurse.vtt").write_text(CAPTIONS, encoding="utf-8")
    shutil.copy(talk, "talk.csv")
    secondcoder("import", "talk.csv", "Birch")
    secondcoder("train")
    secondcoder("code", "--out", "first.csv")
    review()
    secondcoder("review", "export", "review.xlsx", "--coder", "eva")
    fill("review.xlsx", {"decision": ("accept", "reject", "unsure"), "memo": ("by sheet",)})
    secondcoder("review", "import", "review.xlsx", "--coder", "eva")
    secondcoder("agree", "--no-model", "--sheet", "adjudication.xlsx")
    fill("adjudication.xlsx", {"outcome": ("the code holds", "the code does not hold")})
    secondcoder("agree", "--settle", "adjudication.xlsx")
    change_the_codebook()
    secondcoder("retrain", "--promote")
    secondcoder("code", "--out", "second.csv")


def review() -> None:
    """Decisions of two coders: blind codings, accepted, rejected and changed suggestions, a code removed, an undo."""
    from secondcoder.review.desk import Desk
    from secondcoder.review.words import read_word
    from secondcoder.study import Study

    study = Study("study")
    desk = Desk(study)
    numbers = iter(range(1, 1000))

    def say(coder: str, passage: object, verdict: str, **fields: str) -> None:
        sent = {"verdict": verdict, "passage": passage.key, "request": f"request-{next(numbers)}", "seconds": "3.5"}  # type: ignore[attr-defined]
        desk.decide(coder, read_word(sent | fields))

    for at, passage in enumerate(passage for passage in desk.passages if passage.is_blind):
        for coder in ("dora", "eva"):
            if at % 2 == 0:
                say(coder, passage, "add", code="CO")
            say(coder, passage, "looked")
        if at == 0:
            say("dora", passage, "remove", code="CO", memo="not after all")
        elif passage.suggestions:
            say("dora", passage, "accept", suggested=passage.suggestions[0].code, memo="seen after all")
    for at, passage in enumerate(passage for passage in desk.passages if passage.suggestions and not passage.is_blind):
        suggested = passage.suggestions[0].code
        if at % 3 == 0:
            say("dora", passage, "accept", suggested=suggested, valence="inhibits", memo="no room \N{GRINNING FACE}")
        elif at % 3 == 1:
            say("dora", passage, "reject", suggested=suggested)
        else:
            say("dora", passage, "change", suggested=suggested, code="CP")
        if at == 0:
            say("dora", passage, "undo")
    study.close()


def change_the_codebook() -> None:
    """CA split in two, two of its codings assigned; F1 renamed."""
    book = yaml.safe_load(Path("study/codebook.yml").read_text(encoding="utf-8"))
    names = {"CA": "CA.SPACE", "F1": "LEAD"}
    codes = []
    for code in book["codes"]:
        for excluded in code.get("excludes", ()):
            excluded["see"] = [names.get(see, see) for see in excluded.get("see", ())]
        if code["id"] == "CA":
            codes += [
                code | {"id": f"CA.{part}", "name": f"Collective action: {part}", "aliases": []}
                for part in ("SPACE", "TIME")
            ]
        else:
            codes.append(code | {"id": names.get(code["id"], code["id"])})
    text = yaml.safe_dump(book | {"codes": codes}, sort_keys=False, allow_unicode=True)
    Path("new.yml").write_text(text, encoding="utf-8")
    options = ("--split", "CA=CA.SPACE,CA.TIME", "--rename", "F1=LEAD", "--yes", "--sheet", "assign.xlsx")
    secondcoder("codebook", "change", "new.yml", *options)
    fill("assign.xlsx", {"new_code": ("CA.SPACE", "CA.TIME", "CA.SPACE|CA.TIME", "neither")}, most=8)
    secondcoder("codebook", "assign", "assign.xlsx")


def sheets() -> None:
    """Sheets that wait to be taken in, filled by hand."""
    Path("sheets").mkdir()
    secondcoder("review", "export", "sheets/review.xlsx", "--coder", "frida")
    fill("sheets/review.xlsx", {"decision": ("accept", "reject")})
    secondcoder("agree", "--no-model", "--sheet", "sheets/adjudication.xlsx")
    fill("sheets/adjudication.xlsx", {"outcome": ("the code holds", "the code does not hold")})
    secondcoder("codebook", "assign", "sheets/assign.xlsx", "--write")
    fill("sheets/assign.xlsx", {"new_code": ("CA.TIME",)})


def fill(sheet: str, columns: dict[str, tuple[str, ...]], most: int = 1000) -> None:
    """Write the words into the columns of a sheet, in turn, from the first row on."""
    book = load_workbook(sheet)
    table = book.worksheets[0]
    heads = [cell.value for cell in table[1]]
    assert table.max_row > 1, f"{sheet} is empty"
    for row in range(2, min(table.max_row, most + 1) + 1):
        for name, words in columns.items():
            table.cell(row, heads.index(name) + 1, words[(row - 2) % len(words)])
    book.save(sheet)


def outputs() -> None:
    """What 0.1.0 answers, each asked of a copy, since coding is itself an event."""
    Path("outputs").mkdir()
    for name, arguments in {
        "codings.csv": ("export", "--out", "outputs/codings.csv"),
        "as_made.csv": ("export", "--as-made", "--out", "outputs/as_made.csv"),
        "audit.csv": ("export", "--audit", "outputs/audit.csv"),
        "m0001.csv": ("code", "--model", "m0001", "--out", "outputs/m0001.csv"),
        "m0002.csv": ("code", "--model", "m0002", "--out", "outputs/m0002.csv"),
        "all.csv": ("code", "--all", "--out", "outputs/all.csv"),
    }.items():
        shutil.copytree("study", "copy")
        secondcoder(*arguments, study="copy")
        assert Path("outputs", name).stat().st_size > 100
        shutil.rmtree("copy")
    # A fault it names: codings of the split code wait to be assigned.
    shutil.copytree("study", "copy")
    Path("outputs/check.txt").write_text(secondcoder("check", "--audit", study="copy", fault=1), encoding="utf-8")
    shutil.rmtree("copy")


def older_stores() -> None:
    """The study's rows in stores of schema 0002 and 0003, and the events of each once 0.1.0 has migrated it, without times."""
    from alembic import command
    from secondcoder.store import opening
    from sqlalchemy import create_engine

    Path("older").mkdir()
    for revision in ("0002", "0003"):
        path = Path("older", f"{revision}.db")
        engine = create_engine(f"sqlite:///{path}")
        with engine.begin() as connection:
            config = opening._alembic()
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
        engine.dispose()
        with closing(sqlite3.connect(path, isolation_level=None)) as store:
            store.execute("ATTACH 'study/study.db' AS study")
            copy_rows(store, with_hash=revision == "0003")
            store.execute("DETACH study")
            store.execute("VACUUM")
        migrated = shutil.copy(path, "migrated.db")
        opening.open_store(f"sqlite:///{migrated}", Path.cwd()).close()
        with closing(sqlite3.connect(migrated)) as store:
            events = store.execute("SELECT id, who, what, detail FROM events ORDER BY id").fetchall()
        text = json.dumps([[*row, json.loads(detail)] for *row, detail in events], indent=0, sort_keys=True)
        Path(f"older/{revision}.json").write_text(text + "\n", encoding="utf-8")
        Path(migrated).unlink()


def copy_rows(store: sqlite3.Connection, with_hash: bool) -> None:
    """What stood in the study before its codebook changed; without hashes the events are a log, and say nothing of the rows."""
    (changed,) = store.execute("SELECT max(id) FROM study.events WHERE what = 'codebook'").fetchone()
    (book,) = store.execute("SELECT before FROM study.codebook_changes ORDER BY id LIMIT 1").fetchone()
    keep = {
        "events": f"id < {changed}" if with_hash else "what IN ('study made', 'import')",
        "codebooks": f"hash = '{book}'",
        "models": "version = 'm0001'",
        "suggestions": "model = 'm0001'",
        "codings": "after_change = 0",
        "coding_passes": "after_change = 0",
        "decisions": "after_change = 0",
    }
    for table in (
        "cases",
        "transcripts",
        "turns",
        "codebooks",
        "models",
        "suggestions",
        "decisions",
        "codings",
        "coding_passes",
        "events",
    ):
        columns = [name for _, name, *_ in store.execute(f"PRAGMA main.table_info({table})")]
        named = ", ".join(f'"{name}"' for name in columns)
        where = keep.get(table, "1")
        store.execute(
            f"INSERT INTO main.{table} ({named}) SELECT {named} FROM study.{table} WHERE {where} ORDER BY rowid"
        )
    store.execute("UPDATE main.models SET in_use = 1")


def pack(out: Path) -> None:
    """One archive, its files in order and all of one date."""
    roots = ("study", "sheets", "outputs", "older")
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(path for root in roots for path in Path(root).rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.as_posix(), (2026, 1, 1, 0, 0, 0))
            archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED, 9)


def secondcoder(*arguments: str, study: str | None = "study", fault: int = 0) -> str:
    """Run a command on the study; its output and messages. `fault` is the exit code that is expected."""
    at = ("-C", study) if study else ()
    command = [sys.executable, "-c", "from secondcoder.cli import main; main()", *at, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == fault, f"{arguments}: {done.stdout}{done.stderr}"
    return done.stdout + done.stderr


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
