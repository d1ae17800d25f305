"""The periods that a return lists, and how it writes them."""

from datetime import date, timedelta

from orchestration.reading.periods import (
    CALENDAR_YEAR,
    FINANCIAL_YEAR,
    MONTH,
    QUARTER,
    Period,
    calendar_year,
    financial_year,
    month,
    quarter,
)

# As many periods are listed, the newest first.
PERIODS_LISTED = 36


def period_label(period: Period) -> str:
    """A period as a return writes it: `March 2026`, `January to March 2026`, `2025/26` or `2026`.

    A quarter is written by its months: Q2 is April to June to some, and July to September to others.
    """
    if period.kind == MONTH:
        return f"{period.start:%B %Y}"
    if period.kind == QUARTER:
        return f"{period.start:%B} to {period.end:%B %Y}"
    return (
        period.period_id.removeprefix("FY").replace("-", "/") if period.kind == FINANCIAL_YEAR else str(period.end.year)
    )


def period_before(kind: str, day: date) -> Period:
    """The newest period of a kind that is over on a day."""
    if kind == MONTH:
        last = day.replace(day=1) - timedelta(days=1)
        return month(last.year, last.month)
    if kind == FINANCIAL_YEAR:
        return financial_year(day.year - 1 if day >= date(day.year, 4, 1) else day.year - 2)
    if kind == CALENDAR_YEAR:
        return calendar_year(day.year - 1)
    number = (day.month - 1) // 3
    return quarter(day.year, number) if number else quarter(day.year - 1, 4)


def quarter_after(one: Period) -> Period:
    """The quarter that follows another one."""
    day = one.end + timedelta(days=1)
    return quarter(day.year, (day.month + 2) // 3)


def periods_to_choose(kind: str, day: date) -> list[Period]:
    """The periods that a return lists: the newest that is over, and those before it."""
    found = [period_before(kind, day)]
    while len(found) < PERIODS_LISTED:
        found.append(period_before(kind, found[-1].start))
    return found
