"""A transcript format from an outside package: one module, and one clear error where it is at fault."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from secondcoder.errors import SecondcoderError
from secondcoder.transcripts import read_transcript, readers
from support.plug_ins import forget_plug_ins, put_package
from support.transcript_checks import INTERVIEWER, PARTICIPANT, read_content, roles, said, times

SUBRIP = """
from secondcoder.transcripts import Reader
from secondcoder.transcripts.captions import Utterance, caption_transcript, paragraphs, parse_block, parse_times

def read(source, interviewer):
    blocks = [parse_block(number, lines, source.path.name) for number, lines in paragraphs(source.unified.split("\\n"))]
    cues = parse_times(blocks, source.path.name)
    spoken = [Utterance(None, cue.payload, cue.start, cue.end) for cue in cues]
    return caption_transcript(source, "SubRip", cues, spoken, interviewer)

READER = Reader("SubRip", (".srt",), lambda source: source.path.suffix == ".srt", read)
"""
FILE = """1
00:00:01,000 --> 00:00:03,500
Interviewer 1: How was it?

2
00:00:03,500 --> 00:00:06,000
Participant: Long,

3
00:00:06,000 --> 00:00:08,000
and cold.

4
00:00:08,000 --> 00:00:09,250
Interviewer 1: And then?
"""
ENTRY = "subrip = outside:READER"


@pytest.fixture(autouse=True)
def _other_tests_see_no_plug_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    yield
    monkeypatch.undo()
    forget_plug_ins()


def test_one_module_adds_a_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = [reader.name for reader in readers()]
    put_package(monkeypatch, tmp_path / "site", "outside", SUBRIP, transcript_formats=ENTRY)
    assert [reader.name for reader in readers() if reader.name not in before] == ["SubRip"]
    transcript = read_content(tmp_path, FILE, "p01.srt")
    assert said(transcript) == [
        ("Interviewer 1", "How was it?"), ("Participant", "Long, and cold."), ("Interviewer 1", "And then?"),
    ]  # fmt: skip
    assert times(transcript) == [(1.0, 3.5), (3.5, 8.0), (8.0, 9.25)]
    assert roles(transcript) == {"Interviewer 1": INTERVIEWER, "Participant": PARTICIPANT}
    assert transcript.format == "SubRip"


FAULTY = [
    ("import no_such_module", ENTRY, r"cannot be loaded \(ModuleNotFoundError: No module named 'no_such_module'\)"),
    ("1 / 0", ENTRY, r"cannot be loaded \(ZeroDivisionError: division by zero\)"),
    (SUBRIP, "subrip = outside:reader", "cannot be loaded .*no attribute 'reader'"),
    (SUBRIP, "subrip = outside:read", "is function and not Reader"),
    (SUBRIP.replace("source.path.suffix ==", "source.path.sufix =="), ENTRY, r"failed \(AttributeError: .*sufix"),
    (SUBRIP.replace("parse_times(", "no_such_name("), ENTRY, r"failed \(NameError: .*no_such_name"),
    (SUBRIP.replace("return caption_transcript", "caption_transcript"), ENTRY, "gave NoneType where Transcript is due"),
]


@pytest.mark.parametrize(("code", "entry", "fault"), FAULTY)
def test_a_faulty_plug_in_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, entry: str, fault: str
) -> None:
    put_package(monkeypatch, tmp_path / "site", "outside", code, transcript_formats=entry)
    (tmp_path / "p01.srt").write_text(FILE, encoding="utf-8")
    message = rf"^The plug-in 'subrip' of outside 1\.0 \(secondcoder\.transcript_formats: \S+\) {fault}.*\. Update or uninstall"
    with pytest.raises(SecondcoderError, match=message):
        read_transcript(tmp_path / "p01.srt")


def test_what_a_plug_in_says_of_a_file_is_passed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_package(monkeypatch, tmp_path / "site", "outside", SUBRIP, transcript_formats=ENTRY)
    (tmp_path / "p01.srt").write_text(FILE.replace("00:00:06,000 --> ", "00:00:0x,000 --> "), encoding="utf-8")
    with pytest.raises(SecondcoderError, match=r"^p01\.srt line 10: '00:00:0x,000' is not a time"):
        read_transcript(tmp_path / "p01.srt")
