"""The card's section on valence."""

from __future__ import annotations

from secondcoder.learning.assessment.valence_figures import ValenceAssessment, valence_in_words
from secondcoder.reports.page import Section, Table


def valence_section(valence: ValenceAssessment) -> Section:
    """How well the valence of a code is told, and what each is taken for."""
    parts: list[str | Table] = [*valence_in_words(valence.to_json())]
    if valence.figures is not None:
        head = ("people said", *(f"likeliest: {word}" for word in valence.learned))
        counts = [[f"{n:.0f}" for n in row] for row in valence.figures.table]
        rows = [(word, *row) for word, row in zip(valence.learned, counts, strict=True)]
        parts.append(Table("Valences that people gave, and the likeliest by the model, out of fold", head, rows))
    return Section("Valence: promotes, inhibits or mixed", parts)
