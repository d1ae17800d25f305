"""Numbers that count or measure nothing that a report reports: dates, references, codes, words such as "one day"."""

import re
from functools import lru_cache

from orchestration.checking.spans import spans_in

# Numbers that count or measure nothing that a report reports: they are passed over, or listed as not checked.
LENGTH = "a length of time"
PASSED = tuple(
    (re.compile(pattern, re.IGNORECASE), reason)
    for pattern, reason in (
        (r"^\d{1,2}\.\d{1,2}(?:\.\d{1,2})?\.?\s+(?-i:(?=[A-Z][a-z]|[A-Z] |[£“\"]?\d))", "a reference"),
        (r"\b(?:first|second|latter|last|next|other)[ -](?:half|third|quarter)\b", "a part of a whole"),
        (
            r"\b(?:are|were|people|adults|those|patients|clients) (?:under|over) [1-9]\d(?=\s*\(|\s+in (?:19|20)\d\d)|"
            r"\b(?:were|was|are|is|those|aged?) (?:under|over)[- ](?:1[0-9]|2[0-5]|[678][05])(?=\s*(?:[,.;:)]|$))",
            "an age",
        ),
        (r"^\W*\d{1,2}\.\d{1,2}(?:\.\d{1,2})?\s+(?=[A-Z£\d])(?!\d{3}\b)", "the number of a paragraph"),
        (r"https?://\S+|www\.\S+|\S+@\S+", "an address"),
        (
            r"\b(?:table|tables|figure|figures|fig\.|chart|graph|section|sections|appendix|annex|item|chapter|"
            r"page|pages|paragraph|outcomes?(?: code| type)?|strategic outcome|intermediate outcome|"
            r"recommendation|priority|aim|objective|strand|phase|tier|step|level|band|class|schedule|"
            r"part|grade|version|area|ward|zone|group|box|note|footnote|question|indicator|measure|"
            r"standard|clause|regulation|rule|act|no\.|"
            r"number)\s+(?:[A-Z]?\d+(?:\.\d+)*[a-z]?)(?:(?:\s*(?:,|and|to|or|&|–|"
            r"-)\s*)\d+(?:\.\d+)*(?!\d*\s*(?:%|per|offence|death|people)))*(?![\d,]*\d)(?!\s?%)",
            "a reference",
        ),
        (r"\b(?:19|20)\d\d(?:/\d\d)?\s*(?:=|is|equals)\s*100\b", "the base of an index"),
        (
            r"\b(?:aged?|ages)\s+(?:between\s+)?\d{1,3}(?:\s*(?:to|and|-|–|or)\s*\d{1,3})?(?:\s*(?:\+|and over|"
            r"and under|years?( and over| old)?|or over|or under))?",
            "an age",
        ),
        (
            r"\b\d{1,2}\s*(?:-|–|to)\s*\d{1,2}(?:\s*-?\s*years?[\s-]olds?|s\b)|\b(?:under|over)[- ]?\d{1,2}s\b|"
            r"\b\d{1,2}[- ]year[- ]olds?",
            "an age",
        ),
        (
            r"\b(?:population|people|residents|adults|those|men|women|persons|pupils|"
            r"children)\s+(?:aged\s+)?\d{1,2}\s*(?:to|-|–)\s*\d{2}\b",
            "an age",
        ),
        (
            r"\b(?:under|over|below|above)\s+(?:the age of\s+)?\d{2}s?\b(?=[\s)]*(?:years|who|were|in treatment|"
            r"and over|or))",
            "an age",
        ),
        (r"\b\d{1,2}(?::|\.)\d{2}\s?(?:am|pm|hrs|hours)\b|\b\d{1,2}\s?(?:am|pm)\b", "a time"),
        (r"\b\d{1,2}(?:st|nd|rd|th)\b", "an ordinal"),
        # "Four wards have 120 beds; a fifth has 18".
        (
            r"(?<=[;.,] )(?:and |but |while )?"
            r"a (?:third|fourth|fifth|sixth|eighth|tenth) (?:has|had|gave|took|made|runs?|holds?)\b",
            "an ordinal",
        ),
        # "20[1]", "20[2,3]": the mark of a note.
        (r"\[\d{1,2}(?:\s?[,–-]\s?\d{1,2})*\]", "the mark of a note"),
        # "101 calls fell": the numbers that people dial.
        (
            r"\b(?:999|101|111|112|105)\s+(?:(?:emergency|non-emergency|calls?|and|or|online|digital)\s+)*(?:calls?|"
            r"callers?|lines?|numbers?|services?|contacts?|demand)\b|\b(?:999|101|111)\s+and\s+(?:999|101|111)\b|"
            r"\b(?:calls? to|calling|called|dial(?:led|ling)?|ring|rang)\s+(?:999|101|111)\b(?!,)",
            "a telephone number",
        ),
        (
            r"\b(?:99(?:\.8)?|95|90)\s?%\s+(?:confidence|credible|c\.?i\.?|interval|limits?|"
            r"certain)\w*[^.;)]{0,12}?(?:\d[\d,.]*\s*(?:to|-|–|and)\s*\d[\d,.]*)?",
            "an interval",
        ),
        (
            r"\b(?:confidence interval|interval|c\.?i\.?|range)s?:?\s*(?:of |from )?\d[\d,.]*\s*(?:to|-|"
            r"–)\s*\d[\d,.]*",
            "an interval",
        ),
        (
            r"(?<![\d,.])\b(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|twelve|"
            r"eighteen)[\s-]+(?:years?|months?|"
            r"weeks?|days?|hours?|minutes?)(?:[- ](?:period|plan|strategy|programme|old|pooled|"
            r"average|rolling))?\b(?!\s+(?:more|fewer|later than))",
            LENGTH,
        ),
        (
            r"\b(?:rounded|nearest|multiples of|to the nearest|suppressed|fewer than|"
            r"below)\s+(?:to\s+)?(?:the\s+)?(?:nearest\s+)?(?:5|10|100|five|ten)\b(?!\s?%)",
            "a rule of rounding",
        ),
        (
            r"\b(?:per|for every|in every|out of every)\s+(?:1,000,000|100,000|10,000|1,000|1000|100000|10000|100 "
            r"000|1 000|100|million|thousand)\b",
            "the scale of a rate",
        ),
        (r"(?<![\d,.])00+\b(?![.,]\d)", "a code"),
        (r"\b[A-Z]\d{8}\b|\b[A-Z]{1,4}\d+[A-Z\d/-]*\b|\b\d+(?!(?:pp|ppts?|bn|kg|pc)\b)[A-Z]{2,}\d*\b", "a code"),
        (
            r"\b(?:two halves|(?:two|three|four) (?:half-years|surveys|waves|rounds))\b"
            r"(?! of (?:the )?(?:areas|districts))|"
            r"\b(?:spoken|spoke|talked|referred|linked|access|come|turned|use|used|with|without|"
            r"need\w*) (?:to )?one(?=\s*[,.;)])|"
            # "People who had never had one before": one of what was said.
            r"\b(?:had|has|have|having|took|take|taken|got|received?|accepted|offered|given|wanted|needed|without) one"
            r"(?=\s*(?:[,.;:)]|$)|\s+(?:before|already|either|too|yet)\b)|"
            r"\b(?:but|bar|except|save|no) one\b|\bone of\b|\bone (?:is|was|another|hand|to one|or more|such|that|"
            r"which|who|place|more|way|reason|day)\b|\bat least one\b|\bany one\b|\beach one\b|\bthe one\b|"
            r"\bone[- ](?:off|stop|third|half|quarter)\b(?<!third)(?<!half)(?<!quarter)",
            "a word",
        ),
        (
            r"\b(?:first|second|third|fourth) half\b|\bhalf[- ](?:year|way|term|hour|day|time|price)\w*|"
            r"\bsecond[- ]half\b|\bthird (?:party|sector|year|time|quarter)\b|\b(?:first|second|third|"
            r"fourth|last) quarter\b|\bquarterly\b|\bquarter \d\b",
            "a word",
        ),
    )
)


# "The average wait fell from 37 days to 31 days": such a time is what a report reports.
MEASURED_BEFORE = re.compile(
    r"(?:\b(?:averag\w+|mean|median|typical(?:ly)?)\b[^.;]{0,80}|"
    r"\b(?:rose|fell|rising|falling|went|cut|reduced|down|up|increased|decreased|dropped|grew|improved|against|"
    r"compared with)\s+(?:from|to|by)?\s*|\bfrom\s+(?:[\d.]+ (?:days|weeks|minutes|hours|months) )?(?:to\s+)?)$",
    re.IGNORECASE,
)
MEASURED_BEHIND = re.compile(
    r"\s*(?:on average|each|apiece|for (?:each|every)|to \d)\b|\s*\(?(?:median|mean)\b", re.IGNORECASE
)
# "The mean within 18 weeks": a limit all the same.
LIMIT_BEFORE = re.compile(
    r"\b(?:within|over|under|than|least|most|after|for|every|next|last|past|first|"
    r"standard (?:of|is)|target (?:of|is))\s+(?:(?:the|a)\s+)?$",
    re.IGNORECASE,
)


# "4 years and 2 months": neither is a length by itself.
AND_MORE = re.compile(r"(?:,| and)?\s+\w+ (?:months?|weeks?|days?|hours?|minutes?|seconds?)\b", re.IGNORECASE)
MORE_AND = re.compile(r"\b(?:years?|months?|weeks?|days?|hours?|minutes?)(?:,| and)?\s+$", re.IGNORECASE)


def is_measured(text: str, match: re.Match) -> bool:
    """Whether a length of time is a value, as an average wait is, and no limit or period."""
    before = text[: match.start()]
    if not match[0][0].isdigit() or re.search(r"period|plan|strategy|programme|old|pooled|average|rolling", match[0]):
        return False
    if LIMIT_BEFORE.search(before) or AND_MORE.match(text, match.end()) or MORE_AND.search(before):
        return False
    return bool(MEASURED_BEFORE.search(before) or MEASURED_BEHIND.match(text, match.end()))


@lru_cache(maxsize=65536)
def passed_in(text: str) -> tuple[tuple[int, int, str], ...]:
    """The stretches of a text whose numbers count nothing, each with what it is."""
    found = [(span.start, span.end, "a period") for span in spans_in(text)]
    for pattern, reason in PASSED:
        for match in pattern.finditer(text):
            if reason == LENGTH and is_measured(text, match):
                continue
            if not any(
                match.start() < end and start < match.end() for start, end, why in found if why == "a period"
            ) or reason in ("a reference", "an interval", "an age"):
                found.append((match.start(), match.end(), reason))
    return tuple(found)
