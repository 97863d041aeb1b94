"""Draws the rooms of secondcoder and what each imports, from the code: docs/module-graph.svg, and its edges in docs/module-graph.txt.

    python docs/module_graph.py

Rooms stand in the order of the layers in pyproject.toml; a line goes down from a room to a room that it imports, the thicker the more
modules of it do. A line that goes up, against the layers, is red. Imports inside functions and under TYPE_CHECKING count.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import grimp

DOCS = Path(__file__).resolve().parent
WIDTH, ROW, BOX = 1000, 62, (132, 30)
STYLE = (
    "text{font:13px system-ui,sans-serif;text-anchor:middle;fill:#1b2733}.count{font-size:10px;fill:#5b6b7a}"
    "rect{fill:#fff;stroke:#34607f;stroke-width:1.2}path{fill:none;stroke:#7d9bb0;stroke-opacity:.55}path.up{stroke:#c22f2f;stroke-opacity:1}"
)


def layers() -> list[list[str]]:
    """The rooms, a list for each layer, top to bottom."""
    settings = tomllib.loads((DOCS.parent / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    rows = next(contract["layers"] for contract in contracts if contract["id"] == "layers")
    there = {room_of(module) for module in graph().modules}
    named = [[room.strip(" ()") for room in row.split(":")] for row in rows]
    return [row for row in ([room for room in row if room in there] for row in named) if row]


@cache
def graph() -> grimp.ImportGraph:
    """All imports of secondcoder's modules."""
    return grimp.build_graph("secondcoder", cache_dir=None)


def room_of(module: str) -> str:
    """The room in which a module lies; the package's own `__init__` is in none."""
    return module.partition(".")[2].partition(".")[0]


@cache
def edges() -> dict[tuple[str, str], int]:
    """(room, room that it imports) -> the number of imports between their modules."""
    pairs = Counter(
        (room_of(module), room_of(imported))
        for module in graph().modules
        for imported in graph().find_modules_directly_imported_by(module)
    )
    return {
        (above, below): times for (above, below), times in sorted(pairs.items()) if above and below and above != below
    }


def edge_list() -> str:
    """The edges as text, a room on each line, in the order of the layers."""
    rooms = [room for row in layers() for room in row]
    below = {room: sorted(imported for above, imported in edges() if above == room) for room in rooms}
    return "".join(f"{room} -> {', '.join(imported) or 'nothing'}\n" for room, imported in below.items())


def picture() -> str:
    """The graph as SVG."""
    rows = layers()
    places = {
        room: (WIDTH * (at + 1) / (len(row) + 1), 40 + ROW * level)
        for level, row in enumerate(rows)
        for at, room in enumerate(row)
    }
    sizes = Counter(room_of(module) for module in graph().modules)
    height = 40 + ROW * len(rows)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
        f"<title>Rooms of secondcoder and what each imports</title><style>{STYLE}</style>",
        '<rect width="100%" height="100%" style="fill:#fff;stroke:none"/>',
        *(_line(places[above], places[below], times) for (above, below), times in edges().items()),
        *(_box(room, place, sizes[room]) for room, place in places.items()),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _line(start: tuple[float, float], end: tuple[float, float], times: int) -> str:
    """A curve from the bottom of one box to the top of the other, bowed outwards so that it passes beside the boxes between."""
    (x, y), (to_x, to_y) = start, end
    half = BOX[1] / 2
    level = to_y == y
    up = to_y < y
    y, to_y = (y - half, to_y + half) if up else (y - half, to_y - half) if level else (y + half, to_y - half)
    distance = abs(to_y - y)
    side = 1 if (x + to_x) / 2 >= WIDTH / 2 else -1
    bow = side * min(330.0, 0.55 * max(0.0, distance - ROW)) if not level else 0.0
    lift = -28.0 if level else 0.0
    one, other = (x + bow, y + (to_y - y) * 0.25 + lift), (to_x + bow, y + (to_y - y) * 0.75 + lift)
    kind = ' class="up"' if up else ""
    curve = f"M{x:.0f} {y:.0f}C{one[0]:.0f} {one[1]:.0f} {other[0]:.0f} {other[1]:.0f} {to_x:.0f} {to_y:.0f}"
    return f'<path{kind} d="{curve}" style="stroke-width:{min(4.0, 0.6 + times / 8):.1f}"/>'


def _box(room: str, place: tuple[float, float], modules: int) -> str:
    x, y = place
    width, height = BOX
    return (
        f'<rect x="{x - width / 2:.0f}" y="{y - height / 2:.0f}" width="{width}" height="{height}" rx="5"/>'
        f'<text x="{x:.0f}" y="{y + 1:.0f}">{room}</text><text class="count" x="{x:.0f}" y="{y + 12:.0f}">{modules}</text>'
    )


if __name__ == "__main__":
    (DOCS / "module-graph.txt").write_text(edge_list(), encoding="utf-8")
    (DOCS / "module-graph.svg").write_text(picture(), encoding="utf-8")
