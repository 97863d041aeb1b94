"""COLD_START.md, section by section: what is measured, beside what it must be read with."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from comparison.sets import available, load_set
from secondcoder.codebook import load_codebook
from secondcoder.embedding import Embedder
from secondcoder.learning.arrays import Floats
from secondcoder.learning.metrics import percentiles, point_and_interval

from ranking.rankers import ALONE, HYBRID, NAME, NAME_AND_DEFINITION, OWN, PLAIN, TRIED
from ranking.talk import SHARE, Talk, curve, demonstration, macro_ap, named_only, ranked
from ranking.themes import FILE, NAMES, SEED, Figures, Themes, figures, load_themes, strengths

BOOKS = ("npt", "npt-core")
EXAMPLES = (0, 1, 2, 4, 8)
SETS = ("ohd_long1960s", "pdpilot_interviews", "nhs_fft")
PACKAGES = ("secondcoder", "numpy", "scikit-learn", "sentence-transformers", "torch")
LABELS = {"accuracy": "accuracy", "macro_f1": "macro-F1", "mrr": "MRR", "top2": "top 2"}
CALLED = {
    NAME: "cosine to the code's name",
    NAME_AND_DEFINITION: "cosine to name + definition",
    "nearest text": "cosine to the nearest text of the code",
    OWN: "**secondcoder**",
    ALONE: "mean of the human passages alone",
    "always": "constructs by frequency, the same for all",
}
Lines = Iterator[str]

OPENING = """# Cold start: ranking from the codebook

Written by `benchmarks/cold_start.py`. Intervals are 95 %, from {rounds} draws of whole sources or transcripts; curves are means
over {seeds} random draws of examples (3 for real talk). Nothing here is a probability: a rank becomes one when a code has enough human
codes to be learned and calibrated.

"""
THEMES = """## Theme statements of published NPT papers

The construct under which authors placed a theme, guessed from the statement. It is researchers' prose, not talk, and the authors'
placement is one view, sometimes an arguable one. **Four of the tables are paraphrased in the knowledge file from which the
codebooks were written, so the codebooks have seen them.** A statement counts as right when the first of the four constructs is one
of those it stands under; in `npt` a construct is as strong as the strongest of its codes. Papers are left out whole: the mean vector
and all examples come from the others. What is kept was chosen with these figures in view, among the ways listed at the end, so
they flatter it a little; the differences between those ways are mostly smaller than the intervals, which rest on few papers.

"""
WITH_THEMES = """### With the first codes

So many statements of each construct, drawn from other papers, join the codebook.

"""
DEMONSTRATION = """## The demonstration study

**Invented interviews, invented coders: no figure here says anything about quality on real data.** The codebook's examples also
speak of the same kind of programme as the interviews do. Average precision on the human-coded interviews, sub-constructs counted
as their constructs too. In the first table nothing coded is used. In the second, so many passages of each code come from one half of
the interviews, and the other half is measured, so that its first column differs from the first table.

"""
NAMES_ALONE = """## Real talk, codes with a name alone

Sets whose codes have neither definition nor example, as when a team brings codes in a table: the least that a codebook can say.
Examples from half of the documents, macro-AP on the other half. Absence of a code is weak evidence in these sets (single coders,
no record of what they looked for).

"""
TRIED_BESIDE = """## What was tried beside it

Nothing coded; point figures. What is kept was chosen for being near the best in every column and on real talk, not for the
best figure in one.

"""
NOT_KEPT = """Tried with code that is not kept, and why not:

* the nearest text, or a soft maximum, instead of the mean: much the same on talk, worse on statements with `npt-core`
* whitening: worse on statements; taking away the leading directions: no gain
* strengths standardised for each code: the same order within a code; between codes worse with `npt`, little better with `npt-core`
* the study's own segments as a background that no code claims: a little worse on talk
* words and pieces of words beside vectors: sometimes better on statements, worse on talk the more they weigh
* likeness to the whole codebook, as a sign that a passage is about the programme at all: better on the demonstration study, where
  codebook and interviews share a subject, as they would not elsewhere
* factors and constructs not held against each other: worse on talk
* a sub-construct's texts not counted for its construct: worse with `npt` on both
* a human passage as heavy as one text of the codebook: with names alone, one or two passages then do harm on two of three real sets.
  With an eighth of what the codebook says of an average code they help there, and on the third almost as much

"""


def theme_tables(themes: Themes, embedder: Embedder, rounds: int) -> Lines:
    """Nothing coded: every plain ranker, with intervals, and secondcoder's lead."""
    n, sources = len(themes.y), int(themes.source.max()) + 1
    yield f"{n} statements of {sources} papers, {int((themes.y.sum(axis=1) > 1).sum())} of them under two constructs."
    yield ""
    always = figures(themes, np.tile(themes.y.mean(axis=0), (n, 1)), rounds)
    for name in BOOKS:
        found = {"always": always} | {
            label: figures(themes, strengths(themes, load_codebook(name), rank, embedder), rounds)
            for label, rank in PLAIN.items()
        }
        rows = [
            (CALLED[label], *(_with(one[0][key], percentiles(one[1][key])) for key in NAMES))
            for label, one in found.items()
        ]
        rows += [
            (f"lead over {CALLED[other]}", *(_lead(found[OWN], found[other], key) for key in NAMES))
            for other in (NAME, NAME_AND_DEFINITION)
        ]
        yield from _table((f"`{name}`", *LABELS.values()), rows)


def theme_curves(themes: Themes, embedder: Embedder, rounds: int, seeds: int) -> Lines:
    """With 1, 2, 4, 8 statements a construct from other papers: accuracy and macro-F1, mean over seeds."""
    for name in BOOKS:
        book, rows = load_codebook(name), []
        for label, rank in HYBRID.items():
            runs = [
                [
                    figures(themes, strengths(themes, book, rank, embedder, number, seed), rounds)
                    for seed in range(seeds if number else 1)
                ]
                for number in EXAMPLES
            ]
            for key in ("accuracy", "macro_f1"):
                cells = [_mean(of_number, key) for of_number in runs]
                rows.append((f"{CALLED[label]}, {LABELS[key]}", *(["–", *cells[1:]] if label == ALONE else cells)))
        yield from _table((f"`{name}`, statements a construct", *map(str, EXAMPLES)), rows)


def _mean(runs: Sequence[Figures], key: str) -> str:
    """Mean over seeds, and its interval."""
    drawn = np.mean([draws[key] for _, draws in runs], axis=0)
    return _with(np.mean([point[key] for point, _ in runs]), percentiles(drawn))


def tried_table(themes: Themes, talks: dict[str, Talk], embedder: Embedder) -> Lines:
    """What was tried beside what is kept: point figures alone."""
    rows = []
    for label, rank in {OWN: PLAIN[OWN], **TRIED}.items():
        cells = [CALLED.get(label, label)]
        for name in BOOKS:
            point, _ = figures(themes, strengths(themes, load_codebook(name), rank, embedder), 1)
            held = ranked(talks[name], rank, embedder)
            ap = macro_ap(held.probability, held.y, held.known)
            cells += [_n(point["accuracy"]), _n(point["macro_f1"]), _n(ap)]
        rows.append(tuple(cells))
    columns = ("accuracy", "macro-F1", "demonstration AP")
    yield from _table(("", *(f"`{name}` {column}" for name in BOOKS for column in columns)), rows)


def talk_tables(talks: dict[str, Talk], embedder: Embedder, rounds: int, seeds: int) -> Lines:
    """The demonstration study: macro-AP of every plain ranker, AP per code, and the hybrid curve."""
    rows: list[tuple[str, ...]] = []
    for name, talk in talks.items():
        for label, rank in PLAIN.items():
            held = ranked(talk, rank, embedder)
            point, interval = point_and_interval(held, rounds, SEED)
            found = held.suggested & held.known
            precision = (held.y & found).sum() / max(found.sum(), 1)
            macro = _with(point["macro_ap"], interval["macro_ap"])
            rows.append((f"`{name}`, {CALLED[label]}", macro, _n(precision)))
        rows.append((f"`{name}`, prevalence", *2 * [_n(_prevalence(talk)[talk.y.any(axis=0)].mean())]))
    yield from _table(("", "macro-AP", f"precision in the top {SHARE:.0%}"), rows)
    yield from _curves(talks.items(), embedder, seeds)
    yield from _by_code(talks["npt"], embedder, rounds)


def _prevalence(talk: Talk) -> Floats:
    return np.asarray((talk.y & talk.known).sum(axis=0) / np.maximum(talk.known.sum(axis=0), 1))


def _by_code(talk: Talk, embedder: Embedder, rounds: int) -> Lines:
    n, share = (talk.y & talk.known).sum(axis=0), _prevalence(talk)
    by_name, own = (
        [
            values["average_precision"]
            for values in point_and_interval(ranked(talk, PLAIN[label], embedder), rounds, SEED)
        ]
        for label in (NAME, OWN)
    )
    rows = [
        (code, str(n[j]), _n(share[j]), *(_with(point[j], interval[:, j]) for point, interval in (by_name, own)))
        for j, code in enumerate(talk.book.ids)
    ]
    yield from _table(("`npt`", "segments", "prevalence", f"AP, {CALLED[NAME]}", "AP, secondcoder"), rows)


def _curves(talks: Iterable[tuple[str, Talk]], embedder: Embedder, seeds: int) -> Lines:
    rows = []
    for name, talk in talks:
        for label, rank in HYBRID.items():
            numbers = [number for number in EXAMPLES if number or label != ALONE]
            found = curve(talk, rank, embedder, numbers, seeds)
            rows.append(
                (f"`{name}`, {CALLED[label]}", *(_n(found[number]) if number in found else "–" for number in EXAMPLES))
            )
        if all(code.definition for code in talk.book.codes):
            continue
        by_name = curve(talk, PLAIN[NAME], embedder, (0,), seeds)
        for label, value in ((CALLED[NAME], by_name[0]), ("prevalence", _prevalence(talk).mean())):
            rows.append((f"`{name}`, {label}", _n(value), *("–" for _ in EXAMPLES[1:])))
    yield from _table(("macro-AP with so many passages a code", *map(str, EXAMPLES)), rows)


def report(data: Path, embedder: Embedder, rounds: int, seeds: int, tell: Callable[[str], None]) -> Lines:
    """The whole of COLD_START.md, line by line."""
    yield from OPENING.format(rounds=rounds, seeds=seeds).splitlines()
    tell("theme statements")
    themes = load_themes(data / FILE, embedder)
    yield from THEMES.splitlines()
    yield from theme_tables(themes, embedder, rounds)
    yield from WITH_THEMES.splitlines()
    yield from theme_curves(themes, embedder, rounds, seeds)
    tell("demonstration study")
    talks = {name: demonstration(name, embedder) for name in BOOKS}
    yield from DEMONSTRATION.splitlines()
    yield from talk_tables(talks, embedder, rounds, seeds)
    names, messages = available(data, SETS)
    for message in messages:
        tell(message)
    if names:
        tell("codes with a name alone")
        yield from NAMES_ALONE.splitlines()
        yield from _curves(
            [(name, named_only(load_set(data, name, embedder))) for name in names], embedder, min(seeds, 3)
        )
    tell("what was tried")
    yield from TRIED_BESIDE.splitlines()
    yield from tried_table(themes, talks, embedder)
    yield from NOT_KEPT.splitlines()
    yield "## Versions"
    yield ""
    yield f"Python {platform.python_version()}; {', '.join(f'{name} {version(name)}' for name in PACKAGES)}; {embedder.id}."


def _lead(own: Figures, other: Figures, key: str) -> str:
    difference = own[0][key] - other[0][key]
    low, high = percentiles(own[1][key] - other[1][key])
    return f"{difference:+.3f} ({low:+.3f} to {high:+.3f})"


def _with(value: Any, interval: Floats) -> str:
    if np.isnan(value):
        return "undefined"
    return _n(value) if np.isnan(interval).any() else f"{_n(value)} ({_n(interval[0])}–{_n(interval[1])})"


def _n(value: Any) -> str:
    return f"{float(value):.3f}".removeprefix("0") if value < 1 else f"{float(value):.2f}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Lines:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)
    yield ""
