"""A review that was done in another program: what people kept, changed, deleted and added in a project, as decisions.

What stayed under the model's user is accepted, what is gone rejected, what stands there with another code or on other words changed;
codings of people's own are theirs. All goes through the rules of the review, and all is taken or nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from secondcoder.domain.names import folded
from secondcoder.domain.records import Decision, ReviewAction, Span
from secondcoder.domain.spans import share_text
from secondcoder.domain.wording import counted
from secondcoder.errors import DecisionError, TableError
from secondcoder.exchange.refi_qda.project_in import read_project
from secondcoder.labels.new_decision import ActionRequest
from secondcoder.labels.passage_state import MARKING
from secondcoder.labels.returned_marks import Exported, Mark, Pair, matched
from secondcoder.labels.review_sample import Passage
from secondcoder.reports.spreadsheet import NOTHING_TAKEN
from secondcoder.review.coder_progress import CoderProgress
from secondcoder.review.coding.desk import Desk
from secondcoder.review.project_marks import marks_of
from secondcoder.review.project_origin import ReturnedExport, export_of, person_of
from secondcoder.review.session import ReviewSession

RETURNED = "review returned"


@dataclass(frozen=True)
class OwnCoding:
    """A coding of somebody's own that is no decision on a passage: beyond one turn, say."""

    coder: str
    transcript: str
    span: Span
    code: str
    memo: str


@dataclass
class Returned:
    """What came back, not yet recorded.

    Attributes:
        reviewer: who saved the project; `model` and `exported` say which suggestions these are, and when they left.
        before: decisions that were recorded before.
        notes: what was left out.
    """

    path: Path
    reviewer: str
    model: str
    exported: dict[str, Any]
    decisions: list[Decision] = field(default_factory=list)
    by_hand: list[OwnCoding] = field(default_factory=list)
    before: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def verdicts(self) -> Counter[ReviewAction]:
        """How many of each; codings by hand are additions."""
        return Counter(decision.verdict for decision in self.decisions) + Counter({ReviewAction.ADD: len(self.by_hand)})


def read_returned(review: ReviewSession, path: Path, coder: str | None = None) -> Returned:
    """What a project says of the suggestions that it was exported with; reading it twice finds nothing new the second time.

    Raises:
        InputError: it was not exported by this study with the model in use, or does not say who saved it.
        TableError: every coding that cannot be taken.
    """
    project = read_project(path)
    export = export_of(review, project, path)
    reviewer = person_of(project, coder, review.workspace.corpus.coders, path)
    returned = Returned(path, reviewer, review.model, dict(export.event))
    if hashlib.sha256(path.read_bytes()).hexdigest() == export.event["detail"]["sha256"]:
        returned.notes.append(
            "This is the file as it was exported: nobody worked on it, and every suggestion would be accepted."
        )
    reading = _Reading(review, returned)
    marks = marks_of(review, project, export, reviewer, path)
    exported = _exported(review, export, returned)
    for transcript, found in marks.items():
        reading.take(transcript, exported.get(transcript, []), found)
    reading.finish(len(exported.keys() - marks.keys()))
    return returned


def take(review: ReviewSession, returned: Returned) -> None:
    """Record all of it, in one transaction."""
    coders = sorted({each.coder for each in returned.decisions} | {own.coder for own in returned.by_hand})
    with review.study.store.transaction(returned.reviewer) as write:
        for coder in coders:
            write.hold(coder)
        review.record(write, returned.decisions)
        for own in returned.by_hand:
            desk = Desk(review, own.coder, review.transcripts[own.transcript])
            desk.code_within(write, own.span, own.code, own.memo)
        write.log(
            RETURNED,
            file=returned.path.name,
            sha256=hashlib.sha256(returned.path.read_bytes()).hexdigest(),
            exported=returned.exported["id"],
            model=returned.model,
            decisions=len(returned.decisions),
            codings=len(returned.by_hand),
        )
    for own in returned.by_hand:
        review.coded_again(own.coder, own.transcript)


def _exported(review: ReviewSession, export: ReturnedExport, returned: Returned) -> dict[str, list[Exported]]:
    """The suggestions that left, by transcript, in the present codes."""
    after, found, gone = export.event["detail"]["after_change"], dict[str, list[Exported]](), 0
    for guid, transcript, start, end, code in export.rows:
        now = review.history.same_code(code, after)
        passage = review.by_place.get((transcript, start, end))
        if now is None or passage is None or passage.suggestion(now) is None:
            gone += 1
            continue
        found.setdefault(transcript, []).append(Exported(guid, (start, end), now))
    if gone:
        returned.notes.append(
            f"{counted(gone, 'suggestion')} of the export left out: not suggested any more since the study or its codes changed."
        )
    return found


class _Reading:
    """The marks of one transcript after another, as decisions."""

    def __init__(self, review: ReviewSession, returned: Returned) -> None:
        self._review, self._returned = review, returned
        corpus = review.workspace.corpus.with_marks_now()
        self._known = {(*each.place, each.code, folded(each.coder)) for each in corpus.codings}
        self._used: set[tuple[str, str, Span, str]] = set()
        self._faults: list[str] = []
        self._blind = 0
        self._progresses: dict[str, CoderProgress] = {}

    def take(self, transcript: str, exported: Sequence[Exported], marks: Sequence[Mark]) -> None:
        """What became of a transcript's suggestions, then what people added."""
        unsettled = [each for each in exported if not self._is_settled(transcript, each, marks)]
        self._returned.before += len(exported) - len(unsettled)
        new = [mark for mark in marks if not mark.coder or not self._is_known(transcript, mark)]
        pairs, own = matched(unsettled, new)
        for was, now in pairs:
            own += self._decide(transcript, (was, now))
        for mark in own:
            self._add(transcript, mark)

    def finish(self, left: int) -> None:
        """TableError with everything that cannot be taken; notes on what was left out."""
        if self._faults:
            raise TableError(self._returned.path.name, self._faults, NOTHING_TAKEN)
        if left:
            self._returned.notes.append(
                f"{counted(left, 'interview')} of the export {'is' if left == 1 else 'are'} not in it, so nothing is said of the "
                "suggestions there."
            )
        if self._blind:
            self._returned.notes.append(
                f"{counted(self._blind, 'coding')} left out, on passages that are coded before their suggestions are seen: code them "
                "in the browser, with secondcoder review."
            )

    def _is_known(self, transcript: str, mark: Mark) -> bool:
        return (transcript, *mark.span, mark.code, folded(mark.coder)) in self._known

    def _is_settled(self, transcript: str, was: Exported, marks: Sequence[Mark]) -> bool:
        """Somebody's coding stood for it when the project was read before, and still does."""
        if any(not mark.coder and (mark.guid == was.guid or mark.span == was.span) for mark in marks):
            return False
        place, there = (transcript, *was.span), {(mark.coder, mark.code, mark.span) for mark in marks}
        latest = (
            self._progress(coder).state(place).decision_on(was.code) for coder in {mark.coder for mark in marks} - {""}
        )
        return any(
            last and last.verdict in MARKING and (last.coder, last.code, last.code_span) in there for last in latest
        )

    def _progress(self, coder: str) -> CoderProgress:
        """Read once: nothing is decided meanwhile, or nothing is recorded."""
        if coder not in self._progresses:
            self._progresses[coder] = self._review.progress_of(coder)
        return self._progresses[coder]

    def _decide(self, transcript: str, pair: Pair) -> list[Mark]:
        """Decide on a suggestion; the coding itself where that stands somewhere else altogether."""
        was, now = pair
        passage = self._review.by_place[transcript, *was.span]
        turn = self._review.transcripts[transcript].turns[passage.segment.turn].span
        if now is not None and not share_text(now.span, turn):
            self._decide(transcript, (was, None))
            return [now]
        coder, asked = self._request(passage, was, now, turn)
        if passage.is_blind and self._hides(coder, passage):
            self._fault(transcript, was.span, "this passage is to be coded before its suggestions are seen.")
        else:
            self._prepare(coder, asked, was.span)
        return []

    def _request(self, passage: Passage, was: Exported, now: Mark | None, turn: Span) -> tuple[str, ActionRequest]:
        asked = ActionRequest(ReviewAction.REJECT, passage.key, _request_name(), suggested=was.code)
        if now is None:
            return self._returned.reviewer, asked
        verdict = ReviewAction.ACCEPT if (now.span, now.code) == (was.span, was.code) else ReviewAction.CHANGE
        # A review's coding ends with what its speaker says.
        start, end = max(now.span[0], turn[0]), min(now.span[1], turn[1])
        asked = replace(asked, verdict=verdict, code=now.code, start=start, end=end, memo=now.memo)
        return now.coder or self._returned.reviewer, asked

    def _prepare(self, coder: str, asked: ActionRequest, span: Span) -> None:
        transcript = self._review.by_key[asked.passage].segment.transcript
        try:
            decision = replace(self._review.prepare(coder, asked, self._progress(coder)), seconds=None)
        except DecisionError as error:
            self._fault(transcript, span, str(error).removesuffix(" Nothing was recorded."))
            return
        self._used |= {(coder, transcript, decision.span, code) for code in (decision.suggested, decision.code) if code}
        if self._is_recorded(decision):
            self._returned.before += 1
        else:
            self._returned.decisions.append(decision)

    def _is_recorded(self, decision: Decision) -> bool:
        last = self._progress(decision.coder).state(decision.place).decision_on(decision.suggested or "")
        same = last and (last.verdict, last.code) == (decision.verdict, decision.code)
        return bool(last and same and last.code_span == decision.code_span and decision.memo in ("", last.memo))

    def _add(self, transcript: str, mark: Mark) -> None:
        """A coding of somebody's own: a decision on the passage where it begins, or a coding by hand where it is none."""
        coder = mark.coder or self._returned.reviewer
        if (transcript, *mark.span, mark.code, folded(coder)) in self._known:
            return
        touched = [*self._touched(transcript, mark.span)]
        if any(passage.is_blind and self._hides(coder, passage) for passage in touched):
            self._blind += 1
        elif mark.code not in self._review.book:
            self._fault(transcript, mark.span, f"{self._review.book.missing_code_message(mark.code)} Add it first.")
        elif touched and self._is_free(coder, touched[0], mark):
            asked = ActionRequest(ReviewAction.ADD, touched[0].key, _request_name(), code=mark.code, memo=mark.memo)
            self._prepare(coder, replace(asked, start=mark.span[0], end=mark.span[1]), mark.span)
        else:
            self._returned.by_hand.append(OwnCoding(coder, transcript, mark.span, mark.code, mark.memo))
        self._known.add((transcript, *mark.span, mark.code, folded(coder)))

    def _touched(self, transcript: str, span: Span) -> Iterator[Passage]:
        interview = self._review.interviews.get(transcript)
        yield from (each for each in interview.passages if share_text(each.segment.span, span)) if interview else ()

    def _is_free(self, coder: str, passage: Passage, mark: Mark) -> bool:
        """The span lies in the passage's turn, and nothing is said of the code there yet: a passage has each code once."""
        state = self._progress(coder).state(passage.place)
        given = {decision.code for decision in (*state.reviewed.values(), *state.independent.values())}
        turn = self._review.transcript_of(passage).turns[passage.segment.turn]
        used = (coder, passage.segment.transcript, passage.segment.span, mark.code) in self._used
        spoken = used or mark.code in given or state.decision_on(mark.code) is not None
        return not spoken and turn.start <= mark.span[0] and mark.span[1] <= turn.end

    def _hides(self, coder: str, passage: Passage) -> bool:
        return not self._progress(coder).state(passage.place).revealed

    def _fault(self, transcript: str, span: Span, why: str) -> None:
        self._faults.append(f"'{transcript}' at {span[0]}-{span[1]}: {why}")


def _request_name() -> str:
    # New each time, as for a sheet: somebody may change their mind and back.
    return f"project-{secrets.token_urlsafe(12)}"
