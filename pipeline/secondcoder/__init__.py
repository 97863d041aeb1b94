"""secondcoder: a second coder for interview transcripts.

`Study` opens a study folder and has the verbs of the workflow; `refuse_connections()` before it holds the process to this machine, as
the command line does. For scikit-learn there are `SegmentClassifier`, a study's classifier, `labelled_segments`, what it learns from,
`TextEmbedder`, texts to vectors, and `known_label_score` and `KnownLabelScorer`, for labels that are partly unknown. Importing this
package loads neither torch, spaCy nor scikit-learn.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from secondcoder.interfaces.known_labels import KnownLabelScorer as KnownLabelScorer
    from secondcoder.interfaces.known_labels import known_label_score as known_label_score
    from secondcoder.interfaces.labelled_segments import labelled_segments as labelled_segments
    from secondcoder.interfaces.segment_classifier import SegmentClassifier as SegmentClassifier
    from secondcoder.interfaces.text_embedder import TextEmbedder as TextEmbedder
    from secondcoder.network.guard import refuse_connections as refuse_connections
    from secondcoder.study.study import Study as Study

PLACES = {
    "KnownLabelScorer": "secondcoder.interfaces.known_labels",
    "SegmentClassifier": "secondcoder.interfaces.segment_classifier",
    "Study": "secondcoder.study.study",
    "TextEmbedder": "secondcoder.interfaces.text_embedder",
    "known_label_score": "secondcoder.interfaces.known_labels",
    "labelled_segments": "secondcoder.interfaces.labelled_segments",
    "refuse_connections": "secondcoder.network.guard",
}
"""Where each public name is defined: imported when it is first asked for."""
__all__ = [
    "KnownLabelScorer",
    "SegmentClassifier",
    "Study",
    "TextEmbedder",
    "__version__",
    "known_label_score",
    "labelled_segments",
    "refuse_connections",
]
__version__ = version("secondcoder")


def __getattr__(name: str) -> Any:
    if name not in PLACES:
        raise AttributeError(f"module 'secondcoder' has no attribute '{name}'")
    return getattr(import_module(PLACES[name]), name)
