"""The passages of a code as a Word document and as tables, opened again by other programs."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pandas as pd
import pytest
from docx import Document
from openpyxl import load_workbook
from secondcoder.domain.records import Case, Coding, Valence
from secondcoder.labels.code_passages import PassageFilter
from secondcoder.reports.word import plain_markdown, word_document
from secondcoder.study.passages import passages_document
from secondcoder.study.study import Study
from support.review_checks import HOSTILE, fill, suggestion, talk

SIGNS = "*it* was_not <b>bold</b> [1] # | \\ ~ `x` \x0c and \x01 — so"


@pytest.fixture
def study(empty_study: Study) -> Study:
    """Two interviews; three codings of CO by two people, one with valence and memo, and a suggestion of it."""
    lines = (f"First {SIGNS}.", "The second answer.", "The third one.")
    one, two = talk("t1", lines, case="ash"), talk("t2", lines)
    with empty_study.store.transaction("test") as write:
        write.put_cases([Case("ash")])
    fill(empty_study, [one, two], [suggestion(two, 2, "CO", 0.62)])
    spans = [turn.span for turn in one.turns if turn.speaker == "R"]
    codings = [
        Coding("t1", *spans[0], "CO", "ada", valence=Valence.INHIBITS, memo="see *Ben*"),
        Coding("t1", *spans[1], "CO", "ben"),
        Coding("t2", *spans[1], "CO", "ada"),
    ]
    with empty_study.store.transaction("test") as write:
        write.add_codings(codings, empty_study.codebook)
    return empty_study


def test_the_document_has_counts_first_then_quotations_by_case(study: Study) -> None:
    passages = study.passages("CO", suggested=True)
    document = Document(BytesIO(passages_document(passages, study.codebook)))
    headings = [part.text for part in document.paragraphs if part.style.name.startswith("Heading")]
    assert headings == [
        "CO Coherence",
        "Coded by people",
        "No case (1)",
        "Case ash (2)",
        "Suggested by the model, not decided on",
        "No case (1)",
    ]
    quotes = [part.text for part in document.paragraphs if part.style.name == "Quote"]
    assert f"First {SIGNS}.".replace("\x01", "\ufffd").replace("\x0c", "") in "".join(quotes).replace("\x0c", "")
    assert "— GP, case ash, wave late; interview t1, turn 2. [CO, by ada, inhibits]" in quotes
    assert "Memo: see *Ben*" in quotes
    assert quotes[-1] == "— GP, wave late; interview t2, turn 6. [CO, suggested: 62 in 100]"
    (table,) = document.tables
    cells = [[cell.text for cell in row.cells] for row in table.rows]
    assert cells[0] == ["case", "codings", "interviews", "by ada", "by ben", "inhibits", "no valence", "suggested"]
    assert cells[-1] == ["all", "3", "2", "2", "1", "1", "2", "1"]
    # Counts come before the first quotation.
    kinds = [type(part).__name__ for part in document.iter_inner_content()]
    assert kinds.index("Table") < [getattr(part.style, "name", "") for part in document.iter_inner_content()].index(
        "Quote"
    )


def test_no_label_of_a_speaker_is_in_the_document(study: Study) -> None:
    document = Document(BytesIO(passages_document(study.passages("CO"), study.codebook)))
    assert all(part.text != "R" and not part.text.startswith("R:") for part in document.paragraphs)


@pytest.mark.parametrize("text", [SIGNS, HOSTILE.replace("\n", " "), "- a point", "# 1", "> deeper", "—"])
def test_talk_reaches_word_as_it_is(text: str) -> None:
    document = Document(BytesIO(word_document("\n".join(f"> {plain_markdown(line)}" for line in text.splitlines()))))
    quotes = [part.text for part in document.paragraphs if part.style.name == "Quote"]
    assert quotes == [line.replace("\x01", "\ufffd").replace("\x07", "\ufffd") for line in text.splitlines()]


def test_tables_hold_every_passage_with_its_place(study: Study, run_cli, tmp_path: Path) -> None:
    csv, xlsx = tmp_path / "co.csv", tmp_path / "co.xlsx"
    for path in (csv, xlsx, tmp_path / "co.parquet", tmp_path / "co.jsonl"):
        code, out, said = run_cli("-C", study.folder, "passages", "CO", "--suggested", "--out", path)
        assert (code, out) == (0, "")
        assert said.startswith("3 codings and 1 suggestion of CO.")
    table = pd.read_csv(csv)
    assert list(table["status"]) == ["coded"] * 3 + ["suggested"]
    texts = study.corpus.by_id
    for row in table.itertuples():
        if "First" not in row.text:  # the first holds signs that a table writes otherwise
            assert texts[row.transcript].text[row.start : row.end] == row.text
    assert table["probability"].dropna().tolist() == [0.62]
    assert load_workbook(xlsx).sheetnames == ["passages"]


def test_the_command_says_what_there_is_not(study: Study, run_cli, tmp_path: Path) -> None:
    for words, message in (
        (("CO", "--case", "Asch"), "no case 'Asch'. Did you mean 'ash'?"),
        (("CO", "--coder", "adda"), "no coder 'adda'. Did you mean 'ada'?"),
        (("COO",), "Did you mean 'CO'?"),
        (("CO", "--out", tmp_path / "x.doc"), "Did you mean '.docx'? Nothing was written."),
    ):
        code, out, said = run_cli("-C", study.folder, "passages", *words)
        assert (code, out) == (1, ""), words
        assert message in said
    assert run_cli("-C", study.folder, "passages", "CO", "--case", "ASH")[2] == "2 codings of CO.\n"


def test_without_a_code_all_codes_are_counted(study: Study, run_cli) -> None:
    code, out, _ = run_cli("-C", study.folder, "passages")
    (row,) = (line.split() for line in out.splitlines() if line.split()[:1] == ["CO"])
    assert (code, row) == (0, ["CO", "3", "2", "2", "1", "1"])


def test_what_is_printed_is_the_talk_without_escapes(study: Study, run_cli) -> None:
    _, out, _ = run_cli("-C", study.folder, "passages", "CO", "--coder", "ada")
    assert "*it* was_not <b>bold</b> [1] # | \\ ~ `x`" in out
    assert study.passages("CO", PassageFilter(coder="ada")).suggested == ()
