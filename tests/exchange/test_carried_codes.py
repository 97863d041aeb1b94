"""The codes of another program's project beside those of a study."""

from __future__ import annotations

from secondcoder.codebook.model import Code, Codebook
from secondcoder.exchange.carried_codes import matched_codes, with_carried_codes
from secondcoder.exchange.registry import merged_memory

ALDER, BIRCH = (f"{digit * 8}-0000-4000-8000-000000000000" for digit in "AB")
BOOK = Codebook(
    id="own",
    title="Own",
    codes=(
        Code(id="CO", name="Coherence"),
        Code(id="CO.D", name="Differentiation", parent="CO", guid=ALDER),
        Code(id="X", name="Other"),
    ),
)
CARRIED = Codebook(
    id="project",
    title="Project",
    codes=(
        Code(id="Coherence", name="Coherence"),
        Code(id="Telling apart", name="Telling apart", parent="Coherence", guid=ALDER),
        Code(id="Trust", name="Trust", parent="Coherence", guid=BIRCH, definition="They trust it.", colour="#aa0000"),
        Code(id="Low trust", name="Low trust", parent="Trust"),
    ),
)


def test_codes_are_the_same_by_guid_before_id_and_name() -> None:
    matched = matched_codes(CARRIED, BOOK)
    assert matched.same == {"Coherence": "CO", "Telling apart": "CO.D"}
    assert [code.id for code in matched.missing] == ["Trust", "Low trust"]


def test_missing_codes_join_below_the_same_parents_with_all_that_they_carry() -> None:
    book = with_carried_codes(BOOK, CARRIED)
    assert book.ids == ("CO", "CO.D", "Trust", "Low trust", "X")
    assert book.ancestors("Low trust") == ("Trust", "CO")
    assert (book["Trust"].definition, book["Trust"].colour, book["Trust"].guid) == ("They trust it.", "#aa0000", BIRCH)
    assert with_carried_codes(book, CARRIED) == book, "nothing joins twice"


def test_colour_and_guid_change_no_meaning() -> None:
    plain = [code.model_copy(update={"colour": "", "guid": ""}) for code in BOOK.codes]
    bare = BOOK.model_copy(update={"codes": tuple(plain)})
    assert bare.hash == BOOK.hash
    renamed = [code.model_copy(update={"name": f"{code.name}!"}) for code in BOOK.codes]
    assert BOOK.model_copy(update={"codes": tuple(renamed)}).hash != BOOK.hash


def test_memory_of_two_imports_is_joined_at_every_depth() -> None:
    first = {"guids": {"code": {"A": "1", "B": "2"}}, "sets": [1]}
    later = {"guids": {"code": {"B": "3"}, "user": {"Ana": "4"}}, "sets": [2]}
    joined = {"guids": {"code": {"A": "1", "B": "3"}, "user": {"Ana": "4"}}, "sets": [2]}
    assert merged_memory(first, later) == joined
    assert first["sets"] == [1]
