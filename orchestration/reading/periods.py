"""Periods as publishers print them: the one parser that readers, `warehouse add` and, by the readers, staging use.

A label is first freed of its dress: note marks (`2021 [note 2]`, `2021 [r]`, `2021r`, `2021*`), non-breaking spaces,
every kind of dash, and the time of an Excel date. What it then means depends on the kinds of period that the dataset
has: `2010-11` is a financial year where the dataset counts in those, and a month where it counts in months.
"""

import calendar
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

CALENDAR_YEAR = "calendar_year"
FINANCIAL_YEAR = "financial_year"
POOLED_YEARS = "pooled_years"
POOLED_FINANCIAL_YEARS = "pooled_financial_years"
ROLLING_YEAR = "rolling_twelve_months"
MID_YEAR = "mid_year"
MONTH = "month"
QUARTER = "quarter"
UNSTATED = "unstated"

# Every kind, in the order in which a label is tried where no dataset says what it has.
ALL_KINDS = (
    *(MONTH, FINANCIAL_YEAR, CALENDAR_YEAR, POOLED_YEARS, POOLED_FINANCIAL_YEARS),
    *(MID_YEAR, QUARTER, ROLLING_YEAR),
)

EXAMPLES = {
    CALENDAR_YEAR: "2024",
    FINANCIAL_YEAR: "2024/25",
    POOLED_YEARS: "2022 to 2024",
    POOLED_FINANCIAL_YEARS: "2020/21 - 22/23",
    ROLLING_YEAR: "year ending March 2024",
    MID_YEAR: "mid-2024",
    MONTH: "March 2024",
    QUARTER: "January to March 2024",
    UNSTATED: "not stated",
}

# What a period of each kind is called.
NAMES = {
    CALENDAR_YEAR: "a calendar year",
    FINANCIAL_YEAR: "a financial year",
    POOLED_YEARS: "several years together",
    POOLED_FINANCIAL_YEARS: "several financial years together",
    ROLLING_YEAR: "twelve months to the end of a month",
    MID_YEAR: "a mid-year",
    MONTH: "a month",
    QUARTER: "a quarter",
}

# Years pooled in one figure: nobody publishes more than ten.
MOST_POOLED = 10

MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}

SUPERSCRIPTS = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
DASHES = re.compile("[‐‑‒–—―−]")
# What stands behind a period and is no part of it: marks and notes in brackets, asterisks, one letter: r (revised).
IN_BRACKETS = r"\[[^\]]*\]|\((?:r|p|e|revised|provisional|estimated?|\d\d?|(?:see )?notes?[^)]*)\)"
MARKS = re.compile(rf"\s*({IN_BRACKETS}|[*†‡#+]+|(?<=\d)\s?[rpe])\s*$")

YEAR = r"((?:19|20)\d\d)"
SHORT_YEAR = r"((?:19|20)?\d\d)"
MONTH_NAME = "(" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\.?"


@dataclass(frozen=True)
class Period:
    """A span of time with its identifier in `dim_periods`."""

    period_id: str
    kind: str
    start: date
    end: date


@dataclass(frozen=True)
class Periods:
    """The column of a dataset that holds its period as printed, and the kinds of period that it has.

    `plain_year_is_financial` says that a bare `2010` of rows with this column filled stands for 2010/11.
    """

    column: str
    kinds: tuple[str, ...]
    plain_year_is_financial: str | None = None

    @property
    def expected(self) -> str:
        """The kinds in words, for messages."""
        return "a period such as " + " or ".join(EXAMPLES[kind] for kind in self.kinds)


def plain(label: str) -> str:
    """A label without note marks, footnotes in superscript, odd blanks and dashes; in lower case."""
    text = unicodedata.normalize("NFKC", SUPERSCRIPTS.sub("", label)).replace("\u200b", "").replace("\ufeff", "")
    text = " ".join(DASHES.sub("-", text).lower().split())
    while (shorter := MARKS.sub("", text)) != text:
        text = shorter
    return text


@lru_cache(maxsize=65536)
def parse(label: str, kinds: Sequence[str] = ALL_KINDS) -> Period | None:
    """The period that a label means where a dataset has these kinds of it, or None."""
    text = plain(label)
    for pattern, read in GRAMMAR:
        if (found := re.fullmatch(pattern, text)) and (period := read(found, kinds)) and period.kind in kinds:
            return period
    return None


def period_of(label: str, kinds: Sequence[str] = ALL_KINDS) -> Period:
    """The period of a label that was found to be one. Raises ValueError if it is none."""
    if (period := parse(label, kinds)) is None:
        raise ValueError(f"{label!r} is not a period")
    return period


def looks_like_a_period(label: str) -> bool:
    """Whether a header cell holds a year, however dressed: such a column is never passed over."""
    return bool(re.search(r"(?<!\d)(19|20)\d\d(?!\d)", plain(label)))


def calendar_year(year: int) -> Period:
    return Period(f"CY{year}", CALENDAR_YEAR, date(year, 1, 1), date(year, 12, 31))


def financial_year(year: int) -> Period:
    """The year from April of `year` to March of the next."""
    return Period(f"FY{year}-{(year + 1) % 100:02}", FINANCIAL_YEAR, date(year, 4, 1), date(year + 1, 3, 31))


def pooled_years(first: int, last: int) -> Period | None:
    if not 2 <= last - first + 1 <= MOST_POOLED:
        return None
    return Period(f"CY{first}-{last % 100:02}", POOLED_YEARS, date(first, 1, 1), date(last, 12, 31))


def pooled_financial_years(first: int, last: int) -> Period | None:
    """The financial years that begin in `first` to `last`, taken together: `FY2020-23` for 2020/21 to 2022/23."""
    if not 2 <= last - first + 1 <= MOST_POOLED:
        return None
    end = date(last + 1, 3, 31)
    return Period(f"FY{first}-{(last + 1) % 100:02}", POOLED_FINANCIAL_YEARS, date(first, 4, 1), end)


def month(year: int, number: int) -> Period:
    end = date(year, number, calendar.monthrange(year, number)[1])
    return Period(f"M{year}-{number:02}", MONTH, date(year, number, 1), end)


def quarter(year: int, number: int) -> Period:
    last = month(year, number * 3)
    return Period(f"Q{year}-{number}", QUARTER, date(year, number * 3 - 2, 1), last.end)


def twelve_months(year: int, number: int, kinds: Sequence[str]) -> Period:
    """Twelve months to the end of a month: a financial or calendar year where the dataset has those."""
    if number == 3 and FINANCIAL_YEAR in kinds:
        return financial_year(year - 1)
    if number == 12 and CALENDAR_YEAR in kinds:
        return calendar_year(year)
    start = date(year, 1, 1) if number == 12 else date(year - 1, number + 1, 1)
    return Period(f"R12-{year}-{number:02}", ROLLING_YEAR, start, month(year, number).end)


def _full_year(text: str, first: int) -> int:
    """`21` behind 2019 is 2021; `01` behind 1999 is 2001."""
    if len(text) == 4:
        return int(text)
    year = first - first % 100 + int(text)
    return year if year > first else year + 100


def _two_years(found: re.Match, kinds: Sequence[str]) -> Period | None:
    first, between = int(found[1]), found[2]
    last = _full_year(found[3], first)
    if last - first == 1 and FINANCIAL_YEAR in kinds:
        # Where a dataset has both, Fingertips' way of writing decides: 2019/20, but 2019 - 20 for two years together.
        apart = between.startswith(" ") and "-" in between and POOLED_YEARS in kinds
        return pooled_years(first, last) if apart else financial_year(first)
    return None if "/" in between else pooled_years(first, last)


def _months(found: re.Match, kinds: Sequence[str]) -> Period | None:
    first_month, first_year, last_month, last_year = MONTHS[found[1]], int(found[2]), MONTHS[found[3]], int(found[4])
    length = (last_year - first_year) * 12 + last_month - first_month + 1
    if length == 12:
        return twelve_months(last_year, last_month, kinds)
    if length == 3 and last_month % 3 == 0:
        return quarter(last_year, last_month // 3)
    if length > 12 and length % 12 == 0 and last_month == 12:
        return pooled_years(first_year, last_year)
    if length > 12 and length % 12 == 0 and last_month == 3:
        return pooled_financial_years(first_year, last_year - 1)
    return None


def _months_of_a_year(found: re.Match, _: Sequence[str]) -> Period | None:
    """`April to June 2026`."""
    first, last, year = MONTHS[found[1]], MONTHS[found[2]], int(found[3])
    return quarter(year, last // 3) if last - first == 2 and last % 3 == 0 else None


def _financial_quarter(year: str, following: str, number: str) -> Period | None:
    if _full_year(following, int(year)) != int(year) + 1:
        return None
    return quarter(int(year) + (number == "4"), int(number) % 4 + 1)


def _pooled_financial(found: re.Match, _: Sequence[str]) -> Period | None:
    first = int(found[1])
    last = _full_year(found[3], first)
    if _full_year(found[2], first) != first + 1 or _full_year(found[4], last) != last + 1:
        return None
    return pooled_financial_years(first, last)


def _excel_date(found: re.Match, kinds: Sequence[str]) -> Period | None:
    """A cell that a spreadsheet turned into a date: 1 January is the year, where the dataset has no months."""
    year, number, day = int(found[1]), int(found[2]), int(found[3])
    if MID_YEAR in kinds and (number, day) == (6, 30):
        return mid_year(year)
    if MONTH in kinds and day == 1 and 1 <= number <= 12:
        return month(year, number)
    return calendar_year(year) if (number, day) == (1, 1) else None


def mid_year(year: int) -> Period:
    return Period(f"MY{year}", MID_YEAR, date(year, 6, 30), date(year, 6, 30))


def _numeric_month(found: re.Match, kinds: Sequence[str]) -> Period | None:
    return month(int(found[1]), int(found[2])) if MONTH in kinds and 1 <= int(found[2]) <= 12 else None


Reading = Callable[[re.Match, Sequence[str]], Period | None]
GRAMMAR: tuple[tuple[str, Reading], ...] = (
    (rf"(?:calendar year |year )?{YEAR}", lambda found, _: calendar_year(int(found[1]))),
    (rf"{YEAR}( ?[/-] ?| to ){SHORT_YEAR}", _two_years),
    (rf"{YEAR}-(\d\d)", _numeric_month),
    (rf"(?:financial year |fy ?){YEAR}( ?[/-] ?| to ){SHORT_YEAR}", _two_years),
    (rf"{YEAR}/{SHORT_YEAR}(?: ?- ?| to ){SHORT_YEAR}/{SHORT_YEAR}", _pooled_financial),
    (
        rf"(?:year|12 months|twelve months|y/?e)(?: ending| ended| to)?(?: in| the)?(?: \d\d?)? {MONTH_NAME} {YEAR}",
        lambda found, kinds: twelve_months(int(found[2]), MONTHS[found[1]], kinds),
    ),
    (
        rf"(?:year|12 months|twelve months|y/?e)(?: ending| ended| to)? {MONTH_NAME}(?: |-|'|’)+(\d\d)",
        lambda found, kinds: twelve_months(2000 + int(found[2]), MONTHS[found[1]], kinds),
    ),
    (rf"(?:\d\d? )?{MONTH_NAME} {YEAR}(?: ?- ?| to )(?:\d\d? )?{MONTH_NAME} {YEAR}", _months),
    (rf"{MONTH_NAME}(?: ?- ?| to ){MONTH_NAME} {YEAR}", _months_of_a_year),
    (rf"{YEAR}(?: |-)?q([1-4])", lambda found, _: quarter(int(found[1]), int(found[2]))),
    (rf"(?:q|quarter )([1-4]) {YEAR}", lambda found, _: quarter(int(found[2]), int(found[1]))),
    (rf"{YEAR}/{SHORT_YEAR} (?:q|quarter )([1-4])", lambda found, _: _financial_quarter(found[1], found[2], found[3])),
    (
        rf"(?:q|quarter )([1-4]) {YEAR}[/-]{SHORT_YEAR}",
        lambda found, _: _financial_quarter(found[2], found[3], found[1]),
    ),
    (rf"{YEAR}(?: |-){MONTH_NAME}", lambda found, _: month(int(found[1]), MONTHS[found[2]])),
    (rf"{MONTH_NAME}(?: |-){YEAR}", lambda found, _: month(int(found[2]), MONTHS[found[1]])),
    # As a spreadsheet writes a month by itself: Apr-25.
    (rf"{MONTH_NAME}[-'’](\d\d)", lambda found, _: month(2000 + int(found[2]), MONTHS[found[1]])),
    (rf"mid(?:-| |-?year[- ])?{YEAR}", lambda found, _: mid_year(int(found[1]))),
    (rf"{YEAR}-(\d\d)-(\d\d)(?:t00:00:00)?", _excel_date),
    (
        r"(?:period )?(?:not stated|unstated)(?: by the source)?",
        lambda *_: Period("UNSTATED", UNSTATED, date.min, date.min),
    ),
)
