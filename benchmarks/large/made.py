"""An invented study of 300 interviews: 60,000 segments, 60 codes, 60,000 codings by two people, a model version with 60,000
suggestions, and the audit trail that all of it leaves.

The version is trained on a few of the interviews, with the cheap embedder `words`; its suggestions on all of them are drawn.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from charting.large_study import SYLLABLES, codebook
from secondcoder.codebook.model import Codebook
from secondcoder.domain.records import (
    Case,
    Coding,
    CodingPass,
    Passage,
    Segment,
    SpeakerRole,
    Suggestion,
    Transcript,
    Turn,
    Valence,
)
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study

TRANSCRIPTS, ANSWERS, CASES, TRAINED_ON = 300, 200, 40, 12
CODINGS, SUGGESTIONS = 200, 200
"""On each interview."""
CODERS, WAVES = ("Ana", "Ben"), ("early", "late")


def interview(number: int, draw: random.Random, words: Sequence[str]) -> Transcript:
    """Questions of 10 words and answers of two sentences, about 26 words, each a segment."""
    text, turns = "", []
    for at in range(2 * ANSWERS):
        label, role = ("P: ", SpeakerRole.PARTICIPANT) if at % 2 else ("I: ", SpeakerRole.INTERVIEWER)
        lengths = (13, 13) if at % 2 else (10,)
        said = " ".join(" ".join(draw.choices(words, k=length)).capitalize() + "." for length in lengths)
        turns.append(Turn(len(text) + 3, len(text) + 3 + len(said), label[0], role))
        text += f"{label}{said}\n"
    case = f"Practice {number % CASES + 1:02d}"
    about = {"participant": f"P{number:03d}", "role": draw.choice(("GP", "nurse")), "wave": WAVES[number % 2]}
    return Transcript(f"interview {number:03d}", text, tuple(turns), case=case, **about)


def codings(transcript: Transcript, book: Codebook, draw: random.Random) -> list[Coding]:
    """Two people's codings of parts of answers."""
    found = {}
    for at in draw.choices(range(1, 2 * ANSWERS, 2), k=CODINGS):
        turn, coder = transcript.turns[at], draw.choice(CODERS)
        span = turn.start + draw.randrange(20), turn.end - draw.randrange(20)
        made = Coding(transcript.id, *span, draw.choice(book.ids), coder, valence=draw.choice([None, *Valence]))
        found[made.place, made.code, coder] = made
    return list(found.values())


def suggestions(segments: Sequence[Segment], book: Codebook, model: str, draw: random.Random) -> list[Suggestion]:
    """What a model version suggests on one interview, each with its telling sentence and three passages like it."""
    cells = draw.sample([(segment, code) for segment in segments for code in book.ids], SUGGESTIONS)
    made = []
    for segment, code in cells:
        score, near = round(draw.uniform(0.3, 0.95), 3), draw.sample(segments, 3)
        like = tuple(Passage(one.transcript, one.start, one.end, one.text, 0.5) for one in near)
        made.append(
            Suggestion(*segment.place, code, score, 0.3, True, model, segment.sentences[:1], like),
        )
    return made


def make(folder: Path) -> Path:
    """The study."""
    draw, book_file = random.Random(0), folder / "book.yml"
    book_file.write_text(codebook(), encoding="utf-8")
    Study.create(folder / "study", book_file).close()
    (folder / "study" / CONFIGURATION).write_text('[embedding]\nmodel = "words"\n', encoding="utf-8")
    study = Study(folder / "study")
    words = ["".join(draw.choices(SYLLABLES, k=draw.randint(1, 3))) for _ in range(4000)]
    talks = [interview(number, draw, words) for number in range(TRANSCRIPTS)]
    with study.transaction() as write:
        write.put_cases(
            Case(f"Practice {n + 1:02d}", {"integration": "full" if n % 3 else "partial"}) for n in range(CASES)
        )
    bring(study, talks[:TRAINED_ON], draw)
    model = study.train()["version"]
    bring(study, talks[TRAINED_ON:], draw)
    suggest(study, model, draw)
    study.close()
    return folder / "study"


def bring(study: Study, talks: Sequence[Transcript], draw: random.Random) -> None:
    """Import interviews with what was coded in them, an interview at a time."""
    book = study.codebook
    for talk in talks:
        with study.transaction() as write:
            write.add_transcripts([talk])
            write.add_codings(codings(talk, book, draw), book)
            write.add_passes(CodingPass(talk.id, coder, 0, len(talk.text), tuple(book.ids)) for coder in CODERS)


def suggest(study: Study, model: str, draw: random.Random) -> None:
    """Put suggestions on every interview."""
    workspace = study.workspace()
    for talk in workspace.corpus.transcripts:
        made = suggestions(workspace.segments([talk]), workspace.codebook, model, draw)
        with study.transaction() as write:
            write.replace_suggestions(model, [talk.id], made)
