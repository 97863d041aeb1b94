"""How fast the review's charts are: 60 codes, 40 cases, 120 interviews that two people read whole, 12,000 codings.

    python benchmarks/chart_pages.py [--browser]

Prints the server's time for the matrix, all of its sub-constructs open, for a cell and for the integration: the first time after
something was coded, and the median and longest of ten times later; with --browser also from request to painted page.
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from urllib.parse import quote

from review_pages import in_browser, interview
from secondcoder.codebook.model import Code
from secondcoder.codebook.yaml_file import dump_codebook
from secondcoder.domain.records import Case, Coding, CodingPass, Valence
from secondcoder.review.app import make_app
from secondcoder.review.security import LoginLinks
from secondcoder.review.session import ReviewSession
from secondcoder.study.study import Study
from starlette.testclient import TestClient

CODES, CASES, INTERVIEWS, CODINGS, WORDS, CODERS = 60, 40, 120, 12_000, 4000, ("ada", "ben")


def coded_study(folder: Path) -> Study:
    """The study, without a model."""
    Study.create(folder / "npt", "npt").close()
    with_npt = Study(folder / "npt")
    book = with_npt.codebook
    for at in range(CODES - len(book.ids)):
        book = book.with_code(Code(id=f"X{at}", name=f"Another code {at}", definition="Invented."))
    (folder / "codebook.yml").write_text(dump_codebook(book), encoding="utf-8")
    with_npt.close()
    study, rng = Study.create(folder / "study", folder / "codebook.yml"), random.Random(1)
    book = study.codebook
    talks = [
        replace(
            interview(f"t{at:03}", WORDS),
            case=f"case{at % CASES:02}",
            role=("GP", "nurse")[at % 2],
            wave=("early", "late")[at % 3 % 2],
        )
        for at in range(INTERVIEWS)
    ]
    spans = [
        (talk, turn, coder, code)
        for talk in talks
        for turn in talk.turns[1::2]
        for coder in CODERS
        for code in book.ids
    ]
    codings = [
        Coding(talk.id, turn.start + 10 * rng.randrange(5), turn.end, code, coder, valence=rng.choice([None, *Valence]))
        for talk, turn, coder, code in rng.sample(spans, CODINGS)
    ]
    with study.store.transaction("benchmark") as write:
        write.put_cases(Case(f"case{at:02}") for at in range(CASES))
        write.add_transcripts(talks)
        write.add_codings(codings, book)
        write.add_passes(CodingPass(talk.id, coder, 0, len(talk.text), book.ids) for talk in talks for coder in CODERS)
    return study


def seconds(ask: Callable[[], object]) -> float:
    """How long something takes."""
    begun = time.perf_counter()
    ask()
    return time.perf_counter() - begun


def main() -> None:
    """Make the study, time the pages, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--browser", action="store_true")
    asked, folder = parser.parse_args(), Path(tempfile.mkdtemp())
    try:
        study = coded_study(folder)
        review, logins = ReviewSession(study), LoginLinks()
        http = TestClient(make_app(review, logins, frozenset({"testserver"})))
        http.get("/enter", params={"token": logins.invite("ada")})
        everything = f"/chart?open={quote('|'.join(review.book.ids))}"
        for name, url in (
            (f"matrix of {CODES} codes x {CASES} cases", everything),
            ("the same folded", "/chart"),
            ("one cell", "/chart/cell?at=case03&code=CO"),
            ("integration", "/chart/integration"),
        ):
            first, *later = (seconds(partial(http.get, url)) for _ in range(11))
            size, usual = len(http.get(url).content) / 1e6, statistics.median(later)
            print(f"{name}: first {first:.2f} s, then median {usual:.2f} s, longest {max(later):.2f} s; {size:.1f} MB")
        study.close()
        if asked.browser:
            painted = in_browser(folder / "study", everything)
            print(f"in Chromium, painted: median {statistics.median(painted):.2f} s, longest {max(painted):.2f} s")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
