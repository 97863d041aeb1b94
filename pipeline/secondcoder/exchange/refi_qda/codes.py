"""The codes of a project or of a codebook file, as a codebook of secondcoder: ids made from names, the hierarchy as it is.

Programs nest codes, or write the path into the name (ATLAS.ti 8 `parent::child`, Taguette `parent.child`). A codebook finds codes
by their names too, so of several codes with one name each below another is named after it: `Parent: name`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from secondcoder.codebook.model import Codebook, codebook_from
from secondcoder.domain.grouping import group_by
from secondcoder.domain.names import folded, name
from secondcoder.domain.wording import counted, first_of
from secondcoder.errors import CodebookError
from secondcoder.exchange.codebooks.colours import colour_of
from secondcoder.exchange.codebooks.naming import give_ids, slug, tell_apart
from secondcoder.exchange.refi_qda.guids import guid, real_guid
from secondcoder.exchange.refi_qda.xml_reading import said

WRAPPERS = ("nodes", "codes")
"""What NVivo calls the folder around all codes."""
PATHS = (("atlas", "::"), ("taguette", "."))
"""Which programs write a path into a name, and what divides it."""
SHOWN = 5


@dataclass(eq=False)
class CodeNode:
    """A code of a project: `shown` is its name in the codebook, `id` its id there."""

    guid: str
    name: str
    above: CodeNode | None = None
    definition: str = ""
    colour: str = ""
    codable: bool = True
    id: str = ""
    shown: str = ""


@dataclass
class CodeTree:
    """The codes of a project, parents first, in its order; notes on how they were read.

    `cases` are the GUIDs of nodes that are cases and no codes.
    """

    nodes: list[CodeNode] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    cases: set[str] = field(default_factory=set)

    @property
    def ids(self) -> dict[str, str]:
        """GUID -> id in the codebook."""
        return {node.guid: node.id for node in self.nodes}

    @property
    def folders(self) -> list[str]:
        """GUIDs of codes that only hold others."""
        return [node.guid for node in self.nodes if not node.codable and node.guid]


def code_tree(
    codes: Element | None, origin: str, place: str, cases: Collection[str] = (), memos: Mapping[str, str] | None = None
) -> CodeTree:
    """The codes below an element `Codes`.

    Args:
        origin: the program, as the file names it.
        cases: GUIDs of cases, which NVivo lists as codes too.
        memos: GUID -> the text of notes, which define codes that have no description.

    Raises:
        CodebookError: two codes have one GUID, or one stands below itself.
    """
    tree = CodeTree(cases=set(cases))
    for element in _top(codes, tree.cases):
        tree.nodes += _nodes(element, None, tree.cases)
    _refuse_doubles(tree.nodes, place)
    for node in tree.nodes:
        node.definition = node.definition or (memos or {}).get(node.guid, "")
    for program, divider in PATHS:
        if origin.casefold().startswith(program):
            _divide(tree, divider)
    tell_apart(tree.nodes)
    tree.notes += _named_notes(tree.nodes)
    give_ids(tree.nodes)
    return tree


def codebook_of(tree: CodeTree, stem: str, description: str = "") -> Codebook:
    """The codebook with these codes, its id and title from a file's stem."""
    data: dict[str, Any] = {
        "id": slug(stem) or "own",
        "title": name(stem) or "own",
        "description": description,
        "codes": [
            {
                "id": node.id,
                "name": node.shown,
                "parent": node.above.id if node.above else None,
                "definition": node.definition,
                "colour": node.colour,
                "guid": real_guid(node.guid),
            }
            for node in tree.nodes
        ],
    }
    return codebook_from(data, f"{stem}: the codes cannot stand in a codebook.")


def _top(codes: Element | None, cases: Collection[str]) -> list[Element]:
    """The highest codes, without the folder that NVivo puts around all of them, beside one of cases perhaps."""
    found = [] if codes is None else codes.findall("Code")
    found = [each for each in found if guid(each.get("guid")) not in cases and not _only_cases(each, cases)]
    if len(found) == 1 and not _codable(found[0]) and folded(found[0].get("name", "")) in WRAPPERS:
        return found[0].findall("Code") or found
    return found


def _codable(element: Element) -> bool:
    return element.get("isCodable", "true").strip().casefold() not in ("false", "0")


def _nodes(element: Element, above: CodeNode | None, cases: Collection[str]) -> Iterator[CodeNode]:
    own = guid(element.get("guid"))
    node = above
    if own not in cases and not _only_cases(element, cases):
        colour = colour_of(element.get("color", ""))
        called = name(element.get("name", "")) or "code without a name"
        node = CodeNode(own, called, above, said(element, "Description"), colour, _codable(element))
        yield node
    for child in element.findall("Code"):
        yield from _nodes(child, node, cases)


def _only_cases(element: Element, cases: Collection[str]) -> bool:
    """A folder with nothing but cases in it."""
    below = [guid(each.get("guid")) for each in element.iter("Code") if each is not element and _codable(each)]
    return not _codable(element) and bool(below) and all(each in cases for each in below)


def _refuse_doubles(nodes: list[CodeNode], place: str) -> None:
    for own, same in group_by((node for node in nodes if node.guid), lambda node: node.guid).items():
        if len(same) == 1:
            continue
        first, second = same[0], same[1]
        ancestors = list(_chain(second.above))
        fault = (
            f"code '{first.name}' stands below itself"
            if first in ancestors
            else f"codes '{first.name}' and '{second.name}' have one GUID ({own})"
        )
        raise CodebookError(f"{place}: {fault}, so nobody can tell which is meant. Export it again.")


def _chain(node: CodeNode | None) -> Iterator[CodeNode]:
    while node is not None:
        yield node
        node = node.above


def _divide(tree: CodeTree, divider: str) -> None:
    """Codes whose names are paths, below the codes that they name, where the codes are not nested."""
    if any(node.above for node in tree.nodes):
        return
    by_name = {folded(node.name): node for node in tree.nodes}
    moved = 0
    for node in tree.nodes:
        upper, _, last = node.name.rpartition(divider)
        above = by_name.get(folded(upper)) if upper.strip() and last.strip() else None
        if above is not None and above is not node:
            node.above, node.shown, moved = above, name(last), moved + 1
    for node in tree.nodes:
        node.name, node.shown = node.shown or node.name, ""
    tree.nodes = list(_in_order(group_by(tree.nodes, lambda node: node.above), None))
    if moved:
        tree.notes.append(f"{counted(moved, 'code')} put below the code that the name says ('parent{divider}child').")


def _in_order(below: Mapping[CodeNode | None, list[CodeNode]], above: CodeNode | None) -> Iterator[CodeNode]:
    for node in below.get(above, []):
        yield node
        yield from _in_order(below, node)


def _named_notes(nodes: Sequence[CodeNode]) -> list[str]:
    changed = [f"'{node.shown}'" for node in nodes if node.shown != node.name]
    why = "named with what they stand below, as another code has the same name"
    return [f"{why}: {first_of(changed, SHOWN)}."] if changed else []
