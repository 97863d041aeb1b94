"""A run's parts on the workers of a Dask cluster, one task a part (https://distributed.dask.org).

Over the network go names of parts, paths and counts, never talk: a worker reads its part from the shared folder, and writes there what
comes of it. A part that is done twice, because its worker was lost before it could say so, gives the same file.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING
from uuid import uuid4

from secondcoder.domain.wording import counted
from secondcoder.engine.parts import Part, PartOutcome, Work
from secondcoder.errors import InputError, SecondcoderError
from secondcoder.network.guard import let_through

if TYPE_CHECKING:
    from distributed import Client

LOG = logging.getLogger("distributed.worker")
ONE_AT_A_TIME = threading.Lock()
"""In a worker: a second thread would only share model and processors with the first."""
ADDRESS = re.compile(r"[a-z]+://\S+:\d+")
LOCAL = {
    "distributed.scheduler.http.routes": [],  # nothing is shown to a browser
    "distributed.worker.http.routes": [],
    "distributed.worker.preload": ["from secondcoder import refuse_connections; refuse_connections()"],
    "distributed.scheduler.no-workers-timeout": "1 minute",  # where all its processes are gone, others will not come
}
LOGS = "the logs of the workers say more"
AWAY = "The scheduler went away. What was done is kept; the same command goes on where this one stopped."


@dataclass(frozen=True)
class DaskCluster:
    """An engine: does parts on the workers of a scheduler, or on processes of its own on this machine.

    Attributes:
        scheduler: the scheduler's address, as tcp://host:8786 or tls://host:8786; None for `workers` processes here.
        workers: how many processes, of one thread each.
    """

    scheduler: str | None = None
    workers: int = 0

    def run(self, work: Work, parts: Sequence[Part], done: Callable[[PartOutcome], None]) -> None:
        """Do each part, in any order; `done` is called here with each outcome as it comes.

        Raises:
            InputError: Dask is not installed, no scheduler answers, it went away midway, or a worker would not do what the run says.
        """
        _require_dask()
        with _connected(self.scheduler) if self.scheduler else _local(self.workers) as client:
            _refuse_differing(client, work)
            for outcome in _outcomes(client, work, parts):
                done(outcome)


def _require_dask() -> None:
    if find_spec("distributed") is None:
        raise InputError("Dask is not installed. Install it, on the workers too: pip install 'secondcoder[cluster]'")


def _outcomes(client: Client, work: Work, parts: Sequence[Part]) -> Iterator[PartOutcome]:
    """As they come. Parts whose tasks failed come again at the end, each alone: most were only waiting beside the one at fault."""
    again = []
    for part, outcome in _as_they_come(client, work, parts):
        if isinstance(outcome, PartOutcome):
            yield outcome
        else:
            again.append(part)
    for part in again:
        for _, outcome in _as_they_come(client, work, [part]):
            yield outcome if isinstance(outcome, PartOutcome) else PartOutcome(part.name, error=_in_words(outcome))


def _as_they_come(client: Client, work: Work, parts: Sequence[Part]) -> Iterator[tuple[Part, PartOutcome | Exception]]:
    """Each part with its outcome, or why there is none; neither scheduler nor client keeps it after that.

    Raises:
        SecondcoderError: of no part, but of all.
    """
    from distributed import as_completed

    run = uuid4().hex  # parts of other runs on the same scheduler have the same names
    by_key = {f"{part.name}-{run}": part for part in parts}
    tasks = client.map(partial(_on_worker, work), parts, key=list(by_key), pure=False)
    coming = as_completed(tasks, loop=client.loop)
    del tasks
    for task in coming:
        try:
            outcome = task.result()
        except CancelledError:
            raise InputError(AWAY) from None
        except SecondcoderError:
            raise
        except Exception as error:
            outcome = error
        yield by_key[task.key], outcome


def _in_words(error: Exception) -> str:
    from distributed import KilledWorker

    what = "every worker that took it was lost (out of memory, or of time?)"
    return f"{what if isinstance(error, KilledWorker) else type(error).__name__}; {LOGS}"


def _on_worker(work: Work, part: Part) -> PartOutcome:
    """In a worker. One that came later and would not do what the run says leaves, and the part goes to another."""
    from distributed import Reschedule, get_worker

    with ONE_AT_A_TIME:
        if differs := _differs(work):
            LOG.error("This worker leaves: %s", differs)
            worker = get_worker()
            worker.loop.add_callback(worker.close, nanny=True, reason="differs from the run")
            raise Reschedule
        outcome = _outcome(work, part)
    if outcome.error:
        LOG.error("Part %s: %s", part.name, outcome.error)
    # What failed stands in the part's file, and in this worker's log: it may quote what was said.
    return replace(outcome, error=outcome.error and f"{outcome.error.partition(':')[0]}; {LOGS}", failed=())


def _outcome(work: Work, part: Part) -> PartOutcome:
    try:
        return work(part)
    except SecondcoderError:
        raise  # of no part, but of all
    except Exception as error:  # which may quote what was said, and would be sent as it is
        return PartOutcome(part.name, error=f"{type(error).__name__}: {error}")


def _refuse_differing(client: Client, work: Work) -> None:
    """InputError where a worker would not do what the run says, with all of them and why."""
    answers = client.run(_answer, work, on_error="return")
    faults = [f"  {address}: {answer}" for address, answer in sorted(answers.items()) if answer]
    if faults:
        raise InputError(
            f"{counted(len(faults), 'worker')} of {len(answers)} would not do what this run says:\n"
            + "\n".join(faults)
            + "\nNothing was coded."
        )


async def _answer(work: Work) -> str:
    """In a worker, whose own business goes on while the model is loaded."""
    return await asyncio.to_thread(_differs, work)


def _differs(work: Work) -> str:
    """Why this process would not do what the run says, '' where it would."""
    try:
        work.check()
    except SecondcoderError as error:
        return str(error)
    return ""


@contextmanager
def _connected(address: str, wait: str = "10s") -> Iterator[Client]:
    """A client of the scheduler; how it is secured stands in Dask's own configuration (`distributed.comm`)."""
    from distributed import Client, Security

    if not ADDRESS.fullmatch(address):
        raise InputError(
            f"A scheduler's address is written as tcp://host:8786 or tls://host:8786. Got '{address}' instead."
        )
    if address.startswith("tls:") and not Security().get_connection_args("client").get("ssl_context"):
        raise InputError(f"{address} needs certificates, and Dask's configuration names none (distributed.comm.tls).")
    let_through(address.partition("://")[2].rpartition(":")[0].strip("[]"))  # as --scheduler says
    try:
        client = Client(address, timeout=wait, set_as_default=False)
    except (OSError, ValueError) as error:
        raise InputError(
            f"No scheduler answers at {address} ({error}). Start one, and its workers: dask scheduler; dask worker {address}"
        ) from None
    with client:
        yield client


@contextmanager
def _modules_from_packages_alone() -> Iterator[None]:
    """Else Python would look for the modules of each new process in the current folder first, which often is the study's."""
    before = os.environ.get("PYTHONSAFEPATH")
    os.environ["PYTHONSAFEPATH"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONSAFEPATH"]
        else:
            os.environ["PYTHONSAFEPATH"] = before


@contextmanager
def _local(workers: int) -> Iterator[Client]:
    """Processes of one thread each, reached on the loopback address alone, gone afterwards."""
    import dask
    from distributed import LocalCluster

    here = {"host": "127.0.0.1", "dashboard_address": "127.0.0.1:0"}
    with (
        _modules_from_packages_alone(),
        dask.config.set(LOCAL),
        LocalCluster(n_workers=workers, threads_per_worker=1, silence_logs=logging.ERROR, **here) as cluster,
        _connected(cluster.scheduler_address) as client,
    ):
        yield client
