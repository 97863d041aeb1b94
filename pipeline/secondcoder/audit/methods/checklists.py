"""Reporting checklists: the number of each item and its topic in our words, and which record of a study speaks to it.

Whether a record speaks to an item is read off the sentences of the methods section: an item that no sentence bears is for the authors.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from secondcoder.audit.methods.sentences import Sentence

FOR_THE_AUTHORS = "for the authors to say"
RECORDS = {
    "Material": "transcripts and cases",
    "Codebook": "codebook and its recorded changes",
    "Human coding": "codings and coding passes",
    "Model": "manifest of the model version",
    "Review": "decisions and suggestions",
    "Software and audit trail": "manifest and audit trail",
}
"""Heading of the methods section -> the records that its sentences rest on."""


@dataclass(frozen=True, slots=True)
class Checklist:
    """A reporting checklist: item -> topic; `note` says how to read it here."""

    name: str
    reference: str
    items: Mapping[str, str]
    note: str = ""


def _numbered(topics: str) -> dict[str, str]:
    return {str(number): topic.strip() for number, topic in enumerate(topics.split(";"), start=1)}


COREQ = Checklist(
    "COREQ",
    "Tong, Sainsbury & Craig 2007, doi:10.1093/intqhc/mzm042",
    _numbered(
        "who interviewed; interviewers' degrees; interviewers' work; interviewers' gender; interviewers' training; acquaintance with "
        "participants before; what participants knew of interviewers; interviewers' leanings; orientation of the method; how "
        "participants were chosen; how they were approached; number of participants; who declined; place of the interviews; who "
        "else was there; who the participants are; topic guide; repeated interviews; recording; field notes; length of the "
        "interviews; saturation; transcripts returned to participants; number of coders; the tree of codes; where themes come from; "
        "software; findings returned to participants; quotations; fit of findings and data; main themes; minor themes and odd cases"
    ),
)
SRQR = Checklist(
    "SRQR",
    "O'Brien et al. 2014, doi:10.1097/ACM.0000000000000388",
    _numbered(
        "title; abstract; problem; purpose; approach and paradigm; the researchers themselves; context; sampling; ethics; how data "
        "were collected; instruments; units of study; processing of data; analysis; trustworthiness; findings; evidence for "
        "findings; place in the literature, transferability; limitations; interests; funding"
    ),
)
GRRAS = Checklist(
    "GRRAS",
    "Kottner et al. 2011, doi:10.1016/j.jclinepi.2010.03.002",
    _numbered(
        "agreement named in title or abstract; the instrument; the subjects meant; the raters meant; what is known, and why ask; how "
        "many raters and subjects, and why; how they were sampled; how rating went, what raters could see; were they independent; "
        "statistics; how many were rated by how many; who raters and subjects are; estimates with their uncertainty; what they mean "
        "in practice; details in full"
    ),
    "Here the instrument is the codebook, a rater a coder, a subject a segment. Item 15: `secondcoder agree --out`.",
)
TRIPOD_AI = Checklist(
    "TRIPOD+AI",
    "Collins et al. 2024, doi:10.1136/bmj-2023-078378",
    {
        "1": "title", "2": "abstract", "3a": "context and reason", "3b": "for whom, and who uses it", "3c": "known inequalities",
        "4": "aims", "5a": "where data come from", "5b": "when they were collected", "6a": "setting", "6b": "who is eligible",
        "6c": "treatments", "7": "preparation of data", "8a": "the outcome, and how it is judged", "8b": "who judged it",
        "8c": "what judges could not see", "9a": "choice of predictors", "9b": "what predictors are", "9c": "who judged predictors",
        "10": "size of the sample", "11": "missing data", "12a": "which data for what", "12b": "handling of predictors",
        "12c": "kind of model, how it was built and checked within", "12d": "differences between clusters",
        "12e": "measures of performance", "12f": "updating", "12g": "how predictions are computed", "13": "rare outcomes",
        "14": "fairness", "15": "what the model gives, and thresholds", "16": "training against evaluation data", "17": "ethics",
        "18a": "funding", "18b": "interests", "18c": "protocol", "18d": "registration", "18e": "data available",
        "18f": "code available", "19": "public involvement", "20a": "flow of participants", "20b": "who they are",
        "20c": "against training data", "21": "how many in each analysis", "22": "the model in full",
        "23a": "performance with intervals", "23b": "performance by cluster", "24": "results of updating",
        "25": "interpretation", "26": "limitations", "27a": "poor or missing input in use", "27b": "what users must do",
        "27c": "next steps",
    },
    "It was made for clinical prediction. As far as it applies, the outcome is whether a code holds, its judges are the human coders, "
    "the unit is a segment, and the cluster a transcript.",
)  # fmt: skip
CHECKLISTS = (COREQ, SRQR, GRRAS, TRIPOD_AI)


def checklist_lines(parts: Mapping[str, Sequence[Sentence]]) -> Iterator[str]:
    """All checklists as Markdown tables.

    Args:
        parts: the sentences of the methods section by heading.
    """
    yield (
        "Where the text above speaks to an item, the records that it rests on; a record may bear a part of an item only. All else is "
        "for the authors to say."
    )
    for checklist in CHECKLISTS:
        yield from ("", f"### {checklist.name} ({checklist.reference})", "")
        if checklist.note:
            yield from (checklist.note, "")
        yield from ("| item | topic | rests on |", "|---|---|---|")
        for item, topic in checklist.items.items():
            yield f"| {item} | {topic} | {_rests_on(f'{checklist.name} {item}', parts)} |"


def _rests_on(item: str, parts: Mapping[str, Sequence[Sentence]]) -> str:
    bearing = [title for title, sentences in parts.items() if any(item in sentence.items for sentence in sentences)]
    return "; ".join(f"{title}: {RECORDS[title]}" for title in bearing) or FOR_THE_AUTHORS
