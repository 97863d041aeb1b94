"""W3C Web Annotations: the members that the model requires, and a round trip that loses no coding."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from secondcoder.codebook.model import Code, Codebook
from secondcoder.domain.records import Coding, Origin, Suggestion, Valence
from secondcoder.errors import InputError
from secondcoder.exchange.projects.web_annotation import CODED_FORMAT, sniff
from secondcoder.exchange.projects.web_annotation_out import write
from secondcoder.exchange.registry import CodedData, ImportContext
from support.native_projects import marked_talks, places, transcript_of, utf16

GUID = "AAAAAAAA-0000-4000-8000-000000000000"
BOOK = Codebook(
    id="own", title="Own", codes=(Code(id="CO", name="Coherence", guid=GUID), Code(id="CP", name="Participation"))
)
TALK = "I: How did it start?\nP1: It was hard, it was.\n"
CONTEXT = "http://www.w3.org/ns/anno.jsonld"
# The registered motivations of the model (section 3.3.5).
WORDS = "assessing bookmarking classifying commenting describing editing highlighting identifying linking moderating questioning"
MOTIVATIONS = frozenset((*WORDS.split(), "replying", "tagging"))


def faults(annotation: dict[str, Any]) -> list[str]:
    """What the model requires of an annotation (https://www.w3.org/TR/annotation-model/, sections 3.1, 3.2.4, 4.2) and this lacks."""
    found = []
    found += ["id is to be one IRI"] * (not str(annotation.get("id", "")).startswith(("urn:", "http")))
    found += ["type is to be Annotation"] * (annotation.get("type") != "Annotation")
    found += ["motivation"] * (annotation.get("motivation") not in MOTIVATIONS)
    for body in annotation["body"]:
        found += ["a body's purpose"] * (body["purpose"] not in MOTIVATIONS)
        found += ["a TextualBody has exactly one value"] * (
            body["type"] == "TextualBody" and not isinstance(body["value"], str)
        )
        found += ["a SpecificResource has exactly one source"] * (
            body["type"] == "SpecificResource" and "id" not in body["source"]
        )
    target = annotation["target"]
    found += ["a target's source"] * (not target["source"].get("id"))
    position, quote = target["selector"]
    found += ["positions"] * (not 0 <= position["start"] <= position["end"])
    found += ["a quotation"] * (not quote["exact"] or not {"prefix", "suffix"} <= quote.keys())
    return found


def test_every_annotation_has_what_the_model_requires(tmp_path: Path) -> None:
    codings = [
        Coding("ash", 25, 36, "CO", "Ana", memo="why"),
        Coding("ash", 3, 6, "CP", "Bea", Origin.REVIEWED, Valence.INHIBITS),
    ]
    suggestions = [Suggestion("ash", 25, 36, "CP", 0.81, 0.5, True, "v3")]
    path = tmp_path / "out.jsonld"
    write(CodedData([transcript_of("ash", TALK)], codings=codings, suggestions=suggestions), BOOK, path)
    collection = json.loads(path.read_text(encoding="utf-8"))
    assert (collection["@context"], collection["type"], collection["total"]) == (CONTEXT, "AnnotationCollection", 3)
    page = collection["first"]
    assert page["type"] == "AnnotationPage"
    items = page["items"]
    assert [faults(item) for item in items] == [[], [], []]
    assert len({item["id"] for item in items}) == 3
    human, other, machine = items[1], items[0], items[2]
    assert (human["motivation"], human["creator"]["type"], human["creator"]["name"]) == ("tagging", "Person", "Ana")
    assert human["body"][0]["source"] == {"id": f"urn:uuid:{GUID.lower()}", "label": "Coherence"}
    assert {(body["purpose"], body["value"]) for body in other["body"][1:]} == {
        ("classifying", "inhibits"),
        ("describing", "reviewed"),
    }
    assert (machine["motivation"], machine["generator"]["type"], machine["generator"]["name"]) == (
        "assessing",
        "Software",
        "secondcoder v3",
    )
    assert {"type": "TextualBody", "purpose": "assessing", "value": "0.8100", "format": "text/plain"} in machine["body"]
    quote = human["target"]["selector"][1]
    assert quote["prefix"] + quote["exact"] + quote["suffix"] == TALK
    broken = {**human, "motivation": "coding", "body": [{"type": "TextualBody", "purpose": "tagging", "value": None}]}
    assert len(faults(broken)) == 2


def test_suggestions_never_come_back_as_codings(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonld"
    transcript = transcript_of("ash", TALK)
    write(CodedData([transcript], suggestions=[Suggestion("ash", 25, 36, "CP", 0.81, 0.5, True, "v3")]), BOOK, path)
    data = CODED_FORMAT.read(path, ImportContext(BOOK, {"ash": transcript}))
    assert data.codings == []
    assert data.notes == ["1 annotation by software not taken"]


marks = st.tuples(
    st.sampled_from(["CO", "CP"]),
    st.sampled_from(["Ana", "bea@example.org"]),
    st.sampled_from([*Origin]),
    st.sampled_from([None, *Valence]),
)


@settings(max_examples=50, deadline=None)
@given(talk=marked_talks(), said=st.lists(marks, min_size=4, max_size=4), memo=st.sampled_from(["", "so\nit is", "𠮷"]))
def test_what_goes_out_comes_back(
    tmp_path_factory: pytest.TempPathFactory, talk: Any, said: list[Any], memo: str
) -> None:
    transcript = transcript_of("Ash 1/2 ü", "".join(talk[0]))
    codings = [
        Coding(transcript.id, *span, code, coder, origin, valence, memo)
        for span, (code, coder, origin, valence) in zip(talk[1], said, strict=False)
    ]
    path = tmp_path_factory.mktemp("w") / "out.json"
    write(CodedData([transcript], codings=codings), BOOK, path)
    assert sniff(path)
    data = CODED_FORMAT.read(path, ImportContext(BOOK, {transcript.id: transcript}))
    assert ({*data.codings}, data.transcripts) == ({*codings}, [])


def annotation(selector: Any, **more: Any) -> dict[str, Any]:
    """As other tools write it: one body, an address for the text, a creator by name."""
    tag = {"type": "TextualBody", "purpose": "tagging", "value": "CO"}
    target = {"source": "https://example.org/talks/ash.txt", "selector": selector}
    return {"@context": CONTEXT, "type": "Annotation", "body": tag, "target": target, "creator": "Ana", **more}


def put(folder: Path, value: Any) -> Path:
    path = folder / "notes.jsonld"
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("written", "span"),
    [
        (annotation({"type": "TextPositionSelector", "start": 25, "end": 36}), (25, 36)),
        (annotation({"type": "TextQuoteSelector", "exact": "hard"}), (32, 36)),
        (annotation({"type": "TextQuoteSelector", "prefix": "hard, ", "exact": "it was", "suffix": "."}), (38, 44)),
        (
            annotation(
                [
                    {
                        "type": "XPathSelector",
                        "value": "/p",
                        "refinedBy": {"type": "TextPositionSelector", "start": 3, "end": 6},
                    }
                ]
            ),
            (3, 6),
        ),
        ([annotation({"type": "TextQuoteSelector", "exact": "hard"}, motivation="tagging", body="CO")], (32, 36)),
        (
            {
                "@context": CONTEXT,
                "type": "AnnotationPage",
                "items": [annotation({"type": "TextQuoteSelector", "exact": "hard"})],
            },
            (32, 36),
        ),
    ],
)
def test_annotations_of_other_tools(tmp_path: Path, written: Any, span: tuple[int, int]) -> None:
    data = CODED_FORMAT.read(put(tmp_path, written), ImportContext(BOOK, {"ash": transcript_of("ash", TALK)}))
    assert places(data) == {("ash", *span, "CO", "Ana")}


def test_utf_16_positions_of_a_browser_are_known_by_their_words(tmp_path: Path) -> None:
    text = "P: 😀😀 It was hard.\n"
    start, end = text.index("hard"), text.index("hard") + 4
    selector = [
        {"type": "TextPositionSelector", "start": utf16(text, start), "end": utf16(text, end)},
        {"type": "TextQuoteSelector", "exact": "hard"},
    ]
    data = CODED_FORMAT.read(
        put(tmp_path, annotation(selector)), ImportContext(BOOK, {"ash": transcript_of("ash", text)})
    )
    assert places(data) == {("ash", start, end, "CO", "Ana")}


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        (
            annotation({"type": "TextQuoteSelector", "exact": "it was"})
            | {"body": {"purpose": "tagging", "value": "t"}},
            "'t'",
        ),
        (annotation({"type": "TextQuoteSelector", "exact": "t"}), "'t' stands 5 times in 'ash'"),
        (annotation({"type": "TextQuoteSelector", "exact": "never"}), "'never' stands nowhere in 'ash'"),
        (annotation({"type": "TextPositionSelector", "start": 9, "end": "x"}), "are no span of a text"),
        (
            annotation({}) | {"target": "https://example.org/oak.txt"},
            r"no transcript of the study is called 'oak\.txt'",
        ),
        ({"@context": CONTEXT, "items": []}, "no Web Annotation in it"),
    ],
)
def test_what_has_no_place_is_refused(tmp_path: Path, written: Any, fault: str) -> None:
    with pytest.raises(InputError, match=fault):
        CODED_FORMAT.read(put(tmp_path, written), ImportContext(BOOK, {"ash": transcript_of("ash", TALK)}))
