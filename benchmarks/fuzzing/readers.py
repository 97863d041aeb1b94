"""Every reader of what somebody sends, with its seeds, how these are altered, and its share of the inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from secondcoder.charting.notes_sheet import COLUMNS as NOTES
from secondcoder.codebook.yaml_edit import yaml_of
from secondcoder.codebook.yaml_file import load_codebook, parse_codebook
from secondcoder.configuration import load_configuration
from secondcoder.errors import SecondcoderError
from secondcoder.exchange.codebooks.files import read_codebook
from secondcoder.exchange.import_result import ImportOptions, ImportResult
from secondcoder.exchange.importing import read_all
from secondcoder.exchange.manifest import read_manifest
from secondcoder.exchange.pack.archive import read_pack
from secondcoder.exchange.speaker_map import read_speaker_maps
from secondcoder.exchange.tables.streamed_rows import Unreadable, streamed_rows

from fuzzing.changes import Change, altered_bytes, altered_json, altered_pack, altered_sqlite, altered_text, altered_zip
from fuzzing.seeds import Seed, known_talk, made_in
from fuzzing.studies import (
    EMBEDDER_SEEDS,
    Studies,
    a_request,
    adjudicating,
    charting,
    embedder_folders,
    kept_arrays,
    kept_seeds,
    model_seeds,
    model_versions,
    requests,
    reviewing,
)

Read = Callable[[Path], object]

XML = ("<a>", "</a>", "<w:p/>", "<w:tbl>", "<w:tr>", "<c t='s'><v>9</v></c>", "&lt;", "<!DOCTYPE x>", "<![CDATA[",
       "<?xml encoding='x'?>",
       "xmlns:w='x'", ' r="A9"', ' t="s"',
       "<Code guid='x' name='y'/>", "<office:text>", "<text:s text:c='9'/>")  # fmt: skip
CAPTIONS = (
    "-->",
    "00:00:01.000 --> 00:00:00.000",
    "99:99:99,999",
    "<v ",
    "</v>",
    "NOTE\n",
    "STYLE\n",
    "REGION\n",
    "\n\n",
    "{\\an8}",
    "<c.x>",
    "&lt;",
    "X-TIMESTAMP-MAP=",
)
TALK = (
    "I:",
    "Speaker 1:",
    "[00:01:02]",
    "(inaudible)",
    "**R**:",
    "# ",
    "| a | b |",
    "Interviewer",
    "Ana Dr:",
    "Q.",
    "A.",
    "\n\n",
    "Page 1 of 2",
    "00:01",
    "- ",
    "[pause] ",
)
RTF = (
    "\\par",
    "\\'e9",
    "\\u-10?",
    "\\bin9",
    "{\\*\\x",
    "}",
    "{",
    "\\trowd",
    "\\cell",
    "\\row",
    "\\ansicpg9",
    "\\uc9",
    "\\pict",
    "\\fonttbl",
    "\\b",
    "\\v",
)
HTML = (
    "<p>",
    "<br>",
    "<table>",
    "<tr>",
    "<td>",
    "</div>",
    "<script>",
    "<!--",
    "-->",
    "&#x110000;",
    "&nbsp;",
    "<meta charset=x>",
    "<style>",
    "<li>",
    "<b>",
    "<a href='x'>",
)
CSV = (
    ",",
    '"',
    '""',
    "\n",
    ";",
    "\t",
    "sep=;\n",
    "'=1+1",
    "order",
    "codes",
    "start",
    "end",
    "speaker",
    "read",
    "whole",
    "|",
    "NA",
)
YAML = (
    "- ",
    ": ",
    "&a ",
    "*a",
    "<<: *co",
    "!!int x",
    "!!binary a",
    "!!python/object:x ",
    "---\n",
    "...\n",
    "%YAML 9\n",
    "? ",
    "|\n",
    ">-\n",
    "{a: 1}",
    "[a]",
    "\t",
    "# ",
    "2001-02-30",
    "190:20:30",
    "0x_",
    "!x ",
    '"\\ud800"',
    '"\\0"',
    "~",
)
TOML = (
    "[a]",
    "[[a]]",
    " = ",
    "nan",
    "inf",
    "-5",
    "1e400",
    "0x_1",
    "2001-02-30",
    "{a = 1}",
    "[1,",
    '"""',
    "'''",
    '"\\ud800"',
    "\\u0000",
    "true",
    "[learning]",
    "seed = -5",
    ".",
)
PRAAT = ("xmin = 1", "intervals [1]:", "size = 9", '"', "!", "<exists>", "text = ", "IntervalTier", "TextTier", "1e400")
PDF = ("obj", "endobj", "stream", "/Kids", "1 0 R", "<<", ">>", "/Length 9", "Tj", "BT", "xref", "/Encrypt 1 0 R")


@dataclass(frozen=True)
class Reader:
    """One kind of input: its seeds, how one is altered, how it is read, and how many of a million inputs it gets."""

    name: str
    seeds: list[Seed]
    change: Change
    read: Read
    share: int

    def input(self, number: int, start: int) -> tuple[str, bytes]:
        """The name and the bytes of an input: always the same for its number and the run's start."""
        rng = Random(f"{start} {self.name} {number}")
        seed = rng.choice(self.seeds)
        data = self.change(seed.data, rng)
        if rng.random() < 0.1:
            data = altered_bytes(data, rng)
        return seed.name, data


def readers(folder: Path) -> dict[str, Reader]:
    """All of them, by name; their seeds are made in the folder."""
    files = list(_files(made_in(folder)))
    for reader in files:
        _warm(reader, folder)
    (folder / "studies").mkdir()
    studies = Studies(folder / "studies")
    return {reader.name: reader for reader in (*files, *_of_studies(studies, folder))}


def _warm(reader: Reader, folder: Path) -> None:
    """Load what a reader loads before its inputs are timed; SystemExit where a sound file is not read."""
    for seed in reader.seeds:
        (folder / seed.name).write_bytes(seed.data)
        try:
            reader.read(folder / seed.name)
        except SecondcoderError as error:
            raise SystemExit(f"{reader.name}: its sound {seed.name} is refused: {error}") from None
        (folder / seed.name).unlink()


def _files(seeds: dict[str, list[Seed]]) -> Iterator[Reader]:
    importing = _importing()
    xml = altered_text(XML)

    def of(name: str, change: Change, share: int, read: Read = importing) -> Reader:
        return Reader(name, seeds[name.partition(", ")[0]], change, read, share)

    yield of("plain text", altered_text(TALK), 12_000)
    yield of("captions", altered_text(CAPTIONS), 25_000)
    yield of("recogniser JSON", altered_json(), 25_000)
    yield of("Praat and ELAN", altered_text((*PRAAT, *XML)), 25_000)
    yield of("Word", altered_zip(xml), 2_500)
    yield of("OpenDocument", altered_zip(xml), 6_000)
    yield of("Rich Text", altered_text(RTF), 10_000)
    yield of("web page", altered_text(HTML), 6_000)
    yield of("PDF", altered_text(PDF), 60)
    yield of("CSV and TSV", altered_text(CSV), 12_000)
    yield of("CSV and TSV, row by row", altered_text(CSV), 200_000, _row_by_row)
    yield of("workbook", altered_zip(xml), 1_200)
    yield of("workbook, row by row", altered_zip(xml), 2_000, _row_by_row)
    yield of("Parquet", altered_bytes, 8_000)
    yield of("Parquet, row by row", altered_bytes, 130_000, _row_by_row)
    yield of("JSON lines", altered_json(lines=True), 8_000)
    yield of("JSON lines, row by row", altered_json(lines=True), 200_000, _row_by_row)
    yield of("annotation JSON", altered_json(), 10_000)
    yield of("REFI-QDA", altered_zip(xml), 3_000)
    yield of("database", altered_sqlite, 3_000)
    yield of("codebook YAML", altered_text(YAML), 90_000, _codebook)
    yield of("codebook table", altered_text(CSV), 20_000, read_codebook)
    yield of("codebook workbook", altered_zip(xml), 500, read_codebook)
    yield of("settings", altered_text(TOML), 30_000, load_configuration)
    yield of("manifest", altered_text(CSV), 60_000, read_manifest)
    yield of("table of speakers", altered_text(CSV), 25_000, lambda path: read_speaker_maps([str(path)]))
    yield of("pack", altered_pack, 20_000, read_pack)


def _of_studies(studies: Studies, folder: Path) -> Iterator[Reader]:
    cells = altered_text(CSV)
    waiting = studies.written("review", "review", "export", "--coder", "Ana")
    differing = studies.written("hand", "agree", "--no-model", "--sheet")
    charted = studies.written("hand", "chart", "--out", needed=NOTES)
    yield Reader("review sheet", [waiting], cells, reviewing(studies), 2_000)
    yield Reader("adjudication sheet", [differing], cells, adjudicating(studies), 1_500)
    yield Reader("sheet of summaries", [charted], cells, charting(studies), 500)
    arrays, manifest = model_seeds(studies)
    version = model_versions(studies)
    yield Reader("model arrays", [arrays], altered_zip(altered_bytes), version, 2_000)
    yield Reader("model manifest", [manifest], altered_json(), version, 2_000)
    yield Reader("kept arrays", kept_seeds(folder), altered_bytes, kept_arrays, 50_000)
    yield Reader("embedder folder", EMBEDDER_SEEDS, altered_json(), embedder_folders, 12_000)
    yield Reader("web requests", [Seed("r.json", b"{}")], a_request, requests(studies), 4_000)


def _importing() -> Read:
    """As `import` reads: the format found by content, codes added; what is read must lie where it says."""
    book, known = load_codebook("npt-core"), known_talk()
    options = ImportOptions(add_codes=True, speakers=("none",))

    def read(path: Path) -> None:
        _check(read_all([path], options, book, known), {each.id: len(each.text) for each in known.values()})

    return read


def _check(result: ImportResult, known: dict[str, int]) -> None:
    """AssertionError where turns or marks lie outside their text, or turns across each other."""
    sizes = known | {each.id: len(each.text) for each in result.transcripts}
    for transcript in result.transcripts:
        end = 0
        for turn in transcript.turns:
            if not end <= turn.start < turn.end <= len(transcript.text):
                raise AssertionError(f"turn {turn} of {len(transcript.text)} characters")
            end = turn.end
        transcript.text.encode()
    for mark in (*result.codings, *result.passes):
        if not 0 <= mark.start < mark.end <= sizes[mark.transcript]:
            raise AssertionError(f"{mark} of {sizes[mark.transcript]} characters")


def _row_by_row(path: Path) -> None:
    for row in streamed_rows(path, ("text",)):
        assert isinstance(row, Unreadable) or row.cells is not None


def _codebook(path: Path) -> None:
    read = read_codebook(path)
    edited = yaml_of(read.book, read.text)
    if parse_codebook(edited, path.name) != read.book:
        raise AssertionError("written otherwise than it was read")
