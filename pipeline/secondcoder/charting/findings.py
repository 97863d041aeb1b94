"""All that a chart of a study shows, as tables, with the sentences that come first and the reasons for what cannot be said.

Report, workbook, Word document and page are rendered from these tables; none of them computes a figure.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from secondcoder.charting.cases.case_groups import CaseGroups, attribute_of, case_groups, stated_attribute
from secondcoder.charting.cases.comparison import comparison
from secondcoder.charting.cases.component_levels import component_levels
from secondcoder.charting.cases.counts import cases_of
from secondcoder.charting.cases.factors import by_group, factors
from secondcoder.charting.cases.integration import integration, profile
from secondcoder.charting.cases.qca import crisp, fuzzy, outcome_of, truth_table
from secondcoder.charting.chart_data import ChartData, chart_data
from secondcoder.charting.choice import chosen
from secondcoder.charting.codes.cooccurrence import cooccurrence
from secondcoder.charting.codes.rates import by_attribute, rates
from secondcoder.charting.codes.saturation import saturation
from secondcoder.charting.headline import main_findings
from secondcoder.charting.matrix import cells
from secondcoder.charting.model_tables import model_tables
from secondcoder.charting.notes import Cell, Note, notes_of
from secondcoder.charting.question import ChartQuestion
from secondcoder.charting.telling_passages import telling_passages
from secondcoder.domain.wording import listed
from secondcoder.errors import InputError, SecondcoderError
from secondcoder.labels.respondents import RespondentOptions, respondents
from secondcoder.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

BASIS = ("transcripts", "cases", "codes", "passages", "readings")
"""The tables that all others are made of."""


@dataclass(frozen=True)
class Findings:
    """What was found.

    Attributes:
        title: the study's.
        data: what it is made of, narrowed to what was asked for.
        tables: by name, those of `data` among them; each is a file. One that could not be made is lacking.
        refusals: name of a table that could not be made -> why.
        sentences: the main findings.
        notes: what researchers wrote of cells of the matrix, whatever its rows are.
        spoken: the language of the interviews.
    """

    title: str
    question: ChartQuestion
    data: ChartData
    tables: Mapping[str, pd.DataFrame]
    refusals: Mapping[str, str] = field(default_factory=dict)
    sentences: Sequence[str] = ()
    notes: Mapping[Cell, Note] = field(default_factory=dict)
    spoken: str = "en"

    @property
    def rows(self) -> list[str]:
        """The rows of the matrix, in order."""
        return self.data.row_names(self.question.rows)

    @cached_property
    def codes(self) -> Mapping[str, Any]:
        """Code -> its row of the table of codes, each column an attribute; in the codebook's order."""
        return {str(row.code): row for row in self.data.codes.itertuples(index=False)}

    @cached_property
    def passages(self) -> Mapping[int, Any]:
        """Number -> a passage that counts, each column an attribute."""
        table = self.data.counted
        return dict(zip(table["passage"].tolist(), table.itertuples(index=False), strict=True))

    def to_json(self) -> dict[str, Any]:
        """Sentences, tables (without the basis) as lists of rows, and refusals; None for what cannot be said."""
        made = {name: table for name, table in self.tables.items() if name not in BASIS}
        tables = {name: json.loads(table.to_json(orient="records")) for name, table in made.items()}
        return {"sentences": [*self.sentences], "tables": tables, "refusals": {**self.refusals}}


Tables = Mapping[str, "Callable[[], pd.DataFrame]"]
"""Name of a table -> what makes it."""


def findings(
    workspace: Workspace, question: ChartQuestion | None = None, of_the_model: Tables | None = None
) -> Findings:
    """Chart a study.

    Args:
        of_the_model: what makes the tables that are made last; by default `model_tables`.

    Raises:
        InputError: there is no such code, case or attribute. What cannot be said otherwise is a refusal.
    """
    made = _Charts(workspace, question or ChartQuestion())
    last = of_the_model
    if last is None:
        last = model_tables(workspace, made.asked, made.part, made.groups_of_transcripts())
    work = {**made.analyses(), **last}
    for done, (name, make) in enumerate(work.items()):
        workspace.progress("charting", done, len(work))
        made.add(name, make)
    workspace.progress("charting", len(work), len(work))
    sentences = [*main_findings(made.part, made.tables, made.refusals)]
    title = workspace.folder.resolve().name
    spoken = workspace.configuration.segments.language
    return Findings(title, made.asked, made.part, made.tables, made.refusals, sentences, made.notes, spoken)


class _Charts:
    """Tables as they are made, with the reasons of those that cannot be.

    Attributes:
        part: the study's data, narrowed to the codes and cases asked for.
    """

    def __init__(self, workspace: Workspace, asked: ChartQuestion) -> None:
        self.workspace, self.asked, self.notes = workspace, asked, notes_of(workspace.corpus)
        self.settings = workspace.configuration.charting
        self._named = asked.compare or self.settings.compare
        self.data = chart_data(workspace)
        self.codes = _with_sub_constructs(self.data, asked.codes)
        self.part = chosen(self.data, self.codes, asked.cases)
        self.tables = {name: getattr(self.part, name) for name in BASIS}
        self.refusals: dict[str, str] = {}
        if asked.compare:
            self._groups()  # a wrong name is a fault of the question, not of the study

    def analyses(self) -> Tables:
        """What makes each table, in the order of the report; later ones ask for earlier ones."""
        part, rows, settings = self.part, self.asked.rows, self.settings
        return {
            "cells": lambda: cells(part, rows, notes=self.notes),
            "quotes": lambda: telling_passages(self.data, rows, self.asked.quotes, self.codes, self.asked.cases),
            "rates": lambda: rates(part),
            "by_role": lambda: by_attribute(part, "role"),
            "by_wave": lambda: by_attribute(part, "wave"),
            "cooccurrence": lambda: cooccurrence(part),
            "saturation": lambda: saturation(part),
            "respondents": self._respondents,
            "integration": lambda: integration(self._all_constructs(), settings, self.notes),
            "profile": lambda: profile(self._all_constructs(), settings, stated_attribute(part, self._named)),
            "levels": lambda: self._levels[0],
            "level_evidence": lambda: self._levels[1],
            "factors": lambda: factors(part, settings),
            "factors_by_group": lambda: by_group(self["factors"], self._groups().of),
            "qca": lambda: crisp(self["factors"], self._outcome()),
            "qca_fuzzy": lambda: fuzzy(self["factors"], self._outcome()),
            "truth_table": lambda: truth_table(self["qca_fuzzy"]),
            "comparison": lambda: comparison(part, self._attribute()),
        }

    def add(self, name: str, make: Callable[[], pd.DataFrame]) -> None:
        """Make a table, or note why it cannot be."""
        try:
            self.tables[name] = make()
        except SecondcoderError as error:
            self.refusals[name] = str(error)

    def __getitem__(self, name: str) -> pd.DataFrame:
        """A table made before; InputError with its own reason where it could not be."""
        if name not in self.tables:
            raise InputError(self.refusals[name])
        table: pd.DataFrame = self.tables[name]
        return table

    def _respondents(self) -> pd.DataFrame:
        """A row a respondent, 1, 0 or missing a code, as `export --respondents` has it."""
        import pandas as pd

        settings = self.workspace.configuration
        options = RespondentOptions(
            self.asked.rows, roll_up=self.data.roll_up, interviewer=settings.segments.code_interviewer
        )
        made = respondents(self.workspace.corpus, self.workspace.codebook, options)
        charted = set(self.part.codes["code"])
        kept = [at for at, variable in enumerate(made.variables) if variable.kind != "code" or variable.word in charted]
        there = {*self.part.row_names(self.asked.rows), *self.part.transcripts["transcript"]}
        rows = [[row[at] for at in kept] for row in made.rows if row[0] in there]
        return pd.DataFrame(rows, columns=[made.variables[at].word for at in kept])

    @cached_property
    def _levels(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        return component_levels(self.part, self.settings.levels, self.notes, self.workspace.embedder.embed)

    def _attribute(self) -> str:
        """The attribute to compare by, perhaps with cuts of its numbers."""
        if self._named:
            return self._named
        cases_of(self.data)
        there = self.data.case_attributes
        has = f"Cases have {listed(there)}" if there else "No case has an attribute yet; a manifest gives them"
        raise InputError(
            f"It was not said by what to compare cases. {has}: `secondcoder chart --compare {there[0] if there else 'ATTRIBUTE'}`, or "
            "`compare` in [charting] of secondcoder.toml."
        )

    def _groups(self) -> CaseGroups:
        return case_groups(self.part, self._attribute())

    def groups_of_transcripts(self) -> dict[str, str] | None:
        """Transcript -> the group of its case; None where no groups are compared, or cannot be."""
        try:
            of = self._groups().of
        except InputError:
            return None
        talks = self.part.transcripts
        return dict(zip(talks["transcript"], talks["case"].map(of).fillna(""), strict=True))

    def _outcome(self) -> pd.Series[float]:
        return outcome_of(self.part.attribute(attribute_of(self.part, self._attribute())))

    def _all_constructs(self) -> ChartData:
        """The data, where all constructs are charted by which integration is judged."""
        known, charted = set(self.data.codes["code"]), set(self.part.codes["code"])
        if missing := [code for code in self.settings.constructs if code in known - charted]:
            raise InputError(
                f"Integration is judged by {listed(self.settings.constructs)}, and {listed(missing)} was not to be charted."
            )
        return self.part


def _with_sub_constructs(data: ChartData, codes: Sequence[str]) -> list[str]:
    """The codes, each with all below it."""
    if not codes:
        return []
    wanted = set(chosen(data, codes).codes["code"])
    for code, parent in zip(data.codes["code"], data.codes["parent"], strict=True):  # parents come first
        if parent in wanted:
            wanted.add(code)
    return sorted(wanted)
