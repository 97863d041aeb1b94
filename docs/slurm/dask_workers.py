"""A batch run on Dask workers that Slurm starts and this program feeds: python dask_workers.py JOBS STUDY INPUT FOLDER/

It runs as long as the run takes, on a login node or in a job of its own (`sbatch --wrap`). What a site asks for besides, such as a
partition or an account, goes into `SLURMCluster(...)` or into Dask's own configuration: https://jobqueue.dask.org
"""

import subprocess
import sys

from dask_jobqueue import SLURMCluster

PAGES = "127.0.0.1:0"
"""Dask's own web pages are to be seen from their own machine alone."""


def main() -> int:
    """Start the workers, code on them, and end them."""
    jobs, study, given, folder = sys.argv[1:]
    with SLURMCluster(
        cores=1,
        processes=1,
        memory="3 GB",
        walltime="04:00:00",
        job_script_prologue=["export PYTHONSAFEPATH=1"],  # no module of the folder in which this is started
        worker_extra_args=["--dashboard-address", PAGES],
        scheduler_options={"dashboard_address": PAGES},
    ) as cluster:
        cluster.scale(jobs=int(jobs))
        on = ["--engine", "dask", "--scheduler", cluster.scheduler_address]
        command = ["secondcoder", "-C", study, "code", given, "--out", folder, *on]
        return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
