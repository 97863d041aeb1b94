#!/bin/bash
# A batch run as an array of tasks, each of which does its share:  sbatch array.sh STUDY INPUT FOLDER/
# Tasks do not wait for each other. Submitted again, each does what is left of its share.
#SBATCH --job-name=secondcoder
#SBATCH --array=1-40
#SBATCH --cpus-per-task=1
#SBATCH --mem=3G
#SBATCH --time=04:00:00
set -euo pipefail
export OMP_NUM_THREADS="$SLURM_CPUS_PER_TASK"
secondcoder -C "$1" code "$2" --out "$3" --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT"
