"""Links of the repository's own pages: to files, headings, and addresses that could be ones. Those of the site: test_site.py."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from support.places import ROOT


@pytest.fixture
def of_docs(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """docs/links.py as a module."""
    monkeypatch.setattr(sys, "path", [str(ROOT / "docs"), *sys.path])
    import links

    yield links
    sys.modules.pop("links")


def test_every_link_leads_somewhere(of_docs: ModuleType) -> None:
    found = [link for page in of_docs.pages() for link in of_docs.links(page)]
    assert len(found) > 50
    said = [f"{link.page.relative_to(ROOT)}:{link.line}: {link.target} {of_docs.fault(link)}" for link in found]
    assert [line for line, link in zip(said, found, strict=True) if of_docs.fault(link)] == []


PAGE = """# A page

## `chart`, and what it writes

[right](page.md#chart-and-what-it-writes) [gone](gone.md) [no heading](#nowhere) <https://doi.org/10.1136/bmj.h1258>
[plain](http://example.org) and https://example/only-a-host, not `[code](never.md)`.

    [code](never.md)

```text
[code](never.md)
```
"""


def test_a_link_that_leads_nowhere_is_a_fault(of_docs: ModuleType, tmp_path: Path) -> None:
    """What a heading is called in an address: as GitHub makes it, letters, digits, hyphens."""
    (tmp_path / "page.md").write_text(PAGE, encoding="utf-8")
    found = {link.target: of_docs.fault(link) for link in of_docs.links(tmp_path / "page.md")}
    assert found == {
        "page.md#chart-and-what-it-writes": "",
        "gone.md": "leads to no file of the repository",
        "#nowhere": "leads to no heading of page.md",
        "https://doi.org/10.1136/bmj.h1258": "",
        "http://example.org": "is no address of the form https://host/path",
        "https://example/only-a-host": "is no address of the form https://host/path",
    }
