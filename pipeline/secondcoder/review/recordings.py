"""Recordings of the interviews: found once, in one folder, and asked for by an interview's name, never by a path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from secondcoder.domain.names import file_name, folded
from secondcoder.domain.records import Transcript
from secondcoder.domain.wording import counted, first_of
from secondcoder.errors import InputError, NoSuchPageError
from secondcoder.review.app_state import AppState
from secondcoder.review.security import Session

# What browsers play, the likelier first where an interview has several.
KINDS = {
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".wav": "audio/wav",
    ".ogg": "audio/ogg",
    ".oga": "audio/ogg",
    ".opus": "audio/ogg",
    ".flac": "audio/flac",
    ".aac": "audio/aac",
    ".weba": "audio/webm",
    ".webm": "video/webm",
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".ogv": "video/ogg",
}
SHOWN = 8


@dataclass(frozen=True)
class Recordings:
    """The recording of each interview that has one, by its name, and what to tell the person at the start."""

    of: Mapping[str, Path] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def find_recordings(folder: Path, transcripts: Mapping[str, Transcript]) -> Recordings:
    """The recordings that lie in a folder itself, for the interviews whose name they bear, or that of their file.

    A link may lead out of the folder, so that none is followed. InputError where the folder is none, or holds no recording.
    """
    if not folder.is_dir():
        raise InputError(f"--audio {folder}: no such folder. Nothing was started.")
    kinds = list(KINDS)
    files = [
        path for path in folder.iterdir() if path.suffix.lower() in kinds and path.is_file() and not path.is_symlink()
    ]
    if not files:
        raise InputError(f"--audio {folder}: no recording in it ({', '.join(kinds)}). Nothing was started.")
    files.sort(key=lambda path: (kinds.index(path.suffix.lower()), path.name))
    of = {name: path for name, transcript in transcripts.items() if (path := _recording_of(transcript, files))}
    silent = [name for name in transcripts if name not in of]
    further = [file_name(path.name) for path in files if path not in of.values()]
    notes = [
        f"{len(of)} of {counted(len(transcripts), 'interview')} with a recording: press a time beside the talk to hear it from there."
    ]
    notes += [f"Without a recording of their name: {first_of(silent, SHOWN)}."] if silent else []
    notes += [f"Recordings of no interview, not used: {first_of(further, SHOWN)}."] if further else []
    return Recordings(of, tuple(notes))


def _recording_of(transcript: Transcript, files: list[Path]) -> Path | None:
    source = PurePath(transcript.source)
    names = [folded(name) for name in (transcript.id, source.stem, source.name) if name]
    return next((path for name in names for path in files if name in (folded(path.stem), folded(path.name))), None)


def recording(state: AppState, session: Session, request: Request, form: dict[str, str]) -> Response:
    """The recording of an interview, or the stretch of it that the request asks for (HTTP Range)."""
    path = state.recordings.get(request.path_params["transcript"])
    if path is None or path.is_symlink() or not path.is_file():
        raise NoSuchPageError("This interview has no recording, or it is no longer in its folder.")
    return FileResponse(path, media_type=KINDS[path.suffix.lower()])
