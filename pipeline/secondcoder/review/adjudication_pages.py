"""The adjudication screen; it opens only with the link that was made for it."""

from __future__ import annotations

import secrets
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from secondcoder.domain.records import Transcript, Verdict
from secondcoder.review.adjudication import Parting, partings, take_back
from secondcoder.review.adjudication import settle as settle_passage
from secondcoder.review.app import Room
from secondcoder.review.errors import DecisionError
from secondcoder.review.review_action import read_seconds
from secondcoder.review.security import Session
from secondcoder.review.text_rendering import Piece, words

CLOSED = (
    "Other people's codings are shown only in an adjudication session. It begins with: secondcoder review --adjudicate"
)


def adjudicate_page(room: Room, session: Session, request: Request, form: dict[str, str]) -> Response:
    """The passage asked for, or the first that is not settled."""
    if not session.adjudicates:
        return room.page("refused.html", session, 403, reason=CLOSED)
    found = partings(room.desk, session.coder)
    parting = _at(found, request.query_params.get("at", ""))
    at = found.index(parting) if parting else 0
    transcript = room.desk.transcript_of(parting.passage) if parting else None
    return room.page(
        "adjudicate.html",
        session,
        parting=parting,
        transcript=transcript,
        pieces=_pieces(transcript, parting) if transcript and parting else [],
        settled=sum(one.settled is not None for one in found),
        of=len(found),
        before=found[at - 1] if parting and at else None,
        after=found[at + 1] if parting and at + 1 < len(found) else None,
        request_mark=secrets.token_urlsafe(12),
    )


def _pieces(transcript: Transcript, parting: Parting) -> list[Piece]:
    """The passage among the words around it."""
    segment = parting.passage.segment
    return words(transcript.text, transcript.turns[segment.turn], (segment.start, segment.end))


def _at(found: list[Parting], key: str) -> Parting | None:
    asked = next((one for one in found if one.passage.key == key), None)
    return asked or next((one for one in found if one.settled is None), None)


def settle(room: Room, session: Session, request: Request, form: dict[str, str]) -> Response:
    """Keep what was settled, then the next passage; or take the last settlement back, and there."""
    if not session.adjudicates:
        raise DecisionError(CLOSED)
    if form.get("verdict") == Verdict.UNDO:
        back = take_back(room.desk, session.coder, form.get("request") or secrets.token_urlsafe(12))
        return RedirectResponse(f"/adjudicate?{urlencode({'at': back.key})}", 303)
    passage = room.desk.passage(form.get("passage", ""))
    codes = [code for code in (*form.get("*holds", "").split("\n"), form.get("other", "").strip()) if code]
    seconds = read_seconds(form.get("seconds", ""))
    settle_passage(
        room.desk, session.coder, passage.place, codes, form.get("memo", ""), form.get("request", ""), seconds
    )
    return RedirectResponse("/adjudicate", 303)
