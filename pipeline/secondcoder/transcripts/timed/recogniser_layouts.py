"""Where each speech recogniser puts its stretches of speech in JSON, and in which unit their times are.

Whisper and its kin write seconds; whisper.cpp and AssemblyAI milliseconds. Where only the numbers can tell, they do: people speak some
ten characters a second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, TypeGuard

from secondcoder.errors import ReadError
from secondcoder.transcripts.timed.captions import Utterance
from secondcoder.transcripts.timed.timed_speech import LONGEST, checked_time

Stretches = tuple[list[Utterance], list[str]]
"""What is said, and notes."""
ONLY, FIRST = -1, 0
"""Of a list that must hold one thing, and of one that may hold more."""
FASTEST, SLOWEST = 0.1, 0.5
"""Characters a unit of time: with fewer than the first it is a millisecond, with more than the second a second."""
MILLISECONDS = "times are whole numbers, far too large for seconds: read as milliseconds"
_SPEAKERS = ("speaker", "speaker_name", "speakerName", "speaker_label", "speakerLabel")


@dataclass(frozen=True)
class Layout:
    """One way of writing: `find` gives the list of a document's stretches, or None; `stretches` reads it, named by a file."""

    tool: str
    find: Callable[[Any], Any]
    stretches: Callable[[Any, str], Stretches]


def _at(*keys: str | int) -> Callable[[Any], Any]:
    """What lies in a document at the end of these keys and indices, if it is a list that holds objects."""

    def find(document: Any) -> Any:
        for key in keys:
            if isinstance(key, str):
                document = document.get(key) if isinstance(document, dict) else None
            else:
                fits = isinstance(document, list) and (len(document) == 1 if key == ONLY else len(document) > 0)
                document = document[key] if fits else None
        return document if _objects(document) else None

    return find


def _objects(value: Any) -> TypeGuard[list[Any]]:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _with_words(find: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The same, where its first object has words and a beginning, as no other JSON with that key need have."""

    def check(document: Any) -> Any:
        found = find(document)
        return found if found and _words(found[0]) is not None and "start" in found[0] else None

    return check


def _no_places(find: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The same, unless the numbers are places of the words in a text, as annotations have them."""

    def check(document: Any) -> Any:
        found = find(document)
        lengths = [
            (item.get("start"), item.get("end"), len(_words(item) or ""))
            for item in found or []
            if isinstance(item, dict)
        ]
        places = all(
            isinstance(end, int) and isinstance(start, int) and end - start == length for start, end, length in lengths
        )
        return None if places else found

    return check


def _words(item: Mapping[str, Any]) -> str | None:
    words = item.get("text", item.get("transcript"))
    return words if isinstance(words, str) else None


def _speaker(item: Mapping[str, Any]) -> str | None:
    given = next((item[key] for key in _SPEAKERS if item.get(key) is not None), None)
    return str(given).strip() or None if isinstance(given, str | int) and not isinstance(given, bool) else None


def _plain(found: Sequence[Any], name: str) -> Stretches:
    """Objects with `start`, `end` and words."""
    return _in_seconds(
        [_stretch(item, f"{name}: stretch {number}") for number, item in enumerate(found, start=1)], name
    )


def _stretch(item: Any, place: str, start: str = "start", end: str = "end", unit: float = 1.0) -> Utterance:
    words = _words(item) if isinstance(item, dict) else None
    if words is None or start not in item:
        raise ReadError(f"{place} has no words, or no '{start}'. The file may be damaged. Nothing was imported.")
    since = item[start]
    times = (
        checked_time(time, place, LONGEST * 1000) for time in (since, since if item.get(end) is None else item[end])
    )
    return Utterance(_speaker(item), words, *(time * unit for time in times))


def _in_seconds(stretches: list[Utterance], name: str) -> Stretches:
    """Times that are whole numbers throughout may be milliseconds: how much is said in a unit tells; ReadError where it does not."""
    length = sum(max(each.end - each.start, 0) for each in stretches)
    rate = sum(len(each.speech.strip()) for each in stretches) / length if length else SLOWEST
    whole = all(each.start.is_integer() and each.end.is_integer() for each in stretches)
    if not whole or rate >= SLOWEST:
        return [_checked(each, 1.0, name) for each in stretches], []
    if rate > FASTEST:
        fault = "times are whole numbers that may be seconds or milliseconds"
        raise ReadError(f"{name}: {fault}. Export captions (.vtt, .srt) instead. Nothing was imported.")
    return [_checked(each, 1000.0, name) for each in stretches], [MILLISECONDS]


def _checked(stretch: Utterance, unit: float, name: str) -> Utterance:
    start, end = (checked_time(time / unit, f"{name}: a time") for time in (stretch.start, stretch.end))
    return replace(stretch, start=start, end=end)


def _chunks(found: Sequence[Any], name: str) -> Stretches:
    """Objects with `timestamp: [start, end]`, as pipelines of Hugging Face write them; the last end may be null."""
    items = []
    for number, item in enumerate(found, start=1):
        times = item.get("timestamp") if isinstance(item, dict) else None
        if not isinstance(times, list) or len(times) != 2:
            raise ReadError(f"{name}: chunk {number} has no timestamp of two times. Nothing was imported.")
        items.append(item | {"start": times[0], "end": times[1]})
    return _plain(items, name)


def _offsets(found: Sequence[Any], name: str) -> Stretches:
    """Objects with `offsets: {from, to}` in milliseconds, as whisper.cpp writes them."""
    items = [
        item | item["offsets"] if isinstance(item, dict) and isinstance(item.get("offsets"), dict) else item
        for item in found
    ]
    places = (f"{name}: stretch {number}" for number in range(1, len(items) + 1))
    read = [_stretch(item, place, "from", "to", 0.001) for item, place in zip(items, places, strict=True)]
    return [_checked(each, 1.0, name) for each in read], []


def _audio_segments(found: Sequence[Any], name: str) -> Stretches:
    """AWS's stretches, with `start_time` and `end_time`."""
    places = (f"{name}: audio segment {number}" for number in range(1, len(found) + 1))
    read = [_stretch(item, place, "start_time", "end_time") for item, place in zip(found, places, strict=True)]
    return [_checked(each, 1.0, name) for each in read], []


def _paragraphs(found: Sequence[Any], name: str) -> Stretches:
    """Deepgram's paragraphs, each of sentences."""
    items = [
        item | {"text": " ".join(str(each.get("text", "")) for each in item["sentences"] if isinstance(each, dict))}
        for item in found
        if isinstance(item, dict) and isinstance(item.get("sentences"), list)
    ]
    return _plain(items, name)


def _monologues(found: Sequence[Any], name: str) -> Stretches:
    """Rev's: elements of words and signs, of which only the words have times."""
    stretches = []
    for number, item in enumerate(found, start=1):
        elements = item.get("elements") if isinstance(item, dict) else None
        if not _objects(elements):
            raise ReadError(f"{name}: monologue {number} has no elements. Nothing was imported.")
        words = "".join(str(each.get("value", "")) for each in elements if isinstance(each, dict))
        timed = [each for each in elements if isinstance(each, dict) and "ts" in each]
        if not timed:
            raise ReadError(f"{name}: monologue {number} has no times. Nothing was imported.")
        last = timed[-1].get("end_ts", timed[-1]["ts"])
        times = (checked_time(time, f"{name}: monologue {number}") for time in (timed[0]["ts"], last))
        stretches.append(Utterance(_speaker(item), words, *times))
    return stretches, []


def _items(found: Sequence[Any], name: str) -> Stretches:
    """AWS's, word by word: the words of one speaker in a row are a stretch."""
    spoken = [each for each in found if isinstance(each, dict) and each.get("alternatives")]
    runs = [[*run] for _, run in groupby(spoken, key=_speaker)]
    stretches = []
    for run in runs:
        timed = [item for item in run if "start_time" in item]
        if timed:
            start, end = timed[0]["start_time"], timed[-1].get("end_time")
            item = {"text": "".join(_spelt(run)), "start": start, "end": end, "speaker": _speaker(run[0])}
            stretches.append(_checked(_stretch(item, f"{name}: item at {str(start)[:20]}"), 1.0, name))
    return stretches, []


def _spelt(items: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for item in items:
        first = item["alternatives"][0] if _objects(item["alternatives"]) else {}
        yield ("" if item.get("type") == "punctuation" else " ") + str(first.get("content", ""))


def _all_of_whom(document: Any) -> Any:
    """AWS's items, where each says whose it is, or nobody is told apart; older files say it in another list."""
    items = _at("results", "items")(document)
    if not items or "alternatives" not in items[0]:
        return None
    labels = _at("results", "speaker_labels", "segments")(document) or []
    whose = {
        str(word.get("start_time")): word.get("speaker_label", segment.get("speaker_label"))
        for segment in labels
        if isinstance(segment, dict)
        for word in segment.get("items", ())
        if isinstance(word, dict)
    }
    return [*_labelled(items, whose)]


def _labelled(items: Sequence[Any], whose: Mapping[str, Any]) -> Iterator[Any]:
    last = None
    for item in items:
        if isinstance(item, dict):
            # A sign has no time, and belongs to the word before it.
            last = _speaker(item) or whose.get(str(item.get("start_time")), last)
            yield item | {"speaker": last}


LAYOUTS = (
    Layout("Whisper", _with_words(_at("segments")), _plain),
    Layout("WhisperX", _no_places(_with_words(_at())), _plain),
    Layout("Whisper", _at("chunks"), _chunks),
    Layout("whisper.cpp", _at("transcription"), _offsets),
    Layout("AssemblyAI", _with_words(_at("utterances")), _plain),
    Layout("Deepgram", _with_words(_at("results", "utterances")), _plain),
    Layout(
        "Deepgram", _at("results", "channels", ONLY, "alternatives", FIRST, "paragraphs", "paragraphs"), _paragraphs
    ),
    Layout("AWS Transcribe", _at("results", "audio_segments"), _audio_segments),
    Layout("AWS Transcribe", _all_of_whom, _items),
    Layout("Rev", _at("monologues"), _monologues),
)
"""In the order in which they are asked; the richest of one tool first."""
