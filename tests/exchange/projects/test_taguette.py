"""Taguette's file of projects, with byte offsets that an independent writer counted, and the highlights that it exports."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from secondcoder.errors import InputError
from secondcoder.exchange.importing import ImportOptions
from secondcoder.exchange.projects.taguette import CODED_FORMAT, HtmlText, tag_codes
from support.native_projects import marked_talks, new_study, places, read_alone, taguette

TALK = "I: How did it start?\nP1: It was hard—the café was loud & <busy>.\nP1: It was fine then.\n"
PAGE = "<!DOCTYPE html><html><head><title>Taguette highlights</title></head><body><h1>Highlights</h1>{}</body></html>"
ABOUT = "\n<p>{}</p>\n<p>\n<strong>Document:</strong> talk.docx\n<strong>Tags:</strong>\n{}\n</p>\n<hr>\n"


@settings(max_examples=25, deadline=None)
@given(talk=marked_talks())
def test_offsets_are_bytes_of_the_text(tmp_path_factory: pytest.TempPathFactory, talk: Any) -> None:
    text, spans = "".join(talk[0]), talk[1]
    path = taguette(tmp_path_factory.mktemp("t") / "p.sqlite3", text, [(*span, "A code", "ana") for span in spans])
    data = read_alone(CODED_FORMAT, path)
    assert data.transcripts[0].text == text
    assert places(data) == {("talk", *span, "a-code", "ana") for span in spans}
    assert data.notes == []


def test_lines_end_where_a_reader_sees_them_end() -> None:
    html = "<h1>Title</h1><p>I: One<br>P: T&lt;w&gt;o &amp;amp;</p>\n<p></p>\n<ul><li>é</li><li>b</li></ul>"
    html += "<table><tr><td>P</td><td>c</td></tr></table>"
    page = HtmlText(html)
    assert page.text == "Title\nI: One\nP: T<w>o &amp;\n\né\nb\nP\tc"
    pure = "TitleI: OneP: T<w>o &amp;\n\nébPc"
    for words in ("Title", "I: One", "P: T<w>o", "é", "b", "P", "c"):
        start = len(pure[: pure.rindex(words)].encode())
        span = page.span(start, start + len(words.encode()))
        assert span is not None
        assert page.text[slice(*span)] == words
    assert page.span(3, 2) is None
    assert page.span(0, 900) is None


def test_tags_stand_under_the_tag_that_their_path_begins_with() -> None:
    codes = tag_codes(
        [(1, "Family.Needs.Money", ""), (2, "Family", "Kin"), (3, "Dr. Smith", ""), (4, "Family.Needs", "")]
    )
    assert [(code.name, code.above) for code in codes] == [
        ("Money", 4),
        ("Family", None),
        ("Dr. Smith", None),
        ("Needs", 2),
    ]
    assert codes[0].aliases == ("Family.Needs.Money",)


def test_several_projects_in_one_file_are_chosen_from(tmp_path: Path) -> None:
    path = taguette(tmp_path / "p.sqlite3", TALK, [(3, 6, "Start", "ana")], ["Spring", "Autumn"])
    study = new_study(tmp_path)
    with pytest.raises(InputError, match=r"it holds 2 projects: 'Spring', 'Autumn'\. Choose one with --project NAME"):
        study.import_files([path], ImportOptions(add_codes=True))
    with pytest.raises(InputError, match=r"is called 'Sprin'; it holds 'Spring', 'Autumn'\. Did you mean 'Spring'\?"):
        study.import_files([path], ImportOptions(add_codes=True, project="Sprin"))
    imported = study.import_files([path], ImportOptions(add_codes=True, project="autumn"))
    assert len(imported.codings) == 1


def test_admin_is_nobody_and_the_log_says_who(tmp_path: Path) -> None:
    path = taguette(tmp_path / "p.sqlite3", TALK, [(3, 6, "Start", "admin"), (7, 10, "Start", "ana")])
    assert {each.coder for each in read_alone(CODED_FORMAT, path, coder="Bea").codings} == {"Bea", "ana"}


def put_csv(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "highlights.csv"
    path.write_text("id,document,tag,content\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_exported_highlights_are_found_by_their_words(tmp_path: Path) -> None:
    (tmp_path / "talk.txt").write_text(TALK, encoding="utf-8")
    table = put_csv(
        tmp_path,
        '1,talk.docx,Noise,"loud & <busy>. P1: It was fine"',
        '1,talk.docx,Noise.Kin,"loud & <busy>. P1: It was fine"',
    )
    page = tmp_path / "highlights.html"
    page.write_text(
        PAGE.format(ABOUT.format("loud &amp; &lt;busy&gt;.</p>\n<p>P1: It was fine", "Noise,\n Noise.Kin")),
        encoding="utf-8",
    )
    start = TALK.index("loud")
    expected = {("talk", start, TALK.index(" then"), code, "Bea") for code in ("noise", "kin")}
    for number, path in enumerate((table, page)):
        (tmp_path / str(number)).mkdir()
        study = new_study(tmp_path / str(number))
        imported = study.import_files([path, tmp_path / "talk.txt"], ImportOptions(add_codes=True, coder="Bea"))
        assert {(*each.place, each.code, each.coder) for each in imported.codings} == expected
    study = new_study(tmp_path)
    with pytest.raises(InputError, match="Name them with --coder NAME"):
        study.import_files([table, tmp_path / "talk.txt"], ImportOptions(add_codes=True))


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("1,talk.docx,Noise,It was", r"'It was' stands in 'talk' 2 times: turn 2, P1: 'It was hard"),
        ("1,talk.docx,Noise,It was never fine then", r"does not stand in 'talk'\. Nearest: turn"),
        ("1,other.docx,Noise,It was", r"no transcript of the study is called 'other\.docx'"),
    ],
)
def test_highlights_without_one_place_are_refused_with_their_places(tmp_path: Path, row: str, fault: str) -> None:
    (tmp_path / "talk.txt").write_text(TALK, encoding="utf-8")
    with pytest.raises(InputError, match=fault):
        new_study(tmp_path).import_files(
            [put_csv(tmp_path, row), tmp_path / "talk.txt"], ImportOptions(add_codes=True, coder="Bea")
        )
