"""How long a large project takes on its way out of a study: 200 interviews of an hour, 20,000 codings by four people.

python benchmarks/interchange_out_speed.py   writes benchmarks/INTERCHANGE_OUT.md (two minutes)

Each part is timed as a person waits for it: the whole command, from its start on, in a process of its own.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter

from machine import machine
from secondcoder.domain.records import Coding, SpeakerRole, Suggestion, Transcript, Turn
from secondcoder.study.study import Study

HERE = Path(__file__).parent
INTERVIEWS, CODINGS, TURNS, WORDS = 200, 20_000, 120, 60
CODERS = ("Ana", "Ben", "Cleo", "Dan")
Took = tuple[float, float]
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


def seconds(*command: str) -> Took:
    """Wall time of a command of secondcoder, and the processor's time of it, which a busy machine changes less."""
    began, before = perf_counter(), os.times()
    subprocess.run([sys.executable, "-m", "secondcoder", *command], check=True, capture_output=True)
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return perf_counter() - began, used


def export(study: Path) -> dict[str, Took]:
    """Out as a project, as it is, for NVivo, and with suggestions."""
    command = ["-C", str(study), "export", "--out", str(study.parent / "study.qdpx")]
    return {
        "export as .qdpx": seconds(*command),
        "export as .qdpx, `--dialect nvivo-windows`": seconds(*command, "--dialect", "nvivo-windows"),
        "export as .qdpx, `--suggestions`": seconds(*command, "--suggestions"),
    }


PARTS: Mapping[str, Callable[[Path], dict[str, Took]]] = {"export": export}


def page() -> str:
    """The figures as a page."""
    with tempfile.TemporaryDirectory() as folder:
        study = made_study(Path(folder))
        figures = {what: took for part in PARTS.values() for what, took in part(study).items()}
        opened = Study(study)
        codings, suggestions = len(opened.store.codings()), len(opened.store.suggestions("m0001"))
        opened.close()
        size = (study.parent / "study.qdpx").stat().st_size / 2**20
    rows = "\n".join(f"| {what} | {wall:.1f} | {used:.1f} |" for what, (wall, used) in figures.items())
    return (
        f"# How long large projects take to leave\n\n{__doc__.splitlines()[0]}\n\n"
        f"| command | seconds | of the processor |\n|---|---|---|\n{rows}\n\n"
        f"{codings:,} codings, {suggestions:,} suggestions; the last project has {size:.1f} MB. "
        f"Times are of the whole command, with {os.getloadavg()[0]:.0f} processes "
        f"running on the machine. {machine(('secondcoder',))}\n\n"
        "Written by `python benchmarks/interchange_out_speed.py`.\n"
    )


if __name__ == "__main__":
    (HERE / "INTERCHANGE_OUT.md").write_text(page(), encoding="utf-8")
