"""Agreement without a study: against other implementations, published tables, and each layout against the others."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import krippendorff
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from secondcoder import agreement
from secondcoder.agreement import (
    NoOverlapError,
    OneCoderError,
    RatingsError,
    UnusedCodeError,
    measure,
    of_lists,
    of_tables,
)
from secondcoder.agreement.report.ratings_figures import COLUMNS
from secondcoder.errors import InputError
from sklearn.metrics import cohen_kappa_score
from support.agreement_checks import ratings_of

QUICK = {"rounds": 20}
FEW = settings(max_examples=15, deadline=None)
"""Each example computes every coefficient with its interval."""
CATEGORIES = st.sampled_from(["a", "b", "c"])
# Krippendorff 2011, Computing Krippendorff's Alpha-Reliability, section C: four observers, twelve units, gaps; nominal alpha .743.
GAPS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]
ANNA = [("1", "A"), ("2", "A|B"), ("3", ""), ("4", "B"), ("5", "C")]
BEN = [("1", "A"), ("2", "B"), ("3", "C"), ("4", ""), ("6", "C")]


@FEW
@given(st.lists(st.tuples(CATEGORIES, CATEGORIES), min_size=2, max_size=40))
def test_kappa_of_two_lists_is_that_of_scikit_learn(pairs: list[tuple[str, str]]) -> None:
    first, second = map(list, zip(*pairs, strict=True))
    kappa = of_lists(first, second, **QUICK).kappa
    if len({*first, *second}) == 1:
        assert kappa.value is None
        assert "one category" in kappa.reason
        return
    expected = cohen_kappa_score(first, second)
    assert kappa.value == pytest.approx(expected) if not np.isnan(expected) else kappa.value is None


@FEW
@given(st.lists(st.tuples(*[st.none() | CATEGORIES] * 3), min_size=2, max_size=30))
def test_alpha_of_lists_is_that_of_krippendorff(rows: list[tuple[str | None, ...]]) -> None:
    if not any(sum(cell is not None for cell in row) > 1 for row in rows):
        with pytest.raises(NoOverlapError):
            of_lists(*zip(*rows, strict=True), **QUICK)
        return
    alpha = of_lists(*zip(*rows, strict=True), **QUICK).alpha.value
    paired = {cell for row in rows if sum(each is not None for each in row) > 1 for cell in row if cell is not None}
    if len(paired) == 1:  # krippendorff calls this 1 or refuses it, where nothing can be told
        assert alpha is None
        return
    codes = {"a": 0, "b": 1, "c": 2}
    table = [[np.nan if cell is None else codes[cell] for cell in of_coder] for of_coder in zip(*rows, strict=True)]
    expected = krippendorff.alpha(reliability_data=table, level_of_measurement="nominal", value_domain=[0, 1, 2])
    assert alpha == pytest.approx(expected)


@FEW
@given(
    st.lists(st.tuples(st.frozensets(CATEGORIES), st.frozensets(CATEGORIES)), min_size=3, max_size=30).filter(
        lambda rows: (
            any(first | second for first, second in rows) and any(len(each) != 1 for row in rows for each in row)
        )
    )
)
def test_each_of_several_codes_has_the_kappa_of_scikit_learn(rows: list[tuple[frozenset[str], frozenset[str]]]) -> None:
    report = of_lists(*zip(*rows, strict=True), **QUICK)
    table = report.table().query("over == 'all' and coefficient == 'cohen_kappa'").set_index("code")["value"]
    pooled: tuple[list[bool], list[bool]] = ([], [])
    for code in report.codes:
        marks = [[code in given for given in of_coder] for of_coder in zip(*rows, strict=True)]
        if len({*marks[0], *marks[1]}) > 1:
            assert table[code] == pytest.approx(cohen_kappa_score(*marks), nan_ok=True)
        for all_marks, own in zip(pooled, marks, strict=True):
            all_marks.extend(own)
    if len({*pooled[0], *pooled[1]}) > 1:
        assert report.kappa.value == pytest.approx(cohen_kappa_score(*pooled))


def test_published_tables_come_out_to_the_printed_digit() -> None:
    # Artstein & Poesio 2008, Table 1: kappa .348. Krippendorff 2011, sections A, B and C: alpha .095, .692, .743.
    first, second = zip(*ratings_of([[20, 20], [10, 50]]), strict=True)
    assert round(of_lists(first, second, **QUICK).kappa.value or 0, 3) == 0.348
    assert round(of_lists("0100000010", "1110010000", **QUICK).alpha.value or 0, 3) == 0.095
    assert round(of_lists("aabbdcccedda", "babbbccceddd", **QUICK).alpha.value or 0, 3) == 0.692
    assert round(of_lists(*GAPS, **QUICK).alpha.value or 0, 3) == 0.743


def test_the_figures_are_those_of_measure_with_intervals_over_the_clusters_named() -> None:
    rng = np.random.default_rng(3)
    first = rng.choice(["A", "B", "C"], 120)
    second = np.where(rng.random(120) < 0.7, first, rng.choice(["A", "B", "C"], 120))
    interviews = [f"talk {at // 10}" for at in range(120)]
    report = of_lists(first, second, clusters=interviews, clustered_by="interview", coders=("anna", "ben"))
    alone = measure("cohen_kappa", list(zip(first, second, strict=True)), clusters=interviews)
    assert report.kappa.value == alone.value
    assert report.kappa.interval == alone.interval
    kappa = report.table().query("code == 'all categories' and coefficient == 'cohen_kappa'").iloc[0]
    assert (kappa["resampled"], kappa["clusters"], kappa["coders"]) == ("interview", 12, "anna | ben")
    assert alone.interval is not None
    assert (kappa["low"], kappa["high"]) == alone.interval.ends
    assert "over interviews" in str(report)
    # Without clusters the intervals say that units were taken one by one, and what that neglects.
    plain = of_lists(first, second, **QUICK)
    assert set(plain.table()["resampled"]) <= {"unit", ""}
    assert any("too narrow" in note for note in plain.notes)


def test_what_is_undefined_has_no_value_and_the_reason() -> None:
    report = of_lists("AAAA", "AAAA", **QUICK)
    assert report.kappa.value is None
    table = report.table().query("code == 'all categories'").set_index("coefficient")
    assert np.isnan(table.loc["cohen_kappa", "value"])
    assert "one category" in table.loc["cohen_kappa", "reason"]
    assert table.loc["percent_agreement", "value"] == 1


def test_none_is_not_looked_and_an_empty_text_is_nothing_found() -> None:
    report = of_lists(["A", "", None, "B"], ["A", "B", "A", "B"], **QUICK)
    assert report.n_units == 3
    kappa = report.table().query("over == 'all' and code == 'B' and coefficient == 'cohen_kappa'")["value"].item()
    assert kappa == pytest.approx(cohen_kappa_score([0, 0, 1], [0, 1, 1]))
    missing = of_lists(["A", "B", pd.NA, np.nan], ["A", "B", "A", "B"], **QUICK)
    assert missing.n_units == 2


@pytest.mark.parametrize(
    ("lists", "more", "error", "says"),
    [
        ((["A"],), {}, OneCoderError, "two coders' lists"),
        ((["A", "B"], ["A"]), {}, RatingsError, "2, 1 items.*put None"),
        ((["A", None], [None, "A"]), {}, NoOverlapError, "looked at by two coders"),
        ((["", ""], ["", ""]), {}, UnusedCodeError, "No code was given"),
        ((["A", "Bx"], ["A", "B"]), {"categories": ["A", "B"]}, RatingsError, "'Bx' is not among.*Did you mean 'B'"),
        (([0.5, 1.0], [1.0, 1.0]), {}, RatingsError, "measurement 0.5"),
        ((["A"], ["A"]), {"clusters": ["x", "y"]}, RatingsError, "1 units, but 2 clusters"),
        ((["A"], ["A"]), {"coders": ["anna", "anna"]}, RatingsError, "must be different"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_reason(lists, more, error, says) -> None:
    with pytest.raises(error, match=says):
        of_lists(*lists, **more)


def _frames() -> dict[str, tuple[list[pd.DataFrame], dict[str, object]]]:
    """The same judgements in each layout."""
    anna, ben = (pd.DataFrame(rows, columns=["unit", "code"]) for rows in (ANNA, BEN))
    long = pd.concat([anna.assign(coder="anna"), ben.assign(coder="ben")]).sample(frac=1, random_state=1)
    by_code = long.assign(code=long["code"].str.split("|")).explode("code")
    wide = pd.DataFrame(
        {"unit": list("1234"), "anna": ["A", "A|B", "", "B"], "ben": ["A", "B", "C", ""], "text": ["x"] * 4}
    )
    return {
        "a table a coder": ([anna, ben], {"coders": ("anna", "ben")}),
        "long": ([long], {"coders": ("anna", "ben")}),
        "long, a row a code": ([by_code], {"coders": ("anna", "ben")}),
        "an index as column": ([long.set_index(["unit", "coder"])], {"coders": ("anna", "ben")}),
        "wide": ([wide], {"silence": "nothing"}),
    }


@pytest.mark.parametrize("layout", _frames())
@pytest.mark.parametrize("suffix", [None, ".csv", ".parquet"])
def test_every_layout_gives_the_same_figures(layout: str, suffix: str | None, tmp_path: Path) -> None:
    expected = of_lists(["A", "A|B", "", "B"], ["A", "B", "C", ""], coders=("anna", "ben"), **QUICK).table()
    tables, asked = _frames()[layout]
    given = [*tables]
    if suffix is not None:
        named = [table.reset_index() if table.index.names[0] else table for table in tables]
        given = [tmp_path / f"{at}{suffix}" for at in range(len(tables))]
        for path, table in zip(given, named, strict=True):
            table.to_csv(path, index=False) if suffix == ".csv" else table.to_parquet(path, index=False)
    pd.testing.assert_frame_equal(of_tables(*given, **asked, **QUICK).table(), expected)


def test_of_two_files_the_names_are_the_coders(tmp_path: Path) -> None:
    for name, rows in (("anna", ANNA), ("ben", BEN)):
        pd.DataFrame(rows, columns=["unit", "code"]).to_csv(tmp_path / f"{name}.csv", index=False)
    report = of_tables(tmp_path / "anna.csv", tmp_path / "ben.csv", **QUICK)
    assert report.coders == ("anna", "ben")
    assert any("ben has no row for 1 of 6 units" in note for note in report.notes)
    assert report.n_units == 4
    assert of_tables(tmp_path / "anna.csv", tmp_path / "ben.csv", silence="nothing", **QUICK).n_units == 6


def test_a_unit_is_known_by_its_interview_too_and_intervals_resample_it() -> None:
    rows = [(talk, unit, "AB"[(unit + at) % 2]) for at, talk in enumerate("xyz") for unit in range(4)]
    table = pd.DataFrame(rows, columns=["transcript", "unit", "code"])
    report = of_tables(table, table, coders=("anna", "ben"), **QUICK)
    assert (report.n_units, report.clustered_by, report.kappa.value) == (12, "transcript", 1.0)
    other = of_tables(table.rename(columns={"transcript": "Site"}), table.rename(columns={"transcript": "site"}),
                      coders=("anna", "ben"), clusters="site", **QUICK)  # fmt: skip
    assert other.clustered_by == "site"


@pytest.mark.parametrize(
    ("table", "more", "error", "says"),
    [
        ({"unt": [1], "anna": ["A"], "ben": ["A"]}, {}, RatingsError, "no column 'unit'.*Did you mean 'unt'"),
        ({"unit": [1, 1], "anna": ["A", "B"], "ben": ["A", "B"]}, {}, RatingsError, "row 2: unit '1' stands on row 1"),
        ({"unit": [1, None], "anna": ["A", "B"], "ben": ["A", "B"]}, {}, RatingsError, "row 2: column 'unit' is empty"),
        ({"unit": [1], "coder": [None], "code": ["A"]}, {}, RatingsError, "row 1: codes, but no coder"),
        (
            {"unit": [1], "coder": ["ann"], "code": ["A"]},
            {"coders": ["anna", "ann"]},
            RatingsError,
            "no rows of coder 'anna'",
        ),
        ({"unit": [1], "coder": ["ann"], "code": ["A"]}, {}, OneCoderError, "Got ann"),
        ({"unit": [1], "anna": ["A"], "ben": ["A"]}, {"clusters": "talk"}, RatingsError, "no column 'talk'"),
        ({"unit": [1], "anna": ["A"], "ben": ["A"]}, {"silence": "no"}, RatingsError, "'unknown' or 'nothing'"),
        ({"unit": []}, {}, RatingsError, "no rows"),
    ],
)
def test_tables_that_cannot_be_used_are_refused_with_the_row(table, more, error, says) -> None:
    with pytest.raises(error, match=says):
        of_tables(pd.DataFrame(table), **more)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"codes\.csv"):
        of_tables(tmp_path / "codes.csv")
    with pytest.raises(RatingsError, match="No table"):
        of_tables()


def test_the_table_has_the_columns_and_types_that_are_documented() -> None:
    report = of_lists(
        ["A", "B", "A|B", ""], ["A", "B", "B", ""], ["A", "A", "B", None], coders=("anna", "ben", "cleo"), **QUICK
    )
    table = report.table()
    assert [*table] == [*COLUMNS]
    assert [str(kind) for kind in table.dtypes[["value", "low", "high", "n", "clusters"]]] == ["float64"] * 4 + [
        "Int64"
    ]
    assert [*dict.fromkeys(table["coders"])] == ["anna | ben", "anna | cleo", "ben | cleo", "anna | ben | cleo"]
    pd.testing.assert_frame_equal(table, report.table())
    assert report.to_json()["several_codes_a_unit"]["alpha_masi"] == round(report.alpha.value, 6)


def test_page_and_notebook_say_the_figures_and_escape_names() -> None:
    report = of_lists(["A", "B", "A", "B"], ["A", "B", "B", "B"], coders=("<b>anna</b>", "ben"), **QUICK)
    for html in (report.to_html(), report._repr_html_()):
        assert "<b>anna" not in html
        assert "0.50" in html
    assert "<svg" in report.figure()


def test_importing_agreement_loads_neither_torch_nor_spacy_nor_pandas() -> None:
    heavy = "{'torch', 'spacy', 'pandas', 'sklearn', 'scipy', 'openvino', 'matplotlib'}"
    code = f"import sys, secondcoder.agreement; print(sorted({heavy} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_alpha_of_many_clusters_is_that_of_few() -> None:
    """From MANY_CLUSTERS on the sums are taken another way."""
    from secondcoder.agreement import set_alpha

    rng = np.random.default_rng(5)
    cells = rng.random((7, 7))
    clusters = np.array([2, 0, 2, 5, 0, 2, 5])
    few = set_alpha._summed(cells, clusters, 6)
    many = set_alpha._summed(cells, clusters, 1000)
    np.testing.assert_allclose(many[:6, :6], few)
    assert many[6:].sum() == many[:, 6:].sum() == 0
    assert agreement.of_lists(["A", "B|C"] * 600, ["A", "B"] * 600, rounds=2).alpha.interval.reason == set_alpha.MANY


def files(folder: Path, **of: str) -> list[Path]:
    """CSV files as programs write them."""
    for name, text in of.items():
        (folder / f"{name}.csv").write_bytes(text.encode())
    return [folder / f"{name}.csv" for name in of]


def test_one_name_in_two_spellings_is_one_in_tables_and_said(tmp_path: Path) -> None:
    """As in imports: case, composed and decomposed accents, no-break spaces."""
    anna = "unit,code\nU 1,caf\u00e9\nu2,Time\nu3,TRUE\n"
    ben = "\ufeffUnit;Code\r\nu\u00a01;cafe\u0301\r\nU2;time\r\nu3;True\r\n"
    report = of_tables(*files(tmp_path, anna=anna, ben=ben), **QUICK)
    assert (report.codes, report.n_units, report.kappa.value) == (("TRUE", "Time", "caf\u00e9"), 3, 1.0)
    assert {"code 'time' is taken for 'Time'", "unit 'U2' is taken for 'u2'"} <= {*report.notes}
    long = "unit,coder,code\n1,Anna,A\n2,anna,B\n1,ben,A\n2,Ben,B\n"
    assert of_tables(*files(tmp_path, long=long), **QUICK).coders == ("Anna", "ben")
    assert of_tables(*files(tmp_path, long=long), coders=["ANNA", "ben"], categories=["a", "b"], **QUICK).codes == (
        "a",
        "b",
    )


def test_numbers_written_in_two_ways_are_pointed_at(tmp_path: Path) -> None:
    """Pandas writes 1.0 for 1 where a column has gaps, and spreadsheets lose the zero before 07."""
    report = of_tables(
        *files(tmp_path, anna="unit,code\n1,1\n2,2\n3,1\n", ben="unit,code\n1,1.0\n2,\n03,1.0\n"), **QUICK
    )
    assert any(note.startswith("code '1' and code '1.0' are two here") for note in report.notes)
    assert any("unit '03' and unit '3'" in note for note in report.notes)
    with pytest.raises(NoOverlapError, match="anna's first is '1' and ben's first is '01'"):
        of_tables(*files(tmp_path, anna="unit,code\n1,A\n", ben="unit,code\n01,A\n"), **QUICK)


def test_units_of_several_interviews_are_not_mixed(tmp_path: Path) -> None:
    anna = "unit,transcript,code\n1,x,A\n1,y,B\n"
    with pytest.raises(RatingsError, match=r"unit '1' stands in transcript 'x' and in 'y', and ben\.csv has no column"):
        of_tables(*files(tmp_path, anna=anna, ben="unit,code\n1,A\n"), **QUICK)
    alone = of_tables(*files(tmp_path, anna=anna.replace("1,y", "2,y"), ben="unit,code\n1,A\n2,B\n"), **QUICK)
    assert alone.n_units == 2


def test_codes_in_several_columns_may_be_divided_otherwise() -> None:
    table = pd.DataFrame(
        {"unit": [1, 2] * 2, "coder": list("aabb"), "code1": list("ABAB"), "code2": ["B", "C;A", "B", "A;C"]}
    )
    report = of_tables(table, several=";", **QUICK)
    assert (report.codes, report.kappa.value) == (("A", "B", "C"), 1.0)


def test_messages_of_files_say_what_helps_here(tmp_path: Path) -> None:
    (tmp_path / "anna.csv").write_bytes("unit,a,b\n1,\u00c4,\u00c4\n2,B,\u00c4\n".encode("cp1252"))
    with pytest.raises(InputError, match=r"pandas\.read_csv\(FILE, encoding=NAME\)"):
        of_tables(tmp_path / "anna.csv")
    with pytest.raises(InputError, match=r"a folder.*Nothing was computed"):
        of_tables(tmp_path)
    with pytest.raises(OneCoderError, match="say coders="):
        of_tables(*files(tmp_path, anna="unit,code\n1,A\n"))


@pytest.mark.parametrize(
    ("lists", "says"),
    [
        ([{"u1": "A"}, {"u1": "A"}], "List 1 is dict"),
        ([["A", "B"], {"A", "B"}], "List 2 is set"),
        ([pd.DataFrame({"a": ["A"]}), ["A"]], "tables go to `of_tables`"),
        ([7, ["A"]], "List 1 is int"),
        ([pd.Series(list("ABC"), index=[1, 2, 3]), pd.Series(list("CBA"), index=[3, 2, 1])], "another order"),
        ([[b"A"], [b"A"]], "Got b'A'"),
    ],
)
def test_what_has_no_order_of_units_is_no_list(lists, says: str) -> None:
    with pytest.raises(RatingsError, match=says):
        of_lists(*lists)


def test_columns_of_one_table_and_what_is_gone_through_once_are_lists() -> None:
    long = pd.DataFrame({"coder": list("aabb"), "code": list("ABAA")})
    first, second = (long.loc[long["coder"] == name, "code"] for name in "ab")
    kappa = of_lists(first, second, **QUICK).kappa.value
    assert (
        kappa
        == of_lists(iter(first), iter(second), **QUICK).kappa.value
        == pytest.approx(cohen_kappa_score(first, second))
    )


def test_a_missing_value_that_became_text_is_pointed_at() -> None:
    report = of_lists(np.array(["A", np.nan, "B"]), np.array(["A", np.nan, "A"]), **QUICK)
    assert any(note.startswith("'nan' counts as a code") for note in report.notes)


def test_rounds_and_seed_are_no_less_than_nothing() -> None:
    for asked in ({"rounds": -1}, {"seed": -1}):
        with pytest.raises(RatingsError, match="from 0 on"):
            of_lists("AB", "BB", **asked)
