"""Every fault of a study whose parts can be read, each with the command that mends it. For what is damaged see `examine`."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from secondcoder.domain.same_talk import same_talk
from secondcoder.domain.shell_words import shell_word
from secondcoder.domain.wording import counted, listed, unplaced_sentence
from secondcoder.embedding.cache_folder import mend
from secondcoder.errors import SecondcoderError
from secondcoder.labels.model_coders import model_scores
from secondcoder.learning.language_support import language_support
from secondcoder.model_store.folder import FORMAT, left_drafts, read_folder, unrecorded
from secondcoder.model_store.purged import held
from secondcoder.reports.whole_file import is_shared
from secondcoder.store import clear_text_warning, password_warning
from secondcoder.study.codebook_change import waiting_faults
from secondcoder.study.folder import CODEBOOK
from secondcoder.training.unplaced import unplaced_in_study
from secondcoder.workspace import CACHE, Workspace


def warnings(workspace: Workspace) -> Iterator[str]:
    """What is no fault, but should be known, or was one and is mended; one sentence each."""
    corpus = workspace.corpus
    yield from mend(workspace.folder / CACHE)
    yield from _open_to_others(workspace.folder)
    yield from store_warnings(workspace.configuration.store.url)
    yield from _kept_too_long(workspace.configuration.data_protection.keep_until)
    yield from _left_over(workspace)
    yield from language_support(workspace.configuration, workspace.codebook)["missing"]
    if missing := unplaced_in_study(workspace):
        yield unplaced_sentence(missing)
    for pair in same_talk(corpus.transcripts):
        yield (
            f"'{pair.first}' and '{pair.second}' are the same interview ({pair.share:.0%} of the shorter one's talk stands in the "
            "other). They are held out together, but learned from and counted twice, and two coders' codes on them are not compared. "
            "To have it once, import the files into a new study with --same-interview join, or take one out: secondcoder transcript "
            f"remove {shell_word(pair.second)}"
        )


def _open_to_others(folder: Path) -> Iterator[str]:
    """Where other users of the machine can read a study, as earlier versions made it."""
    shared = is_shared(folder)
    if os.name == "posix" and folder.stat().st_mode & (stat.S_IRWXO if shared else stat.S_IRWXO | stat.S_IRWXG):
        whose = (
            "everybody who uses this machine"
            if folder.stat().st_mode & stat.S_IRWXO
            else "a group of this machine's users"
        )
        close = f"chmod -R {'o' if shared else 'go'}-rwx {shell_word(str(folder.resolve()))}"
        team = "" if shared else " A team shares a study by a group on purpose (chmod g+ws)."
        yield f"The study's folder is open to {whose}, and the interviews in it can be read. To close it: {close}.{team}"


def _kept_too_long(until: str) -> Iterator[str]:
    """Where the date for erasure that the settings name has passed; other words than a date are nobody's to judge."""
    with suppress(ValueError):
        if date.fromisoformat(until) < date.today():
            yield (
                f"The interviews were to be kept until {until} (keep_until under [data_protection] in the settings). Delete the study "
                "with its backups and exports, or set another date."
            )


def store_warnings(url: str) -> Iterator[str]:
    """What should be known of the way to the store."""
    yield from filter(None, (clear_text_warning(url), password_warning(url)))


def _codebook_faults(workspace: Workspace) -> Iterator[str]:
    corpus, book = workspace.corpus, workspace.codebook
    lost = Counter(coding.code for coding in corpus.codings if coding.code not in book)
    for code, count in lost.items():
        mend = "Put it back, or say what became of it: secondcoder codebook change."
        yield f"{CODEBOOK}: {book.missing_code_message(code)} {counted(count, 'coding uses', 'codings use')} it. {mend}"
    yield from waiting_faults(corpus, book)


def _evidence_faults(workspace: Workspace) -> Iterator[str]:
    try:
        model_scores(workspace.corpus, workspace.codebook, workspace.configuration)
    except SecondcoderError as error:
        yield str(error)


def _model_faults(workspace: Workspace) -> Iterator[str]:
    """The model in use must fit and be whole; the other versions of this format must be whole."""
    for version, manifest in workspace.corpus.manifests.items():
        if manifest.get("from_pack"):  # only its suggestions came along
            continue
        if gone := workspace.corpus.purged.get(version):
            yield from _purge_faults(workspace, version, gone)
            continue
        try:
            if version == workspace.version:
                workspace.load_model()
            elif manifest.get("format") == FORMAT:
                read_folder(workspace.models_folder, version, manifest["sha256"])
        except SecondcoderError as error:
            yield str(error)


def _purge_faults(workspace: Workspace, version: str, gone: Mapping[str, Any]) -> Iterator[str]:
    if left := held(workspace.models_folder / version, gone["kept"]):
        yield (
            f"Model {version} was purged ({gone['why']}), and its folder still holds {listed(left)}, as after a stop midway or a "
            f"backup that was brought back. Delete what is left: secondcoder models remove {version}"
        )


def _left_over(workspace: Workspace) -> Iterator[str]:
    """What a training leaves that was stopped: no fault, since nothing uses it."""
    folder = workspace.models_folder
    drafts = [path.name for path in left_drafts(folder)]
    if drafts:
        yield (
            f"models/ holds the remains of a stopped training ({', '.join(drafts)}). Nothing uses them; the next training clears "
            "them away, or delete them."
        )
    for name in unrecorded(folder, set(workspace.corpus.manifests)):
        yield (
            f"models/{name} has no record in the store, as a training leaves it that was stopped at its last step, or a store that a "
            "backup took the place of. Nothing uses it: delete it, or bring back the store that knows it."
        )


TOGETHER: Mapping[str, Callable[[Workspace], Iterator[str]]] = {
    "The codebook": _codebook_faults,
    "What other models said": _evidence_faults,
    "models/": _model_faults,
}
"""Part of a study -> its faults, one sentence each; none when all is well."""
