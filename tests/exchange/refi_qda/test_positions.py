"""Positions of other programs' projects, exact in every dialect: reference projects, and invented ones from random texts."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from secondcoder.exchange.projects.positions import edge_points
from secondcoder.exchange.refi_qda.positions import (
    Counted,
    CountedText,
    Counting,
    Places,
    decide,
    name_points,
)
from support.places import SHARED
from support.refi_projects import DIALECTS, Dialect, Made, Marked, meant, position, read_project, told, write_project

SYNTHETIC, EXPORTS = (SHARED / "refi" / "samples" / each for each in ("synthetic", "exports"))
WORDS = [
    "time",
    "café",
    "e\u0301tait",
    "😀",
    "👨‍👩‍👧",
    "𠮷𠮷",
    "“quiet”",
    "no\u00a0break",
    "a\tb",
    "don’t",
    "中文",
    "loud & <busy>",
    "x",
]
ENDS = [" ", ". ", ", ", "\n", "\n\n"]


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, list[Marked]]:
    """An interview of odd characters with spans from the start of a word to the end of the same or of another."""
    parts = draw(st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(ENDS)), min_size=3, max_size=30))
    edges, text = [], "P1: "
    for word, end in ((f"{word}{number}", end) for number, (word, end) in enumerate(parts)):  # no word stands twice
        edges.append((len(text), len(text) + len(word)))
        text += word + end
    pairs = draw(
        st.lists(st.tuples(st.integers(0, len(edges) - 1), st.integers(0, len(edges) - 1)), min_size=1, max_size=8)
    )
    codes = st.sampled_from([("Noise",), ("Family",), ("Noise", "Family")])
    spans = dict.fromkeys((edges[min(pair)][0], edges[max(pair)][1]) for pair in pairs)
    return text, [
        Marked(*span, draw(codes), draw(st.sampled_from(["Ana", "Ben"])), draw(st.sampled_from(["", "why?"])))
        for span in spans
    ]


@settings(max_examples=40)
@given(first=texts(), second=texts(), dialect=st.sampled_from(sorted(DIALECTS)))
def test_named_spans_come_back_exactly_in_every_dialect(
    first: tuple[str, list[Marked]], second: tuple[str, list[Marked]], dialect: str
) -> None:
    made = Made({"One.txt": first, "Two.txt": second}, dialect=DIALECTS[dialect])
    with TemporaryDirectory() as folder:
        path = write_project(Path(folder) / "made.qdpx", made)
        data = read_project(path)
        assert told(data, path) == meant(made)
        assert {each.id: each.text for each in data.transcripts} == {"One": first[0], "Two": second[0]}


@settings(max_examples=60)
@given(text=texts(), at=st.data(), dialect=st.sampled_from(sorted(DIALECTS)))
def test_any_span_is_the_same_place_in_every_dialect(
    text: tuple[str, list[Marked]], at: st.DataObject, dialect: str
) -> None:
    """Counted unit by unit in the test, told by prefix sums in the package."""
    way, spoken = DIALECTS[dialect], text[0]
    start, end = sorted((at.draw(st.integers(0, len(spoken))), at.draw(st.integers(0, len(spoken)))))
    counting = Counting(way.newline_counts, "utf16" if way.utf16 else "codepoint", int(way.bom_counts))
    there = CountedText.of(spoken.replace("\n", way.newline), bom=way.bom)
    place = Counted(position(spoken, start, way), position(spoken, end, way))
    assert there.text == spoken
    assert Places(there, counting).span(place) == (start, end)
    assert not Places(there, counting).splits(place)


def test_a_position_within_a_character_takes_all_of_it() -> None:
    text = CountedText.of("a\r\nb😀c", bom=False)
    places = Places(text, Counting(2, "utf16", 0))
    assert places.span(Counted(2, 3)) == (1, 2), "from between CR and LF"
    assert places.span(Counted(0, 2)) == (0, 2), "to between CR and LF"
    assert places.span(Counted(5, 7)) == (3, 5)
    assert places.span(Counted(3, 5)) == (2, 4)
    assert [places.splits(Counted(*each)) for each in ((2, 3), (0, 5), (3, 6))] == [True, True, False]


@pytest.mark.parametrize(
    ("name", "points"),
    [
        ("two  words", 3), ("two words", 2), ("two", 1), ("two...", 2), ("two…", 2),
        ("words", 0), ("", 0), ("...", 0), ("two  words and", 0),
    ],
)  # fmt: skip
def test_points_for_names(name: str, points: int) -> None:
    assert name_points("a two  words and more", (2, 12), name) == points


@pytest.mark.parametrize(
    ("span", "points"),
    [
        ((0, 3), 4),
        ((1, 3), 2),
        ((0, 2), 2),
        ((3, 7), 3),
        ((0, 8), 4),
        ((0, 4), 3),
        ((4, 8), 3),
        ((8, 12), 4),
        ((2, 2), 0),
        ((8, 11), 2),
    ],
)
def test_points_for_edges(span: tuple[int, int], points: int) -> None:
    """Whole lines may end behind their line end; a combining mark belongs to its word."""
    assert edge_points("one two\nthe\u0301.", span) == points


PARAGRAPH = "I: Was it hard 😀?\nP1: It was 😀😀 hard and loud, we never knew.\nI: Why?\nP1: Well… 👨‍👩‍👧 they came.\n"


def _spans(*words: str) -> list[Marked]:
    return [Marked(start := PARAGRAPH.index(word), start + len(word)) for word in words]


@pytest.mark.parametrize("dialect", ["nvivo", "javascript", "qualcoder", "atlas"])
def test_without_names_the_edges_of_words_show_the_dialect(tmp_path: Path, dialect: str) -> None:
    marks = _spans("hard and loud", "we never knew", "they came", "Well")
    made = Made({"A.txt": (PARAGRAPH, marks)}, dialect=DIALECTS[dialect], named=False)
    path = write_project(tmp_path / "made.qdpx", made)
    data = read_project(path)
    assert told(data, path) == meant(made)
    assert "as the edges of words show" in data.notes[0]


def test_a_few_careless_selections_do_not_speak_against_a_program_that_was_measured(tmp_path: Path) -> None:
    """One begins a character early and ends one early: counted in code points it would be whole words."""
    text = "P1: So \U0001f600 they spoke well of it, and of us.\n"
    start = text.index(" spoke")
    marks = [Marked(start, start + len(" spoke wel"), name=""), Marked(start + 1, start + len(" spoke wel"), name="")]
    made = Made({"Talk.txt": (text, marks)}, dialect=DIALECTS["nvivo"], named=False)
    path = write_project(tmp_path / "a.qdpx", made)
    assert told(read_project(path), path) == meant(made)


def test_one_way_for_all_texts_since_short_ones_fit_several(tmp_path: Path) -> None:
    """Alone, `a` in the short text would be found at its code point; the long text says that units are UTF-16."""
    short = "P1: 😀a bc 😀 d\n"
    made = Made({"Long.txt": (PARAGRAPH, _spans("hard and loud", "they came")), "Short.txt": (short, [Marked(5, 6)])},
                dialect=DIALECTS["javascript"], named=False)  # fmt: skip
    path = write_project(tmp_path / "made.qdpx", made)
    assert told(read_project(path), path) == meant(made)


@pytest.mark.parametrize(
    ("origin", "usual"),
    [("NVivo for Windows 12.6", "UTF-16 units"), ("NVivo for Mac 15", "code points"), ("qc", "code points")],
)
def test_where_nothing_shows_it_the_usual_one_of_the_program_is_taken_and_a_warning_given(
    origin: str, usual: str
) -> None:
    text = CountedText.of("\r\n".join(["- 😀 -"] * 5), bom=False)
    decided = decide([(text, [Counted(12, 12)])], origin)
    assert str(decided.counting).startswith(usual)
    assert "as is usual there" in decided.note
    assert "nearly as well" in decided.warning


def test_no_warning_where_every_way_gives_the_same() -> None:
    decided = decide([(CountedText.of("plain text", bom=False), [Counted(0, 5)])], "MAXQDA 24.7")
    assert (decided.warning, decided.note) == ("", "positions read as code points, a CRLF as 1")


@pytest.mark.parametrize("name", ["hard and loud, we...", "hard and loud, we…", "hard  and\nloud, we never knew."])
def test_names_that_are_cut_or_spaced_otherwise_still_show_it(tmp_path: Path, name: str) -> None:
    start = PARAGRAPH.index("hard and")
    mark = Marked(start, PARAGRAPH.index("\nI: Why"), name=name)
    made = Made({"A.txt": (PARAGRAPH, [mark])}, dialect=DIALECTS["javascript"])
    path = write_project(tmp_path / "made.qdpx", made)
    data = read_project(path)
    assert told(data, path) == meant(made)
    assert "as the names of selections show" in data.notes[0]


def test_names_that_are_no_words_of_the_text_show_nothing(tmp_path: Path) -> None:
    """One of them is, by chance, what stands at its positions counted in another way."""
    marks = [
        replace(mark, name=f"Quotation {number}")
        for number, mark in enumerate(_spans("hard and loud", "they came", "Why?"))
    ]
    made = Made({"A.txt": (PARAGRAPH, [*marks, Marked(marks[0].start + 5, marks[0].start + 8, name="ar")])})
    made.dialect = DIALECTS["javascript"]
    astray = Marked(PARAGRAPH.index("knew") - 3, PARAGRAPH.index("knew") - 3 + 2, name="kn")  # three emoji later
    made.texts["A.txt"][1].append(astray)  # type: ignore[attr-defined]
    path = write_project(tmp_path / "made.qdpx", made)
    assert told(read_project(path), path) == meant(made)


def test_whole_lines_of_a_program_that_selects_nothing_else(tmp_path: Path) -> None:
    """qc 1.x: code points, each selection a line with its end."""
    lines = [Marked(0, PARAGRAPH.index("P1")), Marked(PARAGRAPH.index("P1"), PARAGRAPH.index("I: Why"))]
    made = Made({"A.txt": (PARAGRAPH, lines)}, dialect=Dialect("qc 1.7.8"), named=False)
    path = write_project(tmp_path / "made.qdpx", made)
    assert told(read_project(path), path) == meant(made)


@example("\r\nab\r\n😀")
@given(st.text(alphabet="a \r\n😀𠮷\u0301\ufeff", max_size=30))
def test_the_canonical_text_has_newlines_alone(raw: str) -> None:
    text = CountedText.of(raw, bom=False)
    assert text.text == raw.replace("\r\n", "\n").replace("\r", "\n")
    for at in text.crlf:
        assert text.text[at] == "\n"
    assert [text.text[at] for at in text.astral] == [each for each in text.text if ord(each) > 0xFFFF]


@pytest.mark.shared
@pytest.mark.skipif(not SYNTHETIC.is_dir(), reason="the reference projects do not lie beside this checkout")
@pytest.mark.parametrize(
    "name",
    [
        "ref_spec",
        "ref_nvivo_win",
        "ref_atlas_win",
        "ref_utf16_lf",
        "ref_qualcoder",
        "exports/qualcoder4.0b_export_of_reference",
        "exports/qualcoder4.0b_export_maxqda_eol",
    ],
)
def test_reference_projects(name: str) -> None:
    path = (SYNTHETIC.parent if "/" in name else SYNTHETIC) / f"{name}.qdpx"
    expected = json.loads((SYNTHETIC / "expected.json").read_text("utf-8"))
    wanted = sorted(
        (each["doc"].removesuffix(".txt"), each["start"], each["end"], each["quote"], code, each["user"], each["memo"])
        for each in expected["segments"]
        for code in each["codes"]
    )
    data = read_project(path)
    assert told(data, path) == wanted
    assert {f"{each.id}.txt": each.text for each in data.transcripts} == expected["docs"]
    assert [{case.id: case.attributes["Site"] for case in data.cases}] == [{"P01": "North", "P02": "North"}]


@pytest.mark.shared
@pytest.mark.skipif(not EXPORTS.is_dir(), reason="the reference projects do not lie beside this checkout")
def test_a_project_whose_program_lost_the_positions_is_said_to_have() -> None:
    data = read_project(EXPORTS / "qc1.7.8_export_of_reference.qdpx")
    assert len(data.codings) == 7
    assert any("begins at the start of its text" in note for note in data.notes)
