"""Text as it is shown: words with true offsets, acting signs named, figures in words."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from secondcoder.codebook.shipped import SHIPPED
from secondcoder.codebook.yaml_file import load_codebook
from secondcoder.domain.records import Turn
from secondcoder.domain.shown import visible
from secondcoder.review.code_colours import stripes
from secondcoder.review.text_rendering import NEIGHBOURING_WORDS, words_around
from secondcoder.review.wording import beside_suggestion, duration, likelihood, probability_meaning
from support.review_checks import suggestion, talk


@given(st.text(min_size=1, max_size=80))
def test_words_have_the_offsets_of_the_text(text: str) -> None:
    offset = 7
    found = words_around("x" * offset + text, Turn(offset, offset + len(text)), (offset, offset + len(text)))
    whole = "x" * offset + text
    shown = [whole[piece.start : piece.end] for piece in found]
    assert [word for word in shown if word] == text.split()
    assert all(piece.start <= piece.end for piece in found)


def test_the_neighbourhood_is_bounded() -> None:
    text = "word " * 1000
    found = words_around(text, Turn(0, len(text)), (2500, 2510))
    assert sum(piece.inside for piece in found) == 2
    assert len(found) == 2 + 2 * NEIGHBOURING_WORDS + 2
    assert (found[0].text, found[-1].text) == ("… ", "…")
    assert found[0].start == found[0].end == found[1].start
    assert all(piece.text == "word " for piece in words_around(text, Turn(0, len(text)), (0, 5000)))


def test_far_words_are_there_to_move_a_span_to() -> None:
    text = "word " * 1000
    found = words_around(text, Turn(0, len(text)), (2500, 2510), around=3, reach=10)
    assert [piece.far for piece in found] == [True] * 10 + [False] * (2 + 6 + 2) + [True] * 10
    shown = [piece for piece in found if piece.start < piece.end]
    assert all(piece.end + 1 == after.start for piece, after in pairwise(shown))
    assert not any(piece.far for piece in words_around(text, Turn(0, len(text)), (0, 5000), reach=10))


def test_marks_are_on_the_words_they_touch() -> None:
    found = words_around("one two three", Turn(0, 13), (0, 13), [(4, 7)])
    assert [piece.text.strip() for piece in found if piece.marked] == ["two"]


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\u200f", "\x00", "\x1b", "\ufeff", "\u2028", "\ue000"])
def test_acting_signs_are_named(sign: str) -> None:
    assert visible(f"a{sign}b") == f"a⟦U+{ord(sign):04X}⟧b"


@pytest.mark.parametrize("text", ["a\nb\tc", "שלום", "مرحبا", "é 😀", "👩\u200d👧", "<b>{{ x }}</b>"])
def test_talk_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize(
    ("score", "said"), [(0.01, "very unlikely"), (0.5, "about even"), (0.62, "rather likely"), (1.0, "very likely")]
)
def test_probability_in_words(score: float, said: str) -> None:
    assert likelihood(suggestion(talk("t1"), 0, "CO", score)) == said


@pytest.mark.parametrize(
    ("score", "said"),
    [(0.18, "18 in 100"), (0.39, "39 in 100"), (0.5, "about even (50 in 100)"), (0.9, "likely (90 in 100)")],
)
def test_no_suggestion_is_called_unlikely_beside_itself(score: float, said: str) -> None:
    assert beside_suggestion(suggestion(talk("t1"), 0, "CO", score)) == said


def test_a_rank_is_called_no_probability() -> None:
    from dataclasses import replace

    ranked = replace(suggestion(talk("t1"), 0, "CO"), calibrated=False)
    assert likelihood(ranked) == "ranked, not scored"
    assert "no probability" in probability_meaning(ranked, "balanced")
    meaning = probability_meaning(suggestion(talk("t1"), 0, "CO"), "as people code")
    assert "about 60 carry" in meaning
    assert "'as people code'" in meaning
    near = replace(ranked, alternative="CP")
    assert likelihood(near) == "ranked, not scored · CO or CP: read both definitions"
    assert "CP fits it as well" in probability_meaning(near, "balanced")


@pytest.mark.parametrize(
    ("seconds", "said"), [(None, "–"), (0.2, "under 1 s"), (12.4, "12 s"), (89, "89 s"), (180, "3 min")]
)
def test_durations(seconds: float | None, said: str) -> None:
    assert duration(seconds) == said


@pytest.mark.parametrize("name", SHIPPED)
def test_families_differ_in_more_than_colour(name: str) -> None:
    looks = {(one.family, one.colour, one.pattern) for one in stripes(load_codebook(name)).values()}
    families = {family for family, _, _ in looks}
    assert len(looks) == len(families)
    if len(families) <= 6:
        assert len({pattern for _, _, pattern in looks}) == len(families)
    assert len({(hue, pattern) for _, hue, pattern in looks}) == len(families)


def test_every_acting_sign_of_unicode_is_named() -> None:
    acting = [sign for n in range(0x110000) if unicodedata.category(sign := chr(n)) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
    assert "".join(sign for sign in acting if visible(sign) == sign) == "\t\n\r\u200c\u200d"
