"""Three rounds of code, review and retrain, with a researcher played from held-back codes; writes ROUNDS.md beside this file.

    python benchmarks/rounds.py [--data ../shared/data] [--seeds 3] [--out FILE]

Every decision goes through the review's own desk into the store. Before each round the study is copied for each way to spoil it: a
share of the passages get each other's codes, or the researcher follows the suggestions, sometimes or always. The gate should stop the
first and the last. On the shipped, invented study and, where it is, ohd_long1960s.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from machine import machine
from retraining.played import Plan, Slips, Whole, begin, quality, review, whole
from secondcoder.exchange.importing import ImportOptions
from secondcoder.study.study import Study

ERROR = 0.05
SOUND = "sound"
WAYS = {
    "30 % of passages shuffled": Slips(ERROR, shuffled=0.3),
    "follows suggestions in 30 %": Slips(ERROR, follows=0.3),
    "rubber stamp": Slips(0.0, follows=1.0),
    SOUND: Slips(ERROR),
}
"""The sound round last: the study goes on from it."""
ROUNDS = 3
PLANS = {"demonstration study": Plan(8, 3, 4), "ohd_long1960s": Plan(5, 3, 2)}


@dataclass(frozen=True)
class Round:
    """One retraining: how it was reviewed, what the gate said, and macro-AP before and after on the held-back transcripts."""

    study: str
    seed: int
    number: int
    way: str
    decisions: int
    in_use: bool
    reasons: tuple[str, ...]
    found: float | None
    floor: float | None
    before: float
    after: float


def play(name: str, coded: Whole, plan: Plan, seed: int, folder: Path) -> Iterator[Round]:
    """The rounds of one order of transcripts, each spoilt first in copies."""
    order = np.random.default_rng(seed).permutation(coded.transcripts).tolist()
    first, rest = order[: plan.first], order[plan.first :]
    judged, queue = rest[: plan.judged], rest[plan.judged :]
    study = begin(coded, folder / "study", first, rest)
    study.train()
    for number in range(1, ROUNDS + 1):
        now, queue = queue[: plan.each], queue[plan.each :]
        study.code()
        study.close()
        for at, way in enumerate(WAYS):
            here = study.folder
            if way != SOUND:
                here = folder / f"round{number}-{at}"
                shutil.copytree(study.folder, here)
            playing = Study(here)
            one = _round(name, playing, coded, now, judged, seed, number, way)
            yield one
            if way != SOUND:
                playing.close()
        study, sound = playing, one
        if not sound.in_use:  # stopped by mistake: whoever looked again takes it all the same
            study.models_use(str(study.store.models()[-1]["version"]))
    study.close()


def _round(
    name: str,
    study: Study,
    coded: Whole,
    now: Sequence[str],
    judged: Sequence[str],
    seed: int,
    number: int,
    way: str,
) -> Round:
    before = study.model_in_use or ""
    made = review(study, coded, now, WAYS[way], 100 * seed + number)
    done = study.retrain()
    consistency = done.decision.label_consistency
    return Round(
        name, seed, number, way, made, done.in_use, done.decision.reasons,
        consistency and consistency.found, consistency and consistency.floor,
        quality(study, before, coded, judged), quality(study, done.manifest["version"], coded, judged),
    )  # fmt: skip


def wholes(data: Path | None, folder: Path) -> Iterator[tuple[str, Whole]]:
    """The fully coded studies that can be had."""
    from importlib import resources

    demo = folder / "demonstration"
    study = Study.create(demo, "npt")
    with resources.as_file(resources.files("secondcoder.corpora").joinpath("demo")) as files:
        study.import_files([files])
    study.close()
    yield "demonstration study", whole(demo, "IH")
    units = (data or folder) / "ohd_long1960s" / "units.parquet"
    if not units.is_file():
        print(f"skipped ohd_long1960s: {units} is not there", file=sys.stderr)
        return
    import pandas as pd
    from coded_tables import coded_table

    table = folder / "ohd.csv"
    coded_table(pd.read_parquet(units), "labels").to_csv(table, index=False)
    study = Study.create(folder / "ohd", "npt-core")
    study.import_files([table], ImportOptions(add_codes=True))
    study.close()
    yield "ohd_long1960s", whole(folder / "ohd", None)


def report(rounds: Sequence[Round], seeds: int) -> str:
    """The rounds as Markdown."""
    lines = [
        "# Rounds of code, review and retrain", "",
        f"Written by `benchmarks/rounds.py`. {machine()}", "",
        f"A researcher is played from held-back human codes, wrong in {ERROR:.0%} of the words. {seeds} orders of transcripts for "
        "each study. Macro average precision is measured on transcripts that are neither coded nor reviewed in any round, over codes "
        "with three marks there. Each spoilt round is played in a copy of the study: passages got each other's codes, or the "
        "researcher accepted wrong suggestions and added nothing beside them, in 30 % or always. A sound round that the gate stops is "
        "taken into use by hand, and the next one follows on it.", "",
    ]  # fmt: skip
    for name in dict.fromkeys(one.study for one in rounds):
        lines += _table(name, [one for one in rounds if one.study == name])
    return "\n".join(lines) + "\n"


def _table(name: str, rounds: Sequence[Round]) -> list[str]:
    plan = PLANS[name]
    lines = [
        f"## {name}", "",
        f"{plan.first} transcripts coded at first, {plan.each} reviewed in each round, {plan.judged} to judge by.", "",
        "| review | round | promoted | decisions, mean | macro-AP before | candidate |",
        "|---|---|---|---|---|---|",
    ]  # fmt: skip
    for way in (SOUND, *(way for way in WAYS if way != SOUND)):
        for number in range(1, ROUNDS + 1):
            own = [one for one in rounds if (one.number, one.way) == (number, way)]
            means = (np.mean([getattr(one, field) for one in own]) for field in ("before", "after"))
            lines.append(
                f"| {way} | {number} | {sum(one.in_use for one in own)} of {len(own)} | "
                f"{np.mean([one.decisions for one in own]):.0f} | {' | '.join(f'{mean:.3f}' for mean in means)} |"
            )
    lines += ["", "What the gate said, each once:", ""]
    said = dict.fromkeys(
        f"- {one.way}, round {one.number}, order {one.seed}: {reason}" for one in rounds for reason in one.reasons
    )
    return [*lines, *(said or ["- nothing"]), ""]


def main() -> None:
    """Play and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, help="folder with the benchmark sets")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("ROUNDS.md"))
    given = parser.parse_args()
    rounds: list[Round] = []
    with tempfile.TemporaryDirectory() as place:
        for name, coded in wholes(given.data, Path(place)):
            for seed in range(given.seeds):
                for one in play(name, coded, PLANS[name], seed, Path(tempfile.mkdtemp(dir=place))):
                    rounds.append(one)
                    print(one, file=sys.stderr, flush=True)
            given.out.write_text(report(rounds, given.seeds), encoding="utf-8")


if __name__ == "__main__":
    main()
