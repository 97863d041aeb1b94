"""The codes' earlier definitions, under their present names: those that a coder worked with."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from secondcoder.codebook.history import CodeHistory, Codes, visible
from secondcoder.codebook.model import Code, Codebook


def definitions_as_of(then: Codebook, after: int, history: CodeHistory, book: Codebook) -> Codebook:
    """The present codebook with the definitions of an earlier one, that of after the change `after`.

    A code that kept its name has the words it had then. For one that was renamed, merged or split, the researchers confirmed what
    became of it, so that it has its present words.
    """
    if not history.since(after):
        return then

    def now(codes: Iterable[str]) -> Codes:
        return frozenset().union(*(history.code_now(code, after).codes for code in codes))

    kept = {code.id: code for code in then.codes if history.same_code(code.id, after) == code.id}
    codes = [with_present_references(kept[code.id], now) if code.id in kept else code for code in book.codes]
    return book.model_copy(update={"codes": tuple(codes)})


def with_present_references(code: Code, now: Callable[[Iterable[str]], Codes]) -> Code:
    """The same words; the codes that they point to have their present names, and none where nothing certain took their place.

    Args:
        now: what codes may be after the changes.
    """

    def certain(old: str) -> str | None:
        codes = now([old])
        return next(iter(codes)) if len(codes) == 1 and visible(codes) else None

    excludes = [
        # fromkeys: after a merge, two of them may be one code.
        exclude.model_copy(update={"see": tuple(dict.fromkeys(filter(None, map(certain, exclude.see))))})
        for exclude in code.excludes
    ]
    return code.model_copy(
        update={"excludes": tuple(excludes), "parent": certain(code.parent) if code.parent else None}
    )
