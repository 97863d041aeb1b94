"""A study whose codebook changes: nothing stored is touched, and everything that reads it sees the present codes."""

from __future__ import annotations

import getpass
import io
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from openpyxl import load_workbook
from secondcoder.agreement import AgreementReport
from secondcoder.agreement.study_report import Question
from secondcoder.codebook.model import Codebook
from secondcoder.codebook.yaml_file import dump_codebook
from secondcoder.errors import CodebookError, InputError, ModelError, StudyError, TableError
from secondcoder.exchange.exporting import coded_data
from secondcoder.exchange.importing import ImportOptions
from secondcoder.exchange.tables.coded_table_out import coded_table
from secondcoder.exchange.tables.rows import read_rows
from secondcoder.study.study import Study
from support.change_checks import BEFORE, changed, renamed, with_ids
from support.places import SHEETS_OF_0_1_0
from support.study_checks import TALK, dump, everything, talk_rows, write_csv

HUMANS = Question(model=False)
UNTOUCHED = ("codings", "coding_passes", "decisions", "suggestions", "transcripts", "turns", "models", "cases")


def split(study: Study) -> Study:
    return changed(study, with_ids(BEFORE, {"CO": None}, "CO1", "CO2"), split={"CO": ("CO1", "CO2")})


CHANGES: dict[str, Callable[[Study], Study]] = {
    "rename": renamed,
    "split": split,
    "merge": lambda study: changed(
        study, with_ids(BEFORE, {"CO": None, "CA": None}, "BOTH"), merge=[(("CO", "CA"), "BOTH")]
    ),
    "retire": lambda study: changed(study, with_ids(BEFORE, {"CO": None}), retire=("CO",)),
    "add": lambda study: changed(study, with_ids(BEFORE, {}, "NEW")),
}


@pytest.mark.parametrize("what", CHANGES)
def test_no_row_is_touched(trained_study: Study, what: str) -> None:
    before = dump(trained_study.folder)
    CHANGES[what](trained_study)
    after = dump(trained_study.folder)
    assert {table: after[table] for table in UNTOUCHED} == {table: before[table] for table in UNTOUCHED}
    (event,) = [one for one in trained_study.store.events() if one["what"] == "codebook changed"]
    assert event["who"]
    assert (event["detail"]["before"], event["detail"]["after"]) == (BEFORE.hash, trained_study.codebook.hash)
    assert Study.check(trained_study.folder)[-1:] != []  # the model does not fit any more


def figures(report: AgreementReport) -> dict[str, Any]:
    """All of the report but what is named from the codebook's and the codes' own names."""
    found = report.to_json()
    rows = [{name: row[name] for name in row if name != "id"} for row in found["disagreements"]]
    return {name: found[name] for name in found if name != "codebook"} | {"disagreements": rows}


def test_learning_agreement_status_and_export_see_the_renamed_code(coded_study: Study) -> None:
    was = coded_study.workspace().training_data(coded_study.corpus.coded_transcripts).labels
    agreed = coded_study.agree(HUMANS)
    marks = Counter(coding.code for coding in coded_study.corpus.codings)
    study = renamed(coded_study)
    now = study.workspace().training_data(study.corpus.coded_transcripts).labels
    assert now.codes == tuple("SENSE" if code == "CO" else code for code in was.codes)
    assert np.array_equal(now.y, was.y)
    assert np.array_equal(now.known, was.known)
    assert figures(study.agree(HUMANS)) == json.loads(json.dumps(figures(agreed)).replace('"CO"', '"SENSE"'))
    assert study.status()["codes"]["SENSE"]["codings"] == marks["CO"] > 0
    exported = Counter(coded_table(coded_data(study.corpus), study.codebook)["codes"])
    assert (exported["SENSE"], exported["CO"]) == (marks["CO"], 0)
    assert Counter(coding.code for coding in study.store.codings()) == marks
    given = Counter(coded_table(coded_data(study.corpus, as_made=True), study.codebook)["codes"])
    assert (given["CO"], given["SENSE"]) == (marks["CO"], 0)


def test_a_study_over_several_changes(coded_study: Study) -> None:
    """Renamed, split, assigned by sheet, merged with another: what came of it is what a person would say."""
    before = Counter(
        (coding.transcript, coding.start, coding.coder) for coding in coded_study.corpus.codings if coding.code == "CO"
    )
    merged_in = {
        (coding.transcript, coding.start, coding.coder) for coding in coded_study.corpus.codings if coding.code == "CA"
    }
    study = renamed(coded_study)
    second = with_ids(study.codebook, {"SENSE": None}, "S1", "S2")
    changed(study, second, split={"SENSE": ("S1", "S2")})
    assert not {"S1", "S2", "SENSE", "CO"} & {coding.code for coding in study.corpus.codings}
    sheet = study.folder.parent / "assign.csv"
    rows = assigned_rows(study, sheet, lambda number: "S1" if number % 2 else "S1|S2")
    assert len(rows) == before.total()
    assert study.read_assignments(sheet).assigned == before.total()
    changed(study, with_ids(second, {"S1": None, "CA": None}, "CX"), merge=[(("S1", "CA"), "CX")])
    found = {(coding.transcript, coding.start, coding.coder) for coding in study.corpus.codings if coding.code == "CX"}
    assert found == {*before, *merged_in}
    assert [one["change"] for one in study.codebook_history()] == [1, 2, 3]


def assigned_rows(study: Study, sheet: Path, new_code) -> list[dict[str, str]]:
    """Write the sheet and fill it: `new_code` gives the cell of each row."""
    study.write_assignments(sheet)
    rows = [dict(row.cells) for row in read_rows(sheet)]
    filled = [row | {"new_code": new_code(number)} for number, row in enumerate(rows)]
    write_csv(sheet, filled)
    return filled


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_sheet_of_0_1_0_is_still_read(coded_study: Study, suffix: str) -> None:
    study = split(coded_study)
    taken = study.read_assignments(SHEETS_OF_0_1_0 / f"assignment{suffix}")
    assert (taken.assigned, taken.empty) == (0, taken.waiting)
    assert taken.waiting > 0


def test_a_workbook_offers_each_coding_the_codes_of_its_split(coded_study: Study, tmp_path: Path) -> None:
    count = split(coded_study).write_assignments(tmp_path / "new" / "assign.xlsx")
    (choice,) = load_workbook(tmp_path / "new" / "assign.xlsx")["assignment"].data_validations.dataValidation
    assert choice.formula1 == '"CO1,CO2,neither"'
    assert str(choice.sqref).count("L") == count > 0
    assert not choice.showErrorMessage  # several codes may be typed


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_the_sheet_goes_out_and_comes_back(coded_study: Study, run_cli, suffix: str) -> None:
    study = split(coded_study)
    sheet = study.folder.parent / f"assign{suffix}"
    assert run_cli("-C", study.folder, "codebook", "assign", sheet, "--write")[0] == 0
    assert "wait to be assigned" in "\n".join(Study.check(study.folder))
    rows = [dict(row.cells) for row in read_rows(sheet)]
    assert {row["code"] for row in rows} == {"CO"}
    assert {row["options"] for row in rows} == {"CO1 | CO2"}
    made = {
        (coding.transcript, coding.start, coding.coder): coding
        for coding in study.store.codings()
        if coding.code == "CO"
    }
    filled = write_csv(sheet.with_suffix(".filled.csv"), [row | {"new_code": "CO2"} for row in rows])
    code, _, said = run_cli("-C", study.folder, "codebook", "assign", filled)
    assert (code, f"Assigned {len(rows)} codings" in said) == (0, True)
    now = [coding for coding in study.corpus.codings if coding.code == "CO2"]
    assert len(now) == len(made)
    for one in now:
        then = made[one.transcript, one.start, one.coder]
        assert (one.end, one.origin, one.valence, one.memo) == (then.end, then.origin, then.valence, then.memo)
    assert "Assigned 0 codings" in run_cli("-C", study.folder, "codebook", "assign", filled)[2]
    assert "wait to be assigned" not in "\n".join(Study.check(study.folder))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"text": "Another text."}, "the text was changed"),
        ({"coder": "nobody"}, "the coder was changed"),
        ({"id": "a123456789ab"}, "is none of the codings that were split"),
        ({"new_code": "CA"}, "'CA' is none of CO1, CO2"),
        ({"new_code": "CO3"}, "Did you mean 'CO"),
        ({"new_code": "CO1|neither"}, "'neither' stands beside a code"),
    ],
)
def test_a_row_that_was_changed_is_refused_and_nothing_is_taken(coded_study: Study, change, said: str) -> None:
    study = split(coded_study)
    sheet = study.folder.parent / "assign.csv"
    rows = assigned_rows(study, sheet, lambda number: "CO1")
    write_csv(sheet, [rows[0] | change, *rows[1:], rows[-1]])
    before = everything(study.folder)
    with pytest.raises(TableError) as caught:
        study.read_assignments(sheet)
    assert said in str(caught.value)
    assert "stands on line" in str(caught.value)
    assert str(caught.value).endswith("Nothing was taken in.")
    assert everything(study.folder) == before


def test_until_it_is_assigned_nothing_is_learned_from_a_split_code(coded_study: Study) -> None:
    was = coded_study.workspace().training_data(coded_study.corpus.coded_transcripts).labels
    study = split(coded_study)
    now = study.workspace().training_data(study.corpus.coded_transcripts).labels
    carried = was.y[:, was.codes.index("CO")]
    known = now.known[:, now.codes.index("CO1")]
    assert not known[carried].any()
    assert np.array_equal(known[~carried], was.known[~carried, was.codes.index("CO")])
    assert not now.y[:, now.codes.index("CO1")].any()


def test_a_codebook_edited_by_hand_is_confirmed_by_change(coded_study: Study, run_cli) -> None:
    path = coded_study.folder / "codebook.yml"
    text = "# our own words\n" + dump_codebook(with_ids(BEFORE, {"F1": "FIRST"}))
    path.write_text(text, encoding="utf-8")
    for command in (["status"], ["train"], ["import", TALK]):
        code, _, said = run_cli("-C", coded_study.folder, *command)
        assert (code, "codebook.yml was edited" in said) == (1, True)
    assert "secondcoder codebook change" in Study.check(coded_study.folder)[0]
    code, out, _ = run_cli("-C", coded_study.folder, "codebook", "change", "--yes")
    assert (code, "renamed F1 to FIRST (guessed" in out) == (0, True)
    assert path.read_text(encoding="utf-8") == text
    study = Study(coded_study.folder)
    assert "FIRST" in {coding.code for coding in study.corpus.codings}
    study.close()


@pytest.mark.parametrize("answer", ["n\n", ""])
def test_nothing_happens_without_confirmation(coded_study: Study, run_cli, monkeypatch, answer: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    path = write_book(coded_study, with_ids(BEFORE, {"CO": "SENSE"}))
    before = everything(coded_study.folder)
    code, out, said = run_cli("-C", coded_study.folder, "codebook", "change", path)
    assert (code, "renamed CO to SENSE" in out) == (1, True)
    assert "Not confirmed" in said
    assert everything(coded_study.folder) == before


def write_book(study: Study, book: Codebook) -> Path:
    path = study.folder.parent / "after.yml"
    path.write_text(dump_codebook(book), encoding="utf-8")
    return path


def test_import_takes_only_what_changes_no_reading(coded_study: Study) -> None:
    path = write_book(coded_study, with_ids(BEFORE, {"CO": "SENSE"}))
    before = everything(coded_study.folder)
    with pytest.raises(InputError, match=r"renamed CO to SENSE\. .*codebook change") as caught:
        coded_study.codebook_import(path)
    assert str(caught.value).endswith("The codebook was not changed.")
    assert everything(coded_study.folder) == before


def test_a_change_planned_before_another_was_confirmed_is_refused(coded_study: Study) -> None:
    plan = coded_study.codebook_plan(write_book(coded_study, with_ids(BEFORE, {}, "LATE")))
    changed(coded_study, with_ids(BEFORE, {}, "FIRST"))
    changed(coded_study, with_ids(BEFORE, {}, "FIRST", "SECOND"))
    before = everything(coded_study.folder)
    with pytest.raises(StudyError, match=r"The codebook was changed meanwhile\. Nothing was changed now"):
        coded_study.codebook_change(plan)
    assert everything(coded_study.folder) == before
    assert "SECOND" in coded_study.codebook.ids


def test_history_says_who_changed_what(coded_study: Study, run_cli) -> None:
    assert "never changed" in run_cli("-C", coded_study.folder, "codebook", "history")[1]
    renamed(coded_study)
    code, out, _ = run_cli("-C", coded_study.folder, "codebook", "history", "--json")
    (one,) = json.loads(out)
    assert (code, one["change"], one["steps"]) == (0, 1, ["renamed CO to SENSE"])
    assert one["who"] == getpass.getuser()
    assert "renamed CO to SENSE" in run_cli("-C", coded_study.folder, "codebook", "history")[1]


def test_a_model_says_what_it_no_longer_knows(trained_study: Study, run_cli) -> None:
    ids = {"CO": "SENSE", "CA": None, "RM": None}
    after = with_ids(BEFORE, ids, "CA1", "CA2", "NEW")
    study = changed(trained_study, after, rename={"CO": "SENSE"}, split={"CA": ("CA1", "CA2")}, retire=("RM",))
    with pytest.raises(ModelError) as caught:
        study.workspace().load_model()
    for part in (
        "never learned: NEW",
        "split since: CA (into CA1, CA2)",
        "retired since: RM",
        "renamed since: CO to SENSE",
    ):
        assert part in str(caught.value)
    out = run_cli("-C", study.folder, "status")[1]
    assert "retired since: RM" in out
    told = json.loads(run_cli("-C", study.folder, "status", "--json")[1])
    assert told["unknown_to_model"]["renamed"] == {"CO": "SENSE"}
    assert told["model_fits"] is False


def test_a_code_split_and_merged_again_is_told_as_that(trained_study: Study) -> None:
    back = changed(split(trained_study), with_ids(BEFORE, {}, "NEW"), merge=[(("CO1", "CO2"), "CO")])
    with pytest.raises(
        ModelError, match=r"\(never learned: NEW; split and merged again since: CO; .*secondcoder retrain"
    ):
        back.workspace().load_model()


@pytest.mark.slow
def test_an_old_version_still_codes_with_its_own_codebook(trained_study: Study) -> None:
    table = trained_study.code().table
    study = renamed(trained_study)
    assert study.code(version="m0001").table.equals(table)


def test_a_mended_table_takes_nothing_away_that_it_could_not_hold(coded_study: Study, tmp_path: Path, run_cli) -> None:
    before = coded_study.store.codings()
    study = changed(coded_study, with_ids(BEFORE, {"CA": None}), retire=("CA",))
    assert run_cli("-C", study.folder, "export", "--out", tmp_path / "e.csv")[0] == 0
    done = study.import_files([tmp_path / "e.csv"], ImportOptions(replace=True))
    assert done.withdrawn == len(done.codings) == sum(one.code != "CA" for one in before) < len(before)
    assert study.store.codings() == before
    assert not Study.check(study.folder)
    back = changed(study, BEFORE, restore=("CA",))
    assert back.corpus.codings == before


def test_codes_added_by_an_import_are_a_change_too(coded_study: Study) -> None:
    row = talk_rows()[1] | {"transcript": "new_gp", "codes": "NEW"}
    path = write_csv(coded_study.folder.parent / "more.csv", [row])
    coded_study.import_files([path], ImportOptions(add_codes=True))
    (change,) = coded_study.corpus.history.changes
    assert [step.summary for step in change.steps] == ["added NEW"]
    assert [made for one, made in coded_study.corpus.codings_as_made if one.code == "NEW"] == [1]
    assert not coded_study.workspace().training_data(coded_study.corpus.coded_transcripts).labels.known[:, -1].all()


def test_the_plan_of_a_study_names_what_would_be_lost(coded_study: Study) -> None:
    with pytest.raises(CodebookError, match="codings have it"):
        coded_study.codebook_plan(write_book(coded_study, with_ids(BEFORE, {"CO": None})))


def test_a_codebook_that_was_edited_is_refused_by_every_verb_that_needs_it(coded_study: Study) -> None:
    (coded_study.folder / "codebook.yml").write_text(dump_codebook(with_ids(BEFORE, {}, "NEW")), encoding="utf-8")
    with pytest.raises(StudyError, match="nobody has confirmed"):
        coded_study.workspace().training_data(coded_study.corpus.coded_transcripts)
