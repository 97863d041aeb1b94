"""Simulated reviewers at once on one server: no decision lost, none doubled, and how long each takes.

    python benchmarks/review_load.py [--reviewers 20] [--seconds 20] [--store postgresql://...]

Each reviewer has a session of their own, decides on what the queue hands out, takes one in ten back, and sends one in ten twice,
as a browser does when a connection breaks. In the end the store must hold exactly what was answered, with an audit trail that is
whole. Without --store a server of its own is started in a temporary folder, where PostgreSQL is installed.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

import httpx
import uvicorn
from review_pages import field as hidden
from review_pages import make_study, rows
from secondcoder.audit import verify
from secondcoder.labels.decisions import codings_and_passes
from secondcoder.labels.new_decision import act_of
from secondcoder.labels.passage_state import passage_state
from secondcoder.review.app import make_app
from secondcoder.review.security import LoginLinks, own_hosts
from secondcoder.review.serving import LOOPBACK, listen
from secondcoder.review.session import ReviewSession

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))


UNCHANGED = "Nothing changed."
"""The answer to what was said already, which leaves no row."""


@dataclass
class Reviewer:
    """One simulated person: what was sent and answered."""

    name: str
    answered: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    refused: Counter[int] = field(default_factory=Counter)

    def work(self, root: str, token: str, until: float, pause: float) -> None:
        """Decide until the time is over."""
        rng = random.Random(self.name)
        with httpx.Client(base_url=root, timeout=60) as http:
            http.get("/enter", params={"token": token})
            panel = http.get("/queue?by=code").text
            while time.monotonic() < until:
                sent = self._choice(rng, panel)
                panel = self._send(http, sent) or http.get("/queue?by=code").text
                if rng.random() < 0.1:
                    self._send(http, sent, again=True)
                time.sleep(pause * rng.uniform(0.5, 1.5))

    def _choice(self, rng: random.Random, panel: str) -> dict[str, str]:
        sent = {name: hidden(panel, name) for name in ("mark", "passage", "request", "at")} | {"by": "code"}
        shown = rows(panel)
        verdict = rng.choice(("all", "none", "rest-unsure")) if shown else "ticked"
        if rng.random() < 0.1 and self.answered:
            verdict = "undo"
        elif not shown and rng.random() < 0.5:
            verdict, sent["code"] = "add", "CO"
        return sent | shown | {"verdict": verdict}

    def _send(self, http: httpx.Client, sent: dict[str, str], again: bool = False) -> str:
        begun = time.perf_counter()
        answer = http.post("/decide", data=sent, headers={"X-Asked-By": "page"})
        self.seconds.append(time.perf_counter() - begun)
        if answer.status_code != 200:
            self.refused[answer.status_code] += 1
            return ""
        told = answer.json()
        if not again and told.get("message") != UNCHANGED:
            self.answered[sent["request"]] += 1
        return str(told["panel"])


@contextlib.contextmanager
def served(review: ReviewSession, logins: LoginLinks) -> Iterator[str]:
    """The application on a port of its own, in a thread."""
    sock = listen(LOOPBACK, 0)
    port = sock.getsockname()[1]
    app = make_app(review, logins, own_hosts(LOOPBACK, port))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off"))
    thread = Thread(target=server.run, kwargs={"sockets": [sock]})
    thread.start()
    try:
        yield f"http://{LOOPBACK}:{port}"
    finally:
        server.should_exit = True
        thread.join()


def differences(review: ReviewSession, reviewers: list[Reviewer]) -> list[str]:
    """What the store lacks or has too much of, compared with what was answered, and codings that do not follow."""
    faults = []
    decisions = review.study.store.decisions()
    for reviewer in reviewers:
        mine = [row for row in decisions if row.coder == reviewer.name]
        kept, rows_of = (
            {act_of(row) for row in mine},
            Counter((act_of(row), row.place, row.suggested, row.undoes) for row in mine),
        )
        lost, doubled = set(reviewer.answered) - kept, [row for row, n in rows_of.items() if n > 1]
        stray = kept - set(reviewer.answered)
        faults += [
            f"{reviewer.name}: {len(found)} {what}"
            for what, found in (("lost", lost), ("doubled", doubled), ("stray", stray))
            if found
        ]
    places: dict[tuple[str, str, int, int], list[object]] = {}
    for row in decisions:
        places.setdefault((row.coder, row.transcript, row.start, row.end), []).append(row)
    due = {
        coding for rows in places.values() for coding, _ in codings_and_passes(passage_state(rows), review.book.ids)[0]
    }  # type: ignore[arg-type]
    if due != {row.coding for row in review.study.corpus.rows.codings if not row.imported}:
        faults.append("the codings are not those that follow from the decisions")
    return [*faults, *map(str, verify(review.study.store).faults)]


def run(store: str, reviewers: int, seconds: float, pause: float) -> None:
    """Simulate, compare, print; exit 1 for a lost or doubled decision."""
    folder = Path(tempfile.mkdtemp()) / "study"
    study = make_study(folder, [f"t{n:02}" for n in range(10)], 9000, 1500, store)
    try:
        review, logins = ReviewSession(study), LoginLinks()
        people = [Reviewer(f"reviewer{n:02}") for n in range(reviewers)]
        with served(review, logins) as root, ThreadPoolExecutor(reviewers) as pool:
            until = time.monotonic() + seconds
            for done in [pool.submit(one.work, root, logins.invite(one.name), until, pause) for one in people]:
                done.result()
        faults = differences(review, people)
        times = [taken for one in people for taken in one.seconds]
        refused = sum((one.refused for one in people), Counter[int]())
        count = sum(len(one.answered) for one in people)
        print(
            f"{reviewers} reviewers, {seconds:.0f} s, {'SQLite' if not store else 'PostgreSQL'}: {count} decisions answered"
        )
        print(
            f"median {1000 * statistics.median(times):.0f} ms, 95th percentile {1000 * statistics.quantiles(times, n=20)[-1]:.0f} ms"
        )
        print(f"answers other than 200: {dict(refused) or 'none'}; {'; '.join(faults) or 'none lost, none doubled'}")
        sys.exit(1 if faults else 0)
    finally:
        study.close()
        shutil.rmtree(folder.parent, ignore_errors=True)


def main() -> None:
    """Parse, start PostgreSQL where none is named, run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reviewers", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--pause", type=float, default=1.0, help="mean seconds that a reviewer reads before deciding")
    parser.add_argument("--store", default="", help="an empty PostgreSQL database; 'sqlite' for a file")
    asked = parser.parse_args()
    if asked.store:
        run("" if asked.store == "sqlite" else asked.store, asked.reviewers, asked.seconds, asked.pause)
    from support.postgres_server import running

    with running() as url:
        run(url, asked.reviewers, asked.seconds, asked.pause)


if __name__ == "__main__":
    main()
