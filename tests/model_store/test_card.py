"""The model card: whole, plain, the same bytes twice, and nothing of the transcripts in it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from secondcoder.reports.page import Points, Section, Table, markdown, page
from secondcoder.study.study import Study
from support.study_checks import talk_rows, write_csv

FILES = ("card.md", "card.html")


@pytest.fixture
def card(trained_study: Study) -> dict[str, str]:
    folder = trained_study.folder / "models" / "m0001"
    return {name: (folder / name).read_text(encoding="utf-8") for name in FILES}


def test_it_has_what_a_reader_of_a_model_asks(card):
    for title in (
        "Intended use",
        "Made from",
        "Verdict on each code",
        "Figures, out of fold",
        "Are the probabilities honest?",
        "What more coding brings",
        "What `code --recall` can promise",
        "Errors by who speaks",
        "Known weaknesses",
        "Recipe",
    ):
        assert f"## {title}" in card["card.md"]
        shown = re.escape(re.sub("`(.*?)`", r"<code>\1</code>", title))
        assert re.search(rf"<h2 id=\"[^\"]+\">{shown}</h2>", card["card.html"])


def test_it_says_of_which_models_its_figures_are(card):
    for text in card.values():
        assert "Nested cross-validation: each transcript was scored by a model that had not seen it" in text
        assert "learned from fewer transcripts than this one" in text


def test_each_code_has_its_verdict(card, trained_study):
    used = {coding.code for coding in trained_study.corpus.codings}
    for code in trained_study.codebook.codes:
        row = re.search(rf"\| {re.escape(code.id)} \| {re.escape(code.name)} \| (ready|needs|not)", card["card.md"])
        assert bool(row) == (code.id in used)
    unused = ", ".join(code.id for code in trained_study.codebook.codes if code.id not in used)
    assert f"- {unused}: Nobody has used it yet; " in card["card.md"]
    assert card["card.md"].count("Nobody has used it yet") == card["card.html"].count("Nobody has used it yet") == 1
    assert "`" not in card["card.html"]


def test_tables_have_as_many_cells_as_heads(card):
    tables = re.findall(r"((?:^\|.*\n)+)", card["card.md"], flags=re.MULTILINE)
    assert len(tables) == 6
    for table in tables:
        assert len({row.count(" | ") for row in table.splitlines()}) == 1


def test_it_needs_nothing_outside_itself(card):
    page = card["card.html"]
    assert not re.search(r"""(?:src|href)\s*=\s*["']?(?!#)""", page.replace('href="#', ""))
    assert "<script" not in page
    assert "@import" not in page
    assert "url(http" not in page


def test_it_has_two_figures_that_say_what_they_show(card):
    figures = re.findall(r"<svg.*?</svg>", card["card.html"], flags=re.DOTALL)
    assert len(figures) == 2
    for figure in figures:
        root = ElementTree.fromstring(figure)
        assert root.get("role") == "img"
        title, description, *_ = root
        assert root.get("aria-labelledby", "").split() == [title.get("id"), description.get("id")]
        assert len(title.text or "") > 20
        assert "metadata" not in figure


class _Balanced(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in {"meta", "html"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag != "html":
            assert self.open.pop() == tag


def test_its_page_closes_what_it_opens(card):
    parser = _Balanced()
    parser.feed(card["card.html"])
    assert parser.open == []


def test_no_word_of_a_transcript_is_in_it(card):
    for row in talk_rows():
        if len(row["text"]) > 20:
            assert all(row["text"] not in text for text in card.values())
    assert all("ash_gp" not in text for text in card.values())


def test_the_same_training_gives_the_same_card(trained_study, tmp_path: Path, coded_study):
    coded_study.train()
    for name in FILES:
        one, other = (study.folder / "models" / "m0001" / name for study in (trained_study, coded_study))
        assert one.read_bytes() == other.read_bytes()


def test_hostile_text_stays_text():
    table = Table("<i>", ("code", "name"), [("A", "x | y\nz <script>")])
    part = Section("<script>alert(1)</script>", ("<b>", Points(("a & b",)), table))
    page_text = page("<script>", [part])
    assert "<script" not in page_text
    assert "&lt;script&gt;alert(1)" in page_text
    assert "| A | x \\| y z <script> |" in markdown("card", [part], "card.html")


def test_a_model_that_has_learned_nothing_has_a_card_too(empty_study, tmp_path: Path):
    rows = [{"transcript": "ash", "order": at, "text": f"nobody coded this {at}"} for at in range(5)]
    empty_study.import_files([write_csv(tmp_path / "talk.csv", [row | {"codes": "", "coder": ""} for row in rows])])
    empty_study.train()
    text = (empty_study.folder / "models" / "m0001" / "card.md").read_text(encoding="utf-8")
    assert "Nobody has looked for it yet." in text
    assert "Figures" not in text
