"""Cases of tables, names and codebooks: what people write, and what must come back as it was."""

from __future__ import annotations

import os
import re
import shutil
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from brought.desk import Desk, case


def _book(desk: Desk) -> Path:
    return desk.inputs / "book.yml"


@case("18-accents-composed-or-not")
def accents(desk: Desk) -> Iterator[str]:
    """Composed or not, a name is the same: of a transcript, a file, a speaker."""
    study, imported = desk.brought("mac", "codes.csv")
    if not imported.ok:
        yield f"codes.csv: {imported.brief}"
        desk.run("-C", study, "import", desk.inputs / "mac")
    again = desk.run("-C", study, "import", desk.inputs / "units.csv")
    ids = [transcript.id for transcript in desk.corpus(study).transcripts]
    if again.ok and len(ids) != 1:
        yield f"units.csv: transcripts {ids}"
    speakers = {turn.speaker for transcript in desk.corpus(study).transcripts[:1] for turn in transcript.turns}
    if len(speakers) != 2:
        yield f"mac: speakers {speakers}"
    study, imported = desk.brought("mac", options=("--manifest", str(desk.inputs / "manifest.csv")))
    if not imported.ok or desk.corpus(study).transcripts[0].case != "Alder":
        yield f"manifest.csv: {imported.brief}"
    yield from _one_of_a_name(desk)


def _one_of_a_name(desk: Desk) -> Iterator[str]:
    study, imported = desk.brought("codes_nfd.csv", options=("--add-codes",), codebook=_book(desk))
    codes = {unicodedata.normalize("NFC", coding.code) for coding in desk.corpus(study).codings}
    if not imported.ok or imported.says("added 1 code") or codes != {"Kohärenz"}:
        yield f"codes_nfd.csv: {imported.brief}"
    study, imported = desk.brought("coders.csv", codebook=_book(desk))
    coders = {coding.coder for coding in desk.corpus(study).codings}
    if not imported.ok or len(coders) != 1:
        yield f"coders.csv: coders {coders or imported.brief}"


@case("20-file-name-not-utf8")
def file_names(desk: Desk) -> Iterator[str]:
    """A readable id, or a message to rename the file."""
    for place in (b"caf\xe9.txt", b"caf\xe9/gp1.txt"):
        folder = desk.folder / f"files{place.count(b'/')}"
        path = os.path.join(os.fsencode(folder), place)
        os.makedirs(os.path.dirname(path))
        with open(path, "wb") as file:
            file.write(b"I: How did it start?\nR: We sat down.\nI: And then?\nR: We went on.\n")
        study, imported = desk.brought(folder)
        named = imported.refused and imported.says("rename")
        if not (named or (imported.ok and len(desk.corpus(study).transcripts) == 1)):
            yield f"{place!r}: {imported.brief}"


@case("21-NA-from-R")
def missing(desk: Desk) -> Iterator[str]:
    """NA is an empty cell, and the import says so."""
    for file in ("coder_na.csv", "case_na.csv", "r_all.csv"):
        study, imported = desk.brought(file, options=("--add-codes",))
        corpus = desk.corpus(study)
        marks = [*corpus.codings, *corpus.passes]
        named = {mark.coder for mark in marks} | {coding.code for coding in corpus.codings}
        named |= {str(place) for transcript in corpus.transcripts for place in (transcript.case, transcript.wave)}
        if "NA" in named or "NA" in {case.id for case in corpus.cases}:
            yield f"{file}: NA is taken for a name"
        if not re.search(r"\bNA\b", imported.text):
            yield f"{file}: NA is not named"
        if not imported.ok and not imported.refused:
            yield f"{file}: {imported.brief}"


@case("22-shapes-of-csv")
def shapes(desk: Desk) -> Iterator[str]:
    """One transcript of three units, two codings by Ines; or what is wanted is said."""
    for path in sorted(desk.inputs.glob("*.[cx]*")):
        study, imported = desk.brought(path.name)
        corpus = desk.corpus(study)
        units = [len(transcript.turns) for transcript in corpus.transcripts]
        codings = sorted((coding.code, coding.coder) for coding in corpus.codings)
        right = imported.ok and units == [3] and codings == [("CO", "Ines"), ("F2", "Ines")]
        said = {"order_decimal_comma.csv": ("order '1,0'",), "title_line_first.csv": ("header", "column names")}
        if not right and not (imported.refused and imported.says(*said.get(path.name, ("\0",)))):
            yield f"{path.name}: {imported.brief}"


@case("25-round-trip-of-signs")
def signs(desk: Desk) -> Iterator[str]:
    """What was exported brings nothing new."""
    for file in ("units.csv", "coder.csv"):
        study, imported = desk.brought(file, codebook=_book(desk))
        if not imported.ok:
            yield f"{file}: {imported.brief}"
            continue
        yield from _comes_back(desk, study, file, ("csv", "xlsx", "parquet"))


def _comes_back(desk: Desk, study: str, file: str, forms: tuple[str, ...], may_refuse: bool = False) -> Iterator[str]:
    coders = {coding.coder for coding in desk.corpus(study).codings}
    for form in forms:
        written = desk.run("-C", study, "export", "--out", f"{study}.{form}")
        if may_refuse and written.refused:
            continue
        back = desk.run("-C", study, "import", f"{study}.{form}") if written.ok else written
        if not back.ok or "and 0 codings" not in back.text:
            yield f"{file} as .{form}: {back.brief}"
        elif {coding.coder for coding in desk.corpus(study).codings} != coders:
            yield f"{file} as .{form}: another coder"


@case("26-nested-codes-of-one-name")
def nested(desk: Desk) -> Iterator[str]:
    """Two codes of one name are refused, unquoted YAML words explained, odd names taken."""
    made = desk.run("init", "same", "--codebook", desk.inputs / "same_name.yml")
    if not (made.refused and made.says("FRUIT.Y") and made.says("VEG.Y")):
        yield f"same_name.yml: {made.brief}"
    made = desk.run("init", "words", "--codebook", desk.inputs / "yaml_words.yml")
    as_written = made.ok and made.says("2 codes") and desk.run("-C", "words", "codebook", "show").says("1.10")
    if not as_written and not (made.refused and made.says("quot")):
        yield f"yaml_words.yml: {made.brief}"
    study, imported = desk.brought("odd_names.csv", codebook=desk.inputs / "odd_names.yml")
    if not imported.ok or len(desk.corpus(study).codings) != 4:
        yield f"odd_names: {imported.brief}"


@case("27-xlsx-that-cannot-hold-it")
def cannot_hold(desk: Desk) -> Iterator[str]:
    """A workbook that cannot hold a text is refused or brings nothing new; CSV and Parquet hold it."""
    for name in ("long", "ff"):
        study, imported = desk.brought(f"{name}.txt", f"{name}_codes.csv")
        if not imported.ok:
            yield f"{name}: {imported.brief}"
            continue
        yield from _comes_back(desk, study, name, ("csv", "parquet"))
        yield from _comes_back(desk, study, name, ("xlsx",), may_refuse=True)


@case("39-one-coder-written-in-several-ways")
def one_coder(desk: Desk) -> Iterator[str]:
    """One coder, or a question whether two are one."""
    study, imported = desk.brought("coders.csv")
    coders = {coding.coder for coding in desk.corpus(study).codings}
    asked = re.search(r"\bAna\b.*\bana\b.*\?|\bana\b.*\bAna\b.*\?", imported.text)
    if len(coders) != 2 and not asked:
        yield f"coders {sorted(coders)}, and no note"
    elif len(coders) == 2:
        kappas = re.findall(r"(?:Ana and Ben|Ben and Ana) +(\d+)", desk.run("-C", study, "agree", "--no-model").text)
        if kappas != ["8"]:
            yield f"agree: {kappas} units"


@case("40-screens-that-know-no-emoji")
def screens(desk: Desk) -> Iterator[str]:
    """A console that knows no emoji stops nothing."""
    import subprocess
    import sys

    program = "import sys; sys.argv = ['secondcoder', *sys.argv[1:]]\nfrom secondcoder.cli import main\nmain()\n"
    study = desk.study()
    arguments = [sys.executable, "-c", program, "-C", study, "import", str(desk.inputs / "t.csv")]
    plain = {**os.environ, "PYTHONIOENCODING": "cp437", "PYTHONUTF8": "0", "LC_ALL": "C"}
    done = subprocess.run(arguments, cwd=desk.folder, env=plain, capture_output=True, check=False)
    said = done.stdout + done.stderr
    if done.returncode or "Łukasz".encode() not in said or "Zoë".encode() not in said:
        yield f"exit {done.returncode}: {said[-150:]!r}"


@case("41-windows-files-in-a-folder")
def windows_files(desk: Desk) -> Iterator[str]:
    """Files that Windows leaves in folders are passed over and named."""
    folder = desk.folder / "files"
    shutil.copytree(desk.inputs / "folder", folder)
    study, imported = desk.brought(folder)
    found = [transcript.id for transcript in desk.corpus(study).transcripts]
    if found != ["gp1"]:
        yield f"{found}: {imported.brief}"
    elif not imported.says("Thumbs.db"):
        yield "Thumbs.db is passed over without a word"
