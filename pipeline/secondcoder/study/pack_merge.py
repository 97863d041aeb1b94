"""Merging a pack that comes back: what its coder said and withdrew since the last one that was merged, and nothing else.

What the pack says is compared with what the coder had said in the last pack that was merged here, or else in the one they opened. So
packs of two coders give the same store in any order, one that is merged twice brings nothing, and what was done here meanwhile stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from secondcoder.codebook.present import Key, ambiguous_spans, key_of, present_passes
from secondcoder.corpus import Corpus
from secondcoder.domain.grouping import group_by
from secondcoder.domain.records import Coding, CodingPass
from secondcoder.domain.wording import counted, first_of
from secondcoder.errors import StudyError
from secondcoder.exchange.pack.archive import read_pack
from secondcoder.exchange.pack.pack import OPENED, Pack, State
from secondcoder.store import Store
from secondcoder.store.hand_marks import MadePass, Marks
from secondcoder.store.rows import MadeCoding
from secondcoder.study.follow_decisions import follow_where_taken
from secondcoder.study.pack_fits import refuse_foreign
from secondcoder.study.pack_trail import MERGED
from secondcoder.workspace import Workspace

NAMED = 3


@dataclass(frozen=True)
class PackMerge:
    """What merging a pack would do: rows that go and rows that come, and what is left as it is, in sentences for the person."""

    pack: Pack
    took: Marks
    put: Marks
    notes: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return self.took != self.put

    @property
    def counts(self) -> dict[str, int]:
        """How many codings and passes are new, and how many withdrawn."""
        return {
            "new codings": len(self.put.codings),
            "withdrawn codings": len(self.took.codings),
            "new passes": len(self.put.passes),
            "withdrawn passes": len(self.took.passes),
        }


def plan_merge(workspace: Workspace, store: Store, path: Path) -> PackMerge:
    """What merging a pack would do.

    Raises:
        InputError: the pack is of another study, codebook or text, did not come back from a coder, or is damaged.
    """
    corpus, pack = workspace.corpus, read_pack(path)
    refuse_foreign(pack, path, workspace)
    here = [name for name in sorted(pack.texts) if name in corpus.by_id]
    gone = sorted(pack.texts.keys() - corpus.by_id.keys())
    notes = [f"'{name}' was removed from this study: what was said of it there is left out" for name in gone]
    merges = [event["detail"] for event in corpus.events(MERGED)]
    heads = {OPENED, *(each["head"] for each in merges)}
    said: set[Coding | CodingPass] = set()
    withdrawn: set[Coding | CodingPass] = set()
    late = False
    for name in here:
        if any(pack.now.head in each["heads"] and name in each["transcripts"] for each in merges):
            late = True  # this pack, or a later one that knew of it
            continue
        before = _last(pack.states, heads, name)
        earlier = before.on(name) if before else frozenset()
        said |= pack.now.on(name) - earlier
        withdrawn |= earlier - pack.now.on(name)
    if late:
        notes.append(f"this pack of {pack.coder}, or a later one, was merged here already: nothing of it is new")
    own = store.marks_of(pack.coder)
    took, put, more = _rows(workspace, pack.coder, own, said, withdrawn)
    return PackMerge(pack, took, put, [*notes, *more])


def _last(states: Iterable[State], heads: Collection[str], transcript: str) -> State | None:
    """What was said of a transcript in the last pack with it that the study has: merged here, or opened from here."""
    known = [state for state in states if state.head in heads and transcript in state.transcripts]
    return known[-1] if known else None


def _rows(
    workspace: Workspace,
    coder: str,
    own: Mapping[str, Marks],
    said: Collection[Coding | CodingPass],
    withdrawn: Collection[Coding | CodingPass],
) -> tuple[Marks, Marks, list[str]]:
    """The rows of the store that go and that come, with notes on what stays though the pack says otherwise."""
    corpus, book = workspace.corpus, workspace.codebook
    have = {key_of(coding): coding for coding in corpus.codings if coding.coder == coder}
    rows = group_by(_present_rows(corpus, own), lambda pair: pair[0])
    took: list[MadeCoding] = []
    decided: list[Coding] = []
    differing: list[Coding] = []
    freed = set()
    for coding in _codings(withdrawn):
        made = [row for _, row in rows.get(key_of(coding), ())]
        if have.get(key_of(coding), coding) != coding:
            differing.append(coding)
        elif any(not row.imported for row in made):
            decided.append(coding)
        else:
            took += made
            freed.add(key_of(coding))
    new = [coding for coding in _codings(said) if key_of(coding) not in have or key_of(coding) in freed]
    differing += [
        coding
        for coding in _codings(said)
        if key_of(coding) not in freed and have.get(key_of(coding), coding) != coding
    ]
    looks, looks_took = _passes(corpus, coder, own, said, withdrawn)
    after = corpus.history.latest
    put = Marks(
        tuple(MadeCoding(coding, book.hash, after, True) for coding in new),
        tuple(MadePass(each, after) for each in looks),
    )
    return Marks(tuple(took), tuple(looks_took)), put, [*_kept(decided, differing)]


def _present_rows(corpus: Corpus, own: Mapping[str, Marks]) -> Iterator[tuple[Key, MadeCoding]]:
    """(what identifies a coding in the present codes, row) of a coder's rows."""
    for row in (row for marks in own.values() for row in marks.codings):
        yield from ((key_of(now), row) for now in corpus.in_present_codes([(row.coding, row.after_change)]))


def _codings(marks: Iterable[Coding | CodingPass]) -> list[Coding]:
    return sorted((mark for mark in marks if isinstance(mark, Coding)), key=key_of)


def _passes(
    corpus: Corpus,
    coder: str,
    own: Mapping[str, Marks],
    said: Collection[Coding | CodingPass],
    withdrawn: Collection[Coding | CodingPass],
) -> tuple[list[CodingPass], list[MadePass]]:
    history = corpus.history
    turns = {transcript.id: [turn.span for turn in transcript.turns] for transcript in corpus.transcripts}
    unclear = ambiguous_spans(corpus.codings_as_made, history, corpus.assignments, turns) if history else ()

    def withdrew(look: MadePass) -> bool:
        pieces = present_passes([(look.made, look.after_change)], history, unclear) if history else [look.made]
        return bool(pieces) and withdrawn_looks.issuperset(pieces)

    withdrawn_looks = {mark for mark in withdrawn if isinstance(mark, CodingPass)}
    gone = [look for marks in own.values() for look in marks.passes if withdrew(look)]
    have = {look for look in corpus.passes if look.coder == coder}
    looks = {mark for mark in said if isinstance(mark, CodingPass)} - have
    return sorted(looks, key=lambda look: (look.place, look.codes, look.origin)), gone


def _kept(decided: Sequence[Coding], differing: Sequence[Coding]) -> Iterator[str]:
    if decided:
        yield (
            f"{counted(len(decided), 'coding that was withdrawn there stays', 'codings that were withdrawn there stay')}: given in "
            f"the review here ({_places(decided)}). To withdraw them, decide otherwise there: secondcoder review"
        )
    if differing:
        yield (
            f"{counted(len(differing), 'coding was', 'codings were')} changed both here and there, in valence or memo, and "
            f"{'stays' if len(differing) == 1 else 'stay'} as here ({_places(differing)})"
        )


def _places(codings: Sequence[Coding]) -> str:
    """Where, and not of which code: whoever merges may be a coder too."""
    return first_of([f"'{each.transcript}' at {each.start}-{each.end}" for each in codings], NAMED)


def refuse_outdated(plan: PackMerge, now: PackMerge) -> None:
    """StudyError where merging would do something else by now than what the person saw."""
    if (plan.took, plan.put) != (now.took, now.put):
        raise StudyError("What this pack would change is something else by now. Nothing was merged: look at it again.")


def carry_out(workspace: Workspace, store: Store, plan: PackMerge, path: Path) -> list[str]:
    """Merge in one transaction, recorded in the audit trail; notes on codings that a review gives as well.

    Raises:
        StudyError: what the plan would take away was changed meanwhile; nothing was merged.
    """
    pack = plan.pack
    with workspace.write() as write:
        write.hold(pack.coder)
        write.exchange(plan.took, plan.put)
        taken = [row.coding for row in plan.took.codings]
        given = follow_where_taken(write, taken, store, workspace.corpus.history)
        write.log(
            MERGED,
            coder=pack.coder,
            file=path.name,
            made_in=pack.made_in,
            head=pack.now.head,
            heads=[state.head for state in pack.states[1:]],
            transcripts=sorted(pack.texts),
            **plan.counts,
        )
    put_back = {key_of(coding) for coding in given} - {key_of(row.coding) for row in plan.put.codings}
    return [*_kept([coding for coding in given if key_of(coding) in put_back], ())]
