"""Tidy data frames of what a study holds: the columns of each with their types, in a fixed order of columns and rows.

Types are pandas' own that know a missing value: `string`, `Int64`, `Float64`, `boolean`, and times in UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from secondcoder.domain.grouping import by_transcript
from secondcoder.domain.records import Segment, SpeakerRole, Suggestion
from secondcoder.exchange.named_speakers import NO_SPEAKERS_MEANT
from secondcoder.study.frames_in import ATTRIBUTE

if TYPE_CHECKING:
    import pandas as pd

    from secondcoder.corpus import Corpus
    from secondcoder.domain.records import Transcript
    from secondcoder.study.plain_records import ListedVersion
    from secondcoder.workspace import Workspace

TEXT, WHOLE, REAL, YES_NO, TIME = "string", "Int64", "Float64", "boolean", "datetime64[us, UTC]"
_ABOUT = {"transcript": TEXT, "case": TEXT, "participant": TEXT, "role": TEXT, "wave": TEXT}
_SPAN = {"start": WHOLE, "end": WHOLE}
TRANSCRIPTS = {
    **_ABOUT,
    **{"interviewer": TEXT, "speakers": TEXT, "source": TEXT, "format": TEXT, "turns": WHOLE, "words": WHOLE},
    **{"coders": TEXT, "text": TEXT},
}
TURNS = {
    **{"transcript": TEXT, "turn": WHOLE, **_SPAN, "speaker": TEXT, "role": TEXT},
    **{"time_start": REAL, "time_end": REAL, "text": TEXT},
}
CODINGS = {
    **_ABOUT,
    **_SPAN,
    **{"text": TEXT, "code": TEXT, "code_name": TEXT, "coder": TEXT, "origin": TEXT, "valence": TEXT, "memo": TEXT},
}
PASSES = {"transcript": TEXT, "coder": TEXT, **_SPAN, "origin": TEXT, "codes": TEXT}
DECISIONS = {
    **{
        "id": WHOLE,
        "at": TIME,
        "coder": TEXT,
        "verdict": TEXT,
        "undone": YES_NO,
        "transcript": TEXT,
        **_SPAN,
        "text": TEXT,
    },
    **{"origin": TEXT, "sample": TEXT, "suggested": TEXT, "model": TEXT, "score": REAL, "threshold": REAL},
    **{"code": TEXT, "code_start": WHOLE, "code_end": WHOLE, "valence": TEXT, "memo": TEXT, "seconds": REAL},
}
SUGGESTIONS = {
    **_ABOUT,
    **{"segment": WHOLE, **_SPAN, "speaker": TEXT, "question": TEXT, "text": TEXT, "code": TEXT, "code_name": TEXT},
    **{"probability": REAL, "rank_score": REAL, "threshold": REAL, "kind": TEXT, "model": TEXT, "carrying": TEXT},
    **{"nearest_1": TEXT, "nearest_2": TEXT, "nearest_3": TEXT, "valence": TEXT, "valence_probability": REAL},
    **{"alternative": TEXT, "time": TEXT},
}
VERSIONS = {
    **{"version": TEXT, "parent": TEXT, "in_use": YES_NO, "made": TIME, "made_by": TEXT, "transcripts": WHOLE},
    **{"examples": WHOLE, "codes_scored": WHOLE, "macro_ap": REAL, "gate": TEXT, "purged": TEXT},
}
CODES = {
    **{"code": TEXT, "name": TEXT, "family": TEXT, "parent": TEXT, "definition": TEXT},
    **{"codings": WHOLE, "interviews": WHOLE, "suggested": WHOLE},
}


def frame_of(rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str]) -> pd.DataFrame:
    """The rows with these columns and types; what a row lacks is missing."""
    import pandas as pd

    rows = list(rows)
    return pd.DataFrame(
        {name: _column([row.get(name) for row in rows], kind) for name, kind in columns.items()}, columns=[*columns]
    )


def _column(values: Sequence[Any], kind: str) -> pd.Series[Any]:
    import pandas as pd

    if kind == TIME:
        times: pd.Series[Any] = pd.to_datetime(
            pd.Series(values, dtype="object"), utc=True, format="ISO8601"
        ).dt.as_unit("us")
        return times
    return pd.Series(pd.array(values, dtype=kind))  # type: ignore[call-overload]


def transcripts_frame(corpus: Corpus) -> pd.DataFrame:
    """As `Study.transcripts` has it."""
    attributes = {f"{ATTRIBUTE}{name}": TEXT for case in corpus.cases for name in case.attributes}
    of_case = {
        case.id: {f"{ATTRIBUTE}{name}": value for name, value in case.attributes.items()} for case in corpus.cases
    }
    looked = by_transcript(corpus.passes)
    rows = (
        _about(each)
        | _labels(each)
        | {"source": each.source, "format": each.format, "turns": len(each.turns), "text": each.text}
        | {"words": sum(len(each.text[turn.start : turn.end].split()) for turn in each.turns)}
        | {"coders": "|".join(sorted({coding_pass.coder for coding_pass in looked.get(each.id, ())})) or None}
        | of_case.get(each.case or "", {})
        for each in corpus.transcripts
    )
    return frame_of(rows, {**TRANSCRIPTS, **attributes})


def _labels(transcript: Transcript) -> dict[str, str | None]:
    """As a manifest names them, so that a transcript's text is read with the same turns again."""
    who = {turn.speaker: turn.role for turn in transcript.turns if turn.speaker}
    asking = [label for label, role in who.items() if role is SpeakerRole.INTERVIEWER]
    return {"interviewer": "|".join(asking) or None, "speakers": "|".join(who) or NO_SPEAKERS_MEANT}


def _about(transcript: Transcript) -> dict[str, Any]:
    return {"transcript": transcript.id} | {name: getattr(transcript, name) for name in [*_ABOUT][1:]}


def turns_frame(corpus: Corpus) -> pd.DataFrame:
    """As `Study.turns` has it."""
    rows = (
        {"transcript": each.id, "turn": at, "start": turn.start, "end": turn.end, "speaker": turn.speaker}
        | {"role": turn.role and turn.role.value, "time_start": turn.time_start, "time_end": turn.time_end}
        | {"text": each.text[turn.start : turn.end]}
        for each in corpus.transcripts
        for at, turn in enumerate(each.turns)
    )
    return frame_of(rows, TURNS)


def codings_frame(workspace: Workspace) -> pd.DataFrame:
    """As `Study.codings` has it."""
    corpus, book = workspace.corpus, workspace.codebook
    names = {code.id: code.name for code in book.codes}
    rows = (
        _about(corpus.by_id[each.transcript])
        | {"start": each.start, "end": each.end, "text": corpus.by_id[each.transcript].text[each.start : each.end]}
        | {"code": each.code, "code_name": names.get(each.code), "coder": each.coder, "origin": each.origin.value}
        | {"valence": each.valence and each.valence.value, "memo": each.memo or None}
        for each in sorted(corpus.codings, key=lambda each: (each.place, each.code, each.coder, each.origin.value))
    )
    return frame_of(rows, CODINGS)


def passes_frame(corpus: Corpus) -> pd.DataFrame:
    """As `Study.coding_passes` has it."""
    rows = (
        {"transcript": each.transcript, "coder": each.coder, "start": each.start, "end": each.end}
        | {"origin": each.origin.value, "codes": "|".join(each.codes)}
        for each in sorted(corpus.passes, key=lambda each: (each.place, each.coder, each.origin.value, each.codes))
    )
    return frame_of(rows, PASSES)


def decisions_frame(corpus: Corpus) -> pd.DataFrame:
    """As `Study.decisions` has it."""
    undone = {each.undoes for each in corpus.decisions}
    same = (
        *("id", "at", "coder", "transcript", "start", "end", "suggested", "model", "score", "threshold", "code"),
        *("code_start", "code_end", "seconds"),
    )
    rows = (
        {name: getattr(each, name) for name in same}
        | {"verdict": each.verdict.value, "undone": each.id in undone, "origin": each.origin.value}
        | {"sample": each.sample.value, "valence": each.valence and each.valence.value, "memo": each.memo or None}
        | {
            "text": corpus.by_id[each.transcript].text[each.start : each.end]
            if each.transcript in corpus.by_id
            else None
        }
        for each in corpus.decisions
    )
    return frame_of(rows, DECISIONS)


def suggestions_frame(workspace: Workspace, version: str | None) -> pd.DataFrame:
    """As `Study.suggestions` has it; the workspace is that of the version."""
    from secondcoder.suggestions.table import suggestion_table

    kept = workspace.corpus.suggestions(version) if version else []
    known = [each for each in kept if each.code in workspace.codebook]
    on = by_transcript(known)
    segments = workspace.segments([each for each in workspace.corpus.transcripts if each.id in on])
    table = suggestion_table(
        known, [*segments, *_cut_otherwise(known, segments)], workspace.corpus.by_id, workspace.codebook
    )
    plain = table.astype(object).where(table.notna(), None)
    return frame_of(
        (dict(zip(map(str, plain), row, strict=True)) for row in plain.itertuples(index=False)), SUGGESTIONS
    )


def _cut_otherwise(suggestions: Sequence[Suggestion], segments: Sequence[Segment]) -> list[Segment]:
    """Segments for suggestions on transcripts whose turns were described anew since."""
    known = {segment.place for segment in segments}
    places = dict.fromkeys(each.place for each in suggestions if each.place not in known)
    return [Segment(place[0], -1, *place[1:], "", 0) for place in places]


def versions_frame(versions: Iterable[ListedVersion]) -> pd.DataFrame:
    """As `Study.model_versions` has it."""
    rows = (
        {
            **each,
            "made": (each["made"] or {}).get("at"),
            "made_by": (each["made"] or {}).get("who"),
            "gate": each["gate"] or None,
        }
        for each in versions
    )
    return frame_of(rows, VERSIONS)


def codes_frame(workspace: Workspace) -> pd.DataFrame:
    """As `Study.codes` has it."""
    from secondcoder.study.passages import study_code_counts

    counts = {count.code: count for count in study_code_counts(workspace)}
    rows = (
        {
            "code": code.id,
            "name": code.name,
            "family": code.family,
            "parent": code.parent,
            "definition": code.definition,
        }
        | {
            "codings": counts[code.id].human,
            "interviews": counts[code.id].interviews,
            "suggested": counts[code.id].suggested,
        }
        for code in workspace.codebook.codes
    )
    return frame_of(rows, CODES)
