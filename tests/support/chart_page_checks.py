"""What the tests of the charts' pages share: a study with cases, waves and roles, and what a page says in a cell."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import Any

from secondcoder.domain.records import Case, Coding, CodingPass, Transcript, Valence
from secondcoder.study.study import Study

from support.client import Client
from support.review_checks import LINES, fill, suggestion, talk

MARKUP = 'He said <b>"no | *never*"</b> & left.'
SPOKEN = (*LINES[:5], MARKUP)
PROMOTES, INHIBITS, MIXED = Valence.PROMOTES, Valence.INHIBITS, Valence.MIXED


def interview(name: str, case: str | None, role: str, wave: str) -> Transcript:
    """An interview of six answers; the participant is its own."""
    return replace(talk(name, SPOKEN, case), role=role, wave=wave, participant=f"P-{name}")


CASES = ("Ash", "Birch", "Cedar", "Elm")
TALKS = (
    interview("ash_gp", "Ash", "GP", "early"),
    interview("ash_nurse", "Ash", "nurse", "late"),
    interview("birch_gp", "Birch", "GP", "late"),
    interview("cedar_gp", "Cedar", "GP", "late"),
)
"""ada has read those of Ash whole and half of Birch's; nobody has read Cedar's, which a model has seen; Elm has none."""


def coded(talked: Transcript, at: int, code: str, coder: str = "ada", valence: Valence | None = None) -> Coding:
    """The answer number `at`, coded."""
    return Coding(talked.id, *talked.turns[2 * at + 1].span, code, coder, valence=valence)


def charted_study(study: Study) -> Study:
    """The study of these tests."""
    gp, nurse, birch, cedar = TALKS
    with study.store.transaction("test") as write:
        write.put_cases(
            Case(name, {"integration": full}) for name, full in zip(CASES, ("full", *["partial"] * 3), strict=True)
        )
    fill(study, list(TALKS), [suggestion(cedar, 0, "CO.DIF", 0.8), suggestion(cedar, 1, "F1", 0.6)])
    marks = [
        coded(gp, 0, "CO", valence=PROMOTES),
        coded(gp, 1, "CO.DIF", valence=PROMOTES),
        coded(nurse, 5, "CO", valence=INHIBITS),
        coded(nurse, 3, "RM"),
        coded(birch, 0, "CO", valence=MIXED),
    ]
    with study.store.transaction("test") as write:
        write.add_codings(marks, study.codebook)
        ids = study.codebook.ids
        write.add_passes([CodingPass(each.id, "ada", 0, len(each.text), ids) for each in (gp, nurse)])
        write.add_passes([CodingPass(birch.id, "ada", 0, birch.turns[3].end, ids)])
    return study


def matrix_cells(page: str) -> dict[tuple[str, str], str]:
    """(row, code) -> what the cell says, in one line."""
    found = {}
    for row, body in re.findall(r'<tr[^>]*data-row="([^"]*)">(.*?)</tr>', page, re.S):
        for code, content in re.findall(
            r'<td [^>]*class="cell[^>]*data-code="([^"]*)"><a class="opens"[^>]*>(.*?)</a>', body, re.S
        ):
            found[unescape(row), unescape(code)] = said(content)
    return found


def said(html: str) -> str:
    """The words of a piece of a page, but for what is there for a screen reader or hidden from it."""
    html = re.sub(r'<span class="hidden">.*?</span>', "", html, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def columns(page: str) -> list[str]:
    """The codes of the matrix's columns."""
    head = page.split("<thead")[1].split("</thead>", maxsplit=1)[0]
    return re.findall(r'href="/codes/([^"]*)"', head)


def field(page: str, name: str) -> str:
    """The value of a hidden field of the note's form."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page.split('id="noteform"')[1])
    assert found, name
    return unescape(found[1])


def write_note(client: Client, row: str, code: str, summary: str, light: str = "", **more: Any) -> Any:
    """Open a cell's page, and save what is typed there."""
    seen = more.pop("seen", None)
    address = f"/chart/cell?at={row}&code={code}" + "".join(f"&{name}={value}" for name, value in more.items())
    seen = field(client.get(address), "seen") if seen is None else seen
    return client.post("/chart/cell", at=row, code=code, summary=summary, light=light, seen=seen, **more)
