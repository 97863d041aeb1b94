"""The proof that everything ran with the network cut off, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from secondcoder.network.offline_proof import Statement, in_words


def offline_points(statement: Statement | None) -> Iterator[str]:
    """What the last `check --offline` recorded; how to make one where there is none."""
    if statement is None:
        yield (
            "Not made yet: `secondcoder check --offline` runs the demonstration with the network cut off, and keeps the result."
        )
        return
    yield from filter(None, in_words(statement).splitlines())
