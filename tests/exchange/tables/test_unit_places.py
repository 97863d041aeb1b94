"""Units of a table find their places in a transcript that came as a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from secondcoder.domain.records import Transcript
from secondcoder.errors import InputError
from secondcoder.exchange.importing import ImportOptions
from secondcoder.exchange.tables.quoted_text import QuotedText
from secondcoder.exchange.tables.unit_places import in_order
from secondcoder.study.study import Study
from support.study_checks import write_csv

TALK = [
    ("I", "How did it start here?"), ("R", "We all sat down and agreed what it was for."), ("I", "Yes?"), ("R", "Yes."),
    ("R", "The room is cold. Yesterday it was not."), ("I", "Go on."), ("R", "Yes."),
]  # fmt: skip
HEADER = ("transcript", "order", "speaker", "role", "text", "codes", "coder")


def word_file(path: Path, *talk: tuple[str, str]) -> Path:
    document = Document()
    for speaker, said in talk:
        document.add_paragraph(f"{speaker}: {said}")
    document.save(str(path))
    return path


def table(path: Path, *units: tuple[str, str, str]) -> Path:
    """(text, codes, coder) a unit."""
    rows = [("gp1", at, "", "", *unit) for at, unit in enumerate(units, start=1)]
    return write_csv(path, [dict(zip(HEADER, row, strict=True)) for row in rows])


def coded(study: Study) -> list[tuple[str, str, str]]:
    texts = study.corpus.by_id
    return [(texts[c.transcript].text[c.start : c.end], c.code, c.coder) for c in study.corpus.codings]


@pytest.mark.parametrize("together", [True, False])
def test_the_example_of_the_readme_may_come_as_a_word_file_and_its_codes(
    empty_study: Study, tmp_path: Path, together: bool
) -> None:
    files = [
        word_file(tmp_path / "gp1.docx", *TALK[:2], ("R", "The room is cold.")),
        table(
            tmp_path / "codes.csv",
            (TALK[0][1], "", ""),
            (TALK[1][1], "CA|F2", "Ines"),
            ("The room is cold.", "", "Ines"),
        ),
    ]
    notes: list[str] = []
    for paths in [files] if together else [[file] for file in files]:
        notes += empty_study.import_files(paths).notes
    assert coded(empty_study) == [(TALK[1][1], "CA", "Ines"), (TALK[1][1], "F2", "Ines")]
    assert any("the rows of 'gp1' were found in its transcript by their text" in note for note in notes)
    text = empty_study.corpus.by_id["gp1"].text
    (look,) = empty_study.corpus.passes
    assert text[look.start : look.end] == f"{TALK[1][1]}\nR: The room is cold."


@pytest.mark.parametrize(
    "said", ["We  all sat\ndown and agreed\u00a0what it was for.", "The room is cold.", "  Go on. "]
)
def test_white_space_does_not_matter_and_a_unit_may_be_a_sentence(
    empty_study: Study, tmp_path: Path, said: str
) -> None:
    empty_study.import_files([word_file(tmp_path / "gp1.docx", *TALK)])
    empty_study.import_files([table(tmp_path / "codes.csv", (said, "CO", "Ada"))])
    assert coded(empty_study) == [(" ".join(said.split()), "CO", "Ada")]


def test_what_stands_several_times_is_placed_by_its_neighbours_or_refused(empty_study: Study, tmp_path: Path) -> None:
    empty_study.import_files([word_file(tmp_path / "gp1.docx", *TALK)])
    text = empty_study.corpus.by_id["gp1"].text
    places = [at for at in range(len(text)) if text.startswith("Yes.", at)]
    with pytest.raises(
        InputError,
        match=rf"line 2: the text stands 2 times in 'gp1': {places[0]}-{places[0] + 4} \(turn 4, R: 'Yes.'\); {places[1]}-",
    ):
        empty_study.import_files([table(tmp_path / "codes.csv", ("Yes.", "CO", "Ada"))])
    empty_study.import_files([table(tmp_path / "codes.csv", ("Go on.", "", ""), ("Yes.", "CO", "Ada"))])
    assert [coding.start for coding in empty_study.corpus.codings] == [places[1]]


def test_a_text_that_is_not_there_is_refused_with_all_others(empty_study: Study, tmp_path: Path) -> None:
    empty_study.import_files([word_file(tmp_path / "gp1.docx", *TALK)])
    units = [
        ("Go on.", "CO", "Ada"),
        ("Never said.", "CO", "Ada"),
        ("Nor this.", "", "Ada"),
        ("Nobody looked.", "", ""),
    ]
    with pytest.raises(InputError) as caught:
        empty_study.import_files([table(tmp_path / "codes.csv", *units)], ImportOptions())
    assert [line.split(":")[0].strip() for line in str(caught.value).splitlines()[1:3]] == ["line 3", "line 4"]
    assert coded(empty_study) == []


WORDS = st.lists(st.sampled_from(["ja", "nein", "wohl", "so", "jaja"]), min_size=1, max_size=3).map(" ".join)


@settings(max_examples=200, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=6), st.sampled_from([" ", "\n\n", "\n R: "]))
def test_a_place_that_is_told_is_the_right_one(units: Sequence[str], between: str) -> None:
    text = between.join(units)
    starts = [len(between.join([*units[:at], ""])) if at else 0 for at in range(len(units))]
    quoted = QuotedText(Transcript("t", text, ()))
    candidates = in_order([quoted.spans(unit) for unit in units])
    for start, unit, spans in zip(starts, units, candidates, strict=True):
        assert (start, start + len(unit)) in spans
        assert all("".join(text[a:b].split()) == "".join(unit.split()) for a, b in spans)
