"""Home Office: police recorded crime by police force, offence and quarter of the financial year (open data tables).

A workbook (ods or xlsx) with one sheet a year, or one such sheet saved as CSV. Counts are text such as " 66776 "; a
zero can be "-00" by its number format. A negative count is a force's correction: offences moved or cancelled after an
earlier quarter counted them. Some forces are no territory, such as the British Transport Police or the bodies that
record fraud.
"""

from pathlib import Path

import pandas as pd

from orchestration.datasets.declaration import CELL_COLUMNS, dataset
from orchestration.offers.publishers import govuk_attachments
from orchestration.reading.periods import FINANCIAL_YEAR, Periods
from orchestration.reading.tables import cell, frame, matching, read_files, sheets, value_cell
from orchestration.releases.release import Release
from orchestration.support.refusal import refuse
from orchestration.validation.before import Coverage
from orchestration.validation.figures import COUNT_WITH_TRANSFERS, domains, goes_with, is_understood, stands_once
from orchestration.validation.offences import (
    drug_offences_are_known,
    every_force_has_its_drug_offences,
    every_force_has_its_quarters,
    negative_counts_are_transfers,
)

COLUMNS = (
    *("area_type", "area_code", "area", "period", "quarter", "offence", "offence_group", "offence_subgroup"),
    *("offence_code", "measure_label"),
)
HEADERS = (
    ("financial year",),
    ("financial quarter",),
    ("force name",),
    ("offence description",),
    ("offence group",),
    ("offence subgroup",),
    ("offence code",),
    ("number of offences", "offence count"),
)

CHECKS = (
    # A code that joins several offences, such as 1/4.1/4.10/4.2, has a row for each of them.
    stands_once("offence_code", "area", "period", "quarter", but_for=".*/.*"),
    is_understood(),
    domains({".*": COUNT_WITH_TRANSFERS}),
    drug_offences_are_known(),
    every_force_has_its_drug_offences(),
    every_force_has_its_quarters(),
    negative_counts_are_transfers(),
    goes_with("offence_code", "offence", "offence_subgroup", "offence_group"),
)


def read(release: Release) -> pd.DataFrame:
    return read_files(release, _read)


def _read(release: Release, path: Path) -> pd.DataFrame:
    name = release.name_of(path)
    rows = []
    for table in matching(sheets(release, path), HEADERS):
        sheet = table.sheet
        year, quarter, force, offence, group, subgroup, code, count = (table.column(*labels) for labels in HEADERS)
        for row, cells in table.body:
            labels = (cell(cells, position).strip() for position in (year, quarter, offence, group, subgroup, code))
            period, part, *offences = labels
            rows.append(
                (
                    *("force", None, cell(cells, force).strip(), period, part, *offences, "Number of Offences"),
                    *(value_cell(table, row, cells, count), sheet.file, sheet.name, table.address(row, count)),
                )
            )
    if not rows:
        raise refuse(
            name,
            "no table with the columns " + ", ".join(repr(labels[0]) for labels in HEADERS),
            "the open data tables of recorded crime by police force",
            "Put the Home Office's file here.",
        )
    return frame(rows, (*COLUMNS, *CELL_COLUMNS), name)


recorded_crime = dataset(
    __name__,
    read,
    columns=COLUMNS,
    headers=HEADERS,
    title="Police recorded crime open data: police force areas",
    licence="Open Government Licence v3.0",
    landing_page="https://www.gov.uk/government/statistical-data-sets/police-recorded-crime-and-outcomes-open-data-tables",
    expected_every="quarter",
    periods=Periods("period", (FINANCIAL_YEAR,)),
    checks=CHECKS,
    coverage=Coverage(groups=("offence_group", "quarter"), areas=("area",), within=("period",)),
    fetch=govuk_attachments("Police recorded crime open data Police Force Area tables, .*"),
)
