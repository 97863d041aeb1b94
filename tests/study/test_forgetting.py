"""A participant withdraws: nothing of theirs is in any byte of the study's folder, the trail is whole, and work goes on."""

from __future__ import annotations

import io
import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from secondcoder.domain.records import Case, SpeakerRole, Transcript, Turn
from secondcoder.errors import InputError, ModelError
from secondcoder.exchange.importing import ImportOptions
from secondcoder.review.session import ReviewSession
from secondcoder.study.pack_make import PackAsked
from secondcoder.study.study import Study
from support.study_checks import everything
from support.withdrawn_checks import NAME, needles, study_with_her, traces


@pytest.fixture(scope="module")
def _with_her(_trained: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("withdrawn") / "study"
    shutil.copytree(_trained, folder)
    study_with_her(Study(folder), folder.parent / "files").close()
    return folder


@pytest.fixture
def study(_with_her: Path, open_copy: Callable[[Path], Study]) -> Study:
    return open_copy(_with_her)


def faults(study: Study) -> list[str]:
    return [*study.check(study.folder), *map(str, study.check_audit().faults)]


def test_every_needle_is_there_before(study: Study) -> None:
    """Else the next test could not fail."""
    found = {word for _, word in traces(study.folder, needles())}
    assert found == {word.casefold() for word in needles()}
    assert ("models/m0002/arrays.npz/held_back.places.npy", "marigold") in traces(study.folder, needles())


def test_nothing_of_theirs_is_left_in_any_byte(study: Study) -> None:
    head = study.check_audit().head
    study.forget(NAME, why=f"{NAME} withdrew on 3 May")
    study.close()
    assert traces(study.folder, needles()) == []
    assert faults(study) == []
    assert study.check_audit(head).faults == ()


def test_work_goes_on_without_them(study: Study) -> None:
    study.forget(NAME)
    assert study.model_in_use is None
    assert {row["version"]: bool(row["purged"]) for row in study.models()} == {"m0001": False, "m0002": True}
    version = study.train()["version"]
    assert study.code().version == version == "m0003"
    passages = ReviewSession(study).passages
    assert passages
    assert {passage.place[0] for passage in passages} == {"elder_gp"}
    assert traces(study.folder, needles()) == []
    assert faults(study) == []


def test_what_goes_is_said_before_and_nothing_changes(
    study: Study, run_cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    before = everything(study.folder)
    plan = study.forget(NAME, dry_run=True)
    assert plan.transcripts == ("marigold_2",)
    assert (plan.cases, plan.models, plan.in_use) == (("quince house",), ("m0002",), "m0002")
    assert plan.words.names == (NAME, "Marigold", "Quince")
    status, _, said = run_cli("-C", study.folder, "forget", NAME.upper())
    assert status == 1
    for told in (
        "marigold_2: its talk, 4 codings",
        "m0002 is in use",
        "quince house",
        "Nothing was deleted",
        "backups",
    ):
        assert told in said
    assert everything(study.folder) == before


def test_copies_in_the_folder_are_named_and_stay(study: Study) -> None:
    table, other = study.folder / "out" / "codings.xlsx", study.folder / "out" / "other.csv"
    table.parent.mkdir()
    study.export(table)
    other.write_text("nothing of it\n")
    (study.folder / "out" / "picture.bin").write_bytes(b"\x00\x01\x02")
    plan = study.forget(NAME)
    assert any(copy.startswith("out/codings.xlsx") and "holds words" in copy for copy in plan.copies)
    assert any(copy.startswith("out/picture.bin") and "could not be looked into" in copy for copy in plan.copies)
    assert not any("other.csv" in copy for copy in plan.copies)
    assert table.is_file()


def test_what_left_by_the_trail_is_named(study: Study, tmp_path: Path) -> None:
    study.models_export("m0002", tmp_path / "away.zip")
    study.models_export("m0001", tmp_path / "earlier.zip")
    study.pack_make(tmp_path / "ana.secondcoder-pack", PackAsked(coder="Ana"))
    copies = study.forget(NAME, dry_run=True).copies
    assert any("the model m0002 in away.zip" in copy for copy in copies)
    assert not any("earlier.zip" in copy for copy in copies)
    assert any("the pack ana.secondcoder-pack for Ana" in copy for copy in copies)


def test_batch_runs_in_the_folder_go(study: Study) -> None:
    run = study.folder / "runs" / "one"
    (run / "parts").mkdir(parents=True)
    for name in ("run.json", "inputs.jsonl", "parts/000001.parquet"):
        (run / name).write_text("{}")
    assert study.forget(NAME).runs == (run,)
    assert not run.exists()


def test_others_who_say_the_name_and_the_codebook_are_named(study: Study) -> None:
    with study.store.transaction("x") as write:
        write.add_transcripts([_talk("fig_gp", "Ask Marigold, she knows.")])
    plan = study.forget(NAME)
    assert any("talk of others" in copy and "fig_gp" in copy for copy in plan.copies)
    assert "Marigold" in study.corpus.by_id["fig_gp"].text


@pytest.mark.parametrize("name", ["Marigold", "nobody"])
def test_an_unknown_name_is_refused(study: Study, name: str) -> None:
    before = everything(study.folder)
    with pytest.raises(InputError, match=f"no participant '{name}'.*Nothing was changed"):
        study.forget(name)
    assert everything(study.folder) == before


def test_a_number_that_stands_for_several_people_is_asked_about(empty_study: Study) -> None:
    with empty_study.store.transaction("x") as write:
        write.put_cases([Case("ash"), Case("oak")])
        write.add_transcripts(
            [
                replace(_talk(name, "We talk."), participant="P1", case=case)
                for name, case in (("a", "ash"), ("o", "oak"))
            ]
        )
    with pytest.raises(InputError, match=r"'P1' is somebody else in each case: P1 \(ash\), P1 \(oak\)"):
        empty_study.forget("P1")
    plan = empty_study.forget("P1 (ash)")
    assert plan.transcripts == ("a",)
    assert plan.words.kept == ("P1",)
    assert [each.participant for each in empty_study.corpus.transcripts] == ["P1"]
    assert empty_study.check_audit().faults == ()


def test_the_same_interview_under_another_name_goes_too(empty_study: Study) -> None:
    words = "we ask and tell many other people what this new list may do for us here".split()  # noqa: SIM905
    text = " ".join(random.Random(1).choices(words, k=300))
    with empty_study.store.transaction("x") as write:
        write.add_transcripts([replace(_talk("first", text), participant="P1"), _talk("again", text)])
    plan = empty_study.forget("p1")
    assert (set(plan.transcripts), plan.same) == ({"first", "again"}, ("again",))
    assert empty_study.corpus.transcripts == ()


def test_a_stop_after_the_record_is_named_and_mended(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("secondcoder.study.forget.erase_files", stopped)
        with pytest.raises(KeyboardInterrupt):
            study.forget(NAME)
    told = study.check(study.folder)
    assert len(told) == 1
    assert "secondcoder models remove m0002" in told[0]
    study.models_remove("m0002")
    study.store.erase_deleted()
    assert traces(study.folder, needles()) == []
    assert faults(study) == []


def test_a_version_is_removed_and_its_record_stays(study: Study, run_cli: Callable[..., Any]) -> None:
    assert run_cli("-C", study.folder, "models", "remove", "m0001", "--yes")[0] == 0
    assert not (study.folder / "models" / "m0001").exists()
    assert [row["version"] for row in study.models()] == ["m0001", "m0002"]
    assert faults(study) == []
    with pytest.raises(ModelError, match="m0002 is in use, so it was not removed"):
        study.models_remove("m0002")
    assert study.code().version == "m0002"


def _talk(name: str, text: str) -> Transcript:
    return Transcript(name, text, (Turn(0, len(text), "R", SpeakerRole.PARTICIPANT),))


def test_what_their_id_shares_with_others_stays(study: Study, tmp_path: Path) -> None:
    """As the case's letters in ALD-GP and ALD-LW."""
    for who in ("GP", "LW"):
        path = tmp_path / f"ald_{who.casefold()}.txt"
        path.write_text(
            f"I: How was the {who} clinic?\n\nR: Quiet, I went there on foot for {who} things.", encoding="utf-8"
        )
        study.import_files([path], ImportOptions(participant=f"ALD-{who}"))
    study.forget("ALD-GP")
    left = {transcript.id: transcript.participant for transcript in study.corpus.transcripts}
    assert left["ald_lw"] == "ALD-LW"
    assert "ald_gp" not in left
