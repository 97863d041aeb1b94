"""What a project says of cases, variables, notes and documents, in each of the shapes in which programs say it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from secondcoder.domain.records import Case
from secondcoder.errors import InputError, TableError
from secondcoder.exchange.refi_qda.coded_format import CODED_FORMAT
from secondcoder.exchange.refi_qda.memory import coding_key
from support.refi_projects import (
    CODING,
    LOUD,
    MADE,
    NOISE,
    SELECTION,
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
