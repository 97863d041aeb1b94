"""What the pages of a running application share: the open review, who is logged in, training in the background, the templates."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import RLock
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from secondcoder.domain.shown import visible
from secondcoder.domain.times import clock, iso_duration, time_at
from secondcoder.domain.wording import counted
from secondcoder.learning.assessment.purposes import purpose_of
from secondcoder.review import wording
from secondcoder.review.adjudication import Adjudication, adjudication_of
from secondcoder.review.code_colours import stripes
from secondcoder.review.retrain_job import Outcome
from secondcoder.review.retrain_runner import RetrainRunner
from secondcoder.review.security import LoginLinks, Session
from secondcoder.review.session import ReviewSession


@dataclass
class AppState:
    """What the handlers share; `hosts` is what the Host header may read."""

    review: ReviewSession
    logins: LoginLinks
    hosts: frozenset[str]
    runner: RetrainRunner
    templates: Environment = field(init=False)
    adjudication: Adjudication = field(init=False)
    kept_margins: dict[Hashable, str] = field(init=False)
    kept_charts: dict[tuple[str, bool], tuple[int, Any]] = field(init=False)
    """Coder, and whether they adjudicate -> the event up to which their charts' tables were made, and these (`charts.seen_chart`)."""
    saved_notes: dict[tuple[str, Hashable], Any] = field(default_factory=dict, init=False)
    """Coder and cell of a chart -> what they saved there last (`charts.notes`)."""
    recordings: Mapping[str, Path] = field(default_factory=dict)
    """The file of each interview that has one."""
    demonstration: Path | None = None
    """The summary of the demonstration, where the study is one."""
    taken: Outcome | None = None
    """The training whose outcome the pages show."""
    _lock: RLock = field(default_factory=RLock, init=False)

    def __post_init__(self) -> None:
        self._show(self.review)

    def reopen(self) -> None:
        """Open the same study again: its codebook and the suggestions of the model in use now, for everybody."""
        with self._lock:
            self.taken = self.runner.job.outcome if self.runner.job else None
            self._show(ReviewSession(self.review.study, self.review.all_blind, self.review))

    def keep_up(self) -> None:
        """Open it again where interviews or codes are others by now, as by a command in another window."""
        if self.review.is_out_of_date:
            with self._lock:  # of many requests one opens it
                if self.review.is_out_of_date:
                    self.reopen()

    def _show(self, review: ReviewSession) -> None:
        self.review, self.kept_margins, self.kept_charts = review, {}, {}
        self.templates, self.adjudication = _environment(review, self.recordings), adjudication_of(review)
        self.templates.globals["is_demonstration"] = self.demonstration is not None

    @classmethod
    def without_server(cls, review: ReviewSession) -> AppState:
        """For what is rendered outside a server: nobody can log in."""
        return cls(review, LoginLinks(), frozenset(), RetrainRunner(review.study.folder))

    def page(self, name: str, session: Session | None, status: int = 200, **context: Any) -> HTMLResponse:
        """A template as a response."""
        return HTMLResponse(self.render(name, session, **context), status)

    def render(self, name: str, session: Session | None, **context: Any) -> str:
        """A template as text."""
        return self.templates.get_template(name).render(session=session, **context)


OF_THE_PAGES = ("", "en", "xx")
"""Languages of talk that need no mark: English, and spaCy's name for several at once."""
Handler = Callable[[AppState, Session, Request, dict[str, str]], Response]
"""A page: the application, who asks, the request, and the fields of its form."""


def _environment(review: ReviewSession, recordings: Mapping[str, Path]) -> Environment:
    # StrictUndefined: a name that a template misspells is an error, and not an empty place on the page.
    environment = Environment(
        loader=PackageLoader("secondcoder.review"),
        autoescape=True,  # Jinja's default is off, and a transcript may hold markup
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        clock=clock,
        iso_duration=iso_duration,
        plain=visible,
        participle=wording.participle,
        described=wording.described,
        duration=wording.duration,
    )
    environment.globals.update(
        book=review.book,
        recordings=recordings,
        in_review=bool(review.interviews),
        new_codes=review.study.configuration.review.new_codes,
        stripes=stripes(review.book),
        family_names={family.id: family.name for family in review.book.families},
        study_name=review.study.folder.resolve().name,
        likelihood=wording.beside_suggestion,
        valence_hint=wording.valence_hint,
        meaning=partial(wording.probability_meaning, purpose=purpose_of(review.workspace.manifest)),
        counted=counted,
        time_at=time_at,
        **_languages(review),
    )
    return environment


def _languages(review: ReviewSession) -> dict[str, Markup]:
    """Attributes that say in which language the talk and the codebook are, where it is not that of the pages."""
    talk, book = (
        Markup() if named in OF_THE_PAGES else Markup(' lang="{}"').format(named)
        for named in (review.study.configuration.segments.language, review.book.language)
    )
    return {"spoken": Markup('dir="auto"') + talk, "talk_lang": talk, "book_lang": book}
