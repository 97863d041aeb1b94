"""Everything that the people of a study still have to talk about: the one list behind adjudication by page and by sheet.

It holds what learning hears, since what is settled is learned from: independent and reviewed codings alike, without those that their
coders took back, and a sub-construct as its construct too where learning rolls up. A disagreement is one unit and one code on which
two people who looked for it differ: whether it holds or, where they share it, its valence (two people gave different ones; none given
says nothing) or its words (the span rule of `domain.spans`). Figures of agreement rest on independent codings, and list their own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations
from typing import NamedTuple

import numpy as np

from secondcoder.agreement.codes import choose_codes
from secondcoder.agreement.contingency import Bools
from secondcoder.agreement.disagreements import (
    Context,
    Difference,
    Disagreement,
    joined,
    memos_by_code,
    memos_on,
    words_within,
)
from secondcoder.agreement.material import choose_coders, choose_transcripts, edges_of, without_interviewer
from secondcoder.agreement.reliability_data import ReliabilityData, build_reliability_data, carried_codings
from secondcoder.agreement.units import Kind, Unit, kind_named, make_units
from secondcoder.codebook.model import Codebook
from secondcoder.domain.grouping import by_transcript, group_by
from secondcoder.domain.records import Coding, CodingPass, Origin, Segment, Transcript
from secondcoder.domain.spans import same_words
from secondcoder.labels.decisions import current_codings
from secondcoder.workspace import Workspace

SegmentsOf = Callable[[Sequence[Transcript]], list[Segment]]
ByCoder = dict[str, tuple[Coding, ...]]
Cell = tuple[int, int]
"""The positions of a unit and a code."""


class Marks(NamedTuple):
    """What coders coded and where they looked."""

    codings: tuple[Coding, ...] = ()
    passes: tuple[CodingPass, ...] = ()

    @property
    def coders(self) -> tuple[str, ...]:
        """Everybody who left a mark, by name."""
        marks: tuple[Coding | CodingPass, ...] = (*self.codings, *self.passes)
        return tuple(sorted({mark.coder for mark in marks}))

    def of(self, coders: Collection[str]) -> Marks:
        """The same for some of the coders."""
        codings = tuple(coding for coding in self.codings if coding.coder in coders)
        return Marks(codings, tuple(each for each in self.passes if each.coder in coders))

    def by_transcript(self) -> defaultdict[str, Marks]:
        """Those on each transcript."""
        codings, passes = by_transcript(self.codings), by_transcript(self.passes)
        names = {*codings, *passes}
        return defaultdict(
            Marks, {name: Marks(tuple(codings.get(name, ())), tuple(passes.get(name, ()))) for name in names}
        )


Before = dict[str, tuple[Marks, Marks, list[Disagreement]]]
"""Transcript -> what people said and what was settled there, and what came of it."""


def study_disagreements(
    workspace: Workspace,
    between: Sequence[str] = (),
    codes: Sequence[str] = (),
    cases: Sequence[str] = (),
    units: str = "segment",
    segments_of: SegmentsOf | None = None,
    before: Before | None = None,
) -> list[Disagreement]:
    """All of them, settled or not, in the order of the transcripts, of the text and of the codes.

    Args:
        between, codes, cases: of these coders, codes and cases; empty for all.
        segments_of: gives the segments of transcripts, where they are there already.
        before: what an earlier call found, brought up to date: only transcripts on which something changed are compared anew.

    Raises:
        AgreementError: a name that nobody and nothing bears.
    """
    corpus, kind, before = workspace.corpus, kind_named(units), {} if before is None else before
    codings = current_codings(corpus.codings, corpus.decisions_as_made, corpus.history)
    said, settled = _people_and_adjudications(codings, corpus.passes)
    said = said.of(choose_coders(said.coders, None, between)) if between else said
    asked = choose_codes(codes or None, workspace.codebook)
    of_people, of_adjudications = said.by_transcript(), settled.by_transcript()
    chosen = choose_transcripts(corpus.transcripts, cases or None)
    shared = [transcript for transcript in chosen if len(of_people[transcript.id].coders) > 1]
    segments = by_transcript((segments_of or workspace.segments)(shared))
    for name in (transcript.id for transcript in shared):
        marks = of_people[name], of_adjudications[name]
        if name not in before or before[name][:2] != marks:
            grid = _grid(workspace, corpus.by_id[name], segments.get(name, []), kind, asked, marks[0])
            before[name] = *marks, grid.disagreements(*marks, workspace.codebook)
    return [disagreement for transcript in shared for disagreement in before[transcript.id][2]]


def _people_and_adjudications(codings: Iterable[Coding], passes: Iterable[CodingPass]) -> tuple[Marks, Marks]:
    """What single coders said, and what was settled."""
    given = group_by(codings, lambda coding: coding.origin is Origin.ADJUDICATED)
    looked = group_by(passes, lambda coding_pass: coding_pass.origin is Origin.ADJUDICATED)
    said, settled = (Marks(tuple(given.get(key, ())), tuple(looked.get(key, ()))) for key in (False, True))
    return said, settled


def _grid(
    workspace: Workspace,
    transcript: Transcript,
    segments: Sequence[Segment],
    kind: Kind,
    codes: Sequence[str],
    said: Marks,
) -> _Grid:
    settings, book = workspace.configuration, workspace.codebook
    if settings.segments.code_interviewer:
        transcript = without_interviewer(transcript)
    # Of what people said alone: runs of characters must not change with what is settled.
    edges = edges_of([*said.codings, *said.passes]) if kind.one == "character" else {}
    wider = {code: book.ancestors(code) for code in book.ids} if settings.learning.roll_up else {}
    units = make_units(kind, [transcript], segments, edges)
    return _Grid(transcript, units, kind, codes, wider, settings.segments.overlap)


class _Settled(NamedTuple):
    """Which cells were settled, (n units, k codes), and the adjudicated codings of each."""

    cells: Bools
    codings: Mapping[Cell, ByCoder]


@dataclass(frozen=True)
class _Grid:
    """The units of a transcript and the codes to compare on; `wider` holds the codes that a code counts for too."""

    transcript: Transcript
    units: Sequence[Unit]
    kind: Kind
    codes: Sequence[str]
    wider: Mapping[str, Sequence[str]]
    overlap: float

    def disagreements(self, said: Marks, settled: Marks, book: Codebook) -> list[Disagreement]:
        """In the order of the units and the codes."""
        context = Context(self.transcript)
        found = list(self._found(said, self._settled(settled, book), context))
        return joined(found, {self.transcript.id: context}) if self.kind.one == "character" else found

    def _found(self, said: Marks, settled: _Settled, context: Context) -> Iterator[Disagreement]:
        data, given = self._data(said), self._given(said.codings)
        memos = memos_by_code(said.codings, said.coders)
        shared = {cell for cell, by_coder in given.items() if len(by_coder) > 1}
        for row, column in sorted(shared.union(_parted(data))):
            here = dict(sorted(given.get((row, column), {}).items()))
            differs = tuple(self._differences(data, row, column, here))
            if not differs:
                continue
            unit, code = self.units[row], self.codes[column]
            looked = data.known[row, :, column].nonzero()[0].tolist()
            found = context.disagreement(
                unit,
                code,
                {data.coders[at]: bool(data.marks[row, at, column]) for at in looked},
                {data.coders[at]: tuple(data.codes[k] for k in data.marks[row, at].nonzero()[0]) for at in looked},
                memos_on(memos.get((unit.transcript, code), ()), unit),
            )
            codings = tuple(chain.from_iterable(settled.codings.get((row, column), {}).values()))
            yield replace(found, differs=differs, given=here, settled=codings if settled.cells[row, column] else None)

    def _settled(self, settled: Marks, book: Codebook) -> _Settled:
        """By the rules of the label matrix: a code is settled where it was given or looked for in an adjudication."""
        data = self._data(settled)
        cells: Bools = np.asarray(data.known.any(1))
        holds: Bools = np.asarray(data.marks.any(1))
        column = {code: at for at, code in enumerate(self.codes)}
        for code in book.codes if self.wider else ():  # parents stand before their children
            if code.id in column and code.parent in column:
                child, parent = column[code.id], column[code.parent]
                cells[:, child] |= cells[:, parent] & ~holds[:, parent]
        return _Settled(cells, self._given(settled.codings))

    def _data(self, marks: Marks) -> ReliabilityData:
        return build_reliability_data(
            [self.transcript],
            self.units,
            marks.codings,
            marks.passes,
            coders=marks.coders,
            codes=self.codes,
            kind=self.kind,
            overlap=self.overlap,
            wider=self.wider,
            as_learned=True,
        )

    def _given(self, codings: Iterable[Coding]) -> dict[Cell, ByCoder]:
        """By unit and code: coder -> their codings of this very code."""
        column = {code: at for at, code in enumerate(self.codes)}
        asked = (coding for coding in codings if coding.code in column)
        given: dict[Cell, ByCoder] = {}
        for row, coding in carried_codings([self.transcript], self.units, asked, self.overlap):
            by_coder = given.setdefault((row, column[coding.code]), {})
            by_coder[coding.coder] = (*by_coder.get(coding.coder, ()), coding)
        return given

    def _differences(self, data: ReliabilityData, row: int, column: int, given: ByCoder) -> Iterator[Difference]:
        looked, gave = data.known[row, :, column], data.marks[row, :, column]
        if gave.any() and (looked & ~gave).any():
            yield Difference.CODE
        valences = ({coding.valence for coding in codings} - {None} for codings in given.values())
        if len({frozenset(of_coder) for of_coder in valences if of_coder}) > 1:
            yield Difference.VALENCE
        unit = self.units[row]
        words = [words_within(codings, (unit.start, unit.end)) for codings in given.values()]
        if not all(same_words(*pair, self.overlap) for pair in combinations(words, 2)):
            yield Difference.SPAN


def _parted(data: ReliabilityData) -> Iterator[Cell]:
    """Cells that some gave and others, who looked too, did not."""
    cells: Bools = np.asarray(data.marks.any(1) & (data.known & ~data.marks).any(1))
    yield from zip(*(places.tolist() for places in cells.nonzero()), strict=True)
