"""Language models that took part, by the topics of GUIDE-LLM: scorers that were asked, and models whose codings were imported.

A scorer's record is the manifest of the model version that was trained with it. Of an imported model the study knows what it said and
whether people agree, not how it was asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from secondcoder.agreement.coefficients import KAPPA
from secondcoder.agreement.report.wording import with_interval
from secondcoder.audit.methods.figures_of_model import figures_of_model, learning_of
from secondcoder.audit.methods.sentences import Row, Sentence
from secondcoder.corpus import independent
from secondcoder.domain.wording import counted, listed
from secondcoder.errors import SecondcoderError
from secondcoder.exchange.model_import import IMPORTED
from secondcoder.labels.model_coders import imported_models
from secondcoder.model_store.card import scorers_in_words
from secondcoder.workspace import Workspace

TOPICS = ("model identity and version", "access mode", "parameters", "prompts", "human validation", "code and logs")
IDENTITY, ACCESS, PARAMETERS, PROMPTS, VALIDATION, LOGS = TOPICS
"""Those of GUIDE-LLM that we know of."""
NOT_APPLICABLE = "not applicable: no generative model was used"
NONE = "manifests of the model versions; imports of model coders"
NOTE = (
    "14 items for research with large language models. Their numbers and wording are to be taken from llm-checklist.com: below stand "
    "only the topics that its summaries name, without numbers. What was done with a language model outside secondcoder is in no "
    "record of the study."
)


@dataclass
class _Said:
    """Sentences by topic, and the records that they rest on."""

    sentences: dict[str, list[str]] = field(default_factory=lambda: {topic: [] for topic in TOPICS})
    records: dict[str, list[str]] = field(default_factory=lambda: {topic: [] for topic in TOPICS})

    def add(self, topic: str, sentence: str, record: str = "") -> None:
        self.sentences[topic].append(sentence)
        if record and record not in self.records[topic]:
            self.records[topic].append(record)


def language_model_rows(workspace: Workspace, trail: Sequence[Sentence]) -> list[Row]:
    """A row a topic: of every scorer and model coder what the records say; "not applicable" where there was none.

    Args:
        trail: the sentences on software and audit trail.
    """
    said = _Said()
    for scorer in _asked(workspace):
        _of_scorer(workspace, scorer, said)
    for name, about in imported_models(workspace.corpus).items():
        _of_model_coder(workspace, name, about, said)
    if not any(said.sentences.values()):
        return [Row("–", topic, [f"{NOT_APPLICABLE}."], NONE) for topic in TOPICS]
    for sentence in trail:
        said.add(LOGS, sentence.text, "manifest and audit trail")
    return [Row("–", topic, said.sentences[topic], "; ".join(said.records[topic])) for topic in TOPICS]


def _asked(workspace: Workspace) -> list[str]:
    """Ids of the scorers that were asked, not imported, in any model version."""
    entries = (manifest.get("scorers", {}) for manifest in workspace.corpus.manifests.values())
    return list(dict.fromkeys(scorer for of in entries for scorer, entry in of.items() if "imported" not in entry))


def _of_scorer(workspace: Workspace, scorer: str, said: _Said) -> None:
    """By the latest version that was trained with it."""
    manifests = {
        name: manifest for name, manifest in workspace.corpus.manifests.items() if scorer in manifest.get("scorers", {})
    }
    version, manifest = list(manifests.items())[-1]
    entry, record, book = manifest["scorers"][scorer], f"manifest of model {version}", manifest["codebook"]
    said.add(
        IDENTITY,
        f"Scorer {scorer} took part in model {listed([*manifests])}. It is known by this name; which weights stood behind the name is "
        "for the authors to say.",
        record,
    )
    said.add(ACCESS, entry["says"], record)
    asked = entry.get("asked", {})
    settings, prompts = asked.get("settings"), asked.get("prompts_sha256")
    said.add(PARAMETERS, f"{scorer}: {settings or 'not recorded'}.", record if settings else "")
    said.add(
        PROMPTS,
        f"{scorer}: prompts with SHA-256 {prompts or '(not recorded)'}, around each passage and each code's definition in codebook "
        f"{book['id']} {book['version']} (SHA-256 {book['hash']}).",
        record,
    )
    for sentence in _validation(workspace, manifest, scorer):
        said.add(VALIDATION, sentence, f"{record}, figures out of fold")


def _validation(workspace: Workspace, manifest: Mapping[str, Any], scorer: str) -> Iterator[str]:
    """For which codes held-out human codes bore the scorer out, and how good the classifier is that heard it."""
    clauses = dict(zip(manifest["scorers"], scorers_in_words(manifest), strict=True))
    yield f"{clauses[scorer][:1].upper()}{clauses[scorer][1:]}."
    for sentence in figures_of_model(manifest, learning_of(workspace, manifest)):
        yield f"The classifier that heard it: {sentence.text}"


def _of_model_coder(workspace: Workspace, name: str, about: Mapping[str, Any], said: _Said) -> None:
    events = [event["detail"] for event in workspace.corpus.events(IMPORTED)]
    files = dict.fromkeys(file for detail in events if detail["coder"] == name for file in detail.get("files", ()))
    source = f" from {listed([*files])}" if files else ""
    said.add(
        IDENTITY,
        f"{name}: its codings of {counted(about['transcripts'], 'transcript')} were imported on {listed(about['imported'])}{source}. "
        "Whether it is a generative model, which version, and by whom it was provided is for the authors to say; if it is none, these "
        "items do not apply to it.",
        "model coder import, in the audit trail",
    )
    for topic in (ACCESS, PARAMETERS, PROMPTS):
        said.add(topic, f"{name}: for the authors to say. The study has what it said, not how it was asked.")
    said.add(VALIDATION, _beside_people(workspace, name), "codings and coding passes")


def _beside_people(workspace: Workspace, name: str) -> str:
    """Kappa of a model coder with each person who coded independently, or why there is none."""
    from secondcoder.agreement.study_report import Question, agree_in_study

    people = sorted({mark.coder for mark in independent(workspace.corpus.marks)})
    try:
        report = agree_in_study(workspace, Question(between=(*people, name)))
    except SecondcoderError as error:
        return f"{name} beside people: {error}"
    figures = {pair: with_interval(report.agreement(pair).pooled[KAPPA]) for pair in report.pairs if name in pair}
    with_each = [f"with {next(who for who in pair if who != name)} {figure}" for pair, figure in figures.items()]
    return f"Cohen's kappa of {name}, pooled over codes: {listed(with_each)}. Its codings never counted as a person's."
