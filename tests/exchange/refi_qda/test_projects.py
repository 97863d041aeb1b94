"""What a project says of codings and coders, in each of the shapes in which programs say it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from secondcoder.domain.records import CodingPass
from secondcoder.errors import TableError
from secondcoder.exchange.refi_qda.coded_format import CODED_FORMAT
from secondcoder.exchange.registry import CodedData, ImportContext
from support.refi_projects import (
    CODING,
    LEFT,
    LOUD,
    MADE,
    NOISE,
    TEXT,
    Made,
    Marked,
    guid,
    meant,
    project_xml,
    put,
    read_project,
    told,
    write_project,
)


def coders(data: CodedData) -> list[str]:
    return [coding.coder for coding in data.codings]


@pytest.mark.parametrize(
    "changes",
    [
        [('xmlns="urn:QDA-XML:project:1.0"', 'xmlns="urn:QDA-XML:project:2.0"')],
        [('xmlns="urn:QDA-XML:project:1.0"', "")],
        [("<", "<q:"), ("<q:/", "</q:"), ("<q:?", "<?"), ("xmlns=", "xmlns:q=")],
        [("<TextSource ", '<TextSource quirk="1" ')],
        [("<Sources>", "<Sets/><Cases/><Variables/><Notes></Notes><Sources>")],
        [
            (
                "</PlainTextSelection>",
                "<NoteRef targetGUID='11111111-1111-4111-8111-111111111111'/></PlainTextSelection>",
            )
        ],
    ],
)
def test_what_differs_between_programs_and_says_nothing(tmp_path: Path, changes: list[tuple[str, str]]) -> None:
    path = put(tmp_path, MADE, *changes)
    assert told(read_project(path), path) == meant(MADE)


def test_guids_in_braces_and_any_case(tmp_path: Path) -> None:
    xml = project_xml(MADE)
    references = xml.replace(f'targetGUID="{NOISE}"', f'targetGUID="{{{NOISE.lower()}}}"')
    path = write_project(
        tmp_path / "a.qdpx",
        MADE,
        references.replace(
            f'creatingUser="{guid("user", "Ana")}"', f'creatingUser="{{{guid("user", "Ana").lower()}}}"'
        ),
    )
    data = read_project(path)
    assert told(data, path) == meant(MADE)
    assert data.memory["users"] == {"Ana": guid("user", "Ana")}


def test_a_coder_is_who_made_the_coding_before_who_made_selection_and_source(tmp_path: Path) -> None:
    """Of 303 selections of an NVivo project, 297 name the project's owner while the coding names who coded."""
    users = "".join(f'<User guid="{guid("user", who)}" name="{who}"/>' for who in ("Ana", "Ben", "Chloé", "Dai"))
    owner = f'modifyingUser="{guid("user", "Ben")}" creatingUser="{guid("user", "Chloé")}"'
    by_coding = put(
        tmp_path, MADE, ("<Users>", f"<Users>{users}"), ("<PlainTextSelection ", f"<PlainTextSelection {owner} ")
    )
    assert coders(read_project(by_coding)) == ["Ana"]
    bare = f' creatingUser="{guid("user", "Ana")}"'
    changes = [("<Users>", f"<Users>{users}"), (bare, ' creatingUser=""')]
    modified = put(tmp_path, MADE, *changes, ("<PlainTextSelection ", f"<PlainTextSelection {owner} "), name="b.qdpx")
    assert coders(read_project(modified)) == ["Ben"]
    of_source = put(
        tmp_path, MADE, *changes, ("<TextSource ", f'<TextSource creatingUser="{guid("user", "Dai")}" '), name="c.qdpx"
    )
    assert coders(read_project(of_source)) == ["Dai"]


def test_where_nobody_is_named_the_person_says_who_coded(tmp_path: Path) -> None:
    path = put(tmp_path, MADE, (f' creatingUser="{guid("user", "Ana")}"', ""))
    with pytest.raises(TableError, match=r"1 coding names nobody who coded. Say who did with --coder NAME"):
        read_project(path)
    assert coders(read_project(path, coder="Eve")) == ["Eve"]


def test_a_user_without_name_and_one_that_is_not_listed(tmp_path: Path) -> None:
    ana = guid("user", "Ana")
    assert coders(read_project(put(tmp_path, MADE, ('name="Ana"/>', 'id="AK"/>')))) == ["AK"]
    assert coders(
        read_project(put(tmp_path, MADE, (f'<Users><User guid="{ana}" name="Ana"/></Users>', ""), name="b.qdpx"))
    ) == [f"user {ana[:8]}"]


def test_one_selection_for_several_codes_and_one_for_each(tmp_path: Path) -> None:
    together = Made({"Talk.txt": (TEXT, [Marked(*LOUD, ("Noise", "Family"))])})
    apart = Made({"Talk.txt": (TEXT, [Marked(*LOUD), Marked(*LOUD, ("Family",))])})
    first, second = write_project(tmp_path / "a.qdpx", together), write_project(tmp_path / "b.qdpx", apart)
    assert told(read_project(first), first) == told(read_project(second), second) == meant(apart)


def test_one_coding_twice_is_taken_once_with_both_memos(tmp_path: Path) -> None:
    made = Made(
        {"Talk.txt": (TEXT, [Marked(*LOUD, memo="first"), Marked(*LOUD, memo="second"), Marked(*LOUD, memo="first")])}
    )
    data = read_project(write_project(tmp_path / "a.qdpx", made))
    assert [coding.memo for coding in data.codings] == ["first\nsecond"]
    assert "2 codings stand twice and were taken once." in data.notes


def test_selections_without_a_code_are_counted(tmp_path: Path) -> None:
    data = read_project(put(tmp_path, MADE, (CODING, "<Description />")))
    assert data.codings == []
    assert any(note.startswith("1 selection without a code") for note in data.notes)


def test_a_coding_of_a_whole_document_says_nothing_of_other_codes(tmp_path: Path) -> None:
    data = read_project(put(tmp_path, MADE, ("</TextSource>", f"{CODING}</TextSource>")))
    assert sorted(coding.span for coding in data.codings) == [(0, len(TEXT)), LOUD]
    assert [each.span for each in data.passes] == [LOUD]
    assert any("1 coding of whole documents" in note for note in data.notes)


def test_codings_are_looks_at_their_own_spans_unless_all_was_read(tmp_path: Path) -> None:
    made = replace(MADE, texts={"Talk.txt": (TEXT, [Marked(*LOUD), Marked(*LEFT, user="Ben")])})
    path = write_project(tmp_path / "a.qdpx", made)
    codes = ("noise", "family")
    assert read_project(path).passes == [
        CodingPass("Talk", "Ana", *LOUD, codes),
        CodingPass("Talk", "Ben", *LEFT, codes),
    ]
    assert read_project(path, read_whole=True).passes == [
        CodingPass("Talk", "Ana", 0, len(TEXT), codes),
        CodingPass("Talk", "Ben", 0, len(TEXT), codes),
    ]


def test_spans_beyond_the_text_are_found_by_their_words_or_named_as_lost(tmp_path: Path) -> None:
    found = put(
        tmp_path, MADE, (f'startPosition="{LOUD[0]}" endPosition="{LOUD[1]}"', 'startPosition="900" endPosition="904"')
    )
    data = read_project(found)
    assert [coding.span for coding in data.codings] == [LOUD]
    assert any("put where its words stand: 'Talk.txt' at 900-904" in note for note in data.notes)
    lines = replace(MADE, texts={"Talk.txt": (TEXT, [Marked(LOUD[0], LEFT[1])])})
    place = (f'startPosition="{LOUD[0]}" endPosition="{LEFT[1]}"', 'startPosition="900" endPosition="940"')
    assert [coding.span for coding in read_project(put(tmp_path, lines, place, name="c.qdpx")).codings] == [
        (LOUD[0], LEFT[1])
    ]
    unnamed = put(
        tmp_path, replace(MADE, named=False), (f'endPosition="{LOUD[1]}"', 'endPosition="900"'), name="b.qdpx"
    )
    data = read_project(unnamed)
    assert data.codings == []
    assert any(note.startswith("1 coding lies beyond the end of the text") for note in data.notes)


def test_a_selection_of_nothing_is_counted(tmp_path: Path) -> None:
    data = read_project(put(tmp_path, MADE, (f'endPosition="{LOUD[1]}"', f'endPosition="{LOUD[0]}"')))
    assert data.codings == []
    assert "1 coding of no text at all was not taken." in data.notes


@pytest.mark.parametrize(
    ("start", "end", "fault"),
    [("-3", "5", "startPosition of selection"), ("9", "5", "ends at 5, before its start 9"), ("x", "5", "'x', and no position"),
     ("0", "9" * 5000, "no position"), ("1.5", "2", "no position"), ("", "2", "missing")],
)  # fmt: skip
def test_positions_that_are_none(tmp_path: Path, start: str, end: str, fault: str) -> None:
    place = f'startPosition="{LOUD[0]}" endPosition="{LOUD[1]}"'
    path = put(tmp_path, MADE, (place, f'startPosition="{start}" endPosition="{end}"'))
    with pytest.raises(TableError, match=r"Talk.txt") as error:
        read_project(path)
    assert fault in str(error.value)
    assert str(error.value).endswith("Nothing was imported.")


def test_a_code_that_the_study_lacks_is_named_once_with_its_codings(tmp_path: Path) -> None:
    path = write_project(tmp_path / "a.qdpx", Made({"Talk.txt": (TEXT, [Marked(*LOUD), Marked(*LEFT, user="Ben")])}))
    book = CODED_FORMAT.codebook(path)  # type: ignore[misc]
    other = book.model_copy(
        update={"codes": (book["noise"].model_copy(update={"id": "N1", "name": "Noises", "guid": ""}),)}
    )
    with pytest.raises(
        TableError, match=r"2 codings: code 'Noise' is not in the codebook. Did you mean 'Noises'?.*--add-codes"
    ):
        CODED_FORMAT.read(path, ImportContext(other))
