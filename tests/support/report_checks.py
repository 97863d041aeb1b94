"""What a report says, read back from its page; and the same figures, counted again from the exported tables one by one."""

from __future__ import annotations

import csv
from collections import Counter
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path
from typing import Any

VOID = {"meta", "br", "img", "link", "input", "path", "circle", "rect", "use"}
Rows = list[list[list[str]]]


class Page(HTMLParser):
    """A page: caption -> the rows of its table, each cell as its pieces of text; ids, links and titles; whether all tags close."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tables: dict[str, Rows] = {}
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.titles: list[str] = []
        self.paragraphs: list[str] = []
        self.open: list[str] = []
        self._caption, self._rows = "", list[list[list[str]]]()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "table":
            self._caption, self._rows = "", []
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("td", "th"):
            self._rows[-1].append([])
        elif tag in ("p", "dd"):
            self.paragraphs.append("")
        elif tag == "title" and "svg" in self.open:
            self.titles.append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        if tag == "table":
            assert self._caption not in self.tables
            self.tables[self._caption] = self._rows

    def handle_data(self, data: str) -> None:
        if {"td", "th"} & set(self.open) and data.strip():
            self._rows[-1][-1].append(" ".join(data.split()))
        elif "caption" in self.open:
            self._caption += data
        elif self.open[-1:] == ["title"] and "svg" in self.open:
            self.titles[-1] += data
        elif {"p", "dd"} & set(self.open) and self.paragraphs:
            self.paragraphs[-1] += data

    @property
    def ids(self) -> list[str]:
        return [str(attributes["id"]) for _, attributes in self.tags if "id" in attributes]

    @property
    def links(self) -> list[str]:
        return [str(attributes["href"])[1:] for tag, attributes in self.tags if tag == "a" and "href" in attributes]


class Exported:
    """The tables of a folder, as text; and what is counted again from the five that all rest on."""

    def __init__(self, folder: Path) -> None:
        self.tables = {path.stem: _rows(path) for path in folder.glob("*.csv")}
        self.case = {row["transcript"]: row["case"] for row in self.tables["transcripts"]}
        self.about = {row["transcript"]: row for row in self.tables["transcripts"]}
        self.names = {row["code"]: row["name"] for row in self.tables["codes"]}
        self.counting = [row for row in self.tables["passages"] if row["counts"] == "True"]
        self.suggested = [row for row in self.tables["passages"] if row["counts"] != "True"]
        self.whole = {(row["transcript"], row["code"]) for row in self.tables["readings"] if row["read"] == "whole"}
        self.cases = sorted(set(self.case.values()) | {row["case"] for row in self.tables["cases"]})

    def label(self, code: str) -> str:
        return f"{code} {self.names[code]}"

    def of(self, code: str, talks: set[str]) -> list[dict[str, str]]:
        """Passages that count."""
        return [row for row in self.counting if row["code"] == code and row["transcript"] in talks]

    def talks(self, **about: str) -> set[str]:
        """Transcripts with these values."""
        return {talk for talk, row in self.about.items() if all(row[name] == value for name, value in about.items())}

    def known(self, code: str, talks: set[str]) -> tuple[int, int]:
        """With the code, and with it or read whole for it."""
        having = {row["transcript"] for row in self.of(code, talks)}
        return len(having), len(having | {talk for talk in talks if (talk, code) in self.whole})

    def sides(self, code: str, talks: set[str]) -> Counter[str]:
        return Counter(row["valence"] for row in self.of(code, talks))

    def per_1000_words(self, code: str, talks: set[str]) -> float:
        whole = {talk for talk in talks if (talk, code) in self.whole}
        return 1000 * len(self.of(code, whole)) / sum(int(self.about[talk]["words"]) for talk in whole)

    def row(self, table: str, **values: str) -> dict[str, str]:
        """The one row of a table."""
        (found,) = [row for row in self.tables[table] if all(row[name] == value for name, value in values.items())]
        return found

    def pairs(self, code: str, other: str) -> int:
        """Pairs of passages that share text."""
        return sum(
            one["transcript"] == two["transcript"]
            and int(one["start"]) < int(two["end"])
            and int(two["start"]) < int(one["end"])
            for one in self.of(code, set(self.case))
            for two in self.of(other, set(self.case))
        )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def signs(sides: Counter[str]) -> list[str]:
    """'+4 ±1 −6' as one piece of text, none of nothing."""
    parts = [
        f"{sign}{sides[side]}" for sign, side in (("+", "promotes"), ("±", "mixed"), ("−", "inhibits")) if sides[side]
    ]
    return [" ".join(parts)] if parts else []


def rounded(value: str | float, digits: int = 2) -> str:
    """As the page writes it."""
    return "–" if value == "" else f"{float(value):.{digits}f}".replace("-", "−")


def percent(value: str | float) -> str:
    return "–" if value == "" else f"{float(value):.0%}".replace("-", "−")


def ends(row: dict[str, Any], low: str, high: str, written: Any = rounded) -> list[str]:
    """An interval as one piece of text, none without one."""
    return [f"{written(row[low])} to {written(row[high])}"] if row[low] and row[high] else []


def balance(sides: Counter[str]) -> float | None:
    given = sides["promotes"] + sides["mixed"] + sides["inhibits"]
    return (sides["promotes"] - sides["inhibits"]) / given if given else None


def exact_p(values: list[tuple[float, float]], first: int) -> float:
    """Two-sided p of a difference of two ratios of sums, over all ways to choose `first` of the cases; (part, of) a case."""
    everyone = range(len(values))

    def difference(chosen: tuple[int, ...]) -> float:
        sums = []
        for side in (chosen, tuple(set(everyone) - set(chosen))):
            part, of = (sum(values[case][at] for case in side) for at in (0, 1))
            sums.append(part / of)
        return sums[0] - sums[1]

    found = difference(tuple(range(first)))
    every = [difference(chosen) for chosen in combinations(everyone, first)]
    up, down = (sum(sign * each >= sign * found - 1e-9 for each in every) / len(every) for sign in (1, -1))
    return min(1.0, 2 * min(up, down))
