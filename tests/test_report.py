"""The report's tables and figures come out right, wherever the printed report does not contradict itself.

The expected figures are those printed in the West Midlands Combatting Drugs and Alcohol Partnership progress report
2025, put right where the report's own parts show the printed one to be wrong.
"""

import csv

import duckdb
import pytest
from real_files import SHARED

# Row, previous value, value, and change in percent, or in percentage points where the unit is percent.
EXPECTED = {
    "table_02": [
        ("Trafficking of drugs", 1929, 1654, -14.3),
        # Printed +18.8%: cut off, not rounded.
        ("Possession of drugs", 5521, 6562, 18.9),
        # The sentence prints 8,215 and 10.2%: the parts give 8,216.
        ("All drug offences", 7450, 8216, 10.3),
    ],
    "table_03": [
        ("Birmingham", 749, 731, -2.4),
        ("Coventry", 447, 298, -33.3),
        ("Sandwell", 220, 174, -20.9),
        ("Wolverhampton", 192, 146, -24.0),
        ("Walsall", 131, 122, -6.9),
        ("Dudley", 112, 111, -0.9),
        ("Solihull", 68, 65, -4.4),
        ("Unallocated", 10, 7, -30.0),
        ("Force total", 1929, 1654, -14.3),
    ],
    "table_04": [
        ("Birmingham", 2664, 3417, 28.3),
        ("Sandwell", 605, 685, 13.2),
        ("Coventry", 604, 653, 8.1),
        ("Wolverhampton", 583, 587, 0.7),
        ("Dudley", 381, 467, 22.6),
        ("Walsall", 381, 390, 2.4),
        ("Solihull", 268, 325, 21.3),
        ("Unallocated", 35, 38, 8.6),
        ("Force total", 5521, 6562, 18.9),
    ],
    "table_05": [
        ("Total outcomes", 8081, 8333, 3.1),
        ("Positive outcomes", 4377, 5657, 29.2),
        ("Positive outcome proportion", 54.2, 67.9, 13.7),
    ],
    # Printed with the 2024/25 column exchanged; these are the sums of tables 8 and 10.
    "table_06": [
        ("Charge or summons", 1075, 1533, 42.6),
        ("Caution – adult", 139, 188, 35.3),
        ("Community resolution", 3154, 3915, 24.1),
        ("Diversionary, educational or intervention activity", 130, 61, -53.1),
        ("Caution – youth", 9, 21, 133.3),
    ],
    # Printed -11.3%: cut off, not rounded.
    "table_07": [
        ("Total outcomes", 1832, 1624, -11.4),
        ("Positive outcomes", 530, 621, 17.2),
        ("Positive outcome proportion", 28.9, 38.2, 9.3),
    ],
    "table_08": [
        ("Charge or summons", 414, 538, 30.0),
        ("Caution – adult", 39, 32, -17.9),
        ("Community resolution", 76, 50, -34.2),
        ("Diversionary, educational or intervention activity", 6, 4, -33.3),
        ("Caution – youth", 1, 1, 0.0),
    ],
    "table_09": [
        ("Total outcomes", 6249, 6709, 7.4),
        ("Positive outcomes", 3847, 5036, 30.9),
        ("Positive outcome proportion", 61.6, 75.1, 13.5),
    ],
    "table_10": [
        ("Charge or summons", 661, 995, 50.5),
        ("Community resolution", 3078, 3865, 25.6),
        # Printed -54.5%.
        ("Diversionary, educational or intervention activity", 124, 57, -54.0),
        ("Caution – adult", 100, 156, 56.0),
        ("Caution – youth", 8, 20, 150.0),
    ],
    "table_11": [("Total deaths registered", 295, 262, -11.2)],
    "table_12": [
        ("Birmingham", 152, 120, -21.1),
        ("Coventry", 37, 43, 16.2),
        ("Dudley", 20, 25, 25.0),
        ("Sandwell", 17, 13, -23.5),
        ("Solihull", 11, 11, 0.0),
        ("Walsall", 20, 20, 0.0),
        ("Wolverhampton", 38, 30, -21.1),
    ],
    "table_14": [("Total deaths registered", 507, 503, -0.8)],
    "table_15": [
        ("Birmingham", 177, 199, 12.4),
        ("Coventry", 57, 57, 0.0),
        ("Dudley", 68, 61, -10.3),
        ("Sandwell", 72, 59, -18.1),
        ("Solihull", 35, 27, -22.9),
        ("Walsall", 42, 42, 0.0),
        # The printed table has no such row; its sentence has the figures.
        ("Wolverhampton", 56, 58, 3.6),
    ],
}


@pytest.mark.parametrize("table", sorted(EXPECTED))
def test_a_table_comes_out_as_the_report_means_it(warehouse: duckdb.DuckDBPyConnection, table: str):
    rows = warehouse.execute(
        "select row_label, previous_value, value, case when series = 'Percent' then change else percent_change end "
        f"from reports.{table} order by row_order"
    ).fetchall()
    assert rows == EXPECTED[table]


@pytest.mark.parametrize(
    ("table", "counts", "rates"),
    [
        ("table_01", [10864, 2213, 1514, 1870, 939, 2076, 2020], [14.2, 9.4, 7.5, 8.4, 7.1, 11.6, 11.8]),
        ("table_13", [13456, 5298, 3718, 4322, 1841, 3346, 3691], [15.7, 18.1, 14.7, 17.5, 10.9, 15.5, 18.3]),
    ],
)
def test_the_estimates_come_out_as_printed(warehouse: duckdb.DuckDBPyConnection, table: str, counts, rates):
    rows = warehouse.execute(f"select value, value_status from reports.{table} order by row_order").fetchall()
    assert [value for value, _ in rows] == [*counts, *rates]
    assert {status for _, status in rows} == {"estimated"}


def test_a_proportion_comes_from_its_counts(warehouse: duckdb.DuckDBPyConnection):
    rows = warehouse.execute(
        "select numerator, denominator, value from marts.fct_indicators "
        "where indicator_id like '%positive_outcome_proportion' order by indicator_id, period_id"
    ).fetchall()
    assert [(numerator, denominator) for numerator, denominator, _ in rows] == [
        (4377, 8081),
        (5657, 8333),
        (3847, 6249),
        (5036, 6709),
        (530, 1832),
        (621, 1624),
    ]
    assert all(value == numerator / denominator * 100 for numerator, denominator, value in rows)


def test_figures_hold_what_the_text_states_and_nothing_invented(warehouse: duckdb.DuckDBPyConnection):
    rows = warehouse.execute(
        "select row_label, previous_value, value, value_status from reports.figure_01 where series = 'Offences' order by row_order"
    ).fetchall()
    assert rows == [
        ("Birmingham", 8398, 8612, "published"),
        ("Coventry", None, None, "not_available"),
        ("Dudley", None, None, "not_available"),
        ("Sandwell", None, None, "not_available"),
        ("Solihull", 816, 719, "published"),
        ("Walsall", 1820, 1691, "published"),
        ("Wolverhampton", 1572, 1648, "published"),
        ("Unallocated", None, None, "not_available"),
        ("Force total", 18679, 18568, "published"),
    ]
    assert warehouse.execute(
        "select value, value_status from reports.figure_03 where series = 'Adults in treatment' order by row_order"
    ).fetchall() == [
        (9345, "published"),
        (1980, "published"),
        (2000, "approximate"),
        (1955, "published"),
        (1210, "published"),
        (2000, "approximate"),
        (2000, "approximate"),
    ]
    assert warehouse.execute(
        "select row_label, value from reports.figure_04 where series = 'Treatment progress' and value is not null"
    ).fetchall() == [("Solihull", 56.1)]


# Printed figures of tables that their own parts contradict: place, what it breaks down, period.
CONTRADICTED = {
    ("Table 6", f"offence=all_drug;outcome_type={outcome}", "2024/25")
    for outcome in ("caution_adult", "community_resolution", "diversionary_educational_intervention", "caution_youth")
}
# Printed changes that do not follow from the printed counts (table, breakdown).
WRONG_CHANGES = {
    ("Table 2", "offence=possession"): "+18.8%",
    ("Table 7", "offence=trafficking"): ("-11.3%", "+17.1%"),
    ("Table 9", "offence=possession"): "+7.3%",
    ("Table 10", "offence=possession;outcome_type=diversionary_educational_intervention"): "-54.5%",
}


def test_every_printed_figure_of_the_tables_is_in_the_report_tables(warehouse: duckdb.DuckDBPyConnection):
    path = SHARED / "reference" / "report_figures.csv"
    if not path.is_file():
        pytest.skip(f"{path} is not there: the report's printed figures lie outside the project")
    with path.open(encoding="utf-8", newline="") as stream:
        printed = [row for row in csv.DictReader(stream) if row["text_or_table"] == "table"]
    assert len(printed) > 100
    missing = []
    for row in printed:
        if (row["report_ref"], row["breakdown"], row["period"]) in CONTRADICTED:
            continue
        table = f"table_{int(row['report_ref'].removeprefix('Table ')):02d}"
        values = warehouse.execute(
            f"""
            select value, change, percent_change from reports.{table} inner join marts.dim_periods using (period_id)
            where label = $period and value = $value
            union all
            select shown.previous_value, null, null from reports.{table} as shown
            inner join marts.dim_periods as earlier on shown.previous_period_id = earlier.period_id
            where earlier.label = $period and shown.previous_value = $value
            """,
            {"period": row["period"], "value": float(row["value"])},
        ).fetchall()
        if not values:
            missing.append(row)
            continue
        change = row["published_change"]
        wrong = WRONG_CHANGES.get((row["report_ref"], row["breakdown"]), ())
        if change and change not in wrong:
            number = 0.0 if change == "No change" else float(change.split("%")[0].split(" ")[0])
            if number not in {shown for value in values for shown in value[1:]}:
                missing.append(row | {"shown": values})
    assert missing == []
