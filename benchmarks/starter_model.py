"""Does a model of the demonstration study beat a cold start from definitions on other texts? Writes STARTER_MODEL.md.

    python benchmarks/starter_model.py --data ../shared/data [--quick]

The rule by which it ships or does not was written down, with the texts and the mapping of their codes, before anything was measured.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from asked import asking, tell
from comparison.sets import cached_embedder
from drifts.talk import Talk, demonstration
from intervals import documents, in_words, interval, paired
from machine import machine
from ranking.quotations import CONSTRUCT_IDS, guesses
from ranking.quotations import PLAIN as PLAIN_ONES
from ranking.rankers import no_passages
from ranking.starting import Texts, all_texts, standardised
from ranking.themes import SEED
from secondcoder.codebook.yaml_file import load_codebook
from secondcoder.domain.arrays import Bools, Floats, Rows
from secondcoder.embedding import Embedder
from secondcoder.learning.assessment.metrics import LabelledPredictions, leave_one_out, point_and_draws
from secondcoder.learning.description_ranker import CodedPassages, DescriptionRanker
from secondcoder.learning.stacked_kernels.classifier import StackedKernelClassifier

COLD, MODEL = "cold start: the codebook alone", "**starter model**"
BOTH, WITH_PASSAGES = "starter model and codebook, in equal parts", "codebook and the demonstration's passages"
OPENING = """# A starter model for NPT?

Written by `benchmarks/starter_model.py`. A model that ships with secondcoder would be trained on the demonstration study, which is
invented and ours, with the codebook `npt`. It would have to suggest better on texts that it was not made from than the codebook alone
does in a new study (`learning/description_ranker.py`), or nobody should begin with it.

## What was settled before anything was measured

- *The model*: the classifier that ships, on all coded segments of the demonstration study, with the codebook's texts. The marks
  that the demonstration keeps sealed are of the same study and count for nothing here.
- *The cold start*: the description ranker with `npt`, nothing coded; the texts themselves are the study, without their labels.
- *Texts that it was not made from*: (1) the theme statements of published papers that the codebooks have not seen, with the
  construct under which their authors placed them: researchers' prose, not talk, but nobody here wrote it. (2) The invented
  quotations of COLD_START.md: talk, but by the hand that wrote codebooks and demonstration. (3) Interviews of seven people on a
  software tool; three of their codes come near to a construct, if one strains: general usage (not knowing how, complexity) to
  collective action; improvements and benefits to reflexive monitoring. That mapping is ours, and arguable: the codes say what
  people do with the tool, not how it becomes part of work. The patients' comments and oral histories of the other sets have no
  code that could be one of NPT's, and are left out. Interviews that were published with their coding by NPT are not at hand.
- *The figure*: macro average precision over the four constructs, which needs no threshold, beside how common each construct is.
- *The rule*: the model ships if its lead over the cold start on (1) has a 95 % interval, over papers, wholly above zero, and its
  lead on (2) is above zero. (3) is looked at and decides nothing; nor do the two mixtures, which are shown for whoever carries
  this on.
"""
DECISION = """## The decision

On the statements the lead is {statements}, on the quotations {quotations}: **the model {ships}**.

What speaks for looking again one day: on the interviews on a software tool, the only talk here that nobody invented, the lead is
{tool}, though two constructs in seven interviews under a strained mapping show no more than that. Model and codebook in equal
parts are level with the codebook alone. And single statements have neither neighbours nor questions, of which the model makes use.
The codebook's later texts were written by somebody who had read most of the statements, which may flatter the cold start on them;
without its prototypes, which are most of these texts, it is no worse there (COLD_START.md, what was tried). What would decide it
are interviews that others coded by NPT and that may be used for this.
"""


def strengths_by_way(
    texts: Texts, talk: Talk, model: StackedKernelClassifier, embedder: Embedder
) -> Mapping[str, Floats]:
    """Way -> (n, 4) strengths of the constructs."""
    book = load_codebook("npt")
    columns = [book.ids.index(code) for code in CONSTRUCT_IDS]
    vectors = texts.features.vectors
    cold = DescriptionRanker().fit(book, book.ids, embedder, vectors, no_passages(book, vectors.shape[1]))
    of_model = model.predict_proba(texts.features)[:, [talk.labels.codes.index(code) for code in CONSTRUCT_IDS]]
    rows = np.flatnonzero(talk.labels.coded_rows)
    labels = talk.labels.columns(book.ids).take(rows)
    passages = CodedPassages(talk.features.vectors[rows], labels.y, labels.known)
    joined = DescriptionRanker().fit(book, book.ids, embedder, vectors, passages)
    of_cold = cold.strengths(vectors)[:, columns]
    log_odds = np.log(of_model.clip(1e-9, 1)) - np.log1p(-of_model.clip(0, 1 - 1e-9))
    return {
        COLD: of_cold,
        MODEL: log_odds,
        BOTH: standardised(of_cold) + standardised(log_odds),
        WITH_PASSAGES: joined.strengths(vectors)[:, columns],
    }


def held(texts: Texts, found: Floats, measured: Bools) -> LabelledPredictions:
    """Only what is measured; nothing is suggested, as only orders are compared."""
    rows = np.flatnonzero(measured)
    one = texts.take(measured)
    return LabelledPredictions(found[rows], np.zeros_like(one.y), one.y & one.known, one.known, one.clusters)


def rows_of(
    texts: Texts, measured: Bools, ways: Mapping[str, Floats], rounds: int, leads: dict[str, Floats]
) -> Iterator[str]:
    """A row for each way: macro-AP and interval, lead over the cold start, AP by construct. The model's lead goes into `leads`."""
    figures = {}
    for way, found in ways.items():
        one = held(texts, found, measured)
        point, draws = point_and_draws(one, rounds, SEED)
        figures[way] = (
            (point["macro_ap"], draws["macro_ap"], leave_one_out(one)["macro_ap"]),
            point["average_precision"],
        )
        where = documents(one)
    leads[texts.name] = paired(figures[MODEL][0], figures[COLD][0], *where)
    share = one.y.sum(axis=0) / one.known.sum(axis=0).clip(1)
    said = one.known.any(axis=0)
    for way, (macro, each) in figures.items():
        low, high = interval(macro[0], macro[1], *where, left_out=macro[2])
        lead = "" if way == COLD else in_words(paired(macro, figures[COLD][0], *where))
        cells = (f"{value:.3f}" if there else "–" for value, there in zip(each, said, strict=True))
        yield f"| {way} | {float(macro[0]):.3f} ({low:.3f}–{high:.3f}) | {lead} | {' | '.join(cells)} |"
    shares = (f"{value:.3f}" if there else "–" for value, there in zip(share, said, strict=True))
    yield f"| prevalence | {share[said].mean():.3f} | | {' | '.join(shares)} |"


def construct_rows(
    texts: Texts, measured: Bools, ways: Mapping[str, Floats], parts: Mapping[str, Rows]
) -> Iterator[str]:
    """Which construct stands first: shares right, the model's once as it says it and once each construct on its own scale."""
    y = texts.y[measured]
    for way, found in {**ways, f"{MODEL}, each construct on its own scale": standardised(ways[MODEL])}.items():
        cells = []
        for rows in parts.values():
            one = guesses(found[measured][rows], y[rows])
            cells += [f"{one.accuracy:.3f}", f"{one.top2:.3f}"]
        yield f"| {way} | {' | '.join(cells)} |"


def page(data: Path, embedder: Embedder, rounds: int) -> Iterator[str]:
    """The report."""
    yield OPENING
    tell("learning the demonstration study")
    talk = demonstration(embedder)
    rows = np.flatnonzero(talk.labels.coded_rows)
    model = StackedKernelClassifier(seed=SEED).fit(
        talk.features.take(rows), talk.labels.take(rows), talk.code_embeddings
    )
    interviews = len(set(talk.features.take(rows).groups))
    yield f"## What was found\n\n{len(rows)} coded segments of {interviews} interviews were learned from.\n"
    leads: dict[str, Floats] = {}
    for texts, measured in all_texts(data, embedder):
        tell(texts.name)
        ways = strengths_by_way(texts, talk, model, embedder)
        n, clusters = int(measured.sum()), len(set(texts.take(measured).clusters))
        yield f"### {texts.name[0].upper()}{texts.name[1:]}\n"
        drawn = (
            "by themselves"
            if clusters == n
            else f"in {clusters} {'papers' if 'papers' in texts.name else 'interviews'}"
        )
        yield f"{n} texts, {drawn}.\n"
        yield f"| | macro-AP | lead over the cold start | {' | '.join(f'AP {code}' for code in CONSTRUCT_IDS)} |"
        yield "|---|---|---|" + "---|" * len(CONSTRUCT_IDS)
        yield from rows_of(texts, measured, ways, rounds, leads)
        yield ""
        if texts.known.all():
            every = np.arange(n)
            parts = {"all": every}
            if "quotations" in texts.name:
                parts = {"plain": every[:PLAIN_ONES], "of a day": every[PLAIN_ONES:]}
            heads = (f"{part}: {figure}" for part in parts for figure in ("right first", "among two"))
            yield f"| | {' | '.join(heads)} |"
            yield "|---|" + "---|---|" * len(parts)
            yield from construct_rows(texts, measured, ways, parts)
            yield ""
    yield from decided(leads)
    yield f"## Versions\n\n{machine()} Vectors of {embedder.id}."


def decided(leads: Mapping[str, Floats]) -> Iterator[str]:
    """The rule, applied; nothing without the statements and the interviews."""
    if len(leads) == 3:
        statements, quotations, tool = leads.values()
        ships = statements[1] > 0 and quotations[0] > 0
        said = "ships" if ships else "does not ship"
        yield DECISION.format(
            ships=said, statements=in_words(statements), quotations=in_words(quotations), tool=in_words(tool)
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse, measure, write."""
    given = asking(__doc__, "STARTER_MODEL.md", "few draws").parse_args(arguments)
    if not given.data.is_dir():
        tell(f"skipped: {given.data} is not there, so nothing is measured and STARTER_MODEL.md is left as it is")
        return 0
    text = "\n".join(page(given.data, cached_embedder(given.cache), 100 if given.quick else 2000)) + "\n"
    given.out.write_text(text, encoding="utf-8")
    tell(f"written: {given.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
