"""The demonstration: run again it adds nothing, and its page is whole in itself, safe and complete."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from secondcoder.demo.demo import Balance, Demonstration, Quotation, run_demo
from secondcoder.demo.summary import disagreements_by_code, summary_lines, summary_page
from secondcoder.domain.records import Case, Valence
from secondcoder.errors import StudyError
from secondcoder.study.study import Study
from secondcoder.suggestions.table import COLUMNS
from support.accessibility_checks import report_faults
from support.study_checks import CHEAP, TALK, dump, listing
from threadpoolctl import threadpool_limits

QUICK = CHEAP + "[learning]\nfolds = 3\nbootstrap = 100\n"
HOSTILE = "<script>alert('x')</script>\"><img src=http://x.invalid/a onerror=alert(1)>{style}&amp;"


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    """Small matrices on a busy machine: several threads only wait for each other."""
    with threadpool_limits(1):
        yield


def _quick_demo(folder: Path, corpus: Path | None = None) -> Path:
    """A folder in which the demonstration has just begun, with the cheap embedder."""
    Study.create(folder, "npt" if corpus else "npt-core").close()
    (folder / "secondcoder.toml").write_text(QUICK, encoding="utf-8")
    if corpus:
        shutil.copytree(corpus, folder / "files")
    else:
        (folder / "files").mkdir()
        shutil.copy(TALK, folder / "files")
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _quick_demo(tmp_path_factory.mktemp("made") / "demo")


@pytest.fixture(scope="module")
def demo(folder: Path) -> Iterator[Demonstration]:
    made = run_demo(folder, lambda line: None)
    yield made
    made.study.close()


class Page(HTMLParser):
    """Tags, attributes and visible text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags, self.attributes, self.text = set(), [], ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def _is_self_contained_and_still(page: str) -> bool:
    seen = Page(page)
    names = {name for name, _ in seen.attributes}
    nothing_runs = not seen.tags & {"script", "iframe", "object", "embed", "base"} and not any(
        name.startswith("on") for name in names
    )
    nothing_loads = not seen.tags & {"img", "link"} and not names & {"src", "href", "srcset", "action"}
    return nothing_runs and nothing_loads and "url(" not in page and "@import" not in page


@pytest.mark.model
def test_run_again_it_tells_the_same_and_adds_nothing(folder: Path, demo: Demonstration):
    before, files = dump(folder), listing(folder)
    told: list[str] = []
    again = run_demo(folder, told.append)
    again.study.close()
    after = dump(folder)
    assert len(told) == 5
    assert {name for name in before if after[name] != before[name]} <= {"events", "suggestions"}
    assert len(after["suggestions"]) == len(before["suggestions"]) > 0
    assert listing(folder) == files
    assert summary_page(again) == summary_page(demo)
    assert summary_lines(again) == summary_lines(demo)


@pytest.mark.model
def test_every_practice_is_listed_in_the_lines_and_on_the_page(demo: Demonstration):
    cases = [case.id for case in demo.study.corpus.cases]
    assert len(cases) == 4
    lines, page = "\n".join(summary_lines(demo)), Page(summary_page(demo)).text
    for case in cases:
        assert case in lines
        assert case in page
    assert "[full]" in lines


@pytest.mark.model
def test_where_model_and_people_part_adds_up(demo: Demonstration):
    marks = dict(zip(demo.evaluation.codes, demo.evaluation.counts.tolist(), strict=True))
    rows = disagreements_by_code(demo)
    assert {code: both + people for code, both, _, people in rows} == marks
    assert [model + people for _, _, model, people in rows] == sorted((m + p for _, _, m, p in rows), reverse=True)


@pytest.mark.model
def test_the_page_is_whole_in_itself(demo: Demonstration):
    assert _is_self_contained_and_still(summary_page(demo))


@pytest.mark.browser
@pytest.mark.model
@pytest.mark.slow
def test_its_page_is_for_those_too_who_do_not_see_it(demo: Demonstration, browser: Any):
    assert report_faults(browser, summary_page(demo)) == []


@pytest.mark.model
def test_hostile_words_stay_words(demo: Demonstration):
    text = dict.fromkeys(COLUMNS, HOSTILE)
    numbers = {"probability": 0.9, "threshold": 0.5, "start": 0, "end": 9, "segment": 0}
    table = pd.DataFrame(
        [
            text | numbers | {"kind": "probability", "code": f"{HOSTILE}{n}", "transcript": f"{HOSTILE}{n}"}
            for n in (1, 2)
        ]
    )
    quotation = Quotation(HOSTILE, Valence.PROMOTES, HOSTILE, HOSTILE)
    balance = Balance(Case(HOSTILE, {"integration": HOSTILE}), Counter(CO=2), Counter(CP=1), Counter(), (quotation,))
    evaluation = replace(demo.evaluation, codes=(HOSTILE, *demo.evaluation.codes[1:]))
    hostile = replace(demo, suggestions=table, balances=[balance], evaluation=evaluation)
    page = summary_page(hostile)
    assert _is_self_contained_and_still(page)
    assert Page(page).text.count(HOSTILE) >= 10
    assert not _is_self_contained_and_still(page + HOSTILE)  # the check can fail


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path):
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(StudyError, match="holds no demonstration"):
        run_demo(tmp_path, lambda line: None)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.slow
@pytest.mark.model
def test_the_shipped_study_goes_through_the_whole_loop_and_again(tmp_path: Path):
    with resources.as_file(resources.files("secondcoder.corpora").joinpath("demo")) as corpus:
        folder = _quick_demo(tmp_path / "demo", corpus)
    first = run_demo(folder, lambda line: None)
    first.study.close()
    assert len(first.balances) == 7
    assert all(balance.case.id in "\n".join(summary_lines(first)) for balance in first.balances)
    assert {balance.case.attributes["integration"] for balance in first.balances} == {"full", "partial"}
    assert all(balance.share is not None for balance in first.balances)
    assert first.human_kappa
    assert len(first.suggestions)
    assert _is_self_contained_and_still(summary_page(first))
    before = dump(folder)
    second = run_demo(folder, lambda line: None)
    second.study.close()
    assert {name for name, rows in dump(folder).items() if rows != before[name]} <= {"events", "suggestions"}
    assert summary_page(second) == summary_page(first)
