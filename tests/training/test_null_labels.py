"""Labels dealt out at random: every figure that a user can see is at chance, in one walk through all the commands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study
from support.planted import Planted, planted
from support.study_checks import CHEAP, write_csv

CODES = ("CO", "CA", "RM")
TRANSCRIPTS, LENGTH, SHARE = 10, 20, 0.25
SEEDS = range(3)
KAPPA, PRECISION = 0.08, 0.05
"""Of the mean of three studies of 600 labels; what can be learned from the talk with its own labels is .7 and .5 above chance."""


@dataclass(frozen=True)
class Seen:
    """What one study shows: kappas by where they stand, and average precision above the codes' share."""

    kappa: dict[str, float]
    precision: dict[str, float]
    gate: float
    ready: int


def _table(path: Path, talk: Planted, y: np.ndarray, coders: tuple[str, ...], names: set[str]) -> Path:
    rows = [
        {
            "transcript": one.transcript,
            "speaker": "P",
            "text": one.text,
            "codes": "|".join(code for code, has in zip(CODES, y[row], strict=True) if has),
            "coder": coder,
        }
        for coder in coders
        for row, one in enumerate(talk.segments)
        if one.transcript in names
    ]
    return write_csv(path, rows)


def _study(folder: Path, talk: Planted, y: np.ndarray) -> Study:
    folder.mkdir()
    Study.create(folder / "study", "npt-core").close()
    (folder / "study" / CONFIGURATION).write_text(CHEAP, encoding="utf-8")
    study = Study(folder / "study")
    names = sorted({one.transcript for one in talk.segments})
    study.import_files([_table(folder / "first.csv", talk, y, ("ada",), set(names[:7]))])
    study.train()
    study.import_files([_table(folder / "second.csv", talk, y, ("ada",), set(names[7:]))])
    return study


def _seen(study: Study, share: float) -> Seen:
    retraining = study.retrain(promote=True)
    manifest, card = retraining.manifest, (retraining.report.parent / "card.md").read_text(encoding="utf-8")
    evaluation = study.evaluate().to_json()
    agreement = study.agree().to_json()
    methods = study.export_methods()
    on_card = {
        name: float(re.search(rf"{name} (-?[\d.]+) \(", card)[1])
        for name in ("pooled kappa", "macro average precision")
    }
    told = [float(found) for found in re.findall(r"pooled over codes (-?\d\.\d+)", methods)]
    assert told
    pair = next(one for one in agreement["pairs"] if "secondcoder" in one["coders"])
    comparison = retraining.decision.comparison
    return Seen(
        {
            "manifest": manifest["out_of_fold"]["pooled_kappa"],
            "card": on_card["pooled kappa"],
            "evaluate": evaluation["pooled_kappa"],
            "agree": pair["pooled"]["cohen_kappa"]["value"],
            **{f"methods {number}": value for number, value in enumerate(told)},
        },
        {
            "manifest": manifest["out_of_fold"]["macro_ap"] - share,
            "card": on_card["macro average precision"] - share,
            "evaluate": evaluation["macro_ap"] - share,
            "gate before": comparison.overall.before - share,
            "gate after": comparison.overall.after - share,
        },
        comparison.overall.value,
        sum(entry["verdict"] == "ready" for entry in manifest["verdicts"].values()),
    )


@pytest.mark.slow
def test_labels_at_random_give_figures_at_chance_everywhere(tmp_path: Path):
    talk = planted(TRANSCRIPTS, LENGTH, SHARE, seed=3)
    seen = []
    for seed in SEEDS:
        y = np.random.default_rng(seed).permutation(talk.labels.y)
        seen.append(_seen(_study(tmp_path / str(seed), talk, y), float(y.mean(axis=0).mean())))
    for name in seen[0].kappa:
        assert abs(np.mean([one.kappa[name] for one in seen])) < KAPPA, name
    for name in seen[0].precision:
        assert abs(np.mean([one.precision[name] for one in seen])) < PRECISION, name
    assert abs(np.mean([one.gate for one in seen])) < PRECISION
    assert not any(one.ready for one in seen)


@pytest.mark.slow
def test_their_own_labels_do_not(tmp_path: Path):
    """The same walk would see what there is to be seen."""
    talk = planted(TRANSCRIPTS, LENGTH, SHARE, seed=3)
    seen = _seen(_study(tmp_path / "own", talk, talk.labels.y), float(talk.labels.y.mean(axis=0).mean()))
    assert min(seen.kappa.values()) > 5 * KAPPA
    assert min(seen.precision.values()) > 5 * PRECISION
    assert seen.ready == len(CODES)
