"""What would become of the codes if a study took another codebook: the plan that a researcher confirms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from secondcoder.codebook.earlier_wording import with_present_references
from secondcoder.codebook.history import Change, Kind, Step, retired_id, visible
from secondcoder.codebook.model import Code, Codebook
from secondcoder.domain.records import Coding, CodingPass
from secondcoder.domain.wording import counted
from secondcoder.errors import CodebookError, did_you_mean

MIN_LIKENESS = 0.85
"""Texts at least this alike (difflib's ratio) are taken for the same code under another name."""
UNCHANGED = "The codebook was not changed."


@dataclass(frozen=True)
class NamedSteps:
    """Steps that a researcher names; `merge`: the old codes and the one that they become."""

    rename: Mapping[str, str] = field(default_factory=dict)
    split: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    merge: Sequence[tuple[tuple[str, ...], str]] = ()
    retire: tuple[str, ...] = ()
    restore: tuple[str, ...] = ()


@dataclass(frozen=True)
class CodeUse:
    """How much of a study a code touches."""

    codings: int = 0
    passes: int = 0


@dataclass(frozen=True)
class PlannedStep:
    """A step with what it touches; `guessed` where nobody named it."""

    step: Step
    use: CodeUse
    guessed: bool = False


@dataclass(frozen=True)
class Plan:
    """From one codebook to another; empty when they are the same.

    Attributes:
        left_behind: added codes that were there before and were retired -> the codings of then, which they start without.
    """

    before: Codebook
    after: Codebook
    planned: tuple[PlannedStep, ...] = ()
    left_behind: Mapping[str, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.planned) or self.before.hash != self.after.hash

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of the change."""
        return tuple(planned.step for planned in self.planned)

    @property
    def touches(self) -> bool:
        """Something would be read under another code, or no longer: worth a confirmation."""
        moving = (Kind.RENAMED, Kind.MERGED, Kind.SPLIT, Kind.RETIRED, Kind.RESTORED)
        return any(
            planned.step.kind in moving and (planned.use.codings or planned.use.passes) for planned in self.planned
        )


def plan_change(
    before: Codebook,
    after: Codebook,
    codings: Iterable[Coding],
    passes: Iterable[CodingPass],
    changes: Sequence[Change] = (),
    asked: NamedSteps | None = None,
) -> Plan:
    """The plan, with guesses for codes that vanish and whose words come back under another name.

    Args:
        codings, passes: of the study, in the present codes.
        changes: confirmed so far; they say what can be brought back.

    Raises:
        CodebookError: a step cannot be, or a code vanishes with codings and nobody said what became of it; all faults together.
    """
    used = _use(codings, passes)
    named = _named_steps(before, asked or NamedSteps(), changes)
    _refuse(_faults(named, before, after, used))
    vanished, fresh = _unexplained(named, before, after, used)
    renames = _guess_renames([before[code] for code in vanished if code in before], [after[code] for code in fresh])
    left = [code for code in vanished if code not in renames]
    _refuse(_lost(code, used[code], after, fresh) for code in left if used.get(code, CodeUse()).codings)
    retired = [_retirement(before, code) for code in left]
    guessed = [Step(Kind.RENAMED, (old,), (new,)) for old, new in renames.items()]
    added = tuple(code for code in fresh if code not in renames.values())
    steps = [*named, *retired, *guessed, *([Step(Kind.ADDED, (), added)] if added else [])]
    steps += _redefinitions(before, after, named, steps)
    planned = tuple(PlannedStep(step, _touched(step, used), guessed=step in guessed) for step in steps)
    return Plan(before, after, planned, _left_behind(added, used, changes))


def _refuse(faults: Iterable[str]) -> None:
    """Raises one CodebookError for all faults, if there are any."""
    lines = list(faults)
    if lines:
        raise CodebookError("\n".join((*lines, UNCHANGED)))


def _use(codings: Iterable[Coding], passes: Iterable[CodingPass]) -> dict[str, CodeUse]:
    coded = Counter(coding.code for coding in codings)
    looked_for = Counter(code for coding_pass in passes for code in coding_pass.codes)
    return {code: CodeUse(coded[code], looked_for[code]) for code in sorted({*coded, *looked_for})}


def _touched(step: Step, used: Mapping[str, CodeUse]) -> CodeUse:
    """What the step's old codes touch: all their codings; of passes, which may be the same ones, only those of the most used code."""
    codes = [retired_id(code, step.of) for code in step.old] if step.kind is Kind.RESTORED else step.old
    uses = [used.get(code, CodeUse()) for code in codes]
    return CodeUse(sum(use.codings for use in uses), max((use.passes for use in uses), default=0))


def _named_steps(before: Codebook, asked: NamedSteps, changes: Sequence[Change]) -> list[Step]:
    """The steps that the researcher named."""
    above = {code: before.ancestors(code) for code in before.ids}
    steps = [Step(Kind.RENAMED, (old,), (new,)) for old, new in asked.rename.items()]
    steps += [Step(Kind.SPLIT, (old,), new, above.get(old, ())) for old, new in asked.split.items()]
    for old, new in asked.merge:
        # "A,B=C" where C is there already means that it takes them in.
        whole = (*old, new) if new in before and new not in old else old
        steps.append(Step(Kind.MERGED, tuple(dict.fromkeys(whole)), (new,)))
    steps += [_retirement(before, code) for code in asked.retire]
    steps += [Step(Kind.RESTORED, (code,), (code,), of=_retired_in(code, changes)) for code in asked.restore]
    return steps


def _moved(steps: Iterable[Step]) -> list[str]:
    """The codes of the present codebook that steps do something with."""
    return [old for step in steps if step.kind is not Kind.RESTORED for old in step.old]


def _unexplained(
    named: Sequence[Step], before: Codebook, after: Codebook, used: Mapping[str, CodeUse]
) -> tuple[list[str], list[str]]:
    """Codes that vanish and codes that appear without a step that names them."""
    moved, named_new = set(_moved(named)), {new for step in named for new in step.new}
    # Codings may also have codes that no codebook knew.
    present = dict.fromkeys((*before.ids, *sorted(visible(used))))
    vanished = [code for code in present if code not in after and code not in moved]
    return vanished, [code for code in after.ids if code not in before and code not in named_new]


def _redefinitions(before: Codebook, after: Codebook, named: Iterable[Step], steps: Iterable[Step]) -> list[Step]:
    """A step for each code that keeps its id and gets other words.

    Args:
        named: their codes are not looked at; a merge or a split brings new words of course.
        steps: all steps of the change. That a reference to another code follows them is no change of words.
    """
    named = list(named)
    apart = {*_moved(named), *(new for step in named for new in step.new)}
    carry = Change(0, "", "", "", "", tuple(steps)).carry  # a draft, for its map alone

    def meant(code: Code) -> Code:
        return code.model_copy(update={"colour": "", "guid": ""})

    return [
        Step(Kind.REDEFINED, (code,), (code,))
        for code in after.ids
        if code in before
        and code not in apart
        and meant(after[code]) not in (meant(before[code]), with_present_references(meant(before[code]), carry))
    ]


def _left_behind(added: Iterable[str], used: Mapping[str, CodeUse], changes: Sequence[Change]) -> dict[str, int]:
    """Codings of retired codes of the same name, which the added codes start without."""
    left = {code: used.get(retired_id(code, _retired_in(code, changes)), CodeUse()).codings for code in added}
    return {code: codings for code, codings in left.items() if codings}


def _retirement(before: Codebook, code: str) -> Step:
    return Step(Kind.RETIRED, (code,), (), before.ancestors(code) if code in before else ())


def _retired_in(code: str, changes: Sequence[Change]) -> int:
    """The last change that retired the code and was not taken back since, 0 for none."""
    last = 0
    for change in changes:
        for step in change.steps:
            if step.kind is Kind.RETIRED and code in step.old:
                last = change.id
            elif step.kind is Kind.RESTORED and code in step.old and step.of == last:
                last = 0
    return last


def _faults(steps: Sequence[Step], before: Codebook, after: Codebook, used: Mapping[str, CodeUse]) -> Iterator[str]:
    moved = Counter(_moved(steps))
    for code, times in moved.items():
        if times > 1:
            yield f"Code '{code}' stands in {times} of the steps named; say one thing of each."
    appearing = Counter(new for step in steps for new in step.new)
    for step in steps:
        yield from _old_faults(step, before, after, used, appearing)
        yield from _new_faults(step, before, after, moved, appearing)


def _new_faults(
    step: Step, before: Codebook, after: Codebook, moved: Collection[str], appearing: Mapping[str, int]
) -> Iterator[str]:
    for new in step.new:
        if new not in after:
            yield f"{step.summary}: the new codebook has no code '{new}'.{did_you_mean(new, after.ids)}"
        elif new in before and new not in moved:
            together = ",".join((*step.old, new))
            yield f"{step.summary}: '{new}' is in the codebook already. To put them together: --merge {together}={new}"
        elif appearing[new] > 1:
            yield f"{step.summary}: '{new}' stands in two of the steps named. To put codes together, name them all in one --merge."


def _old_faults(
    step: Step, before: Codebook, after: Codebook, used: Mapping[str, CodeUse], appearing: Collection[str]
) -> Iterator[str]:
    if step.kind is Kind.RESTORED:
        if not step.of:
            yield f"Code '{step.old[0]}' was never retired, so there is nothing to bring back."
        return
    for old in step.old:
        if old not in before and old not in used:
            yield f"{step.summary}: the present codebook has no code '{old}'.{did_you_mean(old, before.ids)}"
        elif old in after and old not in appearing:
            yield f"{step.summary}: '{old}' is still in the new codebook. Take it out there, or do not name it here."
    if step.kind is Kind.SPLIT and len(step.new) < 2:
        yield f"{step.summary}: a split needs two codes or more; for one, say --rename {step.old[0]}={step.new[0]}"
    if step.kind is Kind.MERGED and len(step.old) < 2:
        yield f"{step.summary}: a merge needs two codes or more."


def _lost(code: str, use: CodeUse, after: Codebook, fresh: Sequence[str]) -> str:
    near, carried = did_you_mean(code, fresh or after.ids), counted(use.codings, "coding has", "codings have")
    return (
        f"Code '{code}' is not in the new codebook, and {carried} it.{near} Say what became of it: "
        f"--rename {code}=NEW, --merge {code},OTHER=NEW, --split {code}=NEW1,NEW2 or --retire {code}."
    )


def _guess_renames(vanished: Sequence[Code], fresh: Sequence[Code]) -> dict[str, str]:
    """Renames, old to new: the most alike pairs first, each code once."""
    # Negative, so that the most alike come first, and equals in the order of their ids, always the same.
    alike = sorted((-_likeness(old, new), old.id, new.id) for old in vanished for new in fresh)
    renames: dict[str, str] = {}
    for likeness, old, new in alike:
        if -likeness >= MIN_LIKENESS and old not in renames and new not in renames.values():
            renames[old] = new
    return renames


def _likeness(old: Code, new: Code) -> float:
    """How alike the words are, 0 to 1: definition, includes and examples; the name where there are none of these."""
    first, second = _words(old), _words(new)
    if not first or not second:
        # A name that only repeats the id, as of codes added from a table, says nothing.
        return float(old.name.casefold() == new.name.casefold() and old.name != old.id)
    # autojunk would pass over the letters that are frequent in texts of 200 characters and more.
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    # The quick ratios are upper bounds of the slow one, which most pairs are thereby spared.
    return (
        matcher.ratio() if matcher.real_quick_ratio() >= MIN_LIKENESS and matcher.quick_ratio() >= MIN_LIKENESS else 0.0
    )


def _words(code: Code) -> str:
    return "\n".join(text for text in (code.definition, *code.includes, *code.examples) if text).casefold()
