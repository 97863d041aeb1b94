"""Verification of the trail: every event's hash is recomputed, and the tables are compared with what the events imply.

An event whose words were taken out, as when a study is de-identified, keeps the hash that it had; a later event of the chain lists it
with a digest of what stands there now, and vouches for it so (`store.rewriting`).

What this finds: any event or table row that was edited, added, deleted or moved by other means than secondcoder. What it cannot find
from within: the newest events deleted together with their rows, and a whole store rewritten by someone who recomputes every hash.
A head noted down elsewhere (in the protocol, in an e-mail to a colleague) finds both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from secondcoder.audit.ledger import Fault, Ledger, compare
from secondcoder.errors import InputError
from secondcoder.store import Store
from secondcoder.store.chain import REWRITTEN, START, Row, link, standing
from secondcoder.store.trail import read_table

EVENTS = ("id", "at", "who", "what", "detail", "hash")
SHORTEST = 12
"""Characters of a noted hash that are enough to identify it."""


@dataclass(frozen=True)
class Audit:
    """The result of a verification.

    Attributes:
        events: how many, by kind.
        head: the last event's hash, START when there is none; `since` and `until` are the first and last events' UTC times.
        rows: rows compared with the trail, by table.
        faults: everything that was changed, the chain's faults first.
    """

    events: Counter[str]
    head: str
    since: str
    until: str
    rows: dict[str, int]
    faults: tuple[Fault, ...]


def verify(store: Store, noted: str | None = None) -> Audit:
    """Verify the chain and compare the tables with it, on one snapshot of the store.

    Args:
        noted: a head that was written down earlier, whole or its first 12 characters; its event must still be in the chain.

    Raises:
        InputError: `noted` is too short or no hash.
    """
    wanted = _checked_hash(noted) if noted is not None else ""
    with store.snapshot() as connection:
        events = read_table(connection, "events", EVENTS)
        ledger = Ledger()
        faults = [*chain_faults(events), *_replay(ledger, events), *_head_faults(events, wanted)]
        rows, differing = compare(ledger, connection)
    first, last = (events[0], events[-1]) if events else (None, None)
    return Audit(
        Counter(event["what"] for event in events),
        last["hash"] if last else START,
        first["at"] if first else "",
        last["at"] if last else "",
        rows,
        (*faults, *differing),
    )


def _checked_hash(noted: str) -> str:
    wanted = noted.strip().casefold()
    if len(wanted) < SHORTEST or len(wanted) > len(START) or set(wanted) - set("0123456789abcdef"):
        raise InputError(
            f"'{noted}' is no head of an audit trail: that is a hash of 64 characters 0-9 and a-f, of which the first {SHORTEST} are "
            "enough. `secondcoder check --audit` prints it."
        )
    return wanted


def chain_faults(events: Sequence[Row]) -> Iterator[Fault]:
    """Every event whose hash does not follow from its content and the hash before it, and for which no later event vouches."""
    number, false = 0, _false(events)
    for event in events:
        if event["id"] in false:
            gap = f" {_missing(number, event['id'])}" if event["id"] != number + 1 else ""
            yield Fault(
                _place(event), f"it is not what was written, or what stood before it is not; the hash is false.{gap}"
            )
        number = event["id"]


def _false(events: Sequence[Row]) -> set[int]:
    """Ids of the events that are neither as they were written nor as a later one says that they were rewritten."""
    # On from the hash that stands there, false or not: one fault does not make all later events faults.
    heads = [START, *(event["hash"] for event in events)]
    vouched: dict[int, str] = {}
    false = set()
    # The newest first: what it vouches for may itself vouch for others.
    for head, event in zip(reversed(heads[:-1]), reversed(events), strict=True):
        if event["hash"] != link(head, event) and vouched.get(event["id"]) != standing(head, event):
            false.add(event["id"])
        else:
            vouched = dict(_rewritten(event)) | vouched
    return false


def _rewritten(event: Row) -> Iterator[tuple[int, str]]:
    """Earlier events for which this one vouches, each with the digest of what stands there."""
    detail = event["detail"]
    # A list that secondcoder did not write may be anything.
    for pair in detail.get(REWRITTEN) or () if isinstance(detail, dict) else ():
        if isinstance(pair, list) and len(pair) == 2 and type(pair[0]) is int and pair[0] < event["id"]:
            yield pair[0], pair[1]


def _missing(before: int, after: int) -> str:
    missing = f"row {before + 1} is" if after - before == 2 else f"rows {before + 1} to {after - 1} are"
    return f"Before it {missing} missing."


def _replay(ledger: Ledger, events: Sequence[Row]) -> Iterator[Fault]:
    for event in events:
        try:
            ledger.apply(event["what"], event["detail"])
        except (LookupError, TypeError, ValueError, AttributeError):  # a forged detail may be anything
            yield Fault(_place(event), "its detail is not one that secondcoder writes.")


def _head_faults(events: Sequence[Row], wanted: str) -> Iterator[Fault]:
    if wanted and not any(str(event["hash"]).startswith(wanted) for event in events):
        yield Fault(
            f"head {wanted[:SHORTEST]}…",
            "it is not in the chain: events up to it were cut off or written again, or the store is older than the note.",
        )


def _place(event: Row) -> str:
    return f"events row {event['id']} ({event['what']}, {event['who']}, {event['at']})"
