"""What a person meets from Python: every public line has its types and says what it does, what it gives, and how it fails.

Errors are asked of the code: what the function behind a verb of `Study` raises, or says that it raises, its docstring names.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import textwrap
from collections.abc import Callable, Iterator
from functools import cached_property
from types import FunctionType, ModuleType
from typing import Any

import pytest
import secondcoder
import secondcoder.agreement
from secondcoder import errors
from secondcoder.errors import SecondcoderError
from secondcoder.study.study import Study

SEAMS = (
    "secondcoder.transcripts.registry",
    "secondcoder.exchange.registry",
    "secondcoder.exchange.codebooks.registry",
    "secondcoder.embedding.embedder",
    "secondcoder.scoring.scorer",
    "secondcoder.segments.segmenter",
    "secondcoder.learning.classifier",
    "secondcoder.agreement.coefficients.registry",
    "secondcoder.engine.parts",
)
"""Where CONTRIBUTING.md says how a part is added."""
OFFERED = [secondcoder, secondcoder.agreement, *map(importlib.import_module, SEAMS)]
COMMON = {"BusyError", "StudyError"}
"""What every verb may raise, with their kinds; `Study`'s own docstring says when."""
WORD = re.compile(r"\b[A-Z]\w*Error\b")


def modules() -> list[ModuleType]:
    """All of the package's, the migrations apart, which alembic alone runs."""
    found = pkgutil.walk_packages(secondcoder.__path__, "secondcoder.")
    names = [each.name for each in found if ".migrations" not in each.name and not each.name.endswith("__main__")]
    return [secondcoder, *map(importlib.import_module, names)]


def function_of(member: Any) -> FunctionType | None:
    """The function behind a method, property or decorated function."""
    behind = (getattr(member, name, None) for name in ("__func__", "fget", "func"))
    inner = next((each for each in behind if each is not None), member)
    inner = inspect.unwrap(inner) if callable(inner) else inner
    return inner if isinstance(inner, FunctionType) else None


def members(kind: type) -> Iterator[tuple[str, FunctionType]]:
    """A class's own public functions, and the `__init__` that it wrote."""
    for name, member in vars(kind).items():
        function = function_of(member)
        if function is None or (name.startswith("_") and name != "__init__"):
            continue
        if function.__module__ == kind.__module__ and function.__qualname__.startswith(kind.__name__):
            yield name, function


def faults_of_function(place: str, function: FunctionType) -> Iterator[str]:
    """What its line lacks: a docstring, the type of an argument, that of its value."""
    if place.rpartition(".")[2] != "__init__" and not inspect.getdoc(function):
        yield f"{place}: no docstring"
    signature = inspect.signature(function)
    for argument in signature.parameters.values():
        if argument.annotation is argument.empty and argument.name not in ("self", "cls"):
            yield f"{place}: '{argument.name}' has no type"
    if signature.return_annotation is signature.empty:
        yield f"{place}: its value has no type"


def faults_of(member: Any, place: str) -> Iterator[str]:
    """Of a public class with all its public methods, or of a function."""
    if inspect.isclass(member):
        # A docstring of its own: that of a dataclass without one is its signature, that of a base is inherited.
        doc = member.__dict__.get("__doc__") or ""
        if not doc or doc.startswith(f"{member.__name__}("):
            yield f"{place}: no docstring"
        for name, function in members(member):
            if name != "__init__" or not getattr(member, "_is_protocol", False):  # which `typing` gives an __init__
                yield from faults_of_function(f"{place}.{name}", function)
    elif (function := function_of(member)) is not None:
        yield from faults_of_function(place, function)


def own(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """The public classes and functions that a module defines."""
    for name, member in vars(module).items():
        if not name.startswith("_") and getattr(member, "__module__", None) == module.__name__:
            yield f"{module.__name__}.{name}", member


def test_every_public_line_has_types_and_a_docstring() -> None:
    found = [f"{module.__name__}: no docstring" for module in modules() if not module.__doc__]
    public = [each for module in modules() for each in own(module)]
    found += [fault for place, member in public for fault in faults_of(member, place)]
    assert found == []
    assert len(public) > 1500  # the walk went somewhere


def test_the_walk_finds_what_is_missing() -> None:
    def bare(first, second: int):
        return first

    class Plain:
        def verb(self, what) -> None: ...

    Plain.verb.__qualname__ = "Plain.verb"
    of_bare = ["bare: no docstring", "bare: 'first' has no type", "bare: its value has no type"]
    assert [*faults_of(bare, "bare")] == of_bare
    of_plain = ["Plain: no docstring", "Plain.verb: no docstring", "Plain.verb: 'what' has no type"]
    assert [*faults_of(Plain, "Plain")] == of_plain


@pytest.mark.parametrize("module", OFFERED, ids=lambda module: module.__name__)
def test_every_name_that_is_offered_is_there_and_says_what_it_is(module: ModuleType) -> None:
    names = getattr(module, "__all__", [place.rpartition(".")[2] for place, _ in own(module)])
    assert names
    assert [fault for name in names for fault in faults_of(getattr(module, name), name)] == []
    assert set(names) <= set(dir(module))


# -- verbs of a study -------------------------------------------------------------------------------------------------


def error_named(name: str) -> type[SecondcoderError] | None:
    """The error of this name, where it is one of secondcoder's."""
    kind = getattr(errors, name, None) or getattr(secondcoder.agreement, name, None)
    return kind if inspect.isclass(kind) and issubclass(kind, SecondcoderError) else None


def raised(tree: ast.AST) -> Iterator[str]:
    """Names of what the code itself raises."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and isinstance(node.exc.func, ast.Name):
            yield node.exc.func.id


def tree_of(function: Callable[..., Any]) -> ast.AST:
    return ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function))))


class Verb:
    """A public method or property of `Study`."""

    def __init__(self, name: str, function: FunctionType) -> None:
        self.name, self.function, self.doc = name, function, inspect.getdoc(function) or ""

    @cached_property
    def tree(self) -> ast.AST:
        return tree_of(self.function)

    def behind(self) -> Iterator[Callable[..., Any]]:
        """Functions of other modules that it calls."""
        calls = [node.func for node in ast.walk(self.tree) if isinstance(node, ast.Call)]
        called = {function.id for function in calls if isinstance(function, ast.Name)}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    member = getattr(importlib.import_module(node.module), alias.name)
                    if (alias.asname or alias.name) in called and inspect.isfunction(inspect.unwrap(member)):
                        yield member

    def raises(self) -> set[str]:
        """Names of errors that it, or a function behind it, raises or says that it raises."""
        names = set(raised(self.tree))
        for function in self.behind():
            names |= {*WORD.findall(inspect.getdoc(function) or ""), *raised(tree_of(function))}
        return {name for name in names if error_named(name)}


def kin(name: str) -> set[str]:
    """The error's own name, and those of what it is a kind of."""
    kind = error_named(name)
    assert kind is not None
    above = [each for each in kind.__mro__ if issubclass(each, SecondcoderError) and each is not SecondcoderError]
    return {each.__name__ for each in above}


VERBS = [
    Verb(name, function)
    for name in dir(Study)
    if not name.startswith("_") and (function := function_of(inspect.getattr_static(Study, name))) is not None
]
FRAMES = [verb for verb in VERBS if "DataFrame" in str(verb.function.__annotations__.get("return"))]


def name_of(verb: Verb) -> str:
    return verb.name


@pytest.mark.parametrize("verb", VERBS, ids=name_of)
def test_a_verb_names_the_errors_of_what_is_behind_it(verb: Verb) -> None:
    said = set(WORD.findall(verb.doc)) | COMMON
    assert [name for name in sorted(verb.raises()) if not kin(name) & said] == []
    assert [word for word in said if error_named(word) is None] == []


def test_errors_behind_verbs_are_found() -> None:
    """So that the test above can fail: of these the code tells."""
    found = {verb.name: verb.raises() for verb in VERBS}
    assert "InputError" in found["code_batch"]
    assert "ModelError" in found["models_use"]
    assert "OneCoderError" in found["disagreements"]
    assert sum(bool(names) for names in found.values()) > 30


def test_a_study_says_when_any_verb_fails() -> None:
    assert set(WORD.findall(inspect.getdoc(Study) or "")) >= COMMON


@pytest.mark.parametrize("verb", VERBS, ids=name_of)
def test_no_verb_leaves_a_type_open(verb: Verb) -> None:
    """A bare `Any`, or a list or mapping of it, says nothing."""
    types = {name: str(each) for name, each in verb.function.__annotations__.items()}
    assert {name: each for name, each in types.items() if re.search(r"\bAny\b", each)} == {}


@pytest.mark.parametrize("verb", FRAMES, ids=name_of)
def test_a_frame_has_its_columns_in_the_docstring(verb: Verb) -> None:
    assert "Columns: " in verb.doc
