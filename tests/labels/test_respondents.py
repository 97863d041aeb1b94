"""Respondents and codes: 1 where given, 0 where looked for in vain, missing where nobody looked; counted by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from secondcoder.domain.records import Case, Coding, CodingPass, Origin, SpeakerRole, Transcript, Turn
from secondcoder.errors import InputError
from secondcoder.labels.respondents import RespondentOptions, respondents
from secondcoder.study.study import Study

TEXT = "I: And then?\nP: We had no room.\nP: It works now."
TURNS = (Turn(3, 12, "I", SpeakerRole.INTERVIEWER), Turn(16, 31, "P"), Turn(35, 48, "P"))
BOOK = "id: own\ntitle: Ours\ncodes: [{id: A, name: Aa}, {id: A1, name: Sub, parent: A}, {id: B, name: Bb}]\n"
CODES = ("A", "A1", "B")
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    (tmp_path / "own.yml").write_text(BOOK)
    study = Study.create(tmp_path / "study", tmp_path / "own.yml")
    talks = [("t1", "p1", "Ash"), ("t2", "p1", "Ash"), ("t3", "p2", "Oak"), ("t4", None, None)]
    with study.store.transaction("test") as write:
        write.put_cases([Case("Ash", {"size": "470", "site": "north"}), Case("Oak", {"size": "12.5"})])
        write.add_transcripts(Transcript(name, TEXT, TURNS, case, participant) for name, participant, case in talks)
        write.add_codings(
            [
                Coding("t1", 16, 20, "A1", "Ana"),
                Coding("t3", 16, 20, "B", "Ben"),
                Coding("t3", 3, 8, "A", "Ben"),  # on the interviewer's words
            ],
            study.codebook,
        )
        write.add_passes([CodingPass(name, "Ana", 0, len(TEXT), CODES) for name in ("t1", "t2", "t3")])
        write.add_passes([CodingPass("t3", "Ben", 16, 31, CODES), CodingPass("t4", "Ben", 16, 31, ("B",))])
    yield study
    study.close()


def table(study: Study, **asked: object) -> dict[str, list[int | None]]:
    found = respondents(study.corpus, study.codebook, RespondentOptions(**asked))  # type: ignore[arg-type]
    codes = [at for at, variable in enumerate(found.variables) if variable.kind == "code"]
    return {row[0]: [row[at] for at in codes] for row in found.rows}


def test_a_row_a_participant_and_a_zero_only_where_all_was_looked_through(study: Study) -> None:
    assert table(study) == {"p1": [1, 1, 0], "p2": [0, 0, 1], "t4": [None, None, None]}
    assert table(study, in_part=True)["t4"] == [None, None, 0]
    assert table(study, roll_up=False)["p1"] == [0, 1, 0]
    assert table(study, interviewer=True)["p2"] == [1, 0, 1]


def test_by_transcript_and_by_case(study: Study) -> None:
    assert table(study, by="transcript") == {
        "t1": [1, 1, 0],
        "t2": [0, 0, 0],
        "t3": [0, 0, 1],
        "t4": [None, None, None],
    }
    assert table(study, by="case") == {"Ash": [1, 1, 0], "Oak": [0, 0, 1], "t4": [None, None, None]}


def test_any_coder_all_coders_or_one(study: Study) -> None:
    assert table(study, coders="Ana")["p2"] == [0, 0, 0]
    assert table(study, coders="ben")["p2"] == [None, None, 1]
    assert table(study, coders="all")["p2"] == [0, 0, 0]
    with pytest.raises(InputError, match=r"no coder 'Anna' \(Ana, Ben\)\. Did you mean 'Ana'"):
        table(study, coders="Anna")


def test_what_was_adjudicated_stands_for_everybody(study: Study) -> None:
    with study.store.transaction("test") as write:
        write.add_passes([CodingPass("t3", "consensus", 0, len(TEXT), ("B",), Origin.ADJUDICATED)])
    assert table(study)["p2"] == [0, 0, 0]
    assert table(study, coders="Ben")["p2"] == [None, None, 1]


def test_a_zero_needs_a_look_at_every_transcript_of_the_row(study: Study) -> None:
    with study.store.transaction("test") as write:
        write.add_transcripts(Transcript(name, TEXT, TURNS, None, "p3") for name in ("t5", "t6"))
        write.add_passes([CodingPass("t5", "Ana", 0, len(TEXT), CODES)])
    assert table(study)["p3"] == [None, None, None]
    assert table(study, in_part=True)["p3"] == [0, 0, 0]


def test_what_describes_a_row_is_what_its_transcripts_have_in_common(study: Study) -> None:
    found = respondents(study.corpus, study.codebook, RespondentOptions())
    named = [(variable.word, variable.kind) for variable in found.variables[:5]]
    assert named == [
        ("participant", "text"),
        ("transcripts", "number"),
        ("case_id", "text"),
        ("size", "number"),
        ("site", "text"),
    ]
    assert [list(row[:5]) for row in found.rows] == [
        ["p1", 2, "Ash", 470.0, "north"],
        ["p2", 1, "Oak", 12.5, ""],
        ["t4", 1, "", None, ""],
    ]


def test_the_command_says_what_is_missing(study: Study, run_cli: Run, tmp_path: Path) -> None:
    code, out, told = run_cli("-C", study.folder, "export", "--respondents", tmp_path / "r.csv")
    assert (code, out) == (0, "")
    assert "Wrote 3 participants and 3 codes to" in told
    assert "3 cells are missing: nobody looked for the code in all that was said. With --in-part" in told
    assert pd.read_csv(tmp_path / "r.csv")["A1"].tolist()[:2] == [1, 0]
    assert run_cli("-C", study.folder, "export", "--respondents", tmp_path / "r.doc")[0] == 1


def test_without_any_coding_there_is_nothing_to_count(empty_study: Study, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Nothing is coded in this study yet"):
        empty_study.export_respondents(tmp_path / "r.csv")
