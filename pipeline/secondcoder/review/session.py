"""The desk: a study opened for review, and the one way by which a decision lands.

Transcripts, passages and suggestions are read once and never change while the desk is open. What coders decide is read from the
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
from secondcoder.codebook.model_fit import codes_unknown_to, present_suggestions
from secondcoder.domain.records import Coding, Decision, Origin, Suggestion, Transcript, Verdict
from secondcoder.errors import InputError, ModelError, StudyError
from secondcoder.labels.decisions import outcome, standing
from secondcoder.review.coder_progress import Work
from secondcoder.review.deciding import deciding, undoing
from secondcoder.review.errors import DecisionError
from secondcoder.review.passages import Interview, Passage, build_passages
from secondcoder.review.review_action import Word
from secondcoder.study.study import Study
from secondcoder.workspace import Workspace

MOST_REMEMBERED = 200
T = TypeVar("T")


class Desk:
    """A study opened for review.

    Args:
        study: with a model in use and its suggestions.
        all_blind: every passage is coded before its suggestions are seen.
        may_be_done: where the model in use suggested nothing yet there is nothing to decide on, but figures of earlier reviews.

    Raises:
        SecondcoderError: there is nothing to review, with the command that makes something.
    """

    def __init__(self, study: Study, all_blind: bool = False, may_be_done: bool = False) -> None:
        self.study, self.all_blind = study, all_blind
        workspace = study.workspace()
        corpus = workspace.corpus
        self.workspace = workspace
        self.book: Codebook = workspace.codebook
        self.fates = corpus.history
        self.model, suggestions = _suggestions(workspace, may_be_done)
        self.unknown = codes_unknown_to(workspace.manifest, self.book, self.fates)
        """What the model does not know of the codebook, which changed since it learned."""
        wanted = {one.transcript for one in suggestions}
        self.transcripts = {name: transcript for name, transcript in corpus.by_id.items() if name in wanted}
        self.passages = self._passages(suggestions)
        self.by_key = {one.key: one for one in self.passages}
        self.interviews = {
            name: Interview(name, tuple(group))
            for name, group in groupby(self.passages, key=lambda one: one.segment.transcript)
        }
        self.examples = Counter(coding.code for coding in corpus.codings)
        self._imported = _by_transcript(corpus.imported_codings, wanted)
        self.by_place = {one.place: one for one in self.passages}
        self._remembered: dict[Hashable, Any] = {}
        self._works: dict[str, Work] = {}
        self._locks: dict[str, Lock] = {}
        self._gate = Lock()
        with study.store.transaction("review") as write:
            write.add_codebook(self.book)

    def _passages(self, suggestions: list[Suggestion]) -> list[Passage]:
        segments = self.workspace.segments(list(self.transcripts.values()))
        places = {(one.transcript, one.start, one.end) for one in segments}
        astray = next((one for one in suggestions if (one.transcript, one.start, one.end) not in places), None)
        if astray is not None:
            raise StudyError(
                f"A suggestion on '{astray.transcript}' does not fit the segments as the settings now make them. "
                "Get the suggestions anew: secondcoder code"
            )
        begun = {_place(one): one.sample for one in reversed(self.workspace.corpus.decisions) if _is_own(one)}
        settings = self.study.configuration.review
        return build_passages(segments, suggestions, self.book.ids, settings, self.all_blind, begun)

    @cached_property
    def cases(self) -> list[str]:
        """Cases of the transcripts in review, in order."""
        return sorted({one.case for one in self.transcripts.values() if one.case})

    def passage(self, key: str) -> Passage:
        """A passage by its key; DecisionError when there is none."""
        if key not in self.by_key:
            raise DecisionError("There is no such passage in this review. Reload the page.")
        return self.by_key[key]

    def transcript_of(self, passage: Passage) -> Transcript:
        """The transcript a passage lies in."""
        return self.transcripts[passage.segment.transcript]

    def remembered(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` made for a key before, else what it makes now; the oldest of many is forgotten."""
        with self._gate:
            kept: T | None = self._remembered.get(key)
        if kept is None:
            kept = make()
            with self._gate:
                if len(self._remembered) >= MOST_REMEMBERED:
                    self._remembered.pop(next(iter(self._remembered)))
                self._remembered[key] = kept
        return kept

    def imported_codes(self, coder: str, passage: Passage) -> list[str]:
        """Codes that this coder brought in from elsewhere and that begin on the passage; nobody else's are ever told."""
        segment = passage.segment
        return [
            one.code
            for one in self._imported.get((coder, segment.transcript), ())
            if segment.start <= one.start < segment.end and one.code in self.book
        ]

    def work(self, coder: str) -> Work:
        """What the coder decided so far, up to the latest row of the store."""
        with self._gate:
            work = self._works.setdefault(coder, Work(coder, self.fates))
        with work.lock:
            work.take(self.study.store.decisions(coder, after=work.latest))
        return work

    # -- deciding -------------------------------------------------------------------------------------------------------

    def decide(self, coder: str, word: Word) -> Decision:
        """Put a researcher's word in the store, with the codings and passes that follow from it, all or nothing.

        Raises:
            DecisionError: the word does not fit the passage as it stands.
        """
        with self._lock(coder):
            undone = word.verdict is Verdict.UNDO
            decision = undoing(self, coder, word) if undone else deciding(self, coder, self.passage(word.passage), word)
            self.write([decision])
            return decision

    def write(self, decisions: Iterable[Decision]) -> None:
        """Append one coder's decisions and make codings and passes follow, in one transaction."""
        rows = list(decisions)
        with self.study.store.transaction(rows[0].coder if rows else "review") as write:
            for one in rows:
                if write.add_decision(one, self.book):
                    told = write.decisions_on(one.coder, one.transcript, one.start, one.end)
                    codings, passes = outcome(
                        standing(told, self.fates), self.book.ids, self.fates, self._codes_then(told)
                    )
                    write.follow_decisions([earlier.id for earlier in told], codings, passes)
            if write.latest_change() != self.fates.latest:
                raise DecisionError(
                    "The codebook was changed while this page was open. Nothing was recorded. "
                    "Stop the review and open it again: secondcoder review"
                )

    def _codes_then(self, told: Iterable[Decision]) -> dict[str, tuple[str, ...]]:
        """The codes of the codebooks with which decisions were made, by hash."""
        hashes = {one.codebook for one in told} - {self.book.hash}
        earlier = {one: self.remembered(one, partial(self._read_codes, one)) for one in hashes}
        return {self.book.hash: self.book.ids, **earlier}

    def _read_codes(self, codebook_hash: str) -> tuple[str, ...]:
        text = self.study.store.codebook_yaml(codebook_hash) or ""
        return parse_codebook(text, "an earlier codebook").ids

    def _lock(self, coder: str) -> Lock:
        with self._gate:
            return self._locks.setdefault(coder, Lock())


def _place(decision: Decision) -> tuple[str, int, int]:
    return decision.transcript, decision.start, decision.end


def _is_own(decision: Decision) -> bool:
    """What one person decided; a settlement together says nothing of how the passage came to be seen."""
    return decision.origin is not Origin.ADJUDICATED


def _suggestions(workspace: Workspace, may_be_none: bool) -> tuple[str, list[Suggestion]]:
    model, corpus = workspace.version, workspace.corpus
    if model is None:
        raise ModelError("There is no model yet, so there is nothing to review. Train one: secondcoder train")
    made = corpus.suggestions(model)
    if not made and not may_be_none:
        raise InputError(f"Model {model} has suggested nothing yet. Get suggestions first: secondcoder code")
    found = present_suggestions(made, workspace.manifest, workspace.codebook, corpus.history)
    if not found and not may_be_none:
        raise InputError(
            f"Model {model} suggested only codes that are not in the codebook any more. "
            "Learn anew and code again: secondcoder retrain, then secondcoder code"
        )
    return model, found


def _by_transcript(codings: Iterable[Coding], wanted: set[str]) -> dict[tuple[str, str], list[Coding]]:
    found: dict[tuple[str, str], list[Coding]] = {}
    for one in codings:
        if one.transcript in wanted:
            found.setdefault((one.coder, one.transcript), []).append(one)
    return found
