"""Adjudication in an open study: the passages on which coders differ, whether in review or not, and recording what they settle."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Lock

from secondcoder.agreement.disagreements import Disagreement
from secondcoder.agreement.study_disagreements import Before, study_disagreements
from secondcoder.corpus import Corpus
from secondcoder.domain.grouping import by_transcript, group_by
from secondcoder.domain.records import Coding, Decision, Origin, Place, Segment, Transcript
from secondcoder.errors import DecisionError
from secondcoder.labels.adjudication import SettledCode, settlement, settlements, undo_settlement
from secondcoder.labels.decisions import current_codings
from secondcoder.labels.passage_state import resolve_decisions
from secondcoder.labels.review_sample import Passage
from secondcoder.labels.segment_marks import segment_carries
from secondcoder.review.disputed_passage import DisputedPassage, PassageDetail, choices_of, sides_of
from secondcoder.review.session import ReviewSession


@dataclass(frozen=True)
class _Now:
    """The study after an event: all passages on which coders differ, and what is needed to show one."""

    event: int
    corpus: Corpus
    passages: list[DisputedPassage]

    @cached_property
    def codings(self) -> dict[str, list[Coding]]:
        """By transcript, without those that were taken back."""
        corpus = self.corpus
        return by_transcript(current_codings(corpus.codings, corpus.decisions_as_made, corpus.history))

    @cached_property
    def in_sheets(self) -> set[Coding]:
        """Adjudicated codings that no decision made."""
        return {coding for coding in self.corpus.imported_codings if coding.origin is Origin.ADJUDICATED}


class Adjudication:
    """What the coders of a study coded differently, as it is now, and what they settle; whether it is in review or not."""

    def __init__(self, review: ReviewSession) -> None:
        self.review = review
        self._segments = by_transcript(passage.segment for passage in review.passages)
        self._latest: _Now | None = None
        self._before: Before = {}
        self._lock = Lock()

    def passages(self) -> list[DisputedPassage]:
        """Every passage on which coders differ, settled or not, in the order of the transcripts: the sheet's list, by passage."""
        return self._now().passages

    def _now(self) -> _Now:
        # People may code while the adjudication is open; whatever they change is an event.
        event = self.review.study.store.last_event()
        with self._lock:
            if self._latest is None or self._latest.event != event:
                opened = self.review.workspace
                workspace = replace(opened, corpus=opened.corpus.with_marks_now())
                found = study_disagreements(workspace, segments_of=self._segments_of, before=self._before)
                self._latest = _Now(event, workspace.corpus, self._by_passage(found))
            return self._latest

    def _segments_of(self, transcripts: Sequence[Transcript]) -> list[Segment]:
        """Segments of transcripts, each transcript's made once."""
        missing = [transcript for transcript in transcripts if transcript.id not in self._segments]
        if missing:
            made = by_transcript(self.review.workspace.segments(missing))
            self._segments |= {transcript.id: made.get(transcript.id, []) for transcript in missing}
        return [segment for transcript in transcripts for segment in self._segments[transcript.id]]

    def _by_passage(self, found: Iterable[Disagreement]) -> list[DisputedPassage]:
        segments = {segment.place: segment for of_one in self._segments.values() for segment in of_one}
        by_place = group_by(found, lambda one: (one.transcript, *one.whole))
        return [DisputedPassage(Passage(segments[place]), tuple(of_one)) for place, of_one in by_place.items()]

    def detail(self, disputed: DisputedPassage, adjudicator: str) -> PassageDetail:
        """Who gave what on a passage, what there is to choose, and what was settled before."""
        now, segment, progress = self._now(), disputed.passage.segment, self.review.progress_of(adjudicator)
        overlap, transcript = self.review.study.configuration.segments.overlap, segment.transcript
        here = [coding for coding in now.codings.get(transcript, ()) if segment_carries(segment, coding, overlap)]
        in_sheet = tuple(coding for coding in here if coding in now.in_sheets)
        finished = progress.state(segment.place).finished is not None
        choices = choices_of(disputed, [coding for coding in here if coding not in in_sheet], finished)
        fixed = {coding.code for coding in in_sheet}
        return PassageDetail(
            now.corpus.by_id[transcript],
            sides_of(segment, here, now.corpus.passes),
            tuple(choice for choice in choices if choice.code in self.review.book and choice.code not in fixed),
            in_sheet,
            tuple(reversed(settlements(reversed(progress.history(segment.place))))),
        )

    def settle(
        self,
        adjudicator: str,
        place: Place,
        codes: Sequence[SettledCode],
        memo: str = "",
        request: str = "",
        seconds: float | None = None,
    ) -> None:
        """Record the codes that a passage has after adjudication, none or several, in place of an earlier settlement.

        Raises:
            DecisionError: a code is not in the codebook, or its words are not the passage's; nothing is recorded.
        """
        chosen = {settled.code: settled for settled in (self._known(each, place) for each in codes)}
        with self._lock:  # two tabs must not both settle on the state before
            before = self.review.progress_of(adjudicator).state(place)
            mark = request or secrets.token_urlsafe(12)
            self.review.write(settlement(adjudicator, place, [*chosen.values()], before, memo, mark, seconds))

    def _known(self, settled: SettledCode, place: Place) -> SettledCode:
        code = self.review.book.find(settled.code)
        if code is None:
            raise DecisionError(f"{self.review.book.missing_code_message(settled.code)} Nothing was recorded.")
        if not place[1] <= settled.words[0] < settled.words[1] <= place[2]:
            raise DecisionError("The words must lie within the passage. Nothing was recorded.")
        return replace(settled, code=code)

    def in_effect(self, adjudicator: str) -> list[Decision]:
        """What was settled here, on any passage, and not undone; oldest first."""
        decisions = resolve_decisions(self.review.progress_of(adjudicator).decisions)
        return [decision for decision in decisions if decision.origin is Origin.ADJUDICATED]

    def undo(self, adjudicator: str, request: str) -> Place:
        """Undo the last settlement, so that the one before it holds again; the place of its passage.

        Raises:
            DecisionError: nothing is settled, or everything was undone.
        """
        with self._lock:
            decisions = self.in_effect(adjudicator)
            if not decisions:
                raise DecisionError("There is nothing left to undo.")
            self.review.write(undo_settlement(adjudicator, decisions, request))
            return decisions[-1].place


def adjudication_of(review: ReviewSession) -> Adjudication:
    """That of an open review, made once."""
    return review.cached(Adjudication, lambda: Adjudication(review))
