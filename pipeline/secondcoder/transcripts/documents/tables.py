"""Tables that hold a transcript: what each column is, found in its cells.

One column is the speech. Beside it may stand paragraph numbers (MAXQDA), times, the speaker, and further columns, such as
notes, which are nobody's speech. In any other table cells are read as paragraphs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from secondcoder.domain.wording import listed
from secondcoder.transcripts.clock import SPAN, seconds
from secondcoder.transcripts.interviewer import WELL_KNOWN, fold
from secondcoder.transcripts.label_forms import MAX_LENGTH, known_word, name_shaped
from secondcoder.transcripts.visible import clean

MOST_COLUMNS = 8
MOST_LABEL_WORDS = 6
_SPEECH = (
    "content speech text transcript transcription utterance contenido contenu inhalt tekst texte testo texto transkript"
)
_SPEAKERS = "name person speaker who hablante locuteur falante nom nombre nome persona sprecher"
_BESIDE = "end no nr number paragraph start time timecode timespan timestamp hora temps tempo tid zeit"
_OF_SPEECH, _OF_SPEAKERS, _OTHERS = (frozenset(words.split()) for words in (_SPEECH, _SPEAKERS, _BESIDE))
TITLES = _OF_SPEECH | _OF_SPEAKERS | _OTHERS
_ASKED = frozenset(("question", "questions", "answer", "answers"))
MOST_TITLE_WORDS = 2
FEWEST_TITLES = 2
TITLES_OF_COLUMNS, SPEAKERS_OF_COLUMNS = "titles", "the speakers of its columns"
"""What a first row may be taken for."""
FEWEST_ROWS = 3


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds what, by index; `titled` when the first row holds column titles, `further` what holds none of it.

    `guessed`: the titles are in words that are not known.
    """

    speech: int
    speaker: int | None = None
    time: int | None = None
    number: int | None = None
    titled: bool = False
    until: int | None = None
    further: tuple[int, ...] = ()
    guessed: bool = False

    def further_titles(self, first: Sequence[str]) -> list[str]:
        """What to call the further columns, given the first row."""
        return [f"'{first[at].strip()}'" if self.titled and first[at].strip() else str(at + 1) for at in self.further]

    def hidden_by(self, cells: Sequence[str | None]) -> bool:
        """Whether in a merged row a cell to the left takes the place of the speech or its speaker."""
        return cells[self.speech] is None or (self.speaker is not None and cells[self.speaker] is None)


def find_columns(rows: Sequence[Sequence[str]]) -> Columns | None:
    """What the columns of a transcript table are; None for any other table."""
    width = len(rows[0]) if rows else 0
    if not 2 <= width <= MOST_COLUMNS or any(len(row) != width for row in rows):
        return None
    titles = [re.sub(r"\W", "", cell).casefold() for cell in rows[0]]
    titled = sum(title in TITLES for title in titles) >= FEWEST_TITLES
    if titled:
        return _assigned(_columns(rows[1:]), titles, titled)
    below = _assigned(_columns(rows[1:]), [""] * width, True) if len(rows) > FEWEST_ROWS else None
    if below and below.speaker is not None and _reads_like_titles(rows[0], _columns(rows[1:])[below.speaker], below):
        return replace(below, guessed=True)
    return _assigned(_columns(rows), [""] * width, titled)


def speaker_columns(rows: Sequence[Sequence[str]]) -> list[str] | None:
    """Who speaks in each column of a table with a column a speaker, which the first row names; None for any other table."""
    names = [label(cell) for cell in rows[0]] if len(rows) > 1 else []
    if not len({fold(name) for name in names}) == len(names) > 1 or not _short(names):
        return None
    known = all(known_word(name) or fold(name) in _ASKED for name in names if name)
    # Under names that nobody knows, one cell of each row is filled, in turns.
    alternate = all(sum(map(bool, map(str.strip, row))) == 1 for row in rows[1:]) and all(map(name_shaped, names))
    talk = any(len(cell.split()) > 1 for row in rows[1:] for cell in row)
    return names if all(names) and talk and (known or alternate) else None


def _columns(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    return [[cell.strip() for cell in column] for column in zip(*rows, strict=True)]


def _reads_like_titles(first: Sequence[str], speakers: Sequence[str], columns: Columns) -> bool:
    """Whether a first row holds a word or two in each cell, and beside the speech no label that is a speaker's elsewhere."""
    short = all(0 < len(cell.split()) <= MOST_TITLE_WORDS and cell.strip()[-1:].isalnum() for cell in first)
    name = fold(label(first[columns.speaker or 0]))
    return short and not WELL_KNOWN.fullmatch(name) and name not in {fold(label(cell)) for cell in speakers if cell}


def _assigned(columns: Sequence[Sequence[str]], titles: Sequence[str], titled: bool) -> Columns | None:
    """One column of speech, which its title tells or the most characters; at most one each of numbers and speakers."""
    numbers, times = _indices(columns, _counts_up), _indices(columns, _all_times)
    others = [at for at, column in enumerate(columns) if at not in numbers + times and any(column)]
    if not others or len(numbers) > 1 or len(times) > 2:
        return None
    told = [at for at in others if titles[at] in _OF_SPEECH]
    speech = told[0] if len(told) == 1 else _speech(columns, others)
    rest = [at for at in others if at != speech]
    speaker = _speakers(columns, titles, speech, rest)
    if speaker is not None and not any(map(all, zip(columns[speaker], columns[speech], strict=True))):
        return None  # nobody stands beside what is said
    further = tuple(at for at in rest if at != speaker)
    # Without a speaker, a column that says something else makes it another table, unless a title tells the speech.
    if (further and speaker is None and not told) or not (
        speaker is not None or numbers or times or (further and told)
    ):
        return None
    time, until = (*times, None, None)[:2]
    return Columns(speech, speaker, time, next(iter(numbers), None), titled, until, further)


def _speech(columns: Sequence[Sequence[str]], others: Sequence[int]) -> int:
    """The column with the most characters; of three or more, one that says something in most rows, not the same in each."""
    if len(others) < 3:
        return max(others, key=lambda at: sum(map(len, columns[at])))
    saying = [at for at in others if not _name_speakers([cell for cell in columns[at] if cell])] or others
    return max(saying, key=lambda at: (sum(map(bool, columns[at])), sum(map(len, set(columns[at])))))


def _speakers(columns: Sequence[Sequence[str]], titles: Sequence[str], speech: int, rest: Sequence[int]) -> int | None:
    """The column of speakers: which its title tells, or the only one that names speakers, left of the speech if there are more."""
    told = [at for at in rest if titles[at] in _OF_SPEAKERS and _short(columns[at])]
    naming = told or [at for at in rest if _name_speakers([cell for cell in columns[at] if cell])]
    if len(naming) > 1:
        naming = [at for at in naming if at < speech]
    return naming[0] if len(naming) == 1 else None


def times_of(cells: Sequence[str], columns: Columns) -> tuple[float | None, float | None]:
    """From when to when a row's speech lasts, in seconds, as far as its cells say."""
    start, end = _span(cells, columns.time)
    return start, end if columns.until is None else _span(cells, columns.until)[0]


def _span(cells: Sequence[str], column: int | None) -> tuple[float | None, float | None]:
    match = SPAN.fullmatch(cells[column].strip("[]()# \t\n")) if column is not None else None
    if not match:
        return None, None
    return seconds(match["time"]), seconds(match["until"]) if match["until"] else None


def first_row_note(what: str, row: Sequence[str]) -> str:
    """What a table's first row was taken for, where nothing in it says so for certain."""
    return f"first row of a table taken for {what}: {listed([repr(cell) for cell in row])}"


def label(cell: str) -> str:
    """The speaker that a cell names: `I:` is `I`."""
    return clean(cell).strip("[]").rstrip(":：.").rstrip()


def _indices(columns: Sequence[Sequence[str]], fits: Callable[[Sequence[str]], bool]) -> list[int]:
    return [at for at, column in enumerate(columns) if fits([cell for cell in column if cell])]


def _counts_up(cells: Sequence[str]) -> bool:
    if not cells or not all(re.fullmatch(r"\d{1,6}\.?", cell) for cell in cells):
        return False
    # Other figures (`45`, `Years of age`) say something and must stay in the text.
    numbers = [int(cell.rstrip(".")) for cell in cells]
    return numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _all_times(cells: Sequence[str]) -> bool:
    return bool(cells) and all(SPAN.fullmatch(cell.strip("[]()# ")) for cell in cells)


def _name_speakers(cells: Sequence[str]) -> bool:
    """Short cells in which a name recurs or is a well-known label; the row titles `Age`, `Role`, `Site` of a form are neither."""
    names = Counter(fold(label(cell)) for cell in cells if cell)
    return _short(cells) and (max(names.values()) > 1 or any(WELL_KNOWN.fullmatch(name) for name in names))


def _short(cells: Sequence[str]) -> bool:
    return all(len(cell) <= MAX_LENGTH and len(cell.split()) <= MOST_LABEL_WORDS and "\n" not in cell for cell in cells)
