"""Turn the benchmark sets into coded tables, as a team would bring them: codes with 20 marks or more, nothing else changed.

    python benchmarks/coded_tables.py ../shared/data OUT

writes OUT/nhs_fft.csv, OUT/ohd_long1960s.csv and OUT/pdpilot_interviews.csv. Where the sets are absent it says so and exits 0.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

SETS = {"nhs_fft": "labels", "ohd_long1960s": "labels", "pdpilot_interviews": "labels_top"}
FEWEST = 20


def coded_table(units: pd.DataFrame, column: str) -> pd.DataFrame:
    """The coded table of a set; `column` holds its labels, divided by |."""
    marks = units[column].str.split("|").explode()
    counts = marks[marks != ""].value_counts()
    kept = set(counts[counts >= FEWEST].index)
    return pd.DataFrame(
        {
            "transcript": units["doc_id"],
            "order": units["order"],
            "speaker": units["speaker"],
            "role": "",
            "text": units["text"],
            "codes": units[column].map(lambda cell: "|".join(code for code in cell.split("|") if code in kept)),
            "coder": units["coder"],
        }
    )


def main(data: Path, out: Path) -> None:
    """Write the table of every set that is there."""
    out.mkdir(parents=True, exist_ok=True)
    for name, column in SETS.items():
        path = data / name / "units.parquet"
        if not path.is_file():
            print(f"skipped {name}: {path} is not there")
            continue
        table = coded_table(pd.read_parquet(path), column)
        table.to_csv(out / f"{name}.csv", index=False)
        print(f"{name}: {len(table)} units of {table['transcript'].nunique()} transcripts")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
