"""Names in file names, ids and memos."""

from __future__ import annotations

import pytest
from secondcoder.deidentification.words_elsewhere import Elsewhere, WordsElsewhere

WORDS = WordsElsewhere(
    [
        Elsewhere("Sarah Whitlock", "Alder"),
        Elsewhere("Whitlock", "Alder"),
        Elsewhere("José", "Beech"),
        Elsewhere("Hawthorn Surgery", "[practice 2]"),
        Elsewhere("May", "Cedar", sure=False),
        Elsewhere("07700 900123", "[phone number]"),
        Elsewhere("92", "[age over 89]"),
        Elsewhere("O'Brien", "Larch"),
    ]
)


@pytest.mark.parametrize(
    ("written", "now"),
    [
        ("sarah-whitlock_2.docx", "alder_2.docx"),
        ("WHITLOCK2.docx", "Alder2.docx"),
        ("jose", "beech"),
        ("Jose", "Beech"),
        ("Sarah  Whitlock said that José's phone is 07700-900123.", "Alder said that Beech's phone is [phone number]."),
        ("hawthorn_surgery", "practice-2"),
        ("Hawthorn Surgery", "[practice 2]"),
        ("O’Brien came", "Larch came"),
        ("it may rain on May", "it may rain on Cedar"),
        ("Whitlocks, Mayor, gp92", "Whitlocks, Mayor, gp92"),
        ("ask Sarah.\n\nWhitlock knows", "ask Sarah.\n\nAlder knows"),
    ],
)
def test_what_was_found_is_replaced_in_whole_words(written: str, now: str) -> None:
    assert WORDS.replace(written) == now
