"""Numbers in a text: digits and words, with their unit, sign and how exact they claim to be."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from orchestration.checking.passed import passed_in

ONES = re.findall(
    "[a-z]+",
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen",
)
TENS = {
    word: 10 * (at + 2)
    for at, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"])
}
WORDS = {word: float(at) for at, word in enumerate(ONES)} | {word: float(value) for word, value in TENS.items()}
WORDS |= {f"{ten}-{one}": float(TENS[ten] + WORDS[one]) for ten in TENS for one in ONES[1:10]}
PARTS = {"third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10}
PARTS |= {"twelfth": 12, "twentieth": 20}
FRACTIONS = {"half": 50.0, "a half": 50.0, "a majority": 50.0}
FRACTIONS |= {f"{one} {part}": 100 / of for part, of in PARTS.items() for one in ("a", "an", "one")}
FRACTIONS |= {
    f"{ONES[many]} {part}s": 100 * many / of for part, of in PARTS.items() for many in range(2, of) if many * 2 != of
}
FRACTIONS |= {words.replace(" ", "-"): value for words, value in FRACTIONS.items() if not words.startswith("a")}
# "Nine in ten", "two out of five".
FRACTIONS |= {
    f"{ONES[many]} {joined} {ONES[of]}": 100 * many / of
    for of in (*range(2, 11), 12)
    for many in range(1, of)
    for joined in ("in", "out of", "in every")
}
TIMES = {"doubled": 2.0, "trebled": 3.0, "tripled": 3.0, "quadrupled": 4.0, "halved": 0.5, "twice": 2.0, "double": 2.0}

NUMBER = re.compile(
    r"(?P<sign>(?<![\w)])[+\-−–‑]\s?)?(?P<money>[£$€])?"
    r"(?P<digits>\d{1,3}(?:[,\u2009\u202f]\d{3})+(?:\.\d+)?|\d{1,3}(?: \d{3})+(?![\d,])(?:\.\d+)?|\d+(?:\.\d+)?)(?!\d)"
)
SMALL = re.compile(
    r"\b(" + "|".join(sorted((*FRACTIONS, *TIMES, *WORDS), key=len, reverse=True)) + r")\b(?!-)", re.IGNORECASE
)
# "Half a point", "three quarters of an hour": an amount, and no share.
OF_A_UNIT = re.compile(
    r"\s+(?:of\s+)?an?\s+(?:percentage\s+)?"
    r"(?:point|day|hour|minute|week|month|year|term|mile|metre|million|billion|pound|dozen)\b",
    re.IGNORECASE,
)
# "One application in seven", "one child in 33".
ONE_IN = re.compile(
    r"\bone\s+(?:(?!(?:in|of|and|or|to|is|was)\b)[a-z-]+\s+)?in\s+(?:every\s+)?"
    rf"(?P<of>\d{{1,3}}(?![\d,.%]\d)|{'|'.join(sorted(ONES[2:], key=len, reverse=True))})\b(?![-%])"
    r"(?!\s+(?!(?:was|is|has|does|comes|sees|needs|lives|says)\b)[a-z-]+s\b)(?!\s+(?:of|people|children|men|women|per)\b)",
    re.IGNORECASE,
)
# "A hundred and thirty-one".
HUNDREDS = re.compile(
    rf"\b(?P<count>an?|{'|'.join(ONES[1:10])}) hundred"
    rf"(?: and (?P<rest>{'|'.join(sorted(WORDS, key=len, reverse=True))}))?\b"
    r"(?!-)(?! (?:thousand|million|percent|per cent))",
    re.IGNORECASE,
)
UNIT_AFTER = (
    (
        re.compile(r"\s?-?\s?(?:percentage|per\s?cent(?:age)?|%)[\s-]*points?\b|\s?(?:pp|ppts?|p\.p\.)\b", re.I),
        "points",
    ),
    (re.compile(r"\s?(?:%|per\s?cent\b|pc\b)", re.I), "percent"),
    (re.compile(r"\s+points?\b(?! of)", re.I), "points"),
    (re.compile(r"\s?(?:times|x|-?fold)\b(?! a)", re.I), "times"),
    (re.compile(r"\s?(?:million|m)\b", re.I), "million"),
    (re.compile(r"\s?(?:billion|bn)\b", re.I), "billion"),
    (re.compile(r"\s?(?:thousand|k)\b", re.I), "thousand"),
)
POWERS = {"thousand": 3, "million": 6, "billion": 9}
RATE_AFTER = re.compile(
    r"[^.;()%]{0,45}?\b(?:per|for every|in every|out of every)\s+(?:head|(1,000,000|100,000|10,000|1,000|1000|"
    r"100000|10000|1 000|100 000|million|thousand|100))\b",
    re.IGNORECASE,
)
SCALES = {"million": 1_000_000.0, "thousand": 1_000.0}


@dataclass(frozen=True)
class Number:
    """A number as printed. `value` has its sign; `unit` is plain, percent, points, times, rate, fraction or money.

    `decimals` says how many were printed; `scale` is that of a rate; `about` is about, at_least, at_most, almost,
    over or "" for a plain figure.
    """

    text: str
    start: int
    end: int
    value: float
    decimals: int
    unit: str
    sign: int = 0
    scale: float = 0.0
    about: str = ""
    is_word: bool = False

    def fits(self, other: float, slack: float = 0.0) -> bool:
        """Whether another number, rounded as this one is printed, is this one."""
        return fits(self, self.value, other, slack)

    @property
    def half_unit(self) -> float:
        return 0.5 * 10.0**-self.decimals


BOUNDS = ("at_most", "at_least")


def fits(number: Number, printed: float, other: float, slack: float = 0.0) -> bool:
    """Whether `other`, rounded as the number is printed and taken as exactly as it claims to be, is `printed`."""
    if printed < 0 and number.about:
        # A fall of "just over a tenth" is a larger fall, not a higher number.
        printed, other = -printed, -other
    is_bound = number.about in BOUNDS
    if (number.unit == "fraction" and not is_bound) or number.about in ("about", "almost", "over"):
        width = max(abs(printed) * 0.075, 1.5 if number.unit == "fraction" else 0.0, number.half_unit)
        low = printed - width if number.about != "over" else printed - number.half_unit - 1e-9
        high = printed + width if number.about != "almost" else printed + number.half_unit + 1e-9
        if number.about == "over":
            high = printed * 1.15 + width
        if number.about == "almost":
            low = printed * 0.88 - width / 2
        if number.unit == "fraction" and not number.about:
            low, high = printed - 2.6, printed + 2.6
        return low - slack <= other <= high + slack
    if number.about == "at_least":
        return other >= printed - number.half_unit - slack
    if number.about == "at_most":
        return other <= printed + number.half_unit + slack
    return abs(printed - other) <= number.half_unit * 1.000001 + 1e-9 + slack


ABOUT = (
    (
        re.compile(
            r"(?:around|about|approximately|approx\.?|roughly|some|circa|c\.|broadly|~|nearly exactly|in the "
            r"region of)\s*(?:a\s)?$",
            re.I,
        ),
        "about",
    ),
    (
        re.compile(r"(?:almost|nearly|just under|close to|under|slightly less than|just below|approaching)\s*$", re.I),
        "almost",
    ),
    (re.compile(r"(?:just over|slightly over|slightly more than|a little over|a little more than)\s*$", re.I), "over"),
    (
        re.compile(
            r"(?:more than|over|above|exceed(?:s|ed|ing)?|surpass(?:es|ed|ing)?|topped|upwards of|in excess of)\s*$",
            re.I,
        ),
        "over",
    ),
    (re.compile(r"(?:at least|a minimum of|no fewer than|no less than)\s*$", re.I), "at_least"),
    (re.compile(r"(?:at most|up to|a maximum of|no more than|fewer than|less than)\s*$", re.I), "at_most"),
)


@lru_cache(maxsize=65536)
def numbers_in(text: str) -> tuple[Number, ...]:
    """The numbers of a text that count, measure or compare something, in order."""
    found: list[Number] = []
    passed = passed_in(text)

    def is_free(start: int, end: int) -> bool:
        return not any(start < stop and begin < end for begin, stop, _ in passed) and not any(
            start < one.end and one.start < end for one in found
        )

    for match in NUMBER.finditer(text):
        digits = match.start("digits")
        if is_free(digits, match.end()) and not attached(text, digits, match.end()):
            found.append(of_digits(text, match))
    for match in ONE_IN.finditer(text):
        of = WORDS.get(match["of"].lower()) or float(match["of"])
        if of > 1 and not SMALL.fullmatch(match[0]):
            found = [one for one in found if not match.start() <= one.start < match.end()]
            about = about_of(text, match.start())
            found.append(Number(match[0], *match.span(), 100 / of, 0, "fraction", about=about, is_word=True))
    for match in HUNDREDS.finditer(text):
        if is_free(match.start(), match.end()):
            value = 100 * WORDS.get(match["count"].lower(), 1.0) + WORDS.get((match["rest"] or "").lower(), 0.0)
            about = about_of(text, match.start()) or ("" if match["rest"] else "about")
            found.append(Number(match[0], match.start(), match.end(), value, 0, "plain", about=about, is_word=True))
    for match in SMALL.finditer(text):
        is_amount = match[1].lower() in FRACTIONS and OF_A_UNIT.match(text, match.end())
        if is_free(match.start(), match.end()) and not is_amount:
            found.append(of_word(text, match))
    return tuple(with_rates(text, sorted(found, key=lambda one: one.start)))


def with_rates(text: str, numbers: list[Number]) -> list[Number]:
    """The numbers, with the first of "from 640 to 608 per 100,000" as the rate that it is, like the second."""
    for at, (one, other) in enumerate(pairwise(numbers)):
        opened = re.search(r"\b(?:from|between)\s+(?:an?\s+|around\s+|about\s+)?$", text[: one.start], re.I)
        joined = re.fullmatch(r"\s*(?:to|and|–|-)\s*(?:around\s+|about\s+)?", text[one.end : other.start], re.I)
        if one.unit == "plain" and other.unit == "rate" and opened and joined:
            numbers[at] = replace(one, unit="rate", scale=other.scale)
    return numbers


def attached(text: str, start: int, end: int) -> bool:
    """Whether a number is a part of a word or of a longer number."""
    before, after = text[max(start - 1, 0) : start], text[end : end + 1]
    # "COVID-19", "MH-17".
    if before in ("-", "‑", "–") and re.search(r"\b(?:[A-Z]{2,}|Covid|covid)$", text[: start - 1]):
        return True
    if before.isalpha() or before in ("_", "/", "#", "@") or (before == "." and text[start - 2 : start - 1].isdigit()):
        return True
    return after in ("_", "/") or (
        after.isalpha() and not re.match(r"(?:m|k|bn|ppt?s?|pc|x|kg|g)\b|(?:per|percent)", text[end:])
    )


def of_digits(text: str, match: re.Match) -> Number:
    digits, end = match["digits"], match.end()
    value = float(re.sub(r"[,\s\u2009\u202f]", "", digits))
    decimals = len(digits.partition(".")[2])
    sign = 0
    start = match.start("digits")
    if match["sign"]:
        mark = match["sign"].strip()
        # "7.1–8.4" and "10 - 20" are ranges: a dash is a sign where a blank, a bracket or nothing stands before it.
        spaced = len(match["sign"]) > 1 and re.search(r"\w\s$", text[: match.start()])
        if not spaced:
            sign, start = (1 if mark == "+" else -1), match.start()
    unit, scale = "plain", 0.0
    for pattern, name in UNIT_AFTER:
        after = pattern.match(text, end)
        if after:
            unit, end = name, after.end()
            break
    if power := POWERS.get(unit):
        value, decimals, unit = value * 10.0**power, decimals - power, "plain"
    if match["money"]:
        unit, start = "money", min(start, match.start("money"))
    elif unit == "plain" and (rate := RATE_AFTER.match(text, end)) and not NUMBER.search(text, end, rate.start(1)):
        scale = SCALES.get((rate[1] or "1").lower()) or float(re.sub(r"[,\s]", "", rate[1] or "1"))
        unit = "rate"
    return Number(text[start:end], start, end, value * (sign or 1), decimals, unit, sign, scale, about_of(text, start))


def of_word(text: str, match: re.Match) -> Number:
    word = match[1].lower()
    start, end = match.span()
    about = about_of(text, start)
    if word in FRACTIONS:
        return Number(match[0], start, end, FRACTIONS[word], 0, "fraction", about=about, is_word=True)
    if word in TIMES:
        return Number(match[0], start, end, TIMES[word], 0, "times", about=about or "about", is_word=True)
    value, unit = WORDS[word], "plain"
    for pattern, name in UNIT_AFTER[:4]:
        after = pattern.match(text, end)
        if after:
            unit, end = name, after.end()
            break
    return Number(text[start:end], start, end, value, 0, unit, about=about, is_word=True)


def about_of(text: str, start: int) -> str:
    before = text[max(start - 30, 0) : start]
    return next((name for pattern, name in ABOUT if pattern.search(before)), "")


MARKS = {"~": "about", "≈": "about", "<": "at_most", ">": "at_least"}
NO_CHANGE = re.compile(r"^(no change|unchanged|same|nil|0)$", re.IGNORECASE)
CELL = re.compile(
    r"^[(\[]?\s*(?P<mark>[<>~≈])?\s*(?P<sign>[+\-−–‑]|\()?\s*(?P<money>[£$€])?\s*"
    r"(?P<digits>\d{1,3}(?:[,\s\u2009\u202f]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s*(?P<rest>.*?)\s*[)\]]?$"
)


@lru_cache(maxsize=65536)
def number_of_cell(text: str) -> Number | None:
    """The number that a cell of a table holds, or None where it holds text, a symbol or nothing.

    Brackets around a number are a minus in tables of money, and a second figure elsewhere: they are read as neither.
    """
    bare = re.sub(r"\s*(?:\[[a-z\d]+\]|[*†‡^]+|\((?:r|p|e|u|\d)\))\s*$", "", text.strip())
    if NO_CHANGE.match(bare) and bare != "0":
        return Number(bare, 0, len(text), 0.0, 0, "plain")
    match = CELL.match(bare)
    if not match or re.match(r"\d|[/:]", match["rest"]):
        return None
    rest = match["rest"].lower()
    value = float(re.sub(r"[,\s\u2009\u202f]", "", match["digits"]))
    decimals = len(match["digits"].partition(".")[2])
    sign = 0 if not match["sign"] or match["sign"] == "(" else 1 if match["sign"] == "+" else -1
    unit = "plain"
    if re.match(r"(?:percentage|per\s?cent(?:age)?|%)[\s-]*points?|pp|p\.p\.|ppt|points?", rest):
        unit = "points"
    elif re.match(r"(?:%|per\s?cent|pc)\s*(?:$|\(|\[|of\b|increase|decrease|rise|fall|up|down|reduction|drop)", rest):
        unit = "percent"
    elif match["money"]:
        unit = "money"
    elif re.match(r"m\b|million", rest):
        value, decimals = value * 1e6, decimals - 6
    elif rest and not re.match(r"(?:per|kg|g\b|people|offences|deaths|days|weeks|years|k\b|\()", rest):
        return None
    return Number(
        text.strip(), 0, len(text), value * (sign or 1), decimals, unit, sign, about=MARKS.get(match["mark"] or "", "")
    )
