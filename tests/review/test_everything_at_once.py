"""Random days of work on one study, by browser, sheet and command line: what must hold after each step, and at the end."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from secondcoder.codebook.plan import NamedSteps
from secondcoder.codebook.yaml_file import dump_codebook
from secondcoder.errors import InputError
from secondcoder.exchange.importing import ImportOptions
from secondcoder.study.edit_transcript import TranscriptEdit
from secondcoder.study.study import Study
from support.change_checks import with_ids
from support.office import BOTH, CODERS, Office, carried_over, labels_of, unfollowed, unlooked
from support.review_checks import talk
from support.sheet_checks import fill
from support.study_checks import write_csv

who = st.sampled_from(CODERS)
name = st.sampled_from(["t1", "t2", "t3"])
at = st.integers(0, 5)
spot = st.integers(0, 30)
PHASES = [Phase.explicit, Phase.generate]
"""No shrinking: a day takes seconds."""
CODES = ("CO", "CA", "RM", "F1", "N0", "N1", "S1", "S2")


class Work(RuleBasedStateMachine):
    """A study in the hands of two coders, of who settles, and of somebody at the command line."""

    empty: ClassVar[Path]

    @initialize(blind=st.sampled_from([0.0, 1.0]))
    def begin(self, blind: float) -> None:
        self.folder = Path(tempfile.mkdtemp())
        shutil.copytree(self.empty, self.folder / "study")
        self.study = Study(self.folder / "study")
        self.office, self.names = Office(self.study, blind), 0
        for coder, code, at in (("ada", "CO", 0), ("ada", "CA", 2), ("ben", "CO", 1)):
            self.code(coder, "t3", at, 0, 40, code)
        self.decided = self.office.rows("decisions")["decisions"]

    def teardown(self) -> None:
        if hasattr(self, "office"):
            if sys.exc_info()[0] is None:  # else a step failed already
                self.at_the_end()
            self.office.close()
            self.study.close()
            shutil.rmtree(self.folder)

    # -- two coders -----------------------------------------------------------------------------------------------------

    @rule(who=who, name=name, at=at, spot=spot, more=st.integers(1, 40), code=st.sampled_from(CODES))
    def code(self, who: str, name: str, at: int, spot: int, more: int, code: str) -> None:
        turn = talk(name).turns[2 * at + 1]
        start = min(turn.start + spot, turn.end - 1)
        self.alone(who, lambda: self.office.code(who, name, "code", code=code, start=start, end=start + more))

    @rule(who=who, name=name, pick=spot, code=st.sampled_from(["", *CODES]), valence=st.sampled_from(["", "mixed"]))
    def change(self, who: str, name: str, pick: int, code: str, valence: str) -> None:
        if keys := self.office.keys(who, name):
            fields = {"key": keys[pick % len(keys)], "code": code, "valence": valence, "memo": "m"}
            self.alone(who, lambda: self.office.code(who, name, "change", **fields))

    @rule(who=who, name=name, pick=spot)
    def remove(self, who: str, name: str, pick: int) -> None:
        if keys := self.office.keys(who, name):
            self.alone(who, lambda: self.office.code(who, name, "remove", key=keys[pick % len(keys)]))

    @rule(
        who=who, name=name, first=st.integers(1, 12), more=st.integers(0, 12), codes=st.sampled_from([(), ("CO", "CA")])
    )
    def read(self, who: str, name: str, first: int, more: int, codes: tuple[str, ...]) -> None:
        part = {"part": "some", "from": first, "to": min(first + more, 12)} if more else {}
        which = {"which": "some", "holds": codes} if codes else {}
        self.alone(who, lambda: self.office.code(who, name, "read", **part, **which))

    @rule(who=who, name=name, pick=spot)
    def unread(self, who: str, name: str, pick: int) -> None:
        page = self.office.look(who, f"/code/{name}")
        if keys := re.findall(r'value="unread"><input type="hidden" name="key" value="(\w+)"', page):
            self.alone(who, lambda: self.office.code(who, name, "unread", key=keys[pick % len(keys)]))

    @rule(who=who, name=name)
    def undo(self, who: str, name: str) -> None:
        self.alone(who, lambda: self.office.code(who, name, "undo"))

    @rule(
        who=who, name=name, at=at, verdict=st.sampled_from(["all", "none", "looked", "undo", "add", "accept", "reject", "remove"]),
        code=st.sampled_from(CODES),
    )  # fmt: skip
    def decide(self, who: str, name: str, at: int, verdict: str, code: str) -> None:
        fields: dict[str, Any] = {f"row {each}": "1" for each in ("CO", "CP", "CA", "RM")}
        fields |= {"suggested": code} if verdict in ("accept", "reject") else {"code": code}
        self.alone(who, lambda: self.office.decide(who, verdict, name, at, **fields))

    @rule(name=name, pick=spot, keeps=st.booleans())
    def settle(self, name: str, pick: int, keeps: bool) -> None:
        page = self.office.look(BOTH, "/adjudicate")
        passage = re.search(r'name="passage" value="([^"]+)"', page)
        codes = re.findall(r'name="holds" value="(\w+)"', page)
        if passage:
            valences = {f"valence:{code}": "none" for code in codes}
            holds = {"holds": codes} if keeps else {}
            self.alone(
                BOTH,
                lambda: self.office.send(
                    BOTH, "/adjudicate", passage=passage[1], request=f"s{self.next()}", **holds, **valences
                ),
            )

    @rule()
    def unsettle(self) -> None:
        self.alone(BOTH, lambda: self.office.send(BOTH, "/adjudicate", verdict="undo", request=f"s{self.next()}"))

    # -- codes ----------------------------------------------------------------------------------------------------------

    @rule(who=who, code=st.sampled_from(CODES), to=st.sampled_from(CODES), pick=spot)
    def recode(self, who: str, code: str, to: str, pick: int) -> None:
        page = self.office.look(who, f"/codes/{code}")
        if keys := re.findall(r'form="recode" name="holds" value="(\w+)"', page):
            chosen = keys[pick % len(keys) :]
            self.alone(
                who,
                lambda: self.office.send(
                    who, "/recode", holds=chosen, code=code, to=to, sure="yes", request=f"c{self.next()}"
                ),
            )

    @rule(who=who, code=st.sampled_from(CODES), dealt=st.booleans())
    def split(self, who: str, code: str, dealt: bool) -> None:
        number = self.next()
        if number > 40:
            return
        ids = {"id0": f"S{number}", "id1": f"T{number}"}
        query = "&".join(f"{field}={value}" for field, value in ids.items())
        page = self.office.look(who, f"/split?code={code}&{query}")
        keys = re.findall(r'name="holds" value="(\w+ \w+)"', page)[:1] if dealt else []
        self.office.send(who, "/split", code=code, holds=keys, **ids)

    @rule(who=who)
    def newcode(self, who: str) -> None:
        self.office.code(who, "t1", "newcode", id=f"N{self.next() % 4}")

    @rule(code=st.sampled_from(CODES), new=st.booleans())
    def codebook(self, code: str, new: bool) -> None:
        book = self.office.outside.codebook
        if code in book and len(book.codes) > 4:
            to = f"R{self.next()}" if new else None
            path = self.folder / "book.yml"
            path.write_text(dump_codebook(with_ids(book, {code: to})), encoding="utf-8")
            steps = NamedSteps(rename={code: to}) if to else NamedSteps(retire=(code,))
            study = self.office.outside
            study.codebook_change(study.codebook_plan(path, steps), path)

    # -- the command line -----------------------------------------------------------------------------------------------

    @rule(name=name, interviewer=st.sampled_from(["I", "R", "none"]), case=st.sampled_from([None, "ash"]))
    def edit(self, name: str, interviewer: str, case: str | None) -> None:
        with suppress(InputError):
            self.office.outside.transcript_edit(name, TranscriptEdit(case=case, interviewer=(interviewer,)))

    @rule(name=name)
    def take_out(self, name: str) -> None:
        if name in self.office.outside.corpus.by_id:
            self.office.outside.transcript_remove(name)
            self.decided = [row for row in self.decided if name not in row]

    @rule(name=name)
    def bring(self, name: str) -> None:
        if name not in self.office.outside.corpus.by_id:
            self.office.bring(name)

    @rule(who=who, name=name, at=at, code=st.sampled_from(CODES), read=st.sampled_from(["", "whole"]))
    def replace(self, who: str, name: str, at: int, code: str, read: str) -> None:
        there = self.office.outside.corpus.by_id
        if name in there and code in self.office.outside.codebook:
            turn = there[name].turns[2 * at + 1]
            row = {
                "transcript": name,
                "start": turn.start,
                "end": turn.end,
                "text": "",
                "codes": code,
                "coder": who,
                "read": read,
            }
            table = write_csv(self.folder / "mended.csv", [row])
            self.alone(who, lambda: self.office.outside.import_files([table], ImportOptions(replace=True)))

    @rule(who=who, name=name, at=at, code=st.sampled_from(CODES))
    def sheet(self, who: str, name: str, at: int, code: str) -> None:
        study = self.office.outside
        if name in study.corpus.by_id and code in study.codebook:
            sheet = self.folder / "sheet.csv"
            study.write_coding_sheet(sheet, [name], who)
            rows = iter(range(99))
            fill(sheet, lambda row: {"code 1": code} if next(rows) == at and not row["code 1"] else {})
            with suppress(InputError):
                self.alone(who, lambda: study.import_files([sheet]))

    @rule(
        who=who,
        url=st.sampled_from(
            [
                "/",
                "/queue",
                "/transcript/t1",
                "/codes",
                "/codes/CO",
                "/summary",
                "/passages.docx?code=CO",
                "/codes/others",
            ]
        ),
    )
    def look(self, who: str, url: str) -> None:
        if url == "/codes/others":
            self.office.send(who, url)
        else:
            self.office.look(who, url)

    # -- what must hold -------------------------------------------------------------------------------------------------

    def next(self) -> int:
        self.names += 1
        return self.names

    def alone(self, coder: str, act: Any) -> None:
        """An act of one coder changes nothing of another."""
        before = self.office.marks(but=coder)
        act()
        assert self.office.marks(but=coder) == before

    @invariant()
    def the_trail_is_whole(self) -> None:
        if hasattr(self, "study"):
            assert self.study.check_audit().faults == ()

    @invariant()
    def decisions_are_only_added(self) -> None:
        if hasattr(self, "study"):
            now = self.office.rows("decisions")["decisions"]
            assert {*self.decided} <= {*now}
            self.decided = now

    @invariant()
    def whoever_gave_a_code_looked(self) -> None:
        if hasattr(self, "study"):
            assert unlooked(self.study) == []

    @invariant()
    def what_was_decided_is_there(self) -> None:
        if hasattr(self, "study"):
            assert unfollowed(self.study) == []

    def at_the_end(self) -> None:
        """What is exported and imported into a new study teaches the same."""
        shutil.copytree(self.empty, self.folder / "new")
        new = Study(self.folder / "new")
        carried_over(self.study, new, self.folder / "all.csv")
        assert labels_of(new.workspace()) == labels_of(self.study.workspace())
        new.close()


def run(empty: Path, examples: int, steps: int) -> None:
    Work.empty = empty
    quick = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=[*HealthCheck],
        phases=PHASES,
    )
    run_state_machine_as_test(Work, settings=quick)


def test_a_few_short_days(empty_study: Study) -> None:
    run(empty_study.folder, 4, 12)


@pytest.mark.slow
def test_many_long_days(empty_study: Study) -> None:
    run(empty_study.folder, 12, 40)
