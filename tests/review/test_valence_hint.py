"""The likely valence beside a suggestion: shown with it, hidden with it, and never chosen for the person."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook
from secondcoder.domain.records import Valence
from secondcoder.review.security import LoginLinks
from secondcoder.review.session import ReviewSession
from secondcoder.review.spreadsheet import COLUMNS, LIKELY_VALENCE, read_sheet, write_sheet
from secondcoder.review.wording import valence_hint
from secondcoder.study.study import Study
from support.client import Client
from support.review_checks import fill, settings, suggestion, talk

HINT = "likely promotes (84 in 100)"


def _review(study: Study, blind: float) -> ReviewSession:
    talked = talk("t1")
    hinted = replace(suggestion(talked, 0, "CO", 0.8), valence=Valence.PROMOTES, valence_probability=0.84)
    fill(study, [talked], [hinted, suggestion(talked, 1, "CA")])
    settings(study, blind=blind, below=0.0)
    return ReviewSession(study)


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (0.38, "perhaps promotes (38 in 100)"),
        (0.51, "perhaps promotes (51 in 100)"),
        (0.7, "rather likely promotes (70 in 100)"),
        (0.84, HINT),
    ],
)
def test_the_hint_in_words(probability: float, words: str) -> None:
    one = replace(suggestion(talk("t"), 0, "CO"), valence=Valence.PROMOTES, valence_probability=probability)
    assert valence_hint(one) == words
    assert valence_hint(suggestion(talk("t"), 0, "CO")) == ""


def test_it_stands_beside_the_code_and_chooses_nothing(empty_study: Study, logins: LoginLinks) -> None:
    page = Client(_review(empty_study, 0.0), logins).get("/transcript/t1")
    assert page.count(f"· {HINT}") == 1
    radios = re.findall(r'<input type="radio" name="valence" value="(\w*)"([^>]*)>', page)
    assert [value for value, rest in radios if "checked" in rest.split()] == [""]
    assert len(radios) == 4


def test_while_the_suggestions_are_hidden_so_is_the_hint(empty_study: Study, logins: LoginLinks) -> None:
    review = _review(empty_study, 1.0)
    client = Client(review, logins)
    for url in ("/", "/queue", "/queue?by=transcript", "/transcript/t1", "/summary"):
        assert "promotes (" not in client.get(url)
    key = next(passage.key for passage in review.passages if passage.suggestions)
    client.post(verdict="looked", passage=key, request="r1")
    assert HINT in client.get(f"/transcript/t1?at={key}~CO")


def test_the_sheet_has_it_and_comes_back(empty_study: Study, tmp_path: Path) -> None:
    review, path = _review(empty_study, 0.0), tmp_path / "review.xlsx"
    write_sheet(review, "ada", path)
    rows = list(load_workbook(path)["review"].iter_rows(values_only=True))
    head = list(rows[0])
    assert head == [*COLUMNS[:10], LIKELY_VALENCE, *COLUMNS[10:]]
    assert [row[head.index(LIKELY_VALENCE)] for row in rows[1:]] == [HINT, None]
    assert [row[head.index("valence")] for row in rows[1:]] == [None, None]
    assert read_sheet(review, "ada", path).empty == 2
