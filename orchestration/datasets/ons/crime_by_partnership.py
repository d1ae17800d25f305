"""ONS: recorded crime by police force area and community safety partnership, twelve months at a time.

The yearly workbook of police force areas. Read are its counts of offences: tables P1 and P4 by region and country, C2
and C5 by partnership and force, for the year of the release and the one before, which each title names ("year ending
December 2024"). To 2022 the workbook had no tables by partnership; then P1 and P4 give the forces too. A partnership
that is a whole authority has the authority's code. Crimes that a force could place in no partnership stand in a row
"Unassigned …" without code; beside it stands another force's code in some rows, so its name counts. Tables of rates and
percentages are not read: they are computed from counts. Where a table prints its markers, "[x]" is not available, "[z]"
not applicable, "[u]" and "[u1]" suppressed as too small to be reliable.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from orchestration.datasets.declaration import CELL_COLUMNS, dataset
from orchestration.offers.publishers import ons_dataset
from orchestration.reading.periods import ROLLING_YEAR, Periods
from orchestration.reading.tables import (
    GSS_CODE,
    Sheet,
    Table,
    cell,
    expect_england,
    find_table,
    frame,
    key,
    read_files,
    sheets,
    value_cell,
)
from orchestration.releases.release import Release
from orchestration.support.refusal import refuse
from orchestration.validation.areas import areas_are_themselves, name_key
from orchestration.validation.before import Coverage
from orchestration.validation.cells import Cells, Check, Problem, seed
from orchestration.validation.coverage import covers_alike, periods_have_both, tables_hold
from orchestration.validation.figures import COUNT, domains, goes_with, is_understood, stands_once
from orchestration.validation.sums import members_make_whole, parts_make_whole

COLUMNS = ("place", "area_type", "area_code", "area", "force_code", "force", "period", "measure_label")
HEADERS = (
    ("police force area code",),
    ("police force area name",),
    ("community safety partnership code",),
    ("community safety partnership name",),
    ("local authority code",),
    ("local authority name",),
    ("drug offences",),
)
FORCE_HEADERS = (("area code",), ("area name",), ("total recorded crime (excluding fraud)",), ("drug offences",))

FORCE = "police force area"
COUNTS = re.compile(
    r"number of (police recorded crimes|offences)|police recorded crime by offence group", re.IGNORECASE
)
NO_COUNTS = re.compile(r"percentage|rate of offences|rate per|crime rate", re.IGNORECASE)
YEAR_ENDING = re.compile(r"year ending ([A-Z][a-z]+) (\d{4})")

# Which offences make a group of them, each with its spellings, so far as every table prints them.
OFFENCE_GROUPS = {
    "total recorded crime (excluding fraud)": (
        ("violence against the person",),
        ("sexual offences",),
        ("robbery",),
        ("theft offences",),
        ("criminal damage and arson",),
        ("drug offences",),
        ("possession of weapons offences",),
        ("public order offences",),
        ("miscellaneous crimes", "miscellaneous crimes against society"),
    ),
    "violence against the person": (
        ("homicide",),
        ("death or serious injury - unlawful driving", "death or serious injury caused by illegal driving"),
        ("violence with injury",),
        ("violence without injury",),
        ("stalking and harassment",),
    ),
}
GROUPS = OFFENCE_GROUPS["total recorded crime (excluding fraud)"]


def unassigned_crimes_name_a_force() -> Check:
    """Crimes in no partnership stand in a row named after a force: "Unassigned West Midlands"."""

    def check(cells: Cells) -> Iterator[Problem]:
        forces = set(cells.frame["force"].dropna().map(name_key))
        others = {name_key(row["area_label"]) for row in seed("area_aliases.csv")}
        names = cells.frame["area"][cells.frame["area_type"] == "unassigned"].drop_duplicates()
        for row, name in names.items():
            if name_key(name).removeprefix("unassigned ") not in forces and name_key(name) not in others:
                yield Problem(
                    "unassigned crimes name a force",
                    cells.place(int(row)),
                    f"the row {name!r}, which has no code",
                    '"Unassigned" and the name of a force of this table',
                    "Correct the name, or ask the publisher which area the row is.",
                )

    return check


CHECKS = (
    areas_are_themselves(),
    stands_once("area_code", "area_type", "area", "force", "period", "measure_label"),
    is_understood("[x]", "[z]", "[u]", "[u1]"),
    domains({".*": COUNT}),
    tables_hold("measure_label", [("total recorded crime (excluding fraud)",), *GROUPS], ("source_sheet",)),
    covers_alike("period_id", {"area_code": "area_code"}),
    unassigned_crimes_name_a_force(),
    goes_with("force_code", "force", blocks=False),
    periods_have_both("area_type", ("region", "police force area")),
    members_make_whole("area_type", "police force area", ("force_code", "source_sheet", "measure_label")),
    *(
        parts_make_whole("measure_label", (whole,), parts, ("source_sheet", "area_type", "area", "force"))
        for whole, parts in OFFENCE_GROUPS.items()
    ),
)


def read(release: Release) -> pd.DataFrame:
    return read_files(release, _read)


def _read(release: Release, path: Path) -> pd.DataFrame:
    name = release.name_of(path)
    rows: list[tuple] = []
    forces: list[tuple] = []
    partnerships = 0
    for sheet in sheets(release, path):
        title = sheet.title
        table = find_table(sheet, HEADERS) or find_table(sheet, FORCE_HEADERS)
        if not table or NO_COUNTS.search(title):
            continue
        by_partnership = table.has(*HEADERS[2])
        if not COUNTS.search(title) or not (ending := YEAR_ENDING.search(title)):
            raise refuse(
                sheet,
                f"the title {title[:140]!r}",
                "numbers of offences in a year ending with a named month",
                "Compare the table with ONS's earlier releases; teach the reader a new title.",
            )
        period = f"year ending {ending[1]} {ending[2]}"
        partnerships += by_partnership
        if by_partnership:
            rows.extend(_partnership_cells(sheet, table, period))
            continue
        for row in _force_cells(sheet, table, period):
            (forces if row[1] == FORCE else rows).append(row)
    if not partnerships:
        # To 2022 the workbook had no partnerships: forces then stand in the tables by region and force alone.
        rows.extend(forces)
    if not rows:
        raise refuse(
            name,
            "no table of offences by community safety partnership or police force area",
            "one with the columns " + ", ".join(repr(labels[0]) for labels in HEADERS),
            "Put ONS's workbook of police force areas here.",
        )
    return expect_england(frame(rows, (*COLUMNS, *CELL_COLUMNS), name), name)


def _partnership_cells(sheet: Sheet, table: Table, period: str) -> list[tuple]:
    force_code, force, partner_code, partner, authority_code, authority = (
        table.column(*labels) for labels in HEADERS[:6]
    )
    offences = [n for n in range(authority + 1, len(table.labels)) if table.labels[n].strip()]
    partnerships = Counter(cell(cells, authority_code).strip() for _, cells in table.body)
    rows = []
    for row, cells in table.body:
        names = [cell(cells, n).strip() for n in (force_code, force, partner_code, partner, authority_code, authority)]
        if not any(cell(cells, n).strip() for n in offences):
            continue
        if not GSS_CODE.fullmatch(names[0]):
            raise refuse(table.place(row, force_code), repr(names[0]), "the GSS code of a force", "Restore the code.")
        if names[4] and not GSS_CODE.fullmatch(names[4]) and "combined" not in names[4].lower():
            raise refuse(
                table.place(row, authority_code),
                repr(names[4]),
                'the GSS code of an authority, or "Combined Local Authorities"',
                "Restore the code.",
            )
        if GSS_CODE.fullmatch(names[4]) and partnerships[names[4]] == 1:
            area: tuple[str, str | None, str] = ("local authority", names[4], names[5])
        elif names[2]:
            area = ("community safety partnership", names[2], names[3])
        elif names[3]:
            area = ("unassigned", None, names[3])
        else:
            area = (FORCE, names[0], names[1])
        for position in offences:
            label = " ".join(table.labels[position].split())
            rows.append(
                (
                    *(sheet.title, *area, *names[:2], period, key(label)),
                    *(value_cell(table, row, cells, position), sheet.file, sheet.name, sheet.address(row, position)),
                )
            )
    return rows


def _force_cells(sheet: Sheet, table: Table, period: str) -> list[tuple]:
    """Rows of table P1: regions, countries and forces, which stand in the tables of partnerships as well."""
    code, name = table.column(*FORCE_HEADERS[0]), table.column(*FORCE_HEADERS[1])
    offences = [n for n in range(name + 1, len(table.labels)) if table.labels[n].strip()]
    rows = []
    for row, cells in table.body:
        area_code, area = cell(cells, code).strip(), cell(cells, name).strip()
        if area_code and not GSS_CODE.fullmatch(area_code) and any(cell(cells, n).strip() for n in offences):
            raise refuse(table.place(row, code), repr(area_code), "the GSS code of an area", "Restore the code.")
        # The British Transport Police has no territory and no code.
        if not area_code or not GSS_CODE.fullmatch(area_code):
            continue
        is_force = area_code[:3] in ("E23", "W15")
        force = (area_code, area) if is_force else (None, None)
        for position in offences:
            rows.append(
                (
                    *(sheet.title, FORCE if is_force else "region", area_code, area, *force, period),
                    key(table.labels[position]),
                    *(value_cell(table, row, cells, position), sheet.file, sheet.name, sheet.address(row, position)),
                )
            )
    return rows


crime_by_partnership = dataset(
    __name__,
    read,
    columns=COLUMNS,
    headers=HEADERS,
    more_headers=[FORCE_HEADERS],
    title="Recorded crime by police force area and community safety partnership",
    licence="Open Government Licence v3.0",
    landing_page="https://www.ons.gov.uk/peoplepopulationandcommunity/crimeandjustice/datasets/policeforceareadatatables",
    expected_every="quarter",
    periods=Periods("period", (ROLLING_YEAR,)),
    checks=CHECKS,
    coverage=Coverage(groups=("area_type", "measure_label"), repeats_periods=False),
    fetch=ons_dataset,
)
