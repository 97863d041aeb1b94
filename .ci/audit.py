"""Known faults of the pinned packages, by pip-audit: `python .ci/audit.py PIP_AUDIT FILE...`.

A package with a known fault is a failure. A database that cannot be asked, and a package that it does not know, is a warning: a
change must not wait for somebody else's server.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any


def main(program: str, *files: str) -> int:
    """1 where a package has a known fault."""
    named = [word for file in files for word in ("--requirement", file)]
    command = [program, "--disable-pip", "--no-deps", "--progress-spinner", "off", "--format", "json", *named]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        packages: list[dict[str, Any]] = json.loads(asked.stdout)["dependencies"]
    except (ValueError, KeyError):
        last = asked.stderr.strip().splitlines()[-1:] or ["no answer"]
        return _say(f"warning: no database of known faults could be asked ({last[0]}).")
    if unknown := sum("skip_reason" in package for package in packages):
        _say(f"warning: the database of known faults does not know {unknown} of {len(packages)} packages.")
    faulty = [package for package in packages if package.get("vulns")]
    for package in faulty:
        ids = ", ".join(
            f"{fault['id']} (mended in {', '.join(fault['fix_versions']) or 'none'})" for fault in package["vulns"]
        )
        _say(f"- {package['name']} {package['version']}: {ids}")
    _say(f"{len(faulty)} of the {len(packages) - unknown} packages that it knows have known faults.")
    return bool(faulty)


def _say(line: str) -> int:
    sys.stdout.write(f"{line}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
