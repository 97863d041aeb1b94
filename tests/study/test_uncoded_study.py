"""A study in which nobody has coded anything: ranked from the codebook, said to be so, and never a probability."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner
from secondcoder.cli import cli
from secondcoder.errors import InputError, ModelError
from secondcoder.study.study import Study
from support.study_checks import CODED, UNCODED, talk_rows, write_csv


@pytest.fixture
def uncoded_study(empty_study: Study, tmp_path: Path) -> Study:
    """The invented talk without its codes and coders."""
    seen: dict[tuple[str, str], Mapping[str, str]] = {}
    for row in talk_rows():
        seen.setdefault((row["transcript"], row["order"]), row | {"codes": "", "coder": ""})
    empty_study.import_files([write_csv(tmp_path / "plain.csv", seen.values())])
    assert not empty_study.corpus.codings
    assert not empty_study.corpus.passes
    return empty_study


def said(study: Study, *arguments: str) -> str:
    """What a command tells the person, on one line."""
    result = CliRunner().invoke(cli, ["-C", str(study.folder), *arguments])
    assert result.exit_code == 0, result.output
    return " ".join(result.output.split())


def test_it_trains_a_model_that_only_ranks(uncoded_study):
    manifest = uncoded_study.train()
    assert manifest["scored"] == []
    assert manifest["ranked"] == list(uncoded_study.codebook.ids)
    assert manifest["training"]["transcripts"] == len(CODED) + 1


def test_it_codes_every_transcript_with_ranks_and_no_probability(uncoded_study):
    uncoded_study.train()
    table = uncoded_study.code(everything=True).table
    assert set(table["transcript"]) == {*CODED, UNCODED}
    assert table["probability"].isna().all()
    assert table["rank_score"].between(0, 1).all()
    assert (table["kind"] == "ranked from the codebook").all()


def test_every_code_has_a_suggestion_and_few_have_many(uncoded_study):
    uncoded_study.train()
    per_code = uncoded_study.code().table["code"].value_counts()
    assert set(per_code.index) == set(uncoded_study.codebook.ids)
    assert per_code.max() <= 3


def test_it_suggests_the_same_after_loading(uncoded_study):
    uncoded_study.train()
    first = uncoded_study.code(everything=True).table
    assert Study(uncoded_study.folder).code(everything=True).table.equals(first)


def test_where_two_codes_of_a_kind_are_near_it_names_both(uncoded_study):
    uncoded_study.train()
    table = uncoded_study.code(everything=True).table.dropna(subset=["alternative"])
    book = uncoded_study.codebook
    assert len(table)
    assert all(book[row.code].family == book[row.alternative].family for row in table.itertuples())
    assert (table["code"] != table["alternative"]).all()


def test_suggesting_writes_no_coding(uncoded_study):
    uncoded_study.train()
    uncoded_study.code()
    assert not uncoded_study.corpus.codings


def test_it_is_not_evaluated(uncoded_study):
    uncoded_study.train()
    with pytest.raises(InputError, match="Nothing is coded yet"):
        uncoded_study.evaluate()


def test_a_study_without_transcripts_has_nothing_to_learn_from(empty_study):
    with pytest.raises(InputError, match="Import transcripts first"):
        empty_study.train()


def test_the_commands_say_plainly_that_nothing_was_learned(uncoded_study):
    trained = said(uncoded_study, "train")
    assert "scores no code yet: nobody has coded anything" in trained
    assert "A rank is no probability" in trained
    assert "was trained on" not in trained
    coded = said(uncoded_study, "code", "--out", str(uncoded_study.folder / "out.csv"))
    assert "All of them are ranked from the codebook, not learned" in coded


def test_the_first_codes_make_it_a_hybrid(uncoded_study, tmp_path):
    first = [row for row in talk_rows() if row["transcript"] == CODED[0]]
    uncoded_study.import_files([write_csv(tmp_path / "first.csv", first)])
    trained = said(uncoded_study, "train")
    assert "none has enough examples" in trained
    assert "the few coded passages" in trained
    manifest = uncoded_study.store.models()[-1]["manifest"]
    assert any(manifest["training"]["examples"].values())
    assert manifest["training"]["transcripts"] == 1


def test_a_rank_stays_a_place_in_the_whole_study(uncoded_study, tmp_path):
    first = [row for row in talk_rows() if row["transcript"] == CODED[0]]
    uncoded_study.import_files([write_csv(tmp_path / "first.csv", first)])
    uncoded_study.train()
    segments = uncoded_study.workspace().segments(uncoded_study.store.transcripts())
    centre = uncoded_study.workspace().embedder.embed([segment.text for segment in segments]).mean(axis=0)
    assert uncoded_study.workspace().load_model()[1].ranker.centre_ == pytest.approx(centre, abs=1e-6)


def test_it_codes_as_nobody_until_codes_are_scored(uncoded_study):
    uncoded_study.train()
    with pytest.raises(ModelError, match=r"scores no code yet.*Code more transcripts"):
        uncoded_study.code(as_coder="anna")
