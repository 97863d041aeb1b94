"""A kept result is what would be computed, whatever befalls its file; and its key tells apart all that decides it."""

from __future__ import annotations

import os
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from secondcoder.labels.coder_marks import CoderMarks
from secondcoder.labels.label_matrix import LabelMatrix, LabelWeights, Reliance
from secondcoder.learning.content_key import code_version, content_key
from secondcoder.learning.cross_validation import cross_validate
from secondcoder.learning.kept_results import KeptResults
from secondcoder.learning.stacked_kernels.classifier import StackedKernelClassifier
from support.invented_scorers import hearing, scorer_on
from support.planted import planted

TALK = planted(transcripts=5, length=6)
N, K = TALK.labels.y.shape
NOBODY = np.zeros((N, K), dtype=bool)
FULL = LabelMatrix(
    TALK.labels.codes,
    TALK.labels.y,
    TALK.labels.known,
    LabelWeights(np.ones(N), np.zeros((N, K))),
    np.full(K, -1),
    Reliance(NOBODY, (frozenset({"t00", "t01"}),) * N, NOBODY),
    np.zeros((N, K)),
    CoderMarks(("ada",), NOBODY[None], NOBODY[None]),
)


class _Counted:
    """Gives its arrays, and counts how often it is asked."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> dict[str, np.ndarray]:
        self.times += 1
        return {"probability": np.arange(6.0).reshape(2, 3) / 7, "none": np.zeros((0, 3))}


def _key(part: object) -> str:
    return content_key(part)


def test_a_result_is_computed_once_and_given_to_the_last_digit(tmp_path: Path) -> None:
    compute = _Counted()
    first = KeptResults(tmp_path / "kept").arrays(lambda: "a", compute)
    second = KeptResults(tmp_path / "kept").arrays(lambda: "a", compute)
    assert compute.times == 1
    assert first.keys() == second.keys()
    assert all(
        first[name].tobytes() == second[name].tobytes() and first[name].shape == second[name].shape for name in first
    )
    KeptResults(tmp_path / "kept").arrays(lambda: "b", compute)
    assert compute.times == 2


@pytest.mark.parametrize("damage", ["", "not an archive", "half", "flipped"])
def test_a_damaged_file_is_computed_anew_and_mended(tmp_path: Path, damage: str) -> None:
    compute, kept = _Counted(), KeptResults(tmp_path)
    kept.arrays(lambda: "a", compute)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    flipped = bytearray(whole)
    flipped[len(whole) // 4] ^= 1  # within the first array
    file.write_bytes({"half": whole[: len(whole) // 2], "flipped": bytes(flipped)}.get(damage, damage.encode()))
    again = kept.arrays(lambda: "a", compute)
    np.testing.assert_array_equal(again["probability"], _Counted()()["probability"])
    assert compute.times == 2
    kept.arrays(lambda: "a", compute)
    assert compute.times == 2


def test_the_folder_stays_within_its_bounds_and_what_was_used_last_stays(tmp_path: Path) -> None:
    compute = _Counted()
    KeptResults(tmp_path).arrays(lambda: 0, compute)
    size = next(tmp_path.iterdir()).stat().st_size
    kept = KeptResults(tmp_path, most=2 * size)
    kept.arrays(lambda: 1, compute)
    for file in tmp_path.iterdir():
        os.utime(file, (1, 1))
    kept.arrays(lambda: 0, compute)  # used after 1 was
    kept.arrays(lambda: 2, compute)
    assert len([*tmp_path.iterdir()]) == 2
    kept.arrays(lambda: 0, compute)
    assert compute.times == 3


def test_where_nothing_can_be_written_nothing_fails(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    compute, kept = _Counted(), KeptResults(tmp_path / "file" / "kept")
    kept.arrays(lambda: "a", compute)
    kept.arrays(lambda: "a", compute)
    assert compute.times == 2


def _other(value: object) -> object:
    """Something else of the same kind."""
    if isinstance(value, np.ndarray):
        changed = value.copy()
        changed.flat[-1] = ~changed.flat[-1] if value.dtype == bool else changed.flat[-1] + 1
        return changed
    if isinstance(value, dict):
        return value | {"another": "x"}
    return (
        (*value[:-1], frozenset({"t04"}) if isinstance(value[-1], frozenset) else f"{value[-1]}x") if value else ("x",)
    )  # type: ignore[index]


@pytest.mark.parametrize(
    "whole", [FULL, FULL.label_weights, FULL.reliance, FULL.coders], ids=lambda whole: type(whole).__name__
)
def test_every_part_of_the_labels_counts(whole: object) -> None:
    parts = [each.name for each in fields(whole) if not hasattr(getattr(whole, each.name), "__dataclass_fields__")]  # type: ignore[arg-type]
    changed = [replace(whole, **{name: _other(getattr(whole, name))}) for name in parts]  # type: ignore[type-var]
    assert len({_key(one) for one in (whole, *changed)}) == len(parts) + 1
    assert _key(whole) == _key(replace(whole))  # type: ignore[type-var]


def test_every_feature_counts() -> None:
    names = [
        each.name for each in fields(TALK.features) if each.name not in ("answers", "imported", "segments", "views")
    ]
    changed = [replace(TALK.features, **{name: _other(getattr(TALK.features, name))}) for name in names]
    changed += [replace(TALK.features, views=(4,)), replace(TALK.features, segments=tuple(TALK.segments))]
    assert len({_key(one.content(())) for one in (TALK.features, *changed)}) == len(changed) + 1


def test_what_scorers_say_counts_where_the_classifier_hears_them() -> None:
    codes = TALK.labels.codes
    wise, dull = (hearing(TALK.features, scorer_on([knows] * K, TALK)) for knows in (2.0, 0.0))
    assert wise.scorers == dull.scorers
    assert _key(wise.content(codes, wise.scorers)) != _key(dull.content(codes, dull.scorers))
    assert _key(wise.content(codes)) == _key(dull.content(codes))


def test_texts_do_not_run_into_each_other() -> None:
    assert len({_key(one) for one in (("ab", "c"), ("a", "bc"), ("abc",), "abc", b"abc".decode(), ["ab", "c"])}) == 4
    assert _key(frozenset("abc")) == _key(frozenset("cab")) != _key(frozenset("ab"))
    assert (
        len({_key(one) for one in (0, 0.0, False, None, "0", np.zeros(1), np.zeros((1, 1)), np.zeros(1, dtype=int))})
        == 8
    )
    with pytest.raises(TypeError, match="object"):
        content_key(object())


def test_the_key_knows_the_code_of_a_classifier_from_elsewhere() -> None:
    class Own(StackedKernelClassifier):
        pass

    assert code_version(Own) != code_version(StackedKernelClassifier) == code_version(StackedKernelClassifier)


@pytest.mark.parametrize("change", [{"folds": 4}, {"seed": 1}, {"purpose": "balanced"}, {"code_embeddings": None}])
def test_other_settings_are_another_cross_validation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: dict[str, object]
) -> None:
    fits = []
    fit = StackedKernelClassifier.fit
    monkeypatch.setattr(StackedKernelClassifier, "fit", lambda self, *given: fits.append(1) or fit(self, *given))
    settings: dict[str, object] = {
        "folds": 3,
        "seed": 0,
        "code_embeddings": np.eye(K, TALK.features.vectors.shape[1], dtype=np.float32),
    }

    def run(**changed: object) -> int:
        before, done = len(fits), []
        options = settings | changed
        cross_validate(
            TALK.features,
            TALK.labels,
            options.pop("code_embeddings"),
            **options,
            kept=KeptResults(tmp_path),
            tick=lambda: done.append(1),  # type: ignore[arg-type]
        )
        assert len(done) == options["folds"]
        return len(fits) - before

    assert (run(), run()) == (3, 0)
    assert run(**change) > 0
    assert run() == 0
