"""The verbs by which a study's codes are learned, and judged: train, retrain, evaluate, what to code next, doubts."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from secondcoder.study.open_study import OpenStudy

if TYPE_CHECKING:
    import pandas as pd

    from secondcoder.agreement.codebook_clinic import ClinicCode
    from secondcoder.learning.assessment.evaluate import Evaluation
    from secondcoder.study.plain_records import Manifest, ToCode
    from secondcoder.suggestions.label_errors import LabelIssues
    from secondcoder.training.retrain import Retraining


class LearningVerbs(OpenStudy):
    """Learning: train, retrain, evaluate; what to code next; labels for a second look."""

    def train(self) -> Manifest:
        """Train a model version on all human codings and take it into use; returns its manifest.

        Before any coding, every code is ranked from the codebook alone, on all transcripts.

        Raises:
            InputError: there is nothing to learn from, or the codebook has no codes. BusyError: another training runs.
        """
        from secondcoder.training.train import train

        with self.alone("train") as workspace:
            return train(workspace)

    def retrain(self, promote: bool = False, called: str = "retrain") -> Retraining:
        """Train a candidate on all codings so far; it is deployed only if it is not worse than the model in use.

        Args:
            promote: take it into use whatever the gate says.
            called: the name of this training in the message to somebody who is refused another meanwhile.

        Raises:
            ModelError: there is no model to compare with: `train` first. InputError: nothing has changed since the model in use was
                trained, or since its last candidate was stopped. BusyError: another training runs.
        """
        from secondcoder.training.retrain import retrain

        with self.alone(called) as workspace:
            return retrain(workspace, promote)

    def evaluate(self, by: str | None = None) -> Evaluation:
        """Out-of-fold figures of the present recipe with 95% intervals, and what limits each code.

        Nested cross-validation; `table()` of the result has a row a code. Takes as long as a training with each part held out.

        Args:
            by: what is held out whole: "participant", "transcript" or "case"; by default the setting `learning.group`.

        Raises:
            InputError: nothing is coded, no code can be scored, or too little can be held out.
        """
        from secondcoder.training.evaluate import evaluate_recipe

        return evaluate_recipe(self.workspace(), by, limits=True)

    def errors_by_speaker(self, evaluation: Evaluation | None = None) -> pd.DataFrame:
        """Misses and false suggestions by role, case, wave and other attributes, out of fold, a row a value of an attribute.

        Of the model in use, from the predictions that it keeps, or of `evaluate`'s result. No rows where the transcripts do not
        differ in what is known of them, or where a model keeps no such predictions.

        Columns: `learning.assessment.speakers.report.COLUMNS`: attribute, value, clusters, marks, missed, miss_rate with its interval
        low and high, looked, false, false_rate, false_low, false_high, p, sentence, then expected numbers and p apart. Rates in [0,
        1].

        Raises:
            ModelError: no `evaluation` is given, and no model is in use.
        """
        from secondcoder.training.speaker_errors import errors_table_of

        return errors_table_of(self.workspace(), evaluation)

    def codebook_clinic(self, evaluation: Evaluation) -> list[ClinicCode]:
        """For codes on which people part, the fewest passages that separate their readings; from `evaluate`'s result."""
        from secondcoder.agreement.codebook_clinic import OutOfFoldSaid, codebook_clinic

        return codebook_clinic(self.workspace(), OutOfFoldSaid.of_evaluation(evaluation))

    def doubts(self, only_new: bool = False) -> LabelIssues:
        """Labels that the model in use contradicts out of fold, for a second look.

        Args:
            only_new: on new transcripts only.

        Raises:
            ModelError: there is no model. InputError: it scores no code yet.
        """
        from secondcoder.suggestions.label_errors import label_issues

        return label_issues(self.workspace(), only_new)

    def next_to_code(self, passages: int | None = None) -> ToCode:
        """Up to three transcripts, and a round of passages (25 unless given), to code next, each with a reason.

        Raises:
            InputError: there is no transcript, or every one is coded.
        """
        from secondcoder.suggestions.next_passages import ROUND
        from secondcoder.suggestions.proposals import record_proposal, what_to_code_next

        workspace = self.workspace()
        found = what_to_code_next(workspace, passages or ROUND)
        if not self.store.is_only_read:  # whoever only looks at a study leaves nothing in it
            record_proposal(workspace, found.why)
        return cast("ToCode", {"transcripts": found.transcripts, "passages": found.passages})
