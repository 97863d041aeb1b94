"""The draft of results: every number is the tables', talk stays talk, no sentence claims a cause, and what is missing is said."""

from __future__ import annotations

import re
from io import BytesIO

import numpy as np
import pandas as pd
import pytest
from docx import Document
from secondcoder.charting.results.draft import SECTIONS, results_draft
from secondcoder.reports.word import shown_markdown, word_document
from support.results_tables import CODES, HOSTILE, invented_tables

Tables = dict[str, pd.DataFrame]
CAUSES = r"\b(because|caus\w+|led to|due to|result\w* (?:in|from)|effect\w*|impact\w*|thanks to|drives?|explains?|therefore)\b"


def _draft(tables: Tables) -> str:
    return results_draft(tables, "the links workers")


def _numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:\.\d+)?", re.sub(r"95% interval|Oak\\_2", "", text)))


def _held(tables: Tables) -> set[str]:
    """Every value of the tables as it may be printed, and counts and sums by code."""
    values = {float(n) for table in tables.values() for n in table.select_dtypes("number").to_numpy().ravel() if n == n}
    cells = tables.get("cells")
    if cells is not None:
        values |= {float(n) for _, of in cells.groupby("code") for n in of.select_dtypes("number").sum()}
        for _, of in cells.groupby("code"):
            values |= {float((of["passages"] > 0).sum()), float((of["transcripts_read"] > 0).sum())}
        values.add(float(cells["row"].nunique()))
    if "comparison" in tables:
        values |= {float(len(tables["comparison"])), 5.0}
    printed = {f"{n:.0f}" for n in values} | {f"{n:.1f}" for n in values if n != round(n) or n > 1}
    return printed | {f"{100 * n:.0f}" for n in values if 0 < n < 1} | {f"{100 * n:.1f}" for n in values if 0 < n < 1}


@pytest.mark.parametrize("seed", range(5))
def test_every_number_is_one_of_the_tables(seed: int) -> None:
    tables = invented_tables(seed)
    text = _draft(tables)
    assert len(_numbers(text)) > 30
    assert _numbers(text) <= _held(tables)


@pytest.mark.parametrize("seed", range(3))
def test_the_counts_of_a_code_are_those_of_its_cells(seed: int) -> None:
    tables = invented_tables(seed)
    text, cells = shown_markdown(_draft(tables)), tables["cells"]
    for code in ("CO", "CA"):
        part = text.partition(f"### {CODES[code]}\n")[2].partition("###")[0]
        counts = re.search(
            r"in (\d+) of (\d+) cases and (\d+) of (\d+) transcripts, in (\d+) passages \((\d+) promoting, (\d+) inh",
            part,
        )
        assert counts is not None
        own = cells[cells["code"] == code]
        total = own[["transcripts", "transcripts_read", "passages", "promotes", "inhibits"]].sum()
        assert [int(n) for n in counts.groups()] == [
            (own["passages"] > 0).sum(),
            (own["transcripts_read"] > 0).sum(),
            *total,
        ]
        by_case = dict(re.findall(r"(\w+) (\d+)", part.partition("Passages by case: ")[2].partition(".")[0]))
        assert {case: int(n) for case, n in by_case.items()} == dict(
            own.loc[own["passages"] > 0, ["row", "passages"]].itertuples(index=False)
        )


def test_talk_and_names_are_shown_as_they_are_and_make_no_markdown() -> None:
    text = _draft(invented_tables())
    document = Document(BytesIO(word_document(text)))
    quotes = [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "Quote"]
    assert quotes[:3] == [*HOSTILE.splitlines(), "— GP, Ash, late"]
    headings = [paragraph.text for paragraph in document.paragraphs if paragraph.style.name.startswith("Heading")]
    assert "not a heading" not in headings
    assert "Collective *action*" in headings
    assert "<b>" not in text
    assert not re.search(r"(?<!\\)\*action", text)
    assert not re.search(r"(?<!\\)\[really", text)


def test_quotations_are_of_two_people_and_two_valences_with_role_case_and_wave_and_of_cases_in_turn() -> None:
    quoted = re.findall(r"^> (?:\\# )?(.*)\n>\n> — (.*)$", _draft(invented_tables()), re.MULTILINE)
    assert [source for _, source in quoted] == ["GP, Ash, late", "GP, Birch, late", "GP, Elm", "GP, Ash, late"]
    # The first by rank promotes, and the next to it inhibits.
    assert [words for words, _ in quoted] == [
        "not a heading",
        "What Birch said, the next.",
        "What Elm said, the first.",
        "What Ash said, the next.",
    ]


def test_one_person_is_not_quoted_twice_in_a_paragraph() -> None:
    tables = invented_tables()
    quotes = tables["quotes"]
    tables["quotes"] = quotes[quotes["row"] == "Ash"].assign(transcript=[f"t{n}" for n in range(4)])
    assert _draft(tables).count("> — ") == 2
    tables["quotes"] = tables["quotes"].assign(participant=[*"abcd"])
    assert _draft(tables).count("> — ") == 4


def test_no_sentence_claims_a_cause() -> None:
    said = re.sub(r"\[[^\]]*\]", "", _draft(invented_tables()))
    assert re.findall(CAUSES, said, re.IGNORECASE) == []


def test_every_part_says_that_it_is_a_draft_with_gaps_for_the_researcher() -> None:
    text = _draft(invented_tables())
    assert text.splitlines()[2].startswith("Draft for the researcher.")
    for part in re.split(r"^##+ (?!What was said)", text, flags=re.MULTILINE)[1:]:
        assert re.search(r"(?<!\\)\[[^\]]+\]", part), part


@pytest.mark.parametrize("missing", [*invented_tables(), "all"])
def test_any_table_may_be_missing_or_empty(missing: str) -> None:
    tables = invented_tables()
    left = {} if missing == "all" else {name: table for name, table in tables.items() if name != missing}
    text = _draft(left)
    assert _numbers(text) <= _held(left)
    emptied = {name: table if name in left else table.iloc[:0] for name, table in tables.items()}
    assert _draft(emptied) == text
    for name, _, what in SECTIONS.values():
        assert (what in text) == (name not in left)
    assert ("of each code" in text) == ("cells" not in left)


def test_the_comparisons_with_the_smallest_p_are_told_and_that_they_were_picked() -> None:
    tables = invented_tables()
    told = re.findall(r"^- Sentence (\w)", _draft(tables), re.MULTILINE)
    ranked = tables["comparison"].dropna(subset="p").sort_values("p")["sentence"].str[9]
    assert told == list(ranked[:5])
    assert "Of 7 comparisons, those 5 follow whose p is smallest." in _draft(tables)
    tables["comparison"] = tables["comparison"].head(4)
    assert re.findall(r"^- Sentence (\w)", _draft(tables), re.MULTILINE) == [*"cbad"]
    assert "small by chance" not in _draft(tables)


def test_what_all_comparisons_say_is_said_once_and_a_balance_is_explained() -> None:
    tables = invented_tables()
    honest = "These numbers describe seven cases; they cannot test a difference."
    told = [f"Code {name}: balance +0.92 here, balance -0.89 there. {honest}" for name in "abcdefg"]
    tables["comparison"] = tables["comparison"].assign(sentence=told, measure="balance")
    text = _draft(tables)
    assert text.count(honest) == 1
    assert len(re.findall(r"^- Code \w: balance \+0\.92 here, balance −0\.89 there\.$", text, re.MULTILINE)) == 5
    assert "Balance: " in text
    tables["comparison"].loc[2, "sentence"] = "Code c: balance +0.10 here. A difference of 0.10."
    assert _draft(tables).count(honest) > 1


def test_a_count_that_leaves_nothing_to_estimate_is_not_estimated() -> None:
    tables = invented_tables()
    assert "it occurs in an estimated 10.4 of 14 transcripts" in _draft(tables)
    tables["occurrence"] = tables["occurrence"].assign(low=14.0, high=14.0)
    assert "estimated" not in _draft(tables)


def test_what_nobody_read_for_is_not_called_absent() -> None:
    tables = invented_tables()
    text = _draft(tables)
    assert "Looked for and not found: Reflexive monitoring (" in text
    cells = tables["cells"]
    tables["cells"] = cells.assign(transcripts_read=np.where(cells["code"] == "RM", 0, cells["transcripts_read"]))
    assert "Nobody has read for: Reflexive monitoring (" in _draft(tables)
    assert "not found" not in _draft(tables)


def test_a_case_of_which_a_part_was_read_says_so_beside_what_was_not_found() -> None:
    tables = invented_tables()
    cells = tables["cells"].assign(note="")
    elm = (cells["row"] == "Elm") & (cells["code"] == "CO")
    cells.loc[elm, ["passages", "transcripts", "promotes", "inhibits", "mixed", "no_valence"]] = 0
    cells.loc[elm, "note"] = "read in 1 of 3 transcripts"
    tables["cells"] = cells
    assert "It was looked for and not found in Elm (read in 1 of 3 transcripts)." in _draft(tables)


def test_a_construct_coded_by_its_parts_alone_and_parents_by_the_table_of_codes() -> None:
    tables = invented_tables()
    cells = tables["cells"]
    counts = ["passages", "transcripts", "promotes", "inhibits", "mixed", "no_valence"]
    cells.loc[cells["code"] == "CO", counts] = 0
    text = _draft(tables)
    assert "No passage has this code itself. Its parts: Differentiation in 3 of 3 cases" in text
    tables["codes"] = pd.DataFrame({"code": [*CODES], "parent": ["", "CA", "", ""]})
    text = shown_markdown(_draft(tables))
    assert "Looked for and not found: Coherence" in text
    assert "Its parts: Differentiation" in text.partition("### Collective *action*")[2]


def test_the_material_is_told_by_role_and_wave_where_the_transcripts_are_given() -> None:
    tables = invented_tables()
    tables["transcripts"] = pd.DataFrame(
        {"transcript": list("abc"), "role": ["GP", "nurse", "GP"], "wave": ["", "late", None]}
    )
    text = _draft(tables)
    assert "The material was 3 transcripts of 4 cases (Ash, Birch, Elm and Oak\\_2)." in text
    assert "Transcripts by role: GP 2, nurse 1." in text
    assert "Transcripts by wave: late 1." in text


def test_rows_of_one_kind_are_counted() -> None:
    tables = invented_tables()
    cells = tables["cells"]
    tables["cells"] = pd.concat([cells, cells.assign(row_kind="transcript")])
    assert _draft(tables) == _draft(invented_tables())
    tables["cells"] = cells.assign(row_kind="transcript")
    assert re.search(r"Coherence was spoken of in 3 of 3 transcripts, in \d+ passages", _draft(tables))


def test_what_is_noted_of_an_interval_is_no_note_of_the_researcher() -> None:
    text = _draft(invented_tables())
    assert "rough guide" not in text
    assert "researcher's notes" not in text
    assert "In the researcher's own summaries:\n\n- Ash: They \\<all\\> had lunch together." in text
