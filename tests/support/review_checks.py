"""What the tests of the review share: a small study with invented suggestions, and requests to decide on them."""

from __future__ import annotations

import itertools

from secondcoder.domain.records import Coding, CodingPass, Passage, SpeakerRole, Suggestion, Transcript, Turn, Valence
from secondcoder.labels.new_decision import ActionRequest
from secondcoder.review.action_request import read_action
from secondcoder.review.session import ReviewSession
from secondcoder.study.study import Study

MODEL = "m0001"
REQUESTS = itertools.count(1)
LINES = (
    "She explained it to us over lunch and then I understood what it is for.",
    "We have no room and no computer, so she sits in the corridor.",
    "It rained the whole week and the tea was cold.",
    "We looked back at the numbers and it was worth it.",
    "The partners were behind it from the start.",
    "I rang the desk about the bus.",
)
HOSTILE = '<script>alert("x")</script> {{ 7 * 7 }} {% raw %} \u202edesrever\u202c \x07 ' + "a" * 3000


def talk(name: str, lines: tuple[str, ...] = LINES, case: str | None = None) -> Transcript:
    """A table's transcript: a question before every answer, each answer one passage."""
    text, turns = "", []
    for at, line in enumerate(lines):
        question = f"Question {at}?"
        turns.append(Turn(len(text), len(text) + len(question), "I", SpeakerRole.INTERVIEWER))
        text += question + "\n"
        turns.append(Turn(len(text), len(text) + len(line), "R", SpeakerRole.PARTICIPANT))
        text += line + "\n"
    return Transcript(name, text, tuple(turns), case=case, unitised=True, role="GP", wave="late")


def suggestion(transcript: Transcript, at: int, code: str, score: float = 0.6) -> Suggestion:
    """A suggestion on the answer number `at`."""
    turn = transcript.turns[2 * at + 1]
    nearest = (Passage("elsewhere", 0, 5, "A passage that people coded like this.", 0.5),)
    return Suggestion(
        transcript.id, turn.start, turn.end, code, score, 0.3, True, MODEL, ((turn.start, turn.end),), nearest
    )


def fill(study: Study, transcripts: list[Transcript], suggestions: list[Suggestion]) -> None:
    """Put transcripts, a model and its suggestions into a study, without training anything."""
    with study.store.transaction("test") as write:
        write.add_codebook(study.codebook)
        write.add_transcripts(transcripts)
        if not study.store.models():
            write.add_model(MODEL, None, {})
        write.replace_suggestions(MODEL, [transcript.id for transcript in transcripts], suggestions)


def settings(study: Study, **changes: object) -> None:
    """Change the study's review settings for the test."""
    review = study.configuration.review.model_copy(update=changes)
    study.configuration = study.configuration.model_copy(update={"review": review})


def small_study(study: Study, blind: float = 0.0, below: float = 0.0) -> Study:
    """Two interviews of six answers; three of each have suggestions."""
    one, two = talk("t1"), talk("t2")
    marks = [
        mark
        for talked in (one, two)
        for mark in (
            suggestion(talked, 0, "CO", 0.8),
            suggestion(talked, 0, "CP", 0.4),
            suggestion(talked, 1, "CA", 0.55),
            suggestion(talked, 3, "RM", 0.9),
        )
    ]
    fill(study, [one, two], marks)
    settings(study, blind=blind, below=below)
    return study


def word(review: ReviewSession, at: int, verdict: str, transcript: str = "t1", **fields: object) -> ActionRequest:
    """A request on the passage number `at` of a transcript, as a page would send it."""
    passage = review.interviews[transcript].passages[at]
    sent = {"verdict": verdict, "passage": passage.key, "request": f"r{next(REQUESTS)}"}
    return read_action(sent | {name: str(value) for name, value in fields.items()})


def hand_coded(study: Study) -> Study:
    """Two interviews that Ada and Ben read whole and coded by hand, without a model: they differ in code, valence and words."""
    one, two = talk("t1"), talk("t2")

    def mark(
        transcript: Transcript, at: int, code: str, coder: str, words: slice, valence: str | None = None
    ) -> Coding:
        turn = transcript.turns[2 * at + 1]
        start, end, _ = words.indices(turn.end - turn.start)
        given = Valence(valence) if valence else None
        return Coding(transcript.id, turn.start + start, turn.start + end, code, coder, valence=given, memo="")

    everything, begin, rest = slice(None), slice(0, 20), slice(20, None)
    with study.store.transaction("test") as write:
        write.add_transcripts([one, two])
        write.add_codings(
            [
                mark(one, 0, "CO", "ada", slice(0, 40), "promotes"),
                mark(one, 1, "CA", "ada", everything, "promotes"),
                mark(one, 1, "CA", "ben", everything, "inhibits"),
                mark(one, 2, "F1", "ada", everything, "mixed"),
                mark(one, 2, "F1", "ben", everything),
                mark(one, 3, "RM", "ada", begin),
                mark(one, 3, "RM", "ben", slice(24, 44)),
                mark(two, 0, "CP", "ada", begin, "promotes"),
                mark(two, 0, "CP", "ben", rest, "inhibits"),
            ],
            study.codebook,
        )
        write.add_passes(
            [
                CodingPass(each.id, coder, 0, len(each.text), study.codebook.ids)
                for each in (one, two)
                for coder in ("ada", "ben")
            ]
        )
    return study
