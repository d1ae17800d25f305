"""ONS: alcohol-specific deaths, by area and year of registration.

Only conditions wholly caused by alcohol count, such as alcoholic liver disease.

Layouts, told apart by their content:

- the yearly workbook for the United Kingdom: one table of deaths, age-standardised rates per 100,000 and 95% limits by
  region and country, sex and year; it holds no local authorities. "(u)" behind a rate marks it as unreliable (under 20
  deaths), ":" a rate not calculated. A table of one year has the median delay between death and registration in days
  with its quartiles, by area. The tables by age and deprivation are not by area and are not read;
- the figures that the partnership's 2025 report prints (tables 14 and 15), a CSV; Wolverhampton has no row there, its
  figures stand in the sentence on table 15.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from orchestration.datasets.declaration import CELL_COLUMNS, dataset
from orchestration.offers.publishers import ons_dataset
from orchestration.reading.delimited import tidy_cells
from orchestration.reading.periods import CALENDAR_YEAR, POOLED_YEARS, Periods, parse
from orchestration.reading.tables import (
    GSS_CODE,
    Table,
    cell,
    expect_england,
    frame,
    key,
    matching,
    only_table,
    read_files,
    sheets,
    value_cell,
)
from orchestration.reading.titles import lines_above
from orchestration.releases.release import Release
from orchestration.support.refusal import refuse
from orchestration.validation.areas import areas_are_themselves
from orchestration.validation.before import Coverage
from orchestration.validation.cells import Cells, Check, Problem
from orchestration.validation.coverage import covers_alike, every_period_between
from orchestration.validation.figures import (
    AMOUNT,
    COUNT,
    domains,
    every_combination,
    goes_with,
    has_its_count,
    in_order,
    is_understood,
    lies_between_its_limits,
    limits_are_not_negative,
    stands_once,
)
from orchestration.validation.sums import (
    areas_make_their_county,
    parts_make_whole,
    regions_make_england,
    years_make_pooled_years,
)

REPORT_LABELS = ("place", "area_type", "area", "registration_year", "credited_to")
COLUMNS = (
    *("place", "area_type", "area_code", "area", "sex", "registration_year", "measure_label"),
    *("flag", "lower_limit", "upper_limit", "credited_to"),
)
KINDS = (CALENDAR_YEAR, POOLED_YEARS)
HEADERS = (
    ("area code", "area codes"),
    ("area name", "area names"),
    ("sex",),
    ("year", "year of registration"),
    ("number of deaths", "deaths"),
    ("age-standardised rate per 100,000", "age-standardised mortality rate per 100,000"),
    ("lower 95% confidence interval", "lower 95% confidence limit"),
    ("upper 95% confidence interval", "upper 95% confidence limit"),
)

DELAY_HEADERS = (*HEADERS[:2], ("median delay in days",), ("lower quartile",), ("upper quartile",))
DELAY_LABELS = (
    "registration delay, median",
    "registration delay, lower quartile",
    "registration delay, upper quartile",
)

# The tables by local authority name an area by its code and, in one of several columns, by its name.
LOCAL_HEADERS = (("area code", "area codes"), ("local authority district", "local authority districts"))
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
YEARS = re.compile(r"((?:19|20)\d\d(?:(?: to | ?[-–—] ?)(?:(?:19|20)?\d\d))?)\s*(.*)")
DEATHS, RATE, LOWER, UPPER, FLAG = "deaths", "rate", "lower limit", "upper limit", "mark of unreliable rates"
# Marks beside a rate: unreliable, or none that could be calculated.
MARKS = ("u", "[u]", ":", "[x]")
SUBJECT = re.compile(r"alcohol[- ]specific", re.IGNORECASE)
DELAYS = re.compile(r"registration delays?", re.IGNORECASE)
SEX = re.compile(r"\b(persons|males|females)\b", re.IGNORECASE)

AREA_AND_YEARS = ("area_code", "period_id")


def by_region(cells: pd.DataFrame) -> pd.Series:
    """The rows of tables without local authorities."""
    local = cells["area_code"].str.startswith(("E06", "E07", "E08", "E09"), na=False)
    return ~cells["source_sheet"].isin(cells.loc[local, "source_sheet"].dropna().unique())


def of_delays(cells: pd.DataFrame) -> pd.Series:
    return cells["measure_label"].isin(DELAY_LABELS)


def where(chosen, *checks: Check) -> Check:
    """Checks of the rows that are chosen alone."""

    def check(cells: Cells) -> Iterator[Problem]:
        part = cells.frame[chosen(cells.frame)]
        if not part.empty:
            for one in checks:
                yield from one(Cells(part))

    return check


CHECKS = (
    areas_are_themselves(),
    stands_once("area_type", "area_code", "area", "sex", "registration_year", "measure_label"),
    is_understood(":", "[x]", limits=("lower_limit", "upper_limit")),
    domains({"(.*, )?deaths": COUNT, "(.*, rate|registration delay, .*)": AMOUNT}),
    in_order(DELAY_LABELS[1], DELAY_LABELS[0], DELAY_LABELS[2], keys=("area_code", "registration_year")),
    lies_between_its_limits(),
    limits_are_not_negative(),
    where(
        lambda cells: by_region(cells) & ~of_delays(cells),
        every_combination(("area_code", "sex", "measure_label"), within=("registration_year", "place")),
    ),
    # The table of delays spells two regions in its own way.
    where(lambda cells: ~of_delays(cells), goes_with("area_code", "area", blocks=False)),
    where(
        lambda cells: ~of_delays(cells),
        covers_alike("measure_label", {"area_code": "area_code", "period_id": "registration_year"}),
    ),
    where(of_delays, every_combination(("area_code", "measure_label"), within=("registration_year", "place"))),
    every_period_between("registration_year", "measure_label"),
    parts_make_whole(
        "measure_label",
        ("persons, deaths",),
        (("males, deaths",), ("females, deaths",)),
        AREA_AND_YEARS,
    ),
    regions_make_england(("registration_year", "measure_label"), ".*, deaths"),
    years_make_pooled_years("registration_year", ("area_code", "measure_label"), ".*, deaths"),
    has_its_count("deaths", "rate", ("area_code", "registration_year", "measure_label")),
    where(lambda cells: ~by_region(cells), areas_make_their_county("registration_year", ".*, deaths", complete=True)),
)


def read(release: Release) -> pd.DataFrame:
    return read_files(release, _read)


def _read(release: Release, path: Path) -> pd.DataFrame:
    name = release.name_of(path)
    found = sheets(release, path)
    if local := list(matching(found, LOCAL_HEADERS)):
        rows = [row for table in local for row in _local_cells(table)]
        return expect_england(frame(rows, (*COLUMNS, *CELL_COLUMNS), name), name)
    if found[0].name is None and not list(matching(found, HEADERS)):
        report = tidy_cells(release, path, REPORT_LABELS, ("deaths",))
        return report.reindex(columns=[*COLUMNS, *CELL_COLUMNS]).astype(object).where(lambda cells: cells.notna(), None)
    delays = [row for table in matching(found, DELAY_HEADERS) for row in _delays(table)]
    table = only_table(found, HEADERS, name)
    sheet = table.sheet
    code, area, sex, year, deaths, rate, lower, upper = (table.column(*labels) for labels in HEADERS)
    rows = []
    for row, cells in table.body:
        if not any(cell(cells, position).strip() for position in (year, deaths, rate)):
            continue
        printed = [cell(cells, position).strip() for position in (code, area, sex, year)]
        shared = (sheet.title, None, *printed)
        limits = (value_cell(table, row, cells, lower), value_cell(table, row, cells, upper))
        for position, quantity, between in ((deaths, "deaths", (None, None)), (rate, "rate", limits)):
            rows.append(
                (
                    *(*shared, f"{key(printed[2])}, {quantity}", None, *between, None),
                    *(value_cell(table, row, cells, position), sheet.file, sheet.name, table.address(row, position)),
                )
            )
    return expect_england(frame([*rows, *delays], (*COLUMNS, *CELL_COLUMNS), name), name)


def _delays(table: Table) -> Iterator[tuple]:
    """The median and quartiles of a table of registration delays. Its title has the year of registration."""
    years = YEAR.findall(table.sheet.title or "")
    if len(years) != 1:
        raise refuse(
            table.sheet,
            f"the title {table.sheet.title!r}",
            "the one year of the registration delays",
            "Restore the title; if ONS gives several years, report it so that the reader learns it.",
        )
    code, area, *figures = (table.column(*labels) for labels in DELAY_HEADERS)
    for row, cells in table.body:
        if not any(cell(cells, position).strip() for position in figures):
            continue
        shared = (table.sheet.title, None, cell(cells, code).strip(), cell(cells, area).strip(), "Persons", years[0])
        for position, label in zip(figures, DELAY_LABELS, strict=True):
            place = (table.sheet.file, table.sheet.name, table.address(row, position))
            yield (*shared, label, None, None, None, None, value_cell(table, row, cells, position), *place)


def _local_cells(table: Table) -> Iterator[tuple]:
    """The deaths and rates of a table by local authority; none of a table of registration delays."""
    above = " ".join(lines_above(table))
    if DELAYS.search(above):
        return
    if not SUBJECT.search(above):
        raise refuse(
            table.sheet,
            f"the title {table.sheet.title!r}",
            "a table of alcohol-specific deaths by local authority",
            "Put ONS's workbook here; if ONS renamed its tables, report it so that the reader learns it.",
        )
    sex = (SEX.search(above) or ["Persons"])[0].capitalize()
    blocks = _blocks(table)
    code_column, first = table.column(*LOCAL_HEADERS[0]), min(min(at.values()) for at in blocks.values())
    for row, cells in table.body:
        code = cell(cells, code_column).strip()
        if not any(cell(cells, position).strip() for position in range(first, len(cells))):
            continue
        if not GSS_CODE.fullmatch(code):
            raise refuse(
                table.place(row, code_column),
                f"{code!r} beside figures",
                "the GSS code of an area, such as E08000025",
                "Ask the publisher which area the row is.",
            )
        names = [text.strip() for text in cells[:first] if text.strip() and text.strip() != code]
        if not names:
            raise refuse(
                table.place(row, code_column), f"no name beside {code}", "the area's name", "Download it again."
            )
        for period, at in blocks.items():
            shared = (table.sheet.title, None, code, names[-1], sex, period)
            for quantity in [quantity for quantity in (DEATHS, RATE) if quantity in at]:
                extra: tuple[str | None, ...] = (None, None, None)
                if quantity == RATE:
                    flag = _mark(table, row, cells, at[FLAG]) if FLAG in at else None
                    extra = (flag, *(value_cell(table, row, cells, at[limit]) for limit in (LOWER, UPPER)))
                yield (
                    *(*shared, f"{sex.lower()}, {quantity}", *extra, None, value_cell(table, row, cells, at[quantity])),
                    *(table.sheet.file, table.sheet.name, table.sheet.address(row, at[quantity])),
                )


def _mark(table: Table, row: int, cells: Sequence[str], position: int) -> str | None:
    mark = cell(cells, position).strip()
    if mark and mark.lower() not in MARKS:
        raise refuse(
            table.place(row, position),
            f"the mark {mark!r} beside a rate",
            "nothing, or " + " or ".join(map(repr, MARKS)),
            "Correct the mark; if ONS has a new one, report it so that the reader learns it.",
        )
    return mark or None


def _blocks(table: Table) -> dict[str, dict[str, int]]:
    """The columns of each period by what they hold. Raises `Refusal` for a header that is not understood."""
    blocks: dict[str, dict[str, int]] = {}
    for position, label in enumerate(table.labels):
        found = YEARS.fullmatch(key(label))
        # The mark stands right of its rate, mostly without a header.
        is_flag = not label.strip() and any(at.get(RATE) == position - 1 for at in blocks.values())
        if is_flag or (found and re.search("unreliable|reliability|mark|flag", found[2])):
            period = found[1] if found else list(blocks)[-1]
            blocks.setdefault(period, {})[FLAG] = position
            continue
        period = found[1] if found else ""
        quantity = _quantity(found[2]) if found and parse(period, KINDS) else None
        if quantity and quantity not in blocks.get(period, {}):
            blocks.setdefault(period, {})[quantity] = position
        elif found or (blocks and (label.strip() or _filled(table, position))):
            raise refuse(
                table.sheet.place(table.header_row, position),
                f"the header {' '.join(label.split())!r}",
                "years, and number of deaths, rate per 100,000 or one of its limits, each once",
                "Restore the header; if ONS added a column, report it so that the reader learns it.",
            )
    for period, at in blocks.items():
        wanted = [DEATHS, *([RATE, LOWER, UPPER] if {RATE, LOWER, UPPER, FLAG} & set(at) else ())]
        if missing := [quantity for quantity in wanted if quantity not in at]:
            raise refuse(
                f"{table.sheet}, row {table.header_row}",
                f"no {missing[0]} of {period}",
                ", ".join(wanted),
                "Restore it.",
            )
    if not blocks:
        raise refuse(f"{table.sheet}, row {table.header_row}", "no years in the header", "some", "Restore the header.")
    return blocks


def _quantity(words: str) -> str | None:
    """What the words behind the years of a header mean. A rate is per 100,000."""
    if words in ("", "deaths", "number of deaths"):
        return DEATHS
    if "lower" in words:
        return LOWER
    if "upper" in words:
        return UPPER
    return RATE if "rate" in words and "100,000" in words else None


def _filled(table: Table, position: int) -> bool:
    return any(cell(cells, position).strip() for _, cells in table.body)


alcohol_specific_deaths = dataset(
    __name__,
    read,
    columns=COLUMNS,
    headers=HEADERS,
    more_headers=[LOCAL_HEADERS],
    title="Alcohol-specific deaths registered in the UK",
    licence="Open Government Licence v3.0",
    landing_page="https://www.ons.gov.uk/peoplepopulationandcommunity/birthsdeathsandmarriages/deaths/datasets/alcoholspecificdeathsintheukmaindataset",
    expected_every="year",
    periods=Periods("registration_year", KINDS),
    checks=CHECKS,
    coverage=Coverage(groups=("measure_label", "sex")),
    fetch=ons_dataset,
)
