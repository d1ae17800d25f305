"""Periods as publishers print them, and what they mean in a dataset."""

import pytest

from orchestration.reading.periods import (
    ALL_KINDS,
    CALENDAR_YEAR,
    FINANCIAL_YEAR,
    MID_YEAR,
    MONTH,
    POOLED_FINANCIAL_YEARS,
    POOLED_YEARS,
    QUARTER,
    ROLLING_YEAR,
    parse,
)

FINANCIAL = (FINANCIAL_YEAR,)
DEATHS = (CALENDAR_YEAR, POOLED_YEARS)
FINGERTIPS = (FINANCIAL_YEAR, CALENDAR_YEAR, POOLED_YEARS, POOLED_FINANCIAL_YEARS, QUARTER, MONTH, ROLLING_YEAR)

MEANT = [
    *(
        (label, FINANCIAL, "FY2023-24")
        for label in ("2023/24", "2023-24", "2023–24", "2023-2024", "2023 to 2024", "2023/2024")
    ),
    *(
        (label, FINANCIAL, "FY2023-24")
        for label in (
            "year ending March 2024",
            "Apr 2023 to Mar 2024",
            "12 months to 31 March 2024",
            "YE Mar 24",
            "Year ending Mar-24",
        )
    ),
    *((label, FINANCIAL, "FY2023-24") for label in ("2023/24 [p]", "2023/24\xa0[note 2]", "FY 2023-24", "2023/24 r")),
    ("2010-11", FINANCIAL, "FY2010-11"),
    ("1999-00", FINANCIAL, "FY1999-00"),
    ("2010-11", (MONTH,), "M2010-11"),
    *(
        (label, DEATHS, "CY2021")
        for label in (
            "2021",
            "2021 [note 2]",
            "2021 [r]",
            "2021r",
            "2021*",
            " 2021\xa0",
            "2021²",
            "2021 (2)",
            "2021 (see note 2)",
        )
    ),
    *(
        (label, DEATHS, "CY2021")
        for label in ("2021-01-01T00:00:00", "2021-01-01", "2021 (provisional) [note 3]", "Year 2021")
    ),
    *(
        (label, DEATHS, "CY2019-21")
        for label in ("2019–21", "2019 - 21", "2019 to 2021", "2019\xa0–\xa021", "2019-2021 [note 1]")
    ),
    ("Jan 2019 to Dec 2021", DEATHS, "CY2019-21"),
    ("2019 - 23", FINGERTIPS, "CY2019-23"),
    ("2019 - 20", FINGERTIPS, "CY2019-20"),
    ("2019/20", FINGERTIPS, "FY2019-20"),
    ("2020/21 - 22/23", FINGERTIPS, "FY2020-23"),
    ("2023 Q1", FINGERTIPS, "Q2023-1"),
    ("2022/23 Q4", FINGERTIPS, "Q2023-1"),
    ("2023/24 Q1", FINGERTIPS, "Q2023-2"),
    *(
        (label, (QUARTER,), "Q2026-2")
        for label in ("2026 Q2", "Q2 2026", "Q1 2026/27", "2026/27 Q1", "Quarter 1 2026-27", "2026/27 Quarter 1")
    ),
    *((label, (QUARTER,), "Q2026-2") for label in ("April to June 2026", "Apr - Jun 2026", "April 2026 to June 2026")),
    ("Q4 2025/26", (QUARTER,), "Q2026-1"),
    ("2023 Mar", FINGERTIPS, "M2023-03"),
    *((label, (MONTH,), "M2025-04") for label in ("Apr-25", "April-25", "Apr'25", "Apr-2025")),
    ("Aug 2010 - Jul 2011", FINGERTIPS, "R12-2011-07"),
    ("mid-2024", (MID_YEAR,), "MY2024"),
    ("Mid-2024", (MID_YEAR,), "MY2024"),
    ("year ending December 2024", (ROLLING_YEAR,), "R12-2024-12"),
    ("year ending September 2025", (ROLLING_YEAR,), "R12-2025-09"),
    ("2024/25", ALL_KINDS, "FY2024-25"),
]


@pytest.mark.parametrize(("label", "kinds", "period_id"), MEANT)
def test_a_label_means_the_period(label: str, kinds, period_id: str):
    assert parse(label, kinds).period_id == period_id


@pytest.mark.parametrize(
    ("label", "kinds"),
    [
        *((label, FINANCIAL) for label in ("2023/25", "2024", "2010/13", "2023", "", "later", "20233/24", "2023-13")),
        *((label, DEATHS) for label in ("20211", "2019/21", "2021-02-03", "202l", "2021x", "2019–35", "21")),
        *((label, (MONTH,)) for label in ("2023-13", "Apr 25", "25-Apr", "Apr-5")),
        *((label, (QUARTER,)) for label in ("Q2 2026/28", "Q5 2026", "March to May 2026", "April to March 2026")),
        ("year ending Smarch 2024", (ROLLING_YEAR,)),
    ],
)
def test_what_is_not_quite_a_period_means_none(label: str, kinds):
    assert parse(label, kinds) is None


@pytest.mark.parametrize(("label", "kinds", "period_id"), MEANT)
def test_every_period_is_a_row_of_dim_periods_with_the_same_dates(warehouse, label: str, kinds, period_id: str):
    period = parse(label, kinds)
    rows = warehouse.execute("select start_date, end_date from marts.dim_periods where period_id = ?", [period_id])
    assert rows.fetchall() == [(period.start, period.end)]


def test_every_span_of_pooled_years_is_known_and_follows_the_one_before(warehouse):
    rows = warehouse.execute(
        "select period_id, period_type, label, year, previous_period_id from marts.dim_periods "
        "where period_id in ('CY2019-21', 'CY2019-23', 'FY2020-23', 'Q2024-1', 'CY2019-20') order by all"
    ).fetchall()
    assert rows == [
        ("CY2019-20", "pooled_years", "2019 to 2020", 2020, "CY2018-19"),
        ("CY2019-21", "three_pooled_years", "2019 to 2021", 2021, "CY2018-20"),
        ("CY2019-23", "pooled_years", "2019 to 2023", 2023, "CY2018-22"),
        ("FY2020-23", "pooled_financial_years", "2020/21 to 2022/23", 2022, "FY2019-22"),
        ("Q2024-1", "quarter", "2024 Q1", 2024, "Q2023-4"),
    ]
