"""Cases of transcripts: captions, labels, unseen characters, Word, encodings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from brought.desk import Desk, case

QUESTION, ANSWER = (
    "How did the new booking list start here?",
    "We all sat down in the kitchen and agreed what it was for.",
)
WHO, PARTNERS = "And who was there?", "The partners, both nurses and reception."
LAST, EASTER = "Did it last?", "Until Easter, more or less."
SIX = [QUESTION, ANSWER, WHO, PARTNERS, LAST, EASTER]
STAMP = r"\[[\d:]+\] - "


def _wrong(file: str, found: object, wanted: object) -> Iterator[str]:
    if found != wanted:
        yield f"{file}: {str(found)[:150]}"


def _alternate(file: str, desk: Desk, study: str, speech: Sequence[str], timed: bool = False) -> Iterator[str]:
    """Two speakers by turns, who say this and nothing else."""
    turns = desk.turns(study)
    yield from _wrong(file, [_plain(said) for _, said, _ in turns], list(speech))
    speakers = [speaker for speaker, _, _ in turns]
    if None in speakers or speakers != (speakers[:2] * len(turns))[: len(turns)] or len(set(speakers)) != 2:
        yield f"{file}: speakers {speakers[:6]}"
    if timed and any(start is None for _, _, start in turns):
        yield f"{file}: times are lost"


def _plain(said: str) -> str:
    return " ".join(said.split())


def _each(desk: Desk, speech: dict[str, Sequence[str]], named: str = "", timed: Sequence[str] = ()) -> Iterator[str]:
    for file, said in speech.items():
        options = ("--interviewer", named) if named else ()
        study, imported = desk.brought(file, options=options)
        if imported.ok:
            yield from _alternate(file, desk, study, said, file in timed)
        else:
            yield f"{file}: {imported.brief}"


@case("01-vtt-noscribe-direct")
def noscribe(desk: Desk) -> Iterator[str]:
    """Four turns with their times; voice tags may stay unclosed, and a NOTE is no speech."""
    study, imported = desk.brought("noscribe.vtt")
    if not imported.ok:
        yield imported.brief
        return
    (transcript,) = desk.corpus(study).transcripts
    found = [(turn.speaker, turn.time_start, turn.time_end) for turn in transcript.turns]
    times = [(0.01, 4.05), (4.25, 9.49), (10.99, 12.248), (12.99, 16.248)]
    yield from _wrong("turns", found, [(f"S0{at % 2}", *time) for at, time in enumerate(times)])
    yield from _wrong("speech", [said for _, said, _ in desk.turns(study)], SIX[:4])


@case("02-vtt-noscribe-editor")
def editor(desk: Desk) -> Iterator[str]:
    """A label, a stamp and a pause in cues of their own are nobody's speech."""
    study, imported = desk.brought("editor.vtt")
    wanted = [("S00", QUESTION), ("S01", ANSWER), ("S00", WHO)]
    yield from _wrong("turns", [turn[:2] for turn in desk.turns(study)] if imported.ok else imported.brief, wanted)


@case("03-vtt-empty-cues")
def empty_cues(desk: Desk) -> Iterator[str]:
    """A cue without text is dropped, within a file or at its end."""
    study, imported = desk.brought("within.vtt")
    if imported.ok:
        yield from _wrong("within.vtt", desk.turns(study), [("Maria", QUESTION, 3.73), ("Tom", ANSWER, 6.03)])
    elif not imported.says("line 3", "line 4"):
        yield f"within.vtt: {imported.brief}"
    study, imported = desk.brought("last.vtt")
    wanted = [("Maria", QUESTION), ("Tom", ANSWER), ("Maria", WHO)]
    yield from _wrong("last.vtt", [turn[:2] for turn in desk.turns(study)] if imported.ok else imported.brief, wanted)


@case("05-speakers-bracketed-or-alone")
def bracketed(desk: Desk) -> Iterator[str]:
    """Labels in brackets, behind #, alone in their line, with times before or after."""
    with_more = [f"{said} And then some." for said in SIX]
    timed = ("atrain_times.txt", "speaker_times.txt", "stamp_first.txt", "zoom_captions.txt")
    speech: dict[str, Sequence[str]] = dict.fromkeys((*timed, "atrain.txt", "bracket.txt", "hash.txt"), SIX)
    # The time of a line within a turn may stay, go, or begin a turn.
    del speech["atrain_times.txt"]
    yield from _each(desk, speech, timed=timed)
    study, imported = desk.brought("atrain_times.txt")
    turns = groupby(desk.turns(study), key=lambda turn: turn[0]) if imported.ok else []
    found = [(who, _plain(re.sub(STAMP, "", " ".join(said for _, said, _ in stretch)))) for who, stretch in turns]
    yield from _wrong("atrain_times.txt", found, [(f"SPEAKER_0{at % 2}", said) for at, said in enumerate(with_more)])


@case("07-invisible-before-label")
def unseen(desk: Desk) -> Iterator[str]:
    """The same turns as without the character that nobody sees."""
    names = ("bom_inside", "line_separator", "vertical_tab", "wide_space", "zero_width")
    weeks = [
        f"How did week {at} go?" if at % 2 == 0 else f"We sat down in week {at} and agreed on it." for at in range(15)
    ]
    hebrew = ["איך זה התחיל?", "ישבנו כולם במטבח.", "ומי היה שם?", "השותפים והאחיות."] * 2
    yield from _each(
        desk, {**{f"{name}.txt": SIX for name in names}, "zero_width.docx": SIX, "formfeed.txt": SIX * 2,
            "pdftotext_output.txt": weeks, "rtl_mark.txt": hebrew}
    )  # fmt: skip


@case("08-quiet-third-speaker")
def quiet(desk: Desk) -> Iterator[str]:
    """A rare third speaker speaks, or a note names the label."""
    for file, label, times in (
        ("practice_nurse.txt", "Practice nurse", 4),
        ("second_interviewer.txt", "Second interviewer", 3),
    ):
        study, imported = desk.brought(file)
        count = sum(speaker == label for speaker, _, _ in desk.turns(study)) if imported.ok else 0
        noted = f"'{label}'" in imported.text or re.search(rf"note.*{label}", imported.text)
        if count != times and not noted:
            yield f"{file}: {label} speaks {count} times, and no note"


@case("09-labels-lower-case-and-full-width")
def lower(desk: Desk) -> Iterator[str]:
    """Lower-case and full-width labels; lists, numbers and dashes at least with --interviewer."""
    for file, first in (("lower.txt", "interviewer"), ("chinese.txt", "访谈者")):
        study, imported = desk.brought(file)
        speakers = [speaker for speaker, _, _ in desk.turns(study)] if imported.ok else [imported.brief]
        if len(set(speakers)) != 2 or speakers[0] is None or speakers[0].casefold() != first or len(speakers) < 20:
            yield f"{file}: {speakers[:4]}"
    files = ("bullets.md", "dashes.txt", "lined.txt", "numbered.txt", "quoted.md")
    for file in files:
        alone = list(_each(desk, {file: SIX}))
        named = list(_each(desk, {file: SIX}, named="I")) if alone else []
        yield from named


@case("10-rev-and-podcast-layouts")
def layouts(desk: Desk) -> Iterator[str]:
    """Rev and podcast layouts, right already in 0.1.0."""
    for file in ("rev.txt", "podcast.txt"):
        study, imported = desk.brought(file)
        turns = desk.turns(study) if imported.ok else []
        if len({speaker for speaker, _, _ in turns}) != 2 or None in {speaker for speaker, _, _ in turns}:
            yield f"{file}: {turns[:2] or imported.brief}"
        if file == "podcast.txt" and any(start is None for _, _, start in turns):
            yield f"{file}: times are lost"
        if any(re.match(r"\(?\d\d:", said) or "Maria" in said for _, said, _ in turns):
            yield f"{file}: a label or time in speech"


@case("11-markdown-with-html-labels")
def markdown(desk: Desk) -> Iterator[str]:
    """Bold and underlined labels, no tags in speech."""
    for file, count in (("bold.md", 4), ("underlined.md", 6)):
        study, imported = desk.brought(file)
        turns = desk.turns(study) if imported.ok else []
        speakers = {speaker for speaker, _, _ in turns}
        if len(turns) != count or len(speakers) != 2 or None in speakers or any("<" in said for _, said, _ in turns):
            yield f"{file}: {len(turns)} turns by {speakers}"


@case("15-word-content-left-out-or-let-in")
def word(desk: Desk) -> Iterator[str]:
    """What Word shows is read, or a note says that it was not; hidden text is never read."""
    noted = {"comments": "comment", "footnote": "footnote", "equation": "equation", "chunk": "embedded"}
    for name, what in noted.items():
        study, imported = desk.brought(f"{name}.docx")
        told = re.search(
            rf"(note|secondcoder): .*({what}|altChunk|inserted|part of another)", imported.text, re.IGNORECASE
        )
        text = " ".join(said for _, said, _ in desk.turns(study)) if imported.ok else ""
        read = name == "equation" and "95" in text
        if not (told or read or imported.refused):
            yield f"{name}.docx: nothing is said"
    study, imported = desk.brought("hidden.docx")
    if imported.ok and "Oduya" in desk.corpus(study).transcripts[0].text:
        yield "hidden.docx: the hidden name is read"


@case("16-word-macro-and-strict")
def strict(desk: Desk) -> Iterator[str]:
    """Read, or refused for what the file is, and not as damaged."""
    for file, word_ in (("macro.docm", "macro"), ("strict.docx", "strict")):
        _, imported = desk.brought(file)
        if not imported.ok and not (imported.refused and imported.says(word_) and not imported.says("damaged")):
            yield f"{file}: {imported.brief}"


@case("17-old-encodings")
def encodings(desk: Desk) -> Iterator[str]:
    """The letters as they were written, or a refusal; with --encoding the letters in any case."""
    for path in sorted(desk.inputs.glob("*_*.txt")):
        encoding = {"utf16_mark": "utf-16", "utf16_nomark": "utf-16-le"}.get(path.stem, path.stem.partition("_")[2])
        wanted = path.read_bytes().decode(encoding).rstrip("\n").rpartition("R: ")[2]
        study, imported = desk.brought(path.name)
        if imported.ok and desk.turns(study)[-1][1] != wanted:
            yield f"{path.name}: {desk.turns(study)[-1][1][-50:]}"
        elif not imported.ok and not imported.refused:
            yield f"{path.name}: {imported.brief}"
        study, imported = desk.brought(path.name, options=("--encoding", encoding))
        if not imported.ok or desk.turns(study)[-1][1] != wanted:
            yield f"{path.name} --encoding {encoding}: {imported.brief[-60:]}"
