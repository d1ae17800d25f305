"""Days that no calendar has, and days under the name of another weekday."""

import calendar
import re
from collections.abc import Iterator
from itertools import pairwise

from orchestration.checking.context import Context
from orchestration.checking.findings import ERROR, MINOR, Finding, Mark
from orchestration.checking.rules.readings import Reader, place_of_block

MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
SUFFIXES = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}
A_MONTH = "|".join(name for name in calendar.month_name if name)
DAY = re.compile(
    # "In June 31 people came": after a month a number is a day only with its letters, its year, or "on" before it.
    rf"\b(?:(?:(?<=\bon )(?P<on>{A_MONTH})\s+(?P<on_day>\d{{1,2}})(?![\d%]|[.,]\d)(?! \w+s\b))"
    rf"|(?P<before>{A_MONTH})\s+(?:the\s+)?(?P<late>\d{{1,2}})(?:(?P<late_suffix>st|nd|rd|th)|(?=,? (?:19|20)\d\d\b))"
    rf"|(?P<early>\d{{1,2}})(?P<early_suffix>st|nd|rd|th)?\s+(?:of\s+)?(?P<after>{A_MONTH}))\b(?:,?\s+(?P<year>\d{{4}})\b)?"
)

IN_DIGITS = re.compile(r"(?<![\d/.-])(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>(?:19|20)\d\d)(?![\d/])")
WITH_WEEKDAY = re.compile(
    rf"\b(?P<weekday>{'|'.join(calendar.day_name)}),?\s+(?:the\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?"
    rf"(?P<month>{A_MONTH}),?\s+(?P<year>(?:19|20)\d\d)\b"
)


def impossible_days(context: Context, reader: Reader) -> Iterator[Finding]:
    """Days that the calendar does not have, such as 31 June or 31/04/2025, and ordinals that no day has, such as 51st.

    And days of a year under the name of another weekday.
    """
    for block in context.document.texts():
        for match in DAY.finditer(block.text):
            day = int(match["on_day"] or match["late"] or match["early"])
            month = MONTHS[(match["on"] or match["before"] or match["after"]).lower()]
            last = calendar.monthrange(int(match["year"] or 2000), month)[1]
            suffix = match["late_suffix"] or match["early_suffix"]
            right = SUFFIXES.get(day, "th")
            if 1 <= day <= last and suffix in (None, right):
                continue
            # "The 31 June referrals": a count of things of that month.
            if not suffix and not match["year"] and re.match(r" [a-z-]+s\b", block.text[match.end() :]):
                continue
            mark = Mark(block.number, block.place, match.start(), match.end())
            name, where = calendar.month_name[month], place_of_block(context, block)
            if not 1 <= day <= last:
                said = (f"a day from 1 to {last} {name}", f"{name} has {last} days.")
                yield Finding("date_exists", ERROR, mark, match[0], *said, block.text, where)
            else:
                said = (f"{day}{right}", f"Nobody writes {day}{suffix}: a digit or the letters may be wrong.")
                yield Finding("date_exists", MINOR, mark, match[0], *said, block.text, where)
        for match in IN_DIGITS.finditer(block.text):
            year, month, day = (int(match[part]) for part in ("year", "month", "day"))
            # Thirteen and more is a month to nobody: the date is written with its month first.
            if month <= 12 and day > calendar.monthrange(year, month)[1]:
                mark = Mark(block.number, block.place, match.start(), match.end())
                name, last = calendar.month_name[month], calendar.monthrange(year, month)[1]
                said = (f"a day from 1 to {last} {name}", f"{name} {year} has {last} days.")
                yield Finding("date_exists", ERROR, mark, match[0], *said, block.text, place_of_block(context, block))
        for match in WITH_WEEKDAY.finditer(block.text):
            year, month, day = int(match["year"]), MONTHS[match["month"].lower()], int(match["day"])
            if 1 <= day <= calendar.monthrange(year, month)[1]:
                right = calendar.day_name[calendar.weekday(year, month, day)]
                if right.lower() != match["weekday"].lower():
                    mark = Mark(block.number, block.place, match.start(), match.end())
                    explanation = f"{day} {calendar.month_name[month]} {year} is a {right}."
                    where = place_of_block(context, block)
                    yield Finding("date_exists", MINOR, mark, match[0], right, explanation, block.text, where)


# How a year is named, with the day and month on which it begins and ends.
YEARS = (
    (re.compile(r"\bcalendar years?\b", re.IGNORECASE), (1, 1), (31, 12)),
    (re.compile(r"\b(?:financial|fiscal) years?\b", re.IGNORECASE), (1, 4), (31, 3)),
)
UNTIL = re.compile(r"\s*(?:-|–|—|to|until)\s*")


def years_that_are_not_whole(context: Context, reader: Reader) -> Iterator[Finding]:
    """ "The calendar year (1 January 2023 to 21 December 2023)": one end is a year's, the other in its month only."""
    for sentence in reader.sentences:
        block = context.document.blocks[sentence.block]
        named = [(begins, ends) for pattern, begins, ends in YEARS if pattern.search(sentence.text)]
        days = list(DAY.finditer(block.text, sentence.start, sentence.start + len(sentence.text)))
        for first, last in pairwise(days):
            # Days outside brackets may be those of a part of the year.
            if len(named) != 1 or block.text[: first.start()][-1:] != "(":
                continue
            if not UNTIL.fullmatch(block.text, first.end(), last.start()):
                continue
            (begins, ends), found = named[0], (day_of(first), day_of(last))
            if found[0][1] != begins[1] or found[1][1] != ends[1] or (found[0] == begins) == (found[1] == ends):
                continue
            match, right = (last, ends) if found[0] == begins else (first, begins)
            day = f"{right[0]} {calendar.month_name[right[1]]}"
            yield Finding(
                "date_exists",
                MINOR,
                Mark(block.number, block.place, match.start(), match.end()),
                match[0],
                day,
                f"Such a year {'ends' if match is last else 'begins'} on {day}.",
                block.text,
                place_of_block(context, block),
            )


def day_of(match: re.Match) -> tuple[int, int]:
    """The day and the month of a date."""
    day = int(match["on_day"] or match["late"] or match["early"])
    return day, MONTHS[(match["on"] or match["before"] or match["after"]).lower()]
