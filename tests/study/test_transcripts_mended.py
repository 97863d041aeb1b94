"""A transcript's description is mended, or it is removed with all that rests on it: what changes, what stays, what the trail says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from secondcoder.domain.records import ReviewAction, SpeakerRole
from secondcoder.errors import InputError
from secondcoder.exchange.importing import ImportOptions
from secondcoder.labels.new_decision import ActionRequest
from secondcoder.review.session import ReviewSession
from secondcoder.store import Store
from secondcoder.study.edit_transcript import TranscriptEdit
from secondcoder.study.study import Study
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError
from support.review_checks import LINES, MODEL, small_study
from support.study_checks import dump

GP = "INT: How do you use the list?\n\nGP: We look at it every day, the zebra list.\n\nINT: Who keeps it?\n\nGP: Nobody.\n"


@pytest.fixture
def study(empty_study: Study, tmp_path: Path) -> Study:
    """One interview, one coding by Ana on the GP's first answer."""
    start = GP.index("We look")
    (tmp_path / "gp1.txt").write_text(GP)
    (tmp_path / "codes.csv").write_text(f"transcript,start,end,text,codes,coder\ngp1,{start},{start + 8},,CO,Ana\n")
    empty_study.import_files([tmp_path / "gp1.txt", tmp_path / "codes.csv"])
    return empty_study


def turns(study: Study, name: str = "gp1") -> list[Any]:
    return list(study.corpus.by_id[name].turns)


def reviewed(study: Study) -> ReviewSession:
    """Two interviews with suggestions; the first of them accepted on the first."""
    review = ReviewSession(small_study(study))
    passage = next(passage for passage in review.passages if passage.suggestions)
    asked = ActionRequest(ReviewAction.ACCEPT, passage.key, "r1", passage.suggestions[0].code, memo="")
    review.decide("Ana", asked)
    return review


def test_the_interviewer_is_changed_and_the_audit_trail_agrees(study: Study) -> None:
    done = study.transcript_edit("GP1", TranscriptEdit(interviewer=("gp",)))
    assert done.changes == ("interviewer: GP",)
    assert [turn.role for turn in turns(study)] == [SpeakerRole.PARTICIPANT, SpeakerRole.INTERVIEWER] * 2
    assert study.check_audit().faults == ()
    study.transcript_edit("gp1", TranscriptEdit(interviewer=("none",)))
    assert {turn.role for turn in turns(study)} == {SpeakerRole.PARTICIPANT}


def test_names_times_and_description_are_changed_and_the_text_is_not(study: Study) -> None:
    before = study.corpus.by_id["gp1"]
    asked = TranscriptEdit(case="ash", role="GP", renamed={"int": "Jane"}, times={2: (61.0, 70.5)})
    done = study.transcript_edit("gp1", asked)
    after = study.corpus.by_id["gp1"]
    assert (after.text, [turn.span for turn in after.turns]) == (before.text, [turn.span for turn in before.turns])
    assert (after.case, after.role, [turn.speaker for turn in after.turns]) == ("ash", "GP", ["Jane", "GP"] * 2)
    assert (after.turns[1].time_start, after.turns[1].time_end) == (61.0, 70.5)
    assert done.changes == ("case none -> 'ash'", "role none -> 'GP'", "speaker 'INT' -> 'Jane'", "times of 1 turn")
    study.transcript_edit("gp1", TranscriptEdit(shift=-1.0, case=""))
    assert (turns(study)[1].time_start, study.corpus.by_id["gp1"].case) == (60.0, None)
    assert study.check_audit().faults == ()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (TranscriptEdit(interviewer=("Bob",)), "'Bob' is no speaker of this transcript"),
        (TranscriptEdit(renamed={"Bob": "Rob"}), "'Bob' is no speaker"),
        (TranscriptEdit(times={9: (1.0, None)}), "turns 1 to 4, and no turn 9"),
        (TranscriptEdit(interviewer=("INT",)), "is like that already"),
        (TranscriptEdit(renamed={"INT": " "}), "needs a name"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(study: Study, asked: TranscriptEdit, said: str) -> None:
    before = dump(study.folder)
    with pytest.raises(InputError, match=said) as refused:
        study.transcript_edit("gp1", asked)
    assert "Nothing was changed" in str(refused.value)
    assert "imported" not in str(refused.value)
    assert dump(study.folder) == before


def test_an_unknown_transcript_is_named_with_one_that_is_near(study: Study) -> None:
    with pytest.raises(InputError, match=r"no transcript 'gp2'.*Did you mean 'gp1'"):
        study.transcript_edit("gp2", TranscriptEdit(case="x"))
    with pytest.raises(InputError, match="no transcript 'gp2'"):
        study.transcript_remove("gp2")


def test_suggestions_go_where_passages_change_and_stay_where_they_do_not(empty_study: Study) -> None:
    small_study(empty_study)
    count = len(empty_study.store.suggestions(MODEL))
    assert empty_study.transcript_edit("t1", TranscriptEdit(case="ash")).suggestions == 0
    assert len(empty_study.store.suggestions(MODEL)) == count
    done = empty_study.transcript_edit("t1", TranscriptEdit(interviewer=("R",)))
    assert done.suggestions
    assert {each.transcript for each in empty_study.store.suggestions(MODEL)} == {"t2"}
    assert empty_study.check_audit().faults == ()


def test_another_import_with_other_options_says_what_it_did_not_take(study: Study, tmp_path: Path) -> None:
    options = ImportOptions(case="birch", interviewer=("GP",))
    notes = study.import_files([tmp_path / "gp1.txt"], options).notes
    assert any("transcript edit gp1 --case birch --interviewer GP" in note for note in notes)
    assert study.import_files([tmp_path / "gp1.txt"]).notes == []


def linger(study: Study) -> None:
    """Deleted rows stay in the file's free pages, as in builds of SQLite that do not write over them."""
    event.listen(study.store._engine, "connect", lambda raw, _: raw.execute("PRAGMA secure_delete = OFF"))
    study.store._engine.dispose()


def test_a_removed_transcript_leaves_no_talk_and_a_whole_trail(study: Study) -> None:
    linger(study)
    planned = study.transcript_remove("gp1", dry_run=True)
    assert (planned.codings, planned.passes, "gp1" in study.corpus.by_id) == (1, 1, True)
    study.transcript_remove("gp1", why="participant withdrew")
    corpus = study.corpus
    assert (corpus.transcripts, corpus.codings, corpus.passes) == ((), [], [])
    audit = study.check_audit()
    assert audit.faults == ()
    removed = corpus.events("transcript removed")[0]["detail"]
    assert (removed["transcript"], removed["why"], removed["codings"]) == ("gp1", "participant withdrew", 1)
    study.close()
    assert all(b"zebra" not in path.read_bytes() for path in study.folder.rglob("*") if path.is_file())


def test_decisions_go_with_their_transcript_and_evidence_elsewhere_forgets_it(empty_study: Study) -> None:
    review = reviewed(empty_study)
    gone = review.decisions_in_review("Ana")[0].transcript
    other = next(name for name in review.transcripts if name != gone)
    _quote(empty_study.store, other, gone)
    empty_study.transcript_remove(gone)
    assert empty_study.store.decisions() == []
    assert {each.transcript for each in empty_study.store.suggestions(MODEL)} == {other}
    assert all(passage.transcript != gone for each in empty_study.store.suggestions(MODEL) for passage in each.nearest)
    assert empty_study.check_audit().faults == ()
    assert empty_study.corpus.suggested_on(MODEL) == [other]


def _quote(store: Store, transcript: str, quoted: str) -> None:
    """Evidence of a suggestion on one transcript that quotes another."""
    passage = {"transcript": quoted, "start": 0, "end": 5, "text": LINES[0], "similarity": 0.5}
    evidence = json.dumps({"carrying": [], "nearest": [passage]})
    with store._engine.begin() as connection:
        connection.execute(
            text("UPDATE suggestions SET evidence = :e WHERE transcript = :t"), {"e": evidence, "t": transcript}
        )


def test_no_other_way_deletes_a_decision(empty_study: Study) -> None:
    reviewed(empty_study)
    with pytest.raises(IntegrityError, match="append-only"), empty_study.store._engine.begin() as connection:
        connection.execute(text("DELETE FROM decisions"))


def test_a_transcript_comes_back_under_the_same_name(study: Study, tmp_path: Path) -> None:
    study.transcript_remove("gp1")
    (tmp_path / "gp1.txt").write_text(GP.replace("Nobody", "Everybody"))
    study.import_files([tmp_path / "gp1.txt"])
    assert "Everybody" in study.corpus.by_id["gp1"].text
    assert study.check_audit().faults == ()


def test_a_model_that_learned_from_it_is_purged(trained_study: Study) -> None:
    learned = trained_study.model_in_use
    assert trained_study.transcript_remove("ash_gp").models == (learned,)
    assert trained_study.model_in_use is None
    assert not (trained_study.folder / "models" / learned / "arrays.npz").exists()
    assert trained_study.check_audit().faults == ()


def test_a_model_that_did_not_learn_from_it_still_suggests(trained_study: Study) -> None:
    assert trained_study.transcript_remove("elder_gp").models == ()
    assert trained_study.workspace().load_model()[0] == trained_study.model_in_use == "m0001"
