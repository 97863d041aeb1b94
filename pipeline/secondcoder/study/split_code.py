"""Splitting a code with its passages at hand: a confirmed change of the codebook, and what each passage is then, in one act."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from secondcoder.codebook.history import Kind
from secondcoder.codebook.model import Codebook
from secondcoder.codebook.plan import UNCHANGED, NamedSteps, Plan, plan_change
from secondcoder.codebook.present import Assignment, certain_codes, key_of
from secondcoder.codebook.split import split_codebook
from secondcoder.corpus import Corpus
from secondcoder.domain.records import Coding
from secondcoder.errors import CodebookError
from secondcoder.study.study import Study

Part = tuple[str, str, str]
"""Id, name and definition of a new code."""


@dataclass(frozen=True)
class Split:
    """What was done: the change's number, codings that have their new codes, and codings that wait to be assigned."""

    change: int
    assigned: int
    waiting: int


def plan_split(corpus: Corpus, book: Codebook, code: str, parts: Sequence[Part]) -> Plan:
    """The plan that splits a code, as `secondcoder codebook change --split` would; CodebookError where it cannot be split so."""
    after = split_codebook(book, code, parts)
    asked = NamedSteps(split={code: tuple(part[0].strip() for part in parts)})
    plan = plan_change(book, after, corpus.codings, corpus.passes, corpus.history.changes, asked)
    if [step.kind for step in plan.steps] != [Kind.SPLIT]:
        raise CodebookError(
            f"{code} cannot be split like this: {'; '.join(step.summary for step in plan.steps)}. {UNCHANGED}"
        )
    return plan


def carry_out_split(study: Study, plan: Plan, chosen: Mapping[tuple[object, ...], tuple[str, ...]], who: str) -> Split:
    """Change the codebook and assign, in file and store or in neither.

    Args:
        chosen: the key of a coding in the codes before the change (`present.key_of`) -> its new codes, none for "neither"; codings
            that are left out wait to be assigned.
        who: signs the change and the assignments.
    """
    with study.changing(f"a split by {who}"):
        corpus, code = study.corpus, plan.steps[0].old[0]
        touched = list(_touched(corpus, code))
        new = [
            # 0 for the change after which it was assigned, which the store gives.
            Assignment(key_of(coding), made, (*chosen[key_of(now)], *others), 0)
            for coding, made, now, others in touched
            if key_of(now) in chosen
        ]
        with study.with_codebook(plan.after), study.store.transaction(who) as write:
            number = write.add_change(plan.before, plan.after, plan.steps)
            write.add_assignments(new, "code view")
    return Split(number, len(new), len(touched) - len(new))


def _touched(corpus: Corpus, code: str) -> Iterator[tuple[Coding, int, Coding, tuple[str, ...]]]:
    """Each coding of the code: as it was made, after which change, as it is now, and its other codes where it has several."""
    for coding, made in corpus.codings_as_made:
        codes = certain_codes(coding, made, corpus.history, corpus.assignments)
        if code in codes:
            now = coding if coding.code == code else Coding(*coding.place, code, coding.coder, coding.origin)
            yield coding, made, now, tuple(other for other in codes if other != code)
