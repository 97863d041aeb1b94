"""What another model says of passages, from coded data to the store: never a person's coding.

Any format of coded data will do. A coding is a yes; where the file has scores, each is the probability of its code, and a look for
that code alone, so that a table of every passage and code says all. Without scores a row is a look for all codes, as a person's is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from secondcoder.codebook.model import Codebook
from secondcoder.corpus import Corpus
from secondcoder.domain.grouping import by_transcript, group_by
from secondcoder.domain.model_coder import is_own_name
from secondcoder.domain.names import ByName, file_name, folded, known_name
from secondcoder.domain.records import YES, Coding, CodingPass, ModelCoding, Place
from secondcoder.domain.spans import looked_for
from secondcoder.domain.wording import first_of, listed
from secondcoder.errors import InputError, SecondcoderError
from secondcoder.exchange.find_files import find_files
from secondcoder.exchange.importing import raise_together
from secondcoder.exchange.layout import Layout, laid_out
from secondcoder.exchange.persist import new_passes
from secondcoder.exchange.read_spans import reading_lines
from secondcoder.exchange.registry import CodedData, ImportContext, find_coded_format
from secondcoder.exchange.spelling import spellings_of, spelt
from secondcoder.store.writing import Writer
from secondcoder.transcripts.encoding import reading_as

IMPORTED = "model coder import"
"""An event of the audit trail."""
SHOWN = 6
MOST_LINES = 4


@dataclass(frozen=True)
class ModelImportOptions:
    """`name` of the model; `replace`: what is imported is all that it says; `read_whole`: it read all of each transcript that it
    coded; `encoding` of text files in which no mark tells it; `layout`: how files are laid out."""

    name: str
    replace: bool = False
    read_whole: bool = False
    encoding: str | None = None
    layout: Layout = field(default_factory=Layout)


@dataclass(frozen=True)
class ModelImport:
    """What was imported. `notes` and `reading` are lines for the person; `scores` is how many new ones there are."""

    name: str
    edition: int
    codings: Sequence[ModelCoding]
    notes: Sequence[str] = ()
    reading: Sequence[str] = ()

    @property
    def scores(self) -> int:
        """How many codes on how many spans."""
        return sum(len(coding.scores) for coding in self.codings)

    @property
    def spans(self) -> int:
        """On which it said something of a code."""
        return sum(bool(coding.scores) for coding in self.codings)

    @property
    def transcripts(self) -> list[str]:
        """Ids of the transcripts on which something new is said."""
        return sorted({coding.transcript for coding in self.codings})


@dataclass
class _Said:
    """What the files say, before it is compared with what the store has."""

    scores: dict[tuple[Place, str], float] = field(default_factory=dict)
    passes: list[CodingPass] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    scored: bool = False


def import_model_codings(
    corpus: Corpus,
    book: Codebook,
    write: Callable[[], AbstractContextManager[Writer]],
    paths: Sequence[Path],
    given: ModelImportOptions,
) -> ModelImport:
    """Read coded data as what a model says, and put what is new in the store in one transaction.

    Raises:
        InputError: every fault found, with its place; the name is a person's, or one of secondcoder's own.
    """
    name = _checked_name(given.name, corpus)
    said = _read(corpus, book, paths, name, given)
    before = corpus.model_coders.get(name, 0)
    edition = before + 1 if given.replace or not before else before
    known = [row for row in corpus.model_codings_as_made if (row[0].coder, row[0].edition) == (name, edition)]
    codings = _new(said, known, corpus, book, name, edition)
    notes = [*said.notes, *_no_no(said, given)]
    if given.replace and before:
        notes += _lost(corpus, name, before, codings)
    if codings:
        with write() as writing:
            writing.add_model_codings(codings)
            files, on = [file_name(path.name) for path in paths], sorted({coding.transcript for coding in codings})
            writing.log(IMPORTED, coder=name, edition=edition, files=files, transcripts=on, spans=len(codings))
    return ModelImport(name, edition, codings, notes, _reading(codings, corpus, book, name))


def _checked_name(written: str, corpus: Corpus) -> str:
    """The model's name as the study spells it."""
    name = known_name(written, corpus.model_coders)
    people = {folded(coder) for coder in (*corpus.coders, *(decision.coder for decision in corpus.decisions))}
    if not name:
        raise InputError("A model coder needs a name. Nothing was imported.")
    if folded(name) in people:
        raise InputError(
            f"'{name}' is a person who coded in this study, and what a model says is never a person's. Give the model another name. "
            "Nothing was imported."
        )
    if is_own_name(name) or name in corpus.manifests:
        raise InputError(f"'{name}' is a name of secondcoder's own model. Give this one another. Nothing was imported.")
    return name


def _read(corpus: Corpus, book: Codebook, paths: Sequence[Path], name: str, given: ModelImportOptions) -> _Said:
    said, faults = _Said(), list[SecondcoderError]()
    spellings = spellings_of(corpus.transcripts, [name])
    context = ImportContext(
        book, ByName(corpus.by_id), name, read_whole=given.read_whole, of_model=True, spellings=spellings
    )
    with reading_as(given.encoding), laid_out(given.layout):
        found = find_files(paths)
        faults += found.faults
        for path, _ in found.files:
            try:
                _take(path, context, said, name)
            except SecondcoderError as error:
                faults.append(error)
    raise_together(faults)
    said.notes += [*spellings.notes, *found.notes]
    return said


def _take(path: Path, context: ImportContext, said: _Said, name: str) -> None:
    file, coded_format = file_name(path.name), find_coded_format(path)
    if coded_format is None:
        raise InputError(
            f"{file}: it holds no coded data, and what a model says is that alone. Import transcripts before."
        )
    data = spelt(coded_format.read(path, context), context.known, context.spellings)
    if data.transcripts:
        missing = listed([transcript.id for transcript in data.transcripts[:SHOWN]])
        raise InputError(f"{file}: {missing} is not in the study. Import transcripts before what a model says of them.")
    if others := sorted(_coders(data) - {name}):
        raise InputError(
            f"{file}: it holds codings by {listed(others)}, which are not {name}'s. Leave them or the column out."
        )
    _add(file, data, said)
    said.passes += data.passes
    said.scored |= bool(data.scores)
    said.notes += [f"{file}: {note}" for note in data.notes]


def _coders(data: CodedData) -> set[str]:
    return {coding.coder for coding in data.codings} | {coding_pass.coder for coding_pass in data.passes}


def _add(file: str, data: CodedData, said: _Said) -> None:
    for coding in data.codings:
        key, score = (coding.place, coding.code), data.scores.get(coding, 1.0)
        if said.scores.setdefault(key, score) != score:
            raise InputError(f"{file}: {_named(key)} has two scores, {said.scores[key]:g} and {score:g}.")
    if twice := [coding for coding, times in Counter(data.codings).items() if times > 1 and coding in data.scores]:
        raise InputError(f"{file}: {_named((twice[0].place, twice[0].code))} stands in two rows.")


def _named(key: tuple[Place, str]) -> str:
    (transcript, start, end), code = key
    return f"{code} at {start}-{end} of '{transcript}'"


def _new(
    said: _Said, made: Sequence[tuple[ModelCoding, int]], corpus: Corpus, book: Codebook, name: str, edition: int
) -> list[ModelCoding]:
    """What the store lacks; InputError where it has another score."""
    known: dict[tuple[Place, str], float] = {}
    for coding, after in made:
        for code, score in coding.scores.items():
            known[coding.place, corpus.history.code_now(code, after).certain or code] = score
    faults = [
        InputError(f"{_named(key)} has a score of {score:g}, and had {known[key]:g}.")
        for key, score in said.scores.items()
        if abs(known.get(key, score) - score) > 1e-9
    ]
    if faults:
        shown = [
            *faults[:SHOWN],
            *([InputError(f"... and {len(faults) - SHOWN} more.")] if len(faults) > SHOWN else []),
        ]
        end = InputError(f"To change what {name} says, import all of it with --replace. Nothing was imported.")
        raise InputError("\n".join(map(str, (*shown, end))))
    new = {key: score for key, score in said.scores.items() if key not in known}
    looked = [CodingPass(coding.transcript, name, *coding.span, coding.codes) for coding, _ in made]
    passes = new_passes(said.passes, looked, [Coding(*place, code, name) for place, code in new])
    return [*_by_span(new, book, name, edition), *(_look(each, name, edition) for each in passes)]


def _by_span(
    scores: Mapping[tuple[Place, str], float], book: Codebook, name: str, edition: int
) -> Iterator[ModelCoding]:
    for place, keys in sorted(group_by(scores, lambda key: key[0]).items()):
        of = {code: scores[place, code] for code in sorted((code for _, code in keys), key=book.ids.index)}
        yield ModelCoding(place[0], name, place[1], place[2], tuple(of), of, edition)


def _look(each: CodingPass, name: str, edition: int) -> ModelCoding:
    return ModelCoding(each.transcript, name, each.start, each.end, each.codes, {}, edition)


def _reading(codings: Sequence[ModelCoding], corpus: Corpus, book: Codebook, name: str) -> list[str]:
    """Where the model looked, for which codes; nothing where it looked for others in every place."""
    looks = [CodingPass(coding.transcript, name, *coding.span, coding.codes) for coding in codings]
    joined = [
        CodingPass(transcript, name, *span, tuple(code for code in book.ids if code in codes))
        for transcript, own in by_transcript(looks).items()
        for cover, codes in looked_for(own).items()
        for span in cover
    ]
    lines = reading_lines(joined, corpus.by_id, book.ids)
    return lines if len(lines) <= MOST_LINES else []


def _no_no(said: _Said, given: ModelImportOptions) -> Iterator[str]:
    if said.passes and not said.scored and not given.read_whole:
        yield f"what no row holds counts as not looked at. If {given.name} read all of it: the same again with --read-whole."
    if said.scored and not said.passes and not given.read_whole and min(said.scores.values()) >= YES:
        yield (
            f"no score is below {YES:g}, so nothing counts as a no. If the table holds only what the model said yes to, import it "
            "with --read-whole: what it passed over is a no then."
        )


def _lost(corpus: Corpus, name: str, edition: int, codings: Sequence[ModelCoding]) -> Iterator[str]:
    had = {row.transcript for row, _ in corpus.model_codings_as_made if (row.coder, row.edition) == (name, edition)}
    if gone := sorted(had - {coding.transcript for coding in codings}):
        yield f"{name} says nothing any more of {first_of(gone, SHOWN)}, which the earlier import held."
