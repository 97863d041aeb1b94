"""A study as a REFI-QDA project (.qdpx): texts, codebook, codings of people, suggestions where asked for, cases, notes and sets.

QDA-XML 1.0 (REFI, 2019): a zip with `project.qde` and a text file for each transcript. The same study gives the same bytes:
identifiers follow from names, dates are the study's own. An imported project keeps its identifiers, notes, sets and way of counting.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from secondcoder.codebook.model import Code, Codebook
from secondcoder.domain.grouping import group_by
from secondcoder.domain.model_coder import model_coder
from secondcoder.domain.records import Transcript
from secondcoder.exchange.refi_qda.codes_out import HEAD, code_elements, take_guids
from secondcoder.exchange.refi_qda.coding_notes import NOTES, said_of
from secondcoder.exchange.refi_qda.guids import Guids, model_user_guid
from secondcoder.exchange.refi_qda.layouts import Layout, Positions, counting_of, layout_of, written
from secondcoder.exchange.refi_qda.memory import ProjectMemory, SourceMemory
from secondcoder.exchange.refi_qda.positions import own_origin
from secondcoder.exchange.refi_qda.sources_out import Names, Selections
from secondcoder.exchange.refi_qda.variables_out import Variables, about, case_element
from secondcoder.exchange.refi_qda.xml_out import element, text_element, wrapper
from secondcoder.exchange.registry import CodedData
from secondcoder.reports.tables import EPOCH
from secondcoder.reports.whole_file import write_whole

NAMESPACE = "urn:QDA-XML:project:1.0"
MEMBERS = {"codes": "MemberCode", "sources": "MemberSource", "notes": "MemberNote"}


def write_project(data: CodedData, book: Codebook, path: Path) -> None:
    """Write a project, whole or not at all."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _Project(data, book).files():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED)
    write_whole(path, out.getvalue())


class _Project:
    """The parts of one project; identifiers are taken in the order of the document."""

    def __init__(self, data: CodedData, book: Codebook) -> None:
        self._data, self._book = data, book
        self._memory = cast(ProjectMemory, data.memory)
        self._guids, study = Guids(), data.study
        people = dict.fromkeys(sorted({coding.coder for coding in data.codings}))
        models = dict.fromkeys(model_coder(each.model) for each in data.suggestions)
        known = self._memory.get("users", {})
        self._users = {name: self._guids.take(known.get(name), "user", name) for name in people}
        # A model's user is this export's own, so that what comes back is known.
        whose = model_user_guid(study, data.suggestions)
        self._users |= {name: self._guids.take(whose, "user", name) for name in models}
        self._codes = take_guids(self._all_codes, self._guids, self._memory.get("codes", {}))
        known = self._memory.get("cases", {})
        self._cases = {each.id: self._guids.take(known.get(each.id), study, "case", each.id) for each in data.cases}
        self._sources = {
            each.id: self._guids.take(self._about(each).get("guid"), study, "source", each.id)
            for each in data.transcripts
        }
        self._notes = [{**note, "guid": self._guids.take(note["guid"])} for note in self._memory.get("notes", [])]
        said = {each for coding in data.codings for each in said_of(coding)}
        self._kinds = {each: self._guids.take(None, "note", each) for each in NOTES if each in said}

    @property
    def _all_codes(self) -> tuple[Code, ...]:
        """The codebook's, and those that codings had before it was changed."""
        given = dict.fromkeys(coding.code for coding in self._data.codings)
        earlier = (Code(id=code, name=code, family="code") for code in given if code not in self._book)
        return (*self._book.codes, *earlier)

    def _about(self, transcript: Transcript) -> SourceMemory:
        return self._memory.get("sources", {}).get(transcript.id, {})

    def _layout(self, transcript: Transcript) -> Layout:
        return layout_of(self._data.dialect, self._memory.get("dialect"), self._about(transcript))

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Name and content of each file of the archive."""
        yield "project.qde", (HEAD + self._root()).encode()
        for transcript in self._data.transcripts:
            yield f"sources/{self._sources[transcript.id]}.txt", written(transcript.text, self._layout(transcript))

    def _root(self) -> str:
        about = {
            "xmlns": NAMESPACE,
            "name": self._memory.get("name") or self._book.title,
            "origin": own_origin(counting_of(self._data.dialect, self._memory.get("dialect"))),
            "creatingUserGUID": next(iter(self._users.values()), None),
            "creationDateTime": self._date,
        }
        users = (element("User", {"guid": guid, "name": name}) for name, guid in self._users.items())
        folders = self._folders()
        codes = code_elements(self._all_codes, self._codes, self._full_names, self._note_references, folders)
        return element(
            "Project",
            about,
            wrapper("Users", *users),
            wrapper("CodeBook", wrapper("Codes", codes)),
            wrapper("Variables", *self._variables.elements()),
            wrapper("Cases", *self._case_elements()),
            wrapper("Sources", *self._source_elements()),
            wrapper("Notes", *self._note_elements()),
            wrapper("Sets", *self._set_elements()),
        )

    def _folders(self) -> set[str]:
        """Those that stay folders: a code on which somebody coded since is none any more."""
        given = {self._codes[coding.code] for coding in self._data.codings}
        given |= {self._codes[suggestion.code] for suggestion in self._data.suggestions}
        return {*self._memory.get("folders", ())} - given

    @property
    def _full_names(self) -> bool:
        return layout_of(self._data.dialect).full_names

    @property
    def _date(self) -> str:
        """When the study was made: not the hour of the export, which would give other bytes each time."""
        return f"{self._data.since[:19] or '1980-01-01T00:00:00'}Z"

    @cached_property
    def _variables(self) -> Variables:
        known = self._memory.get("variables", {})
        values = [case.attributes for case in self._data.cases] + [about(each) for each in self._data.transcripts]
        types = {name: variable.get("type", "") for name, variable in known.items()}
        return Variables(
            [{name: value for name, value in of_one.items() if value} for of_one in values],
            types,
            lambda name: self._guids.take(known.get(name, {}).get("guid"), self._data.study, "variable", name),
        )

    def _case_elements(self) -> Iterator[str]:
        of = group_by(self._data.transcripts, lambda each: each.case)
        for case in self._data.cases:
            sources = [self._sources[each.id] for each in of.get(case.id, ())]
            yield case_element(case, self._cases[case.id], self._variables, sources)

    def _source_elements(self) -> Iterator[str]:
        codings = group_by(self._data.codings, lambda coding: coding.transcript)
        suggestions = group_by(self._data.suggestions, lambda suggestion: suggestion.transcript)
        names = Names(
            self._data.study,
            self._users,
            self._codes,
            self._kinds,
            self._memory.get("codings", {}),
            self._guids,
            self._note_references,
            self._date,
        )
        for transcript in self._data.transcripts:
            guid, known = self._sources[transcript.id], self._about(transcript)
            selections = Selections(transcript, Positions(transcript.text, self._layout(transcript)), names)
            attributes = {"guid": guid, "name": known.get("name") or transcript.id}
            attributes |= {"plainTextPath": f"internal://{guid}.txt", "creationDateTime": self._date}
            yield element(
                "TextSource",
                attributes,
                *selections.of_people(codings.get(transcript.id, ())),
                *selections.of_model(suggestions.get(transcript.id, ())),
                self._note_references(guid),
                *self._variables.values(about(transcript)),
            )

    # -- notes and sets -------------------------------------------------------------------------------------------------

    @cached_property
    def _notes_by_target(self) -> Mapping[str, list[str]]:
        pairs = [(target, note["guid"]) for note in self._notes for target in note.get("of", ())]
        return {target: [guid for _, guid in own] for target, own in group_by(pairs, lambda pair: pair[0]).items()}

    def _note_references(self, guid: str) -> str:
        notes = self._notes_by_target.get(guid, ())
        return "".join(element("NoteRef", {"targetGUID": note}) for note in notes)

    def _note_elements(self) -> Iterator[str]:
        for note in self._notes:
            yield self._note(note["guid"], note["name"], note["text"])
        for said, guid in self._kinds.items():
            yield self._note(guid, *NOTES[said])

    def _note(self, guid: str, name: str, text: str) -> str:
        attributes = {"guid": guid, "name": name, "creationDateTime": self._date}
        # Without content it would be a text whose file is missing.
        return element("Note", attributes, text_element("PlainTextContent", text) or "<PlainTextContent/>")

    def _set_elements(self) -> Iterator[str]:
        there = {
            "codes": set(self._codes.values()),
            "sources": set(self._sources.values()),
            "notes": {note["guid"] for note in self._notes},
        }
        for each in self._memory.get("sets", []):
            members = [
                element(MEMBERS[kind], {"targetGUID": guid})
                for kind, guids in there.items()
                for guid in each.get(kind, ())
                if guid in guids
            ]
            attributes = {"guid": self._guids.take(each["guid"]), "name": each["name"]}
            yield element("Set", attributes, text_element("Description", _text(each, "description")), *members)


def _text(row: Mapping[str, Any], name: str) -> str:
    return str(row.get(name) or "")
