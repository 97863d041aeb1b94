"""Records to a file of coded data, or to text for the screen."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from secondcoder.codebook.model import Codebook
from secondcoder.errors import InputError
from secondcoder.exchange.registry import DEFAULT, CodedData, find_writer


@dataclass(frozen=True)
class Exported:
    """How much was exported, and the content where no file was named."""

    codings: int
    passes: int
    text: str = ""


def export_coded(data: CodedData, book: Codebook, path: Path | None = None, form: str | None = None) -> Exported:
    """Write the coded data in the format named `form`; without a path, give its text.

    Raises:
        InputError: no format is written under that name, or it gives no text and needs a file.
    """
    form = form or DEFAULT
    write, suffix = find_writer(form)
    if path is not None:
        write(data, book, path)
        return Exported(len(data.codings), len(data.passes))
    with TemporaryDirectory() as folder:
        draft = Path(folder) / f"export{suffix}"
        write(data, book, draft)
        try:
            text = draft.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError:
            fault = f"'{form}' is written to a file and not to the screen: name one with --out"
            raise InputError(f"{fault}. Nothing was written.") from None
    return Exported(len(data.codings), len(data.passes), text)
