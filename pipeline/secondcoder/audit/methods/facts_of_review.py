"""Sentences of a methods section on what the model suggested and what people made of it, from a study's records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from secondcoder.audit.methods.sentences import ANALYSIS, TRUST, Sentence, tally
from secondcoder.corpus import of_reviews
from secondcoder.domain.grouping import group_by
from secondcoder.domain.records import Coding, Decision, Origin, Place, ReviewAction
from secondcoder.domain.wording import counted, listed, percent
from secondcoder.drift.reports import DRIFT
from secondcoder.labels.decisions import PARTICIPLES
from secondcoder.labels.label_weights import left_folded, review_summary, suggested_where
from secondcoder.labels.passage_state import MARKING, resolve_decisions
from secondcoder.workspace import Workspace

if TYPE_CHECKING:
    from secondcoder.statistics.proportions import Proportion


def by_origin(workspace: Workspace) -> str:
    """'independent 40, reviewed 9 (accepted 6, added 3)': a suggestion that was accepted is no coding made unasked."""
    codings = [coding for coding, _ in workspace.corpus.codings_as_made]
    actions = {
        _identity(decision): PARTICIPLES[decision.verdict]
        for decision in workspace.corpus.decisions_as_made
        if decision.verdict in MARKING and decision.code
    }
    reviewed = [coding for coding in codings if coding.origin is Origin.REVIEWED]
    how = Counter(actions.get(_key(coding), "otherwise") for coding in reviewed)
    counts = Counter(coding.origin.value for coding in codings)
    return ", ".join(
        f"{origin} {n}" + (f" ({tally(how)})" if origin == Origin.REVIEWED else "")
        for origin, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )


Key = tuple[str, str, int, int, str | None, Origin]


def _key(coding: Coding) -> Key:
    return coding.coder, *coding.place, coding.code, coding.origin


def _identity(decision: Decision) -> Key:
    return decision.coder, decision.transcript, *decision.code_span, decision.code, decision.origin


def of_suggestions(workspace: Workspace) -> Iterator[Sentence]:
    """What the model in use suggested, and by which thresholds; nothing where it suggested nothing."""
    version = workspace.version
    suggestions = workspace.corpus.suggestions(version) if version else []
    if not suggestions:
        return
    probable = sum(suggestion.calibrated for suggestion in suggestions)
    where = {suggestion.transcript for suggestion in suggestions}
    undecided = "" if of_reviews(workspace.corpus.decisions) else "; nobody has decided on any of them"
    yield Sentence(
        f"Model {version} made {counted(len(suggestions), 'suggestion')} on {counted(len(where), 'transcript')}, "
        f"{probable} with a calibrated probability and {len(suggestions) - probable} by rank{undecided}.",
        (ANALYSIS, "TRIPOD+AI 15"),
    )
    targets = _recall_targets(workspace, where)
    if targets:
        on = listed([f"{percent(target)} on {counted(n, 'transcript')}" for target, n in sorted(targets.items())])
        yield Sentence(
            f"Thresholds were set for a recall target in place of the model's own: {on}.", (ANALYSIS, "TRIPOD+AI 15")
        )


def _recall_targets(workspace: Workspace, transcripts: Iterable[str]) -> Counter[float]:
    """Recall target -> on how many of these transcripts the version's last run had it, other than runs that only listed passages."""
    last: dict[str, float | None] = {}
    for event in workspace.corpus.events(DRIFT):
        detail = event["detail"]
        if detail["model"] == workspace.version and not detail.get("listed_only"):
            last |= dict.fromkeys(detail.get("coded", ()), detail.get("recall"))
    targets = (last.get(name) for name in transcripts)
    return Counter(target for target in targets if target is not None)


def of_review(workspace: Workspace, unsaid: list[str]) -> Iterator[Sentence]:
    """How suggestions were decided on, and the estimates of following and missing."""
    decisions = of_reviews(workspace.corpus.decisions)
    if not decisions:
        unsaid.append("Review: nobody has decided on suggestions yet.")
        return
    corpus, book = workspace.corpus, workspace.codebook
    suggested = suggested_where(corpus, book, decisions)
    folded = left_folded(corpus, book, decisions, workspace.configuration.review.fold)
    summary = review_summary(corpus, book, suggested, folded)
    models = sorted({decision.model for decision in decisions if decision.model})
    decided = tally({PARTICIPLES[verdict]: n for verdict, n in summary.counts.items()})
    yield Sentence(
        f"A suggestion became a coding only where a researcher decided so. Decisions, by {listed(summary.coders)}"
        + (f" on suggestions of model {listed(models)}" if models else "")
        + f": {decided}.",
        ("COREQ 24", ANALYSIS, "GRRAS 8", "TRIPOD+AI 27b"),
    )
    yield _undecided(suggested, decisions)
    yield from _design(workspace)
    if folded:
        yield Sentence(
            f"Suggestions below {workspace.configuration.review.fold:.0%} probability were folded until somebody unfolded them; they "
            "are in no share of suggestions accepted or given blind.",
            (TRUST,),
        )
    shares = {
        "suggestions accepted as they were, where shown from the start": summary.followed,
        "suggestions on blind passages that the researcher had given too": summary.also_coded,
        "passages without suggestion on which the researcher found a code (elusion)": summary.elusion,
        "blind passages with suggestions on which a further code was found": summary.missed_with_suggestions,
    }
    sentences = [f"{name}: {_share(share)}" for name, share in shares.items() if share.value is not None]
    if sentences:
        yield Sentence(f"{'; '.join(sentences)[:1].upper()}{'; '.join(sentences)[1:]}.", (TRUST,))
    unsaid += [
        f"Review, {name}: none has been reviewed, so there is no share."
        for name, share in shares.items()
        if share.value is None
    ]


def _design(workspace: Workspace) -> Iterator[Sentence]:
    settings = workspace.configuration.review
    if settings.blind:
        yield Sentence(
            f"To see how far people follow the model, {settings.blind:.0%} of the passages with suggestions were set to be coded "
            "before the suggestions were shown.",
            (TRUST, "GRRAS 8", "TRIPOD+AI 8c"),
        )
    if settings.below:
        yield Sentence(
            f"To see what the model misses, {settings.below:.0%} of the passages shown were set to be drawn from those without any "
            "suggestion.",
            (TRUST,),
        )


def _undecided(suggested: Mapping[Place, Sequence[str]], decisions: Sequence[Decision]) -> Sentence:
    """How many suggestions of the models in review were decided on by somebody, left unsure, and left undecided."""
    cells = {(place, code) for place, codes in suggested.items() for code in codes}
    of_coders = group_by(decisions, lambda decision: decision.coder).values()
    in_effect = [decision for of_coder in of_coders for decision in resolve_decisions(of_coder)]
    open_ones = [decision for decision in in_effect if decision.verdict is ReviewAction.UNSURE]
    # A code that was given before its suggestion was seen needs no second word.
    settled = {
        (decision.place, code)
        for decision in in_effect
        for code in (decision.suggested, decision.code)
        if decision.verdict is not ReviewAction.UNSURE
    }
    decided = cells & settled
    unsure = cells & {(decision.place, decision.suggested) for decision in open_ones} - decided
    return Sentence(
        f"Of the {counted(len(cells), 'suggestion')} of the models in review, {len(decided)} were decided on, {len(unsure)} were left "
        f"unsure, and {len(cells) - len(decided) - len(unsure)} were left undecided.",
        (ANALYSIS,),
    )


def _share(share: Proportion) -> str:
    between = f", 95% interval {share.interval[0]:.0%} to {share.interval[1]:.0%}" if share.interval else ""
    return f"{share.part} of {share.of} ({share.value:.0%}{between})"
