"""Records to a file of coded data, or to text for the screen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from secondcoder.codebook.model import Codebook
from secondcoder.corpus import Corpus
from secondcoder.errors import InputError
from secondcoder.exchange.registry import DEFAULT, REMEMBERED, CodedData, find_writer, recalled
from secondcoder.reports.whole_file import scratch


@dataclass(frozen=True)
class Exported:
    """How much was exported, and the content where no file was named.

    `not_held` is what the format has no place for, `marks` whether codings are in it at all.
    """

    codings: int
    passes: int
    text: str = ""
    suggestions: int = 0
    not_held: str = ""
    marks: bool = True


def coded_data(corpus: Corpus, as_made: bool = False, form: str = "") -> CodedData:
    """All human codings and passes of a study, in the present codes or as they were made, with its transcripts and cases.

    `form`: the format in which they are to be written, whose memory of earlier imports comes with them.
    """
    codings = [coding for coding, _ in corpus.codings_as_made] if as_made else corpus.codings
    passes = [coding_pass for coding_pass, _ in corpus.passes_as_made] if as_made else corpus.passes
    data = CodedData(list(corpus.transcripts), list(corpus.cases), codings, passes)
    if corpus.ends_of_trail:  # the first event of the audit trail is the study's own
        data.study, data.since = corpus.ends_of_trail[0]["hash"], corpus.ends_of_trail[0]["at"]
    data.memory = recalled(corpus.events(REMEMBERED), form)
    return data


def export_coded(data: CodedData, book: Codebook, path: Path | None = None, form: str | None = None) -> Exported:
    """Write the coded data in the format named `form`; without a path, give its text.

    Raises:
        InputError: no format is written under that name, or it gives no text and needs a file.
    """
    form = form or DEFAULT
    write, coded_format = find_writer(form, data.dialect, bool(data.suggestions))
    exported = Exported(
        len(data.codings),
        len(data.passes),
        suggestions=len(data.suggestions),
        not_held=coded_format.not_held,
        marks=coded_format.marks,
    )
    if path is not None:
        write(data, book, path)
        return exported
    # A format can only write files, so the text for the screen comes by way of one.
    with scratch() as folder:
        draft = folder / f"export{coded_format.suffixes[0]}"
        write(data, book, draft)
        try:
            text = draft.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError:
            fault = f"'{form}' is written to a file and not to the screen: name one with --out"
            raise InputError(f"{fault}. Nothing was written.") from None
    return replace(exported, text=text)
