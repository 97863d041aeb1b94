"""Formulas as MathML: written at the build, shown by the browser itself, spoken by screen readers, and nothing is loaded for them."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

LOG = logging.getLogger(__name__)


def mathml(formula: str, display: str, where: nodes.Node | None = None) -> str:
    """A formula in LaTeX as one <math> element, with its LaTeX as the text for whoever cannot read that; a fault is a warning."""
    try:
        written = convert(formula, display=display)
    except Exception as fault:  # whatever the converter raises, the page is to blame
        LOG.warning("the formula %r is not one: %r", formula, fault, location=where)
        return f"<code>{nodes.unescape(formula)}</code>"
    return written.replace("<math ", f'<math alttext="{_attribute(formula)}" ', 1)


def _attribute(text: str) -> str:
    return " ".join(text.split()).replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


def visit_inline(self: HTML5Translator, node: nodes.math) -> None:
    """A formula in a sentence."""
    self.body.append(mathml(node.astext(), "inline", node))
    raise nodes.SkipNode


def visit_block(self: HTML5Translator, node: nodes.math_block) -> None:
    """A formula of its own; wide ones scroll in themselves, by keyboard too."""
    self.body.append('<div class="math" tabindex="0" role="group" aria-label="formula">')
    self.body.append(mathml(node.astext(), "block", node) + "</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    """Registers the renderer `mathml`."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
