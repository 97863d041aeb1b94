"""A project of another program to records of the study: transcripts, cases, codings, and all that the person should know."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from secondcoder.codebook.model import Codebook
from secondcoder.domain.grouping import group_by
from secondcoder.domain.names import file_name, folded
from secondcoder.domain.records import CodingPass
from secondcoder.domain.wording import counted, listed
from secondcoder.errors import InputError, TableError
from secondcoder.exchange.carried_codes import MatchedCodes, matched_codes
from secondcoder.exchange.read_spans import looks_of
from secondcoder.exchange.refi_qda.cases import about_texts, variables_remembered
from secondcoder.exchange.refi_qda.codes import CodeTree, code_tree, codebook_of
from secondcoder.exchange.refi_qda.codings import CodingsReader, Taken, taken_notes
from secondcoder.exchange.refi_qda.container import open_archive
from secondcoder.exchange.refi_qda.joining import join_texts
from secondcoder.exchange.refi_qda.memory import ProjectMemory, SourceMemory, coding_key, with_earlier
from secondcoder.exchange.refi_qda.project import read_project
from secondcoder.exchange.refi_qda.records import Project
from secondcoder.exchange.registry import CodedData, ImportContext
from secondcoder.exchange.same_interview import joined as moved

SHOWN = 5
FEWEST = 5  # codings, of which it is no chance that all begin at the start


def read(path: Path, context: ImportContext) -> CodedData:
    """The records of a REFI-QDA project (.qdpx).

    Raises:
        InputError: it is damaged, no project, or nothing in it can be imported; TableError: all that its codings lack, together.
    """
    with open_archive(path) as archive:
        project = read_project(archive)
    if project.faults:
        raise TableError(path.name, project.faults)
    if not any(text.text for text in project.texts):
        raise InputError(
            f"{path.name}: no text in it that can be read. To take its codebook alone: secondcoder codebook import {path.name}. "
            "Nothing was imported."
        )
    return _Reading(project, path, context).data()


class _Reading:
    """A project on its way into the study."""

    def __init__(self, project: Project, path: Path, context: ImportContext) -> None:
        self.project, self.context, self.place = project, context, path.name
        self.tree = tree_of(project, path.name)
        self.carried = codebook_of(self.tree, path.stem)
        self.matched = matched_codes(self.carried, context.book)
        self.decided = project.decided
        self.about = about_texts(project)
        counting = self.decided.counting
        self.joined = join_texts(project, self.about, counting, file_name(path.name), context)
        self.coders = {own: context.spellings.of("coder", called) for own, called in project.users.items()}

    def data(self) -> CodedData:
        """The records; TableError with all that is missing."""
        taken = self._taken()
        if faults := [*self.joined.faults, *_lacking(taken, self.tree, self.matched, self.carried, self.context.book)]:
            raise TableError(self.place, faults)
        data = CodedData(transcripts=self.joined.new, cases=self.about.cases)
        data.memory = dict(self._memory(taken))
        data.codings = moved(list(taken.codings), self.joined.copies)
        data.passes = self._passes(taken)
        data.notes = list(self._notes(taken))
        return data

    def _taken(self) -> Taken:
        same = {own: self.matched.same[code] for own, code in self.tree.ids.items() if code in self.matched.same}
        cases, coder = frozenset(self.tree.cases), self.context.coder
        reader = CodingsReader(self.project, self.decided.counting, same, cases, self.coders, coder)
        for text in self.project.texts:
            if text.guid in self.joined.by_source:
                reader.take(text, self.joined.by_source[text.guid].id)
        return reader.taken

    def _passes(self, taken: Taken) -> list[CodingPass]:
        """A code on a whole document does not say that anybody read it, unless the person does."""
        read_whole = self.context.read_whole
        codings = [coding for coding in taken.codings if read_whole or coding not in taken.whole]
        transcripts = {**self.context.known, **{each.id: each for each in self.joined.new}}
        return looks_of(moved(codings, self.joined.copies), transcripts, self.context.book.ids, read_whole)

    def _notes(self, taken: Taken) -> Iterator[str]:
        project, decided = self.project, self.decided
        program = project.origin.partition(", positions in ")[0]  # the rest is our own, and said in the note
        yield f"project '{project.name}' of {program or 'a program that it does not name'}: {decided.note}."
        if decided.warning:
            yield f"{decided.warning}."
        if len(taken.codings) >= FEWEST and all(coding.start == 0 for coding in taken.codings):
            yield "every coding begins at the start of its text: the program has lost their places. Export it from where it was coded."
        if self.joined.there:
            yield f"{counted(len(self.joined.there), 'text')} in the study already, so codings alone were taken there."
        yield from self.tree.notes
        yield from _alike_users(project)
        yield from self.about.notes
        yield from self.joined.notes
        yield from taken_notes(taken)
        yield from self._gone(taken)
        yield from _left_out(project)

    def _gone(self, taken: Taken) -> Iterator[str]:
        """Codings that an earlier import had from the same texts by people who code in them still."""
        before, texts = self.context.remembered, self.joined.by_source
        here = {
            coding_key(*each.place, each.code, each.coder) for each in moved(list(taken.codings), self.joined.copies)
        }
        coders = {(each.transcript, each.coder) for each in taken.codings}
        same = {texts[own].id for own in texts if before.get("sources", {}).get(texts[own].id, {}).get("guid") == own}
        keys = (key.split("\x1f") for key in before.get("codings", {}) if key not in here)
        gone = sum(transcript in same and (transcript, coder) in coders for transcript, *_, coder in keys)
        if gone:
            what = counted(gone, "coding of an earlier import is", "codings of an earlier import are")
            yield f"{what} not in it any more. Nothing was deleted: what the study has of them stays."

    def _memory(self, taken: Taken) -> ProjectMemory:
        project, spellings, before = self.project, self.context.spellings, self.context.remembered
        sources: dict[str, SourceMemory] = {
            self.joined.by_source[text.guid].id: {
                "guid": text.guid,
                "name": text.name,
                "newline": "\r\n" if text.text and text.text.crlf else "\n",
                "bom": bool(text.text and text.text.bom),
            }
            for text in project.texts
            if text.guid in self.joined.by_source
        }
        places = moved(list(taken.codings), self.joined.copies)
        keys = [coding_key(*each.place, each.code, each.coder) for each in places]
        return {
            "origin": project.origin,
            "name": project.name,
            "dialect": self.decided.counting.dialect,
            "users": {self.coders[own]: own for own in reversed(project.users)},
            "sources": sources,
            "codings": dict(zip(keys, taken.codings.values(), strict=True)),
            "codes": {self.matched.same[code]: own for own, code in self.tree.ids.items() if code in self.matched.same},
            "folders": list(dict.fromkeys([*before.get("folders", ()), *self.tree.folders])),
            "cases": {spellings.of("case", case): own for case, own in self.about.guids.items()},
            "variables": dict(variables_remembered(project)),
            # Lists: a later one stands for an earlier one.
            "notes": with_earlier(before.get("notes", ()), project.notes, "name", "text"),
            "sets": with_earlier(before.get("sets", ()), project.sets, "name"),
        }


def tree_of(project: Project, place: str) -> CodeTree:
    """The codes of a project; nodes that are cases as well are none."""
    return code_tree(project.codes, project.origin, place, {case.guid for case in project.cases}, project.memos)


def carried_codebook(path: Path) -> Codebook:
    """The codebook that a project carries; InputError or CodebookError where it cannot be read."""
    with open_archive(path) as archive:
        project = read_project(archive)
    return codebook_of(tree_of(project, path.name), path.stem)


def _lacking(taken: Taken, tree: CodeTree, matched: MatchedCodes, carried: Codebook, book: Codebook) -> Iterator[str]:
    """What the codings need and is not there: codes of the codebook, and coders."""
    ids = tree.ids
    for own, uses in taken.missing.items():
        if own in ids:
            yield f"{counted(uses, 'coding')}: {matched.fault(carried[ids[own]], book)} To add what is missing: --add-codes."
        else:
            yield f"{counted(uses, 'coding')} of a code that the project does not list (GUID {own or 'missing'})."
    if taken.without_coder:
        yield f"{counted(taken.without_coder, 'coding names', 'codings name')} nobody who coded. Say who did with --coder NAME."


def _alike_users(project: Project) -> list[str]:
    users = group_by(project.users.values(), folded)
    return [
        f"{len(same)} users are called '{same[0]}' and were read as one coder."
        for same in users.values()
        if len(same) > 1
    ]


def _left_out(project: Project) -> Iterator[str]:
    kept = {"note": len(project.notes), "set": len(project.sets)}
    if words := [counted(number, kind) for kind, number in kept.items() if number]:
        yield f"not used, but kept for an export: {listed(words)}."
    if words := [counted(number, kind) for kind, number in project.left_out.items() if number]:
        yield f"left out: {listed(words)}."
    areas = [(text.name, text.areas) for text in project.texts if text.areas]
    if areas:
        total = sum(number for _, number in areas)
        names = listed([f"'{called}'" for called, _ in areas[:SHOWN]])
        yield f"{counted(total, 'coding')} of areas on pages, as in {names}, left out: they name no text."
