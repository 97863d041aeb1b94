"""The same interview under a second name: refused, joined or kept, and never without a word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from secondcoder.domain.records import Coding, CodingPass, Transcript
from secondcoder.errors import InputError
from secondcoder.exchange.importing import ImportOptions
from secondcoder.exchange.same_interview import copies, joined
from secondcoder.study.study import Study
from support.interview_checks import talk, words
from support.study_checks import dump, write_csv

JOIN, KEEP = ImportOptions(same_interview="join"), ImportOptions(same_interview="keep")
ANSWERS = tuple(words(seed, 60) for seed in (1, 2, 3))


def put(path: Path, answers: Sequence[str] = ANSWERS, between: str = "\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    turns = between.join(f"I: What then?\nR: {answer}" for answer in answers)
    path.write_text(f"{turns}\n", encoding="utf-8")
    return path


def marked(path: Path, transcript: str, text: str, coder: str, words_of: str = ANSWERS[1][:40]) -> Path:
    """A coded table with one span."""
    start = text.index(words_of)
    row = {
        "transcript": transcript,
        "start": start,
        "end": start + len(words_of),
        "text": words_of,
        "codes": "CO",
        "coder": coder,
    }
    return write_csv(path, [row])


@pytest.fixture
def study(empty_study: Study, tmp_path: Path) -> Study:
    """A study with one interview, coded by Anna."""
    file = put(tmp_path / "first" / "anna.txt")
    empty_study.import_files([file])
    text = empty_study.corpus.by_id["anna"].text
    empty_study.import_files([marked(tmp_path / "anna.csv", "anna", text, "Anna")])
    return empty_study


def test_a_copy_under_another_name_is_refused_and_nothing_is_imported(study: Study, tmp_path: Path) -> None:
    before = dump(study.folder)
    with pytest.raises(InputError) as caught:
        study.import_files([put(tmp_path / "ben.txt"), put(tmp_path / "other.txt", [words(9, 200)])])
    said = str(caught.value)
    assert said.startswith("ben.txt: 'ben' is the same interview as 'anna', which is in the study (100%")
    assert "--same-interview join" in said
    assert "--same-interview keep" in said
    assert said.endswith("Nothing was imported.")
    assert dump(study.folder) == before


def test_two_files_of_one_interview_in_one_import_are_refused_together_with_others(
    empty_study: Study, tmp_path: Path
) -> None:
    files = [put(tmp_path / name) for name in ("a.txt", "b.txt", "c.txt")]
    with pytest.raises(InputError) as caught:
        empty_study.import_files([*files, put(tmp_path / "other.txt", [words(9, 200)])])
    said = str(caught.value)
    assert "2 transcripts cannot be imported:" in said
    assert "'b' is the same interview as 'a', which comes with the same import" in said
    assert "'c' is the same interview as 'a'" in said
    assert not empty_study.corpus.transcripts


@pytest.mark.parametrize("how", ["refuse", "join"])
def test_another_text_of_the_same_talk_cannot_be_joined(study: Study, tmp_path: Path, how: str) -> None:
    trimmed = put(tmp_path / "ben.txt", ANSWERS[:2])
    with pytest.raises(InputError, match=r"Their texts differ.* leave it out, and code 'anna'"):
        study.import_files([trimmed], ImportOptions(same_interview=how))  # type: ignore[arg-type]
    assert list(study.corpus.by_id) == ["anna"]


def test_a_joined_copy_brings_its_codings_to_the_transcript_that_is_there(study: Study, tmp_path: Path) -> None:
    folder = put(tmp_path / "second" / "ben.txt", between="\n\n\n").parent
    text = empty_text(tmp_path, folder / "ben.txt")
    marked(folder / "codes.csv", "ben", text, "Ben")
    imported = study.import_files([folder], replace(JOIN, case="Ash", read_whole=True))
    assert imported.transcripts == []
    assert imported.named == ["anna"]
    assert any("'ben' is the same interview as 'anna'" in note and "not: case Ash." in note for note in imported.notes)
    corpus = study.corpus
    assert list(corpus.by_id) == ["anna"]
    anna, ben = corpus.codings
    assert (anna.coder, ben.coder) == ("Anna", "Ben")
    assert replace(ben, coder="Anna") == anna
    (passed,) = [look for look in corpus.passes if look.coder == "Ben"]
    assert not corpus.by_id["anna"].text[passed.end :].strip()
    assert passed.start == 0


def empty_text(tmp_path: Path, file: Path) -> str:
    """The text that a study makes of a file."""
    other = Study.create(tmp_path / "elsewhere", "npt-core")
    other.import_files([file])
    text = other.corpus.transcripts[0].text
    other.close()
    return text


def test_both_are_kept_where_a_person_says_so_and_the_import_tells(study: Study, tmp_path: Path) -> None:
    imported = study.import_files([put(tmp_path / "ben.txt")], KEEP)
    assert [transcript.id for transcript in imported.transcripts] == ["ben"]
    assert any(
        "'ben' is the same interview as 'anna'" in note and "held out together" in note for note in imported.notes
    )
    # What is in the study already is imported again without a question.
    again = study.import_files([tmp_path / "ben.txt"])
    assert again.unchanged == ["ben"]
    assert study.corpus.groups("transcript") == {"anna": "anna", "ben": "anna"}


def test_check_and_the_command_line_name_the_pair(study: Study, tmp_path: Path, run_cli) -> None:
    file = put(tmp_path / "ben.txt")
    study.close()
    code, _, said = run_cli("-C", study.folder, "import", file)
    assert (code, "--same-interview keep" in said) == (1, True)
    code, _, said = run_cli("-C", study.folder, "import", "--same-interview", "keep", file)
    assert (code, "note: ben.txt: 'ben' is the same interview as 'anna'" in said) == (0, True)
    code, out, _ = run_cli("-C", study.folder, "check")
    assert code == 0  # a warning is no fault
    assert out.startswith("warning: 'anna' and 'ben' are the same interview (100% of the shorter one's talk")
    assert out.endswith("No fault found.\n")


def test_a_coded_table_that_is_the_interview_is_found_too(study: Study, tmp_path: Path) -> None:
    rows = [
        {"transcript": "table", "order": at, "speaker": "R", "text": answer, "codes": "", "coder": "Ben"}
        for at, answer in enumerate(ANSWERS)
    ]
    with pytest.raises(InputError, match=r"table.csv: 'table' is the same interview as 'anna'"):
        study.import_files([write_csv(tmp_path / "table.csv", rows)])


def test_of_three_files_of_one_interview_two_are_joined_to_the_first() -> None:
    """Also where the third is more like the second, because nobody is known in either."""
    first = talk("a", ("R", words(1, 90)), ("I", "Go on, please."), ("R", words(2, 90)))
    second, third = (
        replace(first, id=name, turns=tuple(replace(turn, role=None) for turn in first.turns)) for name in "bc"
    )
    found = copies([second, third], {"a": first})
    assert [(copy.transcript.id, copy.original.id, copy.known) for copy in found] == [
        ("b", "a", True),
        ("c", "a", True),
    ]


def test_marks_move_to_the_same_characters_wherever_white_space_differs() -> None:
    text = "I: Well?\n\nR: One two,  three.\n"
    other = "\nI:  Well? R:\tOne  two, three."
    copy = copies_of(text, other)
    marks = [Coding("b", start, end, "A", "x") for start in range(len(text)) for end in range(start + 1, len(text) + 1)]
    for mark, moved in zip(marks, joined(marks, [copy]), strict=True):
        said = "".join(text[mark.start : mark.end].split())
        there = other[moved.start : moved.end]
        assert moved.transcript == "a"
        assert "".join(there.split()) == said or not said
        assert there == there.strip() != ""
    elsewhere = [CodingPass("z", "x", 0, 9, ("A",))]
    assert joined(elsewhere, [copy]) == elsewhere


def copies_of(text: str, other: str):
    from secondcoder.exchange.same_interview import Copy

    copy = Copy(Transcript("b", text, ()), Transcript("a", other, ()), 1.0, True)
    assert copy.same_text
    return copy
