"""Segments: where they stand, what they cover, and where an answer is cut. What needs spaCy's sentences is marked `model`."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from secondcoder.configuration import SegmentSettings, load_configuration
from secondcoder.domain.records import Segment, SpeakerRole, Transcript, Turn
from secondcoder.errors import StudyError
from secondcoder.segments.meaning_units import MeaningUnitSegmenter, best_cuts
from secondcoder.segments.segmenter import question_before

INT, PART = SpeakerRole.INTERVIEWER, SpeakerRole.PARTICIPANT
SETTINGS = load_configuration().segments
PIECES = [
    *("So we looked at it.", "And then? ", "Well, no room.", "Mm.", "I mean the referral form takes ages, honestly"),
    *("😀👩‍⚕️", "e\u0301te\u0301. ", "nai\u0308ve", "\n", "\r\n", "\u2028", "\t  ", "...", "Dr. Okafor said so.", "ok"),
    *(
        "هذا جيد. ",
        "שלום, מה נשמע?",
        "\u200f",
        "\u00a0",
        "“Quite!” she said.",
        "我们去了。",
        "\ufeff",
        "1.5 hours",
        "\x85",
    ),
]
speech = st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join)
roles = st.sampled_from([INT, PART, None])


def transcript_of(*spoken: tuple[SpeakerRole | None, str], unitised: bool = False) -> Transcript:
    """A transcript with a label before every turn."""
    text, turns = "", []
    for role, words in spoken:
        text += f"\n{'I' if role is INT else 'P1'}: "
        turns.append(Turn(len(text), len(text) + len(words), "I" if role is INT else "P1", role))
        text += words
    return Transcript("t", text, tuple(turns), unitised=unitised)


def _segments(transcript: Transcript, **changes: object) -> list[Segment]:
    return MeaningUnitSegmenter(SETTINGS.model_copy(update=changes)).segment(transcript)


@pytest.mark.model
@settings(max_examples=60, deadline=None)
@given(spoken=st.lists(st.tuples(roles, speech), max_size=5), most=st.integers(1, 6), unitised=st.booleans())
def test_segments_are_true_ordered_apart_and_cover_what_participants_say(spoken, most, unitised):
    transcript = transcript_of(*spoken, unitised=unitised)
    segments = _segments(transcript, max_sentences=most)
    covered: set[int] = set()
    for order, segment in enumerate(segments):
        turn = transcript.turns[segment.turn]
        assert transcript.text[segment.start : segment.end] == segment.text
        assert segment.text.strip()
        assert segment.order == order
        assert turn.role is not INT
        assert turn.start <= segment.start < segment.end <= turn.end
        assert not segment.sentences if unitised else 1 <= len(segment.sentences) <= most
        assert not covered & set(range(segment.start, segment.end))
        covered |= set(range(segment.start, segment.end))
    assert [one.start for one in segments] == sorted(one.start for one in segments)
    spoken_at = {at for turn in transcript.turns if turn.role is not INT for at in range(turn.start, turn.end)}
    assert {at for at in spoken_at if not transcript.text[at].isspace()} <= covered
    assert segments == _segments(transcript, max_sentences=most)


@pytest.mark.model
@settings(max_examples=30, deadline=None)
@given(words=speech)
def test_sentences_lie_in_their_segment_from_its_first_to_its_last_character(words):
    for segment in _segments(transcript_of((PART, words))):
        assert segment.sentences[0][0] == segment.start
        assert segment.sentences[-1][1] == segment.end
        for (_, end), (start, _) in zip(segment.sentences, segment.sentences[1:], strict=False):
            assert end <= start


@pytest.mark.model
def test_a_long_answer_is_cut_near_the_target_and_a_short_one_is_not():
    answer = "We send them over to her on the form. " * 20  # 9 words a sentence
    assert {len(segment.sentences) for segment in _segments(transcript_of((PART, answer)), target_words=45)} <= {
        4,
        5,
        6,
    }
    assert len(_segments(transcript_of((PART, "We tried. It went well. She stayed.")), target_words=60)) == 1


@pytest.mark.model
def test_a_cut_falls_where_the_talk_turns_to_something_else():
    room = "The room upstairs had no computer. The computer upstairs was broken. No room had a computer. "
    money = (
        "Anyway, funding ended with the contract. The contract had funding for March. March funding was the contract."
    )
    segments = _segments(transcript_of((PART, room + money)), target_words=18)
    assert [segment.text.split()[0] for segment in segments] == ["The", "Anyway,"]


@pytest.mark.model
def test_boundaries_do_not_depend_on_other_turns():
    answer = "It was fine. We had a room. She came on Mondays. Then the money went."
    alone = _segments(transcript_of((PART, answer)), target_words=10)
    among = _segments(transcript_of((INT, "Tell me more. How was it?"), (PART, "Hm."), (PART, answer)), target_words=10)
    assert [one.text for one in among[-len(alone) :]] == [one.text for one in alone]


def test_a_table_row_stays_whole_whatever_its_length():
    long, short = "One. Two. Three. " * 40, "Yes."
    segments = _segments(transcript_of((PART, long), (INT, "And?"), (PART, short), unitised=True))
    assert [segment.text for segment in segments] == [long, short]
    assert [segment.turn for segment in segments] == [0, 2]


def test_nobody_spoke_no_segments():
    assert _segments(Transcript("t", "", ())) == []
    assert _segments(transcript_of((INT, "Anybody there?"))) == []


@pytest.mark.parametrize("blank", ["", " ", "\n\t "])
@pytest.mark.parametrize("unitised", [True, pytest.param(False, marks=pytest.mark.model)])
def test_a_turn_that_says_nothing_is_no_segment(blank, unitised):
    assert _segments(transcript_of((PART, blank), unitised=unitised)) == []


def test_a_language_without_a_sentence_model_is_refused():
    with pytest.raises(StudyError, match="'xx'"):
        _segments(transcript_of((PART, "Hei.")), language="xx")


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ([], ""),
        ([(INT, "How did it start?")], "How did it start?"),
        ([(INT, "How did it all start?"), (PART, "Slowly.")], "How did it all start?"),
        ([(INT, "How did it all start?"), (PART, "Slowly."), (INT, "Mm."), (PART, "Then")], "How did it all start?"),
        ([(INT, "How did it all start?"), (PART, "Slowly."), (INT, "And who else came?")], "And who else came?"),
        ([(INT, "Right, go on."), (PART, "So")], "Right, go on."),  # nothing else was asked
        ([(INT, "First small."), (INT, "Mm."), (PART, "So")], "Mm."),
        ([(None, "Who knows who asks here, really?")], ""),
    ],
)
def test_the_question_is_the_last_one_that_is_no_back_channel(before, question):
    transcript = transcript_of(*before, (PART, "An answer."))
    assert question_before(transcript, len(before)) == question


def test_a_segment_brings_its_question_and_never_a_later_one():
    segments = _segments(
        transcript_of((INT, "What is she for?"), (PART, "No idea."), (INT, "And who pays for it?"), unitised=True)
    )
    assert [segment.question for segment in segments] == ["What is she for?"]


def _cost(lengths: list[int], gaps: list[float], target: int, cuts: tuple[int, ...]) -> float:
    edges = [0, *cuts, len(lengths)]
    units = [sum(lengths[left:right]) for left, right in zip(edges, edges[1:], strict=False)]
    return sum(((words - target) / target) ** 2 for words in units) + sum(gaps[cut - 1] for cut in cuts)


@settings(deadline=None)
@given(data=st.data(), n=st.integers(1, 8), target=st.integers(5, 60), most=st.integers(1, 4))
def test_no_other_cuts_are_cheaper(data, n, target, most):
    lengths = data.draw(st.lists(st.integers(1, 80), min_size=n, max_size=n))
    gaps = data.draw(st.lists(st.floats(0, 1), min_size=n - 1, max_size=n - 1))
    cuts = best_cuts(lengths, gaps, target, most)
    allowed = [
        some
        for count in range(n)
        for some in combinations(range(1, n), count)
        if max(right - left for left, right in zip([0, *some], [*some, n], strict=True)) <= most
    ]
    assert tuple(cuts) in allowed
    assert (
        _cost(lengths, gaps, target, tuple(cuts)) <= min(_cost(lengths, gaps, target, some) for some in allowed) + 1e-9
    )


def test_settings_are_checked():
    with pytest.raises(ValueError, match="max_sentences"):
        SegmentSettings(**SETTINGS.model_dump() | {"max_sentences": 0})
