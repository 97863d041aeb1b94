"""Codings that reach no segment are counted and named wherever somebody looks: nothing is left out without a word."""

from __future__ import annotations

from pathlib import Path

import pytest
from secondcoder.agreement.study_report import Question
from secondcoder.domain.records import Coding
from secondcoder.domain.spans import coded_turns
from secondcoder.domain.wording import unplaced_sentence
from secondcoder.exchange.importing import ImportOptions
from secondcoder.labels.unplaced import in_doubt, unplaced_codings
from secondcoder.study.study import Study
from support.agreement_checks import interview, segments_of

TALK = interview("t", ["We had no idea. It came one day.", "She sat there.", "It works. I like it."])
SEGMENTS = segments_of(TALK)
HUMANS = Question(model=False)


def place(words: str) -> tuple[int, int]:
    start = TALK.text.index(words)
    return start, start + len(words)


def mark(words: str, code: str = "CO", coder: str = "Ana") -> Coding:
    return Coding("t", *place(words), code, coder)


def test_what_lies_on_a_question_or_between_turns_reaches_no_segment() -> None:
    question, label = (
        mark("Question number 1, then?"),
        Coding("t", place("She sat")[0] - 3, place("She sat")[0], "CP", "Ana"),
    )
    around = Coding("t", place("It came")[0], place("She sat there.")[1], "CA", "Ana")
    fine = mark("I like it.")
    codings = [question, around, label, fine]
    assert unplaced_codings(SEGMENTS, codings, 0.5) == [question, label]
    assert in_doubt(codings, {"t": coded_turns(TALK)}, 0.5) == [question, label]
    assert in_doubt(codings, {"t": coded_turns(TALK)}, 0.8) == codings


def test_a_coding_spread_over_too_much_is_named_too() -> None:
    spread = Coding("t", place("no idea")[0], place("It came")[1], "CO", "Ana")
    assert unplaced_codings(SEGMENTS, [spread], 0.9) == [spread]
    assert unplaced_codings(SEGMENTS, [spread], 0.5) == []


def test_the_sentence_counts_names_and_places() -> None:
    assert unplaced_sentence([]) == ""
    one = unplaced_sentence([mark("Question number 1, then?")])
    assert "1 coding of Ana reaches no segment" in one
    assert f"CO in 't' at {place('Question number 1')[0]}-" in one
    many = unplaced_sentence(
        [mark("Question", code, coder) for code in ("CO", "CP") for coder in ("Ana", "Ben")], "turn"
    )
    assert "4 codings of Ana and Ben reach no turn" in many
    assert "(CO 2, CP 2)" in many
    assert "and 1 more" in many


def exchange(number: int) -> str:
    return f"I: What about part {number}, then?\n\nR: Part {number} took weeks. Nobody asked us.\n\n"


@pytest.fixture
def half_lost(empty_study: Study, tmp_path: Path) -> Study:
    """A coding on a question, one on a question with its answer, and one on an answer."""
    text = "".join(exchange(number) for number in range(6))
    (tmp_path / "t.txt").write_text(text, encoding="utf-8")
    where = [text.index(f"What about part {number}") for number in range(3)]
    ends = [text.index("Part 0") - 5, text.index("us.", where[1]) + 3, text.index("us.", where[2]) + 3]
    starts = [where[0], where[1], text.index("Part 2")]
    rows = [f"t,{start},{end},,CO,{coder}" for coder in ("Ana", "Ben") for start, end in zip(starts, ends, strict=True)]
    (tmp_path / "codes.csv").write_text(
        "transcript,start,end,text,codes,coder\n" + "\n".join(rows) + "\n", encoding="utf-8"
    )
    empty_study.import_files([tmp_path / "t.txt", tmp_path / "codes.csv"], ImportOptions(read_whole=True))
    return empty_study


@pytest.mark.model
def test_train_status_check_and_agree_all_name_them(half_lost: Study) -> None:
    manifest, status = half_lost.train(), half_lost.status()
    assert manifest["training"]["examples"]["CO"] == 2  # the question with its answer is one
    for told in (manifest["training"]["unplaced"]["told"], status["unplaced"]["told"], *half_lost.warnings()):
        assert "2 codings of Ana and Ben reach no segment" in told
        assert "CO in 't' at " in told
    assert status["unplaced"]["codings"] == manifest["training"]["unplaced"]["codings"] == 2
    notes = half_lost.agree(HUMANS).notes
    assert [note for note in notes if "1 coding of Ana reaches no segment" in note]
    assert half_lost.agree(HUMANS).agreement(("Ana", "Ben")).pooled["cohen_kappa"].value == 1


@pytest.mark.model
def test_a_team_that_codes_whole_exchanges_keeps_them(half_lost: Study) -> None:
    settings = half_lost.folder / "secondcoder.toml"
    settings.write_text(settings.read_text("utf-8") + "[segments]\ncode_interviewer = true\n", "utf-8")
    whole = Study(half_lost.folder)
    manifest = whole.train()
    assert manifest["training"]["unplaced"] == {"codings": 0, "told": ""} == whole.status()["unplaced"]
    assert manifest["training"]["examples"]["CO"] == 4  # two questions, two answers
    report = whole.agree(HUMANS)
    assert not [note for note in report.notes if "reach" in note]
    assert report.n_units == 12
    assert "Whole exchanges were coded" in whole.export_methods()
    whole.close()
