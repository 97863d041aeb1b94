"""The codebook of a REFI-QDA file: of a project (.qdpx), or alone (.qdc)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element

from secondcoder.codebook.model import Codebook
from secondcoder.domain.wording import counted, first_of
from secondcoder.errors import CodebookError, InputError
from secondcoder.exchange.refi_qda.codes import CodeTree, code_tree, codebook_of
from secondcoder.exchange.refi_qda.container import open_archive
from secondcoder.exchange.refi_qda.project import read_project
from secondcoder.exchange.refi_qda.read import tree_of
from secondcoder.exchange.refi_qda.xml_reading import parse_xml, said, within

MOST_BYTES = 20 * 2**20
SHOWN = 5


@dataclass(frozen=True)
class CarriedCodebook:
    """A codebook and how it was read."""

    book: Codebook
    notes: tuple[str, ...] = ()


def read_qdc(path: Path) -> CarriedCodebook:
    """The codebook of a .qdc, whatever its namespace; it need not be valid by the standard's schema, as many are not.

    Raises:
        CodebookError: it is damaged, no codebook, without codes, or two codes have one GUID.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise CodebookError(f"{path.name}: over {MOST_BYTES:,} bytes, too much for a codebook. Nothing was read.")
        root = parse_xml(path.read_bytes(), path.name)
    except OSError as error:
        raise CodebookError(f"{path.name}: cannot be read ({error.strerror}).") from None
    except InputError as error:
        raise CodebookError(_read(str(error))) from None
    codebook = root if root.tag == "CodeBook" else root.find("CodeBook")
    if codebook is None:
        raise CodebookError(
            f"{path.name}: XML without an element CodeBook, so no codebook of REFI-QDA. Nothing was read."
        )
    origin = codebook.get("origin") or root.get("origin") or ""
    tree = code_tree(codebook.find("Codes"), origin, path.name)
    return _carried(tree, path, [*tree.notes, *_set_notes(codebook)], said(codebook, "Description"))


def read_qdpx_codebook(path: Path) -> CarriedCodebook:
    """The codebook of a project; CodebookError where it cannot be read, or has no codes."""
    try:
        with open_archive(path) as archive:
            project = read_project(archive)
    except CodebookError:
        raise
    except InputError as error:
        raise CodebookError(_read(str(error))) from None
    tree = tree_of(project, path.name)
    return _carried(tree, path, tree.notes)


def _carried(tree: CodeTree, path: Path, notes: list[str], description: str = "") -> CarriedCodebook:
    if not tree.nodes:
        raise CodebookError(f"{path.name}: it has no codes. Nothing was read.")
    return CarriedCodebook(codebook_of(tree, path.stem, description), tuple(notes))


def _set_notes(codebook: Element) -> list[str]:
    names = [f"'{each.get('name', '')}'" for each in within(codebook, "Sets", "Set")]
    what = counted(len(names), "group of codes", "groups of codes")
    return [f"{what} not kept, as a codebook has families and no groups: {first_of(names, SHOWN)}."] if names else []


def _read(message: str) -> str:
    return message.removesuffix("Nothing was imported.") + "Nothing was read."
