"""A coefficient that an installed package brings is used like those that ship: one registry entry, and nothing else to change."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from secondcoder.agreement import AgreementReport, RatingsError, agree, coefficients, measure
from secondcoder.agreement.report.methods_text import methods
from secondcoder.agreement.report.page import page
from secondcoder.errors import PluginError
from support.agreement_checks import BOOK, coding, interview, segments_of, whole, yes_no

MODULE = """
import numpy as np
from secondcoder.agreement import Coefficient
from secondcoder.statistics.classification import ChanceCorrected

def compute(contingency):
    a, b, c = (contingency.table[..., i, j] for i, j in ((1, 1), (1, 0), (0, 1)))
    with np.errstate(invalid="ignore", divide="ignore"):
        value = a / (a + b + c)
    return ChanceCorrected(value, value, np.full(np.shape(value), np.nan))

PRESENCE = Coefficient(
    "presence", "agreement on presence", compute, "neither coder used the code", "a / (a + b + c)", "Jaccard 1912",
    "Of all units that one of the two marked, the share that both did.",
    two_coders=True, two_categories=True, low=0.0, column="presence",
)
"""


def install(folder: Path, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package as pip leaves it: a module, its name and version, its entry points."""
    (folder / "outside_coefficient.py").write_text(MODULE, encoding="utf-8")
    about = folder / "outside_coefficient-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: outside-coefficient\nVersion: 1.0\n", encoding="utf-8"
    )
    (about / "entry_points.txt").write_text(
        f"[secondcoder.agreement_coefficients]\npresence = {value}\n", encoding="utf-8"
    )
    monkeypatch.syspath_prepend(folder)


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """The registry is read once a process; what a test adds must not stay."""
    coefficients.cache_clear()
    yield
    coefficients.cache_clear()


def report() -> AgreementReport:
    talks = [interview(f"t{at}", ["We had no idea. It came one day.", "It works now."]) for at in range(6)]
    codings = [
        coding(talk, words, "ACT", who) for talk in talks for words, who in (("no idea", "A"), ("It works", "B"))
    ]
    codings += [coding(talk, "It came", "ACT", who) for talk in talks for who in "AB"]
    segments = [segment for talk in talks for segment in segments_of(talk)]
    return agree(talks, segments, codings, [whole(talk, who) for talk in talks for who in "AB"], BOOK, rounds=200)


def test_it_is_measured_and_reported_everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "outside_coefficient:PRESENCE", monkeypatch)
    ratings = yes_no(4, 2, 1, 9)
    positive = measure("positive_agreement", ratings).value or 0.0
    assert measure("presence", ratings).value == pytest.approx(positive / (2 - positive))
    made = report()
    assert made.to_json()["codes"]["ACT"]["presence"]["value"] == pytest.approx(1 / 3, abs=1e-6)
    assert made.to_json()["pairs"][0]["pooled"]["presence"]["interval"]["clusters"] == 6
    assert made.table()["presence"].round(6).tolist() == pytest.approx([1 / 3] * len(made.table()), abs=1e-6)
    shown = page(made)
    assert ">presence</th>" in shown
    assert "a / (a + b + c)" in shown
    assert "Jaccard 1912" in shown
    assert "agreement on presence" in " ".join(methods(made))


def test_without_the_package_it_is_unknown() -> None:
    with pytest.raises(RatingsError, match="'presence'"):
        measure("presence", yes_no(4, 2, 1, 9))
    assert "presence" not in report().table().columns


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("outside_coefficient:compute", r"outside-coefficient 1\.0 .*is function and not Coefficient"),
        ("secondcoder.agreement.coefficients:_SHIPPED", "is tuple and not Coefficient"),
    ],
)
def test_an_entry_point_that_brings_none_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str, fault: str
) -> None:
    install(tmp_path, value, monkeypatch)
    with pytest.raises(PluginError, match=fault):
        coefficients()


def test_a_name_that_is_taken_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "outside_coefficient:AGAIN", monkeypatch)
    module = tmp_path / "outside_coefficient.py"
    again = 'from dataclasses import replace\nAGAIN = replace(PRESENCE, name="cohen_kappa")\n'
    module.write_text(MODULE + again, encoding="utf-8")
    monkeypatch.delitem(sys.modules, "outside_coefficient", raising=False)
    with pytest.raises(PluginError, match="is called 'cohen_kappa', a name that is taken"):
        coefficients()
