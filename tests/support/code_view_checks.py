"""What the tests of the code view share: codings that came of no decision, and what a page shows of them."""

from __future__ import annotations

import re
from typing import Any

from secondcoder.domain.records import Coding, CodingPass
from secondcoder.labels.code_passages import coding_key
from secondcoder.review.session import ReviewSession

from support.client import Client

APART = "Suggested by the model"
NAMED = {"code": "CO", "id0": "CO1", "name0": "First", "words0": "The first kind.", "id1": "CO2"}
"""The fields of a split of CO in two."""


def answer_span(review: ReviewSession, at: int, transcript: str = "t3") -> tuple[int, int]:
    """Where an answer stands in its transcript."""
    return review.study.corpus.by_id[transcript].turns[2 * at + 1].span


def code(review: ReviewSession, coder: str, at: int, code: str, transcript: str = "t3", **more: object) -> Coding:
    """A coding that came of no decision, as an import or a person makes it."""
    coding = Coding(transcript, *answer_span(review, at, transcript), code, coder, **more)
    with review.study.store.transaction("test") as write:
        write.add_codings([coding], review.study.codebook)
    return coding


def read_whole(review: ReviewSession, coder: str, transcript: str = "t3", codes: tuple[str, ...] | None = None) -> None:
    """A coder says to have read the whole interview, for some codes or all."""
    length = len(review.study.corpus.by_id[transcript].text)
    with review.study.store.transaction("test") as write:
        write.add_passes([CodingPass(transcript, coder, 0, length, codes or review.book.ids)])


def shown(page: str) -> list[str]:
    """The quotations of people's codings on a page."""
    return re.findall(r'<span class="quoted">(.*?)</span>', page.split(APART, maxsplit=1)[0])


def recode(client: Client, *codings: Coding, to: str, sure: str | None = "yes", **more: object) -> Any:
    """Send the form that gives codings another code."""
    return client.post(
        "/recode", holds=[coding_key(each) for each in codings], to=to, sure=sure, **{"code": "CO"} | more
    )


def marks(review: ReviewSession, coder: str = "ada") -> set[tuple[str, str, str]]:
    """Transcript, code and origin of all codings of a coder."""
    return {
        (each.transcript, each.code, each.origin.value) for each in review.study.corpus.codings if each.coder == coder
    }


def coding_of(review: ReviewSession, code: str, coder: str = "ada") -> Coding:
    """The one coding of this code and coder."""
    (found,) = (each for each in review.study.corpus.codings if (each.code, each.coder) == (code, coder))
    return found
