"""What every caption format shares: timed cues, and cues joined into turns.

The transcript's text is one paragraph a turn, `Speaker: speech`, or the speech alone where no speaker is known, paragraphs
divided by a blank line. A turn's times run from the earliest start to the latest end of its cues.

Our own parser, because webvtt-py drops a cue with a negative time in silence and reads the times of Teams in 2022
(`0:0:10.20` is 10.020 s there) as hundredths; both lose what a transcript says.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from secondcoder.domain.names import folded
from secondcoder.domain.records import Transcript, Turn
from secondcoder.errors import ReadError
from secondcoder.transcripts.assembly import NO_SPEAKERS, finished
from secondcoder.transcripts.clock import seconds, unpadded
from secondcoder.transcripts.registry import Source
from secondcoder.transcripts.timed.cue_blocks import Block, paragraphs, parse_block
from secondcoder.transcripts.timed.cue_marks import Utterance, find_cue_marks, others_labels, without_marks
from secondcoder.transcripts.turns import lines_of
from secondcoder.transcripts.visible import shown, visible

__all__ = ["Cue", "Utterance", "caption_transcript", "paragraphs", "parse_block", "parse_times", "without_tags"]

PAUSE = 2.0  # seconds of silence after which speech without a speaker begins a new turn
SPACED_CUES = 5  # from so many on, and at this share, the file itself says where a space belongs between cues
SPACED_SHARE = 0.8

# The last, as `{\an8}`, is how SubRip places a cue, after Advanced SubStation Alpha.
_TAG = re.compile(r"</?(?:c|i|b|u|v|ruby|rt|lang|font)(?:[.\s][^<>]*)?>|<\d[\d:.]*>|\{\\[^{}\n]{1,200}\}")
# Whole entities only: html.unescape by itself also takes `&copy` without a semicolon for a sign.
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]+\d*);")


@dataclass(frozen=True, slots=True)
class Cue:
    """A stretch of speech: times in seconds as the file has them, negative ones too."""

    start: float
    end: float
    lines: tuple[str, ...]

    @property
    def payload(self) -> str:
        """The lines, each trimmed; the white space at either end of the cue stays, because it says something."""
        filled = [line for line in self.lines if line.strip()]
        before = filled[0][: len(filled[0]) - len(filled[0].lstrip())]
        return before + "\n".join(line.strip() for line in filled) + filled[-1][len(filled[-1].rstrip()) :]


def parse_times(blocks: Sequence[Block], name: str) -> list[Cue]:
    """The cues of a file in its order, those without text left out; ReadError with the line of a time that is none."""
    # Asked of the whole file: `0:10:12.20` by itself does not show how its fraction is meant.
    milliseconds = unpadded(stamp for block in blocks for stamp in (block.start, block.end))
    cues = [_cue(block, milliseconds, name) for block in blocks]
    return [cue for cue in cues if any(line.strip() for line in cue.lines)]


def _cue(block: Block, whole_milliseconds: bool, name: str) -> Cue:
    times = []
    for stamp in (block.start, block.end):
        try:
            times.append(seconds(stamp, whole_milliseconds))
        except ValueError:
            fault = f"'{stamp}' is not a time as 00:00:05.250"
            raise ReadError(f"{name} line {block.line}: {fault}. Nothing was imported.") from None
    return Cue(times[0], times[1], block.lines)


def without_tags(text: str) -> str:
    """Without the tags of captions, entities resolved; `<inaudible>` is a transcriber's word and stays."""
    # Tags first: what `&lt;i&gt;` stands for is speech and no tag.
    return _ENTITY.sub(lambda match: html.unescape(match[0]), _TAG.sub("", text))


def caption_transcript(
    source: Source,
    form: str,
    cues: Sequence[Cue],
    utterances: Sequence[Utterance],
    interviewer: Sequence[str],
    notes: Sequence[str] = (),
) -> Transcript:
    """The transcript of a caption file.

    Args:
        source: the file.
        form: what people call its format.
        cues: of the file, for a note on times that cannot be right.
        utterances: what is said in them; where none names a speaker, labels are looked for in the speech (`Name: text`).
        interviewer: labels that the person named as interviewers.
        notes: what the reader had to decide so far.

    Raises:
        ReadError: nobody says anything, or a named interviewer does not speak.
    """
    labelled: tuple[str, ...] = ()
    utterances, respelt = _one_spelling(utterances)
    if all(utterance.speaker is None for utterance in utterances):
        utterances, labelled = _by_labels(utterances, [*interviewer, *source.speakers])
        others: tuple[str, ...] = ()
    else:
        others = others_labels(utterances)
    utterances, left_out = without_marks(utterances)
    spoken, unnamed = _carried_on([utterance for utterance in utterances if shown(utterance.speech)])
    text, turns = _turns(spoken)
    speakers = unnamed if any(turn.speaker for turn in turns) else [NO_SPEAKERS]
    notes = [*source.decoded.notes, *_odd_times(cues), *notes, *speakers, *respelt, *left_out, *others, *labelled]
    return finished(source, form, text, turns, interviewer=interviewer, front="", notes=notes)


def _one_spelling(utterances: Sequence[Utterance]) -> tuple[list[Utterance], list[str]]:
    """Speakers whose names differ in capitals, or in what nobody sees, are one, by the first spelling; a note on each other one."""
    first: dict[str, str] = {}
    one = [
        replace(utterance, speaker=first.setdefault(folded(utterance.speaker), utterance.speaker))
        if utterance.speaker
        else utterance
        for utterance in utterances
    ]
    pairs = zip(utterances, one, strict=True)
    changed = dict.fromkeys((old.speaker, new.speaker) for old, new in pairs if old.speaker != new.speaker)
    return one, [f"speaker '{old}' is taken for '{new}'" for old, new in changed]


def _by_labels(utterances: Sequence[Utterance], named: Sequence[str]) -> tuple[list[Utterance], tuple[str, ...]]:
    """Names taken from `Name: text`, as Zoom writes them, and notes on what was not believed.

    A line of a cue may have a label of its own; an utterance without one has no speaker yet, and a label alone is that of the next.
    """
    lines = [replace(part, speech=line) for part in utterances for line in _lines(part.speech)]
    seen = visible("\n".join(line.speech for line in lines))
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line.speech) + 1)
    # Not strict: `starts` has one more, where a line after the last would begin.
    spans = [(start, start + len(part.speech)) for start, part in zip(starts, lines, strict=False)]
    marks, notes = find_cue_marks(seen, spans, named)
    by_start = {mark.start: mark for mark in marks}
    parts: list[Utterance] = []
    pending: str | None = None
    for (start, end), part in zip(spans, lines, strict=True):
        mark = by_start.get(start)
        speech = part.speech[mark.speech - start :] if mark else part.speech
        name = mark.speaker if mark else pending
        pending = name if not shown(speech) else None
        if name is None and parts and (parts[-1].start, parts[-1].end) == (part.start, part.end) and end:
            parts[-1] = replace(parts[-1], speech=f"{parts[-1].speech}\n{speech}")
        else:
            parts.append(replace(part, speaker=name, speech=speech))
    return parts, notes


def _lines(speech: str) -> Iterator[str]:
    """The lines of a cue as it shows; the white space at either end of it stays."""
    for start, end in lines_of(visible(speech)):
        yield speech[start:end]


def _carried_on(utterances: Sequence[Utterance]) -> tuple[list[Utterance], list[str]]:
    """Who speaks in cues without a name, in a file that has names, and a note on it.

    Zoom leaves the name out when the speaker goes on, and when it does not know the speaker. A file that repeats the name cue
    after cue does not do the former, so there nobody is named and the turn has no speaker.
    """
    missing = sum(utterance.speaker is None for utterance in utterances)
    if not missing or missing == len(utterances):
        return list(utterances), []
    if any(part.speaker and part.speaker == following.speaker for part, following in pairwise(utterances)):
        fault = f"cues that name no speaker, in a file that repeats names: {missing}; their speaker stays open"
        return list(utterances), [fault]
    carried: list[Utterance] = []
    for utterance in utterances:
        last = carried[-1].speaker if carried else None
        carried.append(replace(utterance, speaker=utterance.speaker or last))
    return carried, [f"cues that name no speaker: {missing}; read as the last speaker going on"]


def _turns(utterances: Sequence[Utterance]) -> tuple[str, list[Turn]]:
    spaced = _writes_spaces(utterances)
    parts: list[str] = []
    turns: list[Turn] = []
    at = 0
    for run in _runs(utterances):
        label = f"{run[0].speaker}: " if run[0].speaker else ""
        speech = _joined(run, spaced)
        start = at + len(label)
        # Cues may overlap or go back, so the first need not begin earliest, nor the last end latest.
        times = min(part.start for part in run), max(part.end for part in run)
        turns.append(Turn(start, start + len(speech), run[0].speaker, None, *times))
        parts.append(label + speech)
        at = start + len(speech) + 2  # 2 for the blank line between paragraphs
    return "\n\n".join(parts), turns


def _runs(utterances: Iterable[Utterance]) -> Iterator[list[Utterance]]:
    """Stretches of one speaker; where the speaker is unknown, a pause ends a stretch too."""
    run: list[Utterance] = []
    for part in utterances:
        paused = run and part.speaker is None and part.start - run[-1].end > PAUSE
        if run and (part.speaker != run[-1].speaker or paused):
            yield run
            run = []
        run.append(part)
    if run:
        yield run


def _writes_spaces(utterances: Sequence[Utterance]) -> bool:
    """Whether the file writes the spaces between its cues itself, so that a cut without one falls inside a word."""
    spaced = sum(part.speech != part.speech.strip() for part in utterances)
    return len(utterances) >= SPACED_CUES and spaced >= SPACED_SHARE * len(utterances)


def _joined(run: Sequence[Utterance], spaced: bool) -> str:
    speech = _flat(run[0].speech)
    for before, part in pairwise(run):
        # `speech` keeps its outer white space, so letters on both sides mean that the file has no space there.
        in_word = spaced and before.speech[-1].isalpha() and part.speech[0].islower()
        speech += ("" if in_word else " ") + _flat(part.speech)
    return speech


def _flat(speech: str) -> str:
    return " ".join(shown(line) for line in speech.split("\n") if shown(line))


def _odd_times(cues: Sequence[Cue]) -> list[str]:
    """One note that counts the times that cannot be right."""
    counts = {
        "negative": sum(min(cue.start, cue.end) < 0 for cue in cues),
        "before that of the cue above": sum(cue.start < above.start for above, cue in pairwise(cues)),
        "after its own end": sum(cue.start > cue.end for cue in cues),
    }
    odd = ", ".join(f"{count} {how}" for how, count in counts.items() if count)
    return [f"cue times: {odd}; every cue is kept, in the order of the file"] if odd else []
