"""JSON for other programs: UTF-8, the same bytes for the same content, whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from secondcoder.codebook.model import Codebook
from secondcoder.errors import InputError
from secondcoder.reports.whole_file import write_whole

SUFFIXES = (".json", ".jsonld")


def write_json(value: Any, path: Path) -> None:
    """Write a file; InputError for a suffix that is not JSON's."""
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(f"{path.name}: this format is JSON. Name it {path.stem}.json. Nothing was written.")
    write_whole(path, (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode())


def name_of_code(code: str, book: Codebook) -> str:
    """What people read; the id of a code that was retired since."""
    return book[code].name if code in book else code
