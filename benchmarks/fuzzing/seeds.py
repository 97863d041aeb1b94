"""Sound files of every format, with invented words, made here: what the altered inputs begin as."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
from secondcoder.codebook.yaml_file import parse_codebook
from secondcoder.configuration import default_text
from secondcoder.domain.records import Transcript
from secondcoder.exchange.codebooks.files import write_codebook
from secondcoder.study.study import Study
from support.documents import odt, page, pdf, rtf
from support.native_projects import label_studio, qualcoder, rqda, taguette
from support.refi_projects import Made, Marked, write_project
from support.timed_files import eaf, long_grid, short_grid
from support.word_checks import cell, document, paragraph, run, table

TEXT = "I: How did it start?\nP1: With a call about it, in the spring.\nI: And then?\nP1: We met; nobody knew what it was for.\n"
START, END = TEXT.index("With"), TEXT.index(", in the")
MARK = (START, END, "CO", "Ana")
ROWS = [("A", 0.25, 2.65, "How did it go?"), ("B", 3.0, 5.5, "It went well."), ("B", 5.75, 6.95, "We were glad.")]
TABLE = """transcript,order,speaker,role,text,codes,coder,valence,memo,read
t1,1,I,interviewer,How did it start?,,Ana,,,whole
t1,2,R,participant,"With a call, ""about"" it.",CO|CP,Ana,promotes,early,whole
t1,3,R,participant,We met.,,Ben,,,
"""
SPANS = "transcript,start,end,text,codes,coder\ntalk,{},{},{},CO,Ana\n".format(START, END, TEXT[START:END].join('""'))
VTT = """WEBVTT

1
00:00:01.000 --> 00:00:04.000
<v Ana>How did it start?</v>

00:00:04.500 --> 00:00:09.250 align:start
<v Ben>With a call &amp; a letter.
It was spring.</v>
"""
SRT = (
    "1\n00:00:01,000 --> 00:00:04,000\nAna: How did it start?\n\n2\n00:00:04,500 --> 00:00:09,250\nBen: With a call.\n"
)
TIMED = (
    "[00:00:05] Interviewer: How was it?\n[00:00:09] Dr Ash: It was slow at first.\n\n"
    "Interviewer (00:01:02): Why?\nDr Ash (00:01:05): Nobody knew.\n"
)
HEADED = (
    "Interviewer\nHow was it?\n\nParticipant 1\nIt was slow, and then it was not.\n\n"
    "Interviewer\nWhy?\n\nParticipant 1\nWe learned.\n"
)
PIPES = "| Speaker | Words |\n|---|---|\n| I | How was it? |\n| R | It was slow. |\n"
ORAL = 'speaker,words,timestamp,tags\nIda,"How did it start?",0:00:01,\nRob,"With a &quot;call&quot;.",0:00:05,calls;spring\n'
SEGMENTS = (
    "Document name,Code,Beginning,End,Weight score,Segment,Created by\ntalk,CO > CP,2,2,0,With a call about it,Ana\n"
)
CODES_TABLE = (
    "code,name,definition,parent,includes,excludes,examples\n"
    "CO,Coherence,Making sense,,it makes sense,,\nCO.DI,Differing,Telling apart,CO,,not CO,\n"
)
MANIFEST = (
    "file,transcript,case,participant,role,wave,interviewer,speakers,size\ntalk.txt,talk,Elm,P1,GP,early,I,,4000\n"
)
SPEAKERS = "speaker,role,name,transcript\nI,interviewer,Ida,\nP1,participant,Rob,talk\n"
ANNOTATION = {
    "@context": "http://www.w3.org/ns/anno.jsonld",
    "id": "urn:x",
    "type": "Annotation",
    "creator": {"name": "Ana"},
    "body": [{"type": "TextualBody", "purpose": "tagging", "value": "CO"}],
    "target": {
        "source": "talk",
        "selector": [
            {"type": "TextPositionSelector", "start": START, "end": END},
            {"type": "TextQuoteSelector", "exact": TEXT[START:END], "prefix": "", "suffix": ""},
        ],
    },
}


@dataclass(frozen=True)
class Seed:
    """A sound file: the name that tells its format, and its bytes."""

    name: str
    data: bytes


def recognisers() -> Iterator[Any]:
    """JSON of speech recognisers, a layout each."""
    yield {
        "segments": [{"start": a, "end": b, "text": t, "speaker": f"SPEAKER_{s}", "words": []} for s, a, b, t in ROWS]
    }
    yield {"text": "", "chunks": [{"speaker": s, "timestamp": [a, b], "text": t} for s, a, b, t in ROWS]}
    timed = [
        {"timestamps": {"from": "00:00:00,250"}, "offsets": {"from": a * 1000, "to": b * 1000}} for _, a, b, _ in ROWS
    ]
    yield {"transcription": [of | {"speaker": s, "text": t} for of, (s, _, _, t) in zip(timed, ROWS, strict=True)]}
    yield {
        "audio_duration": 7,
        "utterances": [{"speaker": s, "start": int(a * 1000), "end": int(b * 1000), "text": t} for s, a, b, t in ROWS],
    }
    spoken = [{"speaker": "AB".index(s), "start": a, "end": b, "transcript": t} for s, a, b, t in ROWS]
    yield {"metadata": {"duration": 7.0}, "results": {"channels": [{"alternatives": [{}]}], "utterances": spoken}}
    told = [{"speaker": 0, "start": 0.25, "end": 2.6, "sentences": [{"text": "How?"}, {"text": "Well."}]}]
    yield {"results": {"channels": [{"alternatives": [{"paragraphs": {"paragraphs": told}}]}]}}
    pieces = [
        {
            "type": "pronunciation",
            "start_time": str(a),
            "end_time": str(b),
            "speaker_label": f"spk_{s}",
            "alternatives": [{"content": t}],
        }
        for s, a, b, t in ROWS
    ]
    yield {"jobName": "j", "results": {"items": [*pieces, {"type": "punctuation", "alternatives": [{"content": "."}]}]}}
    said = [{"type": "text", "value": "How", "ts": 0.25, "end_ts": 2.6}, {"type": "punct", "value": "?"}]
    yield {"monologues": [{"speaker": 0, "elements": said}, {"speaker": 1, "elements": said}]}


def word() -> bytes:
    """A Word document as python-docx writes it, of labelled paragraphs and a table."""
    made, out = docx.Document(), io.BytesIO()
    for line in TEXT.splitlines():
        made.add_paragraph(line)
    grid = made.add_table(rows=2, cols=2)
    for at, words in enumerate(("I", "How was it?", "R", "It was slow.")):
        grid.cell(at // 2, at % 2).text = words
    made.save(out)
    return out.getvalue()


def small_word() -> bytes:
    """A Word document of few parts, with marks and a table."""
    lines = "".join(paragraph(run(line, "<w:b/>" * (at % 2))) for at, line in enumerate(TEXT.splitlines()))
    comment = '<w:comment w:id="1" w:author="Ana"><w:p><w:r><w:t>CO</w:t></w:r></w:p></w:comment>'
    marked = (
        '<w:p><w:commentRangeStart w:id="1"/><w:r><w:t>P1: Well, yes.</w:t></w:r><w:commentRangeEnd w:id="1"/></w:p>'
    )
    return document(lines + marked + table((cell("I"), cell("How?")), (cell("R"), cell("Well."))), comment=comment)


def of_study(folder: Path) -> dict[str, bytes]:
    """What a small study writes, by file name: tables, projects, documents and sheets with their codings."""
    study = Study.create(folder / "made", "npt-core")
    (folder / "talk.txt").write_text(TEXT, encoding="utf-8")
    (folder / "codes.csv").write_text(SPANS, encoding="utf-8")
    study.import_files([folder / "talk.txt", folder / "codes.csv"])
    study.close()
    written = {}
    from click.testing import CliRunner
    from secondcoder.cli import cli

    def wrote(name: str, *options: str) -> None:
        done = CliRunner().invoke(
            cli, ["-C", str(folder / "made"), *options, str(folder / name)], catch_exceptions=False
        )
        if done.exit_code:
            raise SystemExit(done.output)
        path = folder / name
        written[name] = b"" if path.is_dir() else path.read_bytes()

    for name in ("t.csv", "t.xlsx", "t.parquet", "t.jsonl", "t.qdpx"):
        wrote(name, "export", "--out")
    for name, form in (("ls.json", "label-studio"), ("anno.json", "web-annotation")):
        wrote(name, "export", "--format", form, "--out")
    wrote("sheet.xlsx", "sheet", "make")
    wrote("t.secondcoder-pack", "pack", "make", "--coder", "Ana", "--out")
    return written


def json_bytes(value: Any) -> bytes:
    """A value as JSON."""
    return json.dumps(value, ensure_ascii=False).encode()


def made_in(folder: Path) -> dict[str, list[Seed]]:
    """Every seed, by the kind of input."""
    own = of_study(folder)
    book = parse_codebook(SMALL_BOOK, "small")
    for name in ("book.csv", "book.xlsx", "book.yml"):
        write_codebook(book, folder / name)
    native: dict[str, Callable[[Path], Path]] = {
        "p.qda": lambda path: qualcoder(path.with_suffix(""), [TEXT], [MARK]) / "data.qda",
        "p.sqlite3": lambda path: taguette(path, TEXT, [MARK]),
        "p.rqda": lambda path: rqda(path, TEXT, [MARK]),
    }
    databases = [Seed(name, Path(make(folder / name)).read_bytes()) for name, make in native.items()]
    shutil.rmtree(folder / "p", ignore_errors=True)
    write_project(folder / "other.qdpx", Made({"Other.txt": (TEXT, [Marked(START, END)])}))
    words = [Seed("w.docx", small_word()), Seed("w.docx", word())]
    tiers = [("PARTICIPANT='Ana' TIER_ID='a'", "ALIGNABLE_ANNOTATION", [("s1", "s2", "How did it start?")])]
    tiers += [("PARTICIPANT='Ben' TIER_ID='b'", "ALIGNABLE_ANNOTATION", [("s3", "s4", "With a call.")])]
    slots = [("s1", "0"), ("s2", "1500"), ("s3", "1600"), ("s4", "2900")]
    grid = [("Ana", [(0, 1.5, "How?"), (1.5, 3, "")]), ("Ben", [(0, 1.5, ""), (1.5, 3, "Well.")])]
    drawn = [(72.0, 80.0 + 14 * at, line) for at, line in enumerate(TEXT.splitlines())]
    return {
        "plain text": [Seed("t.txt", text.encode()) for text in (TEXT, TIMED, HEADED, PIPES)]
        + [Seed("t.md", HEADED.encode())],
        "captions": [Seed("t.vtt", VTT.encode()), Seed("t.srt", SRT.encode())],
        "recogniser JSON": [Seed("t.json", json_bytes(each)) for each in recognisers()],
        "Praat and ELAN": [
            Seed("t.TextGrid", long_grid(grid).encode()),
            Seed("t.TextGrid", short_grid(grid).encode()),
            Seed("t.eaf", eaf(tiers, slots).encode()),
        ],
        "Word": words,
        "OpenDocument": [Seed("t.odt", odt(*TEXT.splitlines()))],
        "Rich Text": [Seed("t.rtf", rtf(*TEXT.splitlines()))],
        "web page": [Seed("t.html", page(*TEXT.splitlines()).encode())],
        "PDF": [Seed("t.pdf", pdf(drawn))],
        "CSV and TSV": [
            Seed("t.csv", TABLE.encode()),
            Seed("t.csv", SPANS.encode()),
            Seed("t.tsv", TABLE.replace(",", "\t").encode()),
            Seed("t.csv", ORAL.encode()),
            Seed("t.csv", SEGMENTS.encode()),
        ],
        "workbook": [Seed("t.xlsx", own["t.xlsx"]), Seed("t.xlsx", own["sheet.xlsx"])],
        "Parquet": [Seed("t.parquet", own["t.parquet"])],
        "JSON lines": [Seed("t.jsonl", own["t.jsonl"])],
        "annotation JSON": [
            Seed("a.json", json_bytes(label_studio(TEXT, [(START, END, "CO", TEXT[START:END])]))),
            Seed("a.json", own["ls.json"]),
            Seed("a.json", own["anno.json"]),
            Seed("a.json", json_bytes(ANNOTATION)),
            Seed("a.jsonl", json_bytes({"id": 1, "text": TEXT, "label": [[START, END, "CO"]]})),
        ],
        "REFI-QDA": [Seed("t.qdpx", own["t.qdpx"]), Seed("t.qdpx", (folder / "other.qdpx").read_bytes())],
        "database": databases,
        "codebook YAML": [Seed("b.yml", (folder / "book.yml").read_bytes()), Seed("b.yml", SMALL_BOOK.encode())],
        "codebook table": [Seed("b.csv", CODES_TABLE.encode()), Seed("b.csv", (folder / "book.csv").read_bytes())],
        "codebook workbook": [Seed("b.xlsx", (folder / "book.xlsx").read_bytes())],
        "settings": [Seed("s.toml", default_text().encode()), Seed("s.toml", SMALL_SETTINGS.encode())],
        "manifest": [Seed("manifest.csv", MANIFEST.encode())],
        "table of speakers": [Seed("who.csv", SPEAKERS.encode())],
        "pack": [Seed("t.secondcoder-pack", own["t.secondcoder-pack"])],
    }


SMALL_BOOK = """format: secondcoder-codebook/1
id: small
title: Small
version: 1.10
codes:
- &co
  id: CO
  name: Coherence
  definition: |
    Making sense of it.
  includes: [sense, 'purpose']
  excludes:
  - {text: not this, see: [CP]}
- id: CP
  <<: {family: construct}
  name: "Participation"
  parent: CO
"""
SMALL_SETTINGS = """[learning]
seed = 3
folds = 5
weights = {independent = 1.0, adjudicated = 2, reviewed = 0.5}
[embedding]
model = "words"
[scorers.llama]
type = "chat-completions"
timeout = 3.5
[charting.levels]
team = "what is done together"
"""


def known_talk() -> dict[str, Transcript]:
    """What a study has already when a file comes: a transcript that spans may stand on."""
    from secondcoder.transcripts import read_transcript

    path = Path("/dev/shm") / "talk.txt" if Path("/dev/shm").is_dir() else Path("talk.txt")
    path.write_text(TEXT, encoding="utf-8")
    try:
        return {"talk": read_transcript(path)}
    finally:
        path.unlink()
