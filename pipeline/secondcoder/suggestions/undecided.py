"""What the model in use suggests and nobody has decided on, in the present codes."""

from __future__ import annotations

from secondcoder.codebook.model_fit import present_suggestions
from secondcoder.domain.records import Suggestion
from secondcoder.labels.code_passages import undecided
from secondcoder.workspace import Workspace


def undecided_suggestions(workspace: Workspace) -> list[Suggestion]:
    """In the order of the text; none without a model."""
    if workspace.version is None:
        return []
    made = workspace.corpus.suggestions(workspace.version)
    present = present_suggestions(made, workspace.manifest, workspace.codebook, workspace.corpus.history)
    return undecided(workspace.corpus, present)
