"""How well two transcripts of one talk are told from two interviews: invented copies, damaged, and real interviews that differ.

python benchmarks/same_talk.py            writes benchmarks/SAME_TALK.md
python benchmarks/same_talk.py --quick    prints it for ten pairs of each kind
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd
from machine import machine
from secondcoder.codebook.yaml_file import load_codebook
from secondcoder.domain.records import SpeakerRole, Transcript, Turn
from secondcoder.domain.same_talk import ENOUGH, SHARED, SHINGLE, same_talk, spoken_words
from secondcoder.errors import SecondcoderError
from secondcoder.exchange.importing import ImportOptions, read_all
from secondcoder.transcripts import read_transcript

HERE = Path(__file__).parent
DEMO, REAL = HERE.parent / "corpora" / "demo", HERE.parents[1] / "shared"
SETS = ("nhs_fft", "ohd_long1960s", "pdpilot_interviews")
COPIES = {frozenset(("teams_old.vtt", "teams_old.EXPECTED.txt")), frozenset(("zoom.vtt", "zoom.EXPECTED.txt"))}
"""Real files of one talk: another program's conversions of the same captions."""
PAIRS, SEED, LENGTHS = 50, 20260101, (3, 4, 5)
Damage = Callable[[Transcript, np.random.Generator], Transcript]


# -- invented copies ----------------------------------------------------------------------------------------------------


def demonstration() -> list[Transcript]:
    """The interviews of the demonstration study, whose interviewers ask by one topic guide."""
    return read_all([DEMO], ImportOptions(), load_codebook("npt"), {}).transcripts


def whole(transcript: Transcript, rng: np.random.Generator) -> Transcript:
    """The same under another name."""
    return replace(transcript, id=f"{transcript.id} again")


def trimmed(transcript: Transcript, rng: np.random.Generator) -> Transcript:
    """Half of the words of the interview, in one stretch that begins at any turn of the first half."""
    spoken = [transcript.text[turn.start : turn.end] for turn in transcript.turns]
    sizes = np.array([len(speech.split()) for speech in spoken])
    begun = np.cumsum(sizes) - sizes
    first = int(rng.choice(np.flatnonzero(begun <= sizes.sum() / 2)))
    rows = np.flatnonzero((begun >= begun[first]) & (begun < begun[first] + sizes.sum() / 2))
    return _built(transcript, [(transcript.turns[row], spoken[row]) for row in rows.tolist()])


def typed_anew(share: float) -> Damage:
    """By another transcriber, who hears this share of the words otherwise (replaced, left out or put in), and punctuates otherwise."""

    def damage(transcript: Transcript, rng: np.random.Generator) -> Transcript:
        heard = sorted({word for turn in transcript.turns for word in transcript.text[turn.start : turn.end].split()})

        def typed(word: str) -> str:
            if rng.random() >= share:
                return word.strip(".,;:!?").upper()
            other = heard[rng.integers(len(heard))]
            return ("", other, f"{word} {other}")[rng.integers(3)]

        turns = [
            (turn, " ".join(filter(None, map(typed, transcript.text[turn.start : turn.end].split()))))
            for turn in transcript.turns
        ]
        # Every second transcriber does not say who interviews.
        return _built(transcript, turns, known=bool(rng.integers(2)))

    return damage


def both(transcript: Transcript, rng: np.random.Generator) -> Transcript:
    """Trimmed to a half, and one word in twenty typed otherwise."""
    return typed_anew(0.05)(trimmed(transcript, rng), rng)


DAMAGES: Mapping[str, Damage] = {
    "a copy": whole,
    "trimmed to a half": trimmed,
    "typed anew, 5 % of the words changed": typed_anew(0.05),
    "trimmed and typed anew, 5 %": both,
    "typed anew, 10 %": typed_anew(0.1),
    "typed anew, 15 %": typed_anew(0.15),
    "typed anew, 20 %": typed_anew(0.2),
}
ASKED = tuple(DAMAGES)[:4]
"""Those of which every pair must be found."""


def damaged_pairs(damage: Damage, pairs: int = PAIRS) -> Iterator[tuple[Transcript, Transcript]]:
    """Interviews of the demonstration study in turn, each with a damaged copy of it."""
    interviews, rng = demonstration(), np.random.default_rng(SEED)
    for number in range(pairs):
        interview = interviews[number % len(interviews)]
        yield interview, damage(interview, rng)


def _built(transcript: Transcript, turns: Sequence[tuple[Turn, str]], known: bool = True) -> Transcript:
    text, placed = "", []
    for turn, speech in turns:
        if not speech:
            continue
        text += f"{turn.speaker or 'Speaker'}:  "
        role = turn.role if known else None
        placed.append(Turn(len(text), len(text) + len(speech), turn.speaker, role))
        text += f"{speech}\n"
    return replace(transcript, id=f"{transcript.id} again", text=text, turns=tuple(placed))


# -- real transcripts that differ ---------------------------------------------------------------------------------------


def real_sets() -> dict[str, list[Transcript]]:
    """The demonstration study, and of the material beside the project what is there."""
    sets = {"demonstration study": demonstration()}
    if (REAL / "transcripts").is_dir():
        sets["transcript files"] = list(_files(REAL / "transcripts"))
    for name in SETS:
        if (REAL / "data" / name / "units.parquet").is_file():
            sets[name] = list(_documents(pd.read_parquet(REAL / "data" / name / "units.parquet")))
    return sets


def _files(folder: Path) -> Iterator[Transcript]:
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        try:
            yield replace(read_transcript(path, ()), id=path.relative_to(folder).as_posix())
        except SecondcoderError:  # not a format of transcripts that is read
            continue


def _documents(units: pd.DataFrame) -> Iterator[Transcript]:
    who = "speaker_role" if "speaker_role" in units else "speaker"
    for name, of_document in units.sort_values(["doc_id", "order"]).groupby("doc_id"):
        turns = [(_turn(who), text) for who, text in zip(of_document[who], of_document["text"], strict=True)]
        empty = Transcript(str(name), "", ())
        yield replace(_built(empty, turns), id=str(name))


def _turn(who: str) -> Turn:
    asks = SpeakerRole.INTERVIEWER if who.startswith("interviewer") else SpeakerRole.PARTICIPANT
    return Turn(0, 0, who, asks if who else None)


def nobody_known(transcripts: Sequence[Transcript]) -> list[Transcript]:
    """The same without a word on who interviews, so that the questions count too."""
    return [
        replace(transcript, turns=tuple(replace(turn, role=None) for turn in transcript.turns))
        for transcript in transcripts
    ]


def highest(transcripts: Sequence[Transcript], shingle: int = SHINGLE) -> tuple[float, int]:
    """The highest share among transcripts that differ, and how many pairs were left out of it because they are of one talk."""
    by_id = {transcript.id: transcript for transcript in transcripts}
    pairs = same_talk(transcripts, 0.0, shingle)
    differ = [pair for pair in pairs if not _one_talk(by_id[pair.first], by_id[pair.second])]
    return max((pair.share for pair in differ), default=0.0), len(pairs) - len(differ)


def _one_talk(first: Transcript, second: Transcript) -> bool:
    # A comment that somebody sent twice is one talk, word for word.
    return frozenset((first.id, second.id)) in COPIES or spoken_words(first) == spoken_words(second)


# -- the page -----------------------------------------------------------------------------------------------------------


def report(pairs: int) -> Iterator[str]:
    """The lines of the page."""
    yield "# Two transcripts of one talk"
    yield ""
    yield f"Written by `benchmarks/same_talk.py`. {machine(('secondcoder', 'numpy', 'scipy'))}"
    yield ""
    yield f"The share of the shorter transcript's sequences of words that stand in the other too. From {SHARED} on, with sequences of"
    yield f"{SHINGLE} words, two transcripts count as one interview; those with fewer than {ENOUGH} sequences are not judged."
    yield ""
    yield "## Copies"
    yield ""
    yield f"{pairs} pairs a row: invented interviews of the demonstration study, each with a damaged copy. Every second transcriber"
    yield "does not say who interviews. What was asked for are the first four rows; the others show where it ends."
    yield ""
    yield f"| damage | found | {' | '.join(f'lowest, {length} words' for length in LENGTHS)} |"
    yield f"|---|---|{'---|' * len(LENGTHS)}"
    for name, damage in DAMAGES.items():
        made = list(damaged_pairs(damage, pairs))
        found = sum(bool(same_talk(pair)) for pair in made)
        shares = [min(same_talk(pair, 0.0, length)[0].share for pair in made) for length in LENGTHS]
        yield f"| {name} | {found} of {pairs} | {' | '.join(f'{share:.2f}' for share in shares)} |"
    yield from _of_real()


def _of_real() -> Iterator[str]:
    yield ""
    yield "## Transcripts that differ"
    yield ""
    yield "The highest share of any two, by what participants say, and by all talk, as where nobody is known to interview. Pairs left"
    yield "out are files that another program made of the same captions, and comments that were sent twice word for word."
    yield ""
    yield f"| set | transcripts | pairs left out | {' | '.join(f'{length} words' for length in LENGTHS)} | all talk, {SHINGLE} words |"
    yield f"|---|---|---|{'---|' * (len(LENGTHS) + 1)}"
    sets = real_sets()
    for name, transcripts in sets.items():
        shares = [highest(transcripts, length)[0] for length in LENGTHS]
        shares.append(highest(nobody_known(transcripts))[0])
        cells = " | ".join(f"{share:.3f}" for share in shares)
        yield f"| {name} | {len(transcripts)} | {highest(transcripts)[1]} | {cells} |"
    files = sets.get("transcript files", [])
    for pair in same_talk(files, 0.0):
        if frozenset((pair.first, pair.second)) in COPIES:
            yield ""
            yield f"Real copies: {pair.first} and {pair.second}, {pair.share:.2f}."
    yield ""
    yield f"200 transcripts of 8,000 words, {_seconds():.1f} seconds."


def _seconds() -> float:
    """How long a study of 200 transcripts of 8,000 words takes, of words drawn from the demonstration study."""
    drawn, rng = np.array([word for one in demonstration() for word in spoken_words(one)]), np.random.default_rng(SEED)
    turns = [[(_turn("participant"), " ".join(rng.choice(drawn, 8_000)))] for _ in range(200)]
    transcripts = [replace(_built(Transcript("", "", ()), said), id=f"t{at}") for at, said in enumerate(turns)]
    begun = perf_counter()
    same_talk(transcripts)
    return perf_counter() - begun


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    if parser.parse_args().quick:
        print("\n".join(report(10)))
        return
    missing = [name for name in ("transcripts", "data") if not (REAL / name).is_dir()]
    if missing:
        print(f"Skipped: {' and '.join(missing)} of ../shared are not there, and the page would lack their rows.")
        return
    (HERE / "SAME_TALK.md").write_text("\n".join(report(PAIRS)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
