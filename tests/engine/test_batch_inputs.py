"""What a batch run is given: tables and files as people have them, and what it says of those that it cannot code."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import Workbook
from secondcoder.engine import staging
from secondcoder.engine.part_work import PartWork
from secondcoder.engine.parts import Part, PartOutcome
from secondcoder.errors import InputError
from secondcoder.study.batch_run import BatchOptions
from secondcoder.study.study import Study
from support.batch_checks import result_of, write_comments, write_interviews
from support.study_checks import write_csv


def test_a_manifest_that_was_changed_counts_in_the_next_run(trained_study: Study, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "p1.txt").write_text("I: Why?\n\nP: They explained the purpose over lunch.")
    for case in ("North", "South"):
        write_csv(folder / "manifest.csv", [{"file": "p1.txt", "case": case}])
        trained_study.code_batch([folder], tmp_path / case, BatchOptions(everything=True))
        assert set(result_of(tmp_path / case)["case"]) == {case}


@pytest.mark.usefixtures("small_parts")
def test_bad_rows_and_files_are_told_and_stop_nothing(trained_study: Study, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.csv").write_bytes(
        b'id,text\n1,They explained the purpose over lunch.\n2,  \n3,"no\nroom"\n4,caf\xe9\n'
        + "5,Café, été\n".encode() * 0
        + "5,Né là: the room\n6,a,b\n7,NA\n8,#REF!\n".encode()
    )
    (folder / "b.csv").write_text("id,comment\n1,Room\n")
    (folder / "c.csv").write_text('text\n"never closed\nand so on\n')
    (folder / "empty.txt").write_text("")
    (folder / "good.txt").write_text("I: Why?\n\nP: They explained the purpose over lunch.")
    run = trained_study.code_batch([folder], tmp_path / "run")
    failed = [json.loads(line) for line in (tmp_path / "run" / "failed.jsonl").read_text().splitlines()]
    told = {(each["input"], each["place"]): each["why"] for each in failed}
    assert told.keys() == {
        *(("a.csv", f"line {line}") for line in (3, 6, 8, 10)),
        *((name, "") for name in ("b.csv", "c.csv", "empty.txt")),
    }
    assert told["a.csv", "line 3"] == "the row has no text"
    assert told["a.csv", "line 6"] == "not text in utf-8"
    assert "3 cells, but the header has 2" in told["a.csv", "line 8"]
    assert told["b.csv", ""].startswith("has no column 'text'; its columns: id, comment.")
    assert "quotation mark unclosed" in told["c.csv", ""]
    summary = {name: run.summary[name] for name in ("inputs", "failed_inputs", "rows", "failed_rows", "transcripts")}
    assert summary == {"inputs": 5, "failed_inputs": 3, "rows": 4, "failed_rows": 4, "transcripts": 5}


def test_rows_of_a_transcript_that_stand_apart_are_refused(trained_study: Study, tmp_path: Path) -> None:
    rows = [{"transcript": name, "text": f"They explained {name}."} for name in "abcab"]
    with pytest.raises(InputError, match=r"the rows of 2 transcripts stand apart, with others between them. Sort"):
        trained_study.code_batch([write_csv(tmp_path / "t.csv", rows)], tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_transcript_that_never_ends_is_refused(
    trained_study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "MOST_ROWS", 20)
    rows = [{"transcript": "all", "text": f"They explained {number}."} for number in range(21)]
    with pytest.raises(InputError, match="line 22: transcript 'all' has more than 20 rows"):
        trained_study.code_batch([write_csv(tmp_path / "t.csv", rows)], tmp_path / "run")


def test_columns_are_named(trained_study: Study, tmp_path: Path) -> None:
    table = write_comments(tmp_path / "comments.csv", 10, title="What was it like?")
    asked = BatchOptions(columns={"text": "What was it like?"})
    trained_study.code_batch([table], tmp_path / "run", asked)
    result = result_of(tmp_path / "run")
    assert set(result["id"]) <= {f"c{number}" for number in range(10)}
    assert [f"c{row - 1}" for row in result["row"]] == list(result["id"])
    with pytest.raises(
        InputError, match=r"no column 'What was it'; its columns: id, What was it like\?\. Did you mean"
    ):
        trained_study.code_batch([table], tmp_path / "other", replace(asked, columns={"text": "What was it"}))


class Meddling:
    """An engine during whose work somebody changes a file, or takes it away."""

    def __init__(self, file: Path, content: str | None) -> None:
        self._file, self._content = file, content

    def run(self, work: PartWork, parts: Iterable[Part], done: Callable[[PartOutcome], None]) -> None:
        original = self._file.read_text()
        if self._content is None:
            self._file.unlink()
        else:
            self._file.write_text(self._content)
        for part in parts:
            done(work(part))
        self._file.write_text(original)


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize(
    ("content", "told"),
    [("P: They explained.", "p2.txt and p3.txt changed since the run began"), (None, "p3.txt cannot be read")],
)
def test_a_file_that_is_away_or_another_is_no_file_that_failed(
    trained_study: Study, tmp_path: Path, content: str | None, told: str
) -> None:
    """It may be back when the run goes on."""
    folder = write_interviews(tmp_path / "in")
    run = trained_study.code_batch(
        [folder], tmp_path / "run", BatchOptions(engine=Meddling(folder / "p3.txt", content))
    )
    assert list(run.errors) == ["000002"]
    assert told in run.errors["000002"]
    assert trained_study.code_batch([folder], tmp_path / "run").summary["transcripts"] == 4


def test_files_of_one_name_in_two_folders_stay_apart(trained_study: Study, tmp_path: Path) -> None:
    one, other = write_interviews(tmp_path / "a" / "in"), write_interviews(tmp_path / "b" / "in", 1)
    (other / "p0.txt").write_text("I: Why?\n\nP: They explained the purpose over lunch, and I understood the meaning.")
    run = trained_study.code_batch([one, other], tmp_path / "run")
    assert run.summary["transcripts"] == 5
    texts = result_of(tmp_path / "run").query("input == 'b/in/p0.txt'")["text"]
    assert set(texts) == {"They explained the purpose over lunch, and I understood the meaning."}


def test_speakers_are_named_as_for_an_import(trained_study: Study, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "p1.txt").write_text("They explained the purpose over lunch.\n\nI understood the meaning.")
    run = trained_study.code_batch([tmp_path / "in"], tmp_path / "run")
    assert run.summary["failed_inputs"] == 1
    assert "--speakers none" in (tmp_path / "run" / "failed.jsonl").read_text()
    run = trained_study.code_batch([tmp_path / "in"], tmp_path / "named", BatchOptions(speakers=("none",)))
    assert (run.summary["failed_inputs"], run.summary["transcripts"]) == (0, 1)


def test_a_formula_without_a_value_is_no_empty_cell(trained_study: Study, tmp_path: Path) -> None:
    """As a program writes it that does not compute, and Excel has not saved since."""
    book = Workbook()
    for row in (("id", "text"), ("=1+1", "They explained the purpose."), ("2", '=CONCAT("a","b")'), ("3", "The room.")):
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    run = trained_study.code_batch([tmp_path / "t.xlsx"], tmp_path / "run")
    failed = [json.loads(line) for line in (tmp_path / "run" / "failed.jsonl").read_text().splitlines()]
    assert run.summary["rows"] == 1
    assert {each["place"]: each["why"].partition(".")[0] for each in failed} == {
        "row 2": "column 'id' holds a formula without a value",
        "row 3": "column 'text' holds a formula without a value",
    }
