"""The verbs of a study on its interviews: described anew, removed, forgotten with their participant, de-identified."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from secondcoder.study.change_lock import changes
from secondcoder.study.open_study import OpenStudy

if TYPE_CHECKING:
    from secondcoder.deidentification.key_file import Entry
    from secondcoder.deidentification.staff_list import Listed
    from secondcoder.study.deidentify.apply import Applied, KeyFile
    from secondcoder.study.deidentify.found_words import FoundWords
    from secondcoder.study.deidentify.measure import Measured
    from secondcoder.study.deidentify.review_sheet import Decided
    from secondcoder.study.deidentify.sample import Drawn
    from secondcoder.study.edit_transcript import Edited, TranscriptEdit
    from secondcoder.study.forget import Forgetting
    from secondcoder.study.remove_transcript import Removal


class TranscriptVerbs(OpenStudy):
    """Interviews: described anew, removed, forgotten with their participant, de-identified."""

    @changes("transcript edit")
    def transcript_edit(self, transcript: str, asked: TranscriptEdit) -> Edited:
        """Change the description of an imported transcript: its case, wave, participant, who interviews. Its text never changes.

        Raises:
            InputError: there is no such transcript or speaker, or nothing would change.
        """
        from secondcoder.study.edit_transcript import edit_transcript

        return edit_transcript(self.workspace(), transcript, asked)

    def transcript_remove(self, transcript: str, *, why: str = "", dry_run: bool = False) -> Removal:
        """Remove a transcript with all that rests on it; with `dry_run`, only say what would go.

        Raises:
            InputError: there is no such transcript. BusyError: a training is running.
        """
        from secondcoder.study.remove_transcript import carry_out, plan_removal

        if dry_run:
            return plan_removal(self.workspace(), transcript)
        with self.changing("transcript remove"), self.alone("transcript remove") as workspace:
            removal = plan_removal(workspace, transcript)
            carry_out(workspace, self.store, removal, why)
        return removal

    def forget(
        self, participant: str | None = None, transcripts: Sequence[str] = (), *, why: str = "", dry_run: bool = False
    ) -> Forgetting:
        """Remove all interviews of a participant, and what was learned, computed and noted from them; with `dry_run`, only say what
        would go.

        Raises:
            InputError: there is no such participant or transcript. BusyError: a training is running.
        """
        from secondcoder.study.forget import forget, plan_forgetting

        if dry_run:
            return plan_forgetting(self.workspace(), participant, transcripts)
        with self.changing("forget"), self.alone("forget") as workspace:
            plan = plan_forgetting(workspace, participant, transcripts)
            forget(workspace, self.store, plan, why)
        return plan

    def deidentify_find(self, listed: Sequence[Listed] = (), entries: Sequence[Entry] = ()) -> list[FoundWords]:
        """Words by which somebody could be known, with a pseudonym each, for a review sheet; nothing is changed.

        Args:
            listed: staff and places; entries: of the key of earlier runs, whose pseudonyms stay.

        Raises:
            InputError: there are no interviews, nothing is found in them, or the study was de-identified before and no key is given.
        """
        from secondcoder.study.deidentify.find import find_in_study

        return find_in_study(self.workspace(), listed, entries)

    def deidentify_apply(self, decided: Sequence[Decided], key: KeyFile, entries: Sequence[Entry] = ()) -> Applied:
        """Replace what a review sheet says, in everything the study holds, all or nothing; the key file is written first.

        Raises:
            InputError: the sheet was written for other texts, or replaces nothing. StudyError: a place would not quote what it quoted.
            BusyError: a training is running. Nothing was changed then.
        """
        from secondcoder.study.deidentify.find import apply_to_study

        with self.changing("deidentify"), self.alone("deidentify") as workspace:
            return apply_to_study(workspace, self.store, decided, key, entries, self.with_codebook)

    def deidentify_sample(self, path: str | Path, passages: int = 40) -> Drawn:
        """Write passages drawn at random, in which a researcher notes by hand what identifies somebody.

        Raises:
            InputError: there are no interviews.
        """
        from secondcoder.study.deidentify.sample import write_sample

        return write_sample(self.workspace(), Path(path), passages)

    @changes("deidentify --measure")
    def deidentify_measure(self, path: str | Path, listed: Sequence[Listed] = ()) -> Measured:
        """Recall and precision of what is found, on a sample that was noted; the audit trail keeps the figures.

        Raises:
            TableError: rows that were changed, or note what does not stand in the passage. InputError: no row was read.
        """
        from secondcoder.study.deidentify.measure import measure_in_study

        return measure_in_study(self.workspace(), Path(path), listed)
