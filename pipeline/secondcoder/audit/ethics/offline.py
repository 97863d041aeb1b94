"""The proof that everything ran with the network cut off, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def offline_points(run: Mapping[str, Any] | None) -> Iterator[str]:
    """What the last `check --offline` recorded; how to make one where there is none."""
    if run is None:
        yield (
            "Not made yet: `secondcoder check --offline` runs the whole workflow with the network cut off, and keeps the result for "
            "this."
        )
        return
    yield from map(str, run["in_words"])
