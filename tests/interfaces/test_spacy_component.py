"""The spaCy component: what it writes into a Doc, alone, in batches and over processes, and what it refuses."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import spacy
from secondcoder import Study
from secondcoder.errors import ModelError, ReadError
from secondcoder.interfaces.doc_suggestions import OF_DOCS, OF_SPANS
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.training import Example
from support.places import ROOT

ANSWERS = (
    "They explained the purpose to us and we understood why it was worth doing. We looked at the numbers and saw it helped.",
    "The room was never free, and there was no slot on the computer. I did sign people up though, and told them what it was for.",
)
TALK = f"I: And how did it start?\n\nR: {ANSWERS[0]}\n\nI: Mm.\n\nR: {ANSWERS[1]}\n"


@pytest.fixture(autouse=True)
def _own_extensions() -> None:
    """Extensions belong to the process: each test begins without those of the others."""
    before = {holder: [name for name in (*OF_SPANS, *OF_DOCS) if holder.has_extension(name)] for holder in (Span, Doc)}
    for holder, names in before.items():
        for name in names:
            holder.remove_extension(name)


def pipeline(model: Path, **settings: Any) -> Language:
    """An English pipeline with the component alone."""
    nlp = spacy.blank("en")
    nlp.add_pipe("secondcoder", config={"model": str(model), "transcript": True, **settings})
    return nlp


def suggestions(doc: Doc, key: str = "secondcoder") -> list[tuple[Any, ...]]:
    return [
        (span.start_char, span.end_char, span.label_, span._.probability, span._.rank_score, span._.threshold)
        for span in doc.spans[key]
    ]


def test_a_transcript_has_the_suggestions_that_code_gives(trained_study: Study, tmp_path: Path) -> None:
    (tmp_path / "talk.txt").write_text(TALK, encoding="utf-8")
    table = trained_study.code([tmp_path / "talk.txt"], everything=True).table.astype(object)
    doc = pipeline(trained_study.folder, everything=True)(TALK)
    told = sorted((*row[:4], row[5]) for row in suggestions(doc))
    by_hand = sorted(
        (row.start, row.end, row.code, None if row.probability != row.probability else row.probability, row.threshold)
        for row in table.itertuples()
    )
    assert told == by_hand
    assert {span._.model for span in doc.spans["secondcoder"]} == {"m0001"}
    assert {span.text for span in doc.spans["secondcoder"]} == set(ANSWERS)


def test_only_what_reaches_its_threshold_is_suggested(trained_study: Study) -> None:
    doc = pipeline(trained_study.folder)(TALK)
    assert len(doc.spans["secondcoder"])
    for span in doc.spans["secondcoder"]:
        score = span._.rank_score if span._.probability is None else span._.probability
        assert score >= span._.threshold


def test_two_codes_of_one_passage_have_their_own_figures(trained_study: Study) -> None:
    doc = pipeline(trained_study.folder, everything=True)(TALK)
    places = [(span.start, span.end) for span in doc.spans["secondcoder"]]
    assert len(set(places)) < len(places)
    table = doc._.code_probabilities.set_index(["start", "end"])
    for span in doc.spans["secondcoder"]:
        figure = span._.rank_score if span._.probability is None else span._.probability
        assert figure == pytest.approx(table.loc[(span.start_char, span.end_char), span.label_], abs=1e-4)
    assert doc[0:2]._.probability is None
    assert doc[0:2]._.model is None


def test_a_plain_doc_is_one_participants_talk(trained_study: Study) -> None:
    plain = pipeline(trained_study.folder, transcript=False, everything=True)("\n\n".join(ANSWERS))
    labelled = pipeline(trained_study.folder, everything=True)("\n\n".join(f"R: {answer}" for answer in ANSWERS))
    figures = [
        [(span.text, *row[2:]) for span, row in zip(doc.spans["secondcoder"], suggestions(doc), strict=True)]
        for doc in (plain, labelled)
    ]
    assert figures[0] == figures[1]


def test_line_ends_of_windows_move_no_place(trained_study: Study) -> None:
    nlp = pipeline(trained_study.folder, everything=True)
    doc, windows = nlp(TALK), nlp(TALK.replace("\n", "\r\n"))
    assert [span.text for span in doc.spans["secondcoder"]] == [span.text for span in windows.spans["secondcoder"]]
    assert [row[2:] for row in suggestions(doc)] == [row[2:] for row in suggestions(windows)]


def test_a_span_has_whole_tokens_and_the_place_stays(trained_study: Study) -> None:
    # Without white space behind the label, it is one token with the first word.
    doc = pipeline(trained_study.folder, everything=True)(TALK.replace("R: They", "R:They"))
    first = doc.user_data["secondcoder"]["secondcoder"]["suggestions"][0]
    assert doc.text[slice(*first["place"])] == ANSWERS[0]
    assert first["span"][0] <= first["place"][0]


def test_batches_do_not_matter(trained_study: Study) -> None:
    nlp = pipeline(trained_study.folder)
    texts = [TALK, "I: Hm?\n\nR: The tea was cold.\n", TALK.replace("worth", "not worth"), "", TALK]
    alone = [suggestions(nlp(text)) for text in texts]
    for size in (1, 2, 100):
        assert [suggestions(doc) for doc in nlp.pipe(texts, batch_size=size)] == alone
    assert alone[3] == []


def test_it_can_be_sent_to_a_process_that_is_started_anew(trained_study: Study) -> None:
    component = pipeline(trained_study.folder).get_pipe("secondcoder")
    again = pickle.loads(pickle.dumps(component))
    assert again.opened.sha256 == component.opened.sha256
    assert len(pickle.dumps(component)) < 2000  # settings alone


@pytest.mark.slow
def test_processes_do_not_matter(trained_study: Study) -> None:
    nlp = pipeline(trained_study.folder)
    alone = suggestions(nlp(TALK))
    assert [suggestions(doc) for doc in nlp.pipe([TALK] * 6, batch_size=2, n_process=2)] == [alone] * 6


@pytest.mark.slow
def test_nothing_of_secondcoder_need_be_imported(trained_study: Study) -> None:
    program = (
        "import sys, spacy\n"
        "nlp = spacy.blank('en')\n"
        "print(*sorted(name for name in sys.modules if name.split('.')[0] == 'secondcoder'))\n"
        "nlp.add_pipe('secondcoder', config={'model': sys.argv[1]})\n"
        f"print(len(nlp({ANSWERS[0]!r}).spans['secondcoder']))\n"
    )
    run = [sys.executable, "-c", program, str(trained_study.folder)]
    loaded, found = subprocess.run(run, capture_output=True, text=True, check=True).stdout.splitlines()
    # spaCy imports every factory with every pipeline: ours brings nothing along.
    assert loaded.split() == ["secondcoder", "secondcoder.interfaces", "secondcoder.interfaces.spacy_factory"]
    assert int(found) > 0


def test_a_doc_keeps_its_figures_as_bytes_and_no_words_beside_its_text(trained_study: Study) -> None:
    nlp = pipeline(trained_study.folder)
    doc = nlp(TALK)
    again = Doc(nlp.vocab).from_bytes(doc.to_bytes())
    assert suggestions(again) == suggestions(doc)
    assert again._.code_probabilities.equals(doc._.code_probabilities)
    kept = json.dumps(doc.user_data["secondcoder"])
    assert not any(word in kept for word in ("purpose", "understood", "computer", "explained"))


def test_sentences_are_the_studys_unless_the_docs_are_asked_for(trained_study: Study) -> None:
    text = "We looked at it and then we looked again, " * 12 + "and that was it."
    own = pipeline(trained_study.folder, transcript=False)
    after = pipeline(trained_study.folder, transcript=False)
    after.add_pipe("sentencizer", first=True, config={"punct_chars": [","]})
    of_doc = spacy.blank("en")
    of_doc.add_pipe("sentencizer", config={"punct_chars": [","]})
    of_doc.add_pipe("secondcoder", config={"model": str(trained_study.folder), "sentences": "doc"})
    cuts = [nlp(text)._.code_probabilities[["start", "end"]].to_numpy().tolist() for nlp in (own, after, of_doc)]
    assert cuts[0] == cuts[1]
    assert cuts[2] != cuts[0]
    begins = {sent.start_char for sent in of_doc(text).sents}
    assert {start for start, _ in cuts[2]} <= begins


def test_it_is_scored_and_analysed_as_spacys_own_components_are(trained_study: Study) -> None:
    nlp = pipeline(trained_study.folder)
    people = nlp.make_doc(TALK)
    people.spans["secondcoder"] = [people.char_span(*row[:2], label=row[2]) for row in suggestions(nlp(TALK))]
    assert nlp.evaluate([Example(nlp.make_doc(TALK), people)])["spans_secondcoder_f"] == 1.0
    people.spans["secondcoder"] = list(people.spans["secondcoder"])[:1]
    scores = nlp.evaluate([Example(nlp.make_doc(TALK), people)])
    assert scores["spans_secondcoder_r"] == 1.0
    assert scores["spans_secondcoder_p"] < 1.0
    found = nlp.analyze_pipes()
    assigned = {f"span._.{name}" for name in OF_SPANS} | {f"doc._.{name}" for name in OF_DOCS}
    assert set(found["summary"]["secondcoder"]["assigns"]) == {"doc.spans", "doc.user_data"} | assigned
    assert found["problems"]["secondcoder"] == []
    assert nlp.pipe_labels["secondcoder"] == list(nlp.get_pipe("secondcoder").labels)


def test_names_of_extensions_that_others_gave_are_theirs(trained_study: Study) -> None:
    Span.set_extension("probability", default=0.5)
    with pytest.raises(ValueError, match=r"span\._\.probability is given by another component already"):
        pipeline(trained_study.folder)
    assert not Span.has_extension("threshold")
    doc = pipeline(trained_study.folder, prefix="code_")(TALK)
    assert doc.spans["secondcoder"][0]._.code_probability != 0.5
    assert doc[0:2]._.probability == 0.5


def test_two_models_stand_side_by_side(trained_study: Study) -> None:
    nlp = pipeline(trained_study.folder)
    more = {"model": str(trained_study.folder), "transcript": True, "everything": True}
    nlp.add_pipe("secondcoder", name="all", config={**more, "spans_key": "all", "prefix": "all_"})
    doc = nlp(TALK)
    assert len(doc.spans["all"]) > len(doc.spans["secondcoder"])
    assert doc.spans["all"][0]._.all_threshold is not None


def test_a_doc_that_is_no_transcript_is_the_pipelines_to_handle(trained_study: Study) -> None:
    nlp = pipeline(trained_study.folder, interviewer=["ANN"])
    with pytest.raises(ReadError, match=r"ANN.* No code was suggested\."):
        nlp(TALK)
    failed: list[str] = []
    nlp.set_error_handler(lambda name, component, docs, error: failed.extend(doc.text for doc in docs))
    asked = TALK.replace("I:", "ANN:")
    assert [doc.text for doc in nlp.pipe([asked, TALK, asked])] == [asked, asked]
    assert failed == [TALK]


@pytest.mark.parametrize(
    ("settings", "error", "fault"),
    [
        ({"model": "nowhere"}, ModelError, "No model at .*nowhere: there is no such folder or file"),
        ({"model": "."}, ModelError, "neither a study nor a model that `secondcoder models export` wrote"),
        ({"version": "m0007"}, ModelError, "There is no model 'm0007'"),
        ({"store": "modl"}, ValueError, "store is 'modl', and may be .* Did you mean 'model'"),
        ({"sentences": "docs"}, ValueError, "sentences is 'docs', and may be 'study', 'doc'"),
    ],
)
def test_what_cannot_be_used_is_said(
    trained_study: Study, tmp_path: Path, settings: dict[str, str], error: type[Exception], fault: str
) -> None:
    place = tmp_path / settings["model"] if "model" in settings else trained_study.folder
    with pytest.raises(error, match=fault):
        pipeline(place, **{name: value for name, value in settings.items() if name != "model"})


def test_a_versions_folder_names_the_version(trained_study: Study) -> None:
    place = trained_study.folder / "models" / "m0001"
    doc = pipeline(place)(TALK)
    assert suggestions(doc) == suggestions(pipeline(trained_study.folder)(TALK))
    with pytest.raises(ModelError, match="is model m0001, and not 'm0002'"):
        pipeline(place, version="m0002")


def test_a_study_is_left_as_it_was(trained_study: Study) -> None:
    from support.study_checks import everything

    trained_study.close()
    before = everything(trained_study.folder)
    pipeline(trained_study.folder)(TALK)
    assert everything(trained_study.folder) == before


@pytest.mark.slow
@pytest.mark.model
def test_with_the_packaged_model_a_transcript_has_the_suggestions_that_code_gives(tmp_path: Path) -> None:
    """With MiniLM and the codebook npt, on an interview of the demonstration study, its interviewer's questions and all."""
    study = Study.create(tmp_path / "study", "npt")
    study.import_files([ROOT / "corpora" / "demo"])
    study.train()
    interview = ROOT / "corpora" / "demo" / "transcripts" / "cedar" / "cedar_lw_late.txt"
    table = study.code().table
    table = table[table["transcript"] == interview.stem]
    doc = pipeline(study.folder)(interview.read_text(encoding="utf-8"))
    places = [tuple(each["place"]) for each in doc.user_data["secondcoder"]["secondcoder"]["suggestions"]]
    told = [
        (*place, span.label_, span._.rank_score if span._.probability is None else span._.probability, span._.threshold)
        for place, span in zip(places, doc.spans["secondcoder"], strict=True)
    ]
    scores = table["probability"].fillna(table["rank_score"])
    by_hand = zip(table["start"], table["end"], table["code"], scores, table["threshold"], strict=True)
    assert len(told) > 20
    assert sorted(told) == sorted(by_hand)
    study.close()
