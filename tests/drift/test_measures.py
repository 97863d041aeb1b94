"""The five figures: worked out by hand, and true to what they estimate."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from secondcoder.domain.records import Segment, SpeakerRole, Transcript, Turn
from secondcoder.drift.measures import Measure, training_figures, transcript_figures
from secondcoder.drift.profiles import profiles
from secondcoder.drift.reference import reference_of
from secondcoder.embedding.hashed_words import WordHashEmbedder
from secondcoder.learning.features import build_features
from secondcoder.learning.reference import reference_state, restore_reference
from support.drift_checks import profile


def test_words_unseen_by_hand():
    of = [profile("a", {1: 8, 2: 2}), profile("b", {1: 5, 3: 5}), profile("c", {1: 1, 2: 1, 4: 2})]
    seen = reference_of(of)
    # a holds 1 and 2, both held by others; b's word 3 and c's word 4 nobody else holds.
    np.testing.assert_allclose(training_figures(seen, False)[Measure.WORDS][0], [0, 0.5, 0.5])
    # Word 9 is new, word 3 is new to one training set in three (the one without b), word 1 to none.
    assert transcript_figures(profile("new", {1: 4, 3: 3, 9: 3}), seen).values[Measure.WORDS] == pytest.approx(
        0.3 + 0.3 / 3
    )


def test_a_new_case_is_compared_as_whole_held_out_cases_are():
    shared = [
        profile(f"{case}{i}", {1: 9, word: 1}, case) for word, case in ((2, "A"), (3, "B"), (4, "C")) for i in (0, 1)
    ]
    seen = reference_of(shared)
    np.testing.assert_allclose(training_figures(seen, False)[Measure.WORDS][0], 0)
    np.testing.assert_allclose(training_figures(seen, True)[Measure.WORDS][0], 0.1)
    of_a, of_d = (transcript_figures(profile("new", {1: 9, 2: 1}, case), seen) for case in ("A", "D"))
    assert (of_a.new_case, of_d.new_case) == (False, True)
    assert of_a.values[Measure.WORDS] == 0
    assert of_d.values[Measure.WORDS] == pytest.approx(0.1 / 3)


def test_distance_of_meaning_is_freed_of_what_few_segments_add():
    # Unit vectors, half of them (1, 0, ...) and half along random axes: their mean is (1/2, 0, ...), and far from (0, ..., 1).
    rng, axes, far = np.random.default_rng(0), np.eye(50), np.eye(50)[-1]
    seen = reference_of([profile("a", {1: 1}, vector=far), profile("b", {1: 1}, vector=far)])
    squared = []
    for _ in range(500):
        vectors = axes[np.where(rng.random(10) < 0.5, 0, rng.integers(1, 49, 10))]
        one = profile("x", {1: 1}, vector=vectors.mean(axis=0), segments=10)
        squared.append(transcript_figures(one, seen).values[Measure.MEANING] ** 2)
    mean = np.array([0.5, *[0.5 / 48] * 48, 0])
    assert np.mean(squared) == pytest.approx(((mean - far) ** 2).sum(), abs=0.02)


@given(st.lists(st.integers(1, 6), min_size=2, max_size=6), st.permutations(range(4)))
def test_the_order_of_training_transcripts_does_not_matter(new, order):
    of = [profile(f"t{i}", {1: 3, 2 + i: 1 + i, 6: i + 1}, f"case{i % 2}", (1.0, i / 7)) for i in range(4)]
    one = profile("new", dict.fromkeys(new, 1))
    first, second = (transcript_figures(one, reference_of(some)).values for some in (of, [of[i] for i in order]))
    assert first.keys() == second.keys()
    for name, value in first.items():
        assert second[name] == pytest.approx(value)


def test_what_was_seen_survives_the_disk():
    seen = reference_of([profile("é", {1: 3}, "Øst"), profile("b", {2: 3})])
    back = restore_reference(reference_state(seen))
    for name, array in reference_state(seen).items():
        np.testing.assert_array_equal(reference_state(back)[name], array)
        assert array.dtype != object
    assert restore_reference({}) is None


def test_a_profile_counts_what_is_said_and_by_whom():
    text = "What is it? It's a bed. A big one"
    turns = (Turn(0, 11, "I", SpeakerRole.INTERVIEWER), Turn(12, 33, "R", SpeakerRole.PARTICIPANT))
    transcript = Transcript("t", text, turns, case="Elm", role="GP")
    segments = [Segment("t", 0, 12, 23, text[12:23], 1), Segment("t", 1, 24, 33, text[24:33], 1)]
    features = build_features(segments, ["t", "t"], WordHashEmbedder())
    (one,) = profiles(segments, features, np.array([[0.2], [0.4]]), {"t": transcript})
    assert (one.case, one.role, one.wave, one.segments) == ("Elm", "GP", "", 2)
    assert one.asked == pytest.approx(3 / 9)
    assert np.exp(one.answers) == pytest.approx(6)  # both segments are one answer
    assert sorted(one.counts) == [1, 1, 1, 1, 2]  # it's, bed, big, one, and a twice
    assert one.rates == pytest.approx([0.3])
