"""The codes of a project of another program, beside those of the study: which are the same, and how the others join them."""

from __future__ import annotations

from dataclasses import dataclass

from secondcoder.codebook.model import Code, Codebook
from secondcoder.errors import did_you_mean
from secondcoder.exchange.refi_qda.guids import code_guid


@dataclass(frozen=True)
class MatchedCodes:
    """`same`: id in the project -> id in the study; `missing`: codes of the project that the study lacks, in order."""

    same: dict[str, str]
    missing: tuple[Code, ...]

    def fault(self, code: Code, book: Codebook) -> str:
        """The sentence for a code that the study lacks and codings of the project use."""
        known = [word for each in book.codes for word in (each.id, each.name)]
        return f"code '{code.name}' is not in the codebook.{did_you_mean(code.name, known)}"


def matched_codes(carried: Codebook, book: Codebook) -> MatchedCodes:
    """Which codes of the study those of a project are: by GUID, else by id, else by name, else by another word for it."""
    by_guid = {code_guid(code): code.id for code in book.codes}  # also those that an export gave it

    def here(code: Code) -> str | None:
        by_word = (book.find(word) for word in (code.id, code.name, *code.aliases))
        return by_guid.get(code.guid) or next(filter(None, by_word), None)

    found = {code.id: here(code) for code in carried.codes}
    same = {code: here for code, here in found.items() if here is not None}
    return MatchedCodes(same, tuple(code for code in carried.codes if code.id not in same))


def with_carried_codes(book: Codebook, carried: Codebook) -> Codebook:
    """The codebook with the codes of a project that it lacks, each below its parent, with definition, colour and GUID.

    CodebookError where one cannot stand beside the study's codes.
    """
    matched = matched_codes(carried, book)
    ids = {**matched.same, **{code.id: code.id for code in matched.missing}}
    return book.with_each(
        code.model_copy(update={"parent": ids[code.parent] if code.parent else None}) for code in matched.missing
    )
