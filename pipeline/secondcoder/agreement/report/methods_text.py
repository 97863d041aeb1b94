"""A methods section to copy, fit for COREQ items 24 to 27."""

from __future__ import annotations

from secondcoder.agreement.coefficients import coefficients
from secondcoder.agreement.report.report import AgreementReport
from secondcoder.agreement.roll_up import MEANING, ROLLED_UP
from secondcoder.domain.wording import counted, listed

COREQ = "COREQ items 24 to 27 (Tong, Sainsbury & Craig 2007, doi:10.1093/intqhc/mzm042)"


def methods(report: AgreementReport) -> list[str]:
    """A methods section to copy, with the COREQ items that it answers."""
    from importlib.metadata import version as installed

    book = report.codebook
    named = [coefficient.methods_name for coefficient in coefficients().values() if coefficient.methods_name]
    humans = report.humans
    made = f"{counted(len(humans), 'coder')} ({listed(humans)})" if humans else "no human coder"
    model = (
        f" A supervised classifier ({report.model}) was treated as a further coder under its own name; only suggestions for "
        "transcripts on which it had not been trained were used."
        if report.model
        else ""
    )
    model += "".join(f" {imported_sentence(report, name)}" for name in report.others)
    margin = (
        f" Non-inferiority of model-human to human-human agreement was judged against a margin of "
        f"{report.margin:g}{_stated(report)}, by the one-sided 97.5% lower bound of the difference."
        if report.margin is not None and (report.model or report.others)
        else ""
    )
    margin += (
        " The alternative annotator test (Calderon, Reichart & Dror 2025, arXiv:2501.10970) was run for each code with "
        f"ε = {report.cost_benefit:g} on the {report.kind.many} to which the model or a coder gave it, with errors between "
        f"{report.clustered_by}s."
        if any(report.second_coders.values())
        else ""
    )
    return [
        f"Data coders (item 24): {made} coded independently; codings made after seeing a suggestion or in adjudication did not "
        f"count.{model}",
        f"Coding tree (item 25): codebook '{book.title}', version {book.version}, of which {counted(len(report.codes), 'code')} "
        f"{'was' if len(report.codes) == 1 else 'were'} compared. Derivation of themes (item 26): from the codebook"
        + (f" ({book.source.rstrip('.')})." if book.source else "."),
        f"Agreement was computed on {counted(report.n_units, report.kind.one, report.kind.many)} of participants' speech in "
        f"{counted(report.n_transcripts, 'transcript')}, restricted to what the coding passes of both coders covered. We report "
        f"{listed(named)} for each code, and Krippendorff's alpha with MASI distance over sets of codes, each over all units and over "
        f"the units that at least one coder coded. Codings counted as they were made{_roll_up(report)}. 95% intervals come from "
        f"{report.rounds:,} bootstrap rounds over {report.clustered_by}s, with Student's t and the effective number "
        f"of clusters on Fisher's z scale.{margin}",
        f"Software (item 27): secondcoder {installed('secondcoder')}.",
    ]


def imported_sentence(report: AgreementReport, name: str) -> str:
    """Where a model coder's codings are from, and as what they count."""
    when = f" on {report.imported[name]}" if report.imported.get(name) else ""
    return (
        f"The codings of {name} were made by another model and imported{when}; they counted as those of a further coder of "
        "this name, never as a person's."
    )


def _stated(report: AgreementReport) -> str:
    return f" ({report.margin_record.words})" if report.margin_record else ""


def _roll_up(report: AgreementReport) -> str:
    return f"; a second row is {ROLLED_UP} ({MEANING})" if report.rolled_up else ""
