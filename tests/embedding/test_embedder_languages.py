"""Which languages an embedder says that it knows."""

from __future__ import annotations

from pathlib import Path

import pytest
from secondcoder.configuration import load_configuration
from secondcoder.embedding.embedder_languages import ANY, languages_known, said_languages

EMBEDDING = load_configuration().embedding


@pytest.mark.parametrize(
    ("head", "known"),
    [
        ("---\nlanguage: en\nlicense: mit\n---\n# A model\n", {"en"}),
        ("---\nlicense: mit\nlanguage:\n- en\n- de\n- fr\ntags:\n- x\n---\n", {"en", "de", "fr"}),
        ("---\nlanguage: [en, de]\n---\n", {"en", "de"}),
        ("---\nlanguage:\n  - multilingual\n  - ar\n---\n", {ANY}),
        ("---\r\nlanguage: de\r\n---\r\n", {"de"}),
        ("---\nlicense: mit\n---\nlanguage: de\n", None),
        ("# A model\n\nlanguage: de\n", None),
        ("", None),
    ],
)
def test_a_model_card_says_its_languages(head: str, known: set[str] | None) -> None:
    assert said_languages(head) == (known if known is None else frozenset(known))


def test_what_two_embedders_know_together(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("---\nlanguage: [de, fr]\n---\n", encoding="utf-8")
    folder = str(tmp_path)
    assert languages_known(EMBEDDING) == {"en"}
    assert languages_known(EMBEDDING.model_copy(update={"second": folder})) == {"en", "de", "fr"}
    assert languages_known(EMBEDDING.model_copy(update={"model": "of-another-package"})) is None
    assert languages_known(EMBEDDING.model_copy(update={"model": "words"})) == {ANY}
