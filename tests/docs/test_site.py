"""The built site: every link and anchor in it leads somewhere, nothing is loaded from elsewhere, the search has its words."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag

import pytest
from support.places import ROOT
from support.site_checks import pages_of

pytestmark = pytest.mark.slow

LOADED = {
    "link": "href",
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "srcset",
    "object": "data",
    "use": "href",
}


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Any]:
    return pages_of(site)


def test_every_link_leads_to_a_page_and_its_anchor(site: Path, pages: dict[Path, Any]) -> None:
    names = {path: {*tree.xpath("//@id"), *tree.xpath("//a/@name"), ""} for path, tree in pages.items()}
    broken = set()
    for path, tree in pages.items():
        for href in tree.xpath("//a/@href | //link[not(@rel='canonical')]/@href | //img/@src | //script/@src"):
            if re.match(r"[a-z]+:", href):
                continue
            target, anchor = urldefrag(href)
            to = (path.parent / unquote(target.partition("?")[0])).resolve() if target else path
            if not to.is_file() or (to in names and unquote(anchor) not in names[to]):
                broken.add(f"{path.relative_to(site)} -> {href}")
    assert broken == set()


def test_nothing_is_loaded_from_elsewhere(site: Path, pages: dict[Path, Any]) -> None:
    """Interviews of others may be open in the next tab, and readers may be without a network."""
    loaded = {
        f"{path.relative_to(site)}: {address}"
        for path, tree in pages.items()
        for tag, attribute in LOADED.items()
        for address in tree.xpath(f"//{tag}/@{attribute}")
        if re.match(r"(https?:)?//", address)
    }
    assert loaded == set()
    for sheet in site.rglob("*.css"):
        assert not re.search(r"(@import|url\()\s*[\"']?(https?:)?//", sheet.read_text(encoding="utf-8")), sheet


def test_every_page_of_the_repository_is_in_the_contents(site: Path, pages: dict[Path, Any]) -> None:
    contents = {
        urldefrag(href)[0]
        for href in pages[site / "docs" / "index.html"].xpath("//div[@class='sidebar-tree']//a/@href")
    }
    for path in (ROOT / "docs").glob("*.md"):
        assert {f"{path.stem}.html"} & contents or path.stem == "index", path
    for path in (ROOT / "benchmarks").glob("*.md"):
        assert f"../benchmarks/{path.stem}.html" in contents, path


def test_a_page_has_one_title_and_a_language(pages: dict[Path, Any]) -> None:
    for path, tree in pages.items():
        assert tree.get("lang") == "en", path
        assert len(tree.xpath("//h1")) == (path.name != "index.html" or path.parent.name != "site"), path
        assert tree.xpath("//title/text()")[0].strip(), path


def test_a_picture_says_what_it_shows(pages: dict[Path, Any]) -> None:
    for path, tree in pages.items():
        for image in tree.xpath("//article//img"):
            assert len(image.get("alt", "").split()) > 2, f"{path}: {image.get('src')}"


def test_the_search_finds_words_of_prose_options_and_definitions(site: Path) -> None:
    """In the index that the page itself searches, without a server."""
    text = (site / "searchindex.js").read_text(encoding="utf-8")
    index = json.loads(text.removeprefix("Search.setIndex(").rstrip(")\n"))

    def found(word: str) -> set[str]:
        at = [index[kind].get(word, []) for kind in ("terms", "titleterms")]
        numbers = {number for each in at for number in (each if isinstance(each, list) else [each])}
        return {index["docnames"][number] for number in numbers}

    assert "docs/findings" in found("framework")
    assert "docs/reference/commands" in found("dialect")
    assert "docs/reference/codebooks" in found("legitim")  # stemmed
    assert any("secondcoder" in name for name in index["objects"])
