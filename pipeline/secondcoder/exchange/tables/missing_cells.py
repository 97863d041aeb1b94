"""Words that programs write into empty cells (`NA` of R, `nan` of pandas, `#N/A` of Excel), and how a word of that form comes back.

A cell that reads so is empty, and the import says so. One that means the word itself has an apostrophe before it, as in the tables
that secondcoder writes; so has a name with white space at its ends, which is cut from other cells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

_WORDS = """
    NA N/A n/a NULL null NaN nan NAN -NaN -nan None NaT <NA> #N/A #NA #NV #N/D #N/B 1.#IND -1.#IND 1.#QNAN -1.#QNAN NA_character_
"""
WORDS = frozenset({*_WORDS.split(), "#N/A N/A"})
"""R, pandas (`read_csv`, na_values) and Excel in several languages. `Nan` and `Null` are names of people."""
ERRORS = frozenset(["#NAME?", "#REF!", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"])
"""What Excel shows where a formula failed, also one that somebody meant as text: `-trust` becomes #NAME?."""

FAILED = "A text that begins with = or - became a formula, or a formula failed: write there what is meant, as text"


def error_in(cell: str) -> str:
    """Why nobody can know what was meant, where a formula failed; '' for other cells."""
    return f"holds the error '{cell.strip()}'. {FAILED}" if cell.strip() in ERRORS else ""


def guarded(text: str) -> str:
    """The text as a cell that comes back as it is."""
    return f"'{text}" if _needs_guard(text) else text


def unguarded(cell: str) -> str:
    """What `guarded` was given; other cells without outer white space."""
    return cell[1:] if cell.startswith("'") and _needs_guard(cell[1:]) else cell.strip()


def guarded_word(text: str) -> str:
    """The same for a text of its own, whose outer white space is kept in any case."""
    return f"'{text}" if _is_word(text) else text


def unguarded_word(cell: str) -> str:
    """What `guarded_word` was given."""
    return cell[1:] if cell.startswith("'") and _is_word(cell[1:]) else cell


def is_missing(cell: str) -> bool:
    """The cell reads like one of the words for nothing."""
    return cell.strip() in WORDS


def missing_notes(taken: Iterable[tuple[str, str]]) -> list[str]:
    """One sentence on all cells that were taken as empty: (column, word) each."""
    counts: Mapping[tuple[str, str], int] = Counter(taken)
    if not counts:
        return []
    cells = ", ".join(f"'{word}' in {column} ({count})" for (column, word), count in counts.items())
    return [f"taken as empty cells: {cells}. Where the word itself is meant, write an apostrophe before it: 'NA."]


def _needs_guard(text: str) -> bool:
    # Behind apostrophes too: of `' x` the first would else be taken for the guard of a blank.
    bare = text.lstrip("'")
    return _is_word(text) or text != text.strip() or bare != bare.strip()


def _is_word(text: str) -> bool:
    return is_missing(text.lstrip("'")) or text.lstrip("'").strip() in ERRORS
