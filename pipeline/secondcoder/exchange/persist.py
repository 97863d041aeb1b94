"""From records that were read to the store: all or nothing, and nothing twice that the study has already."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType

from secondcoder.codebook.history import Kind, Step
from secondcoder.codebook.model import Codebook
from secondcoder.corpus import Corpus, independent
from secondcoder.domain.grouping import group_by
from secondcoder.domain.names import file_name
from secondcoder.domain.records import Coding, CodingPass, Origin
from secondcoder.domain.spans import difference, merged
from secondcoder.domain.wording import counted
from secondcoder.errors import InputError
from secondcoder.exchange.identified_again import DEIDENTIFIED, deidentified_in
from secondcoder.exchange.importing import ImportOptions, ImportResult, raise_together, read_all
from secondcoder.exchange.registry import REMEMBERED, recalled
from secondcoder.store.writing import Writer

Progress = Callable[[int, int], None]
WithCodebook = Callable[[Codebook], AbstractContextManager[None]]
"""Inside, the study's codebook file is this codebook; an error there puts the old one back."""
FollowWhereTaken = Callable[[Writer, Sequence[Coding]], list[Coding]]
"""Puts back those of the withdrawn codings that a decision of a review gave as well, and returns them."""


@dataclass(frozen=True)
class Destination:
    """Where imported records go: a snapshot of the store, its codebook, and the ways to write both."""

    corpus: Corpus
    codebook: Codebook
    write: Callable[[], AbstractContextManager[Writer]]
    with_codebook: WithCodebook
    follow_where_taken: FollowWhereTaken


def import_files(into: Destination, paths: Sequence[Path], given: ImportOptions, progress: Progress) -> ImportResult:
    """Read transcripts, coded tables and folders of both, and put them in the store in one transaction; nothing with `dry_run`.

    Raises:
        InputError: every fault found, with its place.
    """
    corpus = into.corpus
    coders = {*corpus.coders, *(decision.coder for decision in corpus.decisions)}
    imported = read_all(
        paths,
        given,
        into.codebook,
        dict(corpus.by_id),
        progress,
        coders,
        partial(recalled, corpus.events(REMEMBERED)),
        deidentified_in(corpus.events(DEIDENTIFIED)),
    )
    replaced = _independent_marks(imported) if given.replace else frozenset()
    if given.dry_run:
        _compare(imported, corpus, replaced)
    else:
        _write(into, imported, paths, replaced)
    return imported


@dataclass(frozen=True)
class _Withdrawn:
    """Codings that the import replaces, and those of the same people that stay (`Writer.withdraw`)."""

    codings: Sequence[tuple[Coding, int]]
    waiting: Sequence[tuple[Coding, int]]


def _compare(imported: ImportResult, corpus: Corpus, replaced: Collection[tuple[str, str]]) -> _Withdrawn:
    """Leave in what was imported only what the study lacks, with notes; what it replaces there."""
    withdrawn, waiting = _withdrawn_codings(corpus, replaced)
    # What is withdrawn is known as it was made, while `corpus.codings` are in the present codes.
    taken = set(corpus.in_present_codes(withdrawn))
    imported.withdrawn = len(taken)
    imported.notes += _left_out(imported, [coding for coding in corpus.imported_codings if coding not in taken])
    imported.codings = only_new(
        imported.codings, [coding for coding in corpus.codings if coding not in taken], imported.files
    )
    passes = {coding_pass for coding_pass in corpus.passes if not _is_of(coding_pass, replaced)}
    imported.passes = new_passes(imported.passes, passes, imported.codings)
    return _Withdrawn(withdrawn, waiting)


def _write(
    into: Destination, imported: ImportResult, paths: Sequence[Path], replaced: Collection[tuple[str, str]]
) -> None:
    codebook = into.with_codebook(imported.book) if imported.added_codes else nullcontext()
    # The transaction ends within the codebook's context, which goes by whether it was committed.
    with codebook, into.write() as write:
        for coder in sorted({coder for _, coder in replaced}):
            write.hold(coder)
        # While files were read, somebody may have decided in a review: what is new is said of the store as it is now.
        is_same = write.last_event() == into.corpus.rows.last_event
        gone = _compare(imported, into.corpus if is_same else into.corpus.now(), replaced)
        if imported.added_codes:
            write.add_change(into.codebook, imported.book, [Step(Kind.ADDED, new=tuple(imported.added_codes))])
        write.add_codebook(imported.book)
        # The order of the foreign keys. Withdrawn before added: a mended coding may have the key of the one before.
        write.put_cases(imported.cases)
        write.add_transcripts(imported.transcripts)
        write.withdraw(gone.codings, sorted(replaced), gone.waiting)
        write.add_codings(imported.codings, imported.book)
        write.add_passes(imported.passes)
        # Last: a decision's coding is not doubled where the import brings the same one.
        given = into.follow_where_taken(write, [coding for coding, _ in gone.codings])
        brought = set(map(_mark, imported.codings))
        imported.notes += _still_given([coding for coding in given if _mark(coding) not in brought])
        for coded_format, memory in imported.memory.items():
            write.log(REMEMBERED, format=coded_format, memory=memory)
        write.log(
            "import",
            files=[file_name(path.name) for path in paths],
            transcripts=[transcript.id for transcript in imported.transcripts],
            codings=len(imported.codings),
            passes=len(imported.passes),
            **({"in place of": sorted(map(list, replaced))} if replaced else {}),
            **({"added codes": list(imported.added_codes)} if imported.added_codes else {}),
        )


def _left_out(imported: ImportResult, known: Sequence[Coding]) -> list[str]:
    """What a coding sheet lacks of the codings that its coder has: taken out of it, or given since it was made."""
    stay = sorted({*independent(known)} - {*imported.codings}, key=lambda coding: (coding.place, coding.code))
    stay = [coding for coding in stay if (coding.transcript, coding.coder) in imported.sheets]
    if not stay:
        return []
    what = (
        "coding of the study that this sheet lacks stays as it is",
        "codings of the study that this sheet lacks stay as they are",
    )
    return [
        f"{counted(len(stay), *what)} ({_first_of(stay)}). To withdraw what was taken out of the sheet, import it with --replace."
    ]


def _still_given(stay: Sequence[Coding]) -> list[str]:
    """A note on what the import took away, and a decision of a review gives."""
    if not stay:
        return []
    return [
        f"{counted(len(stay), 'coding that was replaced stays', 'codings that were replaced stay')}, given in the review as well "
        f"({_first_of(stay)}). To withdraw them, decide otherwise there: secondcoder review"
    ]


def _first_of(codings: Sequence[Coding]) -> str:
    first, more = codings[0], " ..." if len(codings) > 1 else ""
    return f"{first.code} by {first.coder} in '{first.transcript}' at {first.start}-{first.end}{more}"


def _independent_marks(imported: ImportResult) -> frozenset[tuple[str, str]]:
    """(transcript, coder) of every independent coding or pass that is imported."""
    marks: list[Coding | CodingPass] = [*imported.codings, *imported.passes]
    return frozenset((mark.transcript, mark.coder) for mark in independent(marks))


def _withdrawn_codings(
    corpus: Corpus, replaced: Collection[tuple[str, str]]
) -> tuple[list[tuple[Coding, int]], list[tuple[Coding, int]]]:
    """Codings imported before that the import replaces, as they were made, and those that stay.

    Only what is read as a coding now is replaced: one of a retired code, or that waits to be assigned, is in no table that somebody
    could mend.
    """
    before = [row for row in corpus.imported_as_made if _is_of(row[0], replaced)]
    read = {row for row in before if corpus.in_present_codes([row])}
    return [row for row in before if row in read], [row for row in before if row not in read]


def _is_of(mark: Coding | CodingPass, replaced: Collection[tuple[str, str]]) -> bool:
    return mark.origin is Origin.INDEPENDENT and (mark.transcript, mark.coder) in replaced


def only_new(
    codings: Sequence[Coding], known: Collection[Coding], files: Mapping[Coding, str] = MappingProxyType({})
) -> list[Coding]:
    """The codings that the study lacks, each once; InputError where one differs from another only in valence or memo.

    `files`: where codings come from, for the message.
    """
    have = {_mark(coding): coding for coding in known}
    new: list[Coding] = []
    faults: list[str] = []
    for coding in codings:
        first = have.setdefault(_mark(coding), coding)
        if first is coding:
            new.append(coding)
        elif first != coding:
            place = f"{files[coding]}: " if coding in files else ""
            faults.append(
                f"{place}{coding.code} by {coding.coder} at {coding.start}-{coding.end} of '{coding.transcript}' has another valence "
                "or memo than it had before. To change it, import the table with --replace, with all that its coder coded there."
            )
    raise_together([InputError(fault) for fault in dict.fromkeys(faults)], "codings")
    return new


def new_passes(
    passes: Sequence[CodingPass], known: Collection[CodingPass], codings: Sequence[Coding]
) -> list[CodingPass]:
    """The passes that the study lacks, each once.

    The same table imported again says nothing new, even when the codebook has grown since: nobody looked for the added codes. A
    known span, or one within it, counts as looked at again only where its coder brings `codings` that were not there. What came of a
    review or an adjudication names its codes, and is taken as it is.
    """
    looks = group_by(independent(known), lambda each: (each.transcript, each.coder))
    have = {key: merged(each.span for each in own) for key, own in looks.items()}
    brings = {(coding.transcript, coding.coder) for coding in codings}

    def is_new(coding_pass: CodingPass) -> bool:
        if coding_pass in known:
            return False
        key = coding_pass.transcript, coding_pass.coder
        if coding_pass.origin is not Origin.INDEPENDENT or difference(coding_pass.span, have.get(key, ())):
            return True
        return key in brings

    return list(filter(is_new, dict.fromkeys(passes)))


def _mark(coding: Coding) -> tuple[str | int, ...]:
    return *coding.place, coding.code, coding.coder, coding.origin
