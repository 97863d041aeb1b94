"""Which codings of other people a coder may see: the one rule, for every page that shows codings across interviews.

Nobody reads how others coded what they have still to code themselves. Another person's coding is shown to whoever has finished with
its code on its interview, and to the adjudication session. Finished is a coder who
- has decided on everything of the interview that is in the review, blind passages included; or, where nothing of it is in the review,
- has read the whole of it for the code: their coding passes hold all of its coded words; or
- has said, in the audit trail for good, that they will not code it independently (`give_up_independence`).
While something of an interview is left to decide in the review, neither reading nor saying so opens it. A suggestion is shown once its
passage is not blind any more for the coder, as everywhere in the review.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cache

from secondcoder.corpus import GIVEN_UP, Corpus, of_coder
from secondcoder.domain.grouping import by_transcript
from secondcoder.domain.records import Suggestion
from secondcoder.domain.spans import coded_turns, covers, looked_for
from secondcoder.labels.code_passages import MaySee, everything, held_codings
from secondcoder.review.security import Session
from secondcoder.review.session import ReviewSession


@dataclass(frozen=True)
class HeldBack:
    """How many codings of others are held back, by interview: until the review of it is done, or until the coder has read it."""

    to_decide: Counter[str]
    to_read: Counter[str]


Opens = Callable[[str, str], bool]
"""Whether others' codings of a code, by its id, are shown on an interview."""


def may_see(review: ReviewSession, session: Session, corpus: Corpus) -> MaySee:
    """The rule as a function of a coding."""
    if session.adjudicates:
        return everything
    coder, opens = session.coder, opened(review, session, corpus)
    return lambda coding: coding.coder == coder or opens(coding.transcript, coding.code)


def opened(review: ReviewSession, session: Session, corpus: Corpus) -> Opens:
    """The rule as a function of an interview and a code: what it says depends on the coder's own work alone."""
    if session.adjudicates:
        return lambda name, code: True
    coder, deciding = session.coder, undecided_interviews(review, session.coder)
    decided = {name for name, interview in review.interviews.items() if interview.in_review} - deciding
    free = decided | given_up(review, coder)
    passes = by_transcript(of_coder(corpus.passes, coder))

    @cache
    def read(name: str) -> frozenset[str]:
        transcript = corpus.by_id[name]
        units = coded_turns(transcript)
        looks = looked_for(passes.get(name, ()))
        return frozenset().union(*(codes for cover, codes in looks.items() if covers(cover, units, transcript.text)))

    return lambda name, code: name not in deciding and (name in free or code in read(name))


def held_back(corpus: Corpus, sees: MaySee, deciding: Collection[str]) -> HeldBack:
    """What the rule holds back.

    Args:
        deciding: interviews of which something is left to decide.
    """
    hidden = Counter(coding.transcript for coding in held_codings(corpus, lambda coding: not sees(coding)))
    to_decide = Counter({name: count for name, count in hidden.items() if name in deciding})
    return HeldBack(to_decide, hidden - to_decide)


def undecided_interviews(review: ReviewSession, coder: str) -> set[str]:
    """The interviews in which the coder has something left to decide."""
    progress = review.progress_of(coder)
    interviews = review.interviews.items()
    return {name for name, interview in interviews if not all(map(progress.is_done, interview.in_review))}


def given_up(review: ReviewSession, coder: str) -> set[str]:
    """The interviews that the coder said they will not code independently."""
    details = (event["detail"] for event in review.study.store.events(GIVEN_UP))
    return {name for detail in details if detail["coder"] == coder for name in detail["transcripts"]}


def give_up_independence(review: ReviewSession, coder: str, transcripts: Iterable[str]) -> None:
    """Record that the coder will not code these interviews independently, so that others' codings there may be shown."""
    names = sorted({*transcripts} - given_up(review, coder))
    if names:
        with review.study.store.transaction(coder) as write:
            write.log(GIVEN_UP, coder=coder, transcripts=names)


def shown_suggestions(review: ReviewSession, session: Session) -> list[Suggestion]:
    """The suggestions that the coder may see and has still to decide on; none in an adjudication session, which decides on none."""
    if session.adjudicates:
        return []
    progress = review.progress_of(session.coder)
    return [
        suggestion
        for passage in review.passages
        if (codes := progress.open_codes(passage))
        for suggestion in passage.suggestions
        if suggestion.code in codes
    ]
