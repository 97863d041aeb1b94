"""The texts of a project, each joined to the transcript of the study that has the same words, or as a transcript of its own."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from pathlib import Path

from secondcoder.domain.names import file_name
from secondcoder.domain.records import Coding, Transcript
from secondcoder.domain.wording import counted, first_of
from secondcoder.errors import ReadError
from secondcoder.exchange.named_speakers import listed_labels, refuse_unspoken
from secondcoder.exchange.projects.model import Document, Project
from secondcoder.exchange.projects.positions import StoredText, occurrences, plain
from secondcoder.exchange.projects.texts import TextsThere, called, no_text, read_talk, transcript_ids
from secondcoder.exchange.registry import ImportContext
from secondcoder.exchange.same_interview import Copy, joined
from secondcoder.exchange.tables.quoted_text import QuotedText
from secondcoder.transcripts.assembly import NO_SPEAKERS

SHOWN = 5
MOST_OCCURRENCES = 10_000


@dataclass
class JoinedText:
    """A document as a transcript (`own`, its id that which it has in the study), and the one that the study has of the same words."""

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
        """The text for quotations that are written with other signs."""
        return QuotedText(self.own)

    def moved(self, codings: Sequence[Coding]) -> list[Coding]:
        """Codings of this text, on the same words of the transcript that the study has."""
        if self.original is None:
            return list(codings)
        return joined(codings, [Copy(self.own, self.original, 1.0, True)])


@dataclass
class Joined:
    """What became of the documents, by their keys; `new` are transcripts that the study lacks."""

    texts: dict[Hashable, JoinedText] = field(default_factory=dict)
    new: list[Transcript] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def join_texts(project: Project, path: Path, context: ImportContext) -> Joined:
    """The transcripts of a project's documents; InputError for a label that the person named and that stands in none of them."""
    result = Joined()
    documents = list(_with_text(project.documents, result))
    there = TextsThere(context.known.values(), documents)
    ids = transcript_ids(documents, context.known)
    for document in documents:
        stored = StoredText(document.text)
        own = Transcript(ids[document.key], stored.text, ())
        original = there.find(own, document.named)
        result.texts[document.key] = JoinedText(stored, own, original)
        if original is None and (new := _new(document, own, path, context, result.faults)):
            result.new.append(new)
    result.notes += _notes(result)
    if result.new and not result.faults:
        heard = [*result.new, *(each.original for each in result.texts.values() if each.original)]
        for option, labels in (("--interviewer", context.interviewer), ("--speakers", context.speakers)):
            refuse_unspoken(heard, listed_labels(labels), option, file_name(path.name))
    return result


def _with_text(documents: Sequence[Document], result: Joined) -> Iterator[Document]:
    empty = 0
    for document in documents:
        if why := no_text(document):
            result.faults.append(f"document '{called(document)}': {why}")
        elif plain(document.text).strip():
            yield document
        else:
            empty += 1
    if empty:
        result.notes.append(
            f"{counted(empty, 'document')} without text, which {'was' if empty == 1 else 'were'} left out"
        )


def _new(
    document: Document, own: Transcript, path: Path, context: ImportContext, faults: list[str]
) -> Transcript | None:
    other = context.known.get(own.id)
    if other is not None:
        faults.append(
            f"document '{called(document)}': transcript '{other.id}' is in the study already, with another text. Its codes "
            "would stand on other words. Rename the document in the other program"
        )
        return None
    try:
        read = read_talk(own.id, own.text, context.interviewer, context.speakers)
    except ReadError as error:
        faults.append(f"document '{called(document)}': {str(error).partition(': ')[2]}")
        return None
    attributes = dict(document.attributes)
    return replace(read, id=own.id, source=file_name(path.name), case=document.case, attributes=attributes)


def _notes(result: Joined) -> Iterator[str]:
    unvoiced = [each.id for each in result.new if NO_SPEAKERS in each.notes]
    originals = ((each.original, each.own) for each in result.texts.values())
    other_space = [original.id for original, own in originals if original and original.text != own.text]
    if unvoiced:
        is_are = "is" if len(unvoiced) == 1 else "are"
        yield f"{NO_SPEAKERS} in {first_of(unvoiced, SHOWN)}, which {is_are} read as one voice"
    if other_space:
        yield (
            f"{first_of(other_space, SHOWN)}: the project's text differs from the study's in white space alone; its codings were "
            "put on the same words"
        )
