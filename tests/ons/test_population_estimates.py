"""ons.population_estimates: the yearly workbook, the older sheets by sex, one sheet as CSV, and ONS's own file."""

import pytest

from orchestration.datasets.ons import population_estimates
from orchestration.support.refusal import Refusal

AGES = [str(age) for age in range(90)]


def table(people=100, ages=(*AGES, "90+"), code="E08000025", area="Birmingham") -> list[list]:
    return [
        ["Code", "Name", "Geography", "All ages", *ages],
        ["E92000001", "ENGLAND", "Country", 58_620_101, *[people] * 91],
        [code, area, "Metropolitan District", people * 91, *[people] * 91],
    ]


def as_csv(rows: list[list]) -> str:
    return "\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in rows) + "\n"


def test_each_age_is_read_with_its_cell_and_the_year_of_the_title(release_of):
    title = ["MYE2: Population estimates by single year of age, Mid-2024"]
    release = release_of(population_estimates, estimates__xlsx={"MYE2 - Persons ": [title, [], *table()]})
    cells = population_estimates.read(release).query("area_code == 'E08000025'")
    assert len(cells) == 92
    assert set(cells["period"]) == {"mid-2024"}
    assert set(cells["sex"]) == {"persons"}
    assert cells[["age", "source_cell"]].values.tolist()[:2] == [["all ages", "D5"], ["0", "E5"]]
    assert cells[["age", "source_cell"]].values.tolist()[-1] == ["90+", "CQ5"]


def test_sheets_of_males_and_females_are_kept_apart_from_persons(release_of):
    sheets = {f"Mid-2012 {sex}": table(people) for sex, people in (("Persons", 30), ("Males", 10), ("Females", 20))}
    cells = population_estimates.read(release_of(population_estimates, estimates__xlsx=sheets))
    zero = cells.query("area_code == 'E08000025' and age == '0'")
    assert zero[["sex", "value", "period"]].values.tolist() == [
        ["persons", "30", "mid-2012"],
        ["males", "10", "mid-2012"],
        ["females", "20", "mid-2012"],
    ]


def test_a_bare_csv_takes_its_year_from_the_name_it_was_published_under(release_of):
    cells = population_estimates.read(release_of(population_estimates, mye24tablesew__csv="﻿" + as_csv(table())))
    assert set(cells["period"]) == {"mid-2024"}
    assert cells["source_cell"].iloc[-1] == "line 3, column 90+"


@pytest.mark.parametrize(
    ("name", "rows", "message"),
    [
        ("estimates__csv", table(), "found no year of the estimates, in a title, a sheet's name or the file's name"),
        ("mye24__csv", table(ages=[*AGES[:50], *AGES[51:], "90+"]), "found the ages 0 to 90+ with 90 columns"),
        ("mye24__csv", table(ages=[*AGES, "90 plus"]), "line 1, column 95: found the column '90 plus'"),
        ("mye24__csv", table(code="Brum"), "line 3, column Code: found 'Brum' beside figures"),
        (
            "mye24__csv",
            [row if row[0] != "E92000001" else [*row[:3], 28_700_000, *row[4:]] for row in table()],
            "found 28700000 people of all ages in England, in a table that names no sex",
        ),
        (
            "mye24__csv",
            [*table(), ["E08000026", "Coventry", "", None, *[1] * 91]],
            "line 4, column All ages: found an empty",
        ),
    ],
    ids=["no year", "an age missing", "an unknown column", "no code", "one sex", "an empty cell"],
)
def test_what_is_no_table_of_persons_by_age_is_refused(release_of, name, rows, message):
    with pytest.raises(Refusal) as refused:
        population_estimates.read(release_of(population_estimates, **{name: as_csv(rows)}))
    assert message in str(refused.value)


def test_the_published_file_gives_the_denominators(published):
    rows = published.query(
        "select measure_id, value, value_text, source_cell from marts.fct_observations "
        "where release_id = 'ons.population_estimates@2025-07-30' and area_code = 'E08000025' order by 1"
    )
    assert rows == [
        ("population_15_24", 195539, None, "line 136, column 15 to line 136, column 24"),
        ("population_15_64", 787241, None, "line 136, column 15 to line 136, column 64"),
        ("population_18_and_over", 890759, None, "line 136, column 18 to line 136, column 90+"),
        ("population_all_ages", 1183618, "1183618", "line 136, column All ages"),
        ("population_under_18", 292859, None, "line 136, column 0 to line 136, column 17"),
    ]


def test_the_ages_of_every_area_add_up_to_all_ages(published):
    rows = published.query(
        "select area_code from marts.fct_observations where measure_id like 'population%' group by area_code having "
        "sum(value) filter (measure_id = 'population_all_ages') <> "
        "sum(value) filter (measure_id in ('population_under_18', 'population_18_and_over'))"
    )
    assert rows == []
