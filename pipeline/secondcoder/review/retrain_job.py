"""One retraining from the review: a new model version from all codings, in its own process, so that no page waits for it.

Run as `python -P -m secondcoder.review.retrain_job STUDY`. It reports in lines of JSON: `{"what", "done", "total"}` on the way, and at
the end `{"outcome": ...}`, or `{"refused": ...}` with an error that secondcoder raised on purpose.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from time import monotonic
from typing import Any

from secondcoder.domain.wording import counted, listed
from secondcoder.errors import InputError, SecondcoderError
from secondcoder.learning.assessment.readiness import Readiness
from secondcoder.network.guard import refuse_connections
from secondcoder.network.telemetry_off import quiet_libraries
from secondcoder.study.study import Study
from secondcoder.workspace import MODELS

PAUSE = 0.2
"""Seconds between two reports on the same kind of work."""


@dataclass(frozen=True)
class Outcome:
    """What a retraining came to.

    Attributes:
        version: the new model version; `in_use` when it replaced the one before.
        message: the gate's decision in a sentence; `reasons` are what speaks against the version, if anything does.
        report: the page about it, within the study's folder.
        expected: how many codes are ready, in a sentence.
        suggestions: how many the version made; None when it made none, because it is not in use or everything is coded.
    """

    version: str
    in_use: bool
    message: str
    reasons: tuple[str, ...]
    report: str
    suggestions: int | None = None
    expected: str = ""


def train_version(study: Study) -> Outcome:
    """A new version from all codings so far: the first one, or one that replaces the model in use if it passes the gate."""
    if study.model_in_use is None:
        return _first_version(study)
    from secondcoder.training.gate_report import outcome_sentence

    done = study.retrain(called="retraining from the review")
    version, parent = done.manifest["version"], done.manifest["parent"]
    message = outcome_sentence(version, parent, done.decision, done.in_use)
    report = done.report.relative_to(study.folder).as_posix()
    return Outcome(
        version, done.in_use, message, tuple(done.decision.reasons), report, expected=expected_in_words(done.manifest)
    )


def _first_version(study: Study) -> Outcome:
    manifest = study.train()
    version = manifest["version"]
    message = f"The first model, {version}, is trained and in use: there was none that it had to be compared with."
    return Outcome(version, True, message, (), f"{MODELS}/{version}/card.html", expected=expected_in_words(manifest))


def expected_in_words(manifest: dict[str, Any]) -> str:
    """What can be expected of the suggestions, from the verdicts on the codes."""
    verdicts = manifest["verdicts"]
    ready = [code for code, readiness in verdicts.items() if readiness["verdict"] == Readiness.READY]
    if not ready:
        return "No code is ready yet: read every suggestion with doubt. The report says what each code needs."
    of = f"{len(ready)} of {counted(len(verdicts), 'code')}"
    return f"Ready: {listed(ready)} ({of}). Read the suggestions of the others with more care; the report says why."


def train_and_suggest(study: Study) -> Outcome:
    """Train a new version, and where it is in use, get its suggestions too; those of the model in use where nothing is new but
    interviews that it has not seen."""
    try:
        outcome = train_version(study)
    except InputError:
        from secondcoder.suggestions.code import uncoded

        version, corpus = study.model_in_use, study.corpus
        if version is None or not set(uncoded(study.workspace())).difference(corpus.suggested_on(version)):
            raise
        message = (
            f"Nothing was coded since {version} was trained, so it stays. It has read the interviews that are new."
        )
        outcome = Outcome(version, True, message, (), f"{MODELS}/{version}/card.html")
    if not outcome.in_use:
        return outcome
    with suppress(InputError):  # every interview is coded by people: then there is nothing to suggest
        return replace(outcome, suggestions=len(study.code().table))
    return outcome


def main(folder: str) -> int:
    """The process: 0 when it ended as it should, with a new version or with a refusal."""
    refuse_connections()
    quiet_libraries()
    reported: dict[str, float] = {}

    def progress(what: str, done: int, total: int) -> None:
        if done >= total or monotonic() - reported.get(what, 0.0) > PAUSE:
            reported[what] = monotonic()
            _report(what=what, done=done, total=total)

    try:
        study = Study(folder, progress)
        try:
            _report(outcome=asdict(train_and_suggest(study)))
        finally:
            study.close()
    except SecondcoderError as error:
        _report(refused=str(error))
    return 0


def _report(**values: Any) -> None:
    sys.stdout.write(json.dumps(values) + "\n")
    # Into a pipe, Python would keep lines back until its buffer is full.
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
