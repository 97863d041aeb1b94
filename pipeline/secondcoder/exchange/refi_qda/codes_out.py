"""A codebook as nested codes of REFI-QDA: in a project, and as a codebook file (.qdc)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from secondcoder.codebook.model import Code, Codebook
from secondcoder.domain.names import folded
from secondcoder.errors import InputError
from secondcoder.exchange.refi_qda.code_words import description, words_of
from secondcoder.exchange.refi_qda.guids import Guids
from secondcoder.exchange.refi_qda.xml_out import element, text_element
from secondcoder.reports.whole_file import write_whole

HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
NONE: Mapping[str, str] = {}
NAMESPACE = "urn:QDA-XML:codebook:1.0"


def write_qdc(book: Codebook, path: Path) -> None:
    """Write a codebook file, whole or not at all; InputError without codes, for which the standard has no file."""
    if not book.codes:
        raise InputError(f"{path.name}: the codebook has no codes yet. Nothing was written.")
    guids = take_guids(book.codes, Guids())
    codes = element("Codes", {}, code_elements(book.codes, guids))
    root = element("CodeBook", {"xmlns": NAMESPACE, "origin": "secondcoder"}, codes)
    write_whole(path, (HEAD + root).encode())


def take_guids(codes: Sequence[Code], guids: Guids, known: Mapping[str, str] = NONE) -> dict[str, str]:
    """Code -> its identifier: the one `known` of it, else that it came with, else one that follows from its id."""
    return {code.id: guids.take(known.get(code.id) or code.guid, "code", code.id) for code in codes}


def code_elements(
    codes: Sequence[Code],
    guids: dict[str, str],
    full_names: bool = False,
    notes_of: Callable[[str], str] = lambda guid: "",
    folders: Collection[str] = (),
) -> str:
    """The codes, each within the one above it, in the codebook's order.

    Args:
        full_names: each code keeps its name as it is; else one that holds the parent's only to be told apart goes without it.
        notes_of: the references to notes on what has a GUID.
        folders: GUIDs of codes that only hold others.
    """
    names = {code.id: code.name for code in codes} if full_names else _short_names(codes)
    inside: dict[str | None, list[str]] = {code: [] for code in (None, *guids)}
    # Those below come after those above, so that backwards each is complete when it is put into its parent.
    for code in reversed(codes):
        guid = guids[code.id]
        codable = "false" if guid in folders else "true"
        about = {"guid": guid, "name": names[code.id], "isCodable": codable, "color": code.colour or None}
        words = text_element("Description", description(words_of(code)))
        inside[code.parent].append(element("Code", about, words, notes_of(guid), *reversed(inside[code.id])))
    return "".join(reversed(inside[None]))


def _short_names(codes: Sequence[Code]) -> dict[str, str]:
    """'Other' for 'Trust: Other' below 'Trust', where another code is called so too: the names that an import told apart."""
    names = {code.id: code.name for code in codes}
    above = {code.id: f"{names[code.parent]}: " if code.parent else "" for code in codes}
    short = {code.id: code.name.removeprefix(above[code.id]) for code in codes}
    used = Counter(word for code in codes for word in {folded(code.name), folded(short[code.id])})
    return {code.id: short[code.id] if used[folded(short[code.id])] > 1 else code.name for code in codes}
