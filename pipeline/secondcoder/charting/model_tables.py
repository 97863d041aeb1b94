"""Tables of a chart that say what the model is worth: counts corrected for its errors, whom it errs on, may it be the second coder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING

from secondcoder.agreement.report.second_coder_text import second_coder_sentences
from secondcoder.agreement.second_coder import ALL_CODES
from secondcoder.agreement.study_report import Question, agree_in_study
from secondcoder.charting.chart_data import ChartData
from secondcoder.charting.corrected import CorrectedCounts, corrected_counts
from secondcoder.charting.question import ChartQuestion
from secondcoder.errors import InputError
from secondcoder.training.speaker_errors import errors_table_of
from secondcoder.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

SECOND_CODER = ("coder", "code", "answer", "sentence")
OF_THE_MODEL = ("corrected", "corrected_differences", "occurrence", "second_coder", "errors_by_speaker")
"""The names of all tables that there may be."""
RESTS_ON = "rests_on"
"""Key of a table's `attrs`: in a sentence, what it rests on."""


def model_tables(
    workspace: Workspace, question: ChartQuestion, part: ChartData, groups: Mapping[str, str] | None
) -> dict[str, Callable[[], pd.DataFrame]]:
    """Name of each table -> what makes it; InputError then where it cannot be.

    Args:
        part: what is charted of the study; counts are corrected for its codes and transcripts.
        groups: transcript -> its group, for the differences between groups of cases; None where none are compared.
    """

    @cache  # of the refusal too: each of the three tables would cut all interviews anew to come to it
    def found() -> CorrectedCounts | InputError:
        try:
            codes = [code for code in part.codes["code"] if code in workspace.codebook]
            return corrected_counts(workspace, codes, question.rows, groups, set(part.transcripts["transcript"]))
        except InputError as refusal:
            return refusal

    def counts() -> CorrectedCounts:
        if isinstance(made := found(), InputError):
            raise made
        return made

    tables: dict[str, Callable[[], pd.DataFrame]] = {}
    if question.corrected:
        tables["corrected"] = lambda: _with_what_it_rests_on(counts())
        tables["corrected_differences"] = lambda: counts().differences
        tables["occurrence"] = lambda: counts().occurrence
    if question.second_coder:
        tables["second_coder"] = lambda: second_coder_table(workspace)
    if workspace.version is not None:
        tables["errors_by_speaker"] = lambda: errors_table_of(workspace, None)
    return tables


def _with_what_it_rests_on(counts: CorrectedCounts) -> pd.DataFrame:
    table = counts.prevalence
    table.attrs[RESTS_ON] = counts.rests_on
    return table


def second_coder_table(workspace: Workspace) -> pd.DataFrame:
    """Of each model that codes, and of each code, whether it may be the second coder: SECOND_CODER; first of all codes together."""
    import pandas as pd

    report = agree_in_study(workspace, Question())
    rows = [
        (model, code, by_code[code].answer, sentence)
        for model, by_code in report.second_coders.items()
        for code, sentence in zip((ALL_CODES, *report.codes), second_coder_sentences(report, model), strict=True)
    ]
    return pd.DataFrame(rows, columns=list(SECOND_CODER))
