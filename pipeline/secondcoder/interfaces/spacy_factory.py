"""The factory of the spaCy component: `nlp.add_pipe("secondcoder", config={"model": "path/to/study"})`.

It is found by its entry point (`spacy_factories`), so that nothing of secondcoder need be imported. spaCy imports this module with
every pipeline that is made in any program: so it imports nothing of secondcoder before a component is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from spacy.language import Language

if TYPE_CHECKING:
    from secondcoder.interfaces.spacy_component import SecondcoderComponent

DEFAULTS: dict[str, Any] = {
    "version": None,
    "transcript": False,
    "interviewer": [],
    "sentences": "study",
    "everything": False,
    "spans_key": "secondcoder",
    "prefix": "",
    "store": "reference",
    "scorer": {"@scorers": "spacy.spancat_scorer.v1"},
}
ASSIGNS = (
    *("doc.spans", "doc.user_data", "doc._.code_probabilities"),
    *("span._.probability", "span._.rank_score", "span._.threshold", "span._.model"),
)


@Language.factory(
    "secondcoder",
    default_config=DEFAULTS,
    assigns=ASSIGNS,
    default_score_weights={"spans_secondcoder_f": 1.0, "spans_secondcoder_p": 0.0, "spans_secondcoder_r": 0.0},
)
def make_component(
    nlp: Language,
    name: str,
    model: str,
    version: str | None,
    transcript: bool,
    interviewer: list[str],
    sentences: str,
    everything: bool,
    spans_key: str,
    prefix: str,
    store: str,
    scorer: Callable[..., dict[str, Any]] | None,
) -> SecondcoderComponent:
    """The component of a pipeline's configuration; its settings are those of `SecondcoderComponent`."""
    from secondcoder.interfaces.spacy_component import SecondcoderComponent

    return SecondcoderComponent(
        name,
        model,
        version=version,
        transcript=transcript,
        interviewer=interviewer,
        sentences=sentences,
        everything=everything,
        spans_key=spans_key,
        prefix=prefix,
        store=store,
        scorer=scorer,
    )
