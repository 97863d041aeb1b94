"""The card of a model version that left its study or came from another: what it is for, from what it was made, what it remembers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from secondcoder.codebook.model import Codebook
from secondcoder.domain.wording import counted
from secondcoder.model_store.memory_in_words import memory_section
from secondcoder.reports.page import Points, Section, Table, markdown, page

USE = Section(
    "Intended use",
    (
        "Suggests codes of one codebook in another study with the same codebook. A researcher reads every suggestion and decides; "
        "nothing is coded without a person.",
        "It was learned elsewhere: how well it does here, only coding of your own can tell (secondcoder agree, or retrain once some "
        "interviews are coded). It shows no similar passages, since those that it learned from are not here.",
    ),
)


def shared_card(manifest: Mapping[str, Any], book: Codebook) -> dict[str, bytes]:
    """card.md and card.html."""
    title = f"Model {manifest['version']}"
    sections = [USE, _made_from(manifest), memory_section(manifest), _codes(manifest, book)]
    return {"card.md": markdown(title, sections, "card.html").encode(), "card.html": page(title, sections).encode()}


def _made_from(manifest: Mapping[str, Any]) -> Section:
    training, codebook = manifest["training"], manifest["codebook"]
    elsewhere = manifest.get("imported")
    return Section(
        "Made from",
        (
            Points(
                (
                    f"{counted(training.get('segments', 0), 'segment')} of {counted(training.get('transcripts', 0), 'transcript')}",
                    f"codebook {codebook['id']}, version {codebook['version']}",
                    f"vectors of {manifest['embedder']['id']}, width {manifest['embedder']['width']}",
                    *(
                        [f"version {elsewhere['version']} of another study, SHA-256 {elsewhere['sha256'][:16]}"]
                        if elsewhere
                        else []
                    ),
                )
            ),
        ),
    )


def _codes(manifest: Mapping[str, Any], book: Codebook) -> Section:
    verdicts = manifest.get("verdicts", {})
    rows = [
        (
            code,
            book[code].name,
            f"{manifest['thresholds'][code]:.2f}",
            "probability" if code in manifest["scored"] else "rank",
            str(verdicts.get(code, {}).get("verdict", "")),
        )
        for code in (*manifest["scored"], *manifest["ranked"])
    ]
    said = "Verdicts are those of the version in its own study, before anything was left out."
    return Section(
        "Codes",
        (said, Table("Codes", ("code", "name", "suggested from", "by", "verdict"), rows, words=frozenset({1, 3, 4}))),
    )
