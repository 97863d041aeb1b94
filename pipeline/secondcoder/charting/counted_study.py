"""What corrected counts are taken from: the study's passages, its cases and groups, and the sentence that says what they rest on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

import numpy as np

from secondcoder.charting.chart_data import ROW_KINDS
from secondcoder.corpus import Corpus, independent
from secondcoder.domain.arrays import Bools, Rows
from secondcoder.domain.attributes import OF_CASES, attributes_of
from secondcoder.domain.grouping import by_transcript, group_by
from secondcoder.domain.records import Segment, Transcript
from secondcoder.domain.spans import share_text
from secondcoder.domain.split_groups import people
from secondcoder.domain.wording import counted, listed
from secondcoder.errors import InputError, did_you_mean
from secondcoder.labels.drawn_passages import DrawnPassages, drawn_passages
from secondcoder.labels.label_matrix import label_matrix
from secondcoder.workspace import Workspace

NOTHING_DRAWN = (
    "No passages were drawn with known probability, so suggestions cannot be corrected by what people code without them. Draw some: "
    "secondcoder sheet make sample.xlsx --sample 60 --coder NAME. Reviews that are finished, with the passages that they drew, do as "
    "well."
)


@dataclass(frozen=True)
class Domain:
    """Transcripts that are counted together: `kind` is "all", "group", or what each is one of; `transcripts` are their numbers."""

    of: str
    kind: str
    transcripts: Rows


@dataclass(frozen=True)
class CountedStudy:
    """Passages with the number of each one's transcript (n,), what a plain count counts (n, k), and the domains, that of all first;
    by code the transcripts that are left out because it is unknown since a change of the codebook whether they have it."""

    passages: DrawnPassages
    transcripts: Sequence[Transcript]
    cluster: Rows
    plain: Bools
    domains: Sequence[Domain]
    unclear: Mapping[str, Rows]

    def is_unclear(self, code: str, domain: Domain) -> bool:
        """It is unknown since a change of the codebook whether some of the transcripts have it, and these are not counted."""
        return bool(np.isin(self.unclear.get(code, ()), domain.transcripts).any())


def counted_study(
    workspace: Workspace, by: str, compare: str | Mapping[str, str] | None, charted: Collection[str] | None = None
) -> CountedStudy:
    """The study as `corrected_counts` needs it; InputError as there."""
    if by not in ROW_KINDS:
        raise InputError(f"Counts are by {listed(ROW_KINDS[:-1])}, or by {ROW_KINDS[-1]}. Got '{by}' instead.")
    corpus, book, settings = workspace.corpus, workspace.codebook, workspace.configuration
    if not corpus.transcripts:
        raise InputError("The study has no transcripts yet. Bring them in: secondcoder import FILES")
    domains = [*_domains(corpus, by, compare, corpus.by_id.keys() if charted is None else charted)]
    segments = workspace.segments(corpus.transcripts)
    passages = drawn_passages(corpus, book, settings, segments)
    if not passages.draws and not passages.by_hand.any(axis=1).all():
        raise InputError(NOTHING_DRAWN)
    said = label_matrix(segments, corpus.codings, corpus.passes, book, settings.learning, settings.segments.overlap)
    number = {transcript.id: at for at, transcript in enumerate(corpus.transcripts)}
    cluster = np.array([number[segment.transcript] for segment in segments], dtype=np.intp)
    plain = np.where(said.known, said.y, passages.suggested)
    return CountedStudy(passages, corpus.transcripts, cluster, plain, domains, _unclear(corpus, passages, number))


def _unclear(corpus: Corpus, passages: DrawnPassages, number: Mapping[str, int]) -> dict[str, Rows]:
    """Code -> numbers of the transcripts; they have the code oftener than others, so that to leave them out is no small thing."""
    spans = {(span.transcript, code) for span in corpus.ambiguous for code in span.codes}
    counted_in = {
        code: {passages.segments[row].transcript for row in passages.rows(code).tolist()} for code in passages.codes
    }
    left = group_by(
        ((code, number[name]) for name, code in sorted(spans) if name not in counted_in.get(code, ())), itemgetter(0)
    )
    return {code: np.array([at for _, at in pairs], dtype=np.intp) for code, pairs in left.items()}


def _domains(
    corpus: Corpus, by: str, compare: str | Mapping[str, str] | None, charted: Collection[str]
) -> Iterator[Domain]:
    """That of all that is charted first."""
    talks = [talk if talk.id in charted else None for talk in corpus.transcripts]
    yield Domain("all", "all", np.flatnonzero([talk is not None for talk in talks]))
    who = people(corpus.transcripts)
    names = {
        talk.id: who[talk.id] if by == "participant" else talk.case if by == "case" else talk.id
        for talk in corpus.transcripts
    }
    yield from _split([names[talk.id] if talk else None for talk in talks], by)
    if compare:
        levels = _levels(corpus, compare) if isinstance(compare, str) else compare
        yield from _split([levels.get(talk.id) if talk else None for talk in talks], "group")


def _split(names: Sequence[str | None], kind: str) -> Iterator[Domain]:
    for name in sorted({name for name in names if name}):
        yield Domain(name, kind, np.array([at for at, other in enumerate(names) if other == name], dtype=np.intp))


def _levels(corpus: Corpus, attribute: str) -> Mapping[str, str]:
    known = attributes_of(corpus.transcripts, corpus.cases)
    # What is known of a case needs no prefix, unless transcripts have an attribute of the same name.
    named = {name.removeprefix(OF_CASES): levels for name, levels in known.items()} | known
    if attribute not in named:
        have = f" There are {listed(sorted(named))}." if named else " No transcript or case has any."
        raise InputError(f"No attribute is called '{attribute}'.{did_you_mean(attribute, named)}{have}")
    return named[attribute]


def rests_on(corpus: Corpus, study: CountedStudy) -> str:
    """In a sentence or two: how many passages of how many were drawn, who coded them, whose suggestions they correct."""
    passages = study.passages
    by_hand, is_counted = (table.any(axis=1) for table in (passages.by_hand, passages.counted))
    drawn, rest = passages.drawn & is_counted & ~by_hand, list[str]()
    if passages.draws:
        models = listed(sorted({draw.model for draw in passages.draws if draw.model}))
        coders = listed(_coders(corpus, [passages.segments[row] for row in np.flatnonzero(drawn).tolist()])) or "people"
        rest.append(
            f"{counted(drawn.sum(), 'passage')} drawn with known probability from the {(is_counted & ~by_hand).sum():,} that "
            f"nobody had coded by hand (coded by {coders} without suggestions{f', to correct those of {models}' if models else ''})"
        )
    if by_hand.any():
        rest.append(f"{counted(by_hand.sum(), 'passage')} coded by hand")
    left = {study.transcripts[at].id for at in study.cluster[~is_counted].tolist()}
    left_out = f"{counted((~is_counted).sum(), 'passage')} of {counted(len(left), 'transcript')}"
    return (
        f"The counts rest on {listed(rest)}.{f' Left out, since nothing was drawn there: {left_out}.' if left else ''}"
    )


def _coders(corpus: Corpus, segments: Sequence[Segment]) -> list[str]:
    looks = by_transcript(independent(corpus.passes))
    there = ((look, segment) for segment in segments for look in looks.get(segment.transcript, ()))
    return sorted({look.coder for look, segment in there if share_text(look.span, segment.span)})
