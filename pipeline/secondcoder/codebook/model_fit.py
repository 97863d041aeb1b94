"""How the codebook differs from what a model version learned, and which of its suggestions are of codes that are still the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from secondcoder.codebook.history import CodeHistory, Kind, visible
from secondcoder.codebook.model import Codebook
from secondcoder.domain.records import Suggestion


@dataclass(frozen=True)
class CodebookDifference:
    """How the present codebook differs from what a model learned.

    Attributes:
        new: present codes that it never learned, merged and split ones apart.
        retired: codes that it learned and that are no more.
        renamed: old name -> present name; it knows the code under the old one.
        merged: present code -> the codes it learned that went into it.
        split: code that it learned -> the present codes made of it.
        redefined: codes whose words changed since.
    """

    new: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    merged: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    split: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    redefined: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any((self.new, self.retired, self.renamed, self.merged, self.split, self.redefined))

    @property
    def summary(self) -> str:
        """In words, '' when nothing differs in the codes themselves."""
        parts = (
            ("never learned", self.new),
            ("merged since", [_from(code, old) for code, old in self.merged.items() if len(old) > 1]),
            ("split and merged again since", [_from(code, old) for code, old in self.merged.items() if len(old) == 1]),
            ("split since", [f"{old} (into {', '.join(new)})" for old, new in self.split.items()]),
            ("retired since", self.retired),
            ("renamed since", [f"{old} to {new}" for old, new in self.renamed.items()]),
            ("defined in other words since", self.redefined),
        )
        return "; ".join(f"{what}: {', '.join(codes)}" for what, codes in parts if codes)

    def to_json(self) -> dict[str, Any]:
        """For `status --json`."""
        return {
            "new": list(self.new),
            "retired": list(self.retired),
            "renamed": dict(self.renamed),
            "merged": {code: list(old) for code, old in self.merged.items()},
            "split": {code: list(new) for code, new in self.split.items()},
            "redefined": list(self.redefined),
        }


def _from(code: str, old: tuple[str, ...]) -> str:
    return code if old == (code,) else f"{code} (from {', '.join(old)})"


def codebook_difference(manifest: Mapping[str, Any], book: Codebook, history: CodeHistory) -> CodebookDifference:
    """What the model of a manifest does not know of the present codebook; nothing where the two fit.

    Where the model's codebook was never one of the study's confirmed ones, codes are matched by their names alone.
    """
    if manifest.get("codebook", {}).get("hash", book.hash) == book.hash:
        return CodebookDifference()
    change = history.last_change_with(manifest["codebook"]["hash"])
    history, after = (CodeHistory(), 0) if change is None else (history, change)
    learned = [*manifest["scored"], *manifest["ranked"]]
    now = {code: history.code_now(code, after).codes for code in learned}
    same = {code: present for code in learned if (present := history.same_code(code, after)) and present in book}
    parts = {code: tuple(part for part in book.ids if part in now[code]) for code in learned if len(now[code]) > 1}
    sources = {code: tuple(old for old in learned if now[old] == {code}) for code in book.ids}
    known = {code for code, old in sources.items() if old}.union(*parts.values())
    kept, redefined = set(same.values()), _redefined(history, after)
    return CodebookDifference(
        new=tuple(code for code in book.ids if code not in known),
        retired=tuple(code for code in learned if not visible(now[code]) & {*book.ids}),
        renamed={old: present for old, present in same.items() if old != present},
        merged={code: old for code, old in sources.items() if old and code not in kept},
        split=parts,
        redefined=tuple(code for code in book.ids if code in redefined & kept),
    )


def _redefined(history: CodeHistory, after: int) -> set[str]:
    """Codes whose words a later change altered."""
    steps = (step for change in history.since(after) for step in change.steps)
    return {code for step in steps if step.kind is Kind.REDEFINED for code in step.new}


def present_suggestions(
    suggestions: Iterable[Suggestion], manifest: Mapping[str, Any], book: Codebook, history: CodeHistory
) -> list[Suggestion]:
    """A model's suggestions under the present names of their codes; none of codes that are no longer the same ones."""
    codebook_hash = manifest.get("codebook", {}).get("hash", book.hash)
    after = history.latest if codebook_hash == book.hash else history.last_change_with(codebook_hash) or 0
    known = frozenset(book.ids)
    if not history.since(after):  # nearly always; then nobody has to look at the evidence
        return [suggestion for suggestion in suggestions if suggestion.code in known]
    same = cache(lambda code: history.same_code(code, after))
    now = (
        (suggestion, same(suggestion.code), suggestion.alternative and same(suggestion.alternative))
        for suggestion in suggestions
    )
    return [
        # As it is where nothing changed.
        suggestion
        if (code, alternative) == (suggestion.code, suggestion.alternative)
        else replace(suggestion, code=code, alternative=alternative)
        for suggestion, code, alternative in now
        if code in known
    ]
