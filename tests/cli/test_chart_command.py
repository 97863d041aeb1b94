"""`secondcoder chart`: what it prints and writes, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from secondcoder.domain.records import Case, Coding, Transcript
from secondcoder.study.study import Study
from support.review_checks import talk

Ran = Callable[..., tuple[int, str, str]]


def test_it_prints_the_main_findings_and_says_what_it_wrote(run_cli: Ran, coded_study: Study) -> None:
    code, out, err = run_cli("-C", coded_study.folder, "chart")
    assert code == 0
    assert out.splitlines()[0].endswith("transcripts count.")
    folder = coded_study.folder / "findings"
    assert f"Wrote {folder}: report.html, matrix.xlsx, appendix.docx, results.docx and" in err
    for name in ("report.html", "matrix.xlsx", "appendix.docx", "results.docx", "tables/cells.csv"):
        assert (folder / name).stat().st_size > 0


def test_one_file_by_its_suffix_of_part_of_the_study(run_cli: Ran, coded_study: Study, tmp_path: Path) -> None:
    page = tmp_path / "new" / "co.html"
    code, _, err = run_cli("-C", coded_study.folder, "chart", "--code", "CO", "--rows", "transcript", "--out", page)
    assert (code, err.splitlines()[0]) == (0, f"Wrote {page}.")
    text = page.read_text(encoding="utf-8")
    assert "CO Coherence" in text
    assert "CP Cognitive participation" not in text
    assert not (coded_study.folder / "findings").exists()


def test_without_cases_rows_are_interviews(run_cli: Ran, empty_study: Study) -> None:
    talks = [replace(talk(name), case=None) for name in ("t1", "t2")]
    with empty_study.store.transaction("test") as write:
        write.add_transcripts(talks)
        write.add_codings([Coding(each.id, *each.turns[1].span, "CO", "ada") for each in talks], empty_study.codebook)
    for asked, rows in (((), {"t1", "t2"}), (("--rows", "case"), {"no case"})):
        code, out, _ = run_cli("-C", empty_study.folder, "chart", "--json", *asked)
        said = json.loads(out)
        assert (code, {cell["row"] for cell in said["tables"]["cells"]}) == (0, rows)
        assert "no cases to describe" in said["refusals"]["comparison"]


def test_as_json_nothing_is_written(run_cli: Ran, coded_study: Study) -> None:
    code, out, _ = run_cli("-C", coded_study.folder, "chart", "--json", "--quotes", "1")
    said = json.loads(out)
    assert code == 0
    assert set(said) == {"sentences", "tables", "refusals"}
    assert {"row", "code", "passages"} <= set(said["tables"]["cells"][0])
    assert {quote["rank"] for quote in said["tables"]["quotes"]} == {1}
    assert "comparison" in said["refusals"]
    assert not (coded_study.folder / "findings").exists()


def test_what_does_not_exist_is_refused_by_name(run_cli: Ran, coded_study: Study, tmp_path: Path) -> None:
    in_the_way = tmp_path / "there"
    in_the_way.write_text("hers")
    for asked, words in (
        (("--code", "C0"), "There is no code 'C0'"),
        (("--case", "nowhere"), "There is no case 'nowhere'"),
        (("--out", tmp_path / "report.pdf"), "findings are written as .html, .xlsx, .docx, by suffix"),
        (("--out", f"{'n' * 300}.html"), "No file can be called 'nnn"),
        (("--out", in_the_way), "there is a file, and not a folder to write into"),
        (("--out", in_the_way / "deep" / "report.html"), "there is a file, and not a folder to write into"),
    ):
        code, out, err = run_cli("-C", coded_study.folder, "chart", *asked)
        assert (code, out) == (1, "")
        assert words in err


def test_what_was_asked_for_and_cannot_be_had_has_its_reason_on_the_screen(run_cli: Ran, coded_study: Study) -> None:
    code, _, err = run_cli("-C", coded_study.folder, "chart", "--corrected")
    assert code == 0
    assert "sheet make sample.xlsx --sample" in err
    assert "sheet make" not in run_cli("-C", coded_study.folder, "chart")[2]


def test_an_option_that_comes_to_nothing_says_why(run_cli: Ran, coded_study: Study, tmp_path: Path) -> None:
    stale, other = tmp_path / "tables" / "corrected.csv", tmp_path / "tables" / "other.csv"
    stale.parent.mkdir()
    stale.write_text("of an earlier chart")
    other.write_text("hers")
    _, _, err = run_cli("-C", coded_study.folder, "chart", "--corrected", "--out", tmp_path)
    assert not stale.exists()
    assert other.read_text() == "hers"
    assert "Counts are not corrected: No passages were drawn" in err
    assert "sheet make sample.xlsx --sample 60 --coder NAME" in err


def test_where_nothing_was_coded_no_case_is_said_to_lie_with_the_others(run_cli: Ran, empty_study: Study) -> None:
    with empty_study.store.transaction("test") as write:
        write.put_cases([Case("Ash"), Case("Oak")])
        write.add_transcripts([Transcript("t1", "We knew.", (), "Ash"), Transcript("t2", "They did not.", (), "Oak")])
    code, out, _ = run_cli("-C", empty_study.folder, "chart")
    assert code == 0
    assert "How far cases have integrated cannot be said yet" in out
    assert "groups" not in out
