"""W3C Web Annotations in JSON-LD (https://www.w3.org/TR/annotation-model/): what is tagged on passages of texts.

A target names its text as `source` and the passage by a TextPositionSelector (code points, end exclusive), a TextQuoteSelector (the
words with what stands before and after them), or both; the words decide. The texts themselves are not in the file: the study must have
them. Annotations by software are no codings.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from secondcoder.codebook.model import Codebook
from secondcoder.domain.names import file_name, name
from secondcoder.domain.records import Origin, Span, Transcript, Valence
from secondcoder.domain.wording import counted, shorten
from secondcoder.errors import InputError, TableError, did_you_mean
from secondcoder.exchange.projects.json_file import dict_of, head_of, parsed, text_of, text_or
from secondcoder.exchange.projects.model import Document, Mark, Project, ProjectCode
from secondcoder.exchange.projects.positions import CODE_POINTS, UTF_16, plain, whole_number
from secondcoder.exchange.projects.records import codebook_of, records_of
from secondcoder.exchange.projects.texts import OF_FILE
from secondcoder.exchange.projects.web_annotation_out import CONTEXT, write
from secondcoder.exchange.registry import NO_PASSES, CodedData, CodedFormat, ImportContext

SUFFIXES = (".jsonld", ".json")


@dataclass(frozen=True)
class _Annotation:
    """What one annotation says: codes as they are called, where, by whom."""

    place: str
    codes: tuple[str, ...]
    coder: str
    memo: str
    origin: Origin
    valence: Valence | None
    source: str
    start: int | None
    end: int | None
    quote: Mapping[str, str] = field(default_factory=dict)


def sniff(path: Path) -> bool:
    """JSON in the context of Web Annotation."""
    return path.suffix.lower() in SUFFIXES and CONTEXT.split("://")[1] in head_of(path)[:20_000]


def codebook(path: Path) -> Codebook:
    """The tags."""
    return codebook_of(_with_codes(_annotations(path, Counter())), path)


def read(path: Path, context: ImportContext) -> CodedData:
    """A coding for each tag of an annotation; TableError for those whose text or passage is not found."""
    left: Counter[tuple[str, str]] = Counter()
    annotations = _annotations(path, left)
    project = _with_codes(annotations)
    faults = [fault for each in annotations if (fault := _place(each, context, project))]
    if faults:
        raise TableError(file_name(path.name), faults)
    project.notes = [f"{counted(count, one, many)} not taken" for (one, many), count in left.items() if count]
    return records_of(project, path, context)


CODED_FORMAT = CodedFormat(
    "web-annotation",
    SUFFIXES,
    sniff,
    read,
    write,
    codebook=codebook,
    priority=31,
    suggestions=True,
    not_held=NO_PASSES,
)


def _with_codes(annotations: list[_Annotation]) -> Project:
    codes = dict.fromkeys(code for each in annotations for code in each.codes)
    return Project(codes=[ProjectCode(code, code) for code in codes], units=(CODE_POINTS, UTF_16))


def _annotations(path: Path, left: Counter[tuple[str, str]]) -> list[_Annotation]:
    file = file_name(path.name)
    found = [*_items(parsed(text_of(path), file))]
    if not found:
        raise InputError(f"{file}: no Web Annotation in it. Nothing was imported.")
    return [one for number, each in enumerate(found, start=1) for one in _read(each, f"annotation {number}", left)]


def _items(value: Any) -> Iterator[dict[str, Any]]:
    """The annotations of a list, a page, or a collection of pages."""
    if isinstance(value, list):
        for each in value:
            yield from _items(each)
    elif isinstance(value, dict):
        if "target" in value:
            yield value
        yield from _items(value.get("items"))
        yield from _items(value.get("first"))


def _read(written: Mapping[str, Any], place: str, left: Counter[tuple[str, str]]) -> Iterator[_Annotation]:
    """One for each target."""
    makers = [dict_of(written.get(each)) for each in ("creator", "generator")]
    if "assessing" in _all(written.get("motivation")) or any("Software" in _all(maker.get("type")) for maker in makers):
        left["annotation by software", "annotations by software"] += 1
        return
    codes, said = _bodies(written)
    left["annotation without a tag", "annotations without a tag"] += not codes
    origin, valence = said.get("describing", ""), said.get("classifying", "")
    for target in _all(written.get("target")) if codes else ():
        source, selectors = _source(target), [*_selectors(dict_of(target).get("selector"))]
        start, end = _positions(selectors)
        quotes = [each for each in selectors if each.get("type") == "TextQuoteSelector"]
        yield _Annotation(
            place,
            tuple(codes),
            _creator(written.get("creator")),
            said.get("commenting", ""),
            Origin(origin) if origin in [*Origin] else Origin.INDEPENDENT,
            Valence(valence) if valence in [*Valence] else None,
            source,
            start,
            end,
            {key: text_or(each.get(key)) for each in quotes[:1] for key in ("prefix", "exact", "suffix")},
        )


def _bodies(written: Mapping[str, Any]) -> tuple[list[str], dict[str, str]]:
    """The tags, and of each other purpose what the first body with it says."""
    tagging = "tagging" in _all(written.get("motivation"))
    codes: list[str] = []
    said: dict[str, str] = {}
    for body in _all(written.get("body")):
        purposes = [each for each in _all(dict_of(body).get("purpose")) if isinstance(each, str)] or [
            "tagging"
        ] * tagging
        words = body if isinstance(body, str) else _words(dict_of(body))
        if "tagging" in purposes:
            codes += [words] * bool(name(words))
        elif purposes or isinstance(body, dict):
            said.setdefault(next(iter(purposes), "commenting"), words)
    return codes, said


def _all(value: Any) -> list[Any]:
    """JSON-LD leaves the brackets out around a single value."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _words(body: Mapping[str, Any]) -> str:
    source = body.get("source")
    about = dict_of(source)
    shown = text_or(body.get("value")) or text_or(about.get("label")) or text_or(about.get("prefLabel"))
    return shown or _last(text_or(source) or text_or(about.get("id")))


def _source(target: Any) -> str:
    """What the text is called: its label, else the end of its address."""
    source = dict_of(target).get("source", target)
    about = dict_of(source)
    return text_or(about.get("label")) or _last(text_or(source) or text_or(about.get("id")))


def _last(address: str) -> str:
    try:
        return unquote(PurePosixPath(urlsplit(address).path).name) or address
    except ValueError:
        return address


def _creator(written: Any) -> str:
    for creator in _all(written):
        about = dict_of(creator)
        fields = (text_or(about.get(key)) for key in ("name", "nickname", "email", "id"))
        if said := text_or(creator) or next(filter(None, fields), ""):
            return said
    return ""


def _selectors(written: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """Selectors of all kinds, those that refine others and those to choose from."""
    for each in map(dict_of, _all(written)) if depth < 9 else ():
        yield each
        yield from _selectors(each.get("items"), depth + 1)
        yield from _selectors(each.get("refinedBy"), depth + 1)


def _positions(selectors: list[Mapping[str, Any]]) -> tuple[int | None, int | None]:
    found = [each for each in selectors if each.get("type") == "TextPositionSelector"]
    start, end = (whole_number(found[0].get(key)) if found else None for key in ("start", "end"))
    # What is no number is no position, and refused as such.
    return (-1, -1) if found and (start is None or end is None) else (start, end)


def _place(each: _Annotation, context: ImportContext, project: Project) -> str:
    """Put the annotation's marks into the project; why it has no place, '' where it has one."""
    transcript = _transcript(each.source, context)
    if transcript is None:
        near = did_you_mean(each.source, [known.id for known in context.known.values()])
        return f"{each.place}: no transcript of the study is called '{name(each.source)}'.{near} Import it first, or with this file."
    start, end = each.start, each.end
    if start is None or end is None:
        found = _quoted(transcript, each.quote)
        if len(found) != 1:
            words = shorten(" ".join(each.quote.get("exact", "").split()), 60)
            times = f"{len(found)} times" if found else "nowhere"
            return f"{each.place}: '{words}' stands {times} in '{transcript.id}', and the annotation has no position."
        start, end = found[0]
    if all(known.key != transcript.id for known in project.documents):
        project.documents.append(Document(transcript.id, transcript.id, transcript.text))
    project.marks += [
        Mark(
            transcript.id,
            start,
            end,
            code,
            each.coder,
            each.memo,
            each.quote.get("exact") or None,
            each.place,
            each.origin,
            each.valence,
        )
        for code in each.codes
    ]
    return ""


def _transcript(source: str, context: ImportContext) -> Transcript | None:
    return context.known.get(name(source)) or context.known.get(name(OF_FILE.sub("", source)))


def _quoted(transcript: Transcript, quote: Mapping[str, str]) -> list[Span]:
    """Where the words stand between those before and after them; where these are nowhere, where they stand at all."""
    before, words, after = (plain(quote.get(key, "")) for key in ("prefix", "exact", "suffix"))
    if not words:
        return []
    for pattern in (f"(?<={re.escape(before)}){re.escape(words)}(?={re.escape(after)})", re.escape(words)):
        if found := [match.span() for match in re.finditer(pattern, transcript.text)]:
            return found
    return []
