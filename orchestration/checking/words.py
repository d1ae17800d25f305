"""Words that a rule reads: stems of labels, and sentences."""

import re
import unicodedata
from functools import lru_cache

SMALL_WORDS = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "been",
        "by",
        "for",
        "from",
        "had",
        "has",
        "have",
        "in",
        "into",
        "is",
        "it",
        "its",
        "of",
        "on",
        "or",
        "over",
        "per",
        "that",
        "the",
        "their",
        "them",
        "these",
        "they",
        "this",
        "those",
        "to",
        "under",
        "was",
        "were",
        "which",
        "who",
        "with",
        "within",
        "year",
        "years",
        "number",
        "numbers",
        "total",
        "totals",
        "recorded",
        "registered",
        "overall",
        "across",
        "during",
        "between",
        "all",
        "each",
    ]
)


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """A word without its plural and its accents, in lower case."""
    bare = unicodedata.normalize("NFKD", word.lower())
    bare = "".join(letter for letter in bare if not unicodedata.combining(letter))
    bare = bare.removesuffix("'s").removesuffix("’s").removesuffix("’").removesuffix("'")
    if bare.endswith("ies") and len(bare) > 4:
        return bare[:-3] + "y"
    if bare.endswith("sses"):
        return bare[:-2]
    return bare[:-1] if bare.endswith("s") and not bare.endswith(("ss", "us", "is")) and len(bare) > 3 else bare


WORD = re.compile(r"[A-Za-zÀ-ÿ]+(?:[-'’][A-Za-zÀ-ÿ]+)*")


@lru_cache(maxsize=65536)
def stems(text: str) -> tuple[str, ...]:
    """The stems of a text's words, in order, without small words. "Drug-related" is a word of its own."""
    return tuple(one for word in WORD.findall(text) if (one := stem(word)) and word.lower() not in SMALL_WORDS)


@lru_cache(maxsize=65536)
def all_stems(text: str) -> tuple[str, ...]:
    """The stems of all words, small ones too."""
    return tuple(stem(word) for word in WORD.findall(text))


NAMED_BY_LETTER = re.compile(
    r"\b(?:class|category|group|grade|band|tier|type|area|zone|site|table|figure|annex|appendix|option|part|hepatitis)$",
    re.IGNORECASE,
)


@lru_cache(maxsize=65536)
def sentences(text: str) -> tuple[tuple[int, str], ...]:
    """The sentences of a text, each with where it begins. An abbreviation, a decimal or an initial ends none."""
    found, start = [], 0
    for match in re.finditer(r"[.!?](?:[\"”’)\]]*)\s+(?=[\"“‘(]?[A-Z0-9£+])", text):
        before = text[start : match.start()].rsplit(None, 1)
        last = before[-1] if before else ""
        if len(before) > 1 and NAMED_BY_LETTER.search(before[0]) and re.fullmatch("[A-Z]", last):
            # "13 more for Class B. Sentences went up": a letter that is no initial.
            found.append((start, text[start : match.end()].rstrip()))
            start = match.end()
            continue
        if re.fullmatch(r"(?:e\.g|i\.e|approx|no|nos|vs|fig|figs|dr|mr|mrs|ms|cllr|c|cf|incl|[A-Z])", last, re.I):
            continue
        found.append((start, text[start : match.end()].rstrip()))
        start = match.end()
    if text[start:].strip():
        found.append((start, text[start:].rstrip()))
    return tuple(piece for at, sentence in found for piece in pieces(at, sentence))


# No sentence of a report is longer; what is, is a list or a table that was taken for one.
LONGEST_SENTENCE, LONGEST_PIECE = 2_500, 400


def pieces(start: int, sentence: str) -> list[tuple[int, str]]:
    """A sentence, or its pieces where it is longer than any sentence is."""
    if len(sentence) <= LONGEST_SENTENCE:
        return [(start, sentence)]
    return [(start + match.start(), match[0]) for match in re.finditer(rf"\S.{{0,{LONGEST_PIECE}}}(?!\S)", sentence)]
