"""Evidence at component levels: coded, or found by likeness; counted by side, and never twice for the same words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from secondcoder.charting.cases.component_levels import NEAREST, component_levels
from secondcoder.charting.chart_data import ChartData
from secondcoder.charting.notes import NOT_JUDGED
from secondcoder.configuration import LevelSettings
from secondcoder.errors import InputError
from support.chart_tables import chart, mark, talk

BY_CODE = {"ward": LevelSettings(codes=("W",))}
FOUND = {
    "patient": LevelSettings(about="A nurse helps a patient with forms. She visits him at home."),
    "ward": LevelSettings(about="The ward team learns together; staff share what they know."),
}
TEXTS = {"patient": "the nurse helps with forms for the patient", "ward": "on the ward the team learns together"}


@dataclass(frozen=True)
class Note:
    """A researcher's."""

    summary: str
    light: str


@pytest.fixture
def coded() -> ChartData:
    """Ash early and late, Elm early; code W in all three, on the same words as X once."""
    passages = [
        mark("a1", "W", 0, 50, valence="promotes"),
        mark("a1", "W", 60, 70, valence="inhibits"),
        mark("a2", "W", 0, 50, valence="mixed"),
        mark("a2", "X", 0, 50, valence="promotes"),
        mark("e1", "W", 0, 9),
        mark("e1", "W", 20, 30, valence="promotes", counts=False, origin="suggested"),
    ]
    talks = [talk("a1", "Ash", wave="early"), talk("a2", "Ash", wave="late"), talk("e1", "Elm", wave="early")]
    return chart(talks, ["W", "X"], passages)


def sides(table) -> dict:
    counts = table.set_index(["case", "level", "wave"])[["evidence_for", "evidence_against", "evidence_either"]]
    return {key: tuple(row) for key, row in counts.iterrows() if row.any()}


def test_codes_for_a_level_are_its_evidence(coded: ChartData) -> None:
    table, evidence = component_levels(coded, BY_CODE)
    assert sides(table) == {
        ("Ash", "ward", "early"): (1, 1, 0),
        ("Ash", "ward", "late"): (0, 0, 1),
        ("Elm", "ward", "early"): (0, 0, 1),
    }
    assert table.set_index(["case", "wave"])["note"].to_dict() == {
        ("Ash", "early"): "passages coded W",
        ("Ash", "late"): "passages coded W",
        ("Elm", "early"): "passages coded W",
        ("Elm", "late"): "no interview",
    }
    assert set(evidence["passage"]) == {1, 2, 3, 5}
    assert evidence["likeness"].isna().all()


def test_the_light_is_of_level_and_wave_and_the_researchers(coded: ChartData) -> None:
    table, _ = component_levels(coded, BY_CODE, {("case", "Ash", "level:ward", "late"): Note("", "amber")})
    lights = table.set_index(["case", "wave"])["light"].to_dict()
    assert lights.pop(("Ash", "late")) == "amber"
    assert set(lights.values()) == {NOT_JUDGED}


def many() -> ChartData:
    """A hundred passages of small talk, one on the patient and one on the ward in each of two waves."""
    passages, start = [], 0
    for transcript in ("a1", "a2"):
        for at in range(50):
            passages.append(
                mark(transcript, "X", start, start + 9, text=f"biscuit number {at} was dry", valence="mixed")
            )
            start += 10
        for level, valence in (("patient", "promotes"), ("ward", "inhibits")):
            passages.append(mark(transcript, "X", start, start + 9, text=TEXTS[level], valence=valence))
            start += 10
    return chart([talk("a1", "Ash", wave="early"), talk("a2", "Ash", wave="late")], ["X"], passages)


def test_passages_like_the_definition_are_found_and_said_to_be() -> None:
    table, evidence = component_levels(many(), FOUND)
    assert sides(table) == {
        ("Ash", "patient", "early"): (1, 0, 0),
        ("Ash", "patient", "late"): (1, 0, 0),
        ("Ash", "ward", "early"): (0, 1, 0),
        ("Ash", "ward", "late"): (0, 1, 0),
    }
    assert set(table["note"]) == {
        "found by likeness of words to the definition, not coded as such: read them before you judge"
    }
    assert len(evidence) <= 2 * np.ceil(NEAREST * 104)


def test_with_an_embedder_likeness_is_that_of_meaning() -> None:
    asked = []

    def embed(texts):
        asked.append(list(texts))
        words = ("nurse", "forms", "team", "ward", "biscuit")
        return np.array([[text.lower().count(word) + 0.01 for word in words] for text in texts], dtype=np.float32)

    table, evidence = component_levels(many(), FOUND, embed=embed)
    assert "likeness of meaning" in table["note"][0]
    assert evidence.groupby("level")["passage"].apply(set).to_dict() == {"patient": {51, 103}, "ward": {52, 104}}
    assert asked[1] == [
        *("A nurse helps a patient with forms", "She visits him at home"),
        *("The ward team learns together", "staff share what they know"),
    ]


def test_words_that_carry_several_codes_are_evidence_once() -> None:
    passages = [
        mark("a1", "X", 0, 40, text=TEXTS["ward"], valence="promotes"),
        mark("a1", "Y", 0, 40, text=TEXTS["ward"], valence="inhibits"),  # the same words the other way
        mark("a1", "Y", 5, 80, text=f"well {TEXTS['ward']} and so on", valence="inhibits"),  # more of them
        mark("a1", "P", 0, 40, text=TEXTS["ward"], valence="promotes", own=False),
    ]
    _, evidence = component_levels(chart([talk("a1", "Ash")], ["P", "X<P", "Y"], passages), FOUND)
    assert evidence[["level", "passage", "side"]].to_numpy().tolist() == [["ward", 1, "either"]]


def test_of_passages_that_share_words_the_longest_counts() -> None:
    passages = [
        mark("a1", "W", 0, 20, valence="inhibits"),
        mark("a1", "X", 10, 60, valence="promotes"),
        mark("a1", "W", 50, 70, valence="inhibits"),
        mark("a1", "W", 70, 80, valence="promotes"),  # touches, and shares none
        mark("a2", "W", 0, 20, valence="inhibits"),
    ]
    data = chart([talk("a1", "Ash"), talk("a2", "Ash")], ["W", "X"], passages)
    table, evidence = component_levels(data, {"ward": LevelSettings(codes=("W", "X"))})
    assert sides(table) == {("Ash", "ward", ""): (2, 1, 0)}
    assert set(evidence["passage"]) == {2, 4, 5}


def test_nothing_coded_or_no_words_in_common_is_no_evidence() -> None:
    for passages in ([], [mark("a1", "X", 0, 5, text="!?"), mark("a1", "X", 9, 12, text="支持")]):
        table, evidence = component_levels(chart([talk("a1", "Ash")], ["X"], passages), FOUND)
        assert sides(table) == {}
        assert len(evidence) == 0
        assert table["level"].tolist() == ["patient", "ward"]


def test_settings_that_cannot_be_are_said(coded: ChartData) -> None:
    with pytest.raises(InputError, match=r"charting\.levels\.ward names V, and the codebook has no such code"):
        component_levels(coded, {"ward": LevelSettings(codes=("W", "V"))})
    with pytest.raises(InputError, match=r"No component levels are named.*\[charting\.levels\]"):
        component_levels(coded, {})
