"""Four processes decide at once on one study, 10,000 times each, on SQLite and on PostgreSQL: is any decision lost or doubled?

    python benchmarks/decisions_at_once.py [--processes 4] [--decisions 10000] [--store sqlite|postgresql] [--out FILE.md]

Each process opens the study for itself and decides as one coder, by the way of a page's decision (`ReviewSession.decide`), on passages
that all of them share: accepting, rejecting, adding, removing, and taking one decision in twenty back. One request in a hundred
is sent twice, as by a browser whose connection broke. Afterwards the store must hold exactly the requests that were acknowledged, once
each, the codings that follow from them, and an audit trail that agrees. On PostgreSQL each coder has a folder, as a team has.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from machine import machine
from review_load import Reviewer, differences
from review_pages import make_study
from secondcoder.domain.records import ReviewAction
from secondcoder.errors import DecisionError, StoreError
from secondcoder.labels.new_decision import ActionRequest
from secondcoder.review.session import ReviewSession
from secondcoder.study.folder import CODEBOOK, CONFIGURATION
from secondcoder.study.study import Study

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

UNDONE, TWICE = 0.05, 0.01
INTERVIEWS, WORDS, SUGGESTIONS = 10, 9000, 1500


@dataclass
class Decided:
    """What one process was told: its requests that were acknowledged, and how often it was refused or sent away."""

    coder: str
    acknowledged: list[str] = field(default_factory=list)
    refused: int = 0
    sent_away: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class Outcome:
    """One store's: decisions acknowledged in all, a second, and what is wrong."""

    store: str
    decided: int
    refused: int
    sent_away: int
    rate: float
    faults: list[str]


def decide_many(folder: Path, coder: str, wanted: int) -> Decided:
    """Decide until so many requests are acknowledged; in a process of its own."""
    rng, told = random.Random(coder), Decided(coder)
    with closing(Study(folder)) as study:
        review, begun = ReviewSession(study), time.monotonic()
        while len(told.acknowledged) < wanted:
            asked = _request(rng, review, f"{coder}-{len(told.acknowledged)}-{told.refused}")
            try:
                _insist(review, coder, asked, told)
            except DecisionError:
                told.refused += 1
                continue
            told.acknowledged.append(asked.request)
            if rng.random() < TWICE:
                _insist(review, coder, asked, told)
    told.seconds = time.monotonic() - begun
    return told


def _insist(review: ReviewSession, coder: str, asked: ActionRequest, told: Decided) -> None:
    """Send a request until it is answered: where the store was busy for too long, once more."""
    while True:
        try:
            review.decide(coder, asked)
            return
        except StoreError:
            told.sent_away += 1


def _request(rng: random.Random, review: ReviewSession, name: str) -> ActionRequest:
    passage = rng.choice(review.passages)
    if rng.random() < UNDONE:
        return ActionRequest(ReviewAction.UNDO, passage.key, name)
    suggested = [suggestion.code for suggestion in passage.suggestions]
    if suggested and rng.random() < 0.6:
        verdict = rng.choice((ReviewAction.ACCEPT, ReviewAction.REJECT, ReviewAction.UNSURE))
        return ActionRequest(verdict, passage.key, name, suggested=rng.choice(suggested))
    verdict = rng.choice((ReviewAction.ADD, ReviewAction.ADD, ReviewAction.REMOVE))
    return ActionRequest(verdict, passage.key, name, code=rng.choice(review.book.ids[:6]))


def run(processes: int, decisions: int, store: str = "") -> Outcome:
    """Make a study, let the processes decide, compare; `store`: an empty PostgreSQL database, else a file."""
    with tempfile.TemporaryDirectory() as place:
        folder, coders = Path(place) / "study", [f"coder{number}" for number in range(processes)]
        make_study(folder, [f"t{n:02}" for n in range(INTERVIEWS)], WORDS, SUGGESTIONS, store).close()
        folders = [_joined(folder, coder) if store else folder for coder in coders]
        begun = time.monotonic()
        with ProcessPoolExecutor(processes, get_context("fork")) as pool:
            told = list(pool.map(decide_many, folders, coders, [decisions] * processes))
        taken = time.monotonic() - begun
        with closing(Study(folder)) as study:
            people = [Reviewer(one.coder, Counter(one.acknowledged)) for one in told]
            faults = differences(ReviewSession(study), people)
    decided = sum(len(one.acknowledged) for one in told)
    refused, away = sum(one.refused for one in told), sum(one.sent_away for one in told)
    return Outcome("PostgreSQL" if store else "SQLite", decided, refused, away, decided / taken, faults)


def _joined(folder: Path, coder: str) -> Path:
    """A coder's own folder of the study in the same database."""
    own = folder.with_name(coder)
    own.mkdir()
    for name in (CONFIGURATION, CODEBOOK):
        shutil.copy(folder / name, own / name)
    return own


@contextmanager
def _server() -> Iterator[str]:
    from support.postgres_server import running

    with running() as url:
        yield url


def report(outcomes: list[Outcome], processes: int) -> str:
    """The page."""
    rows = [
        f"| {one.store} | {one.decided:,} | {one.rate:.0f} | {1000 * processes / one.rate:.0f} ms | {one.refused:,} | "
        f"{one.sent_away} | "
        f"{'; '.join(one.faults) or 'none lost, none doubled, codings and audit trail agree'} |"
        for one in outcomes
    ]
    return "\n".join(
        [
            "# Many decisions at once",
            "",
            f"Written by `benchmarks/decisions_at_once.py`: {processes} processes, each a coder of its own on passages that all "
            f"share. {machine()}",
            "",
            "Refused are requests that do not fit the passage as it is (a code given twice, nothing to take back), as a page refuses "
            "them. Sent away are those that the store was too busy for; they were sent again.",
            "",
            "| store | acknowledged | a second, in all | one takes | refused | sent away | what the store holds |",
            "|---|---|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def main() -> None:
    """Run from the command line; exit 1 where anything is lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--decisions", type=int, default=10_000)
    parser.add_argument("--store", choices=("sqlite", "postgresql"), help="only on this one")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    outcomes = []
    for store in (asked.store,) if asked.store else ("sqlite", "postgresql"):
        with _server() if store == "postgresql" else nullcontext("") as url:
            outcomes.append(run(asked.processes, asked.decisions, url))
        print(outcomes[-1], flush=True)
    if asked.out:
        asked.out.write_text(report(outcomes, asked.processes), encoding="utf-8")
    sys.exit(1 if any(one.faults for one in outcomes) else 0)


if __name__ == "__main__":
    main()
