"""A pack's file: a zip with `manifest.json` (form, study, coder, SHA-256 of each part) and plain parts, a JSON object a line.

It is read in memory and never unpacked to disk. Names of entries are compared with the few that a pack may have, so that none leads
out of a folder; links, encrypted and doubled entries are refused, and so is what says that it unpacks to too much, before it does.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from secondcoder.codebook.yaml_file import parse_codebook
from secondcoder.domain.files import refuse_no_file
from secondcoder.domain.names import name
from secondcoder.domain.records import Case, Coding, CodingPass, Origin, Suggestion, Transcript
from secondcoder.errors import InputError
from secondcoder.exchange.pack.pack import OPENED, Pack, State
from secondcoder.exchange.pack.rows import (
    lines,
    mark_lines,
    read_marks,
    read_object,
    read_records,
    refuse_faulty,
    refuse_misplaced,
)
from secondcoder.reports.tables import EPOCH
from secondcoder.reports.whole_file import write_whole
from secondcoder.transcripts.safe_zip import BROKEN, SafeZip, is_bomb, is_encrypted, is_link

FORM = "secondcoder-pack/1"
MANIFEST = "manifest.json"
PARTS = ("codebook.yml", "transcripts.jsonl", "cases.jsonl", "codings.jsonl", "passes.jsonl", "suggestions.jsonl")
MOST_PACKED, MOST_UNPACKED, MOST_SMALL = 100_000_000, 100_000_000, 5_000_000
"""Bytes: interviews of 200 hours are a fifth of it."""
HASH = 64


def write_pack(pack: Pack, path: Path) -> str:
    """Write the file, whole or not at all; the same pack gives the same bytes. Returns the file's SHA-256."""
    parts = {
        "codebook.yml": pack.book_text.encode(),
        "transcripts.jsonl": lines(asdict(transcript) for transcript in pack.transcripts),
        "cases.jsonl": lines(asdict(case) for case in pack.cases),
        "codings.jsonl": mark_lines(pack.states, lambda state: state.codings),
        "passes.jsonl": mark_lines(pack.states, lambda state: state.passes),
        "suggestions.jsonl": lines(asdict(suggestion) for suggestion in pack.suggestions),
    }
    manifest = {
        "form": FORM,
        **{
            field: getattr(pack, field)
            for field in ("study", "made_in", "called", "coder", "blind", "settings", "model")
        },
        "seen": list(pack.seen),
        "codebook": pack.book.hash,
        "packs": [{"head": state.head, "transcripts": sorted(state.transcripts)} for state in pack.states],
        "parts": {part: hashlib.sha256(content).hexdigest() for part, content in parts.items()},
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in {MANIFEST: text, **parts}.items():
            archive.writestr(zipfile.ZipInfo(part, date_time=EPOCH), content, zipfile.ZIP_DEFLATED)
    write_whole(path, out.getvalue())
    return hashlib.sha256(out.getvalue()).hexdigest()


def read_pack(path: Path) -> Pack:
    """Read a pack.

    Raises:
        InputError: the file is no pack, is damaged, was changed, or is of a later form; nothing was changed.
    """
    refuse_no_file(path, "Nothing was changed.")
    try:
        return _pack(_parts(path))
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}). Nothing was changed.") from None
    except InputError as error:
        raise InputError(f"{path.name}: {str(error).rstrip('.')}. Nothing was changed.") from None
    except BROKEN:
        raise InputError(
            f"{path.name}: it is no pack, or damaged. `secondcoder pack make` writes packs. Nothing was changed."
        ) from None


def _parts(path: Path) -> dict[str, bytes]:
    """The content of each entry."""
    if path.stat().st_size > MOST_PACKED:
        raise InputError(f"it has more than {MOST_PACKED:,} bytes, and no pack has")
    with SafeZip(path) as archive:
        entries = archive.infolist()
        _refuse_strange(entries)
        return {entry.filename: archive.read(entry) for entry in entries}


def _refuse_strange(entries: list[zipfile.ZipInfo]) -> None:
    names = sorted(entry.filename for entry in entries)
    if names != sorted((MANIFEST, *PARTS)):
        strange = next((each for each in names if each not in (MANIFEST, *PARTS)), None)
        raise InputError(f"'{strange}' in it is no part of a pack" if strange else "a part is missing or stands twice")
    for entry in entries:
        if is_link(entry) or is_encrypted(entry):
            raise InputError(f"'{entry.filename}' in it is a link or encrypted")
        size, small = entry.file_size, entry.filename in (MANIFEST, "codebook.yml")
        if is_bomb(size, entry.compress_size) or (small and size > MOST_SMALL):
            raise InputError(f"'{entry.filename}' in it unpacks to {size:,} bytes, and no pack's does")
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise InputError(f"it unpacks to more than {MOST_UNPACKED:,} bytes, and no pack does")


def _pack(content: Mapping[str, bytes]) -> Pack:
    manifest = read_object(content[MANIFEST], MANIFEST)
    if manifest.get("form") != FORM:
        raise InputError(f"its form is {manifest.get('form')!r} and not '{FORM}'; a later secondcoder may read it")
    _refuse_changed(content, manifest)
    field = _Fields(manifest)
    coder = field("coder", str)
    if not coder or name(coder) != coder:
        raise InputError(f"'{coder}' is not how a coder's name is written")
    book_text = content["codebook.yml"].decode()
    book = parse_codebook(book_text, "codebook.yml")
    if book.hash != field("codebook", str):
        raise InputError("its codebook is not the one that it names")
    pack = Pack(
        _hash(field("study", str)),
        _hash(field("made_in", str)),
        field("called", str),
        coder,
        book,
        book_text,
        read_records(content["transcripts.jsonl"], "transcripts.jsonl", Transcript),
        read_records(content["cases.jsonl"], "cases.jsonl", Case),
        _states(content, field("packs", list), coder),
        field("blind", bool),
        tuple(each for each in field("seen", list) if isinstance(each, str)),
        {section: values for section, values in field("settings", dict).items() if isinstance(values, dict)},
        field("model", dict) if manifest.get("model") is not None else None,
        read_records(content["suggestions.jsonl"], "suggestions.jsonl", Suggestion),
    )
    refuse_faulty(pack.transcripts, pack.cases)
    _refuse_contradictions(pack)
    return pack


class _Fields:
    """A manifest's values by their kinds; InputError for one that is of another."""

    def __init__(self, manifest: Mapping[str, Any]) -> None:
        self._manifest = manifest

    def __call__(self, key: str, kind: type[Any]) -> Any:
        value = self._manifest.get(key)
        if type(value) is not kind:
            raise InputError(f"{MANIFEST}: '{key}' is not what a pack says there")
        return value


def _hash(written: str) -> str:
    if len(written) != HASH or set(written) - set("0123456789abcdef"):
        raise InputError(f"{MANIFEST}: '{written[:HASH]}' identifies no study")
    return written


def _refuse_changed(content: Mapping[str, bytes], manifest: Mapping[str, Any]) -> None:
    for part in PARTS:
        parts = manifest.get("parts")
        stated = parts.get(part) if isinstance(parts, dict) else None
        if hashlib.sha256(content[part]).hexdigest() != stated:
            raise InputError(f"'{part}' in it is not what was packed")


def _states(content: Mapping[str, bytes], packs: list[Any], coder: str) -> list[State]:
    codings = read_marks(content["codings.jsonl"], "codings.jsonl", Coding, coder)
    passes = read_marks(content["passes.jsonl"], "passes.jsonl", CodingPass, coder)
    states: list[State] = []
    for number, each in enumerate(packs):
        head, on = (each.get("head"), each.get("transcripts")) if isinstance(each, dict) else (None, None)
        if not isinstance(head, str) or not isinstance(on, list) or not all(isinstance(one, str) for one in on):
            raise InputError(f"{MANIFEST}: 'packs' is not what a pack says there")
        states.append(
            State(
                head,
                frozenset(on),
                frozenset(coding for coding, numbers in codings.items() if number in numbers),
                frozenset(coding_pass for coding_pass, numbers in passes.items() if number in numbers),
            )
        )
    heads = [state.head for state in states]
    if not states or heads[0] != OPENED or len(heads) != len(set(heads)):
        raise InputError(f"{MANIFEST}: 'packs' is not in order")
    return states


def _refuse_contradictions(pack: Pack) -> None:
    now = pack.now
    if now.transcripts != pack.texts.keys() or pack.to_open != (now.head == OPENED):
        raise InputError("its transcripts are not those that it names")
    refuse_misplaced((*now.codings, *now.passes, *pack.suggestions), pack.texts, pack.book)
    keys = {(*coding.place, coding.code, coding.origin) for coding in now.codings}
    origins = {*(coding.origin for coding in now.codings), *(look.origin for look in now.passes)}
    if Origin.ADJUDICATED in origins:
        raise InputError("something in it is adjudicated, which only the study itself can be")
    outside = any(
        mark.transcript not in state.transcripts for state in pack.states for mark in (*state.codings, *state.passes)
    )
    if len(keys) < len(now.codings) or outside:
        raise InputError("a coding in it stands twice, or on a transcript that is not in it")
    model = pack.model or {}
    if pack.suggestions and not (isinstance(model.get("version"), str) and isinstance(model.get("manifest"), dict)):
        raise InputError("its suggestions are of no model")
    if any(suggestion.model != model["version"] for suggestion in pack.suggestions):
        raise InputError("its suggestions are of another model than it names")
