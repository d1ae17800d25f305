"""A figure that is out of line with its own history is told of, and one that merely rises, or is small, is not."""

import pandas as pd
import pytest
from homes import Home, write_file

from orchestration.validation.history import is_out_of_line, out_of_line

STEADY = [98, 104, 91, 101, 95, 99]


def frame(values: dict[int, object], area: str = "Walsall", release: str = "a") -> pd.DataFrame:
    return pd.DataFrame(
        [
            (
                area,
                str(year),
                "deaths",
                str(value),
                f"raw/{release}.csv",
                None,
                f"line {line}, column deaths",
                f"CY{year}",
            )
            for line, (year, value) in enumerate(values.items(), start=2)
        ],
        columns=["area", "year", "measure_label", "value", "source_file", "source_sheet", "source_cell", "period_id"],
    )


@pytest.mark.parametrize(
    ("value", "others", "is_out"),
    [
        (980, STEADY, True),
        (9, STEADY, True),
        (-98, STEADY, True),
        (150, STEADY, False),
        (60, STEADY, False),
        # Few cases vary by themselves.
        (6, [1, 2, 0, 3], False),
        (12, [1, 2, 0, 3], True),
        # What rises goes on rising.
        (320, [40, 80, 120, 160, 200, 240], False),
        # Rates have no square root of their own.
        (14.9, [15.1, 14.8, 15.3, 15.0], False),
        (149.0, [15.1, 14.8, 15.3, 15.0], True),
    ],
)
def test_the_rule(value: float, others: list[float], is_out: bool):
    assert is_out_of_line(value, others) == is_out


def test_a_figure_out_of_line_is_told_in_one_sentence_with_its_place_and_the_numbers():
    values = dict(zip(range(2015, 2021), STEADY, strict=True)) | {2021: 984}
    (found,) = out_of_line(frame(values), "year")
    assert not found.blocks
    assert str(found) == (
        "raw/a.csv, line 8, column deaths: found 984 (walsall, deaths); expected about 98.5, as in 6 years from CY2015 to "
        "CY2020 (91 to 104). Compare it with the publisher's page; it is published as it is printed."
    )


def test_the_history_of_a_figure_is_in_the_releases_before_it_too():
    earlier = [frame({year: value}, release="b") for year, value in zip(range(2017, 2021), STEADY, strict=False)]
    (found,) = out_of_line(frame({2021: 10}), "year", earlier)
    assert "found 10 (walsall, deaths); expected about 99.5" in str(found)
    assert list(out_of_line(frame({2021: 97}), "year", earlier)) == []
    assert list(out_of_line(frame({2021: 10}), "year", earlier[:3])) == [], "three years are too few"


def test_areas_that_the_seeds_do_not_know_and_pooled_years_are_left_alone():
    values = dict(zip(range(2015, 2021), STEADY, strict=True)) | {2021: 984}
    assert list(out_of_line(frame(values, area="Atlantis"), "year")) == []
    pooled = frame(values).assign(period_id=[f"CY{year}-{year % 100 + 2}" for year in values])
    assert list(out_of_line(pooled, "year")) == []


def test_add_says_what_is_to_look_at_and_the_warehouse_keeps_it(home: Home, tmp_path):
    header = "place,area_type,area,registration_year,deaths,credited_to\n"
    years = {2015: 22, 2016: 19, 2017: 24, 2018: 20, 2019: 23, 2020: 21, 2021: 210}
    rows = "".join(f"Table 1,local authority,Walsall,{year},{deaths},ONS\n" for year, deaths in years.items())
    file = write_file(tmp_path / "2022-10-16.csv", header + rows)
    outcome = home.run("add", "--dataset", "ons.drug_poisoning_deaths", str(file))
    assert outcome.exit_code == 0, outcome.output
    assert "To check: raw/ons/drug_poisoning_deaths/2022-10-16/2022-10-16.csv, line 8, column deaths: found 210" in (
        outcome.output
    )
    assert home.build("release_findings").reasons == ()
    rule = "a figure is in line with its history"
    assert home.query(f"select place, found from audit.release_findings where rule = '{rule}'") == [
        (
            "raw/ons/drug_poisoning_deaths/2022-10-16/2022-10-16.csv, line 8, column deaths",
            "210 (local authority, walsall, deaths)",
        )
    ]
