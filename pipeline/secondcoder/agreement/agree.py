"""`agree`: from transcripts, codings and passes to the whole report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from secondcoder.agreement.assembling import Settings, assemble, notes_on
from secondcoder.agreement.errors import RatingsError
from secondcoder.agreement.non_inferiority import check_margin
from secondcoder.agreement.preparing import Material, check_versions, choose_codes, no_overlap, prepare, used_codes
from secondcoder.agreement.reliability_data import OVERLAP, Cube, build_cube
from secondcoder.agreement.report.report import AgreementReport
from secondcoder.agreement.units import PASSAGE_WORDS, kind_named, make_units
from secondcoder.codebook.model import Codebook
from secondcoder.domain.records import Case, Coding, CodingPass, Segment, Transcript
from secondcoder.errors import did_you_mean
from secondcoder.statistics.cluster_bootstrap import ROUNDS, SEED

CLUSTERS = ("transcript", "case")


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
        between: coders to compare, by name; all of them, and the model, by default.
        codes: codes to compare, by id or name; by default all that someone used.
        cases: case ids whose transcripts count; all by default.
        units: segment, turn, passage (of about `words` words) or character.
        model_codings: the model's out-of-fold suggestions as codings; they count under `model_name`, whoever they name.
        model_passes: where the model looked; by default every transcript in which it suggested anything.
        margin: the largest loss of agreement that you would accept, stated before the figures are seen.
        case_records: for the cases' attributes.
        codebooks: coder -> the versions of the codebook with which they coded.
        clusters: what is resampled for intervals: "transcript" or "case".
        overlap: a unit carries a code when this share of the unit, or of the coding's span, is common to both.
        roll_up: a coding counts for the code's parents too.

    Raises:
        AgreementError: OneCoderError, NoOverlapError, UnusedCodeError, VersionsError or RatingsError.
    """
    check_margin(margin)
    kind = kind_named(units)
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
    made = make_units(kind, material.transcripts, segments, _edges(material) if kind.one == "character" else {}, words)
    cube = build_cube(
        material.transcripts,
        made,
        material.codings,
        material.passes,
        coders=material.coders,
        codes=asked,
        kind=kind,
        clusters=_clusters(material.transcripts, clusters),
        overlap=overlap,
        wider={code: codebook.ancestors(code) for code in codebook.ids} if roll_up else {},
    )
    kept, notes = _kept_codes(cube, material, asked, by_name=codes is not None)
    check_versions(material.coders, kept, codebooks or {})
    return assemble(
        material,
        cube.with_codes(kept),
        codebook,
        segments=segments,
        case_records=tuple(case_records),
        unused=[code for code in asked if code not in kept],
        notes=[*material.notes, *notes],
        settings=Settings(rounds, seed, margin, clusters),
    )


def _clusters(transcripts: Iterable[Transcript], by: str) -> dict[str, str]:
    if by not in CLUSTERS:
        raise RatingsError(f"Clusters must be one of {', '.join(CLUSTERS)}. Got '{by}'.{did_you_mean(by, CLUSTERS)}")
    return {one.id: (one.case or one.id) if by == "case" else one.id for one in transcripts}


def _edges(material: Material) -> dict[str, set[int]]:
    """Every offset at which a coding or a pass begins or ends."""
    edges: dict[str, set[int]] = {}
    for transcript, start, end in (
        *((one.transcript, one.start, one.end) for one in material.codings),
        *((one.transcript, one.start, one.end) for one in material.passes),
    ):
        edges.setdefault(transcript, set()).update((start, end))
    return edges


def _kept_codes(cube: Cube, material: Material, asked: Sequence[str], *, by_name: bool) -> tuple[list[str], list[str]]:
    """The codes that can be compared, and notes on what does not count."""
    if not cube.looked_at().any():
        raise no_overlap(material, cube.kind.one)
    both_looked = cube.known.sum(1) > 1
    used = (cube.marks.any(1) & both_looked).any(0)
    kept = used_codes(asked if by_name else None, asked, used.tolist(), material.coders)
    return kept, notes_on(material, cube, asked, both_looked.any(0).tolist())
