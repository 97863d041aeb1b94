"""Formulas as MathML: written at the build, shown by the browser itself, spoken by screen readers, and nothing is loaded for them."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

LOG = logging.getLogger(__name__)


UNKNOWN = re.compile(r"<m\w+>(\\[A-Za-z]+|&)</m\w+>")
"""What the converter passes on because it does not know it."""


def mathml(formula: str, display: str, where: nodes.Node | None = None) -> str:
    """A formula in LaTeX as one <math> element, with its LaTeX as the text for whoever cannot read that; a fault is a warning."""
    try:
        written = convert(formula, display=display)
        fault = f"{unknown[1]} is not known" if (unknown := UNKNOWN.search(written)) else ""
    except Exception as raised:  # of many kinds, without a common one
        fault = repr(raised)
    if fault:
        LOG.warning("no formula: %s (%s)", formula, fault, location=where)
        return f"<code>{escape(formula)}</code>"
    return written.replace("<math ", f'<math alttext="{_attribute(formula)}" ', 1)


def _attribute(text: str) -> str:
    return escape(" ".join(text.split()))


def visit_inline(self: HTML5Translator, node: nodes.math) -> None:
    """A formula in a sentence."""
    self.body.append(mathml(node.astext(), "inline", node))
    raise nodes.SkipNode


def visit_block(self: HTML5Translator, node: nodes.math_block) -> None:
    """A formula of its own; wide ones scroll in themselves."""
    self.body.append('<div class="math">')
    self.body.append(mathml(node.astext(), "block", node) + "</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    """Registers the renderer `mathml`."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
