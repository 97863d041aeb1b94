"""A project of another program to the records of a study: its texts to transcripts, its marks to codings and looks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from pathlib import Path

from secondcoder.codebook.model import Codebook
from secondcoder.domain.grouping import group_by
from secondcoder.domain.names import file_name, folded, name
from secondcoder.domain.records import Coding, CodingPass, Origin, Span, Transcript
from secondcoder.domain.wording import counted, first_of
from secondcoder.errors import InputError, ReadError, TableError, did_you_mean
from secondcoder.exchange.carried_codes import matched_codes
from secondcoder.exchange.projects.codes import CarriedCodes, carried_codes
from secondcoder.exchange.projects.model import Document, Mark, Project
from secondcoder.exchange.projects.positions import (
    CODE_POINTS,
    StoredText,
    Unit,
    nearest,
    occurrences,
    plain,
    says,
    unit_of_quotes,
)
from secondcoder.exchange.projects.texts import StoredSource, TextsThere, called, no_text, transcript_ids
from secondcoder.exchange.read_spans import passes_of_codings
from secondcoder.exchange.registry import CodedData, ImportContext
from secondcoder.exchange.same_interview import Copy, joined
from secondcoder.exchange.tables.quoted_text import QuotedText
from secondcoder.exchange.tables.rows import LONE_SURROGATE
from secondcoder.transcripts import plain_text
from secondcoder.transcripts.assembly import NO_SPEAKERS

SHOWN = 5
MOST_FAULTS = 200
"""From there on nothing more is looked for: the error names the first of them."""
MOST_MENDED = 2000
"""Marks beside their words; of more, the texts were changed since, or the file was never right."""
MOST_OCCURRENCES = 10_000
LONGEST_ALIKE = 1_500_000
"""Characters of a text that is looked through for words in other signs."""


def codebook_of(project: Project, path: Path) -> Codebook:
    """What `CodedFormat.codebook` gives of a project."""
    return _carried(project, path).book


def records_of(project: Project, path: Path, context: ImportContext) -> CodedData:
    """Everything that the project holds, its codes as the study calls them.

    Raises:
        InputError: codes that the study lacks, together.
        TableError: every mark that has no place, no coder or no code, and every text that cannot be a transcript.
    """
    reading = _Reading(project, path, context)
    data = CodedData(notes=[*reading.carried.notes, *project.notes])
    reading.take_texts(data)
    reading.take_marks(data)
    if reading.faults:
        raise TableError(file_name(path.name), reading.faults)
    codes = context.book.ids
    data.passes = passes_of_codings(data.codings, (), codes)
    if context.read_whole:
        data.passes = _whole(data, context.known, codes)
    used = {transcript.case for transcript in data.transcripts}
    data.cases = [case for case in project.cases if case.id in used]
    return data


def _carried(project: Project, path: Path) -> CarriedCodes:
    return carried_codes(project.codes, file_name(path.name), path.stem)


def _whole(data: CodedData, known: Mapping[str, Transcript], codes: tuple[str, ...]) -> list[CodingPass]:
    """The person's word that whoever coded anything of their own in a transcript read all of it."""
    length = {each.id: len(each.text) for each in (*known.values(), *data.transcripts)}
    read = dict.fromkeys((each.transcript, each.coder) for each in data.codings if each.origin is Origin.INDEPENDENT)
    return [CodingPass(transcript, coder, 0, length[transcript], codes) for transcript, coder in read]


@dataclass
class _Text:
    """A document, the transcript that it became or was joined to, and that as it would be alone."""

    document: Document
    stored: StoredText
    own: Transcript
    original: Transcript | None = None
    _standing: dict[str, list[int]] = field(default_factory=dict)

    def standing(self, words: str) -> list[int]:
        """Where words stand in the text, looked up once."""
        if words not in self._standing:
            self._standing[words] = [*islice(occurrences(self.stored.text, words), MOST_OCCURRENCES)]
        return self._standing[words]

    @cached_property
    def quoted(self) -> QuotedText:
        return QuotedText(self.own)


@dataclass
class _Reading:
    project: Project
    path: Path
    context: ImportContext
    faults: list[str] = field(default_factory=list)
    texts: dict[Hashable, _Text] = field(default_factory=dict)
    found_near: Counter[str] = field(default_factory=Counter)
    _mended: int = 0

    @cached_property
    def carried(self) -> CarriedCodes:
        return _carried(self.project, self.path)

    @cached_property
    def codes(self) -> dict[Hashable, str]:
        """Key of a code in the project -> id in the study; InputError that names together what the study lacks and marks use."""
        book = self.context.book
        matched = matched_codes(self.carried.book, book)
        used = {self.carried.ids.get(mark.code) for mark in self.project.marks}
        missing = [code for code in matched.missing if code.id in used]
        if missing:
            raise InputError(f"{file_name(self.path.name)}: {lacking([code.name for code in missing], book)}")
        return {key: matched.same[code] for key, code in self.carried.ids.items() if code in matched.same}

    def take_texts(self, data: CodedData) -> None:
        """Each text joined to the transcript of the study that has the same words, or as a transcript of its own."""
        bad = {each.key: why for each in self.project.documents if (why := no_text(each))}
        self.faults += [
            f"document '{called(each)}': {bad[each.key]}" for each in self.project.documents if each.key in bad
        ]
        documents = [each for each in self.project.documents if each.key not in bad and plain(each.text).strip()]
        empty = len(self.project.documents) - len(documents) - len(bad)
        data.notes += [
            f"{counted(empty, 'document')} without text, which {'was' if empty == 1 else 'were'} left out"
        ] * bool(empty)
        there = TextsThere(self.context.known.values(), documents)
        ids = transcript_ids(documents, self.context.known)
        unvoiced: list[str] = []
        other_space: list[str] = []
        for document in documents:
            stored = StoredText(document.text)
            own = Transcript(ids[document.key], stored.text, ())
            original = there.find(own, document.named)
            self.texts[document.key] = _Text(document, stored, own, original)
            if original is None:
                new = self._transcript(document, own)
                if new is not None:
                    data.transcripts.append(new)
                    unvoiced += [new.id] if NO_SPEAKERS in new.notes else []
            elif original.text != own.text:
                other_space.append(original.id)
        data.notes += self._notes_of_texts(unvoiced, other_space)
        heard = {folded(turn.speaker or "") for transcript in data.transcripts for turn in transcript.turns}
        silent = [label for label in self.context.interviewer if folded(label) not in heard]
        self.faults += [
            f"speaker '{label}': nobody in its texts is labelled so." for label in silent if data.transcripts
        ]

    def _transcript(self, document: Document, own: Transcript) -> Transcript | None:
        other = self.context.known.get(own.id)
        if other is not None:
            self.faults.append(
                f"document '{called(document)}': transcript '{other.id}' is in the study already, with another text. Its codes "
                "would stand on other words. Rename the document in the other program"
            )
            return None
        try:
            read = self._read(StoredSource(Path(f"{own.id}.txt"), body=own.text))
        except ReadError as error:
            self.faults.append(f"document '{called(document)}': {str(error).partition(': ')[2]}")
            return None
        return replace(
            read,
            id=own.id,
            source=file_name(self.path.name),
            case=document.case,
            attributes=dict(document.attributes),
        )

    def _read(self, source: StoredSource) -> Transcript:
        """With those of the named interviewers who speak in this text: of a whole project, not each need speak in each."""
        starts = {folded(label): rf"(?m)^\W*{re.escape(label)}\b" for label in self.context.interviewer}
        asking = [label for label in self.context.interviewer if re.search(starts[folded(label)], source.body)]
        try:
            return plain_text.read(source, asking)
        except ReadError:
            if not asking:
                raise
            return plain_text.read(source, ())

    def _notes_of_texts(self, unvoiced: Sequence[str], other_space: Sequence[str]) -> Iterator[str]:
        if unvoiced:
            yield f"{NO_SPEAKERS} in {first_of(unvoiced, SHOWN)}, which {'is' if len(unvoiced) == 1 else 'are'} read as one voice"
        if other_space:
            yield (
                f"{first_of(other_space, SHOWN)}: the project's text differs from the study's in white space alone; its codings were "
                "put on the same words"
            )

    def take_marks(self, data: CodedData) -> None:
        """The marks as codings of the transcripts that their texts became."""
        of_document = group_by(self.project.marks, lambda mark: mark.document)
        elsewhere, empty = 0, 0
        for key, marks in of_document.items() if not self.faults else ():
            if key not in self.texts:
                elsewhere += len(marks)
                continue
            text = self.texts[key]
            unit = self._unit(text, marks)
            codings = [coding for mark in marks if (coding := self._coding(mark, text, unit)) is not None]
            full = [coding for coding in codings if coding.start < coding.end]
            empty += len(codings) - len(full)
            data.codings += _joined(full, text)
        data.codings = list(dict.fromkeys(data.codings))
        data.notes += self._notes_of_coders()
        data.notes += [f"{counted(empty, 'coding')} of no character at all, left out"] * bool(empty)
        data.notes += [f"{counted(elsewhere, 'coding')} of documents without text, left out"] * bool(
            elsewhere and not self.faults
        )
        data.notes += [f"{counted(count, 'coding')} {how}" for how, count in self.found_near.items()]

    def _notes_of_coders(self) -> list[str]:
        """A note on each coder whose name is not a person's own word."""
        if self.context.coder:
            return []
        coders = {name(mark.coder) for mark in self.project.marks}
        return [note for coder, note in self.project.nobody.items() if coder in coders]

    def _unit(self, text: _Text, marks: Sequence[Mark]) -> Unit:
        """By the quotations, in which unit the positions of a text count."""
        units = self.project.units or (CODE_POINTS,)
        quoted = [(mark.start, mark.end, mark.quote) for mark in marks if mark.quote]
        unit = unit_of_quotes(text.stored, quoted, units)
        if unit is not units[0]:
            self.found_near[f"whose positions count {unit.name}, as their quotations show"] += len(marks)
        return unit

    def _coding(self, mark: Mark, text: _Text, unit: Unit) -> Coding | None:
        if len(self.faults) >= MOST_FAULTS:
            return None
        coder = self._coder(mark)
        span = self._span(mark, text, unit)
        if not coder:
            self.faults.append(f"{mark.place}: nobody is named as its coder. Name them with --coder NAME.")
        if mark.code not in self.codes:
            self.faults.append(f"{mark.place}: it has a code that the project does not list.")
        if LONE_SURROGATE.search(mark.memo + mark.coder):
            self.faults.append(f"{mark.place}: half a character, which no text can hold, in its memo or coder.")
        if self.faults or not coder or span is None:
            return None
        own = text.own.id
        return Coding(own, *span, self.codes[mark.code], coder, mark.origin, mark.valence, plain(mark.memo))

    def _coder(self, mark: Mark) -> str | None:
        """Who the project says; the person's word where it says nobody, or what it calls everybody who gave no name."""
        said = name(mark.coder)
        return self.context.coder or said if said in self.project.nobody else said or self.context.coder

    def _span(self, mark: Mark, text: _Text, unit: Unit) -> Span | None:
        """Where the mark stands: at its positions, or where its quotation does."""
        if not 0 <= mark.start <= mark.end:
            self.faults.append(f"{mark.place}: its positions {mark.start} to {mark.end} are no span of a text.")
            return None
        span = text.stored.span(mark.start, mark.end, unit)
        if span and (mark.quote is None or says(text.stored.text, span, mark.quote)):
            return span
        found = self._near(mark, text, span) if mark.quote else None
        if found is None:
            fault = (
                "are not within the text"
                if span is None
                else "hold other words than it quotes, which stand nowhere in the text"
            )
            self.faults.append(f"{mark.place}: its positions {mark.start} to {mark.end} {fault}.")
        return found

    def _near(self, mark: Mark, text: _Text, span: Span | None) -> Span | None:
        quote, place = plain(mark.quote or ""), span[0] if span else mark.start
        if self._mended > MOST_MENDED:
            return None
        self._mended += 1
        exact = nearest(text.standing(quote), quote, place)
        if exact:
            self.found_near["stood beside the words that they quote, and were put on them"] += 1
            return exact
        alike = text.quoted.spans(quote) if len(text.stored.text) <= LONGEST_ALIKE else []
        if alike:
            self.found_near["found by their words, which the text writes with other signs"] += 1
        return min(alike, key=lambda each: abs(each[0] - place), default=None)


def _joined(codings: Sequence[Coding], text: _Text) -> list[Coding]:
    """The codings of a text, on the words of the transcript that it was joined to."""
    if text.original is None:
        return list(codings)
    return joined(codings, [Copy(text.own, text.original, 1.0, True)])


def lacking(codes: Sequence[str], book: Codebook) -> str:
    """The sentence for codes of a project that are used and not in the codebook: which, and how to add them."""
    shown = first_of([f"'{code}'" for code in codes], SHOWN)
    words = [word for code in book.codes for word in (code.id, code.name)]
    near = did_you_mean(codes[0], words) if len(codes) == 1 else ""
    what = "a code is" if len(codes) == 1 else f"{len(codes)} of its codes are"
    return (
        f"{what} not in the codebook: {shown}.{near} Add them with import --add-codes, or begin the study with them: "
        "secondcoder init --codebook FILE. Nothing was imported."
    )
