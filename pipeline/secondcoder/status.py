"""What is in a study, and what comes next."""

from __future__ import annotations

from collections import Counter
from typing import Any

from secondcoder.drifting import latest, told
from secondcoder.store import schema
from secondcoder.study import Study


def study_status(study: Study) -> dict[str, Any]:
    """Counts by case and code, the model in use, and the next step as a sentence."""
    transcripts, codings = study.store.transcripts(), study.store.codings()
    coded = {one.transcript for one in study.store.passes()} | {coding.transcript for coding in codings}
    in_case = Counter(transcript.case for transcript in transcripts if transcript.case)
    coded_in_case = Counter(transcript.case for transcript in transcripts if transcript.id in coded)
    marks = Counter(coding.code for coding in codings)
    where = {code: len({one.transcript for one in codings if one.code == code}) for code in marks}
    book = study.codebook
    status: dict[str, Any] = {
        "transcripts": len(transcripts),
        "coded": len(coded),
        "uncoded": len(transcripts) - len(coded),
        "codings": len(codings),
        "coders": sorted({coding.coder for coding in codings} | {one.coder for one in study.store.passes()}),
        "codebook": f"{book.id} {book.version}",
        "model": study.model_in_use,
        "suggestions": study.store.count(schema.suggestions),
        "cases": {
            case.id: {
                "transcripts": in_case[case.id],
                "coded": coded_in_case[case.id],
                "attributes": ", ".join(f"{key}: {value}" for key, value in case.attributes.items()),
            }
            for case in study.store.cases()
        },
        "codes": {
            code.id: {"name": code.name, "codings": marks[code.id], "transcripts": where.get(code.id, 0)}
            for code in book.codes
        },
    }
    return status | {"drift": _drift(study), "next": _next_step(status)}


def _drift(study: Study) -> dict[str, Any] | None:
    """How the transcripts that the model in use has coded compare with those it learned from; None before it has coded any."""
    report = latest(study)
    return None if report is None else {"words": told(report), "findings": report["findings"]}


def _next_step(status: dict[str, Any]) -> str:
    if not status["transcripts"]:
        return "import transcripts and codes: secondcoder import TRANSCRIPTS... CODES.csv"
    if not status["codings"]:
        return (
            "code a few transcripts by hand and import the codes: secondcoder import CODES.csv   "
            "(or look at a ranking from the codebook alone first: secondcoder train)"
        )
    if status["model"] is None:
        return "learn the codes: secondcoder train"
    if status["uncoded"] and not status["suggestions"]:
        return "get suggestions for the rest: secondcoder code --out suggestions.xlsx"
    if status["uncoded"]:
        return "decide on the suggestions: secondcoder review; then learn from it: secondcoder train"
    return "import more transcripts, or see how good the suggestions are: secondcoder evaluate"
