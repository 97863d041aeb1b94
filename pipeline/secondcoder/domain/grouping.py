"""Grouping by a key, in order."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

from secondcoder.domain.records import InTranscript

Item = TypeVar("Item")
Key = TypeVar("Key", bound=Hashable)
Placed = TypeVar("Placed", bound=InTranscript)


def group_by(items: Iterable[Item], key: Callable[[Item], Key]) -> dict[Key, list[Item]]:
    """Key -> its items; keys and items in the order in which they come, wherever the items of a key stand."""
    groups: dict[Key, list[Item]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups


def by_transcript(items: Iterable[Placed]) -> dict[str, list[Placed]]:
    """Transcript -> the segments, codings, passes, suggestions or decisions on it, in their order."""
    return group_by(items, lambda item: item.transcript)
