"""A study opened in the browser, and the one way in which a decision on suggestions is recorded.

Transcripts, passages and suggestions are read once and do not change while the study is open. What coders decide is read from the
store as it grows, and a decision is in the store before `decide` returns. Without a model, or where it suggests nothing, there are
no passages to decide on, and the interviews are coded by hand (`review.coding`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property, partial
from itertools import groupby
from threading import Lock
from typing import Any, TypeVar

from secondcoder.codebook.model import Codebook
from secondcoder.codebook.model_fit import codebook_difference
from secondcoder.codebook.yaml_file import parse_codebook
from secondcoder.domain.grouping import group_by
from secondcoder.domain.records import Coding, Decision, Place, ReviewAction, Segment, Suggestion, Transcript
from secondcoder.errors import DecisionError, InputError, StudyError
from secondcoder.labels.new_decision import ActionRequest, act_of, new_decision, new_undos
from secondcoder.labels.passage_act import PassageAct, single_actions
from secondcoder.labels.passage_state import resolve_decisions
from secondcoder.labels.review_sample import Interview, Passage, build_passages, sampled_before
from secondcoder.labels.suggestion_trees import folded_codes
from secondcoder.review.coder_progress import CoderProgress
from secondcoder.store import Writer
from secondcoder.study.follow_decisions import follow, places_given
from secondcoder.study.open_suggestions import present_or_why_none
from secondcoder.study.study import Study

MOST_CACHED = 200
CHANGED = (
    "The codebook or an interview was changed while this page was open. Nothing was recorded. "
    "Reload the page, which shows it as it is now."
)
T = TypeVar("T")


class ReviewSession:
    """A study opened in the browser.

    Args:
        all_blind: every passage is coded before its suggestions are shown.
        before: the same study as it was open until now; what did not change is taken over from it.

    Attributes:
        transcripts: all of the study; `interviews` are those with suggestions of the model in use.
        nothing_to_review: why there are no suggestions to decide on, with the command that would provide them; None where there are.
    """

    def __init__(self, study: Study, all_blind: bool = False, before: ReviewSession | None = None) -> None:
        self.study, self.all_blind = study, all_blind
        # Read before the snapshot: a change that comes between counts as a later one.
        self._last_change = study.store.last_change()
        self.workspace = workspace = study.workspace()
        corpus = workspace.corpus
        self.book: Codebook = workspace.codebook
        self.history = corpus.history
        self.model: str = workspace.version or ""
        suggestions, self.nothing_to_review = present_or_why_none(workspace)
        self.unknown = codebook_difference(workspace.manifest, self.book, self.history)
        """What of the codebook changed since the model was trained."""
        wanted = {suggestion.transcript for suggestion in suggestions}
        self.transcripts = dict(corpus.by_id)
        self.suggested_anywhere = study.store.suggested_anywhere()
        self._segments: dict[str, list[Segment]] = before.kept_segments(self.transcripts) if before else {}
        self.passages = self._passages(suggestions, [name for name in self.transcripts if name in wanted])
        self.by_key = {passage.key: passage for passage in self.passages}
        self.by_place = {passage.place: passage for passage in self.passages}
        self.interviews = {
            name: Interview(name, tuple(passages))
            # Passages stand transcript by transcript, as groupby needs them.
            for name, passages in groupby(self.passages, key=lambda passage: passage.segment.transcript)
        }
        self.examples = Counter(coding.code for coding in corpus.codings)
        self._imported: dict[tuple[str, str], list[Coding]] = {}
        self._cache: dict[Hashable, Any] = {}
        self._progress: dict[str, CoderProgress] = {}
        self._coder_locks: dict[str, Lock] = {}
        self._lock = Lock()
        # Kept before anybody decides: decisions refer to it by a foreign key.
        if study.store.codebook_yaml(self.book.hash) is None:
            with study.store.transaction("review") as write:
                write.add_codebook(self.book)

    @property
    def is_out_of_date(self) -> bool:
        """The study has other interviews, turns or codes now than when it was opened."""
        return self.study.store.last_change() != self._last_change

    def kept_segments(self, transcripts: Mapping[str, Transcript]) -> dict[str, list[Segment]]:
        """The segments of transcripts that are still the same: cutting them takes a while."""
        same = (name for name, transcript in self.transcripts.items() if transcripts.get(name) == transcript)
        return {name: self._segments[name] for name in same if name in self._segments}

    def _passages(self, suggestions: list[Suggestion], names: list[str]) -> list[Passage]:
        new = self.workspace.segments([self.transcripts[name] for name in names if name not in self._segments])
        self._segments |= group_by(new, lambda segment: segment.transcript)
        segments = [segment for name in names for segment in self._segments.get(name, ())]
        places = {segment.place for segment in segments}
        astray = next((suggestion for suggestion in suggestions if suggestion.place not in places), None)
        if astray is not None:
            raise StudyError(
                f"A suggestion on '{astray.transcript}' does not fit the segments that the settings now give. "
                "Get the suggestions again: secondcoder code"
            )
        begun = sampled_before(self.workspace.corpus.decisions)
        settings = self.study.configuration.review
        passages = build_passages(segments, suggestions, self.book.ids, settings, self.all_blind, begun)
        folded = (folded_codes(passage.suggestions, self.book, settings.fold) for passage in passages)
        pairs = zip(passages, folded, strict=True)
        return [replace(passage, folded=codes) if codes else passage for passage, codes in pairs]

    @cached_property
    def cases(self) -> list[str]:
        """Cases of the transcripts in review, in order."""
        return sorted({case for name in self.interviews if (case := self.transcripts[name].case)})

    def passage(self, key: str) -> Passage:
        """A passage by its key; DecisionError when there is none."""
        if key not in self.by_key:
            raise DecisionError("There is no such passage in this review. Reload the page.")
        return self.by_key[key]

    def transcript_of(self, passage: Passage) -> Transcript:
        """The transcript a passage lies in."""
        return self.transcripts[passage.segment.transcript]

    def cached(self, key: Hashable, compute: Callable[[], T]) -> T:
        """What `compute` returned for a key before, else what it returns now; the oldest entry goes when there are many."""
        with self._lock:
            value: T | None = self._cache.get(key)
        if value is None:
            # Outside the lock: two may compute the same, but no page waits for another's.
            value = compute()
            with self._lock:
                if len(self._cache) >= MOST_CACHED:
                    self._cache.pop(next(iter(self._cache)))
                self._cache[key] = value
        return value

    def imported_codes(self, coder: str, passage: Passage) -> list[str]:
        """Codes that this coder imported and that begin on the passage; nobody else's are ever shown."""
        segment = passage.segment
        return [
            coding.code
            for coding in self.coded_by_hand(coder, segment.transcript)
            if segment.start <= coding.start < segment.end and coding.code in self.book
        ]

    def coded_by_hand(self, coder: str, transcript: str) -> list[Coding]:
        """The coder's codings on a transcript that no decision made, in the present codes."""
        with self._lock:
            known = self._imported.get((coder, transcript))
        if known is not None:
            return known
        rows = self.study.store.marks_on(transcript).of(coder).codings
        made = [(row.coding, row.after_change) for row in rows if row.imported]
        codings = self.workspace.corpus.in_present_codes(made)
        with self._lock:
            self._imported[coder, transcript] = codings
        return codings

    def coded_again(self, coder: str, transcript: str) -> None:
        """Something was coded by hand there: it is to be read anew."""
        with self._lock:
            self._imported.pop((coder, transcript), None)

    def progress_of(self, coder: str) -> CoderProgress:
        """What the coder decided so far, up to the latest row of the store."""
        with self._lock:
            progress = self._progress.setdefault(coder, CoderProgress(coder, self.history))
        # A coder's two pages must not add the same rows twice.
        with progress.lock:
            progress.extend(self.study.store.decisions(coder, after=progress.latest))
        return progress

    def decisions_in_review(self, coder: str) -> list[Decision]:
        """The coder's decisions in effect on passages of this review, oldest first; others are on none of its pages."""
        in_effect = resolve_decisions(self.progress_of(coder).decisions)
        return [decision for decision in in_effect if decision.place in self.by_place]

    # -- deciding -------------------------------------------------------------------------------------------------------

    def decide(self, coder: str, asked: ActionRequest) -> Decision:
        """Record a single decision, with the codings and passes that follow from it, all or nothing; of an undo the first.

        Raises:
            DecisionError: the request does not fit the passage as it is.
        """
        return self.act(coder, asked)[0]

    def act(self, coder: str, asked: ActionRequest | PassageAct) -> list[Decision]:
        """Record what a coder says in one go: one decision or several, all or none; none where all of it holds already.

        Raises:
            DecisionError: the request does not fit the passage as it is.
        """
        # One coder's decisions are made one after the other: two tabs must not both decide on the state before.
        with self.lock_of(coder):
            if recorded := self.progress_of(coder).of_act(asked.request):  # the same request once more
                return list(recorded)
            new = self._prepared(coder, asked)
            self.write(new)
            return new

    def _prepared(self, coder: str, asked: ActionRequest | PassageAct) -> list[Decision]:
        if isinstance(asked, PassageAct):
            passage = self.passage(asked.passage)
            state = self.progress_of(coder).state(passage.place)
            roll_up = self.study.configuration.learning.roll_up
            singles = single_actions(asked, passage, state, self.book, roll_up)
            return [self.prepare(coder, single) for single in singles]
        if asked.verdict is ReviewAction.UNDO:
            return new_undos(coder, asked, self.decisions_in_review(coder), self.progress_of(coder).state)
        return [self.prepare(coder, asked)]

    def prepare(self, coder: str, asked: ActionRequest, progress: CoderProgress | None = None) -> Decision:
        """The decision that a request comes to, an undo apart, not recorded; DecisionError where it does not fit.

        Args:
            progress: the coder's, for whoever prepares many decisions.
        """
        passage = self.passage(asked.passage)
        turn = self.transcript_of(passage).turns[passage.segment.turn]
        state = (progress or self.progress_of(coder)).state(passage.place)
        return new_decision(coder, asked, passage, state, turn, self.book)

    def write(self, decisions: Iterable[Decision]) -> None:
        """Append one coder's decisions, and update the codings and passes that follow from them, in one transaction."""
        new = list(decisions)
        if new:
            with self.study.store.transaction(new[0].coder) as write:
                self.record(write, new)

    def record(self, write: Writer, new: Iterable[Decision]) -> None:
        """The same within a transaction that writes more."""
        decisions = list(new)
        for coder in dict.fromkeys(decision.coder for decision in decisions):
            write.hold(coder)
        self.refuse_if_changed(write)
        # An act whose first row is there already was recorded by another tab: none of it is recorded again.
        added, refused = dict[tuple[str, Place], None](), set[str]()
        for decision in decisions:
            if act_of(decision) not in refused and write.add_decision(decision, self.book):
                added[decision.coder, decision.place] = None
            else:
                refused.add(act_of(decision))
        for coder, place in added:
            self._follow(write, coder, place)

    def _follow(self, write: Writer, coder: str, place: Place) -> None:
        follow(write, coder, place, self.history, self.codes_of)

    def follow_where_taken(self, write: Writer, coder: str, taken: Iterable[Coding]) -> None:
        """Codings by hand were taken away: one that a decision gave as well, and that was not there twice, stays by the decision."""
        for _, place in places_given(self.progress_of(coder).decisions, taken):
            self._follow(write, coder, place)

    def refuse_if_changed(self, write: Writer) -> None:
        """DecisionError where interviews or codes are others than when the study was opened; to be asked when `write` has its lock."""
        if write.last_change() != self._last_change:
            raise DecisionError(CHANGED)

    def codes_of(self, codebook_hash: str) -> tuple[str, ...]:
        """The codes of a codebook of the study, the present one or an earlier one, by its hash."""
        known = codebook_hash == self.book.hash
        return self.book.ids if known else self.cached(codebook_hash, partial(self._read_codes, codebook_hash))

    def _read_codes(self, codebook_hash: str) -> tuple[str, ...]:
        text = self.study.store.codebook_yaml(codebook_hash) or ""
        return parse_codebook(text, "an earlier codebook").ids

    def lock_of(self, coder: str) -> Lock:
        """Held while something of the coder is changed: two tabs must not both build on the state before."""
        with self._lock:
            return self._coder_locks.setdefault(coder, Lock())


def require_suggestions(review: ReviewSession) -> None:
    """InputError where there is nothing to decide on, with the command that would provide it."""
    if review.nothing_to_review:
        raise InputError(review.nothing_to_review)


def refuse_settled(review: ReviewSession) -> None:
    """DecisionError where the codebook is not to be changed from a page."""
    if not review.study.configuration.review.new_codes:
        raise DecisionError(
            "This study's codebook is settled (review.new_codes in secondcoder.toml). Nothing was changed."
        )
