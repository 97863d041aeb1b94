"""Every number of the report, counted again from the exported tables: each table of the page, each figure and the sentences."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from importlib import resources
from itertools import groupby
from pathlib import Path

import pytest
from secondcoder.charting.question import ChartQuestion
from secondcoder.charting.report.write import write_findings
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study
from support.report_checks import Exported, Page, Rows, balance, ends, exact_p, percent, rounded, signs
from support.study_checks import CHEAP

MEASURES = ("Balance", "Share of transcripts", "Passages per 1,000 words")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The findings of the demonstration study, as people coded it."""
    folder = tmp_path_factory.mktemp("numbers")
    Study.create(folder / "study", "npt").close()
    (folder / "study" / CONFIGURATION).write_text(CHEAP, encoding="utf-8")
    with (
        closing(Study(folder / "study")) as study,
        resources.as_file(resources.files("secondcoder.corpora").joinpath("demo")) as files,
    ):
        study.import_files([Path(files)])
        write_findings(study.chart(ChartQuestion(compare="integration")), folder / "out")
    return folder / "out"


@pytest.fixture(scope="module")
def page(written: Path) -> Page:
    return Page((written / "report.html").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def tables(written: Path) -> Exported:
    return Exported(written / "tables")


def matrix(of: Exported) -> Rows:
    def cell(code: str, case: str) -> list[str]:
        talks = of.talks(case=case)
        having, read = of.known(code, talks)
        open_ = sum(row["code"] == code and row["transcript"] in talks for row in of.suggested)
        suggested = [f"{open_} suggested"] if open_ else []
        if not read:
            return ["not read", *suggested]
        return [str(len(of.of(code, talks))), *signs(of.sides(code, talks)), f"{having} of {read}", *suggested]

    return [[[of.label(code)], *(cell(code, case) for case in of.cases)] for code in of.names]


def rates(of: Exported) -> Rows:
    def line(code: str) -> list[list[str]]:
        everywhere, told = set(of.case), of.row("rates", code=code)
        having, read = of.known(code, everywhere)
        cases = [of.known(code, of.talks(case=case)) for case in of.cases]
        complete = [case for case in of.cases if all((talk, code) in of.whole for talk in of.talks(case=case))]
        found = {case for case, (with_it, _) in zip(of.cases, cases, strict=True) if with_it}
        return [
            [of.label(code), *filter(None, [told["note"]])],
            [str(len(of.of(code, everywhere)))],
            [f"{having} of {read}"],
            [percent(having / read)],
            ends(told, "low", "high", percent),
            [rounded(of.per_1000_words(code, everywhere))],
            ends(told, "low_words", "high_words"),
            [f"{len(found)} of {len(found | set(complete))}"],
        ]

    return [line(code) for code in of.names]


def by(of: Exported, attribute: str) -> Rows:
    values = sorted({row[attribute] for row in of.about.values()})

    def cell(code: str, value: str) -> list[str]:
        having, read = of.known(code, of.talks(**{attribute: value}))
        told = of.row(f"by_{attribute}", code=code, value=value)
        return [percent(having / read), f"{having} of {read}", *ends(told, "low", "high", percent)]

    return [[[of.label(code)], *(cell(code, value) for value in values)] for code in of.names]


def pairs(of: Exported) -> Rows:
    told = of.tables["cooccurrence"][:25]
    return [
        [
            [of.label(row["code"]), *filter(None, [row["note"]])],
            [of.label(row["other"])],
            [str(of.pairs(row["code"], row["other"]))],
            [
                str(
                    len(
                        {p["transcript"] for p in of.of(row["code"], set(of.case))}
                        & {p["transcript"] for p in of.of(row["other"], set(of.case))}
                    )
                )
            ],
            [rounded(row["expected"], 1)],
            [rounded(row["jaccard"])],
        ]
        for row in told
    ]


def saturation(of: Exported) -> Rows:
    seen: set[str] = set()
    lines = []
    usual = {
        code
        for code in of.names
        if sum((talk, code) in of.whole for talk in of.case) * 2 > len({talk for talk, _ in of.whole})
    }
    talks = [talk for talk in of.case if all((talk, code) in of.whole for code in usual)]
    parents = {row["parent"] for row in of.tables["codes"]}
    for step, talk in enumerate(talks, start=1):
        met = {
            row["code"]
            for row in of.counting
            if row["transcript"] == talk and (row["own"] == "True" or row["code"] not in parents)
        }
        new, seen, told = met - seen, seen | met, of.row("saturation", transcript=talk)
        lines.append(
            [
                [str(step)],
                [talk],
                [str(len(seen))],
                [str(len(new))],
                [rounded(told["expected"], 1)],
                [f"{float(told['low']):.0f} to {float(told['high']):.0f}"],
            ]
        )
    return lines


def order(of: Exported) -> Rows:
    def score(case: str) -> float:
        shares = []
        for code in ("CO", "CP", "CA"):
            sides, every = of.sides(code, of.talks(case=case)), of.sides(code, set(of.case))
            up, n, up_all, n_all = (
                figure
                for each in (sides, every)
                for figure in (
                    each["promotes"] + each["mixed"] / 2,
                    each["promotes"] + each["mixed"] + each["inhibits"],
                )
            )
            shares.append((up + 2 * up_all / n_all) / (n + 2))
        return sum(shares) / 3

    scores = {case: score(case) for case in of.cases}
    ranked = sorted(of.cases, key=lambda case: -scores[case])
    gaps = [scores[one] - scores[two] for one, two in zip(ranked, ranked[1:], strict=False)]
    upper = ranked[: gaps.index(max(gaps)) + 1]
    stated = {row["case"]: row["integration"] for row in of.tables["cases"]}
    return [
        [
            [case],
            [str(place)],
            [rounded(scores[case])],
            ["more integrated" if case in upper else "less integrated"],
            [percent(of.row("profile", case=case)["same_group"])],
            [stated[case]],
        ]
        for place, case in enumerate(ranked, start=1)
    ]


def constructs(of: Exported) -> Rows:
    def cell(case: str, code: str) -> list[str]:
        told, sides = of.row("integration", case=case, construct=code), of.sides(code, of.talks(case=case))
        share = (sides["promotes"] + sides["mixed"] / 2) / (sides["promotes"] + sides["mixed"] + sides["inhibits"])
        inside = [f"95%: {each}" for each in ends(told, "low", "high", percent)]
        return [told["standing"], *signs(sides), f"{percent(share)} promoting", *inside, "not judged yet"]

    cases = [row["case"] for row in of.tables["profile"]]
    return [[[case], *(cell(case, code) for code in ("CO", "CP", "CA", "RM"))] for case in cases]


def levels(of: Exported) -> Rows:
    counts = Counter((row["case"], row["level"], row["wave"], row["side"]) for row in of.tables["level_evidence"])
    spoken = {(row["case"], row["wave"]) for row in of.about.values()}

    def cell(case: str, level: str, wave: str) -> list[str]:
        found = [
            f"{sign}{n}"
            for sign, side in (("+", "for"), ("−", "against"), ("±", "either"))
            if (n := counts[case, level, wave, side])
        ]
        if found:
            return [" ".join(found), "not judged yet"]
        return ["no evidence found" if (case, wave) in spoken else "no interview"]

    places = [(level, wave) for level in ("patient", "practice", "community") for wave in ("early", "late")]
    return [[[case], *(cell(case, level, wave) for level, wave in places)] for case in of.cases]


SIGNS = {"present": "● present", "mixed": "◐ mixed", "absent": "○ absent"}


def presence(of: Exported, code: str, case: str) -> str:
    sides = of.sides(code, of.talks(case=case))
    given = sides["promotes"] + sides["mixed"] + sides["inhibits"]
    if not given:
        return "not spoken of"
    share = (sides["promotes"] + sides["mixed"] / 2) / given
    return "present" if share >= 0.75 else "absent" if share <= 0.25 else "mixed"


def factors(of: Exported) -> Rows:
    def cell(code: str, case: str) -> list[str]:
        word = presence(of, code, case)
        return [SIGNS.get(word, word), *signs(of.sides(code, of.talks(case=case)))]

    codes = [code for code in of.names if code.startswith("F")]
    return [[[of.label(code)], *(cell(code, case) for case in of.cases)] for code in codes]


def factors_by_group(of: Exported) -> Rows:
    stated = {row["case"]: row["integration"] for row in of.tables["cases"]}
    lines = []
    for code in (code for code in of.names if code.startswith("F")):
        for group in dict.fromkeys(stated[case] for case in of.cases):
            cases = [case for case in of.cases if stated[case] == group]
            words = {word: [case for case in cases if presence(of, code, case) == word] for word in SIGNS}
            named = [
                [f"{len(there)}: {', '.join(there)}" if there else "0"]
                for there in (words["present"], words["mixed"], words["absent"])
            ]
            unknown = len(cases) - sum(map(len, words.values()))
            lines.append([[of.label(code)], [group], [str(len(cases))], *named, [str(unknown)]])
    return lines


def truth(of: Exported) -> Rows:
    codes = [code for code in of.names if code.startswith("F")]
    stated = {row["case"]: float(row["integration"] == "full") for row in of.tables["cases"]}

    def shares(case: str) -> list[float]:
        every = [of.sides(code, of.talks(case=case)) for code in codes]
        return [
            (each["promotes"] + each["mixed"] / 2) / (each["promotes"] + each["mixed"] + each["inhibits"])
            for each in every
        ]

    member = {case: shares(case) for case in of.cases}
    placed = {case: tuple(int(share > 0.5) for share in found) for case, found in member.items() if 0.5 not in found}
    lines = []
    for corner, pairs_ in groupby(sorted(placed.items(), key=lambda pair: pair[1]), key=lambda pair: pair[1]):
        cases = [case for case, _ in pairs_]
        within = {case: min(m if c else 1 - m for m, c in zip(member[case], corner, strict=True)) for case in of.cases}
        consistency = sum(min(x, stated[case]) for case, x in within.items()) / sum(within.values())
        outcomes = {stated[case] for case in cases}
        outcome = "C" if len(outcomes) == 2 else f"{outcomes.pop():.0f}"
        cases = [case for case in of.cases if case in cases]
        lines.append(
            [[", ".join(cases)], *([str(c)] for c in corner), [str(len(cases))], [outcome], [rounded(consistency)]]
        )
    return sorted(lines, key=lambda line: [-int(line[-3][0]), *(-int(c[0]) for c in line[1:-3])])


def comparison(of: Exported, measure: str) -> Rows:
    stated = {row["case"]: row["integration"] for row in of.tables["cases"]}
    sides = {group: [case for case in of.cases if stated[case] == group] for group in ("full", "partial")}
    written = {"Balance": rounded, "Share of transcripts": percent}.get(measure, lambda value: rounded(value, 1))

    def figures(code: str, case: str) -> tuple[float, float]:
        talks = of.talks(case=case)
        given = of.sides(code, talks)
        whole = {talk for talk in talks if (talk, code) in of.whole}
        return {
            "Balance": (given["promotes"] - given["inhibits"], given["promotes"] + given["mixed"] + given["inhibits"]),
            "Share of transcripts": of.known(code, talks),
        }.get(measure, (len(of.of(code, whole)), sum(int(of.about[talk]["words"]) for talk in whole) / 1000))

    def line(code: str) -> tuple[float, list[list[str]]]:
        found = {group: [figures(code, case) for case in cases] for group, cases in sides.items()}
        first, second = (sum(part for part, _ in found[group]) / sum(of for _, of in found[group]) for group in found)
        known = [sum(of > 0 for _, of in found[group]) for group in found]
        told = of.row("comparison", code=code, measure=measure[:1].lower() + measure[1:])
        p = exact_p([*found["full"], *found["partial"]], 3) if known == [3, 4] else float(told["p"])
        return abs(first - second), [
            [of.label(code)],
            *([written(value)] for value in (first, second, first - second)),
            ends(told, "low", "high", written) or ["–"],
            [rounded(p, 3)],
            [rounded(told["p_adjusted"], 3)],
            [f"{known[0]} and {known[1]}"],
        ]

    return [cells for _, cells in sorted((line(code) for code in of.names), key=lambda pair: -round(pair[0], 12))]


TABLES: dict[str, Callable[[Exported], Rows]] = {
    "Passages by code and case": matrix,
    "Passages, transcripts and rates by code": rates,
    "Share of transcripts with each code, by role": lambda of: by(of, "role"),
    "Share of transcripts with each code, by wave": lambda of: by(of, "wave"),
    "The 25 pairs of codes that share words most often": pairs,
    "Codes seen, transcript by transcript": saturation,
    "Cases in order of their score": order,
    "How each case stands with each construct": constructs,
    "Levels of the programme by wave": levels,
    "Factors by case": factors,
    "Factors by group of cases": factors_by_group,
    "Truth table": truth,
    **{f"{measure}, full and partial": (lambda of, measure=measure: comparison(of, measure)) for measure in MEASURES},
}


def test_every_table_of_the_page_is_counted_again(page: Page) -> None:
    assert set(page.tables) == set(TABLES)


@pytest.mark.parametrize("caption", TABLES)
def test_a_table_says_what_the_exported_tables_give(page: Page, tables: Exported, caption: str) -> None:
    shown, counted = page.tables[caption][1:], TABLES[caption](tables)
    if caption.endswith("full and partial"):  # differences of one size stand in no order
        shown, counted = sorted(shown), sorted(counted)
    assert shown == counted


def test_the_head_counts_what_the_page_rests_on(page: Page, tables: Exported) -> None:
    words = sum(int(row["words"]) for row in tables.tables["transcripts"])
    people = {row["participant"] for row in tables.tables["transcripts"]}
    having = {row["transcript"] for row in tables.counting}
    n, talks, unread = (
        len(tables.counting),
        len(tables.case),
        len(tables.case) - len({talk for talk, _ in tables.whole}),
    )
    codes = len({row["code"] for row in tables.counting})
    head = " ".join(page.paragraphs)
    assert f"{n:,} passages of {codes} codes in {len(having)} of {talks} transcripts count." in head
    assert f"{talks} transcripts of {len(people)} participants in {len(tables.cases)} cases, {words:,} words" in head
    assert f"{n:,} passages of {codes} codes ({n:,} coded by hand without suggestions), given by IH and MB." in head
    assert f"{unread} of {talks} transcripts nobody read through" in head


def test_the_findings_name_the_practices_and_factors_of_the_corpus(page: Page, tables: Exported) -> None:
    head = " ".join(page.paragraphs)
    sure = min(float(row["same_group"]) for row in tables.tables["profile"] if row["case"] in FULL)
    assert f"the codes suggest that {' and '.join([', '.join(FULL[:2]), FULL[2]])} integrated more" in head
    assert f"each of them so in at least {percent(sure)} of resamplings" in head
    differences = []
    for code in (code for code in tables.names if code.startswith("F")):
        full, partial = (
            balance(sum((tables.sides(code, tables.talks(case=case)) for case in cases), Counter()))
            for cases in (FULL, set(tables.cases) - set(FULL))
        )
        differences.append((full - partial, f"{tables.names[code]} ({full - partial:+.2f})"))
    told = [text for _, text in sorted(differences, reverse=True)]
    assert (
        f"Talk promotes more where integration is full than where it is partial: {', '.join(told[:-1])} and {told[-1]}."
        in head
    )


FULL = ("Hawthorn", "Birch", "Rowan")


def test_figures_say_on_pointing_what_their_tables_say(page: Page, tables: Exported) -> None:
    bars = {title for title in page.titles if re.fullmatch(r"\w+, \w+: \d+ of \d+ \w+", title)}
    assert bars == {
        f"{case}, {code}: {sides[side]} of {sum(sides.values())} {side}"
        for case in tables.cases
        for code in ("CO", "CP", "CA", "RM")
        for sides in [tables.sides(code, tables.talks(case=case))]
        for side in sides
    }
    shares = [tables.known(code, set(tables.case)) for code in tables.names]
    inside = {code: ends(tables.row("rates", code=code), "low", "high")[0] for code in tables.names}
    points = [title for title in page.titles if title.startswith("Share of transcripts with the code: ")]
    assert points == [
        f"Share of transcripts with the code: {code} {having / read:.2f} ({inside[code]})"
        for code, (having, read) in zip(tables.names, shares, strict=True)
    ]


def test_every_passage_stands_on_the_page_under_its_cell_and_every_number_leads_to_it(
    written: Path, page: Page, tables: Exported
) -> None:
    text = (written / "report.html").read_text(encoding="utf-8")
    told = re.findall(
        r'<div class="quotations" id="(code-[\d-]+)"><h4>(\w+) <span class="small">(\d+) passages? of ([\w.]+)</span>',
        text,
    )
    counts = {(case, code): int(number) for _, case, number, code in told}
    assert counts == Counter((tables.case[row["transcript"]], row["code"]) for row in tables.counting)
    assert text[text.index('id="passages"') :].count("<blockquote>") == len(tables.counting)
    assert set(page.links) <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    leading = {anchor for anchor, *_ in told}
    assert leading <= set(page.links)
