"""The report as JSON, table and page."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import pytest
from secondcoder.agreement import COEFFICIENTS, DISTANCES, AgreementReport, Interval, Result, agree
from secondcoder.agreement.non_inferiority import MarginRecord
from secondcoder.agreement.report.beside import reading_of_model
from secondcoder.agreement.report.methods_text import methods
from secondcoder.agreement.report.page import page as whole_page
from secondcoder.agreement.report.wording import band, listed, number, reading, with_interval
from secondcoder.cli.agree_command import _print as print_report
from support.agreement_checks import BOOK, coding, interview, segments_of, whole

TALKS = [
    interview(
        f"t{at:02d}",
        ["We had no idea. It came one day.", "She <b>sat</b> & waited. It works now."],
        role="gp" if at % 2 else "pm",
    )
    for at in range(12)
]
SEGMENTS = [segment for talk in TALKS for segment in segments_of(talk)]
PLAN = {
    "A": {"We had no idea.": "COH", "She <b>sat</b> & waited.": "ACT"},
    "B <script>": {"We had no idea.": "COH", "It works now.": "ACT", "It came one day.": "MON"},
}


@pytest.fixture(scope="module")
def report() -> AgreementReport:
    codings = [
        coding(talk, words, code, coder)
        for at, talk in enumerate(TALKS)
        for coder, plan in PLAN.items()
        for place, (words, code) in enumerate(plan.items())
        if (at + place) % 4
    ]
    passes = [whole(talk, coder) for talk in TALKS for coder in PLAN]
    model = [coding(talk, "We had no idea.", "COH", "m") for at, talk in enumerate(TALKS) if at % 3 or at == 0]
    return agree(
        TALKS,
        SEGMENTS,
        codings,
        passes,
        BOOK,
        model_codings=model,
        model_name="minilm",
        model_passes=[whole(talk, "m") for talk in TALKS],
        margin=0.1,
        rounds=200,
    )


def test_json_has_the_keys_and_survives_json(report: AgreementReport) -> None:
    data = json.loads(json.dumps(report.to_json()))
    assert set(data) >= {"pooled_kappa", "macro_kappa", "alpha_masi", "n_units", "n_transcripts", "coders", "codes"}
    assert data["pooled_kappa"] == pytest.approx(report.headline.pooled_kappa.value, abs=1e-6)
    assert data["coders"] == ["A", "B <script>", "minilm"]
    assert list(data["codes"]) == ["COH", "ACT", "MON"]
    assert data["codes"]["COH"]["cohen_kappa"]["counts"]["both"] > 0
    assert (data["n_units"], data["n_transcripts"]) == (48, 12)
    assert data["model_beside_humans"]["all"]["non_inferiority"]["margin"] == 0.1
    assert data["disagreements"][0]["transcript"] == "t00"


def test_the_table_has_a_row_for_each_code_and_scope(report: AgreementReport) -> None:
    frame = report.table()
    assert len(frame) == 3 * 2 * (1 + 3)
    row = frame[(frame.coders == "A | B <script>") & (frame.units == "all") & (frame.code == "COH")].iloc[0]
    kappa = report.agreement(("A", "B <script>")).codes["COH"]["cohen_kappa"]
    assert row["cohen_kappa"] == pytest.approx(kappa.value)
    assert row["n_both"] == kappa.counts["both"]
    undefined = frame[(frame.coders == "A | minilm") & (frame.code == "MON")]
    assert undefined["cohen_kappa"].isna().all()
    assert undefined["note"].str.contains("one category").all()


class Reader(HTMLParser):
    """Collects what a careful reader would look at."""

    VOID = frozenset({"meta", "br", "link", "img"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.fixture(scope="module")
def read(report: AgreementReport) -> Reader:
    reader = Reader()
    reader.feed(whole_page(report))
    return reader


def test_the_page_is_well_formed_and_needs_nothing_else(read: Reader, report: AgreementReport) -> None:
    assert read.open == []
    tags = {tag for tag, _ in read.tags}
    assert not tags & {"script", "link", "img", "iframe", "object"}
    fetched = [attrs.get("src") or attrs.get("href") or "" for _, attrs in read.tags]
    assert all(target == "" or target.startswith("#") for target in fetched)
    assert "url(" not in whole_page(report)
    assert "@import" not in whole_page(report)


def test_the_page_is_accessible(read: Reader) -> None:
    count = {
        name: sum(tag == name for tag, _ in read.tags)
        for name in ("h1", "table", "caption", "figure", "figcaption", "svg")
    }
    assert count["h1"] == 1
    assert count["table"] == count["caption"] > 5
    assert count["figure"] == count["figcaption"] == count["svg"] == 1
    assert ("html", {"lang": "en"}) in read.tags
    picture = next(attrs for tag, attrs in read.tags if tag == "svg")
    assert picture["role"] == "img"
    ids = [attrs["id"] for _, attrs in read.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert all(name in ids for name in (picture["aria-labelledby"] or "").split())
    heads = [attrs.get("scope") for tag, attrs in read.tags if tag == "th"]
    assert all(scope in {"col", "row"} for scope in heads)


def test_names_and_text_are_escaped(report: AgreementReport) -> None:
    page = whole_page(report)
    assert "B &lt;script&gt;" in page
    assert "<b>sat" not in page
    assert "She &lt;b&gt;sat&lt;/b&gt; &amp; waited." in page


def test_nobody_is_called_right_or_wrong(read: Reader) -> None:
    words = " ".join(read.words).casefold()
    for judging in ("correct", "incorrect", "wrong", "mistake", "error", "accuracy"):
        assert not re.search(rf"\b{judging}\b", words), judging


def test_every_formula_and_reference_is_on_the_page(report: AgreementReport) -> None:
    page = unescape(whole_page(report))
    for one in (*COEFFICIENTS.values(), *DISTANCES.values()):
        assert one.formula in page
        assert one.reference in page


def test_both_scopes_are_named_and_the_verdict_stands(read: Reader, report: AgreementReport) -> None:
    words = " ".join(read.words)
    assert "all units that the coders looked at" in words
    assert "units that at least one of the coders coded" in words
    assert report.comparisons["all"].verdict.sentence in words
    assert "Passages to talk about" in words


def test_the_methods_answer_coreq(report: AgreementReport) -> None:
    text = " ".join(methods(report))
    for item in ("item 24", "item 25", "item 26", "item 27"):
        assert item in text
    assert "2 coders (A and B <script>)" in text
    assert "48 segments" in text
    assert "margin of 0.1, by" in text
    assert "beforehand" not in text
    recorded = replace(report, margin_record=MarginRecord(True, "stated beforehand"))
    assert "margin of 0.1 (stated beforehand), by" in " ".join(methods(recorded))
    assert "A tiny codebook" in text


def test_the_reading_tells_the_figures(report: AgreementReport) -> None:
    text = " ".join(reading(report))
    assert with_interval(report.headline.pooled_kappa) in text
    assert "A and B <script> both looked at 48 segments of 12 transcripts for 3 codes." in text
    assert f"pooled kappa would be {number(report.headline.pooled_kappa.at_chance)}." in text
    assert "minilm agrees with the humans" in " ".join(reading_of_model(report))


@pytest.mark.parametrize(
    ("value", "printed"), [(0.456, "0.46"), (-0.034, "−0.03"), (1, "1.00"), (-0.0001, "0.00"), (None, "–")]
)
def test_numbers(value: float | None, printed: str) -> None:
    assert number(value) == printed


def test_small_words() -> None:
    assert [listed(list("ABC")[:n]) for n in (1, 2, 3)] == ["A", "A and B", "A, B and C"]
    assert [band(value) for value in (-0.1, 0.0, 0.2, 0.21, 0.5, 0.8, 0.81, 1.0)] == [
        "poor", "slight", "slight", "fair", "moderate", "substantial", "almost perfect", "almost perfect",
    ]  # fmt: skip
    assert with_interval(Result("x", None, reason="no data")) == "undefined (no data)"
    assert (
        with_interval(Result("x", 0.5, interval=Interval(None, None, reason="too few")))
        == "0.50 (95% interval cannot be said: too few)"
    )


def test_importing_agreement_is_light() -> None:
    heavy = ("torch", "spacy", "pandas", "scipy", "sklearn", "matplotlib", "openpyxl")
    code = f"import sys, secondcoder.agreement; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_interval_that_cannot_be_said_has_no_numbers_anywhere(
    report: AgreementReport, capsys: pytest.CaptureFixture[str]
) -> None:
    # As where an interval would span nearly all of the range.
    nothing = Interval(None, None, reason="it would reach from -0.98 to 1.00")
    pooled = replace(report.headline.pooled_kappa, interval=nothing)
    pairs = tuple(
        replace(one, pooled=one.pooled | {"cohen_kappa": replace(one.pooled["cohen_kappa"], interval=nothing)})
        if "cohen_kappa" in one.pooled
        else one
        for one in report.agreements
    )
    bare = replace(report, headline=replace(report.headline, pooled_kappa=pooled), agreements=pairs)
    said = f"{number(pooled.value)} (95% interval cannot be said: it would reach from -0.98 to 1.00)"
    assert said in " ".join(reading(bare))
    page = unescape(whole_page(bare))
    assert said in page
    assert ">cannot be said<" in page
    print_report(bare)
    shown = capsys.readouterr()
    assert f"{pooled.value:.2f} (interval cannot be said)" in shown.out
    assert "An interval cannot be said: it would reach from -0.98 to 1.00." in shown.err
    assert "None" not in shown.out
    assert bare.to_json()["intervals"]["pooled_kappa"]["low"] is None


def test_the_terminal_has_the_units_of_each_row_and_the_verdict(
    report: AgreementReport, capsys: pytest.CaptureFixture[str]
) -> None:
    print_report(report)
    shown = capsys.readouterr().out
    head, *rows = [line.split() for line in shown.splitlines() if "segments" in line or "  48  " in line]
    assert head[1:3] == ["segments", "transcripts"]
    assert len(rows) >= 3
    assert all("48" in row and "12" in row for row in rows[:3])
    assert report.comparisons["all"].verdict.sentence in shown
