"""Whether a pack that came back is one of this study: the same study, codebook and texts, and from a coder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from secondcoder.corpus import Corpus
from secondcoder.domain.wording import first_of
from secondcoder.errors import InputError
from secondcoder.exchange.pack.pack import Pack
from secondcoder.study.pack_trail import folder_id, opened_from, study_id
from secondcoder.workspace import Workspace

UNCHANGED = "Nothing was merged."
SHOWN = 3


def refuse_foreign(pack: Pack, path: Path, workspace: Workspace) -> None:
    """InputError for a pack that cannot be merged here, with the reason and the mend."""
    corpus, book, opened = workspace.corpus, workspace.codebook, opened_from(workspace.corpus)
    if pack.study != study_id(corpus):
        raise InputError(
            f"{path.name} is of another study (its id begins with {pack.study[:12]}, and this study's with {study_id(corpus)[:12]}). "
            "Merge it in the study whose pack was opened. Codings that were made without a pack come as a table: `export` there, "
            f"`import` here. {UNCHANGED}"
        )
    if pack.to_open:
        raise InputError(f"{path.name} is for {pack.coder} to open: secondcoder pack open {path.name} DIR. {UNCHANGED}")
    if opened is not None:
        mine = "was made in this folder" if pack.made_in == folder_id(corpus) else "came back from a coder"
        raise InputError(
            f"{path.name} {mine}. It is merged in the study itself, where the packs to open were made: send it there. {UNCHANGED}"
        )
    if pack.book.hash != book.hash:
        raise InputError(f"{path.name} {_other_codebook(pack, corpus)} {UNCHANGED}")
    _refuse_other_texts(pack, path, corpus)


def _other_codebook(pack: Pack, corpus: Corpus) -> str:
    """The reason and the mend; commands to be given in the coder's folder stand without `secondcoder`, which would name this study."""
    if pack.book.hash in corpus.codebooks:
        return (
            "was made with an earlier codebook of this study. Send the present one (secondcoder codebook export codebook.yml); in "
            f"the folder of {pack.coder}, `codebook change codebook.yml` says what becomes of the codings, and `pack make` writes the "
            "pack anew."
        )
    return (
        f"was made with another codebook: {pack.coder} changed it. To take that over, have it sent (`codebook export codebook.yml` in "
        "that folder) and change this study's to it: secondcoder codebook change codebook.yml; else have it changed back there. Then "
        "merge again."
    )


def _refuse_other_texts(pack: Pack, path: Path, corpus: Corpus) -> None:
    other = [name for name, text in pack.texts.items() if name in corpus.by_id and corpus.by_id[name].text != text]
    if other:
        raise InputError(
            f"{path.name}: the text of {_names(other)} is not the one of this study, so that no place in it can be trusted. Make a "
            f"new pack here for {pack.coder}: secondcoder pack make. {UNCHANGED}"
        )
    removed = {event["detail"]["transcript"] for event in corpus.events("transcript removed")}
    strange = [name for name in pack.texts if name not in corpus.by_id and name not in removed]
    if strange:
        raise InputError(
            f"{path.name}: {_names(strange)} is not in this study. Import the same file here first, or have the pack made without "
            f"it: `pack make --transcripts NAME` there. {UNCHANGED}"
        )


def _names(names: Sequence[str]) -> str:
    return first_of([f"'{name}'" for name in names], SHOWN)
