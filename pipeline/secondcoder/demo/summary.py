"""The demonstration's summary, as lines for the terminal and as a page for the browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from secondcoder.demo.demo import INTEGRATION, Balance, Demonstration, Quotation
from secondcoder.demo.demo_folder import TITLE
from secondcoder.domain.records import Valence
from secondcoder.domain.wording import counted
from secondcoder.reports.page import Bar, Bars, Box, Passage, Section, Table, page

CAUTION = (
    "People, practices and interviews are invented; no figure here says anything about quality on real interviews. "
    "Seven cases can describe, not test; the judgement is the researcher's."
)


def summary_lines(demo: Demonstration) -> list[str]:
    """The story in plain text."""
    return [
        "",
        "WHICH PRACTICES LOOK FULLY INTEGRATED?",
        "Late interviews: passages that say the work is done (+) or missing (-), on coherence (CO), cognitive participation (CP)",
        "and collective action (CA), by the first human coder; in brackets what the team recorded of the practice.",
        "",
        *(_balance_line(balance) for balance in demo.balances),
        "",
        "Evidence, one passage each way for every practice:",
        *(_quotation_line(balance, quotation) for balance in demo.balances for quotation in balance.quotations),
        "",
        "SUGGESTIONS FOR UNCODED INTERVIEWS",
        *_suggestion_lines(demo),
        "",
        "WHERE MODEL AND CODERS DISAGREE (out of fold: the model was not trained on the interview)",
        *_disagreement_lines(demo),
        "",
        CAUTION,
    ]


def _balance_line(balance: Balance) -> str:
    share = balance.share
    bar = "no passage" if share is None else "█" * round(20 * share) + "░" * (20 - round(20 * share))
    detail = "  ".join(f"{code} +{balance.promotes[code]} -{balance.inhibits[code]}" for code in INTEGRATION)
    percent = "" if share is None else f"{share:4.0%}"
    recorded = balance.case.attributes.get("integration", "not recorded")
    more = sum(balance.suggested.values())
    return f"  {balance.case.id:<10} {bar} {percent}  {detail}  [{recorded}]" + (
        f"  {more} more suggested" if more else ""
    )


def _quotation_line(balance: Balance, quotation: Quotation) -> str:
    sign = "+" if quotation.valence is Valence.PROMOTES else "-"
    return f"  {balance.case.id:<9} {sign} {quotation.code:<7} {_short(quotation.text)}"


def suggestions_to_show(demo: Demonstration, most: int = 3) -> list[dict[str, Any]]:
    """A few suggestions worth showing: the likeliest sub-construct or factor of each of several interviews."""
    table = demo.suggestions
    scored = table[(table["kind"] == "probability") & ~table["code"].isin(["CO", "CP", "CA", "RM"])]
    best = scored.sort_values(["probability", "transcript", "start"], ascending=[False, True, True])
    # drop_duplicates keeps the first, which is the likeliest.
    chosen = best.drop_duplicates("transcript").drop_duplicates("code").head(most)
    return [{str(name): value for name, value in row.items()} for row in chosen.to_dict(orient="records")]


def _suggestion_lines(demo: Demonstration) -> list[str]:
    lines: list[str] = []
    for row in suggestions_to_show(demo):
        lines += [
            f"  {row['code']} {row['code_name']}, probability {row['probability']:.2f}  ({row['transcript']}, {row['role']})",
            f'     carried by: "{_short(row["carrying"])}"',
            f"     most similar coded passage: {_short(row['nearest_1'])}",
        ]
    return lines


def disagreements_by_code(demo: Demonstration) -> list[tuple[str, int, int, int]]:
    """(code, both, model only, human only) of the scored codes, those with most disagreement first."""
    held, codes = demo.evaluation.held, demo.evaluation.codes
    suggested, y = held.suggested & held.known, held.y & held.known
    both, model, human = (suggested & y).sum(0), (suggested & ~y).sum(0), (~suggested & y).sum(0)
    order = np.argsort(-(model + human), kind="stable")  # equal ones stay in the order of the codes
    return [(codes[j], int(both[j]), int(model[j]), int(human[j])) for j in order]


def _disagreement_lines(demo: Demonstration) -> list[str]:
    kappa = demo.evaluation.point["pooled_kappa"]
    low, high = demo.evaluation.interval["pooled_kappa"]
    lines = [f"  Model and coders: kappa {float(kappa):.2f} ({low:.2f}–{high:.2f}) over all segments and codes."]
    if demo.human_kappa is not None:
        lines += [
            f"  The two coders, on the interviews that both coded: kappa {demo.human_kappa:.2f}.",
            "  In both a sub-construct counts as its construct too, as in learning; `agree` has the codings as made.",
        ]
    lines += [
        f"  {code:<7} both {both:>3}   only the model {model:>3}   only people {human:>3}"
        for code, both, model, human in disagreements_by_code(demo)[:5]
    ]
    return lines


def _short(text: str, length: int = 150) -> str:
    return text if len(text) <= length else text[: length - 3].rsplit(" ", 1)[0] + " ..."


def summary_page(demo: Demonstration) -> str:
    """The same as one self-contained HTML page."""
    return page(
        TITLE,
        [
            Section("", (Box("note", (CAUTION,)),)),
            Section(
                "Which practices look fully integrated?",
                (LATE_INTERVIEWS, Bars(KEY, [_bar(balance) for balance in demo.balances])),
            ),
            Section("Suggestions for uncoded interviews", (HIGHLIGHTED, *map(_passage, suggestions_to_show(demo, 6)))),
            Section("Where model and coders disagree", _disagreement_blocks(demo)),
        ],
    )


LATE_INTERVIEWS = (
    "Late interviews: the share of passages that say the work is done, of those on coherence, cognitive participation and collective "
    "action, by the first human coder. Beside the name: what the team recorded of the practice."
)
KEY = ("done (+)", "missing or hindered (−)")
HIGHLIGHTED = "Marked: the sentences without which the probability falls most."


def _bar(balance: Balance) -> Bar:
    promoting, inhibiting = sum(balance.promotes.values()), sum(balance.inhibits.values())
    return Bar(
        balance.case.id,
        balance.case.attributes.get("integration", "not recorded"),
        balance.share,
        f"+{promoting} / −{inhibiting}",
        f"{counted(promoting, 'passage promotes', 'passages promote')}, {inhibiting} inhibit",
        [
            (
                "+" if quotation.valence is Valence.PROMOTES else "−",
                quotation.text,
                f"{quotation.code}, {quotation.transcript}",
            )
            for quotation in balance.quotations
        ],
    )


def _passage(row: dict[str, Any]) -> Passage:
    return Passage(
        f"{row['code']} {row['code_name']}",
        f"probability {row['probability']:.2f}, suggested from {row['threshold']:.2f}",
        f"{row['transcript']}, {row['role']}",
        str(row["question"]),
        list(_pieces(str(row["text"]), str(row["carrying"]).split(" [...] "))),
        f"Most similar passage with this code: {row['nearest_1']}",
    )


def _pieces(text: str, sentences: list[str]) -> Iterator[tuple[str, bool]]:
    """The text in pieces, those that are among the sentences marked."""
    at = 0
    for start, sentence in sorted((text.find(sentence), sentence) for sentence in sentences if sentence):
        # One that is not found (-1) or that overlaps the one before is left unmarked.
        if start >= at:
            yield from ((text[at:start], False), (sentence, True))
            at = start + len(sentence)
    yield text[at:], False


def _disagreement_blocks(demo: Demonstration) -> tuple[str | Table, ...]:
    rows = [(code, *map(str, counts)) for code, *counts in disagreements_by_code(demo)[:10]]
    head = ("code", "both", "only the model", "only people")
    return (
        *(line.strip() for line in _disagreement_lines(demo)[:2]),
        Table("Passages with each code", head, rows),
        "Each interview was scored by a model that was not trained on it.",
    )
