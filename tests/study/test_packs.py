"""Packs: what goes to a coder far away and comes back, in any order and any number of times, is what they said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from secondcoder.domain.records import Case, Coding, CodingPass, Origin, SpeakerRole, Transcript, Turn, Valence
from secondcoder.errors import InputError, StudyError
from secondcoder.exchange.pack.archive import read_pack
from secondcoder.review.coding.desk import origin_of
from secondcoder.review.session import ReviewSession
from secondcoder.store.hand_marks import MadePass, Marks
from secondcoder.store.rows import MadeCoding
from secondcoder.study.pack_make import PackAsked
from secondcoder.study.study import Study
from sqlalchemy import text
from support.review_checks import small_study, word
from support.study_checks import everything

TEXT = "I: And then?\nP: We had no room 😀, and no time.\nP: It wörked in the end."
TURNS = (
    Turn(3, 12, "I", SpeakerRole.INTERVIEWER),
    Turn(16, 47, "P", SpeakerRole.PARTICIPANT, 1.5, 9.0),
    Turn(51, 71, "P", SpeakerRole.PARTICIPANT),
)
BOOK = "id: own\ntitle: Ours\ncodes: [{id: A, name: Aa}, {id: B, name: Bb}, {id: C, name: Cc}]\n"
CODERS = ("Ana", "Ben")


def transcript(name: str) -> Transcript:
    return Transcript(
        name, TEXT, TURNS, "Ash", "p1", attributes={"site": "north"}, notes=("a note",), source=f"{name}.txt"
    )


@contextmanager
def team(folder: Path, names: Sequence[str] = ("t1", "t2")) -> Iterator[Study]:
    book = folder / "own.yml"
    book.write_text(BOOK, encoding="utf-8")
    study = Study.create(folder / "team", book)
    with study.store.transaction("team") as write:
        write.put_cases([Case("Ash", {"integration": "full"})])
        write.add_transcripts(map(transcript, names))
    try:
        yield study
    finally:
        study.close()


def exchange(study: Study, took: Sequence[Coding | CodingPass], put: Sequence[Coding | CodingPass]) -> None:
    """Codings and passes that a coder takes away and puts there."""
    book, after = study.codebook.hash, study.corpus.history.latest

    def marks(each: Sequence[Coding | CodingPass]) -> Marks:
        return Marks(
            tuple(MadeCoding(mark, book, after, True) for mark in each if isinstance(mark, Coding)),
            tuple(MadePass(mark, after) for mark in each if isinstance(mark, CodingPass)),
        )

    with study.store.transaction("somebody") as write:
        write.exchange(marks(took), marks(put))


def said(study: Study, coder: str | None = None) -> set[Coding | CodingPass]:
    corpus = study.corpus
    return {mark for mark in corpus.marks if coder in (None, mark.coder)}


def coding(name: str = "t1", start: int = 16, code: str = "A", coder: str = "Ana", memo: str = "") -> Coding:
    return Coding(name, start, start + 9, code, coder, Origin.INDEPENDENT, None, memo)


def look(name: str = "t1", coder: str = "Ana", codes: tuple[str, ...] = ("A", "B", "C")) -> CodingPass:
    return CodingPass(name, coder, 0, len(TEXT), codes)


def opened(study: Study, folder: Path, coder: str = "Ana", **asked: object) -> Study:
    file = folder / f"{coder}-{len(list(folder.iterdir()))}.secondcoder-pack"
    study.pack_make(file, PackAsked(coder, **asked))  # type: ignore[arg-type]
    return Study.pack_open(file, folder / file.stem)


def back(copy: Study, coder: str | None = None, transcripts: Sequence[str] = ()) -> Path:
    file = copy.folder.parent / f"back-{len(list(copy.folder.parent.iterdir()))}.secondcoder-pack"
    copy.pack_make(file, PackAsked(coder, tuple(transcripts)))
    return file


def marks_of(coder: str) -> st.SearchStrategy[Coding | CodingPass]:
    origins = st.sampled_from([Origin.INDEPENDENT, Origin.REVIEWED])
    spans = st.tuples(st.integers(0, 30), st.integers(31, len(TEXT)))
    codings = st.builds(
        lambda name, span, code, origin, valence, memo: Coding(
            name, span[0], span[1], code, coder, origin, valence, memo
        ),
        st.sampled_from(["t1", "t2"]),
        spans,
        st.sampled_from("ABC"),
        origins,
        st.sampled_from([None, *Valence]),
        st.sampled_from(["", "because 👩‍👧", "ä\nb"]),
    )
    codes = st.sampled_from([("A", "B", "C"), ("B",), ("C", "A")])
    passes = st.builds(
        lambda name, span, codes, origin: CodingPass(name, coder, span[0], span[1], codes, origin),
        st.sampled_from(["t1", "t2"]),
        spans,
        codes,
        origins,
    )
    return st.one_of(codings, passes)


def distinct(marks: Sequence[Coding | CodingPass]) -> list[Coding | CodingPass]:
    """Each coding once, whatever its valence and memo, as the store has it."""
    keyed = {(*mark.place, mark.code, mark.origin) if isinstance(mark, Coding) else mark: mark for mark in marks}
    return list(keyed.values())


@settings(max_examples=8, deadline=None)
@given(st.data())
def test_packs_of_two_coders_in_any_order_and_number_give_what_they_said(data: st.DataObject) -> None:
    with TemporaryDirectory() as place, team(Path(place)) as study:
        folder = Path(place)
        files: list[Path] = []
        ends: dict[str, set[Coding | CodingPass]] = {}
        for coder in CODERS:
            start = distinct(data.draw(st.lists(marks_of(coder), max_size=6)))
            exchange(study, [], start)
        for coder in CODERS:
            copy = opened(study, folder, coder)
            assert said(copy) == said(study, coder)
            for _ in range(data.draw(st.integers(1, 3))):
                now = distinct([*said(copy, coder), *data.draw(st.lists(marks_of(coder), max_size=5))])
                kept = [mark for mark in now if data.draw(st.booleans())]
                before = said(copy, coder)
                exchange(copy, sorted(before - {*kept}, key=repr), sorted({*kept} - before, key=repr))
                files.append(back(copy))
            ends[coder] = said(copy, coder)
            copy.close()
        order = data.draw(st.permutations(files)) + data.draw(st.lists(st.sampled_from(files), max_size=3))
        for file in order:
            study.pack_merge(file)
        assert said(study) == ends["Ana"] | ends["Ben"]
        assert not any(map(study.pack_merge_plan, files))
        assert study.check_audit().faults == ()


def test_a_pack_holds_what_one_person_needs_and_nothing_of_others(tmp_path: Path) -> None:
    with team(tmp_path) as study:
        reviewed = replace(coding(start=20), origin=Origin.REVIEWED)
        exchange(
            study, [], [coding(), reviewed, look(), coding(coder="Ben", code="B", memo="a secret"), look(coder="Ben")]
        )
        copy = opened(study, tmp_path)
        assert said(copy) == said(study, "Ana")
        assert copy.store.transcripts() == study.store.transcripts()
        assert copy.corpus.cases == study.corpus.cases
        assert copy.codebook == study.codebook
        assert not copy.configuration.review.new_codes
        assert copy.configuration.segments == study.configuration.segments
        file = next(tmp_path.glob("*.secondcoder-pack"))
        whole = b"".join(_parts(file).values())
        assert [word for word in (b"secret", b"Ben") if word in whole] == []
        copy.close()
        blind = opened(study, tmp_path, blind=True)
        assert said(blind) == {coding(), look()}
        blind.close()
        assert Study.check(copy.folder) == []


def _parts(file: Path) -> dict[str, bytes]:
    import zipfile

    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_what_was_withdrawn_far_away_is_withdrawn_and_what_was_done_here_stays(tmp_path: Path) -> None:
    with team(tmp_path) as study:
        exchange(study, [], [coding(), coding(start=20), look()])
        copy = opened(study, tmp_path)
        exchange(copy, [coding()], [coding(code="B")])
        exchange(study, [coding(start=20)], [coding(code="C")])  # Ana, at the team's, meanwhile
        file = back(copy)
        plan = study.pack_merge_plan(file)
        assert plan.counts == {"new codings": 1, "withdrawn codings": 1, "new passes": 0, "withdrawn passes": 0}
        study.pack_merge(file, plan)
        assert said(study) == {coding(code="B"), coding(code="C"), look()}
        copy.close()


def test_an_earlier_pack_brings_nothing_back_and_two_folders_of_one_pack_are_two(tmp_path: Path) -> None:
    with team(tmp_path) as study:
        laptop, desktop = opened(study, tmp_path), opened(study, tmp_path)
        exchange(laptop, [], [coding()])
        early = back(laptop)
        exchange(laptop, [coding()], [])
        late = back(laptop)
        exchange(desktop, [], [coding(code="B")])
        for file in (late, early, back(desktop)):
            study.pack_merge(file)
        assert said(study) == {coding(code="B")}
        assert "was merged here already" in study.pack_merge_plan(early).notes[0]
        laptop.close()
        desktop.close()


def test_packs_of_some_transcripts_say_nothing_of_the_others(tmp_path: Path) -> None:
    with team(tmp_path) as study:
        exchange(study, [], [coding(), coding("t2")])
        copy = opened(study, tmp_path)
        exchange(copy, [coding(), coding("t2")], [])
        first, second = back(copy, transcripts=["t1"]), back(copy, transcripts=["t2"])
        study.pack_merge(first)
        assert said(study) == {coding("t2")}
        study.pack_merge(second)
        assert said(study) == set()
        copy.close()


def test_a_coding_changed_here_and_there_stays_as_here(tmp_path: Path) -> None:
    with team(tmp_path) as study:
        exchange(study, [], [coding()])
        copy = opened(study, tmp_path)
        exchange(copy, [coding()], [coding(memo="there")])
        exchange(study, [coding()], [coding(memo="here")])
        file = back(copy)
        plan = study.pack_merge_plan(file)
        assert "changed both here and there" in plan.notes[0]
        assert not plan
        copy.close()


def test_marks_from_before_a_change_of_the_codebook_come_back_as_what_they_are(tmp_path: Path) -> None:
    renamed = tmp_path / "renamed.yml"
    renamed.write_text(BOOK.replace("id: A, name: Aa", "id: Z, name: Aa"), encoding="utf-8")
    with team(tmp_path) as study:
        exchange(study, [], [coding(), coding(start=20), look()])
        plan = study.codebook_plan(renamed)
        study.codebook_change(plan, renamed)
        assert {mark.code for mark in said(study) if isinstance(mark, Coding)} == {"Z"}
        copy = opened(study, tmp_path)
        assert said(copy) == said(study)
        gone = [mark for mark in said(copy) if isinstance(mark, CodingPass) or mark.start == 16]
        exchange(copy, gone, [])
        study.pack_merge(back(copy))
        assert said(study) == {coding(start=20, code="Z")}
        assert study.check_audit().faults == ()
        copy.close()


def test_a_pack_from_before_a_change_of_the_codebook_is_merged_after_both_have_it(tmp_path: Path) -> None:
    renamed = tmp_path / "renamed.yml"
    renamed.write_text(BOOK.replace("id: A, name: Aa", "id: Z, name: Aa"), encoding="utf-8")
    with team(tmp_path) as study:
        exchange(study, [], [coding(), coding(start=20)])
        copy = opened(study, tmp_path)
        exchange(copy, [coding()], [coding("t2")])
        study.codebook_change(study.codebook_plan(renamed), renamed)
        with pytest.raises(InputError, match=r"earlier codebook of this study.*codebook change"):
            study.pack_merge_plan(back(copy))
        copy.codebook_change(copy.codebook_plan(renamed), renamed)
        study.pack_merge(back(copy))
        assert said(study) == {coding(start=20, code="Z"), coding("t2", code="Z")}
        copy.close()


def test_packs_are_refused_with_the_reason_and_the_mend(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with team(tmp_path) as study, team(tmp_path / "other") as other:
        copy = opened(study, tmp_path)
        out, file = next(tmp_path.glob("Ana-*.secondcoder-pack")), back(copy)
        refused: list[tuple[Callable[[], object], str]] = [
            (lambda: other.pack_merge_plan(file), "of another study.*`export` there"),
            (lambda: study.pack_merge_plan(out), "is for Ana to open: secondcoder pack open"),
            (lambda: copy.pack_merge_plan(file), "was made in this folder.*send it there"),
            (lambda: Study.pack_open(file, tmp_path / "x"), "comes back from Ana.*pack merge"),
            (lambda: copy.pack_make(tmp_path / "a.secondcoder-pack", PackAsked(blind=True)), "made from a pack"),
            (lambda: study.pack_make(tmp_path / "a.zip", PackAsked("Ana")), r"a pack's name ends in"),
            (lambda: study.pack_make(out, PackAsked("Ana")), "is there already"),
            (lambda: study.pack_make(tmp_path / "b.secondcoder-pack"), "whose pack"),
            (lambda: study.pack_make(tmp_path / "b.secondcoder-pack", PackAsked("consensus")), "cannot be a coder"),
            (lambda: study.pack_make(tmp_path / "b.secondcoder-pack", PackAsked("Ana", ["t9"])), "no transcript 't9'"),
            (lambda: study.pack_make(tmp_path / "b.secondcoder-pack", PackAsked("Ana", suggestions=True)), "suggested"),
        ]
        before = [everything(each.folder) for each in (study, other, copy)]
        for refusal, message in refused:
            with pytest.raises(InputError, match=message):
                refusal()
        assert [everything(each.folder) for each in (study, other, copy)] == before
        with pytest.raises(StudyError, match="is a study already"):
            Study.pack_open(out, study.folder)
        copy.close()


def test_another_text_is_refused_and_a_removed_transcript_is_left_out(tmp_path: Path) -> None:
    with team(tmp_path) as study:
        copy = opened(study, tmp_path)
        exchange(copy, [], [coding(), coding("t2")])
        file = back(copy)
        study.transcript_remove("t1")
        assert "'t1' was removed from this study" in study.pack_merge_plan(file).notes[0]
        with study.store.transaction("team") as write:
            write.connection.execute(text("UPDATE transcripts SET text = text || '.'"))
        with pytest.raises(InputError, match="the text of 't2' is not the one of this study"):
            study.pack_merge_plan(file)
        copy.close()


def test_a_transcript_that_the_study_lacks_is_refused(tmp_path: Path) -> None:
    with team(tmp_path) as study:
        copy = opened(study, tmp_path)
        with copy.store.transaction("Ana") as write:
            write.add_transcripts([transcript("t3")])
        with pytest.raises(InputError, match=r"'t3' is not in this study. Import the same file"):
            study.pack_merge_plan(back(copy))
        study.pack_merge(back(copy, transcripts=["t1"]))
        copy.close()


def test_the_same_pack_is_the_same_bytes_and_reads_back(tmp_path: Path) -> None:
    with team(tmp_path) as study:
        exchange(study, [], [coding(memo="ü"), look()])
        one = study.pack_make(tmp_path / "one.secondcoder-pack", PackAsked("Ana"))
        study.pack_make(tmp_path / "two.secondcoder-pack", PackAsked("ANA"))
        assert (tmp_path / "one.secondcoder-pack").read_bytes() == (tmp_path / "two.secondcoder-pack").read_bytes()
        read = read_pack(tmp_path / "one.secondcoder-pack")
        assert (read.now, read.study, read.book) == (one.now, one.study, one.book)
        assert [event["what"] for event in study.store.events("pack made")] == ["pack made", "pack made"]


def test_a_coder_who_saw_suggestions_codes_independently_no_more(tmp_path: Path) -> None:
    with team(tmp_path) as study:
        with study.store.transaction("Ana") as write:
            write.log("others' codings shown", coder="Ana", transcripts=["t1"])
        copy = opened(study, tmp_path)
        review = ReviewSession(copy)
        assert [origin_of(review, "Ana", name) for name in ("t1", "t2")] == [Origin.REVIEWED, Origin.INDEPENDENT]
        copy.close()


def test_suggestions_go_along_where_asked_and_what_was_decided_on_them_comes_back_as_reviewed(
    empty_study: Study, tmp_path: Path
) -> None:
    study = small_study(empty_study)
    exchange(study, [], [Coding("t1", 12, 40, "CO", "Ben", memo="a secret")])
    copy = opened(study, tmp_path, suggestions=True)
    version = study.model_in_use or ""
    assert copy.store.suggestions(version) == [replace(each, nearest=()) for each in study.store.suggestions(version)]
    assert Study.check(copy.folder) == []
    review = ReviewSession(copy)
    review.decide("Ana", word(review, 0, "accept", code="CO"))
    review.decide("Ana", word(review, 1, "reject", code="CA"))
    study.pack_merge(back(copy))
    assert said(study, "Ana") == said(copy, "Ana") != set()
    assert {mark.origin for mark in said(study, "Ana")} == {Origin.REVIEWED}
    assert study.check_audit().faults == ()
    copy.close()


def test_what_a_review_gave_is_not_withdrawn_from_far_away(empty_study: Study, tmp_path: Path) -> None:
    study = small_study(empty_study)
    review = ReviewSession(study)
    review.decide("Ana", word(review, 0, "accept", code="CO"))
    copy = opened(study, tmp_path)
    given = said(copy, "Ana")
    exchange(copy, sorted(given, key=repr), [])
    plan = study.pack_merge_plan(back(copy))
    assert "given in the review here" in plan.notes[0]
    assert not plan
    copy.close()
