"""What limits each code, as `evaluate` shows it: on the terminal, as blocks of a page, and as columns of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from secondcoder.cli.common import say
from secondcoder.domain.wording import listed, shorten

if TYPE_CHECKING:
    from secondcoder.reports.page import Block

HEAD = ("code", "what would help most", "why")
DEFAULTS = ("nothing", "more examples", "cannot be said")
"""Limits whose reasons and passages are left to the page and to JSON: they show what the model missed or found, not what to do."""
LONGEST = 160
MOST_NAMED = 5


def print_limits(report: dict[str, Any]) -> None:
    """A sentence, and the passages that show it, for each code of which something is to be done; the others by name."""
    click.echo("What would help each code most:")
    codes = report["limits"]["codes"]
    for code in (code for code in codes if code["limit"] not in DEFAULTS):
        click.echo(f"  {code['sentence']}")
        for passage in code["passages"]:
            click.echo(
                f"    {_place(passage)} ({passage['shows']}): “{shorten(' '.join(passage['text'].split()), LONGEST)}”"
            )
    for limit in DEFAULTS:
        if alike := [code["code"] for code in codes if code["limit"] == limit]:
            say(f"  {limit}: {', '.join(alike)}")
    for note in ("Why, code by code and with passages, is in the page of `evaluate --out FILE.html`.", *_notes(report)):
        say(note)


def limit_blocks(report: dict[str, Any]) -> list[Block]:
    """The table, and two passages a code."""
    from secondcoder.reports.page import Passage, Table

    table = Table("What would help most", HEAD, _rows(report), words=frozenset(range(len(HEAD))))
    passages = [
        Passage(
            code["code"],
            code["limit"],
            _place(shown),
            shown["question"],
            [(shown["text"], False)],
            f"{shown['shows']}.",
        )
        for code in report["limits"]["codes"]
        for shown in code["passages"]
    ]
    return [*_notes(report), table, *passages]


def limit_columns(report: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Code -> its columns in a table."""
    return {
        code["code"]: {"limit": code["limit"], "limit_with": code.get("with", ""), "limit_reason": code["reason"]}
        for code in report["limits"]["codes"]
    }


def _rows(report: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (code["code"], f"{code['limit']} with {code['with']}" if "with" in code else code["limit"], code["reason"])
        for code in report["limits"]["codes"]
    ]


def _place(passage: dict[str, Any]) -> str:
    return f"{passage['transcript']}, {passage['start']}–{passage['end']}"


def _notes(report: dict[str, Any]) -> list[str]:
    curve, notes = report["limits"]["learning_curve"], []
    if curve:
        notes.append(
            f"Over all codes, twice the transcripts raised a simple ranker's average precision from {curve['half']:.2f} to "
            f"{curve['all']:.2f}. What more examples would bring a single code cannot be foretold from its own figures."
        )
    if clinic := report["clinic"]:
        first = [code["code"] for code in clinic[:MOST_NAMED]]
        more = [f"{len(clinic) - MOST_NAMED} more"] if len(clinic) > MOST_NAMED else []
        notes.append(
            f"People part most on {listed([*first, *more])}. The fewest passages that separate their readings, to talk about: "
            "secondcoder evaluate --clinic clinic.docx"
        )
    return notes
