"""A manifest says which interview a file is, and is refused whole where it cannot be meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from secondcoder.errors import InputError
from secondcoder.exchange.importing import ImportOptions
from secondcoder.study.study import Study
from support.importing_checks import about
from support.study_checks import everything, write_csv


def test_options_go_before_folders_and_a_manifest_before_both(empty_study: Study, put) -> None:
    folder = put("Ash/early/one.txt").parents[2]
    put("Ash/early/two.txt")
    write_csv(
        folder / "manifest.csv",
        [{"file": "one.txt", "transcript": "first", "case": "Beech", "role": "GP", "list size": "4 000"}],
    )
    imported = empty_study.import_files([folder], ImportOptions(wave="late", participant="P1", role="nurse"))
    assert about(imported) == {"first": ("Beech", "late", "P1", "GP"), "two": ("Ash", "late", "P1", "nurse")}
    assert {case.id: dict(case.attributes) for case in empty_study.corpus.cases} == {
        "Ash": {}, "Beech": {"list size": "4 000"},
    }  # fmt: skip


def test_a_manifest_tells_files_of_one_name_apart(empty_study: Study, put) -> None:
    folder = put("Ash/gp.txt", "One.").parents[1]
    put("Beech/gp.txt", "Two.")
    names = [{"file": f"{case}/gp.txt", "transcript": f"{case}_gp"} for case in ("Ash", "Beech")]
    manifest = write_csv(folder.parent / "names.csv", names)
    assert list(about(empty_study.import_files([folder], ImportOptions(manifest=manifest)))) == ["Ash_gp", "Beech_gp"]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{"file": "two.txt", "case": "A"}], "manifest.csv: file 'two.txt' is named but was not found."),
        ([{"flie": "one.txt", "case": "A"}], "line 1: column 'file' is missing. Did you mean 'flie'?"),
        ([{"file": "one.txt"}, {"file": "one.txt"}], "line 3: file 'one.txt' is named twice."),
        ([{"file": "", "case": "A"}], "line 2: no file is named."),
        (
            [{"file": "one.txt", "case": "A", "list": "1"}, {"file": "b.txt", "case": "A", "list": "2"}],
            "column 'list' differs within a case",
        ),
    ],
)
def test_a_bad_manifest_is_refused(empty_study: Study, put, rows, message: str) -> None:
    folder = put("one.txt").parent
    write_csv(folder / "manifest.csv", rows)
    before = everything(empty_study.folder)
    with pytest.raises(InputError) as caught:
        empty_study.import_files([folder])
    assert message in str(caught.value)
    assert everything(empty_study.folder) == before


def test_a_manifest_may_name_what_the_study_has_already(empty_study: Study, put, tmp_path: Path) -> None:
    empty_study.import_files([put("one.txt")])
    named = [{"file": "one.txt"}, {"file": "two.txt", "case": "Ash"}, {"file": "gone.docx", "transcript": "one"}]
    manifest = write_csv(tmp_path / "all.csv", named)
    assert about(empty_study.import_files([put("two.txt")], ImportOptions(manifest=manifest))) == {
        "two": ("Ash", None, None, None)
    }
    write_csv(manifest, [*named, {"file": "three.txt"}])
    with pytest.raises(InputError, match=r"'three\.txt' is named but was not found"):
        empty_study.import_files([put("two.txt")], ImportOptions(manifest=manifest))


def test_two_manifests_are_refused(empty_study: Study, put) -> None:
    folders = [put("a/one.txt").parent, put("b/two.txt").parent]
    for folder in folders:
        write_csv(folder / "manifest.csv", [{"file": next(folder.iterdir()).name}])
    with pytest.raises(InputError, match="Two manifests"):
        empty_study.import_files(folders)


def test_a_file_that_the_manifest_does_not_name_is_named(empty_study: Study, put) -> None:
    folder = put("one.txt").parent
    put("two.txt")
    put("Ash/three.txt")
    write_csv(folder / "manifest.csv", [{"file": "two.txt", "case": "Beech"}])
    (note,) = empty_study.import_files([folder]).notes
    assert note.startswith("manifest.csv does not name 'three.txt' and 'one.txt'")
    assert about(empty_study.import_files([folder])) == {}


def test_a_short_row_of_a_manifest_is_named(empty_study: Study, put) -> None:
    folder = put("one.txt").parent
    put("two.txt")
    (folder / "manifest.csv").write_text("file,case,wave\none.txt,Ash\ntwo.txt,Ash,late\n", encoding="utf-8")
    (note,) = empty_study.import_files([folder]).notes
    assert note.startswith("manifest.csv: line 2 has 2 cells for 3 columns")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{"file": "one.txt", "case": "A", "list": "1"}], ""),
        ([{"file": "one.txt", "cases": "A", "list": "1"}], "what 'cases' and 'list' say describes cases"),
        ([{"file": "one.txt", "cases": "A"}], "Did you mean 'cases'?"),
        (
            [{"file": "one.txt", "case": "A", "list": "1"}, {"file": "two.txt", "case": "", "list": "2"}],
            "what 'list' say",
        ),
        ([{"file": "one.txt", "case": "A", "list": "1"}, {"file": "two.txt", "case": "", "list": ""}], ""),
    ],
)
def test_what_describes_cases_in_rows_without_a_case_is_named(empty_study: Study, put, rows, message: str) -> None:
    folder = put("one.txt").parent
    put("two.txt", "I: And here?\nR: Here it is quite another talk.\n")
    write_csv(folder / "manifest.csv", rows)
    notes = [note for note in empty_study.import_files([folder]).notes if "describes cases" in note]
    assert len(notes) == bool(message)
    assert all(message in note for note in notes)
