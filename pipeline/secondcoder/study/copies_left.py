"""Where talk that was withdrawn may still be: files in the study's folder that secondcoder did not make for itself, and what the trail
says left the study. It is told and not deleted: these are the researchers' files."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Collection, Iterator, Set
from pathlib import Path

from secondcoder.corpus import Corpus
from secondcoder.domain.wording import counted
from secondcoder.engine.run_folder import INPUTS, RUN
from secondcoder.study.export_codings import EXPORTED
from secondcoder.study.folder import CODEBOOK, CONFIGURATION
from secondcoder.study.model_versions import EXPORTED as MODEL_EXPORTED
from secondcoder.study.pack_trail import MADE, OPENED
from secondcoder.study.withdrawn_words import WithdrawnWords
from secondcoder.workspace import CACHE, MODELS

TAG = re.compile(r"<[^<>]{0,500}>")
MOST = 2**28
"""Bytes of a file that are looked through."""


def batch_runs(folder: Path) -> list[Path]:
    """Folders of batch runs inside the study's folder: they quote the interviews that the model learned from."""
    return sorted(path.parent for path in folder.rglob(RUN) if path.with_name(INPUTS).is_file())


def files_that_speak(folder: Path, words: WithdrawnWords, but: Collection[Path] = ()) -> tuple[list[str], list[str]]:
    """The researchers' files in the study's folder: those that hold talk or a name that went, and those that cannot be read."""
    speaking, closed = [], []
    for path in _own_files(folder):
        if any(path.is_relative_to(run) for run in but):
            continue
        name = path.relative_to(folder).as_posix()
        texts = list(_texts(path))
        if words.speaks_of(name) or any(words.speaks_of(text) for text in texts):
            speaking.append(name)
        elif not texts:
            closed.append(name)
    return speaking, closed


def left_the_study(corpus: Corpus, ids: Set[str], models: Collection[str]) -> Iterator[str]:
    """What the trail says was made of these interviews for elsewhere, and of models that learned from them, a phrase each."""
    for event in corpus.events(MODEL_EXPORTED):
        if (detail := event["detail"])["version"] in models:
            kind = ", without talk" if detail["without_talk"] else ""
            yield f"the model {detail['version']} in {detail['file']}, exported {event['at'][:10]}{kind}"
    for event in corpus.events(MADE):
        if not ids.isdisjoint(event["detail"]["transcripts"]):
            yield f"the pack {event['detail']['file']} for {event['detail']['coder']}, made {event['at'][:10]}"
    for event in corpus.events(EXPORTED):
        at = event["detail"]["columns"].index("transcript")
        if any(row[at] in ids for row in event["detail"]["rows"]):
            yield f"an export of suggestions ({event['detail']['format']}), made {event['at'][:10]}"
    for event in corpus.events(OPENED):
        yield f"the study that this folder's pack came from ('{event['detail'].get('called') or event['detail']['study'][:12]}')"


def said_by_others(corpus: Corpus, words: WithdrawnWords, ids: Collection[str]) -> Iterator[str]:
    """Names in the talk of others, which stays as they said it."""
    pattern = words.pattern
    naming = [each.id for each in corpus.transcripts if each.id not in ids and pattern and pattern.search(each.text)]
    if naming:
        yield f"the talk of others, where a name stands in {counted(len(naming), 'interview')} ({', '.join(naming)})"


def codebook_quotes(folder: Path, words: WithdrawnWords) -> Iterator[str]:
    """Whether the codebook quotes the talk: it is the researchers' text, and the store keeps its earlier versions."""
    if words.speaks_of((folder / CODEBOOK).read_text(encoding="utf-8")):
        yield f"{CODEBOOK} and its earlier versions in the store, which quote the talk or hold a name"


def _own_files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        first = path.relative_to(folder).parts[0]
        ours = first in (CACHE, MODELS, CODEBOOK, CONFIGURATION) or first.startswith(("study.db", "."))
        if not ours and path.is_file() and not path.is_symlink():
            yield path


def _texts(path: Path) -> Iterator[str]:
    """The texts of a file, or of the members of a zip; none where it holds something else."""
    if path.stat().st_size > MOST:
        return
    if path.suffix == ".parquet":
        yield from _of_table(path)
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                if not member.flag_bits & 1 and member.file_size <= MOST:
                    yield from _decoded(archive.read(member))
    else:
        yield from _decoded(path.read_bytes())


def _of_table(path: Path) -> Iterator[str]:
    import pandas as pd

    table = pd.read_parquet(path)
    yield " | ".join(map(str, table.columns))
    for column in table.columns:
        yield from (str(value) for value in table[column].unique())


def _decoded(content: bytes) -> Iterator[str]:
    if b"\0" in content[:4096] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    text = content.decode(encoding, "replace")
    yield text
    # Word splits a sentence into runs, each in tags of its own.
    if "<" in text:
        yield TAG.sub("", text)
