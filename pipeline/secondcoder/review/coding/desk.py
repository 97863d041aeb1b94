"""One coder's actions on one transcript, each in one transaction: code, change, remove, read, take back, undo.

Whether what is coded by hand is independent follows from one rule, in `origin_of`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from secondcoder.codebook.model import Code
from secondcoder.domain.records import Coding, CodingPass, Origin, Span, Transcript, Valence
from secondcoder.errors import CodebookError, DecisionError
from secondcoder.labels.hand_coding import (
    NOTHING,
    Exchange,
    Wanted,
    added,
    changed,
    coding_of,
    refuse_after_suggestions,
    removed,
    stated,
    undone,
    unstated,
    with_looks,
)
from secondcoder.labels.stated_readings import Statement, stated_in, statements
from secondcoder.review.others_codings import given_up
from secondcoder.review.session import ReviewSession, refuse_settled
from secondcoder.store import Writer
from secondcoder.store.hand_marks import Marks, last_in_effect
from secondcoder.store.rows import MadeCoding
from secondcoder.study.codebook_change import plan_of_new_code


@dataclass(frozen=True)
class Done:
    """What an action came to: the action, and the codings and readings that it took away and put there."""

    action: str
    took: Marks
    put: Marks
    undid: str = ""


@dataclass(frozen=True)
class Desk:
    """A coder at a transcript of an open study."""

    review: ReviewSession
    coder: str
    transcript: Transcript

    def code(self, span: Span, written: str, valence: Valence | None = None, memo: str = "") -> Done:
        """Code a span; DecisionError where there are no words, or no such code."""
        code = self._known(written)
        self._check(span)
        coding = Coding(self.transcript.id, *span, code, self.coder, self.origin, valence, memo)
        return self._do(lambda marks, _: added(marks, coding, self.epoch))

    def code_within(self, write: Writer, span: Span, written: str, memo: str = "") -> None:
        """The same in a transaction that writes more, in which nobody else changes the coder's marks."""
        code = self._known(written)
        self._check(span)
        coding = Coding(self.transcript.id, *span, code, self.coder, self.origin, None, memo)
        self._carry_out(write, lambda marks, _: added(marks, coding, self.epoch))

    def change(self, key: str, wanted: Wanted) -> Done:
        """Change what a page shows under `key`; DecisionError where that is gone, or is something else by now."""
        if wanted.span:
            self._check(wanted.span)
        code = self._known(wanted.code) if wanted.code else None

        def make(marks: Marks, _: Writer) -> Exchange:
            row = coding_of(marks, key)
            # Other words for a coding from before a change of the codebook: its code under the present name.
            now = code or (self._present_code(row) if wanted.span else None)
            return changed(marks, row, replace(wanted, code=now), self.epoch)

        return self._do(make)

    def remove(self, key: str) -> Done:
        """Take away what a page shows under `key`."""
        return self._do(lambda marks, _: removed(coding_of(marks, key)))

    def read(self, span: Span, codes: Iterable[str]) -> Done:
        """Say that a span was read for some codes: silence on them now means that they are not there."""
        known = [code for code in self.review.book.ids if code in set(codes)]
        if not known:
            raise DecisionError(f"Choose at least one code that you looked for. {NOTHING}")
        self._check(span)
        reading = CodingPass(self.transcript.id, self.coder, *span, tuple(known), self.origin)
        return self._do(lambda marks, write: stated(self._said(marks, write), reading, self.epoch[1]))

    def take_back_reading(self, key: str) -> Done:
        """Take back a reading that a page shows under `key`."""
        return self._do(lambda marks, write: unstated(self._said(marks, write), key))

    def undo(self) -> Done:
        """Take back the coder's last action on this transcript; DecisionError where there is none left."""
        events = Writer.hand_events

        def make(marks: Marks, write: Writer) -> Exchange:
            return undone(marks, last_in_effect(events(write, self.transcript.id, self.coder)))

        return self._do(make)

    def new_code(self, code: Code) -> Code:
        """Add a code to the study's codebook, in its history and the audit trail; the open study is to be reopened then."""
        refuse_settled(self.review)
        study = self.review.study
        try:
            with study.changing(f"a new code of {self.coder}"):
                plan = plan_of_new_code(study.corpus, study.codebook, code)
                study.codebook_change(plan, by=self.coder)
            return plan.after[code.id]
        except CodebookError as error:
            raise DecisionError(f"{error} Nothing was added.") from None

    @property
    def origin(self) -> Origin:
        """What the coder's marks here are now."""
        return origin_of(self.review, self.coder, self.transcript.id)

    @property
    def epoch(self) -> tuple[str, int]:
        """The codebook as it is, and its last change."""
        return self.review.book.hash, self.review.history.latest

    def _do(self, make: Callable[[Marks, Writer], Exchange]) -> Done:
        review = self.review
        with review.lock_of(self.coder):
            with review.study.store.transaction(self.coder) as write:
                # Before anything is read, so that two windows do not both act on the state before.
                write.hold(self.coder)
                review.refuse_if_changed(write)
                asked = self._carry_out(write, make)
            review.coded_again(self.coder, self.transcript.id)
        return Done(asked.action, asked.took, asked.put, asked.undoes.action if asked.undoes else "")

    def _carry_out(self, write: Writer, make: Callable[[Marks, Writer], Exchange]) -> Exchange:
        review, name = self.review, self.transcript.id
        marks = write.own_marks(name, self.coder)
        asked = make(marks, write)
        if self.origin is Origin.REVIEWED:
            refuse_after_suggestions(asked)
        spoken = stated_in(write.hand_events(name, self.coder))
        write.exchange(*with_looks(marks, asked, review.codes_of, spoken))
        review.follow_where_taken(write, self.coder, [row.coding for row in asked.took.codings])
        undoes = asked.undoes.id if asked.undoes else None
        write.log_hand_coding(asked.action, name, asked.took, asked.put, undoes)
        return asked

    def _said(self, marks: Marks, write: Writer) -> list[Statement]:
        return statements(marks, self.review.codes_of, write.hand_events(self.transcript.id, self.coder))

    def _present_code(self, row: MadeCoding) -> str:
        present = self.review.workspace.corpus.in_present_codes([(row.coding, row.after_change)])
        if len(present) != 1:
            raise DecisionError(f"Its code was split or retired, so choose the code that it is now. {NOTHING}")
        return present[0].code

    def _known(self, written: str) -> str:
        code = self.review.book.find(written)
        if code is None:
            raise DecisionError(f"{self.review.book.missing_code_message(written[:80])} {NOTHING}")
        return code

    def _check(self, span: Span) -> None:
        start, end = span
        if not 0 <= start < end <= len(self.transcript.text) or not self.transcript.text[start:end].strip():
            raise DecisionError(f"There are no words at {start}-{end} of this interview. {NOTHING}")


def origin_of(review: ReviewSession, coder: str, transcript: str) -> Origin:
    """`independent` as long as everything that any model suggested on the interview is held back from this coder, else `reviewed`.

    So an interview is coded independently until a model has suggested something on it; whoever can see suggestions may have been led
    by them, whether they decided on any or not. Only in a review where every passage is coded first (`--blind`) is it independent
    beyond that, until the coder's first look at the suggestions of a passage of it. Nor is it where the coder asked to see what others
    coded there. What was coded before stays what it is.
    """
    progress = review.progress_of(coder)
    if any(decision.shown and decision.transcript == transcript for decision in progress.decisions):
        return Origin.REVIEWED
    if transcript in given_up(review, coder):
        return Origin.REVIEWED
    if transcript not in review.suggested_anywhere:
        return Origin.INDEPENDENT
    interview = review.interviews.get(transcript)
    if not review.all_blind or interview is None:
        return Origin.REVIEWED
    hidden = all(progress.hides_suggestions(passage) for passage in interview.passages if passage.suggestions)
    return Origin.INDEPENDENT if hidden else Origin.REVIEWED
