"""The words of the field as records: frozen, standard library only, knowing nobody.

All offsets count Unicode code points into `Transcript.text`, end exclusive, as Python slices do. The text is built once by
its reader and never changed afterwards, so every span stays true for the life of a study.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class SpeakerRole(StrEnum):
    """Who speaks in a turn. None in a turn means that nobody said."""

    INTERVIEWER = "interviewer"
    PARTICIPANT = "participant"


class Origin(StrEnum):
    """How a human coding came about; only `independent` ones count in agreement."""

    INDEPENDENT = "independent"
    REVIEWED = "reviewed"
    ADJUDICATED = "adjudicated"


class Valence(StrEnum):
    """Whether the passage says that the work is done (promotes), missing or hindered (inhibits), or both."""

    PROMOTES = "promotes"
    INHIBITS = "inhibits"
    MIXED = "mixed"


class Verdict(StrEnum):
    """A researcher's word on a suggestion."""

    ACCEPT = "accept"
    CHANGE = "change"
    REJECT = "reject"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says at a stretch: `[start, end)` is the speech, without its label; times are seconds."""

    start: int
    end: int
    speaker: str | None = None
    role: SpeakerRole | None = None
    time_start: float | None = None
    time_end: float | None = None


@dataclass(frozen=True, slots=True)
class Transcript:
    """One interview.

    Attributes:
        id: unique in the study; the file's stem unless the manifest says otherwise.
        text: the whole text as its reader built it, labels included.
        turns: in order of the text, never overlapping.
        case, participant, role, wave: what the interview is of, who was asked, as what, and when.
        unitised: a table's rows are the units; the segmenter leaves each turn whole.
        source: name of the file it came from; `format` the reader that read it.
        notes: what the reader had to decide, for the person who imports.
    """

    id: str
    text: str
    turns: tuple[Turn, ...]
    case: str | None = None
    participant: str | None = None
    role: str | None = None
    wave: str | None = None
    unitised: bool = False
    source: str = ""
    format: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """What is compared in the end: a practice, a site. Attributes are text, e.g. integration: full."""

    id: str
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Segment:
    """The unit that the model codes: `transcript.text[start:end] == text`, 1 to 6 sentences of one participant's turn.

    `order` counts the segments of the transcript from 0, `turn` is the index of its turn, `question` the interviewer's words
    before it (context, never coded), `sentences` the offsets of its sentences in the transcript's text (none for a table's unit).
    """

    transcript: str
    order: int
    start: int
    end: int
    text: str
    turn: int
    speaker: str | None = None
    question: str = ""
    sentences: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Coding:
    """A human's mark: a span of a transcript, a code and a coder."""

    transcript: str
    start: int
    end: int
    code: str
    coder: str
    origin: Origin = Origin.INDEPENDENT
    valence: Valence | None = None
    memo: str = ""


@dataclass(frozen=True, slots=True)
class CodingPass:
    """What a coder looked for where: within `[start, end)`, silence on one of `codes` means "looked and found nothing".

    `codes` lists the codes one by one, so that a code added to the codebook later stays unknown here.
    """

    transcript: str
    coder: str
    start: int
    end: int
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A human-coded passage shown as evidence; `similarity` is a cosine in [-1, 1]."""

    transcript: str
    start: int
    end: int
    text: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The model's mark. It never becomes a coding except through a person's decision.

    `score` is a calibrated probability when `calibrated`, and otherwise a similarity rank in [0, 1] from the code's definition
    and examples. `carrying` holds the sentences whose removal lowers the score most, strongest first.
    """

    transcript: str
    start: int
    end: int
    code: str
    score: float
    threshold: float
    calibrated: bool
    model: str
    carrying: tuple[tuple[int, int], ...] = ()
    nearest: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """A researcher's word on a suggestion; `code` is the one chosen instead when the verdict is `change`."""

    transcript: str
    start: int
    end: int
    suggested_code: str
    model: str
    coder: str
    verdict: Verdict
    code: str | None = None
    memo: str = ""
