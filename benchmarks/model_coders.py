"""What an imported model coder that is invented here does to the learner; writes MODEL_CODERS.md beside this file.

    OMP_NUM_THREADS=1 python benchmarks/model_coders.py --data ../shared/data [--quick]

The invented model knows the set's labels and blurs them by noise, as the scorers of `scorers.py` do. What it says goes the way of a
user's table: written as CSV, imported with --model-coder, named in learning.evidence. What a real model brings is not measured here.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from asked import asking, tell
from coded_tables import coded_table
from intervals import documents, in_words, paired
from machine import machine
from secondcoder.domain.arrays import Floats
from secondcoder.domain.wording import counted
from secondcoder.exchange.importing import ImportOptions
from secondcoder.exchange.model_import import ModelImportOptions
from secondcoder.labels.model_coders import source_id
from secondcoder.learning.assessment.metrics import LabelledPredictions, leave_one_out, point_and_draws
from secondcoder.learning.codebook_texts import code_vectors
from secondcoder.learning.cross_validation import cross_validate
from secondcoder.learning.model import split_by_examples
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study

SET, NAME = "ohd_long1960s", "invented"
GOOD, FOLDS, SEED, FEWEST = 1.5, 5, 20260101, 20


@dataclass(frozen=True)
class Kind:
    """An invented model: by how much a passage with the code moves its log-odds, whether it gives scores or yes and no alone, and the
    share of the transcripts that it was asked about."""

    knows: float
    scores: bool = True
    asked: float = 1.0


KINDS: Mapping[str, Kind] = {
    f"good (yes moved by {GOOD:g} standard deviations)": Kind(GOOD),
    "good, yes and no alone": Kind(GOOD, scores=False),
    "good, asked about half of the transcripts": Kind(GOOD, asked=0.5),
    "random": Kind(0.0),
    "random, yes and no alone": Kind(0.0, scores=False),
}


def made(data: Path, folder: Path, quick: bool) -> Study:
    """A study of the set, coded by its one team."""
    units = pd.read_parquet(data / SET / "units.parquet")
    if quick:
        units = units[units["doc_id"].isin(units["doc_id"].unique()[:8])]
    table = folder / "units.csv"
    coded_table(units, "labels").to_csv(table, index=False)
    study = Study.create(folder / "study", "npt-core")
    study.import_files([table], ImportOptions(add_codes=True))
    settings = folder / "study" / CONFIGURATION
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("min_examples = 8 ", f"min_examples = {FEWEST} "), encoding="utf-8")
    study.close()
    return Study(folder / "study")


def table_of(study: Study, kind: Kind, path: Path) -> None:
    """What the model says of every passage and code, as a user's table."""
    workspace, rng = study.workspace(), np.random.default_rng(SEED)
    data = workspace.training_data(workspace.corpus.coded_transcripts)
    yes = data.labels.y
    chance = 1 / (1 + np.exp(GOOD / 2 - kind.knows * yes - rng.standard_normal(yes.shape)))
    names = sorted(set(data.transcripts))
    asked = set(rng.permutation(names)[: round(kind.asked * len(names))].tolist())
    rows = [
        {"transcript": one.transcript, "start": one.start, "end": one.end, "code": code, "score": score}
        for one, scores in zip(data.segments, chance.round(4).tolist(), strict=True)
        for code, score in zip(data.labels.codes, scores, strict=True)
        if one.transcript in asked and (kind.scores or score >= 0.5)
    ]
    frame = pd.DataFrame(rows)
    (frame if kind.scores else frame.drop(columns="score")).to_csv(path, index=False)


def heard(study: Study, kind: Kind | None, edition: int, folder: Path) -> Study:
    """The study with this model's scores as evidence, in place of the last one's; without evidence for None."""
    if kind is not None:
        table = folder / "said.csv"
        table_of(study, kind, table)
        study.import_model_codings([table], ModelImportOptions(NAME, replace=edition > 1, read_whole=not kind.scores))
    path = study.folder / CONFIGURATION
    text = path.read_text(encoding="utf-8").replace(f'evidence = ["{NAME}"]', "evidence = []")
    named = text.replace("evidence = []", f'evidence = ["{NAME}"]') if kind else text
    path.write_text(named, encoding="utf-8")
    study.close()
    return Study(study.folder)


@dataclass(frozen=True)
class Figures:
    """Means over divisions: macro average precision, in each bootstrap round and with each document left out; macro-F1; the share of
    folds and codes in which the model was used; how many documents, units and codes."""

    macro: tuple[Floats, Floats, Floats]
    f1: float
    used: float
    documents: tuple[int, float]
    shape: tuple[int, int]


def measured(study: Study, edition: int, seeds: int, rounds: int) -> Figures:
    """Nested cross-validation by the study's present settings."""
    workspace = study.workspace()
    settings = workspace.configuration.learning
    data = workspace.training_data(workspace.corpus.coded_transcripts)
    scored, _ = split_by_examples(data.labels, data.transcripts, settings, data.features.groups)
    labels = data.labels.columns(scored)
    vectors = code_vectors([workspace.codebook[code] for code in scored], workspace.embedder, data.segments)
    runs, used = [], []
    for seed in range(seeds):
        made = cross_validate(data.features, labels, vectors, folds=FOLDS, seed=seed)
        runs.append(LabelledPredictions(made.probability, made.suggested, labels.y, labels.known, data.features.groups))
        used.append(float(np.mean(made.kept.get(source_id(NAME, edition), np.zeros(1)))))
    points, draws = zip(*(point_and_draws(run, rounds, SEED) for run in runs), strict=True)
    macro = tuple(
        np.mean([np.asarray(of["macro_ap"]) for of in each], axis=0)
        for each in (points, draws, [leave_one_out(run) for run in runs])
    )
    f1 = float(np.mean([point["macro_f1"] for point in points]))
    return Figures(macro, f1, float(np.mean(used)), documents(runs[0]), labels.y.shape)


def report(data: Path, folder: Path, quick: bool) -> Iterator[str]:
    """All lines of MODEL_CODERS.md."""
    seeds, rounds = (1, 20) if quick else (2, 500)
    yield from ["# What an imported model coder does to the learner", ""]
    yield (
        f"Written by `benchmarks/model_coders.py`. {machine()} {FOLDS} folds by document, everything chosen inside the training part, "
        f"means of {counted(seeds, 'division')}. The model is invented: it knows the set's labels and blurs them by noise of standard "
        "deviation 1 in log-odds. What it says of every passage and code is one CSV table, imported with `--model-coder` and named in "
        "`learning.evidence`. Nothing follows for any real model. Intervals: 95 %, whole documents drawn again. Used: the share of "
        "folds and codes in which its scores are evidence."
    )
    study = made(data, folder, quick)
    alone = measured(study, 0, seeds, rounds)
    yield from ["", f"## {SET}", ""]
    yield (
        f"{alone.shape[0]} units, {alone.shape[1]} codes, {alone.documents[0]} documents; macro-AP without a model coder "
        f"{float(alone.macro[0]):.3f}."
    )
    yield from ["", "| what it says | macro-AP | macro-F1 | used |", "|---|---|---|---|"]
    for edition, (says, kind) in enumerate(KINDS.items(), start=1):
        tell(says)
        study = heard(study, kind, edition, folder)
        one = measured(study, edition, seeds, rounds)
        gain = paired(one.macro, alone.macro, *one.documents)
        yield f"| {says} | {in_words(gain)} | {one.f1 - alone.f1:+.3f} | {one.used:.0%} |"
    study.close()


def main() -> int:
    """Parse, measure, write."""
    given = asking(__doc__, "MODEL_CODERS.md", "eight documents, one division, few resamplings").parse_args()
    if not (given.data / SET / "units.parquet").is_file():
        tell(f"skipped {SET}: {given.data / SET / 'units.parquet'} is not there")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        given.out.write_text("\n".join(report(given.data, Path(folder), given.quick)) + "\n", encoding="utf-8")
    tell(f"written: {given.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
