"""The same invented talk written as Rich Text, OpenDocument and a web page is read back as the same turns."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.documents import odt, page, rtf
from support.transcript_checks import read_content, spoken_turns

WRITERS: dict[str, Callable[..., str | bytes]] = {"p.rtf": rtf, "p.odt": odt, "p.html": page}
# Emoji with a joiner and a tone, a combining mark, Chinese beyond the first plane, a hard blank, mark-up, and what RTF gives meaning.
WORDS = [
    "so",
    "na\u00efve",
    "e\u0301t\u00e9",
    "👩🏽‍⚕️",
    "𠀀𠮷",
    "10\u00a0km",
    "a<b>&c",
    "{x}\\y",
    "šč",
    "日本",
    "«oui»",
    "🎉",
]
SPEECH = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)


@pytest.mark.parametrize("name", WRITERS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(
    talk=st.lists(
        st.tuples(st.sampled_from(["I", "R", "P1"]), SPEECH, st.sampled_from(["", "\n"])), min_size=1, max_size=5
    )
)
def test_what_is_written_is_read_back(tmp_path: Path, name: str, talk: list[tuple[str, str, str]]) -> None:
    full = [(speaker, f"yes {speech}{end}then.") for speaker, speech, end in talk] * 2
    paragraphs = [f"{speaker}: {speech}" for speaker, speech in full]
    transcript = read_content(tmp_path, WRITERS[name](*paragraphs), name)
    assert spoken_turns(transcript) == full
    assert transcript.text == "\n".join(paragraphs)


@pytest.mark.parametrize("name", ["p.rtf", "p.odt"])
def test_tabs_and_blanks_that_stand_together_stay(tmp_path: Path, name: str) -> None:
    paragraphs = ["I:\tHow   was\tit?", "R:\tWell,  so.", "I:\tAnd?", "R:\tFine."]
    assert read_content(tmp_path, WRITERS[name](*paragraphs), name).text == "\n".join(paragraphs)
