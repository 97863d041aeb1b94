"""How fast the browser pages are, on a 60-page interview: reviewed with 400 suggestions, and coded by hand by four people; and the
adjudication of 60 interviews, and the page of a code, with 2,000 codings of four coders.

    python benchmarks/review_pages.py [--browser]

Prints the server's time for each page, with --browser the time from request to painted page, and the median and 95th percentile of a
decision and of a coding as the page's script asks for it: on disk, with what the page then shows rendered. Of the adjudication, the
time for its first page with everything compared, and for a settlement until the next passage is there.
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

from secondcoder.domain.records import Coding, CodingPass, Passage, SpeakerRole, Suggestion, Transcript, Turn, Valence
from secondcoder.exchange.read_spans import passes_of_codings
from secondcoder.review.app import make_app
from secondcoder.review.security import LoginLinks
from secondcoder.review.session import ReviewSession
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study
from starlette.testclient import TestClient

PAGES, WORDS_A_PAGE, SUGGESTIONS, DECISIONS = 60, 500, 400, 200
INTERVIEWS, CODINGS, SETTLEMENTS = 60, 2000, 20
CODERS, ACTIONS = ("ada", "ben", "cleo", "dan"), 60
OF_A_CODE = ("/codes", "/codes/F5")
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


def make_study(
    folder: Path, names: list[str], words: int, suggestions: int, store: str = "", model: bool = True
) -> Study:
    """A study with interviews and suggestions of a model spread over them; `store` may name a PostgreSQL database."""
    Study.create(folder, "npt").close()
    url = f'[store]\nurl = "{store}"\n' if store else ""
    (folder / CONFIGURATION).write_text(f'[embedding]\nmodel = "words"\n{url}', encoding="utf-8")
    study = Study(folder)
    talks, rng = [interview(name, words) for name in names], random.Random(1)
    cells = [(talk, turn, code) for talk in talks for turn in talk.turns[1::2] for code in study.codebook.ids[:8]]
    marks = []
    # One interview's after the other, as a store takes them.
    for talk, turn, code in sorted(rng.sample(cells, suggestions), key=lambda cell: cell[0].id):
        near = tuple(Passage("elsewhere", 0, 9, " ".join(rng.choices(TALK, k=50)), 0.5) for _ in range(3))
        score, spans = round(rng.uniform(0.3, 0.95), 3), ((turn.start, turn.end),)
        marks.append(Suggestion(talk.id, turn.start, turn.end, code, score, 0.3, True, "m0001", spans, near))
    with study.store.transaction("benchmark") as write:
        write.add_codebook(study.codebook)
        write.add_transcripts(talks)
        if not model:
            return study
        write.add_model("m0001", None, {})
        write.replace_suggestions("m0001", names, marks)
    return study


def code_by_hand(study: Study, name: str) -> None:
    """Codings of four people spread over an interview, as an import brings them, each with a look at its words."""
    talk, rng, codes = study.corpus.by_id[name], random.Random(2), study.codebook.ids
    spans = {
        (coder, *sorted(rng.sample(range(max(0, at - 150), at + 250), 2)), rng.choice(codes))
        for coder in CODERS
        for at in rng.choices(range(len(talk.text) - 300), k=CODINGS // len(CODERS))
    }
    codings = [Coding(name, start, end, code, coder) for coder, start, end, code in sorted(spans)]
    with study.store.transaction("benchmark") as write:
        write.add_codings(codings, study.codebook)
        write.add_passes(passes_of_codings(codings, (), codes))


def time_coding(http: TestClient, mark: str, name: str) -> None:
    """Print the coding page's time and that of codings on it."""
    times, page = timed_page(http, f"/code/{name}")
    told(f"coding page, {CODINGS} codings of {len(CODERS)} coders", times, page)
    taken = []
    for at in range(ACTIONS):
        begun = time.perf_counter()
        sent = {"mark": mark, "action": "code", "code": "CO", "start": 500 * at + 3, "end": 500 * at + 90}
        http.post(f"/code/{name}", data=sent, headers={"X-Asked-By": "page"}).raise_for_status()
        taken.append(time.perf_counter() - begun)
    high = statistics.quantiles(taken, n=20)[-1]
    print(f"coding by hand: median {1000 * statistics.median(taken):.0f} ms, 95th percentile {1000 * high:.0f} ms")


def timed_page(http: TestClient, url: str) -> tuple[list[float], str]:
    """Seconds of ten requests, and the page."""
    times, page = [], ""
    for _ in range(10):
        begun = time.perf_counter()
        page = http.get(url).text
        times.append(time.perf_counter() - begun)
    return times, page


def told(what: str, times: list[float], page: str = "") -> None:
    """Print the median and the longest of some times."""
    size = f", {len(page):,} characters" if page else ""
    print(f"{what}: median {1000 * statistics.median(times):.0f} ms, longest {1000 * max(times):.0f} ms{size}")


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


def rows(page: str) -> dict[str, str]:
    """The fields of the suggestions that are on screen."""
    return dict.fromkeys(re.findall(r'name="(row [^"]*)" value="1">', page), "1")


def decide(http: TestClient, mark: str, page: str, at: int, view: dict[str, str]) -> tuple[float, str]:
    """One decision on the panel of `page`: seconds, and the next panel."""
    verdict = ("all", "none")[at % 2] if rows(page) else "ticked"
    sent = {"mark": mark, "verdict": verdict, "at": field(page, "at"), **rows(page), **view}
    sent |= {"passage": field(page, "passage"), "request": field(page, "request")}
    begun = time.perf_counter()
    answer = http.post("/decide", data=sent, headers={"X-Asked-By": "page"})
    took = time.perf_counter() - begun
    answer.raise_for_status()
    return took, answer.json()["panel"]


def in_browser(folder: Path, path: str, ready: str = "body") -> list[float]:
    """Seconds from asking for a page to the next frame after it was laid out and its script ran, in Chromium, five times."""
    import sys

    from playwright.sync_api import sync_playwright

    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    from support.browser_checks import ARGUMENTS, chromium, serving

    painted = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    with serving(folder, "--coder", "ada") as server, sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS).new_page()
        page.goto(server.links[0])
        page.wait_for_url(lambda url: "/enter" not in url)
        times = []
        for _ in range(5):
            begun = time.perf_counter()
            page.goto(server.links[0].split("/enter")[0] + path)
            page.wait_for_selector(ready)
            page.evaluate(painted)
            times.append(time.perf_counter() - begun)
    return times


def coded_by_hand(folder: Path) -> Study:
    """Interviews of 12 pages that four coders read; half of what each gave is what the others gave, and none has a model."""
    study = make_study(folder, [], 0, 0, model=False)
    talks, rng, book = (
        [interview(f"t{n:02}", 12 * WORDS_A_PAGE) for n in range(INTERVIEWS)],
        random.Random(1),
        study.codebook,
    )
    answers = [(talk, turn) for talk in talks for turn in talk.turns[1::2]]
    marks = []
    for at, (talk, turn) in enumerate(rng.sample(answers, CODINGS // len(CODERS))):
        for coder in CODERS:
            code = book.ids[at % 8] if rng.random() < 0.5 else rng.choice(book.ids[:8])
            start, valence = turn.start + rng.choice([0, 0, 100]), rng.choice([None, *Valence])
            marks.append(Coding(talk.id, start, turn.end, code, coder, valence=valence))
    with study.store.transaction("benchmark") as write:
        write.add_transcripts(talks)
        write.add_codings(marks, book)
        write.add_passes(
            [CodingPass(talk.id, coder, 0, len(talk.text), book.ids) for talk in talks for coder in CODERS]
        )
    return study


def time_adjudication(folder: Path) -> None:
    """The first page of an adjudication, and settlements with the passage after each."""
    study = coded_by_hand(folder)
    logins = LoginLinks()
    http = TestClient(make_app(ReviewSession(study), logins, frozenset({"testserver"})))
    http.get("/enter", params={"token": logins.invite("consensus", adjudicates=True)})
    begun = time.perf_counter()
    page = http.get("/adjudicate").text
    first, times = time.perf_counter() - begun, []
    for _ in range(SETTLEMENTS):
        sent = {name: field(page, name) for name in ("mark", "passage", "request")}
        begun = time.perf_counter()
        page = http.post("/adjudicate", data=sent).text
        times.append(time.perf_counter() - begun)
    found = re.search(r"</progress> (.*?)</p>", page)
    print(
        f"adjudication: first page {1000 * first:.0f} ms; a settlement with the next passage, median "
        f"{1000 * statistics.median(times):.0f} ms, longest {1000 * max(times):.0f} ms; {found and found[1]}"
    )
    study.close()


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
        told("page", *timed_page(http, "/transcript/long"))
        code_much(study, "F5")
        for url in OF_A_CODE:
            told(url, *timed_page(http, url))
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
        code_by_hand(study, "long")
        time_coding(http, session.csrf_token, "long")
        study.close()
        time_adjudication(folder.parent / "by-hand")
        if asked.browser:
            told("in Chromium, painted", in_browser(folder, "/transcript/long"))
            told("coding page in Chromium, painted", in_browser(folder, "/code/long", "body[data-ready]"))
            for url in OF_A_CODE:
                told(f"{url} in Chromium, painted", in_browser(folder, url))
    finally:
        shutil.rmtree(folder.parent, ignore_errors=True)


if __name__ == "__main__":
    main()
