"""Links from the types in signatures to where they are described; types that no page describes stay words."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.nodes import make_refnode


def link(app: Sphinx, env: BuildEnvironment, node: pending_xref, words: nodes.Element) -> nodes.Element | None:
    """Signatures name types as their modules do, without where these are from, and pages describe only some of them.

    What text refers to on purpose (any role but that of signatures) must be there, and None lets Sphinx warn.
    """
    written = node.get("refexplicit") or isinstance(words, nodes.literal)
    if node.get("refdomain") != "py" or written:
        return None
    name = node["reftarget"].rpartition(".")[2]
    found = [entry for path, entry in env.domains.python_domain.objects.items() if path.rpartition(".")[2] == name]
    places = {(entry.docname, entry.node_id) for entry in found if entry.objtype in ("class", "exception")}
    ours = node["reftarget"] == name or node["reftarget"].startswith("secondcoder.")
    if len(places) != 1 or not ours:
        return words
    ((docname, anchor),) = places
    return make_refnode(app.builder, node["refdoc"], docname, anchor, words)


def setup(app: Sphinx) -> dict[str, Any]:
    """After Sphinx has looked for itself."""
    app.connect("missing-reference", link)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
