"""What a study's figures become when every interview stands in it twice: eight interviews of the demonstration study.

python benchmarks/imported_twice.py   writes benchmarks/IMPORTED_TWICE.md (some minutes)
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pandas as pd
from machine import machine
from secondcoder.exchange.importing import ImportOptions
from secondcoder.study.study import Study

HERE = Path(__file__).parent
DEMO = HERE.parent / "corpora" / "demo"
INTERVIEWS = 8
FIGURES = ("pooled_kappa", "macro_f1", "macro_ap")


def files(folder: Path, suffix: str, names: Sequence[str]) -> Path:
    """Transcripts, manifest and coded table of these interviews, under names with a suffix, and without their participants."""
    folder.mkdir()
    codes, manifest = (
        pd.read_csv(DEMO / name, dtype=str, keep_default_na=False) for name in ("codes.csv", "manifest.csv")
    )
    chosen = manifest[manifest["transcript"].isin(names)].drop(columns="participant")
    for at, file in chosen["file"].items():
        path = DEMO / "transcripts" / file
        chosen.loc[at, "file"] = f"{path.stem}{suffix}{path.suffix}"
        shutil.copy(path, folder / chosen.loc[at, "file"])
    chosen.assign(transcript=chosen["transcript"] + suffix).to_csv(folder / "manifest.csv", index=False)
    marks = codes[codes["transcript"].isin(names)]
    marks.assign(transcript=marks["transcript"] + suffix).to_csv(folder / "codes.csv", index=False)
    return folder


def figures(folder: Path, times: int) -> Mapping[str, Any]:
    """Out-of-fold figures and the number of ready codes, of a study with every interview so many times."""
    coded = sorted(set(pd.read_csv(DEMO / "codes.csv")["transcript"]))[:INTERVIEWS]
    study = Study.create(folder / "study", "npt")
    for number in range(times):
        given = ImportOptions(same_interview="keep")
        study.import_files([files(folder / f"files{number}", f"_{number}" * bool(number), coded)], given)
    report = study.evaluate().to_json()
    verdicts = study.train()["verdicts"].values()
    study.close()
    return report | {"ready": sum(verdict["verdict"] == "ready" for verdict in verdicts), "codes": len(verdicts)}


def rows() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The study once, twice, and twice with each copy held out by itself."""
    alone = patch("secondcoder.corpus.split_groups", lambda transcripts, by: {one.id: one.id for one in transcripts})
    for name, times in (("once", 1), ("twice", 2), ("twice, copies held out one by one", 2)):
        with tempfile.TemporaryDirectory() as folder:
            if "one by one" in name:
                with alone:
                    yield name, figures(Path(folder), times)
            else:
                yield name, figures(Path(folder), times)


def report() -> Iterator[str]:
    """The lines of the page."""
    yield "# Every interview imported twice"
    yield ""
    yield f"Written by `benchmarks/imported_twice.py`. {machine()}"
    yield ""
    yield f"{INTERVIEWS} interviews of the demonstration study with their codes, imported once, and twice under two names with"
    yield "`--same-interview keep`. No participants are given, so that only the talk tells that two transcripts are one interview. The"
    yield "last row is what came out before copies were held out together. No figure says anything about real interviews."
    yield ""
    yield "| imported | pooled kappa | macro F1 | macro average precision | ready codes |"
    yield "|---|---|---|---|---|"
    for name, found in rows():
        cells = " | ".join(f"{found[figure]:.3f}" for figure in FIGURES)
        yield f"| {name} | {cells} | {found['ready']} of {found['codes']} |"


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    (HERE / "IMPORTED_TWICE.md").write_text("\n".join(report()) + "\n", encoding="utf-8")
