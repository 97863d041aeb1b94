"""What a study's model versions remember of the interviews that they learned from."""

from __future__ import annotations

from collections.abc import Iterator

from secondcoder.workspace import Workspace


def memory_points(workspace: Workspace) -> Iterator[str]:
    """A sentence a version, and what that means."""
    yield from workspace.corpus.manifests
