"""A return that no seed asks for, and ways to fill in its spreadsheet."""

from collections.abc import Callable
from datetime import date

from openpyxl.worksheet.worksheet import Worksheet

from orchestration.datasets.partners.spreadsheet.definitions import Asked, Return

FIRST = 6
AREA, PERIOD, MEASURE, FIGURE, DOCUMENT, PAGE = range(1, 7)


def asked(label: str, kind: str, **bounds) -> Asked:
    return Asked(
        label.lower().replace(" ", "_"),
        label,
        "things",
        kind,
        f"{label} of the quarter.",
        bounds.get("lowest", 0.0),
        bounds.get("highest"),
        bounds.get("asked_from"),
        bounds.get("asked_until"),
    )


# A return that no seed knows.
MADE = Return(
    "made_up",
    "Made-up figures",
    "Nobody",
    "Figures that nobody counts.",
    "local_authority",
    "quarter",
    "quarter",
    "withheld",
    ("North", "South"),
    (
        asked("Visits", "count", highest=500.0),
        asked("Share seen", "share"),
        asked("Kilograms", "amount", asked_from=date(2026, 1, 1)),
    ),
)
FIGURES = {"Visits": 12, "Share seen": 33.5, "Kilograms": 1.25}


def fill(sheet: Worksheet) -> None:
    for row in sheet.iter_rows(min_row=FIRST):
        if row[MEASURE - 1].value:
            row[FIGURE - 1].value = FIGURES[row[MEASURE - 1].value]


def put(row: int, column: int, value: object) -> Callable[[Worksheet], None]:
    def edit(sheet: Worksheet) -> None:
        sheet.cell(row, column).value = value

    return edit
