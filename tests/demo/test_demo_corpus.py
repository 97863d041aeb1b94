"""The demonstration study itself: that it is whole, says what its README says, and has the form of real talk."""

from __future__ import annotations

import csv
import importlib.util
import re
import statistics
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import docx
import pytest
from secondcoder.codebook.yaml_file import load_codebook
from secondcoder.domain.records import SpeakerRole, Transcript, Valence
from secondcoder.exchange.importing import ImportOptions, ImportResult, read_all
from support.places import ROOT

CORPORA = ROOT / "corpora"
DEMO = CORPORA / "demo"
REAL = ROOT.parent / "shared" / "data" / "ohd_long1960s" / "units.parquet"
FILES = sorted((DEMO / "transcripts").rglob("*.*"))
SEALED = {"alder_lw_late", "birch_nurse_late", "cedar_lw_late", "rowan_reception_late", "willow_pm_late"}
FULL = {"Birch", "Hawthorn", "Rowan"}
FACTORS = ("F1", "F2", "F3", "F4", "F5")
SHORT_TURN = 12
LONG_SENTENCE = 10


@pytest.fixture(scope="module")
def demo() -> ImportResult:
    return read_all([DEMO], ImportOptions(), load_codebook("npt"), {})


@pytest.fixture(scope="module")
def transcripts(demo: ImportResult) -> dict[str, Transcript]:
    return {transcript.id: transcript for transcript in demo.transcripts}


@pytest.fixture(scope="module")
def measuring() -> ModuleType:
    """The benchmark that writes the README's figures."""
    path = ROOT / "benchmarks" / "corpus_figures.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def corpus(measuring: ModuleType) -> Any:
    return measuring.read_corpus()


def rows(name: str) -> list[dict[str, str]]:
    with (CORPORA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def said(transcript: Transcript) -> list[str]:
    return [transcript.text[turn.start : turn.end] for turn in transcript.turns]


def sentences(turns: Iterable[str]) -> Iterable[str]:
    """Sentences without case and punctuation."""
    for turn in turns:
        for sentence in re.split(r"(?<=[.!?])\s+", turn):
            yield re.sub(r"[\W_]+", " ", sentence.casefold()).strip()


def form(turns: Sequence[str]) -> dict[str, float]:
    """Figures of form: variety of words, and how long people speak at a stretch."""
    lengths = [len(turn.split()) for turn in turns if turn.split()]
    tokens = re.findall(r"[a-z']+", " ".join(turns).lower())[:1000]
    return {
        "type-token ratio of the first 1,000 words": len(set(tokens)) / len(tokens),
        "median words a turn": statistics.median(lengths),
        "mean words a turn": statistics.mean(lengths),
        "share of turns of 12 words or fewer": sum(length <= SHORT_TURN for length in lengths) / len(lengths),
    }


# The interviews


def test_the_folder_imports_as_it_is_and_leaves_nothing_to_decide(demo: ImportResult) -> None:
    assert {one.source for one in demo.transcripts} == {path.name for path in FILES}
    # The date in a Word file's header is no speech.
    assert {note.partition(": ")[2] for note in demo.notes} == {"not read: the text of headers and footers"}
    assert {coding.coder for coding in demo.codings} == {"IH", "MB"}


def test_the_manifest_names_every_file_where_it_lies() -> None:
    named = [row["file"] for row in rows("demo/manifest.csv")]
    assert named == [path.relative_to(DEMO / "transcripts").as_posix() for path in FILES]


def test_three_practices_are_fully_integrated_and_four_partly(demo: ImportResult) -> None:
    integration = {case.id: case.attributes["integration"] for case in demo.cases}
    assert {case for case, how in integration.items() if how == "full"} == FULL
    assert Counter(integration.values()) == {"full": 3, "partial": 4}
    assert {case.attributes["training"] for case in demo.cases} == {"yes", "no"}
    assert all(2000 <= int(case.attributes["list_size"]) <= 6000 for case in demo.cases)


def test_each_practice_has_a_gp_a_link_worker_and_a_third(demo: ImportResult) -> None:
    roles: dict[str | None, set[str | None]] = defaultdict(set)
    for transcript in demo.transcripts:
        roles[transcript.case].add(transcript.role)
    for found in roles.values():
        assert {"GP", "link worker"} < found
        assert found - {"GP", "link worker"} <= {"practice manager", "nurse", "receptionist"}


def test_both_waves_and_all_formats_occur(demo: ImportResult) -> None:
    assert {transcript.wave for transcript in demo.transcripts} == {"early", "late"}
    assert {transcript.format for transcript in demo.transcripts} == {"Word", "WebVTT", "plain text"}
    seen: dict[str | None, set[str | None]] = defaultdict(set)
    for transcript in demo.transcripts:
        seen[transcript.participant].add(transcript.wave)
    assert {"early", "late"} in seen.values()


def test_there_is_as_much_talk_as_a_small_evaluation_has(transcripts: Mapping[str, Transcript]) -> None:
    words = {name: sum(len(turn.split()) for turn in said(one)) for name, one in transcripts.items()}
    assert len(words) >= 21
    assert sum(words.values()) >= 35_000
    assert {name: count for name, count in words.items() if not 1_200 <= count <= 2_500} == {}


def test_one_asks_and_one_answers_in_turn(transcripts: Mapping[str, Transcript]) -> None:
    for transcript in transcripts.values():
        roles = [turn.role for turn in transcript.turns]
        assert set(roles) == {SpeakerRole.INTERVIEWER, SpeakerRole.PARTICIPANT}, transcript.id
        assert all(one is not other for one, other in zip(roles, roles[1:], strict=False)), transcript.id
        assert len({turn.speaker for turn in transcript.turns}) == 2


def test_no_long_sentence_occurs_twice(transcripts: Mapping[str, Transcript]) -> None:
    counts = Counter(sentence for one in transcripts.values() for sentence in sentences(said(one)))
    assert [
        sentence for sentence, count in counts.items() if count > 1 and len(sentence.split()) >= LONG_SENTENCE
    ] == []


@pytest.mark.shared
@pytest.mark.skipif(not REAL.is_file(), reason="the oral-history interviews do not lie beside this checkout")
def test_talk_has_the_form_of_real_interviews(transcripts: Mapping[str, Transcript]) -> None:
    import pandas as pd

    units = pd.read_parquet(REAL).sort_values(["doc_id", "order"])
    real = [form(list(own["text"].fillna(""))) for _, own in units.groupby("doc_id")]
    strange = [
        f"{name}: {figure} {value:.3f}"
        for name, transcript in transcripts.items()
        for figure, value in form(said(transcript)).items()
        if not min(one[figure] for one in real) <= value <= max(one[figure] for one in real)
    ]
    assert strange == []


# The files


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_says_that_it_is_invented(path: Path) -> None:
    if path.suffix == ".docx":
        document = docx.Document(str(path))
        front = "\n".join(paragraph.text for paragraph in document.paragraphs[:8])
        assert document.core_properties.author == "secondcoder demonstration"
    else:
        front = path.read_text(encoding="utf-8-sig")[:200]
    assert "invented data" in front.lower()


@pytest.mark.parametrize("path", [path for path in FILES if path.suffix == ".vtt"], ids=lambda path: path.name)
def test_captions_are_cut_as_teams_cuts_them(path: Path) -> None:
    cues = re.findall(
        r"\n[0-9a-f-]{36}/\d+-\d+\n(\S+) --> (\S+)\n<v [^>]+>([^<]+)</v>\n", path.read_text(encoding="utf-8")
    )
    assert len(cues) > 100
    assert all(len(words.split()) <= 20 and words.count("\n") <= 1 for _, _, words in cues)
    assert all(start < end for start, end, _ in cues)
    assert not any("[" in words for _, _, words in cues)


def test_some_captions_hold_entities_and_some_names_an_apostrophe(demo: ImportResult) -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in FILES if path.suffix == ".vtt")
    assert "&amp;" in text
    assert "&#39;" in text
    speakers = {turn.speaker or "" for one in demo.transcripts if one.format == "WebVTT" for turn in one.turns}
    assert any("&" in speaker for speaker in speakers)
    assert any("'" in speaker for speaker in speakers)


def test_portraits_stay_out_of_the_study() -> None:
    assert (CORPORA / "PORTRAITS.md").is_file()
    assert {path.name for path in DEMO.iterdir()} == {"codes.csv", "manifest.csv", "transcripts"}
    assert not list(DEMO.rglob("*.md"))


# The marks


@pytest.mark.parametrize("name", ["demo/codes.csv", "sealed/codes.csv"])
def test_every_mark_quotes_a_participant_and_names_a_code(name: str, transcripts: Mapping[str, Transcript]) -> None:
    book = load_codebook("npt")
    for row in rows(name):
        transcript, start, end = transcripts[row["transcript"]], int(row["start"]), int(row["end"])
        assert transcript.text[start:end] == row["text"] == row["text"].strip()
        turns = [turn for turn in transcript.turns if turn.start <= start and end <= turn.end]
        assert [turn.role for turn in turns] == [SpeakerRole.PARTICIPANT], row
        around = transcript.text[max(0, start - 1) : start], transcript.text[end : end + 1]
        assert not any(one.isalnum() for one in around), row
        assert row["codes"] in book.ids
        assert row["valence"] in set(Valence)


def test_sealed_interviews_are_in_the_demo_without_codes(transcripts: Mapping[str, Transcript]) -> None:
    assert transcripts.keys() >= SEALED
    assert {row["transcript"] for row in rows("sealed/codes.csv")} == SEALED
    assert {row["transcript"] for row in rows("demo/codes.csv")} == transcripts.keys() - SEALED
    assert len(SEALED) >= 4


def test_one_coder_codes_all_and_the_other_at_least_eight(demo: ImportResult) -> None:
    coded = {coder: {one.transcript for one in demo.passes if one.coder == coder} for coder in ("IH", "MB")}
    assert coded["IH"] == {one.id for one in demo.transcripts} - SEALED
    assert coded["MB"] < coded["IH"]
    assert len(coded["MB"]) >= 8


def test_coders_have_their_habits(demo: ImportResult, transcripts: Mapping[str, Transcript]) -> None:
    both = {one.transcript for one in demo.codings if one.coder == "MB"}
    marks = {who: [one for one in demo.codings if one.coder == who and one.transcript in both] for who in ("IH", "MB")}
    words = {
        who: statistics.mean(len(transcripts[one.transcript].text[one.start : one.end].split()) for one in found)
        for who, found in marks.items()
    }
    assert words["MB"] > 2 * words["IH"]
    factors = {who: sum(one.code in FACTORS for one in found) / len(found) for who, found in marks.items()}
    assert factors["MB"] > factors["IH"]


@pytest.mark.parametrize("factor", FACTORS)
def test_each_factor_occurs_in_both_directions(factor: str, demo: ImportResult) -> None:
    found = {one.valence for one in demo.codings if one.code == factor}
    assert {Valence.PROMOTES, Valence.INHIBITS} <= found


def test_collective_action_is_the_most_frequent_construct(demo: ImportResult) -> None:
    for coder in ("IH", "MB"):
        counts = Counter(
            one.code.split(".")[0] for one in demo.codings if one.coder == coder and one.code not in FACTORS
        )
        assert counts.most_common(1)[0][0] == "CA"


# The figures


@pytest.mark.slow
@pytest.mark.model
@pytest.mark.parametrize("roll_up", [False, True])
def test_kappa_lies_in_the_range_asked_for(corpus: Any, measuring: ModuleType, roll_up: bool) -> None:
    assert 0.40 <= measuring.pooled_kappa(corpus, roll_up) <= 0.75


@pytest.mark.slow
@pytest.mark.model
def test_the_figures_of_the_readme_are_true(corpus: Any, measuring: ModuleType) -> None:
    def without_versions(block: str) -> list[str]:
        return [line for line in block.strip().splitlines() if not line.startswith(measuring.VERSIONS)]

    written = measuring.block_of(measuring.README.read_text(encoding="utf-8"))
    assert without_versions(written) == without_versions(measuring.figures(corpus))


def test_kappa_is_none_where_it_has_no_value(measuring: ModuleType) -> None:
    import numpy as np

    none, some = np.zeros(4, dtype=bool), np.array([True, False, True, False])
    assert measuring.kappa(none, none) is None
    assert measuring.kappa(~none, ~none) is None
    assert measuring.kappa(some, some) == 1.0
    assert measuring.kappa(some, none) == 0.0


def test_a_block_is_put_between_its_markers_and_found_again(measuring: ModuleType) -> None:
    document = f"before\n{measuring.BEGIN}\nold\n{measuring.END}\nafter\n"
    changed = measuring.put("new", document)
    assert measuring.block_of(changed) == "new"
    assert changed.startswith("before\n")
    assert changed.endswith("\nafter\n")


def test_the_readme_says_the_plain_thing() -> None:
    text = (CORPORA / "README.md").read_text(encoding="utf-8")
    assert "No figure computed on this study says anything about quality on real data." in text
    assert all(f"`{name}`" in text for name in SEALED)
