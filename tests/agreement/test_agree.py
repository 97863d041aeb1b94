"""`agree` from records to report: headline figures, choices, bad input."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from secondcoder.agreement import (
    AgreementReport,
    NoOverlapError,
    OneCoderError,
    RatingsError,
    UnusedCodeError,
    VersionsError,
    agree,
    codings_of_suggestions,
    measure,
)
from secondcoder.agreement.pairwise import ALL, CODED
from secondcoder.agreement.report.page import page as whole_page
from secondcoder.codebook.model import Code, Codebook
from secondcoder.domain.records import Case, Coding, Origin, Suggestion
from secondcoder.errors import InputError
from support.agreement_checks import BOOK, coding, interview, segments_of, whole

ANSWERS = ["We had no idea. It came one day. Nobody asked.", "She sat in the corner. It works now.", "I like it."]
TALKS = [
    interview(f"t{at}", ANSWERS, case="north" if at % 2 else "south", role="gp" if at < 6 else "nurse")
    for at in range(12)
]
SEGMENTS = [segment for talk in TALKS for segment in segments_of(talk)]


def marks(coder: str, plan: dict[str, list[str]], but: tuple[int, ...] = ()) -> list[Coding]:
    """The same marks in every interview but some: sentence -> codes."""
    return [
        coding(talk, words, code, coder)
        for at, talk in enumerate(TALKS)
        if at not in but
        for words, codes in plan.items()
        for code in codes
    ]


A = marks("A", {"We had no idea.": ["COH"], "It works now.": ["ACT", "MON"], "I like it.": ["MON"]}, but=(3, 4))
B = marks("B", {"We had no idea.": ["COH"], "It works now.": ["ACT"], "Nobody asked.": ["MON"]}, but=(5,))
PASSES = [whole(talk, coder) for talk in TALKS for coder in "AB"]


def report(**options: Any) -> AgreementReport:
    given: dict[str, Any] = {
        "transcripts": TALKS,
        "segments": SEGMENTS,
        "codings": A + B,
        "passes": PASSES,
        "codebook": BOOK,
    }
    return agree(**(given | {"rounds": 200} | options))


def test_pooled_kappa_is_cohens_kappa_over_all_cells() -> None:
    given = {(one.transcript, one.start, one.code, one.coder) for one in A + B}
    cells = [
        [int((segment.transcript, segment.start, code, coder) in given) for coder in "AB"]
        for segment in SEGMENTS
        for code in ("COH", "ACT", "MON")
    ]
    made = report()
    assert made.codes == ("COH", "ACT", "MON")
    assert made.unused == ("COH.DIF",)
    assert made.headline.pooled_kappa.value == pytest.approx(measure("cohen_kappa", cells).value)
    assert made.headline.pooled_kappa.n == len(cells)
    assert (made.n_units, made.n_transcripts, made.coders) == (len(SEGMENTS), 12, ("A", "B"))


def test_the_figures_are_those_of_the_pair() -> None:
    made = report()
    pair = made.agreement(("A", "B"))
    assert made.headline.pooled_kappa.value == pair.pooled["cohen_kappa"].value
    assert made.headline.alpha_masi.value == pair.sets["masi"].value
    assert made.pairs == [("A", "B")]
    with pytest.raises(KeyError):
        made.agreement(("A", "C"))


@pytest.mark.parametrize(("unit", "count"), [("segment", 72), ("turn", 36), ("passage", 12)])
def test_units_may_be_chosen(unit: str, count: int) -> None:
    made = report(units=unit)
    assert made.n_units == count
    assert made.to_json()["unit"] == unit


def test_characters_count_characters() -> None:
    made = report(units="character")
    assert made.n_units == 12 * sum(map(len, ANSWERS))
    assert made.headline.pooled_kappa.value is not None


def test_cases_and_codes_may_be_chosen() -> None:
    made = report(cases=["north"], codes=["doing", "Coherence"])
    assert made.n_transcripts == 6
    assert made.codes == ("COH", "ACT")


def test_same_seed_same_report() -> None:
    assert report(seed=3).to_json() == report(seed=3).to_json()
    assert whole_page(report(seed=3)) == whole_page(report(seed=3))
    assert report(seed=3).to_json()["intervals"] != report(seed=4).to_json()["intervals"]


def test_the_order_of_the_material_does_not_matter() -> None:
    turned = report(codings=list(reversed(A + B)), passes=list(reversed(PASSES)))
    assert turned.to_json() == report().to_json()


def test_swapping_the_coders_swaps_only_the_counts() -> None:
    there, back = report(), report(between=["B", "A"])
    assert back.coders == ("B", "A")
    assert back.headline.pooled_kappa.value == pytest.approx(there.headline.pooled_kappa.value)
    counts = [one.agreement(one.coders).codes["MON"]["cohen_kappa"].counts for one in (there, back)]
    assert counts[0]["first"] == counts[1]["second"]


def test_only_independent_codings_count() -> None:
    reviewed = [replace(one, origin=Origin.REVIEWED) for one in B if one.transcript == "t0"]
    kept = [one for one in B if one.transcript != "t0"]
    looked = [
        replace(coding_pass, origin=Origin.REVIEWED)
        if (coding_pass.transcript, coding_pass.coder) == ("t0", "B")
        else coding_pass
        for coding_pass in PASSES
    ]
    made = report(codings=A + kept + reviewed, passes=looked)
    assert made.n_transcripts == 11
    assert any("after seeing a suggestion" in note for note in made.notes)
    adjudicated = [replace(one, origin=Origin.ADJUDICATED, code="COH.DIF") for one in B]
    assert report(codings=A + B + adjudicated).to_json() == report().to_json()


def test_whose_name_stands_only_on_settled_codings_is_no_coder() -> None:
    settled = [replace(one, coder="consensus", origin=Origin.ADJUDICATED) for one in B]
    assert report(codings=A + B + settled).coders == ("A", "B")
    with pytest.raises(RatingsError, match="Nobody called 'consensus'"):
        report(codings=A + B + settled, between=["A", "consensus"])


def test_clusters_may_be_cases() -> None:
    made = report(clusters="case")
    assert made.agreement(("A", "B")).n_clusters == 2
    assert made.headline.pooled_kappa.interval is not None
    assert "2 clusters" in made.headline.pooled_kappa.interval.reason
    assert any("only 2 clusters" in note for note in made.notes)


def test_clusters_may_be_participants_with_all_their_interviews() -> None:
    pairs = [replace(talk, participant=f"P{at // 2}", case=None) for at, talk in enumerate(TALKS)]
    assert report(transcripts=pairs, clusters="participant").agreement(("A", "B")).n_clusters == 6
    assert report(transcripts=pairs).agreement(("A", "B")).n_clusters == 12


def test_the_same_coder_at_two_times_is_two_coders() -> None:
    later = [replace(one, coder="A, in May") for one in A]
    passes = [replace(coding_pass, coder="A, in May") for coding_pass in PASSES if coding_pass.coder == "A"]
    made = report(codings=A + later, passes=[*PASSES, *passes], between=["A", "A, in May"])
    assert made.headline.pooled_kappa.value == 1


def test_three_coders_are_compared_in_pairs_and_together() -> None:
    third = marks("C", {"We had no idea.": ["COH"], "It works now.": ["MON"]})
    passes = [whole(talk, "C") for talk in TALKS]
    made = report(codings=A + B + third, passes=PASSES + passes)
    assert made.pairs == [("A", "B"), ("A", "C"), ("B", "C")]
    kappas = [made.agreement(pair).pooled["cohen_kappa"].value or 0 for pair in made.pairs]
    assert made.headline.pooled_kappa.value == pytest.approx(sum(kappas) / 3)
    together = made.agreement(("A", "B", "C"))
    assert made.headline.alpha_masi.value == together.sets["masi"].value
    assert set(made.to_json()["codes"]["COH"]) >= {"fleiss_kappa", "krippendorff_alpha"}
    assert "Fleiss" in whole_page(made)


def test_roll_up_counts_a_code_for_its_parents() -> None:
    fine = [replace(one, code="COH.DIF") if one.code == "COH" else one for one in B]
    apart = report(codings=A + fine).agreement(("A", "B")).codes["COH"]["cohen_kappa"].value
    both = report(codings=A + fine, roll_up=True)
    assert both.rolled_up is not None
    rolled = both.rolled_up.agreements["A", "B"].codes["COH"]["cohen_kappa"].value
    assert apart == 0
    assert rolled == pytest.approx(report().agreement(("A", "B")).codes["COH"]["cohen_kappa"].value)


def test_roll_up_reaches_parents_that_are_asked_for_alone() -> None:
    fine = [replace(one, code="COH.DIF") if one.code == "COH" else one for one in A + B]
    made = report(codings=fine, codes=["COH"], roll_up=True)
    assert made.headline.pooled_kappa.value is None  # as made, nobody gave it
    assert made.rolled_up is not None
    rolled = made.rolled_up.headline.pooled_kappa.value
    assert rolled == pytest.approx(report(codes=["COH"]).headline.pooled_kappa.value)


def test_the_headline_is_the_codings_as_made_with_or_without_roll_up() -> None:
    fine = [replace(one, code="COH.DIF") if one.code == "COH" else one for one in A + B]
    as_made, both = report(codings=fine), report(codings=fine, roll_up=True)
    apart, beside = as_made.to_json(), both.to_json()
    rolled = beside.pop("rolled_up")
    assert apart.pop("rolled_up") is None
    for of in (apart, beside):
        of.pop("disagreements")  # those follow the roll-up of learning
    assert beside == apart
    # Every mark on COH.DIF is a mark on COH too: counted once more each.
    counts = [one["pairs"][0]["pooled"]["cohen_kappa"]["counts"]["both"] for one in (beside, rolled)]
    twice = beside["codes"]["COH.DIF"]["cohen_kappa"]["counts"]["both"]
    assert counts[1] == counts[0] + twice
    assert "may count twice" in rolled["meaning"]
    page = whole_page(both)
    assert "with roll-up" in page
    assert "with roll-up" not in whole_page(as_made)
    assert set(both.table().units) == {"all", "coded", "all, with roll-up"}


def test_without_sub_constructs_there_is_no_second_row() -> None:
    assert report(roll_up=True).rolled_up is None
    assert report(roll_up=True).to_json() == report().to_json()


def test_a_construct_that_the_model_implies_is_one_mark_as_made_and_two_with_roll_up() -> None:
    fine = [replace(one, code="COH.DIF") for one in A if one.code == "COH"]
    suggested = [*fine, *(replace(one, code="COH") for one in fine)]
    options = {"codings": [*A, *B, *fine], "model_codings": suggested, "between": ["A", "model"]}
    both = report(**options, roll_up=True)
    assert both.rolled_up is not None
    as_made = both.agreement(("A", "model")).codes["COH"]["cohen_kappa"].counts
    assert (as_made["both"], as_made["second"]) == (0, 0)
    assert both.rolled_up.agreements["A", "model"].codes["COH"]["cohen_kappa"].counts["both"] == len(fine)
    assert report(**options).agreement(("A", "model")).codes["COH"]["cohen_kappa"].counts["both"] == len(fine)


# -- the model ----------------------------------------------------------------------------------------------------------

MODEL = marks("whoever", {"We had no idea.": ["COH"], "It works now.": ["ACT"]}, but=(1,))


def test_the_model_is_a_coder_of_its_own_name() -> None:
    made = report(model_codings=MODEL, model_name="minilm-3", margin=0.2, case_records=[Case("north", {"size": "big"})])
    assert made.coders == ("A", "B", "minilm-3")
    assert made.headline.coders == ("A", "B")
    assert set(made.comparisons) == {ALL, CODED}
    assert made.comparisons[ALL].verdict.margin == 0.2
    # It suggested nothing in one transcript, so it is not taken to have looked there.
    assert made.agreement(("A", "minilm-3")).n_clusters == 11
    assert any("wherever it suggested anything" in note for note in made.notes)
    assert {level.attribute for level in made.levels} == {"role"}
    everywhere = report(model_codings=MODEL, model_passes=[whole(talk, "m") for talk in TALKS])
    assert everywhere.agreement(("A", "model")).n_clusters == 12


def test_between_may_leave_the_model_out_or_a_human() -> None:
    made = report(model_codings=MODEL, between=["A", "B"])
    assert (made.model, made.comparisons) == (None, {})
    one = report(model_codings=MODEL, between=["A", "model"])
    assert one.coders == ("A", "model")
    assert one.comparisons == {}
    assert "two humans looked" in whole_page(one)


def test_suggestions_at_their_threshold_become_marks() -> None:
    kept, dropped = (Suggestion("t0", 3, 9, "COH", score, 0.5, True, "v1") for score in (0.5, 0.49))
    assert codings_of_suggestions([kept, dropped], "v1") == [Coding("t0", 3, 9, "COH", "v1")]


def test_a_model_may_not_bear_a_humans_name() -> None:
    with pytest.raises(RatingsError, match="also a human coder's"):
        report(model_codings=MODEL, model_name="A")


def test_for_a_single_code_nothing_is_compared_on_coded_units() -> None:
    made = report(codes=["MON"], model_codings=MODEL, model_passes=[whole(talk, "m") for talk in TALKS])
    assert set(made.comparisons) == {ALL}
    kappa = made.agreement(("A", "B"), CODED).pooled["cohen_kappa"]
    assert (kappa.value, kappa.missing) == (None, "withheld")
    assert "cannot exceed 0" in kappa.reason
    assert f"withheld ({kappa.reason})" in whole_page(made)


# -- bad input ----------------------------------------------------------------------------------------------------------


def test_one_coder_only() -> None:
    with pytest.raises(OneCoderError, match=r"needs two coders, and only 'A' has coded here\. Import"):
        report(codings=A, passes=[coding_pass for coding_pass in PASSES if coding_pass.coder == "A"])
    with pytest.raises(OneCoderError, match="only 'A'"):
        report(between=["A", "A"])
    with pytest.raises(OneCoderError, match="nobody has coded"):
        report(codings=[], passes=[])


def test_no_overlap() -> None:
    halves = [coding_pass for coding_pass in PASSES if (coding_pass.transcript < "t5") == (coding_pass.coder == "A")]
    with pytest.raises(NoOverlapError, match=r"No segment was looked at by two .* A looked at t0, t1"):
        report(passes=halves)
    with pytest.raises(NoOverlapError, match=r"B looked at no transcript \(no coding pass\)"):
        report(passes=[coding_pass for coding_pass in PASSES if coding_pass.coder == "A"])
    with pytest.raises(NoOverlapError):
        report(
            passes=[
                replace(coding_pass, codes=("COH",) if coding_pass.coder == "A" else ("ACT",)) for coding_pass in PASSES
            ]
        )


def test_a_code_nobody_used() -> None:
    with pytest.raises(UnusedCodeError, match=r"None of A, B used COH\.DIF where two of them looked"):
        report(codes=["COH", "COH.DIF"])
    with pytest.raises(UnusedCodeError, match="used any code"):
        report(codings=[])


def test_a_code_that_is_not_in_the_codebook() -> None:
    with pytest.raises(RatingsError, match=r"Did you mean 'Monitoring'\?"):
        report(codes=["Monitorin"])


def test_codings_of_another_codebook() -> None:
    strange = [replace(one, code="COHERENCE") for one in B]
    with pytest.raises(VersionsError, match=r"B used COHERENCE, which codebook 'tiny' version 1\.0 does not hold"):
        report(codings=A + strange)


def revised() -> Codebook:
    codes = [
        code if code.id != "ACT" else Code(id="ACT", name="Action", definition="Doing it at once")
        for code in BOOK.codes
    ]
    return Codebook(**{**dict(BOOK), "version": "1.1", "codes": tuple(codes)})


def test_different_codebook_versions() -> None:
    books = {"A": [BOOK], "B": [BOOK, revised()]}
    with pytest.raises(VersionsError) as caught:
        report(codebooks=books)
    assert "differ on ACT" in str(caught.value)
    assert "B 'tiny' 1.1" in str(caught.value)
    # Codes that read the same in all versions may be compared.
    assert report(codebooks=books, codes=["COH", "MON"]).codes == ("COH", "MON")
    assert report(codebooks={"A": [BOOK], "B": [BOOK]}).codes == ("COH", "ACT", "MON")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"between": ["A", "Bb"]}, r"Nobody called 'Bb' has coded here; there are A, B"),
        ({"cases": ["nort"]}, r"Did you mean 'north'\?"),
        ({"units": "sentence"}, "The unit must be one of"),
        ({"clusters": "turn"}, "Clusters must be one of"),
        ({"margin": 5}, "between 0 and 1"),
    ],
)
def test_bad_choices(options: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        report(**options)


def test_what_does_not_count_is_told() -> None:
    without = [coding_pass for coding_pass in PASSES if (coding_pass.transcript, coding_pass.coder) != ("t2", "B")]
    made = report(passes=without)
    left_out = sum(coding.transcript == "t2" for coding in B)
    assert any(f"B has {left_out} codings but no coding pass in t2; without a pass" in note for note in made.notes)
    part = [
        replace(coding_pass, codes=("COH", "ACT")) if coding_pass.coder == "B" else coding_pass
        for coding_pass in PASSES
    ]
    assert any("No two coders looked for COH.DIF, MON" in note for note in report(passes=part).notes)
