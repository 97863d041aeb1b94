"""Figures: sound SVG, the same bytes for the same numbers, told apart without colour, and readable without seeing."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest
from secondcoder.reports.figure import COLOURS, MOST_SERIES, SHAPES, Estimate, Series, dot_plot, panels, style, svg

SVG = "{http://www.w3.org/2000/svg}"
ROWS = [("a", "A <code>"), ("b", "B"), ("c", "C" * 60)]
ESTIMATES = {
    "a": Estimate(0.5, -0.9, 0.8, "0.50 (−0.90 to 0.80)"),
    "b": Estimate(None, None, None, "undefined"),
    "c": Estimate(0.9, None, None, "0.90 (no interval)"),
}


def drawn(*labels: str, **options: Any) -> str:
    series = [Series(label, ESTIMATES) for label in labels]
    named = {"axis": "kappa", "title": "T & t", "description": "D", "limits": (-0.2, 1.0)}
    return dot_plot(ROWS, series, **(named | options))


def words(picture: str) -> str:
    return " ".join(ElementTree.fromstring(picture).itertext())


def test_it_says_what_it_shows_to_those_who_cannot_see_it() -> None:
    root = ElementTree.fromstring(drawn("x & y"))
    title, description, *_ = root
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert (title.tag, title.text, description.tag) == (f"{SVG}title", "T & t", f"{SVG}desc")
    assert (description.text or "").startswith("D x & y: highest CCC")


def test_every_figure_is_shown_on_pointing_and_nothing_is_left_out() -> None:
    seen = words(drawn("x & y"))
    for text in ("x & y: 0.50 (−0.90 to 0.80)", "x & y: undefined", "A <code>", "C" * 60, "C" * 33 + "…", " undefined"):
        assert text in seen, text


def test_a_point_without_interval_is_hollow() -> None:
    root = ElementTree.fromstring(drawn("x", limits=(-1.0, 1.0)))
    points = {(part.get("id") or "")[-9:]: ElementTree.tostring(part, encoding="unicode") for part in root.iter()}
    assert ["fill: #ffffff" in points[f"point-0-{at}"] for at in range(3)] == [False, False, True]


@pytest.mark.parametrize(("limits", "heads"), [((-0.2, 1.0), 1), ((-0.2, 0.7), 2), ((-1.0, 1.0), 0), (None, 0)])
def test_an_interval_that_runs_off_the_axis_ends_in_an_arrowhead(
    limits: tuple[float, float] | None, heads: int
) -> None:
    assert drawn("x", limits=limits).count('-beyond">') == heads


def test_series_differ_in_shape_and_in_colour() -> None:
    assert len(set(SHAPES)) == len(set(COLOURS)) == MOST_SERIES
    assert len({tuple(style(number).values()) for number in range(MOST_SERIES)}) == MOST_SERIES
    picture = drawn(*"abcdef")
    assert all(colour in picture for colour in COLOURS)
    assert all(f"{label}: 0.50" in words(picture) for label in "abcdef")


@pytest.mark.parametrize("labels", ["a", "abc"])
def test_the_same_numbers_are_the_same_bytes(labels: str) -> None:
    assert drawn(*labels) == drawn(*labels)
    assert "<dc:date>" not in drawn(*labels)


def test_it_needs_nothing_outside_itself() -> None:
    picture = drawn("a", "b")
    assert "url(" not in picture
    assert all(part.split('"')[0].startswith("#") for part in picture.split('href="')[1:])
    for tag in ("<style", "<image", "<script", "clip-path"):
        assert tag not in picture


def test_several_pictures_share_no_id_and_their_references_hold() -> None:
    ids: list[str] = []
    for title in ("one", "two"):
        figure, (axes,) = panels((3, 2))
        axes.plot([0, 1], [0, 1], marker="o")
        root = ElementTree.fromstring(svg(figure, title, "D"))
        own = [part.get("id", "") for part in root.iter() if part.get("id")]
        targets = {part.get("{http://www.w3.org/1999/xlink}href", "#")[1:] for part in root.iter(f"{SVG}use")}
        assert targets <= set(own)
        ids += own
    assert len(ids) == len(set(ids))


def test_patterns_belong_to_their_own_picture_and_names_are_no_formulas(recwarn: pytest.WarningsRecorder) -> None:
    figure, (axes,) = panels((2, 1))
    axes.barh([0], [1], hatch="////", edgecolor="white")
    axes.set_yticks([0], ["$x_1$ 空"])
    picture = svg(figure, "T", "D")
    root = ElementTree.fromstring(picture)
    ids = {each.get("id") for each in root.iter() if each.get("id")}
    used = {each.partition(")")[0] for each in picture.split("url(#")[1:]}
    assert used
    assert used <= ids
    assert "$x_1$ 空" in words(picture)
    assert not list(recwarn)


def test_shares_have_an_axis_in_percent() -> None:
    assert "100%" in words(drawn("x", limits=(0.0, 1.0), percent=True))
    assert "%" not in words(drawn("x", limits=(0.0, 1.0)))
