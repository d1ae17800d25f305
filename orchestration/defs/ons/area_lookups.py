"""ONS: which small area lies in which authority, and which authority in which partnership and force.

Layouts, told apart by their columns, whose names end in the year of the boundaries (`LAD22CD`):

- LSOA of 2011 to LSOA of 2021 to authority, and LSOA of 2021 to ward to authority (the first lacks some LSOAs of 2021,
  so both are needed);
- authority to community safety partnership to police force area;
- the register of authorities with their former codes.

Each row gives one or more links from a code to a code.
"""

import re
from pathlib import Path

import pandas as pd

from orchestration.dataset import dataset
from orchestration.reading import CELL_COLUMNS
from orchestration.refusal import refuse
from orchestration.releases import Release
from orchestration.tables import Table, cell, frame, key, read_files, sheets

COLUMNS = ("from_type", "from_code", "from_name", "to_type", "to_name", "boundary_year")

# From the column of a code to that of the code it leads to; a column is named by its kind, two digits of a year and CD.
LINKS = (("lsoa11", "lad"), ("lsoa21", "lad"), ("lad", "csp"), ("lad", "pfa"))
CODE = re.compile(r"(lsoa|wd|lad|csp|pfa)(\d\d)cd")
REGISTER = ("gss-code", "official-name", "former-gss-codes", "nice-name")


def read(release: Release) -> pd.DataFrame:
    return read_files(release, _read)


def _read(release: Release, path: Path) -> pd.DataFrame:
    name = release.name_of(path)
    rows: list[tuple] = []
    for sheet in sheets(release, path):
        if not sheet.rows:
            continue
        header_row, labels = sheet.rows[0]
        table = Table(sheet, header_row, labels, sheet.rows[1:])
        keys = [key(label) for label in labels]
        if set(REGISTER) <= set(keys):
            rows.extend(_register_links(table))
            continue
        codes = {found[0]: found for label in keys if (found := CODE.fullmatch(label))}
        for origin, target in LINKS:
            starts = [found for found in codes.values() if (found[1] + found[2]).startswith(origin)]
            ends = [found for found in codes.values() if found[1] == target]
            if starts and ends:
                rows.extend(_links(table, starts[0], ends[0]))
    if not rows:
        raise refuse(
            name,
            "no columns that lead from one area's code to another's",
            "columns such as LSOA21CD and LAD22CD, LAD17CD and CSP17CD, or gss-code and former-gss-codes",
            "Put a lookup of ONS or the register of authorities here.",
        )
    return frame(rows, (*COLUMNS, *CELL_COLUMNS), name)


def _links(table: Table, start: re.Match, end: re.Match) -> list[tuple]:
    names = [table.column(found[0][:-2] + "nm") for found in (start, end)]
    from_code, to_code = table.column(start[0]), table.column(end[0])
    rows, seen = [], set()
    for row, cells in table.body:
        pair = (cell(cells, from_code).strip(), cell(cells, to_code).strip())
        if not all(pair):
            raise refuse(table.place(row, to_code), "a row without code", "codes of both areas", "Download it again.")
        if pair in seen:
            continue
        seen.add(pair)
        rows.append(
            (
                *(start[1] + (start[2] if start[1] == "lsoa" else ""), pair[0], cell(cells, names[0]).strip(), end[1]),
                *(cell(cells, names[1]).strip(), f"20{end[2]}"),
                *(pair[1], table.sheet.file, table.sheet.name, table.address(row, to_code)),
            )
        )
    return rows


def _register_links(table: Table) -> list[tuple]:
    code, name, former = (table.column(label) for label in ("gss-code", "nice-name", "former-gss-codes"))
    rows = []
    for row, cells in table.body:
        for old in cell(cells, former).split(","):
            if old.strip() and cell(cells, code).strip():
                rows.append(
                    (
                        *("former lad", old.strip(), None, "lad", cell(cells, name).strip(), None),
                        *(cell(cells, code).strip(), table.sheet.file, table.sheet.name, table.address(row, code)),
                    )
                )
    return rows


area_lookups = dataset(
    __name__,
    read,
    columns=COLUMNS,
    several_files=True,
    title="Lookups between areas",
    licence="Open Government Licence v3.0; contains National Statistics and OS data © Crown copyright",
    landing_page="https://geoportal.statistics.gov.uk",
    expected_every=None,
)
