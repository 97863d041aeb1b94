"""Giving another code to passages that were coded before: what is to be written for it. A pure function on one snapshot.

What came of no decision (imported, or coded by hand) is withdrawn and added anew. What came of a decision in a review is changed by
further decisions, since decisions are never altered.

An independent coding that is recoded after others' codings or suggestions could be seen becomes a reviewed one. Agreement then has no
independent word of the coder on the old code there, neither yes nor no: it is taken out of what they looked for. What else they looked
for stays.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from secondcoder.codebook.history import CodeHistory
from secondcoder.codebook.present import Key, certain_codes, joined, key_of, present_decision
from secondcoder.corpus import Corpus
from secondcoder.domain.grouping import group_by
from secondcoder.domain.records import Coding, CodingPass, Decision, Origin, ReviewAction
from secondcoder.domain.spans import difference
from secondcoder.errors import DecisionError
from secondcoder.labels.code_passages import coding_key
from secondcoder.labels.decisions import coding_of
from secondcoder.labels.hand_coding import Exchange
from secondcoder.labels.new_decision import FIXED
from secondcoder.labels.passage_state import MARKING, PassageState, passage_state
from secondcoder.labels.stated_readings import RECODED, Epoch
from secondcoder.store.hand_marks import MadePass, Marks
from secondcoder.store.rows import MadeCoding

GONE = "Some of these passages were coded anew meanwhile, in another window or by an import. Nothing was recorded. Reload the page."
Made = tuple[Coding, int]
"""A coding as it was made, with the last change of the codebook before it."""


@dataclass(frozen=True)
class Recoding:
    """What to write, all or nothing.

    Attributes:
        passages: the codings that change, in the present codes, as they were.
        withdrawn, added: codings that came of no decision, as they were made, and as they are to be.
        revised: those of `passages` that were independent and are no more; the old code is taken out of what was looked for.
        decisions: further decisions, for what came of decisions.
    """

    passages: tuple[Coding, ...]
    withdrawn: tuple[Made, ...]
    added: tuple[Coding, ...]
    revised: tuple[Coding, ...]
    decisions: tuple[Decision, ...]


def recoding(
    corpus: Corpus, coder: str, keys: Collection[str], code: str, request: str, saw_others: Callable[[str], bool]
) -> Recoding:
    """What gives the code to a coder's own codings.

    Args:
        keys: of the codings, as `coding_key` gives them.
        request: identifies the act, so that one that is sent twice is recorded once.
        saw_others: whether the coder saw, on a transcript, what others or a model said of it. What is changed after that is not
            independent any more.

    Raises:
        DecisionError: a coding is not there, or is somebody else's; or all are of the code already.
    """
    chosen = _chosen(corpus, coder, keys)
    # Those that are of the code already stay as they are.
    left = {row: codes for row, codes in chosen.items() if set(codes) != {code}}
    if not left:
        raise DecisionError(f"What is ticked is of {code} already. Nothing was recorded.")
    passages = tuple(replace(coding, code=now) for (coding, _), codes in left.items() for now in codes)
    imported = {*corpus.imported_as_made}
    by_hand = {row: codes for row, codes in left.items() if row in imported}
    decided = {row: codes for row, codes in left.items() if row not in imported}
    revised = tuple(
        replace(coding, code=now)
        for (coding, _), codes in by_hand.items()
        if coding.origin is Origin.INDEPENDENT and saw_others(coding.transcript)
        for now in codes
    )
    withdrawn, added = _by_hand(corpus, by_hand, code, saw_others)
    return Recoding(passages, withdrawn, added, revised, tuple(_decisions(corpus, coder, decided, code, request)))


def _chosen(corpus: Corpus, coder: str, keys: Collection[str]) -> dict[Made, list[str]]:
    """The coder's codings of these keys, as they were made, each with those of its present codes that were chosen."""
    chosen: dict[Made, list[str]] = {}
    found = set()
    for coding, made in corpus.codings_as_made:
        for now in certain_codes(coding, made, corpus.history, corpus.assignments) if coding.coder == coder else ():
            key = coding_key(replace(coding, code=now))
            if key in keys:
                chosen.setdefault((coding, made), []).append(now)
                found.add(key)
    if found != set(keys):
        raise DecisionError(GONE)
    return chosen


def _by_hand(
    corpus: Corpus, chosen: Mapping[Made, list[str]], code: str, saw_others: Callable[[str], bool]
) -> tuple[tuple[Made, ...], tuple[Coding, ...]]:
    """Codings to withdraw and to add. One that the coder gave to the same words before is joined with the new one."""
    withdrawn: dict[Made, None] = dict.fromkeys(chosen)
    added: dict[Key, Coding] = {}
    latest, imported = corpus.history.latest, {*corpus.imported_as_made}
    there = {key_of(coding): (coding, made) for coding, made in corpus.codings_as_made if made == latest}
    for (coding, made), codes in chosen.items():
        seen = coding.origin is Origin.INDEPENDENT and saw_others(coding.transcript)
        now = replace(coding, code=code, origin=Origin.REVIEWED if seen else coding.origin)
        # What was assigned to several codes of a split keeps the others.
        others = certain_codes(coding, made, corpus.history, corpus.assignments)
        for new in (now, *(replace(coding, code=other) for other in others if other not in codes)):
            same = there.get(key_of(new))
            if same and same not in imported:
                continue  # given in a review already, where it is changed
            if same and same not in chosen:
                withdrawn[same] = None
            before = added.get(key_of(new)) or (same[0] if same and same not in chosen else None)
            added[key_of(new)] = joined(before, new) if before else new
    return tuple(withdrawn), tuple(added.values())


def exchange_on(
    asked: Recoding, transcript: str, marks: Marks, said: Collection[MadePass], epoch: Epoch, history: CodeHistory
) -> Exchange:
    """What a recoding takes and puts on one transcript of what came of no decision; DecisionError where a coding is gone.

    Args:
        marks: the coder's.
        said: those of their passes that are readings which they stated, or parts of them.
    """
    withdrawn = {row for row in asked.withdrawn if row[0].transcript == transcript}
    took = tuple(row for row in marks.codings if row.imported and (row.coding, row.after_change) in withdrawn)
    if len(took) != len(withdrawn):
        raise DecisionError(GONE)
    put = tuple(MadeCoding(coding, *epoch, True) for coding in asked.added if coding.transcript == transcript)
    revised = [coding for coding in asked.revised if coding.transcript == transcript]
    # In pairs and not by look: the same pass may be there twice.
    cut = [(look, parts) for look in marks.passes if (parts := _without(look, revised, history)) != [look]]
    parts_said = [part for look, parts in cut if look in said for part in parts]
    others = [part for look, parts in cut if look not in said for part in parts]
    # What is left of a coding's look may be left of a reading as well, and is that then.
    unsaid = [part for part in others if part not in parts_said]
    # What the coder says now: the passage was looked at again, and the old code does not hold.
    now = [
        MadePass(CodingPass(transcript, coding.coder, *coding.span, (coding.code,), Origin.REVIEWED), epoch[1])
        for coding in revised
    ]
    went = tuple(look for look, _ in cut)
    return Exchange(RECODED, Marks(took, went), Marks(put, (*parts_said, *others, *now)), unsaid=(*unsaid, *now))


def _without(look: MadePass, revised: Iterable[Coding], history: CodeHistory) -> list[MadePass]:
    """What an independent look says but for the codes of these codings on their words: itself, or the parts that are left."""
    parts = [look]
    for coding in revised if look.made.origin is Origin.INDEPENDENT else ():
        parts = [piece for part in parts for piece in _cut(part, coding, history)]
    return parts


def _cut(look: MadePass, coding: Coding, history: CodeHistory) -> list[MadePass]:
    made, after = look.made, look.after_change
    # What was looked for under a name after a change may be the code now.
    left = tuple(code for code in made.codes if coding.code not in history.code_now(code, after).codes)
    inside = max(made.start, coding.start), min(made.end, coding.end)
    if inside[0] >= inside[1] or left == made.codes:
        return [look]
    pieces = [(*span, made.codes) for span in difference(made.span, [inside])] + ([(*inside, left)] if left else [])
    return [replace(look, made=replace(made, start=start, end=end, codes=codes)) for start, end, codes in pieces]


def _decisions(
    corpus: Corpus, coder: str, chosen: Mapping[Made, list[str]], code: str, request: str
) -> Iterable[Decision]:
    own = (decision for decision in corpus.decisions_as_made if decision.coder == coder)
    on_place = group_by(own, lambda decision: decision.place)
    states = {place: passage_state(decisions, corpus.history) for place, decisions in on_place.items()}
    by_coding = {
        (coding_of(decision), decision.after_change): decision
        for state in states.values()
        for decision in state.in_effect
        if decision.verdict in MARKING and decision.code
    }
    number = 0
    for row, codes in chosen.items():
        if row not in by_coding:
            raise DecisionError(GONE)
        decision = by_coding[row]
        kept = [now for now in certain_codes(*row, corpus.history, corpus.assignments) if now not in codes]
        for further in _recoded(decision, states[decision.place], [code, *kept], corpus):
            yield replace(further, request=f"{request}-{number}")
            number += 1


def _recoded(decision: Decision, state: PassageState, codes: list[str], corpus: Corpus) -> list[Decision]:
    """The decisions after which the passage has `codes` in place of the one that was decided on."""
    now = present_decision(decision, corpus.history)
    plain = replace(
        now, origin=Origin.REVIEWED if state.revealed else now.origin, shown=state.revealed or now.shown,
        id=0, at="", codebook="", after_change=0, seconds=None, undoes=None,
    )  # fmt: skip
    own = replace(plain, suggested=None, model=None, score=None, threshold=None)
    add = [replace(own, verdict=ReviewAction.ADD, code=code) for code in codes]
    if corpus.history.code_now(decision.code or "", decision.after_change).certain is None:
        # Of a code that was split since: no present name reaches it, so that the decision itself is taken back.
        if state.is_fixed(decision):
            raise DecisionError(FIXED)
        return [
            replace(own, verdict=ReviewAction.UNDO, undoes=decision.id, code=None, code_start=None, code_end=None),
            *add,
        ]
    if now.suggested and state.decision_on(now.suggested) == now:
        as_suggested = (codes[0], now.code_span) == (now.suggested, now.span)
        verdict = ReviewAction.ACCEPT if as_suggested else ReviewAction.CHANGE
        return [replace(plain, verdict=verdict, code=codes[0])]
    return [replace(own, verdict=ReviewAction.REMOVE, code_start=None, code_end=None, valence=None, memo=""), *add]
