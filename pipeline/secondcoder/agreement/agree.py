"""`agree`: from transcripts, codings and passes to the whole report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from secondcoder.agreement.attributes import Level, attributes_of, compare_levels
from secondcoder.agreement.codes import check_versions, choose_codes, used_codes
from secondcoder.agreement.comparison import Comparison, compare_with_model
from secondcoder.agreement.contingency import Bools
from secondcoder.agreement.continuum import ContinuumReader
from secondcoder.agreement.disagreements import confusion, disagreements
from secondcoder.agreement.errors import RatingsError
from secondcoder.agreement.material import ComparedData, no_overlap, notes_on, prepare
from secondcoder.agreement.non_inferiority import check_margin
from secondcoder.agreement.pairwise import ALL, SCOPES, Agreement, agreement_of, mean_over_pairs, pairs_that_overlap
from secondcoder.agreement.reliability_data import OVERLAP, ReliabilityData, build_reliability_data
from secondcoder.agreement.report.report import AgreementReport, Headline
from secondcoder.agreement.set_alpha import SetSums
from secondcoder.agreement.spans import SpanAgreement, span_agreement
from secondcoder.agreement.units import PASSAGE_WORDS, kind_named, make_units
from secondcoder.codebook.model import Codebook
from secondcoder.domain.records import Case, Coding, CodingPass, Segment, Transcript
from secondcoder.domain.split_groups import GROUPINGS, split_groups
from secondcoder.errors import did_you_mean
from secondcoder.statistics.cluster_bootstrap import ROUNDS, SEED

CLUSTERS = GROUPINGS
Pair = tuple[str, str]


class _Settings(NamedTuple):
    """How to compute, as the caller asked; `clustered_by` is one of CLUSTERS."""

    rounds: int
    seed: int
    margin: float | None
    clustered_by: str


def agree(
    transcripts: Sequence[Transcript],
    segments: Sequence[Segment],
    codings: Sequence[Coding],
    passes: Sequence[CodingPass],
    codebook: Codebook,
    *,
    between: Sequence[str] | None = None,
    codes: Sequence[str] | None = None,
    cases: Sequence[str] | None = None,
    units: str = "segment",
    model_codings: Sequence[Coding] = (),
    model_name: str | None = None,
    model_passes: Sequence[CodingPass] | None = None,
    margin: float | None = None,
    case_records: Iterable[Case] = (),
    codebooks: Mapping[str, Sequence[Codebook]] | None = None,
    clusters: str = "transcript",
    words: int = PASSAGE_WORDS,
    overlap: float = OVERLAP,
    roll_up: bool = False,
    rounds: int = ROUNDS,
    seed: int = SEED,
) -> AgreementReport:
    """Agreement among coders, human or model.

    Args:
        between: coders to compare; by default all of them, and the model.
        codes: by id or name; by default all that someone used.
        cases: ids of the cases whose transcripts count; by default all.
        units: segment, turn, passage (of about `words` words) or character.
        model_codings: the model's out-of-fold suggestions as codings; they count under `model_name`, whoever they name.
        model_passes: where the model looked; by default every transcript in which it suggested anything.
        margin: the largest loss of agreement that you would accept, stated before the figures are seen.
        case_records: for the cases' attributes.
        codebooks: coder -> the versions of the codebook with which they coded.
        clusters: what is resampled for intervals: "participant", "transcript" or "case".
        overlap: a unit carries a code when this share of the unit, or of the coding's span, is common to both.
        roll_up: a coding counts for the code's parents too.

    Raises:
        AgreementError: OneCoderError, NoOverlapError, UnusedCodeError, VersionsError or RatingsError.
    """
    # Options that cannot be used are refused before any counting.
    check_margin(margin)
    kind = kind_named(units)
    settings = _Settings(rounds, seed, margin, clusters)
    cluster_of = _clusters(transcripts, clusters)
    material = prepare(
        transcripts,
        codings,
        passes,
        codebook,
        between=between,
        cases=cases,
        model_codings=model_codings,
        model_name=model_name,
        model_passes=model_passes,
    )
    asked = choose_codes(codes, codebook)
    data = build_reliability_data(
        material.transcripts,
        make_units(kind, material.transcripts, segments, material.edges() if kind.one == "character" else {}, words),
        material.codings,
        material.passes,
        coders=material.coders,
        codes=asked,
        kind=kind,
        clusters=cluster_of,
        overlap=overlap,
        wider={code: codebook.ancestors(code) for code in codebook.ids} if roll_up else {},
    )
    kept, notes = _kept_codes(data, material, asked, by_name=codes is not None)
    # Only of the codes that are compared: wording that differs on an unused one does no harm.
    check_versions(material.coders, kept, codebooks or {})
    return _report(material, data.with_codes(kept), codebook, segments, tuple(case_records), asked, notes, settings)


def _clusters(transcripts: Sequence[Transcript], by: str) -> dict[str, str]:
    """Transcript id -> the name of its cluster."""
    if by not in CLUSTERS:
        raise RatingsError(f"Clusters must be one of {', '.join(CLUSTERS)}. Got '{by}'.{did_you_mean(by, CLUSTERS)}")
    return split_groups(transcripts, by)


def _kept_codes(
    data: ReliabilityData, material: ComparedData, asked: Sequence[str], *, by_name: bool
) -> tuple[list[str], list[str]]:
    """The codes that can be compared, and notes on what does not count."""
    if not data.looked_at().any():
        raise no_overlap(material, data.kind.one)
    both_looked = data.known.sum(1) > 1
    used = (data.marks.any(1) & both_looked).any(0)
    kept = used_codes(asked if by_name else None, asked, used.tolist(), material.coders)
    return kept, notes_on(material, data, asked, both_looked.any(0).tolist())


def _report(
    material: ComparedData,
    data: ReliabilityData,
    codebook: Codebook,
    segments: Sequence[Segment],
    cases: Sequence[Case],
    asked: Sequence[str],
    notes: Sequence[str],
    settings: _Settings,
) -> AgreementReport:
    """Every pair of coders, the humans together, the model beside them, and where they disagree."""
    pairs = pairs_that_overlap(data, material.coders)
    human_pairs = [pair for pair in pairs if material.model not in pair]
    # The headline is about people; the model takes part in it only where no two of them overlap.
    main = human_pairs or pairs
    coders = tuple(name for name in material.coders if any(name in pair for pair in main))
    agreements = _agreements(data, pairs, coders, settings)
    levels, left_out = _levels(material, data, cases, settings)
    compared = data.of(coders).where(data.of(coders).looked_at())
    over_all = next(result for result in agreements if result.coders == coders and result.scope == ALL)
    pooled, macro = mean_over_pairs(data, main, rounds=settings.rounds, seed=settings.seed)
    return AgreementReport(
        codebook=codebook,
        kind=data.kind,
        coders=material.coders,
        model=material.model,
        codes=data.codes,
        unused=tuple(code for code in asked if code not in data.codes),
        n_units=int(compared.weights.sum()),
        n_transcripts=len({unit.transcript for unit in compared.units}),
        headline=Headline(coders, pooled, macro, over_all.sets["masi"]),
        agreements=tuple(agreements),
        comparisons=_comparisons(data, material.model, human_pairs, settings),
        levels=tuple(levels),
        confusions=tuple(confusion(data, *pair) for pair in pairs),
        disagreements=tuple(disagreements(data, coders, material.transcripts, material.codings)),
        spans=tuple(_spans(material, segments, human_pairs, data, settings)),
        clustered_by=settings.clustered_by,
        rounds=settings.rounds,
        seed=settings.seed,
        margin=settings.margin,
        notes=(*material.notes, *notes, *left_out),
    )


def _agreements(
    data: ReliabilityData, pairs: Sequence[Pair], coders: tuple[str, ...], settings: _Settings
) -> list[Agreement]:
    # Counted once for all coders together: any pair's alpha over sets follows from the same sums.
    complete: Bools = np.asarray(data.known.all(2))
    sums = SetSums.of(data.marks, complete, clusters=data.clusters, groups=data.groups, weights=data.weights)
    groups: list[tuple[str, ...]] = [*pairs, coders] if len(coders) > 2 else list(pairs)
    return [
        agreement_of(data, group, sums, scope=scope, rounds=settings.rounds, seed=settings.seed)
        for group in groups
        for scope in SCOPES
    ]


def _comparisons(
    data: ReliabilityData, model: str | None, human_pairs: Sequence[Pair], settings: _Settings
) -> dict[str, Comparison]:
    if model is None:
        return {}
    by_scope = {
        scope: compare_with_model(
            data, model, human_pairs, margin=settings.margin, scope=scope, rounds=settings.rounds, seed=settings.seed
        )
        for scope in SCOPES
    }
    return {scope: comparison for scope, comparison in by_scope.items() if comparison is not None}


def _levels(
    material: ComparedData, data: ReliabilityData, cases: Sequence[Case], settings: _Settings
) -> tuple[list[Level], list[str]]:
    if material.model is None:
        return [], []
    attributes = attributes_of(material.transcripts, cases)
    return compare_levels(data, material.model, material.humans, attributes, rounds=settings.rounds, seed=settings.seed)


def _spans(
    material: ComparedData,
    segments: Sequence[Segment],
    pairs: Sequence[Pair],
    data: ReliabilityData,
    settings: _Settings,
) -> list[SpanAgreement]:
    """Of humans only: a model's marks are whole units, so where they begin and end says nothing."""
    reader = ContinuumReader(material.transcripts, segments, material.codings, material.passes, data.codes)
    clusters = _clusters(material.transcripts, settings.clustered_by)
    return [
        span_agreement(reader.between(*pair), pair, clusters=clusters, rounds=settings.rounds, seed=settings.seed)
        for pair in pairs
    ]
