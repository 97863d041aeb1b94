"""A coded row is a look at its own span, and only what was said to be read counts as read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from secondcoder.codebook.yaml_file import load_codebook
from secondcoder.domain.records import Coding, CodingPass, Origin, SpeakerRole, Transcript, Turn
from secondcoder.domain.spans import looked_for
from secondcoder.errors import TableError
from secondcoder.exchange.importing import ImportOptions
from secondcoder.exchange.persist import new_passes
from secondcoder.exchange.read_spans import passes_of_codings, reading_lines
from secondcoder.exchange.registry import CodedData, ImportContext
from secondcoder.exchange.tables import coded_table
from secondcoder.reports.tables import write_table
from secondcoder.study.study import Study
from support.study_checks import write_csv

BOOK = load_codebook("npt-core")
TEXT = "I: Why?\nGP: Because we met there. And then we stayed."
ANSWER = TEXT.index("Because")
TALK = Transcript(
    "t1", TEXT, (Turn(3, 7, "I", SpeakerRole.INTERVIEWER), Turn(ANSWER, len(TEXT), "GP", SpeakerRole.PARTICIPANT))
)
MIDDLE = TEXT.index("And")
FIRST = {"transcript": "t1", "start": ANSWER, "end": MIDDLE, "codes": "CO", "coder": "Ada", "text": ""}
SECOND = {**FIRST, "start": MIDDLE, "end": len(TEXT), "codes": "CA"}
BLANK = {**SECOND, "codes": ""}


def read(folder: Path, *rows: Mapping[str, object], suffix: str = ".csv", whole: bool = False) -> CodedData:
    import pandas as pd

    path = folder / f"codes{suffix}"
    write_table(pd.DataFrame(rows), path)
    return coded_table.read(path, ImportContext(BOOK, {"t1": TALK}, read_whole=whole))


def cover(passes: Sequence[CodingPass], coder: str = "Ada") -> list[tuple[int, int]]:
    """What a coder read for all codes."""
    covers = looked_for(each for each in passes if each.coder == coder and each.origin is Origin.INDEPENDENT)
    return [span for spans, codes in covers.items() if codes == set(BOOK.ids) for span in spans]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet", ".jsonl"])
def test_a_coded_row_is_a_look_at_its_own_span_with_or_without_blank_rows(tmp_path: Path, suffix: str) -> None:
    everything = [(ANSWER, len(TEXT))]
    assert cover(read(tmp_path, FIRST, suffix=suffix).passes) == [(ANSWER, MIDDLE)]
    assert cover(read(tmp_path, FIRST, BLANK, suffix=suffix).passes) == everything
    assert cover(read(tmp_path, BLANK, FIRST, suffix=suffix).passes) == everything
    assert cover(read(tmp_path, FIRST, SECOND, suffix=suffix).passes) == everything


@pytest.mark.parametrize(
    "blank", [{**BLANK, "coder": "Bea"}, {**BLANK, "start": 3, "end": 7}, {**BLANK, "origin": "reviewed"}]
)
def test_a_row_elsewhere_takes_nothing_from_a_coded_row(tmp_path: Path, blank: Mapping[str, object]) -> None:
    spans = cover(read(tmp_path, {"origin": "", **FIRST}, {"origin": "", **blank}).passes)
    assert any(start <= ANSWER and end >= MIDDLE for start, end in spans)


@pytest.mark.parametrize("origin", ["reviewed", "adjudicated"])
def test_what_was_coded_with_suggestions_or_in_a_group_is_no_look(tmp_path: Path, origin: str) -> None:
    assert read(tmp_path, {**FIRST, "origin": origin}).passes == []
    assert read(tmp_path, {**FIRST, "origin": origin}, whole=True).passes == []


def test_a_whole_transcript_is_read_where_somebody_says_so(tmp_path: Path) -> None:
    whole = [CodingPass("t1", "Ada", 0, len(TEXT), BOOK.ids)]
    other = {**SECOND, "coder": "Bea", "read": ""}
    for rows in (
        [{**FIRST, "read": "whole"}], [{**FIRST, "read": "Whole "}, {**SECOND, "read": ""}],
        [{**FIRST, "read": ""}, {**BLANK, "read": "whole"}],
        [{**FIRST, "read": ""}, {"transcript": "t1", "coder": "Ada", "read": "whole", "codes": "", "text": ""}],
    ):  # fmt: skip
        data = read(tmp_path, *rows, other)
        assert [each for each in data.passes if each.coder == "Ada"] == whole
        assert cover(data.passes, "Bea") == [(MIDDLE, len(TEXT))]
    assert read(tmp_path, FIRST, whole=True).passes == whole
    assert len(read(tmp_path, FIRST, other, whole=True).passes) == 2


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({**FIRST, "read": "partly"}, "read 'partly' is none of yes, no, whole."),
        ({**FIRST, "read": "no"}, "codes, but read 'no'."),
        (
            {"transcript": "t1", "coder": "Ada", "read": "yes"},
            "read 'yes', but neither text nor start and end say what.",
        ),
        ({"transcript": "t9", "coder": "Ada", "read": "whole"}, "transcript 't9' is not in the study."),
        ({"transcript": "t1", "coder": "", "read": "whole"}, "read, but no coder."),
        (
            {"transcript": "t1", "coder": "Ada", "read": "whole", "codes": "CO"},
            "codes, but neither text nor start and end",
        ),
    ],
)
def test_a_reading_that_says_too_little_is_refused(tmp_path: Path, row: Mapping[str, object], fault: str) -> None:
    with pytest.raises(TableError) as caught:
        read(tmp_path, dict.fromkeys(FIRST, "") | row)
    assert fault in str(caught.value)


def test_looks_of_codings_say_each_thing_once() -> None:
    marks = [Coding("t1", start, end, "CO", "Ada") for start, end in ((0, 5), (3, 9), (20, 30), (22, 25))]
    stated = [CodingPass("t1", "Ada", 15, 40, BOOK.ids), CodingPass("t1", "Ada", 0, 9, ("CO",))]
    assert [each.span for each in passes_of_codings(marks, stated, BOOK.ids)] == [(0, 9)]
    assert passes_of_codings([Coding("t1", 0, 5, "CO", "Ada", Origin.REVIEWED)], [], BOOK.ids) == []


def test_what_lies_within_a_known_look_is_nothing_new() -> None:
    known = [CodingPass("t1", "Ada", 0, 50, ("CO",))]
    inside, beyond = CodingPass("t1", "Ada", 5, 9, ("CO", "CA")), CodingPass("t1", "Ada", 5, 51, ("CO", "CA"))
    assert new_passes([inside, beyond], known, []) == [beyond]
    assert new_passes([inside], known, [Coding("t1", 5, 9, "CA", "Ada")]) == [inside]


def test_the_import_says_what_was_read_and_by_whom() -> None:
    look = CodingPass("t1", "Ada", ANSWER, len(TEXT), BOOK.ids)
    part = CodingPass("t1", "Bea", ANSWER, MIDDLE, BOOK.ids)
    assert reading_lines(
        [look, part, CodingPass("t1", "Cleo", 0, 50, BOOK.ids, Origin.REVIEWED)], {"t1": TALK}, BOOK.ids
    ) == [
        "read whole by Ada for all 9 codes: t1",
        f"read in part by Bea for all 9 codes: {(MIDDLE - ANSWER) / len(TEXT):.0%} of t1. The rest counts as not looked at",
    ]


def test_an_import_names_codings_that_reach_no_segment(empty_study: Study, tmp_path: Path) -> None:
    (tmp_path / "t1.txt").write_text(TEXT, encoding="utf-8")
    empty_study.import_files([tmp_path / "t1.txt"])
    text = empty_study.corpus.by_id["t1"].text
    asked = {**FIRST, "start": text.index("Why"), "end": text.index("Why") + 4}
    said = {**FIRST, "start": text.index("Because"), "end": text.index("And")}
    notes = empty_study.import_files([write_csv(tmp_path / "codes.csv", [asked, said])]).notes
    assert any(
        "1 coding of Ada reaches no segment, so it does not count (CO 1): CO in 't1' at 3-7." in note for note in notes
    )
    more = empty_study.import_files([write_csv(tmp_path / "more.csv", [{**said, "codes": "CA"}])], ImportOptions())
    assert not any("no segment" in note for note in more.notes)
