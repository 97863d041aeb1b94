"""The report: everything that was computed, as JSON, as a table, as a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from secondcoder.agreement.attributes import Level
from secondcoder.agreement.coefficients import ALPHA, KAPPA
from secondcoder.agreement.comparison import Comparison
from secondcoder.agreement.disagreements import Confusion, Disagreement
from secondcoder.agreement.pairwise import ALL, SCOPES, Agreement
from secondcoder.agreement.results import Result
from secondcoder.agreement.spans import SpanAgreement
from secondcoder.agreement.units import Kind
from secondcoder.codebook.model import Codebook
from secondcoder.statistics.cluster_bootstrap import Interval

if TYPE_CHECKING:
    import pandas as pd

ALL_CODES = "(all codes)"
FORMAT = "secondcoder-agreement/1"


@dataclass(frozen=True, slots=True)
class Headline:
    """The three figures for a table in a paper: over all pairs of the coders named, on all units that they looked at.

    `pooled_kappa` and `macro_kappa` are means over pairs where there are more than two coders (Light 1971).
    """

    coders: tuple[str, ...]
    pooled_kappa: Result
    macro_kappa: Result
    alpha_masi: Result


@dataclass(frozen=True, slots=True)
class AgreementReport:
    """What `agree` returns.

    Attributes:
        coders: all that were compared; `model` is the one among them that is a model, or None.
        codes: ids compared, in the codebook's order; unused: those that nobody used and that were left out.
        n_units, n_transcripts: what two of the headline's coders both looked at.
        agreements: each pair of coders, and all humans together where there are more than two, on each scope.
        comparisons: scope -> the model beside humans; empty without a model or without two humans.
        levels: the model's marks against the humans' by attribute.
        spans: per pair of humans, marks compared without units.
        notes: what a reader must know to read the figures.
    """

    codebook: Codebook
    kind: Kind
    coders: tuple[str, ...]
    model: str | None
    codes: tuple[str, ...]
    unused: tuple[str, ...]
    n_units: int
    n_transcripts: int
    headline: Headline
    agreements: tuple[Agreement, ...]
    comparisons: dict[str, Comparison]
    levels: tuple[Level, ...]
    confusions: tuple[Confusion, ...]
    disagreements: tuple[Disagreement, ...]
    spans: tuple[SpanAgreement, ...]
    clustered_by: str
    rounds: int
    seed: int
    margin: float | None
    notes: tuple[str, ...] = ()

    @property
    def humans(self) -> tuple[str, ...]:
        """The coders but the model."""
        return tuple(coder for coder in self.coders if coder != self.model)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Pairs of coders compared, in order."""
        coders = (agreement.coders for agreement in self.agreements if agreement.scope == ALL)
        return [(names[0], names[1]) for names in coders if len(names) == 2]

    def agreement(self, coders: tuple[str, ...], scope: str = ALL) -> Agreement:
        """The agreement of these coders on this scope; KeyError where they were not compared."""
        for agreement in self.agreements:
            if agreement.coders == coders and agreement.scope == scope:
                return agreement
        raise KeyError((coders, scope))

    def name_of(self, code: str) -> str:
        """The code's name in the codebook."""
        return self.codebook[code].name

    def to_json(self) -> dict[str, Any]:
        """Plain values. `codes` holds the headline coders' figures by code; everything else stands under `pairs`."""
        head = self.headline
        first = self.agreement(head.coders)
        plain = {"pooled_kappa": head.pooled_kappa, "macro_kappa": head.macro_kappa, "alpha_masi": head.alpha_masi}
        values = {name: None if result.value is None else round(result.value, 6) for name, result in plain.items()}
        return {
            **values,
            "n_units": self.n_units,
            "n_transcripts": self.n_transcripts,
            "coders": list(self.coders),
            "codes": {
                code: {"name": self.name_of(code), **{name: result.as_json() for name, result in results.items()}}
                for code, results in first.codes.items()
            },
            "format": FORMAT,
            "headline_coders": list(head.coders),
            "intervals": {
                name: result.interval.as_json() if result.interval else None for name, result in plain.items()
            },
            "reasons": {name: result.reason for name, result in plain.items() if result.reason},
            **self._settings(),
            "pairs": [agreement.as_json() for agreement in self.agreements],
            "model": self.model,
            "model_beside_humans": {scope: comparison.as_json() for scope, comparison in self.comparisons.items()},
            "by_attribute": [level.as_json() for level in self.levels],
            "spans": [spans.as_json() for spans in self.spans],
            "confusion": [confusion.as_json() for confusion in self.confusions],
            "disagreements": [disagreement.as_json() for disagreement in self.disagreements],
            "notes": list(self.notes),
        }

    def _settings(self) -> dict[str, Any]:
        book = self.codebook
        return {
            "unit": self.kind.one,
            "scopes": dict(SCOPES),
            "codebook": {"id": book.id, "version": book.version, "hash": book.hash},
            "codes_nobody_used": list(self.unused),
            "clusters": self.clustered_by,
            "rounds": self.rounds,
            "seed": self.seed,
            "margin": self.margin,
        }

    def table(self) -> pd.DataFrame:
        """One row for each group of coders, scope and code, and for all codes together; undefined figures are missing."""
        import pandas as pd

        return pd.DataFrame([row for agreement in self.agreements for row in self._rows(agreement)])

    def _rows(self, agreement: Agreement) -> list[dict[str, Any]]:
        same = {"coders": " | ".join(agreement.coders), "units": agreement.scope}
        overall = same | {"code": ALL_CODES, "name": ""} | _figures(agreement.pooled)
        by_code = agreement.codes.items()
        return [overall, *(same | {"code": code, "name": self.name_of(code)} | _figures(of) for code, of in by_code)]


def _figures(results: dict[str, Result]) -> dict[str, Any]:
    # Of more than two coders there is no kappa.
    main = results.get(KAPPA) or results[ALPHA]
    interval = main.interval or Interval(None, None, reason=main.reason or "no interval")
    counts = {f"n_{name}": main.counts.get(name) for name in ("both", "first", "second", "neither")}
    return {
        "n": main.n,
        **counts,
        **{name: result.value for name, result in results.items()},
        "low": interval.low,
        "high": interval.high,
        "interval_of": main.name,
        "note": "; ".join(dict.fromkeys(word for word in (main.reason, interval.reason, interval.note) if word)),
    }
