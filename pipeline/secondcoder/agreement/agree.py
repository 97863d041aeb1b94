"""`agree`: from transcripts, codings and passes to the whole report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from secondcoder.agreement.alt_test import COST_BENEFIT, check_cost_benefit
from secondcoder.agreement.attributes import Level, compare_levels
from secondcoder.agreement.codes import check_versions, choose_codes, codes_in_use, kept_codes
from secondcoder.agreement.continuum import ContinuumReader
from secondcoder.agreement.disagreements import Disagreement, confusion, disagreements
from secondcoder.agreement.errors import RatingsError
from secondcoder.agreement.figures import Pair, Settings, figures_of, precision_plan, second_coders
from secondcoder.agreement.material import ComparedData, ModelCoder, prepare
from secondcoder.agreement.non_inferiority import MarginRecord, check_margin
from secondcoder.agreement.pairwise import ALL, SCOPES
from secondcoder.agreement.precision_plan import check_wish
from secondcoder.agreement.reliability_data import OVERLAP, ReliabilityData, build_reliability_data
from secondcoder.agreement.report.report import AgreementReport
from secondcoder.agreement.roll_up import RolledUp, without_implied
from secondcoder.agreement.spans import SpanAgreement, span_agreement
from secondcoder.agreement.units import PASSAGE_WORDS, kind_named, make_units
from secondcoder.codebook.model import Codebook
from secondcoder.domain.attributes import attributes_of
from secondcoder.domain.records import Case, Coding, CodingPass, Segment, Transcript
from secondcoder.domain.split_groups import GROUPINGS, split_groups
from secondcoder.errors import did_you_mean
from secondcoder.statistics.cluster_bootstrap import ROUNDS, SEED

CLUSTERS = GROUPINGS


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
    model_coders: Sequence[ModelCoder] = (),
    margin: float | None = None,
    margin_record: MarginRecord | None = None,
    cost_benefit: float = COST_BENEFIT,
    plan_within: float | None = None,
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
        model_coders: further models, whose codings were imported; each is compared as the model is.
        margin: the largest loss of agreement that you would accept.
        margin_record: what the audit trail holds of the margin.
        cost_benefit: ε of the alternative annotator test.
        plan_within: half-width to which kappa of each code is to be known; how much more must be coded twice for it is then planned.
        case_records: for the cases' attributes.
        codebooks: coder -> the versions of the codebook with which they coded.
        clusters: what is resampled for intervals: "participant", "transcript" or "case".
        overlap: a unit carries a code when this share of the unit, or of the coding's span, is common to both.
        roll_up: report beside the codings as made what comes out when each counts for the code's parents too; then the model is
            taken to suggest parents wherever it suggests their children, which counts as one mark as made.

    Raises:
        AgreementError: OneCoderError, NoOverlapError, UnusedCodeError, VersionsError or RatingsError.
    """
    # Options that cannot be used are refused before any counting.
    check_margin(margin)
    check_cost_benefit(cost_benefit)
    kind = kind_named(units)
    check_wish(plan_within, kind)
    settings = Settings(rounds, seed, margin, margin_record, clusters, cost_benefit, plan_within)
    material = prepare(
        transcripts,
        codings,
        passes,
        codebook,
        between=between,
        cases=cases,
        model_codings=without_implied(model_codings, codebook) if roll_up else model_codings,
        model_name=model_name,
        model_passes=model_passes,
        model_coders=model_coders,
    )
    asked = choose_codes(codes, codebook)
    build = partial(
        build_reliability_data,
        material.transcripts,
        make_units(kind, material.transcripts, segments, material.edges() if kind.one == "character" else {}, words),
        material.codings,
        material.passes,
        coders=material.coders,
        codes=asked,
        kind=kind,
        clusters=_clusters(transcripts, clusters),
        overlap=overlap,
    )
    data = build()
    rolled = build(wider={code: codebook.ancestors(code) for code in codebook.ids}) if roll_up else data
    kept, notes = kept_codes(data, rolled, material, by_name=codes is not None)
    # Only of the codes that are compared: wording that differs on an unused one does no harm.
    check_versions(material.coders, kept, codebooks or {})
    report = _report(material, data.with_codes(kept), codebook, segments, tuple(case_records), asked, notes, settings)
    report = replace(report, imported={one.name: one.imported for one in model_coders if one.name in material.others})
    if np.array_equal(data.marks, rolled.marks):
        return report
    rolled_up, parted = _rolled_up(rolled, material, settings, by_name=codes is not None)
    return replace(report, rolled_up=rolled_up, disagreements=tuple(parted))


def _clusters(transcripts: Sequence[Transcript], by: str) -> dict[str, str]:
    """Transcript id -> the name of its cluster."""
    if by not in CLUSTERS:
        raise RatingsError(f"Clusters must be one of {', '.join(CLUSTERS)}. Got '{by}'.{did_you_mean(by, CLUSTERS)}")
    return split_groups(transcripts, by)


def _report(
    material: ComparedData,
    data: ReliabilityData,
    codebook: Codebook,
    segments: Sequence[Segment],
    cases: Sequence[Case],
    asked: Sequence[str],
    notes: Sequence[str],
    settings: Settings,
) -> AgreementReport:
    """Every pair of coders, the humans together, the model beside them, and where they disagree."""
    figures = figures_of(data, material, tuple(SCOPES), settings)
    coders = figures.coders
    levels, left_out = _levels(material, data, cases, settings)
    compared = data.of(coders).where(data.of(coders).looked_at())
    return AgreementReport(
        codebook=codebook,
        kind=data.kind,
        coders=material.coders,
        model=material.model,
        codes=data.codes,
        unused=tuple(code for code in asked if code not in data.codes),
        n_units=int(compared.weights.sum()),
        n_transcripts=len({unit.transcript for unit in compared.units}),
        headline=figures.headline,
        agreements=figures.agreements,
        comparisons=figures.comparisons,
        others=figures.others,
        levels=tuple(levels),
        confusions=tuple(confusion(data, *pair) for pair in figures.pairs),
        disagreements=tuple(disagreements(data, coders, material.transcripts, material.codings)),
        spans=tuple(_spans(material, segments, figures.human_pairs, data, settings)),
        clustered_by=settings.clustered_by,
        rounds=settings.rounds,
        seed=settings.seed,
        margin=settings.margin,
        margin_record=settings.record,
        cost_benefit=settings.cost_benefit,
        second_coders=second_coders(data, figures, settings),
        plan_within=settings.plan_within,
        plan=precision_plan(data, figures, material, settings),
        notes=(*material.notes, *notes, *left_out),
    )


def _rolled_up(
    rolled: ReliabilityData, material: ComparedData, settings: Settings, *, by_name: bool
) -> tuple[RolledUp, list[Disagreement]]:
    """The figures with roll-up, and the disagreements by it: what is settled is learned from, and learning rolls up too."""
    used, _ = codes_in_use(rolled, material, by_name=by_name)
    data = rolled.with_codes([code for code, yes in zip(rolled.codes, used, strict=True) if yes])
    figures = figures_of(data, material, (ALL,), settings)
    by_coders = {agreement.coders: agreement for agreement in figures.agreements}
    rolled_up = RolledUp(data.codes, figures.headline, by_coders, figures.comparisons.get(ALL))
    return rolled_up, disagreements(data, figures.coders, material.transcripts, material.codings)


def _levels(
    material: ComparedData, data: ReliabilityData, cases: Sequence[Case], settings: Settings
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
    settings: Settings,
) -> list[SpanAgreement]:
    """Of humans only: a model's marks are whole units, so where they begin and end says nothing."""
    reader = ContinuumReader(material.transcripts, segments, material.codings, material.passes, data.codes)
    clusters = _clusters(material.transcripts, settings.clustered_by)
    return [
        span_agreement(reader.between(*pair), pair, clusters=clusters, rounds=settings.rounds, seed=settings.seed)
        for pair in pairs
    ]
