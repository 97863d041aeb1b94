"""Codebooks: ordered codes with definitions. As files they are YAML that people write and read (`yaml_file.py`).

The form is `secondcoder-codebook/1`; unknown keys are refused, so that a misspelt `exclude:` is not lost in silence.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from secondcoder.domain.names import folded
from secondcoder.domain.wording import shorten
from secondcoder.errors import CodebookError, did_you_mean

FORMAT: Literal["secondcoder-codebook/1"] = "secondcoder-codebook/1"
DIVIDERS = (r"[;；~\n\r\t]", r"[,，、;；~\n\r\t]")
"""What people write between codes instead of `|`."""
WEAK_DIVIDERS = (r"[/／｜¦·•&+>:\\]", r"\s+(?:and|-|–)\s+", r"\s+")
"""What names of codes hold too: they divide codes only where each part is one."""
SLASH = r"[/／]"
LONGEST_ID = 120
MENDS = {
    "missing": " Give it one.",
    "tuple_type": " Write a list: a line each that begins with '- '.",
    "string_type": " Write a text.",
    "string_too_long": " Shorten it.",
    "string_too_short": " Write something there, or take the line out.",
}
"""What to do about a fault, by pydantic's name for it."""


class _Form(BaseModel):
    # Frozen also makes a codebook hashable, as `_content_hash` needs.
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Exclude(_Form):
    """What does not count as the code, and the codes where it goes instead."""

    text: str = Field(min_length=1)
    see: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _plain_text(cls, value: Any) -> Any:
        return {"text": value} if isinstance(value, str) else value

    @property
    def line(self) -> str:
        """In a line, as tables have it: `Doing it gladly -> CP`."""
        return f"{self.text} -> {', '.join(self.see)}" if self.see else self.text


class Family(_Form):
    """A kind of code: construct, sub-construct, factor, context, outcome."""

    id: str = Field(min_length=1)
    name: str = Field(min_length=1)
    description: str = ""


COLOUR = r"^(#[0-9a-f]{6})?$"
GUID = r"^([0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12})?$"


class Code(_Form):
    """One code. `prototypes` are short first-person statements used when no human code exists yet.

    `colour` (`#rrggbb`) and `guid` are those that it has in other programs; they say nothing of what the code means.
    """

    id: str = Field(min_length=1, max_length=LONGEST_ID)
    name: str = Field(min_length=1)
    family: str = Field("code", min_length=1)
    parent: str | None = None
    aliases: tuple[str, ...] = ()
    definition: str = ""
    includes: tuple[str, ...] = ()
    excludes: tuple[Exclude, ...] = ()
    examples: tuple[str, ...] = ()
    prototypes: tuple[str, ...] = ()
    source: str = ""
    colour: str = Field(default="", pattern=COLOUR)
    guid: str = Field(default="", pattern=GUID)

    @field_validator("id")
    @classmethod
    def _writable_in_a_cell(cls, value: str) -> str:
        if why := why_no_code(value):
            raise ValueError(why)
        return value


class Codebook(_Form):
    """Ordered codes. Parents stand before their children; every `see` and `parent` names a code of this codebook."""

    format: Literal["secondcoder-codebook/1"] = FORMAT
    id: str = Field(min_length=1)
    title: str = Field(min_length=1)
    version: str = Field("1.0", min_length=1)
    language: str = Field("en", min_length=1)
    description: str = ""
    source: str = ""
    families: tuple[Family, ...] = ()
    codes: tuple[Code, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        faults = list(_faults(self))
        if faults:
            raise ValueError(" ".join(faults).removesuffix("."))
        return self

    @property
    def ids(self) -> tuple[str, ...]:
        """Code ids in the codebook's order: the order of every matrix column."""
        return tuple(code.id for code in self.codes)

    def __hash__(self) -> int:
        """Of a few fields: codes are looked up by the ten thousand, each time by the codebook's hash."""
        return hash((self.id, self.title, self.version, len(self.codes)))

    def __contains__(self, code_id: str) -> bool:
        return any(code.id == code_id for code in self.codes)

    def __getitem__(self, code_id: str) -> Code:
        for code in self.codes:
            if code.id == code_id:
                return code
        raise CodebookError(self.missing_code_message(code_id))

    def find(self, written: str) -> str | None:
        """The id of the code that a person wrote as id, name or alias, in any spelling of it; None if there is none."""
        spellings = _spellings(self)
        return spellings.get(written) or spellings.get(folded(written))

    def missing_code_message(self, written: str) -> str:
        """The sentence for a code that is not here, with the nearest one that is, or how several codes are written."""
        parts = self._divided(written)
        shown = shorten(" ".join(written.split()), 60)
        if parts:
            return f"'{shown}' is not one code. Divide codes with |: {'|'.join(parts)}"
        known = [word for code in self.codes for word in (code.id, code.name, *code.aliases)]
        several = self.several(written)
        hint = f" If it is several codes, divide them with |: {'|'.join(several)}." if several else ""
        why = why_no_code(written)
        fault = f"can be no code: {why}" if why else "is not in the codebook"
        return f"code '{shown if several or why else written}' {fault}.{hint or did_you_mean(written, known)}"

    def several(self, written: str) -> list[str]:
        """The parts of what may be several codes divided by a sign that names of codes hold too, [] where nothing divides it."""
        return next((parts for divider in (*DIVIDERS, SLASH) if len(parts := _parts(divider, written)) > 1), [])

    def looks_divided(self, written: str, others: Iterable[str]) -> bool:
        """Does this, which is no code yet, read like several codes divided by something else than `|`?

        So it does where a part is a code of the codebook or one of `others`, codes that come with it, and where a semicolon or a line
        break divides it.
        """
        known = {other.casefold() for other in others if other != written}
        return len(_parts(DIVIDERS[0], written)) > 1 or self._divided(written, known) is not None

    def _divided(self, written: str, others: Collection[str] = ()) -> list[str] | None:
        """The parts of what is several codes of the codebook or of `others` (folded); None for what is not."""

        def is_code(part: str) -> bool:
            return self.find(part) is not None or part.casefold() in others

        several = [parts for divider in DIVIDERS if len(parts := _parts(divider, written)) > 1]
        if any(map(is_code, itertools.chain(*several))):
            return max(several, key=lambda parts: sum(map(is_code, parts)))
        weak = (_parts(divider, written) for divider in WEAK_DIVIDERS)
        return next((parts for parts in weak if len(parts) > 1 and all(map(is_code, parts))), None)

    def ancestors(self, code_id: str) -> tuple[str, ...]:
        """Parent, grandparent and so on, nearest first."""
        chain: list[str] = []
        parent = self[code_id].parent
        while parent is not None:
            chain.append(parent)
            parent = self[parent].parent
        return tuple(chain)

    def with_codes(self, names: Iterable[str]) -> Codebook:
        """A copy with plain codes added at the end, without definitions yet; CodebookError for names that are none."""
        # Through data and back, since model_copy would check nothing.
        data = self.model_dump(mode="json")
        data["codes"] += [{"id": name, "name": name} for name in names]
        if self.families and not any(family.id == "code" for family in self.families):
            data["families"].append({"id": "code", "name": "Code", "description": "Added from a coded table."})
        return codebook_from(data, "These codes cannot be added to the codebook.")

    def with_code(self, code: Code) -> Codebook:
        """A copy with one more code, below the others of its parent, or at the end; CodebookError for one that cannot be.

        It is of its siblings' family, or else of its parent's.
        """
        return self.with_each((code,), f"The code '{code.id}' cannot be added to the codebook.")

    def with_each(
        self, added: Iterable[Code], refusal: str = "These codes cannot be added to the codebook."
    ) -> Codebook:
        """A copy with more codes, one after another as `with_code` adds them, checked together."""
        codes = list(self.codes)
        for code in added:
            kin = _kin(codes, code.parent) if code.parent else []
            children = [other.family for other in codes if other.parent == code.parent and code.parent]
            family = (children or [codes[at].family for at in kin] or ["code"])[0]
            codes.insert(kin[-1] + 1 if kin else len(codes), code.model_copy(update={"family": family}))
        data = self.model_dump(mode="json") | {"codes": [code.model_dump(mode="json") for code in codes]}
        named = {family.id for family in self.families}
        if named and "code" not in named and any(code.family == "code" for code in codes):
            data["families"].append({"id": "code", "name": "Code", "description": "Added while coding."})
        return codebook_from(data, refusal)

    @property
    def hash(self) -> str:
        """SHA-256 of what the codes mean, independent of layout and comments in the YAML, of colours and GUIDs."""
        return _content_hash(self)


def _kin(codes: Iterable[Code], parent: str) -> list[int]:
    """Places of a code and of all that stands below it; parents stand first."""
    below, places = {parent}, []
    for at, code in enumerate(codes):
        if code.id in below or code.parent in below:
            below.add(code.id)
            places.append(at)
    return places


@lru_cache(maxsize=64)
def _spellings(book: Codebook) -> dict[str, str]:
    """Every word for a code, as written and folded, with the code's id; the exact one first, then the first code's."""
    words = [(word, code.id) for code in book.codes for word in (code.id, code.name, *code.aliases)]
    found: dict[str, str] = {}
    for word, code in [*words, *((folded(word), code) for word, code in words)]:
        found.setdefault(word, code)
    return found


@lru_cache(maxsize=64)
def _content_hash(book: Codebook) -> str:
    """Cached, since every decision of a review needs it; not in the codebook, whose changed copies would keep the old hash."""
    data = book.model_dump(mode="json", exclude={"codes": {"__all__": {"colour", "guid"}}})
    canonical = json.dumps(data, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def why_no_code(written: str) -> str:
    """Why this can be no code's id; '' where it can."""
    if len(written) > LONGEST_ID:
        return f"it has {len(written)} characters, and a code's id at most {LONGEST_ID}"
    if "|" in written or not written.isprintable():
        return "a code's id may hold no '|' and no control character: the coded table divides codes by '|'"
    return ""


def _parts(divider: str, written: str) -> list[str]:
    return [part.strip() for part in re.split(divider, written) if part.strip()]


def _faults(book: Codebook) -> Iterator[str]:
    # A codebook that lists no families may use any.
    families = {family.id for family in book.families} or {code.family for code in book.codes}
    ids = set(book.ids)
    seen: dict[str, str] = {}
    earlier: set[str] = set()
    for code in book.codes:
        # A set: a code whose name repeats its id claims that word once.
        for word in {word.casefold() for word in (code.id, code.name, *code.aliases)}:
            if seen.setdefault(word, code.id) != code.id:
                yield f"'{word}' stands for both {seen[word]} and {code.id}{_how_to_tell_apart(book, code, word)}"
        if code.family not in families:
            yield f"code {code.id}: family '{code.family}' is not listed under families.{did_you_mean(code.family, families)}"
        # Parents first also keeps `ancestors` from going round in a circle.
        if code.parent is not None and code.parent not in earlier:
            where = "stands after it; parents come first" if code.parent in ids else "is not in the codebook"
            yield f"code {code.id}: parent '{code.parent}' {where}"
        for see in (target for exclude in code.excludes for target in exclude.see):
            if see not in ids:
                yield f"code {code.id}: excludes point to '{see}', which is not in the codebook.{did_you_mean(see, ids)}"
        if code.id in earlier:
            yield f"code {code.id} stands twice"
        earlier.add(code.id)


def _how_to_tell_apart(book: Codebook, code: Code, word: str) -> str:
    """Sub-codes of one name under two constructs are told apart by the construct's name."""
    parents = [other.name for other in book.codes if other.id == code.parent]
    if not parents or word != code.name.casefold():
        return ""
    return f". Codes are found by their names too, so give one of them another: '{parents[0]}: {code.name}'"


def checked_codebook(book: Codebook, codes: Iterable[Code]) -> Codebook:
    """The codebook with other codes; CodebookError where they cannot stand together."""
    data = book.model_dump(mode="json") | {"codes": [code.model_dump(mode="json") for code in codes]}
    return codebook_from(data, "These codes cannot stand in the codebook.")


def codebook_from(data: dict[str, Any], refusal: str) -> Codebook:
    """The codebook of plain data; CodebookError with `refusal` and every fault."""
    try:
        return Codebook.model_validate(data)
    except ValidationError as error:
        raise CodebookError("\n".join((refusal, *_plainly(error, data)))) from None


def _plainly(error: ValidationError, data: dict[str, Any]) -> Iterator[str]:
    """Pydantic's faults in plain words: the code's id instead of its index."""
    for fault in error.errors():
        steps = list(fault["loc"])
        if len(steps) >= 2 and steps[0] == "codes" and isinstance(steps[1], int):
            entry = data["codes"][steps[1]]
            steps[:2] = [f"code {entry.get('id', steps[1] + 1) if isinstance(entry, dict) else steps[1] + 1}"]
        where = ", ".join(str(step) for step in steps)
        # "Value error, " is what pydantic puts before a validator's own words.
        message = "it is no list" if fault["type"] == "tuple_type" else fault["msg"].removeprefix("Value error, ")
        known = Codebook.model_fields if len(steps) == 1 else {**Code.model_fields, **Exclude.model_fields}
        hint = did_you_mean(str(steps[-1]), known) if fault["type"] == "extra_forbidden" else ""
        hint = hint or MENDS.get(fault["type"], "")
        if fault["type"] == "string_type" and fault["input"] is None:
            hint = " To YAML, null and ~ are nothing: put quotation marks around a word that is meant."
        yield f"  {where}: {message}.{hint}" if where else f"  {message}."
