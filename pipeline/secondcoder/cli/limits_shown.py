"""What limits each code, as `evaluate` shows it: on the terminal, as blocks of a page, and as columns of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from secondcoder.cli.common import print_table, say
from secondcoder.domain.wording import counted, listed, shorten

if TYPE_CHECKING:
    from secondcoder.reports.page import Block

HEAD = ("code", "what would help most", "why")
DEFAULTS = ("cannot be said", "more examples", "nothing")
"""Limits whose passages are left to the page and to JSON: they show what the model missed or found, not what to do."""
LONGEST = 160


def print_limits(report: dict[str, Any]) -> None:
    """A row a code; then the passages that show what is to be done, and who should meet over which code."""
    print_table(HEAD, _rows(report))
    for code in report["limits"]["codes"]:
        if code["limit"] not in DEFAULTS:
            for passage in code["passages"]:
                say(
                    f"{code['code']}: {_place(passage)} ({passage['shows']}): “{shorten(' '.join(passage['text'].split()), LONGEST)}”"
                )
    for note in _notes(report):
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
    if parted := [f"{code['code']} ({len(code['passages'])})" for code in report["clinic"]]:
        passages = counted(sum(len(code["passages"]) for code in report["clinic"]), "passage")
        notes.append(
            f"People part on {listed(parted)}: {passages} separate their readings. To talk about them: secondcoder evaluate --clinic "
            "clinic.docx"
        )
    return notes
