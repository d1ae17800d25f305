"""The words of a period for people. Its label in marts.dim_periods is for queries, and stays as it is there."""

import calendar
import re
from datetime import date, timedelta
from typing import Any

MONTH = re.compile(r"\b(\d{4})-(0[1-9]|1[0-2])$")
QUARTER = re.compile(r"^(\d{4}) Q([1-4])$")
ROLLING = "twelve months to "

# The columns of a query that hold labels of periods.
COLUMNS = ("period", "previous_period", "part_period", "since")


def period_text(label: str) -> str:
    """`2026-07` → `July 2026`, `twelve months to 2024-12` → `twelve months to December 2024`.

    `2025 Q4` → `October to December 2025`; the labels of years are words already.
    """
    if found := QUARTER.match(label):
        last = 3 * int(found[2])
        return f"{calendar.month_name[last - 2]} to {calendar.month_name[last]} {found[1]}"
    return MONTH.sub(lambda found: f"{calendar.month_name[int(found[2])]} {found[1]}", label)


def with_period_words(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same rows, with words in place of the labels of periods."""
    for row in rows:
        for column in COLUMNS:
            if isinstance(row.get(column), str):
                row[column] = period_text(row[column])
    return rows


def during(text: str) -> str:
    """What stands after `in` in a sentence: `2024/25`, `the twelve months to December 2024`."""
    return f"the {text}" if text.startswith(ROLLING) else text


def is_next(start: date, end: date, next_start: date) -> bool:
    """Whether no period is missing between two: three pooled years are followed by those that begin a year later."""
    if next_start <= end:
        return next_start - start <= timedelta(days=366)
    return next_start <= end + timedelta(days=1)


def short(text: str) -> str:
    """A period on the axis of a chart, whose unit or title says that it is twelve months: `Dec 2024`."""
    text = text.removeprefix(ROLLING)
    for name in calendar.month_name[1:]:
        text = re.sub(rf"\b{name}\b", name[:3], text)
    return text.replace(" to ", "–") if re.match(r"[A-Z]", text) else text
