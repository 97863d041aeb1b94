"""The paragraphs of a draft of results on cases: extent of integration, factors, comparisons of groups, and how new codes ran out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from secondcoder.charting.results.wording import by_value, is_said, one_line, valence_words, whole
from secondcoder.domain.wording import counted, listed

if TYPE_CHECKING:
    import pandas as pd

COMPARISONS = 5
"""Rows of the comparison that are told: those with the smallest p."""
MINUS = r"(?<!\w)-(?=[\d.])"
BALANCE = (
    "Balance: of the passages with a valence, the share that promote less the share that inhibit: positive where talk promotes more, "
    "negative where it inhibits more."
)
PRESENCE = {
    "present": "present in",
    "mixed": "mixed in",
    "absent": "absent in",
    "not spoken of": "not spoken of in",
    "not read": "not yet read for in",
}


def integration_lines(table: pd.DataFrame) -> Iterator[str]:
    """The researcher's lights by construct, and a table of the evidence by case; summaries stand with the codes (`code_lines`)."""
    for construct, rows in table.groupby("construct", sort=False) if table["light"].map(is_said).any() else ():
        lights = {row["case"]: str(row["light"]) for row in rows.to_dict("records") if is_said(row["light"])}
        judged = [f"{one_line(light)} in {names}" for light, names in by_value(lights)]
        without = [one_line(case) for case in rows["case"] if case not in lights]
        words = [*judged, *([f"[to be judged in {listed(without)}]"] if without else [])]
        yield f"- {one_line(construct)}: {'; '.join(words)}."
    yield from (
        "",
        "Passages of each construct by case. The share that promotes is of those with a valence, a mixed one counting half.",
        "",
        *_integration_table(table),
        "",
        "[Which cases integrated the programme, in full or in part, and by which rule of judgement.]",
    )


def _integration_table(table: pd.DataFrame) -> Iterator[str]:
    constructs = list(dict.fromkeys(table["construct"]))
    cells = {(row["case"], row["construct"]): _evidence(row) for row in table.to_dict("records")}
    yield f"| Case | {' | '.join(map(one_line, constructs))} |"
    yield f"|{'-' * 14}|{('-' * 24 + '|') * len(constructs)}"
    for case in dict.fromkeys(table["case"]):
        yield f"| {one_line(case)} | {' | '.join(cells.get((case, construct), '') for construct in constructs)} |"


def _evidence(row: Mapping[Any, Any]) -> str:
    """'12 passages', '8 promoting, 3 inhibiting' and '73% promoting', a line each."""
    valences, share = valence_words(row), row["share_promoting"]
    promoting = f"{share:.0%} promoting" if is_said(share) else ""
    return "<br>".join(filter(None, (counted(whole(row["passages"]), "passage"), valences, promoting)))


def factor_lines(table: pd.DataFrame) -> Iterator[str]:
    """Of each factor in which cases it was present, absent or mixed."""
    for code, rows in table.groupby("code", sort=False):
        presence = dict(zip(rows["case"], rows["presence"], strict=True))
        found = dict(by_value(presence))
        words = [f"{start} {found[value]}" for value, start in PRESENCE.items() if value in found]
        yield f"- {one_line(next(iter(rows['code_name']), code))}: {'; '.join(words)}."
    yield from (
        "",
        "[Which of these went together with integration, case by case, and which did not; what went with it is no cause.]",
    )


def comparison_lines(table: pd.DataFrame) -> Iterator[str]:
    """The sentences of the comparisons with the smallest p, and that they were picked; what all of them say is said once."""
    ranked = table[table["sentence"].map(is_said)].sort_values("p", kind="stable", na_position="last")
    if len(ranked) > COMPARISONS:
        yield (
            f"Of {len(ranked)} comparisons, those {COMPARISONS} follow whose p is smallest. With so many, some are small by chance "
            "alone; all are in the tables."
        )
        yield ""
    told = ranked.head(COMPARISONS)
    pairs = [re.fullmatch(r"(.+?\.) ((?:[A-Z]).+)", sentence) for sentence in told["sentence"]]
    common = {pair[2] for pair in pairs if pair} if all(pairs) else set()
    sentences = [pair[1] for pair in pairs if pair] if len(common) == 1 else list(told["sentence"])
    yield from (f"- {one_line(re.sub(MINUS, '−', sentence))}" for sentence in sentences)
    if (told["measure"] == "balance").any():
        yield from ("", BALANCE)
    yield from (("", *map(one_line, common)) if len(common) == 1 else ())
    yield from (
        "",
        "[What these differences mean in the cases, with their passages. Groups of few cases describe; they do not test.]",
    )


def saturation_lines(table: pd.DataFrame) -> Iterator[str]:
    """With which transcript the last new code came, and how that depends on the order."""
    ordered = table.sort_values("step", kind="stable")
    last = ordered.iloc[-1]
    first = ordered[ordered["codes_seen"] >= last["codes_seen"]].iloc[0]
    over = f" (in other orders {last['low']:.0f} to {last['high']:.0f})" if is_said(last["low"]) else ""
    yield (
        f"After {counted(last['transcripts'], 'transcript')}, {counted(last['codes_seen'], 'code')} had been seen{over}; as many had "
        f"been seen after {counted(first['transcripts'], 'transcript')}. [Whether that is enough, and for what: codes that are given "
        "in advance run out sooner than meaning does.]"
    )
