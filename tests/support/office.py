"""Everybody at work on one study: two coders and who settles, at one server; and beside it the command line in another window."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

from secondcoder.codebook.history import visible
from secondcoder.codebook.present import key_of
from secondcoder.domain.grouping import group_by
from secondcoder.domain.records import Coding, Origin
from secondcoder.domain.spans import covers
from secondcoder.labels.decisions import codings_and_passes
from secondcoder.labels.passage_state import passage_state
from secondcoder.review.app import make_app
from secondcoder.review.security import LoginLinks
from secondcoder.review.session import ReviewSession
from secondcoder.study.study import Study
from secondcoder.workspace import Workspace

from support.client import Client
from support.review_checks import settings, suggestion, talk
from support.study_checks import dump

CODERS = ("ada", "ben")
BOTH = "consensus"
MARKS = itertools.count(1)
PAGE = {"X-Asked-By": "page"}
SUGGESTED = ((0, "CO", 0.8), (0, "CP", 0.4), (1, "CA", 0.55), (3, "RM", 0.9))
MODEL = "m0001"


class Office:
    """A study open in one server. Interviews t1 and t2 have suggestions, t3 has none.

    Attributes:
        outside: the same study as another process has it open.
    """

    def __init__(self, study: Study, blind: float = 0.0) -> None:
        self.study, self.outside = study, Study(study.folder)
        with study.store.transaction("test") as write:
            write.add_codebook(study.codebook)
            write.add_model(MODEL, None, {})
        for name in ("t1", "t2", "t3"):
            self.bring(name)
        settings(study, blind=blind)
        logins, review = LoginLinks(), ReviewSession(study)
        self.app = make_app(review, logins, frozenset({"testserver"}))
        self.clients = {name: Client(review, logins, name, app=self.app) for name in CODERS}
        self.clients[BOTH] = Client(review, logins, BOTH, adjudicates=True, app=self.app)

    def bring(self, name: str) -> None:
        """Import an interview and let the model suggest on it, unless it is t3."""
        transcript = talk(name)
        with self.outside.store.transaction("test") as write:
            write.add_transcripts([transcript])
            if name != "t3":
                marks = [suggestion(transcript, *each) for each in SUGGESTED]
                write.replace_suggestions(MODEL, [name], marks)

    def close(self) -> None:
        self.outside.close()
        for client in self.clients.values():
            client.http.close()

    def send(self, who: str, url: str, **fields: object) -> Any:
        """An answer that is a page, a step on, or a refusal in words; never a fault of the program."""
        answer = self.clients[who].post(url, headers=PAGE, **fields)
        assert answer.status_code in (200, 303, 404, 409), (url, fields, answer.status_code, answer.text[:2000])
        return answer

    def look(self, who: str, url: str) -> str:
        """A page, or why it is not there."""
        answer = self.clients[who].http.get(url)
        assert answer.status_code in (200, 303, 404, 409), (url, answer.status_code, answer.text[:2000])
        return str(answer.text)

    def code(self, who: str, name: str, action: str, **fields: object) -> Any:
        return self.send(who, f"/code/{name}", action=action, **fields)

    def decide(self, who: str, verdict: str, name: str, at: int, **fields: object) -> Any:
        start, end = talk(name).turns[2 * at + 1].span
        mark = f"r{next(MARKS)}"
        return self.send(who, "/decide", verdict=verdict, passage=f"{start}-{end}-{name}", request=mark, **fields)

    def keys(self, who: str, name: str, what: str = "edit") -> list[str]:
        """The keys of the coder's own codings on an interview's page, as its links have them."""
        return sorted(set(re.findall(rf"{what}=([0-9a-f]{{16}})", self.look(who, f"/code/{name}"))))

    def rows(self, *tables: str) -> dict[str, list[tuple[Any, ...]]]:
        everything = dump(self.study.folder)
        return {table: everything[table] for table in tables}

    def marks(self, but: str = "") -> list[tuple[Any, ...]]:
        """Codings and passes of all coders but one, as they stand in the store."""
        found = self.rows("codings", "coding_passes")
        return [row[1:] for rows in found.values() for row in rows if but not in row or not but]


def unlooked(study: Study) -> list[Coding]:
    """Independent codings that came of no decision and whose own coder did not look there for their code.

    Those of a retired code are left out: nothing reads them any more, nor the looks beside them.
    """
    corpus = study.corpus
    missing = []
    for coding, made in corpus.imported_as_made:
        retired = not visible(corpus.history.code_now(coding.code, made).codes)
        if coding.origin is not Origin.INDEPENDENT or retired:
            continue
        own = [
            look.span
            for look, after in corpus.passes_as_made
            if (look.transcript, look.coder, after) == (coding.transcript, coding.coder, made)
            and coding.code in look.codes
        ]
        if not covers(own, [coding.span], corpus.by_id[coding.transcript].text):
            missing.append(coding)
    return missing


def unfollowed(study: Study) -> list[Coding]:
    """Codings that decisions in effect give and that are not there."""
    corpus, book = study.corpus, study.codebook
    by_passage = group_by(corpus.decisions_as_made, lambda decision: (decision.coder, decision.place))
    there = {(key_of(coding), made) for coding, made in corpus.codings_as_made}
    return [
        coding
        for decisions in by_passage.values()
        for coding, by in codings_and_passes(passage_state(decisions, corpus.history), book.ids, corpus.history)[0]
        if (key_of(coding), by.after_change) not in there
    ]


def labels_of(workspace: Workspace) -> tuple[Any, ...]:
    """The label matrix of everything that was said, with its mask."""
    data = workspace.training_data(workspace.corpus.transcripts)
    return data.labels.y.tolist(), data.labels.known.tolist(), [segment.place for segment in data.segments]


def carried_over(study: Study, new: Study, table: Path) -> Study:
    """What is exported of a study, imported into a new one."""
    study.export(table)
    with new.with_codebook(study.codebook), new.store.transaction("test") as write:
        write.add_codebook(study.codebook)
        write.put_cases(study.corpus.cases)
        write.add_transcripts(study.corpus.transcripts)
    if study.corpus.codings or study.corpus.passes:
        new.import_files([table])
    return new
