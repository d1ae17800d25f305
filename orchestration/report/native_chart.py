"""The chart of a figure of the report in the workbook: native bars, made from the cells of the table above it.

It stands below the table. A chart in or beside the cells disrupts navigation by keyboard and screen reader, for which
the guidance advises against charts; below the last cell it does not, and it prints with its table.
"""

from itertools import groupby

from gptables import GPWorkbook
from xlsxwriter.utility import quote_sheetname, xl_rowcol_to_cell

from orchestration.report.charts import BLUE, PALE
from orchestration.report.contents import Rows, distinct, shown_value, single
from orchestration.report.wording import number_text, unit_after

# Fewer bars than this are no chart.
LEAST_BARS = 2
WIDTH, HEIGHT_OF_AXIS, HEIGHT_OF_BAR = 760, 110, 26
ROWS_BETWEEN = 2

SENTENCE = "A chart is below the table; it shows no figure that the table does not have."


def charted(rows: Rows) -> list[int]:
    """The places of the rows that the chart of a figure shows: the areas of the first indicator that have a value.

    Wider areas, beside which the others would be short, are left out. Empty where there is nothing to compare.
    """
    of_first = [place for place, row in enumerate(rows) if row["indicator_id"] == rows[0]["indicator_id"]]
    kinds = [rows[place]["area_type"] for place in of_first]
    kind = max(distinct(kinds), key=kinds.count)
    places = [
        place
        for place in of_first
        if rows[place]["area_type"] == kind and isinstance(_value(rows[place], "value"), float)
    ]
    return places if len(places) >= LEAST_BARS and single([rows[place] for place in places], "period") else []


def add_chart(
    workbook: GPWorkbook, label: str, title: str, rows: Rows, table: tuple[int, int], columns: dict[str, int]
) -> None:
    """Put the chart of a figure below its table on the sheet `label`, with alternative text.

    `table` is the row of the table's headings and its last row. `columns` are the places of the columns of labels,
    `value` and, if the table has it, `previous_value`.
    """
    places = charted(rows)
    shown = [rows[place] for place in places]
    chart = workbook.add_chart({"type": "bar"})
    row = shown[0]
    periods = {"previous_value": row["previous_period"], "value": row["period"]}
    for column, colour in (("previous_value", PALE), ("value", BLUE)):
        if column not in columns or not all(isinstance(_value(one, column), float) for one in shown):
            continue
        chart.add_series(
            {
                "name": periods[column],
                "categories": _cells(label, table[0] + 1, places, columns["labels"]),
                "values": _cells(label, table[0] + 1, places, columns[column]),
                "fill": {"color": colour},
                "gap": 60,
                "data_labels": {"value": True} if column == "value" else {},
            }
        )
    chart.set_title({"name": title, "name_font": {"size": 12}, "overlay": False})
    # A bar is read from 0, and the first row of the table stands first.
    least = min(0, *(one["value"] for one in shown))
    chart.set_x_axis({"name": row["unit"].capitalize(), **({"min": 0} if least == 0 else {})})
    chart.set_y_axis({"reverse": True, "label_position": "low", "crossing": "max"})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": WIDTH, "height": HEIGHT_OF_AXIS + HEIGHT_OF_BAR * len(shown) * len(chart.series)})
    workbook.get_worksheet_by_name(label).insert_chart(
        table[1] + ROWS_BETWEEN, 0, chart, {"description": _words(title, shown), "object_position": 2}
    )


def _words(title: str, shown: Rows) -> str:
    """The alternative text of a chart: what it shows, and its ends."""
    ordered = sorted(shown, key=lambda row: row["value"])
    ends = [
        f"{row['row_label']} ({number_text(row['value'], row['decimals'])}{unit_after(row['unit'])})"
        for row in (ordered[-1], ordered[0])
    ]
    return (
        f"Bar chart of {title}. In {ordered[0]['period']} the highest of {len(shown)} areas is {ends[0]} "
        f"and the lowest {ends[1]}. The table above has every figure."
    )


def _cells(label: str, first: int, places: list[int], column: int) -> str:
    """The cells of these rows of a table in one column, as a reference: `=('Figure 1'!$F$9,'Figure 1'!$F$13:$F$15)`."""
    parts = []
    # Places that follow one another have the same distance from their order.
    for _, group in groupby(enumerate(places), key=lambda one: one[1] - one[0]):
        run = [first + place for _, place in group]
        ends = dict.fromkeys(xl_rowcol_to_cell(row, column, True, True) for row in (run[0], run[-1]))
        parts.append(f"{quote_sheetname(label)}!{':'.join(ends)}")
    return f"={parts[0]}" if len(parts) == 1 else f"=({','.join(parts)})"


def _value(row: dict[str, object], column: str) -> float | str:
    status = row["value_status"] if column == "value" else row["previous_status"]
    return shown_value(row, column, str(status) if status else None)
