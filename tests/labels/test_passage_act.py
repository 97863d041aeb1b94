"""What is said of a passage in one go: the single decisions it stands for, what is folded, and undo as a whole."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from secondcoder.codebook.yaml_file import load_codebook
from secondcoder.domain.records import Decision, Sample, Segment, SpeakerRole, Suggestion, Turn, Valence
from secondcoder.errors import DecisionError
from secondcoder.labels.decisions import codings_and_passes
from secondcoder.labels.new_decision import ActionRequest, act_of, new_decision, new_undos
from secondcoder.labels.passage_act import PassageAct, Takes, single_actions
from secondcoder.labels.passage_state import PassageState, passage_state, resolve_decisions
from secondcoder.labels.review_sample import Passage
from secondcoder.labels.suggestion_trees import folded_codes

BOOK = load_codebook("npt")
TURN = Turn(0, 40, "R", SpeakerRole.PARTICIPANT)
SCORES = {"CP": 0.6, "CP.ENR": 0.5, "CP.ACT": 0.2, "CA": 0.4, "F1": 0.1}
SHOWN = frozenset({"CP", "CP.ENR", "CA"})


def passage(sample: Sample = Sample.ORDINARY, scores: dict[str, float] = SCORES) -> Passage:
    marks = tuple(Suggestion("t", 0, 40, code, score, 0.1, True, "m0001") for code, score in scores.items())
    return Passage(
        Segment("t", 0, 0, 40, "forty characters of talk", 0), marks, sample, folded_codes(marks, BOOK, 0.35)
    )


class Coder:
    """One coder on one passage, with the rows that a store would hold."""

    def __init__(self, on: Passage | None = None) -> None:
        self.passage, self.rows = on or passage(), list[Decision]()

    @property
    def state(self) -> PassageState:
        return passage_state(self.rows)

    def append(self, decisions: list[Decision]) -> None:
        for decision in decisions:
            self.rows.append(replace(decision, id=len(self.rows) + 1))

    def do(self, asked: ActionRequest) -> None:
        self.append([new_decision("ada", asked, self.passage, self.state, TURN, BOOK)])

    def act(
        self, takes: Takes, ticked: frozenset[str] = frozenset(), on_screen: frozenset[str] = SHOWN, **more: object
    ) -> None:
        request = f"r{len(self.rows)}"
        act = PassageAct(takes, self.passage.key, request, ticked, on_screen, **more)  # type: ignore[arg-type]
        state = self.state
        singles = single_actions(act, self.passage, state, BOOK)
        self.append([new_decision("ada", single, self.passage, state, TURN, BOOK) for single in singles])

    def undo(self) -> None:
        asked = ActionRequest("undo", "", f"u{len(self.rows)}")  # type: ignore[arg-type]
        self.append(new_undos("ada", asked, resolve_decisions(self.rows), lambda place: self.state))

    @property
    def given(self) -> dict[str, Valence | None]:
        return {coding.code: coding.valence for coding, _ in codings_and_passes(self.state, BOOK.ids)[0]}

    @property
    def refused(self) -> set[str]:
        """Looked for and not given."""
        return {code for found, _ in codings_and_passes(self.state, BOOK.ids)[1] for code in found.codes} - set(
            self.given
        )


def test_all_takes_what_is_shown_and_says_nothing_of_what_is_folded() -> None:
    coder = Coder()
    coder.act(Takes.ALL)
    assert (set(coder.given), coder.refused) == (SHOWN, set())


def test_none_refuses_what_is_shown_and_says_nothing_of_what_is_folded() -> None:
    coder = Coder()
    coder.act(Takes.NONE)
    assert (set(coder.given), coder.refused) == (set(), SHOWN)


def test_what_was_unfolded_is_spoken_of_too() -> None:
    coder = Coder()
    coder.act(Takes.NONE, on_screen=frozenset(SCORES))
    assert coder.refused == set(SCORES)


def test_a_sub_construct_takes_its_construct_and_the_rest_is_refused() -> None:
    coder = Coder()
    coder.act(Takes.TICKED, frozenset({"CP.ENR"}), valence=Valence.INHIBITS)
    assert (coder.given, coder.refused) == ({"CP": Valence.INHIBITS, "CP.ENR": Valence.INHIBITS}, {"CA"})


def test_a_construct_alone_is_no_negative_of_sub_constructs_that_are_folded() -> None:
    coder = Coder(passage(scores={"CP": 0.6, "CP.ENR": 0.3, "CP.ACT": 0.3}))
    coder.act(Takes.ALL, on_screen=frozenset({"CP"}))
    assert (set(coder.given), coder.refused) == ({"CP"}, set())


def test_where_sub_constructs_do_not_count_as_constructs_each_stands_alone() -> None:
    act = PassageAct(Takes.TICKED, "", "r", frozenset({"CP.ENR"}), SHOWN)
    singles = single_actions(act, passage(), PassageState(), BOOK, roll_up=False)
    assert [(single.verdict.value, single.suggested) for single in singles] == [
        ("reject", "CP"), ("accept", "CP.ENR"), ("reject", "CA"),
    ]  # fmt: skip


def test_the_rest_may_be_left_unsure() -> None:
    coder = Coder()
    coder.act(Takes.REST_UNSURE, frozenset({"CA"}))
    assert (set(coder.given), coder.refused) == ({"CA"}, set())
    assert coder.state.unsure == {"CP", "CP.ENR"}


def test_no_other_code_applies_speaks_of_the_whole_codebook() -> None:
    coder = Coder()
    coder.act(Takes.TICKED, frozenset({"CA"}), no_other=True)
    assert coder.refused == set(BOOK.ids) - {"CA"}


def test_nothing_ticked_is_no_rejection() -> None:
    coder = Coder()
    with pytest.raises(DecisionError, match="a takes all that is shown"):
        coder.act(Takes.TICKED)
    with pytest.raises(DecisionError, match="Nothing is ticked"):
        coder.act(Takes.TICKED, no_other=True)


@pytest.mark.parametrize("takes", [Takes.ALL, Takes.NONE, Takes.REST_UNSURE])
def test_where_nothing_was_suggested_there_is_nothing_to_take(takes: Takes) -> None:
    with pytest.raises(DecisionError, match="no suggestion here"):
        Coder(passage(scores={})).act(takes, on_screen=frozenset())
    with pytest.raises(DecisionError, match="coded before its suggestions"):
        Coder(passage(Sample.BLIND)).act(takes, on_screen=frozenset())


def test_enter_goes_on_from_a_passage_without_suggestions() -> None:
    coder = Coder(passage(scores={}))
    coder.act(Takes.TICKED, on_screen=frozenset())
    assert coder.rows == []
    coder.act(Takes.TICKED, on_screen=frozenset(), no_other=True)
    assert coder.refused == set(BOOK.ids)


def test_an_act_speaks_of_what_is_still_open() -> None:
    """What was decided by itself before, such as a code with a valence of its own, stays."""
    coder = Coder()
    coder.do(ActionRequest("accept", "", "one", suggested="CP", valence=Valence.MIXED))  # type: ignore[arg-type]
    coder.do(ActionRequest("change", "", "two", suggested="CP.ENR", code="RM"))  # type: ignore[arg-type]
    coder.act(Takes.NONE)
    assert coder.given == {"CP": Valence.MIXED, "RM": None}


def test_no_construct_is_refused_beside_a_sub_construct_that_was_added() -> None:
    coder = Coder()
    coder.do(ActionRequest("add", "", "one", code="CP.ACT"))  # type: ignore[arg-type]
    with pytest.raises(DecisionError, match="Nothing is ticked"):
        coder.act(Takes.TICKED)
    coder.act(Takes.NONE)
    assert (set(coder.given), coder.refused) == ({"CP.ACT", "CP"}, {"CP.ENR", "CA"})


def test_ticks_that_are_taken_away_refuse_the_construct_too() -> None:
    coder = Coder()
    coder.act(Takes.TICKED, frozenset({"CP.ENR"}))
    coder.act(Takes.TICKED)
    assert (set(coder.given), coder.refused) == (set(), SHOWN)


def test_a_valence_is_of_what_is_taken_now() -> None:
    coder = Coder()
    coder.do(ActionRequest("accept", "", "one", suggested="CP", valence=Valence.MIXED))  # type: ignore[arg-type]
    coder.act(Takes.TICKED, frozenset({"CP", "CA"}), valence=Valence.PROMOTES)
    assert coder.given == {"CP": Valence.MIXED, "CA": Valence.PROMOTES}
    coder.act(Takes.TICKED, frozenset({"CP", "CA"}), valence=Valence.INHIBITS)
    assert coder.given == dict.fromkeys(("CP", "CA"), Valence.INHIBITS)


def test_what_holds_already_is_not_recorded_again() -> None:
    coder = Coder()
    coder.act(Takes.TICKED, frozenset({"CA"}), memo="why", start=3, end=9)
    before = list(coder.rows)
    coder.act(Takes.TICKED, frozenset({"CA"}), keeps_valence=True)
    assert coder.rows == before


def test_enter_keeps_a_blind_coding_and_takes_what_is_ticked() -> None:
    coder = Coder(passage(Sample.BLIND))
    coder.do(ActionRequest("add", "", "one", code="CA"))  # type: ignore[arg-type]
    coder.act(Takes.TICKED, on_screen=frozenset())
    assert not coder.state.hides_suggestions(Sample.BLIND)
    coder.act(Takes.TICKED, frozenset({"CP"}))
    assert set(coder.given) == {"CA", "CP"}
    assert coder.state.finished is not None
    assert coder.state.decision_on("CP.ENR") is None


def test_memo_and_time_stand_once() -> None:
    coder = Coder()
    coder.act(Takes.ALL, memo="all of it", seconds=9.0)
    assert [(row.memo, row.seconds) for row in coder.rows] == [("all of it", 9.0), ("", None), ("", None)]
    assert {act_of(row) for row in coder.rows} == {"r0"}


CODES = st.frozensets(st.sampled_from(sorted(SCORES)))
ACTS = st.one_of(
    st.just(None),
    st.tuples(
        st.sampled_from(Takes),
        CODES,
        CODES,
        st.booleans(),
        st.sampled_from([None, *Valence]),
        st.sampled_from([None, (3, 20)]),
    ),
)


@given(st.lists(ACTS, max_size=8), st.sampled_from([Sample.ORDINARY, Sample.BLIND]))
def test_any_acts_and_undos_leave_what_their_single_decisions_leave(acts: list[tuple | None], sample: Sample) -> None:
    """The same, said one by one to another coder: each action by itself, each undo as many undos as the act had rows."""
    whole, single = Coder(passage(sample)), Coder(passage(sample))
    sizes: list[int] = []
    for said in acts:
        before = len(whole.rows)
        if said is None:
            if sizes:
                free = [row for row in resolve_decisions(whole.rows) if not whole.state.is_fixed(row)]
                assert len(free) >= sizes[-1]
                whole.undo()
                for _ in range(sizes.pop()):
                    single.undo()
        else:
            takes, ticked, on_screen, no_other, valence, span = said
            start, end = span or (None, None)
            if whole.state.hides_suggestions(sample):
                ticked = on_screen = frozenset()
            try:
                whole.act(takes, ticked, on_screen | ticked, no_other=no_other, valence=valence, start=start, end=end)
            except DecisionError:
                continue
            new = whole.rows[before:]
            for row in new:
                asked = ActionRequest(
                    row.verdict, "", f"s{len(single.rows)}", row.suggested, row.code, row.code_start, row.code_end, row.valence,
                    decided=frozenset(SCORES),
                )  # fmt: skip
                single.do(asked)
            if new:
                sizes.append(len(new))
        assert (whole.given, whole.refused) == (single.given, single.refused)
        assert whole.state.unsure == single.state.unsure
        assert [coding for coding, _ in codings_and_passes(whole.state, BOOK.ids)[0]] == [
            coding for coding, _ in codings_and_passes(single.state, BOOK.ids)[0]
        ]
