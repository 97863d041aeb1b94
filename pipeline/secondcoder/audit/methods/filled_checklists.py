"""Reporting checklists filled in from a study's records, as Markdown tables to be pasted beside a paper.

An item has the sentences of the methods section that bear on it and the records behind them; any other is for the authors to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from secondcoder.audit.methods.checklists import COREQ, FOR_THE_AUTHORS, RECORDS, SRQR, Checklist
from secondcoder.audit.methods.classifier_rows import classifier_rows
from secondcoder.audit.methods.facts import facts_of
from secondcoder.audit.methods.language_models import NOTE, language_model_rows
from secondcoder.audit.methods.sentences import Row, Sentence
from secondcoder.audit.verify import Audit
from secondcoder.reports.word import plain_markdown
from secondcoder.workspace import Workspace

Parts = Mapping[str, Sequence[Sentence]]
TITLE = "Reporting checklists, filled in from the study's records"
ABOUT = (
    "Drafted by secondcoder from the study's store, for the authors to check and to finish. The last column but one names the records "
    "that a row rests on; they may bear on a part of an item only. Where it reads "
    f"'{FOR_THE_AUTHORS}', no record bears on the item. The last column is for the page of the paper."
)
HEAD = ("item", "topic", "what the study's records say", "rests on", "page")
WIDTHS = (6, 20, 72, 24, 7)
"""Of the columns, in dashes of the table's rule."""


def filled_checklists(workspace: Workspace, audit: Audit) -> str:
    """COREQ, SRQR and GUIDE-LLM, and what else a reader may ask of the model; the same bytes for the same records."""
    parts = facts_of(workspace, audit).parts
    lines = [f"# {TITLE}", "", ABOUT]
    for checklist in (COREQ, SRQR):
        rows = list(_rows(checklist, parts))
        borne = sum(bool(row.said) for row in rows)
        note = f"The records bear on {borne} of {len(rows)} items."
        lines += _table(f"{checklist.name} ({checklist.reference})", note, rows)
    trail = parts["Software and audit trail"]
    lines += _table("GUIDE-LLM (llm-checklist.com)", NOTE, language_model_rows(workspace, trail))
    if rows := classifier_rows(workspace, parts["Review"]):
        lines += _table("The supervised model", "Of no checklist, but what reviewers ask of a model.", rows)
    return "\n".join(lines) + "\n"


def _rows(checklist: Checklist, parts: Parts) -> Iterator[Row]:
    """A sentence stands once, under the first item that it bears on; further items point there."""
    first: dict[str, str] = {}
    for item, topic in checklist.items.items():
        bearing = [
            (title, sentence.text)
            for title, sentences in parts.items()
            for sentence in sentences
            if f"{checklist.name} {item}" in sentence.items
        ]
        new = [text for _, text in bearing if first.setdefault(text, item) == item]
        before = dict.fromkeys(first[text] for _, text in bearing if first[text] != item)
        also = [f"See also what stands under item {', '.join(before)}."] if before else []
        records = dict.fromkeys(RECORDS[title] for title, _ in bearing)
        yield Row(item, topic, [*new, *also], "; ".join(records))


def _table(title: str, note: str, rows: Sequence[Row]) -> Iterator[str]:
    yield from ("", f"## {title}", "", note, "")
    yield f"| {' | '.join(HEAD)} |"
    yield f"|{'|'.join('-' * width for width in WIDTHS)}|"
    for row in rows:
        said = "<br>".join(plain_markdown(" ".join(text.split())) for text in row.said)
        yield f"| {row.item} | {row.topic} | {said} | {plain_markdown(row.rests_on) or FOR_THE_AUTHORS} |  |"
