"""The spaCy component: suggests codes of a model version for every Doc, in batches, and is saved with its pipeline."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from spacy.tokens import Doc
from spacy.training import Example
from spacy.util import minibatch, raise_error

from secondcoder.domain.records import Segment, Span, Transcript
from secondcoder.errors import ModelError, ReadError, did_you_mean
from secondcoder.interfaces.doc_suggestions import record_of, register_extensions, write_into
from secondcoder.interfaces.doc_transcript import DocTranscript, transcript_of_doc
from secondcoder.interfaces.opened_model import OpenedModel, open_model
from secondcoder.interfaces.pipeline_folder import (
    REFERENCE,
    STORES,
    Saved,
    packed,
    read_saved,
    saved,
    unpacked,
    write_saved,
)
from secondcoder.segments.meaning_units import MeaningUnitSegmenter
from secondcoder.segments.segmenter import new_segmenter
from secondcoder.suggestions.suggester import Suggester

Handler = Callable[[str, Any, list[Doc], Exception], Any]
Scorer = Callable[..., dict[str, Any]]
OWN, OF_DOC = "study", "doc"
"""Whose sentences segments are made of."""


class SecondcoderComponent:
    """Suggests codes of a model version for each Doc, in `doc.spans[spans_key]`.

    Args:
        name: in the pipeline.
        model, version: as `opened_model.open_model` takes them.
        transcript, interviewer: as `doc_transcript.transcript_of_doc` takes them.
        sentences: "study" finds them as the study does, whatever the pipeline found; "doc" takes the Doc's.
        everything: also the codes withheld, and codes below their threshold.
        spans_key: of `doc.spans`. prefix: before the names of extensions.
        store: what goes along when the pipeline is saved (`pipeline_folder.STORES`).
        scorer: of `nlp.evaluate`.

    Raises:
        ModelError: the model cannot be used. ValueError: a setting is none of those that there are, or an extension's name is taken.
    """

    def __init__(
        self,
        name: str,
        model: str,
        *,
        version: str | None = None,
        transcript: bool = False,
        interviewer: Sequence[str] = (),
        sentences: str = OWN,
        everything: bool = False,
        spans_key: str = "secondcoder",
        prefix: str = "",
        store: str = REFERENCE,
        scorer: Scorer | None = None,
    ) -> None:
        _one_of("sentences", sentences, (OWN, OF_DOC))
        _one_of("store", store, STORES)
        self.name, self.model, self.version, self.store = name, model, version, store
        self.transcript, self.interviewer, self.sentences = transcript, tuple(interviewer), sentences
        self.everything, self.spans_key, self.prefix, self.scorer = everything, spans_key, prefix, scorer
        self._handler: Handler = raise_error
        self._saved: Saved | None = None
        self._opened: tuple[int, OpenedModel] | None = None
        register_extensions(spans_key, prefix)
        # Of a pipeline whose files hold the model, the place need not be there: it comes with `from_disk`.
        if store == REFERENCE or Path(model).exists():
            _ = self.opened

    def __call__(self, doc: Doc) -> Doc:
        """Suggest for one Doc; ReadError where its text is to be a transcript and is none."""
        self._suggest([doc], [self._read(doc, 0)])
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 128) -> Iterator[Doc]:
        """Suggest for many Docs, `batch_size` at a time; a Doc's suggestions do not depend on those beside it."""
        for batch in minibatch(stream, size=batch_size):  # type: ignore[no-untyped-call]
            docs, found = list[Doc](), list[DocTranscript]()
            for doc in batch:
                try:
                    found.append(self._read(doc, len(docs)))
                    docs.append(doc)
                except Exception as error:  # whatever it is, the pipeline's handler decides
                    self._handler(self.name, self, [doc], error)
            try:
                self._suggest(docs, found)
            except Exception as error:
                self._handler(self.name, self, docs, error)
            else:
                yield from docs

    @property
    def labels(self) -> tuple[str, ...]:
        """The codes, in the model's order; none while a saved pipeline is read whose model comes with it."""
        there = self._opened or self._saved or Path(self.model).exists()
        return self.opened.suggester.model.codes if there else ()

    @property
    def opened(self) -> OpenedModel:
        """The model, opened once in each process: what OpenVINO and torch hold does not outlive a fork."""
        if self._opened is None or self._opened[0] != os.getpid():
            opened = self._open()
            if self.sentences == OF_DOC and not isinstance(_segmenter(opened), MeaningUnitSegmenter):
                raise ModelError(
                    f"Model {opened.version} was learned from segments of another segmenter than meaning-units, which alone takes the "
                    'sentences of a Doc. Leave "sentences" at "study".'
                )
            self._opened = os.getpid(), opened
        return self._opened[1]

    def score(self, examples: Iterable[Example], **settings: Any) -> dict[str, Any]:
        """Precision, recall and F1 of the Spans, by code too, as spaCy's Scorer has them."""
        if self.scorer is None:
            return {}
        return self.scorer(examples, spans_key=self.spans_key, labels=self.labels, **settings)

    def set_error_handler(self, error_handler: Handler) -> None:
        """What is done where a batch fails."""
        self._handler = error_handler

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write what `store` says into a folder; ModelError where the model may not go along."""
        write_saved(Path(path), saved(self.opened, self.store))

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> SecondcoderComponent:
        """Take the model that was saved, or compare the one at its place with it; ModelError where it is another one."""
        return self._take(read_saved(Path(path)))

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """As `to_disk`."""
        return packed(saved(self.opened, self.store))

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> SecondcoderComponent:
        """As `from_disk`."""
        return self._take(unpacked(data))

    def __getstate__(self) -> dict[str, Any]:
        """For a process that is started anew, which opens the model itself."""
        return {**self.__dict__, "_opened": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        register_extensions(self.spans_key, self.prefix)

    def _take(self, kept: Saved) -> SecondcoderComponent:
        before, self._saved = self._saved, kept
        if kept.files is not None:
            self._opened = None
        try:
            kept.refuse_another(self.opened, self.model)
        except ModelError:
            self._saved = before
            raise
        return self

    def _open(self) -> OpenedModel:
        if self._saved is not None and self._saved.files is not None:
            with self._saved.as_folder() as folder:
                return open_model(folder, None, self.everything)
        return open_model(Path(self.model), self.version, self.everything)

    def _read(self, doc: Doc, number: int) -> DocTranscript:
        name = f"Doc {number + 1}"
        if not any(sign.isalnum() for sign in doc.text):
            return DocTranscript(Transcript(name, doc.text, ()), None)
        try:
            return transcript_of_doc(doc, name, self.transcript, self.interviewer)
        except ReadError as error:
            raise ReadError(f"{str(error).removesuffix(' Nothing was imported.')} No code was suggested.") from None

    def _suggest(self, docs: Sequence[Doc], found: Sequence[DocTranscript]) -> None:
        opened, spoken = self.opened, [each.transcript for each in found if each.transcript.turns]
        suggester = self._cutting(opened.suggester, docs, found)
        parts = {}
        for part in suggester.suggest_in_turn(spoken):
            parts.update(dict.fromkeys((transcript.id for transcript in part.transcripts), part))
        for doc, each in zip(docs, found, strict=True):
            record = record_of(each, parts.get(each.transcript.id), suggester.model, opened.version, [*opened.withheld])
            write_into(doc, self.spans_key, record)

    def _cutting(self, suggester: Suggester, docs: Sequence[Doc], found: Sequence[DocTranscript]) -> Suggester:
        """The suggester, which cuts by the Docs' sentences where these are asked for and were found."""
        sentences = {
            each.transcript.id: [each.in_transcript((sent.start_char, sent.end_char)) for sent in doc.sents]
            for doc, each in zip(docs, found, strict=True)
            if self.sentences == OF_DOC and doc.has_annotation("SENT_START")
        }
        segmenter = _segmenter(self.opened) if sentences else None
        if not isinstance(segmenter, MeaningUnitSegmenter):
            return suggester

        def cut(transcripts: Sequence[Transcript]) -> list[Segment]:
            return [segment for transcript in transcripts for segment in _cut(segmenter, transcript, sentences)]

        return replace(suggester, cut=cut)


def _cut(segmenter: MeaningUnitSegmenter, transcript: Transcript, sentences: dict[str, list[Span]]) -> list[Segment]:
    known = sentences.get(transcript.id)
    return segmenter.segment(transcript) if known is None else segmenter.segment_by(transcript, known)


def _segmenter(opened: OpenedModel) -> Any:
    return new_segmenter(opened.suggester.workspace.configuration.segments)


def _one_of(setting: str, value: str, known: Sequence[str]) -> None:
    if value not in known:
        raise ValueError(
            f"secondcoder: {setting} is '{value}', and may be {', '.join(map(repr, known))}.{did_you_mean(value, known)}"
        )
