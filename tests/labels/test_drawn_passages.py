"""What suggestions are corrected by: what people coded without them where it was drawn, or where all was coded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from secondcoder.corpus import PROPOSED
from secondcoder.domain.records import Coding, CodingPass, Origin, Place, Sample
from secondcoder.errors import InputError
from secondcoder.labels.counting_draw import latest_draw
from secondcoder.labels.drawn_passages import NONE, OTHERS, SUGGESTED, DrawnPassages, drawn_passages
from secondcoder.labels.review_draws import ReviewDraw, review_draws
from secondcoder.labels.unaided_labels import unaided_labels
from secondcoder.study.study import Study
from support.counting_checks import LINES, Truth, code_by_hand, counting_study, draw_sample, review_as_people_would
from support.review_checks import MODEL, settings, suggestion


@pytest.fixture
def truth(empty_study: Study) -> Truth:
    return counting_study(empty_study)


def found(study: Study) -> DrawnPassages:
    workspace = study.workspace()
    segments = workspace.segments(workspace.corpus.transcripts)
    return drawn_passages(workspace.corpus, workspace.codebook, workspace.configuration, segments)


def column(passages: DrawnPassages, table: np.ndarray, code: str) -> dict[Place, float]:
    at = passages.codes.index(code)
    return {one.place: float(cell) for one, cell in zip(passages.segments, table[:, at], strict=True)}


def known(passages: DrawnPassages, code: str = "CO") -> set[Place]:
    return {place for place, y in column(passages, passages.y, code).items() if not np.isnan(y)}


def draws(study: Study) -> list[ReviewDraw]:
    workspace = study.workspace()
    segments = workspace.segments(workspace.corpus.transcripts)
    return review_draws(workspace.corpus, workspace.codebook, workspace.configuration.review, segments)


def test_what_was_drawn_and_coded_is_known_and_its_kinds_follow_the_suggestions(
    empty_study: Study, truth: Truth, tmp_path: Path
) -> None:
    drawn = draw_sample(empty_study, tmp_path, 40)
    code_by_hand(empty_study, truth, drawn.places)
    passages = found(empty_study)
    assert known(passages) == drawn.places.keys()
    y = column(passages, passages.y, "CA")
    assert all(y[place] == ("CA" in truth[place]) for place in drawn.places)
    suggested = {(one.place, one.code) for one in empty_study.corpus.suggestions(MODEL)}
    of_any = {place for place, _ in suggested}
    units = passages.units("CO", np.zeros(len(passages.segments), dtype=int))
    kinds = [
        SUGGESTED if (one.place, "CO") in suggested else OTHERS if one.place in of_any else NONE
        for one in passages.segments
    ]
    assert units.kind.tolist() == kinds
    assert {p for p, is_drawn in zip(units.probability, units.drawn, strict=True) if is_drawn} == {
        *drawn.places.values()
    }


def test_what_was_coded_with_suggestions_on_screen_is_not_what_corrects_them(
    empty_study: Study, truth: Truth, tmp_path: Path
) -> None:
    drawn = draw_sample(empty_study, tmp_path, 20)
    code_by_hand(empty_study, truth, drawn.places, "Ben", origin=Origin.REVIEWED)
    with pytest.raises(InputError, match="20 of 20 drawn passages are not coded yet"):
        found(empty_study)
    code_by_hand(empty_study, truth, [*drawn.places][1:])
    with pytest.raises(InputError, match="1 of 20 drawn passages is not coded yet"):
        found(empty_study)
    code_by_hand(empty_study, truth, [*drawn.places][:1])
    # Both looked; the word of the one who saw the suggestions counts nowhere.
    assert known(found(empty_study)) == drawn.places.keys()


def test_settled_where_a_review_had_been_only_what_was_coded_independently_counts(
    empty_study: Study, truth: Truth
) -> None:
    reviewed, both, settled = [place for place in truth if place[0] == "ash0"][:3]
    code_by_hand(empty_study, truth, [reviewed, both], "Ada", origin=Origin.REVIEWED)
    code_by_hand(empty_study, {place: {"CO"} for place in truth}, [both], "Ben")
    opposite = {place: {"CO"} ^ (given & {"CO"}) for place, given in truth.items()}
    code_by_hand(empty_study, opposite, [reviewed, both, settled], "both", origin=Origin.ADJUDICATED)
    workspace = empty_study.workspace()
    segments = workspace.segments(workspace.corpus.transcripts)
    labels = unaided_labels(workspace.corpus, workspace.codebook, workspace.configuration, segments)
    at = {one.place: row for row, one in enumerate(segments)}
    co = labels.codes.index("CO")
    assert not labels.known[at[reviewed]].any()
    assert labels.y[at[both], co]
    assert labels.known[at[settled], co]
    assert labels.y[at[settled], co] == ("CO" in opposite[settled])


def test_passages_of_transcripts_from_which_nothing_was_drawn_are_left_out(
    empty_study: Study, truth: Truth, tmp_path: Path
) -> None:
    some = [place for place in truth if place[0] == "ash0"][:4]
    code_by_hand(empty_study, truth, some)
    passages = found(empty_study)
    assert not passages.counted.any()
    assert not passages.draws
    drawn = draw_sample(empty_study, tmp_path, 20)
    assert drawn.coded == {*some}
    code_by_hand(empty_study, truth, drawn.places)
    passages = found(empty_study)
    assert passages.counted.all()
    by_hand = column(passages, passages.by_hand, "CO")
    # Coded before the draw, they count as they are, and stand for no others.
    assert {place for place, is_it in by_hand.items() if is_it} == {*some}


def test_what_is_coded_after_the_draw_counts_where_it_was_drawn_or_all_is_coded(
    empty_study: Study, truth: Truth, tmp_path: Path
) -> None:
    drawn = draw_sample(empty_study, tmp_path, 30)
    code_by_hand(empty_study, truth, drawn.places)
    others = [place for place in truth if place[0] == "oak2" and place not in drawn.places]
    code_by_hand(empty_study, truth, others[:3], "Ben")
    assert known(found(empty_study)) == drawn.places.keys()
    code_by_hand(empty_study, truth, others[3:], "Ben")
    passages = found(empty_study)
    assert known(passages) == drawn.places.keys() | {*others}
    assert sum(column(passages, passages.by_hand, "CO").values()) == LINES


def test_a_model_that_learned_from_the_sample_does_not_take_part(
    empty_study: Study, truth: Truth, tmp_path: Path
) -> None:
    drawn = draw_sample(empty_study, tmp_path, 30)
    code_by_hand(empty_study, truth, drawn.places)
    before = found(empty_study).suggested
    talks = [*empty_study.corpus.transcripts]
    with empty_study.store.transaction("test") as write:
        write.add_model("m0002", MODEL, {"training": {"learned_from": [one.id for one in talks]}})
        told = [replace(suggestion(one, line, "CO"), model="m0002") for one in talks for line in range(LINES)]
        write.replace_suggestions("m0002", [one.id for one in talks], told)
    assert empty_study.workspace().version == "m0002"
    np.testing.assert_array_equal(found(empty_study).suggested, before)


def test_a_code_that_nobody_looked_for_in_the_sample_is_not_counted(
    empty_study: Study, truth: Truth, tmp_path: Path
) -> None:
    drawn, book = draw_sample(empty_study, tmp_path, 20), empty_study.codebook
    without = tuple(code for code in book.ids if code != "CO")
    with empty_study.store.transaction("Ana") as write:
        write.add_codings(
            [Coding(*place, code, "Ana") for place in drawn.places for code in truth[place] - {"CO"}], book
        )
        write.add_passes([CodingPass(name, "Ana", *span, without) for name, *span in drawn.places])
    passages = found(empty_study)
    assert not passages.rows("CO").size
    assert passages.rows("CA").size == len(truth)


def test_a_transcript_that_was_removed_is_no_part_of_the_draw(empty_study: Study, truth: Truth, tmp_path: Path) -> None:
    drawn = draw_sample(empty_study, tmp_path, 40)
    code_by_hand(empty_study, truth, drawn.places)
    empty_study.transcript_remove("oak2")
    passages = found(empty_study)
    assert known(passages) == {place for place in drawn.places if place[0] != "oak2"}
    left = latest_draw(empty_study.corpus)
    assert left is not None
    assert "oak2" not in left.transcripts


def test_interviews_that_are_cut_otherwise_since_need_another_draw(
    empty_study: Study, truth: Truth, tmp_path: Path
) -> None:
    drawn = draw_sample(empty_study, tmp_path, 20)
    detail = drawn.detail(1)
    detail["passages"][0][2] += 1
    with empty_study.store.transaction("test") as write:
        write.log(PROPOSED, **detail)
    with pytest.raises(InputError, match="cut into other passages"):
        found(empty_study)


def test_a_finished_review_draws_its_blind_share_and_those_below(empty_study: Study, truth: Truth) -> None:
    settings(empty_study, blind=0.4, below=0.2)
    session = review_as_people_would(empty_study, truth, ["ash0", "oak2", "beech1"])
    (draw,) = draws(empty_study)
    blind = {
        one.place: one.sample for name in draw.transcripts for one in session.interviews[name].passages if one.is_blind
    }
    assert draw.transcripts == {"ash0", "oak2", "beech1"}
    assert draw.places.keys() == blind.keys()
    shown = [one for name in draw.transcripts for one in session.interviews[name].passages]
    for sample, has in ((Sample.BLIND, True), (Sample.BELOW, False)):
        of = [one for one in shown if bool(one.suggestions) == has]
        drawn = {place for place, why in blind.items() if why is sample}
        assert {draw.places[place] for place in drawn} == {len(drawn) / len(of)}
    passages = found(empty_study)
    assert known(passages) == draw.places.keys()
    y = column(passages, passages.y, "CO")
    # What was accepted afterwards is not in it.
    assert all(y[place] == ("CO" in truth[place]) for place in draw.places)
    assert {
        one.transcript for one, is_counted in zip(passages.segments, passages.counted[:, 0], strict=True) if is_counted
    } == {*draw.transcripts}


def test_a_review_that_is_not_finished_draws_nothing(empty_study: Study, truth: Truth) -> None:
    settings(empty_study, blind=0.4, below=0.2)
    review_as_people_would(empty_study, truth, ["ash0", "beech1"])
    review_as_people_would(empty_study, truth, ["oak2"], leave=1)
    (draw,) = draws(empty_study)
    assert draw.transcripts == {"ash0", "beech1"}


@pytest.mark.parametrize("shares", [{"blind": 0.4, "below": 0.0}, {"blind": 0.0, "below": 0.2}])
def test_a_review_that_drew_no_suggested_or_no_other_passages_corrects_nothing(
    empty_study: Study, truth: Truth, shares: dict[str, float]
) -> None:
    settings(empty_study, **shares)
    review_as_people_would(empty_study, truth, ["ash0", "oak2"])
    assert draws(empty_study) == []


def test_what_a_model_suggested_where_it_had_learned_corrects_nothing(empty_study: Study, truth: Truth) -> None:
    settings(empty_study, blind=0.4, below=0.2)
    review_as_people_would(empty_study, truth, ["ash0", "oak2", "beech1"])
    workspace = empty_study.workspace()
    workspace.corpus.manifests[MODEL]["training"]["learned_from"] = ["oak2"]
    segments = workspace.segments(workspace.corpus.transcripts)
    (draw,) = review_draws(workspace.corpus, workspace.codebook, workspace.configuration.review, segments)
    assert draw.transcripts == {"ash0", "beech1"}
    del workspace.corpus.manifests[MODEL]["training"]["learned_from"]  # from before this was kept: any
    assert not review_draws(workspace.corpus, workspace.codebook, workspace.configuration.review, segments)


def test_a_sample_and_finished_reviews_together(empty_study: Study, truth: Truth, tmp_path: Path) -> None:
    settings(empty_study, blind=0.4, below=0.2)
    review_as_people_would(empty_study, truth, ["ash0", "oak2", "beech1"])
    (reviewed,) = draws(empty_study)
    drawn = draw_sample(empty_study, tmp_path, 30, "Ada")
    assert not drawn.transcripts & reviewed.transcripts
    code_by_hand(empty_study, truth, drawn.places, "Ada")
    passages = found(empty_study)
    assert known(passages) == drawn.places.keys() | reviewed.places.keys()
    assert passages.counted[:, passages.codes.index("CO")].all()
