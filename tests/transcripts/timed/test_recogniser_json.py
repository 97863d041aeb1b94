"""JSON of speech recognisers, as each of them writes it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from secondcoder.domain.records import Transcript
from secondcoder.errors import ReadError
from secondcoder.transcripts import read_transcript
from support.transcript_checks import INTERVIEWER, read_content, roles, spoken_turns, times

QUESTION, ANSWER = "How did the list start?", "We all sat down in the kitchen. Both nurses too."
FIRST, SECOND = ANSWER.split(". ", 1)
FIRST += "."


def words(speech: str, start: float, end: float, **more: Any) -> list[dict[str, Any]]:
    """Items of AWS: a word each, and one for the sign that ends it."""
    items: list[dict[str, Any]] = []
    for word in speech.split():
        time = {"start_time": str(start), "end_time": str(end)}
        items.append({"type": "pronunciation", **time, "alternatives": [{"content": word.rstrip(".?")}], **more})
        if word[-1] in ".?":
            items.append({"type": "punctuation", "alternatives": [{"content": word[-1]}], **more})
    return items


def aws_labels(label: str, start: str) -> dict[str, Any]:
    return {"speaker_label": label, "items": [{"start_time": start, "speaker_label": label}]}


ROWS = [("A", 0.25, 2.65, QUESTION), ("B", 3.0, 5.5, FIRST), ("B", 5.75, 6.95, SECOND)]
AWS = [*words(QUESTION, 0.25, 2.65), *words(ANSWER, 3.0, 6.95)]
LAYOUTS: dict[str, Any] = {
    "WhisperX": {
        "segments": [
            {"start": a, "end": b, "text": f" {t}", "speaker": f"SPEAKER_0{'AB'.index(s)}", "words": []}
            for s, a, b, t in ROWS
        ],
        "word_segments": [],
    },
    "a list of segments": [{"speaker": s, "start": a, "end": b, "text": t} for s, a, b, t in ROWS],
    "Hugging Face": {
        "text": "",
        "chunks": [{"speaker": s, "timestamp": [a, b], "text": f" {t}"} for s, a, b, t in ROWS],
    },
    "whisper.cpp": {
        "result": {"language": "en"},
        "transcription": [
            {
                "speaker": s,
                "timestamps": {"from": "00:00:00,250"},
                "offsets": {"from": round(a * 1000), "to": round(b * 1000)},
                "text": t,
            }
            for s, a, b, t in ROWS
        ],
    },
    "AssemblyAI": {
        "id": "x",
        "text": "",
        "words": [],
        "audio_duration": 7,
        "utterances": [
            {"speaker": s, "start": round(a * 1000), "end": round(b * 1000), "text": t, "confidence": 0.9, "words": []}
            for s, a, b, t in ROWS
        ],
    },
    "Deepgram utterances": {
        "metadata": {"duration": 7.0},
        "results": {
            "channels": [{"alternatives": [{"transcript": ""}]}],
            "utterances": [{"speaker": "AB".index(s), "start": a, "end": b, "transcript": t} for s, a, b, t in ROWS],
        },
    },
    "Deepgram paragraphs": {
        "results": {
            "channels": [
                {
                    "alternatives": [
                        {
                            "transcript": "",
                            "paragraphs": {
                                "transcript": "",
                                "paragraphs": [
                                    {"speaker": 0, "start": 0.25, "end": 2.65, "sentences": [{"text": QUESTION}]},
                                    {
                                        "speaker": 1,
                                        "start": 3.0,
                                        "end": 6.95,
                                        "sentences": [{"text": FIRST}, {"text": SECOND}],
                                    },
                                ],
                            },
                        }
                    ]
                }
            ]
        }
    },
    "AWS segments": {
        "jobName": "j",
        "results": {
            "transcripts": [{"transcript": ""}],
            "audio_segments": [
                {
                    "id": n,
                    "speaker_label": f"spk_{'AB'.index(s)}",
                    "start_time": str(a),
                    "end_time": str(b),
                    "transcript": t,
                }
                for n, (s, a, b, t) in enumerate(ROWS)
            ],
        },
    },
    "AWS items": {
        "results": {
            "items": [
                *words(QUESTION, 0.25, 2.65, speaker_label="spk_0"),
                *words(ANSWER, 3.0, 6.95, speaker_label="spk_1"),
            ],
        }
    },
    "AWS items, older": {
        "results": {
            "speaker_labels": {"segments": [aws_labels("spk_0", "0.25"), aws_labels("spk_1", "3.0")]},
            "items": AWS,
        }
    },
    "Rev": {
        "monologues": [
            {
                "speaker": 0,
                "elements": [
                    {"type": "text", "value": QUESTION[:-1], "ts": 0.25, "end_ts": 2.65},
                    {"type": "punct", "value": "?"},
                ],
            },
            {
                "speaker": 1,
                "elements": [
                    {"type": "text", "value": ANSWER[:-1], "ts": 3.0, "end_ts": 6.95},
                    {"type": "punct", "value": "."},
                ],
            },
        ]
    },
}


def read(folder: Path, document: Any, *interviewer: str, name: str = "p.json") -> Transcript:
    return read_content(folder, document if isinstance(document, str) else json.dumps(document), name, *interviewer)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_recogniser_gives_the_same_two_turns(tmp_path: Path, layout: str) -> None:
    transcript = read(tmp_path, LAYOUTS[layout])
    assert [speech for _, speech in spoken_turns(transcript)] == [QUESTION, ANSWER]
    assert len(roles(transcript)) == 2
    assert times(transcript) == [(0.25, 2.65), (3.0, 6.95)]
    assert transcript.format == "speech recogniser's JSON"


def test_milliseconds_and_one_letter_names_are_said(tmp_path: Path) -> None:
    transcript = read(tmp_path, LAYOUTS["AssemblyAI"], "Speaker A")
    assert roles(transcript)["Speaker A"] == INTERVIEWER
    assert transcript.notes == (
        "times are whole numbers, far too large for seconds: read as milliseconds",
        "speakers 'A' and 'B' are called Speaker A and so on",
    )


def test_whole_seconds_are_seconds(tmp_path: Path) -> None:
    rows = [{"start": at * 4, "end": at * 4 + 3, "text": f" It was a busy day, number {at}."} for at in range(5)]
    assert times(read(tmp_path, {"segments": rows})) == [(0, 19)]


def test_whole_numbers_that_may_be_either_are_refused(tmp_path: Path) -> None:
    rows = [{"speaker": "A", "start": 0, "end": 30, "text": "A few."}]
    with pytest.raises(ReadError, match=r"may be seconds or milliseconds\. Export captions"):
        read(tmp_path, {"utterances": rows})


def test_a_segment_without_speaker_among_named_ones_stays_open(tmp_path: Path) -> None:
    rows = [("S0", "How?"), ("S0", "And why?"), (None, "Mm."), ("S1", "So.")]
    segments = [
        {"start": at, "end": at + 0.9, "text": t} | ({"speaker": s} if s else {}) for at, (s, t) in enumerate(rows)
    ]
    transcript = read(tmp_path, {"segments": segments})
    assert spoken_turns(transcript) == [("S0", "How? And why?"), (None, "Mm."), ("S1", "So.")]
    assert "cues that name no speaker" in transcript.notes[0]


def test_words_made_up_over_silence_are_kept_and_named(tmp_path: Path) -> None:
    said = [
        "We sat down.",
        "Thank you.",
        " thank you",
        "Thank you!",
        "and so on and so on and so on and so on and so on",
        "So, so, so it went.",
    ]
    segments = [{"start": at + 0.5, "end": at + 1.25, "text": f" {text}"} for at, text in enumerate(said)]
    transcript = read(tmp_path, {"segments": segments})
    assert " ".join(text.strip() for text in said) == spoken_turns(transcript)[0][1]
    assert transcript.notes[-1] == (
        "the same words again and again, as a recogniser makes them up over silence: 'Thank you.' 3 times from 2 s on "
        "and 'and so on' 5 times from 4 s on; kept, so listen to the recording there"
    )


@pytest.mark.parametrize("name", ["p.srt", "p.vtt"])
def test_captions_of_a_recogniser_too(tmp_path: Path, name: str) -> None:
    said = ["We sat down.", "Yeah.", "Yeah.", "Yeah.", *["Thanks for watching!"] * 3]
    cues = [f"00:00:0{at}.000 --> 00:00:0{at}.900\n{text}" for at, text in enumerate(said)]
    content = "WEBVTT\n\n" + "\n\n".join(cues)
    if name.endswith("srt"):
        content = "\n\n".join(
            f"{at}\n{cue.replace('.000', ',000').replace('.900', ',900')}" for at, cue in enumerate(cues, start=1)
        )
    transcript = read_content(tmp_path, content + "\n", name)
    assert transcript.notes[-1].startswith("the same words again and again")
    assert "'Thanks for watching!' 3 times from 4 s on; kept" in transcript.notes[-1]
    assert transcript.text.count("Thanks for watching!") == 3


def test_a_name_says_nothing_and_the_content_all(tmp_path: Path) -> None:
    assert read(tmp_path, LAYOUTS["WhisperX"], name="p.txt").format == "speech recogniser's JSON"


WHISPER = '{{"segments":[{{"start":{},"end":2.5,"text":"Hi."}}]}}'
BROKEN = {
    "no transcript": ("{}", "JSON, and no transcript in it as Whisper"),
    "something else": ('[{"data":{"text":"x"},"annotations":[]}]', "JSON, and no transcript in it"),
    "annotations": (
        '[{"start":4,"end":9,"text":"began"},{"start":20,"end":22,"text":"we"}]',
        "JSON, and no transcript in it",
    ),
    "a crowd": (
        json.dumps(
            {"segments": [{"start": at + 0.5, "end": at + 1, "text": "x", "speaker": f"S{at}"} for at in range(600)]}
        ),
        "600 speakers, more than a talk has",
    ),
    "half a character": (WHISPER.format("1.5").replace('"text":"', '"text":"\\ud800'), "half a character in a text"),
    "cut off": ('{"segments":[{"start":0,', "line 1 column 25"),
    "NaN": (WHISPER.format("NaN"), "NaN is no number"),
    "Infinity": (WHISPER.format("-Infinity"), "-Infinity is no number"),
    "more than a float holds": (WHISPER.format("1e999"), "the number 1e999 is too large"),
    "negative": (WHISPER.format("-1"), "stretch 1: -1 is not the time of a recording"),
    "huge": (WHISPER.format("1e15"), "is not the time of a recording"),
    "true": (WHISPER.format("true"), "True is not the time of a recording"),
    "null": (WHISPER.format("null"), "None is not the time of a recording"),
    "an endless number": (WHISPER.format("9" * 5000), "a number of 5,000 figures"),
    "no end of lists": ("[" * 100_000, "nested too deep"),
    "no end of objects": ('{"a":' * 100_000, "nested too deep"),
    "a million things": ("[" + "{}," * 1_500_000 + "{}]", "more than 1,500,000 values"),
    "white space": ('{"segments":[{"start":1.5,"end":2,"text":"' + " " * 1_000_000 + '"}]}', "more than a talk has"),
    "words that are none": (
        '{"segments":[{"start":1.5,"end":2,"text":"a"},{"start":2,"end":3,"text":7}]}',
        "stretch 2 has no words",
    ),
    "half a timestamp": ('{"chunks":[{"timestamp":[1],"text":"a"}]}', "chunk 1 has no timestamp of two times"),
    "a monologue of nothing": ('{"monologues":[{"speaker":1}]}', "monologue 1 has no elements"),
    "nothing said": (WHISPER.format("0.5").replace("Hi.", " "), "nobody says anything"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_or_hostile_file_ends_in_one_clear_error(tmp_path: Path, how: str) -> None:
    content, fault = BROKEN[how]
    with pytest.raises(ReadError, match=re.escape(fault)) as refusal:
        read(tmp_path, content)
    assert str(refusal.value).startswith("p.json")
    assert str(refusal.value).endswith("Nothing was imported.")


@pytest.mark.parametrize("name", ["p.json", "p.TextGrid", "p.vtt", "p.txt"])
def test_a_file_too_large_for_the_memory_is_not_read_at_all(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with path.open("wb") as file:
        file.write(b'{"segments":[{"start":1,"end":2,"text":"')
        file.truncate(2**40)  # sparse: a thousand gigabytes that take no room
    with pytest.raises(ReadError, match="1,099,511,627,776 bytes, and a transcript has at most"):
        read_transcript(path)
