"""What partners send: the spreadsheets of their returns, filled in."""

import csv
from collections.abc import Callable, Iterator, Sequence
from itertools import product

from demo.county import AUTHORITIES, Authority, count
from demo.files import Raw
from demo.records import steady
from orchestration.settings import DBT_PROJECT

HEADERS = ["Area", "Period", "Measure", "Figure", "Source document", "Page"]
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip
QUARTERLY = ("naloxone", "needle_exchange", "arrest_referral", "treatment_requirements")
MONTHLY = ("suspected_deaths", "suspected_overdoses", "drug_alerts")
YEARLY = "deep_dives"
# What was handed in at once, by its years.
HANDED_IN = {(2023, 2024): "2025-01-15", (2025,): "2026-01-15"}

# A period's figure in an authority of the usual size.
USUAL = {
    "Kits supplied": 180, "People supplied": 120, "Visits": 640, "People": 210, "Assessments": 75,
    "Treatment starts": 22, "Drug rehabilitation requirements": 14, "Alcohol treatment requirements": 11,
    "Suspected deaths": 2, "Call-outs": 16, "Alerts": 1, "Deep dives held": 2, "Actions agreed": 9,
    "Actions completed": 6,
}  # fmt: skip

# The early warning that is to be noticed: call-outs in one authority nearly double from this month on.
RISE_IN, RISE_FROM, RISE = "Dunmarsh", "2025-08", 1.9
# Figures below this are sent as suppressed by one partner.
SMALL, SENDS_NO_SMALL_COUNTS = 3, "Eastholme"

Figure = Callable[[Authority, str, str], object]


def write_returns(raw: Raw, seed: int) -> None:
    """A spreadsheet for each return and for what was handed in at once; one was sent again with a figure changed."""
    measures = _measures()
    for years, day in HANDED_IN.items():
        for place, name in enumerate((*QUARTERLY, *MONTHLY), start=1):
            of = _quarter if name in QUARTERLY else _month
            number = f".{place:02d}" if place > 1 else ""
            _write(raw, f"{day}{number}", name, _rows(measures[name], years, of(seed)))
    _write(raw, "2025-06-20", YEARLY, _year_rows(measures[YEARLY], (2022, 2023, 2024), seed))

    def sent_again(one: Authority, label: str, period: str) -> object:
        changed = one is AUTHORITIES[0] and label == "Kits supplied" and period == "April to June 2024"
        figure = _quarter(seed)[1](one, label, period)
        return figure + 6 if changed and isinstance(figure, int) else figure

    _write(raw, "2025-03-03", "naloxone", _rows(measures["naloxone"], (2024,), (_quarters, sent_again)))


def _measures() -> dict[str, list[str]]:
    """The labels that each return asks for, of the seeds."""
    found: dict[str, list[str]] = {}
    with (DBT_PROJECT / "seeds" / "returns" / "return_measures.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            found.setdefault(row["return_id"], []).append(row["label"])
    return found


def _quarters(year: int) -> list[str]:
    return [f"{MONTHS[last - 3]} to {MONTHS[last - 1]} {year}" for last in (3, 6, 9, 12)]


def _months(year: int) -> list[str]:
    return [f"{month} {year}" for month in MONTHS]


def _quarter(seed: int) -> tuple[Callable[[int], list[str]], Figure]:
    def figure(one: Authority, label: str, period: str) -> object:
        # A quarter is its last month, for what lies above and below the mean in turn.
        month = f"{period[-4:]}-{MONTHS.index(period.split()[2]) // 3 + 1:02d}"
        return max(steady(seed, USUAL[label] * one.people / 230_000, month, label, one.code), 0)

    return _quarters, figure


def _month(seed: int) -> tuple[Callable[[int], list[str]], Figure]:
    def figure(one: Authority, label: str, period: str) -> object:
        name, year = period.split()
        month = f"{year}-{MONTHS.index(name) + 1:02d}"
        rises = label == "Call-outs" and one.name == RISE_IN and month >= RISE_FROM
        mean = USUAL[label] * one.people / 230_000 * one.level * (RISE if rises else 1)
        number = max(steady(seed, mean, month, label, one.code), 0)
        return (
            "[c]"
            if one.name == SENDS_NO_SMALL_COUNTS and label == "Suspected deaths" and 0 < number < SMALL
            else number
        )

    return _months, figure


def _rows(
    labels: list[str], years: Sequence[int], of: tuple[Callable[[int], list[str]], Figure]
) -> Iterator[list[object]]:
    periods, figure = of
    for period in (period for year in years for period in periods(year)):
        for one in AUTHORITIES:
            for label in labels:
                yield [one.name, period, label, figure(one, label, period), "", ""]


def _year_rows(labels: list[str], years: Sequence[int], seed: int) -> Iterator[list[object]]:
    for year, one in product(years, AUTHORITIES):
        figures = sorted((count(seed, USUAL[label], label, one.code, year) for label in labels), reverse=True)
        held, agreed, completed = labels
        for label, figure in ((held, figures[2]), (agreed, figures[0]), (completed, figures[1])):
            yield [one.name, f"{year}/{(year + 1) % 100:02d}", label, figure, "", ""]


def _write(raw: Raw, released_on: str, name: str, rows: Iterator[list[object]]) -> None:
    sheet: list[list[object]] = [[name.replace("_", " ").capitalize()], [f"Return: {name}"], [], [*HEADERS], *rows]
    raw.workbook("partners.returns", released_on, f"{name}.xlsx", {"Figures": sheet})
