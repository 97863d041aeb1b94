"""Codes that coded data name and the codebook lacks, for `import --add-codes`."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from secondcoder.codebook.model import Codebook, why_no_code
from secondcoder.domain.names import folded, name
from secondcoder.errors import InputError, SecondcoderError
from secondcoder.exchange.carried_codes import with_carried_codes
from secondcoder.exchange.registry import CodedFormat

MOST_ADDED = 3000
"""The largest codebooks have some hundreds of codes; a codebook is checked as a whole, which takes a minute for 20,000."""


def with_added_codes(book: Codebook, coded: Mapping[Path, CodedFormat]) -> Codebook:
    """The codebook with the codes of these files.

    What looks like several codes, or can be none, is left out: it is refused, with its file and row, when its row is read.
    """
    missing: dict[str, str] = {}  # the first spelling stands: codes are found in any case
    for path, coded_format in coded.items():
        with suppress(SecondcoderError):  # a bad file is reported when its turn comes, together with the others
            if coded_format.codebook:
                book = with_carried_codes(book, coded_format.codebook(path))
                continue
            for code in coded_format.codes(path) if coded_format.codes else ():
                if book.find(code) is None:
                    missing.setdefault(folded(code), code)
    if len(missing) > MOST_ADDED:
        raise InputError(
            f"The files name {len(missing):,} codes that the codebook lacks, and at most {MOST_ADDED:,} are added at once. Is another "
            "column meant? Nothing was imported."
        )
    codes = missing.values()
    single = (name(code) for code in codes if not book.looks_divided(code, codes))
    return book.with_codes(code for code in single if not why_no_code(code))


def added_notes(book: Codebook, added: list[str]) -> list[str]:
    """A note for each code that was added as one and may be meant as several."""
    several = {code: parts for code in added if (parts := book.several(code))}
    return [
        f"'{code}' was added as one code. Several would be divided with |: {'|'.join(parts)}."
        for code, parts in several.items()
    ]
