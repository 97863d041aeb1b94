"""What the pages of the code view show to one coder: counts of all codes, and the passages of one code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote, urlencode

from secondcoder.corpus import Corpus
from secondcoder.domain.records import Coding, Transcript, Valence
from secondcoder.errors import CodebookError, DecisionError, NoSuchPageError
from secondcoder.labels.code_counts import CodeCount, code_counts
from secondcoder.labels.code_passages import CodePassages, MaySee, PassageFilter, code_passages, held_codings
from secondcoder.review.others_codings import HeldBack, held_back, may_see, shown_suggestions, undecided_interviews
from secondcoder.review.security import Session
from secondcoder.review.session import ReviewSession

LONGEST_WORD = 200


@dataclass(frozen=True)
class Choices:
    """What the filters of a code's page offer."""

    cases: list[str]
    coders: list[str]
    waves: list[str]
    valences: list[str]


class CodeView:
    """The codings that a coder may see, on one snapshot of the study; made anew for each request, since coders go on coding."""

    def __init__(self, review: ReviewSession, session: Session) -> None:
        self.review, self.session = review, session
        # Interviews stay as they are while a review is open (`AppState.keep_up`); what is said of them does not.
        self.corpus: Corpus = review.workspace.corpus.with_marks_now()
        self.sees: MaySee = may_see(review, session, self.corpus)
        self.suggestions = shown_suggestions(review, session)

    def counts(self) -> list[CodeCount]:
        """All codes, with how often they were given and are suggested."""
        return code_counts(self.corpus, self.review.book, self.sees, self.suggestions)

    def passages(self, code: str, wanted: PassageFilter) -> CodePassages:
        """The passages of a code; NoSuchPageError where there is no such code."""
        try:
            return code_passages(
                self.corpus, self.review.book, code[:LONGEST_WORD], wanted, self.sees, self.suggestions
            )
        except CodebookError as error:
            raise NoSuchPageError(f"There is no such code: {error}") from None

    @cached_property
    def held_back(self) -> HeldBack:
        """What of others' codings is held back from the coder."""
        deciding = () if self.session.adjudicates else undecided_interviews(self.review, self.session.coder)
        return held_back(self.corpus, self.sees, deciding)

    def saw_others(self, transcript: str) -> bool:
        """Whether the coder may have seen there what others or a model said: from then on nothing there is independent."""
        return transcript in self.review.suggested_anywhere or transcript in self._seen

    @cached_property
    def _seen(self) -> set[str]:
        coder = self.session.coder
        led = {decision.transcript for decision in self.review.progress_of(coder).decisions if decision.shown}
        others = {coding.transcript for coding in self.corpus.codings if coding.coder != coder and self.sees(coding)}
        return led | others

    def choices(self) -> Choices:
        """What there is to filter by."""
        codings: list[Coding] = held_codings(self.corpus, self.sees)
        names = {coding.transcript for coding in codings} | {suggestion.transcript for suggestion in self.suggestions}
        about: list[Transcript] = [self.corpus.by_id[name] for name in names]
        return Choices(
            sorted({transcript.case for transcript in about if transcript.case}),
            sorted({coding.coder for coding in codings}),
            sorted({transcript.wave for transcript in about if transcript.wave}),
            [*map(str, Valence), "none"],
        )


def read_filter(query: Mapping[str, str]) -> PassageFilter:
    """The filter that a link or a form asks for."""
    valence = query.get("valence", "")
    if valence and valence not in {*map(str, Valence), "none"}:
        raise DecisionError(f"'{valence[:40]}' is not a valence.")
    words = {name: query.get(name, "").strip()[:LONGEST_WORD] for name in ("case", "coder", "wave", "text")}
    return PassageFilter(**words, valence=valence, below=query.get("below", "") != "no")


def query_of(wanted: PassageFilter, **more: str) -> str:
    """The filter as the query of an address, '' for none."""
    words = {name: getattr(wanted, name) for name in ("case", "coder", "wave", "valence", "text")}
    words |= {"below": "" if wanted.below else "no"} | more
    return urlencode({name: value for name, value in words.items() if value})


def address(code: str, wanted: PassageFilter, **more: str) -> str:
    """The address of a code's page."""
    query = query_of(wanted, **more)
    return f"/codes/{quote(code)}{f'?{query}' if query else ''}"
