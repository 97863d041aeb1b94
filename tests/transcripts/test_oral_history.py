"""Tables of oral histories: a row a turn, with tags that are codes; invented words."""

from __future__ import annotations

from pathlib import Path

import pytest
from secondcoder.errors import InputError, ReadError
from secondcoder.exchange.importing import ImportOptions
from secondcoder.study.study import Study
from secondcoder.transcripts import read_transcript
from support.transcript_checks import INTERVIEWER, PARTICIPANT, read_content, roles, spoken_turns, times

TABLE = """timestamp,speaker,words,tags
0:00:02,Ida Lane:,"What did you do, then?",
0:00:10,Per Moe,"We met &amp; talked, at the door.",CO;CA
0:01:00,IL,And?,
,PM,It&#39;s done.,CO
,IL,Really?,
,PM,"Yes, all of it, and nobody had thought that it would take so long as it did.",
,IL,How so?,
"""


def test_rows_are_turns_with_times(tmp_path: Path) -> None:
    transcript = read_content(tmp_path, TABLE, "talk.csv")
    assert transcript.format == "oral history table"
    assert spoken_turns(transcript)[:4] == [
        ("Ida Lane", "What did you do, then?"),
        ("Per Moe", "We met & talked, at the door."),
        ("IL", "And?"),
        ("PM", "It's done."),
    ]
    assert times(transcript)[:4] == [(2.0, None), (10.0, None), (60.0, None), (None, None)]
    assert transcript.text.startswith("Ida Lane: What did you do, then?\n\nPer Moe: We met")
    assert roles(transcript) == {"Ida Lane": INTERVIEWER, "Per Moe": PARTICIPANT, "IL": INTERVIEWER, "PM": PARTICIPANT}
    assert transcript.notes[:2] == (
        "2 HTML entities read as the characters that they stand for",
        "2 rows with tags (CO, CA), which are codes: import it with --coder NAME, and --add-codes where the codebook lacks them, to "
        "take them as codings",
    )
    assert "perhaps initials: 'IL' of 'Ida Lane' and 'PM' of 'Per Moe'" in transcript.notes[-1]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_columns_in_any_order_with_blank_ones_behind(tmp_path: Path, delimiter: str) -> None:
    rows = [
        ["Words", "Tags", "Speaker", "Timestamp", "", ""],
        ["How?", "", "I", "0:01", "", ""],
        ["Well.", "", "R", "0:02", "", ""],
        [""] * 6,
    ]
    text = "\r\n".join(delimiter.join(row) for row in rows)
    transcript = read_content(tmp_path, text, "talk.csv")
    assert (spoken_turns(transcript), times(transcript)) == (
        [("I", "How?"), ("R", "Well.")],
        [(1.0, None), (2.0, None)],
    )


def test_who_speaks_in_a_row_without_speaker_stays_open(tmp_path: Path) -> None:
    transcript = read_content(
        tmp_path, "speaker,words,tags\nI,How?,\n,It was late.,\nR,So.,\n,,\n,The end of it.,\n", "talk.csv"
    )
    assert [speaker for speaker, _ in spoken_turns(transcript)] == ["I", None, "R", None]
    assert "2 rows without speaker, whose speaker stays open (line 3, 6)" in transcript.notes


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('speaker,words,tags\nI,"How?,\nR,So.,\n', "line 2: not valid CSV"),
        ("speaker,words,tags\nI,How?,,so\n", "line 2: 4 cells, but the header has 3 columns"),
        ("speaker,words,tags\n", "nobody says anything in it"),
    ],
)
def test_what_is_no_table_is_refused_with_its_line(tmp_path: Path, text: str, fault: str) -> None:
    (tmp_path / "bad.csv").write_text(text)
    with pytest.raises(ReadError, match=rf"^bad\.csv:? {fault}"):
        read_transcript(tmp_path / "bad.csv")


def test_tags_are_codings_of_the_coder_who_is_named(empty_study: Study, tmp_path: Path) -> None:
    path = tmp_path / "talk.csv"
    path.write_text(TABLE)
    first = empty_study.import_files([path])
    assert (len(first.transcripts), first.codings) == (1, [])
    second = empty_study.import_files([path], ImportOptions(coder="Ana"))
    text = first.transcripts[0].text
    assert [(text[each.start : each.end], each.code, each.coder) for each in second.codings] == [
        ("We met & talked, at the door.", "CO", "Ana"),
        ("We met & talked, at the door.", "CA", "Ana"),
        ("It's done.", "CO", "Ana"),
    ]
    assert {(look.start, look.end) for look in second.passes} == {(each.start, each.end) for each in second.codings}
    assert empty_study.import_files([path], ImportOptions(coder="Ana")).codings == []
    whole = empty_study.import_files([path], ImportOptions(coder="Ana", read_whole=True))
    assert [(look.start, look.end) for look in whole.passes] == [(0, len(text))]


def test_tags_that_the_codebook_lacks_are_refused_or_added(empty_study: Study, tmp_path: Path) -> None:
    path = tmp_path / "talk.csv"
    path.write_text(TABLE.replace("CO", "music").replace("CA", "Music"))
    with pytest.raises(InputError, match=r"line 3: code 'music' is not in the codebook"):
        empty_study.import_files([path], ImportOptions(coder="Ana"))
    added = empty_study.import_files([path], ImportOptions(coder="Ana", add_codes=True))
    assert (added.added_codes, {each.code for each in added.codings}) == (["music"], {"music"})


def test_a_manifest_speaks_of_it_as_of_any_transcript(empty_study: Study, tmp_path: Path) -> None:
    (tmp_path / "talk.csv").write_text(TABLE)
    (tmp_path / "manifest.csv").write_text("file,transcript,case\ntalk.csv,oh1,Ash\n")
    imported = empty_study.import_files([tmp_path], ImportOptions(coder="Ana"))
    assert [(each.id, each.case) for each in imported.transcripts] == [("oh1", "Ash")]
    assert {coding.transcript for coding in imported.codings} == {"oh1"}


def test_a_coded_table_with_the_column_words_is_a_coded_table(empty_study: Study, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("transcript,speaker,words,tags,text,codes,coder\nt,R,a,b,Well.,CO,Ana\n")
    assert len(empty_study.import_files([tmp_path / "t.csv"]).codings) == 1
