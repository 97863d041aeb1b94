"""What was said is marked with the language of the interviews on every page that shows it; the pages themselves are in English."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from secondcoder.review.security import LoginLinks
from secondcoder.review.session import ReviewSession
from secondcoder.study.study import Study
from support.client import Client
from support.review_checks import LINES, small_study


def shown(study: Study, language: str, url: str) -> str:
    small_study(study)
    segments = study.configuration.segments.model_copy(update={"language": language})
    study.configuration = study.configuration.model_copy(update={"segments": segments})
    return str(Client(ReviewSession(study), LoginLinks(), "ada").get(url))


class Spoken(HTMLParser):
    """The words of a page by the language that they are marked with."""

    def __init__(self) -> None:
        super().__init__()
        self.inside: list[tuple[str, str]] = []
        self.words: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("input", "meta", "link", "br"):
            self.inside.append((tag, dict(attrs).get("lang") or (self.inside[-1][1] if self.inside else "")))

    def handle_endtag(self, tag: str) -> None:
        while self.inside and self.inside.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        language = self.inside[-1][1] if self.inside else ""
        self.words[language] = self.words.get(language, "") + data


def said_in(page: str, language: str) -> str:
    spoken = Spoken()
    spoken.feed(page)
    return spoken.words.get(language, "")


@pytest.mark.parametrize("url", ["/queue?by=transcript", "/transcript/t1", "/code/t1"])
def test_talk_has_its_language(empty_study: Study, url: str) -> None:
    page = shown(empty_study, "de", url)
    assert '<html lang="en">' in page
    assert LINES[0] in said_in(page, "de")
    assert LINES[0] not in said_in(page, "en")


def test_english_needs_no_mark(empty_study: Study) -> None:
    page = shown(empty_study, "en", "/transcript/t1")
    assert re.findall(r'lang="[^"]*"', page) == ['lang="en"']
