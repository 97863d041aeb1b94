"""What a store forgets when somebody gives another code to a passage that they had coded before: their first look for the old one."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import delete, select

from secondcoder.domain.records import Origin, Place
from secondcoder.domain.spans import difference
from secondcoder.store import schema
from secondcoder.store.row_writer import PASS_COLUMNS
from secondcoder.store.writing import Writer

IsCode = Callable[[str, int], bool]
"""Whether a code, as it was looked for after a change of the codebook, is the one in question."""


def forget_look(write: Writer, place: Place, coder: str, is_code: IsCode) -> None:
    """Cut a code out of what the coder's own passes say of a span, so that silence there is not "looked and found nothing".

    Independent passes that came of no decision alone. The rest of each stays as it was made, in pieces.
    """
    p, (transcript, start, end) = schema.passes.c, place
    of_coder = p.transcript == transcript, p.coder == coder, p.origin == Origin.INDEPENDENT.value, p.decision.is_(None)
    query = select(schema.passes).where(*of_coder, p.start < end, p.end > start)
    for row in write.connection.execute(query).mappings().all():
        left = [code for code in row["codes"] if not is_code(code, row["after_change"])]
        if len(left) == len(row["codes"]):
            continue
        write.take_away("coding passes", delete(schema.passes).where(p.id == row["id"]))
        inside = max(start, row["start"]), min(end, row["end"])
        pieces = [(*span, row["codes"]) for span in difference((row["start"], row["end"]), [inside])]
        pieces += [(*inside, left)] if left else []
        kept = {name: row[name] for name in PASS_COLUMNS}
        write.put_passes([kept | {"start": first, "end": last, "codes": codes} for first, last, codes in pieces])
