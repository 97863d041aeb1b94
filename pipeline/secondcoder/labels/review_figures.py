"""The summary's figures: what was decided, how often researchers followed the model, and how much it missed.

All count decisions in effect; what was undone counts nowhere. A share of nothing is undefined, never a number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from secondcoder.codebook.model import Codebook
from secondcoder.corpus import of_reviews
from secondcoder.domain.grouping import group_by
from secondcoder.domain.records import Coding, CodingPass, Decision, Origin, Place, ReviewAction, Sample
from secondcoder.domain.spans import share_text
from secondcoder.labels.passage_state import ON_SUGGESTION, resolve_decisions
from secondcoder.statistics.proportions import Proportion

Cell = tuple[str, str, int, int, str]
"""Coder, transcript, start, end, code."""


@dataclass(frozen=True)
class CodeFigures:
    """Decisions on the suggestions of one code; `accepted` as suggested, of all decided."""

    code: str
    counts: Mapping[ReviewAction, int]
    accepted: Proportion


@dataclass(frozen=True)
class Summary:
    """What a review came to.

    Attributes:
        counts: decisions by verdict.
        codes: by suggested code, in the codebook's order.
        followed: suggestions accepted as they were, of those decided with the suggestion on screen from the start.
        followed_contradicted: the same, of those that an independent or adjudicated coding by others contradicts.
        also_coded: suggestions on blind passages whose code the researcher had given too, before seeing them.
        accepted_afterwards: suggestions on blind passages whose code the researcher had not given, and accepted afterwards.
        withdrawn: codes given on blind passages before the suggestions were seen, and taken back afterwards.
        elusion: passages drawn from those without any suggestion on which the researcher found a code.
        missed_with_suggestions: blind passages with suggestions on which the researcher found a code that was not suggested.
        without_suggestion: how many passages have no suggestion, of all in the transcripts in review.
        seconds: median time of a decision.
        folded: unlikely suggestions were left folded, and are in none of the shares of how the model was followed.
    """

    coders: tuple[str, ...]
    counts: Mapping[ReviewAction, int]
    codes: tuple[CodeFigures, ...]
    followed: Proportion
    followed_contradicted: Proportion
    also_coded: Proportion
    accepted_afterwards: Proportion
    withdrawn: Proportion
    elusion: Proportion
    missed_with_suggestions: Proportion
    without_suggestion: tuple[int, int]
    seconds: float | None
    folded: bool = False


def summarise(
    decisions: Sequence[Decision],
    book: Codebook,
    codings: Iterable[Coding],
    passes: Iterable[CodingPass],
    suggested: Mapping[Place, Sequence[str]],
    folded: Collection[tuple[Place, str]] = (),
) -> Summary:
    """The figures of one coder's decisions, or of several coders'.

    Args:
        codings, passes: all human ones of the study, for what others found independently or together.
        suggested: codes suggested on each passage in review, none or several.
        folded: suggestions that are in none of the shares that compare ordinary with blind passages.
    """
    by_coder = group_by(of_reviews(decisions), lambda decision: decision.coder)
    in_effect = [decision for of_coder in by_coder.values() for decision in resolve_decisions(of_coder)]
    last = _last_decisions(in_effect)
    on_suggestions = [decision for decision in last if decision.verdict in ON_SUGGESTION and decision.suggested]
    # On a blind passage the researcher knew their own codes when the suggestions came, so it says nothing of following.
    compared = [decision for decision in on_suggestions if (decision.place, decision.suggested) not in folded]
    shown_first = [decision for decision in compared if decision.sample is Sample.ORDINARY]
    contradicted = [decision for decision in shown_first if _is_confirmed(decision, codings, passes, book) is False]
    times = [decision.seconds for decision in in_effect if decision.seconds]
    unfolded = {place: [code for code in codes if (place, code) not in folded] for place, codes in suggested.items()}
    blind = _blind(last, unfolded, book)
    return Summary(
        tuple(sorted(by_coder)),
        Counter(decision.verdict for decision in last),
        tuple(_by_code(on_suggestions, book)),
        _accepted(shown_first),
        _accepted(contradicted),
        _share((cell[1], coded) for cell, coded in blind.items()),
        _taken_up(compared, blind),
        _withdrawn(last),
        _missed(last, Sample.BELOW, {}),
        _missed(last, Sample.BLIND, suggested),
        (sum(not codes for codes in suggested.values()), len(suggested)),
        median(times) if times else None,
        bool(folded),
    )


def _last_decisions(in_effect: Iterable[Decision]) -> list[Decision]:
    """Of several decisions on the same suggestion or code, the last."""
    last = {
        # `shown`, because what was said blind stays beside what was said afterwards.
        (*_passage(decision), decision.suggested, decision.shown, _subject(decision)): decision
        for decision in in_effect
    }
    return list(last.values())


def _subject(decision: Decision) -> str:
    """What a decision without a suggestion is about; adding and removing a code are about the same."""
    kind = ReviewAction.ADD if decision.verdict is ReviewAction.REMOVE else decision.verdict
    return "" if decision.suggested else f"{kind} {decision.code}"


def _accepted(decisions: Sequence[Decision]) -> Proportion:
    return _share((decision.transcript, decision.verdict is ReviewAction.ACCEPT) for decision in decisions)


def _share(cells: Iterable[tuple[str, bool]]) -> Proportion:
    """The share of true cells, each given with its transcript, the cluster."""
    clusters = group_by(cells, lambda cell: cell[0]).values()
    return Proportion.by_cluster([(sum(is_true for _, is_true in cluster), len(cluster)) for cluster in clusters])


def _by_code(decisions: Iterable[Decision], book: Codebook) -> Iterable[CodeFigures]:
    by_code = group_by(decisions, lambda decision: decision.suggested or "")
    order = {code: at for at, code in enumerate(book.ids)}
    for code in sorted(by_code, key=lambda code: order.get(code, len(order))):
        of_code = by_code[code]
        yield CodeFigures(code, Counter(decision.verdict for decision in of_code), _accepted(of_code))


def _blind(last: Sequence[Decision], suggested: Mapping[Place, Sequence[str]], book: Codebook) -> dict[Cell, bool]:
    """For each suggestion on a passage whose blind coding is finished: the coder had given its code, or a sub-construct of it."""
    given = {
        (*_passage(decision), code)
        for decision in last
        if _is_given_blind(decision) and decision.code and decision.code in book
        for code in (decision.code, *book.ancestors(decision.code))
    }
    cells = [
        (*_passage(decision), code)
        for decision in last
        if decision.sample is Sample.BLIND and _ends_blind(decision)
        for code in suggested.get(decision.place, ())
    ]
    return {cell: cell in given for cell in cells}


def _taken_up(decisions: Iterable[Decision], blind: Mapping[Cell, bool]) -> Proportion:
    not_given = {cell for cell, given in blind.items() if not given}
    accepted = {
        (*_passage(decision), decision.suggested or "")
        for decision in decisions
        if decision.verdict is ReviewAction.ACCEPT
    }
    return _share((cell[1], cell in accepted) for cell in not_given)


def _withdrawn(last: Sequence[Decision]) -> Proportion:
    """Codes of finished blind codings that the researcher took back with the suggestions on screen; unsure takes nothing back."""
    finished = {_passage(decision) for decision in last if _ends_blind(decision)}
    given = [decision for decision in last if _is_given_blind(decision) and _passage(decision) in finished]
    after = [decision for decision in last if decision.shown and decision.verdict is not ReviewAction.UNSURE]
    kept = {(_passage(decision), decision.code) for decision in after if decision.verdict is not ReviewAction.REMOVE}
    refused = {(_passage(decision), decision.suggested or decision.code) for decision in after} - kept
    return _share((decision.transcript, (_passage(decision), decision.code) in refused) for decision in given)


def _is_given_blind(decision: Decision) -> bool:
    return decision.verdict is ReviewAction.ADD and decision.origin is Origin.INDEPENDENT


def _ends_blind(decision: Decision) -> bool:
    return decision.verdict is ReviewAction.LOOKED and not decision.shown


def _passage(decision: Decision) -> tuple[str, str, int, int]:
    return decision.coder, *decision.place


def _missed(last: Iterable[Decision], sample: Sample, suggested: Mapping[Place, Sequence[str]]) -> Proportion:
    """Passages of a sample, finished blind, on which a code was given that is not among the suggested."""
    of_sample = [decision for decision in last if decision.sample is sample]
    finished = {_passage(decision) for decision in of_sample if _ends_blind(decision)}
    coded = {
        _passage(decision)
        for decision in of_sample
        if _is_given_blind(decision) and decision.code not in suggested.get(decision.place, ())
    }
    return _share((passage[1], passage in coded) for passage in finished)


def _is_confirmed(
    decision: Decision, codings: Iterable[Coding], passes: Iterable[CodingPass], book: Codebook
) -> bool | None:
    """Whether others, independently or together, gave the suggested code on the passage; None when none of them looked for it.

    A sub-construct confirms its construct. Where an adjudication looked for the code, it alone counts.
    """
    code = decision.suggested or ""
    looked = [
        coding_pass
        for coding_pass in passes
        if coding_pass.transcript == decision.transcript
        and coding_pass.coder != decision.coder
        and coding_pass.origin is not Origin.REVIEWED
        and coding_pass.start <= decision.start
        and coding_pass.end >= decision.end
        and code in coding_pass.codes
    ]
    if not looked:
        return None
    adjudicators = {coding_pass.coder for coding_pass in looked if coding_pass.origin is Origin.ADJUDICATED}
    judges = adjudicators or {coding_pass.coder for coding_pass in looked}
    return any(
        coding.coder in judges
        and coding.origin is not Origin.REVIEWED
        and coding.transcript == decision.transcript
        and share_text(coding.span, decision.span)
        and coding.code in book
        and code in (coding.code, *book.ancestors(coding.code))
        for coding in codings
    )
