"""Where a figure comes from, as a tree: from a row of a report to the source cells of its value."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from rich import markup
from rich.tree import Tree

from orchestration.report.contents import change_unit, distinct, label_of, source_of
from orchestration.report.periods import period_text
from orchestration.support.choices import did_you_mean, report_name
from orchestration.support.duck import mappings
from orchestration.support.printable import printable
from orchestration.support.refusal import Refusal

# The most choices that a message lists.
CHOICES_SHOWN = 20


@dataclass(frozen=True)
class Figure:
    """The key of one value of marts.fct_indicators, and the row of a report that shows it, if any."""

    indicator_id: str
    area_code: str
    period_id: str
    row_label: str
    series: str


def explain(warehouse: Path, name: str, row: str, period: str) -> dict[str, Any]:
    """The rows of `audit.lineage` and `marts.fct_indicators` about one figure, as plain values.

    `name` is a table or figure of the report ("Table 6", table_06), or an indicator by identifier or title; `row` is a
    part of the row's label or the area's name, or the area's code, in any case; `period` is a label such as 2024/25,
    its words such as April to June 2026, or an identifier such as FY2024-25. If a row of a table has several figures,
    all of them are explained: `figures` has one dictionary for each.

    Raises Refusal if there is no warehouse, or no such table, row or period, and lists what there is and what is
    close.
    """
    if not warehouse.is_file():
        raise Refusal(f"{warehouse}: no warehouse is served. Run `warehouse refresh` first.")
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        figures = _found(connection, name, row, period)
        return {
            "name": name,
            "figures": [_explained(connection, name, figure) for figure in figures],
        }


def tree(explained: dict[str, Any]) -> list[Tree]:
    """One tree for each figure of `explain`, ready to print."""
    return [_tree(figure) for figure in explained["figures"]]


def _rows(connection: duckdb.DuckDBPyConnection, query: str, values: list[Any] | None = None) -> list[dict[str, Any]]:
    cursor = connection.execute(query, values or [])
    return mappings(cursor)


def _listed(values: list[str]) -> str:
    shown = ", ".join(values[:CHOICES_SHOWN])
    return shown + (f" and {len(values) - CHOICES_SHOWN} more" if len(values) > CHOICES_SHOWN else "")


def _found(connection: duckdb.DuckDBPyConnection, name: str, row: str, period: str) -> list[Figure]:
    cells = _cells_of(connection, name)
    matching = _matching_rows(cells, name, row)
    labels = dict(connection.execute("select period_id, label from marts.dim_periods").fetchall())
    periods = [
        (cell, period_id)
        for cell in matching
        for period_id in (cell["period_id"], cell["previous_period_id"])
        if period_id is not None
    ]
    asked = period.strip().casefold()
    words = {found: period_text(label) for found, label in labels.items()}
    wanted = [
        (cell, found)
        for cell, found in periods
        if asked in (found.casefold(), labels[found].casefold(), words[found].casefold())
    ]
    if not wanted:
        there = [words[found] for found in sorted({found for _, found in periods}, key=lambda found: labels[found])]
        names = {
            text: words[found]
            for _, found in periods
            for text in (found, labels[found], words[found], _in_full(labels[found]))
        }
        raise Refusal(
            f"{name}, {row}: found no period {period!r}; expected one of {_listed(there)}.{did_you_mean(period, names)}"
        )
    return [
        Figure(cell["indicator_id"], cell["area_code"], found, cell["row_label"], cell["series"])
        for cell, found in wanted
    ]


def _cells_of(connection: duckdb.DuckDBPyConnection, name: str) -> list[dict[str, Any]]:
    """The rows of a table or figure of the report, or the figures of an indicator."""
    reports = [
        report
        for (report,) in connection.execute(
            "select distinct report from reports.report_contents order by all"
        ).fetchall()
    ]
    if (report := report_name(name)) in reports:
        return _rows(
            connection,
            "select indicator_id, shown.area_code, period_id, previous_period_id, row_label, series, area_name "
            f'from reports."{report}" as shown join marts.dim_areas using (area_code) order by row_order',
        )
    titles = connection.execute("select indicator_id, title from marts.dim_indicators order by all").fetchall()
    asked = name.strip().casefold()
    (indicator,) = [one for one, title in titles if asked in (one.casefold(), title.casefold())][:1] or [None]
    cells = _rows(
        connection,
        "select indicator_id, numbers.area_code, period_id, null as previous_period_id, area_name as row_label, "
        "title as series, area_name from marts.fct_indicators as numbers join marts.dim_areas using (area_code) "
        "join marts.dim_indicators using (indicator_id) where indicator_id = ? order by area_name",
        [indicator],
    )
    if cells:
        return cells
    if indicator:
        raise Refusal(
            f"{name}: found no figure of this indicator; expected one. `warehouse status` shows what is read."
        )
    raise Refusal(_no_such_name(connection, name, reports, titles))


def _no_such_name(
    connection: duckdb.DuckDBPyConnection, name: str, reports: list[str], titles: list[tuple[str, str]]
) -> str:
    """The message about a name that is neither a table of the report nor an indicator.

    Suggested are tables and indicators that have figures; the others only where none of these is close.
    """
    query = "select distinct indicator_id from marts.fct_indicators where value is not null"
    held = {one for (one,) in connection.execute(query).fetchall()}
    tables = {text: label_of(report) for report in reports for text in (report, label_of(report))}
    asked = ""
    for chosen in ([one for one in titles if one[0] in held], titles):
        asked = asked or did_you_mean(name, {text: one for one, title in chosen for text in (one, title)} | tables)
    expected = "a table or figure of the report, such as 'Table 6', or the title or the indicator_id of an indicator"
    if report_name(name):
        expected = f"one of {_listed(reports)}, or an indicator_id of marts.dim_indicators"
    return (
        f"{name}: found no such table or indicator; expected {expected}.{asked} The site's page Indicators and "
        "marts.dim_indicators list the indicators."
    )


def _matching_rows(cells: list[dict[str, Any]], name: str, row: str) -> list[dict[str, Any]]:
    """The cells of rows with this label, area or code; if there are none, of rows whose label or area contains it."""
    asked = row.strip().casefold()
    exact = [
        cell
        for cell in cells
        if asked in (cell["row_label"].casefold(), cell["area_name"].casefold(), cell["area_code"].casefold())
    ]
    matching = exact or [cell for cell in cells if asked in f"{cell['row_label']}\n{cell['area_name']}".casefold()]
    if not matching:
        labels = list(dict.fromkeys(cell["row_label"] for cell in cells))
        names = {
            cell[column]: cell["row_label"] for cell in cells for column in ("row_label", "area_name", "area_code")
        }
        raise Refusal(
            f"{name}: found no row {row!r}; expected one of {_listed(labels)}.{did_you_mean(row, names)} "
            "Give a part of its label."
        )
    return matching


def _in_full(label: str) -> str:
    """`2024/25` → `2024/2025`, as people write it too."""
    first, bar, last = label.partition("/")
    return f"{first}/{first[:2]}{last}" if bar and len(last) == 2 else label


def _explained(connection: duckdb.DuckDBPyConnection, name: str, figure: Figure) -> dict[str, Any]:
    key = [figure.indicator_id, figure.area_code, figure.period_id]
    same = "indicator_id = ? and area_code = ? and period_id = ?"
    numbers = _rows(
        connection,
        "select numbers.*, indicators.title, indicators.summary, indicators.definition, indicators.unit, "
        "indicators.decimals, indicators.scale, indicators.denominator_measure_id, areas.area_name, "
        "periods.label as period "
        "from marts.fct_indicators as numbers join marts.dim_indicators as indicators using (indicator_id) "
        "join marts.dim_areas as areas using (area_code) join marts.dim_periods as periods using (period_id) "
        f"where {same}",
        key,
    )
    if not numbers:
        return {"row_label": figure.row_label, "series": figure.series, "period_id": figure.period_id, "value": None}
    parts = _rows(
        connection,
        "select lineage.*, measures.title as part_title, areas.area_name as part_area, periods.label as part_period, "
        "releases.title, landing_page, origin, origin_document, origin_place, origin_credited_to "
        "from audit.lineage as lineage left join marts.dim_releases as releases using (release_id) "
        "join marts.dim_measures as measures on part_measure_id = measures.measure_id "
        "join marts.dim_areas as areas on part_area_code = areas.area_code "
        "join marts.dim_periods as periods on part_period_id = periods.period_id "
        "where lineage.indicator_id = ? and lineage.area_code = ? and lineage.period_id = ? "
        "order by role desc, part_sign desc, part_measure_id, part_area_code, part_period_id",
        key,
    )
    printed = _rows(
        connection,
        f"select edition, place, line, printed_text from audit.published_figures where {same} and quantity = 'value' "
        "order by edition, line",
        key,
    )
    wrong = _rows(
        connection,
        f"select edition, rule_id, place, explanation from audit.discrepancies where {same} order by edition, line",
        key,
    )
    for part in parts:
        part["source"] = source_of(part) if part["release_id"] else None
    return {
        "report": name,
        "row_label": figure.row_label,
        "series": figure.series,
        **numbers[0],
        "change_unit": change_unit(numbers[0]["unit"]),
        "sources": distinct(part["source"] for part in parts if part["source"]),
        "parts": parts,
        "printed": printed,
        "discrepancies": wrong,
    }


def escape(text: str) -> str:
    """A text of the warehouse as it is, without rich markup or terminal control characters."""
    return markup.escape(printable(text))


def _number(value: float | None, decimals: int = 0) -> str:
    return "no value" if value is None else f"{value:,.{decimals}f}"


def _tree(figure: dict[str, Any]) -> Tree:
    period = period_text(figure.get("period", figure["period_id"]))
    heading = f"[bold]{escape(figure['row_label'])}[/bold], {period}"
    if figure["value"] is None and "parts" not in figure:
        return Tree(f"{heading}: no release has a figure")
    decimals = figure["decimals"]
    root = Tree(
        f"{heading}: [bold]{_number(figure['value'], decimals)}[/bold] {escape(figure['unit'])} "
        f"({figure['value_status'].replace('_', ' ')})"
    )
    about = root.add(f"{escape(figure['title'])}, {escape(figure['area_name'])}")
    about.add(escape(figure["summary"]))
    if figure["lower_95"] is not None:
        about.add(
            f"95% confidence interval {_number(figure['lower_95'], decimals)} to "
            f"{_number(figure['upper_95'], decimals)} ({figure['interval_method']})"
        )
    if figure["change"] is not None:
        about.add(_change(figure, decimals))
    for source in figure["sources"]:
        about.add(f"source: {escape(source)}")
    for role in ("numerator", "denominator"):
        parts = [part for part in figure["parts"] if part["role"] == role]
        if not parts:
            continue
        label = "value" if role == "numerator" and figure["denominator_measure_id"] is None else role
        derivation = parts[0]["derivation"]
        how = "" if derivation == "observed" and len(parts) == 1 else f", {derivation}, {len(parts)} figures"
        branch = root.add(f"{label} {_number(figure[role], _decimals(figure[role]))}{how}")
        for part in parts:
            _add_part(branch, part)
    if figure["printed"]:
        branch = root.add("printed in the report")
        for printed in figure["printed"]:
            branch.add(
                f"{printed['edition']}, {printed['place']}, line {printed['line']}: {escape(printed['printed_text'])}"
            )
    for wrong in figure["discrepancies"]:
        root.add(f"[bold]discrepancy[/bold] in {wrong['edition']}, {wrong['place']}: {escape(wrong['explanation'])}")
    return root


def _change(figure: dict[str, Any], decimals: int) -> str:
    """A change in words: in percentage points for a percentage; otherwise in its unit and in percent."""
    test = {True: ", statistically significant", False: ", not statistically significant", None: ""}[
        figure["is_significant_change"]
    ]
    before = _number(figure["previous_value"], decimals)
    change = f"change {figure['change']:+,.{decimals}f}"
    if figure["change_unit"] != figure["unit"]:
        return f"{change} {figure['change_unit']} from {before}{test}"
    percent = "" if figure["percent_change"] is None else f", {figure['percent_change']:+.1f}%"
    return f"{change} from {before}{percent}{test}"


def _decimals(value: float | None) -> int:
    return 0 if value is None or value == round(value) else 2


def _add_part(branch: Tree, part: dict[str, Any]) -> None:
    sign = "- " if part["part_sign"] < 0 else ""
    value = _number(part["value"], _decimals(part["value"]))
    leaf = branch.add(
        f"{sign}{value} ({part['value_status'].replace('_', ' ')}) {escape(part['part_title'])}, "
        f"{escape(part['part_area'])}, {period_text(part['part_period'])}"
    )
    if part["release_id"] is None:
        leaf.add("no release has this figure")
        return
    place = ", ".join(text for text in (part["source_file"], part["source_sheet"], part["source_cell"]) if text)
    text = "the sum of cells in" if part["value_text"] is None else f'printed "{escape(part["value_text"])}" in'
    leaf.add(f"{text} {escape(place)}")
    leaf.add(f"source: {escape(part['source'])}")
    leaf.add(f"release {part['release_id']}" + (", withdrawn by a later release" if part["ended_as"] else ""))
    if part["correction_id"]:
        leaf.add(f"corrected by {part['correction_id']}; see audit.corrections")
