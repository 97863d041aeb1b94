"""Every table of a report, counted again from the exported tables by other code than the project's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import groupby

from support.report_checks import Exported, Rows, ends, exact_p, percent, rounded, signs

MEASURES = ("Balance", "Share of transcripts", "Passages per 1,000 words")


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
