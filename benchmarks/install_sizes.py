"""How much an installation downloads on each system, by the sizes that PyPI states; and, if named, how much one takes on the disk.

    python benchmarks/install_sizes.py dist/secondcoder-*.whl --cpu-torch torch-...+cpu-....whl --installed "CPU build=FOLDER"

Needs `uv` on the path, which resolves for systems other than this one and writes down each file with its size. Nothing is installed.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from machine import machine

SYSTEMS = {
    "Linux, x86-64": ("sys_platform == 'linux' and platform_machine == 'x86_64'", r"manylinux.*x86_64"),
    "macOS, Apple chip": ("sys_platform == 'darwin' and platform_machine == 'arm64'", r"macosx.*(arm64|universal2)"),
    "Windows": ("sys_platform == 'win32'", r"win_amd64"),
}
"""Name -> as an environment of uv, and as a pattern that the names of its wheels hold."""
GPU = ("nvidia", "cuda", "triton")
PROJECT = """[project]
name = "x"
version = "0"
requires-python = "=={python}.*"
dependencies = ["secondcoder"]
[tool.uv]
environments = {environments}
[tool.uv.sources]
secondcoder = {{ path = "{wheel}" }}
"""


def locked(wheel: Path) -> list[dict[str, Any]]:
    """Every package that uv chooses, with its files and their sizes."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    environments = [environment for environment, _ in SYSTEMS.values()]
    with tempfile.TemporaryDirectory() as folder:
        text = PROJECT.format(python=python, environments=environments, wheel=wheel.resolve().as_posix())
        Path(folder, "pyproject.toml").write_text(text, encoding="utf-8")
        words = ["uv", "lock", "--quiet", "--python", sys.executable, "--no-python-downloads"]
        subprocess.run(words, cwd=folder, check=True)
        packages: list[dict[str, Any]] = tomllib.loads(Path(folder, "uv.lock").read_text(encoding="utf-8"))["package"]
    return packages


def sizes(packages: Iterable[Mapping[str, Any]], fits: str) -> dict[str, float]:
    """MB of each package on a system: of the one file that fits it and this Python."""
    tag = f"cp{sys.version_info.major}{sys.version_info.minor}"
    found = {}
    for package in packages:
        fit = [
            wheel["size"]
            for wheel in package.get("wheels", ())
            if "url" in wheel
            and any(python in wheel["url"] for python in (f"{tag}-{tag}", f"{tag}-none", "abi3", "py3-none", "py2.py3"))
            and re.search(rf"{fits}|none-any", wheel["url"])
        ]
        if fit:
            found[str(package["name"])] = max(fit) / 1e6
    return found


def on_disk(folder: Path) -> float:
    """MB of the files below a folder."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir()) / 1e6


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wheel", type=Path)
    parser.add_argument("--cpu-torch", type=Path, help="a wheel of torch without libraries for graphics cards")
    parser.add_argument("--installed", action="append", default=[], metavar="NAME=FOLDER")
    asked = parser.parse_args()
    packages = locked(asked.wheel)
    print("| system | packages | download, MB | of these torch | for graphics cards |\n|---|---|---|---|---|")
    for system, (_, fits) in SYSTEMS.items():
        found = sizes(packages, fits)
        linux = "Linux" in system
        gpu = sum(size for name, size in found.items() if name.startswith(GPU)) if linux else 0.0
        mine = {name: size for name, size in found.items() if linux or not name.startswith(GPU)}
        print(f"| {system} | {len(mine)} | {sum(mine.values()):,.0f} | {mine['torch']:,.0f} | {gpu:,.0f} |")
        if linux and asked.cpu_torch:
            cpu = asked.cpu_torch.stat().st_size / 1e6
            rest = {name: size for name, size in mine.items() if not name.startswith((*GPU, "torch"))}
            print(f"| {system}, CPU build | {len(rest) + 1} | {sum(rest.values()) + cpu:,.0f} | {cpu:,.0f} | 0 |")
    for named in asked.installed:
        name, _, folder = named.partition("=")
        print(f"\nOn the disk, {name}: {on_disk(Path(folder)):,.0f} MB.")
    torch = next(package["version"] for package in packages if package["name"] == "torch")
    print(f"\nThe newest releases at the time, torch {torch}. {machine(('secondcoder',))}")


if __name__ == "__main__":
    main()
