"""Counts and reasons in words."""

from __future__ import annotations

from secondcoder.domain.wording import counted, first_of, reasons_in_short


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


def test_of_many_words_the_first_are_named_and_the_others_counted() -> None:
    assert [first_of(list("abcd")[:n], 3) for n in (0, 1, 2, 3, 4)] == [
        "",
        "a",
        "a and b",
        "a, b and c",
        "a, b, c and 1 more",
    ]
    assert first_of([str(number) for number in range(1204)], 1) == "0 and 1,203 more"
