"""A Slurm of the test's own: munge, controller and one node with two processors, in a temporary folder, gone afterwards.

As root in a container without systemd or cgroups too. Debian has it: apt-get install slurm-wlm munge.
"""

from __future__ import annotations

import getpass
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

PATH = os.pathsep.join((os.environ["PATH"], "/usr/sbin", "/sbin"))
"""Daemons lie where only root's path looks."""
PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "scancel", "sinfo", "squeue")
CONFIGURATION = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
SlurmctldPort={controller_port}
SlurmdPort={node_port}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
MailProg=/bin/true
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_interval=1,batch_sched_delay=0
SlurmdParameters=config_overrides
ReturnToService=2
KillWait=2
NodeName={host} NodeAddr=127.0.0.1 CPUs=2 RealMemory={memory} State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def missing() -> list[str]:
    """Programs of Slurm that are not installed."""
    return [program for program in PROGRAMS if shutil.which(program, path=PATH) is None]


class Slurm:
    """A running one-node Slurm; `environment` is what its commands, and jobs, need."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {**os.environ, "PATH": PATH, "SLURM_CONF": str(folder / "slurm.conf")}

    def call(self, *words: str, cwd: Path | None = None) -> str:
        """What a command of Slurm prints."""
        ran = subprocess.run(words, env=self.environment, cwd=cwd, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, f"{words}: {ran.stderr}{self.logs()}"
        return ran.stdout.strip()

    def wait_for_jobs(self, seconds: float = 300) -> None:
        """Until no job waits or runs. A job that can never run (its dependency failed) is a failure."""

        def ended() -> bool:
            queue = self.call("squeue", "--noheader", "--format=%T %r")
            assert "DependencyNeverSatisfied" not in queue, queue
            return not queue

        self._until(ended, "jobs still run", seconds)

    def logs(self) -> str:
        """What the daemons wrote, for a failure's message."""
        return "\n".join(f"{path.name}:\n{path.read_text()}" for path in sorted(self.folder.glob("*.log")))

    def wait_for_node(self, seconds: float = 30) -> None:
        def idle() -> bool:
            ran = subprocess.run(
                ["sinfo", "--noheader", "--format=%T"],
                env=self.environment,
                capture_output=True,
                text=True,
                check=False,
            )
            return ran.stdout.strip() == "idle"

        self._until(idle, "the node is not idle", seconds)

    def _until(self, holds: object, otherwise: str, seconds: float) -> None:
        assert callable(holds)
        until = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < until, f"After {seconds:g} s {otherwise}.\n{self.logs()}"
            time.sleep(0.2)


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def _configure(folder: Path) -> None:
    controller_port, node_port = _free_ports(2)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    values = {"host": socket.gethostname().partition(".")[0], "user": getpass.getuser(), "folder": folder}
    for name in ("state", "spool"):
        (folder / name).mkdir()
    text = CONFIGURATION.format(controller_port=controller_port, node_port=node_port, memory=memory, **values)
    (folder / "slurm.conf").write_text(text)
    key = folder / "munge.key"
    key.touch(mode=0o600)
    key.write_bytes(secrets.token_bytes(128))


@contextmanager
def _daemon(words: Sequence[str], slurm: Slurm) -> Iterator[None]:
    """A daemon in the foreground, stopped as an administrator would; what it started goes with its group."""
    process = subprocess.Popen(
        words, env=slurm.environment, cwd=slurm.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(20)


@contextmanager
def running() -> Iterator[Slurm]:
    """A new Slurm whose node is idle. Its jobs are cancelled at the end."""
    folder = Path(tempfile.mkdtemp(prefix="slurm"))
    folder.chmod(0o755)  # munge refuses a socket that others cannot reach
    slurm = Slurm(folder)
    munge = {"key-file": "munge.key", "socket": "munge.socket", "pid-file": "munge.pid", "seed-file": "munge.seed"}
    paths = [f"--{option}={folder / name}" for option, name in munge.items()]
    try:
        _configure(folder)
        with (
            _daemon(["munged", "--foreground", "--force", *paths, f"--log-file={folder / 'munge.log'}"], slurm),
            _daemon(["slurmctld", "-D", "-f", str(folder / "slurm.conf")], slurm),
            _daemon(["slurmd", "-D", "-f", str(folder / "slurm.conf")], slurm),
        ):
            slurm.wait_for_node()
            try:
                yield slurm
            finally:
                slurm.call("scancel", "--user", getpass.getuser())
                slurm.wait_for_jobs(60)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
