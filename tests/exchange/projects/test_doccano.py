"""doccano's exports in the layouts of all versions, and grapheme mode against texts whose characters are known."""

from __future__ import annotations

import json
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from secondcoder.errors import InputError
from secondcoder.exchange.importing import ImportOptions
from secondcoder.exchange.projects.doccano import CODED_FORMAT, sniff
from support.native_projects import CLUSTERS, marked_talks, new_study, places, read_alone

TALK = "I: How did it start?\nP1: It was hard.\n"
SPAN = {"label": "Hard", "start_offset": 25, "end_offset": 36}


def put(folder: Path, *records: Any, called: str = "ana.jsonl") -> Path:
    path = folder / called
    path.write_text("\n".join(json.dumps(each, ensure_ascii=False) for each in records), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("record", "code", "coder"),
    [
        ({"id": 3, "text": TALK, "label": [[25, 36, "Hard"]]}, "hard", "ana"),
        ({"id": 3, "text": TALK, "labels": [[25, 36, "Hard"]], "meta": {}}, "hard", "ana"),
        ({"id": 3, "text": TALK, "entities": [{"id": 0, **SPAN}], "relations": []}, "hard", "ana"),
        ({"id": 3, "text": TALK, "annotations": [{**SPAN, "label": 12, "user": 4}]}, "label-12", "user 4"),
    ],
)
def test_every_layout_says_the_same(tmp_path: Path, record: Any, code: str, coder: str) -> None:
    path = put(tmp_path, record)
    assert sniff(path)
    assert places(read_alone(CODED_FORMAT, path)) == {("doccano-3", 25, 36, code, coder)}
    path.write_text(
        json.dumps([record, record | {"id": 4, "text": "P1: No."} | {"label": []}], indent=2), encoding="utf-8"
    )
    if "label" in record:
        assert places(read_alone(CODED_FORMAT, path)) == {("doccano-3", 25, 36, code, coder)}


@settings(max_examples=25, deadline=None)
@given(talk=marked_talks())
def test_positions_are_code_points(tmp_path_factory: pytest.TempPathFactory, talk: Any) -> None:
    # Two words so long that, counted in any other unit, both ends of each would fall within a word.
    before, spans, word = "".join(talk[0]) + "👨\u200d👩\u200d👧 ", talk[1], 400
    text = f"{before}{'a' * word} {'b' * word} {'c' * word}\n"
    words = [(len(before) + start, len(before) + start + word) for start in (0, word + 1)] * 4
    path = put(
        tmp_path_factory.mktemp("d"), {"id": 1, "text": text, "label": [[*span, "Theme"] for span in (*spans, *words)]}
    )
    data = read_alone(CODED_FORMAT, path)
    assert data.transcripts[0].text == text
    assert places(data) == {("doccano-1", *span, "theme", "ana") for span in (*spans, *words)}


@settings(max_examples=25, deadline=None)
@given(
    signs=st.lists(
        st.sampled_from([sign for sign in CLUSTERS if len(sign) > 1 or not sign.isascii()]), min_size=1, max_size=9
    )
)
def test_user_perceived_characters_where_they_alone_begin_and_end_words(
    tmp_path_factory: pytest.TempPathFactory, signs: list[str]
) -> None:
    written = ["👨\u200d👩\u200d👧", *signs, *" and then it was quiet."]
    before = [0, *accumulate(map(len, written))]
    spans = [(at, at + 5) for at in (len(signs) + 1 + " and then it was quiet.".index(word) for word in ("quiet",))]
    spans += [(len(signs) + 2, len(signs) + 5), (len(signs) + 6, len(signs) + 10)]
    path = put(
        tmp_path_factory.mktemp("d"), {"id": 1, "text": "".join(written), "label": [[*span, "Theme"] for span in spans]}
    )
    data = read_alone(CODED_FORMAT, path)
    assert {each.span for each in data.codings} == {(before[start], before[end]) for start, end in spans}
    assert "positions count user-perceived characters, as the ends of words show" in data.notes


def test_one_file_for_each_annotator_and_one_transcript_for_all(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    put(folder, {"id": 3, "text": TALK, "label": [[25, 36, "Hard"]], "Comments": ["x"]}, called="ana.jsonl")
    put(folder, {"id": 3, "text": TALK, "label": [[3, 6, "Hard"]]}, called="bea.jsonl")
    imported = new_study(tmp_path).import_files([folder], ImportOptions(add_codes=True))
    assert [each.id for each in imported.transcripts] == ["doccano-3"]
    assert {(each.span, each.coder) for each in imported.codings} == {((25, 36), "ana"), ((3, 6), "bea")}
    assert any("1 comment not taken" in note for note in imported.notes)
    assert any("--coder NAME says otherwise" in note for note in imported.notes)


def test_another_projects_record_of_the_same_number_is_another_transcript(tmp_path: Path) -> None:
    study = new_study(tmp_path)
    study.import_files(
        [put(tmp_path, {"id": 3, "text": TALK, "label": [[25, 36, "Hard"]]})], ImportOptions(add_codes=True)
    )
    other = put(
        tmp_path, {"id": 3, "text": "P2: Quite another talk, easily.", "label": [[4, 9, "Hard"]]}, called="bea.jsonl"
    )
    assert [each.id for each in study.import_files([other]).transcripts] == ["doccano-3-2"]
    assert study.import_files([other]).transcripts == []


@pytest.mark.parametrize(
    ("record", "called", "fault"),
    [
        ({"text": TALK, "label": [[25, 36, "Hard"]]}, "all.jsonl", "nobody is named as its coder"),
        ({"text": TALK, "label": [[9, 4, "Hard"]]}, "ana.jsonl", "record 1, label 1: its positions 9 to 4 are no span"),
        ({"text": TALK, "label": [[0, 400, "Hard"]]}, "ana.jsonl", "positions 0 to 400 are not within the text"),
        ({"text": TALK, "label": [[0, 4, None]]}, "ana.jsonl", "has a code that the project does not list"),
        ({"text": None, "label": [[0, 4, "Hard"]]}, "ana.jsonl", "record 1 has no text"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(tmp_path: Path, record: Any, called: str, fault: str) -> None:
    with pytest.raises(InputError, match=fault):
        read_alone(CODED_FORMAT, put(tmp_path, record, called=called))
