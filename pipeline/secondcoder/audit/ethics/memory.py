"""What a study's model versions remember of the interviews that they learned from, as their cards say it."""

from __future__ import annotations

from collections.abc import Iterator

from secondcoder.model_store.memory_in_words import memory_section
from secondcoder.reports.page import Block
from secondcoder.workspace import Workspace

CARDS = "Each version's card says the same of that version: `secondcoder models show VERSION`."


def memory_blocks(workspace: Workspace) -> Iterator[Block]:
    """Of the version in use, in the words of its card; which versions were purged."""
    if purged := sorted(workspace.corpus.purged):
        yield f"Purged, with record and card kept: {', '.join(purged)}."
    if not workspace.manifest:
        yield "No model is in use."
        return
    yield f"Model {workspace.version}, in use:"
    yield from memory_section(workspace.manifest).blocks
    yield CARDS
