"""What the tests of adjudication share: an adjudication of any study, its page, and what was settled."""

from __future__ import annotations

from secondcoder.domain.records import Coding, Origin
from secondcoder.labels.adjudication import SettledCode
from secondcoder.review.adjudication import Adjudication
from secondcoder.review.disputed_passage import DisputedPassage
from secondcoder.review.security import LoginLinks
from secondcoder.review.session import ReviewSession
from secondcoder.study.study import Study

from support.client import Client

BOTH = "consensus"


def opened(study: Study) -> Adjudication:
    """An adjudication of a study that may have no model."""
    return Adjudication(ReviewSession(study))


def page_of(study: Study) -> Client:
    """Requests of the adjudication session."""
    return Client(ReviewSession(study), LoginLinks(), BOTH, adjudicates=True)


def settle(adjudication: Adjudication, disputed: DisputedPassage, *codes: str, request: str = "r") -> None:
    """These codes on the whole passage."""
    whole = disputed.passage.segment.span
    adjudication.settle(BOTH, disputed.passage.place, [SettledCode(code, whole) for code in codes], request=request)


def adjudicated(study: Study) -> list[Coding]:
    """The codings that were settled together."""
    return [mark for mark in study.store.codings() if mark.origin is Origin.ADJUDICATED]
