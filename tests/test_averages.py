"""Means, medians and standard deviations: a return of partners that asks for them, from its spreadsheet to both editions."""

import csv
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import duckdb
import openpyxl
import pytest
from homes import Home, made_once
from scipy import stats

from orchestration.seeds import seed_files
from orchestration.settings import PROJECT

AREAS = ("Birmingham", "Coventry", "Dudley", "Sandwell", "Solihull", "Walsall", "Wolverhampton")
PERIODS = [f"{year} Q{quarter}" for year in (2023, 2024, 2025) for quarter in (1, 2, 3, 4)] + ["2026 Q1"]
NUMBER, MEAN, DEVIATION, MEDIAN = "waits_counted", "waits_mean_days", "waits_deviation_days", "waits_median_days"
LABELS = {NUMBER: "People", MEAN: "Mean wait", DEVIATION: "Standard deviation", MEDIAN: "Median wait"}
KINDS = {NUMBER: "count", MEAN: "mean", DEVIATION: "deviation", MEDIAN: "quantile"}
FEW = {("Dudley", "2026 Q1"): 1, ("Walsall", "2026 Q1"): 3}


def figures(area: str, period: str) -> dict[str, float]:
    """People, mean and median of whole days below 10, and standard deviation, of an area and quarter."""
    place = AREAS.index(area) + PERIODS.index(period)
    number = FEW.get((area, period), 20 + 3 * place)
    return {NUMBER: number, MEAN: 9.5 + place / 8, DEVIATION: 4.25 + place / 16, MEDIAN: 5 + place % 3}


def with_rows(folder: Path, name: str, *rows: Sequence[object]) -> None:
    """A seed of one's own: the project's, with more rows."""
    shipped = seed_files()[name].read_text(encoding="utf-8")
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
        stream.write(shipped)
        csv.writer(stream, lineterminator="\n").writerows(rows)


def write_seeds(folder: Path, *, additive: str = "false", denominator: str = "", method: str = "student_t") -> None:
    folder.mkdir()
    about = ("waits", "Waiting times", "Treatment services", "Days that people wait.", "local_authority", "quarter")
    with_rows(folder, "returns", (*about, "quarter", "counts_hidden", 5, "false"))
    asked = [
        [
            *("waits", name, LABELS[name], LABELS[name], "treatment", "persons" if name == NUMBER else "days", kind, 0),
            *("", "", "", "", "all", "all", "true" if name == NUMBER else additive, f"{LABELS[name]} of the quarter."),
        ]
        for name, kind in KINDS.items()
    ]
    with_rows(folder, "return_measures", *asked)
    with_rows(folder, "measure_links", (NUMBER, "number_of", MEAN), (DEVIATION, "deviation_of", MEAN))
    rest = ("", "", "Supporting measures: treatment", "A made-up caveat.")
    with_rows(
        folder,
        "indicators",
        (
            "mean_wait",
            "Mean wait",
            "Mean days waited.",
            MEAN,
            denominator,
            1,
            "days",
            1,
            "lower_is_better",
            method,
            *rest,
        ),
        (
            "median_wait",
            "Median wait",
            "Median days waited.",
            MEDIAN,
            "",
            1,
            "days",
            0,
            "lower_is_better",
            "none",
            *rest,
        ),
    )
    words = ("days waited", "none: it is an average", "quarter", "not standardised", "single periods", "not rounded")
    said = (*words, "no metric of the outcomes framework", "none")
    with_rows(folder, "indicator_definitions", ("mean_wait", *said), ("median_wait", *said))


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own: the seeds are those of the home."""
    environment = os.environ | {"WAREHOUSE_HOME": str(home), "WAREHOUSE_SEEDS": str(home / "seeds")}
    environment |= {"WAREHOUSE_PUBLIC": "yes", "WAREHOUSE_REPORT": "yes"}
    command = [sys.executable, "-m", "orchestration", *arguments]
    return subprocess.run(command, env=environment, cwd=PROJECT, capture_output=True, text=True)


def make(home: Home) -> None:
    shutil.copytree(PROJECT / "raw", home.path / "raw")
    write_seeds(home.path / "seeds")
    sent = home.path / "waits.xlsx"
    written = run(home.path, "template", "waits", "--period", PERIODS[-1], "--out", str(sent))
    assert written.returncode == 0, written.stderr
    book = openpyxl.load_workbook(sent)
    sheet = book["Figures"]
    first = next(row for row in range(1, 20) if sheet.cell(row, 1).value == AREAS[0])
    rows = [(area, period, LABELS[name], value) for area in AREAS for period in PERIODS for name, value in figures(area, period).items()]  # fmt: skip
    for place, row in enumerate(rows):
        for column, text in enumerate(row, start=1):
            sheet.cell(first + place, column).value = text
    placed = home.path / "raw" / "partners" / "returns" / "2026-05-01" / sent.name
    placed.parent.mkdir(parents=True)
    book.save(placed)
    outcome = run(home.path, "refresh")
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


@pytest.fixture(scope="module")
def waits(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return made_once("averages", make, tmp_path_factory)


def test_a_mean_has_the_limits_of_student_from_its_number_and_deviation(waits: Home):
    rows = waits.query(
        "select area_name, label, value, lower_95, upper_95, lower_998, interval_method, change_test "
        "from marts.fct_indicators inner join marts.dim_areas using (area_code) inner join marts.dim_periods using (period_id) "
        "where indicator_id = 'mean_wait'"
    )
    assert len(rows) == len(AREAS) * len(PERIODS)
    compared = 0
    for area, label, value, lower, upper, lower_998, method, test in rows:
        sent = figures(area, label)
        assert (value, lower_998, method, test) == (sent[MEAN], None, "student_t", "none")
        if sent[NUMBER] < 2:
            assert (lower, upper) == (None, None)
            continue
        expected = stats.t.interval(0.95, sent[NUMBER] - 1, sent[MEAN], sent[DEVIATION] / sent[NUMBER] ** 0.5)
        assert (lower, upper) == pytest.approx(expected, rel=1e-9)
        compared += 1
    assert compared == len(rows) - 1


def test_averages_are_never_added_up_and_their_numbers_of_people_are(waits: Home):
    of_areas = dict(
        waits.query(
            "select measure_id, count(distinct area_code) from marts.fct_measures "
            "where starts_with(measure_id, 'waits_') group by all"
        )
    )
    # The authorities, and of people also the county and the force.
    assert of_areas == {NUMBER: 9, MEAN: 7, DEVIATION: 7, MEDIAN: 7}
    statistics = dict(
        waits.query("select measure_id, statistic from marts.dim_measures where starts_with(measure_id, 'waits_')")
    )
    assert statistics == {NUMBER: None, MEAN: "mean", DEVIATION: "deviation", MEDIAN: "quantile"}
    assert waits.query("select count(*) from marts.partnership_totals where indicator_id in ('mean_wait', 'median_wait') and basis = 'sum of local authorities'") == [(0,)]  # fmt: skip


def test_a_median_of_few_whole_days_is_a_level_and_no_count_of_rare_events(waits: Home):
    charts = waits.query("select distinct chart from marts.fct_signal_points where measure_id in ('waits_median_days', 'waits_mean_days')")  # fmt: skip
    assert charts == [("xmr",)]


def test_the_page_says_the_mean_with_its_unit_and_how_its_range_is_worked_out(waits: Home):
    page = (waits.path / "build" / "site" / "indicators" / "mean_wait.html").read_text("utf-8")
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert "95% confidence interval of the mean, calculated with Student&#39;s t from the number of cases" in text
    assert "number of mean" not in text


def test_the_public_edition_has_no_average_of_a_return_that_hides_small_counts(waits: Home):
    with duckdb.connect(str(waits.path / "public" / "warehouse.duckdb"), read_only=True) as connection:
        found = connection.execute(
            "select measure_id, count(value), count(lower_limit), count(*) filter (value_status <> 'suppressed') "
            "from marts.fct_measures where measure_id in (?, ?, ?) group by all order by all",
            [MEAN, DEVIATION, MEDIAN],
        ).fetchall()
        assert found == [(DEVIATION, 0, 0, 0), (MEAN, 0, 0, 0), (MEDIAN, 0, 0, 0)]
        shown = connection.execute(
            f"select count(value) from marts.fct_measures where measure_id = '{NUMBER}'"
        ).fetchone()
        assert shown is not None
        assert shown[0] > 80


def test_averages_that_are_treated_as_counts_stop_the_refresh_with_their_seeds(tmp_path: Path):
    shutil.copytree(PROJECT / "raw" / "ons", tmp_path / "raw" / "ons")
    write_seeds(tmp_path / "seeds", additive="true", denominator=NUMBER, method="byar")
    outcome = run(tmp_path, "refresh")
    assert outcome.returncode == 1
    said = re.sub(r"\s+", " ", outcome.stdout + outcome.stderr)
    assert re.search(
        r"return_measures\.csv, row \d+, column is_additive_over_areas: found 'true'; expected false, because a mean of "
        r"areas cannot be added\. Correct it\.",
        said,
    )
    # What is wrong between seeds is told once each of them is right.
    shutil.rmtree(tmp_path / "seeds")
    write_seeds(tmp_path / "seeds", additive="false", denominator=NUMBER, method="byar")
    outcome = run(tmp_path, "refresh")
    assert outcome.returncode == 1
    said = re.sub(r"\s+", " ", outcome.stdout + outcome.stderr)
    for sentence in (
        "dbt_project/seeds/measures/indicators.csv, mean_wait: found 'a mean divided by another measure, or another "
        "divided by it'; expected an average as it was given, without a denominator. Leave denominator_measure_id empty.",
        "dbt_project/seeds/measures/indicators.csv, mean_wait: found 'the interval_method byar for a mean'; expected "
        "student_t for a mean, publisher, or none. Correct it.",
    ):
        assert sentence in said
