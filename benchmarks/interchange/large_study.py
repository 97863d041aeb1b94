"""A study of invented interviews with 20,000 codings by four people, and as many suggestions."""

from __future__ import annotations

import random
from pathlib import Path

from secondcoder.domain.records import Coding, SpeakerRole, Suggestion, Transcript, Turn
from secondcoder.study.study import Study

INTERVIEWS, CODINGS, TURNS, WORDS = 200, 20_000, 120, 60
CODERS = ("Ana", "Ben", "Cleo", "Dan")
TALK = "we had no room for it at first and then somebody said why not try the café on Thursdays 😀 so we did"


def interview(name: str, draw: random.Random) -> Transcript:
    """Questions and answers of invented talk, 7,000 words and some emoji."""
    text, turns = "", []
    for at in range(TURNS):
        role = SpeakerRole.PARTICIPANT if at % 2 else SpeakerRole.INTERVIEWER
        label = "P: " if at % 2 else "I: "
        talk = " ".join(draw.choices(TALK.split(), k=WORDS))
        turns.append(Turn(len(text) + 3, len(text) + 3 + len(talk), label[0], role))
        text += f"{label}{talk}\n"
    return Transcript(name, text, tuple(turns), unitised=True, role="nurse", wave="one")


def made_study(folder: Path) -> Path:
    """The study, with as many suggestions as codings."""
    draw, study = random.Random(0), Study.create(folder / "study", "npt")
    book = study.codebook
    transcripts = [interview(f"interview {number:03d}", draw) for number in range(INTERVIEWS)]
    codings, suggestions = [], []
    for transcript in transcripts:
        for at in draw.choices(range(1, TURNS, 2), k=CODINGS // INTERVIEWS):
            turn, code = transcript.turns[at], draw.choice(book.ids)
            start = turn.start + draw.randrange(40)
            codings.append(
                Coding(
                    transcript.id, start, turn.end - draw.randrange(40), code, draw.choice(CODERS), memo="See above."
                )
            )
            suggestions.append(Suggestion(transcript.id, *turn.span, code, 0.7, 0.3, True, "m0001", (turn.span,)))
    unique = {(each.place, each.code, each.coder): each for each in codings}
    shown = {(each.place, each.code): each for each in suggestions}
    with study.store.transaction("benchmark") as write:
        write.add_codebook(book)
        write.add_transcripts(transcripts)
        write.add_codings(unique.values(), book)
        write.add_model("m0001", None, {})
        write.replace_suggestions("m0001", [transcript.id for transcript in transcripts], shown.values())
    study.close()
    return folder / "study"
