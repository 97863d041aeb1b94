"""Label Studio's JSON export: tasks with a text, and the annotations of each annotator on it; out, with suggestions as predictions.

Regions of type `labels` are codings. Positions are checked against the words that a region quotes (`value.text`): earlier versions
counted UTF-16 units, and line ends and escaped text shift them. Drafts, cancelled annotations and predictions are no codings.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from secondcoder.codebook.model import Codebook
from secondcoder.domain.names import file_name, folded, name
from secondcoder.domain.records import Origin, Valence
from secondcoder.domain.wording import counted
from secondcoder.errors import InputError
from secondcoder.exchange.projects.json_file import dict_of, head_of, list_of, parsed, text_of, text_or
from secondcoder.exchange.projects.label_studio_out import write
from secondcoder.exchange.projects.model import Document, Mark, Project, ProjectCode
from secondcoder.exchange.projects.positions import (
    CODE_POINTS,
    HTML,
    SHOWN_CODE_POINTS,
    SHOWN_UTF_16,
    UTF_16,
    whole_number,
)
from secondcoder.exchange.projects.records import codebook_of, records_of
from secondcoder.exchange.registry import NO_PASSES, CodedData, CodedFormat, ImportContext

_BEGINS = re.compile(r'\[\s*\{\s*("id"\s*:\s*\d+\s*,\s*)?"(annotations|completions|data)"\s*:')
_REDUCED = ('"annotation_id"', '"annotator"')
NAMES = ("transcript", "document", "title", "name", "file", "filename", "file_name", "file_upload")
"""What people call the field of a task that names its document."""


def sniff(path: Path) -> bool:
    """JSON with tasks of Label Studio."""
    head = head_of(path)
    if not head.startswith(("[", "{")) or path.suffix.lower() == ".jsonl":
        return False
    return _BEGINS.match(head) is not None or '"from_name"' in head or all(word in head for word in _REDUCED)


def codebook(path: Path) -> Codebook:
    """The labels that were given, without order or hierarchy, which Label Studio does not export."""
    return codebook_of(_project(path), path)


def read(path: Path, context: ImportContext) -> CodedData:
    """A transcript for each task, and a coding for each label of a region."""
    return records_of(_project(path), path, context)


CODED_FORMAT = CodedFormat(
    "label-studio",
    (".json",),
    sniff,
    read,
    write,
    codebook=codebook,
    priority=30,
    suggestions=True,
    not_held=NO_PASSES,
)


def _project(path: Path) -> Project:
    file = file_name(path.name)
    found = parsed(text_of(path), file)
    tasks = [each for each in (found if isinstance(found, list) else [found]) if isinstance(each, dict)]
    _refuse_others(file, tasks)
    project = Project(units=(CODE_POINTS, UTF_16, SHOWN_CODE_POINTS, SHOWN_UTF_16, HTML))
    left: Counter[tuple[str, str]] = Counter()
    named = _naming(tasks)
    for number, task in enumerate(tasks, start=1):
        data = dict_of(task.get("data"))
        shown = text_or(data.get(named)) if named else f"task-{task.get('id', number)}"
        project.documents.append(Document(number, shown, _text(data), named=bool(named)))
        project.marks += _marks(task, number, left)
        left["draft", "drafts"] += len(list_of(task.get("drafts")))
        left["prediction of a model", "predictions of a model"] += len(list_of(task.get("predictions")))
    labels = dict.fromkeys(mark.code for mark in project.marks)
    project.codes = [ProjectCode(label, str(label)) for label in labels]
    project.notes = [f"{counted(count, one, many)} not taken" for (one, many), count in left.items() if count]
    if any(mark.coder.startswith("user ") for mark in project.marks):
        project.notes.append(
            "annotators are called 'user 1' and so on, as the export gives their numbers and not their names"
        )
    return project


def _refuse_others(file: str, tasks: list[dict[str, Any]]) -> None:
    if any("annotation_id" in task and "annotations" not in task for task in tasks):
        raise InputError(
            f"{file}: Label Studio's short JSON (JSON-MIN), which leaves out much of who labelled what. "
            "Export it as JSON. Nothing was imported."
        )
    if not any("data" in task for task in tasks):
        raise InputError(
            f"{file}: JSON of a kind that is not read. Read are exports of Label Studio and doccano, W3C Web Annotations, and a coded "
            "table as JSON lines (.jsonl), an object a line; save a transcript as plain text (.txt). Nothing was imported."
        )


def _naming(tasks: list[dict[str, Any]]) -> str:
    """The field that names each task's document, with another name for each; '' where there is none."""
    for field in NAMES:
        values = [name(text_or(dict_of(task.get("data")).get(field))) for task in tasks]
        if all(values) and len({*map(folded, values)}) == len(values):
            return field
    return ""


def _text(data: Mapping[str, Any]) -> str:
    """The task's text: the field of that name, else the longest."""
    texts = [value for value in data.values() if isinstance(value, str)]
    return text_or(data.get("text")) or max(texts, key=len, default="")


def _marks(task: Mapping[str, Any], number: int, left: Counter[tuple[str, str]]) -> Iterator[Mark]:
    annotations = list_of(task.get("annotations")) or list_of(task.get("completions"))
    for at, annotation in enumerate(map(dict_of, annotations), start=1):
        if annotation.get("was_cancelled"):
            left["cancelled annotation", "cancelled annotations"] += 1
            continue
        coder = _coder(annotation.get("completed_by"))
        for region, result in enumerate(map(dict_of, list_of(annotation.get("result"))), start=1):
            if result.get("type") != "labels":
                kind = name(text_or(result.get("type"), "other"))[:40]
                left[f"result of type '{kind}'", f"results of type '{kind}'"] += 1
                continue
            yield from _region(result, number, coder, f"task {number}, annotation {at}, region {region}", left)


def _region(
    result: Mapping[str, Any], document: int, coder: str, place: str, left: Counter[tuple[str, str]]
) -> Iterator[Mark]:
    value, meta = dict_of(result.get("value")), dict_of(result.get("meta"))
    start, end = whole_number(value.get("start")), whole_number(value.get("end"))
    labels = [label for label in list_of(value.get("labels")) if isinstance(label, str) and label.strip()]
    left["region without a label", "regions without a label"] += not labels
    memo = "\n".join(line for line in list_of(meta.get("text")) if isinstance(line, str)) or text_or(meta.get("text"))
    for label in labels:
        yield Mark(
            document,
            -1 if start is None else start,
            -1 if end is None else end,
            label,
            text_or(meta.get("coder")) or coder,
            memo,
            text_or(value.get("text")) or None,
            place,
            Origin(meta["origin"]) if meta and meta.get("origin") in [*Origin] else Origin.INDEPENDENT,
            Valence(meta["valence"]) if meta and meta.get("valence") in [*Valence] else None,
        )


def _coder(completed_by: Any) -> str:
    """Who annotated: a person's e-mail, name or number; '' where it is not said."""
    if isinstance(completed_by, dict):
        full = f"{text_or(completed_by.get('first_name'))} {text_or(completed_by.get('last_name'))}"
        said = text_or(completed_by.get("email")) or name(full) or text_or(completed_by.get("username"))
        return said or _coder(completed_by.get("id"))
    number = whole_number(completed_by)
    return f"user {number}" if number is not None else text_or(completed_by)
