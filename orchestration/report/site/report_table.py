"""The table of a table or figure of the report: areas or categories down, series and periods across, then changes."""

from typing import Any

from orchestration.report.contents import (
    TESTED,
    Rows,
    change_unit,
    distinct,
    has_any,
    name_of_rows,
    needs_series,
    series_abreast,
    single,
    status_text,
)
from orchestration.report.site.data import Site
from orchestration.report.site.parts import Heading, Row, Words, interval, optional, small, without_empty
from orchestration.report.site.phrases import report_numbers


def table_of(site: Site, report: str, rows: Rows) -> tuple[list[Heading], list[Row]]:
    """The headings and rows of a table of the report.

    Series that share their labels stand side by side; else each figure has a row.
    """
    series = distinct(row["series"] for row in rows)
    if (by_label := series_abreast(rows)) is None:
        return without_empty(*_one_under_the_other(site, report, rows))
    headings = [Heading(name_of_rows(rows))]
    cells: dict[str, list[Any]] = {label: [label] for label in by_label}
    for name in series:
        columns, found = _columns(site, report, [row for row in rows if row["series"] == name], f"{name}, ")
        headings += columns
        for label, rows_of_label in by_label.items():
            cells[label] += found[rows_of_label[name]["row_order"]] if name in rows_of_label else [""] * len(columns)
    headings.append(optional("Status"))
    for label, rows_of_label in by_label.items():
        cells[label].append(_statuses(rows_of_label))
    by_area = single(rows, "area_code") is None
    shown = [
        Row(cells[label], area=_place(site, list(found.values())) if by_area else None)
        for label, found in by_label.items()
    ]
    return without_empty(headings, shown)


def _place(site: Site, rows: Rows) -> str | None:
    """The code under which the site shows the area of rows; None if they are of several areas."""
    code = single(rows, "area_code")
    return None if code is None else site.place_of.get(code, code)


def _one_under_the_other(site: Site, report: str, rows: Rows) -> tuple[list[Heading], list[Row]]:
    with_series = needs_series(rows)
    columns, found = _columns(site, report, rows, "")
    headings = [Heading(name_of_rows(rows)), *[Heading("Figure")] * with_series, *columns, optional("Status")]
    return headings, [
        Row(
            [row["row_label"], *[row["series"]] * with_series, *found[row["row_order"]], said_status(row)],
            area=None if single(rows, "area_code") else _place(site, [row]),
        )
        for row in rows
    ]


def _columns(site: Site, report: str, rows: Rows, before: str) -> tuple[list[Heading], dict[int, list[Any]]]:
    """The columns of rows, and the cells of each row by its order. `before` begins each heading."""
    unit, now, earlier = single(rows, "unit"), single(rows, "period"), single(rows, "previous_period")
    with_previous, with_change = has_any(rows, "previous_value"), has_any(rows, "change")
    with_limits, with_revised = has_any(rows, "lower_95"), has_any(rows, "revised")
    with_percent = has_any(rows, "percent_change")
    headings = [Heading(f"{before}unit")] * (unit is None)
    headings += [Heading(f"{before}period")] * (now is None)
    headings += [Heading(f"{before}{earlier or 'period before'}", True, unit)] * with_previous
    headings += [Heading(f"{before}{now or 'value'}", True, unit)]
    headings += [Heading(f"{before}95% confidence interval", True)] * with_limits
    headings += [Heading(f"{before}change", True, unit and change_unit(unit))] * with_change
    headings += [Heading(f"{before}percent change", True)] * with_percent
    headings += [Heading(f"{before}statistically significant?")] * with_change
    headings += [Heading(f"{before}revised since the edition")] * with_revised
    cells = {}
    for row in rows:
        numbers = report_numbers(site, report, row, says_unit=unit is None)
        found: list[Any] = [row["unit"]] * (unit is None)
        found += [row["period"]] * (now is None)
        found += [numbers["previous_value"]] * with_previous
        found += [numbers["value"]]
        found += [interval(numbers["lower_95"], numbers["upper_95"])] * with_limits
        found += [_beside(row, numbers["change"])] * with_change
        found += ["" if row["percent_change"] is None else numbers["percent_change"]] * with_percent
        found += [TESTED[row["is_significant_change"]] if row["change"] is not None else ""] * with_change
        found += [row["revised"] or "No"] * with_revised
        cells[row["row_order"]] = found
    return [_with_capital(heading) for heading in headings], cells


def _beside(row: dict[str, Any], number: Any) -> Any:
    """A change, or nothing where the value itself says why there is none."""
    return "" if number.value is None and row["value"] is None else number


def _statuses(of_series: dict[str, dict[str, Any]]) -> Words | str:
    """The statuses of the figures of a label: one for all of its series, or each with the name of its series."""
    said = {name: status for name, row in of_series.items() if (status := said_status(row))}
    values = [row for row in of_series.values() if row["value"] is not None]
    if len(said) == len(values) and len({status.words for status in said.values()}) == 1:
        return next(iter(said.values()))
    return Words("; ".join(f"{name}: {status.words}" for name, status in said.items())) if said else ""


def said_status(row: dict[str, Any]) -> Words | None:
    """The status of a figure in words, where it is not simply published and no shorthand in its cell says it."""
    if row["value"] is None or row["value_status"] in ("published", None):
        return None
    return Words(status_text(row["value_status"]))


def status_beside(row: dict[str, Any]) -> str:
    """The same in the middle of a text: `estimated [e]`; nothing where a figure is simply published."""
    said = said_status(row)
    return small(said.words) if said else ""


def _with_capital(heading: Heading) -> Heading:
    return Heading(
        heading.name[:1].upper() + heading.name[1:], heading.is_number, heading.unit, heading.is_always_shown
    )
