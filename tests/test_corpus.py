"""One snapshot a command: each table is read once, and a decision that lands meanwhile is in all of it or in none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from secondcoder.review.session import ReviewSession
from secondcoder.store import Store, Writer
from secondcoder.study.study import Study
from sqlalchemy import event
from support.review_checks import LINES, fill, suggestion, talk, word

READ = re.compile(r"\bFROM (\w+)")
PARTS = ("events", "suggestions")


@contextmanager
def before_each_statement(study: Study, act: Callable[[str, tuple], None]) -> Iterator[None]:
    """`act` is called with every statement that the study's own store runs, and its parameters, before it runs."""

    def listen(_connection, _cursor, statement, parameters, *_rest) -> None:
        act(statement, parameters)

    engine = study.store._engine
    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", listen)


@contextmanager
def reads(study: Study) -> Iterator[Counter[str]]:
    """How often each table is read outside transactions that write, whose own reads belong to the writing.

    The audit trail is read kind by kind, and the suggestions version by version: each of these counts as a table.
    """
    counts: Counter[str] = Counter()
    store, writes = study.store, []

    @contextmanager
    def transaction(who: str) -> Iterator[Writer]:
        with Store.transaction(store, who) as write:
            writes.append(who)
            yield write
        writes.pop()

    def count(statement: str, parameters: tuple) -> None:
        if not writes and not re.search(r"\b(min|max)\(", statement):  # where the trail ends is looked up, not read
            for table in READ.findall(statement):
                parts = [part for part in parameters if isinstance(part, str)] if table in PARTS else []
                counts.update(f"{table}: {part}" for part in parts) if parts else counts.update([table])

    with pytest.MonkeyPatch.context() as patch, before_each_statement(study, count):
        patch.setattr(store, "transaction", transaction)
        yield counts


def passages(study: Study) -> None:
    """Every passage of a code."""
    study.passages("CO", suggested=True)


def export(study: Study) -> None:
    """All codings in a table."""
    study.export(study.folder / "codings.csv")


@pytest.mark.parametrize(
    "verb",
    [
        *(Study.train, Study.code, Study.doubts, Study.status, Study.evaluate, Study.agree),
        *(Study.code_counts, Study.chart, Study.check_audit, passages, export),
    ],
    ids=lambda verb: verb.__name__,
)
def test_a_verb_reads_each_table_once(trained_study: Study, quick_training, verb) -> None:
    """The exceptions: `export --methods`, and `check` with `--audit`, verify the trail after their own reading, and that reads the
    cells as they are, whatever somebody made of them. A cell that was edited past secondcoder could not become a record."""
    with reads(trained_study) as counts:
        verb(trained_study)
    assert counts["codings"] == 1
    assert {table: n for table, n in counts.items() if n > 1} == {}


def test_the_count_would_see_a_second_read(trained_study: Study) -> None:
    with reads(trained_study) as counts:
        trained_study.status()
        assert trained_study.codebook
    assert counts["codings"] == 2


def test_a_decision_at_every_moment_of_a_training_is_never_half_seen(empty_study: Study) -> None:
    """A reviewer says "CO holds here" and "nothing else does": the second seen without the first would make a no of CO."""
    interviews = [talk(f"t{number}") for number in range(4)]
    fill(empty_study, interviews, [suggestion(interview, 0, "CA") for interview in interviews])
    session = ReviewSession(Study(empty_study.folder))
    passages = iter([(interview.id, at) for interview in interviews for at in range(1, len(LINES))])
    with reads(empty_study) as counts:
        empty_study.workspace()
    outcomes = Counter(learned(empty_study, session, moment, *next(passages)) for moment in range(counts.total()))
    assert outcomes.keys() == {"before", "after"}


def learned(study: Study, session: ReviewSession, moment: int, interview: str, at: int) -> str:
    """How a training sees a coder's words on a passage, said when the training has run `moment` statements."""
    left = moment

    def decide(*_statement: object) -> None:
        nonlocal left
        left -= 1
        if left == -1:
            session.decide("ada", word(session, at, "add", interview, code="CO"))
            session.decide("ada", word(session, at, "looked", interview))

    with before_each_statement(study, decide):
        workspace = study.workspace()
        data = workspace.training_data(workspace.corpus.transcripts)
    if left >= 0:
        pytest.fail("the training ended before the decision")
    place = session.passage(word(session, at, "looked", interview).passage).segment.place
    row = [segment.place for segment in data.segments].index(place)
    column = data.labels.codes.index("CO")
    if not data.labels.known[row, column]:
        return "before"
    return "after" if data.labels.y[row, column] else "a no"
