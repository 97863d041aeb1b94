"""Codes of other programs as a codebook: every program's form of a hierarchy, and codebook files as they are found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from secondcoder.codebook.model import Codebook
from secondcoder.errors import CodebookError
from secondcoder.exchange.codebooks.colours import colour_of
from secondcoder.exchange.codebooks.files import read_codebook
from secondcoder.exchange.refi_qda.codes import CodeTree, code_tree, codebook_of
from secondcoder.exchange.refi_qda.xml_reading import parse_xml
from support.places import SHARED
from support.refi_projects import Made, Marked, guid, write_project

SAMPLES = SHARED / "refi" / "samples"
Shown = list[tuple[str, str, str | None]]


def tree(codes: str, origin: str = "", cases: tuple[str, ...] = ()) -> CodeTree:
    return code_tree(parse_xml(f"<Codes>{codes}</Codes>".encode(), "made"), origin, "made", cases)


def book(codes: str, origin: str = "", cases: tuple[str, ...] = ()) -> Codebook:
    return codebook_of(tree(codes, origin, cases), "made")


def shown(made: Codebook) -> Shown:
    return [(code.id, code.name, code.parent) for code in made.codes]


def code(name: str, inner: str = "", **more: str) -> str:
    attributes = {"guid": guid(name, inner), "isCodable": "true", **more}
    return f'<Code name="{name}" {" ".join(f"{key}=" + json.dumps(value) for key, value in attributes.items())}>{inner}</Code>'


def test_a_hierarchy_with_definitions_and_order() -> None:
    made = book(
        code("Time", "<Description> Lack of it. </Description>" + code("Waiting"), color="#CC0000")
        + code("Ärzte &amp; Team")
    )
    assert shown(made) == [("time", "Time", None), ("waiting", "Waiting", "time"), ("arzte-team", "Ärzte & Team", None)]
    assert (made["time"].definition, made["time"].colour) == ("Lack of it.", "#cc0000")
    assert made["waiting"].guid == guid("Waiting", "")


def test_folders_become_codes_that_are_parents() -> None:
    made = tree(code("Barriers", code("Noise"), isCodable="false"))
    assert shown(codebook_of(made, "made")) == [("barriers", "Barriers", None), ("noise", "Noise", "barriers")]
    assert made.folders == [made.nodes[0].guid]


@pytest.mark.parametrize("wrapper", ["Nodes", "nodes", "Codes"])
def test_the_folder_that_nvivo_puts_around_all_codes_is_none(wrapper: str) -> None:
    assert shown(book(code(wrapper, code("A") + code("B"), isCodable="false"))) == [("a", "A", None), ("b", "B", None)]
    assert book(code(wrapper, code("A"))).ids == (wrapper.lower(), "a"), "one that can be coded is a code"


def test_a_folder_of_cases_beside_the_folder_around_all_codes_is_none() -> None:
    cases = code("Cases", code("Elm") + code("Ash"), isCodable="false")
    nodes = code("Nodes", code("A") + code("B"), isCodable="false")
    made = tree(nodes + cases, cases=(guid("Elm", ""), guid("Ash", "")))
    assert [(node.name, node.above) for node in made.nodes] == [("A", None), ("B", None)]


def test_nested_codes_of_one_name_stay_apart_and_all_of_them_say_where_they_stand() -> None:
    made = book(code("Staff", code("Trust", code("Low"))) + code("Patients", code("Trust", code("Low", " ") + " ")))
    assert [each.name for each in made.codes] == [
        "Staff",
        "Staff: Trust",
        "Staff: Trust: Low",
        "Patients",
        "Patients: Trust",
        "Patients: Trust: Low",
    ]
    assert len({*made.ids}) == 6
    assert made["patients.trust"].parent == "patients"


def test_one_name_at_two_levels_and_twice_below_one_parent() -> None:
    made = book(code("Trust", code("Trust")) + code("Time", code("Late") + code("late", " ")))
    assert [each.name for each in made.codes] == ["Trust", "Trust: Trust", "Time", "Time: Late", "Time: late (2)"]
    assert len({each.id.casefold() for each in made.codes}) == 5


def test_two_codes_of_one_name_at_the_top_are_numbered() -> None:
    assert [each.name for each in book(code("Trust") + code("trust", " ")).codes] == ["Trust", "trust (2)"]


def test_ids_are_no_other_codes_name() -> None:
    made = book(code("Time!") + code("time") + code("TIME-2"))
    assert [each.name for each in made.codes] == ["Time!", "time", "TIME-2"]
    assert len({each.id for each in made.codes}) == 3
    for each in made.codes:
        assert made.find(each.name) == each.id


def test_paths_in_names_of_atlas_and_taguette_and_of_nobody_else() -> None:
    flat = code("Time::Waiting") + code("Time") + code("Other::Thing")
    assert shown(book(flat, "ATLAS.ti 8 Mac")) == [
        ("time", "Time", None),
        ("waiting", "Waiting", "time"),
        ("other-thing", "Other::Thing", None),
    ]
    assert [each.parent for each in book(flat, "MAXQDA 24").codes] == [None] * 3
    dotted = code("Time") + code("Time.Waiting") + code("Time.Waiting.Long")
    assert shown(book(dotted, "Taguette 1.5")) == [
        ("time", "Time", None),
        ("waiting", "Waiting", "time"),
        ("long", "Long", "waiting"),
    ]


def test_cases_among_the_codes_are_none_and_what_stands_below_them_is() -> None:
    case = code("P01", code("Mood"))
    made = book(code("Cases", case, isCodable="false") + code("Time"), cases=(guid("P01", code("Mood")),))
    assert [each.name for each in made.codes] == ["Cases", "Mood", "Time"]


@pytest.mark.parametrize(
    ("written", "read"),
    [("#CC0000", "#cc0000"), ("#00f", "#0000ff"), ("#CC0000FF", "#cc0000"),
     ("rgba(255, 136, 0, 0.5)", "#ff8800"), ("rgb(1,2,3)", "#010203"),
     ("rgb(300,0,0)", ""), ("red", ""), ("", ""), ("#12345", ""), ("rgba(255, 0", "")],
)  # fmt: skip
def test_colours(written: str, read: str) -> None:
    assert colour_of(written) == read


def test_names_that_no_id_can_be_made_of() -> None:
    made = book(code("😀") + code("🎉") + code("") + code("中文 编码") + code("x" * 300))
    assert made.ids[:3] == ("code", "code-2", "code-without-a-name")
    assert made.ids[3] == "中文-编码"
    assert len(made.ids[4]) <= 40


def test_codes_of_one_guid_and_one_below_itself_are_refused() -> None:
    same = guid("same")
    with pytest.raises(CodebookError, match=f"codes 'A' and 'B' have one GUID \\({same}\\)"):
        book(code("A", guid=same) + code("B", guid="{" + same.lower() + "}"))
    with pytest.raises(CodebookError, match="code 'A' stands below itself"):
        book(code("A", code("B", code("A", guid=same)), guid=same))


NAMES = st.text(alphabet="Aa b.:(2)é\u0301|/\n😀中", min_size=1, max_size=6)
TREES = st.recursive(
    st.tuples(NAMES, st.just([])), lambda below: st.tuples(NAMES, st.lists(below, max_size=4)), max_leaves=12
)


@given(st.lists(TREES, max_size=5))
def test_any_tree_of_names_gives_a_codebook_with_as_many_codes_in_the_same_tree(trees: list[tuple[str, list]]) -> None:
    from xml.sax.saxutils import quoteattr

    numbers = iter(range(1000))

    def element(node: tuple[str, list]) -> str:
        return (
            f'<Code guid="{guid(str(next(numbers)))}" name={quoteattr(node[0])}>{"".join(map(element, node[1]))}</Code>'
        )

    def sizes(nodes: list[tuple[str, list]]) -> list[int]:
        return [size for node in nodes for size in [len(node[1]), *sizes(node[1])]]

    made = book("".join(map(element, trees)))
    assert [sum(each.parent == own.id for each in made.codes) for own in made.codes] == sizes(trees)
    for own in made.codes:
        assert made.find(own.name) == made.find(own.id) == own.id


QDC = (
    '<?xml version="1.0" encoding="utf-8"?>\n<CodeBook xmlns="{}" origin="{}"><Codes>'
    + code("Zeit &amp; Ä", code("Warten"))
    + "</Codes>{}</CodeBook>"
)


@pytest.mark.parametrize(
    "namespace",
    [
        "urn:QDA-XML:codebook:1.0",
        "urn:QDA-XML:codebook:0:4",
        "urn:QDA-XML:codebook:1:0",
        "urn:QDA-XML:project:1.0",
        "x",
    ],
)
def test_codebooks_of_any_namespace(tmp_path: Path, namespace: str) -> None:
    path = tmp_path / "Team codes.qdc"
    path.write_text(QDC.format(namespace, "NVivo", "<Sets/>"), encoding="utf-8-sig")
    read = read_codebook(path)
    assert (read.book.id, read.book.title) == ("team-codes", "Team codes")
    assert shown(read.book) == [("zeit-a", "Zeit & Ä", None), ("warten", "Warten", "zeit-a")]
    assert read.notes == ()


def test_a_codebook_within_a_project_element_and_of_a_project_file(tmp_path: Path) -> None:
    path = tmp_path / "a.qdc"
    path.write_text(
        '<Project origin="x">' + QDC.format("y", "", "").partition("?>")[2] + "</Project>", encoding="utf-8"
    )
    assert len(read_codebook(path).book.codes) == 2
    text = "I: So?\nP1: Loud.\n"
    project = write_project(
        tmp_path / "a.qdpx", Made({"T.txt": (text, [Marked(11, 15)])}, codes=[("Loud", None), ("Very loud", "Loud")])
    )
    assert shown(read_codebook(project).book) == [("loud", "Loud", None), ("very-loud", "Very loud", "loud")]


def test_groups_of_codes_are_named_as_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.qdc"
    path.write_text(QDC.format("x", "ATLAS.ti", '<Sets><Set guid="1" name="Group"/></Sets>'), encoding="utf-8")
    assert "1 group of codes not kept" in read_codebook(path).notes[0]


@pytest.mark.parametrize(
    ("content", "fault"),
    [("<CodeBook/>", "no codes"), ("<Other/>", "no codebook of REFI-QDA"),
     ("text", "the XML is damaged"), ("<CodeBook><Codes>", "the XML is damaged"),
     ('<!DOCTYPE a [<!ENTITY e "x">]><CodeBook/>', "declares a DTD"), ("<CodeBook>&amp &</CodeBook>", "line 1")],
)  # fmt: skip
def test_files_that_hold_no_codebook(tmp_path: Path, content: str, fault: str) -> None:
    path = tmp_path / "a.qdc"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CodebookError, match=fault) as error:
        read_codebook(path)
    assert str(error.value).startswith("a.qdc")
    assert "imported" not in str(error.value)


@pytest.mark.shared
@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the reference projects do not lie beside this checkout")
@pytest.mark.parametrize(
    ("name", "parents"),
    [
        (
            "exports/qualcoder4.0b_codebook.qdc",
            {"Family": None, "Needs": "Family", "Barriers": None, "Noise": "Barriers"},
        ),
        (
            "exports/taguette1.5.2_codebook.qdc",
            {"interesting": None, "Barriers": None, "Noise": "Barriers", "Family": None, "Needs": "Family"},
        ),
        (
            "exports/atlasti_win23.4_requal_test.qdc",
            {"code1": None, "code2": None, "code3": None, "subcode 3.1": "code3"},
        ),
        ("synthetic/ref_spec.qdpx", {"Barriers": None, "Noise": "Barriers", "Family": None, "Needs": "Family"}),
    ],
)
def test_reference_codebooks(name: str, parents: dict[str, str | None]) -> None:
    made = read_codebook(SAMPLES / name).book
    assert {each.name: each.parent and made[each.parent].name for each in made.codes} == parents
    if "synthetic" in name:
        expected = json.loads((SAMPLES / "synthetic" / "expected.json").read_text("utf-8"))["codes"]
        colours = {"#00f": "#0000ff"}
        assert [(each.name, each.colour, each.definition) for each in made.codes] == [
            (code, colours.get(colour, (colour or "").lower()), definition)
            for code, _, _, colour, definition in expected
        ]
