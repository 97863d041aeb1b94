"""What `of_lists` and `of_tables` return: the figures, and how they are shown."""

from __future__ import annotations

from dataclasses import dataclass

from secondcoder.agreement.report.ratings_figures import RatingsFigures
from secondcoder.agreement.report.ratings_page import figure, in_notebook, page


@dataclass(frozen=True, slots=True)
class RatingsReport(RatingsFigures):
    """Agreement on plain units, with a figure and a page; a notebook shows its sentences.

    `kappa` and `alpha` are the main figures, `summary` says them in words, `table()` has them all, `notes` is to be read first.
    """

    def figure(self) -> str:
        """Kappa (of more than two coders alpha) code by code with its interval, as one SVG element."""
        return figure(self)

    def to_html(self) -> str:
        """The report as one page that needs nothing outside itself."""
        return page(self)

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        return in_notebook(self)
