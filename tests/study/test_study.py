"""A study: made, opened, its verbs in order, and what each leaves behind."""

from __future__ import annotations

import getpass
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import secondcoder
from secondcoder.codebook.yaml_file import load_codebook, shipped_text
from secondcoder.domain.records import SpeakerRole
from secondcoder.errors import InputError, ModelError, StudyError
from secondcoder.reports.tables import csv_text
from secondcoder.study.study import Study
from sqlalchemy import create_engine, text
from support.study_checks import CODED, TALK, UNCODED, dump, everything, listing


def test_a_new_study_is_whole(tmp_path: Path) -> None:
    study = Study.create(tmp_path / "new", "npt")
    assert set(listing(study.folder)) == {"secondcoder.toml", "codebook.yml"}
    assert (study.folder / "codebook.yml").read_text(encoding="utf-8") == shipped_text("npt")
    assert study.codebook == load_codebook("npt")
    assert (study.store.transcripts(), study.model_in_use) == ([], None)
    study.close()


def test_a_study_can_have_its_own_codebook(tmp_path: Path) -> None:
    own = tmp_path / "own.yml"
    own.write_text("id: own\ntitle: Ours\ncodes: [{id: A, name: Aa}]\n", encoding="utf-8")
    study = Study.create(tmp_path / "new", own)
    assert study.codebook.ids == ("A",)
    study.close()


def test_a_study_is_not_made_over_something_else(tmp_path: Path, empty_study: Study) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.docx").write_text("")
    with pytest.raises(StudyError, match="is not empty"):
        Study.create(tmp_path / "full")
    with pytest.raises(StudyError, match="is a study already"):
        Study.create(empty_study.folder)
    with pytest.raises(InputError, match="Did you mean 'npt-cmo'"):
        Study.create(tmp_path / "new", "npt-cm")
    assert not (tmp_path / "new").exists()


def test_units_stand_in_the_text_where_their_turns_say(coded_study: Study) -> None:
    units = {
        (transcript.id, transcript.text[turn.start : turn.end])
        for transcript in coded_study.store.transcripts()
        for turn in transcript.turns
    }
    assert (
        "ash_gp",
        "Day to day there's no room. She has no room and no computer, she sits in the corridor. 😀",
    ) in units
    assert len(units) == 55


def test_codings_and_passes_tell_silence_from_absence(coded_study: Study) -> None:
    passes, codings = coded_study.corpus.passes, coded_study.corpus.codings
    assert {coding_pass.transcript for coding_pass in passes} == set(CODED)
    assert {coding_pass.coder for coding_pass in passes if coding_pass.transcript == "ash_gp"} == {"anna", "ben"}
    assert UNCODED not in {coding.transcript for coding in codings}
    assert all(coding_pass.codes == coded_study.codebook.ids for coding_pass in passes)


def test_interviewers_are_not_segments(coded_study: Study) -> None:
    transcripts = coded_study.store.transcripts()
    spoken = sum(turn.role is not SpeakerRole.INTERVIEWER for transcript in transcripts for turn in transcript.turns)
    assert len(coded_study.workspace().segments(transcripts)) == spoken


def test_status_counts_and_says_what_comes_next(empty_study: Study) -> None:
    assert empty_study.status()["next"].startswith("import transcripts")
    empty_study.import_files([TALK])
    status = empty_study.status()
    assert (status["transcripts"], status["coded"], status["uncoded"]) == (7, 6, 1)
    assert status["coders"] == ["anna", "ben"]
    assert status["cases"]["Ash"] == {"transcripts": 2, "coded": 2, "attributes": "integration: full"}
    assert (status["codes"]["F1"]["codings"], status["codes"]["F1"]["transcripts"]) == (2, 1)
    assert status["next"].endswith("secondcoder train")


@pytest.mark.usefixtures("quick_training")
def test_training_makes_a_version_and_takes_it_into_use(trained_study: Study) -> None:
    assert trained_study.model_in_use == "m0001"
    assert trained_study.status()["next"].endswith("secondcoder code --out suggestions.xlsx")
    assert trained_study.train()["parent"] == "m0001"
    assert [(model["version"], model["in_use"]) for model in trained_study.store.models()] == [
        ("m0001", False),
        ("m0002", True),
    ]


def test_a_recall_that_was_asked_for_is_kept_so_that_it_can_be_asked_for_again(trained_study: Study) -> None:
    first = trained_study.code(recall=0.8).table
    trained_study.code()
    asked = [event["detail"].get("recall") for event in trained_study.store.events("drift")]
    assert asked == [0.8, None]
    again = trained_study.code(recall=asked[0], version="m0001").table
    assert csv_text(again) == csv_text(first)


@pytest.mark.usefixtures("quick_training")
def test_suggestions_of_an_earlier_model_are_not_taken_for_those_of_the_one_in_use(
    trained_study: Study, run_cli
) -> None:
    made = len(trained_study.code().table)
    assert trained_study.status()["next"].startswith("decide on the suggestions")
    trained_study.train()
    status = trained_study.status()
    assert (status["suggestions"], status["earlier_suggestions"]) == (0, {"m0001": made})
    assert status["next"].endswith("secondcoder code --out suggestions.xlsx")
    assert (
        f"m0002, with 0 suggestions (by other versions: m0001 {made})"
        in run_cli("-C", trained_study.folder, "status")[1]
    )


@pytest.mark.parametrize("verb", ["evaluate", "train"])
def test_nothing_can_be_learned_from_nothing(empty_study: Study, verb: str) -> None:
    with pytest.raises(InputError):
        getattr(empty_study, verb)()
    assert listing(empty_study.folder).keys() == {"secondcoder.toml", "codebook.yml"}


def test_there_is_no_model_before_training(coded_study: Study) -> None:
    with pytest.raises(ModelError, match="secondcoder train"):
        coded_study.workspace().load_model()


@pytest.mark.model
def test_coding_suggests_for_what_nobody_coded_and_touches_no_coding(trained_study: Study) -> None:
    before = dump(trained_study.folder)
    table = trained_study.code().table
    after = dump(trained_study.folder)
    assert set(table["transcript"]) == {UNCODED}
    assert len(after.pop("suggestions")) == len(table) > 0
    assert (
        len(after.pop("events")) == len(before["events"]) + 2
    )  # the suggestions, and the comparison with the training transcripts
    assert after.items() <= before.items()
    status = trained_study.status()
    assert (status["suggestions"], status["earlier_suggestions"]) == (len(table), {})


@pytest.mark.model
def test_a_fully_coded_study_has_nothing_to_code(trained_study: Study, tmp_path: Path) -> None:
    rows = TALK.read_text(encoding="utf-8").replace(",,,Elder", ",,anna,Elder")
    (tmp_path / "talk.csv").write_text(rows, encoding="utf-8")
    trained_study.import_files([tmp_path / "talk.csv"])
    with pytest.raises(InputError, match="coded by a human"):
        trained_study.code()


@pytest.mark.model
def test_each_command_leaves_an_event_with_who_what_and_when(trained_study: Study) -> None:
    trained_study.code()
    trained_study.codebook_import("npt")
    trained_study.codebook_import("npt-core")
    events = trained_study.store.events()
    what = [event["what"] for event in events]
    assert [one for one in what if one != "codebook"] == [
        "study made", "cases", "transcripts", "import", "codings", "coding passes",
        "model", "model in use", "suggestions", "drift", "codebook changed", "codebook changed",
    ]  # fmt: skip
    assert {event["who"] for event in events} == {getpass.getuser()}
    times = [datetime.fromisoformat(event["at"]) for event in events]
    assert times == sorted(times)
    assert datetime.now(UTC) - times[0] < timedelta(hours=1)
    imported = next(event["detail"] for event in events if event["what"] == "import")
    assert (imported["files"], len(imported["transcripts"])) == (["talk.csv"], 7)


def test_a_codebook_of_the_past_is_kept(coded_study: Study) -> None:
    before = coded_study.codebook
    coded_study.codebook_import("npt")
    kept = coded_study.store.codebook_yaml(before.hash)
    assert kept is not None
    assert "id: npt-core" in kept
    assert coded_study.store.codebook_yaml("unknown") is None


def test_a_study_without_fault_has_none(trained_study: Study) -> None:
    assert Study.check(trained_study.folder) == []


def change_store(study: Study, statement: str) -> None:
    engine = create_engine(f"sqlite:///{study.folder / 'study.db'}")
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("UPDATE codings SET code = 'COO' WHERE code = 'CO'", "code 'COO' is not in the codebook. Did you mean 'CO'"),
        ('UPDATE codings SET "end" = 99999 WHERE id = 1', "ends at 99999, past the end"),
        ('UPDATE turns SET "end" = 0 WHERE position = 2', "has a turn outside its text"),
    ],
)
def test_check_finds_what_was_changed_from_outside(coded_study: Study, statement: str, message: str) -> None:
    change_store(coded_study, statement)
    assert any(message in fault for fault in Study.check(coded_study.folder))


def test_check_finds_a_model_that_does_not_fit_and_a_stopped_training(trained_study: Study) -> None:
    trained_study.codebook_import("npt")
    (trained_study.folder / "models" / ".m0002.99999999").mkdir()
    (fault,) = Study.check(trained_study.folder)
    assert "was trained with codebook 'npt-core'" in fault
    assert any(".m0002.99999999" in warning for warning in trained_study.warnings())


def test_check_finds_settings_and_codebooks_that_cannot_be_read(coded_study: Study) -> None:
    (coded_study.folder / "codebook.yml").unlink()
    assert len(Study.check(coded_study.folder)) == 1
    (coded_study.folder / "secondcoder.toml").write_text("[learning]\nfold = 1\n")
    assert "Did you mean 'folds'" in Study.check(coded_study.folder)[0]


def test_progress_is_told(coded_study: Study) -> None:
    told: list[tuple[str, int, int]] = []
    study = Study(coded_study.folder, lambda *one: told.append(one))
    study.import_files([TALK])
    study.close()
    assert told == [("reading", 1, 1)]


def test_the_study_is_the_package_s_face() -> None:
    assert secondcoder.Study is Study
    with pytest.raises(AttributeError, match="no attribute 'Sudy'"):
        secondcoder.Sudy  # noqa: B018


def test_a_settled_sheet_takes_marks_out_of_what_is_learned(coded_study: Study, run_cli, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    sheet = tmp_path / "sheet.xlsx"
    assert (
        run_cli("-C", coded_study.folder, "agree", "--no-model", "--out", tmp_path / "a.html", "--sheet", sheet)[0] == 0
    )
    book = load_workbook(sheet)
    columns = {cell.value: cell.column_letter for cell in book.worksheets[0][1]}
    row = {name: book.worksheets[0][f"{letter}2"].value for name, letter in columns.items()}

    def told() -> tuple[bool, bool]:
        material = coded_study.workspace().training_data(coded_study.corpus.coded_transcripts)
        at = next(
            at
            for at, one in enumerate(material.segments)
            if one.transcript == row["transcript"] and one.start <= row["start"] < one.end
        )
        column = material.labels.codes.index(row["code"])
        return bool(material.labels.y[at, column]), bool(material.labels.known[at, column])

    assert told() == (True, True)
    book.worksheets[0][f"{columns['outcome']}2"] = "the code does not hold"
    book.save(sheet)
    assert run_cli("-C", coded_study.folder, "agree", "--settle", sheet)[0] == 0
    assert told() == (False, True)
    before = everything(coded_study.folder)
    book.worksheets[0][f"{columns['outcome']}2"] = "the code holds"
    book.save(sheet)
    assert run_cli("-C", coded_study.folder, "agree", "--settle", sheet)[0] == 0
    assert told() == (True, True)
    book.worksheets[0][f"{columns['outcome']}2"] = "the code does not hold"
    book.save(sheet)
    after = everything(coded_study.folder)
    assert after != before
    code, _, said = run_cli("-C", coded_study.folder, "agree", "--settle", sheet)
    assert (code, everything(coded_study.folder)) == (1, after)
    assert "was settled to hold before" in said


TWO_THREADS = """
import sys
from threading import Thread
from secondcoder.study.study import Study
study = Study.open(sys.argv[1])
threads = [Thread(target=verb) for verb in (study.status, study.models)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


def test_the_first_verbs_of_a_process_may_be_called_from_two_threads(empty_study: Study) -> None:
    """A package that imports its own modules is half there for another thread, which waits for one of them."""
    program = [sys.executable, "-c", TWO_THREADS, str(empty_study.folder)]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
