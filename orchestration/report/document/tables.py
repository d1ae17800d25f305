"""A table in the report's own shape: areas or categories down, years across, then the change."""

from dataclasses import dataclass
from typing import Any

from orchestration.report.contents import (
    SHORTHAND,
    TESTED,
    Rows,
    change_unit,
    distinct,
    has_any,
    name_of_rows,
    needs_series,
    series_abreast,
    shown_beside,
    shown_value,
    single,
)
from orchestration.report.summaries import marked
from orchestration.report.wording import number_text, points_after


@dataclass(frozen=True)
class Shape:
    """The texts of a table: a row of headings, then rows that begin with their label."""

    headings: list[str]
    rows: list[list[str]]


def shape_of(rows: Rows) -> Shape:
    """The shape of a table or figure of the report. Series that share their labels stand side by side."""
    series = distinct(row["series"] for row in rows)
    if (by_label := series_abreast(rows)) is not None:
        members = [[row for row in rows if row["series"] == name] for name in series]
        columns = [_columns(of, f"{name}, ") for name, of in zip(series, members, strict=True)]
        return Shape(
            [name_of_rows(rows), *(heading for of in columns for heading in of)],
            [
                [
                    label,
                    *(
                        text
                        for name, of in zip(series, columns, strict=True)
                        for text in _cells(found.get(name), of, rows)
                    ),
                ]
                for label, found in by_label.items()
            ],
        )
    columns_of_all = _columns(rows, "")
    with_test = "Change" in columns_of_all.values()
    with_series = needs_series(rows)
    return Shape(
        [name_of_rows(rows), *["Figure"] * with_series, *columns_of_all, *["Statistically significant?"] * with_test],
        [
            [
                row["row_label"],
                *[row["series"]] * with_series,
                *_cells(row, columns_of_all, rows),
                *[TESTED[row["is_significant_change"]]] * with_test,
            ]
            for row in rows
        ],
    )


def _columns(rows: Rows, before: str) -> dict[str, str]:
    """The headings of the columns of figures, each with what it shows."""
    now, earlier = single(rows, "period"), single(rows, "previous_period")
    columns = {}
    if has_any(rows, "previous_value"):
        columns[f"{before}{earlier or 'period before'}"] = "previous_value"
    if now is None:
        columns[f"{before}period"] = "Period"
    columns[f"{before}{now or 'value'}"] = "value"
    if has_any(rows, "change"):
        columns[f"{before}change" if before else "Change"] = "Change"
    unit = single(rows, "unit")
    if unit in ("percent", "kilograms") or (unit and unit.startswith("per ")):
        columns = {_with_unit(name, what, unit): what for name, what in columns.items()}
    return columns


def _with_unit(heading: str, what: str, unit: str) -> str:
    """The heading of a column of figures with its unit, unless the heading says it."""
    if what in ("previous_value", "value") and unit not in heading:
        return f"{heading} ({unit})"
    return f"{heading} ({change_unit(unit)})" if what == "Change" and unit == "percent" else heading


def _cells(row: dict[str, Any] | None, columns: dict[str, str], rows: Rows) -> list[str]:
    return [
        SHORTHAND["not_applicable"][0] if row is None else _cell(row, what, heading, rows)
        for heading, what in columns.items()
    ]


def _cell(row: dict[str, Any], what: str, heading: str, rows: Rows) -> str:
    if what == "Period":
        return row["period"]
    status = row["value_status"] if what == "value" else row["previous_status"]
    if what in ("value", "previous_value"):
        of = shown_value(row, what, status)
        if isinstance(of, str):
            return of
        percent = "%" if row["unit"] == "percent" and "(percent)" not in heading else ""
        return marked(f"{number_text(of, row['decimals'])}{percent}", row, what, rows)
    value = shown_value(row, "value", row["value_status"])
    of = value if isinstance(value, str) else shown_value(row, "previous_value", row["previous_status"])
    if row["percent_change"] is not None:
        return f"{number_text(row['percent_change'], 1, signed=True)}%"
    change = shown_beside(row, "change", of)
    if isinstance(change, str):
        return change
    points = "" if "(percentage points)" in heading else points_after(row["unit"])
    return f"{number_text(change, row['decimals'], signed=True)}{points}"
