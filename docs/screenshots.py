"""Screenshots of the pages that the tutorial's commands write, for docs/tutorial.md. Needs Chromium.

Usage: python docs/screenshots.py FOLDER, the folder in which the tutorial was followed (its study is FOLDER/mystudy).
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
PAGES = {
    "card": ("mystudy/models/m0001/card.html", 900),
    "gate": ("mystudy/models/m0002/gate.html", 760),
    "report": ("mystudy/findings/report.html", 900),
}
"""Picture -> the page below the folder, and the height that is shown of it."""
WIDTH = 1100


def main(folder: Path) -> None:
    """Write docs/tutorial-NAME.png of each page."""
    browser = next((path for name in ("chromium", "google-chrome") if (path := shutil.which(name))), None)
    if browser is None:
        sys.exit("No Chromium found.")
    for name, (page, height) in PAGES.items():
        shot = HERE / f"tutorial-{name}.png"
        command = [browser, "--headless", "--no-sandbox", "--hide-scrollbars", f"--window-size={WIDTH},{height}"]
        # Our own pages, written by secondcoder, in a browser of this machine.
        subprocess.run([*command, f"--screenshot={shot}", (folder / page).resolve().as_uri()], check=True)  # noqa: S603


if __name__ == "__main__":
    main(Path(sys.argv[1]))
