"""The methods section: every number is the store's, every sentence names its items, and what is not known is not said."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest
from secondcoder.audit.methods.checklists import CHECKLISTS
from secondcoder.audit.methods.facts import added_after_coding
from secondcoder.audit.methods.figures_of_model import figures_of_model
from secondcoder.audit.methods.section import YOURS
from secondcoder.codebook.model import Code
from secondcoder.codebook.yaml_file import dump_codebook
from secondcoder.drift.reports import DRIFT
from secondcoder.exchange.importing import ImportOptions
from secondcoder.learning.assessment.purposes import AS_PEOPLE_CODE, FIND_NEARLY_ALL, purpose_in_words
from secondcoder.review.session import ReviewSession
from secondcoder.study.study import Study
from support.audit_checks import tamper
from support.review_checks import small_study, word
from support.study_checks import dump

CHECKLIST = {checklist.name: set(checklist.items) for checklist in CHECKLISTS}


def _told(text: str) -> str:
    """The sentences alone, as one string."""
    body = text[text.index("## Material") : text.index("## For you to add")]
    return body.split("## Left out")[0]


def _sql(study: Study, query: str) -> int:
    connection = sqlite3.connect(study.folder / "study.db")
    (found,) = connection.execute(query).fetchone()
    connection.close()
    return int(found)


@pytest.fixture
def text(trained_study: Study) -> str:
    return trained_study.export_methods()


def test_every_sentence_names_items_that_exist(text: str) -> None:
    for paragraph in (line for line in _told(text).splitlines() if line and not line.startswith("#")):
        assert paragraph.endswith("]")
        tags = re.findall(r"\[((?:COREQ|SRQR|GRRAS|TRIPOD)[^\]]*)\]", paragraph)
        assert len(re.findall(r"[.] (?=[A-Z0-9])", re.sub(r"\[[^\]]*\]", "", paragraph))) < 3 * len(tags)
        for tag in "; ".join(tags).split("; "):
            name, number = tag.split()
            assert number in CHECKLIST[name]
    yours = " ".join(items for items, _ in YOURS)
    assert re.fullmatch(r"(?:(?:COREQ|SRQR) [\d, -]+(?:; | |$))+", yours)


def test_its_numbers_are_those_of_the_store(trained_study: Study, text: str) -> None:
    transcripts, cases = (_sql(trained_study, f"SELECT count(*) FROM {table}") for table in ("transcripts", "cases"))
    assert f"The material was {transcripts} transcripts of {cases} cases." in text
    codings = _sql(trained_study, "SELECT count(*) FROM codings WHERE origin = 'independent'")
    assert f"Codings by origin: independent {codings}." in text
    events = _sql(trained_study, "SELECT count(*) FROM events")
    assert f"audit trail of {events} events" in text
    trained = trained_study.workspace().manifest["training"]
    assert f"on {trained['segments']} segments of {trained['transcripts']} transcripts" in text
    for coder in ("anna", "ben"):
        of = _sql(trained_study, f"SELECT count(DISTINCT transcript) FROM coding_passes WHERE coder = '{coder}'")
        assert f"{coder} {of} transcripts" in text


def test_no_number_is_told_that_the_records_do_not_hold(trained_study: Study, text: str) -> None:
    told = re.sub(
        r"\[(?:COREQ|SRQR|GRRAS|TRIPOD)[^\]]*\]|doi:\S+|95%|words@1|Its source: .*?wording\.", "", _told(text)
    )
    numbers = {float(number) for number in re.findall(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.]*\w)", told)}
    manifest, settings = trained_study.workspace().manifest, trained_study.configuration
    held = set(map(float, re.findall(r"\d+(?:\.\d+)?", f"{manifest} {settings}")))
    held |= {round(float(number), 2) for number in re.findall(r"\d+\.\d+(?:e-\d+)?", f"{manifest['out_of_fold']}")}
    by_speaker = re.findall(r"\d+\.\d+", f"{manifest['errors_by_speaker']}")
    held |= {
        round(float(number) * factor, places)
        for number in by_speaker
        for factor, places in ((1, 1), (1, 2), (1, 3), (100, 1))
    }
    agreed = trained_study.agree().to_json()
    held |= {round(agreed[name], 2) for name in ("pooled_kappa", "alpha_masi", "pooled_kappa_at_chance")}
    held |= {float(agreed["n_units"])}
    if agreed["rolled_up"]:
        held.add(round(agreed["rolled_up"]["pooled_kappa"], 2))
    counts = ("transcripts", "cases", "codings", "events")
    held |= {float(_sql(trained_study, f"SELECT count(*) FROM {table}")) for table in counts}
    held |= {float(n) for n in range(1, 10)}  # transcripts by role, wave and coder; codes by family
    dates = {float(part) for event in trained_study.store.events() for part in event["at"][:10].split("-")}
    assert numbers - held - dates == set()


def test_card_methods_agreement_and_suggestions_name_their_purpose_in_one_sentence(
    trained_study: Study, text: str
) -> None:
    sentence, version = purpose_in_words(AS_PEOPLE_CODE), trained_study.workspace().version
    card = (trained_study.folder / "models" / str(version) / "card.md").read_text(encoding="utf-8")
    for told in (text, card, *trained_study.agree().notes[-1:]):
        assert sentence in " ".join(told.split())
    assert purpose_in_words(FIND_NEARLY_ALL) in card


def test_an_empty_study_says_what_is_not_there(empty_study: Study) -> None:
    text = empty_study.export_methods()
    assert "The material was 0 transcripts." in text
    for reason in ("Agreement between coders: ", "The model: none has been trained", "Review: nobody has decided"):
        assert f"\n- {reason}" in text
    assert "kappa" not in _told(text)
    assert "classifier" not in _told(text)


def test_the_reviews_figures_are_told_only_where_there_are_any(empty_study: Study) -> None:
    review = ReviewSession(small_study(empty_study, blind=0.5, below=0.25))
    blind = next(one for one in review.interviews["t1"].passages if one.is_blind)
    at = review.interviews["t1"].passages.index(blind)
    before = empty_study.export_methods()
    assert "Review: nobody has decided" in before
    review.decide("ada", word(review, at, "add", code="CO"))
    review.decide("ada", word(review, at, "looked"))
    text = empty_study.export_methods()
    assert "50% of the passages with suggestions were set to be coded before the suggestions were shown" in text
    assert "25% of the passages shown were set to be drawn from those without any suggestion" in text
    assert "Decisions, by ada: " in text
    assert "(elusion): none has been reviewed, so there is no share." in text


def test_a_review_is_still_told_when_another_model_is_in_use(empty_study: Study) -> None:
    review = ReviewSession(small_study(empty_study, blind=0.0, below=0.0))
    at = next(n for n, one in enumerate(review.interviews["t1"].passages) if one.suggestions)
    first = review.interviews["t1"].passages[at].suggestions[0].code
    review.decide("ada", word(review, at, "accept", suggested=first))
    (told,) = re.findall(r"^A suggestion became a coding only.*$", empty_study.export_methods(), re.MULTILINE)
    assert f"by ada on suggestions of model {review.model}: accepted 1." in told
    with empty_study.store.transaction("maria") as write:
        write.add_model("m0009", review.model, dict(empty_study.workspace().manifest), in_use=True)
    assert told in empty_study.export_methods()


def test_the_same_records_give_the_same_bytes_and_are_not_touched(trained_study: Study, text: str) -> None:
    before = dump(trained_study.folder)
    assert trained_study.export_methods() == text
    assert dump(trained_study.folder) == before


def test_a_trail_that_is_not_whole_is_not_praised(trained_study: Study) -> None:
    tamper(trained_study.folder, "UPDATE events SET who = 'x' WHERE id = 1")
    text = trained_study.export_methods()
    assert "hash-chained" not in text
    assert "it is not whole" in text


def test_on_the_command_line(coded_study: Study, run_cli, tmp_path: Path) -> None:
    code, out, err = run_cli("-C", coded_study.folder, "export", "--methods", tmp_path / "methods.md")
    assert (code, out, "Wrote" in err) == (0, "", True)
    assert (tmp_path / "methods.md").read_text(encoding="utf-8") == coded_study.export_methods()
    code, _, err = run_cli("-C", coded_study.folder, "export", "--methods", tmp_path / "methods.pdf")
    assert code == 1
    assert "Name it methods.md" in err


def test_what_the_gate_said_of_retrainings_is_told(trained_study: Study) -> None:
    with trained_study.store.transaction("maria") as write:
        outcomes = [(True, False, {}), (True, False, None), (False, False, {}), (False, True, {})]
        for at, (passed, overruled, comparison) in enumerate(outcomes, start=2):
            manifest = {"gate": {"passed": passed, "overruled": overruled, "comparison": comparison}}
            write.add_model(f"m{at:04}", "m0001", manifest, in_use=False)
    text = trained_study.export_methods()
    assert "5 model versions were trained." in text
    assert "4 of them came from retraining" in text
    assert "(not deployed 1, nothing to compare 1, passed 1, promoted by hand 1)" in text
    assert "might fall by 0.01 at most" in text


def test_a_model_of_an_earlier_codebook_is_said_to_be_one(trained_study: Study) -> None:
    assert "by version" not in trained_study.export_methods()
    book = (trained_study.folder / "codebook.yml").read_text(encoding="utf-8")
    new = trained_study.folder.parent / "new.yml"
    new.write_text(book.replace("version: ", "version: '9' #", 1), encoding="utf-8")
    version = trained_study.codebook.version
    trained_study.codebook_import(new)
    assert (
        f"(model m0001) was trained for the codes, by version {version} of the codebook, on"
        in trained_study.export_methods()
    )


# -- only what the records bear -----------------------------------------------------------------------------------------

LEARNING = {"folds": 5, "group": "transcript"}
NESTED = {
    "macro_f1": 0.4,
    "macro_ap": 0.5,
    "pooled_kappa": None,
    "calibration_error": 0.02,
    "intervals": {"macro_f1": [0.31, 0.49], "macro_ap": None, "pooled_kappa": None, "calibration_error": [0.01, 0.04]},
    "nested": True,
    "folds": 5,
    "segments": 80,
    "transcripts": 9,
}


def _figures(figures: dict[str, object]) -> list[str]:
    manifest = {"out_of_fold": figures, "training": {"transcripts": 9}}
    return [sentence.text for sentence in figures_of_model(manifest, LEARNING)]


def test_nested_figures_come_with_intervals_and_are_not_those_of_the_model_in_use() -> None:
    (told,) = _figures(NESTED)
    assert "In nested cross-validation (5 folds of whole transcripts; 5 models, none of them the one in use" in told
    assert "on 80 segments of 9 transcripts coded without suggestions" in told
    assert "mean F1 over codes 0.40 (95% interval 0.31 to 0.49)" in told
    assert "mean average precision over codes 0.50 (95% interval cannot be said)" in told
    assert "kappa" not in told
    assert "3 models" in _figures(NESTED | {"folds": 3})[0]


def test_figures_with_reviewed_passages_stand_apart() -> None:
    by_hand, reviewed = _figures(NESTED | {"with_reviewed": NESTED | {"segments": 95, "macro_f1": 0.6}})
    assert "0.60" not in by_hand
    assert "95 segments" in reviewed
    assert "follow what is suggested" in reviewed


def test_older_figures_say_what_flatters_them() -> None:
    (told,) = _figures({"macro_f1": 0.4, "macro_ap": 0.5, "pooled_kappa": 0.3, "calibration_error": None})
    assert "stacking, calibration and thresholds were fitted on these same scores" in told
    assert "5 cross-validated models, not the one in use" in told
    assert "interval" not in told.replace("no intervals were kept", "").replace("with intervals", "")
    assert _figures({}) == []


def test_no_transcript_is_said_to_have_had_no_influence(text: str) -> None:
    assert "so that no" not in text
    assert "with the human codings" not in text


def _change(kind: str, *new: str) -> dict[str, object]:
    return {"what": "codebook changed", "detail": {"steps": [{"kind": kind, "new": list(new)}]}}


@pytest.mark.parametrize(
    ("events", "added"),
    [
        ([_change("added", "X"), {"what": "codings", "detail": {}}], []),
        ([{"what": "codings", "detail": {}}, _change("added", "X"), _change("renamed", "Y")], ["X"]),
        ([{"what": "import", "detail": {"codings": 3}}, _change("split", "X1", "X2")], ["X1", "X2"]),
        ([_change("added", "X"), {"what": "import", "detail": {"codings": 3, "added codes": ["X"]}}], ["X"]),
        ([{"what": "import", "detail": {"codings": 0}}, _change("added", "X")], []),
    ],
)
def test_codes_added_after_coding_are_found_in_the_trail(events: list[dict[str, object]], added: list[str]) -> None:
    assert added_after_coding(events) == added


def test_coding_is_not_called_deductive_once_codes_were_added(coded_study: Study, tmp_path: Path) -> None:
    assert "Codes were applied deductively" in coded_study.export_methods()
    book = coded_study.codebook
    first = book.codes[0].family
    extra = Code(id="NEW", name="Something new", family=first, definition="Not thought of before")
    new = tmp_path / "new.yml"
    new.write_text(dump_codebook(book.model_copy(update={"codes": (*book.codes, extra)})), encoding="utf-8")
    coded_study.codebook_import(new)
    text = coded_study.export_methods()
    assert "deductively" not in text
    assert "1 code came to the codebook after coding had begun, or with imported codings (NEW)" in text


def test_codes_that_came_with_an_import_are_not_called_deductive(empty_study: Study, tmp_path: Path) -> None:
    table = tmp_path / "talk.csv"
    table.write_text(
        "transcript,unit,speaker,text,codes,coder\n"
        "t1,1,R,We all sat down and agreed what it was for.,ELSE,Ines\nt1,2,R,It works.,CO,Ines\n",
        encoding="utf-8",
    )
    empty_study.import_files([table], ImportOptions(add_codes=True))
    assert "deductively" not in empty_study.export_methods()


def test_accepted_suggestions_are_not_counted_as_codings_made_unasked(empty_study: Study) -> None:
    review = ReviewSession(small_study(empty_study, blind=0.0, below=0.0))
    passages = review.interviews["t1"].passages
    at = next(n for n, one in enumerate(passages) if one.suggestions)
    suggested = passages[at].suggestions[0].code
    total = sum(len(one.suggestions) for talk in review.interviews.values() for one in talk.passages)
    review.decide("ada", word(review, at, "accept", suggested=suggested))
    review.decide("ada", word(review, at, "add", code="RM"))
    text = empty_study.export_methods()
    assert re.search(r"Codings by origin: .*reviewed 2 \(accepted 1, added 1\)", text)
    assert f"Of the {total} suggestions of the models in review, 1 were decided on, 0 were left unsure, and" in text
    assert f"and {total - 1} were left undecided." in text


def test_a_recall_target_in_use_is_told(trained_study: Study) -> None:
    trained_study.code()
    trained_study.code(recall=0.9)  # a list of passages beside the version's own suggestions
    assert "recall target" not in trained_study.export_methods()
    with trained_study.store.transaction("maria") as write:
        run = next(event["detail"] for event in trained_study.store.events() if event["what"] == DRIFT)
        write.log(DRIFT, **run, recall=0.9)
    assert "recall target in place of the model's own: 90% on 1 transcript." in trained_study.export_methods()


def test_the_checklists_say_of_each_item_what_it_rests_on(trained_study: Study, empty_study: Study) -> None:
    rows = dict.fromkeys(f"{name} {item}" for name, items in CHECKLIST.items() for item in items)
    assert len(rows) == 32 + 21 + 15 + len(CHECKLIST["TRIPOD+AI"])
    full, empty = trained_study.export_methods(), empty_study.export_methods()
    agreement = "| 13 | estimates with their uncertainty |"
    assert f"{agreement} Human coding: codings and coding passes |" in full
    assert f"{agreement} for the authors to say |" in empty
    listed = [line for line in full[full.index("## Checklists") :].splitlines() if re.match(r"\| \d", line)]
    assert len(listed) == len(rows)
    assert all(line.count("|") == 4 and line.split("|")[3].strip() for line in listed)


def test_the_list_of_versions_and_the_methods_section_have_the_same_words(trained_study: Study, run_cli) -> None:
    with trained_study.store.transaction("maria") as write:
        write.add_model("m0002", "m0001", {"gate": {"passed": False, "overruled": False}}, in_use=False)
    assert "not deployed" in run_cli("-C", trained_study.folder, "models", "list")[1]
    assert "(not deployed 1)" in trained_study.export_methods()
