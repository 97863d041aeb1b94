"""Who interviews, by labels of other languages than English."""

from __future__ import annotations

from pathlib import Path

import pytest
from secondcoder.domain.records import SpeakerRole
from support.transcript_checks import read_content

TALK = {
    "German": ("Interviewerin", "Befragte"),
    "German, gendered": ("Interviewer*in", "Befragte*r"),
    "German, with a colon": ("Interviewer:in", "Befragte:r"),
    "German, who does research": ("Forscherin", "Frau Yilmaz"),
    "French": ("Enquêtrice", "Enquêté"),
    "French, without accents": ("ENQUETRICE", "ENQUETE"),
    "French, spaced": ("Intervieweur\u00a0", "Interviewée\u00a0"),
    "Spanish": ("Entrevistadora", "Entrevistado"),
    "Italian": ("Intervistatore", "Intervistata"),
    "Portuguese": ("Pesquisadora", "Participante"),
    "Dutch": ("Onderzoeker", "Deelnemer"),
    "Polish": ("Badaczka", "Rozmówczyni"),
    "Finnish": ("Haastattelija", "Haastateltava"),
}


@pytest.mark.parametrize("labels", TALK.values(), ids=TALK)
def test_the_label_says_who_asks(labels: tuple[str, str], tmp_path: Path) -> None:
    # No question marks: the labels alone tell.
    asking, answering = labels
    lines = f"{asking}: Eins zwei.\n\n{answering}: Drei vier fünf.\n\n{asking}: Sechs.\n\n{answering}: Sieben acht.\n"
    turns = read_content(tmp_path, lines).turns
    assert [turn.role for turn in turns] == [SpeakerRole.INTERVIEWER, SpeakerRole.PARTICIPANT] * 2
    assert {turn.speaker for turn in turns} == {asking.strip(), answering.strip()}


def test_words_of_speech_before_a_colon_are_no_speakers(tmp_path: Path) -> None:
    text = (
        "Interviewerin: Wie war das?\n\nBefragte: Gut.\nGenau: Es war spät.\nJedenfalls: Ich ging.\n\nInterviewerin: Und dann?\n\n"
        "Befragte: Also: nein.\nGenau: so war es.\nJedenfalls: Das war alles.\n"
    )
    assert {turn.speaker for turn in read_content(tmp_path, text).turns} == {"Interviewerin", "Befragte"}


def test_a_header_names_the_interviewer(tmp_path: Path) -> None:
    header = "Intervieweuse\u00a0: Claire Aubin\nDate\u00a0: 3 mai\n\n"
    text = f"{header}CA: Bonjour.\n\nM1: Bonjour à vous.\n\nCA: Racontez.\n\nM1: Voilà.\n"
    roles = {turn.speaker: turn.role for turn in read_content(tmp_path, text).turns}
    assert roles["CA"] is SpeakerRole.INTERVIEWER


@pytest.mark.parametrize("end", ["?", "\u00a0?", "?\u00a0»", "?“", "?«", "?”"])
def test_questions_end_in_the_marks_of_their_language(end: str, tmp_path: Path) -> None:
    text = "".join(
        f"E: Und dann{end}\n\nX: Das weiß ich nicht mehr so genau, es war spät an dem Abend.\n\n" for _ in range(4)
    )
    roles = {turn.speaker: turn.role for turn in read_content(tmp_path, text).turns}
    assert roles == {"E": SpeakerRole.INTERVIEWER, "X": SpeakerRole.PARTICIPANT}
