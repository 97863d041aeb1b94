"""What the model in use suggests now, and which of it may be shown to people outside the review."""

from __future__ import annotations

from secondcoder.codebook.model_fit import present_suggestions
from secondcoder.corpus import of_reviews
from secondcoder.domain.records import Segment, Suggestion
from secondcoder.errors import InputError
from secondcoder.labels.review_sample import build_passages, sampled_before
from secondcoder.workspace import Workspace


def open_suggestions(workspace: Workspace) -> list[Suggestion]:
    """Those that nobody decided on, in the order of the text, without the passages that are coded before their suggestions are seen.

    InputError where there is nothing to suggest, with the command that would provide it.
    """
    suggestions, why_none = present_or_why_none(workspace)
    if why_none:
        raise InputError(f"Nothing was written. {why_none}")
    corpus = workspace.corpus
    decided = {(decision.place, decision.suggested) for decision in of_reviews(corpus.decisions)}
    # Which of the passages with suggestions are blind depends on their places alone: no need to cut the interviews.
    places = dict.fromkeys(suggestion.place for suggestion in suggestions)
    segments = [Segment(*place[:1], at, *place[1:], "", 0) for at, place in enumerate(places)]
    settings, begun = workspace.configuration.review, sampled_before(corpus.decisions)
    passages = build_passages(segments, suggestions, workspace.codebook.ids, settings, begun=begun)
    return [
        suggestion
        for passage in passages
        if not passage.is_blind
        for suggestion in passage.suggestions
        if (suggestion.place, suggestion.code) not in decided
    ]


def present_or_why_none(workspace: Workspace) -> tuple[list[Suggestion], str | None]:
    """What the model in use suggests in the present codes, or why there is nothing."""
    model, corpus = workspace.version, workspace.corpus
    if model is None:
        return [], "There is no model yet, so there is nothing to review. Train one: secondcoder train"
    suggestions = corpus.suggestions(model)
    if not suggestions:
        return [], f"Model {model} has suggested nothing yet. Get suggestions first: secondcoder code"
    present = present_suggestions(suggestions, workspace.manifest, workspace.codebook, corpus.history)
    if not present:
        return [], (
            f"Model {model} suggested only codes that are not in the codebook any more. "
            "Train and code again: secondcoder retrain, then secondcoder code"
        )
    return present, None
