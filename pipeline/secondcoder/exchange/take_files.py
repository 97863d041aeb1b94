"""Files into the result of an import, one after another: transcripts, and coded data that mark spans of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from secondcoder.domain.model_coder import is_model_coder, is_suggestion
from secondcoder.domain.names import ByName, Spellings, file_name, name
from secondcoder.domain.records import Transcript
from secondcoder.domain.shell_words import shell_word
from secondcoder.domain.wording import counted
from secondcoder.errors import InputError, SecondcoderError
from secondcoder.exchange.identified_again import Deidentified, refusal
from secondcoder.exchange.import_result import ImportOptions, ImportResult
from secondcoder.exchange.known_transcript import not_taken
from secondcoder.exchange.manifest import Manifest
from secondcoder.exchange.named_speakers import listed_labels, refuse_unspoken, refuse_without_speakers, without_none
from secondcoder.exchange.registry import CodedData, CodedFormat, ImportContext, merged_memory
from secondcoder.exchange.speaker_map import SpeakerMap
from secondcoder.exchange.spelling import spelt
from secondcoder.transcripts import read_transcript

Recall = Callable[[str], Mapping[str, Any]]
"""What a format kept of earlier imports of the study, by its name."""


@dataclass
class Taking:
    """An import under way.

    `known`: the transcripts so far by id; `recall` what formats remember; `speakers` who is who; `of_file` the ids of what files gave.
    """

    given: ImportOptions
    manifest: Manifest
    known: dict[str, Transcript]
    result: ImportResult
    spellings: Spellings
    recall: Recall
    speakers: SpeakerMap = field(default_factory=SpeakerMap)
    of_file: dict[Path, str] = field(default_factory=dict)
    replaced: Deidentified = field(default_factory=dict)
    _by_name: ByName[Transcript] = field(init=False)

    def __post_init__(self) -> None:
        self._by_name = ByName(self.known)  # which shows what is known at any time

    def take_transcript(self, path: Path, parts: tuple[str, ...], beside: tuple[Path, ...] = ()) -> None:
        """Read a transcript; `parts` are the folders that it lies in, `beside` further files of the same talk."""
        transcript = self._described(path, parts, beside)
        if labels := self.manifest.labels(path, "speakers"):
            refuse_unspoken([transcript], labels, f"{self.manifest.name}: column 'speakers':", transcript.source)
        before = self._by_name.get(transcript.id)
        if before is None or before.text != transcript.text:
            refuse_without_speakers(transcript, self._labels(path, "speakers"))
        if before is None:
            self.known[transcript.id] = transcript
            self.of_file[path] = transcript.id
            self.result.transcripts.append(transcript)
            self.result.notes += [f"{transcript.source}: {note}" for note in transcript.notes]
        elif before.text == transcript.text:
            self.of_file[path] = before.id
            self.result.unchanged.append(before.id)
            asking = (*self._labels(path, "interviewer"), *self.speakers.labels)
            self.result.notes += not_taken(before, transcript, asking)
        elif before in self.result.transcripts:
            raise InputError(
                f"{transcript.source}: two different files give a transcript '{transcript.id}'{_otherwise(before, transcript)}. "
                "Rename one, or name them in a manifest."
            )
        elif before.id in self.replaced:
            raise InputError(refusal(transcript, before))
        else:
            raise InputError(
                f"{transcript.source}: transcript '{transcript.id}' is in the study already, with another text"
                f"{_otherwise(before, transcript)}. Its codes would no longer stand where they were put. Give the new file another "
                "name, or make a new study."
            )

    def take_coded(self, path: Path, coded_format: CodedFormat) -> None:
        """Read a file of coded data."""
        result, told = self.result, len(self.spellings.notes)
        context = self._context(path, coded_format.name)
        try:
            data = spelt(coded_format.read(path, context), self.known, self.spellings)
        except SecondcoderError as error:
            # Two people whose names differ in capitals alone would show as one who coded twice.
            because = "".join(f" ({note})" for note in self.spellings.notes[told:])
            raise InputError(f"{error}{because}") from None
        _leave_suggestions(data, file_name(path.name))
        data.transcripts = [self.speakers.named(transcript) for transcript in data.transcripts]
        # The next table may mark spans of them.
        self.known.update({transcript.id: transcript for transcript in data.transcripts})
        result.transcripts += data.transcripts
        result.codings += data.codings
        result.files |= dict.fromkeys(data.codings, file_name(path.name))
        result.passes += data.passes
        result.cases += data.cases
        result.sheets |= data.sheets
        if data.memory:
            result.memory[coded_format.name] = merged_memory(result.memory.get(coded_format.name, {}), data.memory)
        result.notes += [f"{file_name(path.name)}: {note}" for note in data.notes]

    def _context(self, path: Path, form: str) -> ImportContext:
        return ImportContext(
            self.result.book,
            self._by_name,
            self.given.coder and self.spellings.of("coder", self.given.coder),
            own=self.known.get(self.of_file.get(path, "")),
            spellings=self.spellings,
            remembered=merged_memory(self.recall(form), self.result.memory.get(form, {})),
            read_whole=self.given.read_whole,
            interviewer=self._labels(path, "interviewer"),
            speakers=self._labels(path, "speakers"),
            interviewer_roles=self.given.interviewer_roles,
        )

    def _described(self, path: Path, parts: tuple[str, ...], beside: tuple[Path, ...]) -> Transcript:
        """The transcript with case, participant, role and wave: from the manifest, else from options, else from folders."""
        about = self.manifest.about(path)
        transcript = self._named(path, beside)
        folders = dict(zip(("case", "wave"), parts, strict=False))

        def described(kind: str) -> str | None:
            written = about.get(kind) or getattr(self.given, kind) or folders.get(kind) or getattr(transcript, kind)
            return self.spellings.of(kind, written) if written else None

        return replace(
            transcript,
            id=name(about.get("transcript") or "") or transcript.id,
            case=described("case"),
            participant=described("participant"),
            role=described("role"),
            wave=described("wave"),
        )

    def _named(self, path: Path, beside: tuple[Path, ...]) -> Transcript:
        """The transcript as it is read, with roles and names from a table of speakers."""
        speakers = (*without_none(self._labels(path, "speakers")), *self.speakers.labels)
        asking = self._labels(path, "interviewer")
        transcript = read_transcript(path, asking, speakers, beside)
        # Who asks by the table is named to the reader, as a person does, so that all others answer.
        if by_table := () if asking else self.speakers.interviewers(transcript):
            transcript = read_transcript(path, by_table, speakers, beside)
        return self.speakers.named(transcript)

    def _labels(self, path: Path, column: Literal["interviewer", "speakers"]) -> tuple[str, ...]:
        """Labels of a file's interviewers or speakers: from the manifest, else from options."""
        return self.manifest.labels(path, column) or listed_labels(getattr(self.given, column))


def _leave_suggestions(data: CodedData, file: str) -> None:
    """What a model suggested is nobody's coding, whatever program the file comes from and whoever it gave it to."""
    left = {coding for coding in data.codings if is_suggestion(coding.coder, coding.memo)}
    data.codings = [coding for coding in data.codings if coding not in left]
    # Nor is it a look of the person it was given to.
    looks = {(each.place, each.coder) for each in left} - {(each.place, each.coder) for each in data.codings}
    passes = [each for each in data.passes if not is_model_coder(each.coder)]
    data.passes = [each for each in passes if (each.place, each.coder) not in looks]
    if left:
        data.notes.append(
            f"{counted(len(left), 'suggestion')} of a model left out: a person decides on them. Of a project that was reviewed in "
            f"another program: secondcoder review import {shell_word(file)}"
        )


def _otherwise(before: Transcript, transcript: Transcript) -> str:
    """How the earlier one's name is spelt, where that is otherwise."""
    if before.id == transcript.id:
        return ""
    return f" (there '{before.id}', which is the same name)"
