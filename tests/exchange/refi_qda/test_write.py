"""Projects as other programs read them: valid by the standard's schema, positions exact in every way of counting, the same bytes."""

from __future__ import annotations

import copy
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree
from secondcoder.codebook.model import Code, Codebook, Exclude
from secondcoder.domain.records import Case, Coding, Origin, Suggestion, Transcript, Turn, Valence
from secondcoder.exchange.refi_qda.coding_notes import read_notes
from secondcoder.exchange.refi_qda.memory import coding_key
from secondcoder.exchange.refi_qda.write import write_project
from secondcoder.exchange.registry import CodedData
from support.refi_checks import Q, check_project, decoded, schema

BOOK = Codebook(
    id="b",
    title="Book & <title>",
    codes=(
        Code(id="TR", name="Trust", definition="What holds.\nTwice.", colour="#cc0000", includes=("a & b",)),
        Code(id="TR.O", name="Trust: Other", parent="TR", excludes=(Exclude(text="no", see=("TR",)),)),
        Code(id="AC", name="Access", guid="4AB5C0A3-8B6D-4C56-9A8B-0B4F5E2A7C11"),
        Code(id="AC.O", name="Other", parent="AC", examples=("Said so.",)),
    ),
)
SIGNS = [
    "😀",
    "👨‍👩‍👧",
    "e\u0301",
    "𠮷",
    "\t",
    "\u00a0",
    "\r\n",
    "\n",
    "\r",
    "\ufeff",
    "\x07",
    "&",
    "<",
    '"',
    "a",
    "ß",
    " ",
    "\u2028",
]
TALK = st.lists(st.sampled_from(SIGNS), min_size=1, max_size=40).map("".join)
MEMO = st.lists(st.sampled_from([sign for sign in SIGNS if sign != "\x07"]), max_size=6).map("".join)
WAYS = {
    "": {},
    "standard": {},
    "nvivo-windows": {"crlf": 2, "unit": "utf16"},
    "maxqda-windows": {},
    "qualcoder": {},
    "utf16": {"unit": "utf16"},
}
NAMES = {"TR": "Trust", "TR.O": "Other", "AC": "Access", "AC.O": "Other"}


def plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def splits_a_line_end(text: str, offset: int) -> bool:
    return text[offset - 1 : offset + 1] == "\r\n"


@st.composite
def coded(draw: st.DrawFn) -> CodedData:
    texts = draw(st.lists(TALK, min_size=1, max_size=3))
    transcripts = [Transcript(f"t{at}", text, (Turn(0, len(text)),), case="c1") for at, text in enumerate(texts)]
    codings = []
    for transcript in transcripts:
        places = [at for at in range(len(transcript.text) + 1) if not splits_a_line_end(transcript.text, at)]
        spans = st.tuples(st.sampled_from(places), st.sampled_from(places)).map(sorted).filter(lambda s: s[0] < s[1])
        for start, end in draw(st.lists(spans, max_size=4)):
            code, coder = draw(st.sampled_from(BOOK.ids)), draw(st.sampled_from(["Ana", "Ben 😀"]))
            origin, valence = draw(st.sampled_from(Origin)), draw(st.sampled_from([None, *Valence]))
            codings.append(Coding(transcript.id, start, end, code, coder, origin, valence, draw(MEMO)))
    unique = {(each.place, each.code, each.coder, each.origin): each for each in codings}
    return CodedData(
        transcripts, [Case("c1", {"size": "12"})], [*unique.values()], study="s", since="2026-01-02T03:04:05.678+00:00"
    )


def expected(data: CodedData, names: dict[str, str]) -> dict[str, tuple[str, list[Any]]]:
    """What the records say, in the form of `decoded`."""
    found: dict[str, tuple[str, list[Any]]] = {}
    for transcript in data.transcripts:
        text = transcript.text
        found[transcript.id] = plain(text), sorted((
            (plain(text[c.start : c.end]), len(plain(text[: c.start])), len(plain(text[: c.end])), c.coder, names[c.code], c.memo,
             (c.origin, c.valence))
            for c in data.codings if c.transcript == transcript.id
        ), key=str)  # fmt: skip
    return found


def read_back(path: Path, dialect: str) -> dict[str, tuple[str, list[Any]]]:
    found = decoded(path, **WAYS[dialect])
    return {
        name: (text, sorted(((*mark[:6], read_notes(mark[6])) for mark in marks), key=str))
        for name, (text, marks) in found.items()
    }


def export(data: CodedData, path: Path, dialect: str = "") -> Path:
    data.dialect = dialect
    write_project(data, BOOK, path)
    return path


@pytest.mark.parametrize("dialect", WAYS)
@given(data=coded())
@example(data=CodedData([Transcript("t0", "\ufeff😀x", ())], [], [Coding("t0", 2, 3, "TR", "Ana")]))
def test_every_position_is_exact_and_every_project_valid(dialect: str, data: CodedData) -> None:
    with TemporaryDirectory() as folder:
        path = export(data, Path(folder) / "p.qdpx", dialect)
        check_project(path)
        names = {code.id: code.name for code in BOOK.codes} if dialect == "qualcoder" else NAMES
        assert read_back(path, dialect) == expected(data, names)


@given(data=coded())
def test_another_loader_reads_the_same(data: CodedData) -> None:
    refi = pytest.importorskip("pyrefiqda")
    with TemporaryDirectory() as folder:
        path = export(data, Path(folder) / "p.qdpx")
        project = refi.RefiProject.load(path, extract_dir=str(Path(folder) / "x"))
        codes = {each.guid: each.name for top in project.code_book.codes.code for each in (top, *top.code)}
        users = {each.guid: each.name for each in (project.users.user if project.users else [])}
        found = sorted(
            (
                source.name,
                mark.start_position,
                mark.end_position,
                users[coding.creating_user],
                codes[coding.code_ref.target_guid],
            )
            for source in project.sources.text_source
            for mark in source.plain_text_selection
            for coding in mark.coding
        )
        same = [(name, *mark[1:5]) for name, (_, marks) in expected(data, NAMES).items() for mark in marks]
        assert found == sorted(same)
        again = Path(folder) / "again.qdpx"
        refi.RefiProject.save(project, again, source_media_dir=str(Path(folder) / "x" / "sources"))
        assert read_back(again, "") == expected(data, NAMES)


@given(data=coded())
def test_the_same_study_gives_the_same_bytes(data: CodedData) -> None:
    with TemporaryDirectory() as folder:
        first, second = (export(data, Path(folder) / name).read_bytes() for name in ("a.qdpx", "b.qdpx"))
    assert first == second


def test_codes_keep_their_tree_words_and_colours(tmp_path: Path) -> None:
    root = check_project(export(CodedData(), tmp_path / "p.qdpx"))
    trust, access = root.find(f"{Q}CodeBook/{Q}Codes")
    assert [trust.get("name"), trust.find(f"{Q}Code").get("name")] == ["Trust", "Other"]
    assert [access.get("name"), access.find(f"{Q}Code").get("name")] == ["Access", "Other"]
    assert trust.get("color") == "#cc0000"
    assert access.get("guid") == BOOK["AC"].guid
    assert trust.findtext(f"{Q}Description") == "What holds.\nTwice.\n\nIncludes:\n- a & b"
    assert trust.find(f"{Q}Code").findtext(f"{Q}Description") == "Excludes:\n- no -> TR"


def test_what_is_known_of_transcripts_and_cases_comes_as_variables(tmp_path: Path) -> None:
    guids = {name: f"{at:08d}-0000-0000-0000-000000000000" for at, name in enumerate(("age", "beds"))}
    memory = {"variables": {name: {"guid": guid, "type": "Integer"} for name, guid in guids.items()}}
    talk = Transcript("t", "x", (), case="c", participant="P7", role="GP", attributes={"age": "41"})
    cases = [Case("c", {"beds": "many", "empty": ""}), Case("d")]
    root = check_project(export(CodedData([talk], cases, memory=memory), tmp_path / "p.qdpx"))
    types = {each.get("name"): (each.get("typeOfVariable"), each.get("guid")) for each in root.iter(f"{Q}Variable")}
    assert types["age"] == ("Integer", guids["age"])
    assert types["beds"] == ("Text", guids["beds"]), "'many' is no integer"
    assert set(types) == {"beds", "age", "participant", "role"}
    source = root.find(f"{Q}Sources/{Q}TextSource")
    values = [each[1].text for each in source.findall(f"{Q}VariableValue")]
    assert values == ["41", "P7", "GP"]
    assert [ref.get("targetGUID") for ref in root.iter(f"{Q}SourceRef")] == [source.get("guid")]


def test_an_imported_project_keeps_its_identifiers_notes_and_sets(tmp_path: Path) -> None:
    guid = "{:08X}-0000-4000-8000-000000000000".format
    text = "One\nTwo 😀 three"
    codings = [Coding("t", 4, 7, "TR", "Ana"), Coding("t", 4, 7, "AC", "Ana"), Coding("t", 8, 9, "AC", "Ana")]
    memory = {
        "name": "Wards",
        "dialect": {"crlf": 2, "unit": "utf16", "bom": 1},
        "users": {"Ana": guid(1)},
        "sources": {"t": {"guid": guid(2), "name": "Interview T", "newline": "\r\n", "bom": True}},
        "codings": {
            coding_key("t", 4, 7, "TR", "Ana"): [guid(3), guid(4)],
            coding_key("t", 4, 7, "AC", "Ana"): [guid(5), guid(6)],
            coding_key("t", 8, 9, "AC", "Ana"): [guid(3), guid(6)],  # a damaged memory: nothing may stand twice
        },
        "cases": {"c": guid(7)},
        "codes": {"TR.O": guid(12)},
        "folders": [guid(12), BOOK["AC"].guid],
        "notes": [
            {"guid": guid(8), "name": "On T", "text": "Read & think.", "of": [guid(2), guid(4), guid(99)]},
            {"guid": guid(9), "name": "Free", "text": ""},
        ],
        "sets": [
            {
                "guid": guid(10),
                "name": "Wave 1",
                "sources": [guid(2), guid(99)],
                "codes": [BOOK["AC"].guid],
                "notes": [guid(8)],
            },
            {"guid": guid(11), "name": "None left", "description": "was here", "codes": [guid(99)]},
        ],
    }
    data = CodedData([Transcript("t", text, (), case="c")], [Case("c")], codings, memory=memory)
    path = export(data, tmp_path / "p.qdpx")
    root = check_project(path)
    kept = {each.get("guid") for each in root.iter() if each.get("guid")}
    assert {guid(number) for number in range(1, 13)} <= kept
    codable = {
        each.get("name"): each.get("isCodable") for each in root.find(f"{Q}CodeBook/{Q}Codes/{Q}Code").iter(f"{Q}Code")
    }
    assert codable == {"Trust": "true", "Other": "false"}
    assert root.findall(f"{Q}CodeBook/{Q}Codes/{Q}Code")[1].get("isCodable") == "true", "somebody coded with it since"
    assert root.get("name") == "Wards"
    assert root.find(f"{Q}Sources/{Q}TextSource").get("name") == "Interview T"
    notes = {each.get("guid"): each for each in root.iter(f"{Q}Note")}
    assert notes[guid(8)].findtext(f"{Q}PlainTextContent") == "Read & think."
    owners = {reference.getparent().get("guid") for reference in root.iter(f"{Q}NoteRef")}
    assert owners == {guid(2), guid(4)}
    children = [child for each in root.iter(f"{Q}Set") for child in each if child.get("targetGUID")]
    members = [(child.tag.removeprefix(Q), child.get("targetGUID")) for child in children]
    assert members == [("MemberCode", BOOK["AC"].guid), ("MemberSource", guid(2)), ("MemberNote", guid(8))]
    with zipfile.ZipFile(path) as archive:
        assert archive.read(f"sources/{guid(2)}.txt") == b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()
    marks = decoded(path, crlf=2, unit="utf16", bom=1)["Interview T"][1]
    assert {mark[0] for mark in marks} == {"Two", "😀"}
    standard = decoded(export(data, path, "standard"))["Interview T"][1]
    assert {mark[0] for mark in standard} == {"Two", "😀"}, "asked for by name, the standard way again"


def test_suggestions_stand_under_a_user_of_their_own(tmp_path: Path) -> None:
    text = "We did it. " * 80
    carrying = ((0, 10), (11, 700))
    made = [
        Suggestion("t", 0, 880, "TR", 0.8349, 0.3, True, "m0003", carrying),
        Suggestion("t", 0, 880, "AC", 0.1, 0.3, False, "m0003"),
    ]
    data = CodedData([Transcript("t", text, ())], [], [Coding("t", 0, 880, "TR", "Ana")], suggestions=made, study="s")
    root = check_project(export(data, tmp_path / "p.qdpx"))
    marks = decoded(tmp_path / "p.qdpx")["t"][1]
    by = {(mark[3], mark[4]): mark[5] for mark in marks}
    assert by["Ana", "Trust"] == ""
    assert by["secondcoder m0003", "Trust"].startswith(
        "Suggested by secondcoder m0003 with probability 0.83, mostly for: “We did it."
    )
    assert by["secondcoder m0003", "Access"] == "Suggested by secondcoder m0003 by rank, without a probability."
    assert max(map(len, by.values())) == 511
    for selection in root.iter(f"{Q}PlainTextSelection"):
        (coding,) = selection.findall(f"{Q}Coding")
        assert coding.get("creatingUser") == selection.get("creatingUser")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda root: root.append(etree.Element(f"{Q}Sets")),
        lambda root: root.append(root.find(f"{Q}CodeBook")),
        lambda root: root.find(f"{Q}Sources")[0].set("guid", "no-guid"),
        lambda root: root.find(f"{Q}Sources")[0].set("extra", "1"),
    ],
    ids=["empty wrapper", "wrong order", "no guid", "unknown attribute"],
)
def test_the_schema_refuses_what_programs_refuse(tmp_path: Path, spoil: Any) -> None:
    root = check_project(export(CodedData([Transcript("t", "x", ())]), tmp_path / "p.qdpx"))
    spoilt = copy.deepcopy(root)
    spoil(spoilt)
    assert not schema("Project").validate(spoilt)


def test_a_code_that_the_codebook_lacks_now_is_written_as_it_was(tmp_path: Path) -> None:
    data = CodedData([Transcript("t", "x", ())], [], [Coding("t", 0, 1, "old one", "Ana")])
    check_project(export(data, tmp_path / "p.qdpx"))
    assert decoded(tmp_path / "p.qdpx")["t"][1][0][4] == "old one"
