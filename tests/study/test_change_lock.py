"""Two changes of one study at once: the second waits and is told for whom, and neither is lost; who reads never waits."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from secondcoder.codebook.plan import NamedSteps
from secondcoder.errors import BusyError, StudyError
from secondcoder.exchange.importing import ImportOptions
from secondcoder.store.transcript_changes import remove_transcript
from secondcoder.study import change_lock
from secondcoder.study.edit_transcript import TranscriptEdit
from secondcoder.study.study import Study
from support.study_checks import TALK, write_csv

ADDING = ImportOptions(add_codes=True)


def table(folder: Path, name: str, code: str) -> Path:
    rows = [{"transcript": name, "order": 0, "text": "It went on.", "codes": code, "coder": "anna"}]
    return write_csv(folder / f"{name}.csv", rows)


def test_of_many_imports_that_add_codes_at_once_none_is_lost(coded_study: Study, tmp_path: Path) -> None:
    codes = [f"New{n}" for n in range(6)]
    files = [table(tmp_path, f"t{code}", code) for code in codes]

    def bring(path: Path) -> None:
        study = Study(coded_study.folder)
        study.import_files([path], ADDING)
        study.close()

    with ThreadPoolExecutor(6) as threads:
        for done in [threads.submit(bring, path) for path in files]:
            done.result()
    assert {*codes} <= {coding.code for coding in coded_study.corpus.codings}
    assert {*codes} <= {*coded_study.codebook.ids}
    assert len(coded_study.corpus.history.changes) == len(codes)
    assert Study.check(coded_study.folder) == []
    assert coded_study.check_audit().faults == ()


def test_an_import_beside_a_rename_leaves_no_coding_under_a_code_that_is_gone(
    coded_study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rename comes while the import reads its files: it waits for it."""
    from secondcoder.exchange import persist

    study = coded_study
    study.import_files([table(tmp_path, "first", "OldName")], ADDING)
    renamed = study.codebook_file.model_copy(
        update={
            "codes": tuple(
                code.model_copy(update={"id": "NewName", "name": "NewName"}) if code.id == "OldName" else code
                for code in study.codebook_file.codes
            )
        }
    )
    from secondcoder.codebook.yaml_file import dump_codebook

    (tmp_path / "renamed.yml").write_text(dump_codebook(renamed), encoding="utf-8")
    reading, read = threading.Event(), persist.read_all

    def slowly(*arguments: object, **options: object) -> object:
        reading.set()
        return read(*arguments, **options)  # type: ignore[arg-type]

    def rename() -> None:
        reading.wait()
        other = Study(study.folder)
        plan = other.codebook_plan(tmp_path / "renamed.yml", NamedSteps(rename={"OldName": "NewName"}))
        other.codebook_change(plan, tmp_path / "renamed.yml")
        other.close()

    monkeypatch.setattr(persist, "read_all", slowly)
    with ThreadPoolExecutor(1) as threads:
        renaming = threads.submit(rename)
        study.import_files([table(tmp_path, "second", "OldName")])
        renaming.result()
    given = {
        coding.transcript: coding.code for coding in study.corpus.codings if coding.transcript in ("first", "second")
    }
    assert given == {"first": "NewName", "second": "NewName"}
    assert Study.check(study.folder) == []


def test_a_plan_that_retires_a_code_is_refused_once_the_code_was_given(coded_study: Study, tmp_path: Path) -> None:
    coded_study.import_files([table(tmp_path, "first", "Short")], ADDING)
    coded_study.transcript_remove("first")
    before = coded_study.codebook_file
    from secondcoder.codebook.yaml_file import dump_codebook

    without = before.model_copy(update={"codes": tuple(code for code in before.codes if code.id != "Short")})
    (tmp_path / "without.yml").write_text(dump_codebook(without), encoding="utf-8")
    plan = coded_study.codebook_plan(tmp_path / "without.yml")
    coded_study.import_files([table(tmp_path, "second", "Short")])
    with pytest.raises(StudyError, match=r"Short was given to passages meanwhile\. .*not changed\. Look"):
        coded_study.codebook_change(plan, tmp_path / "without.yml")
    assert coded_study.codebook == before


def test_who_waits_is_told_for_whom_and_then_goes_on(coded_study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change_lock, "AT_ONCE", 0.05)
    told: list[str] = []
    waits = threading.Event()

    def tell(sentence: str) -> None:
        told.append(sentence)
        waits.set()

    second = Study(coded_study.folder, tell=tell)
    with ThreadPoolExecutor(1) as threads:
        with coded_study.changing("import"):
            edit = threads.submit(second.transcript_edit, "ash_gp", TranscriptEdit(wave="2"))
            assert waits.wait(30)
        assert edit.result().changes
    (sentence,) = told
    assert sentence.startswith("Another command is changing this study (import, process ")
    second.close()


def test_who_waited_long_enough_gives_up_and_changes_nothing(coded_study: Study) -> None:
    second = Study(coded_study.folder)
    second._change_lock._patience = 0.1
    with (
        coded_study.changing("import"),
        ThreadPoolExecutor(1) as threads,
        pytest.raises(BusyError, match=r"still changing this study \(import, .*\), after 0 .* Nothing was changed\."),
    ):
        threads.submit(second.transcript_edit, "ash_gp", TranscriptEdit(wave="2")).result()
    assert coded_study.corpus.by_id["ash_gp"].wave != "2"
    second.close()


def test_who_reads_does_not_wait(coded_study: Study) -> None:
    reader = Study(coded_study.folder)
    reader._change_lock._patience = 0.0
    with coded_study.changing("import"), ThreadPoolExecutor(1) as threads:
        for read in (reader.status, reader.export, reader.agree, reader.chart, reader.models, reader.codebook_history):
            assert threads.submit(read).result() is not None
        preview = threads.submit(reader.import_files, [TALK], ImportOptions(dry_run=True)).result()
    assert preview is not None
    reader.close()


def test_a_change_inside_a_change_is_the_same_one(coded_study: Study) -> None:
    with coded_study.changing("a"), coded_study.changing("b"):
        pass
    with coded_study.changing("c"):
        pass


def test_a_decision_while_an_import_reads_is_in_what_it_compares_with(
    coded_study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A coding that somebody gives in the browser meanwhile is not given twice."""
    from secondcoder.exchange import persist

    (coding, *_) = [each for each in coded_study.corpus.codings if each.coder == coded_study.corpus.codings[0].coder]
    path = tmp_path / "same.csv"
    coded_study.export(path)
    book = coded_study.codebook
    with coded_study.transaction() as write:
        write.withdraw([(coding, 0)], [])
    read = persist.read_all

    def meanwhile(*arguments: object, **options: object) -> object:
        result = read(*arguments, **options)  # type: ignore[arg-type]
        with coded_study.transaction() as write:
            write.add_codings([coding], book)
        return result

    monkeypatch.setattr(persist, "read_all", meanwhile)
    coded_study.import_files([path])
    assert coded_study.corpus.codings.count(coding) == 1
    assert coded_study.check_audit().faults == ()


def test_suggestions_computed_while_an_interview_goes_are_refused_in_a_sentence(trained_study: Study) -> None:
    workspace = trained_study.workspace()
    trained_study.transcript_remove("ash_gp")
    with pytest.raises(StudyError, match="changed by another command while this one worked"), workspace.write():
        raise AssertionError


@pytest.mark.usefixtures("quick_training")
@pytest.mark.parametrize("meanwhile", ["removed", "a new code"])
def test_a_training_keeps_no_interview_that_is_removed_meanwhile(
    coded_study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, meanwhile: str
) -> None:
    """A new code, on the other hand, costs nobody a training of hours."""
    from secondcoder.training import train

    save = train.save_version

    def saving(*arguments: object, **options: object) -> object:
        other = Study(coded_study.folder)
        if meanwhile == "removed":
            with pytest.raises(BusyError), closing(Study(coded_study.folder)) as third:
                third.transcript_remove("ash_gp")
            with other.transaction() as write:  # as by an earlier secondcoder, which did not ask
                remove_transcript(write, "ash_gp")
        else:
            other.import_files([table(tmp_path, "more", "Another")], ADDING)
        other.close()
        return save(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(train, "save_version", saving)
    if meanwhile == "removed":
        with pytest.raises(StudyError, match=r"changed by another command .* Nothing was recorded\. Run it again"):
            coded_study.train()
        assert [path.name for path in (coded_study.folder / "models").iterdir()] == []
    else:
        coded_study.train()
    assert len(coded_study.models()) == (meanwhile != "removed")
    faults = Study.check(coded_study.folder)
    assert ["never learned: Another" in fault for fault in faults] == [True] * (meanwhile != "removed")
    assert coded_study.check_audit().faults == ()
