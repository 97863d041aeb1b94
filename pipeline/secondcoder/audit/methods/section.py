"""A methods section for a paper, as Markdown: what the study's records support, and what only its researchers can add."""

from __future__ import annotations

from collections.abc import Iterator

from secondcoder.audit.methods.checklists import CHECKLISTS, checklist_lines
from secondcoder.audit.methods.facts import facts_of
from secondcoder.audit.methods.sentences import Sentence
from secondcoder.audit.verify import Audit
from secondcoder.domain.wording import listed
from secondcoder.workspace import Workspace

ITEMS = (
    f"Items in brackets are of {listed([f'{checklist.name} ({checklist.reference})' for checklist in CHECKLISTS])}. They are there to "
    "fill in the checklists at the end: take them out of the text."
)
YOURS = (
    (
        "COREQ 1-8; SRQR 6",
        "who interviewed and who analysed, with training, experience, and relation to participants and topic",
    ),
    ("COREQ 9; SRQR 5", "methodological orientation, and why this framework"),
    (
        "COREQ 10, 11, 13; SRQR 8",
        "how participants were chosen and approached, who declined and why, how the sample size was decided",
    ),
    ("COREQ 14-16; SRQR 7", "setting, who else was there, and characteristics of the sample beyond the roles above"),
    (
        "COREQ 17, 19-21; SRQR 10, 11",
        "topic guide and whether it was piloted, recording, field notes, length of the interviews",
    ),
    ("COREQ 18", "repeat interviews, beyond the waves above"),
    ("COREQ 22", "saturation, or why it does not apply"),
    ("COREQ 23, 28", "whether transcripts or findings went back to participants"),
    ("COREQ 24, 26; SRQR 14, 15", "how coders were trained, how often they met, what they decided beyond the codebook"),
    ("COREQ 29-32; SRQR 16, 17", "quotations, themes, and how findings follow from the coded passages"),
    ("SRQR 9, 13", "ethics, consent, transcription, and how transcripts were pseudonymised"),
    (
        "SRQR 18-21",
        "transferability, limitations, interests and funding; among the limitations, that suggestions can sway coders",
    ),
)


def methods_section(workspace: Workspace, audit: Audit) -> str:
    """The section as it follows from the records now; the same bytes for the same records."""
    facts = facts_of(workspace, audit)
    lines = [
        "# Methods, from the study's records",
        "",
        f"Drafted by secondcoder from the study's store. Every number below is in its records. {ITEMS}",
        "",
    ]
    for title, sentences in facts.parts.items():
        if sentences:
            lines += [f"## {title}", "", " ".join(map(_written, sentences)), ""]
    if facts.unsaid:
        lines += [
            "## Left out, because the records do not support it",
            "",
            *(f"- {reason}" for reason in facts.unsaid),
            "",
        ]
    lines += ["## For you to add", "", *_yours(), "", "## Checklists", "", *checklist_lines(facts.parts)]
    return "\n".join(lines) + "\n"


def _written(sentence: Sentence) -> str:
    return f"{sentence.text} [{'; '.join(sentence.items)}]"


def _yours() -> Iterator[str]:
    for items, what in YOURS:
        yield f"- {what} [{items}]"
