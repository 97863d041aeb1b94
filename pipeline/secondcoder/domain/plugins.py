"""Parts that are chosen by name: those that ship in a package of secondcoder, and those that other installed packages add.

A shipped part is a module with a `PART`; an outside part is an entry point of the group for its kind, under the name that the
configuration is to use (https://packaging.python.org/en/latest/specifications/entry-points/).
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, wraps
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from inspect import getattr_static
from itertools import combinations
from typing import Any, ParamSpec, Protocol, TypeVar

from secondcoder.errors import PluginError, SecondcoderError, StudyError, did_you_mean

Kind = TypeVar("Kind")
Result = TypeVar("Result")
Parameters = ParamSpec("Parameters")
MEND = "Update or uninstall that package."


@dataclass(frozen=True)
class Part:
    """A name in the configuration, and the class or function that makes what it stands for."""

    name: str
    make: Callable[..., Any]


@cache
def shipped(package: str, attribute: str, rooms: bool = False) -> tuple[Any, ...]:
    """The `attribute` of every module and sub-package of a package that has one, by the module's name.

    `rooms`: also of the modules in sub-packages.
    """
    find = pkgutil.walk_packages if rooms else pkgutil.iter_modules
    modules = find(import_module(package).__path__, f"{package}.")
    parts = (getattr(import_module(module.name), attribute, None) for module in modules)
    return tuple(part for part in parts if part is not None)


def shipped_parts(package: str) -> dict[str, Callable[..., Any]]:
    """Name -> what makes it, of every `PART` of a package."""
    return {part.name: part.make for part in shipped(package, "PART")}


def outside_parts(group: str) -> list[EntryPoint]:
    """The entry points of a group, by name; nothing of them is imported yet."""
    return sorted(entry_points(group=group), key=_origin)


def load_outside(entry: EntryPoint) -> Any:
    """What an entry point names; PluginError says which package is at fault when it cannot be imported."""
    try:
        return entry.load()
    except Exception as error:  # whatever an outside module does when it is imported
        raise PluginError(f"{_origin(entry)} cannot be loaded ({type(error).__name__}: {error}). {MEND}") from error


def plug_ins(group: str, kind: type[Kind]) -> list[tuple[str, Kind]]:
    """What installed packages add under an entry-point group: (how to call it in a message, part), ordered by name.

    Raises:
        PluginError: one cannot be loaded, or what it names is no `kind`.
    """
    return [(_origin(entry), _of_kind(entry, kind)) for entry in outside_parts(group)]


def _of_kind(entry: EntryPoint, kind: type[Kind]) -> Kind:
    part = load_outside(entry)
    if not isinstance(part, kind):
        raise PluginError(f"{_origin(entry)} is {type(part).__name__} and not {kind.__name__}. {MEND}")
    return part


class Asked(Protocol):
    """What is asked in turn, such as a format: smaller `priority` first."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def priority(self) -> int:
        """Its place."""


InTurn = TypeVar("InTurn", bound=Asked)


def in_turn(formats: Iterable[InTurn], what: str) -> tuple[InTurn, ...]:
    """In the order in which they are asked; SecondcoderError where two have one name."""
    ordered = sorted(formats, key=lambda each: (each.priority, each.name))
    for first, second in combinations(ordered, 2):
        if first.name == second.name:
            raise SecondcoderError(f"Two {what} are called '{first.name}'. Uninstall one of the plug-ins.")
    return tuple(ordered)


def guarded(
    plug_in: str, function: Callable[Parameters, Result], returns: type = object
) -> Callable[Parameters, Result]:
    """A plug-in's function whose faults name the plug-in; the errors that secondcoder defines pass as they are."""

    @wraps(function)
    def call(*arguments: Parameters.args, **options: Parameters.kwargs) -> Result:
        try:
            result = function(*arguments, **options)
        except SecondcoderError:
            raise
        except Exception as error:
            raise PluginError(f"{plug_in} failed ({type(error).__name__}: {error}). {MEND}") from error
        if not isinstance(result, returns):
            raise PluginError(f"{plug_in} gave {type(result).__name__} where {returns.__name__} is due. {MEND}")
        return result

    return call


def part_names(package: str, group: str) -> list[str]:
    """Every name that the configuration may give, in alphabetical order."""
    return sorted({*shipped_parts(package), *(entry.name for entry in outside_parts(group))})


def find_part(name: str, package: str, group: str, setting: str) -> Callable[..., Any]:
    """What makes the part called `name`; only that one is imported of those from outside.

    Raises:
        StudyError: no part has the name that the configuration gives under `setting`.
        PluginError: two have it, or the one from outside cannot be loaded.
    """
    ours = shipped_parts(package)
    named = [entry for entry in outside_parts(group) if entry.name == name]
    if len(named) + (name in ours) > 1:
        origins = [*(["secondcoder itself"] if name in ours else []), *map(_origin, named)]
        raise PluginError(f"{setting} is '{name}', a name that two packages give: {'; '.join(origins)}. {MEND}")
    if named:
        make: Callable[..., Any] = load_outside(named[0])
        return make
    if name in ours:
        return ours[name]
    known = part_names(package, group)
    raise StudyError(
        f"{setting} is '{name}', which no installed package provides.{did_you_mean(name, known)} Known: {', '.join(known)}."
    )


def check_part(part: Any, protocol: type, name: str, setting: str) -> None:
    """PluginError when an object lacks a method or property of the protocol; nothing of it is called."""
    missing = object()
    # hasattr would run properties, and one of an embedder may load its weights.
    lacking = [
        member
        for member in vars(protocol)
        if not member.startswith("_") and getattr_static(part, member, missing) is missing
    ]
    if lacking:
        raise PluginError(
            f"{setting} is '{name}', which is no complete {protocol.__name__.lower()}: it has no {', '.join(lacking)}. {MEND}"
        )


def _origin(entry: EntryPoint) -> str:
    package = f"{entry.dist.name} {entry.dist.version}" if entry.dist else "an installed package"
    return f"The plug-in '{entry.name}' of {package} ({entry.group}: {entry.value})"
