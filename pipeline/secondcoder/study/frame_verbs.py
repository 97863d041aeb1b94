"""The verbs of a study for pandas: data frames in, by the rules of files, and out, tidy."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from secondcoder.study.exchange_verbs import ExchangeVerbs

if TYPE_CHECKING:
    import pandas as pd

    from secondcoder.exchange.importing import ImportOptions, ImportResult
    from secondcoder.study.plain_records import ListedVersion


class FrameVerbs(ExchangeVerbs):
    """Data frames: interviews and codes in, by the rules of files; everything that the study holds out."""

    def import_table(
        self, frame: pd.DataFrame, given: ImportOptions | None = None, *, name: str = "table"
    ) -> ImportResult:
        """Import a coded table from a data frame, by the very rules of a file of it, all or nothing.

        A row is a unit of a transcript (columns transcript, text, code or codes; speaker, order, case, coder and more where there
        are), or marks a span of one that the study has (transcript, start, end, codes). Cells with several codes divide them by
        `|`, or hold a list. An index with a name counts as a column; missing values are empty cells.

        Args:
            frame: what `export_table` and `codings` give can come back.
            given: as for `import_files`: coder, add_codes, replace, read_whole, dry_run and more.
            name: what messages and the audit trail call the table.

        Raises:
            InputError: every row that cannot be used ("row 3" is the third); nothing was imported. Its kind TableError where a column
                is missing.
        """
        from secondcoder.study.frames_in import as_coded_table

        with as_coded_table(frame, name) as path:
            return self.import_files([path], given)

    def import_transcripts(
        self, frame: pd.DataFrame, given: ImportOptions | None = None, *, name: str = "table"
    ) -> ImportResult:
        """Import interviews from a data frame, a row each, by the rules of a folder of text files with a manifest, all or none.

        Columns: transcript (its name), text (all of it: "Label: what is said", a line a turn); where there are, case, participant,
        role, wave, interviewer and speakers (labels, several divided by `|`), and `case_NAME` for attributes of cases. Others are
        ignored, so that what `transcripts` gives can come back.

        Args:
            given: as for `import_files`: interviewer, speakers, same_interview, dry_run and more.
            name: what messages call the table.

        Raises:
            InputError: every row or text that cannot be used; nothing was imported. Its kind TableError where a column is missing.
        """
        from secondcoder.study.frames_in import as_transcripts

        with as_transcripts(frame, name) as folder:
            return self.import_files([folder], given)

    def export_table(self, as_made: bool = False) -> pd.DataFrame:
        """All human codings and coding passes as `export` writes them to a table; `import_table` takes them back without loss.

        Columns: `exchange.tables.coded_table_out.COLUMNS`: transcript, start, end, text, codes, coder, valence, origin, looked_for,
        memo, and time where transcripts have times. A row with empty codes is a pass: what was looked for there, in `looked_for`,
        nothing for all codes.

        Args:
            as_made: in the codes as they were given, and not in the present ones.
        """
        from secondcoder.exchange.exporting import coded_data
        from secondcoder.exchange.tables.coded_table_out import coded_table

        workspace = self.workspace()
        return coded_table(coded_data(workspace.corpus, as_made), workspace.codebook)

    def transcripts(self) -> pd.DataFrame:
        """The interviews, ordered by name.

        Columns: transcript, case, participant, role, wave, interviewer, speakers (labels, several divided by `|`; "none" where there
        are none), source (file), format (string), turns, words (of everybody; Int64), coders (who looked at any of it, divided by
        `|`), text (string), and `case_NAME` for each attribute of cases (string).
        """
        from secondcoder.study.frames import transcripts_frame

        return transcripts_frame(self.corpus)

    def turns(self) -> pd.DataFrame:
        """Who says what, by transcript and place.

        Columns: transcript (string), turn (from 0), start, end (Int64), speaker, role ("interviewer", "participant" or missing;
        string), time_start, time_end (seconds; Float64), text (string).
        """
        from secondcoder.study.frames import turns_frame

        return turns_frame(self.corpus)

    def codings(self) -> pd.DataFrame:
        """What people coded, in the present codes, by transcript, place, code and coder.

        Columns: transcript, case, participant, role, wave (string), start, end (Int64), text, code, code_name, coder, origin
        ("independent", "reviewed" or "adjudicated"), valence, memo (string). For what was looked at without a code see
        `coding_passes`.
        """
        from secondcoder.study.frames import codings_frame

        return codings_frame(self.workspace())

    def coding_passes(self) -> pd.DataFrame:
        """Where people looked, and for which codes: there silence means that they found nothing, elsewhere it means nothing.

        Columns: transcript, coder (string), start, end (Int64), origin, codes (divided by `|`; string). By transcript, place and
            coder.
        """
        from secondcoder.study.frames import passes_frame

        return passes_frame(self.corpus)

    def suggestions(self, version: str | None = None) -> pd.DataFrame:
        """What a model version suggested and the study keeps, decided on or not, by transcript and place, the likeliest code first.

        Columns: transcript, case, participant, role, wave (string), segment, start, end (Int64), speaker, question, text, code,
        code_name (string), probability (missing where the code is only ranked), rank_score, threshold (Float64), kind, model,
        carrying, nearest_1, nearest_2, nearest_3, valence (string), valence_probability (Float64), alternative, time (string). No
        rows where there is no model, or none was asked to code.

        Args:
            version: by default the one in use; codes are those of the codebook that it was trained with.

        Raises:
            ModelError: there is no such version.
        """
        from secondcoder.study.frames import suggestions_frame

        workspace = self.workspace(version or self.corpus.model_in_use)
        return suggestions_frame(workspace, workspace.version)

    def decisions(self) -> pd.DataFrame:
        """What researchers decided in reviews, oldest first, undone decisions and undos included.

        Columns: id (Int64), at (UTC), coder, verdict (accept, change, reject, unsure, add, remove, looked, undo; string), undone
        (boolean), transcript (string), start, end (Int64), text, origin, sample ("blind" where suggestions were held back),
        suggested, model (string), score, threshold (Float64), code (that holds after it; string), code_start, code_end (Int64),
        valence, memo (string), seconds (in view before; Float64).
        """
        from secondcoder.study.frames import decisions_frame

        return decisions_frame(self.corpus)

    def model_versions(self) -> pd.DataFrame:
        """The model versions, oldest first; `models` has more on each.

        Columns: version, parent (string), in_use (boolean), made (UTC), made_by (string), transcripts, examples, codes_scored (Int64),
        macro_ap (mean over codes of average precision, out of fold on its own training set; Float64), gate, purged (string).
        """
        from secondcoder.study.frames import versions_frame
        from secondcoder.study.model_versions import list_versions

        return versions_frame(cast("list[ListedVersion]", list_versions(self.workspace())))

    def codes(self) -> pd.DataFrame:
        """The codebook, in its order, with how often each code was given; sub-constructs are counted for themselves.

        Columns: code, name, family, parent, definition (string), codings (of people), interviews (that hold them), suggested (by
        the model in use; Int64).
        """
        from secondcoder.study.frames import codes_frame

        return codes_frame(self.workspace())
