"""The head of the report: the main findings, and what they rest on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from secondcoder.charting.chart_data import WHOLE, ChartData
from secondcoder.charting.findings import Findings
from secondcoder.domain.wording import counted, first_of, listed
from secondcoder.labels.code_counts import NO_CASE
from secondcoder.reports.page import Block, Box, Facts


def basis_blocks(findings: Findings) -> Iterator[Block]:
    """The blocks before the first heading."""
    if findings.sentences:
        yield Box("lead", findings.sentences)
    yield Facts(list(_rests_on(findings)))


def _rests_on(findings: Findings) -> Iterator[tuple[str, str]]:
    data = findings.data
    talks = data.transcripts
    cases = [case for case in data.row_names("case") if case != NO_CASE]
    where = f" in {counted(len(cases), 'case')}" if cases else ", without cases"
    yield (
        "Material",
        f"{counted(len(talks), 'transcript')} of {counted(talks['participant'].nunique(), 'participant')}"
        f"{where}, {int(talks['words'].sum()):,} words of participants.",
    )
    yield "What counts", _counts(data)
    unread = len(talks) - data.readings.loc[data.readings["read"] == WHOLE, "transcript"].nunique()
    if unread:
        yield (
            "Not read",
            f"{unread:,} of {counted(len(talks), 'transcript')} nobody read through for any code. There a code's absence says "
            "nothing.",
        )
    if len(data.suggested):
        yield (
            "Not reviewed",
            f"{counted(len(data.suggested), 'passage')} in {counted(data.suggested['transcript'].nunique(), 'transcript')} are "
            f"only suggested by model {data.model}. They do not count, and are given apart.",
        )
    compared = findings.tables.get("comparison")
    if compared is not None and compared.loc[compared["measure"] == "balance", "difference"].notna().any():
        yield "Balance", BALANCE


def _counts(data: ChartData) -> str:
    coders = sorted({coder for names in data.counted["coders"].unique() for coder in names.split(", ") if coder})
    origins = Counter(data.counted["origin"])
    kinds = [f"{count:,} {ORIGINS.get(origin, origin)}" for origin, count in origins.most_common()]
    above = "; a sub-construct counts for its construct too" if data.roll_up else ""
    return (
        f"{counted(len(data.counted), 'passage')} of {counted(data.counted['code'].nunique(), 'code')}"
        f"{f' ({listed(kinds)})' if kinds else ''}, given by {first_of(coders, 6) or 'nobody'}. Codings of one code that share "
        f"words are one passage{above}."
    )


BALANCE = (
    "Of all passages with a valence, the share that promote less the share that inhibit: from −1 to +1 in each group of cases, so "
    "that two groups differ by 2 at most."
)
ORIGINS = {
    "independent": "coded by hand without suggestions",
    "reviewed": "decided on with suggestions on screen",
    "adjudicated": "settled by the team",
}
