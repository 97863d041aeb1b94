"""Cuts that are kept give the segments that cutting gives; another text, turn or setting is cut anew; what is damaged costs time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from secondcoder.configuration import load_configuration
from secondcoder.domain.records import Segment, SpeakerRole, Transcript, Turn
from secondcoder.segments import kept_cuts
from secondcoder.segments.kept_cuts import segments_of
from secondcoder.segments.meaning_units import MeaningUnitSegmenter
from secondcoder.segments.sentence_pipelines import SentenceFinder

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
    def split(texts: Sequence[str], finder: SentenceFinder) -> list[list[tuple[int, int]]]:
        return [
            [(0, text.index(".") + 1), (text.index(".") + 2, len(text))] if "." in text else [(0, len(text))]
            for text in texts
        ]

    monkeypatch.setattr("secondcoder.segments.meaning_units.split_sentences", split)


def cut(folder: Path, *transcripts: Transcript, **settings: object) -> tuple[list[list[Segment]], int]:
    """The segments of transcripts, and how many of these were cut for it."""
    segmenter = Counting(SETTINGS.model_copy(update=settings))
    return list(segments_of(segmenter, transcripts, folder)), segmenter.cut


def test_what_is_kept_is_what_cutting_gives(tmp_path: Path) -> None:
    first, cuts = cut(tmp_path / "kept", TALK)
    again, none = cut(tmp_path / "kept", TALK, replace(TALK, id="t2"))
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
    cut(tmp_path / "kept", TALK)
    segments, cuts = cut(tmp_path / "kept", other)
    assert (segments, cuts) == ([Counting(SETTINGS).segment(other)], 1)


@pytest.mark.parametrize("setting", [{"target_words": 10}, {"max_words": 5}, {"code_interviewer": True}], ids=str)
def test_other_settings_cut_anew(tmp_path: Path, setting: dict[str, object]) -> None:
    cut(tmp_path / "kept", TALK)
    assert cut(tmp_path / "kept", TALK, **setting)[1] == 1
    # The overlap is measured on segments, and cuts none.
    assert cut(tmp_path / "kept", TALK, overlap=0.9)[1] == 0


def test_what_is_damaged_is_cut_anew(tmp_path: Path) -> None:
    first, _ = cut(tmp_path / "kept", TALK)
    for damaged in (b"no shard", b""):
        for file in shards(tmp_path):
            file.write_bytes(damaged)
        assert cut(tmp_path / "kept", TALK) == (first, 1)
    # One byte in the block itself.
    file = shards(tmp_path)[0]
    file.write_bytes(file.read_bytes()[:-1] + b"!")
    assert cut(tmp_path / "kept", TALK)[0] == first


def test_a_folder_that_cannot_be_written_costs_time_alone(tmp_path: Path) -> None:
    (tmp_path / "kept").write_bytes(b"a file stands where the folder should")
    assert cut(tmp_path / "kept", TALK) == ([Counting(SETTINGS).segment(TALK)], 1)


def test_no_talk_is_kept_and_where_nothing_may_be_kept_nothing_is(tmp_path: Path) -> None:
    cut(tmp_path / "kept", TALK)
    assert shards(tmp_path)
    assert not any(b"Nobody" in file.read_bytes() for file in shards(tmp_path))
    segmenter = Counting(SETTINGS)
    assert [list(segments_of(segmenter, [TALK], None)) for _ in range(2)]
    assert segmenter.cut == 2


def test_what_is_kept_stays_within_a_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_cuts, "LIMIT", 200)
    for word in ("ages", "days", "four", "many"):
        cut(tmp_path / "kept", replace(TALK, text=TEXT.replace("ages", word)))
    assert sum(file.stat().st_size for file in shards(tmp_path)) <= 200


def test_rows_of_tables_stand_where_they_stood(tmp_path: Path) -> None:
    rows = replace(TALK, id="rows", unitised=True)
    segments, _ = cut(tmp_path / "kept", rows, TALK, rows)
    assert [[each.transcript for each in of][:1] for of in segments] == [["rows"], ["t1"], ["rows"]]
    assert segments == [Counting(SETTINGS).segment(each) for each in (rows, TALK, rows)]


def shards(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.shard"))
