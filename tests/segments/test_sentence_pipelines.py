"""Where sentences end in other languages, and by which pipeline."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from secondcoder.configuration import load_configuration
from secondcoder.domain.languages import languages
from secondcoder.errors import ModelError, StudyError
from secondcoder.segments.meaning_units import MeaningUnitSegmenter, content_words
from secondcoder.segments.sentence_pipelines import SentenceFinder, corrected, stop_words
from secondcoder.segments.sentences import split_sentences


def divided(language: str, text: str, pipeline: str = "") -> list[str]:
    return [text[start:end] for start, end in split_sentences([text], SentenceFinder(language, pipeline))[0]]


# A `|` stands where a reader of the language sees a sentence begin.
TALK = {
    "de": [
        "Das war am 3. Mai. |Dann kam Dr. Weber, z. B. am Freitag. |»Nein.« |"
        "Das hat er gesagt. |„Ach so?“ |Ja… ich weiß nicht... vielleicht.",
        "Ich bin seit 2019 da. |Nein, seit 2018. |Davor war ca. fünf Jahre nichts, d. h. fast nichts.",
        'Die Frau Dr. med. Kern hat gesagt: "Machen Sie mal." |Im 2. Stock, u. a. wegen der Kinder! |Gut.',
    ],
    "fr": [
        "M. Dupont m'a dit : «\u00a0Non.\u00a0» |Enfin, bon… ça va. |"
        "Et puis Mme Roux est venue\u00a0! |«\u00a0Ah bon\u00a0?\u00a0» |Oui.",
        "Le Dr. Morel, p. ex., il passe. |C'est tout.",
    ],
    "es": [
        "¿Y qué pasó? |Pues nada. |El Sr. García vino. |La Dra. López dijo que no. |¡Qué va! |Son aprox. diez. |«No.» |Y ya."
    ],
    "it": ["Il dott. Rossi ha detto di no. |La sig.ra Bianchi era lì. |Poi? |Niente."],
    "el": ["Καλά. |Τι λες; |Ναι."],
    "ja": ["そうです。|でも、違います。|本当？|はい。"],
    "ru": ["Так и было. |Почему? |Не знаю!"],
}


@pytest.mark.parametrize(("language", "text"), [(language, text) for language, texts in TALK.items() for text in texts])
def test_sentences_end_where_a_reader_sees_it(language: str, text: str) -> None:
    expected = [part.strip() for part in text.split("|")]
    assert divided(language, text.replace("|", "")) == expected


@pytest.mark.parametrize("language", languages())
def test_every_language_finds_the_two_sentences(language: str) -> None:
    if language != "en":
        assert len(divided(language, "Aaa bbb! Ccc ddd!")) == 2


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.sampled_from(["Ja.", "3.", "2018.", "Mai", "„", "»", "« ", "z. B.", "…", " ", "。", "so.", "¿Y"]),
        max_size=12,
    ),
    st.booleans(),
)
def test_corrected_sentences_cover_the_text_in_order(pieces: list[str], ordinals: bool) -> None:
    text = " ".join(pieces)
    cuts = [0, *(at + 2 for at in range(len(text) - 2) if text[at] in ".。" and text[at + 1] == " "), len(text)]
    found = corrected(text, list(zip(cuts, cuts[1:], strict=False)), ordinals)
    assert [start for start, _ in found][:1] in ([0], [])
    assert all(first[1] == second[0] for first, second in zip(found, found[1:], strict=False))
    assert not found or found[-1][1] == len(text)


def test_function_words_tell_no_topic_in_another_language() -> None:
    assert {"nicht", "auch"} <= stop_words("de")
    assert content_words("Das haben wir auch nicht mit der Lotsin besprochen", "de") == {"lotsin", "besprochen"}
    assert content_words("We have talked about that", "en") == {"have", "talked", "about", "that"}


def test_a_pipeline_that_is_named_finds_the_sentences(tmp_path: Path) -> None:
    import spacy

    pipeline = spacy.blank("de")
    pipeline.add_pipe("sentencizer", config={"punct_chars": ["+"]})
    pipeline.to_disk(tmp_path / "de_own")
    name = str(tmp_path / "de_own")
    assert divided("de", "Eins. Zwei + Drei.", name) == ["Eins. Zwei +", "Drei."]
    chosen = load_configuration().segments.model_copy(update={"language": "de", "sentence_pipeline": name})
    assert (
        "Sentences of the German talk were found by the spaCy pipeline de_own."
        in MeaningUnitSegmenter(chosen).describe()
    )
    assert SentenceFinder("de", name).made_of != SentenceFinder("de").made_of
    with pytest.raises(StudyError, match=r"is for 'de', and segments\.language is 'fr'"):
        divided("fr", "Une. Deux.", name)


def test_a_pipeline_that_is_missing_or_finds_no_sentences_is_refused(tmp_path: Path) -> None:
    import spacy

    with pytest.raises(ModelError, match="no spaCy pipeline that is installed here"):
        divided("de", "Eins. Zwei.", "de_not_there")
    spacy.blank("de").to_disk(tmp_path / "bare")
    with pytest.raises(StudyError, match="finds no sentences"):
        divided("de", "Eins. Zwei.", str(tmp_path / "bare"))


def test_sentences_are_kept_by_language(tmp_path: Path) -> None:
    text = "Am 3. Mai war das."
    both = [split_sentences([text], SentenceFinder(code), tmp_path)[0] for code in ("de", "fr")]
    assert both == [split_sentences([text], SentenceFinder(code))[0] for code in ("de", "fr")]
    assert {path.name for path in tmp_path.iterdir()} == {"de", "fr"}
