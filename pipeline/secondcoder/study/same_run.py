"""Whether the batch run in a folder is the one that is asked for: if not, what differs, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from secondcoder.errors import InputError

SPOKEN = {
    "model_sha256": "the model's content",
    "everything": "--all",
    "as": "--as",
    "encoding": "--encoding",
    "interviewer": "--interviewer",
    "speakers": "--speakers",
}
"""What the fields of `run.json` are called in a message."""


def refuse_another(
    out: Path,
    before: Mapping[str, Any],
    about: Mapping[str, Any],
    files_before: Sequence[tuple[str, str]],
    files: Sequence[tuple[str, str]],
) -> None:
    """InputError where the run in a folder is another than the one asked for, with what differs.

    Args:
        before, about: what `run.json` says, and what it would say.
        files_before, files: name and SHA-256 of each input, then and now.
    """
    was, now = ({**_flat(of["identity"]), **_flat(of["options"])} for of in (before, about))
    differs = [
        f"{SPOKEN.get(name, name)} ({_short(was.get(name))}, now {_short(now.get(name))})"
        for name in {**was, **now}
        if was.get(name) != now.get(name)
    ]
    if before["inputs"] != about["inputs"]:
        differs += _changed(files_before, files)
    if differs:
        raise InputError(
            f"{out} holds a run that differs in {'; '.join(differs)}. Begin anew in another folder, or remove this one; or go on "
            f"with what it began with: {before['command']}"
        )


def _flat(nested: Mapping[str, Any]) -> dict[str, Any]:
    """Settings by their names with dots."""
    flat: dict[str, Any] = {}
    for name, value in nested.items():
        flat |= (
            {f"{name}.{key}": each for key, each in _flat(value).items()} if isinstance(value, dict) else {name: value}
        )
    return {name.removeprefix("settings."): value for name, value in flat.items()}


def _changed(before: Sequence[tuple[str, str]], now: Sequence[tuple[str, str]]) -> list[str]:
    """The files that differ, in words."""
    was, are = dict(before), dict(now)
    changed = [f"{name} was changed" for name in are if name in was and was[name] != are[name]]
    changed += [f"{name} is new" for name in are if name not in was] + [
        f"{name} is missing" for name in was if name not in are
    ]
    more = [f"{len(changed) - 3:,} further files"] if len(changed) > 3 else []
    return [*changed[:3], *more] or ["the order of its files"]


def _short(value: Any) -> str:
    text = "none" if value is None else str(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
