"""Parents, names and ids of a table's codes: from its columns, or made from the names, and said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches

from secondcoder.domain.names import folded, name
from secondcoder.domain.wording import first_of
from secondcoder.exchange.codebooks.columns import Columns
from secondcoder.exchange.codebooks.naming import give_ids, tell_apart
from secondcoder.exchange.codebooks.outline import STEPS, Entry, Outline

SHOWN = 5
SLIP = 0.85
"""How alike (difflib's ratio) an unknown parent and a code are for the one to be a slip of the pen, and no code of its own."""


def identify(codes: Outline, columns: Columns) -> list[str]:
    """Give each entry its parent, name and id, and put parents first; notes on what was made. Faults are added to `codes`."""
    by_path = {tuple(map(folded, entry.path)): entry for entry in codes.entries}
    for entry in codes.entries:
        entry.id = next((found for row in entry.rows if columns.id and (found := name(row[columns.id]))), "")
    for entry in [*codes.entries]:
        entry.above = _named_parent(entry, codes) if entry.parent else by_path.get(tuple(map(folded, entry.path[:-1])))
    rows = [*codes.entries]
    codes.entries = _parents_first(codes)
    tell_apart(codes.entries)
    notes = [
        f"{entry.place}: '{entry.name}' is named '{entry.shown}', as another code is called so too."
        for entry in rows
        if entry.shown != entry.name
    ]
    return [*notes, *_ids_made(give_ids(rows))]


def _named_parent(entry: Entry, codes: Outline) -> Entry | None:
    """The entry that the column `parent` names by id or name; one that has no row is made."""
    words = {word: each for each in reversed(codes.entries) for word in (folded(each.name), folded(each.id)) if word}
    steps = [folded(step) for step in STEPS.split(entry.parent)]
    parent = _at_path(steps, codes.entries) or words.get(steps[-1])
    parts = [part for part in re.split(r"\s*[;,|]\s*", entry.parent) if part]
    if parent is entry:
        fault = f"parent '{entry.parent}' is the code itself. Leave the cell empty at the highest level."
    elif parent is None and len(parts) > 1 and all(folded(part) in words for part in parts):
        fault = f"parent '{entry.parent}' is several codes; a code has one parent."
    elif parent is None and (near := get_close_matches(folded(entry.parent), words, n=1, cutoff=SLIP)):
        fault = f"parent '{entry.parent}' is no code. Did you mean '{words[near[0]].name}'?"
    else:
        if parent is None:
            parent = Entry((entry.parent,), shown=entry.parent)
            codes.entries.append(parent)
        return parent
    codes.faults.append(f"{entry.place}: {fault}")
    return None


def _at_path(steps: Sequence[str], entries: Sequence[Entry]) -> Entry | None:
    """The entry that a parent written as a path (`Barriers > Time`) names, where several have its last name."""
    alike = [entry for entry in entries if len(steps) > 1 and folded(entry.name) == steps[-1]]
    return next((each for each in alike if folded(STEPS.split(each.parent)[-1]) == steps[-2]), None)


def _ids_made(entries: Sequence[Entry]) -> list[str]:
    made = [f"{entry.id} for '{entry.shown}'" for entry in entries]
    return [f"ids were made from the names: {first_of(made, SHOWN)}."] if made else []


def _parents_first(codes: Outline) -> list[Entry]:
    """The entries in the table's order, but each after its parent."""
    placed: list[Entry] = []
    for entry in codes.entries:
        chain = [entry]
        while (above := chain[-1].above) is not None and above not in placed:
            if above in chain:
                codes.faults.append(f"{entry.place}: '{entry.name}' stands under itself, by way of '{chain[-1].name}'.")
                break
            chain.append(above)
        placed += [each for each in reversed(chain) if each not in placed]
    return placed
