"""What an imported model says as evidence: believed where it helps, missing without scores, kept as a version learned it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from secondcoder.errors import StudyError
from secondcoder.labels.model_coders import source_id
from secondcoder.learning.cross_validation import cross_validate
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study
from sklearn.metrics import average_precision_score
from support.change_checks import renamed
from support.model_coder_checks import import_as, knowing, scored_table, truth
from support.planted import planted
from support.study_checks import CHEAP, UNCODED, write_csv

Cli = Callable[..., tuple[int, str, str]]
GPT = source_id("gpt", 1)


def naming(study: Study, *names: str) -> Study:
    """The study with these models as evidence."""
    path = study.folder / CONFIGURATION
    plain = path.read_text(encoding="utf-8").partition("[learning]\nevidence")[0]
    path.write_text(plain + f"[learning]\nevidence = {json.dumps(names)}\n", encoding="utf-8")
    study.close()
    return Study(study.folder)


@pytest.fixture
def hearing(coded_study: Study, tmp_path: Path) -> Iterator[Study]:
    """A study whose evidence are scores by gpt, which knows the codes, on the coded transcripts."""
    known = truth(coded_study)
    coded = sorted({place[0] for place, _ in known})
    import_as(coded_study, scored_table(tmp_path / "said.csv", coded_study, knowing(known, knows=5), *coded))
    study = naming(coded_study, "gpt")
    yield study
    study.close()


def test_from_training_to_suggestions_and_what_is_missing_is_said(hearing: Study, tmp_path: Path, run_cli: Cli) -> None:
    manifest = hearing.train()
    kept = manifest["scorers"][GPT]["kept"]
    assert kept
    assert manifest["scorers"][GPT]["imported"] == ["gpt", 1]
    assert f"scores of {GPT}" in (hearing.folder / "models" / "m0001" / "card.md").read_text(encoding="utf-8")
    run = hearing.code(everything=True)
    assert run.missing == (
        f"There are no scores by gpt of {UNCODED}: there the model goes by the rest of what it learned. To have them count, import "
        "them before: secondcoder import TABLE --model-coder NAME",
    )
    assert f"There are no scores by gpt of {UNCODED}" in run_cli("-C", hearing.folder, "code")[2]
    import_as(
        hearing,
        scored_table(tmp_path / "more.csv", hearing, lambda place, code: 0.98 if code in kept else 0.02, UNCODED),
    )
    after = hearing.code(everything=True)
    assert after.missing == ()
    columns = ["start", "end", "code"]
    both = run.table.merge(after.table, on=columns, suffixes=("", "_now"))
    heard = both[both["code"].isin(kept)]
    assert len(heard)
    assert (heard["probability_now"] > heard["probability"]).all()
    printed = run_cli("-C", hearing.folder, "evaluate")
    assert f"What {GPT} said was used for" in "".join(printed[1:])


def test_a_version_goes_on_by_what_it_learned_from_when_that_is_replaced(hearing: Study, tmp_path: Path) -> None:
    hearing.train()
    names = sorted(hearing.corpus.coded)
    before = hearing.code([], everything=True).table
    model = hearing.workspace("m0001").load_model()[1]
    segments = hearing.workspace().segments(hearing.corpus.coded_transcripts)
    scores = model.scores(hearing.workspace("m0001").features(segments))
    import_as(hearing, scored_table(tmp_path / "other.csv", hearing, knowing({}, 7), *names, UNCODED), replace=True)
    again = hearing.workspace("m0001")
    np.testing.assert_array_equal(again.load_model()[1].scores(again.features(segments)), scores)
    run = hearing.code(everything=True)
    assert run.table.equals(before)
    assert "m0001 goes by what gpt said before that was replaced" in run.missing[0]
    # The next version learns from what it says now, which is noise.
    retrained = hearing.retrain(promote=True).manifest
    assert list(retrained["scorers"]) == [source_id("gpt", 2)]
    assert retrained["scorers"][source_id("gpt", 2)]["kept"] == []
    assert hearing.code(version="m0001", everything=True).table.equals(before)


def test_an_earlier_version_reads_the_codes_of_its_time(hearing: Study) -> None:
    hearing.train()
    segments = hearing.workspace().segments(hearing.corpus.coded_transcripts)
    scores = hearing.workspace().load_model()[1].scores(hearing.workspace().features(segments))
    study = renamed(hearing)
    then = study.workspace("m0001")
    np.testing.assert_array_equal(then.load_model()[1].scores(then.features(segments)), scores)


def test_a_name_that_no_model_coder_has_is_refused_with_those_that_are_there(hearing: Study, run_cli: Cli) -> None:
    study = naming(hearing, "gpt", "lama")
    with pytest.raises(
        StudyError, match=r"learning.evidence names 'lama', which is no model coder of this study \(there: gpt\)"
    ):
        study.train()
    assert "learning.evidence names 'lama'" in run_cli("-C", study.folder, "evaluate")[2]
    assert run_cli("-C", study.folder, "status")[0] == 0
    assert any("learning.evidence names 'lama'" in fault for fault in Study.check(study.folder))
    study.close()


def test_without_evidence_named_nothing_changes_in_what_is_learned(coded_study: Study, tmp_path: Path) -> None:
    def figures():
        return json.dumps(coded_study.evaluate().to_json())

    before = figures()
    import_as(coded_study, scored_table(tmp_path / "said.csv", coded_study, knowing(truth(coded_study))))
    assert figures() == before


@pytest.fixture(scope="module")
def planted_study(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Study]:
    """Enough invented talk to tell a good model from one that knows nothing; a seventh of its labels cannot be known from words."""
    folder = tmp_path_factory.mktemp("planted")
    talk = planted(transcripts=8, length=20)
    y = talk.labels.y ^ (np.random.default_rng(3).random(talk.labels.y.shape) < 0.15)
    rows = [
        {
            "transcript": one.transcript, "speaker": "P", "text": one.text, "coder": "ada",
            "codes": "|".join(code for code, has in zip(("CO", "CA", "RM"), y[row], strict=True) if has),
        }
        for row, one in enumerate(talk.segments)
    ]  # fmt: skip
    Study.create(folder / "study", "npt-core").close()
    (folder / "study" / CONFIGURATION).write_text(CHEAP, encoding="utf-8")
    study = Study(folder / "study")
    study.import_files([write_csv(folder / "talk.csv", rows)])
    yield study
    study.close()


def _precision(study: Study) -> tuple[float, float]:
    """Macro average precision of nested cross-validation, and the share of folds and codes in which a model's scores are used."""
    workspace = study.workspace()
    data = workspace.training_data(workspace.corpus.coded_transcripts)
    labels = data.labels.columns(("CO", "CA", "RM"))
    made = cross_validate(data.features, labels, None, folds=4, seed=0)
    values = [average_precision_score(labels.y[:, j], made.probability[:, j]) for j in range(3)]
    return float(np.mean(values)), float(np.mean([*made.kept.values(), np.zeros(3)][0]))


@pytest.mark.parametrize("scores", [True, False], ids=["scores", "yes and no"])
def test_a_good_one_raises_average_precision_and_a_random_one_leaves_it(
    planted_study: Study, tmp_path: Path, scores: bool
) -> None:
    known = truth(planted_study)
    alone, _ = _precision(naming(planted_study))
    found = {}
    for number, (name, knows) in enumerate((("good", 4.0), ("random", 0.0))):
        score = knowing(known, number, knows)
        if scores:
            table = scored_table(tmp_path / "said.csv", planted_study, score)
        else:
            given = [
                {"transcript": t, "start": s, "end": e, "codes": code}
                for (t, s, e), code in known
                if score((t, s, e), code) >= 0.5
            ]
            table = write_csv(tmp_path / "said.csv", given)
        told = f"{name} {scores}"
        import_as(Study(planted_study.folder), table, told, whole=not scores)
        found[name] = _precision(naming(planted_study, told))
    assert found["good"][0] > alone + 0.05
    assert found["good"][1] > 0.9
    assert abs(found["random"][0] - alone) < 0.03
    assert found["random"][1] < 0.4
