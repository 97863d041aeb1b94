"""What is in a study, and what comes next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from secondcoder.audit.names_found import last_measured
from secondcoder.codebook.model_fit import codebook_difference
from secondcoder.corpus import Corpus
from secondcoder.domain.wording import counted, unplaced_sentence
from secondcoder.drift.reports import in_words, latest
from secondcoder.embedding.cache_folder import usage
from secondcoder.learning.language_support import language_support
from secondcoder.study.codebook_change import pending_in_study
from secondcoder.study.marks_counted import Counted, counted_marks
from secondcoder.study.pack_trail import opened_from
from secondcoder.workspace import CACHE, Workspace

if TYPE_CHECKING:
    from secondcoder.study.plain_records import Status

LEARNED_FROM = (
    "codings",
    "coding passes",
    "decision",
    "codes assigned",
    "codebook changed",
    "case changed",
    "model codings",
)
"""Events after which a training may come out otherwise."""


def study_status(workspace: Workspace) -> dict[str, Any]:
    """Counts by case and code, the model in use, and the next step as a sentence."""
    corpus, book = workspace.corpus, workspace.codebook
    marks = counted_marks(workspace)
    transcripts, unplaced = len(marks.case_of), marks.unplaced
    status: dict[str, Any] = {
        "transcripts": transcripts,
        "coded": len(marks.coded),
        "uncoded": transcripts - len(marks.coded),
        "codings": marks.codings.total(),
        "unplaced": {"codings": len(unplaced), "told": unplaced_sentence(unplaced)},
        "coders": marks.coders,
        "model_coders": _model_coders(corpus),
        "codebook": f"{book.id} {book.version}",
        "language": language_support(workspace.configuration, book),
        "pack_of": (opened_from(corpus) or {}).get("coder"),
        **_model(workspace, marks),
        "cases": _cases(corpus, marks),
        "codes": {
            code.id: {"name": code.name, "codings": marks.codings[code.id], "transcripts": marks.where[code.id]}
            for code in book.codes
        },
    }
    cache = usage(workspace.folder / CACHE) | {"limit": workspace.configuration.embedding.cache_mb * 10**6}
    return status | {
        "drift": _drift(corpus),
        "names_found": last_measured(corpus),
        "cache": cache,
        "next": _next_step(status),
    }


def in_notebook(name: str, status: Status) -> str:
    """The study's counts, its model in use and the next step, as HTML."""
    lines = {
        "transcripts": f"{status['transcripts']} ({status['coded']} coded)",
        "codings": f"{status['codings']}{' by ' * bool(status['coders'])}{', '.join(status['coders'])}",
        "codebook": f"{status['codebook']}, {counted(len(status['codes']), 'code')}",
        "model in use": status["model"] or "none",
        "next": status["next"],
    }
    rows = "".join(f'<tr><th scope="row">{word}</th><td>{escape(text)}</td></tr>' for word, text in lines.items())
    return f"<table><caption>Study {escape(name)}</caption>{rows}</table>"


def _model_coders(corpus: Corpus) -> dict[str, dict[str, Any]]:
    if not corpus.model_codings_as_made:
        return {}
    # Here, as most studies have none, and need not wait for NumPy.
    from secondcoder.labels.model_coders import imported_models

    return imported_models(corpus)


def _model(workspace: Workspace, marks: Counted) -> dict[str, Any]:
    corpus, book, manifest = workspace.corpus, workspace.codebook, workspace.manifest
    counts = corpus.suggestion_counts
    unknown = codebook_difference(manifest, book, corpus.history)
    # Codes are split by changes of the codebook alone.
    pending = pending_in_study(corpus, book) if corpus.history else []
    return {
        "model": workspace.version,
        "model_fits": not manifest or manifest["codebook"]["hash"] == book.hash,
        "unknown_to_model": unknown.to_json() | {"told": unknown.summary},
        "since_model": _since(manifest, marks.codings.total()),
        "to_assign": sum(waiting.open for waiting in pending),
        "suggestions": counts.get(workspace.version or "", 0),
        "earlier_suggestions": {version: n for version, n in counts.items() if version != workspace.version},
        "not_suggested_for": _not_suggested_for(workspace, marks),
        "stopped": _stopped(corpus),
    }


def _cases(corpus: Corpus, marks: Counted) -> dict[str, dict[str, Any]]:
    inside = Counter(case for case in marks.case_of.values() if case)
    coded = Counter(marks.case_of[transcript] for transcript in marks.coded)
    return {
        case.id: {
            "transcripts": inside[case.id],
            "coded": coded[case.id],
            "attributes": ", ".join(f"{key}: {value}" for key, value in case.attributes.items()),
        }
        for case in corpus.cases
    }


def _since(manifest: Mapping[str, Any], codings: int) -> int:
    """Codings more (or fewer) than the model in use learned from; 0 without one, or where it did not count them."""
    origins = manifest.get("training", {}).get("origins")
    return 0 if origins is None else codings - sum(sum(by.values()) for by in origins.values())


def _not_suggested_for(workspace: Workspace, marks: Counted) -> int:
    """Transcripts that neither a person has coded nor the model in use."""
    uncoded = marks.case_of.keys() - marks.coded
    return len(uncoded.difference(workspace.corpus.suggested_on(workspace.version) if workspace.version else ()))


def _stopped(corpus: Corpus) -> str | None:
    """The candidate that the gate stopped, where nothing that is learned from has changed since it was made."""
    last = corpus.models[-1] if corpus.models else None
    gate = last["manifest"].get("gate") if last else None
    if last is None or not gate or gate["passed"] or last["in_use"] or last["parent"] != corpus.model_in_use:
        return None
    # Whatever comes after the candidate's own event makes another training worth while.
    made = [event["id"] for event in corpus.events("model") if event["detail"]["version"] == last["version"]]
    return None if corpus.last_event_of(*LEARNED_FROM) > max(made, default=0) else str(last["version"])


def _drift(corpus: Corpus) -> dict[str, Any] | None:
    """How the transcripts that the model in use has coded compare with those it learned from; None before it has coded any."""
    report = latest(corpus)
    return None if report is None else {"words": in_words(report), "findings": report["findings"]}


def _next_step(status: dict[str, Any]) -> str:
    """The first of these that is still to be done."""
    steps = (
        (
            not status["transcripts"],
            "import transcripts, and codes if there are any: secondcoder import INTERVIEWS/ [CODES.csv]",
        ),
        (
            status["to_assign"],
            "give the codings of split codes their new codes: secondcoder codebook assign FILE.xlsx --write",
        ),
        (
            not status["codings"],
            "code a few transcripts by hand, in the browser: secondcoder open   (or import codes: secondcoder import CODES.csv; "
            "or look at a ranking from the codebook alone first: secondcoder train)",
        ),
        (status["pack_of"], "when you have coded, write what goes back to the study: secondcoder pack make"),
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
            "(or go on deciding first: secondcoder open)",
        ),
        (status["uncoded"], "decide on the suggestions: secondcoder review; then learn from it: secondcoder retrain"),
    )
    last = "see what was found: secondcoder chart   (or how good the suggestions are: secondcoder evaluate; or import more)"
    return next((what for due, what in steps if due), last)
