"""What kind of figure a number in a sentence is, and whether it is the old or the new value of a comparison."""

import re
from math import log

from orchestration.checking import directions
from orchestration.checking import figures as kinds
from orchestration.checking.directions import ANY_WAY, NOUNS
from orchestration.checking.numbers import Number
from orchestration.checking.printed_intervals import INTERVAL, begins_interval
from orchestration.reading.periods import MONTH_NAME

AREAS = (
    r"(?:areas?|councils?|authorities|authority|lpas?|ocus?|localities|locality|districts?|boroughs?|wards?|"
    r"regions?|forces?|counties|county(?! lines?\b)|"
    r"towns?|divisions?|hubs?|sites?|neighbourhoods?|sectors?|parishes|trusts?|places|partnerships?|commands?|bcus?)"
)
# A word between a number and its noun: "31 GWh because of fewer hours" counts no hours.
# Nor does "36 is still two more" say that 36 is more, or "one of the four to become less common" that four is less.
A_WORD = (
    r"(?!(?:to|become|becomes|became|that|which|who|because|with|while|but|although|due|thanks|owing|is|are|was|were|two|three|four|five|six|seven|eight|"
    r"nine|ten)\b)[a-z'’-]+"
)
# "12 short of the target", "20 above plan", "35 more than planned": a distance, and no value.
DISTANCE_FROM_AIM = re.compile(
    r"\s+(?:(?:[a-z]+\s+)?(?:above|over|ahead of|below|under|short of|behind)|"
    r"(?:[a-z]+\s+){0,2}?(?:more|fewer|less|higher|lower|better|worse|longer|shorter)\s+than)\s+"
    r"(?:(?:the|its|our|their|this|that|annual|agreed|planned|we|was|were|had|been|originally)\s+)*"
    r"(?:target|plan|budget|trajectory|forecast|ambition|goal|standard|threshold|establishment|ceiling|planned|budgeted|targeted|expected|"
    r"projected|predicted|anticipated|allowed|agreed)\b",
    re.I,
)
A_MONTH = MONTH_NAME.replace("(", "(?:", 1)
SINCE_TIME = re.compile(
    rf"\s+(?:since|on)\s+(?:[a-z]+\s+){{0,3}}?(?:{A_MONTH}|(?:19|20)\d\d\b|(?:year|month|quarter)s?\b)", re.IGNORECASE
)
AND_ALSO = re.compile(r"(?!.*\bto\b)[^.;()]{0,60}(?:,|\band)\s*$", re.IGNORECASE)
# "18% below 2019/20", "4% above the year before": a change since another time.
PAST_LEVEL = re.compile(
    r"\s+(below|above)\s+(?:(?:the|its|their|that|those|same|level|levels|figure|number|of|in|for|pre-\w+|where|it|they|we|"
    r"was|were|stood|had|been|total)\s+)*"
    r"(?:(?:19|20)\d\d\b|(?:the )?(?:previous|last|preceding|prior) (?:year|quarter|month)|(?:a |the )?year (?:before|"
    r"earlier|ago))",
    re.I,
)
# "Which is 48 above the figure for 2023/24", but "the rate was 12.4, above the figure for 2023".
ABOVE_BY = re.compile(
    r"\b(?:is|are|was|were|stands?|stood|remains?|remained|some|still|only|just|at)\s+$|[,(]\s*$", re.I
)
AFTER_CHANGE = re.compile(
    rf"^[\s-]*(?:{A_WORD}[\s-]+){{0,3}}?(?:{NOUNS}|more|fewer|higher|lower|less|extra|additional|up|down)\b(?! "
    rf"(?:than (?:half|a(?! year| month| quarter)|one|two|three))|or)",
    re.I,
)
BEFORE_CHANGE = re.compile(
    rf"\b(?:{ANY_WAY}|changed|changes?)\b(?:\s+(?:again|further|slightly|sharply|marginally|substantially|"
    rf"significantly|only|just|even|also|"
    r"modestly|notably|markedly|numerically|proportionally|steeply|dramatically|in \w+|overall|[a-z]+ly))*\s*"
    r"(?:\(|,)?\s*(?:by|of|at)?(?:\s+(?:between|around|about|approximately|over|nearly|almost|just|some|a|an|"
    r"exactly|roughly|under|(?:more|_+) than|the equivalent of|up to))*\s*$",
    re.I,
)
BY_OF = re.compile(
    rf"\b(?:{ANY_WAY}|changed|{NOUNS})\b[^.;:()]{{0,40}}?\b(?:by|of)\s+(?:an?\s+[a-z]+\s+)?"
    rf"(?:between |around |about |approximately |"
    rf"over |nearly |almost |just |some |a |exactly |just under |just over |(?:more|_+) than )*$",
    re.I,
)
TO_LEVEL = re.compile(
    r"\b(?:to|from|at|than|with|against|was|were|is|are|reached|reaching|stood at|compared (?:to|"
    r"with))\s+(?:around |about |just |over |under |nearly |almost )*$",
    re.I,
)
THAN_PERIOD = re.compile(
    r"\b(?:than|on|since|from|below|above)\s+(?:in\s+)?(?:19|20)\d\d(?:\s?/\s?\d\d)?\s*\(\s*$", re.IGNORECASE
)
# "Two of the three schools served more than in 2023": how many did.
COUNTED = re.compile(
    r"\s+(?:[a-z-]+\s+){1,2}(?:had|saw|served|gave|took|sold|issued|drew|made|held|got|won|lost|used|did|recorded|reported)\s+"
    r"(?:more|fewer|less)\s+(?:[a-z]+\s+){0,3}?than\b",
    re.IGNORECASE,
)
IN_LIST = re.compile(r"^\s*(?:,|and|to|or|–|-|,\s*and)\s*$", re.I)
OLD = re.compile(
    r"(?:\bfrom|\bcompare[ds]\s+(?:with|to)|\bagainst|\bthan|\bversus|\bvs\.?|\bup on|\bdown on|\bin comparison "
    r"(?:with|to)|\bin contrast to|\brelative to)"
    r"\s*(?:\(|the\s+)?(?:around|about|some|approximately|just|over|under|nearly|almost|only|a total of|(?:figure|"
    r"total|rate|number|proportion|share|level|peak|high|low|record|average|mean|median)\s+of)?\s*$",
    re.I,
)
# "115 more than in August (4,870)".
OLD_IN_BRACKET = re.compile(
    rf"\bthan\s+(?:in\s+)?(?:{MONTH_NAME.replace('(', '(?:', 1)}|(?:the\s+)?(?:[a-z]+ )?(?:spring|summer|autumn|winter|"
    r"(?:previous|last|first|second|third|fourth|same|a|one|year|quarter|month|week|before|earlier|ago)\b(?:\s+|(?=\()))+)"
    r"\s*\(£?$",
    re.I,
)
NEW = re.compile(
    r"\b(?:to|reaching|reached|now|stands at|stood at)\s*(?:around|about|just|over|under|nearly|almost|only)?\s*$", re.I
)
LEVEL_TO = re.compile(
    rf"\b(?:{ANY_WAY})\b[^.;:()\d]{{0,40}}\bto\s*(?:around|about|just|over|under|nearly|almost|only|a high of|a "
    rf"low of)?\s*$",
    re.I,
)


# "Down by more than a quarter": nothing that it is compared with.
MORE_THAN = re.compile(
    r"\b(?:by|of|from|to|with|at|was|were|is|are)\s+(?P<than>(?:more|less|fewer|_+)\s+than\s*)$", re.IGNORECASE
)

# "118 of the 240 (49%), up from 71 (30%)": as the bracket before it, so the second one.
SHARE_BEFORE = re.compile(
    r"(?:\bof\s+(?:the\s+)?[\d,]+[^.;()]{0,80}\(\s*[\d.]+\s*(?:%|per cent)\s*\)|"
    r"\b[\d.]+\s*(?:%|per cent) of (?:the|all|its)\b)[^.;()]*$",
    re.IGNORECASE,
)
# "Grants were £25,500 lower", "and Corley 6 higher": a change, but for "5.9 higher than in the area as a whole".
WAS = re.compile(r"\b(?:is|are|was|were)\s+(?:[a-z]+\s+)?£?$|\band\s+(?:[A-Z][\w'’-]+\s+){1,3}£?$")
HIGHER = re.compile(
    r"\s+(?:up|down)\s+(?:on|against|compared)\b|\s+(?:higher|lower)\b(?!\s+than\b(?!\s+(?:(?:in|a|the)\s+)*(?:(?:19|20)\d\d|year|last|previous|month|quarter)))"
)
# Ranges of changes are of small numbers: "by 10 to 20".
LEAST_LEVEL = 50
TIMES_OF = re.compile(
    r"\s*(?:as|more|higher|larger|greater|lower|less|fewer|bigger|longer|faster|likelier|the|that|those|what|its|their|of)\b",
    re.IGNORECASE,
)
BY_TIMES = re.compile(
    r"\b(?:rose|risen|grew|grown|increas\w*|up|multipl\w*|by|almost|nearly|over|about|around|some|than|is|was|are|were|"
    r"factor of)\s*$",
    re.IGNORECASE,
)


def kind_of(number: Number, text: str, before: list[tuple[Number, str]]) -> str:
    """The kind of a number in a sentence; `before` are the numbers before it in the sentence, with their kinds."""
    left, right = text[: number.start], text[number.end :]
    last = before[-1] if before else None
    if number.unit == "points":
        return kinds.POINTS
    if number.unit == "rate":
        return kinds.RATE
    if number.unit == "times":
        # "Was used 310 times" counts; "3 times as many" and "rose 3 times" compare.
        is_counted = not number.is_word and not TIMES_OF.match(right) and not BY_TIMES.search(left)
        return kinds.VALUE if is_counted else kinds.RATIO
    if number.unit == "money":
        is_change = kind_of_plain(number, left, right, before, text) == kinds.CHANGE
        return kinds.CHANGE if is_change else kinds.VALUE
    joined = text[last[0].end : number.start] if last else ""
    # "Rose by 150 to 1,846", "rose by 72 to 168": what a change leads to is a level, and no end of a range.
    is_level = last is not None and joined.strip() == "to" and is_past_range(last, number)
    is_decimal = number.unit == "plain" and number.decimals > 0
    if is_decimal and directions.CHANGED_BY.search(left) and kinds.POINTS in [was for _, was in before]:
        return kinds.POINTS
    if number.unit == "plain" and DISTANCE_FROM_AIM.match(right):
        return kinds.CHANGE
    if last and IN_LIST.match(joined) and last[0].unit == number.unit and not number.sign and not is_level:
        # "a rise of 2.4% and 0.7%", "between 19.9% and 28.6%": both are of one kind.
        return last[1]
    if (
        last
        and last[1] == kinds.CHANGE
        and number.unit == "plain"
        and SINCE_TIME.match(right)
        and AND_ALSO.match(joined)
    ):
        # "Up 35,000 on the month before and 545,000 since 2020".
        return kinds.CHANGE
    if (
        before
        and re.search(r"\b(?:by|(?:one|another|that) of)\s*(?:a\s|around\s|about\s)?$", left, re.I)
        and not number.sign
    ):
        # "Charges rose by 6.6% and cautions by 8.6%", "was followed by one of 3.1%": the verb is left out.
        changes = [was for one, was in before if was in kinds.CHANGES and is_of_unit(one, number)]
        if changes and re.search(r"\b(?:and|but|while|followed)\b[^.;]{0,60}$", left, re.I):
            return changes[-1]
    if number.unit in ("percent", "fraction"):
        return kind_of_percent(number, left, right, last, text)
    return kind_of_plain(number, left, right, before, text)


def is_of_unit(one: Number, other: Number) -> bool:
    """Whether two numbers are of one unit: a fraction in words is a percentage, too."""
    shares = ("percent", "fraction")
    return one.unit == other.unit or (one.unit in shares and other.unit in shares)


def is_past_range(last: tuple[Number, str], number: Number) -> bool:
    """Whether a number behind "to" is too far from the one before it to be the upper end of a range of changes."""
    low = abs(last[0].value)
    is_counted = (
        last[1] == kinds.CHANGE and number.unit == "plain" and not number.decimals and number.value >= LEAST_LEVEL
    )
    return number.value > (1.5 if is_counted else 3) * low or (is_counted and number.value < low)


def kind_of_percent(number: Number, left: str, right: str, last: tuple[Number, str] | None, text: str) -> str:
    if number.sign:
        return kinds.PERCENT_CHANGE
    if (
        directions.IN_TERMS.match(right)
        or PAST_LEVEL.match(right)
        or (AFTER_CHANGE.match(right) and not re.match(r"\s+of\b", right))
    ):
        return kinds.PERCENT_CHANGE
    if re.search(rf"\b(?:{NOUNS})\b[^.;()\d]{{0,60}}\bat\s*$|\b(?:{NOUNS})\s+(?:is|was|being)\s*$", left, re.I):
        return kinds.PERCENT_CHANGE
    if re.match(r"\s*\)\s*than\b", right) and not re.search(r"\b(?:by|of)\b[^.;()]{0,15}\($", left):
        # "Higher among boys (71%) than among girls (54%)": a level, and no change.
        return kinds.SHARE
    if directions.CHANGED_IN_PERCENT.search(left):
        return kinds.PERCENT_CHANGE
    if is_bracketed(left) and directions.UP_BEHIND.match(right):
        return kinds.SHARE
    if is_bracketed(left):
        between = text[last[0].end : number.start] if last else ""
        between = re.sub(r"\b(?:in |during |for )?(?:19|20)\d\d(?:\s?/\s?\d\d)?\b", "", between)
        if last and re.fullmatch(r"\s*(?:[a-z]+\s*){0,2}\(\s*(?:or\s+)?|\s*,?\s*or\s+|\s*;\s*", between):
            was = last[1]
            compared = OLD.search(text[: last[0].start]) or NEW.search(text[: last[0].start])
            if was == kinds.CHANGE or (was == kinds.PERCENT_CHANGE and last[0].unit == "fraction"):
                return kinds.PERCENT_CHANGE
            return (
                kinds.PERCENT_CHANGE
                if compared
                and not re.search(r"\bthan\s*$", text[: last[0].start])
                and not SHARE_BEFORE.search(text[: last[0].start])
                else kinds.SHARE
            )
        return kinds.PERCENT_CHANGE if BEFORE_CHANGE.search(left) or changes_before(left) else kinds.SHARE
    is_fraction = number.unit == "fraction" and re.match(r"\s*(?:$|[.,;)]|(?:and|but|while)\b)", right)
    if is_fraction and last and last[1] == kinds.CHANGE and FRACTION.fullmatch(text[last[0].end : number.start]):
        # "Arrests rose by 273, nearly a quarter."
        return kinds.PERCENT_CHANGE
    if (
        last
        and last[1] == kinds.CHANGE
        and re.fullmatch(r"[^.;:()]{0,30}?\s*,?\s*\b(?:or|and|i\.e\.)\s+", text[last[0].end : number.start])
    ):
        return kinds.PERCENT_CHANGE
    if TO_LEVEL.search(left) and not re.search(rf"\b(?:{NOUNS})\s+at\s*$|\bby\b[^.;]{{0,12}}$", left, re.I):
        return kinds.SHARE
    if BEFORE_CHANGE.search(left) or BY_OF.search(left):
        return (
            kinds.PERCENT_CHANGE
            if not re.match(r"\s+of (?:all|the|those|them|people|adults|total)\b", right)
            or re.search(r"\bby\s+\S*\s*$", left)
            else kinds.SHARE
        )
    return kinds.SHARE


OR_PERCENT_MORE = re.compile(
    r"(?:\s+[a-z]+)?\s*(?:,?\s+or\s+|\(\s*)[\d.]+\s?(?:%|per cent)\)?\s+(?:more|less|fewer|higher|lower)\b(?!\s+than\b)"
)
FRACTION = re.compile(r",\s+(?:(?:about|around|almost|nearly|over|just|under|more|less|than|well)\s+)*")


def changes_before(left: str) -> bool:
    """Whether the clause before a bracket says that something changed and gives no number itself."""
    clause = re.split(r"[;,:.(]|\bwhile\b|\bwhereas\b|\band\b", left.rstrip(" ("))[-1]
    return bool(re.search(rf"\b(?:{ANY_WAY})\b", clause, re.I)) and not re.search(r"\d", clause)


def kind_of_plain(number: Number, left: str, right: str, before: list[tuple[Number, str]], text: str) -> str:
    if number.sign:
        return kinds.CHANGE
    if left.rstrip().endswith(":") and before and OR_PERCENT_MORE.match(right):
        # "£436, compared with £385 in 2023: £51 or 13.2% more."
        return kinds.CHANGE
    if (
        before
        and before[-1][1] == kinds.PERCENT_CHANGE
        and re.fullmatch(
            r"[\s,(]*(?:or|i\.e\.|equivalent to|equal to|that is)\s+", text[before[-1][0].end : number.start]
        )
    ):
        return kinds.CHANGE
    if (
        re.match(rf"^\s+(?:of\s+(?:the|its|our|these|those|all)\s+)?(?:[a-z-]+\s+){{0,3}}?{AREAS}\b", right, re.I)
        and number.value <= 60
        and not number.decimals
    ):
        return kinds.COUNT_OF_AREAS
    if re.search(
        rf"\b(?:{ANY_WAY}|changed|{NOUNS})\b[^.;:()\d]{{0,45}}?\bby\s+(?:around |about |just |over |nearly |"
        rf"almost |some |only |a )*$",
        left,
        re.I,
    ):
        return kinds.CHANGE
    if directions.INCREASE_IS.search(left):
        return kinds.CHANGE
    # "The largest fall (146)".
    if re.search(
        r"\b(?:an?|the|largest|biggest|greatest|smallest)\s+(?:[a-z-]+\s+){0,2}"
        r"(?:increase|decrease|rise|fall|reduction|decline|drop)"
        r"(?:\s+in\s+(?:the\s+)?(?:number|numbers|volume|count)(?:\s+of\s+[a-z]+){0,2})?\s*[(,]\s*(?:of\s+)?$",
        left,
        re.I,
    ):
        return kinds.CHANGE
    if (
        re.search(r"\(\s*by\s+$", left)
        or (re.search(r",\s*by\s+£?$", left) and re.search(rf"\b(?:{ANY_WAY}|(?:over|under)sp\w+)\b", left, re.I))
        or re.search(
            rf"\b(?:an?|the|of|was|with|minimal|slight|largest|"
            rf"one)\s+(?:[a-z-]+\s+){{0,2}}(?:{NOUNS})\s+of\s+(?:around |about |just |over |nearly |"
            rf"some )*$",
            left,
            re.I,
        )
    ):
        return kinds.CHANGE
    if re.search(r"\(?\b(?:up|down)\s+(?:by\s+)?$", left, re.I) and not re.match(r"\s*(?:to|from)", right):
        return kinds.CHANGE
    if number.unit == "plain" and PAST_LEVEL.match(right) and ABOVE_BY.search(left):
        return kinds.CHANGE
    if number.is_word and COUNTED.match(right):
        return kinds.VALUE
    if re.match(
        rf"^(?:\s*\([^()]{{1,15}}\))?[\s-]+(?:{A_WORD}[\s-]+){{0,3}}?(?:more|fewer|less|extra)\b"
        r"(?!\s+(?:than (?:half|a(?! year| month| "
        r"quarter)|one)))",
        right,
        re.I,
    ) or re.match(rf"^[\s-]+(?:[a-z'’]+[\s-]+)?(?:{NOUNS})\b(?! (?:of|in|to)\s+\d)", right, re.I):
        return kinds.CHANGE
    if WAS.search(left) and HIGHER.match(right):
        return kinds.CHANGE
    if re.search(r"\bpopulation\b[^.;\d]{0,40}$", left, re.I):
        return kinds.VALUE
    rates = [one for one, was in before if was == kinds.RATE]
    if rates and TO_LEVEL.search(left) and 1 / 3 < number.value / (rates[-1].value or 1) < 3:
        return kinds.RATE
    if rates and THAN_PERIOD.search(left) and is_nearest_to_rate(number, before):
        return kinds.RATE
    if re.search(r"\brates? (?:of|was|is|at)\s*$", left, re.I) and not number.is_word:
        return kinds.RATE
    if re.search(r"\d\s*\($", left) is None and number.decimals > 0 and any(one.unit == "rate" for one, _ in before):
        return kinds.RATE
    if number.decimals > 0 and re.search(r"\brates?\b(?:\s+\w+){0,6}?\s*$", left, re.I):
        return kinds.RATE
    if (
        number.decimals > 0
        and re.search(r"\brates?\b|\bper 1", text, re.I)
        and not re.match(r"\s*(?:kg|kilo|gram|tonnes|years|days|weeks|hours|million)", right)
    ):
        return kinds.RATE
    return kinds.VALUE


def is_nearest_to_rate(number: Number, before: list[tuple[Number, str]]) -> bool:
    """Whether the nearest value before a number is a rate: "618 per 100,000, 2% more than in 2022 (606)"."""
    values = [(one, was) for one, was in before if was in (kinds.VALUE, kinds.RATE) and one.value > 0 < number.value]
    nearest = min(values, key=lambda one: abs(log(one[0].value / number.value)), default=None)
    return nearest is not None and nearest[1] == kinds.RATE and 1 / 3 < nearest[0].value / number.value < 3


def is_bracketed(left: str) -> bool:
    """Whether the text before a number has an open bracket without another number in it but one it is beside."""
    opened = left.rfind("(")
    return opened > left.rfind(")") and len(left) - opened < 40


def role_of(number: Number, text: str, kind: str, before: list[tuple[Number, str, str]]) -> str:
    """old or new where a sentence compares two values, else "". `before` has the numbers before, with kind and role."""
    if kind in kinds.CHANGES or kind == kinds.COUNT_OF_AREAS:
        return ""
    left = text[: number.start]
    values = [one for one in before if one[1] not in kinds.CHANGES]
    if re.search(r"\bbetween\s*$", left) or re.search(
        r"\branging\s+from\s*$|\branged?s?\s+from\s*$|\branges?\s+from\s*$", left
    ):
        return "low"
    if values and values[-1][2] == "low" and re.search(r"(?:\b(?:and|to|upper)|[-–—])\s*$", left):
        return "high"
    if INTERVAL.search(left) or begins_interval(number, text, values):
        return "low"
    is_about = MORE_THAN.search(left)
    if OLD.search(left[: is_about.start("than")] if is_about else left) or OLD_IN_BRACKET.search(left):
        return "old"
    if (
        values
        and values[-1][2] == "old"
        and NEW.search(left)
        and not re.search(r"\bcompared to\s*$|\bequal to\s*$", left)
    ):
        return "new"
    if LEVEL_TO.search(left):
        return "new"
    return ""
