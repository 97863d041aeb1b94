"""A project reviewed in another program comes back as exactly the decisions that were made there, or as none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from secondcoder.domain.records import Coding, Decision, Origin, Transcript
from secondcoder.errors import InputError, TableError
from secondcoder.exchange.refi_qda.layouts import LAYOUTS
from secondcoder.review.returned_project import Returned, read_returned, take
from secondcoder.review.session import ReviewSession
from secondcoder.study.study import Study
from support.refi_editing import Edited
from support.review_checks import LINES, MODEL, fill, small_study, suggestion, talk, word
from support.review_checks import settings as review_settings
from support.study_checks import everything

Said = tuple[Any, ...]
Draw = Callable[[Any], Any]
TOGETHER = ["keep", "delete"]
KNOWN = [*TOGETHER, "recode", "narrow"]
ALONE = [*KNOWN, "anew", "replaced", "taken over"]
RECODED, ADDED = ("F3", "F4"), ("F1", "F2", "F5")


@pytest.fixture
def project(review: ReviewSession, tmp_path: Path) -> Path:
    path = tmp_path / "study.qdpx"
    review.study.export(path, suggestions=True)
    return path


@pytest.fixture
def names(review: ReviewSession) -> dict[str, str]:
    return {code.id: code.name for code in review.book.codes}


def place(review: ReviewSession, at: int, transcript: str = "t1") -> tuple[str, int, int]:
    return review.interviews[transcript].passages[at].place


def said(decision: Decision) -> Said:
    return decision.coder, decision.verdict.value, decision.place, decision.suggested, decision.code, decision.code_span


def all_said(returned: Returned) -> list[Said]:
    return sorted(map(said, returned.decisions), key=repr)


def reopened(review: ReviewSession) -> ReviewSession:
    return ReviewSession(review.study)


# -- random work in the other program ------------------------------------------------------------------------------------


def works_on_one(draw: Draw, project: Edited, names: dict[str, str], suggested: Said, kinds: list[str]) -> Said:
    """Do something with a suggestion; the decision that it is."""
    transcript, start, end, code = suggested
    selection = project.selection(transcript, start, end, names[code])
    kind, other = draw(st.sampled_from(kinds)), draw(st.sampled_from(RECODED))
    whose, verdict, given, span = {
        "keep": ("Ana", "accept", code, (start, end)),
        "delete": ("Ana", "reject", None, (start, end)),
        "recode": ("Ana", "change", other, (start, end)),
        "anew": ("Ana", "change", other, (start, end)),
        "replaced": ("Ben", "change", other, (start, end)),
        "taken over": ("Ben", "accept", code, (start, end)),
        "narrow": ("Ana", "change", code, (start + 1, end - draw(st.integers(0, end - start - 2)))),
    }[kind]
    if kind == "narrow":
        project.move(selection, *span)
    elif kind == "recode":
        project.recode(selection, names[other])
    elif kind != "keep":
        project.delete(selection)
    if kind in ("anew", "replaced", "taken over"):
        project.add(transcript, start, end, names[given], "Ben" if whose == "Ben" else "secondcoder m0001")
    return whose, verdict, (transcript, start, end), code, given, span


def adds(draw: Draw, review: ReviewSession, project: Edited, names: dict[str, str]) -> list[Said]:
    """Codings of people's own on a part of a passage."""
    one = st.tuples(
        st.sampled_from(["t1", "t2"]), st.integers(0, 5), st.sampled_from(ADDED), st.sampled_from(["Ana", "Ben"])
    )
    found = []
    for transcript, at, code, coder in draw(st.lists(one, max_size=4, unique=True)):
        whole = place(review, at, transcript)
        begin = draw(st.integers(whole[1] + 1, whole[2] - 1))
        stop = draw(st.integers(begin + 1, whole[2]))
        project.add(transcript, begin, stop, names[code], coder)
        found.append((coder, "add", whole, None, code, (begin, stop)))
    return found


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), renewed=st.booleans())
def test_any_work_comes_back_as_just_that(
    review: ReviewSession, project: Path, names: dict[str, str], data: st.DataObject, renewed: bool
) -> None:
    edited = Edited(project)
    expected = []
    for passage in review.passages:
        for each in passage.suggestions:
            # Of several on the same words, only what stayed what it was tells which one was changed.
            kinds = ALONE if len(passage.suggestions) == 1 else TOGETHER if renewed else KNOWN
            expected.append(works_on_one(data.draw, edited, names, (*each.place, each.code), kinds))
    expected += adds(data.draw, review, edited, names)
    if renewed:
        edited.renew()
    with TemporaryDirectory() as folder:
        returned = read_returned(review, edited.save(Path(folder) / "back.qdpx"))
    assert all_said(returned) == sorted(expected, key=repr)
    assert (returned.by_hand, returned.notes, returned.before) == ([], [], 0)


# -- what is recorded ----------------------------------------------------------------------------------------------------


def worked_on(review: ReviewSession, project: Path, names: dict[str, str], path: Path) -> Path:
    """t1: CO deleted, CP kept, CA recoded by Ben, RM narrowed; F1 added by Ana. t2: all kept."""
    edited = Edited(project)
    first, second, fourth, last = (place(review, at) for at in (0, 1, 3, 5))
    edited.delete(edited.selection(*first, names["CO"]))
    edited.delete(edited.selection(*second, names["CA"]))
    edited.add(*second, names["F3"], "ben", memo="Not the same.")
    edited.move(edited.selection(*fourth, names["RM"]), fourth[1], fourth[1] + 10)
    edited.add(last[0], last[1], last[1] + 6, names["F1"], "Ana")
    return edited.save(path)


def test_a_review_is_recorded_as_one_in_the_browser_would_be(
    review: ReviewSession, project: Path, names: dict[str, str], tmp_path: Path
) -> None:
    back = worked_on(review, project, names, tmp_path / "back.qdpx")
    take(review, read_returned(review, back))
    store = review.study.store
    assert [decision.verdict.value for decision in store.decisions()].count("accept") == 5
    t1 = {
        (each.start, each.end, each.code, each.coder, each.memo) for each in store.codings() if each.transcript == "t1"
    }
    first, second, fourth, last = (place(review, at)[1:] for at in (0, 1, 3, 5))
    assert t1 == {
        (*first, "CP", "Ana", ""),
        (*second, "F3", "ben", "Not the same."),
        (fourth[0], fourth[0] + 10, "RM", "Ana", ""),
        (last[0], last[0] + 6, "F1", "Ana", ""),
    }
    assert {coding.origin for coding in store.codings()} == {Origin.REVIEWED}
    refused = {(each.codes, each.coder) for each in store.passes() if each.span == first}
    assert refused == {(("CO",), "Ana")}
    assert review.study.check_audit().faults == ()
    (event,) = store.events("review returned")
    assert event["detail"]["decisions"] == 9


def test_the_same_project_twice_takes_nothing_more(
    review: ReviewSession, project: Path, names: dict[str, str], tmp_path: Path
) -> None:
    back = worked_on(review, project, names, tmp_path / "back.qdpx")
    edited = Edited(back)
    first, second = place(review, 0), place(review, 1)
    edited.add("t1", first[1], second[2], names["F2"], "Ben")  # over two answers and a question
    back = edited.save(back)
    take(review, read_returned(review, back))
    before = everything(review.study.folder)
    again = reopened(review)
    returned = read_returned(again, back)
    assert (returned.decisions, returned.by_hand, returned.before) == ([], [], 8)
    assert everything(review.study.folder) == before


def test_what_is_no_passage_is_coded_by_hand(
    review: ReviewSession, project: Path, names: dict[str, str], tmp_path: Path
) -> None:
    edited = Edited(project)
    first, second, fourth = (place(review, at) for at in (0, 1, 3))
    edited.add("t1", first[1], second[2], names["F2"], "Ben")
    edited.add("t1", 0, 8, names["F1"], "Ben", memo="the question")
    edited.add("t1", fourth[1], fourth[1] + 5, names["RM"], "Ana")  # beside the kept one, on fewer words
    returned = read_returned(review, edited.save(tmp_path / "back.qdpx"))
    assert len(returned.by_hand) == 3
    take(review, returned)
    found = {
        (each.span, each.code, each.coder, each.memo)
        for each in review.study.store.codings()
        if each.transcript == "t1"
    }
    assert {
        ((first[1], second[2]), "F2", "Ben", ""),
        ((0, 8), "F1", "Ben", "the question"),
        ((fourth[1], fourth[1] + 5), "RM", "Ana", ""),
        (fourth[1:], "RM", "Ana", ""),
    } <= found
    assert {each.origin for each in review.study.store.codings()} == {Origin.REVIEWED}
    assert review.study.check_audit().faults == ()


def test_codings_that_people_had_before_are_no_decisions(empty_study: Study, tmp_path: Path) -> None:
    small_study(empty_study)
    turn = talk("t1").turns[1]
    with empty_study.store.transaction("test") as write:
        write.add_codings(
            [Coding("t1", *turn.span, "F3", "Ana"), Coding("t1", 0, 30, "F1", "Ben")], empty_study.codebook
        )
    review = ReviewSession(empty_study)
    review.decide("Ana", word(review, 1, "change", suggested="CA", code="CP"))
    empty_study.export(tmp_path / "p.qdpx", suggestions=True)
    returned = read_returned(review, Edited(tmp_path / "p.qdpx").save(tmp_path / "back.qdpx"))
    assert {decision.verdict.value for decision in returned.decisions} == {"accept"}
    assert len(returned.decisions) == 7, "what was decided was not exported"
    assert returned.by_hand == []


def test_an_interview_that_is_not_in_it_is_left_undecided(review: ReviewSession, project: Path, tmp_path: Path) -> None:
    edited = Edited(project)
    edited.delete(edited.source("t2"))
    returned = read_returned(review, edited.save(tmp_path / "back.qdpx"))
    assert {decision.transcript for decision in returned.decisions} == {"t1"}
    assert "1 interview of the export is not in it" in returned.notes[0]


def test_the_coder_can_be_named(review: ReviewSession, project: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"does not say who saved it\. Name the person with --coder"):
        read_returned(review, project)
    back = Edited(project).save(tmp_path / "back.qdpx", by="secondcoder m0001")
    with pytest.raises(InputError, match="does not say who saved it"):
        read_returned(review, back)
    assert {each.coder for each in read_returned(review, back, "Cleo").decisions} == {"Cleo"}


# -- the blind share -----------------------------------------------------------------------------------------------------


def test_blind_passages_are_in_no_project_and_stay_blind(empty_study: Study, tmp_path: Path) -> None:
    names = {code.id: code.name for code in empty_study.codebook.codes}
    small_study(empty_study, blind=0.4, below=0.25)
    review = ReviewSession(empty_study)
    blind = {passage.place for passage in review.passages if passage.is_blind}
    with_suggestions = {passage.place for passage in review.passages if passage.suggestions}
    assert blind & with_suggestions
    assert blind - with_suggestions
    empty_study.export(tmp_path / "p.qdpx", suggestions=True)
    edited = Edited(tmp_path / "p.qdpx")
    (event,) = empty_study.store.events("suggestions exported")
    left = {(row[1], row[2], row[3]) for row in event["detail"]["rows"]}
    assert left == with_suggestions - blind
    for name, start, _ in blind:
        edited.add(name, start, start + 5, names["F1"], "Ana")
    returned = read_returned(review, edited.save(tmp_path / "back.qdpx"))
    assert f"{len(blind)} codings left out" in returned.notes[0]
    assert {decision.place for decision in returned.decisions} == left
    take(review, returned)
    assert not {decision.place for decision in empty_study.store.decisions()} & blind
    again = reopened(review)
    assert {passage.place for passage in again.passages if passage.is_blind} == blind


def test_a_passage_that_became_blind_is_refused(review: ReviewSession, project: Path, tmp_path: Path) -> None:
    back = Edited(project).save(tmp_path / "back.qdpx")
    before = everything(review.study.folder)
    with pytest.raises(TableError, match="to be coded before its suggestions are seen"):
        read_returned(ReviewSession(review.study, all_blind=True), back)
    assert everything(review.study.folder) == before


# -- what is refused -----------------------------------------------------------------------------------------------------


def test_a_project_of_another_model_is_refused(review: ReviewSession, project: Path, tmp_path: Path) -> None:
    back = Edited(project).save(tmp_path / "back.qdpx")
    newer = replace(suggestion(talk("t1"), 0, "CO", 0.7), model="m0002")
    with review.study.store.transaction("test") as write:
        write.add_model("m0002", MODEL, {})
        write.replace_suggestions("m0002", ["t1"], [newer])
    later = ReviewSession(review.study)
    with pytest.raises(
        InputError, match=r"holds suggestions of m0001, and the model in use is m0002\. Take it into use again"
    ):
        read_returned(later, back)


def test_a_project_without_suggestions_is_refused(review: ReviewSession, tmp_path: Path) -> None:
    review.study.export(tmp_path / "p.qdpx")
    with pytest.raises(InputError, match=r"nobody in it is called 'secondcoder m0001'"):
        read_returned(review, tmp_path / "p.qdpx", "Ana")


def other_study(folder: Path, transcripts: list[Transcript]) -> Path:
    """A project that another study exported, whose model has the same name and suggests the same with other probabilities."""
    study = Study.create(folder / "other", "npt-core")
    fill(study, transcripts, [suggestion(each, at, "CO", 0.31) for each in transcripts for at in (0, 1)])
    review_settings(study, blind=0.0, below=0.0)
    study.export(folder / "other.qdpx", suggestions=True)
    study.close()
    return folder / "other.qdpx"


def test_a_project_of_another_study_is_refused(review: ReviewSession, project: Path, tmp_path: Path) -> None:
    strange = other_study(tmp_path, [talk("x", ("Something else altogether was said here.",) * 2)])
    with pytest.raises(InputError, match="none of its texts is an interview of this study"):
        read_returned(review, strange, "Ana")


def test_a_project_of_another_study_with_the_same_interviews_is_refused(
    review: ReviewSession, project: Path, tmp_path: Path
) -> None:
    strange = other_study(tmp_path, [talk("t1"), talk("t2")])
    with pytest.raises(InputError, match="not those that this study exported"):
        read_returned(review, strange, "Ana")


def test_without_an_export_nothing_can_come_back(review: ReviewSession, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="this study exported no suggestions of it"):
        read_returned(review, other_study(tmp_path, [talk("t1"), talk("t2")]), "Ana")


def test_a_text_that_was_changed_is_refused(review: ReviewSession, project: Path, tmp_path: Path) -> None:
    edited = Edited(project)
    path = "sources/" + edited.source("t1").get("plainTextPath").removeprefix("internal://")
    edited.files[path] = edited.files[path].replace(b"lunch", b"dinner")
    with pytest.raises(InputError, match="the text of t1 was changed"):
        read_returned(review, edited.save(tmp_path / "back.qdpx"))


def test_a_code_of_their_own_is_to_be_added_first(
    review: ReviewSession, project: Path, names: dict[str, str], tmp_path: Path
) -> None:
    edited = Edited(project)
    for code in edited.root.iter():
        if code.get("guid") == edited.codes[names["F2"]]:
            code.set("guid", "00000000-0000-4000-8000-000000000001")
            code.set("name", "New idea")
    edited.codes["New idea"] = "00000000-0000-4000-8000-000000000001"
    first = place(review, 0)
    edited.add("t1", first[1], first[1] + 5, "New idea", "Ana")
    edited.recode(edited.selection(*first, names["CO"]), "New idea")
    before = everything(review.study.folder)
    with pytest.raises(TableError, match="code 'New idea' is not in the codebook") as caught:
        read_returned(review, edited.save(tmp_path / "back.qdpx"))
    assert len(caught.value.faults) == 2
    assert everything(review.study.folder) == before


# -- by the command line -------------------------------------------------------------------------------------------------


def test_from_the_command_line(
    review: ReviewSession,
    project: Path,
    names: dict[str, str],
    tmp_path: Path,
    run_cli: Callable[..., tuple[int, str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    back = worked_on(review, project, names, tmp_path / "back.qdpx")
    assert read_returned(review, back, "ada").notes == []
    assert "nobody worked on it" in read_returned(review, project, "ada").notes[0]
    folder = review.study.folder
    (folder / "secondcoder.toml").write_text('[embedding]\nmodel = "words"\n[review]\nblind = 0.0\nbelow = 0.0\n')
    monkeypatch.setattr("sys.stdin", StringIO("n\n"))
    code, _, message = run_cli("-C", folder, "review", "import", back)
    assert code == 1
    assert "Not confirmed" in message
    assert review.study.store.decisions() == []
    code, _, message = run_cli("-C", folder, "review", "import", back, "--yes")
    assert code == 0, message
    assert "5  left as they were: accepted" in message
    assert "2  with another code or on other words: changed" in message
    assert "1  deleted: rejected" in message
    assert "1  people's own: added" in message
    assert message.endswith("Recorded 9 decisions.\n")
    assert "Nothing in it is new" in run_cli("-C", folder, "review", "import", back)[2]


@pytest.mark.parametrize("dialect", LAYOUTS)
def test_a_program_that_counts_otherwise_gives_the_same_places_back(
    empty_study: Study, tmp_path: Path, dialect: str
) -> None:
    lines = tuple(f"😀 {line} 𠮷" for line in LINES)
    talked = [talk("t1", lines), talk("t2", lines[::-1])]
    fill(empty_study, talked, [suggestion(each, at, "CO") for each in talked for at in range(6)])
    review_settings(empty_study, blind=0.0, below=0.0)
    empty_study.export(tmp_path / "p.qdpx", dialect=dialect, suggestions=True)
    edited = Edited(tmp_path / "p.qdpx")
    edited.renew()
    returned = read_returned(ReviewSession(empty_study), edited.save(tmp_path / "back.qdpx"))
    assert [decision.verdict.value for decision in returned.decisions] == ["accept"] * 12
