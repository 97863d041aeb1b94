"""Repeated splits of a study: what is said of its own held-out transcripts, of others', and of mixed ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations

import numpy as np
from secondcoder.drift.significance import DriftTest
from secondcoder.embedding import Embedder

from drifts.talk import DEMONSTRATION, Talk
from drifts.trials import SEED, Alarms, Trained, mixed, trained

RATE, LOOSE = 0.05, 0.2
SIZES = (5, 10, 20)
SHARES = (0.1, 0.25, 0.5)
MIXED = 3
LENGTHS = (8, 12, 20)
GROUP = 3


@dataclass
class Tallies:
    """Alarms by what was tried; keys name the study, the number of training transcripts and the trial."""

    own: dict[tuple[str, int], Alarms] = field(default_factory=lambda: defaultdict(Alarms))
    own_loose: dict[tuple[str, int], Alarms] = field(default_factory=lambda: defaultdict(Alarms))
    groups: dict[tuple[str, int], Alarms] = field(default_factory=lambda: defaultdict(Alarms))
    others: dict[tuple[str, str, int], Alarms] = field(default_factory=lambda: defaultdict(Alarms))
    other_groups: dict[tuple[str, str, int], Alarms] = field(default_factory=lambda: defaultdict(Alarms))
    mixtures: dict[tuple[str, int, float], Alarms] = field(default_factory=lambda: defaultdict(Alarms))
    excerpts: dict[tuple[str, int, int], Alarms] = field(default_factory=lambda: defaultdict(Alarms))
    parts: dict[tuple[str, str], Alarms] = field(default_factory=lambda: defaultdict(Alarms))


def random_splits(
    talk: Talk, all_of: Sequence[Talk], embedder: Embedder, rounds: int, tallies: Tallies, tell: Callable[[str], None]
) -> None:
    """Learn from 5, 10 and 20 random transcripts, `rounds` times each."""
    names = list(talk.transcripts)
    for size in (size for size in SIZES if size < len(names)):
        tell(f"{talk.name}: {size} training transcripts")
        for number in range(rounds):
            rng = np.random.default_rng([SEED, size, number])
            order = rng.permutation(names).tolist()
            model = trained(talk, order[:size])
            _independent_share(talk, model, order[size:], size, tallies)
            _others(talk, model, all_of, size, tallies, rng)
            _excerpts(talk, model, order[size : size + MIXED], size, tallies, rng)
            _mixtures(talk, model, order[size : size + MIXED], all_of, size, tallies, rng, embedder)


def _independent_share(talk: Talk, model: Trained, held_out: Sequence[str], size: int, tallies: Tallies) -> None:
    strict, loose = DriftTest(model.reference, RATE), DriftTest(model.reference, LOOSE)
    measured = model.of(talk, held_out)
    for one in measured:
        tallies.own[talk.name, size].add(one.transcript, strict, [one])
        tallies.own_loose[talk.name, size].add(one.transcript, loose, [one])
    for at in range(0, len(measured) - GROUP + 1, GROUP):
        group = measured[at : at + GROUP]
        tallies.groups[talk.name, size].add(" ".join(sorted(one.transcript for one in group)), strict, group)


def _excerpts(
    talk: Talk, model: Trained, held_out: Sequence[str], size: int, tallies: Tallies, rng: np.random.Generator
) -> None:
    """A stretch of each held-out transcript, as if it were all there is: as hard as short interviews can be."""
    drift_test = DriftTest(model.reference, RATE)
    for length in LENGTHS:
        for name in held_out:
            rows = talk.rows([name])
            if len(rows) > length:
                start = int(rng.integers(0, len(rows) - length + 1))
                stretch = rows[start : start + length]
                measured = model.measured([talk.segments[row] for row in stretch], talk.features.take(stretch), talk)
                tallies.excerpts[talk.name, size, length].add(name, drift_test, measured)


def _others(
    talk: Talk, model: Trained, all_of: Sequence[Talk], size: int, tallies: Tallies, rng: np.random.Generator
) -> None:
    drift_test = DriftTest(model.reference, RATE)
    for other in all_of:
        if other.name == talk.name:
            continue
        measured = model.of(other, list(other.transcripts))
        for one in measured:
            tallies.others[talk.name, other.name, size].add(one.transcript, drift_test, [one])
        group = [measured[i] for i in rng.permutation(len(measured))[:GROUP]]
        tallies.other_groups[talk.name, other.name, size].add(group[0].transcript, drift_test, group)


def _mixtures(
    talk: Talk,
    model: Trained,
    held_out: Sequence[str],
    all_of: Sequence[Talk],
    size: int,
    tallies: Tallies,
    rng: np.random.Generator,
    embedder: Embedder,
) -> None:
    drift_test = DriftTest(model.reference, RATE)
    other = next(one for one in all_of if one.name != talk.name)
    for share in SHARES:
        for name in held_out:
            segments, features = mixed(talk, name, other, share, rng, embedder)
            measured = model.measured(segments, features, talk)
            tallies.mixtures[talk.name, size, share].add(name, drift_test, measured)


def cases_and_waves(talk: Talk, tallies: Tallies, tell: Callable[[str], None]) -> None:
    """Of the demonstration: whole cases, and whole waves, held out; no alarm is wanted."""
    if talk.name != DEMONSTRATION:
        return
    tell(f"{talk.name}: whole cases and waves")
    learn = cache(lambda known: trained(talk, known))
    for part, known, held_out in _held_out(talk):
        model = learn(tuple(known))
        drift_test, measured = DriftTest(model.reference, RATE), model.of(talk, held_out)
        tallies.parts[part, "together"].add(" ".join(held_out), drift_test, measured)
        for one in measured:
            tallies.parts[part, "one by one"].add(one.transcript, drift_test, [one])


def _held_out(talk: Talk) -> Iterator[tuple[str, list[str], list[str]]]:
    case = {name: one.case for name, one in talk.transcripts.items()}
    cases = sorted({str(one) for one in case.values()})
    for number in (3, 6):
        for chosen in list(combinations(cases, number))[:: 5 if number == 3 else 1]:
            known = [name for name in case if case[name] in chosen]
            for left in (one for one in cases if one not in chosen):
                yield f"a case, learned from {number} others", known, [name for name in case if case[name] == left]
    for wave in ("early", "late"):
        inside = [name for name, one in talk.transcripts.items() if one.wave == wave]
        yield f"the wave '{wave}', learned from the other", [name for name in case if name not in inside], inside
