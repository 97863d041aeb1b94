"""Codebooks as files of the standard, and what is said of a code in one text."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from secondcoder.codebook.model import Code, Codebook
from secondcoder.codebook.shipped import SHIPPED
from secondcoder.codebook.yaml_file import load_codebook
from secondcoder.errors import InputError
from secondcoder.exchange.carried_codes import matched_codes
from secondcoder.exchange.refi_qda.code_words import CodeWords, description, read_description
from secondcoder.exchange.refi_qda.codes_out import write_qdc
from secondcoder.exchange.refi_qda.guids import code_guid
from support.refi_checks import schema

C = "{urn:QDA-XML:codebook:1.0}"
LINE = st.text(st.sampled_from("a-: é😀\n"), min_size=1, max_size=12).map(str.strip).filter(bool)
NAME = st.text(st.sampled_from("ab&<\"'é😀 "), min_size=1).map(str.strip).filter(bool)
LINES = st.lists(LINE, max_size=3).map(tuple)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_codebook_is_valid(name: str, tmp_path: Path) -> None:
    book = load_codebook(name)
    write_qdc(book, tmp_path / "book.qdc")
    root = etree.parse(tmp_path / "book.qdc").getroot()
    schema("Codebook").assertValid(root)
    codes = {each.get("guid"): each for each in root.iter(f"{C}Code")}
    assert len(codes) == len(book.codes)
    for above in [None, *book.ids]:
        parent = root.find(f"{C}Codes") if above is None else codes[code_guid(book[above])]
        below = [code.name for code in book.codes if code.parent == above]
        assert [each.get("name") for each in parent.findall(f"{C}Code")] == below
    for code in book.codes:
        element = codes[code_guid(code)]
        assert element.get("name") == code.name
        above = element.getparent()
        assert (above.get("guid") if above.tag == f"{C}Code" else None) == (
            code_guid(book[code.parent]) if code.parent else None
        )


@given(
    names=st.lists(NAME, min_size=1, unique_by=str.casefold),
    parents=st.data(),
    words=st.builds(CodeWords, LINE, LINES, LINES, LINES),
)
def test_another_loader_reads_any_tree(names: list[str], parents: st.DataObject, words: CodeWords) -> None:
    refi = pytest.importorskip("pyrefiqda")
    codes: list[Code] = []
    for at, name in enumerate(names):
        parent = parents.draw(st.sampled_from([None, *(code.id for code in codes)]))
        codes.append(
            Code(
                id=f"c{at}",
                name=name,
                parent=parent,
                family="code",
                definition=words.definition,
                includes=words.includes,
            )
        )
    book = Codebook(id="b", title="B", codes=tuple(codes))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "book.qdc"
        write_qdc(book, path)
        schema("Codebook").assertValid(etree.parse(path))
        read = refi.RefiCodebook.load(path)
    found: dict[str, str | None] = {}
    waiting = [(each, None) for each in read.codes.code]
    while waiting:
        code, above = waiting.pop()
        found[code.name] = above
        waiting += [(each, code.name) for each in code.code]
    assert found == {code.name: book[code.parent].name if code.parent else None for code in codes}


def test_an_empty_codebook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no codes yet"):
        write_qdc(Codebook(id="b", title="B"), tmp_path / "book.qdc")


@given(words=st.builds(CodeWords, LINE | st.just(""), LINES, LINES, LINES))
def test_what_is_said_of_a_code_comes_back(words: CodeWords) -> None:
    assert read_description(description(words)) == words


def test_the_words_of_another_program_are_a_definition() -> None:
    text = "Includes:\nall of it\n\nand more"
    assert read_description(text) == CodeWords(text)


def test_a_code_is_known_again_under_another_name() -> None:
    """As where 'Trust: Other' left as 'Other'."""
    book = Codebook(id="b", title="B", codes=(Code(id="TR.O", name="Trust: Other"),))
    carried = Codebook(id="p", title="P", codes=(Code(id="x", name="Something", guid=code_guid(book["TR.O"])),))
    assert matched_codes(carried, book).same == {"x": "TR.O"}
