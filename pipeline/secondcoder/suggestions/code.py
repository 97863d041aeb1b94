"""Batch-coding: suggestions for the transcripts that nobody has coded, by the model in use or by any earlier version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from secondcoder.configuration import complete_recipe
from secondcoder.domain.arrays import Floats
from secondcoder.domain.grouping import by_transcript
from secondcoder.domain.records import Place, Segment, Suggestion, Transcript
from secondcoder.drift.comparison import Comparison
from secondcoder.drift.reports import DRIFT
from secondcoder.errors import InputError
from secondcoder.labels.chosen_passages import looked_beyond
from secondcoder.learning.assessment.purposes import BALANCED, FIND_NEARLY_ALL, purpose_of
from secondcoder.learning.assessment.recall_control import RecallPlan, any_code, recall_plan
from secondcoder.learning.model import Model
from secondcoder.model_store.version import computed_otherwise
from secondcoder.suggestions.packed_suggestions import PackedSuggestions
from secondcoder.suggestions.repeated_run import DIGEST, KEY, KeptRun, kept_run, run_key
from secondcoder.suggestions.suggester import CHUNK, in_chunks, open_suggester
from secondcoder.suggestions.table import SuggestionRows
from secondcoder.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class CodingRun:
    """What a model version suggested for some transcripts.

    Attributes:
        table: one row a suggestion, by transcript and place, the likeliest code of a segment first.
        version: the model version.
        withheld: codes whose suggestions are withheld, with reasons; not in the table unless `everything`.
        drift: how the transcripts compare with its training transcripts (see `drift.comparison`).
        recall: what to read for the recall target, where one was given.
        purpose: of the suggestions.
        missing: sentences on evidence that the version learned from and these transcripts lack.
        unchanged_since: when (UTC) these suggestions were computed, by a run that would give them again; None where that was now.
    """

    table: pd.DataFrame
    version: str
    withheld: Mapping[str, str]
    drift: Mapping[str, Any]
    recall: RecallPlan | None = None
    purpose: str = BALANCED
    missing: tuple[str, ...] = ()
    unchanged_since: str | None = None


def code(
    workspace: Workspace,
    named: Sequence[str] = (),
    *,
    everything: bool = False,
    recall: float | None = None,
    as_coder: str | None = None,
) -> CodingRun:
    """Suggestions for the transcripts `named`, or for those without a human coding pass; kept in the store.

    With a recall target, or as one coder codes, they are in the table alone: what review, agreement and status go by stays the
    version's own suggestions.
    An earlier version suggests to the last byte what it suggested before; where no transcript is named, on those that it coded then.

    Args:
        everything: also the codes withheld and, without a recall target, each code below its threshold, without evidence.
        recall: list the passages to read in order to find this share of the human codings, by `plan_recall`.
        as_coder: a coder whom the model learned from: suggest what this coder would code, at thresholds chosen for them; by default
            what the team would.

    Raises:
        InputError: every transcript is coded, no recall can be aimed at, or the model learned from no such coder.
    """
    if as_coder is not None and recall is not None:
        raise InputError(
            "A recall target counts what all coders marked. Give either the target or one coder, not both."
        )
    suggester = open_suggester(workspace, everything=everything, as_coder=as_coder)
    plan = None if recall is None else plan_recall(workspace, recall, everything=everything)
    suggester = replace(suggester, everything=everything or plan is not None)
    # By id, as the table is.
    transcripts = sorted(_to_code(workspace, named), key=lambda transcript: transcript.id)
    listed_only = plan is not None or as_coder is not None
    version, team = suggester.version, workspace.load_model()[1]
    key = None if listed_only or everything else run_key(workspace, team, transcripts)
    if key is not None and (before := kept_run(workspace, team, transcripts, key)):
        return _as_kept(workspace, before, transcripts, team)
    comparison, rows = Comparison(workspace, version, team), SuggestionRows(workspace.corpus.by_id, workspace.codebook)
    imported = any("imported" in of for of in workspace.manifest.get("scorers", {}).values())
    heard: list[Segment] = []
    done = 0
    kept = PackedSuggestions()
    for part in suggester.suggest_in_turn(transcripts):
        # One coder's readiness to code is no drift of the talk.
        scores = part.scores if as_coder is None else team.scores(part.features)
        comparison.add(part.transcripts, part.segments, part.features, scores)
        found, model = part.suggestions, suggester.model
        rows.add(found if plan is None else _to_read(found, part.segments, part.scores, model, plan), part.segments)
        heard += part.segments if imported else ()
        # What is kept does not depend on what was asked to be shown.
        kept.add([] if listed_only else [each for each in part.suggestions if each.score >= each.threshold])
        done += len(part.transcripts)
        workspace.progress("coding", done, len(transcripts))
    drift = comparison.report([transcript.id for transcript in transcripts])
    asked = {"recall": recall, "as_coder": as_coder, "listed_only": listed_only}
    asked |= {} if key is None else {KEY: key, DIGEST: kept.digest}
    with workspace.write() as write:
        if not listed_only:
            write.replace_suggestions(version, [transcript.id for transcript in transcripts], kept)
        # What was asked for, so that the same can be asked for again, and that it changed nothing of the version's suggestions.
        write.log(DRIFT, **drift, **{name: value for name, value in asked.items() if value})
    table = rows.table(suggester.model.valence is not None)
    purpose = purpose_of(workspace.manifest) if plan is None else FIND_NEARLY_ALL
    withheld = {} if everything else workspace.withheld
    return CodingRun(table, version, withheld, drift, plan, purpose, tuple(_missing(workspace, heard)))


def _as_kept(workspace: Workspace, run: KeptRun, transcripts: Sequence[Transcript], model: Model) -> CodingRun:
    """The same as when it was computed."""
    rows, left = SuggestionRows(workspace.corpus.by_id, workspace.codebook), by_transcript(run.suggestions)
    for part in in_chunks(transcripts, CHUNK):
        rows.add([each for one in part for each in left.get(one.id, ())], workspace.segments(part))
    table, purpose = rows.table(model.valence is not None), purpose_of(workspace.manifest)
    missing = tuple(_missing(workspace, ()))
    return CodingRun(table, run.drift["model"], workspace.withheld, run.drift, None, purpose, missing, run.at)


def _missing(workspace: Workspace, segments: Sequence[Segment]) -> Iterator[str]:
    """That vectors are computed otherwise than the version's were; of other models whose scores it uses, what they did not score and
    what was replaced since."""
    if workspace.manifest.keys() & {"imported", "without_talk"}:
        yield (
            f"{workspace.version} was learned elsewhere and holds no passages of that study, so its suggestions show no similar "
            "ones. How well it does here, only your own coding can tell."
        )
    if otherwise := computed_otherwise(workspace.version or "", workspace.manifest, workspace.embedder):
        yield otherwise + ("" if workspace.earlier else f" To the last byte as before: --model {workspace.version}")
    for source, of in workspace.manifest.get("scorers", {}).items():
        if "imported" not in of or not of["kept"]:
            continue
        name, edition = of["imported"]
        if workspace.corpus.model_coders.get(name, edition) != edition:
            yield (
                f"{workspace.version} goes by what {name} said before that was replaced. To learn from what it says now: "
                "secondcoder retrain"
            )
        if told := workspace.model_scores.missing(source, segments, of["kept"]):
            yield told


def plan_recall(workspace: Workspace, target: float, *, everything: bool = False) -> RecallPlan:
    """What to read for a recall target, the promise, and the reading that it costs.

    Raises:
        InputError: the target is not between 0.5 and 0.99, or no code is scored yet.
    """
    if not 0.5 <= target <= 0.99:
        raise InputError(f"The recall target must be between 0.5 and 0.99. Got {target:g} instead.")
    model = workspace.load_model()[1]
    if model.out_of_fold is None and model.scored:
        raise InputError(
            f"{workspace.version} keeps no predictions of the interviews that it learned from, as it came from elsewhere, so no "
            "recall can be aimed at. Code some interviews here and train: secondcoder train"
        )
    if model.out_of_fold is None:
        raise InputError("No code is scored yet, so no recall can be aimed at. Code more transcripts and train again.")
    withheld = () if everything else workspace.withheld
    index = [j for j, code in enumerate(model.scored) if code not in withheld]
    if not index:
        raise InputError(
            "Every scored code is withheld, so no recall can be aimed at. `secondcoder models show` says why; with --all they are "
            "suggested nevertheless."
        )
    unit = workspace.corpus.grouping(complete_recipe(workspace.manifest["recipe"])["learning"]["group"])
    return recall_plan(model.out_of_fold.columns(index), tuple(model.scored[j] for j in index), target, unit)


def _to_read(
    suggestions: Sequence[Suggestion], segments: Sequence[Segment], scores: Floats, model: Model, plan: RecallPlan
) -> list[Suggestion]:
    """Of every code of every passage: in each passage to read those suggested, or else the likeliest; and what is only ranked."""
    index = [model.codes.index(code) for code in plan.codes]
    read = any_code(scores[:, index]) >= plan.threshold
    best = [plan.codes[column] for column in scores[:, index].argmax(axis=1).tolist()]
    likeliest = {segment.place: code for segment, code, to_read in zip(segments, best, read, strict=True) if to_read}
    above = [suggestion for suggestion in suggestions if suggestion.score >= suggestion.threshold]
    told = {_place(suggestion) for suggestion in above if suggestion.calibrated}

    def is_shown(suggestion: Suggestion) -> bool:
        place = _place(suggestion)
        if suggestion.score >= suggestion.threshold:
            return place in likeliest or not suggestion.calibrated
        return place not in told and likeliest.get(place) == suggestion.code

    return [suggestion for suggestion in suggestions if is_shown(suggestion)]


def _place(suggestion: Suggestion) -> Place:
    return suggestion.transcript, suggestion.start, suggestion.end


def _to_code(workspace: Workspace, named: Sequence[str]) -> list[Transcript]:
    corpus = workspace.corpus
    # An earlier version repeats its run, although people may have coded those transcripts since.
    before = corpus.suggested_on(workspace.version) if workspace.earlier and workspace.version else ()
    chosen = named or before or uncoded(workspace)
    if not chosen:
        raise InputError(
            "Every transcript has been coded by a human, so there is nothing to suggest. "
            "Import more transcripts, or name files: secondcoder code FILE..."
        )
    return [corpus.by_id[name] for name in chosen]


def uncoded(workspace: Workspace) -> list[str]:
    """Ids of the transcripts that no coder has gone through without suggestions."""
    corpus = workspace.corpus
    # Whoever coded passages that were proposed has not gone through their interviews.
    looked_at = looked_beyond(corpus) - corpus.reviewed
    return [transcript.id for transcript in corpus.transcripts if transcript.id not in looked_at]
