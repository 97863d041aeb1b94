"""The records of a study, frozen: transcripts, segments, codings, coding passes, suggestions, decisions.

All offsets count Unicode code points into `Transcript.text`, end exclusive, as Python slices do. The text is built once by
its reader and never changed afterwards, so every span stays true for the life of a study.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any

Span = tuple[int, int]
"""Start and end."""
Place = tuple[str, int, int]
"""Transcript, start, end."""


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


class ReviewAction(StrEnum):
    """What a researcher does in a review: four actions on a suggestion, three on a passage, and the undo of another action."""

    ACCEPT = "accept"
    CHANGE = "change"
    REJECT = "reject"
    UNSURE = "unsure"
    ADD = "add"
    REMOVE = "remove"
    LOOKED = "looked"
    UNDO = "undo"


class Sample(StrEnum):
    """Why a passage is shown: in its turn, with the suggestions held back, or because the model suggested nothing there."""

    ORDINARY = "ordinary"
    BLIND = "blind"
    BELOW = "below"


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says at a stretch: `[start, end)` is the speech, without its label; times are seconds."""

    start: int
    end: int
    speaker: str | None = None
    role: SpeakerRole | None = None
    time_start: float | None = None
    time_end: float | None = None

    @property
    def span(self) -> Span:
        """Start and end of the speech."""
        return self.start, self.end


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


class Light(StrEnum):
    """A researcher's judgement at a glance: work is done and kept up, in part, or not."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, slots=True)
class CellNote:
    """What a researcher says of one cell of the framework matrix: a summary in their words, a traffic light, or both.

    Attributes:
        row_kind, row: what the cell's row is ("case", "participant" or "transcript"), and its name.
        code: of the codebook, or a level of the programme as "level:practice".
        wave: "" for all waves together.
        light: a `Light`, or "" where nothing was judged.
        by, at, id, after_change: given by the store: who and when (UTC), which one, and after which change of the codebook.
    """

    row_kind: str
    row: str
    code: str
    wave: str = ""
    summary: str = ""
    light: str = ""
    by: str = ""
    at: str = ""
    id: int = 0
    after_change: int = 0


@dataclass(frozen=True, slots=True)
class Case:
    """What is compared in the end: a practice, a site. Attributes are text, e.g. integration: full."""

    id: str
    attributes: Mapping[str, str] = field(default_factory=dict)


# No dataclass: each record below has these fields in an order of its own.
class InTranscript:
    """What lies in a transcript, at `[start, end)` of its text."""

    __slots__ = ()  # or the records below would have a __dict__ despite their slots
    transcript: str
    start: int
    end: int

    @property
    def span(self) -> Span:
        """Start and end."""
        return self.start, self.end

    @property
    def place(self) -> Place:
        """Transcript, start and end."""
        return self.transcript, self.start, self.end


@dataclass(frozen=True, slots=True)
class Segment(InTranscript):
    """The unit that the model codes: `transcript.text[start:end] == text`, 1 to 6 sentences of one participant's turn.

    `order` counts the segments of the transcript from 0, `turn` is the index of its turn, `question` the interviewer's words
    before it (context, never coded), `sentences` the offsets of its sentences in the transcript's text (none for a table's unit).
    `turns` are the spans of its transcript in which codes count, to which a coding is cut before it is measured.
    """

    transcript: str
    order: int
    start: int
    end: int
    text: str
    turn: int
    speaker: str | None = None
    question: str = ""
    sentences: tuple[Span, ...] = ()
    turns: tuple[Span, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Coding(InTranscript):
    """A human's mark: a span of a transcript, a code and a coder."""

    transcript: str
    start: int
    end: int
    code: str
    coder: str
    origin: Origin = Origin.INDEPENDENT
    valence: Valence | None = None
    memo: str = ""

    def __post_init__(self) -> None:
        """Blanks around a memo are no part of it, from wherever it comes."""
        object.__setattr__(self, "memo", self.memo.strip())


@dataclass(frozen=True, slots=True)
class CodingPass(InTranscript):
    """What a coder looked for where: within `[start, end)`, silence on one of `codes` means "looked and found nothing".

    `codes` lists the codes one by one, so that a code added to the codebook later stays unknown here. A look at suggestions is
    `reviewed`, and agreement never counts it.
    """

    transcript: str
    coder: str
    start: int
    end: int
    codes: tuple[str, ...]
    origin: Origin = Origin.INDEPENDENT


@dataclass(frozen=True, slots=True)
class ModelCoding(InTranscript):
    """What another model says of a span: it looked there for `codes`, and silence on one of them is a no. Never a human's.

    `scores` are code -> probability in [0, 1] that the span carries it, a yes from `YES` on. `edition` counts the imports under the
    same name that replaced the ones before, from 1.
    """

    transcript: str
    coder: str
    start: int
    end: int
    codes: tuple[str, ...]
    scores: Mapping[str, float] = field(default_factory=dict)
    edition: int = 1


YES = 0.5
"""From this probability on, another model gives the code."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A human-coded passage shown as evidence; `similarity` is a cosine in [-1, 1]."""

    transcript: str
    start: int
    end: int
    text: str
    similarity: float


class _EvidenceLater:
    """A place for what gives a suggestion's evidence; no field, so that it is in no comparison and no file."""

    __slots__ = ("_later",)


@dataclass(frozen=True, slots=True)
class Suggestion(InTranscript, _EvidenceLater):
    """The model's mark. It never becomes a coding except through a person's decision.

    `score` is a calibrated probability when `calibrated`, and otherwise a similarity rank in [0, 1] from the code's definition
    and examples. `carrying` holds the sentences whose removal lowers the score most, strongest first. `valence` is the one that is
    likelier than not if the code holds, with its probability; None where there is none, or valence cannot be told. `alternative` is
    a code of the same family that a ranked passage fits nearly as well, or better.
    """

    transcript: str
    start: int
    end: int
    code: str
    score: float
    threshold: float
    calibrated: bool
    model: str
    carrying: tuple[Span, ...] = ()
    nearest: tuple[Passage, ...] = ()
    valence: Valence | None = None
    valence_probability: float | None = None
    alternative: str | None = None

    @classmethod
    def with_evidence_later(cls, evidence: Callable[[], Mapping[str, Any]], *known: Any) -> Suggestion:
        """One of the first fields alone; `evidence` gives those from `carrying` on, and is asked when one of them is looked at.

        A study holds suggestions by the hundred thousand, and a page shows the evidence of a few.
        """
        made = cls.__new__(cls)
        for name, value in zip(SCORED, known, strict=True):
            object.__setattr__(made, name, value)
        object.__setattr__(made, "_later", evidence)
        return made

    if not TYPE_CHECKING:  # or a misspelt field would pass for a known one

        def __getattr__(self, name: str) -> Any:
            # Python asks here for what is not set: the evidence that was not looked at yet.
            if name not in EVIDENCE:
                raise AttributeError(name)
            for each, value in self._later().items():
                object.__setattr__(self, each, value)
            return object.__getattribute__(self, name)


_names = tuple(each.name for each in fields(Suggestion))
SCORED, EVIDENCE = _names[: _names.index("carrying")], frozenset(_names[_names.index("carrying") :])
"""A suggestion's fields without its evidence, in order, and those of its evidence."""


@dataclass(frozen=True, slots=True)
class Decision(InTranscript):
    """A researcher's decision in a review; rows of the store are only ever added, and an undo is a row of its own.

    Attributes:
        start, end: the passage that was decided on, as it was shown.
        origin: what codings made of it are: `independent` while the suggestions were held back.
        suggested, model, score, threshold: the suggestion decided on, if it was one.
        shown: the suggestions of the passage were on screen.
        code, code_start, code_end: the code and span after the decision, where one holds.
        seconds: how long the passage was in view before the decision.
        undoes: `id` of the decision that this one undoes.
        request: identifies the page's request, so that one sent twice is recorded once.
        id, at: given by the store; UTC time.
        codebook, after_change: given by the store: hash of the codebook, and the last change of it, when the decision was made.
    """

    coder: str
    verdict: ReviewAction
    transcript: str
    start: int
    end: int
    origin: Origin = Origin.REVIEWED
    sample: Sample = Sample.ORDINARY
    shown: bool = True
    suggested: str | None = None
    model: str | None = None
    score: float | None = None
    threshold: float | None = None
    code: str | None = None
    code_start: int | None = None
    code_end: int | None = None
    valence: Valence | None = None
    memo: str = ""
    seconds: float | None = None
    undoes: int | None = None
    request: str = ""
    id: int = 0
    at: str = ""
    codebook: str = ""
    after_change: int = 0

    @property
    def code_span(self) -> Span:
        """Where the code holds: the whole passage unless the decision says otherwise."""
        return self.span if self.code_start is None or self.code_end is None else (self.code_start, self.code_end)
