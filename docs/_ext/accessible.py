"""What the theme leaves out for those who hear a page: levels of headings, names of landmarks, empty cells that are no headings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

MENDED = (
    ('<p class="caption" role="heading">', '<p class="caption" role="heading" aria-level="2">'),
    ('<aside class="sidebar-drawer">', '<aside class="sidebar-drawer" aria-label="All pages">'),
    ('<aside class="toc-drawer">', '<aside class="toc-drawer" aria-label="This page">'),
    ('\n<div id="search-results"></div>', '\n<h1>Search</h1>\n<div id="search-results" aria-live="polite"></div>'),
    ('<th class="head"><p></p></th>', '<td class="head"></td>'),
)
ENTRANCE = '<!doctype html><html lang="en"><meta charset="utf-8"><title>{0}</title><meta http-equiv="refresh" content="0; url={1}">'


def mend(app: Sphinx, fault: Exception | None) -> None:
    """All pages that were written; and the site's own first page, since the source's is a folder below."""
    if fault is not None or app.builder.format != "html":
        return
    folder = Path(app.outdir)
    for page in folder.rglob("*.html"):
        text = written = page.read_text(encoding="utf-8")
        for left, mended in MENDED:
            text = text.replace(left, mended)
        if text != written:
            page.write_text(text, encoding="utf-8")
    first = f"{app.config.root_doc}.html"
    (folder / "index.html").write_text(
        f'{ENTRANCE.format(app.config.project, first)}<a href="{first}">{app.config.project}</a></html>\n',
        encoding="utf-8",
    )


def setup(app: Sphinx) -> dict[str, Any]:
    """After all is written."""
    app.connect("build-finished", mend)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
