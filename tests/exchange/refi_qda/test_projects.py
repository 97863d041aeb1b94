"""What a project says of codings, coders, cases and documents, in each of the shapes in which programs say it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from secondcoder.domain.records import Case, CodingPass
from secondcoder.errors import InputError, TableError
from secondcoder.exchange.refi_qda.coded_format import CODED_FORMAT
from secondcoder.exchange.refi_qda.memory import coding_key
from secondcoder.exchange.registry import CodedData, ImportContext
from support.refi_projects import Made, Marked, guid, meant, project_xml, read_project, told, write_project

TEXT = "I: How was it?\nP1: It was loud.\nI: And then?\nP1: We left.\n"
LOUD = (TEXT.index("loud"), TEXT.index("loud") + 4)
LEFT = (TEXT.index("We left"), TEXT.index("We left") + 7)
MADE = Made({"Talk.txt": (TEXT, [Marked(*LOUD)])})
NOISE = guid("code", "Noise")


def put(tmp_path: Path, made: Made = MADE, *changes: tuple[str, str], name: str = "a.qdpx") -> Path:
    """The project with text of its XML replaced."""
    xml = project_xml(made)
    for old, new in changes:
        assert old in xml
        xml = xml.replace(old, new)
    return write_project(tmp_path / name, made, xml)


def coders(data: CodedData) -> list[str]:
    return [coding.coder for coding in data.codings]


SELECTION = re.search(r"<PlainTextSelection.*?</PlainTextSelection>", project_xml(MADE))[0]  # type: ignore[index]
CODING = re.search(r"<Coding .*?</Coding>", SELECTION)[0]  # type: ignore[index]


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


SOURCE, AGE, SITE = guid("source", "Talk.txt"), guid("age"), guid("site")
VARIABLES = (
    f'<Variables><Variable guid="{AGE}" name="Age" typeOfVariable="Integer"/>'
    f'<Variable guid="{SITE}" name="Site" typeOfVariable="Text"/></Variables>'
)
VALUES = (
    f'<VariableValue><VariableRef targetGUID="{AGE}"/><IntegerValue>thirty</IntegerValue></VariableValue>'
    f'<VariableValue><VariableRef targetGUID="{SITE.lower()}"/><TextValue>North</TextValue></VariableValue>'
)
ATTRIBUTES = {"Age": "thirty", "Site": "North"}


def test_values_in_the_source_of_a_nameless_case_and_of_a_named_case(tmp_path: Path) -> None:
    reference = f'<SourceRef targetGUID="{SOURCE}"/>'
    in_source = read_project(
        put(tmp_path, replace(MADE, beside=VARIABLES), ("</TextSource>", f"{VALUES}</TextSource>"))
    )
    assert (in_source.cases, in_source.transcripts[0].attributes) == ([], ATTRIBUTES)
    nameless = f'{VARIABLES}<Cases><Case guid="{guid("case")}">{VALUES}{reference}</Case></Cases>'
    data = read_project(put(tmp_path, replace(MADE, beside=nameless), name="b.qdpx"))
    assert (data.cases, data.transcripts[0].attributes, data.transcripts[0].case) == ([], ATTRIBUTES, None)
    named = nameless.replace("<Case guid", '<Case name="Elm" guid')
    data = read_project(put(tmp_path, replace(MADE, beside=named), name="c.qdpx"))
    assert (data.cases, data.transcripts[0].attributes, data.transcripts[0].case) == (
        [Case("Elm", ATTRIBUTES)],
        {},
        "Elm",
    )
    assert data.memory["cases"] == {"Elm": guid("case")}
    assert data.memory["variables"]["Age"] == {"guid": AGE, "type": "Integer"}


def test_nvivo_lists_cases_as_codes_and_codes_text_to_them(tmp_path: Path) -> None:
    elm = guid("case", "Elm")
    coded = CODING.replace(NOISE, elm)
    changes = [
        ("<Codes>", f'<Codes><Code guid="{guid("folder")}" name="Cases" isCodable="false"><Code guid="{elm}" name="Elm"/></Code>'),
        ("</TextSource>", f"{coded}</TextSource>"),
    ]  # fmt: skip
    made = replace(MADE, beside=f'<Cases><Case guid="{elm}" name="Elm"/></Cases>')
    path = put(tmp_path, made, *changes)
    data = read_project(path)
    assert CODED_FORMAT.codebook(path).ids == ("noise", "family")  # type: ignore[misc]
    assert told(data, path) == meant(MADE)
    assert data.transcripts[0].case == "Elm"
    assert not any("whole documents" in note for note in data.notes)


def test_a_text_in_two_cases_gets_the_first_and_a_note(tmp_path: Path) -> None:
    cases = "".join(
        f'<Case guid="{guid(each)}" name="{each}"><SourceRef targetGUID="{SOURCE}"/></Case>' for each in ("Elm", "Ash")
    )
    data = read_project(write_project(tmp_path / "a.qdpx", replace(MADE, beside=f"<Cases>{cases}</Cases>")))
    assert data.transcripts[0].case == "Elm"
    assert {case.id for case in data.cases} == {"Elm", "Ash"}
    assert any("'Talk.txt' to Ash and Elm: 'Elm' was taken" in note for note in data.notes)


def test_a_case_that_holds_all_of_a_text_goes_before_one_that_holds_a_part(tmp_path: Path) -> None:
    part, whole = (f'<Case guid="{guid(each)}" name="{each}">{{}}</Case>' for each in ("Ash", "Elm"))
    selection = guid("selection", "Talk.txt", "0")
    cases = part.format(f'<SelectionRef targetGUID="{selection}"/>') + whole.format(
        f'<SourceRef targetGUID="{SOURCE}"/>'
    )
    data = read_project(write_project(tmp_path / "a.qdpx", replace(MADE, beside=f"<Cases>{cases}</Cases>")))
    assert data.transcripts[0].case == "Elm"
    alone = part.format(f'<SelectionRef targetGUID="{selection}"/>')
    data = read_project(write_project(tmp_path / "b.qdpx", replace(MADE, beside=f"<Cases>{alone}</Cases>")))
    assert data.transcripts[0].case == "Ash"


def test_document_groups_are_cases_where_they_divide_the_documents(tmp_path: Path) -> None:
    two = Made({"A.txt": (TEXT, [Marked(*LOUD)]), "B.txt": ("I: So?\nP2: Yes, quite so.\n", [])})
    groups = {"Elm": ["A.txt"], "Ash": ["B.txt"]}

    def sets(groups: dict[str, list[str]]) -> str:
        members = {
            name: "".join(f'<MemberSource targetGUID="{guid("source", each)}"/>' for each in own)
            for name, own in groups.items()
        }
        return "".join(f'<Set guid="{guid(name)}" name="{name}">{own}</Set>' for name, own in members.items())

    path = put(tmp_path, two, ("</Sources>", f"</Sources><Sets>{sets(groups)}</Sets>"))
    data = read_project(path)
    assert {each.id: each.case for each in data.transcripts} == {"A": "Elm", "B": "Ash"}
    assert any("2 document groups became the cases" in note for note in data.notes)
    overlapping = put(
        tmp_path,
        two,
        ("</Sources>", f"</Sources><Sets>{sets(groups | {'All': ['A.txt', 'B.txt']})}</Sets>"),
        name="b.qdpx",
    )
    assert {each.case for each in read_project(overlapping).transcripts} == {None}


def test_notes_and_sets_are_kept_for_an_export_and_links_counted(tmp_path: Path) -> None:
    note = guid("note")
    about = (
        f'<Notes><Note guid="{note}" name="Idea"><PlainTextContent>Look again.</PlainTextContent></Note></Notes>'
        f'<Links><Link guid="{guid("link")}"/></Links>'
        f'<Sets><Set guid="{guid("set")}" name="Loud"><MemberCode targetGUID="{NOISE}"/></Set></Sets>'
    )
    data = read_project(
        put(
            tmp_path,
            MADE,
            ("</Sources>", f"</Sources>{about}"),
            ("</TextSource>", f'<NoteRef targetGUID="{note}"/></TextSource>'),
        )
    )
    assert data.memory["notes"] == [{"guid": note, "name": "Idea", "text": "Look again.", "user": "", "of": [SOURCE]}]
    assert [(each["name"], each["codes"]) for each in data.memory["sets"]] == [("Loud", [NOISE])]
    assert "not used, but kept for an export: 1 note and 1 set." in data.notes
    assert "left out: 1 link." in data.notes


def test_notes_of_a_code_and_of_a_coding_define_the_one_and_are_the_others_memo(tmp_path: Path) -> None:
    """MAXQDA keeps memos so; a description goes before them."""
    notes = "".join(
        f'<Note guid="{guid(each)}" name="x"><PlainTextContent>{each}</PlainTextContent></Note>'
        for each in ("One", "Two")
    )
    reference = f'<NoteRef targetGUID="{guid("Two")}"/>'
    path = put(
        tmp_path,
        MADE,
        ("</Sources>", f"</Sources><Notes>{notes}</Notes>"),
        ('name="Noise" isCodable="true">', f'name="Noise" isCodable="true"><NoteRef targetGUID="{guid("One")}"/>'),
        ("</PlainTextSelection>", f"{reference}</PlainTextSelection>"),
    )
    assert CODED_FORMAT.codebook(path)["noise"].definition == "One"  # type: ignore[misc]
    assert [coding.memo for coding in read_project(path).codings] == ["Two"]
    described = write_project(
        tmp_path / "b.qdpx", MADE, project_xml(MADE).replace("<Coding ", "<Description>Own.</Description><Coding ", 1)
    )
    assert [coding.memo for coding in read_project(described).codings] == ["Own."]


def test_what_is_remembered_of_sources_and_codings(tmp_path: Path) -> None:
    data = read_project(write_project(tmp_path / "a.qdpx", MADE))
    assert data.memory["sources"] == {"Talk": {"guid": SOURCE, "name": "Talk.txt", "newline": "\n", "bom": False}}
    guids = [guid("selection", "Talk.txt", "0"), guid("coding", "Talk.txt", "0", "Noise")]
    assert data.memory["codings"] == {coding_key("Talk", *LOUD, "noise", "Ana"): guids}
    assert data.memory["dialect"] == {"crlf": 1, "unit": "codepoint", "bom": 0}


def test_a_pdf_is_its_text_and_areas_on_its_pages_are_doubles(tmp_path: Path) -> None:
    inner = SELECTION.replace('guid="', 'guid="', 1)
    area = f'<PDFSelection guid="{guid("area")}" page="0" name="loud" firstX="1" firstY="1">{CODING}</PDFSelection>'
    pdf = (
        f'<PDFSource guid="{guid("pdf")}" name="Paper.pdf" path="internal://x.pdf">{area}<Representation guid="{guid("pdf")}" '
        f'plainTextPath="internal://{SOURCE}.txt">{inner}</Representation></PDFSource>'
    )
    made = Made({"Talk.txt": (TEXT, [])})
    path = write_project(
        tmp_path / "a.qdpx", made, re.sub("<Sources>.*</Sources>", f"<Sources>{pdf}</Sources>", project_xml(MADE))
    )
    data = read_project(path)
    assert [(coding.transcript, *coding.span) for coding in data.codings] == [("Paper", *LOUD)]
    assert not any("areas" in note for note in data.notes)
    alone = write_project(
        tmp_path / "b.qdpx",
        made,
        re.sub("<Sources>.*</Sources>", f"<Sources>{pdf.replace(inner, '')}</Sources>", project_xml(MADE)),
    )
    assert any("1 coding of areas on pages, as in 'Paper.pdf'" in note for note in read_project(alone).notes)


def test_areas_of_a_pdf_that_are_no_doubles_are_counted_beside_its_coded_text(tmp_path: Path) -> None:
    quoted = CODING.replace(guid("coding", "Talk.txt", "0", "Noise"), guid("c1"))
    areas = (
        f'<PDFSelection guid="{guid("a1")}" page="0" name="loud" firstX="1" firstY="1">{quoted}</PDFSelection>'
        f'<PDFSelection guid="{guid("a2")}" page="1" name="Area" firstX="1" firstY="1">{quoted}</PDFSelection>'
    )
    pdf = (
        f'<PDFSource guid="{guid("pdf")}" name="Paper.pdf" path="internal://x.pdf">{areas}<Representation guid="{guid("rep")}" '
        f'plainTextPath="internal://{SOURCE}.txt">{SELECTION}</Representation></PDFSource>'
    )
    xml = re.sub("<Sources>.*</Sources>", f"<Sources>{pdf}</Sources>", project_xml(MADE))
    data = read_project(write_project(tmp_path / "a.qdpx", Made({"Talk.txt": (TEXT, [])}), xml))
    assert [coding.span for coding in data.codings] == [LOUD]
    assert any("1 coding of areas on pages, as in 'Paper.pdf'" in note for note in data.notes)


def test_a_recording_brings_its_transcript_with_times_and_codings_between_points(tmp_path: Path) -> None:
    points = [(0, 0), (TEXT.index("P1"), 2500), (LOUD[0], 4000), (LOUD[1], 4500), (TEXT.index("I: And"), 60_000)]
    sync = "".join(f'<SyncPoint guid="{guid("sync", str(at))}" position="{at}" timeStamp="{ms}"/>' for at, ms in points)
    ends = [guid("sync", str(at)) for at in LOUD]
    selection = (
        f'<TranscriptSelection guid="{guid("ts")}" name="loud" fromSyncPoint="{ends[0]}" toSyncPoint="{ends[1]}">{CODING}'
        "</TranscriptSelection>"
    )
    video = (
        f'<VideoSource guid="{guid("video")}" name="" path="absolute:///C:/talk.m4a"><Transcript guid="{guid("tr")}" name="Talk">'
        f"<PlainTextContent>{TEXT}</PlainTextContent>{sync}{selection}</Transcript>"
        f'<VideoSelection guid="{guid("vs")}" begin="0" end="9">{CODING}</VideoSelection></VideoSource>'
        f'<AudioSource guid="{guid("audio")}" name="Silent"/><PictureSource guid="{guid("picture")}" name="Map"/>'
    )
    path = write_project(
        tmp_path / "a.qdpx", Made({}), re.sub("<Sources>.*</Sources>", f"<Sources>{video}</Sources>", project_xml(MADE))
    )
    data = read_project(path)
    assert [(coding.transcript, *coding.span) for coding in data.codings] == [("Talk", *LOUD)]
    assert [turn.time_start for turn in data.transcripts[0].turns] == [0.0, 2.5, 60.0, None]
    assert any(
        "1 recording without a transcript" in note and "1 picture" in note and "1 coding of a video itself" in note
        for note in data.notes
    )


def test_texts_of_one_name_stay_apart_and_find_themselves_again(tmp_path: Path) -> None:
    """A MAXQDA survey has one document a respondent, all called alike."""
    other = "I: How was it?\nP2: Quiet and slow.\n"
    made = Made(
        {
            "Talk.txt": (TEXT, [Marked(*LOUD)]),
            "Other.txt": (other, [Marked(other.index("Quiet"), other.index("Quiet") + 5)]),
        }
    )
    path = put(tmp_path, made, ('name="Other.txt"', 'name="Talk.txt"'))
    first = read_project(path)
    assert {each.id: each.text for each in first.transcripts} == {"Talk": TEXT, "Talk (2)": other}
    again = read_project(path, first.transcripts)
    assert again.transcripts == []
    assert again.codings == first.codings
    turned = Made({name: made.texts[name] for name in reversed(made.texts)})
    new_guids = (
        project_xml(turned)
        .replace('name="Other.txt"', 'name="Talk.txt"')
        .replace(guid("source", "Talk.txt") + '" name', guid("new") + '" name')
    )
    turned_path = write_project(tmp_path / "b.qdpx", turned, new_guids)
    assert sorted(read_project(turned_path, first.transcripts).codings, key=str) == sorted(first.codings, key=str)


def test_a_renamed_text_is_known_by_its_guid(tmp_path: Path) -> None:
    first = read_project(write_project(tmp_path / "a.qdpx", MADE))
    renamed = put(tmp_path, MADE, ('name="Talk.txt"', 'name="Renamed.txt"'), name="b.qdpx")
    again = read_project(renamed, first.transcripts, remembered=first.memory)
    assert (again.transcripts, again.codings) == ([], first.codings)
    assert [each.id for each in read_project(renamed, first.transcripts).transcripts] == ["Renamed"]


def test_a_text_that_differs_in_white_space_takes_codings_at_the_same_words(tmp_path: Path) -> None:
    first = read_project(write_project(tmp_path / "a.qdpx", MADE))
    spaced = TEXT.replace("\n", "\n\n")
    start = spaced.index("loud")
    path = write_project(tmp_path / "b.qdpx", Made({"Talk.txt": (spaced, [Marked(start, start + 4)])}))
    again = read_project(path, first.transcripts)
    assert (again.transcripts, again.codings) == ([], first.codings)
    assert any("differs from the study's in white space" in note for note in again.notes)
    assert coding_key("Talk", *LOUD, "noise", "Ana") in again.memory["codings"]


def test_a_text_of_the_same_name_and_another_content_is_refused(tmp_path: Path) -> None:
    first = read_project(write_project(tmp_path / "a.qdpx", MADE))
    path = write_project(tmp_path / "b.qdpx", Made({"Talk.txt": (TEXT.replace("left", "stayed"), [])}))
    with pytest.raises(TableError, match=r"'Talk.txt' is in the study already, with another text"):
        read_project(path, first.transcripts)


def test_speakers_and_interviewers_as_in_a_text_file(tmp_path: Path) -> None:
    made = Made(
        {
            "A.txt": ("Kim: So?\nLee: Yes it was.\nKim: And?\nLee: It went on.\n", []),
            "B.txt": ("Nobody is named here. It goes on.", []),
        }
    )
    path = write_project(tmp_path / "a.qdpx", made)
    data = read_project(path, interviewer=("Kim",))
    assert [(turn.speaker, turn.role) for turn in data.transcripts[0].turns][:2] == [
        ("Kim", "interviewer"),
        ("Lee", "participant"),
    ]
    assert any(note.startswith("'B': no speakers found") for note in data.notes)
    with pytest.raises(InputError, match=r"Kimm"):
        read_project(path, interviewer=("Kimm",))


def test_a_text_without_speech_is_left_out(tmp_path: Path) -> None:
    data = read_project(
        write_project(tmp_path / "a.qdpx", replace(MADE, texts={**MADE.texts, "Empty.txt": (" \n", [])}))
    )
    assert [each.id for each in data.transcripts] == ["Talk"]
    assert "'Empty.txt' was left out: nobody says anything in it." in data.notes


def test_a_project_without_texts_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"codebook import a.qdpx"):
        read_project(write_project(tmp_path / "a.qdpx", Made({})))


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Talk 1.2 Ana", "Talk 1.2 Ana"),
        ("Talk.docx", "Talk"),
        ("Talk", "Talk"),
        ("Dr. Who", "Dr. Who"),
        ("a/b.txt", "a/b"),
    ],
)
def test_names_of_documents(tmp_path: Path, name: str, kept: str) -> None:
    data = read_project(put(tmp_path, MADE, ('name="Talk.txt"', f'name="{name}"')))
    assert [each.id for each in data.transcripts] == [kept]
