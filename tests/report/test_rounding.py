"""Numbers are rounded as people round, and as the warehouse does."""

import duckdb
import pytest

from orchestration.report.wording import number_text


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(8.35, 1, "8.4"), (7.05, 1, "7.1"), (-8.35, 1, "−8.4"), (0.5, 0, "1"), (2.5, 0, "3"), (1234.5, 0, "1,235")],
)
def test_a_half_goes_up_as_in_the_tables_of_the_report(value, decimals, text):
    assert number_text(value, decimals) == text
    rounded = duckdb.sql(f"select round({value}::decimal(18, 6), {decimals})::double").fetchone()
    assert rounded == (float(text.replace("−", "-").replace(",", "")),)
