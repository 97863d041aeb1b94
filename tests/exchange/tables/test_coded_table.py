"""The coded table: units, spans, coders and passes, alike in every file format."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from secondcoder.domain.records import Coding, CodingPass, Origin, Transcript, Valence
from secondcoder.exchange.registry import CodedData, ImportContext
from secondcoder.exchange.tables import coded_table
from secondcoder.exchange.tables.unit_rows import transcript_of_units
from secondcoder.study.study import Study
from support.coded_rows import BOOK, ROW, SPOKEN, TEXT, read, refusal, rows
from support.study_checks import TALK, talk_rows, write_csv


def unit_texts(transcript: Transcript) -> list[str]:
    return [transcript.text[turn.start : turn.end] for turn in transcript.turns]


def passed(table: CodedData, transcript: Transcript) -> list[tuple[str, list[str]]]:
    """Coder of each pass with the units inside it."""
    return [
        (
            coding_pass.coder,
            [
                transcript.text[t.start : t.end]
                for t in transcript.turns
                if coding_pass.start <= t.start < coding_pass.end
            ],
        )
        for coding_pass in table.passes
    ]


def test_each_row_stays_the_unit_that_it_is(tmp_path: Path) -> None:
    texts = [" Plain. ", "e\u0301 combined, é composed", "👩\u200d⚕️🏥 nurse", "two\nlines\r\nhere", "שלום", "=1+1"]
    table = read(tmp_path, rows(*({"text": text, "codes": "CO"} for text in texts)))
    (transcript,) = table.transcripts
    assert unit_texts(transcript) == [text.strip() for text in texts]
    assert [transcript.text[coding.start : coding.end] for coding in table.codings] == unit_texts(transcript)
    assert transcript.unitised


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1), min_size=1, max_size=4))
def test_offsets_hold_for_any_text(tmp_path: Path, texts: list[str]) -> None:
    texts = [f"{text}." for text in texts]
    (transcript,) = read(tmp_path, rows(*({"text": text} for text in texts))).transcripts
    assert unit_texts(transcript) == [text.strip() for text in texts]


def test_rows_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    table = read(tmp_path, [{**ROW, "order": order, "text": f"Nr {order}"} for order in (10, 2, 1.5)])
    assert unit_texts(table.transcripts[0]) == ["Nr 1.5", "Nr 2", "Nr 10"]


def test_csv_xlsx_and_parquet_give_the_same(tmp_path: Path) -> None:
    frame = pd.read_csv(TALK)
    frame.to_excel(tmp_path / "talk.xlsx", index=False)
    frame.to_parquet(tmp_path / "talk.parquet")
    frame.to_csv(tmp_path / "talk.tsv", sep="\t", index=False)
    tables = [coded_table.read(path, ImportContext(BOOK)) for path in (TALK, *sorted(tmp_path.glob("talk.*")))]
    assert len(tables) == 4
    for table in tables[1:]:
        assert [transcript.text for transcript in table.transcripts] == [
            transcript.text for transcript in tables[0].transcripts
        ]
        assert (table.codings, table.passes, table.cases) == (tables[0].codings, tables[0].passes, tables[0].cases)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_as_spreadsheets_save_it_is_read(tmp_path: Path, encoding: str, delimiter: str) -> None:
    with (tmp_path / "codes.csv").open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, ROW, delimiter=delimiter)
        writer.writeheader()
        writer.writerow({**ROW, "text": "Wait, what; naïve?", "codes": "CO|CA"})
    table = coded_table.read(tmp_path / "codes.csv", ImportContext(BOOK))
    assert unit_texts(table.transcripts[0]) == ["Wait, what; naïve?"]
    assert [coding.code for coding in table.codings] == ["CO", "CA"]


def test_codes_may_be_written_as_names_and_only_once(tmp_path: Path) -> None:
    table = read(tmp_path, rows({"codes": " coherence | CO |Collective action|"}))
    assert list(dict.fromkeys(coding.code for coding in table.codings)) == ["CO", "CA"]


def test_empty_codes_mean_looked_and_found_nothing(tmp_path: Path) -> None:
    table = read(tmp_path, rows({"text": "A.", "codes": ""}, {"text": "B.", "codes": "CO"}))
    assert passed(table, table.transcripts[0]) == [("maria", ["A.", "B."])]
    assert table.passes[0].codes == BOOK.ids
    assert len(table.codings) == 1


def test_a_row_without_coder_was_looked_at_by_nobody(tmp_path: Path) -> None:
    table = read(tmp_path, rows({"coder": ""}, {"coder": ""}))
    assert (table.passes, table.codings) == ([], [])
    assert len(table.transcripts) == 1


def test_each_unbroken_run_of_rows_is_a_pass(tmp_path: Path) -> None:
    coders = ["maria", "maria", "", "maria", ""]
    table = read(tmp_path, rows(*({"text": f"{n}.", "coder": coder} for n, coder in enumerate(coders))))
    assert passed(table, table.transcripts[0]) == [("maria", ["0.", "1."]), ("maria", ["3."])]


def test_several_coders_share_a_unit(tmp_path: Path) -> None:
    table = read(
        tmp_path,
        [
            {**ROW, "codes": "CO"},
            {**ROW, "codes": "", "coder": "jonas"},
            {**ROW, "order": 2, "text": "Only Maria.", "codes": "CA"},
        ],
    )
    (transcript,) = table.transcripts
    assert unit_texts(transcript) == ["Right.", "Only Maria."]
    assert sorted(passed(table, transcript)) == [("jonas", ["Right."]), ("maria", ["Right.", "Only Maria."])]
    assert [(coding.coder, coding.code) for coding in table.codings] == [("maria", "CO"), ("maria", "CA")]


def test_a_coder_from_outside_fills_only_empty_cells(tmp_path: Path) -> None:
    table = read(tmp_path, rows({"codes": "CO"}, {"codes": "CA", "coder": ""}), coder="jonas")
    assert [(coding.code, coding.coder) for coding in table.codings] == [("CO", "maria"), ("CA", "jonas")]


def test_valence_and_memo_are_kept(tmp_path: Path) -> None:
    table = read(tmp_path, rows({"codes": "CO", "valence": "Inhibits", "memo": "ask again"}))
    assert [(coding.valence, coding.memo) for coding in table.codings] == [(Valence.INHIBITS, "ask again")]


def test_further_columns_become_attributes_of_cases_or_are_named(tmp_path: Path) -> None:
    table = read(
        tmp_path,
        [
            {**ROW, "case": "Ash", "integration": "full", "mood": "glad"},
            {**ROW, "order": 2, "case": "Ash", "integration": "full", "mood": "cross"},
        ],
    )
    assert [(case.id, dict(case.attributes)) for case in table.cases] == [("Ash", {"integration": "full"})]
    assert any("'mood'" in note for note in table.notes)


def test_span_rows_mark_a_transcript_that_is_there(tmp_path: Path) -> None:
    marks = [{"start": 12, "end": 19, "codes": "CO|CA"}, {"start": 20, "end": len(TEXT), "codes": "CA"}]
    spans = [{**ROW, "text": TEXT[mark["start"] : mark["end"]], **mark} for mark in marks]
    table = read(tmp_path, spans, SPOKEN)
    assert table.transcripts == []
    assert [(TEXT[coding.start : coding.end], coding.code) for coding in table.codings] == [
        ("Because", "CO"), ("Because", "CA"), ("e\u0301 is 👩\u200d⚕️ here.", "CA"),
    ]  # fmt: skip
    assert table.passes == [CodingPass("t1", "maria", 12, len(TEXT), BOOK.ids)]  # only a blank divides the two looks


def test_a_span_row_without_codes_says_where_the_coder_looked(tmp_path: Path) -> None:
    spans = [{**ROW, "text": "", "start": 0, "end": 19}, {**ROW, "text": "", "start": 12, "end": 19, "codes": "CO"}]
    table = read(tmp_path, spans, SPOKEN)
    assert table.passes == [CodingPass("t1", "maria", 0, 19, BOOK.ids)]
    assert table.codings == [Coding("t1", 12, 19, "CO", "maria")]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"transcript": "t1b"}, "line 2: transcript 't1b' is not in the study. Did you mean 't1'?"),
        ({"start": 12, "end": 999}, f"line 2: span 12-999 does not lie in 't1' (0-{len(TEXT)})."),
        ({"start": 19, "end": 12}, "line 2: span 19-12 does not lie"),
        ({"start": 12, "end": ""}, "line 2: start '12' and end '' must be whole numbers."),
        ({"start": "-1", "end": "1.5"}, "must be whole numbers."),
        ({"start": 13, "end": 20}, "line 2: the text differs from 't1' at 13-20, where it reads 'ecause "),
    ],
)
def test_a_span_that_is_not_there_is_refused(tmp_path: Path, row: dict[str, object], message: str) -> None:
    assert message in refusal(tmp_path, [{**ROW, "text": "Because", "start": 12, "end": 19, **row}], SPOKEN)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"text": " "}, "line 2: the row has no text."),
        ({"transcript": ""}, "line 2: no transcript is named."),
        ({"order": "first"}, "line 2: order 'first' is not a number."),
        ({"codes": "CO", "coder": ""}, "line 2: codes, but no coder."),
        ({"codes": "CO|Cohernce"}, "line 2: code 'Cohernce' is not in the codebook. Did you mean 'Coherence'?"),
        ({"codes": "CO", "valence": "promote"}, "line 2: valence 'promote' is none of .* Did you mean 'promotes'?"),
    ],
)
def test_a_bad_row_is_refused(tmp_path: Path, changes: dict[str, object], message: str) -> None:
    said = refusal(tmp_path, rows(changes))
    start, _, end = message.partition(" .* ")
    assert said.startswith(f"codes.csv {start}")
    assert end in said
    assert said.endswith(" Nothing was imported.")


def test_all_bad_rows_are_reported_with_the_line_where_they_begin(tmp_path: Path) -> None:
    said = refusal(tmp_path, rows({"text": "two\nlines"}, {"text": ""}, {}, {"codes": "XX"}))
    assert said.splitlines()[0] == "codes.csv: 2 faults."
    assert [line.split(":")[0].strip() for line in said.splitlines()[1:3]] == ["line 4", "line 6"]


@pytest.mark.parametrize("orders", [(1, 1), ("1", "1.0"), ("7", " 7")])
def test_a_unit_that_stands_twice_is_refused(tmp_path: Path, orders: tuple[object, object]) -> None:
    said = refusal(tmp_path, [{**ROW, "order": orders[0], "codes": "CO"}, {**ROW, "order": orders[1], "codes": "CA"}])
    assert "line 3: the same unit of 't1' by maria stands on line 2 already." in said


SPAN = {**ROW, "start": 12, "end": 19, "text": "Because", "codes": "CO"}
"""A row that marks a span of SPOKEN."""


@pytest.mark.parametrize("origins", [("", "independent"), ("Independent ", ""), ("reviewed", "REVIEWED")])
def test_a_span_that_stands_twice_with_one_origin_is_refused(tmp_path: Path, origins: tuple[str, str]) -> None:
    rows = [{**SPAN, "origin": origin} for origin in origins]
    assert "line 3: the same unit of 't1' by maria stands on line 2 already." in refusal(tmp_path, rows, SPOKEN)


@pytest.mark.parametrize(
    "change",
    [
        {"origin": "reviewed"}, {"origin": "adjudicated"}, {"codes": "CA"}, {"coder": "jonas"}, {"end": 22, "text": ""},
        {"start": 13, "text": ""}, {"codes": "", "looked_for": "CO"}, {"transcript": "t2"},
    ],
)  # fmt: skip
def test_a_span_that_differs_is_another(tmp_path: Path, change: Mapping[str, object]) -> None:
    other = replace(SPOKEN, id="t2")
    table = read(tmp_path, [{"looked_for": "", "origin": "independent", **SPAN}, {**SPAN, **change}], SPOKEN, other)
    assert len(table.codings) + len([coding_pass for coding_pass in table.passes if coding_pass.codes == ("CO",)]) == 2


def test_a_unit_that_two_coders_saw_with_different_texts_is_refused(tmp_path: Path) -> None:
    assert "another text or speaker than on line 2" in refusal(
        tmp_path, [ROW, {**ROW, "coder": "jonas", "text": "No."}]
    )


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    table = [{"transcript": "t1", "text": "A.", "kodes": "CO"}]
    assert "column 'codes' is missing. Did you mean 'kodes'?" in refusal(tmp_path, table)


def test_no_units_make_no_transcript() -> None:
    assert transcript_of_units("t1", [], "codes.csv")[0].text == ""


SPANS = st.tuples(st.integers(0, len(TEXT) - 1), st.integers(1, 9)).map(lambda at: (at[0], min(sum(at), len(TEXT))))
CODINGS = st.builds(
    lambda span, *rest: Coding("t1", *span, *rest),
    SPANS, st.sampled_from(BOOK.ids), st.sampled_from(["ada", "ben"]), st.sampled_from(Origin),
    st.none() | st.sampled_from(Valence), st.sampled_from(["", "=1+1", "said twice"]),
)  # fmt: skip
LOOKED_FOR = st.lists(st.sampled_from(BOOK.ids), min_size=1, unique=True).map(tuple) | st.just(BOOK.ids)
PASSES = st.builds(
    lambda span, coder, codes, origin: CodingPass("t1", coder, *span, codes, origin),
    SPANS, st.sampled_from(["ada", "ben"]), LOOKED_FOR, st.sampled_from(Origin),
)  # fmt: skip


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(CODINGS, max_size=5, unique_by=lambda one: (one.start, one.end, one.code, one.coder, one.origin)),
    st.lists(PASSES, max_size=4, unique=True),
)
def test_codings_and_passes_of_every_origin_come_back(
    tmp_path: Path, codings: list[Coding], passes: list[CodingPass]
) -> None:
    """What was looked through with suggestions on screen too, and nothing that nobody looked through."""
    assume(codings or passes)
    coded_table.write(CodedData([SPOKEN], [], codings, passes), BOOK, tmp_path / "out.csv")
    back = coded_table.read(tmp_path / "out.csv", ImportContext(BOOK, {"t1": SPOKEN}))
    assert set(back.codings) == set(codings)
    assert set(back.passes) == set(passes)


def test_what_was_looked_for_stands_in_rows_of_its_own(tmp_path: Path) -> None:
    mark = {"transcript": "t1", "start": 12, "end": 19, "text": "", "codes": "CO", "coder": "ada", "looked_for": "CO"}
    assert "line 2: looked_for stands beside codes." in refusal(tmp_path, [mark], SPOKEN)
    assert "line 2: code 'XX' is not in" in refusal(tmp_path, [{**mark, "codes": "", "looked_for": "XX"}], SPOKEN)


@pytest.mark.parametrize("column", ["codes", "code", "code 1"])
def test_offsets_are_enough_without_a_column_of_text(tmp_path: Path, column: str) -> None:
    table = [{"transcript": "t1", "start": 12, "end": 15, column: "CO", "coder": "Ada"}]
    assert coded_table.sniff(write_csv(tmp_path / "codes.csv", table))
    assert [(coding.span, coding.code) for coding in read(tmp_path, table, SPOKEN).codings] == [((12, 15), "CO")]


@pytest.mark.parametrize("missing", ["start", "end"])
def test_one_offset_is_not(tmp_path: Path, missing: str) -> None:
    row: dict[str, object] = {"transcript": "t1", "start": 12, "end": 15, "codes": "CO", "coder": "Ada"}
    del row[missing]
    assert "column 'text' is missing" in refusal(tmp_path, [row], SPOKEN)


@pytest.mark.parametrize("cell", ["1.000", "12.000", "1,012", "1 012", "1'012"])
def test_an_offset_with_its_thousands_marked_is_refused(tmp_path: Path, cell: str) -> None:
    """In German `1.000` is a thousand: read as 1, the code would lie elsewhere in silence."""
    assert "must be whole numbers" in refusal(tmp_path, [{**ROW, "text": "", "start": cell, "end": 15}], SPOKEN)


@pytest.mark.parametrize(
    ("order", "fault"), [("1.000", "thousands"), ("12.345", "thousands"), ("inf", "not a number"), ("1,5", "not")]
)
def test_an_order_that_may_be_another_is_refused(tmp_path: Path, order: str, fault: str) -> None:
    assert fault in refusal(tmp_path, [{**ROW, "order": order}])


@pytest.mark.parametrize(
    ("orders", "skipped"), [((1, 2, 5), "3 and 4"), ((0, 2, 3), "1"), ((10, 20, 21), "11, 12, 13, 14, 15 and 4 more")]
)
def test_orders_that_skip_numbers_are_named(tmp_path: Path, orders: tuple[int, ...], skipped: str) -> None:
    table = [{**ROW, "order": order, "text": f"Unit {order}."} for order in orders]
    assert (
        f"the units of 't1' skip the order {skipped}. Are rows missing, as those that a filter hides?"
        in read(tmp_path, table).notes
    )


@pytest.mark.parametrize("orders", [(1, 2, 3), (7, 8, 9), (1, 1.5, 4), (3, 1, 2)])
def test_orders_that_skip_none_are_not(tmp_path: Path, orders: tuple[float, ...]) -> None:
    table = [{**ROW, "order": order, "text": f"Unit {order}."} for order in orders]
    assert not any("skip" in note for note in read(tmp_path, table).notes)


def test_a_speaker_in_two_spellings_is_one_and_said(empty_study: Study, tmp_path: Path) -> None:
    rows = [
        {"transcript": "t", "order": at, "speaker": who, "text": f"Word {at}.", "codes": "", "coder": ""}
        for at, who in enumerate(("GP", "gp", "GP\u200b"))
    ]
    imported = empty_study.import_files([write_csv(tmp_path / "codes.csv", rows)])
    assert {turn.speaker for turn in empty_study.corpus.by_id["t"].turns} == {"GP"}
    assert [note for note in imported.notes if "is taken for" in note] == [
        "codes.csv: 't': speaker 'gp' is taken for 'GP'"
    ]


@pytest.mark.parametrize("blank", [" ", "\u3000", "\u00a0", "\t"])
def test_blanks_around_a_memo_are_no_part_of_it(coded_study: Study, tmp_path: Path, blank: str) -> None:
    rows = [dict(row, memo=f"{blank}so{blank}") for row in talk_rows() if row["codes"]][:1]
    rows[0] |= {"transcript": "new", "coder": "Ida"}
    coded_study.import_files([write_csv(tmp_path / "codes.csv", rows)])
    assert [coding.memo for coding in coded_study.corpus.codings if coding.coder == "Ida"] == ["so"]
