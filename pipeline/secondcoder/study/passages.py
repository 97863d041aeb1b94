"""The passages of a code as a document, with every quotation attributed, and as a table: what a researcher takes to Word or Excel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from secondcoder.codebook.model import Codebook
from secondcoder.corpus import Corpus
from secondcoder.domain.grouping import group_by
from secondcoder.domain.names import known_name
from secondcoder.domain.wording import counted
from secondcoder.errors import InputError, did_you_mean
from secondcoder.labels.code_counts import NO_CASE, CodeCount, case_counts, code_counts, count_table
from secondcoder.labels.code_passages import CodedPassage, CodePassages, PassageFilter, code_passages
from secondcoder.reports.tables import write_table
from secondcoder.reports.whole_file import write_whole
from secondcoder.reports.word import plain_markdown, word_document
from secondcoder.suggestions.undecided import undecided_suggestions
from secondcoder.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

DOCUMENTS = (".docx", ".md")
TABLES = (".xlsx", ".csv", ".parquet", ".jsonl")


def study_passages(workspace: Workspace, code: str, wanted: PassageFilter, suggested: bool = False) -> CodePassages:
    """All passages of a code in a study; with `suggested`, those of the model in use that nobody has decided on, apart."""
    corpus, suggestions = workspace.corpus, undecided_suggestions(workspace) if suggested else []
    return code_passages(corpus, workspace.codebook, code, _as_known(corpus, wanted), suggestions=suggestions)


def _as_known(corpus: Corpus, wanted: PassageFilter) -> PassageFilter:
    """The filter with names as the study has them; InputError for one that it does not have."""
    known = {
        "case": [case for case in corpus.case_of.values() if case],
        "coder": corpus.coders,
        "wave": [transcript.wave for transcript in corpus.transcripts if transcript.wave],
    }
    changes: dict[str, Any] = {}
    for what, names in known.items():
        asked = getattr(wanted, what)
        changes[what] = known_name(asked, names) if asked else ""
        if asked and changes[what] not in names:
            raise InputError(f"This study has no {what} '{asked}'.{did_you_mean(asked, set(names))}")
    return replace(wanted, **changes)


def study_code_counts(workspace: Workspace) -> list[CodeCount]:
    """How often each code of a study was given and is suggested."""
    return code_counts(workspace.corpus, workspace.codebook, suggestions=undecided_suggestions(workspace))


def check_out(path: Path) -> None:
    """InputError for a file that `write_passages` would refuse."""
    if path.suffix.lower() not in (*DOCUMENTS, *TABLES):
        raise InputError(
            f"{path.name}: passages are written as a document ({', '.join(DOCUMENTS)}) or as a table ({', '.join(TABLES)}), by "
            f"suffix.{did_you_mean(path.suffix.lower(), (*DOCUMENTS, *TABLES))} Nothing was written."
        )


def write_passages(passages: CodePassages, book: Codebook, path: Path) -> None:
    """Write a document or a table, by suffix, whole or not at all."""
    check_out(path)
    suffix = path.suffix.lower()
    if suffix == ".docx":
        write_whole(path, passages_document(passages, book))
    elif suffix == ".md":
        write_whole(path, passages_markdown(passages, book).encode())
    else:
        write_table(passages_table(passages), path, "passages")


def passages_document(passages: CodePassages, book: Codebook) -> bytes:
    """The bytes of a Word document of the passages."""
    return word_document(passages_markdown(passages, book))


def passages_markdown(passages: CodePassages, book: Codebook) -> str:
    """Counts first, then every quotation by case with where it comes from; people's codings and suggestions apart."""
    return "\n".join(_lines(passages, book)) + "\n"


def _lines(passages: CodePassages, book: Codebook) -> Iterator[str]:
    code = next((code for code in book.codes if code.id == passages.code), None)
    yield from (f"# {passages.code}" + (f" {code.name}" if code and code.name != code.id else ""), "")
    if code and code.definition:
        yield from (" ".join(code.definition.split()), "")
    if len(passages.of) > 1:
        yield from (f"With the codes below it: {', '.join(passages.of[1:])}.", "")
    head, *rows = count_table(case_counts(passages))
    yield from (_row(cells) for cells in (head, ["---"] * len(head), *rows))
    for title, found in (
        ("Coded by people", passages.human),
        ("Suggested by the model, not decided on", passages.suggested),
    ):
        if found:
            yield from ("", f"## {title}")
            yield from _by_case(found, level=3)


def _by_case(passages: Sequence[CodedPassage], level: int) -> Iterator[str]:
    for case, found in group_by(passages, lambda passage: passage.about.case).items():
        yield from ("", f"{'#' * level} {f'Case {case}' if case else NO_CASE.capitalize()} ({len(found)})")
        for passage in found:
            yield ""
            yield from (f"> {plain_markdown(line)}" for line in passage.quoted.text.splitlines() if line.strip())
            yield from (">", f"> — {plain_markdown(passage.attribution)}. {plain_markdown(coded_as(passage))}")
            if passage.coding and passage.coding.memo:
                yield from (">", f"> Memo: {plain_markdown(' '.join(passage.coding.memo.split()))}")


def coded_as(passage: CodedPassage) -> str:
    """In brackets what the passage was coded and by whom, as "[CO, by anna, promotes]" or "[CO, suggested: 62 in 100]"."""
    coding, suggestion = passage.coding, passage.suggestion
    if coding:
        origin = "" if coding.origin == "independent" else coding.origin.value
        return f"[{', '.join(filter(None, (coding.code, f'by {coding.coder}', coding.valence or '', origin)))}]"
    sure = suggestion and (f"{round(100 * suggestion.score)} in 100" if suggestion.calibrated else "ranked, not scored")
    return f"[{passage.code}, suggested: {sure}]"


def _row(cells: Sequence[str]) -> str:
    written = (cell.replace("|", "\\|") for cell in cells)
    return f"| {' | '.join(written)} |"


def passages_table(passages: CodePassages) -> pd.DataFrame:
    """One row a passage, people's codings first, then suggestions, which have a probability and no coder."""
    import pandas as pd

    return pd.DataFrame([_cells(passage) for passage in (*passages.human, *passages.suggested)], columns=COLUMNS)


COLUMNS = (
    *("status", "code", "transcript", "start", "end", "turn", "case", "wave", "role", "participant", "speaker"),
    *("coder", "origin", "valence", "probability", "memo", "before", "text", "after"),
)


def _cells(passage: CodedPassage) -> list[Any]:
    about, quoted, coding, suggestion = passage.about, passage.quoted, passage.coding, passage.suggestion
    turn = "-".join(dict.fromkeys(map(str, quoted.turns)))
    where = [*passage.place, turn, about.case, about.wave, about.role, about.participant, quoted.speaker]
    said = [coding.coder, coding.origin.value, coding.valence and coding.valence.value] if coding else [None] * 3
    probability = suggestion.score if suggestion and suggestion.calibrated else None
    memo = coding.memo if coding else ""
    status = "coded" if coding else "suggested"
    return [status, passage.code, *where, *said, probability, memo, quoted.before, quoted.text, quoted.after]


def in_words(passages: CodePassages) -> str:
    """'12 codings and 3 suggestions of CO, with the 2 codes below it'."""
    below = f", with the {counted(len(passages.of) - 1, 'code')} below it" if len(passages.of) > 1 else ""
    open_ones = f" and {counted(len(passages.suggested), 'suggestion')}" if passages.suggested else ""
    return f"{counted(len(passages.human), 'coding')}{open_ones} of {passages.code}{below}"
