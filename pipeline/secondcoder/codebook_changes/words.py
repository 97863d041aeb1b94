"""The words by which a coder knew the codes, under their present names."""

from __future__ import annotations

from secondcoder.codebook import Code, Codebook
from secondcoder.codebook_changes.steps import Fates


def words_then(then: Codebook, after: int, fates: Fates, book: Codebook) -> Codebook:
    """The present codebook with the words of an earlier one, that of after the change `after`.

    A code that kept its name has the words it had then. For one that was renamed, merged or split, the researchers confirmed what
    became of it, so that it has its present words.
    """
    if not fates.since(after):
        return then
    kept = {code.id: code for code in then.codes if fates.same(code.id, after) == code.id}
    codes = [_as_now(kept[code.id], after, fates) if code.id in kept else code for code in book.codes]
    return book.model_copy(update={"codes": tuple(codes)})


def _as_now(code: Code, after: int, fates: Fates) -> Code:
    """The same words; the codes that its excludes point to have their present names."""
    excludes = [
        one.model_copy(update={"see": tuple(fates.of(see, after).certain or see for see in one.see)})
        for one in code.excludes
    ]
    return code.model_copy(update={"excludes": tuple(excludes)})
