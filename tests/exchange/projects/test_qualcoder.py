"""QualCoder's projects, of both schemas, with positions that an independent writer counted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from secondcoder.domain.records import CodingPass
from secondcoder.errors import CodebookError, InputError
from secondcoder.exchange.importing import ImportOptions
from secondcoder.exchange.projects.qualcoder import CODED_FORMAT, sniff
from secondcoder.exchange.registry import ImportContext, find_coded_format
from secondcoder.study.study import Study
from support.native_projects import (
    EMPTY,
    QUALCODER_17,
    marked_talks,
    new_study,
    places,
    qualcoder,
    read_alone,
    run,
    utf16,
)

TALK = "I: How did it start?\nP1: With a call about the café.\nP1: A long one.\n"
MARK = (25, 36, "Start", "Ana")


@settings(max_examples=25, deadline=None)
@given(talk=marked_talks())
def test_positions_are_code_points_of_the_text(tmp_path_factory: pytest.TempPathFactory, talk: Any) -> None:
    text, spans = "".join(talk[0]), talk[1]
    folder = qualcoder(tmp_path_factory.mktemp("q") / "p.qda", [text], [(*span, "A code", "Ana") for span in spans])
    data = read_alone(CODED_FORMAT, folder)
    assert data.transcripts[0].text == text
    assert places(data) == {("talk1", *span, "a-code", "Ana") for span in spans}


@settings(max_examples=25, deadline=None)
@given(talk=marked_talks())
def test_a_byte_order_mark_counts_and_windows_line_ends_count_two(
    tmp_path_factory: pytest.TempPathFactory, talk: Any
) -> None:
    text, spans = "".join(talk[0]), talk[1]
    stored = "\ufeff" + text.replace("\n", "\r\n")
    counted = [tuple(1 + len(text[:place].replace("\n", "\r\n")) for place in span) for span in spans]
    folder = qualcoder(tmp_path_factory.mktemp("q") / "p.qda", [stored], [(*span, "A code", "Ana") for span in counted])
    data = read_alone(CODED_FORMAT, folder)
    assert data.transcripts[0].text == text
    assert places(data) == {("talk1", *span, "a-code", "Ana") for span in spans}


def test_utf_16_positions_are_known_by_the_words_that_the_project_quotes(tmp_path: Path) -> None:
    text = "I: Thanks 😀😀.\nP: It was loud there, and hard.\n"
    spans = [(text.index(words), text.index(words) + len(words)) for words in ("It was loud", "hard")]
    rows: list[tuple[str, Any]] = [
        ("source", (1, "t.txt", text, None, "", "", "", None)),
        ("code_name", (1, "A", "", None, "", "", "", None)),
    ]
    for at, (start, end) in enumerate(spans, 1):
        place = utf16(text, start), utf16(text, end)
        rows.append(("code_text", (at, 1, 1, text[start:end], *place, "Ana", "", "", None, 0)))
    data = read_alone(CODED_FORMAT, run(tmp_path / "p.qda" / "data.qda", QUALCODER_17, rows).parent)
    assert [each.span for each in data.codings] == spans
    assert "2 codings whose positions count UTF-16 units, as their quotations show" in data.notes


def test_positions_beside_the_quoted_words_are_mended_and_said(tmp_path: Path) -> None:
    text = TALK + "P1: It’s hard—very.\n"
    rows: list[tuple[str, Any]] = [
        ("source", (1, "t.txt", text, None, "", "", "", None)),
        ("code_name", (1, "A", "", None, "", "", "", None)),
        ("code_text", (1, 1, 1, "A long", 50, 53, "Ana", "", "", None, 0)),
        ("code_text", (2, 1, 1, "It's hard -very", 80, 93, "Ana", "", "", None, 0)),
    ]
    data = read_alone(CODED_FORMAT, run(tmp_path / "p.qda" / "data.qda", QUALCODER_17, rows).parent)
    assert [text[slice(*each.span)] for each in data.codings] == ["A long", "It’s hard—very"]
    assert len(data.notes) == 2


def test_categories_are_codes_above_and_codes_may_stand_under_codes(tmp_path: Path) -> None:
    rows: list[tuple[str, Any]] = [
        ("source", (1, "t.txt", TALK, None, "", "", "", None)),
        ("code_cat", (1, "Barriers", "", "", "In the way", None)),
        ("code_cat", (2, "Inner", "", "", "", 1)),
        ("code_name", (1, "Noise", "Loud places", 2, "", "", "#FF6F00", None)),
        ("code_name", (2, "Needs", "", None, "", "", "", 1)),
        ("code_text", (1, 2, 1, TALK[25:36], 25, 36, "Ana", "", " why ", None, 1)),
        ("code_image", (1, 1, 0, 0, 9, 9, 1, "", "", "Ana", 0)),
        ("cases", (1, "Ash", "", "", "")),
        ("case_text", (1, 1, 1, 0, 9, "", "", "")),
        ("attribute", (1, "Site", "case", "North", 1, "", "")),
        ("attribute", (2, "Length", "file", "30", 1, "", "")),
    ]
    folder = run(tmp_path / "p.qda" / "data.qda", QUALCODER_17, rows).parent
    book = CODED_FORMAT.codebook(folder)  # type: ignore[misc]
    assert [(code.id, code.parent) for code in book.codes] == [
        ("barriers", None),
        ("inner", "barriers"),
        ("noise", "inner"),
        ("needs", "noise"),
    ]
    assert (book["noise"].definition, book["noise"].colour) == ("Loud places", "#ff6f00")
    data = read_alone(CODED_FORMAT, folder)
    assert [(each.code, each.memo) for each in data.codings] == [("needs", "why")]
    assert data.transcripts[0].case == "Ash"
    assert dict(data.transcripts[0].attributes) == {"Length": "30"}
    assert [(case.id, dict(case.attributes)) for case in data.cases] == [("Ash", {"Site": "North"})]
    assert data.notes == ["1 coded region of a picture not taken"]


def test_a_study_may_begin_with_the_codes_of_a_project(tmp_path: Path) -> None:
    folder = qualcoder(tmp_path / "p.qda", [TALK], [MARK])
    study = Study.create(tmp_path / "study", folder)
    assert [coding.code for coding in study.import_files([folder]).codings] == ["start"]
    (tmp_path / "empty.qda").mkdir()
    with pytest.raises(CodebookError, match=r"there is no file 'data\.qda' in it"):
        Study.create(tmp_path / "other", tmp_path / "empty.qda")


def test_a_coding_is_a_look_at_its_own_span_and_at_all_only_where_somebody_says_so(tmp_path: Path) -> None:
    folder = qualcoder(tmp_path / "p.qda", [TALK], [MARK])
    assert read_alone(CODED_FORMAT, folder).passes == [CodingPass("talk1", "Ana", 25, 36, ("start",))]
    whole = read_alone(CODED_FORMAT, folder, read_whole=True)
    assert whole.passes == [CodingPass("talk1", "Ana", 0, len(TALK), ("start",))]


def test_who_gave_no_name_may_be_named(tmp_path: Path) -> None:
    folder = qualcoder(tmp_path / "p.qda", [TALK], [(25, 36, "Start", "default"), (3, 6, "Start", "Ana")])
    data = read_alone(CODED_FORMAT, folder)
    assert {each.coder for each in data.codings} == {"default", "Ana"}
    assert any("--coder NAME" in note for note in data.notes)
    assert {each.coder for each in read_alone(CODED_FORMAT, folder, coder="Bea").codings} == {"Bea", "Ana"}


def test_codes_that_the_study_lacks_are_refused_together(tmp_path: Path) -> None:
    marks = [(3 + at, 9 + at, f"Code {at}", "Ana") for at in range(7)]
    folder = qualcoder(tmp_path / "p.qda", [TALK], marks)
    with pytest.raises(InputError) as refused:
        CODED_FORMAT.read(folder, ImportContext(EMPTY))
    assert str(refused.value).startswith(
        "p.qda: 7 of its codes are not in the codebook: 'Code 0', 'Code 1', 'Code 2', 'Code 3', 'Code 4' and 2 more."
    )
    assert "import --add-codes" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_folder_is_one_project_wherever_it_lies_and_its_database_alone_will_do(tmp_path: Path) -> None:
    (tmp_path / "in" / "Ash").mkdir(parents=True)
    folder = qualcoder(tmp_path / "in" / "Ash" / "p.qda", [TALK], [MARK])
    (folder / "documents").mkdir()
    (folder / "documents" / "talk1.txt").write_text(TALK, encoding="utf-8")
    (folder / "documents" / "draft.txt").write_text("I: Not in it.\nP1: No.\n", encoding="utf-8")
    assert sniff(folder)
    assert find_coded_format(folder / "data.qda") is CODED_FORMAT
    study = new_study(tmp_path)
    imported = study.import_files([tmp_path / "in"], ImportOptions(add_codes=True))
    assert [(each.id, each.source) for each in imported.transcripts] == [("talk1", "p.qda")]
    again = study.import_files([folder], ImportOptions())
    assert (again.transcripts, again.codings) == ([], [])


def test_a_text_that_the_study_has_takes_the_codings_on_the_same_words(tmp_path: Path) -> None:
    spaced = "\n" + TALK.replace("\n", "\n\n")
    (tmp_path / "first.txt").write_text(spaced, encoding="utf-8")
    folder = qualcoder(tmp_path / "p.qda", [TALK], [MARK])
    study = new_study(tmp_path)
    study.import_files([tmp_path / "first.txt"], ImportOptions())
    imported = study.import_files([folder], ImportOptions(add_codes=True))
    assert imported.transcripts == []
    (coding,) = imported.codings
    assert (coding.transcript, spaced[coding.start : coding.end]) == ("first", TALK[25:36])
    assert any("white space alone" in note for note in imported.notes)


def test_another_text_of_the_same_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "talk1.txt").write_text(TALK.replace("call", "letter"), encoding="utf-8")
    folder = qualcoder(tmp_path / "p.qda", [TALK], [MARK])
    study = new_study(tmp_path)
    study.import_files([tmp_path / "talk1.txt"], ImportOptions())
    with pytest.raises(InputError, match="'talk1' is in the study already, with another text"):
        study.import_files([folder], ImportOptions(add_codes=True))


@pytest.mark.parametrize("span", [(-5, 3), (9, 4), (3, 4000)])
def test_positions_that_are_none_are_refused_with_their_place(tmp_path: Path, span: tuple[int, int]) -> None:
    folder = qualcoder(tmp_path / "p.qda", [TALK], [MARK])
    run(
        folder / "data.qda",
        QUALCODER_17,
        [
            ("source", (1, "t.txt", TALK, None, "", "", "", None)),
            ("code_name", (1, "A", "", None, "", "", "", None)),
            ("code_text", (1, 1, 1, None, *span, "Ana", "", "", None, 0)),
        ],
    )
    with pytest.raises(InputError, match=r"p\.qda coding 1 \(code_text\): its positions -?\d+ to \d+ are"):
        read_alone(CODED_FORMAT, folder)


def test_a_folder_without_a_project_is_refused_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "p.qda").mkdir()
    study = new_study(tmp_path)
    with pytest.raises(InputError, match=r"there is no file 'data\.qda' in it"):
        study.import_files([tmp_path / "p.qda"])
