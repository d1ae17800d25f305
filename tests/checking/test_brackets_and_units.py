"""What brackets and units in a header say: "(Surplus)/deficit", and £m in the corner of a table."""

import pytest
from test_sentences import found

BALANCES = """| Fund | {} |
|---|---|
| Schools | (0.22) |
| Needs | 6.55 |
| Early years | (0.23) |
| Total | {} |
"""
BY_YEAR = """| £000 | 2023/24 | 2024/25 | Change |
|---|---|---|---|
| Spending | 1,150 | 1,200 | 50 |
| (Surplus)/deficit | (12) | 40 | {} |
"""


@pytest.mark.parametrize("header", ["(Surplus)/deficit £m", "Surplus/(deficit) £m", "(Surplus) / deficit (£m)"])
def test_brackets_are_a_minus_under_a_header_with_one_side_in_brackets(header: str):
    assert [one.explanation for one in found(BALANCES.format(header, "6.10")) if one.severity != "advice"] == []
    told = found(BALANCES.format(header, "7.00"))
    assert any("6.10" in one.explanation for one in told), told


def test_brackets_are_a_minus_beside_a_label_with_one_side_in_brackets():
    assert [one.explanation for one in found(BY_YEAR.format("52")) if one.severity != "advice"] == []
    assert any("52" in one.expected for one in found(BY_YEAR.format("28")))
