"""What a study's records say that a methods section of a qualitative paper asks for: material, codebook, human coding, and the rest.

Every number comes from the store, the manifest of the model in use or the study's settings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from secondcoder.agreement.report.wording import number, with_interval
from secondcoder.agreement.roll_up import MEANING, ROLLED_UP
from secondcoder.audit.methods.facts_of_model import of_model, of_trail
from secondcoder.audit.methods.facts_of_review import by_origin, of_review
from secondcoder.audit.methods.sentences import ANALYSIS, PROCESSING, TRUST, UNITS, Sentence, tally
from secondcoder.codebook.history import Kind
from secondcoder.configuration import with_recipe
from secondcoder.corpus import Event, independent
from secondcoder.domain.records import Origin
from secondcoder.domain.wording import counted, listed
from secondcoder.errors import SecondcoderError
from secondcoder.labels.chosen_passages import proposed_places
from secondcoder.labels.counting_draw import drawn_places
from secondcoder.labels.model_coders import imported_models
from secondcoder.workspace import Workspace

if TYPE_CHECKING:
    from secondcoder.agreement.results import Result
    from secondcoder.audit.verify import Audit

NEW_CODES = (Kind.ADDED, Kind.SPLIT)
"""Steps of a codebook change after which there are codes that were not there before."""


@dataclass
class Facts:
    """Sentences under headings, and what the records cannot support, with reasons."""

    parts: dict[str, list[Sentence]] = field(default_factory=dict)
    unsaid: list[str] = field(default_factory=list)


def facts_of(workspace: Workspace, audit: Audit) -> Facts:
    """All sentences that the study's records support."""
    facts = Facts()
    facts.parts["Material"] = list(_material(workspace))
    facts.parts["Codebook"] = list(_codebook(workspace))
    facts.parts["Human coding"] = [*_coding(workspace), *_agreement(workspace, facts.unsaid)]
    facts.parts["Model"] = list(of_model(workspace, facts.unsaid))
    facts.parts["Review"] = list(of_review(workspace, facts.unsaid))
    facts.parts["Software and audit trail"] = list(of_trail(workspace, audit, facts.unsaid))
    return facts


def _material(workspace: Workspace) -> Iterator[Sentence]:
    transcripts, cases = workspace.corpus.transcripts, workspace.corpus.cases
    of = f" of {counted(len(cases), 'case')}" if cases else ""
    yield Sentence(
        f"The material was {counted(len(transcripts), 'transcript')}{of}.", ("COREQ 12", UNITS, "TRIPOD+AI 20a")
    )
    # With the case, since P1 of one case is somebody else than P1 of another.
    people = {(transcript.case, transcript.participant) for transcript in transcripts if transcript.participant}
    # Only where every transcript names one: else the number would be too small.
    if people and all(transcript.participant for transcript in transcripts):
        yield Sentence(f"They are of {counted(len(people), 'participant')}.", ("COREQ 12", UNITS))
    for name, items in (("role", ("COREQ 16", UNITS, "TRIPOD+AI 20b")), ("wave", ("COREQ 18", "SRQR 10"))):
        counts = Counter(filter(None, (getattr(transcript, name) for transcript in transcripts)))
        if counts:
            yield Sentence(f"Transcripts by {name}: {tally(counts)}{_rest(counts, len(transcripts))}.", items)
    whole = workspace.configuration.segments.code_interviewer
    yield Sentence(
        "Whole exchanges were coded, the interviewer's words included."
        if whole
        else "Participants' answers were the material coded; the interviewer's words were context and never coded.",
        (PROCESSING, "TRIPOD+AI 7"),
    )
    yield Sentence(_segmentation(workspace), (PROCESSING, "GRRAS 8", "TRIPOD+AI 7"))


def _segmentation(workspace: Workspace) -> str:
    """The segmenter's sentence, as the model in use was trained with it."""
    from secondcoder.segments.segmenter import new_segmenter

    manifest = workspace.manifest
    # Manifests of 0.1 lack the parts' own sentences.
    if "methods" in manifest:
        return str(manifest["methods"]["segmenter"])
    return new_segmenter(with_recipe(workspace.configuration, manifest.get("recipe", {})).segments).describe()


def _codebook(workspace: Workspace) -> Iterator[Sentence]:
    book = workspace.codebook
    families = Counter(code.family for code in book.codes)
    named = {family.id: family.name.casefold() for family in book.families}
    kinds = f" ({tally({named.get(family, family): n for family, n in families.items()})})" if len(families) > 1 else ""
    source = f" Its source: {book.source.rstrip('.')}." if book.source else ""
    yield Sentence(
        f"Coding followed the codebook '{book.title}', version {book.version}, of {counted(len(book.codes), 'code')}{kinds}.{source}",
        ("COREQ 25", ANALYSIS, "GRRAS 2", "TRIPOD+AI 8a"),
    )
    yield Sentence(_derivation(workspace), ("COREQ 26", ANALYSIS))
    sample = drawn_places(workspace.corpus)
    if proposed := len(proposed_places(workspace.corpus) - sample):
        chosen = len(proposed_places(workspace.corpus, drawn=False) - sample)
        yield Sentence(
            f"{counted(proposed, 'passage')} were proposed for coding by what a model would learn most from, or at random "
            f"({proposed - chosen}); figures do not rest on the {chosen} chosen ones, unless their whole interview was read.",
            (ANALYSIS, "TRIPOD+AI 8a"),
        )
    if sample:
        yield Sentence(
            f"{counted(len(sample), 'passage')} were drawn with known probability, by case and by whether the model suggested "
            "something, to be coded without suggestions, so that counts can be corrected; figures of the model do not rest on them.",
            (ANALYSIS, "TRIPOD+AI 8a"),
        )
    books = [event["detail"] for event in workspace.corpus.events("codebook")]
    versions = list(dict.fromkeys(f"{book['id']} {book['version']}" for book in books if "id" in book))
    if len(books) > 1:
        yield Sentence(
            f"The codebook was changed during the study ({counted(len(books), 'content')} kept: {listed(versions)}); each coding "
            "carries the one that it was made with.",
            ("COREQ 25", TRUST),
        )


def _derivation(workspace: Workspace) -> str:
    """Deductive only where no code came after or with coded data; what came of such codes the records do not say."""
    added = added_after_coding(workspace.corpus.events("codebook changed", "codings", "import"))
    if not added:
        return "Codes were applied deductively, from a codebook with definitions; none was added once coding had begun."
    return (
        f"{counted(len(added), 'code')} came to the codebook after coding had begun, or with imported codings ({listed(added)}); "
        "whether these were derived from the data is for the authors to say."
    )


def added_after_coding(events: Iterable[Event]) -> list[str]:
    """Codes that were added, or that a split made, after the first coding in the trail, and those that came with coded data."""
    added: dict[str, None] = {}
    coded = False
    for event in events:
        detail = event["detail"]
        if event["what"] == "codebook changed":
            new = [code for step in detail["steps"] if step["kind"] in NEW_CODES for code in step.get("new", ())]
            added |= dict.fromkeys(new if coded else ())
        added |= dict.fromkeys(detail.get("added codes", ()))
        # An import's codings are an event of their own since the trail is chained; older ones only count them.
        coded |= event["what"] == "codings" or bool(detail.get("codings"))
    return list(added)


def _coding(workspace: Workspace) -> Iterator[Sentence]:
    codings = workspace.corpus.codings
    coded: dict[str, set[str]] = {}
    # Passes too: who looked and found nothing has coded the transcript.
    for coding in independent(workspace.corpus.marks):
        coded.setdefault(coding.coder, set()).add(coding.transcript)
    if not coded:
        yield Sentence("No transcript was coded independently of the model.", ("COREQ 24", ANALYSIS))
    else:
        by = "; ".join(f"{coder} {counted(len(names), 'transcript')}" for coder, names in sorted(coded.items()))
        yield Sentence(
            f"{counted(len(coded), 'coder')} coded independently of any suggestion ({by}).",
            ("COREQ 24", ANALYSIS, "GRRAS 9", "GRRAS 11", "TRIPOD+AI 8a"),
        )
        twice = sum(n > 1 for n in Counter(name for names in coded.values() for name in names).values())
        if twice:
            yield Sentence(f"{counted(twice, 'transcript')} had two coders or more.", ("COREQ 24", TRUST))
    if codings:
        yield Sentence(f"Codings by origin: {by_origin(workspace)}.", (ANALYSIS, "GRRAS 9", "TRIPOD+AI 8a"))
        yield Sentence(
            "Where nobody looked for a code, it counted as unknown, not as absent: a coder's silence is a no only within their coding "
            "passes.",
            (ANALYSIS, "GRRAS 8", "TRIPOD+AI 11"),
        )
    for name, of in imported_models(workspace.corpus).items():
        yield Sentence(
            f"The codings of {name}, of {counted(of['transcripts'], 'transcript')}, were made by another model and imported on "
            f"{listed(of['imported'])}; they never counted as a person's.",
            (ANALYSIS, "COREQ 24", "TRIPOD+AI 8a"),
        )
    adjudicated = [coding for coding in codings if coding.origin is Origin.ADJUDICATED]
    if adjudicated:
        where = len({coding.transcript for coding in adjudicated})
        yield Sentence(
            f"Differences between coders were settled together, with {counted(len(adjudicated), 'adjudicated coding')} in "
            f"{counted(where, 'transcript')}.",
            (TRUST,),
        )


def _agreement(workspace: Workspace, unsaid: list[str]) -> Iterator[Sentence]:
    from secondcoder.agreement.study_report import Question, agree_in_study

    try:
        report = agree_in_study(workspace, Question(model=False))
    except SecondcoderError as error:
        unsaid.append(f"Agreement between coders: {error}")
        return
    head = report.headline
    names = {
        "Cohen's kappa pooled over codes": head.pooled_kappa,
        "Krippendorff's alpha with MASI distance": head.alpha_masi,
    }
    figures = list(_figures(names))
    if figures:
        yield Sentence(
            f"Agreement among {listed(head.coders)} before adjudication, on {counted(report.n_units, 'segment')} of "
            f"{counted(report.n_transcripts, 'transcript')} that two of them looked at, on the codings as made: {'; '.join(figures)}.",
            (TRUST, "GRRAS 10", "GRRAS 11", "GRRAS 13"),
        )
        if report.rolled_up:
            yield Sentence(
                f"{ROLLED_UP.capitalize()} ({MEANING}), pooled kappa is {with_interval(report.rolled_up.headline.pooled_kappa)}.",
                (TRUST, "GRRAS 13"),
            )
    else:
        unsaid.append(
            "Agreement between coders: its coefficients are undefined on these codings (see `secondcoder agree`)."
        )


def _figures(results: Mapping[str, Result]) -> Iterator[str]:
    for name, result in results.items():
        if result.value is not None:
            chance = (
                ""
                if result.at_chance is None
                else f", {number(result.at_chance)} for coders at random with the same rates"
            )
            yield f"{name} {with_interval(result)}{chance}"


def _rest(counts: Mapping[str, int], of: int) -> str:
    rest = of - sum(counts.values())
    return f", not said {rest}" if rest else ""
