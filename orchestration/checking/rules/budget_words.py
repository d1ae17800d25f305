"""Words of overspends and underspends: which amount is one, what it is of, and when it is of something else."""

import re

from orchestration.checking.findings import printed_like
from orchestration.checking.numbers import Number

OVER = r"over[ -]?spen(?:ds?|t|ding)|over budget|above (?:budget|plan)|over plan|deficits?"
UNDER = r"under[ -]?spen(?:ds?|t|ding)|under budget|below (?:budget|plan)|under plan|surplus(?:es)?"
# A row of a table can be called so.
OF_ROWS = re.compile(r"deficit|surplus", re.IGNORECASE)
SPENT = rf"(?:(?P<over>{OVER})|(?P<under>{UNDER}))"
BEFORE = re.compile(
    rf"\b{SPENT}\b(?:\s+(?:on|for|in)\s+(?:[a-z'’-]+\s+){{0,4}}?(?=was|is|of))?"
    r"(?:\s+(?:its|their|the|our)\s+(?:[a-z]+\s+)?budgets?(?=\s+by\b))?"
    r"(?:\s*(?:of|by|was|is|at|to|be|worth|totalling|stands at|stood at))*\s*(?:about |around |just over |"
    r"just under |nearly |almost )?\(?£?$",
    re.IGNORECASE,
)
# "After a surplus of £0.1 million in 2023".
OTHER_SPENDING = re.compile(
    r"\b(?:against|compared (?:with|to)|than|from|after|following|previous)\s+(?:(?:an?|the)\s+)?(?:[a-z]+\s+)?$",
    re.IGNORECASE,
)
# "£13,200 (1.9%) over the budget of £694,800", "over its £2.2m budget".
_THE_BUDGET = r"(?:the|its|their|our|this|that)\s+(?:£\d[\d.,]*(?:[mk]|bn| million| billion)?\s+|[a-z]+\s+)?budgets?"
AFTER = re.compile(
    rf"\s*(?:\([^()]*\)\s+)?(?:(?P<over>{OVER}|over {_THE_BUDGET})|(?P<under>{UNDER}|under {_THE_BUDGET}))\b",
    re.IGNORECASE,
)
BUDGET_AFTER = re.compile(r"\s+(?:[a-z]+\s+)?(?:budget|grant|allocation)\b", re.IGNORECASE)
# "Underspends of £40,000 on the fund and £30,000 on staff".
AND_ON = re.compile(r"\s+(?:on|for|in|against)\s+[^.;:()\d£]{1,60}(?:,|\band\b|,\s*and)\s+£?$", re.IGNORECASE)
ON = re.compile(r"\s+(?:\([^()]*\)\s+)?(?:on|for|in|against|across)\s+(?:the\s+)?", re.IGNORECASE)
PERCENT_BESIDE = re.compile(
    r"\s*(?:\(\s*|,?\s*or\s+|,\s*(?:which is\s+|equal to\s+|equivalent to\s+)?|\s+\(?which is\s+)(?:about |around )?$",
    re.IGNORECASE,
)
OF_ALL = re.compile(r"(?:year|budget|total|whole|period|full|\d{4}|services?\b)", re.IGNORECASE)
# An overspend that was told before, or of a part of the year.
OTHER_TIME = re.compile(
    r"\b(?:quarter\w*|months?|previous\w*|last year|earlier|initial\w*|originally|interim|in-year|half[- ]year|so far|"
    r"to date|reported (?:in|at)|by the end of|was expected|had been)\b",
    re.IGNORECASE,
)
INCOME = re.compile(r"\b(?:income|revenue|received|receipts|turnover)\b[^.;£]{0,30}£?$", re.IGNORECASE)
SPENDING = re.compile(
    r"\b(?:spen[dt]\w*|expenditure|costs?|outturn|forecast\w*|projected|actual|outgoings)\b[^.;£]{0,30}£?$",
    re.IGNORECASE,
)
BUDGET = re.compile(
    r"\b(?:budget\w*|grant|allocation|plan\w*|allocated|funding)\b(?:\s+[a-z]+){0,4}?\s*(?:of|was|is|:)?\s*"
    r"(?:\d{4}(?:/\d\d)?\s+(?:is|was|of)\s+)?£?$",
    re.IGNORECASE,
)
# What leaves something out or puts it together, or has not come to be: only a reading that holds is taken.
NOT_AS_TABLED = re.compile(
    r"\b(?:gross|excluding|exclud\w+|exclusive of|except(?: for)?|without|apart from|aside from|other than|would|could|"
    r"might|but for|were it not|next (?:financial )?year|next quarter|(?:un)?likely|underlying|unless|adjusted|"
    r"before (?:transfers?|reserves?|allocat\w+|tax|any|the use))\b|"
    r"\bnet (?:of|for)\b",
    re.IGNORECASE,
)
# What is net of the whole may be after transfers; what is net of two rows is their sum.
NET = re.compile(r"\bnet\s+(?:[a-z]+\s+)?(?:over|under)[ -]?spen", re.IGNORECASE)
EXPECTED = re.compile(r"\b(?:expect(?:s|ed|ing)?|anticipat(?:es?|ed|ing)|predict(?:s|ed)?)\b", re.IGNORECASE)
OUTLOOK = re.compile(r"\b(?:forecast|projected|projection)\b", re.IGNORECASE)
TOGETHER = re.compile(r"\b(?:together|combined|between them|jointly|net|in total|in all)\b", re.IGNORECASE)
# "£0.1m of the underspend will be kept": a part of it, and no spending.
OF_IT = re.compile(r"\s+of (?:the|this|that|its|our|it|which)\b", re.IGNORECASE)
WAS_SPENT = re.compile(r"\s+(?:was|were|is|has been|had been|have been)\s+spent\b(?!\s+(?:on|by)\b)", re.IGNORECASE)
# "£55,000 higher than the year before": a change of an overspend.
MORE_OR_LESS = re.compile(r"\s+(?:higher|lower|more|less|better|worse|above|below|larger|smaller)\b", re.IGNORECASE)
# Words that may stand between the name of a row and its overspend without naming anything else.
_PLAIN = (
    r"(?:was|is|are|were|has|had|have|been|being|be|to|an?|the|its?|their|this|that|which|who|by|of|at|with|in|on|for|"
    r"from|and|or|as|there|will|"
    r"forecast(?:s|ing)?|projected|projecting|expected|expects|predicted|reported|reports?|reporting|shows?|showed|showing|"
    r"saw|recorded|incurred|ended|ends|ending|finished|closed|made|came|ran|where|when|again|also|only|just|still|even|now|"
    r"finally|significantly|slightly|largely|mainly|overall|total|totals?|whole|full|final|small|large|largest|biggest|"
    r"smallest|highest|lowest|main|slight|significant|further|variance|forecasting|currently|however|while|but|so|both|"
    r"service|services|department|departments|directorate|directorates|division|team|area|block|heading|line|budgets?|"
    r"spending|spend|spent|expenditure|costs?|outturn|account|net|combined|together|between|them|each|"
    r"year|years|end|year-end|month|period|quarter|position|p\d+|£\d[\d.,]*[mk]?|\d[\d,/.-]*)"
)
PLAIN = re.compile(rf"(?:['’]s?)?(?:[\s,()]*\b{_PLAIN}\b(?:['’]s?)?)*[\s,()]*", re.IGNORECASE)
# Who a total is of.
_ALL = (
    r"(?:council|trust|authority|board|we|partnership|company|school|charity|force|programme|project|grant|fund|"
    r"organisation|organization|college|university|association|hospital|borough|county|city|district|town|parish|"
    r"nhs|police|fire|revenue|general|group|cabinet|committee|year's|council['’]s|all|our|us|result\w*|left|leaving|"
    r"meant|means|scheme|schemes|after|against|compared|offset|partly|therefore|thus|giving|gives?)"
)
OF_ALL_BEFORE = re.compile(rf"(?:[\s,()]*\b(?:{_PLAIN}|{_ALL})\b(?:['’]s?)?)*[\s,()]*", re.IGNORECASE)
# What may stand before the name of a row: anything else makes it a part of a longer name.
BEFORE_NAME = re.compile(
    r"(?:^|[.,;:()–—\u201c\"]|\b(?:in|on|for|of|the|and|or|by|with|within|at|to|that|while|but|though|although|whereas|"
    r"however|only|both|as|from|across|our|its|their|because|since|where|when|if|than|against|between|under|is|was|are|"
    r"were|\w+['’]s?))\s*$",
    re.IGNORECASE,
)
# What may follow the name of a row that stands behind the amount.
AFTER_NAME = re.compile(
    r"(?:['’]s?)?(?:\s+(?:budgets?|services?|costs?|spending|directorates?|departments?|blocks?))?\s*(?:$|[.,;:()–—]|\b(?:and|"
    r"or|which|that|in|was|were|is|are|has|had|by|while|but|due|because|from|this|after|at|as|with|for|of|where|when|"
    r"since|so|although|though|against|compared|mainly|largely|partly|offset|met|following|during|before|over|remains?|"
    r"arose|arises|reflects?|relates?|came|comes|year|will|to|owing|caused)\b)",
    re.IGNORECASE,
)


def balance(way: float, number: Number, value: float, said: str) -> str:
    """An amount over or under its plan in the words of its text: "an underspend of £1.2 million"."""
    size = printed_like(number, abs(value))
    if OF_ROWS.search(said) and not re.search(r"(?:over|under)[ -]?spen[dt]", said, re.IGNORECASE):
        return f"a {'deficit' if way > 0 else 'surplus'} of {size}"
    return f"an {'overspend' if way > 0 else 'underspend'} of {size}"
