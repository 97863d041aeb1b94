"""How far cases have integrated: by hand, and on the demonstration study, whose portraits say which practices did."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from secondcoder.charting.cases.comparison import comparison
from secondcoder.charting.cases.comparison_wording import in_short
from secondcoder.charting.cases.factors import factor_codes
from secondcoder.charting.cases.integration import LESS, MORE, STRENGTH, integration, profile, upper_group
from secondcoder.charting.chart_data import ChartData, chart_data
from secondcoder.charting.notes import NOT_JUDGED
from secondcoder.configuration import load_configuration
from secondcoder.errors import InputError
from secondcoder.exchange.registry import ImportContext
from secondcoder.exchange.tables import coded_table
from secondcoder.study.study import Study
from support.chart_tables import chart, mark, talk
from support.played_review import decide_by

SETTINGS = load_configuration().charting
CODES = ("CO", "CP", "CA", "RM")
FULL = {"Birch", "Hawthorn", "Rowan"}
FACTORS = (
    *("GP buy-in", "Collaborative leadership", "Good team dynamics", "Link worker support"),
    "Absence of competing innovations",
)
"""What the practices of the demonstration were written with: corpora/PORTRAITS.md and corpora/README.md."""
SEALED = Path(__file__).parents[3] / "corpora" / "sealed" / "codes.csv"


@dataclass(frozen=True)
class Note:
    """A researcher's."""

    summary: str
    light: str


def spoken(transcript: str, code: str, **valences: int) -> list[dict]:
    """So many passages of each valence."""
    given = [valence for valence, number in valences.items() for _ in range(number)]
    return [mark(transcript, code, 10 * at, valence=valence) for at, valence in enumerate(given)]


@pytest.fixture
def three() -> ChartData:
    """Ash mostly promotes, Elm mostly inhibits, of Oak there is nothing."""
    passages = [
        *spoken("a1", "CO", promotes=6, mixed=2),
        *spoken("a2", "CP", promotes=3),
        *spoken("e1", "CO", inhibits=4, mixed=2),
        *spoken("e1", "CA", inhibits=1, promotes=1),
        *spoken("e1", "RM", promotes=9),
    ]
    cases = [
        {"case": case, "integration": stated} for case, stated in (("Ash", "full"), ("Elm", "partial"), ("Oak", ""))
    ]
    return chart([talk("a1", "Ash"), talk("a2", "Ash"), talk("e1", "Elm")], CODES, passages, cases=cases)


def row_of(table: pd.DataFrame, **values: str) -> pd.Series:
    kept = table
    for column, value in values.items():
        kept = kept[kept[column] == value]
    assert len(kept) == 1
    return kept.iloc[0]


def test_each_construct_of_each_case_has_its_counts_and_words(three: ChartData) -> None:
    table = integration(three, SETTINGS)
    assert table["case"].unique().tolist() == ["Ash", "Elm", "Oak"]
    assert table["construct"].unique().tolist() == ["CO", "CP", "CA", "RM"]
    ash = row_of(table, case="Ash", construct="CO")
    assert (ash["passages"], ash["promotes"], ash["mixed"], ash["transcripts"], ash["transcripts_read"]) == (
        8,
        6,
        2,
        1,
        2,
    )
    assert ash["share_promoting"] == 7 / 8
    assert ash["standing"] == "mostly promotes"
    assert row_of(table, case="Elm", construct="CO")["standing"] == "mostly inhibits"
    assert row_of(table, case="Elm", construct="CA")["standing"] == "too little to say: 2 passages with a valence"
    assert row_of(table, case="Ash", construct="CA")["standing"] == "not spoken of"
    assert row_of(table, case="Oak", construct="CO")["standing"] == "not read for it"
    assert set(table.loc[table["judged"], "construct"]) == {"CO", "CP", "CA"}


def test_where_nobody_read_silence_is_not_silence(three: ChartData) -> None:
    unread = chart([talk("a1", "Ash")], CODES, read="no")
    assert set(integration(unread, SETTINGS)["standing"]) == {"not read for it"}
    told = profile(unread, SETTINGS)
    assert np.isnan(told["score"][0])
    assert told["note"][0] == "no passage of CO, CP and CA with a valence, so no score"


def test_the_light_is_the_researchers_alone(three: ChartData) -> None:
    assert set(integration(three, SETTINGS)["light"]) == {NOT_JUDGED}
    notes = {
        ("case", "Elm", "CO", ""): Note("", "green"),
        ("case", "Ash", "CO", ""): Note("said, not judged", ""),
        ("participant", "Ash", "CP", ""): Note("", "red"),
        ("case", "Ash", "CA", "late"): Note("", "red"),
    }
    lit = integration(three, SETTINGS, notes)
    # Also against what the codes say.
    assert lit.loc[lit["light"] != NOT_JUDGED, ["case", "construct", "light"]].to_numpy().tolist() == [
        ["Elm", "CO", "green"]
    ]


def test_the_score_is_the_mean_of_shrunken_shares(three: ChartData) -> None:
    told = profile(three, SETTINGS, "integration")
    assert told["case"].tolist() == ["Ash", "Elm", "Oak"]
    # All cases together: CO 8 of 14, CP 3 of 3, CA 1 of 2 (each mixed one half).
    co, ca = 8 / 14, 1 / 2
    ash = ((7 + STRENGTH * co) / (8 + STRENGTH) + (3 + STRENGTH) / (3 + STRENGTH) + ca) / 3
    elm = ((1 + STRENGTH * co) / (6 + STRENGTH) + 1 + (1 + STRENGTH * ca) / (2 + STRENGTH)) / 3
    assert told["score"].tolist()[:2] == pytest.approx([ash, elm])
    assert told["group_found"].tolist() == [MORE, LESS, ""]
    assert told["group_stated"].tolist() == ["full", "partial", ""]
    assert told["order"].tolist()[:2] == [1, 2]
    assert np.isnan(told["order"][2])
    assert told["note"][0].startswith(
        "nothing with a valence on CA, which counts as in all cases together; in this group"
    )


def test_what_is_stated_changes_nothing(three: ChartData) -> None:
    told, other = profile(three, SETTINGS), profile(three, SETTINGS, "integration")
    pd.testing.assert_frame_equal(told.drop(columns="group_stated"), other.drop(columns="group_stated"))
    assert profile(three, SETTINGS, "integration: 3")["group_stated"].tolist() == [
        "full",
        "partial",
        "",
    ]  # cut for a comparison


def test_one_case_has_no_group_and_no_case_is_said() -> None:
    alone = profile(chart([talk("a1", "Ash")], CODES, spoken("a1", "CO", promotes=3)), SETTINGS)
    assert (alone["group_found"][0], alone["score"][0]) == ("", 1.0)
    assert np.isnan(alone["same_group"][0])
    with pytest.raises(InputError, match="No transcript belongs to a case"):
        profile(chart([talk("a1")], CODES), SETTINGS)
    with pytest.raises(InputError, match="No transcript belongs to a case"):
        integration(chart([], CODES), SETTINGS)


def test_another_codebook_is_told_which_setting_to_change() -> None:
    with pytest.raises(InputError, match=r"charting\.constructs.*'CO', 'CP' and 'CA'.*none of them is in the codebook"):
        integration(chart([talk("a1", "Ash")], ["X"]), SETTINGS)
    some = SETTINGS.model_copy(update={"constructs": ("X", "CO"), "beside": ("X", "Y")})
    assert integration(chart([talk("a1", "Ash")], ["X"]), some)["construct"].tolist() == ["X"]


def test_where_sub_constructs_do_not_count_it_is_said() -> None:
    data = chart([talk("a1", "Ash")], ["CO", "CO.DIF<CO", "CP"], spoken("a1", "CO.DIF", promotes=3), roll_up=False)
    notes = integration(data, SETTINGS).set_index("construct")["note"]
    assert notes["CO"] == "without its sub-constructs, which do not count as it (learning.roll_up)"
    assert notes["CP"] == ""


def test_a_case_on_the_edge_is_said_to_change_sides() -> None:
    talks = [talk(f"{case}{at}", case) for case in ("Ash", "Birch", "Elm") for at in range(6)]
    clear = [row for at in range(6) for row in spoken(f"Ash{at}", "CO", promotes=4)]
    clear += [row for at in range(6) for row in spoken(f"Elm{at}", "CO", inhibits=4)]
    # Birch's interviews contradict each other, so that chance decides on which side of the middle they come to lie.
    torn = [row for at in range(6) for row in spoken(f"Birch{at}", "CO", **{"promotes" if at < 3 else "inhibits": 4})]
    told = profile(chart(talks, ["CO"], [*clear, *torn]), SETTINGS).set_index("case")["same_group"]
    assert told["Ash"] == told["Elm"] == 1
    assert 0.4 < told["Birch"] < 0.9


@given(st.lists(st.integers(0, 30), min_size=2, max_size=8))
def test_no_other_two_groups_are_more_alike_within(values: list[int]) -> None:
    score = np.array(values, dtype=float)
    upper = upper_group(score)
    if len(set(values)) == 1:
        assert upper is None
        return

    def within(own: np.ndarray) -> float:
        return sum(float(((part - part.mean()) ** 2).sum()) for part in (score[own], score[~own]))

    every = [np.array(sides) for sides in product((False, True), repeat=len(values)) if 0 < sum(sides) < len(values)]
    assert within(upper) == pytest.approx(min(map(within, every)))
    assert score[upper].min() > score[~upper].max()


def test_one_extreme_case_is_no_group() -> None:
    # The largest gap lies below the first.
    assert (
        upper_group(np.array([0.61, 0.51, 0.49, np.nan, 0.42, 0.42, 0.39, 0.36])).tolist() == [True] * 3 + [False] * 5
    )


def test_the_interval_is_over_the_cases_transcripts() -> None:
    talks = [talk(f"a{at}", "Ash") for at in range(12)]
    passages = [row for at in range(12) for row in spoken(f"a{at}", "CO", promotes=3, inhibits=1 + at % 2)]
    row = row_of(integration(chart(talks, ["CO"], passages), SETTINGS), construct="CO")
    assert row["low"] < row["share_promoting"] < row["high"]
    assert row["note"] == ""
    few = row_of(integration(chart(talks[:2], ["CO"], passages[:9]), SETTINGS), construct="CO")
    assert np.isnan(few["low"])
    assert few["note"] == "2 transcripts cannot show how much transcripts vary"


def shipped_study(folder: Path) -> Study:
    """The demonstration study with its human codes."""
    study = Study.create(folder, "npt")
    with resources.as_file(resources.files("secondcoder.corpora").joinpath("demo")) as files:
        study.import_files([files])
    return study


def check_demonstration(data: ChartData) -> None:
    """What the portraits tell is found: which practices integrated fully, and what went with it."""
    told = profile(data, SETTINGS, "integration")
    assert set(told.loc[told["group_found"] == MORE, "case"]) == FULL
    assert set(told.loc[told["group_stated"] == "full", "case"]) == FULL
    table = comparison(data, "integration", factor_codes(data, SETTINGS)).query("measure == 'balance'")
    assert (table["difference"] > 0).all()
    assert table["name"].iloc[0] == "Collaborative leadership"
    summary = in_short(comparison(data, "integration"), factor_codes(data, SETTINGS))
    assert all(name in summary for name in FACTORS)
    assert "less where integration is full" not in summary
    assert "These numbers describe seven cases; they cannot test a difference." in summary


def test_human_codes_find_the_practices_that_integrated_fully(tmp_path: Path) -> None:
    study = shipped_study(tmp_path / "study")
    data = chart_data(study.workspace())
    study.close()
    check_demonstration(data)
    # Each practice more often than not lies where it was written to lie.
    assert (profile(data, SETTINGS)["same_group"] > 0.5).all()


@pytest.mark.slow
@pytest.mark.model
def test_reviewed_codes_find_the_practices_that_integrated_fully(tmp_path: Path) -> None:
    study = shipped_study(tmp_path / "study")
    study.train()
    study.code()
    sealed = coded_table.read(SEALED, ImportContext(study.codebook, study.corpus.by_id)).codings
    decided = decide_by(study, sealed, tmp_path / "review.xlsx")
    data = chart_data(study.workspace())
    study.close()
    assert decided["accept"] > 50
    assert (data.counted["origin"] == "reviewed").sum() >= 50
    check_demonstration(data)
