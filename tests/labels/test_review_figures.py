"""The summary's figures, on decisions made by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from secondcoder.codebook.yaml_file import load_codebook
from secondcoder.domain.records import Coding, CodingPass, Decision, Origin, ReviewAction, Sample
from secondcoder.labels.review_figures import Summary, summarise
from secondcoder.review.summary_pages import share_words
from secondcoder.statistics.proportions import Proportion

BOOK = load_codebook("npt")
BLIND = {"origin": Origin.INDEPENDENT, "shown": False}


def made(*said: tuple[str, int, dict]) -> list[Decision]:
    """Decisions by (verdict, passage, fields), in order; a passage is ten characters."""
    return [
        replace(Decision("ada", ReviewAction(verdict), "t", 10 * at, 10 * at + 8, request=str(n), id=n), **fields)
        for n, (verdict, at, fields) in enumerate(said, start=1)
    ]


def on(code: str, **more: object) -> dict:
    return {"suggested": code, "code": code, **more}


def figures(decisions: list[Decision], codings=(), passes=(), suggested=None) -> Summary:
    return summarise(decisions, BOOK, codings, passes, suggested or {})


def test_the_exact_interval_against_published_values() -> None:
    """Clopper-Pearson for 0 of 20 and 4 of 10, as any table has them."""
    assert Proportion(0, 20).interval == pytest.approx((0, 0.1684), abs=5e-4)
    assert Proportion(4, 10).interval == pytest.approx((0.1216, 0.7376), abs=5e-4)
    assert Proportion(10, 10).interval == pytest.approx((0.6915, 1), abs=5e-4)
    assert Proportion(0, 0).value is Proportion(0, 0).interval is None


def test_alike_passages_of_an_interview_are_worth_as_much_as_one() -> None:
    """Ten interviews, in five of which every passage has the code: as ten passages, whatever their number."""
    all_or_none = [(20, 20)] * 5 + [(0, 20)] * 5
    spread = [(10, 20)] * 10
    assert 5 < Proportion.by_cluster(all_or_none).effective_size < 10
    assert Proportion.by_cluster(spread).effective_size == pytest.approx(200 * (1.972 / 2.262) ** 2, rel=1e-3)
    (low, high), (lower, higher) = Proportion.by_cluster(spread).interval, Proportion.by_cluster(all_or_none).interval
    assert lower < low < 0.5 < high < higher


def test_one_interview_says_nothing_of_others() -> None:
    assert Proportion.by_cluster([(3, 12)]).interval is None
    assert share_words(Proportion.by_cluster([(3, 12)])) == "3 of 12: 25% (one interview: no interval)"
    assert Proportion.by_cluster([(3, 12), (0, 0)]).interval is None


def test_none_found_in_few_interviews_promises_little() -> None:
    narrow, wide = Proportion.by_cluster([(0, 4)] * 15), Proportion.by_cluster([(0, 20)] * 3)
    assert narrow.of == wide.of
    assert narrow.interval[0] == wide.interval[0] == 0
    assert narrow.interval[1] < wide.interval[1] < 0.4


def test_the_interval_covers_where_passages_are_alike() -> None:
    """Interviews differ in how much is missed (beta, mean 10%, intraclass correlation 0.2); the naive interval misses too often."""
    rng = np.random.default_rng(3)
    covered, naive = 0, 0
    for _ in range(300):
        found = rng.binomial(15, rng.beta(0.4, 3.6, 20)).tolist()
        share = Proportion.by_cluster([(x, 15) for x in found])
        for clustered, one in ((True, share), (False, Proportion(share.part, share.of))):
            low, high = one.interval
            covered += clustered and low <= 0.1 <= high
            naive += (not clustered) and low <= 0.1 <= high
    assert naive < 0.8 * 300 < 0.9 * 300 < covered


def test_acceptance_by_code_counts_the_last_word() -> None:
    found = figures(made(("accept", 1, on("CO")), ("reject", 1, {"suggested": "CO"}), ("accept", 2, on("CO"))))
    assert found.followed == Proportion(1, 2)
    assert [(code.code, code.accepted) for code in found.codes] == [("CO", Proportion(1, 2))]


def test_what_was_taken_back_counts_nowhere() -> None:
    found = figures(made(("accept", 1, on("CO")), ("undo", 1, {"undoes": 1})))
    assert (found.followed, dict(found.counts)) == (Proportion(0, 0), {})


def test_elusion_is_of_finished_passages_from_below() -> None:
    below = {"sample": Sample.BELOW, **BLIND}
    found = figures(
        made(
            ("add", 1, {"code": "CO", **below}), ("looked", 1, below),
            ("looked", 2, below), ("looked", 3, below),
            ("add", 4, {"code": "CO", **below}),
        )
    )  # fmt: skip
    assert found.elusion == Proportion(1, 3)
    assert found.missed_with_suggestions == Proportion(0, 0)


def test_blind_passages_say_what_was_also_coded_and_what_was_taken_up() -> None:
    blind = {"sample": Sample.BLIND}
    said = made(
        ("add", 1, {"code": "CO", **blind, **BLIND}), ("looked", 1, {**blind, **BLIND}),
        ("accept", 1, on("CP", **blind)), ("reject", 1, {"suggested": "CA", **blind}),
    )  # fmt: skip
    found = figures(said, suggested={("t", 10, 18): ["CO", "CP", "CA"]})
    assert (found.also_coded, found.accepted_afterwards) == (Proportion(1, 3), Proportion(1, 2))
    assert found.followed == Proportion(0, 0)
    assert (found.missed_with_suggestions, found.without_suggestion) == (Proportion(0, 1), (0, 1))


def test_what_was_withdrawn_once_the_model_was_seen_is_counted() -> None:
    blind = {"sample": Sample.BLIND}
    said = made(
        *(("add", 1, {"code": code, **blind, **BLIND}) for code in ("CO", "CP", "CA", "RM")),
        ("looked", 1, {**blind, **BLIND}),
        ("remove", 1, {"code": "CO", **blind}), ("reject", 1, {"suggested": "CP", **blind}),
        ("remove", 1, {"code": "CA", **blind}), ("add", 1, {"code": "CA", **blind}),
        ("add", 2, {"code": "CO", **blind, **BLIND}),
    )  # fmt: skip
    found = figures(said, suggested={("t", 10, 18): ["CP"]})
    assert found.withdrawn == Proportion(2, 4)
    assert found.also_coded == Proportion(1, 1)


def test_a_sub_construct_given_unseen_bears_out_its_construct() -> None:
    blind = {"sample": Sample.BLIND, **BLIND}
    said = made(("add", 1, {"code": "CO.DIF", **blind}), ("looked", 1, blind))
    assert figures(said, suggested={("t", 10, 18): ["CO", "CP"]}).also_coded == Proportion(1, 2)
    said = made(("add", 1, {"code": "CO", **blind}), ("looked", 1, blind))
    assert figures(said, suggested={("t", 10, 18): ["CO.DIF", "CP"]}).also_coded == Proportion(0, 2)


def test_what_is_missed_beside_a_suggestion_is_counted_on_blind_passages() -> None:
    blind = {"sample": Sample.BLIND, **BLIND}
    said = made(
        ("add", 1, {"code": "CO", **blind}), ("looked", 1, blind),
        ("add", 2, {"code": "RM", **blind}), ("looked", 2, blind), ("looked", 3, blind),
    )  # fmt: skip
    suggested = {("t", 10 * at, 10 * at + 8): ["CO"] for at in (1, 2, 3)} | {("t", 40, 48): []}
    found = figures(said, suggested=suggested)
    assert (found.missed_with_suggestions, found.without_suggestion) == (Proportion(1, 3), (1, 4))


def looked(coder: str, origin: Origin = Origin.INDEPENDENT) -> CodingPass:
    return CodingPass("t", coder, 0, 100, BOOK.ids, origin)


def test_following_astray_is_against_what_others_found() -> None:
    said = made(("accept", 1, on("CO")), ("accept", 2, on("CP")), ("reject", 3, {"suggested": "CA"}))
    others = [Coding("t", 20, 28, "CP.ENR", "ben")]
    assert figures(said, others, [looked("ben")]).followed_contradicted == Proportion(1, 2)
    assert figures(said, others, [looked("ada")]).followed_contradicted == Proportion(0, 0)
    assert figures(said, others, [looked("ben", Origin.REVIEWED)]).followed_contradicted == Proportion(0, 0)


def test_an_adjudication_outweighs_a_single_coder() -> None:
    said = made(("accept", 1, on("CO")))
    codings = [Coding("t", 10, 18, "CO", "ben"), Coding("t", 10, 18, "RM", "consensus", Origin.ADJUDICATED)]
    passes = [looked("ben"), looked("consensus", Origin.ADJUDICATED)]
    assert figures(said, codings[:1], passes[:1]).followed_contradicted == Proportion(0, 0)
    assert figures(said, codings, passes).followed_contradicted == Proportion(1, 1)


def test_a_passage_of_the_elusion_sample_says_nothing_of_acceptance_though_suggestions_came_later() -> None:
    below = {"sample": Sample.BELOW, **BLIND}
    found = figures(made(("looked", 1, below)), suggested={("t", 10, 18): ["CO"]})
    assert (found.also_coded, found.accepted_afterwards, found.elusion) == (
        Proportion(0, 0),
        Proportion(0, 0),
        Proportion(0, 1),
    )


@pytest.mark.parametrize(
    ("start", "end", "contradicted"),
    [(10, 18, Proportion(1, 1)), (11, 18, Proportion(0, 0)), (10, 17, Proportion(0, 0))],
)
def test_others_must_have_looked_at_the_whole_passage(start: int, end: int, contradicted: Proportion) -> None:
    looked_at = [CodingPass("t", "ben", start, end, BOOK.ids)]
    beside = [Coding("t", 0, 10, "CO", "ben"), Coding("t", 18, 28, "CO", "ben")]
    assert figures(made(("accept", 1, on("CO"))), beside, looked_at).followed_contradicted == contradicted


def test_what_was_settled_together_is_nobodys_decision_on_a_suggestion() -> None:
    settled = {"origin": Origin.ADJUDICATED, "coder": "consensus", "code": "CO"}
    found = figures(made(("add", 1, settled), ("accept", 2, on("CO"))))
    assert (found.coders, dict(found.counts)) == (("ada",), {ReviewAction.ACCEPT: 1})
