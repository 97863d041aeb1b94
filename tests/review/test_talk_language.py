"""What was said is marked with the language of the interviews on every page that shows it; the pages themselves are in English."""

from __future__ import annotations

import re

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


@pytest.mark.parametrize("url", ["/queue?by=transcript", "/transcript/t1", "/code/t1"])
def test_talk_has_its_language(empty_study: Study, url: str) -> None:
    page = shown(empty_study, "de", url)
    assert '<html lang="en">' in page
    marked = re.findall(r'lang="de"[^>]*>(.*?)</(?:p|span|div)>', page, re.DOTALL)
    assert any(LINES[0][:20] in re.sub("<[^>]+>", "", words) for words in marked)


def test_english_needs_no_mark(empty_study: Study) -> None:
    page = shown(empty_study, "en", "/transcript/t1")
    assert re.findall(r'lang="[^"]*"', page) == ['lang="en"']
