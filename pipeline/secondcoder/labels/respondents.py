"""The table of respondents and codes for statistics: 1 where a code was given, 0 where it was looked for in vain, else missing.

A row is a participant, a transcript or a case. A 0 stands only where somebody looked for the code in everything that was said there,
so that a column's share of ones is a share of those for whom it is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from secondcoder.codebook.model import Codebook
from secondcoder.corpus import Corpus, of_coder
from secondcoder.domain.grouping import by_transcript, group_by
from secondcoder.domain.names import known_name
from secondcoder.domain.records import Coding, CodingPass, Origin, Transcript
from secondcoder.domain.spans import coded_turns, covers, looked_for, within
from secondcoder.domain.split_groups import people
from secondcoder.errors import InputError, did_you_mean
from secondcoder.labels.code_passages import held_codings
from secondcoder.labels.standing_codings import standing_codings
from secondcoder.reports.statistics_files import Variable

By = Literal["participant", "transcript", "case"]
ANY, ALL = "any", "all"
DESCRIBING = ("case", "participant", "role", "wave")
NAMES = {"case": "case_id"}
"""`case` is a word of Stata's."""
FIGURE = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d+)?")


@dataclass(frozen=True)
class RespondentOptions:
    """How the table is made.

    Attributes:
        by: what a row is.
        coders: whose codes: "any" (given by anybody, and what was adjudicated as it was settled), "all" (by everybody who looked for
            it), or a coder's name.
        in_part: a 0 also where only a part of what was said was looked through.
        roll_up: a sub-construct counts as its construct too.
        interviewer: the interviewer's words are coded too.
    """

    by: By = "participant"
    coders: str = ANY
    in_part: bool = False
    roll_up: bool = True
    interviewer: bool = False


@dataclass(frozen=True)
class Respondents:
    """The table: a value a variable in each row. `unknown` counts the cells of codes that are missing."""

    variables: Sequence[Variable]
    rows: Sequence[Sequence[Any]]
    unknown: int


def respondents(corpus: Corpus, book: Codebook, options: RespondentOptions) -> Respondents:
    """The table of a study; InputError for a coder who is none, and where nobody coded anything."""
    if not corpus.marks:
        raise InputError("Nothing is coded in this study yet, so there is nothing to count. Nothing was written.")
    row = _row_of(corpus.transcripts, options.by)
    units = group_by(corpus.transcripts, lambda talk: row[talk.id])
    above = {code: book.ancestors(code) for code in book.ids} if options.roll_up else {}
    coders = _coders(corpus, options.coders, above)
    values = [
        [_joined([coder.value(unit, code, options) for coder in coders]) for code in book.ids]
        for unit in units.values()
    ]
    described, cells = _described(corpus, units, options.by)
    codes = [Variable(code.id, code.name, "code", code.definition) for code in book.codes]
    rows = [[*cells[unit], *given] for unit, given in zip(units, values, strict=True)]
    return Respondents([*described, *codes], rows, sum(value is None for given in values for value in given))


def _row_of(transcripts: Sequence[Transcript], by: By) -> Mapping[str, str]:
    """Which row a transcript belongs to: one without a participant or a case is a row of its own."""
    if by == "participant":
        return people(transcripts)
    return {talk.id: (talk.case if by == "case" else None) or talk.id for talk in transcripts}


class _Coder:
    """What one person said, or all together: their codings, and where they looked for what."""

    def __init__(self, codings: Iterable[Coding], passes: Iterable[CodingPass]) -> None:
        self._codings = by_transcript(codings)
        self._looks = {name: looked_for(looks) for name, looks in by_transcript(passes).items()}

    def value(self, unit: Sequence[Transcript], code: str, options: RespondentOptions) -> int | None:
        """1, 0 or None of a code in all transcripts of a unit."""
        if any(self._gave(transcript, code, options) for transcript in unit):
            return 1
        looked = [self._looked(transcript, code, options) for transcript in unit]
        return 0 if (any if options.in_part else all)(looked) else None

    def _gave(self, transcript: Transcript, code: str, options: RespondentOptions) -> bool:
        turns = coded_turns(transcript, options.interviewer)
        given = (each for each in self._codings.get(transcript.id, ()) if each.code == code)
        return any(within(each.span, turns) for each in given)

    def _looked(self, transcript: Transcript, code: str, options: RespondentOptions) -> bool:
        turns = coded_turns(transcript, options.interviewer)
        looks = [spans for spans, codes in self._looks.get(transcript.id, {}).items() if code in codes]
        if options.in_part:
            return any(within(span, turns) for spans in looks for span in spans)
        return any(covers(spans, turns, transcript.text) for spans in looks)


def _joined(values: Sequence[int | None]) -> int | None:
    """What several coders come to: 1 where all who know say so, 0 where one says no."""
    known = [value for value in values if value is not None]
    return min(known) if known else None


def _coders(corpus: Corpus, wanted: str, roll_up: Mapping[str, Sequence[str]]) -> list[_Coder]:
    """Those whose values are joined: one for all together, or one a coder."""
    own = [mark for mark in corpus.marks if mark.origin is not Origin.ADJUDICATED]
    people = sorted({mark.coder for mark in own})
    if wanted == ANY:
        return [_Coder(_rolled_up(standing_codings(corpus, held_codings(corpus)), roll_up), corpus.passes)]
    if wanted != ALL:
        coder = known_name(wanted, corpus.coders)
        if coder not in corpus.coders:
            near = did_you_mean(wanted, [*corpus.coders, ANY, ALL])
            raise InputError(f"There is no coder '{wanted}' ({', '.join(corpus.coders)}).{near} Nothing was written.")
        return [_Coder(_rolled_up(of_coder(corpus.codings, coder), roll_up), of_coder(corpus.passes, coder))]
    codings = [coding for coding in corpus.codings if coding.origin is not Origin.ADJUDICATED]
    passes = [look for look in corpus.passes if look.origin is not Origin.ADJUDICATED]
    return [_Coder(_rolled_up(of_coder(codings, each), roll_up), of_coder(passes, each)) for each in people]


def _rolled_up(codings: Iterable[Coding], above: Mapping[str, Sequence[str]]) -> list[Coding]:
    return [replace(coding, code=code) for coding in codings for code in (coding.code, *above.get(coding.code, ()))]


def _described(
    corpus: Corpus, units: Mapping[str, Sequence[Transcript]], by: By
) -> tuple[list[Variable], dict[str, list[Any]]]:
    """The variables that describe a unit, and their values by unit: what its transcripts have in common."""
    cases = {case.id: case.attributes for case in corpus.cases}
    whose = {"participant", "transcript", "case"} - {by}
    of_cases = dict.fromkeys(key for transcript in corpus.transcripts for key in cases.get(transcript.case or "", {}))
    of_talks = dict.fromkeys(key for transcript in corpus.transcripts for key in transcript.attributes)
    columns: dict[Variable, list[str]] = {}
    for each in (each for each in DESCRIBING if each in whose or each in ("role", "wave")):
        columns[Variable(NAMES.get(each, each), each)] = [
            _common(getattr(one, each) for one in unit) for unit in units.values()
        ]
    for key in of_cases:
        values = [_common(cases.get(one.case or "", {}).get(key) for one in unit) for unit in units.values()]
        columns[Variable(key, f"{key} (of the case)")] = values
    for key in of_talks:
        values = [_common(one.attributes.get(key) for one in unit) for unit in units.values()]
        columns[Variable(key, f"{key} (of the transcript)")] = values
    kept = {variable: values for variable, values in columns.items() if any(values)}
    typed = [_numbered(variable, values) for variable, values in kept.items()]
    variables = [
        Variable(NAMES.get(by, by), by),
        Variable("transcripts", "transcripts of this row", "number"),
        *(each for each, _ in typed),
    ]
    rows = zip(units.items(), *(values for _, values in typed), strict=True)
    return variables, {unit: [unit, len(talks), *values] for (unit, talks), *values in rows}


def _common(values: Iterable[str | None]) -> str:
    """What all have; '' where they differ."""
    found = set(values)
    return (found.pop() or "") if len(found) == 1 else ""


def _numbered(variable: Variable, values: Sequence[str]) -> tuple[Variable, Sequence[Any]]:
    """A variable whose values are all figures as one of numbers."""
    if all(FIGURE.fullmatch(value) for value in values if value):
        return replace(variable, kind="number"), [float(value) if value else None for value in values]
    return variable, values
