"""What tests of model coders share: tables of what a model says of the segments of a study."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from secondcoder.domain.records import Place
from secondcoder.exchange.model_import import ModelImport, ModelImportOptions
from secondcoder.study.study import Study

from support.study_checks import write_csv


def import_as(
    study: Study, path: Path, name: str = "gpt", *, replace: bool = False, whole: bool = False
) -> ModelImport:
    """The table as what a model says."""
    return study.import_model_codings([path], ModelImportOptions(name, replace, whole))


def truth(study: Study) -> dict[tuple[Place, str], bool]:
    """(Segment's place, code) -> whether people gave it, for all segments of coded transcripts."""
    workspace = study.workspace()
    data = workspace.training_data(workspace.corpus.coded_transcripts)
    return {
        (segment.place, code): bool(given)
        for segment, row in zip(data.segments, data.labels.y, strict=True)
        for code, given in zip(data.labels.codes, row, strict=True)
    }


def scored_table(path: Path, study: Study, score: Callable[[Place, str], float], *transcripts: str) -> Path:
    """Every segment with every code and a score, of these transcripts or all."""
    workspace = study.workspace()
    return write_csv(
        path,
        (
            {
                "transcript": one.transcript,
                "start": one.start,
                "end": one.end,
                "code": code,
                "score": score(one.place, code),
            }
            for one in workspace.segments(workspace.corpus.transcripts)
            for code in workspace.codebook.ids
            if not transcripts or one.transcript in transcripts
        ),
    )


def knowing(
    known: Mapping[tuple[Place, str], bool], seed: int = 0, knows: float = 3.0
) -> Callable[[Place, str], float]:
    """Scores that know the codes and blur them by noise of standard deviation 1 in log-odds; with `knows` 0 they know nothing."""
    rng = np.random.default_rng(seed)

    def score(place: Place, code: str) -> float:
        moved = knows * (known.get((place, code), False) - 0.5) + rng.standard_normal()
        return round(float(1 / (1 + np.exp(-moved))), 4)

    return score
