"""Parts on real Dask workers: all done, a lost worker's again, differing workers refused, nothing open to others, no talk sent."""

from __future__ import annotations

import pickle
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import psutil
import pytest
from secondcoder.engine.dask_cluster import DaskCluster
from secondcoder.engine.parts import Part, PartOutcome
from secondcoder.errors import InputError, NetworkError, StudyError
from support.cluster_work import TALK, Copying

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]  # Dask's servers warn as they end


def parts(count: int) -> list[Part]:
    return [Part(number, 1, "") for number in range(1, count + 1)]


def outcomes_of(engine: DaskCluster, work: Copying, count: int) -> dict[int, str]:
    """Number of a part -> its error."""
    outcomes: list[PartOutcome] = []
    engine.run(work, parts(count), outcomes.append)
    assert TALK.encode() not in pickle.dumps(outcomes), "what a part holds stays with the worker"
    errors = {int(outcome.part): outcome.error for outcome in outcomes}
    assert len(outcomes) == len(errors) == count
    assert all(work.path(outcome.part).exists() for outcome in outcomes if not outcome.error)
    return errors


def processes(cluster: Any) -> set[int]:
    return {nanny.pid for nanny in cluster.workers.values() if nanny.pid}


@pytest.fixture
def cluster() -> Iterator[Any]:
    """Two workers of a thread each, as `dask scheduler` and `dask worker` give them; a task fails with the second that it kills."""
    import dask
    from distributed import LocalCluster

    here = {"host": "127.0.0.1", "dashboard_address": "127.0.0.1:0"}
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 1}),
        LocalCluster(n_workers=2, threads_per_worker=1, **here) as cluster,
    ):
        yield cluster


@pytest.fixture
def engine(cluster: Any) -> DaskCluster:
    return DaskCluster(cluster.scheduler_address)


def test_each_part_is_done_once_by_workers_of_one_thread(tmp_path: Path) -> None:
    work = Copying(str(tmp_path), seconds=0.1)
    assert set(outcomes_of(DaskCluster(workers=2), work, 6).values()) == {""}
    numbers, by, threads = zip(*work.attempts(), strict=True)
    assert sorted(numbers) == [*range(1, 7)]
    assert len(set(by)) == 2
    assert set(threads) == {"1"}


def test_parts_of_a_lost_worker_are_done_by_another(tmp_path: Path, engine: DaskCluster) -> None:
    work = Copying(str(tmp_path), 0.1, happens=((3, "killed once"),))
    assert set(outcomes_of(engine, work, 8).values()) == {""}
    assert len({process for number, process, _ in work.attempts() if number == 3}) == 2


def test_a_part_that_takes_every_worker_with_it_stops_nothing_else(tmp_path: Path, engine: DaskCluster) -> None:
    """Nor do those count as lost that only waited beside it."""
    work = Copying(str(tmp_path), happens=((1, "killed"),))
    errors = outcomes_of(engine, work, 6)
    assert "worker that took it was lost" in errors.pop(1)
    assert errors == dict.fromkeys(range(2, 7), "")


def test_a_part_that_fails_is_reported_and_stops_nothing(tmp_path: Path, engine: DaskCluster) -> None:
    work = Copying(str(tmp_path), happens=((2, "raises"), (4, "error")))
    errors = outcomes_of(engine, work, 5)
    assert {number for number, error in errors.items() if error} == {2, 4}
    assert ("LookupError" in errors[2], "KeyError" in errors[4]) == (True, True)
    assert len(work.attempts()) == 5, "an error that is sent as it is comes again"


def test_what_is_of_no_part_but_of_all_is_raised(tmp_path: Path, engine: DaskCluster) -> None:
    with pytest.raises(StudyError, match="the disk is full"):
        outcomes_of(engine, Copying(str(tmp_path), happens=((2, "full"),)), 3)


def test_a_worker_that_differs_is_refused_before_work(tmp_path: Path, cluster: Any, engine: DaskCluster) -> None:
    work = Copying(str(tmp_path))
    work.path("strangers").write_text(str(min(processes(cluster))))
    with pytest.raises(InputError, match=r"1 worker of 2 (?s:.)*another model is here\nNothing was coded"):
        outcomes_of(engine, work, 3)
    assert not work.path("attempts").exists()


def test_a_worker_that_comes_later_and_differs_leaves(tmp_path: Path, cluster: Any, engine: DaskCluster) -> None:
    """All parts are done nevertheless, none by it."""
    work, first = Copying(str(tmp_path), seconds=0.3), processes(cluster)
    late: set[int] = set()

    def come() -> None:
        while not work.path("attempts").exists():
            time.sleep(0.05)
        cluster.scale(3)
        while not late:
            late.update(processes(cluster) - first)
            work.path("strangers").write_text(" ".join(map(str, late)))
            time.sleep(0.01)

    thread = Thread(target=come)
    thread.start()
    assert set(outcomes_of(engine, work, 24).values()) == {""}
    thread.join(20)
    assert late
    assert {process for _, process, _ in work.attempts()} == first


def test_two_runs_on_one_scheduler_do_not_meet(tmp_path: Path, engine: DaskCluster) -> None:
    """Their parts have the same names."""
    works = [Copying(str(tmp_path / name), 0.05) for name in "ab"]
    came: list[dict[int, str]] = []
    for work in works:
        Path(work.folder).mkdir()
    threads = [Thread(target=lambda work=work: came.append(outcomes_of(engine, work, 6))) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert came == [dict.fromkeys(range(1, 7), "")] * 2


def test_a_scheduler_that_goes_away_ends_the_run(tmp_path: Path, cluster: Any, engine: DaskCluster) -> None:
    work = Copying(str(tmp_path), 0.2)

    def leave() -> None:
        while not work.path("attempts").exists():
            time.sleep(0.05)
        cluster.close()

    thread = Thread(target=leave)
    thread.start()
    with pytest.raises(InputError, match="went away"):
        outcomes_of(engine, work, 40)
    thread.join(20)


def test_where_no_scheduler_answers_the_message_says_how_to_start_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"No scheduler answers at tcp://127.0.0.1:9 .*dask worker tcp://127.0.0.1:9"):
        outcomes_of(DaskCluster("tcp://127.0.0.1:9"), Copying(str(tmp_path)), 1)


def test_a_scheduler_with_tls_is_reached_by_the_certificates_of_the_configuration(tmp_path: Path) -> None:
    """And by nobody without them."""
    import dask
    from distributed import LocalCluster, Security

    keys = Security.temporary()
    for name, text in {"ca": keys.tls_ca_file, "cert": keys.tls_client_cert, "key": keys.tls_client_key}.items():
        (tmp_path / name).write_text(text)
    tls = "distributed.comm.tls"
    own = {
        f"{tls}.{name}": str(tmp_path / path)
        for name, path in (("ca-file", "ca"), ("client.cert", "cert"), ("client.key", "key"))
    }
    here = {"host": "tls://127.0.0.1", "dashboard_address": "127.0.0.1:0"}
    with LocalCluster(n_workers=1, threads_per_worker=1, security=keys, **here) as cluster:
        engine = DaskCluster(cluster.scheduler_address)
        assert engine.scheduler.startswith("tls://")
        with pytest.raises(InputError, match="needs certificates"):
            outcomes_of(engine, Copying(str(tmp_path)), 2)
        with dask.config.set(own):
            assert outcomes_of(engine, Copying(str(tmp_path)), 2) == {1: "", 2: ""}


@pytest.mark.parametrize("address", ["banana", "host:8786", "tcp://host", "2"])
def test_what_is_no_address_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(InputError, match=f"tcp://host:8786 (?s:.)*Got '{address}' instead"):
        outcomes_of(DaskCluster(address), Copying(str(tmp_path)), 1)


def test_processes_of_its_own_connect_nowhere_else(tmp_path: Path) -> None:
    work = Copying(str(tmp_path), happens=((2, "connects"),))
    with pytest.raises(NetworkError, match=r"would connect to 192\.0\.2\.1:443"):
        outcomes_of(DaskCluster(workers=1), work, 2)


def test_processes_of_its_own_are_reached_from_this_machine_alone_and_end(tmp_path: Path) -> None:
    reached: set[str] = set()
    own = {child.pid for child in psutil.Process().children(recursive=True)}

    def look(*_: object) -> None:
        family = [psutil.Process(), *psutil.Process().children(recursive=True)]
        sockets = (socket for process in family for socket in process.net_connections("inet"))
        reached.update(socket.laddr.ip for socket in sockets if socket.status == "LISTEN")

    DaskCluster(workers=1).run(Copying(str(tmp_path)), parts(2), look)
    assert reached == {"127.0.0.1"}
    left = {process for process in psutil.Process().children(recursive=True) if process.pid not in own}
    assert all("resource_tracker" in " ".join(process.cmdline()) for process in left)
