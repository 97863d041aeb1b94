"""What the methods of `Study` take and give, found from their annotations, for autodoc to describe."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

from secondcoder import Study

ELSEWHERE = ("secondcoder.agreement", "secondcoder.domain.records", "secondcoder.study.study")
"""Modules that the page describes whole."""


def given_and_taken() -> str:
    """A directive for each class of secondcoder's that the public methods of Study name, in the order of their names."""
    described = {name for module in ELSEWHERE for name in getattr(import_module(module), "__all__", ())}
    found = {
        each.__name__: f"{each.__module__}.{each.__qualname__}"
        for each in _named_classes()
        if each.__module__ not in ELSEWHERE and each.__name__ not in described
    }
    lines = [
        f".. autoclass:: {path}\n   :members:\n"
        for _, path in sorted(found.items(), key=lambda pair: pair[0].casefold())
    ]
    return "```{eval-rst}\n" + "\n".join(lines) + "```\n"


def _named_classes() -> Iterator[type]:
    for owner in inspect.getmro(Study):
        if not owner.__module__.startswith("secondcoder."):
            continue
        imported = _imported(import_module(owner.__module__))
        for name, member in vars(owner).items():
            if not name.startswith("_"):
                yield from _annotated(member, imported)


def _annotated(member: object, imported: dict[str, str]) -> Iterator[type]:
    function = member.fget if isinstance(member, property) else getattr(member, "__func__", member)
    words = " ".join(map(str, getattr(inspect.unwrap(function), "__annotations__", {}).values())) if function else ""
    for name in re.findall(r"[A-Za-z_]\w*", words):
        if name in imported:
            found = getattr(import_module(imported[name]), name)
            if isinstance(found, type) and found.__module__.startswith("secondcoder."):
                yield found


def _imported(module: ModuleType) -> dict[str, str]:
    """Name -> module, of all that a module imports from secondcoder, for types alone too."""
    imports = [node for node in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(node, ast.ImportFrom)]
    return {
        alias.asname or alias.name: str(node.module)
        for node in imports
        if str(node.module).startswith("secondcoder")
        for alias in node.names
    }
