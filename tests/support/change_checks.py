"""What the tests of codebook changes share: random changes, and an oracle that knows nothing of how they are read.

The oracle enumerates worlds. A world says of one place which codes are true there; all worlds that what was said leaves open are kept
and carried through each change by its plain meaning. A code is known to be there when it is true in every world, known to be absent
when it is true in none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import chain, combinations
from typing import Any

from hypothesis import strategies as st
from secondcoder.codebook.history import Change, Kind, Step
from secondcoder.codebook.model import Code, Codebook
from secondcoder.codebook.plan import NamedSteps
from secondcoder.codebook.yaml_file import dump_codebook, load_codebook
from secondcoder.study.study import Study

FIRST = ("A", "B", "C", "D")
World = frozenset[Any]


def book_of(codes: Any, **parents: str) -> Codebook:
    """A codebook of plain codes."""
    plain = [Code(id=code, name=f"name of {code}", parent=parents.get(code)) for code in codes]
    return Codebook(id="test", title="Test", codes=tuple(plain))


def change(number: int, *steps: Step) -> Change:
    """A confirmed change."""
    return Change(number, "2026-01-01", "maria", f"hash {number - 1}", f"hash {number}", steps)


@st.composite
def histories(draw: st.DrawFn, most: int = 4) -> tuple[list[Change], list[tuple[str, ...]]]:
    """Changes one after another, and the codes at the beginning and after each."""
    codes, changes, retired = [FIRST], [], []
    for number in range(1, draw(st.integers(1, most)) + 1):
        left, steps = list(draw(st.permutations(codes[-1]))), []
        names = iter(f"{letter}{number}" for letter in "KLMNOPQRSTUVWXYZ")
        for kind in draw(st.lists(st.sampled_from([*Kind]), min_size=1, max_size=3)):
            step = _step(draw, kind, left, names, retired, number)
            if step:
                steps.append(step)
        gone = {old for step in steps if step.kind is not Kind.RESTORED for old in step.old}
        new = [code for step in steps for code in step.new]
        codes.append(tuple(dict.fromkeys([*(code for code in codes[-1] if code not in gone), *new])))
        changes.append(change(number, *steps))
    return changes, codes


def _step(
    draw: st.DrawFn, kind: Kind, left: list[str], names: Any, retired: list[tuple[str, int]], number: int
) -> Step | None:
    """A step on codes that no other step of the change names; a code may keep its name through a split or a merge."""
    if kind is Kind.ADDED:
        return Step(kind, (), (next(names),))
    if kind is Kind.RESTORED:
        return _restored(left, retired, number)
    if len(left) < 2 or kind is Kind.REDEFINED:
        return None
    old, keeps = left.pop(), draw(st.booleans())
    if kind is Kind.RETIRED:
        retired.append((old, number))
        return Step(kind, (old,))
    new = old if keeps and kind is not Kind.RENAMED else next(names)
    more = (next(names),) if kind is Kind.SPLIT else ()
    return Step(kind, (old, left.pop()) if kind is Kind.MERGED else (old,), (new, *more))


def _restored(left: list[str], retired: list[tuple[str, int]], number: int) -> Step | None:
    code, of = retired[0] if retired else ("", number)
    if of == number or code in left:
        return None
    retired.pop(0)
    return Step(Kind.RESTORED, (code,), (code,), of=of)


Said = Callable[[int], tuple[frozenset[str], frozenset[str]]]
"""What was said of a place after a change: codes given, and codes looked for and not given."""


def worlds(said: Said, changes: list[Change]) -> set[World]:
    """All worlds that a place may be in at the end; none when what was said at different times contradicts itself."""
    found: set[World] = {frozenset(some) for some in _subsets(FIRST)}
    for number in range(len(changes) + 1):
        if number:
            found = set(chain.from_iterable(_through(world, changes[number - 1]) for world in found))
        given, missed = said(number)
        found = {world for world in found if given <= world and not missed & world}
    return found


def _subsets(given: Iterable[Any]) -> Any:
    codes = list(given)
    return chain.from_iterable(combinations(codes, n) for n in range(len(codes) + 1))


def _through(world: World, one: Change) -> set[World]:
    """The worlds after a change that one before it may have become."""
    moved = {old for step in one.steps if step.kind is not Kind.RESTORED for old in step.old}
    found = {frozenset(code for code in world if code not in moved)}
    for step in one.steps:
        there = any(old in world for old in step.old)
        if step.kind is Kind.ADDED:
            found = {some | extra for some in found for extra in (frozenset(), frozenset(step.new))}
        elif step.kind is Kind.RESTORED:
            hidden = (step.old[0], step.of)
            found = {(some - {hidden}) | (frozenset(step.new) if hidden in world else frozenset()) for some in found}
        elif step.kind is Kind.RETIRED and there:
            found = {some | {(step.old[0], one.id)} for some in found}
        elif step.kind is Kind.SPLIT and there:
            parts = [frozenset(part) for part in _subsets(step.new) if part]
            found = {some | part for some in found for part in parts}
        elif there:
            found = {some | frozenset(step.new) for some in found}
    return found


BEFORE = load_codebook("npt-core")


def with_ids(book: Codebook, ids: Mapping[str, str | None], *added: str) -> Codebook:
    """The codebook with some ids changed, or with None taken out, and codes added."""
    data = book.model_dump(mode="json")
    data["codes"] = [
        code | {"id": ids.get(code["id"], code["id"]), "parent": ids.get(code["parent"], code["parent"])}
        for code in data["codes"]
        if ids.get(code["id"], "") is not None
    ]
    for code in data["codes"]:
        for exclude in code["excludes"]:
            exclude["see"] = [ids.get(see, see) for see in exclude["see"] if ids.get(see, see) is not None]
    family = data["codes"][0]["family"]
    data["codes"] += [{"id": code, "name": f"name of {code}", "family": family} for code in added]
    return Codebook.model_validate(data)


def changed(study: Study, after: Codebook, **asked) -> Study:
    """The study with a codebook, confirmed."""
    path = study.folder.parent / "new.yml"
    path.write_text(dump_codebook(after), encoding="utf-8")
    study.codebook_change(study.codebook_plan(path, NamedSteps(**asked)), path)
    return study


def renamed(study: Study, **asked) -> Study:
    return changed(study, with_ids(BEFORE, {"CO": "SENSE"}), rename={"CO": "SENSE"}, **asked)
