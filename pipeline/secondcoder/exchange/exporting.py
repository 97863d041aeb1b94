"""Records to a file of coded data, or to text for the screen."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from secondcoder.codebook.model import Codebook
from secondcoder.corpus import Corpus
from secondcoder.errors import InputError
from secondcoder.exchange.registry import DEFAULT, CodedData, find_writer


@dataclass(frozen=True)
class Exported:
    """How much was exported, and the content where no file was named; `marks`: whether codings are in it at all."""

    codings: int
    passes: int
    text: str = ""
    marks: bool = True


def coded_data(corpus: Corpus, as_made: bool = False) -> CodedData:
    """All human codings and passes of a study, in the present codes or as they were made, with its transcripts and cases."""
    codings = [coding for coding, _ in corpus.codings_as_made] if as_made else corpus.codings
    passes = [coding_pass for coding_pass, _ in corpus.passes_as_made] if as_made else corpus.passes
    return CodedData(list(corpus.transcripts), list(corpus.cases), codings, passes)


def export_coded(data: CodedData, book: Codebook, path: Path | None = None, form: str | None = None) -> Exported:
    """Write the coded data in the format named `form`; without a path, give its text.

    Raises:
        InputError: no format is written under that name, or it gives no text and needs a file.
    """
    form = form or DEFAULT
    write, suffix, marks = find_writer(form)
    if path is not None:
        write(data, book, path)
        return Exported(len(data.codings), len(data.passes), marks=marks)
    # A format can only write files, so the text for the screen comes by way of one.
    with TemporaryDirectory() as folder:
        draft = Path(folder) / f"export{suffix}"
        write(data, book, draft)
        try:
            text = draft.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError:
            fault = f"'{form}' is written to a file and not to the screen: name one with --out"
            raise InputError(f"{fault}. Nothing was written.") from None
    return Exported(len(data.codings), len(data.passes), text)
