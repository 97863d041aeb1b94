"""A transcript format from an outside package that is at fault: one clear error. That it works: tests/outside_package."""

from __future__ import annotations

from pathlib import Path

import pytest
from secondcoder.errors import SecondcoderError
from secondcoder.transcripts import read_transcript
from support.installed import OUTSIDE, install_module

SUBRIP = (OUTSIDE / "outside_parts" / "subrip.py").read_text(encoding="utf-8")
FILE = "1\n00:00:01,000 --> 00:00:03,500\nInterviewer 1: How was it?\n\n2\n00:00:03,500 --> 00:00:06,000\nParticipant: Long.\n"
READER = "outside:READER"
pytestmark = pytest.mark.usefixtures("plug_ins_end")


FAULTY = [
    ("import no_such_module", READER, r"cannot be loaded \(ModuleNotFoundError: No module named 'no_such_module'\)"),
    ("1 / 0", READER, r"cannot be loaded \(ZeroDivisionError: division by zero\)"),
    (SUBRIP, "outside:reader", "cannot be loaded .*no attribute 'reader'"),
    (SUBRIP, "outside:read", "is function and not Reader"),
    (SUBRIP.replace("source.is_text", "source.is_test"), READER, r"failed \(AttributeError: .*is_test"),
    (SUBRIP.replace("parse_times(", "no_such_name("), READER, r"failed \(NameError: .*no_such_name"),
    (
        SUBRIP.replace("return caption_transcript", "caption_transcript"),
        READER,
        "gave NoneType where Transcript is due",
    ),
]


@pytest.mark.parametrize(("code", "entry", "fault"), FAULTY)
def test_a_faulty_plug_in_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, entry: str, fault: str
) -> None:
    install_module(monkeypatch, tmp_path / "site", code, "transcript_formats", {"subrip": entry})
    (tmp_path / "p01.srt").write_text(FILE, encoding="utf-8")
    message = rf"^The plug-in 'subrip' of outside 1\.0 \(secondcoder\.transcript_formats: \S+\) {fault}.*\. Update or uninstall"
    with pytest.raises(SecondcoderError, match=message):
        read_transcript(tmp_path / "p01.srt")


def test_what_a_plug_in_says_of_a_file_is_passed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_module(monkeypatch, tmp_path / "site", SUBRIP, "transcript_formats", {"subrip": READER})
    (tmp_path / "p01.srt").write_text(FILE.replace("00:00:03,500 --> ", "00:00:0x,000 --> "), encoding="utf-8")
    with pytest.raises(SecondcoderError, match=r"^p01\.srt line 6: '00:00:0x,000' is not a time"):
        read_transcript(tmp_path / "p01.srt")
