"""The levels at which a programme works (patient, practice, community), case by case and wave by wave: evidence for and against.

Where the codebook has codes for a level, their passages are the evidence. Else it is found: of all coded passages the share NEAREST
that are most like a sentence of the level's definition, in meaning (or, of many passages, in words), each for the level that it is
nearest to. What is found so is a reading list, and no finding: whether work at a level goes on is for the researcher to say, by a
traffic light.

A passage speaks for a level where its codings promote, against where they inhibit, and may do either where they differ, are mixed, or
have no valence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from secondcoder.charting.cases.counts import cases_of
from secondcoder.charting.chart_data import ChartData
from secondcoder.charting.notes import LEVEL, Notes, light_of
from secondcoder.configuration import LevelSettings
from secondcoder.domain.arrays import Floats, Vectors
from secondcoder.domain.spans import share_text
from secondcoder.domain.wording import listed
from secondcoder.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

Embed = Callable[[Sequence[str]], Vectors]
"""Texts -> unit rows (n, d), as an embedder gives them."""
NEAREST = 0.05
MOST_EMBEDDED = 1000
"""Of more passages than these, likeness is that of words, so that no report waits for a language model."""
FOR, AGAINST, EITHER = "for", "against", "either"
SIDES = {"promotes": FOR, "inhibits": AGAINST, "mixed": EITHER}
BY_CODE = "passages coded {codes}"
FOUND = "found by likeness of {what} to the definition, not coded as such: read them before you judge"
NO_TALK = "no interview"
COLUMNS = ("case", "level", "wave", "evidence_for", "evidence_against", "evidence_either", "light", "note")
EVIDENCE = ("case", "level", "wave", "passage", "side", "likeness")


def component_levels(
    data: ChartData, levels: Mapping[str, LevelSettings], notes: Notes | None = None, embed: Embed | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two tables: a row a case, level and wave, and a row a passage that is evidence there, the most like first.

    Args:
        levels: name -> definition and codes, as in `charting.levels`.
        embed: gives vectors for likeness of meaning; without it, and of many passages, it is that of words.

    Columns of the first: case, level, wave, evidence_for, evidence_against, evidence_either (numbers of passages), light (the
    researcher's), note (how the evidence was come by). Of the second: case, level, wave, passage (its number in `data.passages`), side
    ("for", "against" or "either"), likeness (None of passages that were coded).

    Raises:
        InputError: no cases, no levels, or a level names a code that there is not.
    """
    import pandas as pd

    cases = cases_of(data)
    _check(data, levels)
    places = _places(data)
    parts = [_coded(data, name, level.codes) for name, level in levels.items() if level.codes]
    parts.append(_found(places, {name: level.about for name, level in levels.items() if not level.codes}, embed))
    evidence = pd.concat([part for part in parts if len(part)] or parts)
    evidence = _apart(evidence[evidence["case"].isin(cases)])
    table = _numbers(evidence, cases, list(levels), sorted(set(data.transcripts["wave"])))
    cells = list(zip(table["case"], table["level"], table["wave"], strict=True))
    table["light"] = [light_of(notes, case, LEVEL + level, wave) for case, level, wave in cells]
    how = {name: _how(level, places, embed) for name, level in levels.items()}
    talks = set(zip(data.transcripts["case"], data.transcripts["wave"], strict=True))
    table["note"] = [how[level] if (case, wave) in talks else NO_TALK for case, level, wave in cells]
    return table[[*COLUMNS]], evidence[[*EVIDENCE]].reset_index(drop=True)


def _numbers(evidence: pd.DataFrame, cases: Sequence[str], levels: Sequence[str], waves: Sequence[str]) -> pd.DataFrame:
    """How many passages speak on each side, of every case, level and wave."""
    import pandas as pd

    every = pd.MultiIndex.from_product([cases, levels, waves], names=["case", "level", "wave"])
    sides = {
        f"evidence_{side}": evidence[evidence["side"] == side].groupby(every.names).size().reindex(every, fill_value=0)
        for side in (FOR, AGAINST, EITHER)
    }
    return pd.DataFrame(sides, index=every).reset_index()


def _check(data: ChartData, levels: Mapping[str, LevelSettings]) -> None:
    if not levels:
        raise InputError(
            "No component levels are named: a section [charting.levels] in secondcoder.toml has a line a level."
        )
    known = set(data.codes["code"])
    for name, level in levels.items():
        if missing := [code for code in level.codes if code not in known]:
            raise InputError(f"charting.levels.{name} names {listed(missing)}, and the codebook has no such code.")


def _places(data: ChartData) -> pd.DataFrame:
    """The words that carry any code, once each: passage, transcript, start, end, text, case, wave, side."""
    own = data.counted[data.counted["own"]]
    keys = ["transcript", "start", "end"]
    places = own.drop_duplicates(keys)[["passage", *keys, "text"]]
    sides = _sides(own, keys).rename("side")
    about = data.transcripts[["transcript", "case", "wave"]]
    return places.join(sides, on=keys).merge(about, on="transcript", how="left")


def _sides(passages: pd.DataFrame, keys: list[str]) -> pd.Series[str]:
    """What all valences of the same words have in common, by these words; EITHER where they differ, or there is none."""
    given = passages.assign(side=passages["valence"].map(SIDES)).dropna(subset="side")
    said = given.drop_duplicates([*keys, "side"]).groupby(keys)["side"]
    common = said.first().where(said.size() == 1, EITHER)
    every = passages.drop_duplicates(keys).set_index(keys).index
    return common.reindex(every, fill_value=EITHER)


def _coded(data: ChartData, level: str, codes: Sequence[str]) -> pd.DataFrame:
    passages = data.counted[data.counted["code"].isin(codes)]
    about = data.transcripts[["transcript", "case", "wave"]]
    keys = ["transcript", "start", "end"]
    there = passages.drop_duplicates(keys).join(_sides(passages, keys).rename("side"), on=keys)
    return there.merge(about, on="transcript").assign(level=level, likeness=np.nan)


def _found(places: pd.DataFrame, definitions: Mapping[str, str], embed: Embed | None) -> pd.DataFrame:
    """The share NEAREST of the places, for each level those that are nearest to it of all levels."""
    if places.empty or not definitions:
        return places.assign(level="", likeness=np.nan).iloc[:0]
    likeness = _likeness(places["text"].tolist(), list(definitions.values()), _chosen(places, embed))
    level, top = likeness.argmax(axis=1), likeness.max(axis=1)
    limits = np.quantile(likeness, 1 - NEAREST, axis=0)
    kept = (top >= limits[level]) & (top > 0)
    names = np.array(list(definitions))
    found: pd.DataFrame = places.assign(level=names[level], likeness=top)[kept]
    return found


def _chosen(places: pd.DataFrame, embed: Embed | None) -> Embed | None:
    return embed if len(places) <= MOST_EMBEDDED else None


def _likeness(texts: list[str], definitions: Sequence[str], embed: Embed | None) -> Floats:
    """(texts, definitions) cosine with the nearest sentence of each definition."""
    sentences = [_sentences(definition) for definition in definitions]
    asked = [sentence for own in sentences for sentence in own]
    cosines = _of_words(texts, asked) if embed is None else _of_meaning(embed(texts), embed(asked))
    ends = np.cumsum([len(own) for own in sentences])
    return np.stack([part.max(axis=1) for part in np.split(cosines, ends[:-1], axis=1)], axis=1)


def _sentences(definition: str) -> list[str]:
    plain = " ".join(definition.replace(";", ".").split())
    return [sentence.strip() for sentence in plain.split(".") if sentence.strip()] or [definition]


def _of_words(texts: list[str], asked: list[str]) -> Floats:
    from sklearn.feature_extraction.text import TfidfVectorizer

    # Words of one sign count too, or a text in Chinese has none.
    words = TfidfVectorizer(sublinear_tf=True, analyzer=lambda text: re.findall(r"\w+", text.casefold()))
    try:
        rows = words.fit_transform([*texts, *asked])
    except ValueError:  # no word at all
        return np.zeros((len(texts), len(asked)))
    return np.asarray((rows[: len(texts)] @ rows[len(texts) :].T).toarray())


def _of_meaning(vectors: Vectors, asked: Vectors) -> Floats:
    # What all passages have in common does not tell levels apart.
    centre = vectors.astype(float).mean(axis=0)
    left, right = (_unit(part - centre) for part in (vectors, asked))
    return np.asarray(left @ right.T)


def _unit(rows: Floats) -> Floats:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True).clip(1e-9))


def _apart(evidence: pd.DataFrame) -> pd.DataFrame:
    """Of passages of a level that share words, the one that is most like it, or the longest."""
    longest = (evidence["end"] - evidence["start"]).rename("length")
    order = evidence.assign(length=longest).sort_values(
        ["level", "likeness", "length", "passage"], ascending=[True, False, False, True]
    )
    taken: dict[tuple[str, str], list[tuple[int, int]]] = {}
    kept = []
    for transcript, level, start, end in zip(
        order["transcript"], order["level"], order["start"], order["end"], strict=True
    ):
        there = taken.setdefault((transcript, level), [])
        kept.append(not any(share_text((start, end), other) for other in there))
        if kept[-1]:
            there.append((start, end))
    return order[np.array(kept, dtype=bool)].sort_values(
        ["case", "level", "wave", "likeness", "passage"], ascending=[True, True, True, False, True]
    )


def _how(level: LevelSettings, places: pd.DataFrame, embed: Embed | None) -> str:
    if level.codes:
        return BY_CODE.format(codes=listed(level.codes))
    return FOUND.format(what="words" if _chosen(places, embed) is None else "meaning")
