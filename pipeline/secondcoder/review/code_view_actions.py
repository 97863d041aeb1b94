"""What is done from a code's page: recoding one's own codings, splitting the code, and saying what one will not code independently.

Recoding and splitting are asked: the first request shows what would become of what, the second does it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from secondcoder.codebook.plan import Plan
from secondcoder.codebook.present import key_of
from secondcoder.errors import CodebookError, DecisionError, SecondcoderError
from secondcoder.labels.code_passages import CodePassages, PassageFilter
from secondcoder.labels.hand_coding import with_looks
from secondcoder.labels.recoding import Recoding, exchange_on, recoding
from secondcoder.labels.stated_readings import RECODED, stated_in, statements
from secondcoder.review.app_state import AppState
from secondcoder.review.code_view import CodeView, address, read_filter
from secondcoder.review.others_codings import give_up_independence
from secondcoder.review.security import Session
from secondcoder.review.session import ReviewSession, refuse_settled
from secondcoder.store import Writer
from secondcoder.study.split_code import Part, carry_out_split, plan_split

MOST_PARTS = 6
NEITHER = ""
"""In a form's field, for a passage that is none of the new codes: no code's id is empty."""
ALL = PassageFilter(below=False)
BACK = {"chart": "/chart", "integration": "/chart/integration"}
"""Where a page without a code returns to once others' codings are shown."""


# -- recoding -----------------------------------------------------------------------------------------------------------


def recode(state: AppState, session: Session, request: Request, form: dict[str, str]) -> Response:
    """Show what recoding would change; or, once it is confirmed, do it."""
    if session.adjudicates:
        raise DecisionError(
            "In an adjudication session nobody's own codings are changed. Settle passages under Adjudicate."
        )
    review, code, keys = state.review, _asked_code(state.review, form), _ticked(form)
    mark = form.get("request", "")[:40] or secrets.token_urlsafe(12)
    with review.lock_of(session.coder):
        view = CodeView(review, session)
        asked = recoding(view.corpus, session.coder, keys, code, mark, view.saw_others)
        if form.get("sure") == "yes":
            write_recoding(review, session.coder, asked, code)
    back, wanted = form.get("code", ""), read_filter(form)
    if form.get("sure") == "yes":
        return RedirectResponse(address(back, wanted, done=str(len(asked.passages)), to=code), 303)
    rows = [row for row in view.passages(back, PassageFilter()).human if row.key in keys and row.code != code]
    return state.page(
        "recode.html", session, rows=rows, to=code, code=back, keys=sorted(keys), wanted=wanted,
        revised=len(asked.revised), back=address(back, wanted), request_mark=mark,
    )  # fmt: skip


def _asked_code(review: ReviewSession, form: Mapping[str, str]) -> str:
    written = form.get("to", "").strip()
    if not written:
        raise DecisionError("Name the code that the ticked passages should have. Nothing was recorded.")
    code = review.book.find(written)
    if code is None:
        raise DecisionError(f"{review.book.missing_code_message(written[:80])} Nothing was recorded.")
    return code


def _ticked(form: Mapping[str, str]) -> set[str]:
    ticked = {line for line in form.get("*holds", "").split("\n") if line}
    if not ticked:
        raise DecisionError("Tick the passages first. Nothing was recorded.")
    return ticked


def write_recoding(review: ReviewSession, coder: str, asked: Recoding, code: str) -> None:
    """Write a recoding, all or nothing, with an event of its own in the audit trail."""
    names = dict.fromkeys(coding.transcript for coding, _ in asked.withdrawn)
    with review.study.store.transaction(coder) as write:
        # Before anything is read, as for any act by hand.
        write.hold(coder)
        review.refuse_if_changed(write)
        for name in names:
            _recode_by_hand(review, write, coder, asked, name)
        review.follow_where_taken(write, coder, [coding for coding, _ in asked.withdrawn])
        rows = [[*coding.place, coding.code] for coding in asked.passages]
        write.log("recoded", coder=coder, to=code, passages=rows)
        review.record(write, asked.decisions)
    for name in names:
        review.coded_again(coder, name)


def _recode_by_hand(review: ReviewSession, write: Writer, coder: str, asked: Recoding, name: str) -> None:
    """Recode what came of no decision on one interview: an action by hand there, which its page can undo."""
    marks, events = write.own_marks(name, coder), list(write.hand_events(name, coder))
    told = statements(marks, review.codes_of, events)
    said = {part for statement in told for part in statement.parts}
    epoch = review.book.hash, review.history.latest
    exchange = exchange_on(asked, name, marks, said, epoch, review.history)
    write.exchange(*with_looks(marks, exchange, review.codes_of, stated_in(events)))
    write.log_hand_coding(RECODED, name, exchange.took, exchange.put, unsaid=exchange.unsaid)


# -- splitting ----------------------------------------------------------------------------------------------------------


def split_page(state: AppState, session: Session, request: Request, form: dict[str, str]) -> Response:
    """Name the new codes; and once they are named, the plan with the passages to deal out."""
    view, book = CodeView(state.review, session), state.review.book
    code = request.query_params.get("code", "")
    passages, parts = view.passages(code, ALL), _parts(request.query_params)
    plan: Plan | None = None
    fault = ""
    if parts:
        try:
            plan = plan_split(view.corpus, book, passages.code, parts)
        except CodebookError as error:
            fault = str(error)
    return state.page(
        "split.html", session, passages=passages, parts=parts, plan=plan, fault=fault, neither=NEITHER,
        places=MOST_PARTS, hidden=_hidden(view, passages), request_mark=secrets.token_urlsafe(12),
    )  # fmt: skip


def _hidden(view: CodeView, passages: CodePassages) -> int:
    """Codings of the code that the coder may not see."""
    return sum(coding.code == passages.code and not view.sees(coding) for coding in view.corpus.codings)


def _parts(fields: Mapping[str, str]) -> list[Part]:
    """The new codes that a form names, in their order."""
    rows = [
        tuple(fields.get(f"{what}{at}", "").strip() for what in ("id", "name", "words")) for at in range(MOST_PARTS)
    ]
    return [(code, name[:200], words[:5000]) for code, name, words in rows if code]


def split(state: AppState, session: Session, request: Request, form: dict[str, str]) -> Response:
    """Carry out a confirmed split, and open the review again with the new codebook, for everybody."""
    refuse_settled(state.review)
    review, view = state.review, CodeView(state.review, session)
    parts, passages = _parts(form), view.passages(form.get("code", ""), ALL)
    try:
        plan = plan_split(view.corpus, review.book, passages.code, parts)
    except CodebookError as error:
        raise DecisionError(str(error)) from None
    chosen = _dealt_out(form, passages, {part[0] for part in parts})
    done = carry_out_split(review.study, plan, chosen, session.coder)
    try:
        state.reopen()
        closed = ""
    except SecondcoderError as error:
        closed = str(error)
    return state.page("split_done.html", session, plan=plan, done=done, parts=parts, closed=closed)


def _dealt_out(
    form: Mapping[str, str], passages: CodePassages, known: set[str]
) -> dict[tuple[object, ...], tuple[str, ...]]:
    """The new codes of each passage that was ticked, from lines 'KEY CODE'."""
    rows = {row.key: row.coding for row in passages.human if row.coding}
    chosen: dict[tuple[object, ...], tuple[str, ...]] = {}
    for line in filter(None, form.get("*holds", "").split("\n")):
        key, _, code = line.partition(" ")
        coding = rows.get(key)
        if coding is None or code not in {*known, NEITHER}:
            raise DecisionError(
                "Some of these passages were coded anew meanwhile. Nothing was changed. Begin the split again."
            )
        before = chosen.get(key_of(coding), ())
        if before and NEITHER in (code, *before):
            raise DecisionError(
                "A passage is ticked for a new code and for none of them. Nothing was changed: go back and untick one."
            )
        chosen[key_of(coding)] = (*before, code)
    return {key: () if codes == (NEITHER,) else codes for key, codes in chosen.items()}


# -- others' codings ----------------------------------------------------------------------------------------------------


def show_others(state: AppState, session: Session, request: Request, form: dict[str, str]) -> Response:
    """Record that the coder will not code independently what is held back for them to read, and show it."""
    view = CodeView(state.review, session)
    give_up_independence(state.review, session.coder, view.held_back.to_read)
    code, back = form.get("code", ""), BACK.get(form.get("back", ""), "/codes")
    return RedirectResponse(address(code, read_filter(form)) if code else back, 303)
