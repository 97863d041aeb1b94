"""New codes in a codebook's own YAML: every remark stays, and the file says what the codebook says."""

from __future__ import annotations

from pathlib import Path

import pytest
from secondcoder.codebook.model import Code, Codebook
from secondcoder.codebook.shipped import SHIPPED
from secondcoder.codebook.yaml_edit import yaml_of
from secondcoder.codebook.yaml_file import example_text, parse_codebook, shipped_text
from secondcoder.exchange.importing import ImportOptions
from secondcoder.study.study import Study
from support.study_checks import write_csv

NEW = Code(id="room", name="Room", definition="Nowhere to sit: it's\nloud.", examples=("- no", "yes # really"))
HEAD = "format: secondcoder-codebook/1\nid: own\ntitle: Ours\nversion: '1'\nlanguage: en\n"
ENDS = {
    "plain": "codes:\n- id: a\n  name: A   # first\n# between\n- id: b\n  name: B # last\n# the end\n",
    "indented": "codes:\n    - id: a\n      name: A\n      # on a\n\n    - {id: b, name: B}  # last\n",
    "block of text": "codes:\n  - id: a\n    name: A\n    definition: |\n      One.\n\n      Two.\n  # on b\n  - id: b\n    name: B\n",
    "no line end": "codes:\n- name: A\n  id: a\n- id: b\n  name: B\n  examples: [one,\n    two]",
    "more below": "codes:\n- id: a\n  name: A\n- id: b\n  name: B\n  includes:\n  - this\n# on notes\ndescription: More.  # so\n",
}


def lines_left(text: str, edited: str) -> list[str]:
    """Lines of a text that are not in another one in the same order."""
    rest = iter(edited.splitlines())
    return [line for line in text.splitlines() if line not in rest]


@pytest.mark.parametrize("text", [HEAD + end for end in ENDS.values()], ids=[*ENDS])
@pytest.mark.parametrize("parent", [None, "a", "b"])
def test_every_line_stays_and_the_new_code_is_there(text: str, parent: str | None) -> None:
    after = parse_codebook(text, "own").with_code(NEW.model_copy(update={"parent": parent}))
    edited = yaml_of(after, text)
    assert parse_codebook(edited, "own") == after
    assert lines_left(text, edited) == []


@pytest.mark.parametrize("text", [example_text(), *map(shipped_text, SHIPPED)])
def test_shipped_codebooks_keep_their_remarks(text: str) -> None:
    book = parse_codebook(text, "own")
    after = book.with_code(NEW.model_copy(update={"parent": book.codes[0].id}))
    edited = yaml_of(after, text)
    assert parse_codebook(edited, "own") == after
    assert lines_left(text, edited) == []


@pytest.mark.parametrize("change", ["title", "name"])
def test_what_changes_more_is_written_anew(change: str) -> None:
    text = HEAD + ENDS["plain"]
    book = parse_codebook(text, "own").with_code(NEW)
    other = {"title": "Theirs"} if change == "title" else {"codes": (Code(id="a", name="Other"), *book.codes[1:])}
    after = Codebook.model_validate(book.model_dump() | other)
    assert parse_codebook(yaml_of(after, text), "own") == after


@pytest.mark.parametrize("codes", ["codes: []\n", "", "codes: [{id: a, name: A}]\n"])
def test_codes_that_are_no_lines_are_written_anew(codes: str) -> None:
    after = parse_codebook(HEAD + codes, "own").with_code(NEW)
    assert parse_codebook(yaml_of(after, HEAD + codes), "own") == after


def test_codes_added_by_a_table_leave_the_remarks_of_the_study_s_file(tmp_path: Path) -> None:
    own = tmp_path / "own.yml"
    own.write_text(HEAD + ENDS["indented"], encoding="utf-8")
    study = Study.create(tmp_path / "study", own)
    row = {"transcript": "t", "order": 1, "speaker": "R", "text": "So.", "codes": "new", "coder": "ada"}
    study.import_files([write_csv(tmp_path / "table.csv", [row])], ImportOptions(add_codes=True))
    text = (tmp_path / "study" / "codebook.yml").read_text(encoding="utf-8")
    assert lines_left(HEAD + ENDS["indented"], text) == []
    assert study.codebook.ids == ("a", "b", "new")
    study.close()
