"""The shipped, invented study as a fully coded set."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import numpy as np
from secondcoder.learning.codebook_texts import code_vectors
from secondcoder.study.study import Study

from retraining.following import Coded


def demonstration(folder: Path) -> Coded:
    """Its coded transcripts, in a new study within the folder."""
    study = Study.create(folder / "demonstration", "npt")
    with resources.as_file(resources.files("secondcoder.corpora").joinpath("demo")) as files:
        study.import_files([files])
    workspace = study.workspace()
    data = workspace.training_data(workspace.corpus.coded_transcripts, "transcript")
    rows = np.flatnonzero(data.labels.coded_rows)
    embedded = code_vectors([workspace.codebook[code] for code in data.labels.codes], workspace.embedder, data.segments)
    study.close()
    return Coded(data.features.take(rows), data.labels.y[rows], embedded)
