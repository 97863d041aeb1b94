"""What is suggested for a Doc, kept with it: a Span a suggestion, and the figures where they go along with the Doc.

The figures lie in `doc.user_data`, as plain lists and numbers, by the Span's place and code: spaCy's own values of an extension go by
place alone, and two codes of one passage would share one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from spacy.tokens import Doc, Span

from secondcoder.interfaces.doc_transcript import DocTranscript
from secondcoder.learning.model import Model
from secondcoder.suggestions.evidence import DIGITS
from secondcoder.suggestions.suggester import Suggested

if TYPE_CHECKING:
    import pandas as pd

STORED = "secondcoder"
"""Key of `doc.user_data`: key of `doc.spans` -> what a component found."""
OF_SPANS = ("probability", "rank_score", "threshold", "model")
OF_DOCS = ("code_probabilities",)
Record = Mapping[str, Any]


def of_span(key: str, field: str, span: Span) -> Any:
    """A field of the suggestion that a Span is; None for any other Span."""
    record: Record | None = span.doc.user_data.get(STORED, {}).get(key)
    if record is None:
        return None
    if field == "model":
        return record["model"] if _found(record, span) else None
    return _found(record, span).get(field)


def of_doc(key: str, doc: Doc) -> pd.DataFrame:
    """Every code's probability on every segment, (n, 2 + k): `start` and `end` in the Doc's text, then a column a code; of codes that
    are only ranked, the rank."""
    import pandas as pd

    record: Record = doc.user_data.get(STORED, {}).get(key, {"codes": [], "segments": [], "scores": []})
    rows = [[*place, *scores] for place, scores in zip(record["segments"], record["scores"], strict=True)]
    return pd.DataFrame(rows, columns=["start", "end", *record["codes"]])


def _found(record: Record, span: Span) -> Mapping[str, Any]:
    """By the Span's place; a Span made anew on the same tokens is the same suggestion."""
    for each in record["suggestions"]:
        if each["code"] == span.label_ and each["span"] == [span.start_char, span.end_char]:
            found: Mapping[str, Any] = each
            return found
    return {}


def register_extensions(key: str, prefix: str) -> None:
    """Make `span._.probability` and the others known, with a prefix before each name.

    Raises:
        ValueError: somebody else has given one of these names a meaning.
    """
    wanted: list[tuple[Any, str, partial[Any]]] = [(Span, field, partial(of_span, key, field)) for field in OF_SPANS]
    wanted += [(Doc, field, partial(of_doc, key)) for field in OF_DOCS]
    for holder, field, getter in wanted:
        name = prefix + field
        if holder.has_extension(name) and not _is_same(holder.get_extension(name)[2], getter):
            raise ValueError(
                f"{holder.__name__.lower()}._.{name} is given by another component already. Give this one names of its own: "
                'config={"prefix": "secondcoder_"} (and another spans_key for a second secondcoder).'
            )
    for holder, field, getter in wanted:
        holder.set_extension(prefix + field, getter=getter, force=True)


def _is_same(known: Any, getter: partial[Any]) -> bool:
    return isinstance(known, partial) and (known.func, known.args) == (getter.func, getter.args)


def record_of(
    found: DocTranscript, suggested: Suggested | None, model: Model, version: str, hidden: Sequence[str]
) -> dict[str, Any]:
    """What is kept of a Doc: numbers, codes and places, no words.

    Args:
        suggested: for this transcript, perhaps among others; None where nobody says anything.
        hidden: codes that are left out.
    """
    name = found.transcript.id
    shown = [(column, code) for column, code in enumerate(model.codes) if code not in hidden]
    rows = [] if suggested is None else [n for n, each in enumerate(suggested.segments) if each.transcript == name]
    scores = (
        [] if suggested is None else suggested.scores[rows][:, [column for column, _ in shown]].round(DIGITS).tolist()
    )
    return {
        "model": version,
        "codes": [code for _, code in shown],
        "segments": [] if suggested is None else [[*found.in_doc(suggested.segments[row].span)] for row in rows],
        "scores": scores,
        "suggestions": [] if suggested is None else [
            {
                "code": each.code,
                "place": [*found.in_doc(each.span)],
                "probability": each.score if each.calibrated else None,
                "rank_score": None if each.calibrated else each.score,
                "threshold": each.threshold,
                "carrying": [[*found.in_doc(place)] for place in each.carrying],
            }
            for each in suggested.suggestions
            if each.transcript == name
        ],
    }  # fmt: skip


def write_into(doc: Doc, key: str, record: dict[str, Any]) -> None:
    """Spans and record. A Span has whole tokens: where a token reaches beyond a suggestion's place, all of it; `place` keeps the
    suggestion's own."""
    spans: list[Span] = []
    for each in record["suggestions"]:
        start, end = each["place"]
        # None only for a place outside the text.
        span = cast(Span, doc.char_span(start, end, label=each["code"], alignment_mode="expand"))
        each["span"] = [span.start_char, span.end_char]
        spans.append(span)
    doc.spans[key] = spans
    doc.user_data.setdefault(STORED, {})[key] = record
