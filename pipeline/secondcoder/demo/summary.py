"""The demonstration's summary, as lines for the terminal and as a page for the browser."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np

from secondcoder.demo.demo import INTEGRATION, Balance, Demonstration, Quotation
from secondcoder.domain.records import Valence

CAUTION = (
    "People, practices and interviews are invented; no figure here says anything about quality on real interviews. "
    "Seven cases describe, they do not test; the judgement is the researcher's."
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
        "On what evidence, one passage either way for each:",
        *(_quotation_line(balance, one) for balance in demo.balances for one in balance.quotations),
        "",
        "SUGGESTIONS FOR INTERVIEWS THAT NOBODY CODED",
        *_telling_lines(demo),
        "",
        "WHERE MODEL AND CODERS PART (out of fold: the model had not seen the interview)",
        *_parting_lines(demo),
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


def _quotation_line(balance: Balance, one: Quotation) -> str:
    sign = "+" if one.valence is Valence.PROMOTES else "-"
    return f"  {balance.case.id:<9} {sign} {one.code:<7} {_short(one.text)}"


def telling(demo: Demonstration, most: int = 3) -> list[dict[str, Any]]:
    """A few suggestions worth showing: the likeliest sub-construct or factor of each of several interviews."""
    table = demo.suggestions
    scored = table[(table["kind"] == "probability") & ~table["code"].isin(["CO", "CP", "CA", "RM"])]
    best = scored.sort_values(["probability", "transcript", "start"], ascending=[False, True, True])
    chosen = best.drop_duplicates("transcript").drop_duplicates("code").head(most)
    return [{str(name): value for name, value in row.items()} for row in chosen.to_dict(orient="records")]


def _telling_lines(demo: Demonstration) -> list[str]:
    lines: list[str] = []
    for row in telling(demo):
        lines += [
            f"  {row['code']} {row['code_name']}, probability {row['probability']:.2f}  ({row['transcript']}, {row['role']})",
            f'     carried by: "{_short(row["carrying"])}"',
            f"     like this, which people coded: {_short(row['nearest_1'])}",
        ]
    return lines


def parting(demo: Demonstration) -> list[tuple[str, int, int, int]]:
    """(code, both, model only, human only) of the scored codes, those with most disagreement first."""
    held, codes = demo.evaluation.held, demo.evaluation.codes
    suggested, y = held.suggested & held.known, held.y & held.known
    both, model, human = (suggested & y).sum(0), (suggested & ~y).sum(0), (~suggested & y).sum(0)
    order = np.argsort(-(model + human), kind="stable")
    return [(codes[j], int(both[j]), int(model[j]), int(human[j])) for j in order]


def _parting_lines(demo: Demonstration) -> list[str]:
    kappa = demo.evaluation.point["pooled_kappa"]
    low, high = demo.evaluation.interval["pooled_kappa"]
    lines = [f"  Model and coders: kappa {float(kappa):.2f} ({low:.2f}–{high:.2f}) over all segments and codes."]
    if demo.human_kappa is not None:
        lines.append(
            f"  The two coders between themselves, on the interviews that both coded: kappa {demo.human_kappa:.2f}."
        )
    lines += [
        f"  {code:<7} both {both:>3}   only the model {model:>3}   only people {human:>3}"
        for code, both, model, human in parting(demo)[:5]
    ]
    return lines


def _short(text: str, length: int = 150) -> str:
    return text if len(text) <= length else text[: length - 3].rsplit(" ", 1)[0] + " ..."


def summary_page(demo: Demonstration) -> str:
    """The same as one self-contained HTML page."""
    bars = "\n".join(_bar_row(balance) for balance in demo.balances)
    cards = "\n".join(_card(row) for row in telling(demo, 6))
    rows = "\n".join(
        f"<tr><th scope=row>{escape(code)}</th><td>{both}</td><td>{model}</td><td>{human}</td></tr>"
        for code, both, model, human in parting(demo)[:10]
    )
    agreement = "".join(f"<p>{escape(line.strip())}</p>" for line in _parting_lines(demo)[:2])
    return PAGE.format(caution=escape(CAUTION), bars=bars, cards=cards, rows=rows, agreement=agreement, style=STYLE)


def _bar_row(balance: Balance) -> str:
    up, down = sum(balance.promotes.values()), sum(balance.inhibits.values())
    share = 100 * (balance.share or 0.0)
    recorded = balance.case.attributes.get("integration", "not recorded")
    return (
        f"<div class=practice><b>{escape(balance.case.id)}</b><span class=recorded>{escape(recorded)}</span>"
        f'<svg viewBox="0 0 100 8" preserveAspectRatio="none" role=img aria-label="{up} passages promote, {down} inhibit">'
        f'<rect width=100 height=8 class=down /><rect width="{share:.1f}" height=8 class=up /></svg>'
        f"<span>+{up} / −{down}</span></div>" + "".join(_quotation_item(one) for one in balance.quotations)
    )


def _quotation_item(one: Quotation) -> str:
    sign = "+" if one.valence is Valence.PROMOTES else "−"
    where = f"{escape(one.code)}, {escape(one.transcript)}"
    return f"<p class=said>{sign} “{escape(one.text)}” <small>{where}</small></p>"


def _card(row: dict[str, Any]) -> str:
    text = escape(str(row["text"]))
    for sentence in str(row["carrying"]).split(" [...] "):
        if sentence:
            text = text.replace(escape(sentence), f"<mark>{escape(sentence)}</mark>", 1)
    return (
        f"<article><h3>{escape(row['code'])} {escape(row['code_name'])} <small>probability {row['probability']:.2f}, suggested from "
        f"{row['threshold']:.2f}</small></h3><p class=where>{escape(str(row['transcript']))}, {escape(str(row['role']))}</p>"
        f"<p class=question>{escape(str(row['question']))}</p><blockquote>{text}</blockquote>"
        f"<p class=near>Most like it among the passages that people gave this code: {escape(str(row['nearest_1']))}</p></article>"
    )


STYLE = """
body{font:17px/1.5 Georgia,serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#1d2430;background:#fdfcf9}
h1,h2,h3,.practice,.where,table{font-family:system-ui,sans-serif}h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2.2rem}
.practice{display:grid;grid-template-columns:7rem 5rem 1fr 7rem;gap:.8rem;align-items:center;margin:.35rem 0}
.practice svg{height:1.1rem;width:100%}.up{fill:#0b6e6e}.down{fill:#e0b9a5}.recorded{color:#5b6472}
article{border-left:4px solid #0b6e6e;padding:.2rem 1rem;margin:1.2rem 0;background:#fff}h3{margin:.3rem 0}h3 small{font-weight:400;color:#5b6472}
.where,.near{color:#5b6472;font-size:.9rem}.question{font-style:italic;color:#5b6472}blockquote{margin:.4rem 0}mark{background:#ffe9a8}
table{border-collapse:collapse}td,th{padding:.2rem .9rem;text-align:right;border-bottom:1px solid #ddd}th[scope=row]{text-align:left}
.said{margin:.1rem 0 .1rem 12.8rem;font-size:.92rem}.said small{color:#5b6472}.key i{display:inline-block;width:1rem;height:.7rem;margin:0 .2rem 0 .8rem}
.k1{background:#0b6e6e}.k2{background:#e0b9a5}
.caution{background:#f2efe6;padding:.7rem 1rem}
"""

PAGE = """<!doctype html>
<html lang=en><meta charset=utf-8><meta name=viewport content="width=device-width"><title>secondcoder: the demonstration study</title>
<style>{style}</style>
<h1>The Kindling programme in seven practices <small>(invented)</small></h1>
<p class=caution>{caution}</p>
<h2>Which practices look fully integrated?</h2>
<p>Late interviews: the share of passages that say the work is done, of those on coherence, cognitive participation and collective action,
by the first human coder. Beside the name: what the team recorded of the practice. <span class=key><i class=k1></i> done (+)
<i class=k2></i> missing or hindered (−)</span></p>
{bars}
<h2>Suggestions for interviews that nobody coded</h2>
<p>Marked: the sentences without which the probability falls most.</p>
{cards}
<h2>Where model and coders part</h2>
{agreement}
<table><thead><tr><th>code</th><th>both</th><th>only the model</th><th>only people</th></tr></thead>
<tbody>
{rows}
</tbody></table>
<p>Each interview was scored by a model that had not seen it.</p>
"""
