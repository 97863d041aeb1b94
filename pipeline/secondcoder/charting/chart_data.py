"""What every chart is made of: a study's transcripts, cases, codes, passages and readings, as five tables.

All charts are pure functions of these tables, which `secondcoder chart` writes beside the report, so that every number of the report
can be computed again. What counts are human codings and accepted suggestions that stand (`labels.standing_codings`); what is only
suggested is in the same table, marked so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, get_args

from secondcoder.charting.passages import SUGGESTED, ChartedPassage, charted_passages
from secondcoder.codebook.model import Codebook
from secondcoder.corpus import Corpus
from secondcoder.domain.grouping import by_transcript
from secondcoder.domain.records import CodingPass, Transcript
from secondcoder.domain.spans import coded_turns, covers, looked_for, within
from secondcoder.domain.split_groups import people
from secondcoder.domain.times import time_at
from secondcoder.errors import InputError, did_you_mean
from secondcoder.labels.code_counts import NO_CASE
from secondcoder.labels.code_passages import MaySee, everything, held_codings
from secondcoder.labels.quotation import attribution, quotation
from secondcoder.labels.standing_codings import standing_codings
from secondcoder.suggestions.undecided import undecided_suggestions
from secondcoder.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

    from secondcoder.domain.records import Suggestion

RowKind = Literal["case", "participant", "transcript"]
ROW_KINDS: tuple[RowKind, ...] = get_args(RowKind)
WHOLE, PART, NOT_READ = "whole", "part", "no"
"""How much of a transcript somebody looked through for a code."""
DESCRIBING = ("transcript", "case", "participant", "role", "wave", "words")


@dataclass(frozen=True)
class ChartData:
    """The five tables, one row a thing, in the order of the study.

    Attributes:
        transcripts: transcript, case ("no case" without one), participant (as `people` names them), role, wave, words (of the coded
            turns), then the attributes of transcripts.
        cases: case, then the attributes of cases; also cases without transcripts.
        codes: code, name, parent, family, depth, colour, definition; in the codebook's order, then codes that stand in codings alone.
        passages: passage (a number, from 1), transcript, start, end, code, own, valence, origin, counts, coders, probability, turn,
            time (seconds), speaker, text, where. `counts` is False for what is only suggested.
        readings: transcript, code, read (WHOLE, PART or NOT_READ).
        roll_up: passages of a sub-construct are passages of its construct too.
        model: the version whose suggestions stand among the passages, None without a model.
    """

    transcripts: pd.DataFrame
    cases: pd.DataFrame
    codes: pd.DataFrame
    passages: pd.DataFrame
    readings: pd.DataFrame
    roll_up: bool = True
    model: str | None = None

    @cached_property
    def counted(self) -> pd.DataFrame:
        """The passages that count."""
        return self.passages[self.passages["counts"]]

    @cached_property
    def suggested(self) -> pd.DataFrame:
        """Those that are only suggested."""
        return self.passages[~self.passages["counts"]]

    def rows(self, kind: RowKind) -> pd.Series[str]:
        """Transcript -> the row of a matrix that it belongs to; for cases also those without transcripts have a row (`row_names`)."""
        return self.transcripts.set_index("transcript", drop=False)[kind].rename("row")

    def row_names(self, kind: RowKind) -> list[str]:
        """The rows of a matrix, in order."""
        names = self.transcripts[kind]
        return sorted(
            {*names, *(self.cases["case"] if kind == "case" else ())}, key=lambda name: (name == NO_CASE, name)
        )

    @property
    def case_attributes(self) -> list[str]:
        """What is said of cases beside their names."""
        return [column for column in self.cases.columns if column != "case"]

    def attribute(self, name: str) -> pd.Series[str]:
        """Case -> its value of an attribute, "" without one; InputError where no case has such an attribute."""
        known = self.case_attributes
        if name not in known:
            there = f"There is {', '.join(known)}." if known else "They come with a manifest (docs/transcripts.md)."
            raise InputError(f"No case has an attribute '{name}'.{did_you_mean(name, known)} {there}")
        return self.cases.set_index("case")[name]


def chart_data(
    workspace: Workspace, may_see: MaySee = everything, suggestions: Sequence[Suggestion] | None = None
) -> ChartData:
    """The tables of a study.

    Args:
        may_see: which codings count, for a coder who must not see all of others'.
        suggestions: those to show apart; by default all that nobody has decided on.
    """
    corpus, book, settings = workspace.corpus, workspace.codebook, workspace.configuration
    above = {code: book.ancestors(code) for code in book.ids} if settings.learning.roll_up else {}
    turns = {talk.id: coded_turns(talk, settings.segments.code_interviewer) for talk in corpus.transcripts}
    codings = [
        coding
        for coding in standing_codings(corpus, held_codings(corpus, may_see))
        if within(coding.span, turns[coding.transcript])
    ]
    open_ = undecided_suggestions(workspace) if suggestions is None else suggestions
    passages = charted_passages(codings, open_, above)
    codes = dict.fromkeys((*book.ids, *sorted({passage.code for passage in passages})))
    return ChartData(
        _transcripts(corpus, turns),
        _cases(corpus),
        _frame(_code_rows(book, codes), CODES),
        _frame(_passage_rows(corpus, passages), PASSAGES),
        reading_table(corpus, turns, list(codes), corpus.passes),
        settings.learning.roll_up,
        workspace.version,
    )


CODES = ("code", "name", "parent", "family", "depth", "colour", "definition")
PASSAGES = (
    *("passage", "transcript", "start", "end", "code", "own", "valence", "origin", "counts", "coders"),
    *("probability", "turn", "time", "speaker", "text", "where"),
)
READINGS = ("transcript", "code", "read")


def _frame(rows: Iterable[Sequence[Any]], columns: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    frame = pd.DataFrame(list(rows), columns=list(columns))
    # Of an empty table pandas knows no types, and ~ needs one.
    return frame.astype({"counts": bool, "own": bool}) if "counts" in frame else frame


def _transcripts(corpus: Corpus, turns: Mapping[str, Sequence[tuple[int, int]]]) -> pd.DataFrame:
    import pandas as pd

    rows, who = [], people(corpus.transcripts)
    for talk in corpus.transcripts:
        words = sum(len(talk.text[start:end].split()) for start, end in turns[talk.id])
        described = (
            talk.id,
            talk.case or NO_CASE,
            who[talk.id],
            talk.role or "",
            talk.wave or "",
            words,
        )
        # The study's own columns come last, so that none of them replaces one of these.
        rows.append({**talk.attributes, **dict(zip(DESCRIBING, described, strict=True))})
    names = dict.fromkeys(name for row in rows for name in row if name not in DESCRIBING)
    return pd.DataFrame(rows, columns=[*DESCRIBING, *names]).fillna("")


def _cases(corpus: Corpus) -> pd.DataFrame:
    import pandas as pd

    rows = [{**case.attributes, "case": case.id} for case in corpus.cases]
    names = dict.fromkeys(name for row in rows for name in row if name != "case")
    return pd.DataFrame(rows, columns=["case", *names]).fillna("")


def _code_rows(book: Codebook, codes: Iterable[str]) -> Iterator[Sequence[Any]]:
    for code in codes:
        if code not in book:
            yield code, code, "", "", 0, "", ""
            continue
        entry = book[code]
        depth = len(book.ancestors(code))
        yield (
            code,
            entry.name,
            entry.parent or "",
            entry.family or "",
            depth,
            entry.colour or "",
            entry.definition or "",
        )


def _passage_rows(corpus: Corpus, passages: Iterable[ChartedPassage]) -> Iterator[Sequence[Any]]:
    starts = {talk.id: [turn.start for turn in talk.turns] for talk in corpus.transcripts}
    quoted: dict[tuple[str, int, int], tuple[Any, ...]] = {}
    for number, passage in enumerate(passages, start=1):
        if passage.place not in quoted:  # one for all codes of the same words
            quoted[passage.place] = _quoted(corpus.by_id[passage.transcript], passage, starts[passage.transcript])
        counts, valence = passage.origin != SUGGESTED, passage.valence.value if passage.valence else ""
        given = (passage.code, passage.own, valence, passage.origin, counts, ", ".join(passage.coders))
        yield number, *passage.place, *given, passage.probability, *quoted[passage.place]


def _quoted(talk: Transcript, passage: ChartedPassage, starts: Sequence[int]) -> tuple[Any, ...]:
    words = quotation(talk, passage.span, starts)
    return words.turns[0], time_at(talk.turns, passage.start), words.speaker, words.text, attribution(talk, words)


def reading_table(
    corpus: Corpus,
    turns: Mapping[str, Sequence[tuple[int, int]]],
    codes: Sequence[str],
    passes: Iterable[CodingPass],
) -> pd.DataFrame:
    """How far each transcript was read for each code in the passes, whosever they are: the table `ChartData.readings`.

    Args:
        turns: the coded turns of each transcript.
    """
    looks = by_transcript(passes)

    def rows() -> Iterator[Sequence[str]]:
        for talk in corpus.transcripts:
            read = _read(talk, turns[talk.id], looks.get(talk.id, ()))
            yield from ((talk.id, code, read.get(code, NOT_READ)) for code in codes)

    return _frame(rows(), READINGS)


def _read(talk: Transcript, turns: Sequence[tuple[int, int]], passes: Iterable[CodingPass]) -> dict[str, str]:
    """Code -> how much of the coded turns was looked through for it, by all coders together."""
    read: dict[str, str] = {}
    for cover, codes in looked_for(passes).items():
        how = (
            WHOLE
            if covers(cover, turns, talk.text)
            else PART
            if any(within(span, turns) for span in cover)
            else NOT_READ
        )
        read |= dict.fromkeys(codes, how)
    return read
