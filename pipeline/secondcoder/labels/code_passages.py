"""Every passage of a code across interviews: what people coded, and apart from it what the model suggests.

Pure functions on one snapshot of a study. The page of a code, its Word document and `secondcoder passages` all show these rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from secondcoder.codebook.model import Codebook
from secondcoder.codebook.present import key_of
from secondcoder.corpus import Corpus
from secondcoder.domain.grouping import group_by
from secondcoder.domain.records import Coding, InTranscript, Suggestion, Transcript
from secondcoder.domain.times import time_at
from secondcoder.errors import CodebookError
from secondcoder.labels.decisions import current_codings
from secondcoder.labels.passage_state import resolve_decisions
from secondcoder.labels.quotation import Quotation, attribution, quotation

MaySee = Callable[[Coding], bool]


@dataclass(frozen=True)
class PassageFilter:
    """Which passages of a code to show; '' for all.

    Attributes:
        valence: one of the valences, or "none" for passages without one.
        text: words that must stand in the passage, in any case.
        below: passages of its sub-constructs too.
    """

    case: str = ""
    coder: str = ""
    wave: str = ""
    valence: str = ""
    text: str = ""
    below: bool = True

    def takes(self, transcript: Transcript) -> bool:
        """The transcript is of the case and the wave asked for."""
        return self.case in ("", transcript.case) and self.wave in ("", transcript.wave)

    def takes_coding(self, coding: Coding) -> bool:
        """The coding is by the coder and of the valence asked for."""
        valence = coding.valence.value if coding.valence else "none"
        return self.coder in ("", coding.coder) and self.valence in ("", valence)

    def finds(self, text: str) -> bool:
        """The words searched for stand in the text."""
        return self.text.casefold() in text.casefold()


@dataclass(frozen=True, slots=True)
class CodedPassage(InTranscript):
    """One passage of a code: a coding by a person (`coding`), or a suggestion by a model (`suggestion`), never both."""

    transcript: str
    start: int
    end: int
    code: str
    about: Transcript
    quoted: Quotation
    coding: Coding | None = None
    suggestion: Suggestion | None = None

    @property
    def key(self) -> str:
        """The coding in one short word, for forms; any change of code or span gives another."""
        return coding_key(self.coding) if self.coding else ""

    @property
    def time(self) -> float | None:
        """When the turn begins in which it stands, in seconds."""
        return time_at(self.about.turns, self.start)

    @property
    def attribution(self) -> str:
        """Who said it and where it stands, for a quotation."""
        return attribution(self.about, self.quoted)


@dataclass(frozen=True)
class CodePassages:
    """The passages of `code` and of the codes below it that were asked for, by case, transcript and place; `of`: all these codes."""

    code: str
    of: tuple[str, ...]
    human: tuple[CodedPassage, ...]
    suggested: tuple[CodedPassage, ...]


def coding_key(coding: Coding) -> str:
    """A coding, in the present codes, in one short word."""
    # The unit separator, so that fields cannot run into one another.
    content = "\x1f".join(map(str, key_of(coding)))
    return f"c{hashlib.sha256(content.encode()).hexdigest()[:15]}"


def everything(coding: Coding) -> bool:
    """Nothing is held back."""
    return True


def held_codings(corpus: Corpus, may_see: MaySee = everything) -> list[Coding]:
    """The study's codings in the present codes that may be seen; none that its coder took back after seeing suggestions."""
    codings = current_codings(corpus.codings, corpus.decisions_as_made, corpus.history)
    return [coding for coding in codings if may_see(coding)]


def undecided(corpus: Corpus, suggestions: Iterable[Suggestion]) -> list[Suggestion]:
    """The suggestions, in the present codes, on which nobody has decided yet."""
    # A code that was given before its suggestion was seen needs no second word, so `code` counts as well.
    decided = {
        (decision.place, code)
        for decision in resolve_decisions(corpus.decisions)
        for code in (decision.suggested, decision.code)
    }
    return [suggestion for suggestion in suggestions if (suggestion.place, suggestion.code) not in decided]


def find_code(book: Codebook, codings: Iterable[Coding], written: str) -> str:
    """The id of a code that a person wrote, also of one that stands in codings alone; CodebookError where there is none."""
    found = book.find(written) or next((coding.code for coding in codings if coding.code == written), None)
    if found is None:
        raise CodebookError(book.missing_code_message(written))
    return found


def code_passages(
    corpus: Corpus,
    book: Codebook,
    code: str,
    wanted: PassageFilter | None = None,
    may_see: MaySee = everything,
    suggestions: Sequence[Suggestion] = (),
) -> CodePassages:
    """All passages of a code that the filter lets through.

    Args:
        code: as a person writes it: id, name or alias.
        suggestions: the model's that may be shown, in the present codes; they have neither coder nor valence, so that a filter for
            one of these leaves none.

    Raises:
        CodebookError: there is no such code.
    """
    wanted, codings = wanted or PassageFilter(), held_codings(corpus, may_see)
    found = find_code(book, codings, code)
    of = (found, *(each for each in book.ids if wanted.below and found in book and found in book.ancestors(each)))
    human = [coding for coding in codings if coding.code in of and wanted.takes_coding(coding)]
    open_to = () if wanted.coder or wanted.valence else suggestions
    return CodePassages(
        found,
        of,
        _rows(corpus, human, wanted),
        _rows(corpus, [suggestion for suggestion in open_to if suggestion.code in of], wanted),
    )


def _rows(
    corpus: Corpus, marks: Sequence[Coding] | Sequence[Suggestion], wanted: PassageFilter
) -> tuple[CodedPassage, ...]:
    rows = []
    by_name: dict[str, list[Coding | Suggestion]] = group_by(marks, lambda mark: mark.transcript)
    for name, there in by_name.items():
        about = corpus.by_id[name]
        if wanted.takes(about):
            starts = [turn.start for turn in about.turns]
            rows += [_row(about, mark, starts) for mark in there]
    found = (row for row in rows if wanted.finds(row.quoted.text))
    return tuple(sorted(found, key=lambda row: (row.about.case or "", row.transcript, row.span, row.code)))


def _row(about: Transcript, mark: Coding | Suggestion, starts: Sequence[int]) -> CodedPassage:
    coding, suggestion = (mark, None) if isinstance(mark, Coding) else (None, mark)
    return CodedPassage(*mark.place, mark.code, about, quotation(about, mark.span, starts), coding, suggestion)
