"""Opening a pack: a study's folder on the machine of one coder, with what the pack holds."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from secondcoder.configuration import default_text
from secondcoder.corpus import GIVEN_UP
from secondcoder.errors import InputError
from secondcoder.exchange.codebooks.files import CodebookFile
from secondcoder.exchange.pack.archive import read_pack
from secondcoder.exchange.pack.pack import Pack
from secondcoder.store import Store
from secondcoder.study.create import make_folder
from secondcoder.study.pack_trail import OPENED, said_detail

CLOSED = {"new_codes": False}
"""In the review of every opened pack: a code that one person adds would make a codebook of its own, which the study refuses."""


def open_pack(path: Path, folder: Path) -> Pack:
    """Make a study's folder from a pack.

    Raises:
        InputError: the file is no pack to open. StudyError: the folder is a study already, is not empty or cannot be written.
    """
    pack = read_pack(path)
    if not pack.to_open:
        raise InputError(
            f"{path.name} comes back from {pack.coder}, and is not to be opened: merge it in the study '{pack.called}' was made from: "
            f"secondcoder pack merge {path.name}. Nothing was made."
        )
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    book = CodebookFile(pack.book, pack.book_text)
    make_folder(
        folder,
        book,
        lambda store: _fill(store, pack, digest),
        _settings({**pack.settings, "review": {**pack.settings.get("review", {}), **CLOSED}}),
    )
    return pack


def _fill(store: Store, pack: Pack, digest: str) -> None:
    now = pack.now
    with store.transaction(pack.coder) as write:
        write.put_cases(pack.cases)
        write.add_transcripts(pack.transcripts)
        write.add_codings(now.codings, pack.book)
        write.add_passes(now.passes)
        if pack.model is not None:
            write.add_model(version := str(pack.model["version"]), None, pack.model["manifest"])
            write.replace_suggestions(
                version, sorted(pack.texts), sorted(pack.suggestions, key=lambda each: each.transcript)
            )
        if pack.seen:
            write.log(GIVEN_UP, coder=pack.coder, transcripts=list(pack.seen))
        write.log(
            OPENED,
            study=pack.study,
            called=pack.called,
            coder=pack.coder,
            sha256=digest,
            blind=pack.blind,
            transcripts=sorted(pack.texts),
            said=said_detail([(coding, 0) for coding in now.codings], [(look, 0) for look in now.passes]),
        )


def _settings(sections: Mapping[str, Mapping[str, Any]]) -> str:
    """The settings of a new study with these values in place of the usual ones, remarks and all."""
    text = default_text()
    for section, values in sections.items():
        head, begin, rest = text.partition(f"\n[{section}]\n")
        own, end, after = rest.partition("\n[")
        for key, value in values.items():
            # Text, numbers, booleans and lists of them are written in TOML as in JSON.
            line = re.compile(rf"(?m)^{re.escape(key)} = [^#\n]*?(?=\s*(?:#.*)?$)")
            setting = f"{key} = {json.dumps(value, ensure_ascii=False)}".replace("\\", r"\\")
            own = line.sub(setting, own)
        text = f"{head}{begin}{own}{end}{after}"
    return text
