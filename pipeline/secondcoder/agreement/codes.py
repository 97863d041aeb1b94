"""Which codes are compared: those asked for that someone used, worded alike in every codebook that the coders worked with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from secondcoder.agreement.contingency import Bools
from secondcoder.agreement.errors import RatingsError, UnusedCodeError, VersionsError
from secondcoder.agreement.material import NOTHING, ComparedData, briefly, no_overlap, notes_on
from secondcoder.agreement.own_spans import own_spans_sentence
from secondcoder.agreement.reliability_data import ReliabilityData
from secondcoder.codebook.model import Code, Codebook
from secondcoder.domain.wording import listed, unplaced_sentence


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


def kept_codes(
    data: ReliabilityData, rolled: ReliabilityData, material: ComparedData, *, by_name: bool
) -> tuple[list[str], list[str]]:
    """The codes that can be compared, and notes on what does not count.

    Args:
        rolled: the data with roll-up; `by_name`: these codes were asked for.
    """
    if not data.looked_at().any():
        raise no_overlap(
            material, data.kind.one, own_spans_sentence(material, "so nothing says what they read beside them")
        )
    both_looked = data.known.sum(1) > 1
    # A construct that is asked for by name may have been used by its sub-constructs alone.
    used, alone = codes_in_use(rolled if by_name else data, material, by_name=by_name)
    unplaced = unplaced_sentence(data.unplaced, data.kind.one)
    kept = used_codes(data.codes if by_name else None, data.codes, used.tolist(), material.coders, unplaced)
    own_spans = own_spans_sentence(
        material,
        f"so every {data.kind.one} beside these is left out, where others may differ, and agreement seems higher than it is",
    )
    notes = notes_on(material, data, data.codes, both_looked.any(0).tolist())
    if alone:
        notes.append(
            f"Nobody but {listed(material.others)} gave {listed(alone)}, so no figure has {'it' if len(alone) == 1 else 'them'}: "
            "what people agree on among themselves does not depend on what was imported. With --codes they are compared."
        )
    return kept, [*([own_spans] if own_spans else []), *notes]


def codes_in_use(data: ReliabilityData, material: ComparedData, *, by_name: bool) -> tuple[Bools, list[str]]:
    """(k,) the codes that someone used where two looked, and those that only imported models did. Unless asked for by name, these are
    left out: what people's figures rest on does not depend on what was imported beside them."""
    both_looked = data.known.sum(1) > 1
    used: Bools = np.asarray((data.marks.any(1) & both_looked).any(0))
    rest = [coder for coder in material.coders if coder not in material.others]
    if by_name or not rest:
        return used, []
    without: Bools = np.asarray((data.of(rest).marks.any(1) & both_looked).any(0))
    return without, [code for code, yes in zip(data.codes, used & ~without, strict=True) if yes]
