"""Changes of a codebook as maps from the codes before to the codes after.

A change maps all codes at once, so that two codes may trade names in it. What a code may now be is a set: one code where that is
certain, several after a split that nobody has gone through yet. A retired code lives on under a name that no codebook can hold,
so that a later change can bring it back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

RETIRED_MARK = "\x00"  # no code has it: ids are printable (`Code`)
Codes = frozenset[str]


class Kind(StrEnum):
    """What a step does. `redefined` says that the words of a code changed; codings stay as they are."""

    ADDED = "added"
    RENAMED = "renamed"
    SPLIT = "split"
    MERGED = "merged"
    RETIRED = "retired"
    RESTORED = "restored"
    REDEFINED = "redefined"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a change.

    Attributes:
        old, new: the codes before and after.
        above: the codes above the old one; where it is unknown what its codings are now, these codes are unknown too.
        of: the change that retired what this one restores.
    """

    kind: Kind
    old: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    of: int = 0

    @property
    def summary(self) -> str:
        """As 'split X into X1, X2'."""
        old, new = ", ".join(self.old), ", ".join(self.new)
        return {
            Kind.ADDED: f"added {new}",
            Kind.RENAMED: f"renamed {old} to {new}",
            Kind.SPLIT: f"split {old} into {new}",
            Kind.MERGED: f"merged {old} into {new}",
            Kind.RETIRED: f"retired {old}",
            Kind.RESTORED: f"brought back {new}",
            Kind.REDEFINED: f"changed what is said of {new}",
        }[self.kind]

    def to_json(self) -> dict[str, Any]:
        """Only what is filled."""
        codes = {name: list(getattr(self, name)) for name in ("old", "new", "above") if getattr(self, name)}
        return {"kind": self.kind.value, **codes, **({"of": self.of} if self.of else {})}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Step:
        """What `to_json` wrote."""
        old, new, above = (tuple(data.get(name, ())) for name in ("old", "new", "above"))
        return cls(Kind(data["kind"]), old, new, above, data.get("of", 0))


@dataclass(frozen=True)
class Change:
    """A confirmed change: its number (from 1), when, who, the hashes of the codebook before and after, and its steps."""

    id: int
    at: str
    who: str
    before: str
    after: str
    steps: tuple[Step, ...] = ()

    @cached_property
    def _present_of(self) -> dict[str, Codes]:
        codes: dict[str, Codes] = {}
        for step in self.steps:
            if step.kind is Kind.RETIRED:
                codes |= {old: frozenset({retired_id(old, self.id)}) for old in step.old}
            elif step.kind is Kind.RESTORED:
                codes |= {retired_id(old, step.of): frozenset(step.new) for old in step.old}
            elif step.kind is not Kind.REDEFINED:
                codes |= {old: frozenset(step.new) for old in step.old}
        return codes

    @cached_property
    def _sources(self) -> dict[str, set[str]]:
        sources: dict[str, set[str]] = {}
        for old, codes in self._present_of.items():
            for code in codes:
                sources.setdefault(code, set()).add(old)
        return sources

    def sources(self, codes: Codes) -> Codes:
        """The codes before the change that went into these."""
        return frozenset().union(*(self._sources.get(code, {code}) for code in codes))

    def carry(self, codes: Iterable[str]) -> Codes:
        """What codes may be after the change."""
        return frozenset().union(*(self._present_of.get(code, {code}) for code in codes))

    def covered(self, codes: Codes) -> Codes:
        """What a pass that looked for `codes` looked for: a code after the change only where it looked for all that went into it."""
        kept = {code for code in codes if code not in self._present_of and code not in self._sources}
        return frozenset(kept | {code for code, sources in self._sources.items() if sources <= codes})

    def above(self, codes: Codes) -> Codes:
        """The codes above those that the change splits or retires, as they are after it."""
        steps = (step for step in self.steps if step.kind in (Kind.SPLIT, Kind.RETIRED) and set(step.old) & codes)
        return self.carry(code for step in steps for code in step.above)


def retired_id(code: str, change: int) -> str:
    """The name under which a code lives on after the change that retired it."""
    return f"{RETIRED_MARK}{change}{RETIRED_MARK}{code}"


def visible(codes: Iterable[str]) -> Codes:
    """Those that a codebook can hold: not the retired ones."""
    return frozenset(code for code in codes if not code.startswith(RETIRED_MARK))


@dataclass(frozen=True, slots=True)
class CodeNow:
    """What became of a code: what it may be now, and the codes above it that are unknown where it was given."""

    codes: Codes
    above: Codes = frozenset()

    @property
    def certain(self) -> str | None:
        """The one code that it is now."""
        return next(iter(self.codes)) if len(self.codes) == 1 and visible(self.codes) else None


@dataclass
class CodeHistory:
    """All changes of a study, oldest first, and what codings and passes made after any of them are now."""

    changes: Sequence[Change] = ()
    _code_now: dict[tuple[str, int], CodeNow] = field(default_factory=dict, repr=False)
    _covered: dict[frozenset[tuple[Codes, int]], Codes] = field(default_factory=dict, repr=False)

    def __bool__(self) -> bool:
        return bool(self.changes)

    @property
    def latest(self) -> int:
        """The number of the last change, 0 before any."""
        return self.changes[-1].id if self.changes else 0

    def since(self, after: int) -> list[Change]:
        """The changes later than `after`."""
        return [change for change in self.changes if change.id > after]

    def code_now(self, code: str, after: int) -> CodeNow:
        """What became of a code that was given after the change `after`."""
        if (code, after) not in self._code_now:
            codes, above = frozenset({code}), Codes()
            for change in self.since(after):
                # In one assignment: both start from the codes before the change.
                codes, above = change.carry(codes), change.carry(above) | change.above(codes)
            self._code_now[code, after] = CodeNow(codes, above)
        return self._code_now[code, after]

    def covered(self, passes: frozenset[tuple[Codes, int]]) -> Codes:
        """What one coder's passes over the same place cover together, in the present codes.

        Args:
            passes: the codes of each with the change after which it was made. Looking for both parts of a merged code is looking for
                it, whether in one pass or in two.
        """
        if passes not in self._covered:
            now = Codes()
            for change in self.changes:
                # Changes are numbered without gaps, so a pass made after change n enters just before n + 1.
                now = change.covered(now.union(*(codes for codes, after in passes if after == change.id - 1)))
            latest = (codes for codes, after in passes if after >= self.latest)
            self._covered[passes] = visible(now.union(*latest))
        return self._covered[passes]

    def same_code(self, code: str, after: int) -> str | None:
        """What the code is called now, if it is still the same one: kept or renamed, never merged, split or retired."""
        codes = frozenset({code})
        for change in self.since(after):
            after_it = change.carry(codes)
            if len(after_it) != 1 or len(change.sources(after_it)) != 1:
                return None
            codes = after_it
        return next(iter(visible(codes)), None)

    def last_change_with(self, codebook_hash: str) -> int | None:
        """The last change after which the codebook of this hash was the study's; None if it never was, as far as is known."""
        after = [change.id for change in self.changes if change.after == codebook_hash]
        before = [change.id - 1 for change in self.changes if change.before == codebook_hash]
        return max([*after, *before], default=None)


NO_HISTORY = CodeHistory()
"""That of a codebook that never changed."""
