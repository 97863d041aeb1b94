"""The paragraphs of a draft of results on what was said of each code: in how many cases and transcripts, and in whose words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from secondcoder.charting.results.wording import VALENCES, Tables, is_said, one_line, quoted, valence_words, whole
from secondcoder.domain.wording import counted, listed
from secondcoder.labels.code_counts import NO_CASE

if TYPE_CHECKING:
    import pandas as pd

COUNTS = ["passages", "transcripts", "transcripts_read", *VALENCES]
MOST_NAMED = 10
"""Cases that are listed with their counts; of more, the fullest."""
QUOTES = 2


def rows_of_one_kind(cells: pd.DataFrame) -> pd.DataFrame:
    """A matrix may have rows for cases, participants and transcripts; a passage counts in those of one kind only: cases if any."""
    kinds = list(dict.fromkeys(cells["row_kind"]))
    return cells[cells["row_kind"] == ("case" if "case" in kinds else kinds[0])]


def code_lines(tables: Tables) -> Iterator[str]:
    """A part a construct, with its sub-constructs; codes that nobody spoke of stand in a line at the end."""
    cells = rows_of_one_kind(tables["cells"])
    names = dict(zip(cells["code"], cells["code_name"], strict=True))
    parents = _parents(tables, list(names))
    silent, told = list[str](), Counter[str]()
    for code in (code for code in names if parents[code] is None):
        family = [code, *(below for below in names if _top(below, parents) == code and below != code)]
        if not _of(cells, family)["passages"].fillna(0).any():
            silent.append(code)
            continue
        yield from ("", f"### {one_line(names[code])}", "", " ".join(_paragraph(tables, cells, names, family)))
        yield from _summaries(_of(cells, [code]))
        yield from _quotations(tables.get("quotes"), family, told)
    for line in _silence(_of(cells, silent), names):
        yield from ("", line)


def _silence(own: pd.DataFrame, names: Mapping[str, str]) -> Iterator[str]:
    """Codes without a passage: looked for in vain, or not looked for; and what is only suggested of them."""
    totals = own[["transcripts_read", "suggested_only"]].fillna(0).groupby(own["code"], sort=False).sum()
    sought = totals["transcripts_read"] > 0
    for found, words in ((totals[sought], "Looked for and not found"), (totals[~sought], "Nobody has read for")):
        suggested = found["suggested_only"].items()
        codes = [
            one_line(names[str(code)]) + (f" ({n:.0f} suggested, not decided on)" if n else "") for code, n in suggested
        ]
        if codes:
            yield f"{words}: {listed(codes)}."


def _parents(tables: Tables, codes: list[str]) -> dict[str, str | None]:
    """Code -> the code above it: by the table of codes, or, without one, by an id like CO.DIF."""
    known = tables.get("codes")
    above = {} if known is None else dict(zip(known["code"], known["parent"], strict=True))
    found = {code: above.get(code, code.rpartition(".")[0]) for code in codes}
    return {code: parent if is_said(parent) and parent in codes else None for code, parent in found.items()}


def _top(code: str, parents: Mapping[str, str | None]) -> str:
    while (above := parents[code]) is not None:
        code = above
    return code


def _of(cells: pd.DataFrame, codes: list[str]) -> pd.DataFrame:
    return cells[cells["code"].isin(codes)]


def _paragraph(tables: Tables, cells: pd.DataFrame, names: Mapping[str, str], family: list[str]) -> Iterator[str]:
    code, *below = family
    own = _of(cells, [code])
    if _passage_count(own, code):
        yield f"{one_line(names[code])} was spoken of in {_spread(own)}, in {_passages(own)}."
        yield from _by_row(own)
    else:
        yield "No passage has this code itself."
    parts = [
        f"{one_line(names[part])} in {_spread(_of(cells, [part]))}" for part in below if _passage_count(cells, part)
    ]
    if parts:
        yield f"Its parts: {'; '.join(parts)}."
    if suggested := whole(own["suggested_only"].sum()):
        are = "is" if suggested == 1 else "are"
        yield f"Not counted {are} {counted(suggested, 'passage')} that the model suggests and nobody has decided on."
    yield from _corrected(tables, code)
    yield f"[In your words: what {one_line(names[code])} was like where it was strong, where it was not, and what tells against it.]"


def _passage_count(cells: pd.DataFrame, code: str) -> int:
    return whole(_of(cells, [code])["passages"].sum())


def _spread(own: pd.DataFrame) -> str:
    """'5 of 7 cases and 14 of 21 transcripts', of those that were read for it."""
    total = own[COUNTS].fillna(0)
    kind = own["row_kind"].iloc[0]
    found, read = total["passages"] > 0, (total["transcripts_read"] > 0) | (total["passages"] > 0)
    named = own["row"] != NO_CASE
    rows = _part_of((found & named).sum(), (read & named).sum(), kind)
    if kind == "transcript":
        return rows
    return f"{rows} and {_part_of(total['transcripts'].sum(), total['transcripts_read'].sum(), 'transcript')}"


def _part_of(part: float, of: float, unit: str) -> str:
    # Where a transcript was read in part only, a code may be found in more of them than were read as a whole.
    return f"{part:.0f} of {counted(of, unit)}" if part <= of else counted(part, unit)


def _passages(own: pd.DataFrame) -> str:
    """'95 passages (40 promoting, 30 inhibiting)'."""
    total = own[COUNTS].fillna(0).sum()
    valences = valence_words(total.to_dict())
    return counted(total["passages"], "passage") + (f" ({valences})" if valences else "")


def _by_row(own: pd.DataFrame) -> Iterator[str]:
    """Which rows had it, the fullest first, and where it was looked for in vain or not looked for."""
    found = own[own["passages"].fillna(0) > 0].sort_values("passages", ascending=False, kind="stable")
    named = [f"{one_line(row)} {n:.0f}" for row, n in zip(found["row"], found["passages"], strict=True)]
    more = "Most passages are of" if len(named) > MOST_NAMED else "Passages by " + str(own["row_kind"].iloc[0]) + ":"
    yield f"{more} {', '.join(named[:MOST_NAMED])}."
    rest = own[own["passages"].fillna(0) == 0]
    for is_read, words in ((True, "It was looked for and not found in"), (False, "Nobody has read for it in")):
        there = rest[(rest["transcripts_read"].fillna(0) > 0) == is_read]
        # Where a part alone was read, that nothing was found says nothing of the other transcripts.
        notes = there["note"] if is_read and "note" in there else [""] * len(there)
        names = [
            one_line(row) + (f" ({one_line(note)})" if is_said(note) else "")
            for row, note in zip(there["row"], notes, strict=True)
        ]
        if names and len(names) <= MOST_NAMED:
            yield f"{words} {listed(names)}."


def _corrected(tables: Tables, code: str) -> Iterator[str]:
    """What is estimated where only a part was reviewed, beside the plain count; where nothing is left to estimate, nothing."""
    for row in _rows(tables.get("occurrence"), code):
        if row["low"] < row["high"]:
            yield (
                f"Corrected for coding error it occurs in an estimated {row['estimate']:.1f} of {counted(row['of'], row['unit'])} "
                f"(95% interval {row['low']:.1f} to {row['high']:.1f}); it was found in {whole(row['found'])}."
            )
    for row in _rows(tables.get("corrected"), code):
        if row["kind"] == "all":
            yield (
                f"It holds in {row['plain_rate']:.1%} of segments as counted, and in {row['rate']:.1%} corrected for coding error "
                f"(95% interval {row['low']:.1%} to {row['high']:.1%})."
            )


def _rows(table: pd.DataFrame | None, code: str) -> list[dict[Any, Any]]:
    """Of a code, without those that have no estimate."""
    if table is None:
        return []
    rows = table[table["code"] == code].to_dict("records")
    return [row for row in rows if all(is_said(row[name]) for name in ("low", "high"))]


def _summaries(own: pd.DataFrame) -> Iterator[str]:
    written = own[own["summary"].map(is_said)]
    if len(written):
        yield from ("", "In the researcher's own summaries:", "")
    yield from (
        f"- {one_line(row)}: {one_line(text)}" for row, text in zip(written["row"], written["summary"], strict=True)
    )


def _quotations(quotes: pd.DataFrame | None, family: list[str], told: Counter[str]) -> Iterator[str]:
    """The construct's own before its sub-constructs', and cases that were not heard yet first; the second is somebody else's,
    and of another valence if there is one.

    Args:
        told: how often each row was quoted, which is counted on.
    """
    found = [] if quotes is None else _of(quotes, family).to_dict("records")
    for _ in range(QUOTES):
        found.sort(key=lambda quote: (quote["code"] != family[0], quote["rank"], told[quote["row"]]))
        if not found:
            return
        first = found[0]
        told[first["row"]] += 1
        yield from ("", *quoted(first))
        # P1 of one case is somebody else than P1 of another.
        found = [
            quote for quote in found if (quote["case"], quote["participant"]) != (first["case"], first["participant"])
        ]
        found = [quote for quote in found if quote["valence"] != first["valence"]] or found
