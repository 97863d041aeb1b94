"""Draws the rooms of secondcoder and what each imports, from the code: docs/module-graph.svg, and its edges in docs/module-graph.txt.

    python docs/module_graph.py

Rooms stand in the order of the layers in pyproject.toml, each with its number of modules. An arrow goes down from a room to a room
that it imports; the line is faint where the arrows lead there by way of another room too. An arrow that goes up, against the layers,
is red. Imports inside functions and under TYPE_CHECKING count.
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
    "rect{fill:#fff;stroke:#34607f;stroke-width:1.2}path{fill:none;stroke:#34607f;stroke-width:1.3;marker-end:url(#tip)}"
    "path.implied{stroke:#a9bccb;stroke-width:.6;marker-end:none}path.up{stroke:#c22f2f}"
    "#tip path{fill:#34607f;stroke:none;marker-end:none}"
)
TIP = (
    '<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" markerHeight="6" orient="auto-start-reverse">'
    '<path d="M0 0L8 4L0 8z"/></marker>'
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
    built = grimp.build_graph("secondcoder", cache_dir=None)
    built.remove_module("secondcoder.__main__")  # a door to `cli`, and in no room
    return built


def room_of(module: str) -> str:
    """The room in which a module lies; the package's own `__init__` is in none."""
    return module.partition(".")[2].partition(".")[0]


@cache
def edges() -> set[tuple[str, str]]:
    """(room, room that it imports)."""
    pairs = {
        (room_of(module), room_of(imported))
        for module in graph().modules
        for imported in graph().find_modules_directly_imported_by(module)
    }
    return {(above, below) for above, below in pairs if above and below and above != below}


def implied(downward: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Edges that only shorten a longer way along the others."""
    below: dict[str, set[str]] = {}
    for room, imported in downward:
        below.setdefault(room, set()).add(imported)

    @cache
    def reached(room: str) -> frozenset[str]:
        imported = below.get(room, set())
        return frozenset(imported).union(*map(reached, imported))

    return {(room, to) for room, to in downward if any(to in reached(by) for by in below[room])}


def edge_list() -> str:
    """The edges as text, a room on each line, in the order of the layers."""
    rooms = [room for row in layers() for room in row]
    below = {room: [imported for imported in rooms if (room, imported) in edges()] for room in rooms}
    return "".join(f"{room} -> {', '.join(imported) or 'nothing'}\n" for room, imported in below.items())


def picture() -> str:
    """The graph as SVG."""
    rows = layers()
    places = {
        room: (WIDTH * (at + 1) / (len(row) + 1), 40 + ROW * number)
        for number, row in enumerate(rows)
        for at, room in enumerate(row)
    }
    level = {room: at for at, row in enumerate(rows) for room in row}
    downward = {(room, to) for room, to in edges() if level[room] < level[to]}
    kinds = dict.fromkeys(implied(downward), "implied") | {(a, b): "up" for a, b in edges() if level[a] > level[b]}
    lines = sorted(edges(), key=lambda edge: (kinds.get(edge) != "implied", edge))
    sizes = Counter(room_of(module) for module in graph().modules)
    height = 40 + ROW * len(rows)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
        f"<title>Rooms of secondcoder and what each imports</title><style>{STYLE}</style>{TIP}",
        '<rect width="100%" height="100%" style="fill:#fff;stroke:none"/>',
        *(_line(places[room], places[to], kinds.get((room, to), "")) for room, to in lines),
        *(_box(room, place, sizes[room]) for room, place in places.items()),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _line(start: tuple[float, float], end: tuple[float, float], kind: str) -> str:
    """A curve from the bottom of one box to the top of the other, bowed outwards so that it passes beside the boxes between."""
    (x, y), (to_x, to_y) = start, end
    half, down = BOX[1] / 2, (to_y > y) - (to_y < y)
    y, to_y = (y + half * down, to_y - half * down) if down else (y - half, to_y - half)
    side = 1 if (x + to_x) / 2 >= WIDTH / 2 else -1
    bow = side * min(330.0, 0.55 * max(0.0, abs(to_y - y) - ROW))
    lift = 0.0 if down else -28.0
    first, second = (x + bow, y + (to_y - y) * 0.25 + lift), (to_x + bow, y + (to_y - y) * 0.75 + lift)
    curve = f"M{x:.0f} {y:.0f}C{first[0]:.0f} {first[1]:.0f} {second[0]:.0f} {second[1]:.0f} {to_x:.0f} {to_y:.0f}"
    return f'<path class="{kind}" d="{curve}"/>' if kind else f'<path d="{curve}"/>'


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
