"""How fast the review is: a 60-page interview with 400 suggestions, its page, the same in Chromium, and 200 decisions on it; and the
page of a code with 2,000 codings by four coders.

    python benchmarks/review_pages.py [--browser]

Prints the server's time for the pages, with --browser the time from request to painted page, and the median and 95th
percentile of a decision as the page's script asks for it: on disk, with the next panel rendered.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from secondcoder.domain.records import Coding, CodingPass, Passage, SpeakerRole, Suggestion, Transcript, Turn
from secondcoder.review.app import make_app
from secondcoder.review.security import LoginLinks
from secondcoder.review.session import ReviewSession
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study
from starlette.testclient import TestClient

PAGES, WORDS_A_PAGE, SUGGESTIONS, DECISIONS, CODINGS = 60, 500, 400, 200, 2000
SHOWN = ("/transcript/long", "/codes", "/codes/F5")
CODERS = ("ada", "ben", "cleo", "dan")
TALK = (
    *("well", "the", "state", "was", "cold", "and", "nobody", "told", "me", "what", "it", "was", "for", "so", "I"),
    *("asked", "at", "the", "desk", "and", "they", "did", "not", "know"),
)


def interview(name: str, words: int) -> Transcript:
    """Invented talk: questions of 12 words, answers of 60."""
    rng, text, turns = random.Random(name), "", []
    while words > 0:
        for speaker, role, length in (("I", SpeakerRole.INTERVIEWER, 12), ("R", SpeakerRole.PARTICIPANT, 60)):
            said = " ".join(rng.choices(TALK, k=length)).capitalize() + "."
            turns.append(Turn(len(text), len(text) + len(said), speaker, role))
            text += said + "\n"
            words -= length
    return Transcript(name, text, tuple(turns), unitised=True)


def make_study(folder: Path, names: list[str], words: int, suggestions: int, store: str = "") -> Study:
    """A study with interviews and suggestions spread over them; `store` may name a PostgreSQL database."""
    Study.create(folder, "npt").close()
    url = f'[store]\nurl = "{store}"\n' if store else ""
    (folder / CONFIGURATION).write_text(f'[embedding]\nmodel = "words"\n{url}', encoding="utf-8")
    study = Study(folder)
    talks, rng = [interview(name, words) for name in names], random.Random(1)
    cells = [(talk, turn, code) for talk in talks for turn in talk.turns[1::2] for code in study.codebook.ids[:8]]
    marks = []
    for talk, turn, code in rng.sample(cells, suggestions):
        near = tuple(Passage("elsewhere", 0, 9, " ".join(rng.choices(TALK, k=50)), 0.5) for _ in range(3))
        score, spans = round(rng.uniform(0.3, 0.95), 3), ((turn.start, turn.end),)
        marks.append(Suggestion(talk.id, turn.start, turn.end, code, score, 0.3, True, "m0001", spans, near))
    with study.store.transaction("benchmark") as write:
        write.add_codebook(study.codebook)
        write.add_transcripts(talks)
        write.add_model("m0001", None, {})
        write.replace_suggestions("m0001", names, marks)
    return study


def code_much(study: Study, code: str, talks: int = 10) -> None:
    """Codings of one code by four coders, on interviews that are in no review and that ada has read whole, so that she sees all."""
    interviews, rng = [interview(f"coded{at}", PAGES * WORDS_A_PAGE // talks) for at in range(talks)], random.Random(2)
    answers = [(talk, turn, coder) for talk in interviews for turn in talk.turns[1::2] for coder in CODERS]
    spans = [(talk, turn.start + 10 * part, turn.end - 7, coder) for talk, turn, coder in answers for part in range(3)]
    codings = [Coding(talk.id, start, end, code, coder) for talk, start, end, coder in rng.sample(spans, CODINGS)]
    with study.store.transaction("benchmark") as write:
        write.add_transcripts(interviews)
        write.add_codings(codings, study.codebook)
        write.add_passes(CodingPass(talk.id, "ada", 0, len(talk.text), study.codebook.ids) for talk in interviews)


def field(page: str, name: str) -> str:
    """The value of a hidden field of the panel, '' where it has none."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found[1] if found else ""


def decide(http: TestClient, mark: str, page: str, at: int, view: dict[str, str]) -> tuple[float, str]:
    """One decision on the panel of `page`: seconds, and the next panel."""
    suggested = field(page, "suggested")
    verdict = ("accept", "reject")[at % 2] if suggested else "looked"
    sent = {"mark": mark, "verdict": verdict, "suggested": suggested, "at": field(page, "at"), **view}
    sent |= {"passage": field(page, "passage"), "request": field(page, "request")}
    begun = time.perf_counter()
    answer = http.post("/decide", data=sent, headers={"X-Asked-By": "page"})
    took = time.perf_counter() - begun
    answer.raise_for_status()
    return took, answer.json()["panel"]


def in_browser(folder: Path, url: str) -> list[float]:
    """Seconds from asking for a page to the next frame after it was laid out, in Chromium, five times."""
    import sys

    from playwright.sync_api import sync_playwright

    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    from support.browser_checks import ARGUMENTS, chromium, serving

    painted = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    with serving(folder, "--coder", "ada") as server, sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS).new_page()
        page.goto(server.links[0])
        page.wait_for_url("**/")
        times = []
        for _ in range(5):
            begun = time.perf_counter()
            page.goto(server.links[0].split("/enter")[0] + url)
            page.evaluate(painted)
            times.append(time.perf_counter() - begun)
    return times


def in_words(times: list[float]) -> str:
    """Median and longest."""
    return f"median {1000 * statistics.median(times):.0f} ms, longest {1000 * max(times):.0f} ms"


def main() -> None:
    """Make the study, time the page and the decisions, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--browser", action="store_true")
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp()) / "study"
    try:
        study = make_study(folder, ["long"], PAGES * WORDS_A_PAGE, SUGGESTIONS)
        review, logins = ReviewSession(study), LoginLinks()
        http = TestClient(make_app(review, logins, frozenset({"testserver"})))
        http.get("/enter", params={"token": logins.invite("ada")})
        session = logins.session(http.cookies["secondcoder_review"])
        assert session is not None
        code_much(study, "F5")
        for url in SHOWN:
            times = []
            for _ in range(10):
                begun = time.perf_counter()
                page = http.get(url).text
                times.append(time.perf_counter() - begun)
            quoted = page.count('class="quoted"')
            print(f"{url}: {in_words(times)}, {len(page):,} characters, {quoted:,} quotations")
        for name, url, view in (
            ("transcript", "/transcript/long", {"transcript": "long"}),
            ("queue", "/queue?by=code", {}),
        ):
            panel, taken = http.get(url).text, []
            for at in range(DECISIONS // 2):
                took, panel = decide(http, session.csrf_token, panel, at, view)
                taken.append(took)
            high = statistics.quantiles(taken, n=20)[-1]
            print(
                f"decision in the {name}: median {1000 * statistics.median(taken):.0f} ms, 95th percentile {1000 * high:.0f} ms"
            )
        study.close()
        if asked.browser:
            for url in SHOWN:
                print(f"{url} in Chromium, painted: {in_words(in_browser(folder, url))}")
    finally:
        shutil.rmtree(folder.parent, ignore_errors=True)


if __name__ == "__main__":
    main()
