"""May the model be the second coder: on which passages that is asked, what silence would reach, and how it is said."""

from __future__ import annotations

import json

import numpy as np
import pytest
from numpy.typing import NDArray
from secondcoder.agreement import RatingsError
from secondcoder.agreement.alt_test import alternative_annotator_test
from secondcoder.agreement.comparison import compare_with_model
from secondcoder.agreement.report.methods_text import methods
from secondcoder.agreement.report.page import page
from secondcoder.agreement.report.second_coder_text import second_coder_sentences, second_coder_summary
from secondcoder.agreement.second_coder import ALL_CODES, SILENCE, SecondCoder, second_coder
from support.agreement_checks import reliability_data_of
from support.second_coder_checks import report

N, INTERVIEWS = 600, 12
WHOSE = np.repeat(np.arange(INTERVIEWS), N // INTERVIEWS)
Marks = NDArray[np.bool_]


def people(shared: int, alone: int) -> tuple[Marks, Marks]:
    """Two people who give a code together to so many passages, and each to so many alone, spread over the interviews."""
    first, second = np.zeros(N, dtype=bool), np.zeros(N, dtype=bool)
    order = np.argsort(np.arange(N) % (N // INTERVIEWS), kind="stable")
    first[order[: shared + alone]] = True
    second[np.append(order[:shared], order[shared + alone : shared + 2 * alone])] = True
    return first, second


def judged(
    first: Marks, second: Marks, model: Marks, *, margin: float | None = None, epsilon: float = 0.2
) -> SecondCoder:
    data = reliability_data_of(
        np.stack([first, second, model], axis=1)[..., None], clusters=WHOSE, coders=["A", "B", "m"]
    )
    comparison = compare_with_model(data, "m", [("A", "B")], margin=margin, rounds=300)
    assert comparison is not None
    by_code = second_coder(data, comparison, cost_benefit=epsilon, rounds=300, seed=1)
    assert list(by_code) == [ALL_CODES, "k0"]
    return by_code["k0"]


def test_a_model_that_says_nothing_does_not_pass_though_on_all_passages_it_would() -> None:
    first, second = people(shared=50, alone=10)
    silent = np.zeros(N, dtype=bool)
    everywhere = alternative_annotator_test(
        np.stack([first, second]).astype(float), silent.astype(float), clusters=WHOSE, rounds=100
    )
    assert everywhere.passes
    here = judged(first, second, silent)
    assert (here.test.passes, here.answer) == (False, "not shown")
    # 70 passages that one of the two coded; on the 50 that both did the person leads.
    assert here.test.people[0].passages == 70
    assert here.test.people[0].lead == pytest.approx((50 - 10) / 70)


def test_nor_does_one_that_gives_the_code_everywhere() -> None:
    assert judged(*people(50, 10), np.ones(N, dtype=bool)).test.passes is False


def test_one_that_codes_as_people_do_passes() -> None:
    first, second = people(shared=50, alone=10)
    assert judged(first, second, first).answer == "yes"
    assert judged(first, second, first).test.winning_rate == 1.0
    assert judged(first, second, first | second).test.passes


def test_where_silence_would_pass_nothing_is_said() -> None:
    """Of 90 passages that one of them coded, people share 2: who says nothing is nearer to either of them than the other is."""
    first, second = people(shared=2, alone=44)
    here = judged(first, second, first)
    assert (here.test.passes, here.test.reason, here.answer) == (None, SILENCE, "cannot be said")
    assert judged(*people(shared=30, alone=20), people(30, 20)[0]).test.reason == ""


def test_few_passages_with_the_code_are_too_few_however_many_there_are_without() -> None:
    first, second = people(shared=20, alone=2)
    here = judged(first, second, first)
    assert here.answer == "cannot be said"
    # 24 of 600 passages, so 6 more among 150.
    assert here.test.reason == (
        "there are 24 such passages, and the test needs 30 (about 150 more passages coded twice would hold them)"
    )


def test_the_margin_counts_beside_the_test() -> None:
    first, second = people(shared=50, alone=10)
    close, far = first ^ (np.arange(N) % 97 == 0), first & (np.arange(N) % 3 > 0)
    assert judged(first, second, close, margin=0.3).answer == "yes"
    # The margin is missed for sure, whatever the test says.
    assert judged(first, second, far & (np.arange(N) % 2 == 0), margin=0.05).answer == "no"
    open_ = judged(first, second, first & (np.arange(N) % 4 > 0), margin=0.05)
    assert (open_.verdict.word, open_.test.passes, open_.answer) == ("not decided", True, "not shown")


def test_the_report_answers_for_each_code_in_a_sentence() -> None:
    made = report(margin=0.3)
    assert {code: judged.answer for code, judged in made.second_coders["m"].items()} == {
        ALL_CODES: "yes",
        "COH": "yes",
        "MON": "cannot be said",
    }
    overall, coherence, monitoring = second_coder_sentences(made, "m")
    assert overall.startswith("All codes together, yes: it agrees with people at 0.")
    assert coherence.startswith("Coherence (COH), yes: it agrees with people at")
    assert "within the margin of 0.3; it passes the alternative annotator test (advantage probability 0." in coherence
    assert "tells nothing, since there are 2 such passages, and the test needs 30 (about 1,344 more" in monitoring
    said = second_coder_summary(made, "m")
    assert said.startswith(
        "May m be the second coder? Yes for COH; cannot be said for MON (alternative annotator test, ε 0.2;"
    )
    shown = page(made)
    assert "May m be the second coder?" in shown
    assert "Coherence (COH), yes" in shown
    assert "Of two people, it asks whether" in shown
    assert any("alternative annotator test" in paragraph for paragraph in methods(made))


def test_json_has_the_test_for_each_model_and_code() -> None:
    data = json.loads(json.dumps(report(cost_benefit=0.3).to_json()))
    assert data["cost_benefit"] == 0.3
    of_code = data["second_coder"]["m"]["COH"]
    assert of_code["answer"] == "yes"
    assert of_code["passes"] is True
    assert of_code["winning_rate"] == 1.0
    assert of_code["non_inferiority"] == "no margin was stated"
    interval = of_code["advantage_probability"]["interval"]
    assert interval["low"] < of_code["advantage_probability"]["value"] < interval["high"]
    assert [person["replaced"] for person in of_code["people"]] == [True, True]
    assert data["plan"] is None


def test_nothing_is_said_without_a_model_or_on_characters() -> None:
    assert report(model_codings=(), model_name=None, model_passes=None).second_coders == {}
    made = report(units="character")
    assert made.second_coders == {"m": {}}
    assert "be the second coder?" not in page(made)


def test_an_impossible_epsilon_is_refused_before_any_counting() -> None:
    with pytest.raises(RatingsError, match="cost-benefit"):
        report(cost_benefit=1.5, units="nonsense")
