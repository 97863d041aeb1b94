"""What identifies a study, and what its audit trail says of packs: opened, made, merged, and what a coder had said in each."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from secondcoder.codebook.present import ambiguous_spans, present_passes
from secondcoder.corpus import Corpus
from secondcoder.domain.records import Coding, CodingPass, Origin, Valence
from secondcoder.errors import StudyError
from secondcoder.exchange.pack.pack import State
from secondcoder.store.trail import mark, marks_detail, read_marks

OPENED, MADE, MERGED = "pack opened", "pack made", "pack merged"
"""Events of the audit trail."""
CODINGS = ("transcript", "start", "end", "code", "origin", "valence", "memo", "after_change")
PASSES = ("transcript", "start", "end", "codes", "origin", "after_change")
MadeCodings = Sequence[tuple[Coding, int]]
MadePasses = Sequence[tuple[CodingPass, int]]


def folder_id(corpus: Corpus) -> str:
    """What identifies a study's folder, and every copy of its files: the hash of its trail's first event, which nothing alters."""
    if corpus.ends_of_trail is None:
        raise StudyError("There is nothing in this study yet. Import interviews first: secondcoder import FILES")
    return str(corpus.ends_of_trail[0]["hash"])


def opened_from(corpus: Corpus) -> Mapping[str, Any] | None:
    """What the trail says of the pack that this folder was made from; None for a study of its own."""
    return next((event["detail"] for event in corpus.events(OPENED)), None)


def study_id(corpus: Corpus) -> str:
    """What identifies the study: the folder's own id, or in a folder that a pack was opened in, that of the pack's study."""
    opened = opened_from(corpus)
    return folder_id(corpus) if opened is None else str(opened["study"])


def said_now(corpus: Corpus, coder: str, transcripts: Iterable[str]) -> tuple[MadeCodings, MadePasses]:
    """A coder's codings and passes on these transcripts as they were made; what was adjudicated is nobody's own."""
    wanted = frozenset(transcripts)

    def own(made: Coding | CodingPass) -> bool:
        return made.coder == coder and made.transcript in wanted and made.origin is not Origin.ADJUDICATED

    return (
        [(coding, after) for coding, after in corpus.codings_as_made if own(coding)],
        [(look, after) for look, after in corpus.passes_as_made if own(look)],
    )


def state_of(head: str, transcripts: Iterable[str], codings: MadeCodings, passes: MadePasses, corpus: Corpus) -> State:
    """What was said, read in the present codes."""
    history = corpus.history
    turns = {transcript.id: [turn.span for turn in transcript.turns] for transcript in corpus.transcripts}
    unclear = ambiguous_spans(codings, history, corpus.assignments, turns) if history else ()
    looks = present_passes(passes, history, unclear) if history else [look for look, _ in passes]
    return State(head, frozenset(transcripts), frozenset(corpus.in_present_codes(codings)), frozenset(looks))


def said_detail(codings: MadeCodings, passes: MadePasses) -> dict[str, Any]:
    """What was said, for an event of the trail."""

    def row(made: Coding | CodingPass, after: int, columns: Sequence[str]) -> str:
        return mark({name: getattr(made, name, after) for name in columns}, columns)

    return {
        "codings": marks_detail(CODINGS, Counter(row(coding, after, CODINGS) for coding, after in codings)),
        "passes": marks_detail(PASSES, Counter(row(look, after, PASSES) for look, after in passes)),
    }


def state_said(head: str, detail: Mapping[str, Any], coder: str, corpus: Corpus) -> State:
    """What a coder had said by an event, read in the present codes; nothing where the event speaks of another coder."""
    said = detail["said"] if detail["coder"] == coder else {}
    codings, passes = (
        [dict(zip(columns, json.loads(row), strict=True)) for row in read_marks(said[which])] if said else []
        for which, columns in (("codings", CODINGS), ("passes", PASSES))
    )
    return state_of(
        head,
        set(detail["transcripts"]) & corpus.by_id.keys(),
        [(_coding(row, coder), row["after_change"]) for row in codings if row["transcript"] in corpus.by_id],
        [(_pass(row, coder), row["after_change"]) for row in passes if row["transcript"] in corpus.by_id],
        corpus,
    )


def _coding(row: Mapping[str, Any], coder: str) -> Coding:
    valence = Valence(row["valence"]) if row["valence"] else None
    place = row["transcript"], row["start"], row["end"]
    return Coding(*place, row["code"], coder, Origin(row["origin"]), valence, row["memo"])


def _pass(row: Mapping[str, Any], coder: str) -> CodingPass:
    return CodingPass(row["transcript"], coder, row["start"], row["end"], tuple(row["codes"]), Origin(row["origin"]))
