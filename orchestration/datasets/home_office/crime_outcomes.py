"""Home Office: outcomes of recorded crimes by police force, offence, outcome type and quarter (open data tables).

Two counts stand side by side and are two measures: outcomes of the offences that were recorded in the quarter, given
then or later, and outcomes given in the quarter, whenever the offence was recorded. A workbook with one sheet a year,
or one such sheet saved as CSV.
"""

import re
from pathlib import Path

import pandas as pd

from orchestration.datasets.declaration import CELL_COLUMNS, dataset
from orchestration.offers.publishers import govuk_attachments
from orchestration.reading.periods import FINANCIAL_YEAR, Periods
from orchestration.reading.tables import cell, frame, key, matching, read_files, sheets, value_cell
from orchestration.releases.release import Release
from orchestration.support.refusal import refuse
from orchestration.validation.before import Coverage
from orchestration.validation.figures import COUNT_WITH_TRANSFERS, domains, goes_with, is_understood, stands_once
from orchestration.validation.offences import (
    drug_offences_are_known,
    every_force_has_its_quarters,
    negative_counts_are_transfers,
)

COLUMNS = (
    *("area_type", "area_code", "area", "period", "quarter", "offence", "offence_group", "offence_subgroup"),
    *("offence_code", "outcome_code", "outcome", "outcome_group", "measure_label"),
)
HEADERS = (
    ("financial year",),
    ("financial quarter",),
    ("force name",),
    ("offence description",),
    ("offence group",),
    ("offence subgroup",),
    ("offence code",),
    ("outcome type",),
    ("outcome description",),
    ("outcome group",),
)
COUNTS = (
    (re.compile(r".*outcomes for offences recorded in.*"), "outcomes for offences recorded in quarter"),
    (re.compile(r".*outcomes recorded in.*"), "outcomes recorded in quarter"),
)

CHECKS = (
    stands_once("offence_code", "area", "period", "quarter", "outcome_code", "measure_label", but_for=".*/.*"),
    is_understood(),
    domains({".*": COUNT_WITH_TRANSFERS}),
    drug_offences_are_known(),
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
        year, quarter, force, *labels = (table.column(*alternatives) for alternatives in HEADERS)
        known = {year, quarter, force, *labels}
        counts: list[tuple[int, str]] = []
        for position, label in enumerate(table.labels):
            if position in known or not label.strip():
                continue
            meaning = next((meaning for pattern, meaning in COUNTS if pattern.fullmatch(key(label))), None)
            if meaning is None or meaning in [other for _, other in counts]:
                raise refuse(
                    sheet.place(table.header_row, position, label),
                    f"the column {label!r}",
                    "counts of outcomes for offences recorded in the quarter, or of outcomes recorded in it, once each",
                    "Teach the reader what the column counts.",
                )
            counts.append((position, meaning))
        if not counts:
            raise refuse(f"{sheet}, row {table.header_row}", "no count of outcomes", "at least one", "Restore it.")
        for row, cells in table.body:
            shared = tuple(cell(cells, position).strip() for position in (force, year, quarter, *labels))
            for position, meaning in counts:
                rows.append(
                    (
                        *("force", None, *shared, meaning),
                        *(
                            value_cell(table, row, cells, position),
                            sheet.file,
                            sheet.name,
                            table.address(row, position),
                        ),
                    )
                )
    if not rows:
        raise refuse(
            name,
            "no table with the columns " + ", ".join(repr(labels[0]) for labels in HEADERS),
            "the open data tables of crime outcomes by police force",
            "Put the Home Office's file here.",
        )
    return frame(rows, (*COLUMNS, *CELL_COLUMNS), name)


crime_outcomes = dataset(
    __name__,
    read,
    columns=COLUMNS,
    headers=HEADERS,
    title="Police recorded crime open data: outcomes",
    licence="Open Government Licence v3.0",
    landing_page="https://www.gov.uk/government/statistical-data-sets/police-recorded-crime-and-outcomes-open-data-tables",
    expected_every="quarter",
    periods=Periods("period", (FINANCIAL_YEAR,)),
    checks=CHECKS,
    coverage=Coverage(groups=("offence_group", "measure_label", "quarter"), areas=("area",), within=("period",)),
    several_files=True,
    # A workbook a year, each of millions of cells: the two that a change needs.
    fetch=govuk_attachments(r"Outcomes open data,? year ending March 20\d\d", newest=2),
)
