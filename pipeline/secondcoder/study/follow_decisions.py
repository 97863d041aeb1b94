"""Codings and passes that follow from decisions: as decisions stand, and where a coding by hand that said the same was taken away."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial

from secondcoder.codebook.history import CodeHistory
from secondcoder.codebook.yaml_file import parse_codebook
from secondcoder.domain.records import Coding, Decision, Place
from secondcoder.labels.decisions import codings_and_passes
from secondcoder.labels.passage_state import passage_state
from secondcoder.store import Store
from secondcoder.store.writing import Writer

CodesOf = Callable[[str], Sequence[str]]
"""The codes of a codebook of the study, by its hash."""


def follow(write: Writer, coder: str, place: Place, history: CodeHistory, codes_of: CodesOf) -> list[Coding]:
    """Make the codings and passes of a coder's decisions on a passage those that follow from them now; the codings."""
    rows = write.decisions_on(coder, *place)
    codes = {book: codes_of(book) for book in {row.codebook for row in rows}}
    codings, passes = codings_and_passes(passage_state(rows, history), (), history, codes)
    write.follow_decisions(place[0], [row.id for row in rows], codings, passes)
    return [coding for coding, _ in codings]


def follow_where_taken(write: Writer, taken: Collection[Coding], store: Store, history: CodeHistory) -> list[Coding]:
    """Put back those of the codings that a decision in effect gave as well, and return them: the store keeps a coding once."""
    places = places_given(store.decisions(), taken) if taken else []
    given = [each for place in places for each in follow(write, *place, history, partial(_codes_of, store))]
    same = {_mark(coding) for coding in taken}
    return [coding for coding in given if _mark(coding) in same]


def places_given(decisions: Iterable[Decision], taken: Iterable[Coding]) -> list[tuple[str, Place]]:
    """(coder, passage) of the decisions that gave a code on just the words of one of these codings."""
    gone = {(coding.coder, coding.transcript, coding.span, coding.origin) for coding in taken}
    gave = (
        each for each in decisions if each.code and (each.coder, each.transcript, each.code_span, each.origin) in gone
    )
    return sorted({(each.coder, each.place) for each in gave})


def _codes_of(store: Store, book: str) -> Sequence[str]:
    return parse_codebook(store.codebook_yaml(book) or "", "an earlier codebook").ids


def _mark(coding: Coding) -> tuple[object, ...]:
    return *coding.place, coding.code, coding.coder, coding.origin
