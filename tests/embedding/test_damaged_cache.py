"""The cache of vectors, whatever happens to its files and whoever else writes to it at the time."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from secondcoder.block_cache import shards
from secondcoder.block_cache.blocks import CHUNK
from secondcoder.block_cache.shards import keys_of
from secondcoder.embedding.cache import cached
from secondcoder.embedding.cache_folder import VECTORS, mend
from secondcoder.errors import StudyError
from support.cache_checks import TEXTS, Counting, aged, files, many


def _overwritten(path: Path) -> None:
    path.write_bytes(b"this is no shard at all, not even nearly" * 50)


def _cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _emptied(path: Path) -> None:
    path.write_bytes(b"")


def _another_byte(at: float) -> Callable[[Path], None]:
    def harm(path: Path) -> None:
        whole = bytearray(path.read_bytes())
        whole[int(len(whole) * at)] ^= 1
        path.write_bytes(whole)

    return harm


HARM = [_overwritten, _cut_short, _emptied, *map(_another_byte, (0, 0.002, 0.02, 0.06, 0.5, 0.9999))]


@pytest.mark.parametrize("harm", HARM)
def test_what_is_damaged_is_computed_anew_and_then_kept(cache: Path, harm: Callable[[Path], None]) -> None:
    cached(Counting(), cache).embed(many(200))
    harm(files(cache)[0])
    np.testing.assert_array_equal(cached(Counting(), cache).embed(many(200)), Counting().embed(many(200)))
    again = Counting()
    cached(again, cache).embed(many(200))
    assert again.asked == []


@pytest.mark.parametrize("harm", HARM)
def test_a_damaged_file_is_told_and_mended(cache: Path, harm: Callable[[Path], None]) -> None:
    cached(Counting(), cache).embed(many(200))
    assert list(mend(cache.parent)) == []
    harm(files(cache)[0])
    (told,) = mend(cache.parent)
    assert "damaged" in told
    assert "computed again when it is needed" in told
    assert list(mend(cache.parent)) == []


def test_one_damaged_vector_costs_only_itself(cache: Path) -> None:
    cached(Counting(), cache).embed(many(200))
    _another_byte(0.5)(files(cache)[0])
    assert "1 entry of 200" in next(mend(cache.parent))
    after = Counting()
    cached(after, cache).embed(many(200))
    assert len(after.asked) == 1


def test_what_lies_there_of_models_that_do_not_say_their_name_does_no_harm(cache: Path) -> None:
    cached(Counting(), cache).embed(TEXTS)
    (folder,) = cache.iterdir()
    (folder / "model.json").write_text("[]")
    np.testing.assert_array_equal(cached(Counting(), cache).embed(TEXTS), Counting().embed(TEXTS))


def test_no_flipped_bit_of_a_files_head_is_read_as_another_vector_or_stops_anybody(cache: Path) -> None:
    kept = cached(Counting(), cache).embed(TEXTS)
    (file,) = files(cache)
    content = file.read_bytes()
    for at in range(0, content.rindex(b"\n") + 1, 3):
        file.write_bytes(content[:at] + bytes([content[at] ^ (1 << at % 8)]) + content[at + 1 :])
        found = dict(shards.Shards(file.parent).find(np.sort(keys_of(sorted(set(TEXTS)), "fake@1", "None"))))
        assert {bytes(block) for block in found.values()} <= {vector.tobytes() for vector in kept}


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(StudyError, match=r"The cache cannot be written .*taken"):
        cached(Counting(), tmp_path / "taken" / VECTORS).embed(TEXTS)


def _embed(folder: Path, start: int, count: int, together: object) -> None:
    together.wait()
    embedder = cached(Counting(), folder, limit=10**7)
    for at in range(start, start + count, 20):
        got = embedder.embed(many(40, at))  # half of it what a neighbour also computes
        np.testing.assert_array_equal(got, Counting().embed(many(40, at)))


def _hang(folder: Path, halfway: object) -> None:
    class Hanging(Counting):
        def embed(self, texts: Sequence[str]) -> np.ndarray:
            if self.asked:
                halfway.set()
                time.sleep(60)
            return super().embed(texts)

    cached(Hanging(), folder).embed(many(2 * CHUNK))


@pytest.mark.slow
def test_several_processes_at_once_read_and_write_the_same_vectors(cache: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    together = spawn.Barrier(4)
    workers = [spawn.Process(target=_embed, args=(cache, start, 400, together)) for start in (0, 0, 200, 300)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0] * 4
    after = Counting()
    np.testing.assert_array_equal(cached(after, cache).embed(many(700)), Counting().embed(many(700)))
    assert after.asked == []
    assert list(mend(cache.parent)) == []


@pytest.mark.slow
def test_a_killed_process_leaves_what_it_had_finished_and_keeps_nobody_out(cache: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    halfway = spawn.Event()
    worker = spawn.Process(target=_hang, args=(cache, halfway))
    worker.start()
    assert halfway.wait(60)
    os.kill(worker.pid, signal.SIGKILL)
    worker.join(60)
    (folder,) = {file.parent for file in files(cache)}
    half = folder / "256-0123456789abcdef.part"
    half.write_bytes(files(cache)[0].read_bytes()[:1000])  # as if it had been writing
    after = Counting()
    cached(after, cache).embed(many(2 * CHUNK))
    assert len(after.asked) == CHUNK
    aged([half], 2)
    cached(after, cache).embed(["one more"])
    assert not half.exists()
