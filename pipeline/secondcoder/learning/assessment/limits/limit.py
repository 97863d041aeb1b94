"""A limit of a code: what would help its suggestions most, why, and the passages that show it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from secondcoder.domain.records import Segment


class Limit(StrEnum):
    """What would help a code most."""

    MERGE = "a merged code"
    DEFINITION = "a sharper definition"
    CONTEXT = "context"
    NOTHING = "nothing"
    EXAMPLES = "more examples"
    UNKNOWN = "cannot be said"


@dataclass(frozen=True)
class ShownPassage:
    """A passage that shows the limit, and what it shows."""

    segment: Segment
    shows: str

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        segment = self.segment
        where = {"transcript": segment.transcript, "start": segment.start, "end": segment.end}
        return where | {"question": segment.question, "text": segment.text, "shows": self.shows}


@dataclass(frozen=True)
class CodeLimit:
    """What limits a code.

    Attributes:
        other: the code to merge with; '' unless that is the limit.
        reason: the figures it rests on, in a sentence or two.
        passages: two that show it; fewer where there are none.
    """

    code: str
    limit: Limit
    reason: str
    other: str = ""
    passages: tuple[ShownPassage, ...] = ()

    @property
    def verdict(self) -> str:
        """'more examples. 9 in 4 transcripts; ...'"""
        return f"{self.limit}{f' with {self.other}' if self.other else ''}. {self.reason}"

    @property
    def sentence(self) -> str:
        """'CO.IND: more examples. 9 in 4 transcripts; ...'"""
        return f"{self.code}: {self.verdict}"

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        other = {"with": self.other} if self.other else {}
        shown = [passage.to_json() for passage in self.passages]
        said = {"limit": str(self.limit), **other, "reason": self.reason, "sentence": self.sentence}
        return {"code": self.code, **said, "passages": shown}


@dataclass(frozen=True)
class StudyLimits:
    """What limits the codes of a study, those that are scored first.

    Attributes:
        curve: mean average precision over all codes, of a simple ranker that learned from half of the transcripts, and from all;
            None with too few.
    """

    codes: tuple[CodeLimit, ...]
    curve: tuple[float, float] | None

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        curve = self.curve and {"half": round(self.curve[0], 4), "all": round(self.curve[1], 4)}
        return {"codes": [code.to_json() for code in self.codes], "learning_curve": curve}
