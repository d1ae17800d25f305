"""Partners of the partnership: spreadsheets that they fill in, such as naloxone supplied or suspected deaths.

`warehouse template` writes the spreadsheet of a return, and this reads it back. What returns there are and what each
asks for stands in two seeds (`seeds/returns/`): a new return needs no code. A sheet with the columns Area, Period,
Measure, Figure, Source document and Page has a row for each figure; a cell above it names the return. `[c]`, `[x]` and
`[z]` stand for a figure that is suppressed, not available or not applicable. Source document and page are filled in
where a figure was taken from a document.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd

from orchestration.datasets.declaration import CELL_COLUMNS, dataset
from orchestration.datasets.partnership import own_page
from orchestration.reading.periods import (
    CALENDAR_YEAR,
    EXAMPLES,
    FINANCIAL_YEAR,
    MONTH,
    QUARTER,
    Period,
    Periods,
    parse,
)
from orchestration.reading.tables import Table, find_table, sheets
from orchestration.releases.release import Release, today
from orchestration.support.refusal import refuse
from orchestration.validation.cells import Cells, Problem, number_text, problems_of, refuse_problems, seed
from orchestration.validation.figures import is_understood, stands_once

HEADERS = ("Area", "Period", "Measure", "Figure", "Source document", "Page")
SYMBOLS = {"[c]": "suppressed", "[x]": "not available", "[z]": "not applicable"}
KINDS = (MONTH, QUARTER, FINANCIAL_YEAR, CALENDAR_YEAR)

# The cell above the figures that names the return.
NAMES_RETURN = re.compile(r"Return: (\S+)")
ROWS_ABOVE = 20

WHOLE, AMOUNT, SHARE = "count", "amount", "share"
MEAN, QUANTILE, DEVIATION = "mean", "quantile", "deviation"
IN_WORDS = {
    WHOLE: "a whole number",
    AMOUNT: "a number",
    SHARE: "a percentage from 0 to 100",
    MEAN: "a mean",
    QUANTILE: "a number",
    DEVIATION: "a standard deviation, 0 or more",
}


@dataclass(frozen=True)
class Asked:
    """One measure that a return asks for. `lowest` and `highest` bound its figures, both included."""

    measure_id: str
    label: str
    unit: str
    kind: str
    definition: str
    lowest: float | None
    highest: float | None
    asked_from: date | None
    asked_until: date | None

    def is_asked_in(self, period: Period) -> bool:
        return not (
            (self.asked_from and period.start < self.asked_from) or (self.asked_until and period.end > self.asked_until)
        )

    def takes(self, text: str, number: float) -> bool:
        """Whether a figure, as it is written and as the number that this means, can be one of this measure."""
        if text.endswith("%") and self.kind != SHARE:
            return False
        if self.kind == WHOLE and not float(number).is_integer():
            return False
        if self.kind == SHARE and not 0 <= number <= 100:
            return False
        if self.kind == DEVIATION and number < 0:
            return False
        return (self.lowest is None or number >= self.lowest) and (self.highest is None or number <= self.highest)

    @property
    def expected(self) -> str:
        """What its figures are, in words: `a whole number of at least 0`."""
        bounds = [
            f"of at least {number_text(self.lowest)}"
            if self.lowest is not None and self.kind not in (SHARE, DEVIATION)
            else ""
        ]
        bounds += [f"of at most {number_text(self.highest)}" if self.highest is not None else ""]
        return " ".join([IN_WORDS[self.kind], *(bound for bound in bounds if bound)])


@dataclass(frozen=True)
class Return:
    """A spreadsheet that partners fill in: what it is of, by which areas and periods, and what it asks for."""

    return_id: str
    title: str
    owner: str
    definition: str
    area_type: str
    period_kind: str
    expected_every: str
    public_edition: str
    areas: tuple[str, ...]
    asked: tuple[Asked, ...]

    def measure(self, label: str) -> Asked | None:
        return next((one for one in self.asked if one.label.lower() == label.strip().lower()), None)


@cache
def returns() -> dict[str, Return]:
    """The returns of the seeds, by their identifiers."""
    return {row["return_id"]: _return(row) for row in seed("returns.csv")}


def _return(row: dict[str, str]) -> Return:
    asked = tuple(_asked(one) for one in seed("return_measures.csv") if one["return_id"] == row["return_id"])
    return Return(
        row["return_id"],
        row["title"],
        row["owner"],
        row["definition"],
        row["area_type"],
        row["period_kind"],
        row["expected_every"],
        row["public_edition"],
        _areas(row["area_type"]),
        asked,
    )


def _asked(row: dict[str, str]) -> Asked:
    def number(column: str) -> float | None:
        return float(row[column]) if row[column] else None

    def day(column: str) -> date | None:
        return date.fromisoformat(row[column]) if row[column] else None

    return Asked(
        row["measure_id"],
        row["label"],
        row["unit"],
        row["kind"],
        row["definition"],
        number("lowest"),
        number("highest"),
        day("asked_from"),
        day("asked_until"),
    )


def _areas(area_type: str) -> tuple[str, ...]:
    """The partnership's areas of a kind: its members where any is of this kind."""
    rows = [row for row in seed("areas.csv") if row["area_type"] == area_type]
    members = [row for row in rows if row["is_partnership_member"] == "true"]
    return tuple(row["area_name"] for row in members or rows)


def period_label(period: Period) -> str:
    """A period as a return writes it: `March 2026`, `2026 Q1`, `2025/26` or `2026`."""
    if period.kind == MONTH:
        return f"{period.start:%B %Y}"
    if period.kind == QUARTER:
        return f"{period.start.year} Q{(period.start.month + 2) // 3}"
    return (
        period.period_id.removeprefix("FY").replace("-", "/") if period.kind == FINANCIAL_YEAR else str(period.end.year)
    )


def read(release: Release) -> pd.DataFrame:
    """The figures of the spreadsheets of a release, one row each; see `read_return`."""
    return pd.concat([read_return(release, path, returns()) for path in release.files], ignore_index=True)


def read_return(release: Release, path: Path, known: Mapping[str, Return]) -> pd.DataFrame:
    """The figures of one spreadsheet of a known return. Raises Refusal with all cells that it does not take."""
    table = _table(release, path)
    one = _named(table, known)
    positions = [table.column(header.lower()) for header in HEADERS]
    rows = []
    for row, cells in table.body:
        texts = [" ".join(cells[place].split()) if place < len(cells) else "" for place in positions]
        area, period, measure, figure, document, page = texts
        if any(texts):
            cell = table.address(row, positions[HEADERS.index("Figure")])
            labels = (one.return_id, one.area_type, area, period, measure, document or None, page or None)
            rows.append((*labels, figure, table.sheet.file, table.sheet.name, cell))
    frame = pd.DataFrame(rows, columns=[*COLUMNS, *CELL_COLUMNS], dtype=object)
    if frame.empty:
        raise refuse(table.sheet, "no figure below the header", "a row for each figure", "Fill the return in.")
    refuse_problems(problems_of(frame, _checks(one)))
    return frame


def _table(release: Release, path: Path) -> Table:
    found = [table for sheet in sheets(release, path) if (table := find_table(sheet, [(h.lower(),) for h in HEADERS]))]
    if len(found) == 1:
        return found[0]
    raise refuse(
        release.name_of(path),
        f"{len(found)} sheets with the columns of a return" if found else "no sheet with the columns of a return",
        "one sheet with the columns " + ", ".join(HEADERS),
        "Write a new spreadsheet with `warehouse template NAME`, and copy the figures into it.",
    )


def _named(table: Table, known: Mapping[str, Return]) -> Return:
    """The return that a cell above the figures names."""
    above = [(row, cells) for row, cells in table.sheet.rows if row < table.header_row][-ROWS_ABOVE:]
    for row, cells in above:
        for column, text in enumerate(cells):
            if named := NAMES_RETURN.search(text):
                if named[1] in known:
                    return known[named[1]]
                raise refuse(
                    table.sheet.place(row, column),
                    f"the return {named[1]!r}",
                    f"one of {', '.join(known)}",
                    "Correct it.",
                )
    raise refuse(
        table.sheet,
        f"no cell above the header in row {table.header_row} that names the return",
        "a cell such as 'Return: naloxone'",
        "Write a new spreadsheet with `warehouse template NAME`, and copy the figures into it.",
    )


def _checks(one: Return) -> Sequence:
    """What each row of a return must satisfy. All of them are told at once."""

    def problem(cells: Cells, row: int, rule: str, found: str, expected: str, action: str) -> Problem:
        return Problem(rule, cells.place(row), found, expected, action)

    def labels_are_known(cells: Cells) -> Iterator[Problem]:
        for row, (area, measure) in enumerate(zip(cells.frame["area"], cells.frame["measure_label"], strict=True)):
            if area not in one.areas:
                expected = f"one of {', '.join(one.areas)}"
                yield problem(
                    cells, row, "an area is known", f"the area {area!r}", expected, "Choose it from the list."
                )
            if one.measure(measure) is None:
                expected = f"one of {', '.join(asked.label for asked in one.asked)}"
                yield problem(
                    cells, row, "a measure is known", f"the measure {measure!r}", expected, "Choose it from the list."
                )

    def periods_are_over(cells: Cells) -> Iterator[Problem]:
        expected = f"a period such as {EXAMPLES[one.period_kind]}"
        for row, label in enumerate(cells.frame["period"]):
            period = parse(label, (one.period_kind,))
            # `2010-11` is a financial year to one return and a month to another: it is taken from neither.
            if period is None or period != parse(label, KINDS):
                yield problem(
                    cells, row, "a period is understood", f"the period {label!r}", expected, "Choose it from the list."
                )
            elif period.end > today():
                yield problem(
                    cells,
                    row,
                    "a period is over",
                    f"the period {label!r}, which ends on {period.end.isoformat()}",
                    "a period that is over",
                    "Leave it out until it is over.",
                )

    def figures_are_taken(cells: Cells) -> Iterator[Problem]:
        for row, text in enumerate(cells.text):
            named = cells.named(row, ("area", "period", "measure_label"))
            asked = one.measure(cells.frame["measure_label"].iat[row])
            if not text:
                yield problem(
                    cells,
                    row,
                    "a figure is filled in",
                    f"no figure ({named})",
                    f"{asked.expected if asked else 'a number'}, or {_symbols()}",
                    "Fill the cell in. If there is no figure, say why with a symbol.",
                )
            elif asked and pd.notna(cells.number.iat[row]) and not asked.takes(text, cells.number.iat[row]):
                yield problem(
                    cells, row, "a figure is what was asked for", f"{text!r} ({named})", asked.expected, "Correct it."
                )

    def all_measures_are_there(cells: Cells) -> Iterator[Problem]:
        pairs = cells.frame.groupby(["area", "period"], sort=False)["measure_label"]
        for (area, label), measures in pairs:
            period = parse(label, (one.period_kind,))
            there = {text.lower() for text in measures}
            for asked in one.asked:
                if period and asked.is_asked_in(period) and asked.label.lower() not in there:
                    yield problem(
                        cells,
                        int(measures.index[-1]),
                        "every measure is there",
                        f"no row for {asked.label} in {area}, {label}",
                        "a row for each measure that the return asks for",
                        "Add the row. If there is no figure, say why with a symbol.",
                    )

    def a_page_is_of_a_document(cells: Cells) -> Iterator[Problem]:
        for row, (document, page) in enumerate(
            zip(cells.frame["source_document"], cells.frame["source_page"], strict=True)
        ):
            if page and not document:
                yield problem(
                    cells,
                    row,
                    "a page is of a document",
                    f"the page {page!r} of no document",
                    "the title of the document in the column Source document",
                    "Name the document, or leave the page out.",
                )

    return (
        labels_are_known,
        periods_are_over,
        figures_are_taken,
        _understood,
        stands_once("area", "period", "measure_label"),
        all_measures_are_there,
        a_page_is_of_a_document,
    )


def _understood(cells: Cells) -> Iterator[Problem]:
    """`is_understood` for what is filled in: an empty cell has a sentence of its own."""
    yield from (one for one in is_understood(*SYMBOLS)(cells) if not one.found.startswith("''"))


def _symbols() -> str:
    """`[c] (suppressed), [x] (not available) or [z] (not applicable)`."""
    *others, last = [f"{symbol} ({meaning})" for symbol, meaning in SYMBOLS.items()]
    return f"{', '.join(others)} or {last}"


COLUMNS = ("return_id", "area_type", "area", "period", "measure_label", "source_document", "source_page")

partners_returns = dataset(
    __name__,
    read,
    columns=COLUMNS,
    headers=[(header.lower(),) for header in HEADERS],
    title="Returns of partners",
    licence="For the members of the partnership",
    landing_page=own_page(),
    expected_every=None,
    periods=Periods("period", KINDS),
    handed_in=True,
)
