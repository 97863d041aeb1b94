"""RQDA's projects, built by the CREATE TABLE statements of RQDA's own source; no file that RQDA wrote was at hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from secondcoder.domain.records import SpeakerRole
from secondcoder.errors import InputError
from secondcoder.exchange.projects.rqda import CODED_FORMAT, sniff
from secondcoder.exchange.registry import ImportContext
from support.native_projects import RQDA, marked_talks, places, read_alone, rqda, run

TALK = "I: How did it start?\nP1: With a call.\n"


@settings(max_examples=25, deadline=None)
@given(talk=marked_talks())
def test_positions_are_code_points_of_the_file(tmp_path_factory: pytest.TempPathFactory, talk: Any) -> None:
    text, spans = "".join(talk[0]), talk[1]
    path = rqda(tmp_path_factory.mktemp("r") / "p.rqda", text, [(*span, "A code", "Ana") for span in spans])
    data = read_alone(CODED_FORMAT, path)
    assert data.transcripts[0].text == text
    assert places(data) == {("talk", *span, "a-code", "Ana") for span in spans}


def test_what_was_deleted_stays_deleted_and_categories_are_codes_above(tmp_path: Path) -> None:
    more: list[tuple[str, Any]] = [
        ("codecat", ("Barriers", None, 1, "", "", "", "In the way", 1)),
        ("codecat", ("Gone", None, 2, "", "", "", "", 0)),
        ("treecode", (1, 2, "", "", "", 1, "")),
        ("treecode", (1, 1, "", "", "", 1, "")),
        ("freecode", ("Old", "", "", "", "", 9, 0, None)),
        ("coding", (1, 1, "did", 7.0, 10.0, 0, "Ana", "", "")),
        ("coding", (9, 1, "did", 7.0, 10.0, 1, "Ana", "", "")),
        ("coding", (1, 1, "did", 7.0, 10.0, 1, "Bea", "", "of note")),
        ("source", ("gone.txt", 2, "I: Gone.", "", "", "", "", 0)),
        ("cases", ("Ash", "", "", "", "", 1, 1)),
        ("caselinkage", (1, 1, 0.0, 30.0, 1, "", "", "")),
        ("caseAttr", ("Site", "North", 1, "", "", "", 1)),
        ("journal", ("j", "Dear diary", "", "", "", 1)),
    ]
    path = rqda(tmp_path / "p.rqda", TALK, [(3, 6, "Start", "Ana")], more)
    book = CODED_FORMAT.codebook(path)  # type: ignore[misc]
    assert [(code.id, code.parent, code.colour) for code in book.codes] == [
        ("barriers", None, ""),
        ("start", "barriers", "#ff0000"),
    ]
    data = read_alone(CODED_FORMAT, path)
    assert places(data) == {("talk", 3, 6, "start", "Ana"), ("talk", 7, 10, "start", "Bea")}
    assert [each.memo for each in data.codings] == ["", "of note"]
    assert [(each.id, each.case) for each in data.transcripts] == [("talk", "Ash")]
    assert dict(data.cases[0].attributes) == {"Site": "North"}
    assert data.notes == ["1 code that stands in several categories, here under the first", "1 journal entry not taken"]


def test_a_project_of_an_early_version_has_fewer_columns(tmp_path: Path) -> None:
    script = """
    create table source (name text, id integer, file text, memo text, status integer);
    create table freecode (name text, memo text, id integer, status integer);
    create table coding (cid integer, fid integer, seltext text, selfirst real, selend real, status integer);
    """
    rows: list[tuple[str, Any]] = [
        ("source", ("talk", 1, TALK, "", 1)),
        ("freecode", ("Start", "", 1, 1)),
        ("coding", (1, 1, "How", 3.0, 6.0, 1)),
    ]
    path = run(tmp_path / "p.rqda", script, rows)
    assert sniff(path)
    assert places(read_alone(CODED_FORMAT, path, coder="Bea")) == {("talk", 3, 6, "start", "Bea")}


def test_the_tables_are_those_that_the_published_statements_make(tmp_path: Path) -> None:
    assert sniff(run(tmp_path / "p.rqda", RQDA, []))


def test_named_speakers_are_heard_in_the_texts_where_they_speak_and_must_speak_in_one(tmp_path: Path) -> None:
    path = rqda(tmp_path / "p.rqda", "maria said a lot: How?\nolaf says: With a call.\n", [(0, 5, "Start", "Ana")])
    book = CODED_FORMAT.codebook(path)  # type: ignore[misc]

    def speakers(**named: Sequence[str]) -> list[tuple[str | None, SpeakerRole]]:
        (transcript,) = CODED_FORMAT.read(path, ImportContext(book, **named)).transcripts  # type: ignore[arg-type]
        return [(turn.speaker, turn.role) for turn in transcript.turns]

    assert speakers(speakers=["maria said a lot", "olaf says"], interviewer=["maria said a lot"]) == [
        ("maria said a lot", SpeakerRole.INTERVIEWER),
        ("olaf says", SpeakerRole.PARTICIPANT),
    ]
    with pytest.raises(InputError, match=r"--speakers 'Eva' stands at the start of no line of p\.rqda"):
        speakers(speakers=["Eva"])
    with pytest.raises(InputError, match=r"--interviewer 'Eva' stands at the start of no line of p\.rqda"):
        speakers(interviewer=["Eva"])
