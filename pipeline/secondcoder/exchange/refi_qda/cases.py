"""What a project says of its transcripts: cases, variables and groups of documents, as cases and attributes of secondcoder.

A case may be named and hold sources (NVivo), or be nameless and carry one document's variables (MAXQDA, Quirkos); variables may stand
in the source itself (QualCoder); NVivo codes text to cases. Without cases, sets of documents that divide them all are the cases
(document groups of ATLAS.ti and MAXQDA).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from secondcoder.domain.names import name
from secondcoder.domain.records import Case
from secondcoder.domain.wording import counted, listed
from secondcoder.exchange.refi_qda.records import Project, ProjectCase, ProjectText

SHOWN = 5


@dataclass
class About:
    """Cases, and by source the case and the attributes of its transcript; notes for the person."""

    cases: list[Case] = field(default_factory=list)
    case_of: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, dict[str, str]] = field(default_factory=dict)
    guids: dict[str, str] = field(default_factory=dict)  # case -> GUID
    notes: list[str] = field(default_factory=list)


def about_texts(project: Project) -> About:
    """What the project says of its texts."""
    about = About()
    for text in project.texts:
        names = {project.variables[key][0]: value for key, value in text.values.items() if key in project.variables}
        about.attributes[text.guid] = names
    for case in project.cases:
        if case.name:
            about.cases.append(Case(case.name, case.values))
            about.guids.setdefault(case.name, case.guid)
        elif case.sources:
            for source in case.sources:
                about.attributes.setdefault(source, {}).update(case.values)
        elif case.values:
            about.notes.append("a case without a name and without sources was not kept.")
    about.cases = _joined(about.cases)
    if about.cases:
        _give_cases(project, about)
    else:
        _give_groups(project, about)
    return about


def _joined(cases: Sequence[Case]) -> list[Case]:
    """Cases of one name as one."""
    values: dict[str, dict[str, str]] = {}
    for case in cases:
        values.setdefault(case.id, {}).update(case.attributes)
    return [Case(named, own) for named, own in values.items()]


def _give_cases(project: Project, about: About) -> None:
    """Each text the case that holds it; where that are several, the first that holds all of it."""
    several: list[str] = []
    for text in project.texts:
        whole, part = _holders(text, project.cases)
        if len({*whole, *part}) > 1:
            taken = f"'{whole[0]}' was taken" if whole else "none was taken"
            several.append(f"'{text.name}' to {listed(sorted({*whole, *part}))}: {taken}")
        if whole or len(part) == 1:
            about.case_of[text.guid] = (whole or part)[0]
    if several:
        more = f"; and {len(several) - SHOWN} more" if len(several) > SHOWN else ""
        about.notes.append(f"texts that belong to several cases, and can have one: {'; '.join(several[:SHOWN])}{more}.")


def _holders(text: ProjectText, cases: Sequence[ProjectCase]) -> tuple[list[str], list[str]]:
    """Names of the cases that hold all of a text, and of those that hold parts of it."""
    named = [case for case in cases if case.name]
    codes = {mark.code for mark in text.whole}
    whole = [case.name for case in named if text.guid in case.sources or case.guid in codes]
    in_parts = {mark.code for selection in text.selections for mark in selection.marks}
    own = {selection.guid for selection in text.selections}
    part = [case.name for case in named if case.guid in in_parts or not own.isdisjoint(case.selections)]
    return list(dict.fromkeys(whole)), [each for each in dict.fromkeys(part) if each not in whole]


def _give_groups(project: Project, about: About) -> None:
    """Sets of documents as cases, where each document is in just one."""
    groups = [each for each in project.sets if each["sources"]]
    texts = [text.guid for text in project.texts if text.text is not None]
    members = [member for each in groups for member in each["sources"] if member in texts]
    if len(groups) < 2 or sorted(members) != sorted(texts):
        return
    for each in groups:
        called = name(each["name"]) or "group"
        about.cases.append(Case(called, {}))
        about.case_of |= dict.fromkeys(each["sources"], called)
    about.notes.append(
        f"the project has no cases: its {counted(len(groups), 'document group')} became the cases of the transcripts."
    )


def variables_remembered(project: Project) -> Mapping[str, Any]:
    """Attribute -> GUID and type, for an export."""
    return {called: {"guid": own, "type": kind} for own, (called, kind) in project.variables.items()}
