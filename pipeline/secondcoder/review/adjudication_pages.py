"""The adjudication page; it opens only with the link that was made for it."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from secondcoder.agreement.disagreements import Difference, Disagreement
from secondcoder.domain.records import ReviewAction, Span, Valence
from secondcoder.errors import DecisionError
from secondcoder.labels.adjudication import SettledCode
from secondcoder.review.action_request import read_seconds
from secondcoder.review.app_state import AppState
from secondcoder.review.disputed_passage import Choice, DisputedPassage, PassageDetail
from secondcoder.review.security import Session
from secondcoder.review.text_rendering import Piece, words_around

CLOSED = (
    "Other people's codings are shown only in an adjudication session. It begins with: secondcoder review --adjudicate"
)
NO_VALENCE = "none"


@dataclass(frozen=True)
class Shown:
    """Which differences the page goes through: of a kind, on a code, in a transcript; '' for all."""

    differ: str = ""
    code: str = ""
    transcript: str = ""

    @classmethod
    def read(cls, fields: Mapping[str, str]) -> Shown:
        """As a link or a form has it."""
        return cls(fields.get("differ", ""), fields.get("code", ""), fields.get("transcript", ""))

    def holds(self, difference: Disagreement) -> bool:
        """The difference is one of these."""
        return (
            (not self.differ or self.differ in difference.differs)
            and self.code in ("", difference.code)
            and self.transcript in ("", difference.transcript)
        )

    @property
    def query(self) -> dict[str, str]:
        """What is filled, for a link or a form."""
        named = {"differ": self.differ, "code": self.code, "transcript": self.transcript}
        return {name: value for name, value in named.items() if value}

    def url(self, **more: str) -> str:
        """The page's address."""
        query = urlencode(self.query | more)
        return f"/adjudicate?{query}" if query else "/adjudicate"


def adjudicate_page(state: AppState, session: Session, request: Request, form: dict[str, str]) -> Response:
    """The passage asked for, or the next that is not settled."""
    if not session.adjudicates:
        return state.page("refused.html", session, 403, reason=CLOSED, missing=False)
    everything, shown = state.adjudication.passages(), Shown.read(request.query_params)
    passages = [passage for passage in everything if any(map(shown.holds, passage.differences))]
    current = _current(passages, request.query_params)
    at = passages.index(current) if current else 0
    detail = state.adjudication.detail(current, session.coder) if current else None
    differences = [each for passage in passages for each in passage.differences if shown.holds(each)]
    return state.page(
        "adjudicate.html",
        session,
        disputed=current,
        detail=detail,
        pieces=_pieces(detail, current) if detail and current else [],
        shown=shown,
        options=_options(each for passage in everything for each in passage.differences),
        settled=sum(each.settled is not None for each in differences),
        of=len(differences),
        left=sum(not passage.settled for passage in everything),
        before=passages[at - 1] if current and at else None,
        after=passages[at + 1] if current and at + 1 < len(passages) else None,
        can_undo=bool(state.adjudication.in_effect(session.coder)),
        undone=bool(request.query_params.get("undone")),
        valences=[valence.value for valence in Valence],
        request_mark=secrets.token_urlsafe(12),
    )


def _options(differences: Iterable[Disagreement]) -> dict[str, dict[str, int]]:
    """What each filter offers, with how many differences it leaves; `settled` are those of each transcript."""
    found = list(differences)
    kinds = Counter(kind for each in found for kind in each.differs)
    return {
        "differ": {kind: kinds[kind] for kind in Difference},
        "code": dict(sorted(Counter(each.code for each in found).items())),
        "transcript": dict(Counter(each.transcript for each in found)),
        "settled": Counter(each.transcript for each in found if each.settled is not None),
    }


def _pieces(detail: PassageDetail, disputed: DisputedPassage) -> list[Piece]:
    """The passage among the words around it."""
    segment, transcript = disputed.passage.segment, detail.transcript
    return words_around(transcript.text, transcript.turns[segment.turn], segment.span)


def _current(passages: Sequence[DisputedPassage], query: Mapping[str, str]) -> DisputedPassage | None:
    """The passage `at`, else the next one to settle: behind `past` where there is one, so that what was skipped comes last."""
    keys = [passage.passage.key for passage in passages]
    if query.get("at") in keys:
        return passages[keys.index(query["at"])]
    past = keys.index(query["past"]) + 1 if query.get("past") in keys else 0
    return next((passage for passage in (*passages[past:], *passages[:past]) if not passage.settled), None)


def settle(state: AppState, session: Session, request: Request, form: dict[str, str]) -> Response:
    """Record what was settled, then the next passage; or undo the last settlement, and show its passage."""
    if not session.adjudicates:
        raise DecisionError(CLOSED)
    adjudication, shown = state.adjudication, Shown.read(form)
    if form.get("verdict") == ReviewAction.UNDO:
        token = form.get("request") or secrets.token_urlsafe(12)
        transcript, start, end = adjudication.undo(session.coder, token)
        # Not within the filters: what is undone may lie outside them.
        return RedirectResponse(Shown().url(at=f"{start}-{end}-{transcript}", undone="1"), 303)
    key = form.get("passage", "")
    disputed = next((passage for passage in adjudication.passages() if passage.passage.key == key), None)
    if disputed is None:
        raise DecisionError("The coders do not differ on this passage any more. Nothing was recorded. Reload the page.")
    codes = list(_settled_codes(form, adjudication.detail(disputed, session.coder), disputed.passage.segment.span))
    memo, seconds = form.get("memo", ""), read_seconds(form.get("seconds", ""))
    adjudication.settle(session.coder, disputed.passage.place, codes, memo, form.get("request", ""), seconds)
    return RedirectResponse(shown.url(past=key), 303)


def _settled_codes(form: Mapping[str, str], detail: PassageDetail, whole: Span) -> Iterator[SettledCode]:
    """The ticked codes with their words and valences, and the one that was typed."""
    choices = {choice.code: choice for choice in detail.choices}
    for code in form.get("*holds", "").split("\n"):
        if code:
            choice = choices.get(code)
            yield SettledCode(code, _words(form, code, choice, whole), _valence(form, code, choice))
    other = form.get("other", "").strip()
    if other:
        yield SettledCode(other, whole, _valence(form, "", None))


def _words(form: Mapping[str, Any], code: str, choice: Choice | None, whole: Span) -> Span:
    start, dash, end = form.get(f"words:{code}", "").partition("-")
    if dash and all(part.isascii() and part.isdigit() and len(part) < 12 for part in (start, end)):
        return int(start), int(end)
    return choice.chosen_words if choice else whole


def _valence(form: Mapping[str, Any], code: str, choice: Choice | None) -> Valence | None:
    written = form.get(f"valence:{code}", "")
    if written in set(Valence):
        return Valence(written)
    if written == NO_VALENCE:
        return None
    if written:
        raise DecisionError(f"'{written[:40]}' is not a valence. Nothing was recorded.")
    if choice and choice.valence_open:
        raise DecisionError(f"The coders give {code} different valences. Choose one, or none. Nothing was recorded.")
    return choice.valence if choice else None
