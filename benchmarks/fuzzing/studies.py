"""What is read against a study: sheets that come back, model versions, kept arrays, and requests to the web application."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from secondcoder.agreement.adjudication import read_sheet as read_adjudications
from secondcoder.block_cache.shard_file import KEY, read_shard, write_shard
from secondcoder.embedding.model_folder import MODULES, PROMPTS, WINDOW, ModelFolder
from secondcoder.exchange.tables.rows import read_rows
from secondcoder.learning.kept_results import KeptResults
from secondcoder.model_store.folder import MANIFEST, write_folder
from secondcoder.model_store.version import ARRAYS, load_version
from secondcoder.review.app import GET, POST, make_app
from secondcoder.review.retrain_runner import RetrainRunner
from secondcoder.review.security import LoginLinks
from secondcoder.review.session import ReviewSession
from secondcoder.review.spreadsheet import read_sheet
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study
from support.client import Client
from support.places import ROOT
from support.review_checks import hand_coded, small_study

from fuzzing.changes import NUMBERS, SIGNS, VALUES, altered_text
from fuzzing.seeds import Seed

CHEAP = '[embedding]\nmodel = "words"\n[learning]\nbootstrap = 100\n'
Read = Callable[[Path], object]


class Studies:
    """Studies made once, of which each process opens copies of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name, fill in (("review", small_study), ("hand", hand_coded)):
            study = self._new(name)
            fill(study)
            study.close()
        trained = self._new("trained")
        trained.import_files([ROOT / "tests" / "support" / "talk.csv"])
        trained.train()
        self.version = str(trained.model_in_use)
        trained.close()
        self._opened: dict[str, Study] = {}

    def _new(self, name: str) -> Study:
        Study.create(self.folder / name, "npt-core").close()
        (self.folder / name / CONFIGURATION).write_text(CHEAP, encoding="utf-8")
        return Study(self.folder / name)

    def open(self, name: str) -> Study:
        """A copy, opened once by each process."""
        if name not in self._opened:
            copy = self.folder / f"{name}-copy"
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(self.folder / name, copy)
            self._opened[name] = Study(copy)
        return self._opened[name]

    def written(self, name: str, *command: str, needed: tuple[str, ...] = ()) -> Seed:
        """A sheet that a command writes, as CSV, so that many can be read."""
        from click.testing import CliRunner
        from secondcoder.cli import cli

        path = self.folder / "sheet.xlsx"
        done = CliRunner().invoke(cli, ["-C", str(self.folder / name), *command, str(path)], catch_exceptions=False)
        if done.exit_code:
            raise SystemExit(done.output)
        rows, out = read_rows(path, needed), io.StringIO()
        writer = csv.DictWriter(out, list(rows[0].cells))
        writer.writeheader()
        writer.writerows(row.cells for row in rows[:6])
        path.unlink()
        return Seed("sheet.csv", out.getvalue().encode())


def reviewing(studies: Studies) -> Read:
    """Decisions on suggestions."""
    review: list[ReviewSession] = []

    def read(path: Path) -> None:
        if not review:
            review.append(ReviewSession(studies.open("review")))
        read_sheet(review[0], "Ana", path)

    return read


def adjudicating(studies: Studies) -> Read:
    """Outcomes of disagreements."""
    found: list[Any] = []

    def read(path: Path) -> None:
        study = studies.open("hand")
        if not found:
            found.append(study.disagreements())
        read_adjudications(path, found[0], study.codebook, "consensus")

    return read


def charting(studies: Studies) -> Read:
    """Summaries and lights of a matrix."""
    return lambda path: studies.open("hand").read_notes(path)


def model_versions(studies: Studies) -> Read:
    """A version whose manifest or arrays somebody made, with every hash that fits."""
    about: list[Any] = []

    def read(path: Path) -> None:
        study = studies.open("trained")
        if not about:
            own = study.folder / "models" / studies.version
            files = {each.name: each.read_bytes() for each in own.iterdir()}
            about.append((json.loads(files.pop(MANIFEST)), files, study.codebook, study.workspace().pipeline.embedder))
        manifest, files, book, embedder = about[0]
        if path.name == ARRAYS:
            files = files | {ARRAYS: path.read_bytes()}
        else:
            try:
                manifest = json.loads(path.read_bytes())
            except ValueError:
                return
            if not isinstance(manifest, dict):
                return
        manifest = {key: value for key, value in manifest.items() if key not in ("files", "sha256", "format")}
        folder = studies.folder / "versions"
        shutil.rmtree(folder, ignore_errors=True)
        write_folder(folder, f"m-{path.stem}", manifest, files)
        load_version(folder, f"m-{path.stem}", book, embedder)

    return read


def model_seeds(studies: Studies) -> list[Seed]:
    """Arrays and manifest of a version."""
    own = studies.folder / "trained" / "models" / studies.version
    return [Seed(name, (own / name).read_bytes()) for name in (ARRAYS, MANIFEST)]


def kept_arrays(path: Path) -> None:
    """What is kept of long computations, and of vectors: a damaged file counts as none."""
    if path.suffix == ".npz":
        folder = path.with_name("kept")
        shutil.rmtree(folder, ignore_errors=True)
        results = KeptResults(folder)
        results.arrays(lambda: 1, lambda: {"a": np.zeros(2)})
        next(folder.iterdir()).write_bytes(path.read_bytes())
        results.arrays(lambda: 1, lambda: {"a": np.zeros(2)})
    elif shard := read_shard(path):
        for _, block in shard.blocks():
            bytes(block)


def kept_seeds(folder: Path) -> list[Seed]:
    """A file of arrays, and one of blocks."""
    out = io.BytesIO()
    np.savez(out, a=np.arange(6.0).reshape(2, 3), b=np.array(["x", "yy"]), c=np.array(True))
    keys = np.array([(1, 2), (3, 4)], dtype=KEY)
    shard = write_shard(folder, keys, [b"abcd" * 4, b"efgh" * 4])
    return [Seed("k.npz", out.getvalue()), Seed("k.shard", shard.read_bytes())]


def embedder_folders(path: Path) -> None:
    """A folder of sentence-transformers' whose settings somebody wrote."""
    folder = path.with_name("embedder")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"x")
    for name in (MODULES, PROMPTS, WINDOW, "config.json"):
        (folder / name).write_bytes(path.read_bytes())
    model = ModelFolder(folder, path.stem)
    _ = model.places, model.weights, model.rest, model.first, model.pools_by_mean, model.window, model.prompt()


EMBEDDER_SEEDS = [
    Seed(
        "m.json",
        json.dumps(
            [{"path": "", "type": "sentence_transformers.models.Transformer"}, {"path": "1", "type": "x.Pooling"}]
        ).encode(),
    ),
    Seed(
        "m.json",
        json.dumps({"prompts": {"query": "query: "}, "default_prompt_name": "query", "max_seq_length": 16}).encode(),
    ),
]

VERDICTS = (
    "accept",
    "reject",
    "change",
    "add",
    "undo",
    "nothing",
    "unsure",
    "confirm",
    "take",
    "code",
    "remove",
    "read",
    "unread",
    "newcode",
)
FIELDS = (
    "verdict", "passage", "request", "suggested", "code", "start", "end", "valence", "memo", "seconds", "undoes", "no_other",
    "at", "transcript", "case", "wave", "least", "text", "undecided", "by", "filter_code", "rows", "family", "open", "tab",
    "role", "action", "key", "which", "part", "from", "to", "turn", "words", "holds", "id", "name", "parent", "definition",
    "sure", "back", "into", "codebook", "summary", "light", "seen", "other", "words:CO", "valence:CO", "tick CO", "row CO",
    "past", "undone", "beside", "below", "coder", "done",
)  # fmt: skip


def requests(studies: Studies) -> Read:
    """A request to the review, as whoever is logged in may send it: never a bug on the server's side."""
    client: list[Client] = []

    def read(path: Path) -> None:
        if not client:
            review, logins = ReviewSession(studies.open("review")), LoginLinks()
            runner = RetrainRunner(review.study.folder)
            runner.start = lambda *_args, **_options: None  # type: ignore[method-assign]
            app = make_app(review, logins, frozenset({"testserver"}), runner)
            client.append(Client(review, logins, "ada", adjudicates=True, app=app))
            client.append(Client(review, logins, "ada", app=app))
        try:
            asked = json.loads(path.read_bytes())
        except ValueError:  # its bytes were altered once more
            return
        if not {"who", "path", "query", "form"} <= asked.keys():
            return
        who, form = client[asked["who"]], asked["form"]
        send = who.http.get if form is None else partial(who.http.post, data=form | {"mark": who.token})
        try:
            answer = send(asked["path"], params=asked["query"])
        except UnicodeEncodeError:  # half a character, which no client can send
            return
        if answer.status_code >= 500:
            raise AssertionError(f"{answer.status_code} for {asked}")

    return read


def a_request(_seed: bytes, rng: Random) -> bytes:
    """Some page with some fields, many of which fit."""
    words = altered_text()

    def value() -> str:
        way = rng.randrange(8)
        if way == 0:
            return str(rng.choice(VALUES)).encode("utf-8", "replace").decode()
        if way == 1:
            return rng.choice(NUMBERS)
        if way == 2:
            return rng.choice(SIGNS) * rng.choice((1, 3, 300))
        if way == 3:
            return words(b"t1:20-90", rng).decode("utf-8", "replace")[:2000]
        known = (
            "t1",
            "t2",
            "CO",
            "CP",
            "RM",
            "ada",
            "t1:12-83",
            "t1 12 83",
            "yes",
            "no",
            "case",
            "transcript",
            "promotes",
            "12",
            "83",
            "1",
            "GP",
            "late",
            *VERDICTS,
        )
        return rng.choice(known)

    def fields() -> dict[str, Any]:
        chosen = rng.sample(FIELDS, rng.choice((0, 1, 2, 4, 8, 20)))
        given: dict[str, Any] = {name: value() for name in chosen}
        if "holds" in given:
            given["holds"] = [value() for _ in range(rng.choice((0, 1, 3)))]
        if rng.random() < 0.5:
            given["verdict"], given["request"] = rng.choice(VERDICTS), str(rng.random())
        if rng.random() < 0.3:
            given["action"] = rng.choice(VERDICTS)
        return given

    form = fields() if rng.random() < 0.5 else None
    page = rng.choice(list(GET if form is None else POST))
    for part in ("{transcript:path}", "{code:path}"):
        page = page.replace(part, rng.choice(("t1", "t2", "CO", "nowhere", "%00", "a%2Fb", "t1/../t2", "é", "%FF")))
    asked = {"who": rng.randrange(2), "path": page, "query": fields() if rng.random() < 0.7 else {}, "form": form}
    return json.dumps(asked).encode("utf-8", "replace")
