"""COLD_START.md, section by section: what is measured, beside what it must be read with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from comparison.sets import available, load_set
from intervals import in_words, interval, paired
from machine import machine
from secondcoder.codebook.yaml_file import load_codebook
from secondcoder.domain.arrays import Floats
from secondcoder.embedding import Embedder
from secondcoder.learning.assessment.metrics import estimate
from secondcoder.learning.comparable_scores import NEAR

from ranking.prose import DEMONSTRATION, NAMES_ALONE, NOT_KEPT, OPENING, QUOTATIONS, THEMES, TRIED_BESIDE, WITH_THEMES
from ranking.quotations import CONSTRUCT_IDS, Quotations, asking, guesses, load_quotations
from ranking.quotations import strengths as of_quotations
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


def theme_tables(themes: Themes, embedder: Embedder, rounds: int) -> Lines:
    """Nothing coded: every plain ranker, with intervals, and secondcoder's lead."""
    unseen = np.flatnonzero(~themes.seen)
    twice = int((themes.y.sum(axis=1) > 1).sum())
    yield f"{_size(themes)}, {twice} of them under two constructs; unseen: {_size(themes.take(unseen))}."
    yield ""
    for name in BOOKS:
        found = {"always": np.tile(themes.y.mean(axis=0), (len(themes.y), 1))} | {
            label: strengths(themes, load_codebook(name), rank, embedder) for label, rank in PLAIN.items()
        }
        rows = list(_theme_rows(themes, found, rounds, ""))
        rows += _theme_rows(
            themes.take(unseen), {label: one[unseen] for label, one in found.items()}, rounds, "unseen papers: "
        )
        yield from _table((f"`{name}`", *LABELS.values()), rows)


def _size(themes: Themes) -> str:
    return f"{len(themes.y)} statements of {len(set(themes.source.tolist()))} papers"


def _theme_rows(themes: Themes, found: Mapping[str, Floats], rounds: int, which: str) -> Iterator[tuple[str, ...]]:
    measured = {label: figures(themes, one, rounds) for label, one in found.items()}
    for label, one in measured.items():
        yield (f"{which}{CALLED[label]}", *(_figure(themes, [part[key] for part in one]) for key in NAMES))
    for other in (NAME, NAME_AND_DEFINITION):
        yield (
            f"{which}lead over {CALLED[other]}",
            *(_lead(themes, measured[OWN], measured[other], key) for key in NAMES),
        )


def named_table(themes: Themes, embedder: Embedder) -> Lines:
    """How often each construct is named on the statements of unseen papers, beside how often it is true."""
    unseen = np.flatnonzero(~themes.seen)
    y, rows = themes.y[unseen], []
    for name in BOOKS:
        found = guesses(strengths(themes, load_codebook(name), PLAIN[OWN], embedder)[unseen], y)
        rows.append((f"`{name}`, named", *(str(found.named[code]) for code in CONSTRUCT_IDS)))
    rows.append(("true", *(str(found.true[code]) for code in CONSTRUCT_IDS)))
    yield from _table(("statements of unseen papers", *CONSTRUCT_IDS), rows)


def quotation_tables(quotations: Quotations, talks: Mapping[str, Talk], embedder: Embedder) -> Lines:
    """Invented quotations and the demonstration study: first guess, first two, and who is taken for whom."""
    rows, own = [], {}
    for name in BOOKS:
        talk, book = talks[name], load_codebook(name)
        coded = np.flatnonzero(talk.y[:, [book.ids.index(code) for code in CONSTRUCT_IDS]].any(axis=1))
        truth = talk.y[coded][:, [book.ids.index(code) for code in CONSTRUCT_IDS]]
        for label, rank in PLAIN.items():
            found = of_quotations(book, rank, embedder, quotations.vectors, quotations.vectors)
            there = of_quotations(book, rank, embedder, talk.vectors, talk.vectors)[coded]
            parts = [guesses(found[which], quotations.y[which]) for which in (quotations.plain, ~quotations.plain)]
            parts.append(guesses(there, truth))
            rows.append(
                (f"`{name}`, {CALLED[label]}", *(_n(value) for one in parts for value in (one.accuracy, one.top2)))
            )
            if label == OWN:
                own[name] = (found, there, truth)
    heads = ("plain", "of a day", "demonstration")
    yield from _table(("", *(f"{head}: {figure}" for head in heads for figure in ("first", "first two"))), rows)
    for name, (found, there, truth) in own.items():
        for what, strength, y in (("quotations", found, quotations.y), ("demonstration", there, truth)):
            one = guesses(strength, y)
            rows = [
                (f"{code} ({one.true[code]})", *map(str, row))
                for code, row in zip(CONSTRUCT_IDS, one.confusion.tolist(), strict=True)
            ]
            rows.append(("named in all", *(str(one.named[code]) for code in CONSTRUCT_IDS)))
            yield from _table((f"`{name}`, {what}: taken for", *CONSTRUCT_IDS), rows)
    rows = []
    for name, (found, there, truth) in own.items():
        for what, strength, y in (("quotations", found, quotations.y), ("demonstration", there, truth)):
            rows.append((f"`{name}`, {what}", *(_n(value) for value in asking(strength, y, NEAR))))
    yield from _table(
        (
            "where two constructs are near it asks",
            "asked",
            "right where it does not ask",
            "right one of the two where it asks",
        ),
        rows,
    )


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
                cells = [_mean(themes, of_number, key) for of_number in runs]
                rows.append((f"{CALLED[label]}, {LABELS[key]}", *(["–", *cells[1:]] if label == ALONE else cells)))
        yield from _table((f"`{name}`, statements a construct", *map(str, EXAMPLES)), rows)


def _mean(themes: Themes, runs: Sequence[Figures], key: str) -> str:
    """Mean over seeds, and its interval."""
    return _figure(themes, [np.mean([part[key] for part in parts], axis=0) for parts in zip(*runs, strict=True)])


def _figure(themes: Themes, one: Sequence[Any]) -> str:
    point, drawn, left_out = one
    return _with(point, interval(point, drawn, *themes.sources, left_out=left_out))


def tried_table(themes: Themes, talks: dict[str, Talk], embedder: Embedder) -> Lines:
    """What was tried beside what is kept: point figures alone."""
    rows = []
    for label, rank in {OWN: PLAIN[OWN], **TRIED}.items():
        cells = [CALLED.get(label, label)]
        for name in BOOKS:
            point, *_ = figures(themes, strengths(themes, load_codebook(name), rank, embedder), 1)
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
            figure = estimate(held, rounds, SEED)
            found = held.suggested & held.known
            precision = (held.y & found).sum() / max(found.sum(), 1)
            macro = _with(figure.point["macro_ap"], figure.interval["macro_ap"])
            rows.append((f"`{name}`, {CALLED[label]}", macro, _n(precision)))
        rows.append((f"`{name}`, prevalence", *2 * [_n(_prevalence(talk)[talk.y.any(axis=0)].mean())]))
    yield from _table(("", "macro-AP", f"precision in the top {SHARE:.0%}"), rows)
    yield from _curves(talks.items(), embedder, seeds)
    yield from _by_code(talks["npt"], embedder, rounds)


def _prevalence(talk: Talk) -> Floats:
    return np.asarray((talk.y & talk.known).sum(axis=0) / np.maximum(talk.known.sum(axis=0), 1))


def _by_code(talk: Talk, embedder: Embedder, rounds: int) -> Lines:
    n, share = (talk.y & talk.known).sum(axis=0), _prevalence(talk)
    by_name, own = (estimate(ranked(talk, PLAIN[label], embedder), rounds, SEED) for label in (NAME, OWN))
    key = "average_precision"
    rows = [
        (code, str(n[j]), _n(share[j]), *(_with(one.point[key][j], one.interval[key][:, j]) for one in (by_name, own)))
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
    yield from named_table(themes, embedder)
    yield from WITH_THEMES.splitlines()
    yield from theme_curves(themes, embedder, rounds, seeds)
    tell("demonstration study")
    talks = {name: demonstration(name, embedder) for name in BOOKS}
    yield from QUOTATIONS.splitlines()
    yield from quotation_tables(load_quotations(embedder), talks, embedder)
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
    yield f"{machine(PACKAGES)} Vectors of {embedder.id}."


def _lead(themes: Themes, own: Figures, other: Figures, key: str) -> str:
    return in_words(paired(*([part[key] for part in one] for one in (own, other)), *themes.sources))


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
