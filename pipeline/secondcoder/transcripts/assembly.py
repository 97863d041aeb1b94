"""From a text and where its speakers begin to a transcript: what all readers of running text share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from secondcoder.domain.records import SpeakerRole, Transcript, Turn
from secondcoder.domain.shell_words import shell_word
from secondcoder.domain.times import clock
from secondcoder.domain.wording import counted, shorten
from secondcoder.errors import ReadError
from secondcoder.transcripts.documents.word_emphasis import emphasis_notes
from secondcoder.transcripts.interviewer import SPEAKERS, with_roles
from secondcoder.transcripts.printed_marks import is_page_number, line_number_notes, page_notes
from secondcoder.transcripts.registry import Source
from secondcoder.transcripts.repeated_headings import without_repeats
from secondcoder.transcripts.rows_as_lines import names_behind
from secondcoder.transcripts.speaker_headings import find_marks
from secondcoder.transcripts.turns import Mark, close_marks, lines_of, tier_notes, unlabelled, without_footer
from secondcoder.transcripts.visible import visible

NO_SPEAKERS = "no speakers found"
MOST_SHOWN = 60  # characters of a line
DAY_BEGINS = 3600.0  # seconds: a recording's first words may come late, but hardly so late
# What Otter and Word put above the talk.
_OTTER = re.compile(r"(?P<title>SUMMARY KEYWORDS|SPEAKERS)\n(?P<listed>[^\n]*)")
_OF_WORD = re.compile(r"\s*Audio file\n(?:[^\n]*\n){1,5}?\s*Transcript\n")
WORDS_HEAD = "above the talk and nobody's speech: what Word writes, from 'Audio file' to 'Transcript'"
SENTENCE = re.compile(r"\s*(?:(?:\S+\s+){4}.*[.?!…]|\S{8}.*[。？！])\W*$")  # no line of a header


@dataclass(frozen=True, slots=True)
class Body:
    """A file's text and what its reader knows of its layout.

    Attributes:
        text: the transcript's text, final.
        paragraphs: [start, end) of each paragraph, for a text without speakers.
        lines: [start, end) of each line that may begin with a label.
        marks: where the layout itself says who speaks, as rows of a table do.
        notes: what the reader had to decide so far.
        emphasis: of a document, start and end of the paragraphs that begin set off, with the words. In a document, which has no lines
            to be kept, headings that repeat a speaker are taken out (`repeated_headings`); None for a file whose text is final.
    """

    text: str
    paragraphs: Sequence[tuple[int, int]]
    lines: Sequence[tuple[int, int]]
    marks: Sequence[Mark] = ()
    notes: tuple[str, ...] = ()
    emphasis: Sequence[tuple[int, int, str]] | None = None


def assemble(source: Source, form: str, body: Body, interviewer: Sequence[str]) -> Transcript:
    """The transcript of a text in which labels or headings say who speaks; ReadError when nobody says anything."""
    text, seen = body.text, visible(body.text)
    lines = [line for span in body.lines for line in lines_of(seen, *span) if not is_page_number(body.text, *line)]
    named = [*interviewer, *source.speakers]
    behind = names_behind(seen, lines)
    in_lines, notes = (behind, ()) if behind else find_marks(seen, lines, named, beside_table=bool(body.marks))
    # A document may alternate tables and paragraphs, whose marks come as two lists.
    marks = sorted([*body.marks, *in_lines], key=lambda mark: mark.start)
    emphasis = body.emphasis or ()
    if body.emphasis is not None and (joined := without_repeats(text, marks)):
        text, marks, notes, seen = joined.text, joined.marks, (*notes, *joined.notes), visible(joined.text)
        emphasis = [(joined.moved(start), joined.moved(end), words) for start, end, words in emphasis]
    end = without_footer(seen)
    if marks:
        turns, front = close_marks(seen, marks, end), seen[: marks[0].start]
    else:
        # Without a mark all of the text is speech, so nothing before it could name the interviewer.
        above = _OF_WORD.match(seen)
        paragraphs = [span for span in body.paragraphs if not above or span[0] >= above.end()]
        turns, front, notes = unlabelled(seen, paragraphs, end), "", (NO_SPEAKERS, *notes, *[WORDS_HEAD] * bool(above))
    notes = (
        *body.notes,
        *notes,
        *_unspoken(seen, marks, end),
        *_front_matter(front),
        *_times_of_day(source.stem, turns),
        *tier_notes(seen),
        *page_notes(text, turns),
        *line_number_notes(seen, turns),
    )
    transcript = finished(source, form, text, turns, interviewer=interviewer, front=front, notes=notes)
    more = emphasis_notes(text, transcript.turns, [each for each in emphasis if each[0] < each[1]])
    return replace(transcript, notes=(*transcript.notes, *_alone(transcript), *more))


def _unspoken(text: str, marks: Sequence[Mark], end: int) -> tuple[str, ...]:
    """A note on sentences that are nobody's speech: above the first label, and between and below tables."""
    if not marks:
        return ()
    behind = zip(marks, [*(mark.start for mark in marks[1:]), end], strict=True)
    gaps = [(0, marks[0].start), *((text.find("\n", mark.end), stop) for mark, stop in behind if mark.end is not None)]
    lines = [text[slice(*line)] for start, stop in gaps if start >= 0 for line in lines_of(text, start, stop)]
    sentences = [line.strip() for line in lines if SENTENCE.match(line)]
    what = f"{counted(len(sentences), 'line')} above the first label or between tables, read as nobody's speech"
    return (f"{what}: '{shorten(sentences[0], MOST_SHOWN)}'",) if sentences else ()


def _front_matter(front: str) -> tuple[str, ...]:
    """A note on what Otter writes above the talk."""
    said = [f"{match['title']} ({shorten(match['listed'].strip(), MOST_SHOWN)})" for match in _OTTER.finditer(front)]
    return (f"above the talk and nobody's speech: {', '.join(said)}",) if said else ()


def _times_of_day(name: str, turns: Sequence[Turn]) -> tuple[str, ...]:
    """A note where times begin so late that they may be those of a clock on the wall, as in Zoom's captions."""
    first = next((turn.time_start for turn in turns if turn.time_start is not None), 0.0)
    if first < DAY_BEGINS:
        return ()
    mend = f"secondcoder transcript edit {shell_word(name)} --shift-times -{first:.0f}"
    return (
        f"times begin at {clock(first)}, as times of the day would; if they are, count them from the beginning: {mend}",
    )


def _alone(transcript: Transcript) -> tuple[str, ...]:
    """A note where all that is said, over several lines, is the interviewer's, so that the others' labels were not known."""
    roles = {turn.role for turn in transcript.turns}
    first, last = transcript.turns[0], transcript.turns[-1]
    if roles != {SpeakerRole.INTERVIEWER} or "\n" not in transcript.text[first.start : last.end]:
        return ()
    return (f"nobody but the interviewer has a label: all is read as theirs; name the others with {SPEAKERS}",)


def finished(
    source: Source,
    form: str,
    text: str,
    turns: Sequence[Turn],
    *,
    interviewer: Sequence[str],
    front: str,
    notes: Iterable[str],
) -> Transcript:
    """A transcript with its roles, named after its file; ReadError when it has no turns or not the named interviewer."""
    name = source.path.name
    if not turns:
        raise ReadError(f"{name}: nobody says anything in it. Nothing was imported.")
    with_role, more = with_roles(text, turns, named=interviewer, front=front, name=name)
    return Transcript(source.stem, text, with_role, source=name, format=form, notes=(*notes, *more))
