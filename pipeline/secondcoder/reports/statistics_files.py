"""A table for statistics with labels: CSV for R with its variables beside it, Stata (.dta) or SPSS (.sav), by suffix."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from secondcoder.errors import InputError, did_you_mean
from secondcoder.reports.tables import EPOCH, csv_text, neutral_cell
from secondcoder.reports.variable_names import variable_names
from secondcoder.reports.whole_file import scratch, write_whole

if TYPE_CHECKING:
    import pandas as pd

YES_NO: Mapping[Any, str] = {0: "not coded", 1: "coded"}
STATA_LABEL, SPSS_LABEL = 80, 250
"""Characters of a variable's label in Stata, bytes in SPSS (255 and less)."""
UNSEEN = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True)
class Variable:
    """A column.

    Attributes:
        word: what its name is made from; `label` what it is called.
        kind: of its values: "text", "number", or "code" for 1, 0 and None where nobody knows.
        about: more than a label says, such as a code's definition.
    """

    word: str
    label: str
    kind: str = "text"
    about: str = ""


def check_statistics_suffix(path: Path) -> None:
    """InputError for a file of another suffix, before the work that fills it."""
    if path.suffix.lower() not in WRITERS:
        near = did_you_mean(path.suffix.lower(), WRITERS)
        raise InputError(
            f"{path.name}: tables for statistics are written as {', '.join(WRITERS)}, by suffix.{near} Nothing was written."
        )


def write_statistics(path: Path, variables: Sequence[Variable], rows: Sequence[Sequence[Any]]) -> list[Path]:
    """Write the table, whole or not at all; returns the files.

    Args:
        rows: a value a variable: text, a number, or None for a missing one.
    """
    import pandas as pd

    check_statistics_suffix(path)
    names = variable_names(variable.word for variable in variables)
    columns = zip(*rows, strict=True) if rows else ([] for _ in variables)
    table = pd.DataFrame(
        {name: _column(values, variable) for name, values, variable in zip(names, columns, variables, strict=True)}
    )
    write_whole(path, WRITERS[path.suffix.lower()](table, variables))
    if path.suffix.lower() != ".csv":
        return [path]
    beside = path.with_name(f"{path.stem}-variables.csv")
    write_whole(beside, csv_text(_described(names, variables)).encode())
    return [path, beside]


def _column(values: Sequence[Any], variable: Variable) -> pd.Series[Any]:
    import pandas as pd

    if variable.kind == "text":
        return pd.Series(["" if value is None else UNSEEN.sub(" ", str(value)) for value in values], dtype=object)
    return pd.Series(values, dtype="float64")


def _described(names: Sequence[str], variables: Sequence[Variable]) -> pd.DataFrame:
    import pandas as pd

    values = {
        "code": "; ".join(f"{value} {word}" for value, word in YES_NO.items()) + "; empty: not looked for",
        "number": "number",
    }
    rows = [
        (name, each.label, values.get(each.kind, "text"), each.about)
        for name, each in zip(names, variables, strict=True)
    ]
    return pd.DataFrame(rows, columns=["variable", "label", "values", "about"])


def _csv(table: pd.DataFrame, variables: Sequence[Variable]) -> bytes:
    """Without a byte order mark, which R would take for a part of the first name; whole numbers as such, missing ones empty."""
    plain = table.copy()
    for name, variable in _named(table, variables).items():
        plain[name] = table[name].map(neutral_cell) if variable.kind == "text" else _whole(table[name])
    # Not all text quoted: quotation marks would make text of a missing number.
    return str(plain.to_csv(index=False, lineterminator="\n")).encode()


def _named(table: pd.DataFrame, variables: Sequence[Variable]) -> dict[str, Variable]:
    return dict(zip(map(str, table), variables, strict=True))


def _whole(column: pd.Series[Any]) -> pd.Series[Any]:
    return column.astype("Int64") if (column.dropna() % 1 == 0).all() else column


def _dta(table: pd.DataFrame, variables: Sequence[Variable]) -> bytes:
    out, named = io.BytesIO(), _named(table, variables)
    table.to_stata(
        out,
        write_index=False,
        version=118,  # the first with Unicode
        time_stamp=datetime(*EPOCH[:3]),
        variable_labels={name: each.label[:STATA_LABEL] for name, each in named.items()},
        value_labels={name: {**YES_NO} for name, each in named.items() if each.kind == "code"},
    )
    return out.getvalue()


def _sav(table: pd.DataFrame, variables: Sequence[Variable]) -> bytes:
    import pyreadstat

    named = _named(table, variables)
    with scratch() as folder:
        draft = folder / "table.sav"  # the library writes files alone
        pyreadstat.write_sav(
            table,
            draft,
            column_labels=[_bytes(each.label, SPSS_LABEL) for each in variables],
            variable_value_labels={name: {**YES_NO} for name, each in named.items() if each.kind == "code"},
            variable_measure={name: "scale" if each.kind == "number" else "nominal" for name, each in named.items()},
            variable_format={name: "F1.0" for name, each in named.items() if each.kind == "code"},
        )
        return draft.read_bytes()


def _bytes(text: str, most: int) -> str:
    """As much of a text as its UTF-8 has bytes."""
    return text.encode()[:most].decode(errors="ignore")


WRITERS: Mapping[str, Callable[[pd.DataFrame, Sequence[Variable]], bytes]] = {".csv": _csv, ".dta": _dta, ".sav": _sav}
