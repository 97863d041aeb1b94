"""A study to count in: what people would code is known of every passage; a model suggests part of it, and more; nobody coded yet."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from itertools import count
from pathlib import Path

import numpy as np
from secondcoder.domain.records import Case, Coding, CodingPass, Origin, Place, ReviewAction, Suggestion, Transcript
from secondcoder.labels.counting_draw import CountingDraw, latest_draw
from secondcoder.labels.new_decision import ActionRequest
from secondcoder.review.session import ReviewSession
from secondcoder.study.coding_sheet import OnlyPassages
from secondcoder.study.study import Study

from support.review_checks import MODEL, suggestion, talk
from support.sheet_checks import Cells
from support.sheet_checks import fill as fill_sheet

CODES = ("CO", "CA")
LINES = 20
CASES = {"ash": "full", "beech": "full", "oak": "partial"}
Truth = dict[Place, set[str]]


def counting_study(study: Study, transcripts: int = 9, seed: int = 0) -> Truth:
    """Fill a study with transcripts of three cases: CO is on a third of the passages, oftener in oak; CA is rare, and suggested much
    too often."""
    rng, truth, talks, made = np.random.default_rng(seed), Truth(), list[Transcript](), list[Suggestion]()
    for at in range(transcripts):
        case = [*CASES][at % len(CASES)]
        one = talk(f"{case}{at}", tuple(f"Answer {line} of {at} is about lunch." for line in range(LINES)), case)
        talks.append(one)
        for line in range(LINES):
            carried = {
                code
                for code, rate in zip(CODES, (0.5 if case == "oak" else 0.25, 0.06), strict=True)
                if rng.random() < rate
            }
            turn = one.turns[2 * line + 1]
            truth[one.id, turn.start, turn.end] = carried
            for code, wrongly in zip(CODES, (0.1, 0.25), strict=True):
                if rng.random() < (0.7 if code in carried else wrongly):
                    made.append(suggestion(one, line, code))
    with study.store.transaction("test") as write:
        write.add_codebook(study.codebook)
        write.put_cases([Case(name, {"integration": level}) for name, level in CASES.items()])
        write.add_transcripts(talks)
        write.add_model(MODEL, None, {"training": {"learned_from": []}})
        write.replace_suggestions(MODEL, [one.id for one in talks], made)
    return truth


def code_by_hand(study: Study, truth: Truth, places: Iterable[Place], coder: str = "Ana", **origin: Origin) -> None:
    """Somebody codes passages as people would."""
    places = [*places]
    codings = [Coding(*place, code, coder, **origin) for place in places for code in sorted(truth[place])]
    with study.store.transaction(coder) as write:
        write.add_codings(codings, study.codebook)
        write.add_passes([CodingPass(name, coder, *span, study.codebook.ids, **origin) for name, *span in places])


def draw_sample(study: Study, folder: Path, size: int, coder: str = "Ana") -> CountingDraw:
    """What `sheet make --sample` draws."""
    number = len(list(folder.glob("sample*.csv")))
    study.write_coding_sheet(folder / f"sample{number}.csv", (), coder, OnlyPassages(sample=size))
    drawn = latest_draw(study.corpus)
    assert drawn is not None
    return drawn


def coded_as(study: Study, truth: Truth, leave: Collection[str] = ()) -> Callable[[Cells], Cells]:
    """For `sheet_checks.fill`: each row to code as people would, and read; rows whose text is in `leave` stay empty."""
    codes = {study.corpus.by_id[name].text[start:end]: found for (name, start, end), found in truth.items()}

    def change(row: Cells) -> Cells:
        found = codes.get(row["text"])
        if found is None or row["text"] in leave or not row["coder"]:
            return {}
        return {"code 1": "|".join(sorted(found)), "read": "yes"}

    return change


def fill(study: Study, path: Path, truth: Truth, leave: Collection[str] = ()) -> Path:
    """A sheet as its coder fills it."""
    return fill_sheet(path, coded_as(study, truth, leave))


def review_as_people_would(study: Study, truth: Truth, transcripts: Iterable[str], leave: int = 0) -> ReviewSession:
    """Ada goes through interviews: blind as people would code, then everything that is suggested is accepted; the last passages are
    left."""
    session, numbers = ReviewSession(study), count()
    for name in transcripts:
        passages = session.interviews[name].in_review
        for passage in passages[: len(passages) - leave]:
            if passage.is_blind:
                for code in sorted(truth[passage.place]):
                    session.decide(
                        "Ada", ActionRequest(ReviewAction.ADD, passage.key, f"{name}{next(numbers)}", code=code)
                    )
                session.decide("Ada", ActionRequest(ReviewAction.LOOKED, passage.key, f"{name}{next(numbers)}"))
            for one in passage.suggestions:
                asked = ActionRequest(ReviewAction.ACCEPT, passage.key, f"{name}{next(numbers)}", suggested=one.code)
                session.decide("Ada", asked)
    return session
