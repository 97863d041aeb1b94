"""A study opened for review, and the one way in which a decision is recorded.

Transcripts, passages and suggestions are read once and do not change while the review is open. What coders decide is read from the
store as it grows, and a decision is in the store before `decide` returns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from functools import cached_property, partial
from itertools import groupby
from threading import Lock
from typing import Any, TypeVar

from secondcoder.codebook.model import Codebook, parse_codebook
from secondcoder.codebook.model_fit import codebook_difference, present_suggestions
from secondcoder.domain.grouping import group_by
from secondcoder.domain.records import Decision, ReviewAction, Suggestion, Transcript
from secondcoder.errors import DecisionError, InputError, ModelError, StudyError
from secondcoder.labels.decisions import codings_and_passes
from secondcoder.labels.new_decision import ActionRequest, new_decision, new_undo
from secondcoder.labels.passage_state import passage_state, resolve_decisions
from secondcoder.labels.review_sample import Interview, Passage, build_passages, sampled_before
from secondcoder.review.coder_progress import CoderProgress
from secondcoder.store import Writer
from secondcoder.study.study import Study
from secondcoder.workspace import Workspace

MOST_CACHED = 200
T = TypeVar("T")


class ReviewSession:
    """A study opened for review.

    Args:
        study: with a model in use and its suggestions.
        all_blind: every passage is coded before its suggestions are shown.
        may_be_done: open also where the model in use has no suggestions, for the figures of earlier reviews.

    Raises:
        SecondcoderError: there is nothing to review, with the command that would provide it.
    """

    def __init__(self, study: Study, all_blind: bool = False, may_be_done: bool = False) -> None:
        self.study, self.all_blind = study, all_blind
        self.workspace = workspace = study.workspace()
        corpus = workspace.corpus
        self.book: Codebook = workspace.codebook
        self.history = corpus.history
        self.model, suggestions = _suggestions(workspace, may_be_done)
        self.unknown = codebook_difference(workspace.manifest, self.book, self.history)
        """What of the codebook changed since the model was trained."""
        wanted = {suggestion.transcript for suggestion in suggestions}
        self.transcripts = {name: transcript for name, transcript in corpus.by_id.items() if name in wanted}
        self.passages = self._passages(suggestions)
        self.by_key = {passage.key: passage for passage in self.passages}
        self.by_place = {passage.place: passage for passage in self.passages}
        self.interviews = {
            name: Interview(name, tuple(passages))
            # Passages stand transcript by transcript, as groupby needs them.
            for name, passages in groupby(self.passages, key=lambda passage: passage.segment.transcript)
        }
        self.examples = Counter(coding.code for coding in corpus.codings)
        imported = (coding for coding in corpus.imported_codings if coding.transcript in wanted)
        self._imported = group_by(imported, lambda coding: (coding.coder, coding.transcript))
        self._cache: dict[Hashable, Any] = {}
        self._progress: dict[str, CoderProgress] = {}
        self._coder_locks: dict[str, Lock] = {}
        self._lock = Lock()
        # Kept before anybody decides: decisions refer to it by a foreign key.
        with study.store.transaction("review") as write:
            write.add_codebook(self.book)

    def _passages(self, suggestions: list[Suggestion]) -> list[Passage]:
        segments = self.workspace.segments(list(self.transcripts.values()))
        places = {segment.place for segment in segments}
        astray = next((suggestion for suggestion in suggestions if suggestion.place not in places), None)
        if astray is not None:
            raise StudyError(
                f"A suggestion on '{astray.transcript}' does not fit the segments that the settings now give. "
                "Get the suggestions again: secondcoder code"
            )
        begun = sampled_before(self.workspace.corpus.decisions)
        settings = self.study.configuration.review
        return build_passages(segments, suggestions, self.book.ids, settings, self.all_blind, begun)

    @cached_property
    def cases(self) -> list[str]:
        """Cases of the transcripts in review, in order."""
        return sorted({transcript.case for transcript in self.transcripts.values() if transcript.case})

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
            for coding in self._imported.get((coder, segment.transcript), ())
            if segment.start <= coding.start < segment.end and coding.code in self.book
        ]

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
        """Record a decision, with the codings and passes that follow from it, all or nothing.

        Raises:
            DecisionError: the request does not fit the passage as it is.
        """
        # One coder's decisions are made one after the other: two tabs must not both decide on the state before.
        with self.lock_of(coder):
            decision = self.prepare(coder, asked)
            self.write([decision])
            return decision

    def prepare(self, coder: str, asked: ActionRequest) -> Decision:
        """The decision that a request comes to, not recorded; DecisionError where it does not fit."""
        progress = self.progress_of(coder)
        if asked.verdict is ReviewAction.UNDO:
            return new_undo(coder, asked, self.decisions_in_review(coder), progress.state)
        passage = self.passage(asked.passage)
        turn = self.transcript_of(passage).turns[passage.segment.turn]
        return new_decision(coder, asked, passage, progress.state(passage.place), turn, self.book)

    def write(self, decisions: Iterable[Decision]) -> None:
        """Append one coder's decisions, and update the codings and passes that follow from them, in one transaction."""
        new = list(decisions)
        with self.study.store.transaction(new[0].coder if new else "review") as write:
            self.record(write, new)

    def record(self, write: Writer, decisions: Iterable[Decision]) -> None:
        """The same within a transaction that writes more."""
        for decision in decisions:
            if write.add_decision(decision, self.book):
                rows = write.decisions_on(decision.coder, *decision.place)
                codings, passes = codings_and_passes(
                    passage_state(rows, self.history), self.book.ids, self.history, self._earlier_codes(rows)
                )
                write.follow_decisions([row.id for row in rows], codings, passes)
        # After writing: on SQLite this transaction has the write lock now, so that no change can come in between.
        self.refuse_other_codebook(write)

    def refuse_other_codebook(self, write: Writer) -> None:
        """DecisionError where the codebook was changed by other means since the study was opened."""
        if write.latest_change() != self.history.latest:
            raise DecisionError(
                "The codebook was changed while this page was open. Nothing was recorded. "
                "Stop the review and open it again: secondcoder review"
            )

    def _earlier_codes(self, rows: Iterable[Decision]) -> dict[str, tuple[str, ...]]:
        """The codes of the codebooks with which the decisions were made, by hash."""
        hashes = {row.codebook for row in rows} - {self.book.hash}
        earlier = {book: self.cached(book, partial(self._read_codes, book)) for book in hashes}
        return {self.book.hash: self.book.ids, **earlier}

    def _read_codes(self, codebook_hash: str) -> tuple[str, ...]:
        text = self.study.store.codebook_yaml(codebook_hash) or ""
        return parse_codebook(text, "an earlier codebook").ids

    def lock_of(self, coder: str) -> Lock:
        """Held while something of the coder is changed: two tabs must not both build on the state before."""
        with self._lock:
            return self._coder_locks.setdefault(coder, Lock())


def _suggestions(workspace: Workspace, may_be_none: bool) -> tuple[str, list[Suggestion]]:
    model, corpus = workspace.version, workspace.corpus
    if model is None:
        raise ModelError("There is no model yet, so there is nothing to review. Train one: secondcoder train")
    suggestions = corpus.suggestions(model)
    if not suggestions and not may_be_none:
        raise InputError(f"Model {model} has suggested nothing yet. Get suggestions first: secondcoder code")
    present = present_suggestions(suggestions, workspace.manifest, workspace.codebook, corpus.history)
    if not present and not may_be_none:
        raise InputError(
            f"Model {model} suggested only codes that are not in the codebook any more. "
            "Train and code again: secondcoder retrain, then secondcoder code"
        )
    return model, present
