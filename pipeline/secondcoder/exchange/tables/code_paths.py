"""Codes as other programs write them: a path through the code system, `Work > Teams > Trust`, or several in one cell."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from secondcoder.codebook.model import Codebook
from secondcoder.domain.names import folded

_STEP = re.compile(r"\s*(?:>>?|\\|::)\s*")
_BETWEEN = re.compile(r"[\n\r;|]+")


def paths_in(cell: str, book: Codebook | None = None) -> list[str]:
    """The codes of a cell, one a line or divided by `;`; a code of the codebook stays whole."""
    if book is not None and book.find(cell.strip()):
        return [cell.strip()]
    return list(dict.fromkeys(path.strip() for path in _BETWEEN.split(cell) if path.strip()))


def code_at(path: str, book: Codebook) -> str | None:
    """The id of the code at the end of a path; None where there is none, or where the codebook has it below something else."""
    steps = _STEP.split(path.strip())
    whole = next((code for name in (path, ": ".join(steps[-2:])) if (code := book.find(name.strip()))), None)
    if whole is not None or len(steps) == 1:
        return whole
    code = book.find(steps[-1])
    if code is None or not (above := book.ancestors(code)):
        return code
    names = {folded(word) for each in above for word in (each, book[each].name)}
    return code if names & {folded(step) for step in steps[:-1]} else None


def named_code(path: str, name: str, book: Codebook) -> str:
    """What to call the code at the end of a path: its id, else `name`, unless the codebook has another code of that name."""
    if (code := code_at(path, book)) or book.find(name) is None:
        return code or name
    return " below ".join(reversed(_STEP.split(path.strip())[-2:]))


def new_names(paths: Iterable[str]) -> dict[str, str]:
    """What codes at the ends of paths are called: their own name, with the one above before it where two would be called alike."""
    ends: dict[str, set[str]] = defaultdict(set)
    steps = {path: _STEP.split(path.strip()) for path in paths}
    for path, names in steps.items():
        ends[folded(names[-1])].add(folded(path))
    return {
        path: names[-1] if len(ends[folded(names[-1])]) == 1 else ": ".join(names[-2:]) for path, names in steps.items()
    }
