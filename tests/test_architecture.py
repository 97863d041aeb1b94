"""The rooms and their layers: what imports what, imports inside functions and under TYPE_CHECKING included."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path

import grimp
import pytest
from importlinter.api import read_configuration
from importlinter.application.use_cases import lint_imports
from support.places import ROOT

PACKAGE = ROOT / "pipeline" / "secondcoder"
PICTURE = ROOT / "docs" / "module-graph.svg"
EDGES = ROOT / "docs" / "module-graph.txt"
MOST_LINES = 400
LOOSE = {"__init__", "__main__", "configuration", "corpus", "errors", "workspace"}


@cache
def imports() -> dict[str, set[str]]:
    """Module -> the modules of secondcoder that it imports."""
    graph = grimp.build_graph("secondcoder", cache_dir=None)
    return {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}


def in_cycles(edges: dict[str, set[str]]) -> set[str]:
    """Modules on a cycle, or on a way between two: what is left when modules at an end of the graph are taken away until none is."""
    left = set(edges)
    while True:
        imported = set().union(*(edges[module] & left for module in left))
        ends = {module for module in left if not edges[module] & left or module not in imported}
        if not ends:
            return left
        left -= ends


def test_no_module_is_on_a_cycle_of_imports() -> None:
    assert sorted(in_cycles(imports())) == []


def test_a_cycle_would_be_seen() -> None:
    edges = {"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": set()}
    assert in_cycles(edges) == {"b", "c"}


def test_the_layers_hold() -> None:
    """The contracts in pyproject.toml; `lint-imports` says which imports break one."""
    assert read_configuration(str(ROOT / "pyproject.toml"))["contracts_options"]
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), cache_dir=None)


def test_no_module_imports_from_its_own_package() -> None:
    """A package's `__init__` is for others; its modules name each other."""
    own = [(module, one) for module, found in imports().items() for one in found if module.startswith(f"{one}.")]
    assert own == []


def test_few_modules_stand_outside_the_rooms() -> None:
    loose = {path.stem for path in PACKAGE.glob("*.py")}
    assert loose <= LOOSE
    assert len(loose) <= 6


def test_no_module_is_long() -> None:
    lengths = {
        path.relative_to(PACKAGE).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in PACKAGE.rglob("*.py")
    }
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def drawing() -> object:
    """The script that draws the module graph, as a module."""
    spec = importlib.util.spec_from_file_location("module_graph", ROOT / "docs" / "module_graph.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("path", "make"), [(EDGES, "edge_list"), (PICTURE, "picture")], ids=["edges", "picture"])
def test_the_drawn_module_graph_is_current(path: Path, make: str) -> None:
    """`python docs/module_graph.py` draws it anew."""
    assert path.read_text(encoding="utf-8") == getattr(drawing(), make)()
