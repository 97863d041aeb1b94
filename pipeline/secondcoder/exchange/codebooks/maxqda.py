"""A workbook that MAXQDA takes ("Import codes and memos from Excel spreadsheet"): columns `Code`, paths divided by `>`, and `Memo`.

What MAXQDA itself writes needs no format of its own: a table of codes is read as any table, the report "Codebook" as a Word outline.
"""

from __future__ import annotations

from pathlib import Path

from secondcoder.codebook.model import Code, Codebook
from secondcoder.errors import InputError
from secondcoder.exchange.codebooks.registry import CodebookFormat

LONGEST_NAME = 63
"""Characters of a code's name in MAXQDA, which cuts off what is longer (its manual of 2022, "Codes und Code-Memos importieren")."""


def write(book: Codebook, path: Path, _text: str | None) -> None:
    """The codebook for MAXQDA; InputError where it would cut off names, so that codes could not be told apart any more."""
    import pandas as pd

    from secondcoder.reports.tables import write_table

    long = [code.name for code in book.codes if len(code.name) > LONGEST_NAME]
    if long:
        raise InputError(
            f"{path.name}: MAXQDA cuts names off after {LONGEST_NAME} characters, and '{long[0]}' is longer. Write a "
            "plain table or a REFI-QDA codebook instead, or shorten it. Nothing was written."
        )
    rows = [{"Code": " > ".join(_path(book, code)), "Memo": _memo(code)} for code in book.codes]
    write_table(pd.DataFrame(rows, columns=["Code", "Memo"]), path, "codes")


def _path(book: Codebook, code: Code) -> list[str]:
    """The names from the top down; `>` divides them, so that none may hold it."""
    return [book[each].name.replace(">", "›") for each in (*reversed(book.ancestors(code.id)), code.id)]


def _memo(code: Code) -> str:
    parts = {
        "Counts": code.includes,
        "Does not count": [rule.line for rule in code.excludes],
        "Examples": code.examples,
    }
    lists = ["\n".join((f"{title}:", *(f"- {line}" for line in lines))) for title, lines in parts.items() if lines]
    return "\n\n".join(filter(None, (code.definition, *lists)))


CODEBOOK_FORMAT = CodebookFormat("maxqda", (".xlsx",), lambda path: False, None, write, priority=60)
