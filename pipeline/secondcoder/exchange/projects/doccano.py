"""doccano's exports of sequence labelling, JSON or JSON lines, in the layouts of all its versions.

Spans stand in `label` or `labels` as [start, end, name], in `entities` with names, or, before version 1, in `annotations` with numbers
of labels and users. Since version 1 each annotator has a file, named after them. doccano quotes nothing, and may count
user-perceived characters; where that makes a difference, the unit in which the file's spans begin and end with words is taken.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from secondcoder.codebook.model import Codebook
from secondcoder.domain.grouping import group_by
from secondcoder.domain.names import file_name, name
from secondcoder.domain.wording import counted
from secondcoder.errors import InputError
from secondcoder.exchange.projects.json_file import dict_of, head_of, list_of, stream, text_of, text_or
from secondcoder.exchange.projects.model import Document, Mark, Project, ProjectCode
from secondcoder.exchange.projects.positions import (
    CODE_POINTS,
    GRAPHEMES,
    UTF_16,
    StoredText,
    Unit,
    unit_of_edges,
    whole_number,
)
from secondcoder.exchange.projects.records import codebook_of, records_of
from secondcoder.exchange.registry import CodedData, CodedFormat, ImportContext

SUFFIXES = (".json", ".jsonl", ".txt")
USER = re.compile(r"[\w.@+-]{1,150}")
NO_USER = frozenset(("all", "unknown", "doccano", "export", "data", "dataset", "project", "annotations", "labels"))
"""Names that doccano gives to a file of everybody's labels, and that people give."""
_SPANS = re.compile(
    r'"(?:labels?|entities|annotations)"\s*:\s*\[\s*(?:\[\s*\d+\s*,\s*\d+\s*,|\{[^{}\[\]]*"start_offset")'
)


def sniff(path: Path) -> bool:
    """JSON whose records have a text and spans with labels."""
    head = head_of(path) if path.suffix.lower() in SUFFIXES else ""
    return head.startswith(("{", "[")) and '"text"' in head and _SPANS.search(head) is not None


def codebook(path: Path) -> Codebook:
    """The labels that were given, without order or hierarchy, which doccano does not export."""
    return codebook_of(_project(path), path)


def read(path: Path, context: ImportContext) -> CodedData:
    """A transcript for each record, and a coding for each span."""
    return records_of(_project(path), path, context)


CODED_FORMAT = CodedFormat("doccano", SUFFIXES[:1], sniff, read, codebook=codebook, priority=40)


def _project(path: Path) -> Project:
    file = file_name(path.name)
    records = [*stream(text_of(path), file)]
    project, left = Project(), Counter[tuple[str, str]]()
    whose = path.stem if USER.fullmatch(path.stem) and path.stem.casefold() not in NO_USER else ""
    for number, record in enumerate(records, start=1):
        if not isinstance(record, dict) or not isinstance(record.get("text"), str):
            raise InputError(
                f"{file}: record {number} has no text, so it is no record of doccano. Nothing was imported."
            )
        project.documents.append(Document(number, f"doccano-{record.get('id', number)}", record["text"], named=False))
        project.marks += _marks(record, number, whose)
        left["relation", "relations"] += len(list_of(record.get("relations")))
        left["comment", "comments"] += len(list_of(record.get("Comments"))) + len(list_of(record.get("comments")))
    project.codes = [
        ProjectCode(label, str(label)) for label in dict.fromkeys(mark.code for mark in project.marks) if label
    ]
    project.notes = [f"{counted(count, one, many)} not taken" for (one, many), count in left.items() if count]
    if any(mark.coder == whose for mark in project.marks) and whose:
        project.nobody = {
            whose: f"coder '{whose}' is taken from the file's name, as doccano names files; --coder NAME says otherwise"
        }
    if any(str(code.key).startswith("label ") for code in project.codes):
        project.notes.append(
            "labels are called 'label 1' and so on, as the export gives their numbers and not their names"
        )
    project.units = (unit := _unit(project),)
    project.notes += [f"positions count {unit.name}, as the ends of words show"] * (unit is not CODE_POINTS)
    return project


def _unit(project: Project) -> Unit:
    texts = {each.key: StoredText(each.text) for each in project.documents if not each.text.isascii()}
    spans = group_by((mark for mark in project.marks if mark.document in texts), lambda mark: mark.document)
    marked = [(texts[key], [(mark.start, mark.end) for mark in own]) for key, own in spans.items()]
    return unit_of_edges(marked, (CODE_POINTS, GRAPHEMES, UTF_16))


def _marks(record: Mapping[str, Any], number: int, whose: str) -> Iterator[Mark]:
    triples = [*list_of(record.get("label")), *list_of(record.get("labels"))]
    for at, triple in enumerate(triples, start=1):
        start, end, label = (*list_of(triple), None, None, None)[:3]
        yield _mark(number, start, end, label, whose, f"record {number}, label {at}")
    entities = [*list_of(record.get("entities")), *list_of(record.get("annotations"))]
    for at, entity in enumerate(map(dict_of, entities), start=1):
        user = whole_number(entity.get("user"))
        coder = f"user {user}" if user is not None else text_or(entity.get("user")) or whose
        offsets = entity.get("start_offset"), entity.get("end_offset")
        yield _mark(number, *offsets, entity.get("label"), coder, f"record {number}, span {at}")


def _mark(number: int, start: Any, end: Any, label: Any, coder: str, place: str) -> Mark:
    first, last, figure = whole_number(start), whole_number(end), whole_number(label)
    called = name(label) if isinstance(label, str) else f"label {figure}" if figure is not None else ""
    return Mark(number, -1 if first is None else first, -1 if last is None else last, called, coder, place=place)
