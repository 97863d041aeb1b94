"""Which codes are compared: those asked for that someone used, worded alike in every codebook that the coders worked with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from secondcoder.agreement.errors import RatingsError, UnusedCodeError, VersionsError
from secondcoder.agreement.material import NOTHING, briefly
from secondcoder.codebook.model import Code, Codebook


def choose_codes(codes: Sequence[str] | None, codebook: Codebook) -> tuple[str, ...]:
    """Codes by id, name or alias, in the codebook's order; all of them when none are named."""
    if codes is None:
        return codebook.ids
    ids = {written: codebook.find(written) for written in codes}
    for written, code in ids.items():
        if code is None:
            raise RatingsError(f"C{codebook.missing_code_message(written)[1:]} {NOTHING}")
    return tuple(code for code in codebook.ids if code in ids.values())


def used_codes(
    asked: Sequence[str] | None, codes: Sequence[str], used: Sequence[bool], coders: Sequence[str], unplaced: str = ""
) -> list[str]:
    """The codes that someone used where two coders looked; those asked for by name must all be among them.

    Args:
        unplaced: a sentence on codings that reach no unit, which may be why there is none.
    """
    why = f" {unplaced}" if unplaced else ""
    unused = [code for code, yes in zip(codes, used, strict=True) if not yes]
    if asked is not None and unused:
        raise UnusedCodeError(
            f"None of {briefly(coders)} used {briefly(unused)} where two of them looked, so there is nothing to agree on. "
            f"Leave {'it' if len(unused) == 1 else 'them'} out of --codes.{why} {NOTHING}"
        )
    if len(unused) == len(codes):
        raise UnusedCodeError(f"None of {briefly(coders)} used any code where two of them looked.{why} {NOTHING}")
    return [code for code, yes in zip(codes, used, strict=True) if yes]


def check_versions(coders: Sequence[str], codes: Sequence[str], codebooks: Mapping[str, Sequence[Codebook]]) -> None:
    """Refuse codes whose wording differs between the codebooks that the coders worked with.

    Args:
        codebooks: coder -> every version of the codebook with which they coded; a coder who is not in it is not checked.
    """
    versions = [(coder, book) for coder in coders for book in codebooks.get(coder, ())]
    differing = [code for code in codes if len({_wording(book, code) for _, book in versions}) > 1]
    if differing:
        used = "; ".join(
            dict.fromkeys(f"{coder} '{book.id}' {book.version} ({book.hash[:8]})" for coder, book in versions)
        )
        same = [code for code in codes if code not in differing]
        instead = (
            f" Compare the {len(same)} codes that are the same, with --codes"
            if same
            else " Code again with one codebook"
        )
        raise VersionsError(
            f"The coders worked with different versions of the codebook ({used}), which differ on {briefly(differing)}. "
            f"Agreement on these would compare different codes.{instead}. {NOTHING}"
        )


def _wording(book: Codebook, code: str) -> str | None:
    """What tells a coder when to use the code; None where the codebook lacks it."""
    if code not in book:
        return None
    entry: Code = book[code]
    return str(entry.model_dump_json(include={"name", "definition", "includes", "excludes"}))
