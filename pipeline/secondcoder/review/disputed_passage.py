"""One passage on which coders differ: who gave what, and what there is to choose when they settle it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from secondcoder.agreement.disagreements import Difference, Disagreement, words_within
from secondcoder.corpus import of_coder
from secondcoder.domain.grouping import group_by
from secondcoder.domain.records import Coding, CodingPass, Origin, Segment, Span, Transcript, Valence
from secondcoder.domain.spans import share_text
from secondcoder.labels.adjudication import Settlement
from secondcoder.labels.review_sample import Passage


@dataclass(frozen=True)
class DisputedPassage:
    """A passage on which coders differ, code by code."""

    passage: Passage
    differences: tuple[Disagreement, ...]

    @property
    def settled(self) -> bool:
        """Everything on which they differ was settled."""
        return all(difference.settled is not None for difference in self.differences)


@dataclass(frozen=True)
class CoderCodings:
    """One coder's codings of a passage, none or several."""

    coder: str
    codings: tuple[Coding, ...]


@dataclass(frozen=True)
class Words:
    """Words of the passage that may have a code, and who marked them: coders, or a rule such as "the whole passage"."""

    span: Span
    who: str
    chosen: bool


@dataclass(frozen=True)
class Choice:
    """A code to settle on a passage, with what is chosen unless somebody chooses otherwise."""

    code: str
    differs: tuple[Difference, ...]
    holds: bool
    words: tuple[Words, ...]
    valence: Valence | None
    settled: bool = False

    @property
    def valence_open(self) -> bool:
        """Two valences were given, so that one has to be chosen."""
        return Difference.VALENCE in self.differs and not self.settled

    @property
    def chosen_words(self) -> Span:
        """Those that have the code unless others are chosen."""
        return next(words.span for words in self.words if words.chosen)


@dataclass(frozen=True)
class PassageDetail:
    """What the page shows of one passage.

    Attributes:
        in_sheet: adjudicated codings that came from a sheet, which a page neither gives again nor takes back.
        earlier: the settlements made here, newest first.
    """

    transcript: Transcript
    sides: tuple[CoderCodings, ...]
    choices: tuple[Choice, ...]
    in_sheet: tuple[Coding, ...]
    earlier: tuple[Settlement, ...]


def sides_of(segment: Segment, codings: Iterable[Coding], passes: Iterable[CodingPass]) -> tuple[CoderCodings, ...]:
    """The codings of each coder who coded or looked at some of the passage."""
    said = [coding for coding in codings if coding.origin is not Origin.ADJUDICATED]
    looked = {
        each.coder
        for each in passes
        if each.transcript == segment.transcript
        and each.origin is not Origin.ADJUDICATED
        and share_text(segment.span, each.span)
    }
    coders = sorted(looked | {coding.coder for coding in said})
    return tuple(CoderCodings(coder, tuple(of_coder(said, coder))) for coder in coders)


def choices_of(disputed: DisputedPassage, codings: Iterable[Coding], finished: bool) -> Iterator[Choice]:
    """The codes that anyone gave, and those that were settled beside them.

    Args:
        codings: of the passage; `finished`: the adjudicated ones are all codes that were settled.
    """
    disputes = {difference.code: difference for difference in disputed.differences}
    for code, of_code in group_by(codings, lambda coding: coding.code).items():
        settled = next((coding for coding in of_code if coding.origin is Origin.ADJUDICATED), None)
        here = disputes.get(code) or _undisputed(disputed, code, of_code)
        is_settled = finished or here.settled is not None
        holds = settled is not None if is_settled else Difference.CODE not in here.differs
        words = words_within([settled], here.whole) if settled else here.agreed_words
        valence = settled.valence if settled else here.agreed_valence
        yield Choice(code, here.differs, holds, tuple(_words(here, words)), valence, settled is not None)


def _undisputed(disputed: DisputedPassage, code: str, codings: Iterable[Coding]) -> Disagreement:
    """A code on which nobody differs, described like the others."""
    said = (coding for coding in codings if coding.origin is not Origin.ADJUDICATED)
    given = {coder: tuple(of_one) for coder, of_one in group_by(said, lambda coding: coding.coder).items()}
    return replace(disputed.differences[0], code=code, differs=(), given=given, settled=None)


def _words(here: Disagreement, chosen: Span) -> Iterator[Words]:
    """The whole passage, each coder's words, all that anyone marked, and what was settled; each span once."""
    who: dict[Span, list[str]] = {here.whole: ["the whole passage"]}
    for coder in here.given:
        who.setdefault(here.words_of(coder), []).append(coder)
    who.setdefault(here.all_words, ["all that anyone marked"])
    who.setdefault(chosen, ["as settled"])
    for span, (first, *more) in who.items():
        also = f" ({', '.join(more)})" if more and span == here.whole else "".join(f", {name}" for name in more)
        yield Words(span, first + also, span == chosen)
