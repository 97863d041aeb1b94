"""Parts that other installed packages add, each under an entry-point group of secondcoder's."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from importlib.metadata import EntryPoint, entry_points
from typing import ParamSpec, TypeVar

from secondcoder.errors import SecondcoderError

Part = TypeVar("Part")
Result = TypeVar("Result")
Parameters = ParamSpec("Parameters")


def plug_ins(group: str, kind: type[Part]) -> list[tuple[str, Part]]:
    """What installed packages add under an entry-point group: (how to call the plug-in in a message, part), ordered by name.

    Raises:
        SecondcoderError: a plug-in cannot be loaded, or what it names is no `kind`.
    """
    found = sorted(entry_points(group=group), key=lambda entry: (entry.name, entry.value))
    return [(_called(entry), _load(entry, kind)) for entry in found]


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
            raise _fault(plug_in, f"failed ({type(error).__name__}: {error})") from error
        if not isinstance(result, returns):
            raise _fault(plug_in, f"gave {type(result).__name__} where {returns.__name__} is due")
        return result

    return call


def _load(entry: EntryPoint, kind: type[Part]) -> Part:
    try:
        part = entry.load()
    except Exception as error:
        raise _fault(_called(entry), f"cannot be loaded ({type(error).__name__}: {error})") from error
    if not isinstance(part, kind):
        raise _fault(_called(entry), f"names {entry.value}, which is {type(part).__name__} and not {kind.__name__}")
    return part


def _called(entry: EntryPoint) -> str:
    package = entry.dist.name if entry.dist else "an unknown package"
    return f"plug-in '{entry.name}' of {package} ({entry.group})"


def _fault(plug_in: str, fault: str) -> SecondcoderError:
    return SecondcoderError(f"The {plug_in} {fault}. Repair or uninstall that package.")
