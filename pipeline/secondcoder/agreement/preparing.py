"""What to compare: coders, codes and transcripts, checked, with one clear message for each thing that can be wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from secondcoder.agreement.errors import (
    NoOverlapError,
    OneCoderError,
    RatingsError,
    UnusedCodeError,
    VersionsError,
)
from secondcoder.codebook.model import Code, Codebook
from secondcoder.domain.records import Coding, CodingPass, Origin, Suggestion, Transcript
from secondcoder.errors import did_you_mean

NOTHING = "Nothing was computed."
MODEL = "model"
ASSUMED = (
    "{model} is taken to have looked for every code wherever it suggested anything in a transcript, and nowhere else."
)
SHOWN = 6


@dataclass(frozen=True, slots=True)
class Material:
    """What is compared, all of it about the chosen transcripts and coders; `model` is among the coders or None."""

    transcripts: tuple[Transcript, ...]
    codings: tuple[Coding, ...]
    passes: tuple[CodingPass, ...]
    coders: tuple[str, ...]
    model: str | None
    notes: tuple[str, ...] = ()

    @property
    def humans(self) -> tuple[str, ...]:
        """The coders but the model."""
        return tuple(coder for coder in self.coders if coder != self.model)


def codings_of_suggestions(suggestions: Iterable[Suggestion], model_name: str = MODEL) -> list[Coding]:
    """The suggestions at or above their threshold, as marks of a coder of the model's own name."""
    return [
        Coding(one.transcript, one.start, one.end, one.code, model_name)
        for one in suggestions
        if one.score >= one.threshold
    ]


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
) -> Material:
    """Choose coders and transcripts, and put the model beside the humans under its own name.

    Raises:
        AgreementError: one of its kinds, see `secondcoder.agreement.errors`.
    """
    chosen = _transcripts(transcripts, cases)
    kept = {one.id for one in chosen}
    has_model = bool(model_codings) or model_passes is not None
    model = (model_name or MODEL) if has_model else None
    people = _people(codings, passes)
    if model in people:
        raise RatingsError(
            f"The model's name '{model}' is also a human coder's. Give the model another name. {NOTHING}"
        )
    coders = _coders(people, model, between)
    marks = [one for one in codings if one.transcript in kept and one.coder in coders]
    looked = [one for one in passes if one.transcript in kept and one.coder in coders]
    if model in coders:
        own = [replace(one, coder=model, origin=Origin.INDEPENDENT) for one in model_codings if one.transcript in kept]
        done = _model_passes(chosen, own, model, codebook, model_passes)
        marks, looked = marks + own, looked + [one for one in done if one.transcript in kept]
    _must_be_known(marks, looked, codebook)
    assumed = [ASSUMED.format(model=model)] if model in coders and model_passes is None else []
    notes = [*assumed, *_without_passes(marks, looked)]
    return Material(chosen, tuple(marks), tuple(looked), coders, model if model in coders else None, tuple(notes))


def _people(codings: Sequence[Coding], passes: Sequence[CodingPass]) -> list[str]:
    """Those who coded or looked by themselves; whose name stands only on reviewed or settled codings is no coder here."""
    own = [one.coder for one in codings if one.origin is Origin.INDEPENDENT]
    return sorted({*own, *(one.coder for one in passes if one.origin is Origin.INDEPENDENT)})


def _transcripts(transcripts: Sequence[Transcript], cases: Sequence[str] | None) -> tuple[Transcript, ...]:
    if cases is None:
        return tuple(transcripts)
    known = {one.case for one in transcripts if one.case}
    for name in cases:
        if name not in known:
            raise RatingsError(f"There is no transcript of case '{name}'.{did_you_mean(name, known)} {NOTHING}")
    return tuple(one for one in transcripts if one.case in set(cases))


def _coders(people: Sequence[str], model: str | None, between: Sequence[str] | None) -> tuple[str, ...]:
    known = [*people, model] if model else list(people)
    if between is not None:
        for name in between:
            if name not in known:
                raise RatingsError(
                    f"Nobody called '{name}' has coded here; there are {_listed(known) or 'no coders'}."
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


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def _model_passes(
    transcripts: Sequence[Transcript],
    own: Sequence[Coding],
    model: str,
    codebook: Codebook,
    given: Sequence[CodingPass] | None,
) -> list[CodingPass]:
    if given is not None:
        return [replace(one, coder=model, origin=Origin.INDEPENDENT) for one in given]
    suggested = {one.transcript for one in own}
    return [CodingPass(one.id, model, 0, len(one.text), codebook.ids) for one in transcripts if one.id in suggested]


def _must_be_known(codings: Iterable[Coding], passes: Iterable[CodingPass], codebook: Codebook) -> None:
    unknown: dict[str, set[str]] = {}
    known = frozenset(codebook.ids)
    for coder, code in [
        *((one.coder, one.code) for one in codings),
        *((one.coder, c) for one in passes for c in one.codes),
    ]:
        if code not in known:
            unknown.setdefault(coder, set()).add(code)
    if unknown:
        who = "; ".join(f"{coder} used {_listed(sorted(codes))}" for coder, codes in sorted(unknown.items()))
        first = sorted(next(iter(unknown.values())))[0]
        raise VersionsError(
            f"The coders worked with different codebooks: {who}, which codebook '{codebook.id}' version {codebook.version} "
            f"does not hold.{did_you_mean(first, codebook.ids)} Add the codes, or map them when importing. {NOTHING}"
        )


def check_versions(coders: Sequence[str], codes: Sequence[str], codebooks: Mapping[str, Sequence[Codebook]]) -> None:
    """Refuse codes whose wording differs between the codebooks that the coders worked with.

    Args:
        codebooks: coder -> every version of the codebook with which they coded; a coder who is not in it is not checked.
    """
    versions = [(coder, book) for coder in coders for book in codebooks.get(coder, ())]
    differing = [code for code in codes if len({_wording(book, code) for _, book in versions}) > 1]
    if differing:
        used = "; ".join(
            dict.fromkeys(f"{coder} '{book.id}' {book.version} ({book.hash[:8]})" for coder, book in versions)
        )
        same = [code for code in codes if code not in differing]
        instead = (
            f" Compare the {len(same)} codes that are the same, with --codes"
            if same
            else " Code again with one codebook"
        )
        raise VersionsError(
            f"The coders worked with different versions of the codebook ({used}), which differ on {_listed(differing)}. "
            f"Agreement on these would compare different codes.{instead}. {NOTHING}"
        )


def _wording(book: Codebook, code: str) -> str | None:
    """What tells a coder when to use the code; None where the codebook lacks it."""
    if code not in book:
        return None
    one: Code = book[code]
    told = one.model_dump_json(include={"name", "definition", "includes", "excludes"})
    return str(told)


def _without_passes(codings: Iterable[Coding], passes: Iterable[CodingPass]) -> list[str]:
    looked = {(one.transcript, one.coder) for one in passes if one.origin is Origin.INDEPENDENT}
    missing: dict[str, set[str]] = {}
    for one in codings:
        if one.origin is Origin.INDEPENDENT and (one.transcript, one.coder) not in looked:
            missing.setdefault(one.coder, set()).add(one.transcript)
    return [
        f"{coder} has codings but no coding pass in {_listed(sorted(where))}; without a pass silence means nothing, so these "
        "do not count."
        for coder, where in sorted(missing.items())
    ]


def choose_codes(codes: Sequence[str] | None, codebook: Codebook) -> tuple[str, ...]:
    """Codes by id, name or alias, in the codebook's order; all of them when none are named."""
    if codes is None:
        return codebook.ids
    found = {written: codebook.find(written) for written in codes}
    for written, code in found.items():
        if code is None:
            raise RatingsError(f"C{codebook.lacks(written)[1:]} {NOTHING}")
    return tuple(code for code in codebook.ids if code in set(found.values()))


def used_codes(
    asked: Sequence[str] | None, codes: Sequence[str], used: Sequence[bool], coders: Sequence[str]
) -> list[str]:
    """The codes that someone used where two coders looked; those asked for by name must all be among them."""
    unused = [code for code, yes in zip(codes, used, strict=True) if not yes]
    if asked is not None and unused:
        raise UnusedCodeError(
            f"None of {_listed(coders)} used {_listed(unused)} where two of them looked, so there is nothing to agree on. "
            f"Leave {'it' if len(unused) == 1 else 'them'} out of --codes. {NOTHING}"
        )
    if len(unused) == len(codes):
        raise UnusedCodeError(f"None of {_listed(coders)} used any code where two of them looked. {NOTHING}")
    return [code for code, yes in zip(codes, used, strict=True) if yes]


def no_overlap(material: Material, unit: str) -> NoOverlapError:
    """The error for coders who share no unit, with where each of them looked."""
    own = [one for one in material.passes if one.origin is Origin.INDEPENDENT]
    where = {coder: sorted({one.transcript for one in own if one.coder == coder}) for coder in material.coders}
    told = "; ".join(
        f"{coder} looked at {_listed(names) or 'no transcript (no coding pass)'}" for coder, names in where.items()
    )
    return NoOverlapError(
        f"No {unit} was looked at by two of the coders for the same code: {told}. Only what the coding passes of two coders "
        f"cover can be compared. {NOTHING}"
    )
