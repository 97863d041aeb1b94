"""What is not there for a study's language of talk, in sentences, each with what mends it: said at init, by `status`, `check` and the
model's card, so that nothing falls short in silence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from secondcoder.codebook.model import Codebook
from secondcoder.configuration import Configuration, load_configuration
from secondcoder.domain.languages import ENGLISH, Language, language_of
from secondcoder.embedding.embedder_languages import ANY, MULTILINGUAL, languages_known
from secondcoder.segments.sentence_pipelines import NEED_MORE


def language_support(configuration: Configuration, book: Codebook) -> dict[str, Any]:
    """The language of talk by code and name, and what is `missing` for it, of which `for_models` bears on what is learned.

    Both are lists of sentences, empty for English.
    """
    language = language_of(configuration.segments.language)
    spoken = {"code": language.code, "name": language.name}
    if language.code == ENGLISH:
        return spoken | {"missing": [], "for_models": []}
    for_models = list(_for_models(configuration, book, language))
    return spoken | {"missing": [*for_models, *_for_other_work(configuration, language)], "for_models": for_models}


def _for_models(configuration: Configuration, book: Codebook, language: Language) -> Iterator[str]:
    model, known = configuration.embedding.model, languages_known(configuration.embedding)
    if known is None:
        yield (
            f"embedding.model '{model}' does not say whether it knows {language.name}. See its card, and compare with 'minilm' by "
            "secondcoder evaluate."
        )
    elif not _knows(known, language.code):
        yield (
            f"embedding.model '{model}' does not know {language.name}: suggestions rest on which words occur, less on what they "
            "mean. A multilingual model mends it, fetched once with a connection: secondcoder embedder get "
            f"{MULTILINGUAL} --use"
        )
    written = book.language.partition("-")[0].casefold()
    if book.codes and written != language.code and not _knows(known, written, language.code):
        yield (
            f"The codebook is written in '{book.language}' and the talk is {language.name}, so that definitions and examples cannot "
            "be compared with it: the order of codes with few or no examples means little. Code more by hand, take a multilingual "
            f"model, or write the definitions in {language.name} and set the codebook's `language`."
        )
    if language.code in NEED_MORE and not configuration.segments.sentence_pipeline:
        yield (
            f"spaCy's own rules for {language.name} need a package that does not come along: sentences end at stops alone. Better: an "
            "installed spaCy pipeline, named as segments.sentence_pipeline."
        )


def _knows(known: frozenset[str] | None, *codes: str) -> bool:
    """Whether an embedder knows all of these, or does not say."""
    return known is None or ANY in known or known.issuperset(codes)


def _for_other_work(configuration: Configuration, language: Language) -> Iterator[str]:
    if not language.has_words:
        yield (
            f"No words are known by which speaker labels in {language.name} say who interviews. Where questions do not tell, name the "
            "label: secondcoder import --interviewer LABEL"
        )
    yield (
        f"`secondcoder deidentify` knows English names and UK rules. In {language.name} talk it looks for what your staff list names "
        "(--list), for web and e-mail addresses, and for card and account numbers, and for nothing else."
    )
    if configuration.charting.levels == load_configuration().charting.levels:
        yield (
            f"[charting.levels] are defined in English, as they come: write them in {language.name}, or name codes that stand for "
            "them."
        )
