"""What a model says of segments: as agreement's grid has it, in the present codes, and never in people's label matrix."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from secondcoder.agreement.reliability_data import build_reliability_data
from secondcoder.agreement.units import kind_named, make_units
from secondcoder.domain.records import ModelCoding, Segment
from secondcoder.labels.model_coders import ModelScores, model_marks, source_id, stored_scores
from secondcoder.study.study import Study
from support.change_checks import BEFORE, changed, renamed, with_ids
from support.model_coder_checks import import_as, knowing, scored_table, truth

GPT = source_id("gpt", 1)


class _Rows:
    """A corpus of which only what models say is asked."""

    def __init__(self, corpus, codings) -> None:
        self.history, self.transcripts, self.by_id = corpus.history, corpus.transcripts, corpus.by_id
        self.model_codings_as_made = [(coding, 0) for coding in codings]


@st.composite
def said_of(draw: st.DrawFn, length: int) -> list[ModelCoding]:
    """Looks at any spans, with scores for some of their codes."""
    codings = []
    for _ in range(draw(st.integers(1, 8))):
        start = draw(st.integers(0, length - 1))
        end = draw(st.integers(start + 1, min(length, start + 200)))
        codes = draw(st.lists(st.sampled_from(["CO", "CA", "RM"]), min_size=1, unique=True))
        scored = draw(st.lists(st.sampled_from(codes), unique=True))
        scores = {code: draw(st.sampled_from([0.0, 0.1, 0.49, 0.5, 0.8, 1.0])) for code in scored}
        codings.append(ModelCoding("ash_gp", "gpt", start, end, tuple(codes), scores))
    return codings


@pytest.fixture(scope="module")
def study(_coded: Path) -> Study:
    return Study(_coded)


@given(data=st.data())
@settings(max_examples=150)
def test_a_segments_score_is_a_yes_or_no_where_agreements_grid_has_one(study: Study, data: st.DataObject) -> None:
    """Another implementation of the same two rules: overlap for codes, cover for looks."""
    workspace = study.workspace()
    talk = workspace.corpus.by_id["ash_gp"]
    segments = workspace.segments([talk])
    rows = _Rows(workspace.corpus, data.draw(said_of(len(talk.text))))
    scores = ModelScores(rows, (GPT,)).scores(GPT, segments, ("CO", "CA", "RM"))  # type: ignore[arg-type]
    marks = model_marks(rows, "gpt", 1)  # type: ignore[arg-type]
    kind = kind_named("segment")
    grid = build_reliability_data(
        [talk], make_units(kind, [talk], segments, {}, 100), marks.codings, marks.passes,
        coders=["gpt"], codes=("CO", "CA", "RM"), kind=kind, overlap=0.5, as_learned=True,
    )  # fmt: skip
    np.testing.assert_array_equal(np.isnan(scores), ~grid.known[:, 0])
    np.testing.assert_array_equal(np.nan_to_num(scores) >= 0.5, grid.marks[:, 0])


def _scores(study: Study, *codes: str) -> np.ndarray:
    workspace = study.workspace()
    found = stored_scores(workspace.corpus, workspace.codebook, workspace.configuration, workspace.corpus.history)
    return found.scores(GPT, segments_of(study), codes)


def segments_of(study: Study) -> list[Segment]:
    return study.workspace().segments(study.workspace().corpus.coded_transcripts)


def test_of_several_spans_the_highest_counts_and_silence_is_0(coded_study: Study) -> None:
    first, second, *_ = (one for one in segments_of(coded_study) if one.transcript == "ash_gp")
    middle = (first.start + first.end) // 2
    with coded_study.transaction() as write:
        write.add_model_codings(
            [
                ModelCoding("ash_gp", "gpt", first.start, middle, ("CO", "CA"), {"CO": 0.6, "CA": 0.2}),
                ModelCoding("ash_gp", "gpt", middle, first.end, ("CO", "RM"), {"CO": 0.8, "RM": 0.3}),
                ModelCoding("ash_gp", "gpt", *second.span, ("CO",)),
            ]
        )
    # CA and RM: no on half of the segment, and nothing is known of the other.
    np.testing.assert_array_equal(
        _scores(coded_study, "CO", "CA", "RM")[:2], [[0.8, np.nan, np.nan], [0, np.nan, np.nan]]
    )


def test_a_sub_construct_counts_as_its_construct_where_learning_rolls_up(tmp_path: Path) -> None:
    from secondcoder.study.folder import CONFIGURATION
    from support.study_checks import CHEAP, TALK

    for roll_up in (True, False):
        folder = tmp_path / str(roll_up)
        Study.create(folder, "npt").close()
        (folder / CONFIGURATION).write_text(CHEAP + f"[learning]\nroll_up = {str(roll_up).lower()}\n", encoding="utf-8")
        study = Study(folder)
        study.import_files([TALK])
        book = study.codebook
        child = next(code for code in book.codes if code.parent)
        first = segments_of(study)[0]
        with study.transaction() as write:
            coding = ModelCoding(first.transcript, "gpt", *first.span, (child.id, child.parent or ""), {child.id: 0.9})
            write.add_model_codings([coding])
        assert _scores(study, child.id, child.parent or "")[0].tolist() == [0.9, 0.9 if roll_up else 0.0]
        study.close()


def test_scores_are_read_in_the_present_codes(coded_study: Study, tmp_path: Path) -> None:
    table = scored_table(tmp_path / "said.csv", coded_study, knowing(truth(coded_study)))
    import_as(coded_study, table)
    before = {code: _scores(coded_study, code)[:, 0] for code in ("CO", "CA", "RM")}
    study = renamed(coded_study)
    new = next(code for code in study.codebook.ids if code not in BEFORE.ids)
    old = next(code for code in BEFORE.ids if code not in study.codebook.ids)
    np.testing.assert_array_equal(_scores(study, new)[:, 0], before[old])
    assert np.isnan(_scores(study, old)).all()


def test_merged_codes_have_the_higher_score_and_a_split_one_is_unknown_where_it_was_a_yes(
    coded_study: Study, tmp_path: Path
) -> None:
    import_as(coded_study, scored_table(tmp_path / "said.csv", coded_study, knowing(truth(coded_study))))
    before = _scores(coded_study, "CO", "CA", "RM")
    merged = changed(coded_study, with_ids(BEFORE, {"CO": None, "CA": None}, "BOTH"), merge=[(("CO", "CA"), "BOTH")])
    np.testing.assert_array_equal(_scores(merged, "BOTH")[:, 0], before[:, :2].max(axis=1))
    codes = {"RM": None}
    split = changed(merged, with_ids(merged.codebook, codes, "R1", "R2"), split={"RM": ("R1", "R2")})
    yes = before[:, 2] >= 0.5
    assert yes.any()
    halves = _scores(split, "R1", "R2")
    assert np.isnan(halves[yes]).all()
    assert (halves[~yes] < 0.5).sum() > 0
    assert not (np.nan_to_num(halves) >= 0.5).any()


@pytest.mark.parametrize("seed", range(5))
def test_no_label_of_people_knows_what_a_model_said(coded_study: Study, tmp_path: Path, seed: int) -> None:
    """Scores dealt at random, read whole or not: the label matrix stays as it is, to the last bit."""

    def labels():
        workspace = coded_study.workspace()
        return workspace.training_data(workspace.corpus.transcripts).labels

    before, rng = labels(), np.random.default_rng(seed)
    table = scored_table(tmp_path / "said.csv", coded_study, lambda place, code: round(float(rng.random()), 3))
    import_as(coded_study, table, whole=bool(seed % 2))
    after = labels()
    for name in ("y", "known", "target", "weight", "rests"):
        np.testing.assert_array_equal(getattr(after, name), getattr(before, name))
    assert after.coders is not None
    assert before.coders is not None
    assert after.coders.coders == before.coders.coders
