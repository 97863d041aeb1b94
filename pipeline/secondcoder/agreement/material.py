"""What is compared: coders, codes and transcripts, chosen and checked, with one clear message for each thing that can be wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from secondcoder.agreement.errors import NoOverlapError, OneCoderError, RatingsError, VersionsError
from secondcoder.agreement.reliability_data import ReliabilityData
from secondcoder.codebook.model import Codebook
from secondcoder.corpus import independent, of_coder
from secondcoder.domain.grouping import by_transcript, group_by
from secondcoder.domain.records import Coding, CodingPass, Origin, Suggestion, Transcript
from secondcoder.domain.wording import counted, unplaced_sentence
from secondcoder.errors import did_you_mean
from secondcoder.statistics.cluster_bootstrap import FEW_CLUSTERS

NOTHING = "Nothing was computed."
MODEL = "model"
ASSUMED = (
    "{model} is taken to have looked for every code wherever it suggested anything in a transcript, and nowhere else."
)
SHOWN = 6
T = TypeVar("T", Coding, CodingPass)


@dataclass(frozen=True, slots=True)
class ModelCoder:
    """Another model whose codings were imported: its name, what it gave and where it looked, and the day of the import."""

    name: str
    codings: tuple[Coding, ...]
    passes: tuple[CodingPass, ...]
    imported: str = ""


@dataclass(frozen=True, slots=True)
class ComparedData:
    """What is compared, all of it about the chosen transcripts and coders; `model` is among the coders or None.

    `others` are further models among the coders, whose codings were imported.
    """

    transcripts: tuple[Transcript, ...]
    codings: tuple[Coding, ...]
    passes: tuple[CodingPass, ...]
    coders: tuple[str, ...]
    model: str | None
    notes: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def humans(self) -> tuple[str, ...]:
        """The coders but the models."""
        return tuple(coder for coder in self.coders if coder not in (self.model, *self.others))

    def edges(self) -> dict[str, set[int]]:
        """Transcript id -> every offset at which a coding or a pass begins or ends."""
        return edges_of([*self.codings, *self.passes])


def edges_of(marks: Iterable[Coding | CodingPass]) -> dict[str, set[int]]:
    """Transcript id -> every offset at which a coding or a pass begins or ends."""
    return {name: {edge for mark in on for edge in mark.span} for name, on in by_transcript(marks).items()}


def codings_of_suggestions(suggestions: Iterable[Suggestion], model_name: str = MODEL) -> list[Coding]:
    """The suggestions at or above their threshold, as marks of a coder of the model's own name."""
    return [Coding(*mark.place, mark.code, model_name) for mark in suggestions if mark.score >= mark.threshold]


def prepare(
    transcripts: Sequence[Transcript],
    codings: Sequence[Coding],
    passes: Sequence[CodingPass],
    codebook: Codebook,
    *,
    between: Sequence[str] | None = None,
    cases: Sequence[str] | None = None,
    model_codings: Sequence[Coding] = (),
    model_name: str | None = None,
    model_passes: Sequence[CodingPass] | None = None,
    model_coders: Sequence[ModelCoder] = (),
) -> ComparedData:
    """Choose coders and transcripts, and put the models beside the humans under their own names.

    Raises:
        AgreementError: one of its kinds, see `secondcoder.agreement.errors`.
    """
    chosen = choose_transcripts(transcripts, cases)
    humans = _human_coders(codings, passes)
    # Passes are enough: a model that looked and suggested nothing is a coder as well.
    model = _model(model_name, humans) if model_codings or model_passes is not None else None
    coders = choose_coders(humans, model, between, [other.name for other in model_coders])
    # `between` may leave models out.
    model = model if model in coders else None
    others = [other for other in model_coders if other.name in coders]
    marks, looked = _of(codings, chosen, coders), _of(passes, chosen, coders)
    notes = []
    if model is not None:
        suggested = _of(_as_coder(model_codings, model), chosen, coders)
        if model_passes is None:
            model_passes = _assumed_passes(chosen, suggested, model, codebook)
            notes.append(ASSUMED.format(model=model))
        marks += suggested
        looked += _of(_as_coder(model_passes, model), chosen, coders)
    for other in others:
        marks += _of(_as_coder(other.codings, other.name), chosen, coders)
        looked += _of(_as_coder(other.passes, other.name), chosen, coders)
    # After the models' marks are there, so that they are checked too.
    _must_be_known(marks, looked, codebook)
    notes += _without_passes(marks, looked)
    return ComparedData(
        chosen, tuple(marks), tuple(looked), coders, model, tuple(notes), tuple(other.name for other in others)
    )


def _human_coders(codings: Sequence[Coding], passes: Sequence[CodingPass]) -> list[str]:
    """Those who coded or looked by themselves; whose name stands only on reviewed or settled codings is no coder here."""
    # Passes count: who looked and found nothing is a coder too.
    marks: list[Coding | CodingPass] = [*codings, *passes]
    return sorted({mark.coder for mark in independent(marks)})


def _model(name: str | None, humans: Sequence[str]) -> str:
    model = name or MODEL
    if model in humans:
        raise RatingsError(
            f"The model's name '{model}' is also a human coder's. Give the model another name. {NOTHING}"
        )
    return model


def _as_coder(marks: Iterable[T], model: str) -> list[T]:
    # The caller gives out-of-fold suggestions; marks of any other origin would not be compared.
    return [replace(mark, coder=model, origin=Origin.INDEPENDENT) for mark in marks]


def _of(marks: Iterable[T], transcripts: Iterable[Transcript], coders: Sequence[str]) -> list[T]:
    """Those of the chosen coders in the chosen transcripts."""
    kept = {transcript.id for transcript in transcripts}
    return [mark for mark in marks if mark.transcript in kept and mark.coder in coders]


def _assumed_passes(
    transcripts: Sequence[Transcript], suggested: Sequence[Coding], model: str, codebook: Codebook
) -> list[CodingPass]:
    """Over all of each transcript in which the model suggested anything."""
    names = {coding.transcript for coding in suggested}
    return [
        CodingPass(transcript.id, model, 0, len(transcript.text), codebook.ids)
        for transcript in transcripts
        if transcript.id in names
    ]


def without_interviewer(transcript: Transcript) -> Transcript:
    """The transcript with nobody marked as asking."""
    return replace(transcript, turns=tuple(replace(turn, role=None) for turn in transcript.turns))


def choose_transcripts(transcripts: Sequence[Transcript], cases: Sequence[str] | None) -> tuple[Transcript, ...]:
    """Those of the cases named, or all."""
    if cases is None:
        return tuple(transcripts)
    known = {transcript.case for transcript in transcripts if transcript.case}
    for name in cases:
        if name not in known:
            raise RatingsError(f"There is no transcript of case '{name}'.{did_you_mean(name, known)} {NOTHING}")
    return tuple(transcript for transcript in transcripts if transcript.case in set(cases))


def choose_coders(
    people: Sequence[str], model: str | None, between: Sequence[str] | None, others: Sequence[str] = ()
) -> tuple[str, ...]:
    """Those named, or everybody with the models last; two at least."""
    known = [*people, *([model] if model else []), *others]
    if between is not None:
        for name in between:
            if name not in known:
                raise RatingsError(
                    f"Nobody called '{name}' has coded here; there are {briefly(known) or 'no coders'}."
                    f"{did_you_mean(name, known)} {NOTHING}"
                )
        known = list(dict.fromkeys(between))
    if len(known) < 2:
        who = f"only '{known[0]}'" if known else "nobody"
        raise OneCoderError(
            f"Agreement needs two coders, and {who} has coded here. Import a second coder's codings of the same "
            f"transcripts, or train a model to be the second coder. {NOTHING}"
        )
    return tuple(known)


def briefly(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def _must_be_known(codings: Iterable[Coding], passes: Iterable[CodingPass], codebook: Codebook) -> None:
    unknown: dict[str, set[str]] = {}
    known = frozenset(codebook.ids)
    for coder, code in [
        *((coding.coder, coding.code) for coding in codings),
        *((coding_pass.coder, code) for coding_pass in passes for code in coding_pass.codes),
    ]:
        if code not in known:
            unknown.setdefault(coder, set()).add(code)
    if unknown:
        who = "; ".join(f"{coder} used {briefly(sorted(codes))}" for coder, codes in sorted(unknown.items()))
        first = sorted(next(iter(unknown.values())))[0]
        raise VersionsError(
            f"The coders worked with different codebooks: {who}, which codebook '{codebook.id}' version {codebook.version} "
            f"does not hold.{did_you_mean(first, codebook.ids)} Add the codes, or map them when importing. {NOTHING}"
        )


def _without_passes(codings: Iterable[Coding], passes: Iterable[CodingPass]) -> list[str]:
    looked = {(coding_pass.transcript, coding_pass.coder) for coding_pass in independent(passes)}
    unseen = [coding for coding in independent(codings) if (coding.transcript, coding.coder) not in looked]
    missing = group_by(unseen, lambda coding: coding.coder)
    return [
        f"{coder} has {counted(len(of), 'coding')} but no coding pass in {briefly(sorted({each.transcript for each in of}))}; without "
        f"a pass silence means nothing, so {'it does' if len(of) == 1 else 'these do'} not count."
        for coder, of in sorted(missing.items())
    ]


def no_overlap(material: ComparedData, unit: str, why: str = "") -> NoOverlapError:
    """The error for coders who share no unit, with where each of them looked, and why it is no more."""
    passes = independent(material.passes)
    where = {coder: sorted({look.transcript for look in of_coder(passes, coder)}) for coder in material.coders}
    looked = "; ".join(
        f"{coder} looked at {briefly(names) or 'no transcript (no coding pass)'}" for coder, names in where.items()
    )
    return NoOverlapError(
        f"No {unit} was looked at by two of the coders for the same code: {looked}. Only what the coding passes of two coders "
        f"cover can be compared. {f'{why} ' if why else ''}{NOTHING}"
    )


def notes_on(
    material: ComparedData, data: ReliabilityData, asked: Sequence[str], both_looked: Sequence[bool]
) -> list[str]:
    """A sentence for each thing.

    Args:
        asked: the codes that were to be compared; `both_looked`: did two coders look for the code in the same unit?
    """
    notes = [*_reviewed(material), *_unplaced(data)]
    apart = [code for code, yes in zip(asked, both_looked, strict=True) if not yes]
    if apart:
        ranked = " (a model looks only for the codes that it scores)" if material.model or material.others else ""
        notes.append(
            f"No two coders looked for {', '.join(apart)} in the same place{ranked}, so these codes were left out."
        )
    if data.groups < FEW_CLUSTERS:
        few = "is only 1 cluster" if data.groups == 1 else f"are only {data.groups} clusters"
        notes.append(f"There {few} to resample: read every interval as a rough guide.")
    return notes


def _reviewed(material: ComparedData) -> list[str]:
    counts = Counter(coding.coder for coding in material.codings if coding.origin is Origin.REVIEWED)
    return [
        f"{counted(counts[coder], f'coding of {coder} was', f'codings of {coder} were')} made after seeing a suggestion. "
        + ("It is not independent, so it does" if counts[coder] == 1 else "They are not independent, so they do")
        + " not count."
        for coder in material.coders
        if counts[coder]
    ]


def _unplaced(data: ReliabilityData) -> list[str]:
    # By coder: what is missing on one side alone is no disagreement of theirs.
    by_coder = group_by(data.unplaced, lambda coding: coding.coder)
    return [unplaced_sentence(codings, data.kind.one) for _, codings in sorted(by_coder.items())]
