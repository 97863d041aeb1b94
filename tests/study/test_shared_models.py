"""A model given away: whole, or without what it keeps of the interviews; it codes new interviews in another study."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest
from secondcoder.errors import InputError, ModelError
from secondcoder.learning.without_talk import VOCABULARIES, WORD
from secondcoder.study.study import Study
from support.study_checks import CHEAP, CODED, talk_rows

TALK = (
    "I: And what was it for?\n\nGP: I didn't understand what the purpose was, nobody explained it to us.\n\n"
    "I: And?\n\nGP: No room, no time.\n"
)


@pytest.fixture
def elsewhere(tmp_path: Path) -> Any:
    """A study of other people with the same codebook and one new interview."""
    folder = tmp_path / "elsewhere"
    Study.create(folder, "npt-core").close()
    (folder / "secondcoder.toml").write_text(CHEAP, encoding="utf-8")
    (tmp_path / "new.txt").write_text(TALK, encoding="utf-8")
    study = Study(folder)
    study.import_files([tmp_path / "new.txt"])
    yield study
    study.close()


def arrays(folder: Path) -> dict[str, Any]:
    with np.load(folder / "arrays.npz") as kept:
        return dict(kept)


def participants_talk() -> list[str]:
    return [row["text"] for row in talk_rows() if row["role"] != "interviewer" and row["transcript"] in CODED]


def test_a_whole_version_codes_elsewhere_as_at_home(trained_study: Study, elsewhere: Study, tmp_path: Path) -> None:
    trained_study.models_export("m0001", tmp_path / "whole")
    name = elsewhere.models_import(tmp_path / "whole")["version"]
    assert elsewhere.model_in_use is None
    elsewhere.models_use(name)
    there = elsewhere.code()
    trained_study.import_files([tmp_path / "new.txt"])
    at_home = trained_study.code().table
    at_home = at_home[at_home["transcript"] == "new"]
    same = ["transcript", "start", "end", "code", "probability", "rank_score"]
    assert there.table[same].reset_index(drop=True).equals(at_home[same].reset_index(drop=True))
    assert any("no passages" in told for told in there.missing)
    assert [*elsewhere.check(elsewhere.folder), *elsewhere.check_audit().faults] == []


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_without_talk_nothing_of_a_passage_is_in_the_folder(
    trained_study: Study, tmp_path: Path, vocabulary: str
) -> None:
    out = tmp_path / "given"
    manifest = trained_study.models_export("m0001", out, without_talk=True, vocabulary=vocabulary)
    once, held = said_once(), set(terms(out))
    assert once
    assert held.isdisjoint(once)
    assert bool(held) == (vocabulary == "words")
    assert manifest["memory"] == dict.fromkeys(manifest["memory"], 0) | {"terms": len(held)}
    content = b"".join(path.read_bytes() for path in sorted(out.iterdir()))
    for name in CODED:
        assert name.encode() not in content
    # Of coders as words: 'ben' is in 'benefit'.
    assert not re.search(rb"\b(anna|ben)\b", content, re.IGNORECASE)


def said_once() -> set[str]:
    said: dict[str, set[str]] = {}
    for row in talk_rows():
        if row["role"] != "interviewer" and row["transcript"] in CODED:
            for word in WORD.findall(row["text"].lower()):
                said.setdefault(word, set()).add(row["transcript"])
    return {word for word, transcripts in said.items() if len(transcripts) == 1}


def terms(folder: Path) -> list[str]:
    joined = arrays(folder)["classifier.terms"].tobytes().decode()
    return joined.split("\n") if joined else []


def test_nearest_text_reconstruction_fails(trained_study: Study, tmp_path: Path) -> None:
    """Who holds the folder and the very sentences finds each by a stored vector in the whole version, and none without talk."""
    trained_study.models_export("m0001", tmp_path / "whole")
    trained_study.models_export("m0001", tmp_path / "given", without_talk=True)
    texts = participants_talk()
    vectors = trained_study.workspace().embedder.embed(texts)
    assert (nearest(vectors, arrays(tmp_path / "whole")) > 0.999).mean() > 0.9
    assert (nearest(vectors, arrays(tmp_path / "given")) > 0.9).mean() < 0.05


def nearest(vectors: Any, kept: dict[str, Any]) -> Any:
    """Of each vector the highest cosine with any row or column, of the vectors' width, of any array in the folder."""
    best = np.zeros(len(vectors))
    width = vectors.shape[1]
    for array in kept.values():
        if array.dtype.kind != "f" or array.ndim < 2 or not array.size:
            continue
        # Weights hold further rows behind those of the vector itself.
        for flat in (array.reshape(-1, array.shape[-1]), array.T.reshape(-1, array.shape[0])):
            if flat.shape[1] >= width and flat.shape[0] < 5000:
                rows = flat[:, :width].astype(float)
                rows = rows / np.linalg.norm(rows, axis=1, keepdims=True).clip(1e-12)
                best = np.maximum(best, (vectors @ rows.T).max(axis=1))
    return best


def test_without_talk_it_codes_elsewhere(
    trained_study: Study, elsewhere: Study, tmp_path: Path, run_cli: Callable[..., Any]
) -> None:
    out = tmp_path / "given.zip"
    status, _, said = run_cli("-C", trained_study.folder, "models", "export", "--without-talk", "--out", out)
    assert (status, "models import given.zip" in said) == (0, True)
    assert "no anonymous data" in said
    for command in (("models", "import", out), ("models", "use", "m0001")):
        assert run_cli("-C", elsewhere.folder, *command)[0] == 0
    status, table, said = run_cli("-C", elsewhere.folder, "code", "--all")
    assert status == 0
    assert "no passages" in said
    assert "new" in table
    card = elsewhere.model_card().read_text(encoding="utf-8")
    assert "of another study" in card
    assert "that one interview alone has" in card
    with pytest.raises(InputError, match="keeps no predictions"):
        elsewhere.code(recall=0.9)
    assert [*elsewhere.check(elsewhere.folder), *elsewhere.check_audit().faults] == []


def test_the_card_counts_what_a_version_remembers(trained_study: Study) -> None:
    memory = trained_study.corpus.manifests["m0001"]["memory"]
    kept = arrays(trained_study.folder / "models" / "m0001")
    words = kept["classifier.1.terms0"].tobytes().decode().split("\n")
    assert memory["terms"] >= len(words)
    assert memory["predictions"] == len(json.loads(kept["held_back.places"].tobytes()))
    assert memory["hashes"] == len(kept["seen.words"])
    assert memory["vectors"] >= len(kept["exemplars.vectors"])
    card = trained_study.model_card().read_text(encoding="utf-8")
    assert f"{memory['terms']:,} words and word pairs of the interviews in plain text" in card
    assert "as confidential as the interviews" in card


def test_a_changed_byte_another_codebook_and_no_model_are_refused(
    trained_study: Study, elsewhere: Study, empty_study: Study, tmp_path: Path
) -> None:
    out = tmp_path / "given"
    trained_study.models_export("m0001", out, without_talk=True)
    with pytest.raises(InputError, match="is there already"):
        trained_study.models_export("m0001", out)
    other = tmp_path / "other"
    Study.create(other, "npt").close()
    (other / "secondcoder.toml").write_text(CHEAP, encoding="utf-8")
    study = Study(other)
    with pytest.raises(ModelError, match="differs from this study's codebook"):
        study.models_import(out)
    study.close()
    (out / "card.md").write_text("better than it is")
    with pytest.raises(ModelError, match=r"card\.md was changed"):
        elsewhere.models_import(out)
    for wrong in (tmp_path / "nothing", tmp_path / "new.txt", tmp_path):
        with pytest.raises(InputError):
            elsewhere.models_import(wrong)
    assert elsewhere.models() == []


def test_a_zip_that_leads_elsewhere_is_refused(elsewhere: Study, tmp_path: Path) -> None:
    with ZipFile(tmp_path / "bad.zip", "w") as archive:
        archive.writestr("../evil.txt", "x")
        archive.writestr("manifest.json", "{}")
    with pytest.raises(InputError, match="does not belong"):
        elsewhere.models_import(tmp_path / "bad.zip")
    assert not (tmp_path / "evil.txt").exists()


def test_a_purged_version_cannot_be_exported(trained_study: Study, tmp_path: Path) -> None:
    trained_study.transcript_remove(CODED[0])
    with pytest.raises(ModelError, match="can be used no more"):
        trained_study.models_export("m0001", tmp_path / "x", without_talk=True)
    assert not (tmp_path / "x").exists()
