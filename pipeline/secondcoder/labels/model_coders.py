"""What other models say of passages, in codings that are never a human's: as marks beside people's, and as scores of segments.

A model coder is a language model, or another classifier, whose codings were imported (`exchange/model_import.py`). As marks: a code is
given from `YES` on, and where the model looked its silence is a no. As scores: a segment has of a code the highest score of the spans
that it carries, by the overlap rule of codings, so that it is a yes here where it is one as a mark; 0 where the model looked at all
of it and did not name the code; and nothing where it did not look.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from secondcoder.codebook.history import CodeHistory
from secondcoder.codebook.model import Codebook
from secondcoder.codebook.present import ambiguous_spans, present_codings, present_passes
from secondcoder.configuration import Configuration
from secondcoder.corpus import Corpus
from secondcoder.domain.arrays import Floats
from secondcoder.domain.grouping import by_transcript
from secondcoder.domain.records import YES, Coding, CodingPass, ModelCoding, Place, Segment, Span
from secondcoder.domain.spans import carries, covers, looked_for, share_text
from secondcoder.domain.wording import first_of
from secondcoder.errors import StudyError, did_you_mean
from secondcoder.exchange.model_import import IMPORTED

Made = Sequence[tuple[ModelCoding, int]]
"""As it was made, each with the last change of the codebook before it."""


SOURCE = "model coder "
SHOWN = 8


def source_id(name: str, edition: int) -> str:
    """By which a model version names what it rests on: what replaces it later is another edition."""
    return f"{SOURCE}{name}/{edition}"


def is_source(scorer: str) -> bool:
    """The scorer is no model that can be asked, but one whose scores were imported."""
    return scorer.startswith(SOURCE)


def says_of(name: str) -> str:
    """The sentence for the methods section."""
    return f"What another model, {name}, said of passages was imported into the study."


def imported_models(corpus: Corpus) -> dict[str, dict[str, Any]]:
    """Models whose codings were imported, by name: on how many transcripts, and the days of the imports that count now."""
    where: dict[str, set[str]] = {name: set() for name in corpus.model_coders}
    for coding, _ in corpus.model_codings_as_made:
        if coding.edition == corpus.model_coders[coding.coder]:
            where[coding.coder].add(coding.transcript)
    days: dict[str, list[str]] = {name: [] for name in where}
    for event in corpus.events(IMPORTED):
        if corpus.model_coders.get(event["detail"]["coder"]) == event["detail"]["edition"]:
            days[event["detail"]["coder"]].append(event["at"][:10])
    return {name: {"transcripts": len(on), "imported": list(dict.fromkeys(days[name]))} for name, on in where.items()}


@dataclass(frozen=True)
class ModelMarks:
    """What a model coder says, read in the codes after the last of some changes.

    Attributes:
        codings: the codes given. passes: where it looked. scores: transcript -> spans with the codes' scores.
    """

    codings: Sequence[Coding] = ()
    passes: Sequence[CodingPass] = ()
    scores: Mapping[str, Sequence[tuple[Span, Mapping[str, float]]]] = field(default_factory=dict)


def model_marks(corpus: Corpus, name: str, edition: int, history: CodeHistory | None = None) -> ModelMarks:
    """The marks of one edition of a model coder, in the codes after the last of `history`'s changes, by default the present ones.

    What carried a code that was split since says nothing of the new ones: nobody assigns them to a model.
    """
    history = corpus.history if history is None else history
    made = [
        (coding, after)
        for coding, after in corpus.model_codings_as_made
        if (coding.coder, coding.edition) == (name, edition) and after <= history.latest
    ]
    given = [
        (Coding(*coding.place, code, name), after)
        for coding, after in made
        for code, score in coding.scores.items()
        if score >= YES
    ]
    looked = [(CodingPass(coding.transcript, name, *coding.span, coding.codes), after) for coding, after in made]
    turns = {transcript.id: [turn.span for turn in transcript.turns] for transcript in corpus.transcripts}
    unclear = ambiguous_spans(given, history, {}, turns)
    return ModelMarks(
        present_codings(given, history, {}), present_passes(looked, history, unclear), _scores(made, history)
    )


def _scores(made: Made, history: CodeHistory) -> dict[str, list[tuple[Span, Mapping[str, float]]]]:
    scores: dict[str, list[tuple[Span, Mapping[str, float]]]] = {}
    for coding, after in made:
        now: dict[str, float] = {}
        for code, score in coding.scores.items():
            # Merged codes: it is there where either was.
            if present := history.code_now(code, after).certain:
                now[present] = max(score, now.get(present, 0.0))
        if now:
            scores.setdefault(coding.transcript, []).append((coding.span, now))
    return scores


@dataclass(frozen=True)
class ModelScores:
    """What model coders say of segments, each computed once.

    Attributes:
        ids: sources that are evidence (`source_id`); any other edition in the store can be asked too.
        above: code -> the codes that it counts for as well, where learning rolls up.
        history: the changes of the codebook up to the codes that are asked for.
    """

    corpus: Corpus | None = None
    ids: tuple[str, ...] = ()
    overlap: float = 0.5
    above: Mapping[str, Sequence[str]] = field(default_factory=dict)
    history: CodeHistory = field(default_factory=CodeHistory)
    _found: dict[tuple[str, Place], Mapping[str, float]] = field(default_factory=dict, repr=False)
    _marks: dict[str, _ByTranscript] = field(default_factory=dict, repr=False)

    @cached_property
    def sources(self) -> Mapping[str, tuple[str, int]]:
        """Id -> name and edition, of all that the store has."""
        rows = self.corpus.model_codings_as_made if self.corpus else ()
        return {source_id(*source): source for source in sorted({(row.coder, row.edition) for row, _ in rows})}

    def scores(self, source: str, segments: Sequence[Segment], codes: Sequence[str]) -> Floats:
        """(n, k) probabilities that n segments carry k codes; nan where the source does not say."""
        found = [self._of(source, segment) for segment in segments]
        rows = [[of.get(code, np.nan) for code in codes] for of in found]
        return np.array(rows, dtype=np.float64).reshape(len(segments), len(codes))

    def _of(self, source: str, segment: Segment) -> Mapping[str, float]:
        key = source, segment.place
        if key not in self._found:
            self._found[key] = self._marks_of(source).of_segment(segment, self.overlap, self.above)
        return self._found[key]

    def _marks_of(self, source: str) -> _ByTranscript:
        if source not in self._marks:
            name = self.sources.get(source)
            marks = model_marks(self.corpus, *name, self.history) if self.corpus and name else ModelMarks()
            self._marks[source] = _ByTranscript(marks)
        return self._marks[source]

    def missing(self, source: str, segments: Sequence[Segment], codes: Sequence[str]) -> str:
        """A sentence on the transcripts with segments of which the source says nothing, for these codes; "" without any."""
        silent = np.isnan(self.scores(source, segments, codes))
        on = by_transcript(segments)
        gaps = by_transcript(segment for segment, gap in zip(segments, silent, strict=True) if gap.any())
        if not gaps:
            return ""
        names = [
            name if len(of) == len(on[name]) else f"{name} ({len(of)} of {len(on[name])} passages)"
            for name, of in gaps.items()
        ]
        who = source.removeprefix(SOURCE).rpartition("/")[0]
        return (
            f"There are no scores by {who} of {first_of(names, SHOWN)}: there the model goes by the rest of what it learned. "
            "To have them count, import them before: secondcoder import TABLE --model-coder NAME"
        )


NO_SCORES = ModelScores()


class _ByTranscript:
    """Marks by transcript, asked segment by segment."""

    def __init__(self, marks: ModelMarks) -> None:
        self._scores = marks.scores
        self._covers = {name: looked_for(passes) for name, passes in by_transcript(marks.passes).items()}

    def of_segment(self, segment: Segment, overlap: float, above: Mapping[str, Sequence[str]]) -> Mapping[str, float]:
        """Code -> score; without those of which nothing is said."""
        here: dict[str, float] = {}
        for span, scores in self._scores.get(segment.transcript, ()):
            if share_text(span, segment.span) and carries([segment.span], span, overlap, segment.turns):
                for code, score in scores.items():
                    for counts_for in (code, *above.get(code, ())):
                        here[counts_for] = max(score, here.get(counts_for, 0.0))
        looked = {
            code
            for cover, codes in self._covers.get(segment.transcript, {}).items()
            if covers(cover, [segment.span], segment.text, segment.start)
            for code in codes
        }
        # As with people: a code given on a part is a yes, and silence on a part says nothing of the rest.
        return dict.fromkeys(looked, 0.0) | {
            code: score for code, score in here.items() if code in looked or score >= YES
        }


def model_scores(corpus: Corpus, book: Codebook, settings: Configuration) -> ModelScores:
    """What models said of passages, with those that `learning.evidence` names as evidence to learn from, by their present edition.

    Raises:
        StudyError: a name there is no model coder of the study.
    """
    ids = tuple(_known(corpus, settings.learning.evidence))
    return replace(stored_scores(corpus, book, settings, corpus.history), ids=ids)


def stored_scores(corpus: Corpus, book: Codebook, settings: Configuration, history: CodeHistory) -> ModelScores:
    """The same with none to learn from: for a model version, which knows what it rests on."""
    above = {code: book.ancestors(code) for code in book.ids} if settings.learning.roll_up else {}
    return ModelScores(corpus, (), settings.segments.overlap, above, history)


def _known(corpus: Corpus, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        if name not in corpus.model_coders:
            known = ", ".join(corpus.model_coders) or "none"
            raise StudyError(
                f"learning.evidence names '{name}', which is no model coder of this study (there: {known})."
                f"{did_you_mean(name, corpus.model_coders)} Import what it says first: secondcoder import TABLE --model-coder NAME"
            )
        yield source_id(name, corpus.model_coders[name])
