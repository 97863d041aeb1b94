"""What the Finder finds in whole transcripts: names by all ways together, learned over the study, and nothing by the network."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from secondcoder.deidentification.find import LONGEST, Finder
from secondcoder.deidentification.finding import (
    ADDRESS,
    AGE,
    DATE,
    EMAIL,
    HOSPITAL,
    KINDS,
    PERSON,
    POSTCODE,
    PRACTICE,
    WEB,
    Finding,
    apart,
)
from secondcoder.deidentification.staff_list import Listed
from secondcoder.domain.records import SpeakerRole, Transcript, Turn

pytestmark = pytest.mark.model
FINDER = Finder()


def talk(id: str, *turns: tuple[str, SpeakerRole | None, str]) -> Transcript:
    """A transcript of (label, role, speech)."""
    text, made = "", []
    for label, role, speech in turns:
        text += f"{label}: "
        made.append(Turn(len(text), len(text) + len(speech), label, role))
        text += f"{speech}\n"
    return Transcript(id, text, tuple(made))


def words(text: str, found: list[Finding]) -> dict[str, str]:
    return {text[one.start : one.end]: one.kind for one in found}


def in_text(text: str, finder: Finder = FINDER) -> dict[str, str]:
    return words(text, finder.find_in_text(text))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Then Dr van der Berg's letter came.", {"van der Berg": PERSON}),
        ("Mr. A. J. Featherby and Mrs O'Rourke-Smythe", {"A. J. Featherby": PERSON, "O'Rourke-Smythe": PERSON}),
        ("um so i said to agnieszka ring doctor kowalczyk", {"agnieszka": PERSON, "kowalczyk": PERSON}),
        ("She's down as T-O-M, not as C-O-P-D.", {"T-O-M": PERSON}),
        ("Łukasz and 王伟 and Ó Briain came.", {"Łukasz": PERSON, "王伟": PERSON, "Ó Briain": PERSON}),
        (
            "Oakfield Medical Practice joined the Beeches Surgery.",
            {"Oakfield Medical Practice": PRACTICE, "Beeches Surgery": PRACTICE},
        ),
        ("in St. Luke's Hospice", {"St. Luke's Hospice": HOSPITAL}),
        ("he lives at 14 station road, hx6 2zz", {"14 station road": ADDRESS, "hx6 2zz": POSTCODE}),
        ("The postcode? LS6, near the M62.", {"LS6": POSTCODE}),
        ("john dot smith at gmail dot com", {"john dot smith at gmail dot com": EMAIL}),
        ("it was on www.thornley.example/help.", {"www.thornley.example/help": WEB}),
        ("the twenty-first of January, twenty twenty-one", {"twenty-first of January, twenty twenty-one": DATE}),
        ("born in June 1949", {"June 1949": DATE}),
        ("on 3/4/21 and 2021-04-03", {"3/4/21": DATE, "2021-04-03": DATE}),
        ("She's ninety-four, and a 97-year-old came.", {"ninety-four": AGE, "97-year-old": AGE}),
    ],
)
def test_what_is_found(text: str, wanted: dict[str, str]) -> None:
    assert in_text(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "The Wednesday clinic in May 2021, last Tuesday, since 2019, at Christmas.",
        "We put metformin and Losartan into EMIS and SystmOne, the GP said.",
        "I'm 67, he's 89, ninety per cent of them are in their nineties, and she was 95 on air.",
        "Alzheimer's, Bell's palsy, the Rockwood scale, a Zimmer frame.",
        "The practice, our surgery, The Health Centre, NHS England, the High Street.",
        "so we we just uploaded the bloods and um the receptionist texted them innit",
        "Doctor said yes. Sister rang. I may 2 be there.",
    ],
)
def test_what_identifies_nobody_stays(text: str) -> None:
    assert in_text(text) == {}


def test_a_name_found_surely_is_found_everywhere() -> None:
    first = talk("one", ("P1", None, "It was Dr Alderney who knew. Then Rose Ackerley rang."))
    other = talk("two", ("P2", None, "we asked alderney about it and ackerley too"))
    found = Finder().find_all([other, first])
    assert {"alderney", "ackerley"} <= set(words(other.text, found["two"]))


def test_the_staff_list_is_found_in_any_form_and_case() -> None:
    finder = Finder([Listed("Dr Grace Featherstonehaugh", also=("Fezza",)), Listed("The Beeches Practice", PRACTICE)])
    assert in_text("fezza and featherstonehaugh and the beeches practice", finder) == {
        "fezza": PERSON,
        "featherstonehaugh": PERSON,
        "beeches practice": PRACTICE,
    }
    [nearly] = finder.find_in_text("Then Featherstonhaugh came.")
    assert not nearly.sure
    assert "featherstonehaugh" in nearly.found_by


def test_a_name_that_is_a_word_too_is_doubtful() -> None:
    finder = Finder([Listed("Dr Will May"), Listed("Grace Brown")])
    text = "We asked Will about it, and in May he will say with grace that it is brown."
    [found] = finder.find_in_text(text)
    assert text[found.start : found.end] == "Will"
    assert not found.sure


def test_interviewers_are_kept_and_participants_are_not() -> None:
    roles = SpeakerRole.INTERVIEWER, SpeakerRole.PARTICIPANT
    talked = talk(
        "x", ("Tess Arden", roles[0], "How is it?"), ("Bronagh Keane", roles[1], "Fine."), ("GP", roles[1], "Yes.")
    )
    assert set(words(talked.text, Finder().find(talked))) == {"Bronagh Keane"} or set(
        words(talked.text, Finder().find(talked))
    ) == {"Bronagh", "Keane"}
    assert "Tess Arden" in talked.text
    everybody = "".join(words(talked.text, Finder(keep_interviewers=False).find(talked)))
    assert "Tess" in everybody
    assert "Arden" in everybody


def test_a_speaker_is_found_in_what_others_say() -> None:
    talked = talk("x", ("Keane, Wilma (Practice Manager)", None, "Fine."), ("P2", None, "ask wilma or mrs keane"))
    assert {"wilma", "keane"} <= set(words(talked.text, Finder().find(talked)))


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9), st.sampled_from([0.3, 0.6, 0.9])), max_size=12))
def test_overlapping_findings_become_one_that_covers_them(spans: list[tuple[int, int, float]]) -> None:
    given_ = [Finding(start, start + length, KINDS[start % 5], score, "x") for start, length, score in spans]
    joined = apart(given_)
    assert all(one.end <= other.start for one, other in zip(joined, joined[1:], strict=False))
    assert {n for one in joined for n in range(one.start, one.end)} == {
        n for one in given_ for n in range(one.start, one.end)
    }


@settings(max_examples=10)
@given(st.text(max_size=200))
def test_any_text_is_read_and_spans_lie_in_it(text: str) -> None:
    for one in FINDER.find_in_text(text):
        assert 0 <= one.start < one.end <= len(text)
        assert one.kind in KINDS


def test_long_speech_is_read_in_parts_that_leave_nothing_out() -> None:
    text = "and so it went on " * (LONGEST // 9) + "with Dr Okonkwo"
    assert in_text(text) == {"Okonkwo": PERSON}


def test_nothing_reaches_for_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    assert len(in_text("Dr Okonkwo, gwen@thornley.example, www.thornley.example", Finder())) == 3


@pytest.mark.slow
def test_no_socket_is_opened_by_a_fresh_process(tmp_path: Path) -> None:
    """A fresh process with nothing kept, in which every socket is an error."""
    program = (
        "import socket, sys\n"
        "sys.addaudithook(lambda event, _: (_ for _ in ()).throw(RuntimeError(event)) if event.startswith('socket.') else None)\n"
        "from secondcoder.deidentification.find import Finder\n"
        "text = 'Dr Okonkwo, gwen@thornley.example, www.thornley.example, 07700 900123, GB82 WEST 1234 5698 7654 32'\n"
        "print(sorted({one.kind for one in Finder().find_in_text(text)}))\n"
    )
    clean = {**os.environ, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path), "TLDEXTRACT_CACHE": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=clean, check=False)
    assert done.stderr == ""
    assert done.stdout == "['email', 'other number', 'person', 'phone number', 'web address']\n"
    assert list(tmp_path.iterdir()) == []
