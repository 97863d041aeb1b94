"""secondcoder code --out FOLDER/ as a user sees it: what it says, the exit status, the time left."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from secondcoder.cli.batch_run import TimeLeft, in_words, is_folder
from secondcoder.engine.this_process import ThisProcess
from secondcoder.study import batch_run
from secondcoder.study.study import Study
from support.batch_checks import digests, result_of, write_comments

Ran = tuple[int, str, str]


def test_a_run_its_second_call_and_its_merge(trained_study: Study, tmp_path: Path, run_cli: Callable[..., Ran]) -> None:
    table, out = write_comments(tmp_path / "comments.csv", 30, title="Comment"), f"{tmp_path}/coded/"
    call = ("-C", trained_study.folder, "code", table, "--columns", "text=Comment", "--out", out)
    status, shown, told = run_cli(*call)
    assert status == 0
    result = result_of(Path(out))
    assert f"{len(result):,} suggestions in 30 segments (30 rows) of 30 transcripts by model m0001" in told
    assert f"Written to {tmp_path}/coded/suggestions.parquet." in told
    counts = result["code"].value_counts()
    for code, suggestions in counts.items():
        assert [line.split()[-1] for line in shown.splitlines() if line.split()[:1] == [code]] == [str(suggestions)]
    before = digests(Path(out))
    status, shown, told = run_cli(*call)
    assert (status, "All parts were done before." in told) == (0, True)
    assert run_cli("code", "--merge", "--out", out)[0] == 0
    assert digests(Path(out)) == before


def test_what_cannot_be_coded_is_named_and_ends_with_1(
    trained_study: Study, tmp_path: Path, run_cli: Callable[..., Ran]
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    write_comments(folder / "a.csv", 5)
    (folder / "b.csv").write_text("No,Comment\n1,Room\n")
    status, _, told = run_cli("-C", trained_study.folder, "code", folder, "--out", tmp_path / "out/")
    assert status == 1
    assert f"Not coded: 1 file, each with the reason in {tmp_path}/out/failed.jsonl:" in told
    assert (
        "  b.csv: has no column 'text'; its columns: No, Comment. Say which holds what was said: --columns text=TITLE."
        in told
    )
    assert json.loads((tmp_path / "out" / "summary.json").read_text())["rows"] == 5


def test_a_run_that_is_stopped_says_how_to_go_on(
    trained_study: Study, tmp_path: Path, run_cli: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    table, out = write_comments(tmp_path / "comments.csv", 5), f"{tmp_path}/coded/"

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(ThisProcess, "run", stopped)
        status, _, told = run_cli("-C", trained_study.folder, "code", table, "--out", out)
    assert status != 0
    assert f"Stopped. What was done is kept in {tmp_path}/coded/; the same command goes on from there." in told
    told = run_cli("code", "--merge", "--out", out)[2]
    assert "1 part of 1 is not done: 1." in told


def test_vectors_computed_otherwise_than_those_learned_from_are_told_of(
    trained_study: Study, tmp_path: Path, run_cli: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_run, "computed_otherwise", lambda *_: "m0001 learned from others.")
    table = write_comments(tmp_path / "comments.csv", 5)
    told = run_cli("-C", trained_study.folder, "code", table, "--out", f"{tmp_path}/coded/")[2]
    assert "Note: m0001 learned from others." in told


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--merge",), "--merge needs the run's folder"),
        (("--out", "new/"), "Name what to code"),
        (("x.csv", "--out", "new/", "--recall", "0.8"), "a batch run has no such list"),
        (("--encoding", "cp1250"), "--encoding is for a batch run: name a folder with --out FOLDER/."),
        (("--shard", "1/4", "--out", "x.csv"), "--shard is for a batch run"),
    ],
)
def test_options_that_do_not_go_together(
    tmp_path: Path, run_cli: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    status, _, told = run_cli("code", *arguments)
    assert status == 2
    assert said in " ".join(told.split())
    assert not [*tmp_path.iterdir()]


def test_a_merge_where_no_run_began(tmp_path: Path, run_cli: Callable[..., Ran]) -> None:
    status, _, told = run_cli("code", "--merge", "--out", tmp_path / "nothing/")
    assert status == 1
    assert "No run has begun in" in told


def test_without_a_model_nothing_is_written(coded_study: Study, tmp_path: Path, run_cli: Callable[..., Ran]) -> None:
    table = write_comments(tmp_path / "comments.csv", 5)
    shutil.rmtree(coded_study.folder / "models", ignore_errors=True)
    status, _, told = run_cli("-C", coded_study.folder, "code", table, "--out", tmp_path / "out/")
    assert (status, "Train one: secondcoder -C" in told) == (1, True)
    assert not (tmp_path / "out").exists()


def test_a_folder_is_known_by_its_name_or_by_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "v1.2").mkdir()
    assert all(map(is_folder, ("coded/", "coded", f"{tmp_path}/v1.2", "a.b/")))
    assert not any(map(is_folder, ("coded.csv", "a/b.parquet")))


def test_the_time_left_is_of_this_call_and_of_the_work() -> None:
    now = 100.0
    left = TimeLeft(lambda: now)
    assert left.seconds(600, 1000) is None  # done by earlier calls
    now = 160.0  # a minute of loading
    assert left.seconds(610, 1000) is None
    now = 170.0
    assert left.seconds(630, 1000) == pytest.approx((1000 - 630) / 2)
    now = 270.0
    assert left.seconds(830, 1000) == pytest.approx(170 / 2)
    assert left.seconds(1000, 1000) == 0


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, ""), (12, "less than a minute left"), (200, "about 3 min left"), (7500, "about 2 h 5 min left")],
)
def test_the_time_left_in_words(seconds: float | None, words: str) -> None:
    assert in_words(seconds) == words
