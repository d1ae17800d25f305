"""ohid.fingertips: exports of both header generations on small files, and a published export."""

import pytest

from orchestration.datasets.ohid import fingertips
from orchestration.support.refusal import Refusal

COLUMNS = (
    "Indicator ID,Indicator Name,Parent Code,Parent Name,Area Code,Area Name,Area Type,Sex,Age,Category Type,Category,"
    "Time period,Value,{lower},{upper},Count,Denominator,Value note,Recent Trend"
)
NOW = COLUMNS.format(lower="Lower CI 95.0 limit", upper="Upper CI 95.0 limit")
ONCE = COLUMNS.format(lower="Lower CI limit", upper="Upper CI limit")
BIRMINGHAM = (
    "93532,Some rate,E12000005,West Midlands region,E08000025,Birmingham,Counties & UAs (from Apr 2023),{rest}\n"
)


def export(rest: str, header: str = NOW) -> str:
    return header + "\n" + BIRMINGHAM.format(rest=rest)


@pytest.mark.parametrize("header", [NOW, ONCE], ids=["95.0 limit", "limit"])
def test_value_count_and_denominator_are_read_each_with_its_cell(read, header):
    cells = read(fingertips, export("Persons,All ages,,,2020 - 22,14.9,13.5,16.5,399,3406574,,", header))
    columns = ["measure_label", "value", "lower_limit", "upper_limit", "source_cell"]
    assert cells[columns].values.tolist() == [
        ["value", "14.9", "13.5", "16.5", "line 2, column Value"],
        ["count", "399", None, None, "line 2, column Count"],
        ["denominator", "3406574", None, None, "line 2, column Denominator"],
    ]


def test_an_empty_value_is_kept_with_the_note_that_says_why(read):
    note = "Value suppressed for disclosure control due to small count"
    (cell,) = read(fingertips, export(f"Persons,All ages,,,2020 - 22,,,,,,{note},")).to_dict("records")
    assert (cell["value"], cell["value_note"]) == ("", note)


def test_an_export_without_limits_is_refused(read):
    with pytest.raises(Refusal, match="found no table with the columns 'indicator id'"):
        read(fingertips, "Indicator ID,Indicator Name,Area Code,Value\n93532,Some rate,E08000025,1\n")


def test_any_indicator_becomes_measures_and_a_suppressed_value_says_so(home):
    rows = [
        BIRMINGHAM.format(rest="Persons,All ages,,,2020 - 22,14.9,13.5,16.5,399,3406574,,"),
        BIRMINGHAM.format(rest="Persons,All ages,Deprivation,Most deprived,2020 - 22,25,,,,,,").replace(
            "93532", "93517"
        ),
        BIRMINGHAM.format(rest="Female,18+ yrs,,,2022/23,31.5,,,,,,").replace("93532", "93517"),
        BIRMINGHAM.format(
            rest="Male,15-24 yrs,,,2021,,,,,,Value suppressed for disclosure control due to small count,"
        ).replace("93532", "93517"),
    ]
    home.put("ohid.fingertips", "2026-03-31", "export.csv", NOW + "\n" + "".join(rows))
    assert home.build("dim_measures", "fct_observations").reasons == ()
    assert home.query(
        "select measure_id, period_id, value, value_status from marts.fct_observations "
        "where release_id = 'ohid.fingertips@2026-03-31' order by all"
    ) == [
        ("fingertips_93517_female_18_and_over", "FY2022-23", 31.5, "published"),
        ("fingertips_93517_male_15_to_24", "CY2021", None, "suppressed"),
        ("fingertips_93532_persons", "CY2020-22", 14.9, "published"),
        ("fingertips_93532_persons_count", "CY2020-22", 399.0, "published"),
        ("fingertips_93532_persons_denominator", "CY2020-22", 3406574.0, "published"),
    ]
    assert home.query("select title from marts.dim_measures where measure_id = 'fingertips_93532_persons_count'") == [
        ("Some rate, persons, all ages: count",)
    ]


def test_the_published_export_gives_rates_limits_and_counts(known):
    of = ("CY2016-18", "2020-03-03")
    assert known("fingertips_91380_persons", "E08000025", *of)[:4] == (
        14.98053909,
        13.53100044,
        16.54175915,
        "published",
    )
    assert known("fingertips_91380_persons_count", "E08000025", *of)[0] == 399
    assert known("fingertips_91380_persons", "E08000029", *of)[0] == 9.623135373
    assert known("fingertips_91380_persons_count", "E08000029", *of)[0] == 60


def test_the_published_exports_parts_of_england_are_not_england(published):
    (parts,) = published.query("select count(*) from staging.stg_ohid__fingertips where category_type is not null")[0]
    figures = published.query(
        "select count(*) from marts.fct_observations where release_id = 'ohid.fingertips@2020-03-03' "
        "and measure_id = 'fingertips_91380_persons' and area_code = 'E92000001'"
    )
    assert parts > 1000
    assert figures == [(11,)]
