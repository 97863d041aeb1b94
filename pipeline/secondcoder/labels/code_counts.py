"""How often codes were given: by whom, in which cases, with which valence; and how often they are suggested, always apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from secondcoder.codebook.model import Codebook
from secondcoder.corpus import Corpus
from secondcoder.domain.grouping import group_by
from secondcoder.domain.records import Suggestion, Valence
from secondcoder.labels.code_passages import CodedPassage, CodePassages, MaySee, everything, held_codings

NO_CASE = "no case"


@dataclass(frozen=True)
class CodeCount:
    """One code: its codings by coder, the interviews they are in, its suggestions; `depth` in the codebook's tree.

    Its sub-constructs are counted for themselves.
    """

    code: str
    depth: int
    by_coder: Counter[str]
    interviews: int
    suggested: int

    @property
    def human(self) -> int:
        """All codings of the code."""
        return self.by_coder.total()


@dataclass(frozen=True)
class CaseCount:
    """The passages of a code in one case: codings by coder and by valence ("none" without one), interviews, suggestions."""

    case: str
    human: int
    interviews: int
    by_coder: Counter[str]
    by_valence: Counter[str]
    suggested: int


def code_counts(
    corpus: Corpus, book: Codebook, may_see: MaySee = everything, suggestions: Sequence[Suggestion] = ()
) -> list[CodeCount]:
    """Every code in the codebook's order, then those that stand in codings alone."""
    on_code = group_by(held_codings(corpus, may_see), lambda coding: coding.code)
    suggested = Counter(suggestion.code for suggestion in suggestions)
    return [
        CodeCount(
            code,
            len(book.ancestors(code)) if code in book else 0,
            Counter(coding.coder for coding in on_code.get(code, ())),
            len({coding.transcript for coding in on_code.get(code, ())}),
            suggested[code],
        )
        for code in dict.fromkeys((*book.ids, *sorted(on_code)))
    ]


def case_counts(passages: CodePassages) -> list[CaseCount]:
    """The passages case by case, in order; the last row, without a name, is all of them."""
    human = group_by(passages.human, lambda row: row.about.case or NO_CASE)
    suggested = group_by(passages.suggested, lambda row: row.about.case or NO_CASE)
    by_case = [_count(case, human.get(case, ()), suggested.get(case, ())) for case in sorted({*human, *suggested})]
    return [*by_case, _count("", passages.human, passages.suggested)]


def _count(case: str, human: Sequence[CodedPassage], suggested: Sequence[CodedPassage]) -> CaseCount:
    codings = [row.coding for row in human if row.coding]
    return CaseCount(
        case,
        len(codings),
        len({coding.transcript for coding in codings}),
        Counter(coding.coder for coding in codings),
        Counter(coding.valence.value if coding.valence else "none" for coding in codings),
        len(suggested),
    )


def count_table(counts: Sequence[CaseCount]) -> list[list[str]]:
    """The counts as a table, its head first: valences only where one was given, suggestions only where there are any."""
    total = counts[-1]
    coders = sorted(total.by_coder)
    valences = [valence for valence in (*map(str, Valence), "none") if total.by_valence[valence]]
    valences = [] if valences == ["none"] else valences
    named = ["no valence" if valence == "none" else valence for valence in valences]
    last = ["suggested"] if total.suggested else []
    return [
        ["case", "codings", "interviews", *(f"by {coder}" for coder in coders), *named, *last],
        *(
            [
                *(row.case or "all", str(row.human), str(row.interviews)),
                *(str(row.by_coder[coder]) for coder in coders),
                *(str(row.by_valence[valence]) for valence in valences),
                *([str(row.suggested)] if last else []),
            ]
            for row in counts
        ),
    ]
