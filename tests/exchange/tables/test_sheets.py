"""Coded passages that other programs export as sheets: MAXQDA in any language, ATLAS.ti, Dedoose, and any other by its columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook
from secondcoder.codebook.yaml_file import load_codebook
from secondcoder.errors import InputError
from secondcoder.exchange.importing import ImportOptions
from secondcoder.exchange.layout import Layout
from secondcoder.exchange.registry import find_coded_format
from secondcoder.exchange.tables.code_paths import code_at, named_code, new_names
from secondcoder.exchange.tables.pdf_rows import is_tall_pdf, pdf_rows
from secondcoder.exchange.tables.sheets import CODED_FORMAT
from secondcoder.study.study import Study
from support.study_checks import write_csv

TALKS = {
    "Anna": "I: How did it start?\n\nR: We all sat down – and agreed what it was for. Nobody knew.\nI: And now?\nR: Nobody knew.\n",
    "Ben 2": "I: How was it?\nR: The nurses did most of the work, because the doctors had no time for it at all. Nobody knew.\n",
}
MAXQDA = (
    "Color",
    "Comment",
    "Document group",
    "Document name",
    "Code",
    "Beginning",
    "End",
    "Weight score",
    "Segment",
    "Created by",
)
SEGMENTS = [
    ("●", "first", "GP", "Anna", "NPT > Coherence", 3, 3, 0, "We all sat down - and agreed what it was for.", "ana"),
    ("●", "", "GP", "Anna", "NPT > Collective action", 5, 5, 0, "Nobody knew.", "ana"),
    ("●", "", "GP", "Ben 2", "NPT > Collective action", 2, 2, 50, "The nurses did most of the work", "ben"),
]
FINNISH = ("Väri", "Huomautus", "Ryhmä", "Asiakirja", "Koodi", "Alku", "Loppu", "Paino", "Katkelma", "Tekijä")


@pytest.fixture
def study(empty_study: Study, tmp_path: Path) -> Study:
    for name, talk in TALKS.items():
        (tmp_path / f"{name}.txt").write_text(talk, encoding="utf-8")
    empty_study.import_files([tmp_path / f"{name}.txt" for name in TALKS])
    return empty_study


def workbook(path: Path, titles: Sequence[str], rows: Sequence[Sequence[object]]) -> Path:
    book = Workbook()
    for row in (titles, *rows):
        book.active.append(list(row))
    book.save(path)
    return path


def coded(study: Study) -> list[tuple[str, str, str, str, str]]:
    texts = {each.id: each.text for each in study.corpus.transcripts}
    found = [
        (c.transcript, texts[c.transcript][c.start : c.end], c.code, c.coder, c.memo) for c in study.corpus.codings
    ]
    return sorted(found)


EXPECTED = [
    ("Anna", "Nobody knew.", "CA", "ana", ""),
    ("Anna", "We all sat down – and agreed what it was for.", "CO", "ana", "first"),
    ("Ben 2", "The nurses did most of the work", "CA", "ben", ""),
]


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".tsv"])
def test_coded_segments_of_maxqda_find_their_places(study: Study, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"segments{suffix}"
    if suffix == ".xlsx":
        workbook(path, MAXQDA, SEGMENTS)
    else:
        write_csv(path, [dict(zip(MAXQDA, row, strict=True)) for row in SEGMENTS])
        if suffix == ".tsv":
            path.write_text(path.read_text(encoding="utf-8").replace(",", "\t"), encoding="utf-8")
    notes = study.import_files([path]).notes
    assert coded(study) == EXPECTED
    (second,) = (each for each in study.corpus.codings if each.transcript == "Anna" and each.code == "CA")
    assert second.start == TALKS["Anna"].rindex("Nobody knew."), "its paragraph says which of two"
    assert any("1 passage found with other quotation marks, dashes" in note for note in notes)
    assert any("not taken: 'Color', 'Document group', 'End' and 'Weight score'" in note for note in notes)


def test_titles_in_a_language_that_nobody_listed_are_told_by_the_cells(study: Study, tmp_path: Path) -> None:
    path = workbook(tmp_path / "katkelmat.xlsx", FINNISH, SEGMENTS)
    study.import_files([path], ImportOptions(coder="ana"))
    assert [row[:3] for row in coded(study)] == [row[:3] for row in EXPECTED]


def test_columns_that_cannot_be_told_are_asked_for(study: Study, tmp_path: Path) -> None:
    rows = [(*row[:8], row[8], row[9], row[8]) for row in SEGMENTS]
    path = workbook(tmp_path / "katkelmat.xlsx", (*FINNISH, "Toinen"), rows)
    with pytest.raises(InputError) as caught:
        study.import_files([path])
    said = str(caught.value)
    assert "katkelmat.xlsx Which column holds the passages? " in said
    assert '--columns "text=COLUMN"' in said
    told = ImportOptions(coder="ana", layout=Layout({"text": "Katkelma"}))
    study.import_files([path], told)
    assert len(coded(study)) == len(EXPECTED)


def test_quotations_of_atlas_ti_have_a_code_a_line(study: Study, tmp_path: Path) -> None:
    titles = ("ID", "Reference", "Name", "Quotation Content", "Document", "Codes", "Comment", "Created by")
    rows = [
        ("1:1", "¶ 3", "We all", "We all sat down", "Anna", "Coherence\nCognitive participation", "", "ana"),
        ("2:1", "¶ 2", "The nurses", "The nurses did most", "D 2: Ben 2.txt", "Collective action", "who?", "ana"),
        ("2:2", "¶ 2", "free", "the doctors had no time", "Ben 2", "", "", "ana"),
        ("2:3", "", "picture", "", "Ben 2", "Coherence", "", "ana"),
    ]
    notes = study.import_files([workbook(tmp_path / "q.xlsx", titles, rows)]).notes
    assert coded(study) == [
        ("Anna", "We all sat down", "CO", "ana", ""),
        ("Anna", "We all sat down", "CP", "ana", ""),
        ("Ben 2", "The nurses did most", "CA", "ana", "who?"),
    ]
    assert any("1 passage without a code passed over (row 4)" in note for note in notes)
    assert any("1 row without text passed over" in note for note in notes)


def test_excerpts_of_dedoose_have_a_column_a_code(study: Study, tmp_path: Path) -> None:
    titles = ("Media Title", "Excerpt Range", "Excerpt Creator", "Excerpt Copy", "Code: Coherence Applied", "Code: Coherence Weight",
              "Code: Trust Applied")  # fmt: skip
    rows = [
        ("Anna", "24-39", "ana", "We all sat down", True, 3, False),
        ("Ben 2", "1-9", "ben", "The nurses did", "False", 0, "True"),
    ]
    study.import_files([workbook(tmp_path / "e.xlsx", titles, rows)], ImportOptions(add_codes=True))
    assert [row[:4] for row in coded(study)] == [
        ("Anna", "We all sat down", "CO", "ana"), ("Ben 2", "The nurses did", "Trust", "ben"),
    ]  # fmt: skip


def test_any_sheet_is_read_by_the_columns_that_the_person_names(study: Study, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "own.csv", [{"who": "ana", "said": "We all sat down", "tag": "Coherence", "more": "x"}])
    layout = Layout({"text": "Said", "codes": "tag", "coder": "who"})
    study.import_files([path], ImportOptions(layout=layout))
    assert [row[:4] for row in coded(study)] == [("Anna", "We all sat down", "CO", "ana")]


def test_a_sheet_of_unknown_titles_leads_to_the_option(study: Study, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "own.csv", [{"who": "ana", "said": "We all sat down", "tag": "Coherence"}])
    with pytest.raises(InputError, match=r"no columns transcript, text and codes.*--columns"):
        study.import_files([path])


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"Document name": "Ana"}, "row 2: document 'Ana' is not in the study. Did you mean 'Anna'?"),
        ({"Segment": "Nobody knew.", "Beginning": 0}, "row 2: the text stands 2 times in 'Anna'"),
        ({"Segment": "Something else entirely was said"}, "does not stand in 'Anna'"),
        ({"Code": "NPT > Coherenze"}, "code 'Coherenze' is not in the codebook. Did you mean 'Coherence'?"),
        ({"Created by": ""}, "no coder. Fill the column 'coder' or give --coder NAME."),
    ],
)
def test_what_is_wrong_is_said_with_its_row(
    study: Study, tmp_path: Path, change: Mapping[str, object], fault: str
) -> None:
    row = dict(zip(MAXQDA, SEGMENTS[0], strict=True)) | change
    with pytest.raises(InputError) as caught:
        study.import_files([workbook(tmp_path / "s.xlsx", list(row), [list(row.values())])])
    assert fault in str(caught.value)
    assert study.corpus.codings == []


def test_two_codes_of_one_name_stay_apart(study: Study, tmp_path: Path) -> None:
    rows = [
        {"document": "Anna", "segment": "We all sat down", "code": path, "coder": "ana"}
        for path in ("Work > Other", "Talk > Other")
    ]
    study.import_files([write_csv(tmp_path / "s.csv", rows)], ImportOptions(add_codes=True))
    assert [row[2] for row in coded(study)] == ["Talk: Other", "Work: Other"]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("Coherence > Differentiation", "CO.DIF"), ("NPT > Coherence > Differentiation", "CO.DIF"), ("Differentiation", "CO.DIF"),
        ("Tasks\\Coherence\\Differentiation", "CO.DIF"), ("Other > Differentiation", None), ("Unheard", None),
    ],
)  # fmt: skip
def test_a_path_leads_to_the_code_at_its_end_unless_that_lies_below_another(path: str, code: str | None) -> None:
    book = load_codebook("npt")
    assert code_at(path, book) == code
    (name,) = new_names([path]).values()
    assert book.find(named_code(path, name, book)) == code


def test_a_coded_table_stays_a_coded_table(study: Study, tmp_path: Path) -> None:
    rows = [
        {"transcript": "Anna", "text": "We all sat down", "code": "CO", "coder": "ana", "segment": "x", "document": "y"}
    ]
    study.import_files([write_csv(tmp_path / "t.csv", rows)])
    assert len(coded(study)) == 1


@pytest.mark.shared
@pytest.mark.slow
def test_a_list_of_segments_that_was_printed_to_pdf_is_read_whole() -> None:
    pytest.importorskip("pdfplumber")
    path = Path(__file__).parents[4] / "shared" / "transcripts" / "pdpilot_maxqda_coded_segments.pdf"
    if not path.is_file():
        pytest.skip("the reference files do not lie beside this checkout")
    assert find_coded_format(path) is CODED_FORMAT
    header, *rows = pdf_rows(path)
    assert list(header.cells) == ["Document name", "Code", "Segment"]
    documents = Counter(row.cells[0] for row in rows)
    assert set(documents) == {f"P{number}" for number in range(1, 8)}
    assert len(rows) == len({tuple(row.cells) for row in rows}) == 261
    # Its last row, by eye, and one that is printed over two pages.
    assert rows[-1].cells[:2] == ["P7", "Interaction"]
    assert sum(row.cells[2].startswith("Dan: So at one point, you highlighted lines") for row in rows) == 1


def test_no_other_pdf_is_taken_for_one(tmp_path: Path) -> None:
    path = tmp_path / "talk.pdf"
    path.write_bytes(b"%PDF-1.4 of nothing")
    assert not is_tall_pdf(path)
    assert find_coded_format(path, {".pdf"}) is None


def test_comments_without_a_transcript_are_told_how_to_come_in_rather_than_row_by_row(
    empty_study: Study, tmp_path: Path
) -> None:
    table = write_csv(tmp_path / "comments.csv", [{"comment": f"It was late, {n}.", "tag": "late"} for n in range(30)])
    layout = Layout({"text": "comment", "codes": "tag"})
    with pytest.raises(InputError, match=r"each row is a text of its own.*without --columns") as told:
        empty_study.import_files([table], ImportOptions(layout=layout, add_codes=True))
    assert "faults" not in str(told.value)
    plain = [{"transcript": n, "text": f"It was late, {n}.", "codes": "late", "coder": "me"} for n in range(3)]
    table = write_csv(tmp_path / "comments.csv", plain)
    assert len(empty_study.import_files([table], ImportOptions(add_codes=True)).transcripts) == 3
