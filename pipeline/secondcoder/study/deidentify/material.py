"""What of a study is searched for identifying words: the talk, what researchers wrote beside it, and the names of things."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from secondcoder.corpus import Corpus
from secondcoder.domain.records import Transcript
from secondcoder.exchange.identified_again import DEIDENTIFIED, deidentified_in
from secondcoder.study.deidentify.codebook_wording import sentences_of

INTERVIEW, PARTICIPANT, CASE = "name of an interview", "name of a participant", "name of a case"
WORDING = "wording of the codebook"
NAMES = (INTERVIEW, PARTICIPANT, CASE, WORDING)
"""Kinds of names of things, and sentences of the codebook; they are replaced as a whole."""


@dataclass(frozen=True)
class Material:
    """Texts to search.

    Attributes:
        notes: a short name made of its content -> a memo, a note on a cell, an attribute.
        where: the same -> what it is, in words.
        names: (kind, name) of interviews, participants and cases, and the codebook's sentences.
        done: transcripts that were de-identified before, in which pseudonyms stand.
        taken: strings that are no pseudonym and that stay: coders, codes, versions.
    """

    transcripts: Sequence[Transcript]
    notes: Mapping[str, str] = field(default_factory=dict)
    where: Mapping[str, str] = field(default_factory=dict)
    names: Sequence[tuple[str, str]] = ()
    done: frozenset[str] = frozenset()
    taken: frozenset[str] = frozenset()

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """Every text that is searched, by the name of its transcript or note."""
        return {**self.notes, **{each.id: each.text for each in self.transcripts}}


def material_of(corpus: Corpus, codes: Iterable[str]) -> Material:
    """All that is in a study now."""
    written = dict(_notes(corpus))
    units = {text: f"note {hashlib.sha256(text.encode()).hexdigest()[:12]}" for text in written}
    names = [(INTERVIEW, each.id) for each in corpus.transcripts]
    names += [(PARTICIPANT, each.participant) for each in corpus.transcripts if each.participant]
    names += [(CASE, each.id) for each in corpus.cases]
    names += [(WORDING, sentence) for sentence in sentences_of(corpus.codebooks)]
    coders = {*corpus.coders, *corpus.model_coders, *(each.coder for each in corpus.decisions_as_made)}
    return Material(
        corpus.transcripts,
        {unit: text for text, unit in units.items()},
        {unit: written[text] for text, unit in units.items()},
        list(dict.fromkeys(names)),
        frozenset(deidentified_in(corpus.events(DEIDENTIFIED))),
        frozenset({*coders, *codes, *corpus.manifests}),
    )


def _notes(corpus: Corpus) -> Iterable[tuple[str, str]]:
    """(text, what it is) of what was written beside the talk; a text that stands in many places is one."""
    for coding, _ in corpus.codings_as_made:
        if coding.memo:
            yield coding.memo, f"memo of {coding.coder} in '{coding.transcript}'"
    for decision in corpus.decisions_as_made:
        if decision.memo:
            yield decision.memo, f"memo of {decision.coder} in '{decision.transcript}'"
    for note in corpus.cell_notes_as_made:
        if note.summary:
            yield note.summary, f"note of {note.by} in the framework matrix"
    for transcript in corpus.transcripts:
        for name, value in transcript.attributes.items():
            yield value, f"{name} of '{transcript.id}'"
    for case in corpus.cases:
        for name, value in case.attributes.items():
            yield value, f"{name} of case '{case.id}'"
