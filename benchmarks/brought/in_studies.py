"""Cases of learning and agreement: spans over questions, edges of kappa, talk without full stops, two programs at once."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise

import numpy as np
from secondcoder.study.study import Study

from brought.desk import Desk, case

KEEP = ("--same-interview", "keep")
"""The texts of some cases are made of the same few sentences."""


@case("28-span-over-the-question")
def over_the_question(desk: Desk) -> Iterator[str]:
    """A span over a question marks the answers on both sides; without the question it is the same."""
    for file in ("codes.csv", "codes_without_question.csv", "first_sentence.csv"):
        study, imported = desk.brought("texts", file, options=KEEP)
        if not imported.ok:
            yield f"{file}: {imported.brief}"
            continue
        positive, transcripts = _examples(desk, study, "CO")
        if transcripts != 10 or not 10 <= positive <= 20:
            yield f"{file}: CO on {positive} segments of {transcripts} transcripts"
    # A figure over everything takes that both read everything, which rows of spans alone do not say.
    study, _ = desk.brought("texts", "codes.csv", "ben.csv", options=(*KEEP, "--read-whole"))
    agreed = desk.run("-C", study, "agree", "--no-model", "--json")
    kappa = _figure(agreed.text, "pooled_kappa")
    if kappa != 1.0:
        yield f"agree: kappa {kappa} of two identical coders"


def _examples(desk: Desk, study: str, code: str) -> tuple[int, int]:
    """Segments that carry a code for learning, and the transcripts that they lie in."""
    with closing(Study(desk.folder / study)) as opened:
        data = opened.workspace().training_data(opened.corpus.transcripts)
    rows = np.flatnonzero((data.labels.y & data.labels.known)[:, data.labels.codes.index(code)])
    return len(rows), len({data.transcripts[int(row)] for row in rows})


def _figure(text: str, name: str) -> object:
    found = re.search(r"^\{.*?^\}", text, re.DOTALL | re.MULTILINE)
    return json.loads(found[0]).get(name) if found else " ".join(text.split())[:120]


@case("29-coders-who-never-met")
def never_met(desk: Desk) -> Iterator[str]:
    """Coders who share no passage have no figure."""
    study, _ = desk.brought("disjoint.csv")
    agreed = desk.run("-C", study, "agree", "--no-model")
    if not (agreed.says("No segment was looked at by two") and agreed.says("Ana looked at t1")) or re.search(
        r"\d\.\d\d", agreed.text
    ):
        yield f"disjoint.csv: {agreed.brief}"
    study, _ = desk.brought("single.csv")
    agreed = desk.run("-C", study, "agree", "--no-model")
    if not agreed.refused:
        yield f"single.csv: {agreed.brief}"


@case("31-kappa-that-is-undefined")
def undefined(desk: Desk) -> Iterator[str]:
    """Undefined where it is, 0.00 and 0.40 where they are."""
    lines = {}
    for file in ("constant.csv", "kappa_forty.csv", "one_of_three.csv"):
        study, _ = desk.brought(file)
        said = desk.run("-C", study, "agree", "--no-model").text
        # The second name may stand in a line of its own, where the column is narrow.
        lines[file] = {
            f"{pair[1]} {pair[2] or after.split()[0]}": line
            for line, after in pairwise(said.splitlines())
            if (pair := re.match(r" ?(\w+ and)(?: (\w+))? ", line))
        }
        if re.search(r"\bnan\b", said, re.IGNORECASE):
            yield f"{file}: nan"
    wanted = [
        ("constant.csv", "Ana and Ben", "undefined"), ("kappa_forty.csv", "Ana and Ben", " 0.40"),
        ("one_of_three.csv", "Ana and Ben", " 0.00"), ("one_of_three.csv", "Ana and Cy", " 0.00"),
        ("one_of_three.csv", "Ben and Cy", "undefined"),
    ]  # fmt: skip
    for file, pair, figure in wanted:
        line = lines[file].get(pair, "")
        if figure not in line or " 1.00" in line:
            yield f"{file}, {pair}: {' '.join(line.split())[:90]}"


@case("32-one-code-twice-on-overlapping-spans")
def overlapping(desk: Desk) -> Iterator[str]:
    """The same talk marked in pieces is full agreement."""
    # As said: both read all three interviews.
    study, imported = desk.brought("t1.txt", "t2.txt", "t3.txt", "overlap.csv", options=(*KEEP, "--read-whole"))
    if not imported.ok:
        yield imported.brief
    for units in ("character", "segment", "turn"):
        kappa = _figure(desk.run("-C", study, "agree", "--no-model", "--json", "--units", units).text, "pooled_kappa")
        if kappa != 1.0:
            yield f"by {units}s: kappa {kappa}"


@case("34-talk-without-full-stops")
def without_stops(desk: Desk) -> Iterator[str]:
    """No segment much over 100 words, whatever divides the talk."""
    for path in sorted(desk.inputs.glob("*.txt")):
        if path.name == "OUTCOME.txt":
            continue
        study, imported = desk.brought(path.name)
        if not imported.ok:
            yield f"{path.name}: {imported.brief}"
            continue
        with closing(Study(desk.folder / study)) as opened:
            segments = opened.workspace().segments(opened.corpus.transcripts)
        # Chinese sets no spaces: about one and a half characters make a word.
        words = [len(segment.text) / 1.5 if path.stem == "chinese" else _words(segment.text) for segment in segments]
        if max(words) > 110:
            yield f"{path.name}: a segment of {max(words):.0f} words"
        if path.name == "plain_3000.txt" and not 30 <= len(segments) <= 80:
            yield f"{path.name}: {len(segments)} segments"


def _words(text: str) -> int:
    """Words, without dots and dashes that stand alone."""
    return sum(any(letter.isalnum() for letter in word) for word in text.split())


@case("36-database-held-by-another")
def held(desk: Desk) -> Iterator[str]:
    """Refused while another writes, read on, and imported afterwards."""
    study = desk.study()
    with closing(sqlite3.connect(desk.folder / study / "study.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        refused = desk.run("-C", study, "import", desk.inputs / "a.txt")
        status = desk.run("-C", study, "status")
        other.execute("ROLLBACK")
    if not (refused.refused and refused.says("Another secondcoder is writing") and refused.says("Nothing was changed")):
        yield f"while held: {refused.brief}"
    if not status.ok:
        yield f"status while held: {status.brief}"
    afterwards = desk.run("-C", study, "import", desk.inputs / "a.txt")
    if not afterwards.ok:
        yield f"afterwards: {afterwards.brief}"
