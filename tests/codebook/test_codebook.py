"""Codebooks: what ships, what is refused and how, and the way to YAML and back."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from secondcoder.codebook.model import Code, Codebook, Exclude, Family
from secondcoder.codebook.shipped import SHIPPED
from secondcoder.codebook.yaml_file import dump_codebook, load_codebook, parse_codebook, shipped_text
from secondcoder.errors import CodebookError

HEAD = "format: secondcoder-codebook/1\nid: own\ntitle: Our codes\n"
TEXTS = st.text(min_size=1, max_size=30).filter(str.strip)
BOOKS = st.builds(
    lambda title, texts, names: Codebook(
        id="own",
        title=title,
        families=(Family(id="theme", name="Theme"),),
        codes=tuple(
            Code(
                id=f"C{number}",
                name=f"C{number} {name}",
                family="theme",
                parent=f"C{number - 1}" if number % 3 else None,
                definition=texts[0],
                includes=texts,
                excludes=(Exclude(text=texts[-1], see=("C0",)),),
                examples=texts[1:],
            )
            for number, name in enumerate(names)
        ),
    ),
    TEXTS,
    st.lists(TEXTS, min_size=1, max_size=3).map(tuple),
    st.lists(TEXTS, min_size=1, max_size=5),
)


def own(codes: str) -> Codebook:
    return parse_codebook(HEAD + codes, "own.yml")


@settings(max_examples=60)
@given(book=BOOKS)
def test_a_dumped_codebook_reads_back_equal(book: Codebook) -> None:
    again = parse_codebook(dump_codebook(book), "again.yml")
    assert again == book
    assert again.hash == book.hash


@pytest.mark.parametrize("text", ["a\x85b", "a\u2028b c", "a\r\nb", "yes", "1", "- x: y #", "null"])
def test_text_that_yaml_could_take_for_something_else_is_kept(text: str) -> None:
    book = Codebook(id="own", title=text, codes=(Code(id="A", name=text),))
    assert parse_codebook(dump_codebook(book), "again.yml") == book


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_codebook_survives_being_dumped(name: str) -> None:
    assert parse_codebook(dump_codebook(load_codebook(name)), name).hash == load_codebook(name).hash


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_code_is_fully_described(name: str) -> None:
    for code in load_codebook(name).codes:
        assert code.definition, code.id
        assert code.includes, code.id
        assert code.excludes, code.id
        assert len(set(code.examples)) >= 2, code.id
        assert code.source, code.id


def test_npt_has_its_constructs_sub_constructs_and_factors() -> None:
    book = load_codebook("npt")
    assert Counter(code.family for code in book.codes) == {"construct": 4, "sub-construct": 16, "factor": 5}
    assert {code.id for code in book.codes if code.family == "construct"} == {"CO", "CP", "CA", "RM"}
    assert Counter(code.parent for code in book.codes if code.parent) == {"CO": 4, "CP": 4, "CA": 4, "RM": 4}
    assert all(code.id.startswith(f"{code.parent}.") for code in book.codes if code.family == "sub-construct")
    assert [code.id for code in book.codes if code.family == "factor"] == ["F1", "F2", "F3", "F4", "F5"]


def test_npt_core_is_npt_without_sub_constructs() -> None:
    assert load_codebook("npt-core").ids == tuple(one for one in load_codebook("npt").ids if "." not in one)


def test_npt_cmo_has_contexts_mechanisms_and_outcomes() -> None:
    book = load_codebook("npt-cmo")
    contexts = {"CX.SI", "CX.AE", "CX.NC", "CX.RL"}
    outcomes = {"OUT.IP", "OUT.RR", "OUT.NR", "OUT.SU"}
    assert contexts | outcomes | {"CO", "CP", "CA", "RM"} <= set(book.ids)
    assert book.find("intervention mobilisation") == book.find("intervention performance") == "OUT.IP"


def test_cfir_has_the_domains_of_its_second_edition() -> None:
    domains = {
        code.name.partition(":")[0].casefold() for code in load_codebook("cfir").codes if code.family == "domain"
    }
    assert domains == {"innovation", "outer setting", "inner setting", "individuals", "implementation process"}


@pytest.mark.parametrize("written", ["CP.ENR", "cp.enr", " Enrolment ", "ENROLMENT"])
def test_a_code_is_found_by_id_name_or_alias_in_any_case(written: str) -> None:
    assert load_codebook("npt").find(written) == "CP.ENR"


def test_ancestors_go_up_from_the_nearest() -> None:
    book = own("codes: [{id: A, name: a1}, {id: B, name: b1, parent: A}, {id: C, name: c1, parent: B}]")
    assert book.ancestors("C") == ("B", "A")


def test_the_hash_is_of_the_content_not_of_the_layout() -> None:
    text = shipped_text("npt")
    book = load_codebook("npt")
    assert parse_codebook("# a remark\n" + text, "npt.yml").hash == book.hash
    assert parse_codebook(text.replace("name: Coherence", "name: Sense"), "npt.yml").hash != book.hash


@pytest.mark.parametrize(
    ("codes", "message"),
    [
        ("codes: [{id: A, name: a, exclude: [x]}]", r"code A, exclude: .*Did you mean 'excludes'\?"),
        ("codes: [{id: A, name: a1}, {id: B, name: b1, defintion: x}]", r"code B, defintion: .*'definition'"),
        ("codes: [{id: A, name: a, parent: B}]", "parent 'B' is not in the codebook"),
        ("codes: [{id: A, name: a1, parent: B}, {id: B, name: b1}]", "parent 'B' stands after it"),
        ("codes: [{id: A, name: x}, {id: B, name: X}]", "'x' stands for both A and B"),
        ("codes: [{id: A, name: a}, {id: A, name: a}]", "code A stands twice"),
        ("codes: [{id: A, name: a, excludes: [{text: t, see: [AB]}]}]", "excludes point to 'AB'"),
        ("families: [{id: theme, name: T}]\ncodes: [{id: A, name: a, family: them}]", "Did you mean 'theme'"),
        ("codes: [{id: 'A|B', name: a}]", r"no '\|'"),
        ("codes: [{name: a}]", "code 1, id: Field required"),
        ("codes: [just words]", "code 1"),
        ("codes: {A: a}", "codes: "),
        ("version: ''", "version: "),
        ("titel: x", "titel: .*Did you mean"),
        ("codes: [", "line 5: not valid YAML"),
    ],
)
def test_a_faulty_codebook_is_refused_with_the_code_and_the_nearest_word(codes: str, message: str) -> None:
    with pytest.raises(CodebookError, match=r"own\.yml.*(?s:.*)" + message):
        own(codes + "\n")


@pytest.mark.parametrize("text", ["", "just words", "- a list", "format: other/9\nid: a\ntitle: t"])
def test_what_is_no_codebook_is_refused(text: str) -> None:
    with pytest.raises(CodebookError, match=r"own\.yml: not a"):
        parse_codebook(text, "own.yml")


def test_a_misspelt_shipped_name_gets_the_nearest_one() -> None:
    with pytest.raises(CodebookError, match="Did you mean 'npt-core'"):
        load_codebook("npt-cor")


def test_a_codebook_with_a_wrong_encoding_is_refused(tmp_path) -> None:
    path = tmp_path / "own.yml"
    path.write_bytes((HEAD + "description: caf\xe9\n").encode("cp1252"))
    with pytest.raises(CodebookError, match=r"own\.yml: not UTF-8 text"):
        load_codebook(path)


def test_added_codes_stand_last_and_leave_the_others_alone() -> None:
    before = load_codebook("npt")
    after = before.with_codes(["Trust", "Money"])
    assert after.ids == (*before.ids, "Trust", "Money")
    assert after.codes[: len(before.codes)] == before.codes


def test_codes_can_be_added_to_a_codebook_without_families() -> None:
    assert own("codes: [{id: A, name: a, family: theme}]").with_codes(["Trust"]).ids == ("A", "Trust")


@pytest.mark.parametrize("names", [["stress", "Stress"], ["a\u200bb"], ["x" * 200], ["co"]])
def test_codes_that_cannot_be_added_are_refused_in_plain_words(names: list[str]) -> None:
    with pytest.raises(CodebookError):
        load_codebook("npt").with_codes(names)


def test_a_changed_copy_has_a_hash_of_its_own():
    book = load_codebook("npt-core")
    before = book.hash
    changed = book.model_copy(update={"version": "2.0"})
    assert changed.hash != before
    assert load_codebook("npt-core").hash == book.hash == before


HEAD = "format: secondcoder-codebook/1\nid: t\ntitle: T\n"


@pytest.mark.parametrize(
    "word", ["NO", "yes", "off", "1.10", "007", "1e3", "2024-05-01", "0x1F", "12:30", ".5", "1_000", "True"]
)
def test_ids_are_what_is_written_without_quotation_marks_too(word: str) -> None:
    book = parse_codebook(f"{HEAD}codes:\n  - {{id: {word}, name: {word}, aliases: [{word}x]}}\n", "own.yml")
    assert (book.ids, book.codes[0].name) == ((word,), word)
    assert parse_codebook(dump_codebook(book), "again.yml") == book


@pytest.mark.parametrize("word", ["null", "~", "NULL", ""])
def test_a_word_for_nothing_asks_for_quotation_marks(word: str) -> None:
    with pytest.raises(CodebookError, match="put quotation marks around a word that is meant"):
        parse_codebook(f"{HEAD}codes:\n  - {{id: {word}, name: a}}\n", "own.yml")
    assert (
        parse_codebook(f"{HEAD}codes:\n  - {{id: '{word or 'x'}', name: a, parent: }}\n", "own.yml").codes[0].parent
        is None
    )


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}codes: []\ncodes: []\n", f"{HEAD}title: Other\ncodes: []\n",
        f"{HEAD}codes:\n  - {{id: a, name: A, definition: one, definition: two}}\n",
        f"{HEAD}codes:\n  - id: a\n    name: A\n    excludes:\n      - {{text: x, text: y}}\n",
    ],
)  # fmt: skip
def test_a_key_that_stands_twice_is_refused(text: str) -> None:
    with pytest.raises(CodebookError, match="stands twice"):
        parse_codebook(text, "own.yml")


@pytest.mark.parametrize("second", ["Yellow", "yellow", "YELLOW"])
def test_nested_codes_of_one_name_are_told_how_to_differ(second: str) -> None:
    codes = [("F", "Fruits", ""), ("F.Y", "yellow", "F"), ("V", "Vegetables", ""), ("V.Y", second, "V")]
    lines = "".join(f"  - {{id: {id}, name: {name}, parent: {parent}}}\n" for id, name, parent in codes)
    with pytest.raises(
        CodebookError, match=f"stands for both F.Y and V.Y.*give one of them another: 'Vegetables: {second}'"
    ):
        parse_codebook(f"{HEAD}codes:\n{lines}", "own.yml")


HOSTILE = {
    "a key that stands twice": ("codes: [{id: A, name: a}]\ncodes: [{id: B, name: b}]", "'codes' stands twice"),
    "a field that stands twice": ("codes: [{id: A, name: a, name: b}]", "'name' stands twice"),
    "a tag": (
        "codes: []\ndescription: !!int x",
        "line 5: not valid YAML (the tag tag:yaml.org,2002:int: values are taken as",
    ),
    "merges of merges": (
        "x0: &x0 {"
        + ", ".join(f"k{n}: 1" for n in range(9))
        + "}\n"
        + "".join(f"x{n}: &x{n} {{<<: [{', '.join([f'*x{n - 1}'] * 9)}]}}\n" for n in range(1, 9))
        + "codes: []",
        "merges too much",
    ),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_yaml_that_would_lose_or_blow_up_something_is_refused(what: str) -> None:
    text, message = HOSTILE[what]
    with pytest.raises(CodebookError) as refusal:
        parse_codebook(f"format: secondcoder-codebook/1\nid: t\ntitle: T\n{text}\n", "own.yml")
    assert str(refusal.value).startswith("own.yml")
    assert message in str(refusal.value)


def test_a_merge_that_people_write_is_read() -> None:
    text = "codes: [&a {id: A, name: a, definition: one}, {<<: *a, id: B, name: b}]"
    book = parse_codebook(f"format: secondcoder-codebook/1\nid: t\ntitle: T\n{text}\n", "own.yml")
    assert [(code.id, code.definition) for code in book.codes] == [("A", "one"), ("B", "one")]


@pytest.mark.parametrize(
    ("written", "found"), [("Koha\u0308renz", "K"), ("KOHÄRENZ", "K"), (" k\u00a0", "K"), ("K 2", "K2"), ("kk", None)]
)
def test_a_code_is_found_in_any_spelling(written: str, found: str | None) -> None:
    text = "codes: [{id: K, name: Kohärenz}, {id: K2, name: other, aliases: [K\u00a02]}]"
    book = parse_codebook(f"format: secondcoder-codebook/1\nid: t\ntitle: T\n{text}\n", "own.yml")
    assert book.find(written) == found
