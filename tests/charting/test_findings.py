"""Findings of odd studies: without transcripts, with one case, without valence, with names that are markup; all of it written."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from openpyxl import load_workbook
from secondcoder.charting.findings import Findings
from secondcoder.charting.question import ChartQuestion
from secondcoder.charting.report.documents import appendix
from secondcoder.charting.report.page import page
from secondcoder.charting.report.workbook import workbook
from secondcoder.charting.report.write import check_out, write_findings
from secondcoder.domain.records import Case, CellNote, Coding, CodingPass, SpeakerRole, Transcript, Turn, Valence
from secondcoder.errors import InputError
from secondcoder.reports.tables import neutral_cell
from secondcoder.store.cell_notes import put_cell_note
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study
from support.report_checks import Page
from support.study_checks import CHEAP

HOSTILE = '<b>we</b> | *never* "said" & <script>alert(1)</script> {{ 7 * 7 }}'
TALKS = (
    f"P: {HOSTILE}\nP: It works well now.",
    "P: 我们没有房间。\nP: 😀 那很好。",
    "P: No room at all.\nP: Nobody asked me.",
)
BOOK = """id: own
title: Ours
codes:
- {id: CO, name: "=1+1", definition: "<i>what</i> it is | for"}
- {id: CO.A, name: Sub, parent: CO}
- {id: CP, name: 参与 😀}
- {id: CA, name: "<b>Doing</b> it"}
- {id: F1, name: "@lead", family: factor}
- {id: NEVER, name: Never used}
"""
CODES = ("CO", "CO.A", "CP", "CA", "F1", "NEVER")


@dataclass
class Made:
    """A study from a few words: `talks` are (name, case, participant), `marks` (transcript, turn, code, valence), `read` are whole."""

    talks: Sequence[tuple[str, str | None, str | None]] = ()
    marks: Sequence[tuple[str, int, str, str]] = ()
    read: Sequence[str] = ()
    cases: Sequence[Case] = ()
    book: str = BOOK

    def write(self, folder: Path) -> Study:
        book = folder / "own.yml"
        book.write_text(self.book, encoding="utf-8")
        Study.create(folder / "study", book).close()
        (folder / "study" / CONFIGURATION).write_text(CHEAP, encoding="utf-8")
        study = Study(folder / "study")
        texts = {name: TALKS[number % len(TALKS)] for number, (name, *_) in enumerate(self.talks)}
        turns = {name: _turns(text) for name, text in texts.items()}
        with study.store.transaction("test") as write:
            write.put_cases(self.cases)
            write.add_transcripts(
                Transcript(name, texts[name], turns[name], case, who, role="GP") for name, case, who in self.talks
            )
            codings = [
                Coding(talk, *turns[talk][turn].span, code, "Ana", valence=Valence(valence) if valence else None)
                for talk, turn, code, valence in self.marks
            ]
            write.add_codings(codings, study.codebook)
            ids = tuple(study.codebook.ids)
            write.add_passes(CodingPass(talk, "Ana", 0, len(texts[talk]), ids) for talk in self.read)
        return study


def _turns(text: str) -> tuple[Turn, ...]:
    lines, at, turns = text.split("\n"), 0, []
    for line in lines:
        turns.append(Turn(at + 3, at + len(line), "P", SpeakerRole.PARTICIPANT))
        at += len(line) + 1
    return tuple(turns)


MARKS = (("a", 0, "CO.A", "promotes"), ("a", 1, "F1", "inhibits"), ("b", 0, "CP", "mixed"), ("c", 1, "CA", "inhibits"))
CASES = (
    Case("=1+1", {"size": "big", "=x": "#N/A"}),
    Case("<i>Oak</i>", {"size": "small"}),
    Case("空 $x$", {"size": "small"}),
)
ODD = {
    "nothing": Made(),
    "cases without transcripts": Made(cases=CASES),
    "transcripts without a case": Made([("a", None, "p"), ("b", None, None)], MARKS[:3], ["a"]),
    "nobody coded": Made([("a", "=1+1", "p"), ("b", "空 $x$", None)], cases=CASES),
    "one case": Made(
        [("a", "=1+1", "p"), ("b", "=1+1", "p")], [*MARKS[:3], ("b", 1, "CO.A", "")], ["a", "b"], CASES[:1]
    ),
    "no valence": Made(
        [("a", "=1+1", "p"), ("b", "空 $x$", "q")], [(*mark[:3], "") for mark in MARKS[:3]], ["a"], CASES
    ),
    "one passage": Made([("a", "=1+1", "p")], MARKS[:1], [], CASES[:1]),
    "hostile names": Made([("a", "=1+1", "@p"), ("b", "<i>Oak</i>", "q"), ("c", None, None)], MARKS, ["a", "b"], CASES),
    "many rows": Made(
        [(f"t{n}", f"Case {n}", f"p{n}") for n in range(14)],
        [(f"t{n}", n % 2, code, "promotes") for n in range(14) for code in CODES[:4]],
        ["t0", "t1"],
        [Case(f"Case {n}", {"size": str(n % 2)}) for n in range(14)],
    ),
}


@pytest.fixture
def opened(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Study]:
    with closing(ODD[request.param].write(tmp_path)) as study:
        yield study


KINDS = [*((odd, "case") for odd in ODD), ("hostile names", "participant"), ("hostile names", "transcript")]


@pytest.mark.parametrize(("opened", "kind"), KINDS, indirect=["opened"])
def test_every_odd_study_is_written_whole(opened: Study, kind: str, tmp_path: Path) -> None:
    found = opened.chart(ChartQuestion(kind))
    write_findings(found, tmp_path / "out")
    read = Page((tmp_path / "out" / "report.html").read_text(encoding="utf-8"))
    assert read.open == []
    assert set(read.links) <= set(read.ids)
    assert len(read.ids) == len(set(read.ids))
    assert [tag for tag, _ in read.tags].count("script") == 1
    assert not {"b", "i"} & {tag for tag, attributes in read.tags if not attributes}
    for name, table in found.tables.items():
        assert list(pd.read_csv(tmp_path / "out" / "tables" / f"{name}.csv").columns) == [
            neutral_cell(column) for column in table
        ]
    for name in ("appendix.docx", "results.docx"):
        with zipfile.ZipFile(tmp_path / "out" / name) as package:
            ElementTree.fromstring(package.read("word/document.xml"))
    sheets = load_workbook(tmp_path / "out" / "matrix.xlsx").sheetnames
    assert sheets[:3] == ["about", "matrix", "summaries"]
    assert found.sentences


@pytest.mark.parametrize("opened", ["hostile names"], indirect=True)
def test_markup_stays_text_and_formulas_stay_words(opened: Study, tmp_path: Path) -> None:
    found = opened.chart(ChartQuestion(compare="size"))
    text = page(found)
    assert "<script>alert" not in text
    assert "<i>Oak" not in text
    assert "&lt;i&gt;Oak&lt;/i&gt;" in text
    assert "{{ 7 * 7 }}" in text
    for sheet in load_workbook(io.BytesIO(workbook(found))):
        for row in sheet.iter_rows():
            assert not [cell.coordinate for cell in row if cell.data_type in "fe"]
    write_findings(found, tmp_path / "out")
    cases = (tmp_path / "out" / "tables" / "cases.csv").read_text(encoding="utf-8")
    assert '"\'=1+1"' in cases


@pytest.mark.parametrize("opened", ["cases without transcripts", "one passage"], indirect=True)
def test_where_nobody_looked_no_absence_is_claimed(opened: Study) -> None:
    found = opened.chart()
    cells = found.tables["cells"]
    assert cells.loc[cells["transcripts_read"] == 0, "passages"].isna().all()
    rows = Page(page(found)).tables["Passages by code and case"][1:]
    words = {cell[0] for row in rows for cell in row[1:]}
    assert words <= {"not read", "no transcripts", "1"}


@pytest.mark.parametrize("opened", ["one case", "no valence"], indirect=True)
def test_what_cannot_be_said_is_said_with_its_reason(opened: Study) -> None:
    found = opened.chart(ChartQuestion(compare=""))
    text = page(found)
    assert "It was not said by what to compare cases." in found.refusals["comparison"]
    for reason in found.refusals.values():
        assert reason.partition("`")[0] in unescape(text)


@pytest.mark.parametrize("opened", ["hostile names"], indirect=True)
def test_a_wrong_code_case_or_attribute_is_refused_before_anything_is_written(opened: Study) -> None:
    for question, words in (
        (ChartQuestion(codes=("CQ",)), "There is no code 'CQ'"),
        (ChartQuestion(cases=("Ash",)), "There is no case 'Ash'"),
        (ChartQuestion(compare="sise"), "Did you mean 'size'?"),
    ):
        with pytest.raises(InputError, match=words.replace("?", r"\?")):
            opened.chart(question)
    with pytest.raises(InputError, match=r"written as \.html, \.xlsx, \.docx"):
        check_out(Path("report.pdf"))


@pytest.mark.parametrize("opened", ["hostile names"], indirect=True)
def test_a_wrong_attribute_in_the_settings_takes_only_what_rests_on_it(opened: Study) -> None:
    (opened.folder / CONFIGURATION).write_text(f'{CHEAP}\n[charting]\ncompare = "sise: 3"\n', encoding="utf-8")
    with closing(Study(opened.folder)) as again:
        found = again.chart()
    for name in ("factors_by_group", "qca", "qca_fuzzy", "comparison"):
        assert "No case has an attribute 'sise'. Did you mean 'size'?" in found.refusals[name]
    assert (found.tables["profile"]["group_stated"] == "").all()


@pytest.mark.parametrize("opened", ["hostile names"], indirect=True)
def test_a_construct_brings_what_is_below_it_and_nothing_else(opened: Study) -> None:
    found = opened.chart(ChartQuestion(codes=("CO",), cases=("=1+1",)))
    assert list(found.tables["codes"]["code"]) == ["CO", "CO.A"]
    assert set(found.tables["cells"]["code"]) == {"CO", "CO.A"}
    assert set(found.tables["cells"]["row"]) == {"=1+1"}
    assert found.refusals["profile"] == "Integration is judged by CO, CP and CA, and CP and CA was not to be charted."


@pytest.mark.parametrize("opened", ["hostile names"], indirect=True)
def test_the_researchers_words_and_lights_stand_everywhere_and_can_be_written_anew(
    opened: Study, tmp_path: Path
) -> None:
    notes = (
        CellNote("case", "=1+1", "CO", summary="Nobody had <room>.", light="amber"),
        CellNote("case", "空 $x$", "level:patient", light="red"),
    )
    with opened.transaction() as write:
        ids = [put_cell_note(write, note).id for note in notes]
    found = opened.chart()
    read = Page(page(found))
    (summary,) = read.tables["1 summary of 24 cells"][1:]
    assert summary == [["=1+1"], ["CO =1+1"], ["amber:", "Nobody had <room>."]]
    assert found.tables["integration"].query("case == '=1+1' and construct == 'CO'")["light"].item() == "amber"
    sheet = load_workbook(io.BytesIO(workbook(found)))["summaries"]
    head, *rows = [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert head == ["row_kind", "row", "code", "wave", "summary", "light", "seen"]
    assert ["case", "'=1+1", "CO", "", "Nobody had <room>.", "amber", str(ids[0])] in rows
    assert ["case", "空 $x$", "level:patient", "", "", "red", str(ids[1])] in rows
    assert sheet.data_validations.dataValidation[0].formula1 == '"green,amber,red"'
    path = tmp_path / "matrix.xlsx"
    path.write_bytes(workbook(found))
    assert opened.read_notes(path).unchanged == len(rows)
    words = zipfile.ZipFile(io.BytesIO(appendix(found))).read("word/document.xml").decode()
    assert "Nobody had &lt;room&gt;." in words


@pytest.mark.parametrize("opened", ["many rows"], indirect=True)
def test_where_there_are_many_cases_codes_go_across(opened: Study) -> None:
    read = Page(page(opened.chart()))
    (caption,) = [caption for caption in read.tables if caption.startswith("Passages by case")]
    assert len(read.tables[caption]) == 15


@pytest.mark.parametrize("opened", ["hostile names"], indirect=True)
def test_the_same_findings_are_the_same_bytes(opened: Study) -> None:
    def written(found: Findings) -> tuple[bytes, ...]:
        return page(found).encode(), workbook(found)

    assert written(opened.chart()) == written(opened.chart())


@pytest.mark.parametrize("opened", ["one case"], indirect=True)
def test_of_many_passages_only_the_telling_ones_stand_on_the_page(
    opened: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = opened.chart(ChartQuestion(quotes=1))
    assert "in passages.csv." not in page(found)
    monkeypatch.setattr("secondcoder.charting.report.passages_view.MOST", 1)
    part = page(found)
    assert part.count("1 more passage in passages.csv.") == 2  # of CO and of CO.A
    assert "all are in tables/passages.csv" in part
    assert set(Page(part).links) <= set(Page(part).ids)
