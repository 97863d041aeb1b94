"""Model versions that learned from a transcript lose what they learned; their manifests and cards stay, as a record.

A version's arrays hold vectors of the passages that it learned from, and words of them. Nothing can be taken out of them one
participant at a time, so the whole version goes. The store's record is written first, in the caller's transaction where there is
one; files follow once it is committed, and whatever interrupts that is done by the next purge.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from secondcoder.corpus import Corpus
from secondcoder.model_store.folder import MANIFEST, left_drafts, unrecorded
from secondcoder.model_store.purged import keep_only, kept_files, read_kept
from secondcoder.store import Store, Writer
from secondcoder.workspace import CACHE, Workspace


def purge_models(workspace: Workspace, store: Store, transcripts: Collection[str], why: str) -> tuple[str, ...]:
    """Purge every version that learned from one of these transcripts; their names.

    To be called while no training runs (`Study.alone`): one that has read the transcripts would write them into a new version.

    Args:
        store: the study's, whose free pages are written over.
        why: for the trail and for whoever wants to use one of the versions; without names.
    """
    versions = learned_from_any(workspace.corpus, transcripts)
    with workspace.write() as write:
        record_purge(write, workspace, versions, why)
    erase_files(workspace)
    store.erase_deleted()
    return versions


def learned_from_any(corpus: Corpus, transcripts: Collection[str]) -> tuple[str, ...]:
    """Versions whose files hold what they learned from one of the transcripts."""
    return tuple(
        version
        for version, manifest in corpus.manifests.items()
        if version not in corpus.purged and any(learned_from(manifest, transcript) for transcript in transcripts)
    )


def learned_from(manifest: Mapping[str, Any], transcript: str) -> bool:
    """Whether a version learned from a transcript; models of before this was kept may have learned from any."""
    # Of a version that came with a pack only the suggestions are here.
    return not manifest.get("from_pack") and transcript in manifest.get("training", {}).get(
        "learned_from", [transcript]
    )


def record_purge(
    write: Writer,
    workspace: Workspace,
    versions: Iterable[str],
    why: str,
    to_go: Callable[[str], bool] = lambda text: False,
) -> None:
    """Say in the trail that these versions are purged, with the hashes of all their files; one that is in use is in use no longer.

    Args:
        to_go: whether a text names somebody who is to be forgotten; then the file goes that is kept elsewhere.
    """
    for version in versions:
        manifest, folder = workspace.corpus.manifests[version], workspace.models_folder / version
        hashes = {**manifest.get("files", {}), MANIFEST: manifest.get("sha256", "")}
        write.purge_model(
            version, why, hashes, [file for file in kept_files(folder) if not to_go(read_kept(folder / file))]
        )


def erase_files(workspace: Workspace) -> None:
    """Delete what purged versions held, what stopped trainings left, and every cache: its keys are hashes of texts."""
    folder, corpus = workspace.models_folder, workspace.corpus.now()
    for version in corpus.purged:
        keep_only(folder / version, corpus.purged[version]["kept"])
    for name in unrecorded(folder, set(corpus.manifests)):
        shutil.rmtree(folder / name)
    for draft in left_drafts(folder):
        shutil.rmtree(draft)
    erase_caches(workspace)


def erase_caches(workspace: Workspace) -> None:
    """Delete what is computed anew when it is needed."""
    shutil.rmtree(workspace.folder / CACHE, ignore_errors=True)
