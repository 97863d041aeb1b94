"""Cuts that are kept give the segments that cutting gives; another text, turn or setting is cut anew; a damaged file costs time."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from secondcoder.configuration import load_configuration
from secondcoder.domain.records import Segment, SpeakerRole, Transcript, Turn
from secondcoder.segments import kept_cuts
from secondcoder.segments.kept_cuts import segments_of
from secondcoder.segments.meaning_units import MeaningUnitSegmenter

SETTINGS = load_configuration().segments
TEXT = "I: How did it go? P: The form took ages. Nobody told us why.\nWe stopped. 😀 Then it changed. I: And now?"
TALK = Transcript(
    "t1", TEXT, (Turn(3, 17, "I", SpeakerRole.INTERVIEWER), Turn(21, 90, "P", SpeakerRole.PARTICIPANT), Turn(94, 102, "I"))
)  # fmt: skip


class Counting(MeaningUnitSegmenter):
    """Counts what it cuts; sentences end at full stops, so that no model is needed."""

    cut: int = 0

    def segment(self, transcript: Transcript) -> list[Segment]:
        self.cut += 1
        return super().segment(transcript)


@pytest.fixture(autouse=True)
def at_full_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    def split(texts: Sequence[str], language: str) -> list[list[tuple[int, int]]]:
        return [
            [(0, text.index(".") + 1), (text.index(".") + 2, len(text))] if "." in text else [(0, len(text))]
            for text in texts
        ]

    monkeypatch.setattr("secondcoder.segments.meaning_units.split_sentences", split)


def cut(file: Path, *transcripts: Transcript, **settings: object) -> tuple[list[list[Segment]], int]:
    """The segments of transcripts, and how many of these were cut for it."""
    segmenter = Counting(SETTINGS.model_copy(update=settings))
    return list(segments_of(segmenter, transcripts, file)), segmenter.cut


def test_what_is_kept_is_what_cutting_gives(tmp_path: Path) -> None:
    file = tmp_path / "cache" / "segments.sqlite"
    first, cuts = cut(file, TALK)
    again, none = cut(file, TALK, replace(TALK, id="t2"))
    assert (cuts, none) == (1, 0)
    assert again[0] == first[0] == Counting(SETTINGS).segment(TALK)
    assert [segment.turns for segment in again[0]] == [segment.turns for segment in first[0]]
    assert {segment.transcript for segment in again[1]} == {"t2"}


@pytest.mark.parametrize(
    "other",
    [
        replace(TALK, text=TEXT.replace("ages", "aged")),
        replace(TALK, turns=(TALK.turns[0], replace(TALK.turns[1], end=80), TALK.turns[2])),
        replace(TALK, turns=(*TALK.turns[:2], replace(TALK.turns[2], role=SpeakerRole.INTERVIEWER))),
    ],
    ids=["text", "turn", "role"],
)
def test_another_talk_is_cut_anew(tmp_path: Path, other: Transcript) -> None:
    file = tmp_path / "segments.sqlite"
    cut(file, TALK)
    segments, cuts = cut(file, other)
    assert (segments, cuts) == ([Counting(SETTINGS).segment(other)], 1)


@pytest.mark.parametrize("setting", [{"target_words": 10}, {"max_words": 5}, {"code_interviewer": True}], ids=str)
def test_other_settings_cut_anew(tmp_path: Path, setting: dict[str, object]) -> None:
    file = tmp_path / "segments.sqlite"
    cut(file, TALK)
    assert cut(file, TALK, **setting)[1] == 1
    # The overlap is measured on segments, and cuts none.
    assert cut(file, TALK, overlap=0.9)[1] == 0


def test_a_damaged_file_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "segments.sqlite"
    first, _ = cut(file, TALK)
    for damage in (b"no database", b""):
        file.write_bytes(damage)
        assert cut(file, TALK) == (first, 1)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE cuts SET units = '[[1'")
    assert cut(file, TALK) == (first, 1)


def test_no_talk_is_kept_and_the_oldest_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_cuts, "MOST", 2)
    file = tmp_path / "segments.sqlite"
    talks = [replace(TALK, text=TEXT.replace("ages", word)) for word in ("ages", "days", "four")]
    for talk in talks:
        cut(file, talk)
    assert b"Nobody" not in file.read_bytes()
    assert [cut(file, talk)[1] for talk in talks[1:]] == [0, 0]
    assert cut(file, talks[0])[1] == 1
