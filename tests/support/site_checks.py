"""The site as `make docs` builds it, for tests: built once for all, in build/site, and only anew where a source has changed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from filelock import FileLock
from lxml import html

from support.browser_checks import missing
from support.places import ROOT

SITE = ROOT / "build" / "site"
BUILD = ["-m", "sphinx", "-c", "docs", "-b", "html", "-W", "--keep-going", "-n", "-q"]
"""As in the Makefile."""


def built_site() -> Path:
    """The site's folder; AssertionError with the warnings where there are any."""
    try:
        import furo
        import sphinx  # noqa: F401
    except ImportError:
        missing("Sphinx is not installed (pip install -e .[docs])")
    assert furo
    SITE.parent.mkdir(exist_ok=True)
    with FileLock(SITE.parent / "site.lock"):
        done = subprocess.run(
            [sys.executable, *BUILD, ".", SITE], cwd=ROOT, capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, done.stderr
    return SITE


def pages_of(site: Path) -> dict[Path, Any]:
    """Every page, parsed, by its path."""
    return {
        path: html.parse(str(path)).getroot() for path in sorted(site.rglob("*.html")) if "_static" not in path.parts
    }
