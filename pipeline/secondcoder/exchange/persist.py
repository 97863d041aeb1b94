"""What was read lands in the study: everything, or nothing; and of what the study has already, nothing twice."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from secondcoder.codebook.history import Kind, Step
from secondcoder.codebook.present import present_codings
from secondcoder.domain.records import Coding, CodingPass, Origin
from secondcoder.errors import InputError
from secondcoder.exchange.importing import Given, Imported, raise_together, read_all

if TYPE_CHECKING:
    from secondcoder.study.study import Study


def import_files(study: Study, paths: Sequence[Path], given: Given) -> Imported:
    """Read transcripts, coded tables and folders of both, and put them in the store in one transaction.

    Raises:
        InputError: every fault found, with its place.
    """
    known = {transcript.id: transcript for transcript in study.store.transcripts()}
    imported = read_all(paths, given, study.codebook, known, study.telling("reading"))
    anew = said_anew(imported) if given.replace else frozenset()
    old, taken = _read_now(study, anew)
    imported.withdrawn = len(taken)
    imported.codings = only_new(imported.codings, [one for one in study.store.codings() if one not in taken])
    passes = {one for one in study.store.passes() if not _is_of(one, anew)}
    imported.passes = new_passes(imported.passes, passes, imported.codings)
    before = study.codebook
    codebook = study.with_codebook(imported.book) if imported.added_codes else nullcontext()
    with codebook, study.transaction() as write:
        if imported.added_codes:
            write.add_change(before, imported.book, [Step(Kind.ADDED, new=tuple(imported.added_codes))])
        write.add_codebook(imported.book)
        write.put_cases(imported.cases)
        write.add_transcripts(imported.transcripts)
        write.withdraw(old, sorted(anew))
        write.add_codings(imported.codings, imported.book)
        write.add_passes(imported.passes)
        write.log(
            "import",
            files=[path.name for path in paths],
            transcripts=[transcript.id for transcript in imported.transcripts],
            codings=len(imported.codings),
            passes=len(imported.passes),
            **({"in place of": sorted(map(list, anew))} if anew else {}),
        )
    return imported


def said_anew(imported: Imported) -> frozenset[tuple[str, str]]:
    """(transcript, coder) of everything that people said independently, and say again."""
    marks: list[Coding | CodingPass] = [*imported.codings, *imported.passes]
    return frozenset((one.transcript, one.coder) for one in marks if one.origin is Origin.INDEPENDENT)


def _read_now(study: Study, anew: Collection[tuple[str, str]]) -> tuple[list[tuple[Coding, int]], set[Coding]]:
    """Imported codings that a new word takes the place of, as they were made and as they are read now.

    Only what is read as a coding now: one of a retired code, or that waits to be assigned, is in no table that somebody could mend.
    """
    fates, assigned = study.store.fates(), study.store.assignments()
    made = [one for one in study.store.codings_made(imported=True) if _is_of(one[0], anew)]
    old = [one for one in made if present_codings([one], fates, assigned)]
    return old, set(present_codings(old, fates, assigned))


def _is_of(one: Coding | CodingPass, anew: Collection[tuple[str, str]]) -> bool:
    return one.origin is Origin.INDEPENDENT and (one.transcript, one.coder) in anew


def only_new(codings: Sequence[Coding], known: Collection[Coding]) -> list[Coding]:
    """The codings that the study lacks, each once; InputError where one differs from another only in valence or memo."""
    have = {_mark(coding): coding for coding in known}
    new: list[Coding] = []
    faults: list[str] = []
    for coding in codings:
        first = have.setdefault(_mark(coding), coding)
        if first is coding:
            new.append(coding)
        elif first != coding:
            faults.append(
                f"{coding.code} by {coding.coder} at {coding.start}-{coding.end} of '{coding.transcript}' has another valence or "
                "memo than it had before."
            )
    raise_together([InputError(fault) for fault in dict.fromkeys(faults)], "codings")
    return new


def new_passes(
    passes: Sequence[CodingPass], known: Collection[CodingPass], codings: Sequence[Coding]
) -> list[CodingPass]:
    """The passes that the study lacks, each once.

    The same table imported again says nothing new, even when the codebook has grown since: nobody looked for the added codes. A
    known span counts as looked at anew only where its coder brings `codings` that were not there. What came of a review or an
    adjudication names its codes, and is taken as it is.
    """
    have = {(one.transcript, one.coder, one.start, one.end) for one in known if one.origin is Origin.INDEPENDENT}
    brings = {(coding.transcript, coding.coder) for coding in codings}
    return [
        one
        for one in dict.fromkeys(passes)
        if one not in known
        and (
            one.origin is not Origin.INDEPENDENT
            or (one.transcript, one.coder, one.start, one.end) not in have
            or (one.transcript, one.coder) in brings
        )
    ]


def _mark(coding: Coding) -> tuple[str | int, ...]:
    return coding.transcript, coding.start, coding.end, coding.code, coding.coder, coding.origin
