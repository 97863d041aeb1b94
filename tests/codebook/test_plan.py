"""The plan of a change: what is guessed, what is asked for, what is refused."""

from __future__ import annotations

import pytest
from secondcoder.codebook.history import Kind, Step, retired_id
from secondcoder.codebook.model import Code, Codebook, Exclude
from secondcoder.codebook.plan import NamedSteps, Plan, plan_change
from secondcoder.domain.records import Coding, CodingPass
from secondcoder.errors import CodebookError
from support.change_checks import book_of, change

LUNCH = "Who explained it to whom, when, and whether over lunch or in a meeting."
ROOM = "Rooms, desks and computers that somebody has or lacks for it."


def told_book(**definitions: str) -> Codebook:
    codes = tuple(Code(id=code, name=code, definition=said) for code, said in definitions.items())
    return Codebook(id="test", title="Test", codes=codes)


def marks(*codes: str) -> list[Coding]:
    return [Coding("t", at, at + 1, code, "maria") for at, code in enumerate(codes)]


def plan(before: Codebook, after: Codebook, used: str = "", changes=(), **asked) -> Plan:
    return plan_change(before, after, marks(*used.split()), [], changes, NamedSteps(**asked))


def steps(made: Plan) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    return [(one.step.kind.value, one.step.old, one.step.new) for one in made.planned]


def test_the_same_codebook_is_no_change() -> None:
    assert not plan(book_of("AB"), book_of("AB"), "A")


def test_the_same_codebook_is_no_change_either_where_it_points_to_a_code_twice() -> None:
    exclude = Exclude(text="Otherwise said.", see=("B", "B"))
    book = Codebook(
        id="test", title="Test", codes=(Code(id="A", name="A", excludes=(exclude,)), Code(id="B", name="B"))
    )
    assert not plan(book, book, "A")


def test_what_came_what_went_and_what_is_said_otherwise() -> None:
    made = plan(told_book(A=LUNCH, B=ROOM), told_book(A="Another meaning altogether.", N=LUNCH[::-1]), "A A")
    assert steps(made) == [("retired", ("B",), ()), ("added", (), ("N",)), ("redefined", ("A",), ("A",))]
    assert [one.use.codings for one in made.planned] == [0, 0, 2]
    assert not made.touches


def test_the_same_words_under_another_id_are_guessed_to_be_a_rename() -> None:
    made = plan(told_book(A=LUNCH, B=ROOM), told_book(Y=ROOM, X=LUNCH.replace("lunch", "dinner")), "A B B")
    assert steps(made) == [("renamed", ("B",), ("Y",)), ("renamed", ("A",), ("X",))]
    assert all(one.guessed for one in made.planned)
    assert made.touches


def test_a_word_from_the_researcher_goes_before_a_guess() -> None:
    made = plan(told_book(A=LUNCH), told_book(X=LUNCH), "A", retire=("A",))
    assert steps(made) == [("retired", ("A",), ()), ("added", (), ("X",))]


def test_a_code_that_vanishes_with_codings_is_refused_with_what_to_say() -> None:
    with pytest.raises(CodebookError) as caught:
        plan(told_book(BARRIER=LUNCH, B=ROOM), told_book(BARRIERS="Quite new words.", B=ROOM), "BARRIER BARRIER")
    said = str(caught.value)
    assert said.startswith("Code 'BARRIER' is not in the new codebook, and 2 codings have it. Did you mean 'BARRIERS'?")
    assert "--rename BARRIER=NEW" in said
    assert said.endswith("The codebook was not changed.")


def test_codings_of_a_code_that_no_codebook_knew_are_not_lost_either() -> None:
    with pytest.raises(CodebookError, match="Code 'OLD' is not in the new codebook"):
        plan(book_of("A"), book_of("A"), "OLD")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"rename": {"A": "Z"}}, "the new codebook has no code 'Z'"),
        ({"rename": {"B": "N"}}, "'B' is still in the new codebook"),
        ({"rename": {"Q": "N"}}, "the present codebook has no code 'Q'"),
        ({"rename": {"A": "B"}}, "--merge A,B=B"),
        ({"split": {"A": ("N",)}}, "--rename A=N"),
        ({"split": {"A": ("N", "B")}}, "'B' is in the codebook already"),
        ({"merge": [(("A",), "N")]}, "a merge needs two codes or more"),
        ({"rename": {"A": "N"}, "retire": ("A",)}, "stands in 2 of the steps"),
        ({"rename": {"A": "N", "C": "N"}}, "name them all in one --merge"),
        ({"retire": ("B",)}, "'B' is still in the new codebook"),
        ({"restore": ("N",)}, "was never retired"),
    ],
)
def test_a_step_that_cannot_be_is_refused(asked, said: str) -> None:
    with pytest.raises(CodebookError) as caught:
        plan(book_of("ABC"), book_of("BN"), "A C", **asked)
    assert said in str(caught.value)


def test_two_codes_may_trade_names() -> None:
    made = plan(book_of("AB"), book_of("BA"), "A B", rename={"A": "B", "B": "A"})
    assert steps(made) == [("renamed", ("A",), ("B",)), ("renamed", ("B",), ("A",))]


def test_a_code_may_take_others_in_and_a_split_may_keep_the_name() -> None:
    taken = plan(book_of("ABC"), book_of("C"), "A B C", merge=[(("A", "B"), "C")])
    assert steps(taken) == [("merged", ("A", "B", "C"), ("C",))]
    parted = plan(book_of("AB"), book_of("AXB"), "A", split={"A": ("A", "X")})
    assert steps(parted) == [("split", ("A",), ("A", "X"))]


def test_what_stood_above_a_code_that_vanishes_is_kept_with_the_step() -> None:
    before = book_of(("P", "Q", "A"), Q="P", A="Q")
    assert plan(before, book_of("PQ"), "A", retire=("A",)).steps[0].above == ("Q", "P")
    assert plan(before, book_of("PQXY"), "A", split={"A": ("X", "Y")}).steps[0].above == ("Q", "P")


def test_a_retired_code_comes_back_with_its_codings() -> None:
    changes = [change(1), change(2, Step(Kind.RETIRED, ("A",)))]
    used = marks("B", retired_id("A", 2), retired_id("A", 2))
    made = plan_change(book_of("B"), book_of("AB"), used, [], changes, NamedSteps(restore=("A",)))
    assert made.steps == (Step(Kind.RESTORED, ("A",), ("A",), of=2),)
    assert made.planned[0].use.codings == 2


def test_a_code_added_under_the_name_of_a_retired_one_says_what_it_starts_without() -> None:
    retired = change(1, Step(Kind.RETIRED, ("A",)))
    made = plan(book_of("B"), book_of("AB"), f"{retired_id('A', 1)} {retired_id('A', 1)} B", (retired,))
    assert steps(made) == [("added", (), ("A",))]
    assert made.left_behind == {"A": 2}
    brought_back = plan(book_of("B"), book_of("AB"), f"{retired_id('A', 1)} B", (retired,), restore=("A",))
    assert brought_back.left_behind == {}


def test_passes_count_too() -> None:
    looked = [CodingPass("t", "maria", 0, 9, ("A", "B"))]
    made = plan_change(book_of("AB"), book_of("N"), [], looked, (), NamedSteps(merge=[(("A", "B"), "N")]))
    assert (made.planned[0].use.passes, made.touches) == (1, True)
