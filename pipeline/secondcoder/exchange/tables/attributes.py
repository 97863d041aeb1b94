"""Further columns of a table or a manifest: attributes of cases, or of single transcripts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def constant_within(
    groups: Iterable[tuple[str, Mapping[str, str]]], columns: Iterable[str]
) -> tuple[dict[str, dict[str, str]], set[str]]:
    """Attributes by group, and the columns that vary within some group and so are none.

    Args:
        groups: (group, cells) a row; rows of one group may stand anywhere.
        columns: names of the further columns.
    """
    rows, columns = list(groups), list(columns)
    values: dict[str, dict[str, set[str]]] = {}
    for group, cells in rows:
        for column in columns:
            if cells.get(column, "").strip():
                values.setdefault(group, {}).setdefault(column, set()).add(cells[column].strip())
    varying = {column for cells in values.values() for column, contents in cells.items() if len(contents) > 1}
    attributes = {
        group: {column: next(iter(cells[column])) for column in columns if column in cells and column not in varying}
        for group, cells in values.items()
    }
    return attributes, varying
