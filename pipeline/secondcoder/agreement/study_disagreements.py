"""Everything that the people of a study still have to talk about: the one list behind the adjudication page and the adjudication sheet.

It holds what learning hears, since what is settled is learned from: independent and reviewed codings alike, without those that their
coders took back, and a sub-construct as its construct too where learning rolls up. A disagreement is one unit and one code on which two
people who looked for it differ: whether it holds, or, where they share it, its valence (two people gave different ones; none given says
nothing) or its words (the span rule of `domain.spans`). Figures of agreement rest on independent codings alone, and have their own list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
from secondcoder.domain.grouping import by_transcript
from secondcoder.domain.records import Coding, CodingPass, Origin, Segment, Transcript
from secondcoder.domain.spans import same_words
from secondcoder.labels.decisions import current_codings
from secondcoder.workspace import Workspace

SegmentsOf = Callable[[Sequence[Transcript]], list[Segment]]
ByCoder = dict[str, tuple[Coding, ...]]
Cell = tuple[int, int]
"""The positions of a unit and a code."""


def study_disagreements(
    workspace: Workspace,
    between: Sequence[str] = (),
    codes: Sequence[str] = (),
    cases: Sequence[str] = (),
    units: str = "segment",
    segments_of: SegmentsOf | None = None,
) -> list[Disagreement]:
    """All of them, settled or not, in the order of the transcripts, of the text and of the codes.

    Args:
        between, codes, cases: of these coders, codes and cases; empty for all.
        segments_of: gives the segments of transcripts, where they are there already.

    Raises:
        AgreementError: a name that nobody and nothing bears.
    """
    corpus, settings, book, kind = workspace.corpus, workspace.configuration, workspace.codebook, kind_named(units)
    codings = current_codings(corpus.codings, corpus.decisions_as_made, corpus.history)
    said, settled = (_marks(codings, corpus.passes, settled=settled) for settled in (False, True))
    said = said.of(choose_coders(said.coders, None, between)) if between else said
    transcripts = _shared(choose_transcripts(corpus.transcripts, cases or None), said)
    segments = (segments_of or workspace.segments)(transcripts)
    if settings.segments.code_interviewer:
        transcripts = [without_interviewer(transcript) for transcript in transcripts]
    edges = edges_of([*said.codings, *said.passes]) if kind.one == "character" else {}
    wider = {code: book.ancestors(code) for code in book.ids} if settings.learning.roll_up else {}
    grid = _Grid(
        transcripts,
        make_units(kind, transcripts, segments, edges),
        kind,
        choose_codes(codes or None, book),
        wider,
        settings.segments.overlap,
    )
    found = list(grid.disagreements(said, grid.settlements(settled, book)))
    return joined(found, grid.contexts()) if kind.one == "character" else found


class _Marks(NamedTuple):
    """What coders coded and where they looked."""

    coders: tuple[str, ...]
    codings: list[Coding]
    passes: list[CodingPass]

    def of(self, coders: tuple[str, ...]) -> _Marks:
        """The same for some of the coders."""
        codings, passes = ([mark for mark in marks if mark.coder in coders] for marks in (self.codings, self.passes))
        return _Marks(coders, codings, passes)


def _marks(codings: Iterable[Coding], passes: Iterable[CodingPass], *, settled: bool) -> _Marks:
    """Those of adjudications, or those of single coders."""
    given = [coding for coding in codings if (coding.origin is Origin.ADJUDICATED) is settled]
    looked = [coding_pass for coding_pass in passes if (coding_pass.origin is Origin.ADJUDICATED) is settled]
    return _Marks(tuple(sorted({mark.coder for mark in chain(given, looked)})), given, looked)


def _shared(transcripts: Iterable[Transcript], said: _Marks) -> list[Transcript]:
    """The transcripts on which two people left a mark."""
    marks = by_transcript(chain(said.codings, said.passes))
    return [each for each in transcripts if len({mark.coder for mark in marks.get(each.id, ())}) > 1]


class _Settled(NamedTuple):
    """Which cells were settled, (n units, k codes), and the adjudicated codings of each."""

    cells: Bools
    codings: Mapping[Cell, ByCoder]


@dataclass(frozen=True)
class _Grid:
    """The units and codes to compare on; `wider` holds the codes that a code counts for too."""

    transcripts: Sequence[Transcript]
    units: Sequence[Unit]
    kind: Kind
    codes: Sequence[str]
    wider: Mapping[str, Sequence[str]]
    overlap: float

    def contexts(self) -> dict[str, Context]:
        """The transcripts, for looking up turns and questions."""
        return {transcript.id: Context(transcript) for transcript in self.transcripts}

    def disagreements(self, said: _Marks, settled: _Settled) -> Iterator[Disagreement]:
        """In the order of the units and the codes."""
        data, given, contexts = self._data(said), self._given(said.codings), self.contexts()
        memos = memos_by_code(said.codings, said.coders)
        shared = {cell for cell, by_coder in given.items() if len(by_coder) > 1}
        for row, column in sorted(shared.union(_parted(data))):
            here = given.get((row, column), {})
            differs = tuple(self._differences(data, row, column, here))
            if not differs:
                continue
            unit, code = self.units[row], self.codes[column]
            looked = data.known[row, :, column].nonzero()[0].tolist()
            found = contexts[unit.transcript].disagreement(
                unit,
                code,
                {data.coders[at]: bool(data.marks[row, at, column]) for at in looked},
                {data.coders[at]: tuple(data.codes[k] for k in data.marks[row, at].nonzero()[0]) for at in looked},
                memos_on(memos.get((unit.transcript, code), ()), unit),
            )
            codings = tuple(chain.from_iterable(settled.codings.get((row, column), {}).values()))
            yield replace(found, differs=differs, given=here, settled=codings if settled.cells[row, column] else None)

    def settlements(self, settled: _Marks, book: Codebook) -> _Settled:
        """By the rules of the label matrix: a code is settled where it was given or looked for in an adjudication."""
        data = self._data(settled)
        cells, holds = data.known.any(1), data.marks.any(1)
        column = {code: at for at, code in enumerate(self.codes)}
        for code in book.codes if self.wider else ():  # parents stand before their children
            if code.id in column and code.parent in column:
                child, parent = column[code.id], column[code.parent]
                cells[:, child] |= cells[:, parent] & ~holds[:, parent]
        return _Settled(np.asarray(cells), self._given(settled.codings))

    def _data(self, marks: _Marks) -> ReliabilityData:
        return build_reliability_data(
            self.transcripts,
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
        for row, coding in carried_codings(self.transcripts, self.units, asked, self.overlap):
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
    cells = data.marks.any(1) & (data.known & ~data.marks).any(1)
    yield from zip(*(places.tolist() for places in cells.nonzero()), strict=True)
