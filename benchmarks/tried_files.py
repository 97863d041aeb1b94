"""What came of every reference file beside the checkout: each imported into a study of its own, as docs/interchange.md tables it.

python benchmarks/tried_files.py   writes the table into docs/interchange.md (a minute)
"""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from secondcoder.domain.records import SpeakerRole, Transcript
from secondcoder.domain.wording import counted, listed
from secondcoder.errors import NoSpeakersError, SecondcoderError
from secondcoder.exchange.codebooks.files import read_codebook
from secondcoder.exchange.importing import ImportOptions
from secondcoder.study.study import Study

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "interchange.md"
SHARED = ROOT.parent / "shared"
MARKED = re.compile(r"(?<=<!-- tried -->\n).*?(?=<!-- /tried -->)", re.DOTALL)
NO_DATA = ("SOURCES.tsv", "LICENCES.md", "expected.json", "*EXPECTED.txt")
DOCUMENTS = SHARED / "refi" / "samples" / "qualcoder" / "reference_v17.qda" / "documents"
SHOWN = 4


def files() -> Iterator[Path]:
    """The reference files; a project that is a folder is one of them."""
    for path in sorted([*(SHARED / "transcripts").rglob("*"), *(SHARED / "refi" / "samples").rglob("*")]):
        inside = any(parent.suffix == ".qda" for parent in path.parents)
        if (path.is_file() or path.suffix == ".qda") and not inside and not any(map(path.match, NO_DATA)):
            yield path


def table() -> str:
    """Markdown: a row a file."""
    head = "| file | what came of it |\n|---|---|\n"
    return head + "".join(f"| `{path.relative_to(SHARED)}` | {outcome(path)} |\n" for path in files())


def outcome(path: Path) -> str:
    """What an import of the file said, in a line."""
    try:
        if "codebook" in path.name or path.suffix == ".qdc":
            return f"codebook of {counted(len(read_codebook(path).book.codes), 'code')}"
        if "highlights" in path.name:
            return "with its documents: " + _imported([*_documents(), path], coder="Ana")
        if path.suffix == ".TextGrid":
            return "both together: " + _imported(sorted(path.parent.glob("*.TextGrid")))
        return _imported([path])
    except NoSpeakersError:
        return "asks for speakers; with `--speakers none`: " + _imported([path], speakers=("none",))
    except SecondcoderError as error:
        first = str(error).replace(f"{path.name}: ", "").replace(path.name, "").split("\n")
        said = first[1].strip() if first[0].endswith("faults.") else ". ".join(first[0].split(". ")[:2])
        return f"refused: {said.strip().rstrip('.')}"


def _documents() -> list[Path]:
    """Of the project whose highlights Taguette exported, under the names that it gave them."""
    folder = Path(tempfile.mkdtemp())
    for path in DOCUMENTS.iterdir():
        (folder / path.name.removesuffix(".txt")).write_bytes(path.read_bytes())
    return sorted(folder.iterdir())


def _imported(paths: list[Path], coder: str | None = None, speakers: tuple[str, ...] = ()) -> str:
    with tempfile.TemporaryDirectory() as folder:
        study = Study.create(Path(folder) / "study", "none")
        try:
            result = study.import_files(paths, ImportOptions(add_codes=True, coder=coder, speakers=speakers))
        finally:
            study.close()
    turns = sum(len(each.turns) for each in result.transcripts)
    parts = [counted(len(result.transcripts), "transcript"), counted(turns, "turn"), _speakers(result.transcripts)]
    timed = sum(
        turn.time_start is not None or turn.time_end is not None for each in result.transcripts for turn in each.turns
    )
    parts += ["times"] * bool(timed)
    if result.codings:
        coders = listed(sorted({coding.coder for coding in result.codings}))
        parts.append(f"{counted(len(result.codings), 'coding')} by {coders}")
    ways = [found[0] for note in result.notes if (found := re.findall(r"positions read as ([^.]*?)(?:, as|\.)", note))]
    return "; ".join([*filter(None, parts), *(f"positions are {way}" for way in ways)])


def _speakers(transcripts: list[Transcript]) -> str:
    """Who speaks, interviewers with a star."""
    roles = {turn.speaker: turn.role for each in transcripts for turn in each.turns if turn.speaker}
    names = [f"{name}\\*" if role is SpeakerRole.INTERVIEWER else name for name, role in roles.items()]
    more = [f"{len(names) - SHOWN} more"] if len(names) > SHOWN else []
    return listed(names[:SHOWN] + more) if names else "no speakers"


def main() -> None:
    """Write the table between the marks of the page."""
    text = PAGE.read_text(encoding="utf-8")
    found = table()
    PAGE.write_text(MARKED.sub(lambda _: found, text), encoding="utf-8")
    print(Counter("refused" if "| refused" in line else "read" for line in found.splitlines()[2:]))


if __name__ == "__main__":
    main()
