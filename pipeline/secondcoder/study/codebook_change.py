"""Changing a study's codebook: the plan, the change once it is confirmed, and its history. Every way to another codebook goes here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from secondcoder.codebook.history import GONE, Fates
from secondcoder.codebook.model import SHIPPED, Codebook, load_codebook, parse_codebook, shipped_text
from secondcoder.codebook.plan import UNCHANGED, Asked, Plan, plan_change
from secondcoder.codebook.present import Pending, pending
from secondcoder.domain.records import Coding
from secondcoder.errors import CodebookError, InputError, StudyError

if TYPE_CHECKING:
    from secondcoder.study.study import Study


def must_be_confirmed(study: Study, book: Codebook) -> None:
    """Raises StudyError when `book`, the study's file, is not the codebook that was confirmed last."""
    if book != confirmed_codebook(study, book):
        raise StudyError(
            "codebook.yml was edited, and nobody has confirmed yet what that changes. See it and confirm it: "
            "secondcoder codebook change"
        )


def confirmed_codebook(study: Study, book: Codebook) -> Codebook:
    """The codebook that was confirmed last; `book`, the study's file, may have been edited since."""
    fates, kept = study.store.fates(), study.store.codebook_hashes()
    last = fates.changes[-1].after if fates else book.hash if book.hash in kept else (kept or [book.hash])[-1]
    return book if last == book.hash else _kept(study, last)


def _kept(study: Study, codebook_hash: str) -> Codebook:
    return parse_codebook(study.store.codebook_yaml(codebook_hash) or "", "the codebook in the store")


def plan_in_study(study: Study, source: str | Path | None = None, asked: Asked | None = None) -> Plan:
    """What would become of the codes with the codebook of `source`, or with the study's own file as it was edited by hand.

    Raises:
        CodebookError: a step that cannot be, or a code that would vanish from codings unsaid.
    """
    file, fates = study.codebook_file, study.store.fates()
    after = file if source is None else load_codebook(source)
    codings = [*study.store.codings(), *_retired(study, fates)]
    return plan_change(confirmed_codebook(study, file), after, codings, study.store.passes(), fates.changes, asked)


def _retired(study: Study, fates: Fates) -> Iterator[Coding]:
    """Codings of retired codes, under the names by which a plan can bring them back."""
    for coding, made in study.store.codings_made() if fates else ():
        codes = fates.of(coding.code, made).codes
        code = next(iter(codes))
        if len(codes) == 1 and code.startswith(GONE):
            yield Coding(coding.transcript, coding.start, coding.end, code, coding.coder)


def change_codebook(study: Study, plan: Plan, source: str | Path | None = None) -> int:
    """Do what a plan says, the file and the store together or neither; the change's number, 0 where there was nothing to do.

    Args:
        source: where the plan's codebook came from; its text, comments and all, becomes the study's file.
    """
    if not plan:
        return 0
    with study.with_codebook(plan.after, _text(source)), study.transaction() as write:
        return write.add_change(plan.before, plan.after, plan.steps)


def _text(source: str | Path | None) -> str | None:
    if source is None:
        return None
    return shipped_text(str(source)) if str(source) in SHIPPED else Path(source).read_text(encoding="utf-8")


def take_codebook(study: Study, source: str | Path) -> Codebook:
    """Another codebook without a word from the researcher: refused where a coding or a pass would be read as another code.

    Raises:
        InputError: what would be, and how to say what is meant.
    """
    how = f"`secondcoder codebook change {source}` shows it and asks."
    try:
        plan = plan_in_study(study, source)
    except CodebookError as error:
        raise InputError(f"{source}: {error}") from None
    if plan.touches:
        told = "; ".join(one.step.told for one in plan.planned if one.use.codings or one.use.passes)
        raise InputError(f"{source}: this would have {told}. {how} {UNCHANGED}")
    change_codebook(study, plan, source)
    return plan.after


def history(study: Study) -> list[dict[str, Any]]:
    """Every confirmed change, oldest first: number, when, who, codebook before and after, steps in words."""
    rows = []
    for change in study.store.fates().changes:
        before, after = _kept(study, change.before), _kept(study, change.after)
        rows.append(
            {
                "change": change.id,
                "at": change.at,
                "who": change.who,
                "before": f"{before.id} {before.version} ({change.before[:8]})",
                "after": f"{after.id} {after.version} ({change.after[:8]})",
                "steps": [step.told for step in change.steps] or ["changed what is said of the codebook as a whole"],
            }
        )
    return rows


def pending_in_study(study: Study) -> list[Pending]:
    """Codings of codes that were split, assigned or not."""
    store = study.store
    return pending(store.codings_made(), store.fates(), store.assignments(), study.codebook.ids)


def waiting_faults(study: Study) -> Iterator[str]:
    """A sentence where codings of split codes wait to be assigned."""
    waiting = sum(one.open for one in pending_in_study(study))
    if waiting:
        yield (
            f"{waiting} codings of split codes wait to be assigned; until then nothing is learned from them. "
            "Write them out: secondcoder codebook assign FILE.xlsx --write"
        )
