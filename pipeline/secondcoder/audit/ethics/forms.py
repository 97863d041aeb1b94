"""Words for the forms: the UK Data Service's clause, an entry for the record of processing, a paragraph for participants.

Laws and licences: Regulation (EU) 2016/679 (GDPR) and the UK GDPR with the Data Protection Act 2018; the UK Data Service's End User
Licence, section 5, item 5, as quoted by Understanding Society's support (issue 2337).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from secondcoder.configuration import DataProtectionSettings
from secondcoder.domain.wording import listed
from secondcoder.workspace import Workspace

TO_SAY = "for you to say"
CLAUSE = (
    "to abstain from using any Online Data Tools in connection with your use of the Data Collection(s), unless explicit written "
    "permission is granted"
)
UK_DATA_SERVICE = (
    f"Users of the UK Data Service's collections undertake, in the End User Licence (section 5, item 5), “{CLAUSE}”. secondcoder is "
    "no online tool: it computes on this machine and works without a network. What the licence says of keeping, sharing and "
    "destroying data holds all the same."
)
UNDER_PSEUDONYM = (
    "Where a key tells pseudonyms from names, the interviews are pseudonymised and remain personal data. They count as anonymous only "
    "when no key is left and nobody can be recognised by means that are reasonably likely to be used (GDPR, recital 26). A story can "
    "identify somebody without a name."
)


def said_or_to_say(said: str, hint: str = "") -> str:
    """What the settings say; else that it is for the researchers to say, with a hint."""
    return said.strip() or f"{TO_SAY}{': ' * bool(hint)}{hint}"


def processing_record(workspace: Workspace, measures: list[str]) -> Iterator[tuple[str, str, str]]:
    """Rows of an entry in the record of processing activities: letter of Article 30(1), what it asks for, what is said here.

    Args:
        measures: what is done for security, in phrases.
    """
    given = workspace.configuration.data_protection
    yield "a", "controller, data protection officer", said_or_to_say(_both(given), "the institution, with contacts")
    yield "b", "purposes", said_or_to_say(given.purpose, "research on ..., with the ethics approval's reference")
    yield "c", "data subjects and personal data", f"{_people(workspace, given)}; {DATA}"
    yield "d", "recipients", said_or_to_say(given.recipients, "the research team by name or role; secondcoder has none")
    yield (
        "e",
        "transfers to third countries",
        "none by secondcoder, which sends nothing; of exports and packs, " + TO_SAY,
    )
    yield (
        "f",
        "time limits for erasure",
        said_or_to_say(given.keep_until and f"kept until {given.keep_until}", "a date"),
    )
    yield (
        "g",
        "technical and organisational measures (Article 32(1))",
        f"{listed(measures)}; encryption of the disk: {TO_SAY}",
    )
    yield "–", "lawful basis (Articles 6 and 9)", said_or_to_say(given.basis, BASIS)


DATA = (
    "what they said in interviews, which may tell of health (Article 9), their roles and workplaces as far as these are recorded, and "
    "what coders and a model made of it; of coders, what they coded and when"
)
BASIS = "often a task in the public interest, Article 6(1)(e), with Article 9(2)(j), research, under the safeguards of Article 89"


def _both(given: DataProtectionSettings) -> str:
    return "; ".join(filter(None, (given.controller, given.officer)))


def _people(workspace: Workspace, given: DataProtectionSettings) -> str:
    if given.people:
        return given.people
    roles = Counter(transcript.role for transcript in workspace.corpus.transcripts if transcript.role)
    return (
        f"participants by role of their interviews: {', '.join(sorted(roles))}"
        if roles
        else f"participants ({TO_SAY}: who they are)"
    )


def participant_paragraph(workspace: Workspace) -> str:
    """For the participant information sheet, in plain words."""
    until, alone = workspace.configuration.data_protection.keep_until, not workspace.configuration.scorers_in_use
    where = "on a computer of our institution" if workspace.corpus.store.is_on_server else "on our own computer"
    return (
        "We will type up what you tell us and sort it by topic. A computer program helps us: it learns from what researchers have "
        "sorted by hand and suggests topics for other interviews; a researcher decides on each. "
        f"The program runs {where}. Your interview is not sent to any company or online service"
        f"{', and no chatbot reads it' if alone else ''}. "
        f"We keep the typed interview until {until or f'[{TO_SAY}: date]'}. If you wish to withdraw, tell us [{TO_SAY}: how, and "
        "until when]: we will then remove your interview, what the program learned from it and what was suggested on it. Of a removed "
        "interview we keep only a record that it was there, with the codes that it had been given, and no words of it."
    )
