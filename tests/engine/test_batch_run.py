"""Batch runs: what `code` gives after an import, part by part, and to the same bytes however often they were stopped."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from pathlib import Path

import pandas as pd
import pytest
from secondcoder.embedding.hashed_words import WordHashEmbedder
from secondcoder.engine.merge import merge
from secondcoder.engine.part_work import PartWork
from secondcoder.engine.parts import Part, PartOutcome
from secondcoder.engine.run_folder import RunFolder
from secondcoder.engine.shards import Shard
from secondcoder.errors import InputError, StudyError
from secondcoder.study.batch_run import BatchOptions, RunProgress
from secondcoder.study.study import Study
from support.batch_checks import comment, digest, digests, result_of, write_comments, write_interviews
from support.study_checks import TALK, everything, talk_rows, write_csv

SHARED = [
    "transcript",
    "start",
    "end",
    "text",
    "code",
    "code_name",
    "probability",
    "rank_score",
    "threshold",
    "carrying",
]
SHARED += ["speaker", "question", "case", "nearest_1", "nearest_2", "nearest_3"]
Ran = tuple[int, str, str]


class Stopping:
    """An engine that does some parts and is then stopped from outside."""

    def __init__(self, after: int) -> None:
        self._after = after

    def run(self, work: PartWork, parts: Iterable[Part], done: Callable[[PartOutcome], None]) -> None:
        for number, part in enumerate(parts):
            if number == self._after:
                raise KeyboardInterrupt
            done(work(part))


def _comparable(table: pd.DataFrame) -> list[tuple[object, ...]]:
    columns = table.reindex(columns=SHARED).astype(object)
    return sorted(map(tuple, columns.where(columns.notna(), None).to_numpy().tolist()), key=repr)


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("seed", range(3))
def test_comments_get_what_import_and_code_give(trained_study: Study, tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    said = [comment(rng) for _ in range(30)]
    plain = write_csv(tmp_path / "said.csv", [{"text": text} for text in said])
    coded = [{"transcript": f"said:{row}", "text": text, "codes": "", "coder": ""} for row, text in enumerate(said, 1)]
    trained_study.code_batch([plain], tmp_path / "run")
    result = result_of(tmp_path / "run")
    imported = trained_study.code([write_csv(tmp_path / "coded.csv", coded)]).table
    assert _comparable(result) == _comparable(imported)
    assert len(result) > 10
    assert list(result["row"]) == sorted(result["row"])
    assert [said[row - 1] for row in result["row"]] == list(result["text"])


def _shuffled(text: str) -> str:
    words = text.split()
    random.Random(text).shuffle(words)
    return " ".join(words)


@pytest.mark.usefixtures("small_parts")
def test_interviews_in_a_table_get_what_import_and_code_give(trained_study: Study, tmp_path: Path) -> None:
    """With neighbours, questions, speakers and cases: the words of the study's talk in other order."""
    rows = [
        {**row, "transcript": f"new {row['transcript']}", "text": _shuffled(row["text"]), "codes": "", "coder": ""}
        for row in talk_rows()
    ]
    rows = [dict(items) for items in dict.fromkeys(tuple(row.items()) for row in rows)]  # once, not once a coder
    table = write_csv(tmp_path / "talk.csv", rows)
    trained_study.code_batch([table], tmp_path / "run")
    run = result_of(tmp_path / "run")
    assert _comparable(run) == _comparable(trained_study.code([table]).table)
    assert run["question"].str.len().max() > 0
    assert RunFolder(tmp_path / "run").parts()[0].rows > 7  # a transcript is not cut


@pytest.mark.usefixtures("small_parts")
def test_files_get_what_import_and_code_give(trained_study: Study, tmp_path: Path) -> None:
    rng, folder = random.Random(4), tmp_path / "interviews"
    for number in range(5):
        (folder / f"Case {number % 2}" / "late").mkdir(parents=True, exist_ok=True)
        talk = "\n\n".join(f"I: {comment(rng)}?\n\nP: {comment(rng)}" for _ in range(4))
        (folder / f"Case {number % 2}" / "late" / f"p{number}.txt").write_text(talk)
    trained_study.code_batch([folder], tmp_path / "run")
    result = result_of(tmp_path / "run")
    assert _comparable(result) == _comparable(trained_study.code([folder]).table)
    assert set(result["wave"]) == {"late"}
    assert result["input"].iloc[0].startswith("Case 0/late/p")
    assert len(RunFolder(tmp_path / "run").parts()) == 3


@pytest.mark.usefixtures("small_parts")
def test_a_run_that_was_stopped_ends_with_the_same_bytes(trained_study: Study, tmp_path: Path) -> None:
    table = write_comments(tmp_path / "comments.csv", 50)
    trained_study.code_batch([table], tmp_path / "whole")
    for after in (0, 3, 1):
        with pytest.raises(KeyboardInterrupt):
            trained_study.code_batch([table], tmp_path / "stopped", BatchOptions(engine=Stopping(after)))
        assert not (tmp_path / "stopped" / "suggestions.parquet").exists()
    run = trained_study.code_batch([table], tmp_path / "stopped")
    assert (run.resumed, run.parts) == (4, 8)
    whole, stopped = digests(tmp_path / "whole"), digests(tmp_path / "stopped")
    assert {name for name in whole if whole[name] != stopped.get(name)} <= {"run.json"}  # which says its own command
    assert whole.keys() == stopped.keys()


@pytest.mark.usefixtures("small_parts")
def test_the_study_is_only_read(trained_study: Study, tmp_path: Path) -> None:
    def kept() -> dict[str, str]:
        return {str(file): digest(file) for file in (trained_study.folder / ".cache").rglob("*") if file.is_file()}

    before = everything(trained_study.folder), kept()
    (talk := tmp_path / "talk.txt").write_text("Interviewer: How was it?\nP1: It went well. The desk was far away.\n")
    trained_study.code_batch([write_comments(tmp_path / "comments.csv", 20), talk], tmp_path / "run")
    assert (everything(trained_study.folder), kept()) == before


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("damage", ["cut", "gone", "foreign"])
def test_a_damaged_part_is_seen_and_done_again(trained_study: Study, tmp_path: Path, damage: str) -> None:
    table = write_comments(tmp_path / "comments.csv", 30)
    trained_study.code_batch([table], tmp_path / "run")
    before = digests(tmp_path / "run")
    part = tmp_path / "run" / "parts" / "000002.parquet"
    content = part.read_bytes()
    if damage == "cut":
        part.write_bytes(content[:-100])
    elif damage == "gone":
        part.unlink()
    else:
        shutil.copy(part.with_name("000001.parquet"), part)
    with pytest.raises(InputError, match=r"1 part of 5 is not done: 2\. .*secondcoder code .*comments.csv"):
        merge(RunFolder(tmp_path / "run"))
    assert trained_study.code_batch([table], tmp_path / "run").resumed == 4
    assert digests(tmp_path / "run") == before


def test_no_flipped_bit_of_a_part_gets_into_the_result(trained_study: Study, tmp_path: Path) -> None:
    trained_study.code_batch([write_comments(tmp_path / "comments.csv", 30)], tmp_path / "run")
    run, before, rng = RunFolder(tmp_path / "run"), digests(tmp_path / "run"), random.Random(3)
    part = run.part_file(run.parts()[0])
    content, seen = part.read_bytes(), 0
    for _ in range(30):
        at = rng.randrange(len(content))
        part.write_bytes(content[:at] + bytes([content[at] ^ (1 << rng.randrange(8))]) + content[at + 1 :])
        try:
            merge(run)
        except InputError:
            seen += 1
        else:  # in a part of the file that says nothing of the suggestions
            assert digest(run.result) == before["suggestions.parquet"]
    assert seen > 10


@pytest.mark.usefixtures("small_parts")
def test_another_model_input_or_option_is_refused_with_what_differs(trained_study: Study, tmp_path: Path) -> None:
    table, out = write_comments(tmp_path / "comments.csv", 10), tmp_path / "run"
    trained_study.code_batch([table], out)
    before = digests(out)
    with pytest.raises(InputError, match=r"differs in --all \(False, now True\)\. Begin anew in another folder"):
        trained_study.code_batch([table], out, BatchOptions(everything=True))
    write_comments(table, 10, seed=2)
    with pytest.raises(InputError, match=r"comments.csv was changed"):
        trained_study.code_batch([table], out)
    write_comments(table, 10)
    with pytest.raises(InputError, match=r"more.csv is new"):
        trained_study.code_batch([table, write_comments(tmp_path / "more.csv", 3)], out)
    coded = {"transcript": "new", "order": "1", "text": "Somebody told us.", "codes": "CO", "coder": "anna"}
    trained_study.import_files([write_csv(tmp_path / "coded.csv", [coded])])
    trained_study.retrain(promote=True)
    with pytest.raises(InputError, match=r"model \(m0001, now m0002\).*go on with what it began with"):
        trained_study.code_batch([table], out)
    assert trained_study.code_batch([table], out, BatchOptions(version="m0001")).resumed == 2
    assert digests(out) == before


@pytest.mark.usefixtures("small_parts")
def test_a_processor_that_computes_vectors_otherwise_is_refused(
    trained_study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same weights fit the model in bf16 and in fp32, but the bytes of one run must not depend on where its parts were done."""
    table, out = write_comments(tmp_path / "comments.csv", 30), tmp_path / "run"
    trained_study.code_batch([table], out, BatchOptions(share=Shard(1, 2)))
    before = digests(out)
    id_ = trained_study.workspace().embedder.id
    monkeypatch.setattr(WordHashEmbedder, "id", f"{id_}+openvino-bf16")
    with pytest.raises(InputError, match=r"differs in embedder \(.*, now .*bf16\)"):
        trained_study.code_batch([table], out, BatchOptions(share=Shard(2, 2)))
    assert digests(out) == before


@pytest.mark.usefixtures("small_parts")
def test_shares_together_are_the_whole(trained_study: Study, tmp_path: Path) -> None:
    table = write_comments(tmp_path / "comments.csv", 50)
    trained_study.code_batch([table], tmp_path / "whole")
    for share in range(3):
        done = trained_study.code_batch([table], tmp_path / "shared", BatchOptions(share=Shard(share + 1, 3)))
        assert (done.summary, done.errors) == ({}, {})
        with (
            pytest.raises(InputError, match=r"parts of 8 are not done: (?s:.)*--shard 3/3$")
            if share < 2
            else nullcontext()
        ):
            merge(RunFolder(tmp_path / "shared"))
    for name in ("suggestions.parquet", "summary.json", "failed.jsonl"):
        assert digest(tmp_path / "shared" / name) == digest(tmp_path / "whole" / name)
    before = digests(tmp_path / "shared")
    merge(RunFolder(tmp_path / "shared"))
    assert digests(tmp_path / "shared") == before


@pytest.mark.usefixtures("small_parts")
def test_a_part_that_fails_by_itself_stops_nothing(
    trained_study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from secondcoder.suggestions.suggester import Suggester

    table, suggest = write_comments(tmp_path / "comments.csv", 30), Suggester.suggest
    with monkeypatch.context() as patch:

        def failing(self: Suggester, transcripts: list[object]) -> object:
            if any(each.id == "comments:10" for each in transcripts):  # type: ignore[attr-defined]
                raise IndexError("out of range")
            return suggest(self, transcripts)  # type: ignore[arg-type]

        patch.setattr(Suggester, "suggest", failing)
        run = trained_study.code_batch([table], tmp_path / "run")
    assert run.errors == {"000002": "IndexError: out of range"}
    assert run.summary == {}
    again = trained_study.code_batch([table], tmp_path / "run")
    assert (again.resumed, again.errors, again.summary["rows"]) == (4, {}, 30)


def test_a_full_disk_stops_the_run_and_leaves_no_draft(
    trained_study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = write_comments(tmp_path / "comments.csv", 10)
    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", _full)
        with pytest.raises(StudyError, match=r"could not be written .*No space left"):
            trained_study.code_batch([table], tmp_path / "run")
    assert not [path for path in (tmp_path / "run").rglob("*") if path.is_file()]
    assert trained_study.code_batch([table], tmp_path / "run").summary["rows"] == 10


def _full(_descriptor: int) -> None:
    raise OSError(28, "No space left on device")


def test_a_folder_with_other_things_is_not_touched(trained_study: Study, tmp_path: Path) -> None:
    table, out = write_comments(tmp_path / "comments.csv", 10), tmp_path / "mine"
    out.mkdir()
    (out / "thesis.docx").write_text("x")
    with pytest.raises(InputError, match=r"holds other things \('thesis.docx'\) and no run"):
        trained_study.code_batch([table], out)
    with pytest.raises(InputError, match=r"which is to be coded. Name a folder elsewhere"):
        trained_study.code_batch([tmp_path], tmp_path / "run")
    assert [path.name for path in out.iterdir()] == ["thesis.docx"]


@pytest.mark.usefixtures("small_parts")
def test_progress_begins_with_what_was_done_and_ends_with_all(trained_study: Study, tmp_path: Path) -> None:
    table = write_comments(tmp_path / "comments.csv", 30)
    with pytest.raises(KeyboardInterrupt):
        trained_study.code_batch([table], tmp_path / "run", BatchOptions(engine=Stopping(2)))
    seen: list[RunProgress] = []
    trained_study.code_batch([table], tmp_path / "run", None, seen.append)
    assert (seen[0].parts_done, seen[0].coded) == (2, 0)
    assert [each.size_done for each in seen] == sorted(each.size_done for each in seen)
    assert (seen[-1].parts_done, seen[-1].size_done) == (5, seen[-1].size)
    assert sum(part.size for part in RunFolder(tmp_path / "run").parts()) == seen[-1].size


def test_talk_that_was_learned_from_is_no_evidence_for_itself(trained_study: Study, tmp_path: Path) -> None:
    """As in the study: the nearest passages are of other transcripts."""
    trained_study.code_batch([TALK], tmp_path / "run")
    result = result_of(tmp_path / "run")
    nearest = result[["transcript", "nearest_1"]].itertuples(index=False)
    assert not [row for row in nearest if row.nearest_1.startswith(f"{row.transcript} (")]


@pytest.mark.usefixtures("small_parts")
def test_a_run_goes_on_where_its_files_were_moved_to(trained_study: Study, tmp_path: Path) -> None:
    trained_study.code_batch([write_interviews(tmp_path / "here")], tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        trained_study.code_batch([tmp_path / "here"], tmp_path / "run", BatchOptions(engine=Stopping(1)))
    (tmp_path / "here").rename(tmp_path / "there")
    assert trained_study.code_batch([tmp_path / "there"], tmp_path / "run").resumed == 1
    assert digest(tmp_path / "run" / "suggestions.parquet") == digest(tmp_path / "whole" / "suggestions.parquet")


def test_rows_come_in_the_order_of_the_table_and_the_likeliest_code_first(trained_study: Study, tmp_path: Path) -> None:
    """Also where `order` says that they were said in another."""
    rng = random.Random(2)
    rows = [{"transcript": "t", "order": 40 - number, "text": comment(rng)} for number in range(40)]
    asked = BatchOptions(everything=True)
    trained_study.code_batch([write_csv(tmp_path / "t.csv", rows)], tmp_path / "run", asked)
    result = result_of(tmp_path / "run")
    assert list(result["row"].unique()) == list(range(1, 41))
    assert [rows[row - 1]["text"] for row in result["row"]] == list(result["text"])
    for _, of_row in result.groupby("row"):
        scores = [each for each in of_row["probability"] if each == each]
        assert scores == sorted(scores, reverse=True)
