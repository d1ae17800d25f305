"""OHID: estimates of people who use opiates, crack cocaine or both, by local authority.

A model's estimate for a financial year, with its rate per 1,000 adults aged 15 to 64.

Layouts, told apart by their content:

- the publisher's table by local authority, ods or xlsx: region, authority, population aged 15 to 64, and for opiate or
  crack users (OCU), opiates and crack cocaine the number and the rate per thousand, each with its 95% interval. Older
  tables have two header rows (`Number of users` over `OCU`, `Lower bound 95% CI` …), later ones say all in one
  (`Crack cocaine (number) lower bound 95% CI`). Areas have names and no codes, and the year stands in the title or in
  the file's name. Built from the headers that public code quotes from tables 2.1 of "Substance misuse treatment for
  adults", which repeat these estimates; untried on real files. Tables by age, sex and injecting are not read;
- the figures that the partnership's 2025 report prints (table 1), which credits them to ONS.
"""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd

from orchestration.datasets.declaration import CELL_COLUMNS, dataset
from orchestration.reading.delimited import tidy_cells
from orchestration.reading.periods import FINANCIAL_YEAR, Periods, period_of
from orchestration.reading.tables import Table, cell, frame, key, matching, read_files, sheets, value_cell
from orchestration.reading.titles import financial_year_above
from orchestration.releases.release import Release
from orchestration.support.refusal import refuse
from orchestration.validation.areas import is_own_name, name_key
from orchestration.validation.before import Coverage
from orchestration.validation.cells import Cells, Check, Problem, number_text, numbers, seed
from orchestration.validation.figures import (
    AMOUNT,
    COUNT,
    domains,
    is_understood,
    lies_between_its_limits,
    limits_are_not_negative,
    stands_once,
)

REPORT_LABELS = ("place", "area_type", "area", "period", "credited_to")
VALUES = ("estimate", "rate_per_1000")
COLUMNS = (
    *("place", "area_type", "area", "period", "measure_label", "population"),
    *("lower_limit", "upper_limit", "credited_to"),
)
HEADERS = (
    ("region", "phe region"),
    ("local authority", "area name"),
    ("15-64 population",),
)

DRUGS = {
    "ocu": "",
    "opiates": "opiates, ",
    "opiate": "opiates, ",
    "crack cocaine": "crack cocaine, ",
    "crack": "crack cocaine, ",
}
QUANTITIES = {"number": "estimate", "rate": "rate_per_1000"}
LIMITS = {"lower bound 95% ci": "lower_limit", "upper bound 95% ci": "upper_limit"}
ONE_ROW = re.compile(rf"({'|'.join(DRUGS)}) \((number|rate)\)(?: ((?:lower|upper) bound 95% ci))?")
GROUPS = {"number of users": "number", "rate of use per thousand of the population": "rate"}
# Without these a table is not one of these estimates.
WANTED = ("estimate", "rate_per_1000")

PRINTED = ("value", *LIMITS.values())

# A rate is of the number before it was rounded to whole people, and is printed to two decimals.
HALF_A_PERSON = 0.5
RATE_HIDDEN = 0.006

REGIONS = (
    *("north east", "north west", "yorkshire and the humber", "east midlands", "west midlands", "east of england"),
    *("london", "south east", "south west"),
)
COUNTRY = ("england", "national")


def rates_follow_from_the_population() -> Check:
    """A number out of the population aged 15 to 64 is the rate beside it, and so are their limits."""

    def check(cells: Cells) -> Iterator[Problem]:
        text = cells.frame["population"].fillna("").str.strip()
        people = numbers(text.where(~text.str.endswith("%"), ""))
        figures = {column: numbers(cells.frame[column].fillna("").str.strip()) for column in PRINTED}
        at = {
            (area, period, label): row
            for row, (area, period, label) in enumerate(
                cells.frame[["area", "period", "measure_label"]].itertuples(index=False, name=None)
            )
        }
        told = set()
        for (area, period, label), row in at.items():
            count = at.get((area, period, label.replace("rate_per_1000", "estimate")))
            if not label.endswith("rate_per_1000") or count is None or not text.iat[row]:
                continue
            size = people.iat[row]
            if not (size > 0 and float(size).is_integer()):
                # Every rate of the row is taken of it, so it is told once.
                if (area, period) not in told:
                    told.add((area, period))
                    yield Problem(
                        "a rate follows from its population",
                        cells.place(row),
                        f"a rate ({cells.named(row, ('area', 'period', 'measure_label'))}) of a population of "
                        f"{text.iat[row]!r}",
                        "a whole number of people aged 15 to 64",
                        "Correct the column of the population, or download the file again.",
                        blocks=is_own_name(area),
                    )
                continue
            for column in PRINTED:
                number, rate = figures[column].iat[count], figures[column].iat[row]
                expected = number / size * 1000
                slack = RATE_HIDDEN + HALF_A_PERSON / size * 1000
                if pd.notna(rate) and pd.notna(number) and not abs(expected - rate) <= slack:
                    yield Problem(
                        "a rate follows from its population",
                        cells.place(row),
                        f"{cells.frame[column].iat[row]} for {cells.named(row, ('area', 'period', 'measure_label'))}"
                        + ("" if column == "value" else f", {column.replace('_', ' ')}"),
                        f"about {expected:.2f}, {number_text(number)} out of a population of "
                        f"{text.iat[row]}, per 1,000",
                        "Compare number, population and rate with the publisher's page, and download the file again.",
                        blocks=is_own_name(area),
                    )

    return check


def limits_of_people_are_whole() -> Check:
    """The limits of a number of people are whole, as the number is."""

    def check(cells: Cells) -> Iterator[Problem]:
        people = cells.frame["measure_label"].str.endswith("estimate")
        for column in LIMITS.values():
            limits = cells.numbers_of(column)
            for row in limits.index[people & limits.notna() & (limits != limits.round())]:
                yield Problem(
                    "a figure lies in the domain of its unit",
                    cells.place(int(row)),
                    f"the {column.replace('_', ' ')} {cells.frame[column].iat[row]} "
                    f"({cells.named(int(row), ('area', 'measure_label'))})",
                    COUNT,
                    "Compare the limit with the publisher's page, and download the file again.",
                )

    return check


CHECKS = (
    stands_once("area_type", "area", "period", "measure_label"),
    is_understood(limits=("lower_limit", "upper_limit")),
    domains({".*estimate": COUNT, ".*rate_per_1000": AMOUNT}),
    lies_between_its_limits(),
    limits_are_not_negative(),
    limits_of_people_are_whole(),
    rates_follow_from_the_population(),
)


def read(release: Release) -> pd.DataFrame:
    return read_files(release, _read)


def _read(release: Release, path: Path) -> pd.DataFrame:
    name = release.name_of(path)
    tables = list(matching(sheets(release, path), HEADERS))
    if not tables:
        report = tidy_cells(release, path, REPORT_LABELS, VALUES)
        return report.reindex(columns=[*COLUMNS, *CELL_COLUMNS]).astype(object).where(lambda cells: cells.notna(), None)
    return frame([row for table in tables for row in _cells(table)], (*COLUMNS, *CELL_COLUMNS), name)


def _cells(table: Table) -> Iterator[tuple]:
    period = financial_year_above(table)
    area_column, population = (table.column(*labels) for labels in HEADERS[1:])
    first_row, columns = _columns(table)
    for row, cells in table.body[first_row:]:
        area = cell(cells, area_column).strip()
        if not any(cell(cells, position).strip() for at in columns.values() for position in at.values()):
            continue
        if not area:
            raise refuse(
                table.place(row, area_column),
                "figures beside no area",
                "the name of an authority",
                "Ask the publisher.",
            )
        people = value_cell(table, row, cells, population)
        for label, at in columns.items():
            limits = (value_cell(table, row, cells, at[limit]) for limit in LIMITS.values())
            yield (
                *(table.sheet.title, _area_type(area, period), area, period, label, people, *limits, None),
                *(value_cell(table, row, cells, at["value"]), table.sheet.file, table.sheet.name),
                table.address(row, at["value"]),
            )


def _columns(table: Table) -> tuple[int, dict[str, dict[str, int]]]:
    """How many rows below the header belong to it, and the columns of each measure: its value and its limits.

    Raises `Refusal` for a header that is not understood, and for a measure that lacks one of the three.
    """
    below = [key(text) for text in table.body[0][1]] if table.body else []
    is_double = bool(set(below) & set(LIMITS))
    left = max(table.column(*labels) for labels in HEADERS)
    columns: dict[str, dict[str, int]] = {}
    group = drug = ""
    for position in range(max(len(table.labels), len(below))):
        label = key(table.label(position))
        if position <= left:
            continue
        group = GROUPS.get(label, f"?{label}") if label else group
        found = _in_two_rows(group, below, position, drug) if is_double else _in_one_row(label)
        if found is None:
            if label or cell(below, position) or any(cell(cells, position).strip() for _, cells in table.body):
                raise refuse(
                    table.sheet.place(table.header_row, position),
                    f"the header {' '.join([label, cell(below, position) if is_double else '']).strip()!r}",
                    "a number or rate of OCU, opiates or crack cocaine, or one of its limits",
                    "Restore the header; if the publisher added a column, report it so that the reader learns it.",
                )
            continue
        drug, quantity, what = found
        at = columns.setdefault(DRUGS[drug] + QUANTITIES[quantity], {})
        if what in at:
            raise refuse(
                table.sheet.place(table.header_row, position),
                f"a second {what} of {drug}",
                "one",
                "Restore the header.",
            )
        at[what] = position
    for label in dict.fromkeys((*WANTED, *columns)):
        if missing := [what for what in ("value", *LIMITS.values()) if what not in columns.get(label, {})]:
            raise refuse(
                f"{table.sheet}, row {table.header_row}",
                f"no {missing[0].replace('_', ' ')} of {label}",
                "each number and rate with its limits",
                "Restore the header.",
            )
    return int(is_double), columns


def _in_two_rows(group: str, below: list[str], position: int, drug: str) -> tuple[str, str, str] | None:
    label = cell(below, position)
    if group not in QUANTITIES or not label:
        return None
    if label in LIMITS:
        return (drug, group, LIMITS[label]) if drug else None
    return (label, group, "value") if label in DRUGS else None


def _in_one_row(label: str) -> tuple[str, str, str] | None:
    found = ONE_ROW.fullmatch(label)
    return (found[1], found[2], LIMITS.get(found[3], "value")) if found else None


def _area_type(area: str, period: str) -> str:
    """What kind of area a name means in a year: a county had the name of an authority that followed it."""
    name = name_key(area)
    if name in REGIONS or name in COUNTRY:
        return "country" if name in COUNTRY else "region"
    start = period_of(period, (FINANCIAL_YEAR,)).start
    followed = (
        row["old_code"].startswith("E10") and date.fromisoformat(row["valid_from"]) > start
        for row in seed("area_changes.csv")
        if name_key(row["area_name"]) == name
    )
    return "county" if any(followed) else "local authority"


opiate_crack_prevalence = dataset(
    __name__,
    read,
    columns=COLUMNS,
    headers=[(label,) for label in (*REPORT_LABELS, *VALUES)],
    more_headers=[HEADERS],
    title="Opiate and crack cocaine use: prevalence estimates",
    licence="Open Government Licence v3.0",
    landing_page="https://www.gov.uk/government/publications/opiate-and-crack-cocaine-use-prevalence-estimates",
    expected_every=None,
    periods=Periods("period", (FINANCIAL_YEAR,)),
    checks=CHECKS,
    coverage=Coverage(areas=("area",), repeats_periods=False),
)
