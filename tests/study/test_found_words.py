"""What becomes a row of the review sheet."""

from __future__ import annotations

from secondcoder.deidentification.finding import PERSON, Finding
from secondcoder.domain.records import SpeakerRole, Transcript, Turn
from secondcoder.exchange.identified_again import is_as_before
from secondcoder.study.deidentify.found_words import find_words, within_turns
from secondcoder.study.deidentify.material import WORDING, Material


class These:
    """Finds the names that it is given, wherever they stand as they are written."""

    def __init__(self, *names: str) -> None:
        self._names = names

    def find_in_text(self, text: str) -> list[Finding]:
        places = ((text.find(name), name) for name in self._names)
        return sorted(
            (Finding(at, at + len(name), PERSON, 0.9, "test") for at, name in places if at >= 0),
            key=lambda one: one.start,
        )

    def find_all(self, transcripts: list[Transcript]) -> dict[str, list[Finding]]:
        return {transcript.id: self.find_in_text(transcript.text) for transcript in transcripts}


def interview(*said: str) -> Transcript:
    """An interview in which these things are said, one after the other."""
    text, turns = "", []
    for words in said:
        text += "R: "
        turns.append(Turn(len(text), len(text) + len(words), "R", SpeakerRole.PARTICIPANT))
        text += f"{words}\n"
    return Transcript("gp1", text, tuple(turns))


def test_sentences_of_the_codebook_name_people_and_not_months() -> None:
    sentences = [(WORDING, "May be shared by all."), (WORDING, "Ask Chinedu first."), (WORDING, "Nobody else.")]
    material = Material([interview("May came, and we may go.", "Chinedu stayed.")], names=sentences)
    rows = find_words(material, (), (), These("May", "Chinedu"))
    reworded = {row.words: row.pseudonym for row in rows if row.kind == WORDING}
    assert reworded.keys() == {"Ask Chinedu first."}
    assert "Chinedu" not in reworded["Ask Chinedu first."]


def test_what_is_found_across_turns_is_cut_between_them() -> None:
    transcript = interview("It was Sarah", "Whitlock said so.")
    start = transcript.text.index("Sarah")
    end = transcript.text.index("Whitlock") + len("Whitlock")
    pieces = within_turns(transcript, [Finding(start, end, PERSON, 0.9, "test")])
    assert [transcript.text[one.start : one.end] for one in pieces] == ["Sarah", "Whitlock"]


def test_a_text_is_known_again_by_what_was_not_replaced() -> None:
    assert is_as_before("Ask Sarah now.", "Ask Alder now.", [[4, 9, 5]])
    assert is_as_before("Ask Jim now.", "Ask Alder now.", [[4, 7, 5]])
    assert not is_as_before("Ask Sarah then.", "Ask Alder now.", [[4, 9, 5]])
    assert not is_as_before("Tell Sarah now.", "Ask Alder now.", [[4, 9, 5]])
