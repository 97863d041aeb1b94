"""Changing a study's codebook: the plan, the change once it is confirmed, and its history. Every way to another codebook goes here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from secondcoder.codebook.history import RETIRED_MARK, Kind
from secondcoder.codebook.model import Code, Codebook
from secondcoder.codebook.plan import UNCHANGED, NamedSteps, Plan, plan_change
from secondcoder.codebook.present import UnassignedCoding, unassigned_codings
from secondcoder.codebook.yaml_file import parse_codebook
from secondcoder.corpus import Corpus
from secondcoder.domain.records import Coding
from secondcoder.domain.wording import counted
from secondcoder.errors import CodebookError, InputError, StudyError, UnconfirmedError
from secondcoder.exchange.codebooks.files import read_codebook


def must_be_confirmed(corpus: Corpus, book: Codebook) -> None:
    """Raises UnconfirmedError when `book`, the study's file, is not the codebook that was confirmed last."""
    if book != confirmed_codebook(corpus, book):
        if corpus.history and book.hash in corpus.codebooks:
            raise UnconfirmedError(
                "codebook.yml is an earlier codebook of this study, which was changed since, maybe in another folder of it. Copy "
                "codebook.yml from that folder; or, to go back to the earlier one: secondcoder codebook change"
            )
        raise UnconfirmedError(
            "codebook.yml was edited, and nobody has confirmed yet what that changes. See it and confirm it: "
            "secondcoder codebook change"
        )


def confirmed_codebook(corpus: Corpus, book: Codebook) -> Codebook:
    """The codebook that was confirmed last; `book`, the study's file, may have been edited since."""
    history, kept = corpus.history, [*corpus.codebooks]
    # Before any change: the file's own codebook if the store has it, else the one kept last.
    last = history.changes[-1].after if history else book.hash if book.hash in kept else (kept or [book.hash])[-1]
    return book if last == book.hash else _kept(corpus, last)


def _kept(corpus: Corpus, codebook_hash: str) -> Codebook:
    return parse_codebook(corpus.codebooks.get(codebook_hash, ""), "the codebook in the store")


def plan_in_study(
    corpus: Corpus, file: Codebook, source: str | Path | None = None, asked: NamedSteps | None = None
) -> Plan:
    """What would become of the codes with the codebook of `source`, or with the study's own `file` as it was edited by hand.

    Raises:
        CodebookError: a step that cannot be, or a code that would vanish from codings unsaid.
    """
    after = file if source is None else read_codebook(source).book
    codings = [*corpus.codings, *_retired(corpus)]
    before = confirmed_codebook(corpus, file)
    return plan_change(before, after, codings, corpus.passes, corpus.history.changes, asked)


def _retired(corpus: Corpus) -> Iterator[Coding]:
    """Codings of retired codes, under the names by which a plan can bring them back."""
    for coding, after in corpus.codings_as_made if corpus.history else ():
        codes = corpus.history.code_now(coding.code, after).codes
        code = next(iter(codes))
        if len(codes) == 1 and code.startswith(RETIRED_MARK):
            yield Coding(*coding.place, code, coding.coder)


def codebook_text(source: str | Path | None) -> str | None:
    """The YAML of a codebook, comments and all where its file has them; None for the study's own."""
    return None if source is None else read_codebook(source).text


def plan_of_import(corpus: Corpus, file: Codebook, source: str | Path) -> Plan:
    """The plan that makes the codebook of `source` the study's, where nobody need be asked.

    Raises:
        InputError: a coding or a pass would be read as another code: that is asked for, not taken.
    """
    try:
        plan = plan_in_study(corpus, file, source)
    except CodebookError as error:
        # Faults of the file name it themselves; those of what it would change do not.
        named = Path(source).name in str(error).partition("\n")[0]
        raise InputError(str(error) if named else f"{source}: {error}") from None
    if plan.touches:
        steps = "; ".join(planned.step.summary for planned in plan.planned if planned.use.codings or planned.use.passes)
        how = f"`secondcoder codebook change {source}` shows it and asks."
        raise InputError(f"{source}: this would have {steps}. {how} {UNCHANGED}")
    return plan


def refuse_used_since(plan: Plan, codings: Iterable[Coding]) -> None:
    """StudyError where a code that goes, and that nothing was coded with when the plan was made, has codings by now."""
    going = {
        code
        for planned in plan.planned
        if planned.step.kind is Kind.RETIRED and not planned.use.codings
        for code in planned.step.old
    }
    if used := sorted({coding.code for coding in codings} & going):
        raise StudyError(f"{used[0]} was given to passages meanwhile. {UNCHANGED} Look at the change again.")


def plan_of_new_code(corpus: Corpus, book: Codebook, code: Code) -> Plan:
    """The plan that adds one code to the codebook; CodebookError where it cannot be added."""
    plan = plan_change(book, book.with_code(code), corpus.codings, corpus.passes, corpus.history.changes)
    if [step.kind for step in plan.steps] != [Kind.ADDED]:
        raise CodebookError(f"'{code.id}' cannot be added as a new code. {UNCHANGED}")
    return plan


def history(corpus: Corpus) -> list[dict[str, Any]]:
    """Every confirmed change, oldest first: number, when, who, codebook before and after, steps in words."""
    rows = []
    for change in corpus.history.changes:
        before, after = _kept(corpus, change.before), _kept(corpus, change.after)
        rows.append(
            {
                "change": change.id,
                "at": change.at,
                "who": change.who,
                "before": f"{before.id} {before.version} ({change.before[:8]})",
                "after": f"{after.id} {after.version} ({change.after[:8]})",
                "steps": [step.summary for step in change.steps] or ["changed what is said of the codebook as a whole"],
            }
        )
    return rows


def pending_in_study(corpus: Corpus, book: Codebook) -> list[UnassignedCoding]:
    """Codings of codes that were split, assigned or not."""
    return unassigned_codings(corpus.codings_as_made, corpus.history, corpus.assignments, book.ids)


def waiting_faults(corpus: Corpus, book: Codebook) -> Iterator[str]:
    """A sentence where codings of split codes wait to be assigned."""
    waiting = sum(coding.open for coding in pending_in_study(corpus, book))
    if waiting:
        yield (
            f"{counted(waiting, 'coding of a split code waits', 'codings of split codes wait')} to be assigned; until then nothing is "
            "learned from them. "
            "Write them out: secondcoder codebook assign FILE.xlsx --write"
        )
