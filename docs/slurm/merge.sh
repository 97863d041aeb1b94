#!/bin/bash
# The result of a batch run from its parts, or the names of those that are missing:  sbatch merge.sh FOLDER/
#SBATCH --job-name=secondcoder-merge
#SBATCH --mem=3G
#SBATCH --time=01:00:00
set -euo pipefail
secondcoder code --merge --out "$1"
