"""Every number of the report, counted again from the exported tables: each table of the page, each figure and the sentences."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from support.report_checks import Exported, Page, balance, ends, percent
from support.report_recounted import TABLES


def test_every_table_of_the_page_is_counted_again(page: Page) -> None:
    assert set(page.tables) == set(TABLES)


@pytest.mark.parametrize("caption", TABLES)
def test_a_table_says_what_the_exported_tables_give(page: Page, tables: Exported, caption: str) -> None:
    shown, counted = page.tables[caption][1:], TABLES[caption](tables)
    if caption.endswith("full and partial"):  # differences of one size stand in no order
        shown, counted = sorted(shown), sorted(counted)
    assert shown == counted


def test_the_head_counts_what_the_page_rests_on(page: Page, tables: Exported) -> None:
    words = sum(int(row["words"]) for row in tables.tables["transcripts"])
    people = {row["participant"] for row in tables.tables["transcripts"]}
    having = {row["transcript"] for row in tables.counting}
    n, talks, unread = (
        len(tables.counting),
        len(tables.case),
        len(tables.case) - len({talk for talk, _ in tables.whole}),
    )
    codes = len({row["code"] for row in tables.counting})
    head = " ".join(page.paragraphs)
    assert f"{n:,} passages of {codes} codes in {len(having)} of {talks} transcripts count." in head
    assert f"{talks} transcripts of {len(people)} participants in {len(tables.cases)} cases, {words:,} words" in head
    assert f"{n:,} passages of {codes} codes ({n:,} coded by hand without suggestions), given by IH and MB." in head
    assert f"{unread} of {talks} transcripts nobody read through" in head


def test_the_findings_name_the_practices_and_factors_of_the_corpus(page: Page, tables: Exported) -> None:
    head = " ".join(page.paragraphs)
    sure = min(float(row["same_group"]) for row in tables.tables["profile"] if row["case"] in FULL)
    assert f"the codes suggest that {' and '.join([', '.join(FULL[:2]), FULL[2]])} integrated more" in head
    assert f"each of them so in at least {percent(sure)} of resamplings" in head
    differences = []
    for code in (code for code in tables.names if code.startswith("F")):
        full, partial = (
            balance(sum((tables.sides(code, tables.talks(case=case)) for case in cases), Counter()))
            for cases in (FULL, set(tables.cases) - set(FULL))
        )
        differences.append((full - partial, f"{tables.names[code]} {full - partial:+.2f}"))
    told = [text for _, text in sorted(differences, reverse=True)]
    leaning = "Talk promotes more where integration is full than where it is partial (difference in balance)"
    assert f"{leaning}: {', '.join(told[:-1])} and {told[-1]}." in head


FULL = ("Hawthorn", "Birch", "Rowan")


def test_figures_say_on_pointing_what_their_tables_say(page: Page, tables: Exported) -> None:
    bars = {title for title in page.titles if re.fullmatch(r"\w+, \w+: \d+ of \d+ \w+", title)}
    assert bars == {
        f"{case}, {code}: {sides[side]} of {sum(sides.values())} {side}"
        for case in tables.cases
        for code in ("CO", "CP", "CA", "RM")
        for sides in [tables.sides(code, tables.talks(case=case))]
        for side in sides
    }
    shares = [tables.known(code, set(tables.case)) for code in tables.names]
    inside = {code: ends(tables.row("rates", code=code), "low", "high")[0] for code in tables.names}
    points = [title for title in page.titles if title.startswith("Share of transcripts with the code: ")]
    assert points == [
        f"Share of transcripts with the code: {code} {having / read:.2f} ({inside[code]})"
        for code, (having, read) in zip(tables.names, shares, strict=True)
    ]


def test_every_passage_stands_on_the_page_under_its_cell_and_every_number_leads_to_it(
    written: Path, page: Page, tables: Exported
) -> None:
    text = (written / "report.html").read_text(encoding="utf-8")
    told = re.findall(
        r'<div class="quotations" id="(code-[\d-]+)"><h4>(\w+) <span class="small">(\d+) passages? of ([\w.]+)</span>',
        text,
    )
    counts = {(case, code): int(number) for _, case, number, code in told}
    assert counts == Counter((tables.case[row["transcript"]], row["code"]) for row in tables.counting)
    assert text[text.index('id="passages"') :].count("<blockquote>") == len(tables.counting)
    assert set(page.links) <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    leading = {anchor for anchor, *_ in told}
    assert leading <= set(page.links)
