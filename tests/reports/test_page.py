"""The page: every text is text, every table and figure says what it is, and the file needs nothing else."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from secondcoder.reports.figure import panels, svg
from secondcoder.reports.page import (
    Bar,
    Bars,
    Block,
    Box,
    Cell,
    Facts,
    Formula,
    Formulas,
    Heading,
    Passage,
    Picture,
    Points,
    Quotation,
    Quotations,
    Section,
    Table,
    markdown,
    page,
)

HOSTILE = "<script>alert('x')</script>\"><img src=http://x.invalid/a onerror=alert(1)>{{ 7 * 7 }}{% raw %}&amp;"
H = HOSTILE
TABLE = Table(H, (H, Cell(H, H)), [(H, Cell(H, H, shade=0.5)), (H, Cell(H, empty=True))], words=frozenset({1}))
BLOCKS: dict[str, Block] = {
    "paragraph": H,
    "table": TABLE,
    "matrix": Table(H, (H, H), [(H, H)], matrix=True),
    "points": Points((H,)),
    "heading": Heading(H),
    "note": Box("note", (H,), points=True),
    "copy": Box("copy", (H,)),
    "formulas": Formulas([Formula(H, H, H, H)]),
    "bars": Bars((H, H), [Bar(H, H, 0.25, H, H, [(H, H, H)]), Bar(H, H, None, H, H)]),
    "grid": Table(H, (H, H), [(Cell(H, depth=1), Cell(H, valence=(3, 0, 1), light="amber", below=(H,)))], grid=True),
    "facts": Facts([(H, H)]),
    "quotations": Quotations("here", H, H, [Quotation(H, H, H, H)], [Quotation(H, H)], H),
    "passage": Passage(H, H, H, H, [(H, True), (H, False)], H),
}
VOID = {"meta", "br", "img", "link"}


class Reader(HTMLParser):
    """Tags with their attributes, visible text, and what was not closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text, self.open = "", list[str]()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("kind", BLOCKS)
def test_hostile_text_stays_text_in_every_block(kind: str) -> None:
    read = Reader(page(H, [Section(H, (BLOCKS[kind],))], H))
    assert read.open == []
    assert not {tag for tag, _ in read.tags} & {"script", "img", "link", "iframe"}
    names = {name for _, attributes in read.tags for name in attributes}
    assert not names & {"src", "href", "onerror"}
    assert read.text.count(HOSTILE) > 4  # title, heading twice, what stands under it, and the block's own


def test_a_figure_is_put_in_as_it_is_with_its_caption() -> None:
    figure, (axes,) = panels((2, 1))
    axes.plot([0, 1])
    picture = svg(figure, "T", "D")
    whole = page("t", [Section("s", (Picture(picture, "<c>"),))])
    assert picture in whole
    assert "<figcaption>&lt;c&gt;</figcaption>" in whole


def test_tables_name_their_rows_columns_and_themselves() -> None:
    read = Reader(page("t", [Section("s", (TABLE,))]))
    scopes = [attributes.get("scope") for tag, attributes in read.tags if tag == "th"]
    assert scopes == ["col", "col", "row", "row"]
    region = next(attributes for _, attributes in read.tags if attributes.get("role") == "region")
    assert (region["aria-label"], region["tabindex"]) == (HOSTILE, "0")
    assert [tag for tag, _ in read.tags].count("caption") == 1
    cells = [attributes for tag, attributes in read.tags if tag == "td"]
    assert [cell.get("class") for cell in cells] == ["words", "none"]
    assert "rgb(" in (cells[0]["style"] or "")


def test_a_long_page_begins_with_its_contents_and_empty_sections_are_left_out() -> None:
    sections = [Section(f"heading {number}", ("text",) if number % 2 else ()) for number in range(13)]
    whole = page("t", sections)
    ids = [attributes["id"] for _, attributes in Reader(whole).tags if "id" in attributes]
    links = [attributes["href"] for tag, attributes in Reader(whole).tags if tag == "a"]
    assert links == [f"#{name}" for name in ids]
    assert len(ids) == 7  # main, to which the contents can be skipped, and six sections
    assert "heading 2<" not in whole
    assert "<nav" not in page("t", sections[:8])


def test_the_same_sections_are_the_same_bytes_and_load_nothing() -> None:
    sections = [Section(kind, (block,)) for kind, block in BLOCKS.items()]
    whole = page("t", sections)
    assert whole == page("t", sections)
    assert "url(" not in whole
    assert "@import" not in whole


def test_markdown_has_the_same_words() -> None:
    table = Table("left out", ("code", "name"), [("A", "x | y\nz")])
    text = markdown("card", [Section("one", ("words", Points(("a", "b")), Picture("<svg/>"), table))], "card.html")
    assert text == (
        "# card\n\n## one\n\nwords\n\n- a\n- b\n\nThe figure is in [card.html](card.html).\n\n"
        "| code | name |\n| --- | --- |\n| A | x \\| y z |\n"
    )
    with pytest.raises(TypeError, match="no form for a passage"):
        markdown("card", [Section("one", (BLOCKS["passage"],))], "card.html")


def test_a_cell_leads_to_its_quotations_and_says_in_shapes_and_words_what_colours_say() -> None:
    cell = Cell("7", valence=(4, 0, 3), light="red", below=("2 of 3",), link="cell-1")
    blocks = (
        Table("t", ("a", "b"), [("x", cell)], grid=True),
        Quotations("cell-1", "x", "7 passages", [Quotation("q", "w", "+")]),
    )
    read = Reader(page("t", [Section("s", blocks)]))
    assert ("a", {"href": "#cell-1"}) in read.tags
    assert ("div", {"class": "quotations", "id": "cell-1"}) in read.tags
    assert "+4 −3" in read.text
    assert "2 of 3" in read.text
    assert "rect" in {tag for tag, _ in read.tags}  # red is a square, amber a triangle, green a disc


def test_only_a_searchable_page_runs_anything_and_the_same_words_stand_in_both() -> None:
    sections = [Section(kind, (block,)) for kind, block in BLOCKS.items()]
    plain, searchable = Reader(page("t", sections)), Reader(page("t", sections, searchable=True))
    assert [tag for tag, _ in plain.tags].count("script") == 0
    assert [attributes for tag, attributes in searchable.tags if tag == "script"] == [{}]
    assert "".join(searchable.text.split()).startswith("".join(plain.text.split())[:-20])
