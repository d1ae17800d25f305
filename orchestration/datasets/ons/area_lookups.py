"""ONS: which small area lies in which authority, and which authority in which partnership, force, region and county.

Layouts, told apart by their columns, whose names end in the year of the boundaries (`LAD22CD`):

- LSOA of 2011 to LSOA of 2021 to authority, and LSOA of 2021 to ward to authority (the first lacks some LSOAs of 2021,
  so both are needed);
- authority to community safety partnership to police force area;
- authority to region (`LAD23CD`, `RGN23CD`), and lower-tier to upper-tier authority (`LTLA19CD`, `UTLA19CD`): built
  from the column names of the Open Geography Portal as public code cites them, and untried on real files. An authority
  of one tier is its own upper tier;
- the register of authorities with their former codes.

Each row gives one or more links from a code to a code. An authority lies in one force, one region and one upper tier:
two of them for one code are refused with both lines.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from orchestration.datasets.declaration import CELL_COLUMNS, dataset
from orchestration.reading.tables import Table, cell, frame, key, read_files, sheets
from orchestration.releases.release import Release
from orchestration.support.refusal import refuse
from orchestration.validation.cells import Cells, Check, Problem

COLUMNS = ("from_type", "from_code", "from_name", "to_type", "to_name", "boundary_year")

# From the column of a code to that of the code it leads to; a column is named by its kind, two digits of a year and CD.
LINKS = (("lsoa11", "lad"), ("lsoa21", "lad"), ("lad", "csp"), ("lad", "pfa"), ("lad", "rgn"), ("ltla", "utla"))
CODE = re.compile(r"(lsoa|wd|lad|ltla|utla|rgn|csp|pfa)(\d\d)cd")
# Authorities of the lower tier are the same areas as local authority districts.
SAME_KIND = {"ltla": "lad"}
# Only England has regions: lookups that cover other nations leave the region of their areas empty.
ONLY_IN_ENGLAND = "rgn"

# What a code of each kind begins with.
PREFIXES = {
    "lsoa11": ("E01", "W01"),
    "lsoa21": ("E01", "W01"),
    "lad": ("E06", "E07", "E08", "E09", "W06", "S12", "N09"),
    "utla": ("E06", "E08", "E09", "E10", "W06", "S12", "N09"),
    "rgn": ("E12",),
    "csp": ("E22", "W14"),
    "pfa": ("E23", "W15"),
}
WORDS = {
    "lad": "authority",
    "utla": "upper-tier authority",
    "rgn": "region",
    "csp": "partnership",
    "pfa": "police force",
}
REGISTER = ("gss-code", "official-name", "former-gss-codes", "nice-name")


def leads_to_one() -> Check:
    """A code leads to one code of each kind, but for authorities that were split."""

    def check(cells: Cells) -> Iterator[Problem]:
        links = cells.frame[cells.frame["from_type"] != "former lad"]
        keys = ["from_type", "from_code", "to_type", "boundary_year"]
        first = links.drop_duplicates(keys).assign(first_row=lambda rows: rows.index)
        joined = links.assign(row=links.index).merge(
            first[[*keys, "value", "first_row"]], on=keys, suffixes=("", "_first")
        )
        for link in joined[joined["value"] != joined["value_first"]].itertuples():
            what = WORDS[link.to_type]
            named = f"{link.from_code} ({link.from_name})" if link.from_name else link.from_code
            yield Problem(
                "an area lies in one area of each kind",
                cells.place(link.row),
                f"{named} in the {what} {link.value} ({link.to_name})",
                f"one {what}: {cells.cell(link.first_row)} has it in {link.value_first}",
                "Download the file again; rows or cells may have been exchanged.",
            )

    return check


def codes_are_of_their_kind() -> Check:
    """A code begins as those of its kind do: one of another kind tells of exchanged columns.

    The register of authorities also lists counties and combined authorities, so that it is left out.
    """

    def check(cells: Cells) -> Iterator[Problem]:
        links = cells.frame[cells.frame["from_type"] != "former lad"]
        for kind_column, code_column in (("from_type", "from_code"), ("to_type", "value")):
            for kind, prefixes in PREFIXES.items():
                codes = links.loc[links[kind_column] == kind, code_column]
                for row in codes.index[~codes.str.startswith(prefixes)]:
                    yield Problem(
                        "a code is of its kind",
                        cells.place(int(row)),
                        f"the code {codes[row]!r} for {'an' if kind == 'lad' else 'a'} {WORDS.get(kind, 'small area')}",
                        "one that begins with " + " or ".join(prefixes),
                        "Columns may be exchanged: download the file again.",
                    )

    return check


CHECKS = (codes_are_of_their_kind(), leads_to_one())


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
            "columns such as LSOA21CD and LAD22CD, LAD17CD and CSP17CD, LAD23CD and RGN23CD, LTLA19CD and UTLA19CD, or "
            "gss-code and former-gss-codes",
            "Put a lookup of ONS or the register of authorities here.",
        )
    return frame(rows, (*COLUMNS, *CELL_COLUMNS), name)


def _links(table: Table, start: re.Match, end: re.Match) -> list[tuple]:
    names = [table.column(found[0][:-2] + "nm") for found in (start, end)]
    from_code, to_code = table.column(start[0]), table.column(end[0])
    rows, seen = [], set()
    for row, cells in table.body:
        pair = (cell(cells, from_code).strip(), cell(cells, to_code).strip())
        if end[1] == ONLY_IN_ENGLAND and not pair[1] and pair[0] and not pair[0].startswith("E"):
            continue
        if not all(pair):
            raise refuse(table.place(row, to_code), "a row without code", "codes of both areas", "Download it again.")
        if pair in seen:
            continue
        seen.add(pair)
        rows.append(
            (
                *(_kind(start), pair[0], cell(cells, names[0]).strip(), end[1]),
                *(cell(cells, names[1]).strip(), f"20{end[2]}"),
                *(pair[1], table.sheet.file, table.sheet.name, table.address(row, to_code)),
            )
        )
    return rows


def _kind(start: re.Match) -> str:
    """The kind of area that a column's codes are of; small areas are told apart by their census."""
    return start[1] + start[2] if start[1] == "lsoa" else SAME_KIND.get(start[1], start[1])


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
    checks=CHECKS,
    title="Lookups between areas",
    licence="Open Government Licence v3.0; contains National Statistics and OS data © Crown copyright",
    landing_page="https://geoportal.statistics.gov.uk",
    expected_every=None,
)
