"""How often the codebooks that came last put the right code among the first three, and what NoMAD adds to NPT; writes CODEBOOKS.md.

    python benchmarks/codebooks.py --data ../shared/data [--quick]

The passages and the demonstration study are invented; without the theme statements, their columns are left out with a message.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

import numpy as np
from asked import asking, tell
from comparison.sets import cached_embedder
from intervals import documents, in_words, interval, paired
from machine import machine
from ranking.nomad_for_npt import AS_IT_IS, VARIANTS, ranked_with, statements_with
from ranking.nomad_for_npt import BOOKS as NPT_BOOKS
from ranking.passages import BOOKS, FIRST, Passages, load_passages, places, strengths, upper_right
from ranking.rankers import NAME, NAME_AND_DEFINITION, OWN, PLAIN
from ranking.talk import demonstration
from ranking.themes import FILE, SEED, Themes, figures, load_themes
from secondcoder.domain.arrays import Floats
from secondcoder.embedding import Embedder
from secondcoder.learning.assessment.metrics import leave_one_out, point_and_draws
from secondcoder.statistics.cluster_bootstrap import draw_clusters

CALLED = {
    NAME: "cosine to the code's name",
    NAME_AND_DEFINITION: "cosine to name + definition",
    "nearest text": "cosine to the nearest text of the code",
    OWN: "**secondcoder**",
}
OPENING = """# The codebooks that came last, and NoMAD's items for NPT

Written by `benchmarks/codebooks.py`. **All passages here are invented, and codebooks and passages are by the same hand: the figures
compare ways of ranking, and show whether a codebook's codes can be told apart at all. They say nothing of your interviews.**

## The right code among the first three

{n} passages in tests/codebook/passages, two or three for each code that has none below it; they were written and committed before
the codebooks, and before anything was ranked. Nothing is coded; the passages of a codebook are the whole study. A passage counts as
right where its code is among the first three of the codes that have none below them, and *above* where the first of them stands below
the right dimension, component or construct. Intervals are 95 %, from {rounds} draws of codes with their passages.
"""
FIRST_RUN = """
In the first run, with the codebooks as they had been written and before any was changed, secondcoder had the right code among the
first three in .83 of the passages for `tdf`, .94 for `com-b`, .81 for `re-aim` and .76 for `nomad`, and first in .74, .89, .59 and
.59. Three things were changed after it. A construct that had been forgotten (consequents) was added to an include of `tdf`; an
exclude of `nomad` that by chance shared six words with a passage was reworded. And the general items of `nomad` and the contexts
of `re-aim` stood alone, were therefore compared with whole constructs and dimensions, and were named first in most of the passages
that were missed. They now stand below a code of their own, as all others do. So the figures above flatter these two a little. No
text was changed to bring a passage to its code.
"""
NOMAD = """
## Do NoMAD's items help a cold start with NPT?

The prototypes of `nomad` (what agreement or disagreement with an item sounds like, in our words) are added to those of the
sub-construct under which the item stands, in `npt`, or of the construct, in `npt-core`. Macro average precision on the demonstration
study, which is invented, with its 95 % interval over transcripts; and accuracy on the theme statements of published papers, with
intervals over papers: researchers' prose, not talk. Neither was used to write `nomad`. Leads are paired.
"""
NOMAD_READING = """
They do not. Added to what `npt` and `npt-core` have, they take a little away on the demonstration study, and what they do to the
statements is within chance. In place of the books' own examples and prototypes they do worse still there. So `npt` ships without them;
`nomad` is for studies that ask these questions.
"""


def passage_rows(name: str, passages: Passages, embedder: Embedder, rounds: int) -> Iterator[str]:
    """A row for each way of ranking."""
    k, n = len(passages.choice), len(passages.code)
    for label, rank in PLAIN.items():
        found = strengths(passages, rank, embedder)
        at = places(passages, found)
        cells = (at < FIRST, at < 1, upper_right(passages, found))
        shown = [_share(one.astype(float), passages, rounds) for one in cells[:2]]
        # Where no code stands below another there is nothing above.
        above = f"{cells[2].mean():.2f}" if len(set(passages.upper.tolist())) < len(passages.book.ids) else "–"
        yield f"| `{name}` ({n} passages, {k} codes) | {CALLED[label]} | {shown[0]} | {shown[1]} | {above} |"
    yield f"| `{name}` | by lot | {passages.chance:.2f} | {1 / k:.2f} | |"


def _share(right: Floats, passages: Passages, rounds: int) -> str:
    """A share with its interval over codes, whose passages stay together."""
    codes, which = np.unique(passages.code, return_inverse=True)
    hits, of = np.bincount(which, right), np.bincount(which).astype(float)
    draws = draw_clusters(of, of, rounds, SEED).weights[:rounds]
    weights = (draws, 1 - np.eye(len(codes)))
    drawn, left_out = ((one @ hits) / (one @ of) for one in weights)
    low, high = interval(right.mean(), drawn, len(codes), left_out=left_out)
    return f"{right.mean():.2f}" + ("" if np.isnan(low) else f" ({low:.2f}–{high:.2f})")


def by_code(passages: Passages, embedder: Embedder) -> Iterator[str]:
    """Codes of which a passage is not among the first three, with what stands first there."""
    found = strengths(passages, PLAIN[OWN], embedder)
    at, ids = places(passages, found), passages.book.ids
    for code in np.unique(passages.code[at >= FIRST]).tolist():
        rows = np.flatnonzero(passages.code == code)
        missed = rows[at[rows] >= FIRST]
        instead = [ids[passages.choice[found[row, passages.choice].argmax()]] for row in missed]
        yield f"{ids[code]} {len(rows) - len(missed)} of {len(rows)} (taken for {', '.join(instead)})"


def nomad_rows(embedder: Embedder, themes: Themes | None, rounds: int) -> Iterator[str]:
    """Each variant of each book: the demonstration study and, where they are, the statements."""
    for name in NPT_BOOKS:
        talk = demonstration(name, embedder)
        measured, stated = {}, {}
        for variant in VARIANTS:
            held = ranked_with(talk, VARIANTS[variant], embedder)
            point, draws = point_and_draws(held, rounds, SEED)
            measured[variant] = tuple(one["macro_ap"] for one in (point, draws, leave_one_out(held)))
            where = documents(held)
            if themes is not None:
                unseen = themes.take(np.flatnonzero(~themes.seen))
                of_statements = statements_with(themes, name, VARIANTS[variant], embedder)[~themes.seen]
                stated[variant] = tuple(one["accuracy"] for one in figures(unseen, of_statements, rounds))
        for variant in VARIANTS:
            cells = [_with(measured[variant], where)]
            cells.append("" if variant == AS_IT_IS else in_words(paired(measured[variant], measured[AS_IT_IS], *where)))
            if themes is not None:
                cells.append(_with(stated[variant], unseen.sources))
                both = (stated[variant], stated[AS_IT_IS])
                cells.append("" if variant == AS_IT_IS else in_words(paired(*both, *unseen.sources)))
            yield f"| `{name}`, {variant} | {' | '.join(cells)} |"


def _with(measured: tuple[Floats, ...], where: tuple[int, float]) -> str:
    point, drawn, left_out = measured
    low, high = interval(point, drawn, *where, left_out=left_out)
    return f"{float(point):.3f} ({low:.3f}–{high:.3f})"


def page(embedder: Embedder, themes: Themes | None, rounds: int) -> Iterator[str]:
    """The report."""
    sets = {name: load_passages(name, embedder) for name in BOOKS}
    yield OPENING.format(rounds=rounds, n=sum(len(one.code) for one in sets.values()))
    yield f"| codebook | ranked by | among the first {FIRST} | first | above |"
    yield "|---|---|---|---|---|"
    for name, passages in sets.items():
        tell(name)
        yield from passage_rows(name, passages, embedder, rounds)
    yield ""
    yield "Codes of which secondcoder missed a passage:\n"
    for name, passages in sets.items():
        yield f"* `{name}`: {'; '.join(by_code(passages, embedder)) or 'none'}"
    yield FIRST_RUN.rstrip("\n")
    tell("NoMAD for NPT")
    yield NOMAD
    more = " | statements of unseen papers, accuracy | lead" if themes is not None else ""
    yield f"| codebook | demonstration study, macro-AP | lead{more} |"
    yield "|---|---|---|" + ("---|---|" if themes is not None else "")
    yield from nomad_rows(embedder, themes, rounds)
    yield NOMAD_READING
    yield f"## Versions\n\n{machine()} Vectors of {embedder.id}."


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse, measure, write."""
    given = asking(__doc__, "CODEBOOKS.md", "few draws").parse_args(arguments)
    embedder, path = cached_embedder(given.cache), given.data / FILE
    if not path.is_file():
        tell(f"skipped the theme statements: {path} is not there")
    themes = load_themes(path, embedder) if path.is_file() else None
    text = "\n".join(page(embedder, themes, 100 if given.quick else 2000)) + "\n"
    given.out.write_text(text, encoding="utf-8")
    tell(f"written: {given.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
