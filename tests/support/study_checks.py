"""What tests of studies share: files for them, and ways to see that nothing changed."""

from __future__ import annotations

import csv
import hashlib
import io
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import numpy as np
import pytest
from secondcoder.model_store.training_lock import LOCK
from secondcoder.study.change_lock import LOCK as CHANGE
from secondcoder.study.study import Study
from sqlalchemy import create_engine, event, text

TALK = Path(__file__).with_name("talk.csv")
CODED = ("ash_gp", "ash_nurse", "beech_gp", "beech_reception", "oak_nurse", "oak_pm")
UNCODED = "elder_gp"
CHEAP = '[embedding]\nmodel = "words"\n'
"""Settings of a study that needs no weights."""
LEARNING = ("secondcoder.learning.model.train_model", "secondcoder.learning.assessment.assess.assess")


def write_csv(path: Path, rows: Iterable[Mapping[str, object]]) -> Path:
    """A coded table; columns in the order of their appearance."""
    rows = list(rows)
    columns = dict.fromkeys(column for row in rows for column in row)
    out = io.StringIO()
    writer = csv.DictWriter(out, list(columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8")
    return path


def talk_rows() -> list[dict[str, str]]:
    """The rows of the invented coded table, to change and to write again."""
    with TALK.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def dump(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of a study's store, read past secondcoder."""
    engine = create_engine(f"sqlite:///{folder / 'study.db'}")
    with engine.connect() as connection:
        names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")).scalars()
        tables = {
            name: sorted(map(tuple, connection.execute(text(f'SELECT * FROM "{name}"'))), key=repr)
            for name in names.all()
        }
    engine.dispose()
    return tables


def listing(folder: Path) -> dict[str, str]:
    """Every file of a folder with a hash of its content, the database's own files and the empty ones that are locked apart."""
    apart = ("study.db", LOCK, CHANGE)
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith(apart))
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
        if ".cache" not in path.parts
    }


def everything(folder: Path) -> tuple[dict[str, list[tuple[Any, ...]]], dict[str, str]]:
    """What must be the same before and after a refusal."""
    return dump(folder), listing(folder)


def limit_pages(engine: Any, spare: int = 0) -> None:
    """A full disk: each new connection of the engine may only grow the database by `spare` pages."""

    def limit(connection: Any, _record: Any) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + spare}")

    event.listen(engine, "connect", limit)
    engine.dispose()


def train_remembering(study: Study) -> dict[str, Any]:
    """Train, and give what each part of the learning came to, for `recall_learning`."""
    learned: dict[str, Any] = {}

    def remembering(place: str) -> Callable[..., Any]:
        work = resolve_name(place)

        def call(*arguments: Any, **options: Any) -> Any:
            learned[place] = work(*arguments, **options)
            return learned[place]

        return call

    with pytest.MonkeyPatch.context() as patch:
        for place in LEARNING:
            patch.setattr(place, remembering(place))
        study.train()
    return learned


def recall_learning(patch: pytest.MonkeyPatch, learned: dict[str, Any]) -> None:
    """Training ends at once with what it gave before."""
    for place in LEARNING:
        patch.setattr(place, lambda *_arguments, place=place, **_options: learned[place])


@contextmanager
def training_elsewhere(folder: Path, what: str) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the study as a training does, until the end of the block."""
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from secondcoder.model_store.training_lock import one_training\n"
        "with one_training(Path(sys.argv[1]), sys.argv[2]):\n"
        "    print('holding', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", program, str(folder), what]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "holding\n"
        yield process


def write_talks(folder: Path, number: int) -> list[Path]:
    """Interviews in the words of `talk_rows`, drawn anew."""
    words = np.array(" ".join(row["text"] for row in talk_rows()).replace(".", "").lower().split())
    rng, paths = np.random.default_rng(0), []
    for name in range(number):
        sentences_of = (" ".join(rng.choice(words, 9)).capitalize() + "." for _ in range(15))
        answers = [" ".join(next(sentences_of) for _ in range(1 + at)) for at in range(5)]
        path = folder / f"talk {name}.txt"
        path.write_text("".join(f"I: And how was that?\n\nR: {answer}\n\n" for answer in answers), encoding="utf-8")
        paths.append(path)
    return paths
