"""Settings: defaults, what a study may change, and the messages for what it may not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel
from secondcoder.configuration import (
    Configuration,
    ScorerSettings,
    complete_recipe,
    default_text,
    load_configuration,
    recipe_of,
    with_recipe,
)
from secondcoder.errors import StudyError


def load(folder: Path, text: str):
    path = folder / "secondcoder.toml"
    path.write_text(text, encoding="utf-8")
    return load_configuration(path)


def test_an_empty_file_means_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path, "") == load_configuration() == load(tmp_path, default_text())


def test_a_setting_replaces_its_default_and_no_other(tmp_path: Path) -> None:
    settings, defaults = load(tmp_path, "[learning]\nseed = 7\n"), load_configuration()
    assert settings.learning.seed == 7
    assert settings == defaults.model_copy(
        update={"learning": defaults.learning.model_copy(update={"seed": 7})},
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[learning]\nfold = 3\n",
            r"secondcoder\.toml: setting 'learning\.fold' is not known\. Did you mean 'folds'\?",
        ),
        ("[lerning]\nfolds = 3\n", r"setting 'lerning' is not known\. Did you mean 'learning'\?"),
        ('[learning]\nscorers = "local"\n', r"learning\.scorers: a list is needed"),
        ("[learning]\nfolds = 1\n", r"learning\.folds: "),
        ("[learning]\ngroup = 'segment'\n", r"learning\.group: .*'participant', 'transcript' or 'case'"),
        ("[segments]\noverlap = 0\n", r"segments\.overlap: "),
        ("[segments]\nmax_sentences = 'six'\n", r"segments\.max_sentences: "),
        ("embedding = 'minilm'\n", "embedding: "),
        ("[embedding]\nsecond = 'minilm'\n", r"embedding\.second is 'minilm' with the same prompt .*set second = \"\""),
        ("[embedding]\nsecond_prompt = 'query'\n", r"second_prompt is set, but embedding\.second names no model"),
        ("[learning\n", "not valid TOML .*line 1"),
        pytest.param(f"seed = {'9' * 5000}\n", "not valid TOML", id="5,000 figures"),
    ],
)
def test_a_wrong_setting_is_named_with_its_file(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(StudyError, match=r"^secondcoder\.toml: ") as caught:
        load(tmp_path, text)
    caught.match(message)


def test_one_model_with_two_prompts_gives_two_views(tmp_path: Path) -> None:
    settings = load(tmp_path, "[embedding]\nmodel = 'm'\nsecond = 'm'\nsecond_prompt = 'query'\n").embedding
    assert (settings.model, settings.second, settings.second_prompt) == ("m", "m", "query")


@pytest.mark.parametrize("group", ["participant", "transcript", "case"])
def test_a_study_holds_out_what_its_settings_say_and_participants_where_they_say_nothing(
    tmp_path: Path, group: str
) -> None:
    assert load(tmp_path, f"[learning]\ngroup = '{group}'\n").learning.group == group
    assert load(tmp_path, "").learning.group == "participant"


def test_all_wrong_settings_are_named_together(tmp_path: Path) -> None:
    with pytest.raises(StudyError) as caught:
        load(tmp_path, "[learning]\nfolds = 1\nbootstrap = 3\n[segments]\nwords = 9\n")
    assert len(str(caught.value).splitlines()) == 3


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secondcoder.toml").write_bytes(b"# caf\xe9\n")
    with pytest.raises(StudyError, match="not valid TOML"):
        load_configuration(tmp_path / "secondcoder.toml")


def test_a_missing_file_is_no_study(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="secondcoder init"):
        load_configuration(tmp_path / "secondcoder.toml")


def test_a_recipe_that_names_no_parts_means_those_of_its_time(tmp_path: Path) -> None:
    """Recipes of 0.1 have neither `segments.segmenter` nor `learning.classifier`; without `learning.group`, transcripts are meant."""
    defaults = load(tmp_path, "[learning]\ngroup = 'transcript'\n")
    old = recipe_of(defaults)
    del old["segments"]["segmenter"], old["learning"]["classifier"], old["learning"]["group"]
    assert complete_recipe(old) == recipe_of(defaults)
    assert with_recipe(load_configuration(), old) == defaults
    other = load(tmp_path, "[learning]\nclassifier = 'logistic'\n[segments]\nsegmenter = 'whole-turns'\n")
    assert with_recipe(other, old) == defaults


def test_a_study_that_names_levels_has_these_alone(tmp_path: Path) -> None:
    levels = load(tmp_path, '[charting.levels]\nward = "staff learn"\nhome = { codes = ["H"] }\n').charting.levels
    assert {name: (level.about, level.codes) for name, level in levels.items()} == {
        "ward": ("staff learn", ()),
        "home": ("", ("H",)),
    }
    assert list(load(tmp_path, "[charting]\ncompare = 'site'\n").charting.levels) == [
        "patient",
        "practice",
        "community",
    ]
    assert load(tmp_path, "[charting]\nlevels = {}\n").charting.levels == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[charting.levels]\nward = ""\n', r"charting\.levels\.ward has neither a definition nor codes"),
        (
            "[charting.levels]\nward = { code = ['W'] }\n",
            r"'charting\.levels\.ward\.code' is not known\. Did you mean 'codes'\?",
        ),
        ("[charting]\nconstruct = ['CO']\n", r"'charting\.construct' is not known\. Did you mean 'constructs'\?"),
        ("[charting]\nconstructs = 'CO'\n", r"charting\.constructs: a list is needed"),
        ("charting = 3\n", "charting: "),
        ("[charting]\nlevels = 3\n", r"charting\.levels: "),
    ],
)
def test_a_wrong_setting_of_charts_is_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(StudyError, match=message):
        load(tmp_path, text)


def _numbers(
    model: type[BaseModel], place: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], float, float, bool]]:
    """Every setting that is a number: its place, its lowest and highest value as its field states them, and whether it is whole."""
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _numbers(field.annotation, (*place, name))
        elif field.annotation in (int, float, float | None):
            low = [
                each
                for mark in field.metadata
                for each in (getattr(mark, "ge", None), getattr(mark, "gt", None))
                if each is not None
            ]
            high = [
                each
                for mark in field.metadata
                for each in (getattr(mark, "le", None), getattr(mark, "lt", None))
                if each is not None
            ]
            assert low, f"{'.'.join((*place, name))} has no lowest value"
            assert high, f"{'.'.join((*place, name))} has no highest value"
            yield (*place, name), low[0], high[0], field.annotation is int


NUMBERS = [*_numbers(Configuration), *_numbers(ScorerSettings, ("scorers", "own"))]


@pytest.mark.parametrize(("place", "low", "high", "whole"), NUMBERS, ids=[".".join(each[0]) for each in NUMBERS])
def test_every_number_out_of_range_is_refused_when_the_settings_are_read(
    tmp_path: Path, place: tuple[str, ...], low: float, high: float, whole: bool
) -> None:
    *sections, name = place
    more = 'type = "chat-completions"\n' if sections[0] == "scorers" else ""
    odd = [
        str(low - 1),
        str(high + 1),
        "nan",
        "inf",
        "-inf",
        str(-(2**63)),
        str(2**63 - 1),
        "-5",
        "1e308",
        "'x'",
        "[]",
        "{}",
    ]
    for value in odd:
        with pytest.raises(StudyError, match=re.escape(".".join(place)) if value != "{}" else "."):
            load(tmp_path, f"[{'.'.join(sections)}]\n{more}{name} = {value}\n")


def test_all_numbers_are_tried() -> None:
    assert len(NUMBERS) >= 25
    assert ("learning", "seed") in [place for place, *_ in NUMBERS]


def test_a_byte_order_mark_as_notepad_writes_it_is_passed_over(tmp_path: Path) -> None:
    assert load(tmp_path, "\ufeff[learning]\nseed = 7\n").learning.seed == 7
