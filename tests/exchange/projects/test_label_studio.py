"""Label Studio's tasks: positions in every unit that its versions wrote, and a round trip that loses no coding."""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from secondcoder.codebook.model import Code, Codebook
from secondcoder.domain.records import Coding, Origin, Suggestion, Valence
from secondcoder.errors import InputError
from secondcoder.exchange.projects.label_studio import CODED_FORMAT, sniff
from secondcoder.exchange.projects.label_studio_out import write
from secondcoder.exchange.registry import CodedData, ImportContext
from support.native_projects import label_studio, marked_talks, places, read_alone, transcript_of, utf16

BOOK = Codebook(
    id="own", title="Own", codes=(Code(id="CO", name="Coherence"), Code(id="CP", name="Participation", parent="CO"))
)
TALK = "I: How did it start?\nP1: It was hard & loud.\n"


def put(folder: Path, tasks: Any, called: str = "export.json") -> Path:
    path = folder / called
    path.write_text(json.dumps(tasks, ensure_ascii=False), encoding="utf-8")
    return path


@pytest.mark.parametrize("unit", ["code points", "UTF-16", "CRLF counted as two", "escaped"])
@settings(max_examples=25, deadline=None)
@given(talk=marked_talks())
def test_positions_of_every_version(tmp_path_factory: pytest.TempPathFactory, unit: str, talk: Any) -> None:
    # Words that stand once at the beginning tell the unit wherever the others leave it open.
    text = "P: xyzzy 😀& plugh\n" + "".join(talk[0])
    spans = [(text.index("plugh"), text.index("plugh") + 5), *((start + 18, end + 18) for start, end in talk[1])]
    assert all(text[start:end] for start, end in spans)
    stored = text.replace("\n", "\r\n") if unit == "CRLF counted as two" else text

    def counted(place: int) -> int:
        before = text[:place]
        widths = {
            "code points": len(before),
            "UTF-16": utf16(text, place),
            "CRLF counted as two": len(before.replace("\n", "\r\n")),
            "escaped": len(html.escape(before)),
        }
        return widths[unit]

    regions = [(counted(start), counted(end), "Theme", text[start:end]) for start, end in spans]
    path = put(tmp_path_factory.mktemp("l"), label_studio(stored, regions))
    data = read_alone(CODED_FORMAT, path)
    assert data.transcripts[0].text == text
    assert {text[slice(*each.span)] for each in data.codings} == {text[slice(*span)] for span in spans}
    said = {"UTF-16": "count UTF-16 units", "escaped": "as HTML writes it"}.get(unit)
    assert said is None or any(said in note for note in data.notes)
    if unit != "escaped":
        assert places(data) == {("task-1", *span, "theme", "user 7") for span in spans}


marks = st.tuples(
    st.sampled_from(["CO", "CP"]),
    st.sampled_from(["Ana", "bea@example.org"]),
    st.sampled_from([*Origin]),
    st.sampled_from([None, *Valence]),
)


@settings(max_examples=50, deadline=None)
@given(
    talk=marked_talks(),
    said=st.lists(marks, min_size=4, max_size=4),
    memo=st.sampled_from(["", "so\nit is", "👨\u200d👩\u200d👧"]),
)
def test_what_goes_out_comes_back(
    tmp_path_factory: pytest.TempPathFactory, talk: Any, said: list[Any], memo: str
) -> None:
    transcript = transcript_of("Ash 1", "".join(talk[0]))
    codings = [
        Coding("Ash 1", *span, code, coder, origin, valence, memo)
        for span, (code, coder, origin, valence) in zip(talk[1], said, strict=False)
    ]
    path = tmp_path_factory.mktemp("l") / "out.json"
    write(CodedData([transcript], codings=codings), BOOK, path)
    assert sniff(path)
    data = CODED_FORMAT.read(path, ImportContext(BOOK))
    assert [each.text for each in data.transcripts] == [transcript.text]
    assert {*data.codings} == {*codings}
    # Into the study that has it: nothing but the same codings.
    again = CODED_FORMAT.read(path, ImportContext(BOOK, {"Ash 1": transcript}))
    assert (again.transcripts, {*again.codings}) == ([], {*codings})


def test_suggestions_are_predictions_and_never_come_back_as_codings(tmp_path: Path) -> None:
    transcript = transcript_of("ash", TALK)
    suggestions = [
        Suggestion("ash", 25, 36, "CO", 0.8, 0.5, True, "v3"),
        Suggestion("ash", 25, 36, "CP", 0.3, 0.5, False, "v3"),
    ]
    path = tmp_path / "out.json"
    write(CodedData([transcript], suggestions=suggestions), BOOK, path)
    (task,) = json.loads(path.read_text(encoding="utf-8"))
    (prediction,) = task["predictions"]
    assert (prediction["model_version"], prediction["score"]) == ("v3", 0.55)
    assert [(each["value"]["labels"], each["score"]) for each in prediction["result"]] == [
        (["Coherence"], 0.8),
        (["Participation"], 0.3),
    ]
    assert "no probability" in prediction["result"][1]["meta"]["text"][0]
    assert task["annotations"] == []
    data = CODED_FORMAT.read(path, ImportContext(BOOK))
    assert data.codings == []
    assert "1 prediction of a model not taken" in data.notes


def test_the_same_study_gives_the_same_bytes_in_line_feeds(tmp_path: Path) -> None:
    transcript = transcript_of("ash", TALK)
    codings = [Coding("ash", 25, 36, "CO", "Ana"), Coding("ash", 3, 6, "CP", "bea@example.org")]
    first, second = tmp_path / "a.json", tmp_path / "b.json"
    write(CodedData([transcript], codings=codings), BOOK, first)
    write(CodedData([transcript], codings=codings[::-1]), BOOK, second)
    assert first.read_bytes() == second.read_bytes()
    assert b"\r" not in first.read_bytes()
    annotations = json.loads(first.read_text(encoding="utf-8"))[0]["annotations"]
    # Label Studio refuses a file whose `completed_by` is no member's address.
    assert [each.get("completed_by") for each in annotations] == [None, {"email": "bea@example.org"}]


def test_drafts_cancelled_annotations_and_other_kinds_of_results_are_counted(tmp_path: Path) -> None:
    (task,) = label_studio(TALK, [(25, 36, "Hard", TALK[25:36])], {"id": 4, "email": "ana@example.org"})
    task["drafts"] = [{"result": []}]
    task["annotations"].append({**task["annotations"][0], "was_cancelled": True})
    task["annotations"][0]["result"] += [{"type": "choices", "value": {"choices": ["x"]}}, {"type": "relation"}]
    data = read_alone(CODED_FORMAT, put(tmp_path, [task]))
    assert places(data) == {("task-1", 25, 36, "hard", "ana@example.org")}
    assert {note.removesuffix(" not taken") for note in data.notes} >= {
        "1 cancelled annotation",
        "1 result of type 'choices'",
        "1 result of type 'relation'",
        "1 draft",
    }


@pytest.mark.parametrize(
    ("tasks", "fault"),
    [
        ([{"id": 1, "text": "x", "label": [], "annotator": 1, "annotation_id": 3}], "JSON-MIN"),
        ({"answers": 1}, "JSON of a kind that is not read"),
        (
            label_studio(TALK, [(-4, 3, "Hard", "I: ")]),
            "task 1, annotation 1, region 1: its positions -4 to 3 are no span",
        ),
        (label_studio(TALK, [(30, 20, "Hard", "x")]), "its positions 30 to 20 are no span"),
        (label_studio(TALK, [(3, 6, "Hard", "never said")]), "hold other words than it quotes, which stand nowhere"),
        (label_studio(TALK, [(3, 6, "Hard", "How")], None), "nobody is named as its coder"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(tmp_path: Path, tasks: Any, fault: str) -> None:
    with pytest.raises(InputError, match=fault):
        read_alone(CODED_FORMAT, put(tmp_path, tasks))
