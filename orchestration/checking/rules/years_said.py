"""Which way the rows of a table went in the time that a text names: "fell in 2023", "rose between 2022 and 2023"."""

import re
from itertools import pairwise

from orchestration.checking.figures import Sentence
from orchestration.checking.rules.series import columns_in_time, directions, directions_between
from orchestration.checking.spans import spans_in
from orchestration.checking.tables import Column, Table
from orchestration.reading.periods import Period

# What begins another time: "fell in 2023 but recovered in 2024".
NEXT = re.compile(r",?\s+(?:but|before|and then|then|although|though|whereas|while|only to)\b|;", re.IGNORECASE)
EVERY = re.compile(
    r"\b(?:steady|steadily|unbroken|continuous(?:ly)?|continual(?:ly)?|consistent(?:ly)?|throughout|in a row|"
    r"(?:every|each|both|all|successive|consecutive)(?: of the)?(?: \w+)? (?:years?|quarters?|months?|periods?))\b",
    re.IGNORECASE,
)
SINCE = re.compile(
    r"\b(?:since|after|from|than|on|with|against|to)\s+(?:(?:that|those|in|of|the|year)\s+)*$", re.IGNORECASE
)
UNTIL = re.compile(r"\b(?:by|until|before|up to)\s+(?:the end of\s+)?$", re.IGNORECASE)


def part_with(clause: str, start: int, end: int) -> str:
    """The part of a clause that a verb from `start` to `end` stands in: up to where another time begins."""
    begins = max((match.end() for match in NEXT.finditer(clause, 0, start)), default=0)
    ends = NEXT.search(clause, end)
    return clause[begins : ends.start() if ends else len(clause)]


def ways_said(table: Table, text: str, sentence: Sentence) -> list[dict[str, int]]:
    """The directions of a table's rows in the time that a text names, or else its sentence.

    One for each fair reading; none if the table does not print the years that are named. A text that names no year
    can be of the table's last change, of its whole time, and of the year that the text before it is about.
    """
    series = columns_in_time(table)
    if not any(len(columns) > 1 for columns in series):
        return directions(table)
    text = text if named(text) else sentence.text
    periods, is_every = named(text), EVERY.search(text) is not None
    if periods:
        steps = [one for columns in series for one in steps_between(columns, periods, text, is_every)]
    elif is_every:
        steps = [list(pairwise(columns)) for columns in series if len(columns) > 1]
    else:
        base = [one for one in (sentence.base,) if one is not None]
        about = [one for columns in series for one in steps_between(columns, base, "", False)]
        return directions(table) + [ways for one in about if (ways := directions_between(table, one))]
    return [ways for one in steps if (ways := directions_between(table, one))]


def named(text: str) -> list[Period]:
    return list(dict.fromkeys(span.period for span in spans_in(text) if span.period is not None))


def steps_between(
    columns: list[Column], periods: list[Period], text: str, is_every: bool
) -> list[list[tuple[Column, Column]]]:
    """The steps from column to column that the named periods can mean; `is_every` for each step in between."""
    at = {column.period: number for number, column in enumerate(columns)}
    if not periods or len(periods) > 2 or not set(periods) <= set(at):
        return []
    places = sorted(at[period] for period in periods)
    if len(places) == 2:
        reaches = [(places[0], places[1])]
    else:
        place = places[0]
        before = next((text[: span.start] for span in spans_in(text) if span.period == periods[0]), "")
        if SINCE.search(before):
            reaches = [(place, last) for last in range(place + 1, len(columns))]
        elif UNTIL.search(before):
            reaches = [(first, place) for first in range(place)]
        else:
            reaches = [(place - 1, place)] if place else []
    return [
        list(pairwise(columns[first : last + 1])) if is_every else [(columns[first], columns[last])]
        for first, last in reaches
    ]
