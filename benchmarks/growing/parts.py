"""Seconds of the processor and the highest memory of the parts of a verb, each without the parts within it."""

from __future__ import annotations

import resource
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from pkgutil import resolve_name
from typing import Any
from unittest.mock import patch


@dataclass
class Parts:
    """Name of a part -> its own seconds, and by how many MB the process grew beyond its highest memory so far."""

    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    grown: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    _within: list[list[float]] = field(default_factory=list)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Count what runs inside for this part."""
        start, memory = time.process_time(), highest_memory()
        self._within.append([0.0, 0.0])
        try:
            yield
        finally:
            seconds, grown = time.process_time() - start, highest_memory() - memory
            inner = self._within.pop()
            self.seconds[name] += seconds - inner[0]
            self.grown[name] += grown - inner[1]
            if self._within:
                self._within[-1][0] += seconds
                self._within[-1][1] += grown

    @contextmanager
    def counting(self, named: Mapping[str, Sequence[str]]) -> Iterator[None]:
        """Inside, these functions and methods ("package.module:name") count for their parts."""
        patches = [self._patch(name, place) for name, places in named.items() for place in places]
        for one in patches:
            one.start()
        try:
            yield
        finally:
            for one in patches:
                one.stop()

    def _patch(self, name: str, place: str) -> Any:
        work = resolve_name(place)

        @wraps(work)
        def counted(*arguments: Any, **options: Any) -> Any:
            with self.part(name):
                return work(*arguments, **options)

        module, _, attribute = place.partition(":")
        owner, _, method = attribute.rpartition(".")
        return patch.object(resolve_name(f"{module}:{owner}" if owner else module), method or attribute, counted)


def highest_memory() -> float:
    """MB, of this process, so far."""
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
