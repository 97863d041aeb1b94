"""A codebook in which one code is divided into several."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from secondcoder.codebook.earlier_wording import with_present_references
from secondcoder.codebook.history import Codes
from secondcoder.codebook.model import Code, Codebook, checked_codebook
from secondcoder.errors import CodebookError


def split_codebook(book: Codebook, code: str, parts: Sequence[tuple[str, str, str]]) -> Codebook:
    """The codebook with the parts in the code's place, of its family and under its parent.

    Args:
        parts: id, name ('' for the id) and definition of each; one may keep the code's own id.

    Raises:
        CodebookError: the code has others below it, or the parts are not two new codes at least.
    """
    below = [other.id for other in book.codes if other.parent == code]
    if below:
        raise CodebookError(
            f"{code} has codes below it ({', '.join(below)}), which would be left without a place. Edit codebook.yml, then: "
            f"secondcoder codebook change --split {code}=NEW1,NEW2"
        )
    whole = book[code]
    new = [_part(whole, *part) for part in parts]
    if len({part.id for part in new}) < 2:
        raise CodebookError(f"To split {code}, name two codes or more, each by an id of its own.")

    def now(codes: Iterable[str]) -> Codes:
        return frozenset(part.id for each in codes for part in (new if each == code else [book[each]]))

    others = (with_present_references(other, now) for other in book.codes)
    kept = {other.id: other for other in others}
    codes = [each for other in book.codes for each in (new if other.id == code else [kept[other.id]])]
    return checked_codebook(book, codes)


def _part(whole: Code, code: str, name: str, definition: str) -> Code:
    return whole.model_copy(
        update={
            "id": code.strip(), "name": name.strip() or code.strip(), "definition": definition.strip(),
            # What was said of the whole need not hold for a part.
            "aliases": (), "includes": (), "excludes": (), "examples": (), "prototypes": (),
        }
    )  # fmt: skip
