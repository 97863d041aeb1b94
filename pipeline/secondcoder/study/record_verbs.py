"""The verbs of a study on its own records: the audit trail, the methods section, checklists, the ethics pack, the offline
statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from secondcoder.study.open_study import OpenStudy

if TYPE_CHECKING:
    import pandas as pd

    from secondcoder.audit import Audit
    from secondcoder.audit.ethics.pack import EthicsPack
    from secondcoder.network.offline_proof import Statement


class RecordVerbs(OpenStudy):
    """Records: the audit trail, the methods section and checklists, what an ethics committee asks for."""

    def export_audit(self) -> pd.DataFrame:
        """The audit trail as a table, oldest first, one row an event or, of events on many passages, a row a passage.

        Columns: event (its number, which several rows may share), at (UTC, ISO 8601), who, what, version (the model's for suggestions
        and decisions on them, else the codebook's), transcript, start, end (Int64), code, detail (the rest, JSON), hash (the event's).
        """
        from secondcoder.audit.table import trail_table

        return trail_table(self.store)

    def check_audit(self, noted: str | None = None) -> Audit:
        """Verify the audit trail: recompute every hash and compare the tables.

        Args:
            noted: the head of the trail (or its first characters) as somebody noted it earlier; its event must be in the trail.

        Raises:
            InputError: `noted` is too short, or no hash.
        """
        from secondcoder.audit.verify import verify

        return verify(self.store, noted)

    def export_methods(self) -> str:
        """A methods section for a paper, as Markdown, from the study's records."""
        from secondcoder.audit.methods.section import methods_section

        return methods_section(self.workspace(), self.check_audit())

    def export_checklists(self) -> str:
        """COREQ, SRQR and GUIDE-LLM filled in from the study's records, as Markdown."""
        from secondcoder.audit.methods.filled_checklists import filled_checklists

        return filled_checklists(self.workspace(), self.check_audit())

    def export_ethics(self) -> EthicsPack:
        """What an ethics committee and a data-protection officer ask for, from the study's records, files and settings."""
        from secondcoder.audit.ethics.pack import ethics_pack
        from secondcoder.network.offline_proof import read_statement

        return ethics_pack(self.workspace(), self.check_audit(), read_statement(self.folder))

    def keep_offline_proof(self, statement: Statement) -> None:
        """Keep the statement of a run without network (`network.offline_proof.run_offline`), and its hash in the audit trail.

        Raises:
            InputError: a file of that name is a study's own. StudyError: its files cannot be written.
        """
        from secondcoder.network.offline_proof import as_files
        from secondcoder.reports.whole_file import write_whole

        for name, text in as_files(statement).items():
            write_whole(self.folder / name, text.encode())
        with self.transaction() as write:
            write.log("run without network", sha256=statement["sha256"], secondcoder=statement["secondcoder"])
