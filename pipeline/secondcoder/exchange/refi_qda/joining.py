"""The texts of a project as transcripts: new ones, and those that the study has already, on which only codings are put."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from secondcoder.domain.grouping import group_by
from secondcoder.domain.names import ByName, name
from secondcoder.domain.records import Transcript
from secondcoder.domain.wording import counted, first_of
from secondcoder.exchange.known_transcript import not_taken
from secondcoder.exchange.named_speakers import listed_labels, refuse_unspoken, without_none
from secondcoder.exchange.refi_qda.cases import About
from secondcoder.exchange.refi_qda.positions import Counted, Counting, Places
from secondcoder.exchange.refi_qda.records import Project, ProjectText
from secondcoder.exchange.refi_qda.texts import transcript_of, with_times
from secondcoder.exchange.registry import ImportContext
from secondcoder.exchange.same_interview import Copy

SHOWN = 5


@dataclass
class Joined:
    """What became of each text.

    Attributes:
        new: transcripts that the study lacks; there: those that it has.
        by_source: GUID of a source -> its transcript, as the project has its text.
        copies: transcripts that differ in white space alone from the study's, on which marks have to be moved.
    """

    new: list[Transcript] = field(default_factory=list)
    there: list[str] = field(default_factory=list)
    by_source: dict[str, Transcript] = field(default_factory=dict)
    copies: list[Copy] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def taken(self) -> set[str]:
        """Ids that texts of the project have."""
        return {transcript.id for transcript in self.by_source.values()}


def join_texts(project: Project, about: About, counting: Counting, source: str, context: ImportContext) -> Joined:
    """The transcripts of a project's texts.

    A text is one of the study's by its GUID at an earlier import, or by its name, where the text is the same; of a name whose text
    differs, a fault.

    Args:
        source: the project's file.

    Raises:
        InputError: a label that the person named stands in no text.
    """
    joined = Joined()
    remembered = context.remembered.get("sources", {})
    by_guid = {each["guid"]: known for known, each in remembered.items() if each.get("guid")}
    by_name = ByName(context.known)
    for text in project.texts:
        made = _transcript(text, about, counting, source, context)
        if isinstance(made, str):
            lost = f" with {counted(text.marks, 'coding')}" if text.marks else ""
            joined.notes.append(f"'{text.name}' was left out{lost}: {made}.")
            continue
        before = by_name.get(by_guid.get(text.guid, ""))
        if before is None or before.text != made.text:
            _take_by_name(text, made, context, joined)
        else:
            _join(text, before, made, context, joined)
    for option, labels in (("--interviewer", context.interviewer), ("--speakers", context.speakers)):
        refuse_unspoken(joined.by_source.values(), listed_labels(labels), option, source)
    joined.notes += _grouped_notes(joined.new)
    return joined


def _transcript(
    text: ProjectText, about: About, counting: Counting, source: str, context: ImportContext
) -> Transcript | str:
    """The transcript of a text, or why there is none."""
    if text.text is None:
        return "; ".join(text.notes)
    speakers = without_none(listed_labels(context.speakers))
    made = transcript_of(text.name, text.text, source, context.interviewer, speakers)
    if made is None:
        return "nobody says anything in it"
    places = Places(text.text, counting)
    spans = ((places.span(Counted(position, position)), seconds) for position, seconds in text.times)
    made = with_times(made, [(span[0], seconds) for span, seconds in spans if span])
    case, attributes = about.case_of.get(text.guid), about.attributes.get(text.guid, {})
    return replace(made, case=case, attributes=attributes, notes=(*text.notes, *made.notes))


def _take_by_name(text: ProjectText, made: Transcript, context: ImportContext, joined: Joined) -> None:
    """As the transcript of its name, as a new one, or as a fault; several texts of one name are numbered."""
    known, taken = ByName(context.known), joined.taken
    free = [each for each in _numbered(made.id, len(taken) + 2) if each not in taken]
    same = next((known[each] for each in free if each in known and known[each].text == made.text), None)
    before = same or known.get(free[0])
    if before is None:
        new = replace(made, id=free[0])
        if new.id != made.id:
            joined.notes.append(f"another text is called '{made.id}' too: this one became '{new.id}'.")
        joined.new.append(new)
        joined.by_source[text.guid] = new
        return
    copy = Copy(made, before, 1.0, known=True)
    if copy.same_text:
        _join(text, before, made, context, joined)
    else:
        joined.faults.append(
            f"'{text.name}' is in the study already, with another text, on which its codings have no place. Rename it in the other "
            "program, or make a new study."
        )


def _numbered(word: str, most: int) -> Iterator[str]:
    yield word
    yield from (f"{word} ({number})" for number in range(2, most + 1))


def _join(text: ProjectText, before: Transcript, made: Transcript, context: ImportContext, joined: Joined) -> None:
    joined.there.append(before.id)
    joined.notes += not_taken(before, made, context.interviewer)
    mine = replace(made, id=before.id)
    joined.by_source[text.guid] = mine
    if before.text != made.text:
        joined.copies.append(Copy(mine, before, 1.0, known=True))
        joined.notes.append(
            f"'{before.id}' differs from the study's in white space: its codings were put at the same words."
        )


def _grouped_notes(transcripts: list[Transcript]) -> list[str]:
    """Each note once, with the transcripts that it is on."""
    pairs = [(note, transcript.id) for transcript in transcripts for note in transcript.notes]
    lines = []
    for note, same in group_by(pairs, lambda pair: pair[0]).items():
        names = [f"'{name(each)}'" for _, each in same]
        lines.append(f"{first_of(names, SHOWN)}: {note}")
    return lines
