"""What the audit trail holds of agreement: a margin counts as stated beforehand only where it stands before the first report."""

from __future__ import annotations

from typing import Any

import pytest
from secondcoder.agreement import RatingsError
from secondcoder.agreement.record import MADE, RECORDED, SHOWN, STATED, margin_record
from secondcoder.agreement.report.page import page as whole_page
from secondcoder.agreement.study_report import Question
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study

HUMANS = Question(model=False)


def left(study: Study) -> list[str]:
    """The events of agreement, in order."""
    return [event["what"] for event in study.store.events() if event["what"] in (STATED, SHOWN)]


def trail(*events: str | float, recorded: bool = True) -> list[dict[str, Any]]:
    """Events a day apart: a margin, or that agreement was shown."""
    made = {"what": MADE, "at": "2026-01-01T", "detail": {RECORDED: True} if recorded else {}}
    rest = [
        {
            "what": SHOWN if event == "shown" else STATED,
            "at": f"2026-01-{day:02}T",
            "detail": {} if event == "shown" else {"margin": event},
        }
        for day, event in enumerate(events, start=2)
    ]
    return [made, *rest]


@pytest.mark.parametrize(
    ("events", "beforehand", "words"),
    [
        ((0.1,), True, "stated beforehand: the audit trail has it on 2026-01-02"),
        ((0.1, "shown"), True, "stated beforehand"),
        ((0.1, "shown", 0.2, 0.1), True, "stated beforehand"),
        ((0.2, 0.1, "shown"), True, "stated beforehand"),
        (("shown", 0.1), False, "stated on 2026-01-03, after agreement had first been shown on 2026-01-02"),
        ((0.2, "shown", 0.1), False, "after agreement had first been shown on 2026-01-03"),
        ((0.1, 0.2, "shown"), False, "replaced by 0.2 before"),
    ],
)
def test_the_order_of_the_trail_decides(events: tuple[str | float, ...], beforehand: bool, words: str) -> None:
    record = margin_record(trail(*events), 0.1)
    assert record.beforehand is beforehand
    assert words in record.words
    assert ("beforehand" in record.words) is beforehand


def test_a_study_from_before_reports_were_recorded_cannot_tell() -> None:
    record = margin_record(trail(0.1, recorded=False), 0.1)
    assert not record.beforehand
    assert "it began before reports of agreement were recorded" in record.words


def test_a_margin_is_in_the_trail_before_the_first_figure(coded_study: Study) -> None:
    report = coded_study.agree(Question(margin=0.15))
    assert left(coded_study) == [STATED, SHOWN]
    assert report.comparisons["all"].verdict.as_json()["stated_beforehand"] is True
    assert "stated beforehand" in whole_page(report)
    # Another one after the figures is none, and the first one stays what it was.
    other = coded_study.agree(Question(margin=0.3))
    assert other.comparisons["all"].verdict.as_json()["stated_beforehand"] is False
    assert "stated beforehand" not in whole_page(other)
    again = coded_study.agree(Question(model=False, margin=0.15))
    assert again.margin_record is not None
    assert again.margin_record.beforehand
    assert not coded_study.check_audit().faults


def test_a_margin_after_the_first_figures_is_not_stated_beforehand(coded_study: Study) -> None:
    assert coded_study.agree(HUMANS).margin_record is None
    report = coded_study.agree(Question(margin=0.15, model=False))
    assert left(coded_study) == [SHOWN, STATED]
    assert report.margin_record is not None
    assert not report.margin_record.beforehand


def test_a_configured_margin_counts_from_the_first_report_on(coded_study: Study) -> None:
    settings = coded_study.folder / CONFIGURATION
    settings.write_text(settings.read_text(encoding="utf-8") + "\n[agreement]\nmargin = 0.2\n", encoding="utf-8")
    study = Study(coded_study.folder)
    report = study.agree(HUMANS)
    study.close()
    assert report.margin == 0.2
    assert report.margin_record is not None
    assert report.margin_record.beforehand
    (stated,) = (event for event in coded_study.store.events() if event["what"] == STATED)
    assert stated["detail"] == {"margin": 0.2, "source": "secondcoder.toml"}


def test_later_reports_and_the_methods_section_leave_no_trace(coded_study: Study) -> None:
    coded_study.agree(HUMANS)
    before = coded_study.store.events()
    coded_study.agree(HUMANS)
    coded_study.export_methods()
    assert coded_study.store.events() == before


def test_a_margin_that_cannot_be_one_is_not_recorded(coded_study: Study) -> None:
    with pytest.raises(RatingsError, match="between 0 and 1"):
        coded_study.agree(Question(margin=2, model=False))
    assert left(coded_study) == []
