"""secondcoder: a second coder for interview transcripts.

`Study` opens a study folder and has the verbs of the workflow; `refuse_connections()` before it holds the process to this machine, as
the command line does. `secondcoder.agreement` works alone, from two lists or tables. What verbs are asked for, and `SecondcoderError`,
the root of all errors raised on purpose, are here too. Importing this package loads neither torch nor spaCy.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from secondcoder.agreement.study_report import Question as Question
    from secondcoder.charting.question import ChartQuestion as ChartQuestion
    from secondcoder.errors import SecondcoderError as SecondcoderError
    from secondcoder.exchange.import_result import ImportOptions as ImportOptions
    from secondcoder.labels.code_passages import PassageFilter as PassageFilter
    from secondcoder.network.guard import refuse_connections as refuse_connections
    from secondcoder.study.batch_run import BatchOptions as BatchOptions
    from secondcoder.study.edit_transcript import TranscriptEdit as TranscriptEdit
    from secondcoder.study.study import Study as Study

__version__ = version("secondcoder")
_HOMES = {
    "BatchOptions": "study.batch_run",
    "ChartQuestion": "charting.question",
    "ImportOptions": "exchange.import_result",
    "PassageFilter": "labels.code_passages",
    "Question": "agreement.study_report",
    "SecondcoderError": "errors",
    "Study": "study.study",
    "TranscriptEdit": "study.edit_transcript",
    "refuse_connections": "network.guard",
}
"""Loaded when first asked for."""
__all__ = [
    "BatchOptions",
    "ChartQuestion",
    "ImportOptions",
    "PassageFilter",
    "Question",
    "SecondcoderError",
    "Study",
    "TranscriptEdit",
    "__version__",
    "refuse_connections",
]


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(f"secondcoder.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'secondcoder' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
