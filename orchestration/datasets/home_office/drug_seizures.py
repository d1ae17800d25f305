"""Home Office: seizures of drugs by police force, Border Force and drug, by financial year.

The table of the yearly publication "Seizures of drugs in England and Wales" that has a row a force and a column a drug,
as ods, xlsx or one sheet saved as CSV. The year stands in the title above the table. A seizure of several drugs counts
once in the total, once in each class and once for each drug, so that parts may add up to more than their whole. Weights
and doses stand in tables of their own, which are not read.

Built from the columns of these tables for 2009/10 to 2018/19 as researchers have transcribed them to CSV
(github.com/LeonardoCastro/BritishDrugDynamics) and from the publication's user guide; untried on the Home Office's own
files. Ketamine was of class C until 2014 and of class B since.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pandas as pd

from orchestration.datasets.declaration import CELL_COLUMNS, dataset
from orchestration.reading.periods import FINANCIAL_YEAR, Periods
from orchestration.reading.tables import Table, cell, frame, key, matching, read_files, sheets
from orchestration.reading.titles import financial_year_above, lines_above
from orchestration.releases.release import Release
from orchestration.support.refusal import refuse
from orchestration.validation.areas import is_own_name, name_key
from orchestration.validation.before import Coverage
from orchestration.validation.cells import Cells, Check, Problem, number_text, seed
from orchestration.validation.figures import COUNT, domains, is_understood, one_of, stands_once

COLUMNS = ("place", "area_type", "area", "period", "measure_label")
HEADERS = (
    ("police force", "police force area", "force"),
    ("all drugs",),
    ("cocaine",),
    ("heroin",),
    ("total class a",),
    ("total class b",),
    ("total class c",),
)

CLASSES = {
    "total class a": ("cocaine", "crack", "ecstasy", "heroin", "lsd", "methadone", "morphine", "other class a"),
    "total class b": ("all cannabis", "amphetamines", "barbiturates", "mephedrone (non-injection)", "other class b"),
    "total class c": ("anabolic-steroids", "benzodiazepines", "ghb", "temazepam", "other class c"),
}
IN_B_OR_C = "ketamine"
UNKNOWN = "unknown"
DRUGS = ("all drugs", *CLASSES, *(drug for drugs in CLASSES.values() for drug in drugs), IN_B_OR_C, UNKNOWN)
# Names of a drug that were printed for the one that the seeds list.
SPELLINGS = {"anabolic steroids": "anabolic-steroids", "mephedrone": "mephedrone (non-injection)"}

SEIZURES = re.compile(r"seizures", re.IGNORECASE)
QUANTITIES = re.compile(r"quantit|weight|\bkg\b|doses", re.IGNORECASE)

# Of an area's name, the first kind that has it.
KINDS = ("force", "region", "country")

# It is no police force, and prints no figure for the drugs that it counts among the others.
COUNTS_FEWER_DRUGS = "border force"


def seizures_fit_together() -> Check:
    """A class has no fewer seizures than each of its drugs and no more than their sum; so have all drugs of classes."""

    def check(cells: Cells) -> Iterator[Problem]:
        keys = [cells.frame["area"], cells.frame["period"]]
        for _, rows in cells.frame.groupby(keys, sort=False):
            at = dict(zip(rows["measure_label"], rows.index, strict=False))
            for whole, parts in (*CLASSES.items(), ("all drugs", tuple(CLASSES))):
                if whole in at:
                    others = (UNKNOWN,) if whole == "all drugs" else (IN_B_OR_C,) if whole != "total class a" else ()
                    yield from _unlike(cells, at, whole, parts, others)

    return check


def _unlike(
    cells: Cells, at: dict[str, int], whole: str, parts: Sequence[str], others: Sequence[str]
) -> Iterator[Problem]:
    total = cells.number.iat[at[whole]]
    known = {part: cells.number.iat[at[part]] for part in (*parts, *others) if part in at}
    sizes = [size for part, size in known.items() if part in parts and pd.notna(size)]
    if pd.isna(total) or not sizes:
        return
    most = sum(known.values()) if all(pd.notna(size) for size in known.values()) else float("inf")
    if max(sizes) <= total <= most:
        return
    row = at[whole]
    yield Problem(
        "seizures fit together",
        cells.place(row),
        f"{number_text(total)} for {cells.named(row, ('area', 'period', 'measure_label'))}",
        f"at least {number_text(max(sizes))}, its largest part"
        + (f", and at most {number_text(most)}, their sum" if most < float("inf") else ""),
        "Compare the row with the publisher's page, and download the file again.",
        blocks=is_own_name(cells.frame["area"].iat[row]),
    )


CHECKS = (
    stands_once("area_type", "area", "period", "measure_label"),
    is_understood("", "[x]", "[z]"),
    domains({".*": COUNT}),
    one_of(
        "measure_label",
        [re.escape(drug) for drug in DRUGS],
        "drug",
        "Restore the header; if the Home Office lists a new drug, see docs/extending.md.",
    ),
    seizures_fit_together(),
)


def read(release: Release) -> pd.DataFrame:
    return read_files(release, _read)


def _read(release: Release, path: Path) -> pd.DataFrame:
    name = release.name_of(path)
    rows = [row for table in matching(sheets(release, path), HEADERS) for row in _cells(table)]
    if not rows:
        raise refuse(
            name,
            "no table with the columns "
            + ", ".join(repr(labels[0]) for labels in HEADERS)
            + " and seizures in its title",
            "the table of the number of seizures by police force",
            "Put the Home Office's data tables here.",
        )
    return frame(rows, (*COLUMNS, *CELL_COLUMNS), name)


def _cells(table: Table) -> Iterator[tuple]:
    """The figures of a table of seizures; none of a table of quantities."""
    above = " ".join(lines_above(table))
    if QUANTITIES.search(above) or not SEIZURES.search(above):
        return
    period = financial_year_above(table)
    force = table.column(*HEADERS[0])
    last = max(len(table.labels), *(len(cells) for _, cells in table.body))
    columns = {position: key(table.label(position)) for position in range(last) if position != force}
    for position, label in columns.items():
        if not label and any(cell(cells, position).strip() for _, cells in table.body):
            raise refuse(
                table.sheet.place(table.header_row, position),
                "an empty header over figures",
                "the name of a drug",
                "Restore the header.",
            )
    columns = {position: SPELLINGS.get(label, label) for position, label in columns.items() if label}
    for row, cells in table.body:
        area = cell(cells, force).strip()
        texts = {position: cell(cells, position).strip() for position in columns}
        # A force that sent no figures keeps its row; a line of text alone is a heading or a note.
        if not any(texts.values()) and name_key(area) not in _names("force"):
            continue
        if not any(name_key(area) in _names(kind) for kind in KINDS):
            raise refuse(
                table.place(row, force),
                f"the force {area!r}",
                "one that seeds/areas/area_aliases.csv lists for the Home Office",
                "Correct the name, or add the spelling to seeds/areas/area_aliases.csv.",
            )
        for position, label in columns.items():
            if not texts[position] and any(texts.values()) and name_key(area) != COUNTS_FEWER_DRUGS:
                raise refuse(
                    table.place(row, position),
                    f"an empty cell ({area or 'no force'}, {label})",
                    "a figure, or the symbol that says why there is none",
                    "Save the workbook with its formulas calculated, or ask the publisher for the figure.",
                )
            yield (
                *(table.sheet.title, _area_type(area), area, period, label),
                *(cell(cells, position), table.sheet.file, table.sheet.name, table.address(row, position)),
            )


def _area_type(area: str) -> str:
    """Region and country where only they have the name; "West Midlands" alone is the force."""
    return next(kind for kind in KINDS if name_key(area) in _names(kind))


@cache
def _names(kind: str) -> frozenset[str]:
    """The names of areas of a kind as the Home Office prints them."""
    return frozenset(
        name_key(row["area_label"])
        for row in seed("area_aliases.csv")
        if row["publisher"] == "home_office" and row["area_type_label"] == kind
    )


drug_seizures = dataset(
    __name__,
    read,
    columns=COLUMNS,
    headers=HEADERS,
    title="Seizures of drugs in England and Wales",
    licence="Open Government Licence v3.0",
    landing_page="https://www.gov.uk/government/collections/seizures-of-drugs-in-england-and-wales",
    expected_every="year",
    periods=Periods("period", (FINANCIAL_YEAR,)),
    checks=CHECKS,
    coverage=Coverage(areas=("area",), repeats_periods=False),
)
