"""A child process that codes files and says how long each part took: python parts.py STUDY OUT FILE...

OUT gets JSON: seconds of the start, of each part (its own time, without that of the parts within it) and of the whole after the start,
of the embedding alone on the same segments, peak memory in MB, and numbers of segments and suggestions.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

PLACES = {
    "reading and importing": ("secondcoder.study.study:Study.import_files",),
    "snapshot of the store": ("secondcoder.study.study:Study.workspace",),
    "sentences": (
        "secondcoder.segments.meaning_units:split_sentences",
        "secondcoder.suggestions.carrying:split_sentences",
    ),
    "segments": ("secondcoder.learning.pipeline:Pipeline.segments",),
    "features": ("secondcoder.learning.pipeline:Pipeline.features",),
    "embedding": (
        "secondcoder.embedding.openvino_embedder:OpenVinoEmbedder.embed",
        "secondcoder.embedding.openvino_embedder:OpenVinoMeanEmbedder.embed_with_sentences",
    ),
    "cache of vectors": (
        "secondcoder.embedding.cache:CachedEmbedder.embed",
        "secondcoder.embedding.cache:CachedSentenceEmbedder.embed_with_sentences",
    ),
    "n-grams": ("secondcoder.learning.stacked_kernels.kernels:NgramKernel.scores",),
    "embeddings' kernel": ("secondcoder.learning.stacked_kernels.kernels:EmbeddingKernel.scores",),
    "joining the kernels, ranks": ("secondcoder.learning.model:Model.scores",),
    "valence": ("secondcoder.learning.valence_classifier:ValenceClassifier.predict_proba",),
    "evidence": ("secondcoder.suggestions.suggester:suggest",),
    "drift": ("secondcoder.drift.comparison:Comparison.add", "secondcoder.drift.comparison:Comparison.report"),
    "store": (
        "secondcoder.store.writing:Writer.replace_suggestions",
        "secondcoder.store.row_writer:RowWriter.seal",
    ),
    "table": (
        "secondcoder.suggestions.table:SuggestionRows.add",
        "secondcoder.suggestions.table:SuggestionRows.table",
    ),
}
REST = "all else"


class Clock:
    """Seconds by part; a part within another is not counted twice."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self._open: list[str] = [REST]
        self._since = time.perf_counter()

    def switch(self) -> None:
        """Book the time since the last switch."""
        now = time.perf_counter()
        self.seconds[self._open[-1]] += now - self._since
        self._since = now

    def timed(self, part: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """The function, its time booked; what it yields is computed at once."""

        def call(*arguments: Any, **options: Any) -> Any:
            self.switch()
            self._open.append(part)
            try:
                result = work(*arguments, **options)
                return iter(list(result)) if hasattr(result, "send") else result
            finally:
                self.switch()
                self._open.pop()

        return call

    def wrap(self, part: str, place: str) -> None:
        """Time a function or method where it stands."""
        module, _, path = place.partition(":")
        *inner, name = path.split(".")
        holder = import_module(module)
        for each in inner:
            holder = getattr(holder, each)
        setattr(holder, name, self.timed(part, getattr(holder, name)))


def main(folder: str, out: str, *files: str) -> None:
    """Code and measure."""
    begun = time.perf_counter()
    from secondcoder.embedding.offline import quiet_libraries
    from secondcoder.study.study import Study

    quiet_libraries()
    study = Study(folder)
    workspace = study.workspace()
    workspace.load_model()
    clock = Clock()
    for part, places in PLACES.items():
        for place in places:
            clock.wrap(part, place)
    if not Path(out).exists():
        warm_up(workspace)
    started = time.perf_counter()
    clock.switch()
    clock.seconds.clear()
    run = study.code(files)
    clock.switch()
    ended = time.perf_counter()
    seconds = dict(clock.seconds)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    workspace = study.workspace()
    segments = workspace.segments([workspace.corpus.by_id[name] for name in run.drift["coded"]])
    texts = [segment.text for segment in segments]
    alone = time.perf_counter()
    if not Path(out).exists():
        getattr(workspace.embedder, "_inner", workspace.embedder).embed(sorted(texts, key=len))
    told = {
        "start": started - begun,
        "whole": ended - started,
        "parts": seconds,
        "embedding alone": time.perf_counter() - alone,
        "memory": peak,
        "segments": len(segments),
        "suggestions": len(run.table),
    }
    Path(out).write_text(json.dumps(told, indent=1), encoding="utf-8")


def warm_up(workspace: Any) -> None:
    """What loads once: weights and the recogniser of sentences."""
    from secondcoder.segments.sentences import split_sentences

    getattr(workspace.embedder, "_inner", workspace.embedder).embed(["Something to begin with."])
    list(split_sentences(["Something to begin with."], "en"))


if __name__ == "__main__":
    main(*sys.argv[1:])
