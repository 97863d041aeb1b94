"""What suggestions are for: chosen in the configuration, kept with the model, said beside every figure."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from secondcoder.configuration import complete_recipe, load_configuration, recipe_of
from secondcoder.errors import StudyError
from secondcoder.learning.assessment.evaluate import evaluate
from secondcoder.learning.assessment.held_out import HoldingOut
from secondcoder.learning.assessment.purposes import (
    AS_PEOPLE_CODE,
    BALANCED,
    HOW,
    purpose_in_words,
    purpose_of,
    purpose_thresholds,
)
from secondcoder.learning.assessment.thresholds import f1_thresholds, kappa_thresholds
from secondcoder.learning.classifier import fit_for_purpose, new_classifier
from support.planted import planted

TALK = planted(share=0.15)


def _configured(folder: Path, purpose: str) -> str:
    file = folder / "secondcoder.toml"
    file.write_text(f'[learning]\npurpose = "{purpose}"\n', encoding="utf-8")
    return load_configuration(file).learning.purpose


def test_a_study_names_its_purpose_and_codes_as_people_do_without(tmp_path):
    assert load_configuration().learning.purpose == AS_PEOPLE_CODE
    assert _configured(tmp_path, BALANCED) == BALANCED
    with pytest.raises(StudyError, match=r"learning\.purpose"):
        _configured(tmp_path, "find everything")


def test_what_was_learned_before_there_were_purposes_was_balanced():
    recipe = recipe_of(load_configuration())
    del recipe["learning"]["purpose"]
    assert complete_recipe(recipe)["learning"]["purpose"] == BALANCED
    assert purpose_of({"recipe": recipe}) == purpose_of({}) == BALANCED


def test_each_purpose_has_the_thresholds_of_its_rule_whatever_the_classifier():
    labels, groups = TALK.labels, TALK.features.groups
    for purpose in (AS_PEOPLE_CODE, BALANCED):
        fitted = fit_for_purpose(new_classifier("stacked-kernels", 3, 0), purpose, TALK.features, labels)
        known, target = labels.known, labels.target
        expected = {
            BALANCED: f1_thresholds(fitted.out_of_fold_, target, known),
            AS_PEOPLE_CODE: kappa_thresholds(fitted.out_of_fold_, target, known, groups),
        }
        np.testing.assert_array_equal(fitted.thresholds_, expected[purpose])


def test_labels_that_nobody_looked_for_move_no_threshold():
    rng = np.random.default_rng(2)
    known = rng.random(TALK.labels.y.shape) < 0.7
    probability = rng.random(known.shape)
    labels = replace(TALK.labels, known=known)
    turned = replace(labels, y=labels.y ^ ~known)
    for purpose in (AS_PEOPLE_CODE, BALANCED):
        first, second = (
            purpose_thresholds(purpose, probability, one, TALK.features.groups) for one in (labels, turned)
        )
        np.testing.assert_array_equal(first, second)


def test_the_figures_name_the_purpose_they_rest_on():
    hows = {purpose: HoldingOut(3, 0, "transcript", purpose=purpose) for purpose in (AS_PEOPLE_CODE, BALANCED)}
    reports = {
        purpose: evaluate(TALK.features, TALK.labels, TALK.segments, {}, how, rounds=100).to_json()
        for purpose, how in hows.items()
    }
    assert {name: report["purpose"] for name, report in reports.items()} == {name: name for name in reports}
    # The same probabilities, suggested from elsewhere.
    assert len({report["macro_ap"] for report in reports.values()}) == 1
    for purpose in HOW:
        assert f"'{purpose}'" in purpose_in_words(purpose)
