"""The links of the repository's pages. `python docs/links.py` lists those that lead out, with their places, for somebody to follow."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]
CODE = re.compile(r"^( *)(```+|~~~+).*?^\1\2 *$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"(?<=\n\n)(?: {4}.*\n)+")
TARGET = re.compile(
    r"\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)|<(https?://[^>\s]+)>|(?<![(<\w\"])(https?://[^\s)>\]\"',;]+)"
)
HEADING = re.compile(r"^#+ +(.*?) *#*$", re.MULTILINE)


@dataclass(frozen=True)
class Link:
    """Where it stands, and where it leads."""

    page: Path
    line: int
    target: str

    @property
    def leads_out(self) -> bool:
        """To another machine, or to a person."""
        return bool(re.match(r"[a-z]+:", self.target))


def pages() -> list[Path]:
    """Every page of the repository that is kept in git."""
    listed = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607
    return [ROOT / name for name in listed.stdout.splitlines() if not name.startswith("tests/")]


def links(page: Path) -> Iterator[Link]:
    """The links of a page, in its order; what stands in code is none."""
    text = page.read_text(encoding="utf-8")
    for code in (CODE, INDENTED):
        text = code.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    for found in TARGET.finditer(text):
        target = (found[1] or found[2] or found[3]).rstrip(".")
        yield Link(page, text.count("\n", 0, found.start()) + 1, target)


def anchors(page: Path) -> set[str]:
    """The names of a page's headings, as GitHub and the site make them."""
    text = CODE.sub(lambda found: found[0] if "\n" not in found[0] else "", page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in HEADING.findall(text)}


def fault(link: Link) -> str:
    """What is wrong with a link, as far as can be seen without a network; "" where nothing is."""
    if link.leads_out:
        parts = urlsplit(link.target)
        sound = parts.scheme == "mailto" or (
            parts.scheme == "https" and re.fullmatch(r"[\w.-]+\.[a-z]{2,}(:\d+)?", parts.netloc)
        )
        return "" if sound else "is no address of the form https://host/path"
    path, _, anchor = link.target.partition("#")
    to = (link.page.parent / path).resolve() if path else link.page
    if not to.exists():
        return "leads to no file of the repository"
    generated = to.suffix == ".md" and "<!-- generated:" in to.read_text(encoding="utf-8")
    if anchor and to.suffix == ".md" and not generated and anchor not in anchors(to):
        return f"leads to no heading of {to.name}"
    return ""


def main() -> int:
    """List the links that lead out, and name faults of any."""
    found = [link for page in pages() for link in links(page)]
    for link in found:
        place = f"{link.page.relative_to(ROOT)}:{link.line}"
        if said := fault(link):
            sys.stderr.write(f"{place}: {link.target} {said}\n")
        elif link.leads_out:
            sys.stdout.write(f"{place}: {link.target}\n")
    return any(map(fault, found))


if __name__ == "__main__":
    sys.exit(main())
