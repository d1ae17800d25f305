"""The ways in which the numbers of a passage belong together, as patterns of words around them with a formula each.

In a pattern `{part}` is a count or an amount of money, `{share:P}` a percentage, `{apart:CMQ}` one of the units named;
`..` are words without a number in one clause. A number of the formula that the pattern does not have is looked for
before it.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from orchestration.checking.context import Context
from orchestration.checking.findings import Mark, Relation
from orchestration.checking.rules.passage_formulas import FORMULAS
from orchestration.checking.rules.passage_lists import lists
from orchestration.checking.rules.passages import Passage, chosen, known_from, passages
from orchestration.checking.rules.readings import Reader

WORDS = r"[^.;:()⟦⟧]{0,80}?"
# "2.4 points better off, and its own aim of 92%": the aim is not what it is better than.
NEAR = r"(?:(?!\b(?:and|but|so)\b)[^.;:,()⟦⟧]){0,70}?"
THE = r"(?:(?:the|its|our|their|all|those|these|some|a total of|as many as)\s+)*(?:[\w-]+['’]s?\s+)?"
MORE = r"(?:more|higher|above|over|up on)"
LESS = r"(?:fewer|less|lower|below|short of|under|down on)"
# Better may be more or less.
TURN = r"(?:better|worse|ahead of|behind)"
POINTS = r"(?:(?:percentage\s+)?points?\s+|days?\s+|weeks?\s+|minutes?\s+|hours?\s+|months?\s+)?"
BY = r"(?:by\s+)?(?:just\s+|only\s+|some\s+|a further\s+)?"
ROSE = r"\b(?:rose|risen|rise|increase\w*|grew|grow\w*|up|gain\w*|climb\w*)\s+(?:(?:by|of|was|is)\s+)?" + BY
FELL = r"\b(?:f[ae]ll\w*|decrease\w*|decline\w*|reduc\w*|drop\w*|down|cut|dip\w*)\s+(?:(?:by|of|was|is)\s+)?" + BY
NOUNS = "rise|fall|drop|increase|decrease|reduction|improvement|gain|loss|saving|gap|difference|turnround|growth|cut"
IS = r"(?:,?\s*(?:or|that is|which (?:is|was)|i\.e\.|representing|equal to|being|equivalent to)\s+|\s*[,:]\s*|\s*\(\s*)"


@dataclass(frozen=True)
class Way:
    formula: str
    pattern: re.Pattern[str]


def way(formula: str, pattern: str) -> Way:
    return Way(formula, compiled(pattern))


def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern of words around numbers as a regular expression over an encoded text."""
    for word, meant in (
        ("..", WORDS),
        ("<the>", THE),
        ("<points>", POINTS),
        ("<by>", BY),
        ("<is>", IS),
        ("<near>", NEAR),
        ("<more>", MORE),
        ("<less>", LESS),
        ("<turn>", TURN),
        ("<noun>", NOUNS),
        ("<rose>", ROSE),
        ("<fell>", FELL),
    ):
        pattern = pattern.replace(word, meant)
    slot = re.compile(r"\{(\w+)(?::([CMPQ]+))?\}")
    return re.compile(slot.sub(lambda match: rf"⟦[{match[2] or 'CM'}](?P<{match[1]}>\d+)⟧", pattern), re.IGNORECASE)


WAYS = (
    # "9,450 visits against a target of 9,000 (105% of target)", "2,871, 115% of the trajectory (2,490)".
    way("of_aim", r"{part}..\bagainst <the>[a-z ]{3,25}of {whole} \({share:P}"),
    way("of_aim", r"{part}..<is>{share:P} of <the>[a-z]+ \({whole}\)"),
    # "9 out of 40 shops (22.5%)".
    way("share", r"{part}\s+(?:out )?of <the>{whole}..<is>{share:P}"),
    # "46,862 people, 61.1% of the 76,730 who are eligible".
    way("share", r"{part}..<is>{share:P} of <the>{whole}"),
    # "3,120 against an establishment of 3,300, a vacancy rate of 5.5%".
    way(
        "left_share",
        r"{part}..\b(?:against|out of|of)\b..{whole},?[^.;⟦⟧]{0,20}\b(?:vacan|empty|void|unfilled)..{share:P}",
    ),
    # "420 questionnaires and 189 back (45%)".
    way("share", r"{part}..<is>{share:P}(?! of (?:the|all)\b.{0,20}⟦)"),
    # "63% of visits were to homes with someone aged 65 or over (5,799)".
    way("share", r"{share:P} of ..\({part}\)"),
    way("share", r"{share:P} \({part}\)"),
    # "93% of those released had a kit (372 of 400 people)", "7.1% came back within six months: 29 of 408".
    way("share", r"{share:P}..(?:\(|:\s*){part} (?:out )?of <the>{whole}"),
    # "68,900 people (61,250), up 12.5%", "Robbery: 402 (377), +6.6%".
    way("percent", r"{value}..\({other}[^⟦⟧()]{0,25}\),?\s+(?:up|down|an? [a-z]+ of)?\s*{change:P}"),
    # "214 complaints, against 189 in 2023-24 (+13%)", "up from 241, or 17.8%".
    way(
        "percent",
        r"{value}..,?\s+(?:against|compared with|compared to|up from|down from)\s..{other}..<is>(?:by )?{change:P}",
    ),
    # "11,628 households, 2.6% fewer than a year ago (11,938)".
    way("percent", r"{value}..,\s+{change:P} (?:more|fewer|less|higher|lower) than\b<near>\(?{other}"),
    # "In 2023/24 they raised 117, so the number has dropped by a fifth (20.5%)".
    way("percent_of_two", r"\b(?:so|therefore|thus)\b[^.;:⟦⟧]{0,60}?(?:⟦X\d+⟧[^.;:⟦⟧]{0,6})?{change:P}"),
    # "A fee of £96,500 and additions of £14,475, bringing the total to £110,975".
    way("sum", r"{part}..\band\b..{rest},?\s+(?:bringing|making|giving|in all|together|altogether|that is)\b..{whole}"),
    # "£117,800 in all, leaving £82,200 of the year's fund of £200,000".
    way("rest", r"\bleav(?:es|ing)\s+<by>{rest}..\bof\b..{whole}"),
    way("rest", r"\bleav(?:es|ing)\s+<by>{rest}(?!..\b(?:after|once|before|excluding|to (?:find|save|raise|cut)))"),
    # "3,386, 70% of the total; the remaining 1,452".
    way("both", r"{part}..<is>{share:P}[^.⟦⟧]{0,60}\b(?:the|its|our) (?:remaining|other)\s+{rest}"),
    # "37 days, two fewer than the year before (33)", "up 45 on the 412 of 2023".
    way("less", r"{apart:CMQP}\s+<points><less>\b<near>\(?{other:CMP}"),
    way("more", r"{apart:CMQP}\s+<points><more>\b<near>\(?{other:CMP}"),
    way("apart", r"{apart:CMQP}\s+<points><turn>\b<near>\(?{other:CMP}"),
    way("less", r"\bdown <by>{apart:CMQ}\s+<points>(?:on|from)\b..\(?{other:CMP}"),
    way("more", r"\bup <by>{apart:CMQ}\s+<points>(?:on|from)\b..\(?{other:CMP}"),
    # "96,480 hours, above the target of 95,000 by 1,480".
    way("apart", r"{value:CMP}[^.;]{0,90}?(?:<more>|<less>|<turn>)\b..{other:CMP} by {apart:CMQ}"),
    # "Last year 94% would, two points fewer".
    way("less", r"{value:CMP}..,\s+<by>{apart:CMQ}\s+<points>(?:fewer|less|lower|down)(?=\W*$|[,.;])"),
    way("more", r"{value:CMP}..,\s+<by>{apart:CMQ}\s+<points>(?:more|higher|up)(?=\W*$|[,.;])"),
    # "79.9% last year, an improvement of 1.4 points", "241 fell to 219, a drop of 22".
    way("apart", r"{value:CMP}..{other:CMP}..\b(?:an? (?:[a-z]+ )?(?:<noun>) of|i\.e\.|that is)\s+<by>{apart:CMQ}"),
    way("apart", r"\b(?:gap|difference) (?:is|was|of) {apart:CMQ},? {value:CMP} (?:to|and|against) {other:CMP}"),
    # "Spending came to £431,000 and income to £418,000, so we took £13,000 from reserves".
    way("apart", r"{value:CM}..\band\b..{other:CM}[^.;⟦⟧]{0,60}\bso\b..{apart:CM}"),
    # "12.5% … and 11.2% in 2023/24. The rate had therefore gone up by 1.3 percentage points".
    way(
        "between", r"\b(?:therefore|thus|hence|so)\b(?:(?!another|further)[^.;:()⟦⟧]){0,80}?{apart:Q}(?! (?:still )?to)"
    ),
    # "In England it was 7.8%, so ours was 0.9 points lower", "we did 2.6 points better than that".
    way("between", r"{apart:Q}\s+(?:higher|lower|better|worse|more|less)(?: than that)?\s*(?:[.,;]|$)"),
    # "Our aim is 42 days, so there are 29 days still to cut".
    way(
        "between",
        r"\bso\b(?:(?!another|further)[^.;:()⟦⟧]){0,60}?{apart:CMQ}\s+<points>"
        r"(?:still to|to go|over|under|short|above|below|off)\b",
    ),
    # "18,600 offences at 31 sites, an average of 600 a site", "58,750 hours, or 96 hours each".
    way(
        "average",
        r"(?:average of|averag\w+|mean of|\bor|\()\s*{each}\s+(?:(?!on|in|of|to|with|for)[a-z]+\s+){0,2}?"
        r"(?:each|apiece|a|an|per|for (?:each|every)|at each)\b",
    ),
    # "6,912 visits, 576 a month on average".
    way("a_month", r"{amount}..,?\s+(?:or|that is|an average of|on average)?\s*{each}\s+(?:a|per|each|every) month\b"),
    way("a_week", r"{amount}..,?\s+(?:or|that is|an average of|on average)?\s*{each}\s+(?:a|per|each|every) week\b"),
    # "The grant is £412,000, up £12,000 or 3%".
    way("fall", r"<fell>{amount}<is><by>{change:P}"),
    way("rise", r"<rose>{amount}<is><by>{change:P}"),
)
# A list of more numbers than these has no whole that is meant alone.
NEAREST = 10
RESPECTIVELY = re.compile(r"\brespectively\b", re.IGNORECASE)


def within_passages(context: Context, reader: Reader, relations: list[Relation]) -> Iterator[Relation]:
    """The ways in which the numbers of a passage belong together: those that hold, and those that a slip explains."""
    known = known_from(relations, context)
    for passage in passages(context, reader):
        for options in told_of_each(passage).values():
            yield from chosen(options, known)
        for options in lists(passage):
            yield from chosen(options, known)


def told_of_each(passage: Passage) -> dict[Mark, list[Relation]]:
    """What each number of a passage can follow from, by all ways, in their order."""
    found: dict[Mark, list[Relation]] = defaultdict(list)
    for one in WAYS:
        for match in matches(one.pattern, passage.encoded):
            for relation in options_of(passage, one, match):
                found[relation.result.mark].append(relation)
    return found


def matches(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """The places that a pattern fits, also where they overlap."""
    at = 0
    while (match := pattern.search(text, at)) is not None:
        yield match
        at = match.start() + 1


def options_of(passage: Passage, one: Way, match: re.Match[str]) -> list[Relation]:
    """What a way can mean of the numbers in its pattern, and of those before it for the others; the likeliest first."""
    formula = FORMULAS[one.formula]
    given = {name: passage.items[int(number)] for name, number in match.groupdict().items()}
    if RESPECTIVELY.search(passage.encoded, match.start()):
        return []
    last = min(given.values(), key=lambda item: item.start)
    near = [item for item in passage.nearest_before(last) if item.is_exact][:NEAREST]
    wanted = [name for name in formula.names if name not in given]
    found = []
    for some in product(near, repeat=len(wanted)):
        of = given | dict(zip(wanted, some, strict=True))
        if len({item.figure.mark for item in of.values()}) == len(of) and formula.is_apt(passage, of):
            found.append(formula.relation(passage, of))
            if one.formula in ("rise", "fall"):
                found.append(FORMULAS["of_old"].relation(passage, of))
    return found
