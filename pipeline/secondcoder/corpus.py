"""One snapshot of a study's store, read once a command and passed on, with the indices that commands share.

Codings, passes and decisions are rows as they were made; here they are also read in the present codes. The rows come from one view of
the store: a decision written while a command runs is in all of them or in none, so that its coding never stands without its pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeVar

from secondcoder.codebook.history import CodeHistory
from secondcoder.codebook.present import (
    AmbiguousSpan,
    Assignment,
    Key,
    ambiguous_spans,
    present_codings,
    present_decision,
    present_passes,
)
from secondcoder.domain.grouping import group_by
from secondcoder.domain.records import (
    Case,
    CellNote,
    Coding,
    CodingPass,
    Decision,
    ModelCoding,
    Origin,
    Suggestion,
    Transcript,
)
from secondcoder.domain.split_groups import split_groups
from secondcoder.store import Store
from secondcoder.store.reading import StoreContent
from secondcoder.store.trail import PURGED

M = TypeVar("M", bound=Coding | CodingPass)
Event = Mapping[str, Any]
PROPOSED = "passages proposed"
"""An event of the audit trail: see `labels.chosen_passages`."""
GIVEN_UP = "others' codings shown"
"""An event of the audit trail: a coder said that they will not code some interviews independently."""


class Corpus:
    """Transcripts, cases, codings, passes, decisions, models and suggestions of a study as they stood at one moment.

    Suggestions and the audit trail grow large: a version's suggestions, and a kind of event, are read when first asked for, and then
    once. The trail, which only grows, is cut where it ended at that moment.
    """

    def __init__(
        self, store: Store, transcripts: Sequence[Transcript] | None = None, content: StoreContent | None = None
    ) -> None:
        self._store = store
        self._content = content or store.content(transcripts)
        self._suggestions: dict[str, list[Suggestion]] = {}
        self._events: dict[str, list[dict[str, Any]]] = {}
        self._groups: dict[str, dict[str, str]] = {}

    def now(self) -> Corpus:
        """The same store as it stands now."""
        return Corpus(self._store)

    def with_marks_now(self) -> Corpus:
        """These transcripts, with what was said of them up to now: quicker, while a study is open and its transcripts stay."""
        return Corpus(self._store, self.transcripts)

    @property
    def store(self) -> Store:
        """Where it was read from."""
        return self._store

    @property
    def rows(self) -> StoreContent:
        """The snapshot's rows as they were made, for whoever counts them."""
        return self._content

    # -- transcripts and cases ------------------------------------------------------------------------------------------

    @property
    def transcripts(self) -> Sequence[Transcript]:
        """All transcripts, ordered by id."""
        return self._content.transcripts

    @cached_property
    def by_id(self) -> Mapping[str, Transcript]:
        """Transcripts by their ids."""
        return {transcript.id: transcript for transcript in self.transcripts}

    @property
    def cases(self) -> Sequence[Case]:
        """All cases, ordered by id."""
        return self._content.cases

    @cached_property
    def case_of(self) -> Mapping[str, str | None]:
        """Transcript id -> its case."""
        return {transcript.id: transcript.case for transcript in self.transcripts}

    def grouping(self, by: str) -> str:
        """What `groups` keeps whole: "transcript" also for "participant", where no transcript names one."""
        known = any(transcript.participant for transcript in self.transcripts)
        return "transcript" if by == "participant" and not known else by

    def groups(self, by: str) -> Mapping[str, str]:
        """Transcript id -> the group that is kept whole in splits; `by` "participant", "transcript" or "case"."""
        if by not in self._groups:
            self._groups[by] = split_groups(self.transcripts, by)
        return self._groups[by]

    # -- codings, passes and decisions ----------------------------------------------------------------------------------

    @property
    def history(self) -> CodeHistory:
        """The confirmed changes of the codebook, and what became of each code."""
        return self._content.history

    @property
    def codebooks(self) -> Mapping[str, str]:
        """Every codebook that was ever the study's, oldest first: hash -> YAML."""
        return self._content.codebooks

    @cached_property
    def assignments(self) -> Mapping[tuple[Key, int], Assignment]:
        """The last assignment of each coding of a code that was split."""
        # In the order they were made, so that the last one of a coding stays.
        return {(assignment.key, assignment.made): assignment for assignment in self._content.assignments}

    @cached_property
    def codings_as_made(self) -> list[tuple[Coding, int]]:
        """All human codings as they were made, each with the last change of the codebook before it."""
        return [(row.coding, row.after_change) for row in self._content.codings]

    @cached_property
    def imported_as_made(self) -> list[tuple[Coding, int]]:
        """Those that no decision of a review made."""
        return [(row.coding, row.after_change) for row in self._content.codings if row.imported]

    @cached_property
    def codings(self) -> list[Coding]:
        """All human codings in the present codes, ordered by transcript, span, code, coder."""
        return self.in_present_codes(self.codings_as_made)

    @cached_property
    def imported_codings(self) -> list[Coding]:
        """Those that no decision of a review made, in the present codes."""
        return self.in_present_codes(self.imported_as_made)

    def in_present_codes(self, codings: Sequence[tuple[Coding, int]]) -> list[Coding]:
        """Codings as they were made, read in the present codes."""
        if not self.history:
            return [coding for coding, _ in codings]
        return present_codings(codings, self.history, self.assignments)

    @property
    def passes_as_made(self) -> Sequence[tuple[CodingPass, int]]:
        """All coding passes as they were made, each with the last change of the codebook before it."""
        return self._content.passes

    @cached_property
    def passes(self) -> list[CodingPass]:
        """All coding passes in the present codes, ordered by transcript, coder, span."""
        if not self.history:
            return [coding_pass for coding_pass, _ in self.passes_as_made]
        return present_passes(self.passes_as_made, self.history, self.ambiguous)

    @cached_property
    def ambiguous(self) -> list[AmbiguousSpan]:
        """Where it is unknown since a change of the codebook whether a code holds."""
        if not self.history:
            return []
        # Whole turns are in doubt: a segment may begin before a coding and end within it.
        turns = {transcript.id: [turn.span for turn in transcript.turns] for transcript in self.transcripts}
        return ambiguous_spans(self.codings_as_made, self.history, self.assignments, turns)

    @cached_property
    def marks(self) -> list[Coding | CodingPass]:
        """Codings and passes, in the present codes."""
        return [*self.codings, *self.passes]

    @property
    def decisions_as_made(self) -> Sequence[Decision]:
        """What researchers decided in reviews, oldest first, as it was made."""
        return self._content.decisions

    @cached_property
    def decisions(self) -> list[Decision]:
        """What researchers decided in reviews, oldest first, with the present names of their codes."""
        if not self.history:
            return [*self.decisions_as_made]
        return [present_decision(decision, self.history) for decision in self.decisions_as_made]

    @cached_property
    def coders(self) -> list[str]:
        """Everybody who gave a code or looked for one."""
        return sorted({mark.coder for mark in self.marks})

    @cached_property
    def coded(self) -> frozenset[str]:
        """Ids of the transcripts on which a human coding or coding pass lies."""
        return frozenset(mark.transcript for mark in self.marks)

    @cached_property
    def coded_transcripts(self) -> list[Transcript]:
        """Transcripts on which a human coding or coding pass lies, ordered by id."""
        return [transcript for transcript in self.transcripts if transcript.id in self.coded]

    @cached_property
    def reviewed(self) -> frozenset[str]:
        """Ids of the transcripts on which a decision of a review lies."""
        return frozenset(decision.transcript for decision in of_reviews(self.decisions_as_made))

    @cached_property
    def codebooks_by_coder(self) -> list[tuple[str, str, int]]:
        """(coder, hash of a codebook that the coder worked with, the last change before), ordered."""
        # The change before the hash, so that a coder's codebooks come in the order of time.
        used = {(row.coding.coder, row.after_change, row.codebook) for row in self._content.codings}
        return [(coder, codebook, after) for coder, after, codebook in sorted(used)]

    # -- other models that coded ------------------------------------------------------------------------------------------

    @cached_property
    def model_codings_as_made(self) -> list[tuple[ModelCoding, int]]:
        """What other models say of spans, as it was made, each with the last change of the codebook before it; no human codings."""
        return self._store.model_codings()

    @cached_property
    def model_coders(self) -> Mapping[str, int]:
        """Name of each model that coded -> its edition that counts now, ordered by name."""
        editions: dict[str, int] = {}
        for coding, _ in self.model_codings_as_made:
            editions[coding.coder] = max(coding.edition, editions.get(coding.coder, 1))
        return dict(sorted(editions.items()))

    # -- what researchers say of cells of the framework matrix ------------------------------------------------------------

    @cached_property
    def cell_notes_as_made(self) -> list[CellNote]:
        """As they were written, oldest first; `charting.notes` reads them in the present codes."""
        return self._store.cell_notes()

    # -- models and their suggestions -----------------------------------------------------------------------------------

    @property
    def models(self) -> Sequence[Mapping[str, Any]]:
        """Records of all model versions, oldest first: version, parent, manifest, in_use."""
        return self._content.models

    @cached_property
    def manifests(self) -> Mapping[str, dict[str, Any]]:
        """Version -> manifest, without the places of its exemplars."""
        return {record["version"]: dict(record["manifest"]) for record in self.models}

    @cached_property
    def purged(self) -> Mapping[str, dict[str, Any]]:
        """Version -> why, files and kept of each one whose files were deleted, by the trail."""
        return {event["detail"]["version"]: event["detail"] for event in self.events(PURGED)}

    @property
    def model_in_use(self) -> str | None:
        """Name of the model version in use."""
        return next((str(record["version"]) for record in self.models if record["in_use"]), None)

    def suggestions(self, version: str) -> list[Suggestion]:
        """What a model version suggested, as it was made, ordered by transcript, span, code."""
        if version not in self._suggestions:
            self._suggestions[version] = self._store.suggestions(version)
        return self._suggestions[version]

    @cached_property
    def suggestion_counts(self) -> Mapping[str, int]:
        """How many suggestions there are of each model version that has any."""
        return self._store.count_suggestions()

    # -- the audit trail ------------------------------------------------------------------------------------------------

    def events(self, *what: str) -> list[dict[str, Any]]:
        """The audit trail's events of some kinds, of all where none is named, oldest first: id, at, who, what, detail, hash."""
        if not what:
            return self._store.events(until=self._content.last_event)
        if new := [kind for kind in what if kind not in self._events]:
            rows = self._store.events(*new, until=self._content.last_event)
            self._events |= {kind: [] for kind in new} | group_by(rows, lambda event: event["what"])
        return sorted((event for kind in what for event in self._events[kind]), key=lambda event: event["id"])

    @cached_property
    def ends_of_trail(self) -> tuple[Event, Event] | None:
        """The trail's first event and its last, None where there is none."""
        return self._store.ends_of_trail(self._content.last_event)

    def last_event_of(self, *what: str) -> int:
        """Id of the newest event of some kinds, 0 without any."""
        return self._store.last_event_of(what, self._content.last_event)

    @property
    def proposals(self) -> Sequence[Event]:
        """The events of passages that were proposed for coding, oldest first."""
        return self.events(PROPOSED)

    def suggested_on(self, version: str) -> list[str]:
        """Ids of the transcripts that a model version has coded, also those on which it suggested nothing."""
        # From the trail: where nothing was suggested, the table has no row. A transcript that was removed may be there again.
        on: set[str] = set()
        for transcript, model in self._coded_by_models:
            if model is None:
                on.discard(transcript)
            elif model == version:
                on.add(transcript)
        return sorted(on)

    @cached_property
    def _coded_by_models(self) -> list[tuple[str, str | None]]:
        return self._store.coded_by_models(self._content.last_event)


def of_coder(marks: Iterable[M], coder: str) -> list[M]:
    """Codings or passes of one coder."""
    return [mark for mark in marks if mark.coder == coder]


def of_reviews(decisions: Iterable[Decision]) -> list[Decision]:
    """Decisions without those of adjudications, which settle what was coded anywhere, by hand as well."""
    return [decision for decision in decisions if decision.origin is not Origin.ADJUDICATED]


def independent(marks: Iterable[M]) -> list[M]:
    """Codings or passes made without any suggestion on screen."""
    return [mark for mark in marks if mark.origin is Origin.INDEPENDENT]
