"""Spans, units, and what becomes of codings and passes."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from secondcoder.agreement.errors import RatingsError
from secondcoder.agreement.reliability_data import ReliabilityData, build_reliability_data
from secondcoder.agreement.units import KINDS, kind_named, make_units
from secondcoder.domain.records import Coding, CodingPass, Origin, SpeakerRole, Transcript, Turn
from secondcoder.domain.spans import coded_turns
from support.agreement_checks import BOOK, STEADY, coding, interview, segments_of, whole

TALK = interview(
    "t1", ["We had no idea. It came one day. Nobody asked.", "She sat in the corner.", "It works now. I like it."]
)
SEGMENTS = segments_of(TALK)


def test_interviewers_turns_are_no_units() -> None:
    for name, kind in KINDS.items():
        units = make_units(kind, [TALK], SEGMENTS, {TALK.id: [0, 30]}, words=5)
        words = " ".join(TALK.text[start:end] for unit in units for start, end in unit.pieces)
        assert "Question" not in words, name
        assert "corner" in words, name


def test_a_segment_in_an_interviewers_turn_does_not_count() -> None:
    asked = segments_of(TALK)[0]
    wrong = type(asked)(TALK.id, 99, TALK.turns[0].start, TALK.turns[0].end, "", 0)
    assert len(make_units(KINDS["segment"], [TALK], [*SEGMENTS, wrong])) == len(SEGMENTS)


def test_turns_without_known_roles_all_count_and_so_does_a_text_without_turns() -> None:
    nobody = Transcript("x", "A: hi\nB: ho", (Turn(3, 5, "A"), Turn(9, 11, "B")))
    assert coded_turns(nobody) == ((3, 5), (9, 11))
    assert coded_turns(Transcript("y", "just text", ())) == ((0, 9),)
    assert coded_turns(Transcript("z", "I: ?", (Turn(3, 4, "I", SpeakerRole.INTERVIEWER),))) == ()


def test_passages_are_about_as_long_as_asked_and_lose_nothing() -> None:
    rng = np.random.default_rng(0)
    answers = [" ".join(["word"] * int(size)) + "." for size in rng.integers(1, 120, 40)]
    long = interview("long", answers)
    units = make_units(KINDS["passage"], [long], words=50)
    counts = [sum(len(long.text[a:b].split()) for a, b in unit.pieces) for unit in units]
    assert sum(counts) == sum(len(answer.split()) for answer in answers)
    assert all(37 <= count <= 75 for count in counts[:-1])
    ends = [unit.end for unit in units]
    assert ends == sorted(ends)


def test_a_passage_prefers_the_end_of_a_sentence() -> None:
    talk = interview("p", ["one two three four. five six seven eight nine ten. eleven twelve"])
    units = make_units(KINDS["passage"], [talk], words=5)
    assert talk.text[slice(*units[0].pieces[0])] == "one two three four."


def test_characters_are_runs_with_their_length() -> None:
    start = TALK.text.index("It came")
    units = make_units(KINDS["character"], [TALK], edges={TALK.id: [start, start + 7]})
    run = next(unit for unit in units if unit.start == start)
    assert run.weight == 7
    assert sum(unit.weight for unit in units) == sum(end - begin for begin, end in coded_turns(TALK))


def test_unknown_unit_names_the_nearest() -> None:
    assert kind_named("segments") is KINDS["segment"]
    with pytest.raises(RatingsError, match=r"Did you mean 'passage'\?"):
        kind_named("pasage")


def data(codings: list, passes: list, kind: str = "segment", **options: object) -> ReliabilityData:
    edges = {TALK.id: [place for one in (*codings, *passes) for place in (one.start, one.end)]}
    units = make_units(KINDS[kind], [TALK], SEGMENTS, edges)
    return build_reliability_data(
        [TALK], units, codings, passes, coders=("A", "B"), codes=BOOK.ids, kind=KINDS[kind], **options
    )  # type: ignore[arg-type]


def marked(made: ReliabilityData, coder: str, code: str) -> list[str]:
    at = made.marks[:, made.coders.index(coder), made.codes.index(code)]
    return [TALK.text[unit.start : unit.end] for unit, yes in zip(made.units, at, strict=True) if yes]


def test_a_short_span_and_a_long_one_both_reach_their_segments() -> None:
    made = data(
        [coding(TALK, "no idea", "COH", "A"), coding(TALK, "We had no idea. It came one day.", "COH", "B")],
        [whole(TALK, "A"), whole(TALK, "B")],
    )
    assert marked(made, "A", "COH") == ["We had no idea."]
    assert marked(made, "B", "COH") == ["We had no idea.", "It came one day."]


def test_less_than_half_of_both_carries_nothing_and_is_counted() -> None:
    # A third of the span in each of three segments, a third of no segment's text.
    long = "day. Nobody asked."
    strict = data([coding(TALK, "idea. It", "COH", "A")], [whole(TALK, "A")], overlap=0.9)
    assert marked(strict, "A", "COH") == []
    assert [(missing.coder, missing.code) for missing in strict.unplaced] == [("A", "COH")]
    made = data([coding(TALK, long, "COH", "A")], [whole(TALK, "A")])
    assert marked(made, "A", "COH") == ["Nobody asked."]
    assert made.unplaced == ()


def test_without_a_pass_nothing_is_known() -> None:
    made = data([coding(TALK, "no idea", "COH", "A"), coding(TALK, "no idea", "COH", "B")], [whole(TALK, "A")])
    assert made.known[:, 0].all()
    assert not made.known[:, 1].any()
    assert not made.marks[:, 1].any()
    assert not made.looked_at().any()


def test_a_pass_counts_only_where_and_for_what_it_was_made() -> None:
    second = TALK.turns[3]
    part = CodingPass(TALK.id, "A", second.start, second.end, ("COH", "ACT"))
    made = data([], [part, whole(TALK, "B")])
    looked = made.known[:, 0]
    assert [TALK.text[unit.start : unit.end] for unit, yes in zip(made.units, looked.any(1), strict=True) if yes] == [
        "She sat in the corner."
    ]
    assert looked.any(0).tolist() == [True, False, True, False]


def test_two_passes_that_meet_cover_what_lies_across() -> None:
    middle = TALK.text.index("came")
    halves = [
        CodingPass(TALK.id, "A", 0, middle, BOOK.ids),
        CodingPass(TALK.id, "A", middle, len(TALK.text), BOOK.ids),
    ]
    assert data([], halves).known[:, 0].all()
    assert not data([], halves[:1]).known[:, 0].all()


@pytest.mark.parametrize("origin", [Origin.ADJUDICATED, Origin.REVIEWED])
def test_only_independent_codings_are_marks(origin: Origin) -> None:
    made = data([coding(TALK, "no idea", "COH", "A", origin=origin)], [whole(TALK, "A")])
    assert not made.marks.any()


def test_a_look_at_suggestions_is_no_independent_pass() -> None:
    reviewed = CodingPass(TALK.id, "A", 0, len(TALK.text), BOOK.ids, Origin.REVIEWED)
    made = data([coding(TALK, "no idea", "COH", "A")], [reviewed, whole(TALK, "B")])
    assert not made.known[:, 0].any()
    assert not made.marks.any()
    assert made.known[:, 1].all()


def test_what_was_passed_over_before_a_suggestion_stays_a_no() -> None:
    # A looked alone and marked nothing there; accepting a suggestion later must not take that judgement away.
    made = data([coding(TALK, "no idea", "COH", "A", origin=Origin.REVIEWED)], [whole(TALK, "A")])
    assert made.known[:, 0].all()
    assert not made.marks.any()


texts = st.sampled_from(
    [(s, e) for s in range(0, len(TALK.text), 7) for e in (s + 5, s + 24, s + 70) if e <= len(TALK.text)]
)
some_codings = st.lists(
    st.builds(
        lambda span, code, who: Coding("t1", *span, code, who),
        texts,
        st.sampled_from(BOOK.ids[:2]),
        st.sampled_from("AB"),
    ),
    max_size=6,
)
some_passes = st.lists(
    st.builds(
        lambda span, codes, who: CodingPass("t1", who, *span, codes),
        texts,
        st.sampled_from([BOOK.ids[:1], BOOK.ids[:2]]),
        st.sampled_from("AB"),
    ),
    max_size=6,
)


@STEADY
@given(some_codings, some_passes)
def test_reliability_data_are_what_counting_characters_gives(codings: list[Coding], passes: list[CodingPass]) -> None:
    made = data(codings, passes)
    for (at, unit), (who, coder), (column, code) in product(
        enumerate(made.units), enumerate("AB"), enumerate(BOOK.ids[:2])
    ):
        here = set(range(unit.start, unit.end))
        looked = {
            at
            for coding_pass in passes
            if coding_pass.coder == coder and code in coding_pass.codes
            for at in range(coding_pass.start, coding_pass.end)
        }
        known = all(at in looked or TALK.text[at].isspace() for at in here)
        carried = any(
            2 * len(here & part) >= min(len(here), len(part)) and here & part
            for one in codings
            if (one.coder, one.code) == (coder, code)
            for part in parts_of(one)
        )
        assert made.known[at, who, column] == known
        assert made.marks[at, who, column] == (known and carried)


def parts_of(one: Coding) -> list[set[int]]:
    """A coding's characters in each answer, and those in all of them."""
    answers = [turn for turn in TALK.turns if turn.role is not SpeakerRole.INTERVIEWER]
    parts = [set(range(turn.start, turn.end)) & set(range(one.start, one.end)) for turn in answers]
    return [*parts, set().union(*parts)]


def test_adjudication_takes_no_silence_away() -> None:
    made = data([coding(TALK, "no idea", "COH", "A", origin=Origin.ADJUDICATED)], [whole(TALK, "A")])
    assert made.known[:, 0].all()


def test_parents_count_when_asked() -> None:
    wider = {code: BOOK.ancestors(code) for code in BOOK.ids}
    made = data([coding(TALK, "no idea", "COH.DIF", "A")], [whole(TALK, "A")], wider=wider)
    assert marked(made, "A", "COH") == marked(made, "A", "COH.DIF") == ["We had no idea."]


def test_characters_are_exact() -> None:
    codings = [coding(TALK, "We had no idea", "COH", "A"), coding(TALK, "no idea. It", "COH", "B")]
    made = data(codings, [whole(TALK, "A"), whole(TALK, "B")], "character")
    table = made.tables("A", "B").sum(0)[0]
    assert table[1, 1] == len("no idea")
    assert table[1, 0] == len("We had ")
    assert table[0, 1] == len(". It")
    assert table.sum() == sum(end - start for start, end in coded_turns(TALK))


def test_clusters_may_be_cases() -> None:
    other = interview("t2", ["Something else."])
    units = make_units(KINDS["turn"], [TALK, other])
    made = build_reliability_data(
        [TALK, other],
        units,
        [],
        [],
        coders=("A", "B"),
        codes=BOOK.ids,
        kind=KINDS["turn"],
        clusters={"t1": "c", "t2": "c"},
    )
    assert made.cluster_names == ("c",)
    assert made.clusters.tolist() == [0] * 4
