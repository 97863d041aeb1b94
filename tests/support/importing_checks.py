"""What the tests of importing share: a small interview, and what an import says of each."""

from __future__ import annotations

from secondcoder.exchange.importing import ImportResult

TALKED = "I: How did it start?\nR: {}\nI: And then?\nR: Then we went on with it.\n"


def about(imported: ImportResult) -> dict[str, tuple[str | None, ...]]:
    """Case, wave, participant and role of each interview."""
    return {
        transcript.id: (transcript.case, transcript.wave, transcript.participant, transcript.role)
        for transcript in imported.transcripts
    }
