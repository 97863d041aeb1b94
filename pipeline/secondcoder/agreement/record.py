"""What the audit trail holds of agreement: which margin was stated, and when a report was first shown.

A margin is one stated beforehand when the trail has it before the first report of agreement; of several before it, the last counts.
Figures that were shown elsewhere (those of training, say) are not events, and are not known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from secondcoder.agreement.non_inferiority import MarginRecord, check_margin
from secondcoder.agreement.report.report import AgreementReport
from secondcoder.workspace import Workspace

STATED, SHOWN, MADE = "margin stated", "agreement shown", "study made"
RECORDED = "agreement_recorded"
"""In the detail of `study made`: from the study's first day on, `agree` leaves events."""
Event = Mapping[str, Any]


def state_margin(workspace: Workspace, margin: float | None) -> tuple[float | None, MarginRecord | None]:
    """The margin asked for, or else the configured one, written into the trail before anything is computed; and what it holds of it.

    Raises:
        RatingsError: the margin is not between 0 and 1.
    """
    check_margin(margin)
    chosen = workspace.configuration.agreement.margin if margin is None else margin
    if chosen is None:
        return None, None
    events = _events(workspace)
    if _last_stated(events) != chosen:
        with workspace.write() as write:
            write.log(STATED, margin=chosen, source="secondcoder.toml" if margin is None else "command line")
        events = _events(workspace.now())
    return chosen, margin_record(events, chosen)


def note_shown(workspace: Workspace, report: AgreementReport) -> None:
    """Leave an event for the first report of agreement on this study; later ones are none."""
    if workspace.corpus.store.is_only_read:  # whoever only looks at a study leaves nothing in it
        return
    if not any(event["what"] == SHOWN for event in _events(workspace)):
        with workspace.write() as write:
            write.log(SHOWN, coders=list(report.coders), model=report.model, margin=report.margin)


def margin_record(events: Iterable[Event], margin: float) -> MarginRecord:
    """Whether the trail has this margin before the first report of agreement, from its events in order."""
    events = list(events)
    shown = next((at for at, event in enumerate(events) if event["what"] == SHOWN), len(events))
    when = [event["at"][:10] for event in events if event["what"] == STATED and event["detail"]["margin"] == margin]
    if not any(event["what"] == MADE and event["detail"].get(RECORDED) for event in events):
        return MarginRecord(
            False, f"in the audit trail since {when[0]}; it began before reports of agreement were recorded in it"
        )
    last, before = _last_stated(events[:shown]), events[:shown]
    if last != margin and any(event["what"] == STATED and event["detail"]["margin"] == margin for event in before):
        return MarginRecord(False, f"stated on {when[0]}, and replaced by {last:g} before agreement was first shown")
    if last != margin:
        first = events[shown]["at"][:10] if shown < len(events) else ""
        return MarginRecord(False, f"stated on {when[0]}, after agreement had first been shown on {first}")
    return MarginRecord(
        True, f"stated beforehand: the audit trail has it on {when[0]}, before the first report of agreement"
    )


def _last_stated(events: Iterable[Event]) -> float | None:
    margins = [event["detail"]["margin"] for event in events if event["what"] == STATED]
    return margins[-1] if margins else None


def _events(workspace: Workspace) -> list[dict[str, Any]]:
    return workspace.corpus.events(MADE, STATED, SHOWN)
