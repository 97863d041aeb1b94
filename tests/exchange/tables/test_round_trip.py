"""What secondcoder writes, secondcoder reads: any sign in any field, in every format of the coded table."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from secondcoder.codebook.model import Code, Codebook
from secondcoder.domain.names import folded
from secondcoder.domain.names import name as name_of
from secondcoder.domain.records import Coding, CodingPass, Origin, Transcript, Turn, Valence
from secondcoder.errors import InputError
from secondcoder.exchange.registry import CodedData, ImportContext
from secondcoder.exchange.tables import coded_table
from secondcoder.exchange.tables.missing_cells import WORDS

FORMATS = (".csv", ".xlsx", ".parquet", ".jsonl")
FIRST = ["=", "+", "-", "@", "'", "''", "\t", "\r", '"', ";", "|", "#", " ", "\u00a0", "\ufeff", "sep=;"]
CONTROLS = ["\f", "\v", "\x00", "\x07", "\x1b", "\r\n", "\r", "\n", "\u2028", "\u0085", "\ufffe", "_x000C_", "_x005F_"]
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
WORD = st.sampled_from(
    [*sorted(WORDS), "#NAME?", "#REF!", "TRUE", "007", "1.10", "1e5", "2024-05-01", "'NA", "''nan", "'-x"]
)
SPEECH = st.builds(
    lambda first, word, control, rest: f"{first}{word}{control}{rest}.",
    st.sampled_from(FIRST), ANY | WORD, st.sampled_from(["", *CONTROLS]), ANY,
)  # fmt: skip
# In the one form that names have in a study (domain/names.py).
NAME = (
    (st.builds(lambda first, rest: f"{first}{rest}", st.sampled_from(FIRST), ANY) | WORD | ANY)
    .map(name_of)
    .filter(bool)
)
CODE = (
    NAME.map(lambda name: "".join(sign for sign in name if sign.isprintable() and sign != "|"))
    .map(name_of)
    .filter(bool)
)


@settings(max_examples=60, deadline=None, phases=[Phase.explicit, Phase.generate])
@pytest.mark.parametrize("suffix", FORMATS)
@given(
    name=NAME,
    coder=NAME,
    codes=st.lists(CODE, min_size=1, max_size=3, unique_by=folded),
    text=SPEECH,
    memo=SPEECH | WORD,
)
@example(name="-04 Alder", coder="@ana", codes=["+trust", "-trust"], text="- no\f=1", memo="'=1")
@example(name="' a", coder="'' ^", codes=["' a"], text="x", memo="' x")
@example(name="NA", coder="nan", codes=["None", "'NA", "''=a"], text="#N/A", memo="NULL")
def test_every_sign_comes_back(suffix: str, name: str, coder: str, codes: list[str], text: str, memo: str) -> None:
    book = Codebook(id="b", title="B", codes=tuple(Code(id=code, name=code) for code in codes))
    transcript = Transcript(name, text, (Turn(0, len(text)),))
    codings = [Coding(name, 0, len(text), code, coder, Origin.INDEPENDENT, Valence.MIXED, memo) for code in book.ids]
    passes = [
        CodingPass(name, coder, 0, len(text), book.ids),
        CodingPass(name, coder, 0, 1, book.ids[:1], Origin.REVIEWED),
    ]
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"codes{suffix}"
        coded_table.write(CodedData([transcript], [], codings, passes), book, path)
        back = coded_table.read(path, ImportContext(book, {name: transcript}))
    assert set(back.codings) == set(codings)
    assert set(back.passes) == set(passes)
    assert back.notes == []


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_text_that_a_cell_cannot_hold_is_never_cut(tmp_path: Path, suffix: str) -> None:
    book = Codebook(id="b", title="B", codes=(Code(id="talk", name="Talk"),))
    for length, fits in ((32_767, True), (32_768, suffix != ".xlsx"), (200_000, suffix != ".xlsx")):
        transcript = Transcript("t", "a" * length, (Turn(0, length),))
        coding = Coding("t", 0, length, "talk", "Ada")
        path = tmp_path / f"{length}{suffix}"
        data = CodedData([transcript], [], [coding], [])
        if fits:
            coded_table.write(data, book, path)
            assert coded_table.read(path, ImportContext(book, {"t": transcript})).codings == [coding]
        else:
            with pytest.raises(InputError, match=r"a cell of a workbook holds 32,767. Name a file that ends in .csv"):
                coded_table.write(data, book, path)
            assert not path.exists()


def test_characters_beyond_the_first_plane_count_twice_as_excel_counts_them(tmp_path: Path) -> None:
    book = Codebook(id="b", title="B", codes=(Code(id="talk", name="Talk"),))
    text = "\U0001f600" * 16_384
    data = CodedData([Transcript("t", text, (Turn(0, len(text)),))], [], [Coding("t", 0, len(text), "talk", "Ada")], [])
    with pytest.raises(InputError, match="holds 32,767"):
        coded_table.write(data, book, tmp_path / "out.xlsx")


def test_tables_that_older_versions_wrote_come_back(tmp_path: Path) -> None:
    """A form feed written as U+FFFD, and a text cut at a cell's length."""
    import pandas as pd

    book = Codebook(id="b", title="B", codes=(Code(id="talk", name="Talk"),))
    text = "We sat\fdown. " + "word " * 8_000
    transcript = Transcript("t", text, (Turn(0, len(text)),))
    rows = [
        {"start": 0, "end": 12, "text": "We sat\ufffddown."},
        {"start": 0, "end": len(text), "text": text.replace("\f", "\ufffd")[:32_767]},
    ]  # fmt: skip
    table = pd.DataFrame([{"transcript": "t", "codes": "talk", "coder": "Ada", **row} for row in rows])
    table.to_excel(tmp_path / "old.xlsx", index=False)
    back = coded_table.read(tmp_path / "old.xlsx", ImportContext(book, {"t": transcript}))
    assert [(coding.start, coding.end) for coding in back.codings] == [(0, 12), (0, len(text))]
