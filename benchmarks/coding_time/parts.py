"""A child process that codes files and says how long it took: python parts.py [--parts] STUDY OUT FILE...

OUT gets JSON: the start's seconds; those of the whole after the start, of embedding the segments alone, and of embedding them and the
interviewers' questions, on the clock and of the processor; peak memory in MB; segments and suggestions. With --parts one thing is done
after the other, and each part's processor seconds are told, its own, without those of the parts within it.
"""

from __future__ import annotations

import json
import resource
import sys
import threading
import time
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


class Clock(threading.local):
    """Seconds by part; a part within another is not counted twice. Each thread has its own, what they book is one."""

    def __init__(self, seconds: dict[str, float]) -> None:
        self._seconds, self._open, self._since = seconds, [REST], time.process_time()

    def switch(self) -> None:
        """Book the time since the last switch."""
        at = time.process_time()
        self._seconds[self._open[-1]] = self._seconds.get(self._open[-1], 0.0) + at - self._since
        self._since = at

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


def now() -> tuple[float, float]:
    """Seconds on the clock and of the processor."""
    return time.perf_counter(), time.process_time()


def past(since: tuple[float, float], until: tuple[float, float]) -> list[float]:
    """Seconds between."""
    return [end - begin for begin, end in zip(since, until, strict=True)]


def one_after_the_other() -> None:
    """Nothing is embedded while something else is scored."""
    from secondcoder.suggestions import suggester

    def in_turn(self: suggester.Suggester, transcripts: Any) -> Any:
        return map(self.suggest, suggester.in_chunks(transcripts, suggester.CHUNK))

    suggester.Suggester.suggest_in_turn = in_turn  # type: ignore[method-assign]


def main(*arguments: str) -> None:
    """Code and measure."""
    begun = time.perf_counter()
    by_part, (folder, out, *files) = arguments[0] == "--parts", [each for each in arguments if each != "--parts"]
    from secondcoder.network.telemetry_off import quiet_libraries
    from secondcoder.study.study import Study

    quiet_libraries()
    study = Study(folder)
    workspace = study.workspace()
    workspace.load_model()
    seconds: dict[str, float] = {}
    clock = Clock(seconds)
    if by_part:
        one_after_the_other()
        for part, places in PLACES.items():
            for place in places:
                clock.wrap(part, place)
    warm_up(workspace)
    started = now()
    clock.switch()
    seconds.clear()
    run = study.code(files)
    clock.switch()
    whole, parts = past(started, now()), dict(seconds)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    workspace = study.workspace()
    segments = workspace.segments([workspace.corpus.by_id[name] for name in run.drift["coded"]])
    begin = now()
    uncached(workspace.embedder).embed([segment.text for segment in segments])
    alone = now()
    uncached(workspace.embedder).embed(sorted({segment.question for segment in segments} - {""}))
    asked = now()
    told = {
        "start": started[0] - begun,
        "whole": whole,
        "parts": parts,
        "embedding alone": past(begin, alone),
        "with questions": past(begin, asked),
        "memory": peak,
        "segments": len(segments),
        "suggestions": len(run.table),
    }
    Path(out).write_text(json.dumps(told, indent=1), encoding="utf-8")


def uncached(embedder: Any) -> Any:
    """The embedder behind the cache."""
    return getattr(embedder, "_inner", embedder)


def warm_up(workspace: Any) -> None:
    """What loads once: weights and the recogniser of sentences."""
    from secondcoder.segments.sentence_pipelines import SentenceFinder
    from secondcoder.segments.sentences import split_sentences

    uncached(workspace.embedder).embed(["Something to begin with."])
    list(split_sentences(["Something to begin with."], SentenceFinder()))


if __name__ == "__main__":
    main(*sys.argv[1:])
