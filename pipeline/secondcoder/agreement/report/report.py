"""The report: everything that was computed, as JSON, as a table, as a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from secondcoder.agreement.alt_test import COST_BENEFIT
from secondcoder.agreement.attributes import Level
from secondcoder.agreement.coefficients import ALPHA, KAPPA
from secondcoder.agreement.comparison import Comparison
from secondcoder.agreement.disagreements import Confusion, Disagreement
from secondcoder.agreement.non_inferiority import MarginRecord
from secondcoder.agreement.pairwise import ALL, SCOPES, Agreement
from secondcoder.agreement.precision_plan import CodePlan
from secondcoder.agreement.results import Result
from secondcoder.agreement.roll_up import ROLLED_UP, Headline, RolledUp
from secondcoder.agreement.second_coder import ALL_CODES, SecondCoder
from secondcoder.agreement.spans import SpanAgreement
from secondcoder.agreement.units import Kind
from secondcoder.codebook.model import Codebook
from secondcoder.statistics.cluster_bootstrap import Interval

if TYPE_CHECKING:
    import pandas as pd

FORMAT = "secondcoder-agreement/1"


@dataclass(frozen=True, slots=True)
class AgreementReport:
    """What `agree` returns.

    Attributes:
        coders: all that were compared; `model` is the one among them that is a model, or None.
        codes: ids compared, in the codebook's order; unused: those that nobody used and that were left out.
        n_units, n_transcripts: what two of the headline's coders both looked at.
        agreements: each pair of coders, and all humans together where there are more than two, on each scope.
        comparisons: scope -> the model beside humans; empty without a model or without two humans.
        others: the same of each model whose codings were imported, by name; imported: name -> the day of the import.
        levels: the model's marks against the humans' by attribute.
        spans: per pair of humans, marks compared without units.
        notes: what a reader must know to read the figures.
        rolled_up: the same with sub-constructs counting as their constructs; all else is on codings as made. None where that
            was not asked for or changes nothing.
        margin_record: what the audit trail holds of the margin; None where there is no trail.
        cost_benefit: ε of the alternative annotator test.
        second_coders: model -> code, and `ALL_CODES` -> whether it may be the second coder.
        plan: what must be coded twice before kappa of each code is known to ± `plan_within`; empty where that was not asked.
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
    rolled_up: RolledUp | None = None
    margin_record: MarginRecord | None = None
    others: Mapping[str, Mapping[str, Comparison]] = field(default_factory=dict)
    imported: Mapping[str, str] = field(default_factory=dict)
    cost_benefit: float = COST_BENEFIT
    second_coders: Mapping[str, Mapping[str, SecondCoder]] = field(default_factory=dict)
    plan_within: float | None = None
    plan: tuple[CodePlan, ...] = ()

    @property
    def humans(self) -> tuple[str, ...]:
        """The coders but the models."""
        return tuple(coder for coder in self.coders if coder not in (self.model, *self.others))

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
        return {
            **head.as_json(),
            "n_units": self.n_units,
            "n_transcripts": self.n_transcripts,
            "coders": list(self.coders),
            "codes": {
                code: {"name": self.name_of(code), **{name: result.as_json() for name, result in results.items()}}
                for code, results in first.codes.items()
            },
            "format": FORMAT,
            "headline_coders": list(head.coders),
            **self._settings(),
            "pairs": [agreement.as_json() for agreement in self.agreements],
            "model": self.model,
            "model_beside_humans": {scope: comparison.as_json() for scope, comparison in self.comparisons.items()},
            "model_coders": {
                name: {
                    "imported": self.imported.get(name),
                    "beside_humans": {scope: comparison.as_json() for scope, comparison in scopes.items()},
                }
                for name, scopes in self.others.items()
            },
            "second_coder": {
                name: {code: judged.as_json() for code, judged in by_code.items()}
                for name, by_code in self.second_coders.items()
            },
            "plan": self._plan(),
            "by_attribute": [level.as_json() for level in self.levels],
            "spans": [spans.as_json() for spans in self.spans],
            "confusion": [confusion.as_json() for confusion in self.confusions],
            "disagreements": [disagreement.as_json() for disagreement in self.disagreements],
            "rolled_up": self.rolled_up.as_json() if self.rolled_up else None,
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
            "cost_benefit": self.cost_benefit,
        }

    def _plan(self) -> dict[str, Any] | None:
        if self.plan_within is None:
            return None
        return {"within": self.plan_within, "codes": {plan.code: plan.as_json() for plan in self.plan}}

    def table(self) -> pd.DataFrame:
        """A row for each group of coders, scope and code, and for all codes; then those with roll-up. Undefined is missing.

        Columns: coders (joined by " | "), units (the scope: "all" that they looked at, or those that somebody "coded"), code ("(all
        codes)" or an id), name, n (units that entered), n_both, n_first, n_second, n_neither (of two coders), a column for each
        coefficient, low and high (ends of a 95% interval over transcripts, or what else is resampled), interval_of (its coefficient),
        note (why there is no value or interval, or how to read it).
        """
        import pandas as pd

        rows = [row for agreement in self.agreements for row in self._rows(agreement, agreement.scope)]
        for agreement in self.rolled_up.agreements.values() if self.rolled_up else ():
            rows += self._rows(agreement, f"{agreement.scope}, {ROLLED_UP}")
        return pd.DataFrame(rows)

    def _rows(self, agreement: Agreement, units: str) -> list[dict[str, Any]]:
        same = {"coders": " | ".join(agreement.coders), "units": units}
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
