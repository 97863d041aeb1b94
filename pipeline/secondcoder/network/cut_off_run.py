"""The demonstration and a review's start in a process that is cut off from the network: `python -m secondcoder.network.cut_off_run
FOLDER`. What was run, how, and what was tried is written as one line of JSON.

Where the system has no network namespace, the guard alone stands between: it refuses what Python opens, and says so here.
"""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from http.cookiejar import CookieJar
from pathlib import Path
from time import monotonic
from typing import Any

from secondcoder.network.cut_off import cut_off, interfaces, tried

COMMAND = (sys.executable, "-P", "-m", "secondcoder")
START_SECONDS = 120
"""That a review may take until its first page is there."""


def _main(folder: Path) -> int:
    why_not = cut_off()
    steps = [_step("secondcoder demo", lambda: _demo(folder))]
    if not steps[0]["fault"]:
        steps.append(_step("secondcoder review, and its first page", lambda: _review(folder)))
    seen = {} if why_not else {"interfaces": interfaces(), "tried": tried()}
    sys.stdout.write(json.dumps({"ran": steps, "why_not_cut_off": why_not, **seen}) + "\n")
    return 0


def _step(name: str, run: Callable[[], str]) -> dict[str, Any]:
    began = monotonic()
    fault = run()
    return {"command": name, "seconds": round(monotonic() - began, 1), "fault": fault}


def _demo(folder: Path) -> str:
    """'' where the demonstration ended as it should, else how."""
    command = [*COMMAND, "demo", str(folder)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)  # noqa: S603 - ourselves
    return f"it ended with {done.returncode}" if done.returncode else ""


def _review(folder: Path) -> str:
    """'' where a review started and gave its first page to a browser's questions, else why not."""
    command = [*COMMAND, "-C", str(folder), "review", "--no-browser"]
    with subprocess.Popen(  # noqa: S603 - ourselves
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
    ) as server:
        try:
            line = ""
            for line in server.stdout or ():
                if "http://127.0.0.1:" in line:
                    return _first_page(line.strip())
            return f"it did not start ({line.strip()})"
        finally:
            server.terminate()


def _first_page(link: str) -> str:
    keeping = urllib.request.HTTPCookieProcessor(CookieJar())
    browser = urllib.request.build_opener(urllib.request.ProxyHandler({}), keeping)
    try:
        with browser.open(link, timeout=START_SECONDS) as page:
            return "" if b"</html>" in page.read() else "its first page is not whole"
    except OSError as error:
        return f"its first page did not come ({error})"


if __name__ == "__main__":
    sys.exit(_main(Path(sys.argv[1])))
