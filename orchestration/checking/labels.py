"""What labels of tables say: a total, a part, a change, a share, a rate, a period."""

import re
from functools import lru_cache

from orchestration.checking.spans import spans_in
from orchestration.checking.words import SMALL_WORDS, WORD, stem
from orchestration.reading.periods import Period

CHANGE = re.compile(
    r"\b(?:change|difference|diff|variance|variation|increase|decrease|growth|rise|fall|movement|trend)\b|\+/[-–]|±|"
    r"[%]\s*(?:chg|diff)|\b(?:over|under)[ -]?(?:/ ?|\()?(?:\(?(?:over|under)\)?)?[ -]?spen[dt](?:ing|s)?\b",
    re.IGNORECASE,
)
# What was meant to be, and what came of it.
PLANNED = re.compile(
    r"\b(?:plan(?:ned)?|budget(?:ed)?|allocat(?:ed|ion)|approved|original|profile[d]?|grant|target|approval|"
    r"establishment)\b",
    re.IGNORECASE,
)
ACTUAL = re.compile(
    r"\b(?:actuals?|outturn|out-turn|spen[dt]|spending|expenditure|forecast|projected|projection|achieved|delivered|"
    r"revised|in post|result)\b",
    re.IGNORECASE,
)
# What comes in, and what is left: more of it is better, so that its variance may have the other sign.
COMES_IN = re.compile(
    r"\b(?:income|fund(?:s|ed|ing)|grants?|receipts?|surplus|deficit|net|reserves?|revenue|fees|sales|contributions?|"
    r"precept|balance|rents?)\b",
    re.IGNORECASE,
)
# "(Surplus)/deficit": the one of the two that stands in brackets is printed in brackets, as a minus.
BRACKETED_SIDE = re.compile(r"\([a-z]+(?: [a-z]+)?\)\s*/\s*[a-z]|[a-z]\s*/\s*\([a-z]+(?: [a-z]+)?\)", re.IGNORECASE)
PERCENT = re.compile(r"%|\bper\s?cent|\bpercentage\b", re.IGNORECASE)
POINTS = re.compile(r"\bpoints?\b|\bpp\b|\bppts?\b|p\.p\.", re.IGNORECASE)
SHARE = re.compile(r"\b(?:share|proportion|percentage|per cent|percent|completion rate|coverage)\b|%", re.IGNORECASE)
RATE = re.compile(
    r"\bper\s+(?:100,000|10,000|1,000|1000|100000|10000|1 000|100 000|million|thousand|head)\b|\brates?\b", re.I
)
SCALE = re.compile(
    r"\bper\s+(1,000,000|100,000|10,000|1,000|1000000|100000|10000|1000|100 000|1 000|million|thousand|head)", re.I
)
STANDARDISED = re.compile(r"\b(?:standardi[sz]ed|adjusted|weighted|modelled)\b", re.IGNORECASE)
POPULATION = re.compile(r"\b(?:populations?|residents|inhabitants)\b", re.IGNORECASE)
MEAN = re.compile(r"\b(?:average|mean|median|ratio|index|score|rank|cost per|days|weeks|time|length)\b", re.IGNORECASE)
# What makes no sum: the average of two averages is not their total.
NOT_SUMMED = re.compile(
    r"\b(?:averages?|mean|median|typical|ratios?|index|scores?|rank|ranking|position|rates?|per|speeds?|limits?|density|"
    r"prices?|(?<!working[ -])(?<!pension[ -])(?<!school[ -])age(?! (?:\d|group|band|under|over|and over))|"
    r"size|longest|shortest|"
    r"highest|lowest|largest|smallest|max(?:imum)?|min(?:imum)?|targets?|waits?|waiting|"
    r"response times?|door to|length of stay|temperature|grades?(?! (?:\d|[A-F]\b|not|unknown))|ratings?|percentile)\b|"
    r"\((?:minutes|mins|seconds|days|weeks|hours|years|mph|km/h)\)",
    re.IGNORECASE,
)
OF_WHICH = re.compile(r"^(?:of which|of whom|of these|including|incl\.?|of those|- |– |… )\W*", re.IGNORECASE)
TOTAL = re.compile(
    r"^(?:grand |overall |sub-?|combined )?totals?\b|^all\b|^overall\b|^sum\b|^both\b|^(?:whole |the )?(?:force|"
    r"region|county|partnership|"
    r"borough|district|trust|board|area|service)(?: total| as a whole| area)?$|\btotals?$|^persons$|^everyone$|"
    r"^whole |^(?:full |whole |the )?year(?: to date)?$",
    re.IGNORECASE,
)
GEOGRAPHY = re.compile(
    r"\b(?:area|areas|authority|authorities|council|councils|lpas?|locality|localities|district|districts|borough|"
    r"boroughs|"
    r"ward|wards|region|regions|force|forces|county|counties|town|towns|place|neighbourhood|division|divisions|bcu|"
    r"local policing area|command|basic command unit|hub|hubs|site|sites|team|sector|parish|constituency|icb|"
    r"trust|partnership)\b",
    re.IGNORECASE,
)
FIGURES_ROUNDED = re.compile(r"\brounded\b|\brounding\b|nearest (?:5|10|20|25|50|100|five|ten|hundred)", re.IGNORECASE)
GRID = re.compile(
    r"(?:nearest|multiples? of|rounded to)\s+(?:the\s+)?(?:nearest\s+)?(5|10|20|25|50|100|1,000|five|ten|hundred)\b",
    re.I,
)
GRIDS = {
    "5": 5,
    "10": 10,
    "20": 20,
    "25": 25,
    "50": 50,
    "100": 100,
    "1,000": 1000,
    "five": 5,
    "ten": 10,
    "hundred": 100,
}
NOT_ADDITIVE = re.compile(
    r"not (?:be )?(?:added|sum|add)|do(?:es)? not (?:sum|add)|counts? in (?:both|each)|more than one|may not sum|"
    r"double.count|"
    r"in several|multiple|suppress|not shown|excluded|do not total|counted (?:once|twice)",
    re.IGNORECASE,
)
# "A seizure can involve several classes": the parts add up to more than the total.
OVERLAPPING = re.compile(
    r"\b(?:can|may|could|might)\b[^.]{0,40}\b(?:several|more than one|multiple|two or more)\b|"
    r"\b(?:several|more than one|multiple|two or more)\b[^.]{0,50}\b(?:can|may|could|might)\b|"
    r"\b(?:add|sum|adds|sums) (?:up )?to more than\b|\bdo(?:es)? not (?:add|sum)\b|"
    r"\bcounted (?:once in|in (?:each|several|both|more than one))\b",
    re.IGNORECASE,
)
_NOT_KNOWN = (
    r"\b(?:unknown|not (?:known|stated|recorded|specified|disclosed|given|available)|missing|unspecified|"
    r"undisclosed|others?|did not (?:say|answer|state)|prefer(?:red)? not)\b"
)
# "Totals include victims whose sex is not known": the total is more than the parts that are shown.
TOTAL_HAS_OTHERS = re.compile(
    rf"\b(?:totals?|all|persons|figures?)\b[^.]{{0,60}}\binclud\w+\b[^.]{{0,80}}{_NOT_KNOWN}|"
    rf"^\W*(?:\[[^\]]*\]\s*|notes?\b\W*)?\d?\W*includ\w+\b[^.]{{0,80}}{_NOT_KNOWN}|"
    rf"{_NOT_KNOWN}[^.]{{0,80}}\b(?:in|only in|part of) the totals?\b|"
    r"\b(?:was|were|is|are) (?:not (?:known|recorded|stated|given|available)|unknown|missing) (?:for|in) "
    r"(?:\d|some\b|a )",
    re.IGNORECASE,
)


# "Percentag e": a word that a narrow column broke.
BROKEN = re.compile(
    r"\b([A-Za-z]{8,}) (?!(?:a|an|as|at|by|do|if|in|is|it|no|of|on|or|pp|so|to|up|us|vs|we)\b)([a-z]{1,2})\b"
)


def rejoined(text: str) -> str:
    """A label in which a word that a narrow column broke is whole again."""
    return BROKEN.sub(r"\1\2", text)


@lru_cache(maxsize=16384)
def label_period(text: str) -> Period | None:
    """The one period that a label names, if it names one."""
    found = [span.period for span in spans_in(text) if span.period is not None]
    return found[0] if len(found) == 1 else None


@lru_cache(maxsize=16384)
def is_period(text: str) -> bool:
    """Whether a label is a period and nothing else but a word or two around it."""
    spans = spans_in(text)
    if len(spans) != 1 or spans[0].period is None:
        return False
    rest = re.sub(
        r"[\W\d]|year|ending|ended|financial|fiscal|calendar|fy|to|\[.*?\]",
        "",
        text[: spans[0].start] + text[spans[0].end :],
        flags=re.I,
    )
    return len(rest) <= 2


@lru_cache(maxsize=16384)
def measure_of(text: str) -> str:
    """What a header measures: without its periods and its words for change and unit."""
    for span in reversed(spans_in(text)):
        text = text[: span.start] + " " + text[span.end :]
    text = re.sub(
        r"\b(?:percentage|per\s?cent|percent|annual|year[- ]on[- ]year|since|from|points?|in|pp)\b(?=.*\bchange)",
        " ",
        text,
        flags=re.I,
    )
    text = re.sub(r"\b(?:to|from|between|and|in)\s*$", " ", CHANGE.sub(" ", text), flags=re.I)
    return " ".join(re.sub(r"[%()\[\]:;,+*-]+(?=\s|$)|(?<=\s)[%()\[\]:;,+*-]+|^[%(]+", " ", text).split())


# "Late by 18 weeks or more" is one thing, and not two.
OR = re.compile(
    r",(?!\d{3}\b)|/|\bor\b(?!\s+(?:more|less|fewer|over|under|above|below|older|younger|longer|later|earlier)\b)",
    re.IGNORECASE,
)


@lru_cache(maxsize=16384)
def alternatives(label: str) -> tuple[frozenset[str], ...]:
    """The sets of stems by which a text may name a label: "Charge or summons" is named by either."""
    bare = OF_WHICH.sub("", label)
    bare = re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", bare)
    # "CS1 Calls answered": no sentence has the code of a measure.
    bare = re.sub(r"^[A-Z]{1,4}\d{1,3}[a-z]?\s+(?=\w)", "", bare)
    keep = {"only", "other", "unknown"}
    whole = frozenset(
        stem(word) for word in WORD.findall(bare) if word.lower() not in SMALL_WORDS or word.lower() in keep
    )
    parts = [
        frozenset(stem(word) for word in WORD.findall(piece) if word.lower() not in SMALL_WORDS)
        for piece in re.split(OR, bare)
    ]
    found = [whole] if whole else []
    if len(parts) > 1:
        found += [part for part in parts if part and part not in found]
    return tuple(found)


# Amounts that are printed in thousands or millions of pounds are rounded.
IN_POUNDS = re.compile(r"£\s?['’]?000|£\s?k\b|£\s?(?:m\b|millions?\b|thousands?\b)", re.IGNORECASE)
IN_THOUSANDS = re.compile(r"\bthousands?\b|\b000s?\b|£\s?k\b", re.IGNORECASE)
IN_MILLIONS = re.compile(r"\bmillions?\b|\(m\)|£\s?m\b", re.IGNORECASE)


def unit_of(text: str) -> float:
    """What the figures under a label are printed in: 1,000 of "Population (thousands)"."""
    return 1e3 if IN_THOUSANDS.search(text) else 1e6 if IN_MILLIONS.search(text) else 1.0


def scale_of(text: str) -> float:
    """The scale of a rate that a label names: 1,000 of "per 1,000"; 0 where it names none."""
    found = SCALE.search(text)
    if not found:
        return 0.0
    word = found[1].lower()
    return {"million": 1e6, "thousand": 1e3, "head": 1.0}.get(word) or float(re.sub(r"[,\s]", "", word))


def grid_of_rounding(text: str) -> int:
    """To what the figures that a note speaks of are rounded; 0 where it does not say."""
    found = GRID.search(text)
    return GRIDS[found[1].lower()] if found else 0
