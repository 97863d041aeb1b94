"""Places and institutions: postcodes, streets, practices, hospitals, schools, organisations, towns.

The forms of postcodes are those of Royal Mail's postcode address file: an area of one or two letters, a district, and the inward
code of a digit and two letters other than C, I, K, M, O, V. An outward code alone ("HX7") looks like many other codes, so it is found
only where a postcode is spoken of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from secondcoder.deidentification.dictionary import (
    ORDINARY_PLACES,
    first_names,
    function_words,
    is_english,
    not_names,
    towns,
)
from secondcoder.deidentification.finding import (
    ADDRESS,
    HOSPITAL,
    ORGANISATION,
    PLACE,
    POSTCODE,
    PRACTICE,
    SCHOOL,
    Finding,
)
from secondcoder.deidentification.known_names import CALLED_AFTER
from secondcoder.deidentification.names import word_set
from secondcoder.deidentification.rules import Rule, Stretch
from secondcoder.deidentification.words import words_of
from secondcoder.domain.names import folded

_AREA = (
    r"(?:A[BL]|B[ABDHLNRST]?|C[ABFHMORTVW]|D[ADEGHLNTY]|E[CHNX]?|F[KY]|G[LUY]?|H[ADGPRSUX]|I[GMPV]|JE|K[ATWY]|L[ADELNSU]?|M[EKL]?|"
    r"N[EGNPRW]?|O[LX]|P[AEHLOR]|R[GHM]|S[AEGKLMNOPRSTWY]?|T[ADFNQRSW]|UB|W[ACDFNRSV]?|YO|Z[EZ])"
)
_OUTWARD = rf"{_AREA}\d[\dA-Z]?"
_POSTCODE = re.compile(rf"\b{_OUTWARD}[ \-]?\d[ABD-HJLNP-UW-Z]{{2}}\b", re.IGNORECASE)
_OUTWARD_ALONE = re.compile(rf"\bpost ?codes?\b[^\n]{{0,60}}?\b(?P<code>{_OUTWARD})\b", re.IGNORECASE)

_NAME = (
    r"(?:(?:[A-Z][^\W\d_]*(?:['’\-][^\W\d_]+)*|St\.|&)[ ]+(?:(?:of|the|on|upon|and|de|y)[ ]+(?:the[ ]+)?(?=[A-Z]))?)"
)
_STREETS = (
    "Road|Rd|Street|Lane|Avenue|Ave|Close|Drive|Crescent|Terrace|Row|Way|Court|Gardens|Grove|Park|Parade|Hill|Mews|Square|Walk|Rise|Bank|Fold|"
    "Yard|Brow|Gate|Quay|Wharf|Buildings|Villas|Cottages|Mount|Green|Place|View"
)
_NUMBERED = r"(?:(?:Flat|Apartment|Unit|Room) \d+[A-Za-z]?,? )?(?:\d{1,4}[A-Za-z]?,? )?"
_STREET = re.compile(
    rf"\b(?P<all>{_NUMBERED}(?P<name>{_NAME}{{1,3}})(?:{_STREETS}))\b(?! ?(?:Surgery|Practice|Medical|Health|School|"
    rf"Primary|Pharmacy|Hospital))"
)
_LOWER_STREET = re.compile(
    r"\b(?P<all>(?P<number>(?:flat \d+[a-z]?,? )?\d{1,4}[a-z]? )?(?P<name>[^\W\d_]+(?:['’][^\W\d_]+)?(?: [^\W\d_]+)?) "
    r"(?:road|rd|street|lane|avenue|close|drive|crescent|terrace|mews|grove|square))\b"
)
_ON = re.compile(r"(?:on|in|at|off|down|along|from|up) (?=\S)")
_WELSH_STREET = re.compile(r"\b(?:Ffordd|Heol|Stryd|Lôn|Rhodfa|Maes|Clos)(?: (?:y|yr|[A-ZŶ][^\W\d_]*))+", re.IGNORECASE)

_HEADS = {
    PRACTICE: "Surgery|Medical (?:Practice|Centre|Center|Group)|Health Cent(?:re|er)|Family Practice|Group Practice|"
    "Practice|Health Hub|House|Doctors",
    HOSPITAL: "(?:General |Community |District |Royal |University |Cottage |Memorial |Children['’]s )?(?:Hospital|"
    "Infirmary|Hospice)|Ward|General",
    SCHOOL: "(?:Primary |Secondary |High |Infant |Infants['’]? |Junior |Grammar |Nursery )?School|Primary|Academy|"
    "College|University|Uni|Grammar|"
    "High|Infants|Juniors|Comprehensive|Comp|Nursery",
    ORGANISATION: "Pharmacy|Chemists?|(?:Residential |Nursing |Care )+Home|Lodge|Federation|Trust|Ltd|Limited|LLP|"
    "Hospice at Home|PCN|Care|Church|Mosque|"
    "Temple|Gurdwara|Club|Foundation|Homes?",
}
_ANOTHER = re.compile(
    r"(?:(?<=Surgery)|(?<=Practice)|(?<=Centre)|(?<=Hospital)|(?<=School)|(?<=Home)) (?:and|&|or) (?:[Tt]he )?"
)
"""What stands between two institutions."""
_INSTITUTIONS = {kind: re.compile(rf"\b(?P<name>{_NAME}{{1,4}})(?:{heads})\b") for kind, heads in _HEADS.items()}
_LOWER_INSTITUTION = re.compile(
    r"\b(?P<name>[^\W\d_]+(?:['’][^\W\d_]+)?) (?P<head>(?:road |street |lane )?(?:surgery|medical (?:practice|centre)|health centre|"
    r"(?:general |community |royal )?(?:hospital|infirmary)|hospice|primary|high school|primary school|academy|"
    r"care home|nursing home|pharmacy))\b"
)
_SAINT = re.compile(
    r"\b(?:St\.? |Saint |St-)(?P<name>[A-Z][^\W\d_]+)(?:['’]s)?(?P<head>(?: (?:Road|Street|Lane|[CR]\.?[CE]\.?|"
    r"Catholic|Church|Primary|School|High|Academy|"
    r"College|Hospital|Hospice|Surgery|Practice|Medical|Health|Centre|House|Court))*)|\bsaint (?P<lower>[^\W\d_]+(?:['’]s)?)"
)
_ROYAL = re.compile(
    r"\bRoyal (?!Mail|College|Family|Navy|Air|Society|Charter)[A-Z][^\W\d_]+(?: (?:Infirmary|Hospital))?"
)
_WELSH = {
    HOSPITAL: re.compile(r"\bYsbyty(?: (?:y|yr|[^\W\d_]+))", re.IGNORECASE),
    SCHOOL: re.compile(r"\bYsgol(?: (?:y|yr))?(?: [^\W\d_]+)", re.IGNORECASE),
    PRACTICE: re.compile(r"\b(?:Meddygfa|T[ŷy] (?:Doctor|Meddyg|Iechyd)|Canolfan)(?: (?:y|yr))?(?: [A-Z][^\W\d_]+)?"),
}
_COMMON = word_set(
    "the a an this that our my your his her their main high side back old new next same whole other local which every each"
)


def _postcodes(stretch: Stretch) -> Iterator[Finding]:
    for match in _POSTCODE.finditer(stretch.text):
        yield Finding(*match.span(), POSTCODE, 0.9, "form of a postcode")
    for match in _OUTWARD_ALONE.finditer(stretch.text):
        yield Finding(*match.span("code"), POSTCODE, 0.7, "first half of a postcode")


def _streets(stretch: Stretch) -> Iterator[Finding]:
    for match in _STREET.finditer(stretch.text):
        if _names_something(match["name"]):
            yield Finding(*_without_article(stretch.text, *match.span("all")), ADDRESS, 0.85, "name of a street")
    for match in _WELSH_STREET.finditer(stretch.text):
        yield Finding(*match.span(), ADDRESS, 0.7, "name of a street")
    for match in _LOWER_STREET.finditer(stretch.text):
        last = folded(match["name"]).split()[-1]
        if last in _COMMON or last in function_words():
            continue
        if match["number"]:
            yield Finding(*match.span(), ADDRESS, 0.7, "number and street")
        elif not is_english(last) or _is_place(last) or _ON.match(match["name"]):
            start = match.end("name") - len(match["name"].split()[-1])
            yield Finding(start, match.end(), ADDRESS, 0.5, "name of a street")


def _institutions(stretch: Stretch) -> Iterator[Finding]:
    for kind, pattern in _INSTITUTIONS.items():
        for match in pattern.finditer(stretch.text):
            for start, end in _each(match):
                words = stretch.text[start:end]
                if _names_something(words.rpartition(" ")[0]) and folded(words) not in not_names():
                    yield Finding(start, end, kind, 0.85, f"name of a {kind}")
    for match in _LOWER_INSTITUTION.finditer(stretch.text):
        if not is_english(folded(match["name"])) or _is_place(folded(match["name"])):
            kind = _kind_of_head(match["head"])
            yield Finding(*match.span(), kind, 0.6, f"name of a {kind}")
    for match in _SAINT.finditer(stretch.text):
        head = (match["head"] or "").casefold()
        kind = (
            ADDRESS
            if "road" in head or "street" in head or "lane" in head
            else _kind_of_head(head.strip())
            if head
            else SCHOOL
        )
        yield Finding(*match.span(), kind, 0.85, "called after a saint")
    for match in _ROYAL.finditer(stretch.text):
        yield Finding(*match.span(), HOSPITAL, 0.6, "Royal before a name")
    for kind, welsh in _WELSH.items():
        for match in welsh.finditer(stretch.text):
            yield Finding(*match.span(), kind, 0.7, f"Welsh name of a {kind}")


def _kind_of_head(head: str) -> str:
    for kind, heads in _HEADS.items():
        if re.search(rf"\b(?:{heads})\b", head.title()):
            return kind
    return ORGANISATION


def _names_something(name: str) -> bool:
    """Whether any word before "Surgery" is a name's: not "The", "Our", "NHS"."""
    words = [folded(word) for word in name.split()]
    return any(word not in _COMMON and word not in not_names() and word not in ("of", "and", "&") for word in words)


def _each(match: re.Match[str]) -> Iterator[tuple[int, int]]:
    """The institutions of a match: "Beech Surgery and the Elm Practice" are two."""
    start, end = match.span()
    for gap in _ANOTHER.finditer(match.string, start, end):
        yield _without_article(match.string, start, gap.start())
        start = gap.end()
    yield _without_article(match.string, start, end)


def _without_article(text: str, start: int, end: int) -> tuple[int, int]:
    while article := re.match(r"(?:The|Our|At|In|On|And|From|To|So|But|Then|My|I)\s+", text[start:end]):
        start += article.end()
    return start, end


def _is_place(word: str) -> bool:
    return (word in towns() and word not in ORDINARY_PLACES) or first_names().get(word, False)


def _towns(stretch: Stretch) -> Iterator[Finding]:
    words = list(words_of(stretch.cased))
    for n, word in enumerate(words):
        for length in (3, 2, 1):
            part = words[n : n + length]
            name = " ".join(each.folded for each in part)
            if len(part) == length and name in towns() and word.text[0].isupper():
                ordinary = name in ORDINARY_PLACES
                called_after = CALLED_AFTER.match(stretch.text, part[-1].end)
                if not called_after and not (ordinary and (word.starts or stretch.lower)):
                    yield Finding(word.start, part[-1].end, PLACE, 0.45 if ordinary else 0.7, "list of places")
                break


RULES = (
    Rule("postcodes", (POSTCODE,), _postcodes),
    Rule("streets", (ADDRESS,), _streets),
    Rule("institutions", (PRACTICE, HOSPITAL, SCHOOL, ORGANISATION, ADDRESS), _institutions),
    Rule("towns", (PLACE,), _towns),
)
