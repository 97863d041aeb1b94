"""From marks to the report: every pair of coders, the humans together, the model beside them, and where they part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from secondcoder.agreement.attributes import Level, attributes_of, compare_levels
from secondcoder.agreement.comparison import Comparison, compare_with_model
from secondcoder.agreement.contingency import Bools
from secondcoder.agreement.continuum import Reader
from secondcoder.agreement.disagreements import confusion, disagreements
from secondcoder.agreement.pairwise import ALL, SCOPES, Agreement, agreement_of, mean_over_pairs, pairs_that_overlap
from secondcoder.agreement.preparing import Material
from secondcoder.agreement.reliability_data import Cube
from secondcoder.agreement.report.report import AgreementReport, Headline
from secondcoder.agreement.set_alpha import SetSums
from secondcoder.agreement.spans import SpanAgreement, span_agreement
from secondcoder.codebook.model import Codebook
from secondcoder.domain.records import Case, Origin, Segment
from secondcoder.statistics.cluster_bootstrap import FEW_CLUSTERS

Pair = tuple[str, str]


class Settings(NamedTuple):
    """How to compute, as the caller asked; `clustered_by` is "transcript" or "case"."""

    rounds: int
    seed: int
    margin: float | None
    clustered_by: str


def assemble(
    material: Material,
    cube: Cube,
    codebook: Codebook,
    *,
    segments: Sequence[Segment],
    case_records: Sequence[Case],
    unused: Sequence[str],
    notes: Sequence[str],
    settings: Settings,
) -> AgreementReport:
    """Everything, computed and put into one report."""
    pairs = pairs_that_overlap(cube, material.coders)
    human_pairs = [pair for pair in pairs if material.model not in pair]
    main = human_pairs or pairs
    coders = tuple(name for name in material.coders if any(name in pair for pair in main))
    agreements = _agreements(cube, pairs, coders, settings)
    levels, left_out = _levels(material, cube, case_records, settings)
    n_units, n_transcripts = _extent(cube.of(coders))
    whole = next(one for one in agreements if one.coders == coders and one.scope == ALL)
    pooled, macro = mean_over_pairs(cube, main, rounds=settings.rounds, seed=settings.seed)
    return AgreementReport(
        codebook=codebook,
        kind=cube.kind,
        coders=material.coders,
        model=material.model,
        codes=cube.codes,
        unused=tuple(unused),
        n_units=n_units,
        n_transcripts=n_transcripts,
        headline=Headline(coders, pooled, macro, whole.sets["masi"]),
        agreements=tuple(agreements),
        comparisons=_comparisons(cube, material.model, human_pairs, settings),
        levels=tuple(levels),
        confusions=tuple(confusion(cube, *pair) for pair in pairs),
        disagreements=tuple(disagreements(cube, coders, material.transcripts, material.codings)),
        spans=tuple(_spans(material, segments, human_pairs, cube, settings)),
        clustered_by=settings.clustered_by,
        rounds=settings.rounds,
        seed=settings.seed,
        margin=settings.margin,
        notes=(*notes, *left_out),
    )


def _extent(cube: Cube) -> tuple[int, int]:
    """Units (or characters) and transcripts that two of the coders looked at."""
    kept = cube.where(cube.looked_at())
    return int(kept.weights.sum()), len({unit.transcript for unit in kept.units})


def _agreements(cube: Cube, pairs: Sequence[Pair], coders: tuple[str, ...], settings: Settings) -> list[Agreement]:
    complete: Bools = np.asarray(cube.known.all(2))
    sums = SetSums.of(cube.marks, complete, clusters=cube.clusters, groups=cube.groups, weights=cube.weights)
    groups: list[tuple[str, ...]] = [*pairs, coders] if len(coders) > 2 else list(pairs)
    return [
        agreement_of(cube, group, sums, scope=scope, rounds=settings.rounds, seed=settings.seed)
        for group in groups
        for scope in SCOPES
    ]


def _comparisons(
    cube: Cube, model: str | None, human_pairs: Sequence[Pair], settings: Settings
) -> dict[str, Comparison]:
    if model is None:
        return {}
    made = {
        scope: compare_with_model(
            cube, model, human_pairs, margin=settings.margin, scope=scope, rounds=settings.rounds, seed=settings.seed
        )
        for scope in SCOPES
    }
    return {scope: one for scope, one in made.items() if one is not None}


def _levels(material: Material, cube: Cube, cases: Sequence[Case], settings: Settings) -> tuple[list[Level], list[str]]:
    if material.model is None:
        return [], []
    attributes = attributes_of(material.transcripts, cases)
    return compare_levels(cube, material.model, material.humans, attributes, rounds=settings.rounds, seed=settings.seed)


def _spans(
    material: Material, segments: Sequence[Segment], pairs: Sequence[Pair], cube: Cube, settings: Settings
) -> list[SpanAgreement]:
    """Of humans only: a model's marks are whole units, so where they begin and end says nothing."""
    reader = Reader(material.transcripts, segments, material.codings, material.passes, cube.codes)
    clusters = {one.id: one.case or one.id for one in material.transcripts} if settings.clustered_by == "case" else {}
    return [
        span_agreement(reader.between(*pair), pair, clusters=clusters, rounds=settings.rounds, seed=settings.seed)
        for pair in pairs
    ]


def notes_on(material: Material, cube: Cube, asked: Sequence[str], both_looked: Sequence[bool]) -> list[str]:
    """What a reader must know: what did not count, and how few clusters there are."""
    notes = [*_reviewed(material), *_unplaced(cube)]
    apart = [code for code, yes in zip(asked, both_looked, strict=True) if not yes]
    if apart:
        notes.append(f"No two coders looked for {', '.join(apart)} in the same place, so these codes were left out.")
    if cube.groups < FEW_CLUSTERS:
        notes.append(f"There are only {cube.groups} clusters to resample: read every interval as a rough guide.")
    return notes


def _reviewed(material: Material) -> list[str]:
    counts = dict.fromkeys(material.coders, 0)
    for one in material.codings:
        counts[one.coder] += one.origin is Origin.REVIEWED
    return [
        f"{count} codings of {coder} were made after seeing a suggestion. They are not independent, so they do not count."
        for coder, count in counts.items()
        if count
    ]


def _unplaced(cube: Cube) -> list[str]:
    return [
        f"{count} codings of {coder} reach no {cube.kind.one}: they lie outside participants' words, or cover too little of any "
        f"{cube.kind.one}."
        for coder, count in sorted(cube.unplaced.items())
    ]
