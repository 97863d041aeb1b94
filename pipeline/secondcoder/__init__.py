"""secondcoder: a second coder for interview transcripts.

`Study` opens a study folder and has the verbs of the workflow; `refuse_connections()` before it holds the process to this machine, as
the command line does. `secondcoder.agreement` works alone, from two lists or tables. For scikit-learn there are `SegmentClassifier`, a
study's classifier, `labelled_segments`, what it learns from, `TextEmbedder`, texts to vectors, and `known_label_score` and
`KnownLabelScorer`, for labels that are partly unknown. What verbs are asked for, and `SecondcoderError`, the root of all errors raised
on purpose, are here too. Importing this package loads neither torch, spaCy nor scikit-learn.
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
    from secondcoder.interfaces.known_labels import KnownLabelScorer as KnownLabelScorer
    from secondcoder.interfaces.known_labels import known_label_score as known_label_score
    from secondcoder.interfaces.labelled_segments import labelled_segments as labelled_segments
    from secondcoder.interfaces.segment_classifier import SegmentClassifier as SegmentClassifier
    from secondcoder.interfaces.text_embedder import TextEmbedder as TextEmbedder
    from secondcoder.labels.code_passages import PassageFilter as PassageFilter
    from secondcoder.network.guard import refuse_connections as refuse_connections
    from secondcoder.study.batch_run import BatchOptions as BatchOptions
    from secondcoder.study.edit_transcript import TranscriptEdit as TranscriptEdit
    from secondcoder.study.study import Study as Study

__version__ = version("secondcoder")
PLACES = {
    "BatchOptions": "secondcoder.study.batch_run",
    "ChartQuestion": "secondcoder.charting.question",
    "ImportOptions": "secondcoder.exchange.import_result",
    "KnownLabelScorer": "secondcoder.interfaces.known_labels",
    "PassageFilter": "secondcoder.labels.code_passages",
    "Question": "secondcoder.agreement.study_report",
    "SecondcoderError": "secondcoder.errors",
    "SegmentClassifier": "secondcoder.interfaces.segment_classifier",
    "Study": "secondcoder.study.study",
    "TextEmbedder": "secondcoder.interfaces.text_embedder",
    "TranscriptEdit": "secondcoder.study.edit_transcript",
    "known_label_score": "secondcoder.interfaces.known_labels",
    "labelled_segments": "secondcoder.interfaces.labelled_segments",
    "refuse_connections": "secondcoder.network.guard",
}
"""Where each public name is defined: imported when it is first asked for."""
__all__ = [
    "BatchOptions",
    "ChartQuestion",
    "ImportOptions",
    "KnownLabelScorer",
    "PassageFilter",
    "Question",
    "SecondcoderError",
    "SegmentClassifier",
    "Study",
    "TextEmbedder",
    "TranscriptEdit",
    "__version__",
    "known_label_score",
    "labelled_segments",
    "refuse_connections",
]


def __getattr__(name: str) -> object:
    if name not in PLACES:
        raise AttributeError(f"module 'secondcoder' has no attribute '{name}'")
    return getattr(import_module(PLACES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
