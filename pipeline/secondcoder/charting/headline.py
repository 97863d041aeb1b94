"""The main findings in three sentences: what the study rests on, how far cases have integrated, and how groups of them differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from secondcoder.charting.cases.comparison_wording import in_short
from secondcoder.charting.cases.integration import MORE
from secondcoder.charting.chart_data import ChartData
from secondcoder.domain.wording import counted, listed, percent

if TYPE_CHECKING:
    import pandas as pd


def main_findings(data: ChartData, tables: Mapping[str, pd.DataFrame], refusals: Mapping[str, str]) -> Iterator[str]:
    """The sentences; where a table could not be made, why."""
    yield _rests_on(data)
    if "profile" in tables:
        yield _integrated(tables["profile"], tables["integration"])
    if "comparison" in tables:
        codes = list(tables["factors"]["code"].unique()) if "factors" in tables else []
        yield in_short(tables["comparison"], codes)
    else:
        yield refusals.get("comparison", "")


def _rests_on(data: ChartData) -> str:
    counting, talks = data.counted, len(data.transcripts)
    if counting.empty:
        return (
            f"No passage of {counted(talks, 'transcript')} counts yet: nothing was coded, and no suggestion accepted."
        )
    open_ = f"; {len(data.suggested):,} more, only suggested, do not" if len(data.suggested) else ""
    return (
        f"{counted(len(counting), 'passage')} of {counted(counting['code'].nunique(), 'code')} in "
        f"{counting['transcript'].nunique():,} of {counted(talks, 'transcript')} count{open_}."
    )


def _integrated(profile: pd.DataFrame, integration: pd.DataFrame) -> str:
    names = list(integration.loc[integration["judged"], "name"].unique())
    upper = profile[profile["group_found"] == MORE]
    by = f"By {listed(names)}"
    if profile["score"].isna().all():
        return f"How far cases have integrated cannot be said yet: no passage of {listed(names)} with a valence counts."
    if upper.empty:
        return f"{by}, cases do not fall into two groups."
    sure = upper["same_group"].min()
    return (
        f"{by}, the codes suggest that {listed(list(upper['case']))} integrated more than the others (each of them so in at least "
        f"{percent(sure)} of resamplings of the transcripts). The judgement is the researcher's."
    )
