"""A model whose codings were imported stands beside people, under the same rules, and changes no figure of theirs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from secondcoder.agreement import AgreementReport, OneCoderError, RatingsError, UnusedCodeError, agree
from secondcoder.agreement.material import ModelCoder
from secondcoder.agreement.pairwise import ALL
from secondcoder.agreement.report.methods_text import methods
from secondcoder.agreement.report.page import page
from secondcoder.agreement.study_report import Question
from secondcoder.domain.records import Coding, CodingPass
from secondcoder.study.study import Study
from sklearn.metrics import cohen_kappa_score
from support.agreement_checks import BOOK, STEADY, coding, interview, segments_of, whole
from support.model_coder_checks import import_as, knowing, scored_table, truth

TALKS = [interview(f"t{at}", ["We had no idea.", "It works now.", "I like it.", "Nobody asked."]) for at in range(6)]
SEGMENTS = [segment for talk in TALKS for segment in segments_of(talk)]
CODES = ("COH", "COH.DIF", "ACT", "MON")


def marks(coder: str, wanted: Callable[[int, int], Iterable[str]]) -> list[Coding]:
    """Codes by the number of the interview and of the answer."""
    return [
        coding(talk, answer, code, coder)
        for at, talk in enumerate(TALKS)
        for number, answer in enumerate(("We had no idea.", "It works now.", "I like it.", "Nobody asked."))
        for code in wanted(at, number)
    ]


A = marks("A", lambda at, number: ["COH"] if number == 0 else ["ACT"] if (at + number) % 3 == 1 else [])
B = marks("B", lambda at, number: ["COH"] if number == 0 and at else ["ACT"] if (at + number) % 4 == 1 else [])
PASSES = [whole(talk, coder) for talk in TALKS for coder in "AB"]


def report(*model_coders: ModelCoder, codings: list[Coding] = A + B, **options: Any) -> AgreementReport:
    given: dict[str, Any] = {"rounds": 100, "model_coders": model_coders} | options
    return agree(TALKS, SEGMENTS, codings, PASSES, BOOK, **given)


def coder_of(wanted: Callable[[int, int], Iterable[str]], name: str = "gpt") -> ModelCoder:
    return ModelCoder(name, tuple(marks(name, wanted)), tuple(whole(talk, name) for talk in TALKS), "2026-11-28")


def test_kappa_with_a_person_is_that_of_the_table_made_by_hand() -> None:
    """Of COH, 24 answers: A gives it to the 6 first ones; the model to 5 of these and to 3 others."""
    gpt = coder_of(lambda at, number: ["COH"] if (number == 0 and at != 2) or (number == 3 and at < 3) else [])
    made = report(gpt)
    result = made.agreement(("A", "gpt")).codes["COH"]["cohen_kappa"]
    assert result.counts == {"both": 5, "first": 1, "second": 3, "neither": 15}
    observed, chance = 20 / 24, (6 * 8 + 18 * 16) / 24**2
    assert result.value == pytest.approx((observed - chance) / (1 - chance))
    table = made.table().set_index(["coders", "units", "code"])
    assert table.loc[("A | gpt", ALL, "COH"), "cohen_kappa"] == result.value


def test_pooled_kappa_beside_people_is_the_mean_over_both_people() -> None:
    gpt = coder_of(lambda at, number: ["COH"] if number == 0 else ["ACT"] if (at + number) % 3 else [])
    made, cells = report(gpt), {}
    for name, of in (("A", A), ("B", B), ("gpt", gpt.codings)):
        given = {(one.transcript, one.start, one.code) for one in of}
        cells[name] = [(one.transcript, one.start, code) in given for one in SEGMENTS for code in made.codes]
    beside = made.others["gpt"][ALL].pooled
    expected = [cohen_kappa_score(cells["gpt"], cells[person]) for person in "AB"]
    assert beside.model_human.value == pytest.approx(sum(expected) / 2)
    assert beside.human_human.value == pytest.approx(cohen_kappa_score(cells["A"], cells["B"]))


@given(
    given_by=st.lists(
        st.sets(st.tuples(st.integers(0, 5), st.integers(0, 3), st.sampled_from(CODES)), max_size=20),
        min_size=1,
        max_size=2,
    )
)
@STEADY
def test_no_figure_of_people_or_of_the_model_changes(given_by: list[set[tuple[int, int, str]]]) -> None:
    own = {
        "model_codings": marks("m", lambda at, number: ["COH"] if number == 0 else []),
        "model_name": "m",
        "model_passes": [whole(talk, "m") for talk in TALKS],
        "roll_up": True,
        # A sub-construct, so that roll-up changes something.
        "codings": [*A, *B, coding(TALKS[0], "It works now.", "COH.DIF", "A")],
    }
    before = report(**own)  # type: ignore[arg-type]
    others = [
        coder_of(lambda at, number, of=of: [code for code in CODES if (at, number, code) in of], name)  # type: ignore[misc]
        for name, of in zip(("gpt", "llama"), given_by, strict=False)
    ]
    after = report(*others, **own)  # type: ignore[arg-type]
    assert after.headline == before.headline
    assert after.humans == before.humans == ("A", "B")
    assert after.codes == before.codes
    for agreement in before.agreements:
        assert after.agreement(agreement.coders, agreement.scope) == agreement
    assert after.comparisons == before.comparisons
    assert after.rolled_up is not None
    assert before.rolled_up is not None
    assert after.rolled_up.headline == before.rolled_up.headline
    assert after.rolled_up.codes == before.rolled_up.codes
    assert [one.coders for one in after.spans] == [("A", "B")]
    assert after.disagreements == before.disagreements


def test_codes_that_it_gave_alone_are_named_and_compared_where_asked_for() -> None:
    gpt = coder_of(lambda at, number: ["COH"] if number == 0 else ["MON"])
    made = report(gpt)
    assert made.codes == ("COH", "ACT")
    assert any("Nobody but gpt gave MON" in note for note in made.notes)
    assert report(gpt, codes=["MON"]).codes == ("MON",)
    with pytest.raises(UnusedCodeError):
        report(codes=["MON"])


def test_one_who_looked_only_at_what_it_coded_is_named() -> None:
    given = marks("gpt", lambda at, number: ["COH"] if number == 0 else [])
    looks = tuple(CodingPass(one.transcript, "gpt", *one.span, BOOK.ids) for one in given)
    assert any("gpt looked only at the spans" in note for note in report(ModelCoder("gpt", tuple(given), looks)).notes)


def test_with_one_person_the_headline_is_of_the_person_and_the_model() -> None:
    gpt = coder_of(lambda at, number: ["COH"] if number == 0 else [])
    own = {
        "codings": A,
        "between": ["A", "m", "gpt"],
        "model_codings": marks("m", lambda at, number: ["COH"]),
        "model_name": "m",
    }
    alone = [each for each in PASSES if each.coder == "A"]
    made = agree(TALKS, SEGMENTS, passes=alone, codebook=BOOK, model_coders=[gpt], rounds=50, **own)  # type: ignore[arg-type]
    assert made.headline.coders == ("A", "m")
    assert report(gpt, between=["A", "gpt"]).headline.coders == ("A", "gpt")
    assert report(gpt, between=["A", "B"]).others == {}
    with pytest.raises(RatingsError, match="Nobody called 'gtp'"):
        report(gpt, between=["A", "gtp"])


@pytest.fixture
def study(coded_study: Study, tmp_path: Path) -> Study:
    import_as(coded_study, scored_table(tmp_path / "said.csv", coded_study, knowing(truth(coded_study))))
    return coded_study


def test_a_study_shows_it_in_table_json_page_and_methods(
    study: Study, run_cli: Callable[..., Any], tmp_path: Path
) -> None:
    day = study.store.events("model coder import")[0]["at"][:10]
    said = f"The codings of gpt were made by another model and imported on {day}"
    out = tmp_path / "agreement.html"
    code, printed, _ = run_cli("-C", study.folder, "agree", "--json", "--out", out)
    told = json.loads(printed)
    assert code == 0
    assert told["model_coders"]["gpt"]["imported"] == day
    assert told["headline_coders"] == ["anna", "ben"]
    assert ["anna", "gpt"] in [pair["coders"] for pair in told["pairs"]]
    assert set(told["model_coders"]["gpt"]["beside_humans"]) >= {"all"}
    assert said in out.read_text(encoding="utf-8")
    printed = run_cli("-C", study.folder, "agree")[1]
    assert "gpt agrees with the humans at" in " ".join(printed.split())
    text = tmp_path / "methods.md"
    assert run_cli("-C", study.folder, "export", "--methods", text)[0] == 0
    assert "were made by another model and imported on" in text.read_text(encoding="utf-8")
    assert "2 coders coded independently" in text.read_text(encoding="utf-8")


def test_people_alone_are_compared_and_settled_without_it(study: Study) -> None:
    alone = study.agree(Question(model=False))
    assert (alone.coders, alone.others) == (("anna", "ben"), {})
    assert not any("gpt" in sentence for sentence in methods(alone))
    between = study.disagreements(Question(between=("anna", "ben", "gpt")))
    assert between == study.disagreements(Question(between=("anna", "ben")))
    with pytest.raises(OneCoderError):
        study.disagreements(Question(between=("anna", "gpt")))
    assert "gpt" not in page(alone)
