"""Amounts that are a number of things at a price: "at £80 each they are worth £221,120"."""

import re
from collections.abc import Iterator

from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import Relation, Term, printed_like, slip_between
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.readings import Reader, place_of, term_of

PRICE_BEFORE = re.compile(
    r"\b(?:at(?: an? (?:estimated|average))?|of|is put at|is estimated at|costs?|averages?)\s+"
    r"(?:an?\s+(?:[a-z]+\s+){1,3}of\s+)?$",
    re.I,
)
PRICE_BEHIND = re.compile(
    r"\s+(?:each|apiece|per|an?|for each|for every)\b(?!\s+(?:year|month|week|head)\b)", re.IGNORECASE
)
COST_OF = re.compile(
    r"\b(?:average|unit) cost of an?\s+[a-z]+(?:\s+[a-z]+)?\s+(?:is|was)\s+(?:put at |estimated at )?$", re.I
)


def products(context: Context, reader: Reader) -> Iterator[Relation]:
    """Each amount of a sentence that has a price, with the price and the one count that it can be of."""
    for at, sentence in enumerate(reader.sentences):
        before = reader.sentences[at - 1] if at and reader.sentences[at - 1].block == sentence.block else None
        for home in filter(None, (sentence, before)):
            prices = [one for one in home.distinct_figures if is_price(home, one)]
            amounts = [
                one
                for one in sentence.distinct_figures
                if one.number.unit == "money" and not one.number.about and one not in prices
            ]
            if len(prices) != 1 or len(amounts) != 1 or amounts[0].value <= prices[0].value:
                continue
            near = [*(before.distinct_figures if before else []), *sentence.distinct_figures]
            counts = [
                one for one in near if one.number.unit == "plain" and abs(one.value) > 1 and not one.number.decimals
            ]
            made = [product(context, sentence, term_of(one), term_of(prices[0]), term_of(amounts[0])) for one in counts]
            held = next((one for one in made if one.holds()), None)
            slips = [one for one in made if is_slip(one)]
            if held is not None:
                yield held
            elif len({one.expected() for one in slips}) == 1:
                yield slips[0]
            break


def is_price(sentence: Sentence, figure: Figure) -> bool:
    before = sentence.text[: figure.mark.start - sentence.start]
    behind = sentence.text[figure.mark.end - sentence.start :]
    if figure.number.unit != "money" or figure.is_change:
        return False
    return bool(COST_OF.search(before) or (PRICE_BEFORE.search(before) and PRICE_BEHIND.match(behind)))


def is_slip(relation: Relation) -> bool:
    printed = relation.result.number
    return bool(slip_between(printed.text, printed_like(printed, relation.expected() or 0.0)))


def product(context: Context, sentence: Sentence, count: Term, price: Term, amount: Term) -> Relation:
    def explain(expected: float) -> str:
        return f"{count.text} at {price.text} make {printed_like(amount.number, expected)}, not {amount.text}."

    count = count.signed(abs(count.value))
    return Relation(
        "amount_follows_from_price",
        [sums.as_rounded(count), sums.as_rounded(price)],
        amount,
        lambda values: values[0] * values[1],
        explain,
        place_of(context, sentence),
        sentence.text,
    )
