"""How often codes are given: in how many transcripts and cases, how often per 1,000 words, and by whom or when.

What one person said in several interviews is alike, so people are what varies: shares have intervals over participants (Korn &
Graubard 1998), rates per 1,000 words intervals by resampling participants.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from secondcoder.charting.chart_data import WHOLE, ChartData
from secondcoder.charting.choice import chosen, of_transcripts
from secondcoder.charting.matrix import NOBODY_READ, cells, with_code_or_read
from secondcoder.domain.arrays import Floats
from secondcoder.domain.wording import counted
from secondcoder.errors import InputError, did_you_mean
from secondcoder.labels.code_counts import NO_CASE
from secondcoder.statistics.cluster_bootstrap import Draws, Interval, draw_clusters, effective_clusters, interval_of
from secondcoder.statistics.proportions import Proportion

if TYPE_CHECKING:
    import pandas as pd

WORDS = 1000
SHARES = ("code", "transcripts", "transcripts_read", "share", "low", "high", "passages", "per_1000_words")
RATES = (*SHARES, "low_words", "high_words", "cases", "cases_read", "note")
BY_ATTRIBUTE = ("code", "value", *SHARES[1:], "note")
NOT_STATED = "not stated"
ONE_PERSON = "the share of one participant says nothing of others"
NONE_WHOLE = "no transcript was looked through wholly, so nothing can be said per 1,000 words"


def rates(data: ChartData, codes: Iterable[str] = (), cases: Iterable[str] = ()) -> pd.DataFrame:
    """Each code's rates, in the codebook's order.

    Returns:
        code, transcripts (with it), transcripts_read (with it, or looked through wholly for it), share, low, high (95%), passages,
        per_1000_words (passages in transcripts looked through wholly, by the words of these), low_words, high_words (95%), cases (with
        it), cases_read (with it, or looked through wholly in all their transcripts), note (why a number is missing, or a caution).

    Raises:
        InputError: no such code or case.
    """
    data = chosen(data, codes, cases)
    table = _shares(data)
    by_words = _words_intervals(data)
    ends = [interval.ends if interval and interval.ends else (None, None) for interval in by_words]
    table["low_words"], table["high_words"] = _columns(ends)
    table = table.merge(_cases(data), on="code", how="left")
    notes = zip(table["note"], map(_said, by_words), map(_cases_note, table["unknown"]), strict=True)
    table["note"] = [_joined(*of_code) for of_code in notes]
    return table[list(RATES)]


def by_attribute(data: ChartData, name: str, codes: Iterable[str] = (), cases: Iterable[str] = ()) -> pd.DataFrame:
    """Each code's rates by a value that transcripts or their cases have, as "role" or "wave".

    Returns:
        code, value ("not stated" without one, last), then as `rates`; a row for each code and value.

    Raises:
        InputError: no such attribute, code or case.
    """
    import pandas as pd

    data = chosen(data, codes, cases)
    values = _values(data, name)
    parts = [
        _shares(of_transcripts(data, values == value)).assign(value=value)
        for value in sorted(values.unique(), key=lambda value: (value == NOT_STATED, value))
    ]
    order = {code: at for at, code in enumerate(data.codes["code"])}
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(BY_ATTRIBUTE))
    told: pd.DataFrame = table.sort_values("code", key=lambda code: code.map(order), kind="stable")
    return told.reset_index(drop=True)[list(BY_ATTRIBUTE)]


def _values(data: ChartData, name: str) -> pd.Series[str]:
    """What each transcript has of an attribute, in the order of `data.transcripts`."""
    talks = data.transcripts
    of_talks = [column for column in talks.columns if column not in ("transcript", "words")]
    if name in of_talks:
        values = talks[name]
    elif name in data.case_attributes:
        values = talks["case"].map(data.attribute(name)).fillna("")
    else:
        known = [*of_talks, *data.case_attributes]
        near = did_you_mean(name, known)
        raise InputError(f"Neither transcripts nor cases have '{name}'.{near} There is {', '.join(known)}.")
    stated: pd.Series[str] = values.where(values != "", NOT_STATED)
    return stated


def _shares(data: ChartData) -> pd.DataFrame:
    """SHARES and a note, a row a code; counts are missing where nobody looked."""
    import pandas as pd

    shares = _proportions(data)
    passages = data.counted["code"].value_counts()
    words = _whole_words(data).groupby("code")[["found", "words"]].sum().reindex(data.codes["code"], fill_value=0)
    table = pd.DataFrame({"code": data.codes["code"].to_numpy()})
    table["transcripts"] = [share.part for share in shares]
    table["transcripts_read"] = [share.of for share in shares]
    table["share"] = _floats(share.value for share in shares)
    table["low"], table["high"] = _columns(share.interval or (None, None) for share in shares)
    table["passages"] = table["code"].map(passages).fillna(0)
    table["per_1000_words"] = (WORDS * words["found"] / words["words"].where(words["words"] > 0)).to_numpy(dtype=float)
    table["note"] = [_share_note(*of) for of in zip(shares, words["words"], strict=True)]
    table = table.astype({"transcripts": "Int64", "transcripts_read": "Int64", "passages": "Int64"})
    table.loc[table["transcripts_read"] == 0, ["transcripts", "passages"]] = pd.NA
    return table


def _proportions(data: ChartData) -> list[Proportion]:
    """Of each code its share of transcripts, by participants."""
    known = with_code_or_read(data).merge(data.transcripts[["transcript", "participant"]], on="transcript")
    people = known.groupby(["code", "participant"])["found"].agg(["sum", "size"])
    counts = {code: [(int(n), int(of)) for n, of in there.to_numpy()] for code, there in people.groupby(level="code")}
    return [Proportion.by_cluster(counts.get(code, ())) for code in data.codes["code"]]


def _whole_words(data: ChartData) -> pd.DataFrame:
    """(transcript, code) that were looked through wholly: passages there (`found`), the transcript's words, its participant."""
    whole = data.readings[data.readings["read"] == WHOLE][["transcript", "code"]]
    counts = data.counted.groupby(["transcript", "code"]).size().rename("found").reset_index()
    table: pd.DataFrame = whole.merge(counts, on=["transcript", "code"], how="left").fillna({"found": 0})
    return table.merge(data.transcripts[["transcript", "participant", "words"]], on="transcript")


def _by_person(data: ChartData) -> Iterable[tuple[Floats, Floats]]:
    """Of each code its passages and the words looked through, an entry a participant."""
    import pandas as pd

    table = _whole_words(data).astype({"found": float, "words": float})
    people, codes = pd.Index(table["participant"].unique()), data.codes["code"]
    sums = table.groupby(["participant", "code"])[["found", "words"]].sum()
    found, words = (
        sums[name].unstack(fill_value=0).reindex(index=people, columns=codes, fill_value=0.0) for name in sums
    )
    return zip(found.to_numpy().T, words.to_numpy().T, strict=True)


def _words_intervals(data: ChartData) -> list[Interval | None]:
    """Of each code the interval of its passages per 1,000 words."""
    drawn: dict[bytes, Draws] = {}
    return [_words_interval(found, words, drawn) for found, words in _by_person(data)]


def _words_interval(found: Floats, words: Floats, drawn: dict[bytes, Draws]) -> Interval | None:
    """None where nothing was looked through, or where no blanks stand between words."""
    if not 0 <= found.sum() < words.sum():
        return None
    # Most codes were looked for in the same transcripts, so that one drawing serves them all.
    key = words.tobytes()
    drawn[key] = drawn[key] if key in drawn else draw_clusters(words, found)
    draws = drawn[key]._replace(effective=effective_clusters(found[words > 0]))
    with np.errstate(invalid="ignore"):  # without the one participant nothing is left
        values = WORDS * (draws.weights @ found) / (draws.weights @ words)
    # Passages of one code share no text: at most one a word.
    return interval_of(float(WORDS * found.sum() / words.sum()), values, draws, (0.0, float(WORDS)))


def _cases(data: ChartData) -> pd.DataFrame:
    """code, cases, cases_read, unknown: cases with transcripts of which it is not known whether the code is there."""
    table = cells(data, "case")
    table = table[(table["row"] != NO_CASE) & (table["transcripts_in_row"] > 0)]
    found = table["transcripts"].fillna(0) > 0
    known = found | (table["transcripts_read"] == table["transcripts_in_row"])
    table = table.assign(cases=found, cases_read=known, unknown=~known)
    counts: pd.DataFrame = table.groupby("code")[["cases", "cases_read", "unknown"]].sum().astype("Int64")
    counts["cases"] = counts["cases"].where(counts["cases_read"] > 0)
    return counts.reindex(data.codes["code"]).reset_index()


def _cases_note(unknown: Any) -> str:
    import pandas as pd

    if pd.isna(unknown) or not unknown:
        return ""
    return f"{counted(unknown, 'case')} without it {'was' if unknown == 1 else 'were'} not looked through wholly"


def _share_note(share: Proportion, words: float) -> str:
    if not share.of:
        return NOBODY_READ
    return _joined(ONE_PERSON if share.interval is None else "", "" if words else NONE_WHOLE)


def _said(interval: Interval | None) -> str:
    """What is to be said of an interval per 1,000 words; here clusters are participants."""
    told = (interval.reason or interval.note).replace("cluster", "participant") if interval else ""
    return f"per 1,000 words: {told}" if told else ""


def _joined(*notes: str) -> str:
    return "; ".join(filter(None, notes))


def _columns(ends: Iterable[tuple[float | None, float | None]]) -> tuple[Any, Any]:
    """Two columns of numbers of pairs."""
    pairs = list(ends)
    return _floats(low for low, _ in pairs), _floats(high for _, high in pairs)


def _floats(values: Iterable[float | None]) -> Any:
    """NaN for None, so that an empty column is one of numbers too."""
    return np.array([np.nan if value is None else value for value in values], dtype=float)
