"""Periods that a text names: where they stand, and which they are."""

import re
from dataclasses import dataclass
from functools import lru_cache

from orchestration.checking.directions import DIRECTION
from orchestration.reading.periods import (
    CALENDAR_YEAR,
    FINANCIAL_YEAR,
    MONTH_NAME,
    MONTHS,
    POOLED_FINANCIAL_YEARS,
    POOLED_YEARS,
    QUARTER,
    ROLLING_YEAR,
    Period,
    calendar_year,
    financial_year,
    month,
    pooled_financial_years,
    pooled_years,
    quarter,
    twelve_months,
)

YEAR = r"(?:19|20)\d\d"
DASH = r"[-–—‑]"
DAY = r"(?:\d{1,2}(?:st|nd|rd|th)?\s+(?:of\s+)?)?"
MONTHLY = MONTH_NAME.replace("(", "(?:", 1)
TO = rf"\s*(?:{DASH}|to|and|until|through)\s*"

# Each pattern is tried at each place in this order; the first that matches is taken.
PATTERNS = tuple(
    (re.compile(pattern, re.IGNORECASE), kind)
    for pattern, kind in (
        (rf"\b(?:q|quarter\s)([1-4])(?:\s+of|,)?\s+({YEAR})\s?[/{DASH[1:-1]}]\s?(\d\d)\b", "financial quarter"),
        (rf"\b({YEAR})\s?/\s?(\d\d(?:\d\d)?)(?:{TO})({YEAR})\s?/\s?(\d\d(?:\d\d)?)\b", "pooled financial"),
        (rf"\b({YEAR})\s?/\s?(\d\d(?:\d\d)?)(?!\d)", "financial"),
        (
            rf"\b{DAY}({MONTHLY})\s*(?:{DAY.strip()}(?:,\s*)?)?({YEAR}){TO}{DAY}({MONTHLY})\s*(?:{DAY.strip()}(?:,\s*)?)?({YEAR})\b",
            "months",
        ),
        (rf"\b{DAY}({MONTHLY}){TO}{DAY}({MONTHLY})\s+({YEAR})\b", "months of a year"),
        (
            rf"\b({MONTHLY})\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+({YEAR}){TO}({MONTHLY})\s+\d{{1,2}}(?:st|nd|rd|"
            rf"th)?,?\s+({YEAR})\b",
            "months",
        ),
        (
            rf"\b(?:years?|12 months|twelve months|12-month period)\s+(?:ending|ended|to|up to)\s+(?:in\s+|the end "
            rf"of\s+)?{DAY}({MONTHLY})\s+({YEAR})",
            "year to",
        ),
        (rf"\bFY\s?({YEAR})\s?[/{DASH[1:-1]}]\s?(\d\d(?:\d\d)?)\b", "financial"),
        (rf"\bFY\s?(\d\d)\s?[/{DASH[1:-1]}]\s?(\d\d)\b", "short financial"),
        (rf"\b({YEAR})\s?{DASH}\s?({YEAR}|\d\d)(?![\d,.]\d)\b", "years"),
        (rf"\b({YEAR})\s+to\s+({YEAR})\b", "years"),
        (rf"\bbetween\s+({YEAR})\s+and\s+({YEAR})\b", "years"),
        (rf"\b{DAY}({MONTHLY})\s+({YEAR})\b", "month"),
        (rf"\b({YEAR})\s?q([1-4])\b", "quarter"),
        (rf"(?<![\d,.£])({YEAR})(?![\d%])(?!,\d{{3}})(?!\.\d)", "calendar"),
    )
)
RELATIVE = re.compile(
    r"\b(?:the\s+)?(?:previous|preceding|prior)\s+(?:fiscal\s+|financial\s+|calendar\s+)?(?:year|period|12 months)|"
    r"\b(?:the\s+|a\s+|one\s+)?year\s+(?:before|earlier|previously)|\ba\s+year\s+ago(?=,?\s+the\s+(?:figure|number|total|count)\s+was\b)|\bthe\s+12\s+months\s+before|\blast\s+year",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Span:
    """A period in a text; `is_before` where it is only said to be the one before. `is_date` for a single day."""

    start: int
    end: int
    period: Period | None
    is_before: bool = False
    is_date: bool = False
    text: str = ""


@lru_cache(maxsize=65536)
def spans_in(text: str) -> tuple[Span, ...]:
    """The periods that a text names, in order."""
    found: list[Span] = []
    taken: list[tuple[int, int]] = []
    for pattern, kind in PATTERNS:
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            # "2015 = 100": the base of an index, of which no figure is.
            if re.match(r"\s*(?:=|is|equals)\s*100\b", text[match.end() :]):
                continue
            periods = read(match, kind)
            if kind == "years" and match[0].lower().startswith("between") and is_of_change(text, match):
                periods = [calendar_year(int(match[1])), calendar_year(int(match[2]))]
            if periods is None:
                continue
            taken.append(match.span())
            is_date = kind == "month" and bool(re.match(r"\d", match[0]))
            for at, period in enumerate(periods):
                start = match.start() if at == 0 else match.end() - len(match[0]) // 2
                end = match.end() if at == len(periods) - 1 else match.start() + len(match[0]) // 2
                found.append(Span(start, end, period, is_date=is_date, text=match[0]))
    for match in RELATIVE.finditer(text):
        if not any(match.start() < end and start < match.end() for start, end in taken):
            found.append(Span(match.start(), match.end(), None, is_before=True, text=match[0]))
    return tuple(sorted(found, key=lambda span: span.start))


def is_of_change(text: str, match: re.Match) -> bool:
    """Whether something rose or fell between two years, so that they are not taken together."""
    return bool(DIRECTION.search(text[max(match.start() - 60, 0) : match.end() + 60]))


def read(match: re.Match, kind: str) -> list[Period] | None:
    """The periods of a match: two where years are compared ("2023 to 2024"), one where they are taken together."""
    groups = match.groups()
    if kind == "financial":
        return follow(int(groups[0]), groups[1])
    if kind == "short financial":
        return follow(2000 + int(groups[0]), groups[1])
    if kind == "pooled financial":
        first, last = follow(int(groups[0]), groups[1]), follow(int(groups[2]), groups[3])
        if not first or not last:
            return None
        together = pooled_financial_years(int(groups[0]), int(groups[2]))
        return [together] if together and int(groups[2]) - int(groups[0]) == 2 else [*first, *last]
    if kind == "financial quarter":
        year, number = int(groups[1]), int(groups[0])
        return [quarter(year + (number == 4), number % 4 + 1)]
    if kind == "quarter":
        return [quarter(int(groups[0]), int(groups[1]))]
    if kind == "years":
        return years(groups[0], groups[1], match[0])
    if kind == "months of a year":
        first, last, year = groups
        is_later = MONTHS[first.lower().rstrip(".")] > MONTHS[last.lower().rstrip(".")]
        return [span] if (span := months((first, str(int(year) - is_later), last, year))) else None
    if kind == "months":
        return [span] if (span := months(groups)) else None
    if kind == "year to":
        return [twelve_months(int(groups[1]), MONTHS[groups[0].lower().rstrip(".")], (FINANCIAL_YEAR, CALENDAR_YEAR))]
    if kind == "month":
        return [month(int(groups[1]), MONTHS[groups[0].lower().rstrip(".")])]
    return [calendar_year(int(groups[0]))]


def follow(first: int, last: str) -> list[Period] | None:
    """A financial year, if its second year follows its first."""
    return [financial_year(first)] if int(last) % 100 == (first + 1) % 100 else None


def years(first: str, last: str, text: str) -> list[Period] | None:
    begin = int(first)
    end = int(last) if len(last) == 4 else begin - begin % 100 + int(last)
    if end - begin == 1 and not re.search(r"\b(to|between)\b", text):
        return [financial_year(begin)]
    if end - begin == 2 and (together := pooled_years(begin, end)):
        return [together]
    return [calendar_year(begin), calendar_year(end)] if begin < end <= begin + 15 else None


def months(groups: tuple) -> Period | None:
    first, last = MONTHS[groups[0].lower().rstrip(".")], MONTHS[groups[2].lower().rstrip(".")]
    begin, end = int(groups[1]), int(groups[3])
    length = (end - begin) * 12 + last - first + 1
    if length == 12:
        return twelve_months(end, last, (FINANCIAL_YEAR, CALENDAR_YEAR))
    if length == 3 and last % 3 == 0:
        return quarter(end, last // 3)
    if length == 36:
        return pooled_years(begin, end) if last == 12 else pooled_financial_years(begin, end - 1) if last == 3 else None
    return None


@lru_cache(maxsize=4096)
def before(period: Period) -> Period | None:
    """The period of the same kind that a reader takes for "the year before"."""
    return shifted(period, -1)


def shifted(period: Period, by: int) -> Period | None:
    year = period.start.year + by
    if period.kind == CALENDAR_YEAR:
        return calendar_year(year)
    if period.kind == FINANCIAL_YEAR:
        return financial_year(year)
    if period.kind == ROLLING_YEAR:
        return twelve_months(period.end.year + by, period.end.month, ())
    if period.kind == QUARTER:
        return quarter(year, (period.start.month + 2) // 3)
    if period.kind == POOLED_YEARS:
        return pooled_years(year, period.end.year + by)
    if period.kind == POOLED_FINANCIAL_YEARS:
        return pooled_financial_years(year, period.end.year + by - 1)
    return month(year, period.start.month)


def is_pooled(period: Period) -> bool:
    return period.kind in (POOLED_YEARS, POOLED_FINANCIAL_YEARS)


def in_words(period: Period | None) -> str:
    """A period as reports print it: 2024/25, 2024, 2022 to 2024, year to March 2025."""
    if period is None:
        return ""
    first, last = period.start.year, period.end.year
    if period.kind == FINANCIAL_YEAR:
        return f"{first}/{last % 100:02}"
    if period.kind == CALENDAR_YEAR:
        return str(first)
    if period.kind == POOLED_YEARS:
        return f"{first} to {last}"
    if period.kind == POOLED_FINANCIAL_YEARS:
        return f"{first}/{(first + 1) % 100:02} to {last - 1}/{last % 100:02}"
    name = next(name for name, number in MONTHS.items() if number == period.end.month).capitalize()
    return f"year to {name} {last}" if period.kind == ROLLING_YEAR else f"{name} {last}"
