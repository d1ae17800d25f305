"""Fractions in words beside the same share in digits: "almost two thirds (62.6%)"."""

import re
from collections.abc import Iterator
from functools import partial
from itertools import pairwise

from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import Relation
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.readings import term_of

# "Half as much again as in pubs (12.5%)", "half that in pubs (12.5%)": the bracket is what the word compares with.
OF_ANOTHER = re.compile(
    r"\s+(?:as\s+(?:much|many|high|large|big|long|likely)|(?:of\s+)?(?:that|those)|"
    r"(?:of\s+)?the\s+(?:rate|share|level|figure|average|number)|again|more|less|higher|lower)\b",
    re.IGNORECASE,
)


IN_A_YEAR = re.compile(
    r"\s+(?:in|by|at|during|for)?\s*(?:[A-Za-z]+\s+)?(?:(?:19|20)\d\d|last year|the (?:previous year|year before))\b",
    re.IGNORECASE,
)


def worded_shares(sentence: Sentence, shares: list[Figure], where: str) -> Iterator[Relation]:
    """ "Almost two thirds (62.6%)": the words and the digits say the same."""
    for word, share in pairwise(shares):
        between = sentence.text[word.mark.end - sentence.start : share.mark.start - sentence.start]
        if (
            word.number.unit == "fraction"
            and share.number.unit == "percent"
            and re.fullmatch(r"[^.;()\d]{0,60}\(\s*", between)
            and not OF_ANOTHER.match(between)
            # "A third of the sites (27% in 2023)": the bracket is of another time.
            and not IN_A_YEAR.match(sentence.text, share.mark.end - sentence.start)
        ):
            relation = sums.same_relation(term_of(share), term_of(word), where, "The bracket has", sentence.text)
            relation.rule_id = "word_fits_figure"
            relation.explain = partial(not_in_words, share, word)
            yield relation


def not_in_words(share: Figure, word: Figure, expected: float) -> str:
    return f"{share.number.text} is not {sentence_words(word)}."


def sentence_words(figure: Figure) -> str:
    about = {"almost": "almost ", "over": "just over ", "about": "about "}.get(figure.number.about, "")
    return f"{about}{figure.number.text.lower()}"
