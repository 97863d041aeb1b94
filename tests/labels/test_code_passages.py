"""Every passage of a code: the rows against the exported table, what filters let through, how a stretch of talk is quoted."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from secondcoder.codebook.yaml_file import load_codebook
from secondcoder.domain.records import ReviewAction, SpeakerRole, Transcript, Turn
from secondcoder.errors import CodebookError
from secondcoder.labels.code_counts import case_counts, count_table
from secondcoder.labels.code_passages import PassageFilter
from secondcoder.labels.new_decision import ActionRequest
from secondcoder.labels.quotation import CONTEXT, attribution, quotation
from secondcoder.review.session import ReviewSession
from secondcoder.study.study import Study
from secondcoder.suggestions.undecided import undecided_suggestions
from support.change_checks import with_ids
from support.review_checks import settings

BOOK = load_codebook("npt-core")
NESTED = with_ids(BOOK, {}).model_copy(
    update={
        "codes": tuple(code.model_copy(update={"parent": "CO"}) if code.id == "CA" else code for code in BOOK.codes)
    }
)


def exported(study: Study) -> pd.DataFrame:
    """The coded table as anybody reads it, a row a coding, with its transcript's case and wave."""
    table = pd.read_csv(io.StringIO(study.export().text), keep_default_na=False)
    table = table.assign(codes=table["codes"].str.split("|")).explode("codes")
    about = pd.DataFrame([vars_of(transcript) for transcript in study.corpus.transcripts])
    return table[table["codes"] != ""].merge(about, on="transcript")


def vars_of(transcript: Transcript) -> dict[str, Any]:
    return {"transcript": transcript.id, "case_of": transcript.case, "wave_of": transcript.wave}


def test_counts_are_those_of_the_exported_table(coded_study: Study) -> None:
    table = exported(coded_study)
    assert len(table) > 20
    by_coder = table.groupby(["codes", "coder"]).size()
    for count in coded_study.code_counts():
        wanted = by_coder[count.code].to_dict() if count.code in by_coder.index.get_level_values(0) else {}
        assert dict(count.by_coder) == wanted
        assert count.human == (table["codes"] == count.code).sum()
        assert count.interviews == table[table["codes"] == count.code]["transcript"].nunique()


@pytest.mark.parametrize("code", ["CO", "CA", "RM"])
def test_cases_are_counted_as_in_the_exported_table(coded_study: Study, code: str) -> None:
    table = exported(coded_study)
    of_code = table[table["codes"] == code]
    head, *rows = count_table(case_counts(coded_study.passages(code)))
    assert head[:3] == ["case", "codings", "interviews"]
    shown = {row[0]: int(row[1]) for row in rows}
    assert shown.pop("all") == len(of_code)
    assert shown == of_code.groupby("case_of").size().to_dict()
    by_coder = of_code.groupby("coder").size()
    assert {
        name.removeprefix("by "): int(cell) for name, cell in zip(head, rows[-1], strict=True) if "by " in name
    } == (by_coder.to_dict())


def test_each_filter_lets_through_what_the_table_has_so(coded_study: Study) -> None:
    table = exported(coded_study)
    of_code = table[table["codes"] == "CA"]
    for column, name in (("case_of", "case"), ("coder", "coder"), ("wave_of", "wave")):
        for value, there in of_code.groupby(column):
            found = coded_study.passages("CA", PassageFilter(**{name: value})).human
            assert [(row.transcript, row.start) for row in found] == sorted(
                zip(there["transcript"], there["start"], strict=True)
            ), (name, value)
    found = coded_study.passages("CA", PassageFilter(text="CORRIDOR")).human
    assert len(found) == of_code["text"].str.contains("corridor", case=False).sum() > 0
    assert coded_study.passages("CA", PassageFilter(valence="none")).human
    assert not coded_study.passages("CA", PassageFilter(valence="promotes")).human


def test_a_construct_brings_its_sub_constructs_along_unless_told_not_to(coded_study: Study) -> None:
    with coded_study.with_codebook(NESTED), coded_study.transaction() as write:
        write.add_change(BOOK, NESTED, ())
    counts = {count.code: count.human for count in coded_study.code_counts()}
    assert min(counts["CO"], counts["CA"]) > 0
    assert len(coded_study.passages("CO").human) == counts["CO"] + counts["CA"]
    assert len(coded_study.passages("CO", PassageFilter(below=False)).human) == counts["CO"]
    assert coded_study.passages("CO").of == ("CO", "CA")


def test_a_code_is_found_by_its_name_and_a_wrong_one_is_refused_with_the_nearest(coded_study: Study) -> None:
    assert coded_study.passages("coherence").code == "CO"
    with pytest.raises(CodebookError, match="Did you mean"):
        coded_study.passages("COO")


def test_the_rows_hold_the_exact_words(coded_study: Study) -> None:
    texts = coded_study.corpus.by_id
    for row in coded_study.passages("CA").human:
        assert row.quoted.text == texts[row.transcript].text[row.start : row.end]
        assert row.coding is not None
        assert row.suggestion is None
        assert f"interview {row.transcript}, turn {row.quoted.turns[0]}" in row.attribution


def test_suggestions_stand_apart_until_somebody_decides(trained_study: Study) -> None:
    assert not trained_study.passages("CO").suggested
    trained_study.code()
    workspace = trained_study.workspace()
    made = workspace.corpus.suggestions(workspace.version or "")
    assert made
    assert undecided_suggestions(workspace) == made
    code = made[0].code
    shown = trained_study.passages(code, PassageFilter(below=False), suggested=True)
    assert [row.suggestion for row in shown.suggested] == sorted(
        (one for one in made if one.code == code),
        key=lambda one: (workspace.corpus.case_of[one.transcript] or "", one.place),
    )
    assert all(row.coding is None for row in shown.suggested)
    settings(trained_study, blind=0.0, below=0.0)
    review = ReviewSession(trained_study)
    passage = review.by_place[made[0].place]
    review.decide("ada", ActionRequest(ReviewAction.REJECT, passage.key, "r1", suggested=code))
    left = undecided_suggestions(trained_study.workspace())
    assert left == [one for one in made if one is not made[0] and (one.place, one.code) != (made[0].place, code)]


# -- quoting ------------------------------------------------------------------------------------------------------------

TEXT = "I: How is it?\nMaria Keller: It is cold in there. Nobody told me.\nI: Who?\nMaria Keller: The desk."
TURNS = (
    Turn(3, 13, "I", SpeakerRole.INTERVIEWER),
    Turn(28, 64, "Maria Keller", SpeakerRole.PARTICIPANT),
    Turn(68, 72, "I", SpeakerRole.INTERVIEWER),
    Turn(87, 96, "Maria Keller", SpeakerRole.PARTICIPANT),
)
TALK = Transcript("gp1", TEXT, TURNS, case="Ash", role="GP", wave="late", participant="P7")


def test_a_quotation_within_a_turn_has_its_neighbouring_words() -> None:
    start = TEXT.index("cold")
    found = quotation(TALK, (start, start + len("cold")))
    assert (found.before, found.text, found.after) == ("It is ", "cold", " in there. Nobody told me.")
    assert found.turns == (2, 2)
    assert attribution(TALK, found) == "GP, participant P7, case Ash, wave late; interview gp1, turn 2"


def test_over_several_turns_roles_stand_for_names() -> None:
    found = quotation(TALK, (TEXT.index("Nobody"), len(TEXT)))
    assert found.text == "Participant: Nobody told me.\nInterviewer: Who?\nParticipant: The desk."
    assert found.turns == (2, 4)
    assert "Maria" not in found.before + found.text + found.after + attribution(TALK, found)


def test_the_interviewer_s_words_are_not_the_participant_s() -> None:
    found = quotation(TALK, (3, 6))
    assert found.text == "How"
    assert attribution(TALK, found) == "interviewer, case Ash, wave late; interview gp1, turn 1"


def test_context_is_cut_between_words() -> None:
    words = " ".join(f"word{at}" for at in range(200))
    talk = Transcript("long", words, (Turn(0, len(words), "R"),))
    start = words.index("word100")
    found = quotation(talk, (start, start + 7))
    assert found.before.startswith("… word")
    assert found.after.endswith(" …")
    assert max(len(found.before), len(found.after)) <= CONTEXT + 2
    whole = set(words.split())
    assert set((found.before + found.after).replace("…", "").split()) <= whole


def test_a_span_outside_all_turns_is_quoted_as_it_stands() -> None:
    bare = replace(TALK, turns=())
    assert quotation(bare, (0, 13)).text == "I: How is it?"
    assert attribution(bare, quotation(bare, (0, 13))).endswith("interview gp1")
