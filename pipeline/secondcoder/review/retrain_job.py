"""One lesson: a new model version from all codings, in a process of its own, so that nobody waits for it at the page.

Run as `python -m secondcoder.review.retrain_job STUDY`. It says what it does as lines of JSON: `{"what", "done", "total"}` on the way,
and at the end `{"outcome": ...}`, or `{"refused": ...}` with what was refused on purpose.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from time import monotonic
from typing import Any

from secondcoder.errors import InputError, SecondcoderError
from secondcoder.study.study import Study

PAUSE = 0.2
"""Seconds between two words on the same kind of work."""


@dataclass(frozen=True)
class Outcome:
    """What a lesson came to.

    Attributes:
        version: the model version that it made; `in_use` when it took the place of the one before.
        said: the gate's word in a sentence; `reasons` are what speaks against the version, if anything does.
        report: the page about it, within the study's folder.
        suggestions: how many the version made; None when it made none, because it is not in use or everything is coded.
    """

    version: str
    in_use: bool
    said: str
    reasons: tuple[str, ...]
    report: str
    suggestions: int | None = None


def learn(study: Study) -> Outcome:
    """A candidate from all codings so far, which takes the place of the model in use if the gate lets it pass."""
    from secondcoder.training.gate_report import outcome_in_words

    done = study.retrain(called="learning from the review")
    version, parent = done.manifest["version"], done.manifest["parent"]
    said = outcome_in_words(version, parent, done.verdict, done.in_use)
    report = done.report.relative_to(study.folder).as_posix()
    return Outcome(version, done.in_use, said, tuple(done.verdict.reasons), report)


def teach(study: Study) -> Outcome:
    """Learn, and where the new version is in use, get its suggestions too."""
    found = learn(study)
    if not found.in_use:
        return found
    with suppress(InputError):  # every interview is coded by people: then there is nothing to suggest
        return Outcome(**asdict(found) | {"suggestions": len(study.code().table)})
    return found


def main(folder: str) -> int:
    """The process: 0 when it ended as it should, with a new version or with a refusal."""
    from secondcoder.embedding.offline import quiet_libraries

    quiet_libraries()
    heard: dict[str, float] = {}

    def progress(what: str, done: int, total: int) -> None:
        if done >= total or monotonic() - heard.get(what, 0.0) > PAUSE:
            heard[what] = monotonic()
            _tell(what=what, done=done, total=total)

    try:
        study = Study(folder, progress)
        try:
            _tell(outcome=asdict(teach(study)))
        finally:
            study.close()
    except SecondcoderError as error:
        _tell(refused=str(error))
    return 0


def _tell(**told: Any) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
