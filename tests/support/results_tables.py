"""Invented tables as `secondcoder chart` writes them, for what is made from them."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

CASES = ("Ash", "Birch", "Elm", "Oak_2")
TRANSCRIPTS = {"Ash": 4, "Birch": 3, "Elm": 5, "Oak_2": 2}
CODES = {"CO": "Coherence", "CO.DIF": "Differentiation", "CA": "Collective *action*", "RM": "Reflexive monitoring"}
HOSTILE = "She said <b>no</b> | [really] *never*\n# not a heading"
SEEN = (3, 4, 6, 6)


def invented_tables(seed: int = 0) -> dict[str, pd.DataFrame]:
    """All tables, with nobody speaking of RM, and Oak_2 not read for anything."""
    rng = np.random.default_rng(seed)
    cells = pd.DataFrame([_cell(case, code, rng) for case in CASES for code in CODES])
    return {
        "cells": cells,
        "quotes": pd.DataFrame(
            [_quote(case, code, rank) for case in CASES[:3] for code in ("CO", "CA") for rank in (1, 2)]
        ),
        "integration": pd.DataFrame([_light(case, code, rng) for case in CASES for code in ("CO", "CA")]),
        "factors": pd.DataFrame(
            {
                "case": CASES,
                "code": "F1",
                "code_name": "GP buy-in",
                "presence": ["present", "mixed", "not spoken of", "not read"],
                "promotes": [3, 1, 0, 0],
                "inhibits": [0, 2, 0, 0],
                "mixed": 0,
                "transcripts": [2, 2, 0, 0],
            }
        ),
        "comparison": pd.DataFrame([_difference(n) for n in range(7)]),
        "corrected": pd.DataFrame(
            [
                {
                    "code": "CO",
                    "of": "all",
                    "kind": "all",
                    "plain_rate": 0.123,
                    "rate": 0.157,
                    "low": 0.101,
                    "high": 0.219,
                }
            ]
        ),
        "occurrence": pd.DataFrame(
            [{"code": "CO", "unit": "transcript", "of": 14, "found": 9, "estimate": 10.4, "low": 9.0, "high": 12.6}]
        ),
        "saturation": pd.DataFrame(
            {
                "step": [1, 2, 3, 4],
                "transcripts": [5, 6, 7, 8],
                "codes_seen": SEEN,
                "low": [1, 3, 5, 6],
                "high": [5, 6, 6, 6],
            }
        ),
    }


def _cell(case: str, code: str, rng: np.random.Generator) -> dict[str, object]:
    read = 0 if case == "Oak_2" else TRANSCRIPTS[case]
    given = [int(n) for n in rng.integers(2, 30, 4)] if read and code != "RM" else [0] * 4
    return {
        "row": case,
        "row_kind": "case",
        "code": code,
        "code_name": CODES[code],
        "passages": sum(given),
        "transcripts": min(read, sum(given)) - (case == "Elm") if sum(given) else 0,
        "transcripts_read": read,
        **dict(zip(("promotes", "inhibits", "mixed", "no_valence"), given, strict=True)),
        "suggested_only": int(rng.integers(40, 60)) if case == "Ash" else 0,
        "summary": "They <all> had lunch together." if (case, code) == ("Ash", "CO") else "",
    }


def _quote(case: str, code: str, rank: int) -> dict[str, object]:
    return {
        "row": case,
        "code": code,
        "rank": rank,
        "transcript": f"{case}_gp",
        "participant": f"{case} P1",
        "role": "GP",
        "wave": "late" if case != "Elm" else None,
        "case": case,
        "text": HOSTILE
        if (case, code, rank) == ("Ash", "CO", 1)
        else f"What {case} said, the {'first' if rank == 1 else 'next'}.",
        "valence": "promotes" if rank == 1 else "inhibits",
    }


def _light(case: str, code: str, rng: np.random.Generator) -> dict[str, object]:
    promotes, inhibits = (int(n) for n in rng.integers(61, 90, 2))
    return {
        "case": case,
        "construct": CODES[code],
        "passages": promotes + inhibits,
        "promotes": promotes,
        "inhibits": inhibits,
        "mixed": 0,
        "share_promoting": promotes / (promotes + inhibits),
        "light": {"Ash": "green", "Birch": "green", "Elm": "amber"}.get(case, ""),
        "note": "only 4 transcripts: read the interval as a rough guide",
    }


def _difference(n: int) -> dict[str, object]:
    return {
        "code": "CO",
        "code_name": "Coherence",
        "measure": "share of transcripts",
        "attribute": "integration",
        "first": "full",
        "second": "partial",
        "first_cases": 3,
        "second_cases": 4,
        "first_value": 0.5,
        "second_value": 0.4,
        "difference": 0.1,
        "low": -0.2,
        "high": 0.4,
        "p": math.nan if n == 3 else 0.9 - n / 10,
        "smallest_p": 0.029,
        "sentence": f"Sentence {'abcdefg'[n]}: seven cases cannot carry a claim.",
    }
