"""ELAN's .eaf: a tier a speaker; what hangs on a tier is no speech."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from secondcoder.errors import ReadError
from support.timed_files import eaf
from support.transcript_checks import read_content, spoken_turns, times

SLOTS = [("t1", "0"), ("t2", "1780"), ("t3", None), ("t4", "4000")]
TALK = eaf(
    [
        ('TIER_ID="P1"', "ALIGNABLE_ANNOTATION", [("t3", "t4", "So &amp; so.")]),
        ('TIER_ID="A" PARTICIPANT="INT"', "ALIGNABLE_ANNOTATION", [("t1", "t2", "How?")]),
        ('TIER_ID="P1 translation" PARENT_REF="P1"', "ALIGNABLE_ANNOTATION", [("t3", "t4", "Thus.")]),
        ('TIER_ID="notes" PARENT_REF="P1"', "REF_ANNOTATION", [("t1", "t2", "a note")]),
    ],
    SLOTS,
)


def test_speakers_order_and_times(tmp_path: Path) -> None:
    transcript = read_content(tmp_path, TALK, "p.eaf")
    assert spoken_turns(transcript) == [("INT", "How?"), ("P1", "So & so.")]
    # A slot without a time lies somewhere between its neighbours.
    assert times(transcript) == [(0, 1.78), (1.78, 4)]
    assert transcript.notes[:2] == (
        "tiers that hang on others left out, as translations and glosses are: 'P1 translation' and 'notes'",
        "1 time not given in the file: the nearest one outwards stands for it",
    )


BROKEN = {
    "cut off": (TALK[:-40], "not the XML that ELAN writes"),
    "entities": ('<!DOCTYPE a [<!ENTITY x "y">]>' + TALK.split("\n", 1)[1], "declares a DTD or entities"),
    "deep": ("<ANNOTATION_DOCUMENT>" + "<a>" * 100_000, "nests over 50 deep"),
    "no number": (TALK.replace('"1780"', '"NaN"'), "'NaN' is no number of milliseconds"),
    "endless number": (TALK.replace('"1780"', f'"{"9" * 5000}"'), "is no number of milliseconds"),
    "negative": (TALK.replace('"1780"', '"-5"'), "-0.005 is not the time of a recording"),
    "missing slot": (TALK.replace('TIME_SLOT_ID="t4"', 'TIME_SLOT_ID="t5"'), "time slot 't4' is missing"),
    "other XML": ("<html/>", "no file of ELAN's"),
    "no XML": ("hello", "not the XML that ELAN writes"),
    "nothing said": (eaf([], SLOTS), "nobody says anything"),
    "white space": (f'<ANNOTATION_DOCUMENT a="{" " * 1_000_000}"/>', "nobody says anything"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_or_hostile_file_ends_in_one_clear_error(tmp_path: Path, how: str) -> None:
    content, fault = BROKEN[how]
    with pytest.raises(ReadError, match=re.escape(fault)) as refusal:
        read_content(tmp_path, content, "p.eaf")
    assert str(refusal.value).startswith("p.eaf")
