"""Formulas as MathML, by its own words (https://www.w3.org/TR/mathml-core/): what a browser draws and a screen reader speaks."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from lxml import etree
from support.places import ROOT

NAMES = {"m": "http://www.w3.org/1998/Math/MathML"}


@pytest.fixture
def mathml(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    pytest.importorskip("sphinx")
    pytest.importorskip("latex2mathml")
    monkeypatch.setattr(sys, "path", [str(ROOT / "docs" / "_ext"), *sys.path])
    found: Callable[..., str] = import_module("mathml").mathml
    return found


def test_a_formula_is_one_element_with_its_parts(mathml: Callable[..., str]) -> None:
    r"""Krippendorff's \alpha = 1 - D_o / D_e."""
    root = etree.fromstring(mathml(r"\alpha = 1 - \frac{D_o}{D_e}", "block"))
    assert root.tag == f"{{{NAMES['m']}}}math"
    assert root.get("display") == "block"
    assert root.get("alttext") == r"\alpha = 1 - \frac{D_o}{D_e}"

    def texts(path: str) -> list[Any]:
        return root.xpath(path, namespaces=NAMES)

    assert texts("//m:mfrac/*[1]//m:mi/text()") == ["D", "o"]
    assert texts("//m:mfrac/*[2]//m:mi/text()") == ["D", "e"]
    assert texts("//m:mi[text()='α']")
    assert [operator.text for operator in texts("//m:mrow/m:mo")][:1] == ["="]


def test_marks_of_html_in_a_formula_stay_what_they_are(mathml: Callable[..., str]) -> None:
    root = etree.fromstring(mathml(r"a < b \& \text{\"x\"}", "inline"))
    assert root.get("alttext", "").startswith("a < b")
    assert "<" in root.xpath("string()")


@pytest.mark.parametrize(
    "formula", [r"\frac", r"\left( x", r"x^", r"\unknown x < 1", r"\begin{aligned} a &= b \end{aligned}"]
)
def test_what_is_no_formula_is_a_warning(
    formula: str, mathml: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(sys.modules["mathml"].LOG, "warning", lambda text, *words, **where: said.append(text % words))
    assert mathml(formula, "inline") == f"<code>{formula.replace('&', '&amp;').replace('<', '&lt;')}</code>"
    assert formula in said[0]
