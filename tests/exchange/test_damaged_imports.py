"""Damaged copies of real files: the import gives the same records, refuses, or says what it left out; it never differs in silence.

Where a damage changes the talk itself (a letter, a line, the end of a text), no reader can know; then the records may differ in
those words and nowhere else.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from secondcoder.study.study import Study
from support.damaged_files import LinesOfText, Paragraphs, Rows
from support.damaged_sources import as_subrip, codebook_of, codebook_table, filled_sheet
from support.damages import DAMAGERS, can_be_done, damages
from support.damaging import Damage
from support.import_outcome import Imported, import_into, verdict
from support.places import ROOT, SHARED
from support.study_checks import TALK

DEMO = ROOT / "corpora" / "demo"
REFERENCE = SHARED / "transcripts"
EACH = 4
"""Damages of a kind to a file; with the files and kinds below some 600 in all."""
ACCENTS = "".join(
    f"Interviewer: Où est-ce que {what} a commencé, déjà ?\nHélène: {what} était là dès l'été, à la cuisine, très tôt.\n"
    for what in ("le café", "la journée", "l'équipe", "le réseau", "la fête")
)


@dataclass(frozen=True)
class Original:
    """A file of the sweep: how it is taken apart, its name, and what the study has before it is imported."""

    name: str
    material: Any
    needs: Path | None = None
    beside: Path | None = None
    codebook: bool = False

    def stands(self, kind: str) -> bool:
        """Whether this damage can be done to it; a codebook has no labels."""
        return can_be_done(kind, self.material) and not (self.codebook and "label" in kind)


def _text(path: Path, **further: Any) -> Original:
    return Original(path.name, LinesOfText(path.read_bytes()), **further)


def _spans(form: str) -> Original:
    rows = Rows.of(DEMO / "codes.csv", form)
    chosen = tuple(cells for cells in rows.cells if cells[0] == "rowan_gp_late")
    needs = DEMO / "transcripts" / "rowan" / "rowan_gp_late.txt"
    return Original(f"codes.{form}", Rows(rows.columns, chosen, form), needs=needs)


def _manifest() -> Original:
    rows = Rows.of(DEMO / "manifest.csv", "csv")
    chosen = tuple((cells[0].rpartition("/")[2], *cells[1:]) for cells in rows.cells if cells[0].startswith("elm/"))
    return Original("manifest.csv", Rows(rows.columns, chosen), beside=DEMO / "transcripts" / "elm")


def _made() -> list[Original]:
    """Files made of the demonstration study."""
    late = DEMO / "transcripts" / "rowan" / "rowan_gp_late.txt"
    with TemporaryDirectory() as folder:
        sheet, book = filled_sheet(late, Path(folder) / "sheet.csv"), codebook_table(Path(folder) / "book.csv")
        return [
            Original("captions.srt", LinesOfText(as_subrip(late))),
            *(Original(f"sheet.{form}", Rows.of(sheet, form), needs=late) for form in ("csv", "xlsx")),
            *(Original(f"codebook.{form}", Rows.of(book, form), codebook=True) for form in ("csv", "xlsx")),
        ]


def _originals() -> dict[str, Original]:
    texts = DEMO / "transcripts"
    found = [
        _text(texts / "rowan" / "rowan_gp_late.txt"),
        _text(texts / "birch" / "birch_lw_early.vtt"),
        Original("birch_gp_early.docx", Paragraphs((texts / "birch" / "birch_gp_early.docx").read_bytes())),
        Original("accents.md", LinesOfText(ACCENTS.encode())),
        *(Original(f"talk.{form}", Rows.of(TALK, form, rows=38)) for form in ("csv", "xlsx", "parquet")),
        _spans("csv"),
        _spans("xlsx"),
        _manifest(),
        *_made(),
    ]
    if REFERENCE.is_dir():
        names = (
            "zoom.vtt",
            "teams_old.vtt",
            "synthetic_lecturerC.md",
            "synthetic_lecturerD.txt",
            "synthetic/otter.txt",
        )
        found += [_text(REFERENCE / name) for name in names]
    return {original.name: original for original in found}


ORIGINALS = _originals()


class Sweep:
    """Undamaged imports, made once, and damaged ones beside them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._empty = folder / "empty"
        Study.create(self._empty, "npt").close()
        self._base: dict[Path | None, Path] = {None: self._empty}
        self._before: dict[str, Imported] = {}

    def import_(self, original: Original, content: bytes) -> Imported:
        files = self.folder / "files"
        shutil.rmtree(files, ignore_errors=True)
        if original.beside:
            shutil.copytree(original.beside, files)
        files.mkdir(exist_ok=True)
        path = files / original.name
        path.write_bytes(content)
        if original.codebook:
            return codebook_of(path)
        return import_into(self._study_with(original.needs), self.folder, files if original.beside else path)

    def undamaged(self, original: Original) -> Imported:
        if original.name not in self._before:
            self._before[original.name] = self.import_(original, original.material.written(original.material.parts))
        return self._before[original.name]

    def silent(self, original: Original, damage: Damage) -> str:
        """What an import of the damaged file lost or changed without a word; '' for nothing."""
        try:
            return verdict(
                damage, self.undamaged(original), self.import_(original, damage.content), bool(original.beside)
            )
        except Exception as error:  # a bug of any kind ends the import without a message
            return f"{damage.what}\n      no message but {type(error).__name__}: {str(error)[:150]}"

    def _study_with(self, needed: Path | None) -> Path:
        if needed not in self._base:
            study = self.folder / needed.name
            shutil.copytree(self._empty, study)
            opened = Study(study)
            opened.import_files([needed])
            opened.close()
            self._base[needed] = study
        return self._base[needed]


@pytest.fixture(scope="module")
def sweep(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    return Sweep(tmp_path_factory.mktemp("sweep"))


def _damages(name: str, kind: str, count: int) -> list[Damage]:
    return list(damages(ORIGINALS[name].material, kind, f"{name} {kind}", count))


def _silent(sweep: Sweep, name: str, kind: str, count: int) -> list[str]:
    found = [sweep.silent(ORIGINALS[name], damage) for damage in _damages(name, kind, count)]
    return [f"  {name}, {each}" for each in found if each]


PAIRS = [(name, kind) for name in ORIGINALS for kind in DAMAGERS if ORIGINALS[name].stands(kind)]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "kind"), PAIRS)
def test_nothing_is_lost_or_changed_in_silence(sweep: Sweep, name: str, kind: str) -> None:
    silent = _silent(sweep, name, kind, EACH)
    assert not silent, f"{len(silent)} silent differences:\n" + "\n".join(silent)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("rowan_gp_late.txt", "line removed"),
        ("talk.csv", "line doubled"),
        ("birch_gp_early.docx", "zip member removed"),
        ("talk.parquet", "byte flipped"),
        ("manifest.csv", "line removed"),
    ],
)
def test_a_few_of_each(sweep: Sweep, name: str, kind: str) -> None:
    assert not _silent(sweep, name, kind, 2)


@pytest.mark.parametrize("name", ORIGINALS)
def test_what_is_undamaged_is_read(sweep: Sweep, name: str) -> None:
    imported = sweep.undamaged(ORIGINALS[name])
    assert not imported.error
    assert len(imported.records) > 2


@pytest.mark.slow
def test_the_sweep_is_as_large_as_it_says() -> None:
    assert sum(len(_damages(*pair, EACH)) for pair in PAIRS) >= 500


def test_a_silent_loss_is_seen(sweep: Sweep) -> None:
    """The harness itself: a turn that vanishes, one that changes hands, and a word that changes elsewhere are all told."""
    original = ORIGINALS["rowan_gp_late.txt"]
    before = sweep.undamaged(original)
    damage = Damage(b"", "nothing", "local")
    turn = next(record for record in before.records if record[0] == "turn")
    rest = tuple(record for record in before.records if record != turn)
    for other in ((), ((*turn[:2], "Else", *turn[3:]),), ((*turn[:-1], turn[-1] + " more"),)):
        assert verdict(damage, before, Imported((*rest, *other), before.said))
    assert not verdict(damage, before, Imported(rest, before.said | {"note: one turn was left out"}))
    assert not verdict(damage, before, Imported((), frozenset(), "refused"))
