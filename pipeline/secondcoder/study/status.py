"""What is in a study, and what comes next."""

from __future__ import annotations

from collections import Counter
from typing import Any

from secondcoder.codebook.model_fit import codes_unknown_to
from secondcoder.drift.comparison import latest, told
from secondcoder.study.codebook_change import pending_in_study
from secondcoder.study.study import Study
from secondcoder.suggestions.code import coded_by

LEARNED_FROM = ("codings", "coding passes", "decision", "codes assigned", "codebook changed", "case changed")
"""Events after which a training may come out otherwise."""


def study_status(study: Study) -> dict[str, Any]:
    """Counts by case and code, the model in use, and the next step as a sentence."""
    transcripts, codings = study.store.transcripts(), study.store.codings()
    coded = {one.transcript for one in study.store.passes()} | {coding.transcript for coding in codings}
    in_case = Counter(transcript.case for transcript in transcripts if transcript.case)
    coded_in_case = Counter(transcript.case for transcript in transcripts if transcript.id in coded)
    marks = Counter(coding.code for coding in codings)
    where = {code: len({one.transcript for one in codings if one.code == code}) for code in marks}
    book = study.codebook
    manifest = study.manifest_in_use
    made = study.store.count_suggestions()
    unknown = codes_unknown_to(manifest, book, study.store.fates())
    status: dict[str, Any] = {
        "transcripts": len(transcripts),
        "coded": len(coded),
        "uncoded": len(transcripts) - len(coded),
        "codings": len(codings),
        "coders": sorted({coding.coder for coding in codings} | {one.coder for one in study.store.passes()}),
        "codebook": f"{book.id} {book.version}",
        "model": study.model_in_use,
        "model_fits": not manifest or manifest["codebook"]["hash"] == book.hash,
        "unknown_to_model": unknown.to_json() | {"told": unknown.told},
        "since_model": _since(manifest, len(codings)),
        "to_assign": sum(one.open for one in pending_in_study(study)),
        "suggestions": made.get(study.model_in_use or "", 0),
        "earlier_suggestions": {version: n for version, n in made.items() if version != study.model_in_use},
        "not_suggested_for": _not_suggested_for(study, {one.id for one in transcripts} - coded),
        "stopped": _stopped(study),
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


def _since(manifest: dict[str, Any], codings: int) -> int:
    """Codings more (or fewer) than the model in use learned from; 0 without one, or where it did not count them."""
    origins = manifest.get("training", {}).get("origins")
    return 0 if origins is None else codings - sum(sum(by.values()) for by in origins.values())


def _not_suggested_for(study: Study, uncoded: set[str]) -> int:
    """Transcripts that neither a person has coded nor the model in use."""
    version = study.model_in_use
    return len(uncoded - set(coded_by(study, version))) if version else len(uncoded)


def _stopped(study: Study) -> str | None:
    """The candidate that the gate stopped, where nothing that is learned from has changed since it was made."""
    records = study.store.models()
    last = records[-1] if records else None
    gate = last["manifest"].get("gate") if last else None
    if last is None or not gate or gate["passed"] or last["in_use"] or last["parent"] != study.model_in_use:
        return None
    for event in reversed(study.store.events("model", *LEARNED_FROM)):
        if event["what"] != "model":
            return None
        if event["detail"]["version"] == last["version"]:
            break
    return str(last["version"])


def _drift(study: Study) -> dict[str, Any] | None:
    """How the transcripts that the model in use has coded compare with those it learned from; None before it has coded any."""
    report = latest(study)
    return None if report is None else {"words": told(report), "findings": report["findings"]}


def _next_step(status: dict[str, Any]) -> str:
    """The first of these that is still to be done."""
    steps = (
        (not status["transcripts"], "import transcripts and codes: secondcoder import TRANSCRIPTS... CODES.csv"),
        (
            status["to_assign"],
            "give the codings of split codes their new codes: secondcoder codebook assign FILE.xlsx --write",
        ),
        (
            not status["codings"],
            "code a few transcripts by hand and import the codes: secondcoder import CODES.csv   "
            "(or look at a ranking from the codebook alone first: secondcoder train)",
        ),
        (status["model"] is None, "learn the codes: secondcoder train"),
        (not status["model_fits"], "learn the codes of the present codebook: secondcoder retrain"),
        (
            status["not_suggested_for"],
            "get suggestions for the rest: secondcoder code --out suggestions.xlsx",
        ),
        (
            status["stopped"],
            f"{status['stopped']} learned from the codings as they are and did not pass the gate "
            f"(models/{status['stopped']}/gate.html). Look again at those that {status['model']} contradicts: "
            "secondcoder doubts --new",
        ),
        (
            status["since_model"],
            f"learn from what was coded since {status['model']} was trained: secondcoder retrain   "
            "(or go on deciding first: secondcoder review)",
        ),
        (status["uncoded"], "decide on the suggestions: secondcoder review; then learn from it: secondcoder retrain"),
    )
    last = "import more transcripts, or see how good the suggestions are: secondcoder evaluate"
    return next((what for due, what in steps if due), last)
