"""Talk without full stops is cut all the same: where the text shows that the speaker stopped, else by length."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from secondcoder.configuration import load_configuration, with_recipe
from secondcoder.domain.records import Segment, SpeakerRole, Transcript, Turn
from secondcoder.segments.meaning_units import MeaningUnitSegmenter
from secondcoder.segments.stretches import count_words, stretches
from secondcoder.transcripts import read_transcript
from support.places import ROOT

SETTINGS = load_configuration().segments
SENTENCE = (
    "the porters moved every bed up to the ward and nobody told them which lift was working so they took the stairs"
)
WORDS = SENTENCE.split()


def talk(n: int, join: str, every: int) -> str:
    """n words without a full stop, with `join` after every so many."""
    spoken = [WORDS[(at * 7) % len(WORDS)] for at in range(n)]
    return join.join(" ".join(spoken[at : at + every]) for at in range(0, n, every))


def segments_of(speech: str, **changes: object) -> list[Segment]:
    turn = Turn(3, 3 + len(speech), "R", SpeakerRole.PARTICIPANT)
    return MeaningUnitSegmenter(SETTINGS.model_copy(update=changes)).segment(Transcript("t", "R: " + speech, (turn,)))


TALKS = {
    "nothing at all": talk(700, " ", 9),
    "commas": talk(700, ", ", 9),
    "semicolons": talk(700, "; ", 11),
    "dashes": talk(700, " - ", 7),
    "long dashes without blanks": talk(700, "—", 6),
    "ellipses": talk(700, "… ", 8),
    "two dots": talk(700, " .. ", 8),
    "measured pauses": talk(700, " (1.5) ", 10),
    "one line a breath": talk(700, "\n", 12),
    "one line a word": talk(700, "\n", 1),
    "Windows lines": talk(700, "\r\n", 12),
    "line separators": talk(700, "\u2028", 12),
    "full-width commas": "我们在厨房里说好了，护士也同意，" * 70,
    "Japanese without stops": "それでみんなで話し合って決めたんですけど" * 40,
    "Thai": "เราคุยกันในครัวและตกลงกันว่าจะทำอย่างไร" * 40,
    "Urdu stops": "ہم سب باورچی خانے میں بیٹھے اور طے کیا۔ نرسوں نے منع نہیں کیا۔ " * 50,
    "Amharic stops": "ሁላችንም ተቀምጠን ተስማማን። ነርሶቹ አልተቃወሙም። " * 120,
    "Bengali stops": "আমরা সবাই রান্নাঘরে বসে ঠিক করলাম। নার্সরা মানা করেনি। " * 80,
    "a word without end": "aaaaaaaaaa" * 2000,
    "commas without blanks": talk(700, ",", 1),
    "slashes without blanks": talk(700, "/", 1),
    "full stops without blanks": talk(700, ".", 1),
    "zero-width spaces": talk(700, "\u200b", 1),
    "Tibetan": "ང་ཚོས་ཐབ་ཚང་ནང་གྲོས་བསྡུར་བྱས་" * 60,
    "Khmer": "យើងបាននិយាយគ្នានៅក្នុងផ្ទះបាយហើយបានសម្រេចចិត្ត" * 40,
    "Burmese": "ကျွန်တော်တို့မီးဖိုချောင်မှာစကားပြောပြီးဆုံးဖြတ်ခဲ့ကြတယ်" * 40,
    "half-width kana": "ｿﾚﾃﾞﾐﾝﾅﾃﾞﾊﾅｼｱｯﾃｷﾒﾀﾝﾃﾞｽｹﾄﾞ" * 40,
    "Chinese with English": "我们在 kitchen 里说好了 and then 护士也同意 " * 60,
}


def _counted_elsewhere(text: str) -> float:
    """Words by another rule: 1.5 characters of East Asian scripts, 4.5 of South-East Asian ones, else runs of letters, 30 at most."""
    east = re.findall("[\u3005\u3041-\u30ff\u3400-\u9fff\uff66-\uff9f]", text)
    south = re.findall("[\u0e00-\u109f\u1780-\u17ff]", text)
    others = re.findall(r"[^\W\u0e00-\u109f\u1780-\u17ff\u3005-\u9fff\uff66-\uff9f]{1,30}", text)
    return len(east) / 1.5 + len(south) / 4.5 + len(others)


@pytest.mark.model
@pytest.mark.parametrize("name", TALKS)
def test_no_segment_is_longer_than_the_setting(name):
    speech = TALKS[name]
    for most in (SETTINGS.max_words, 80):
        found = segments_of(speech, max_words=most)
        assert len(found) > count_words(speech) / (most + 1)
        assert all(count_words(segment.text) <= most for segment in found)
        if "stops" not in name:  # letters of other scripts are joined by marks, which this rule does not know
            assert max(_counted_elsewhere(segment.text) for segment in found) <= most
        # Nothing is lost: what stands between two segments is white space.
        assert "".join("".join(segment.text.split()) for segment in found) == "".join(speech.split())
        assert min(count_words(segment.text) for segment in found) >= 5


@pytest.mark.model
def test_three_thousand_words_make_about_fifty_segments_of_the_target_length():
    assert 40 <= len(segments_of(talk(3000, " ", 9))) <= 60
    assert len(segments_of(talk(3000, " ", 9), max_words=0)) == 1  # as earlier versions did


@pytest.mark.model
@pytest.mark.parametrize("join", ["\n", " – ", ", ", "… ", " (.) ", " (long pause) ", " .. "])
def test_a_cut_falls_where_the_speaker_stopped(join):
    speech = talk(400, join, 10)
    kept = join.rstrip()
    found = segments_of(speech)
    assert len(found) > 4
    assert all(segment.text.endswith(kept) for segment in found[:-1])
    # "\n" is white space, which no segment keeps at its end.
    assert kept or all(speech[segment.end - 3] == "\n" for segment in found[:-1])


@pytest.mark.model
def test_the_stronger_sign_is_cut_at():
    lines = "\n".join(talk(20, ", ", 5) for _ in range(20))
    assert all(lines[segment.end - 3] == "\n" for segment in segments_of(lines)[:-1])


def test_a_sentence_that_fits_is_left_as_it_is():
    sentence = talk(100, ", ", 8)
    assert stretches(sentence, (0, len(sentence)), 120) == [(0, len(sentence))]
    assert stretches("x " + sentence, (2, 2 + len(sentence)), 100) == [(2, 2 + len(sentence))]
    assert len(stretches(sentence + " more", (0, len(sentence) + 5), 100)) > 1


@pytest.mark.model
def test_a_short_answer_is_not_cut_for_its_line_ends():
    speech = talk(60, "\n", 10)
    assert [segment.text for segment in segments_of(speech)] == [speech]


SIGNS = st.sampled_from(
    ["word", "și", "。", "，", "我", "ก", "ำ", "e\u0301", "…", "(", ")", "\n", " ", "\u2028", "-", "।", "😀", "?"]
)


@settings(deadline=None)
@given(st.lists(SIGNS, min_size=1, max_size=120).map("".join), st.integers(1, 30))
def test_stretches_keep_every_character_but_blanks_and_are_in_order(speech, longest):
    start, end = len(speech) - len(speech.lstrip()), len(speech.rstrip())
    if start >= end:
        return
    spans = stretches(speech, (start, end), longest)
    assert "".join("".join(speech[left:right].split()) for left, right in spans) == "".join(speech.split())
    assert all(left < right for left, right in spans)
    assert all(first[1] <= second[0] for first, second in zip(spans, spans[1:], strict=False))
    assert all(count_words(speech[left:right]) <= longest for left, right in spans) or spans == [(start, end)]


@given(st.lists(st.from_regex(r"[a-zé']{1,12}[,.!?]?", fullmatch=True), max_size=40))
def test_words_between_blanks_are_counted_as_ever(words):
    assert count_words(" ".join(words)) == len(words)


def test_a_model_from_before_keeps_its_segments():
    settings_ = load_configuration()
    recipe = {"segments": {"language": "en", "target_words": 60, "max_sentences": 6, "overlap": 0.5}}
    assert with_recipe(settings_, recipe).segments.max_words == 0
    assert settings_.segments.max_words > 0


@pytest.mark.model
def test_the_demonstration_study_is_cut_as_before():
    files = sorted((ROOT / "corpora" / "demo" / "transcripts").rglob("*.*"))
    interviews = [read_transcript(file) for file in files]
    assert len(interviews) > 20
    now, before = (MeaningUnitSegmenter(SETTINGS.model_copy(update={"max_words": most})) for most in (120, 0))
    assert all(now.segment(interview) == before.segment(interview) for interview in interviews)
