"""A study of 300 invented interviews in 40 cases, with 60,000 codings of 60 codes by four people."""

from __future__ import annotations

import random
from pathlib import Path

from secondcoder.domain.records import Case, Coding, CodingPass, SpeakerRole, Transcript, Turn, Valence
from secondcoder.study.study import Study

TRANSCRIPTS, CASES, CODINGS, TURNS, WORDS = 300, 40, 60_000, 120, 55
CONSTRUCTS = ("CO", "CP", "CA", "RM", "LE", "TE", "ST", "PA", "PO")
PARTS, FACTORS = 5, 6
CODERS = ("Ana", "Ben", "Cleo", "Dan")
ROLES, WAVES = ("GP", "nurse", "link worker", "receptionist"), ("early", "late")
SYLLABLES = ["ba", "ce", "di", "fo", "gu", "ha", "ke", "li", "mo", "nu", "pa", "re", "si", "to", "vu", "wa", "ye", "zo"]


def codebook() -> str:
    """Nine constructs of five parts each, and six factors, as YAML."""
    lines = ["id: large", "title: Large", "codes:"]
    for construct in CONSTRUCTS:
        lines.append(f"- {{id: {construct}, name: Construct {construct}, family: construct}}")
        lines += [
            f"- {{id: {construct}.{n}, name: Part {n} of {construct}, parent: {construct}}}" for n in range(PARTS)
        ]
    lines += [f"- {{id: F{n}, name: Factor {n}, family: factor}}" for n in range(FACTORS)]
    return "\n".join(lines) + "\n"


def interview(number: int, draw: random.Random, words: list[str]) -> Transcript:
    """Questions and answers of invented talk, 6,600 words of it."""
    text, turns = "", []
    for at in range(TURNS):
        label, role = ("P: ", SpeakerRole.PARTICIPANT) if at % 2 else ("I: ", SpeakerRole.INTERVIEWER)
        talk = " ".join(draw.choices(words, k=WORDS)) + "."
        turns.append(Turn(len(text) + 3, len(text) + 3 + len(talk), label[0], role))
        text += f"{label}{talk}\n"
    case = f"Practice {number % CASES + 1:02d}"
    about = {"participant": f"P{number // 2:03d}", "role": draw.choice(ROLES), "wave": WAVES[number % 2]}
    return Transcript(f"interview {number:03d}", text, tuple(turns), case=case, **about)


def made_study(folder: Path) -> Path:
    """The study."""
    draw, book_file = random.Random(0), folder / "book.yml"
    book_file.write_text(codebook(), encoding="utf-8")
    study = Study.create(folder / "study", book_file)
    book, words = study.codebook, ["".join(draw.choices(SYLLABLES, k=draw.randint(1, 3))) for _ in range(4000)]
    transcripts = [interview(number, draw, words) for number in range(TRANSCRIPTS)]
    codings, passes = [], []
    for transcript in transcripts:
        for at in draw.choices(range(1, TURNS, 2), k=CODINGS // TRANSCRIPTS):
            turn = transcript.turns[at]
            span = turn.start + draw.randrange(60), turn.end - draw.randrange(60)
            coding = Coding(
                transcript.id, *span, draw.choice(book.ids), draw.choice(CODERS), valence=draw.choice([*Valence])
            )
            codings.append(coding)
        whole = (transcript.turns[0].start, transcript.turns[-1].end)
        passes += [CodingPass(transcript.id, coder, *whole, tuple(book.ids)) for coder in CODERS]
    cases = [Case(f"Practice {n + 1:02d}", {"integration": "full" if n % 3 else "partial"}) for n in range(CASES)]
    with study.store.transaction("benchmark") as write:
        write.add_codebook(book)
        write.put_cases(cases)
        write.add_transcripts(transcripts)
        write.add_codings({(each.place, each.code, each.coder): each for each in codings}.values(), book)
        write.add_passes(passes)
    study.close()
    return folder / "study"
