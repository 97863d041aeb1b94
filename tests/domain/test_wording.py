"""Counts and reasons in words."""

from __future__ import annotations

from secondcoder.domain.wording import counted, reasons_in_short


def test_one_is_singular() -> None:
    assert [counted(n, "case") for n in (0, 1, 2, 1204)] == ["0 cases", "1 case", "2 cases", "1,204 cases"]
    assert [counted(n, "coding has", "codings have") for n in (1, 2)] == ["1 coding has", "2 codings have"]


def test_codes_that_nobody_used_stand_in_one_line() -> None:
    looked = {
        code: f"Nobody has used it yet; {n} passages were looked at."
        for code, n in zip("ABC", (9, 40, 12), strict=True)
    }
    others = {"D": "3 examples in 2 transcripts.", "E": "4 examples in 2 transcripts."}
    assert reasons_in_short({**looked, **others}) == [
        (["A", "B", "C"], "Nobody has used it yet; 9 to 40 passages were looked at."),
        (["D"], others["D"]),
        (["E"], others["E"]),
    ]
    assert reasons_in_short(dict.fromkeys("AB", looked["A"])) == [(["A", "B"], looked["A"])]
