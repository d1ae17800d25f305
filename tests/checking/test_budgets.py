"""Overspends and underspends: of one row, of several, of a part of a row, and without a table."""

import pytest
from test_sentences import found

TABLE = """| {} | Budget{} | Forecast{} | Variance{} |
|---|---|---|---|
| Adults | 120.5 | 124.1 | 3.6 |
| Children | 95.0 | 99.8 | 4.8 |
| Highways | 32.2 | 31.0 | (1.2) |
| Total | 247.7 | 254.9 | 7.2 |

"""
MILLIONS = TABLE.format("Service", *[" £m"] * 3)
CORNER = TABLE.format("£m", "", "", "")
NOWHERE = TABLE.format("Service", "", "", "")
THOUSANDS = """| {} | Budget | Outturn | Variance |
|---|---|---|---|
| Transport | 4,100 | 4,360 | 260 |
| Libraries | 1,250 | 1,190 | (60) |
| Parks | 900 | 930 | 30 |
| Total | 6,250 | 6,480 | 230 |

"""
IN_THOUSANDS = THOUSANDS.format("£000")
POUNDS = """| Scheme | Plan £ | Actual £ |
|---|---|---|
| Outreach | 120,000 | 114,500 |
| Housing | 80,000 | 91,200 |
| Total | 200,000 | 205,700 |

"""
RIGHT = [
    MILLIONS + "Adults and Children together are forecast to overspend by £8.4m.",
    MILLIONS + "Adults and Children have a combined forecast overspend of £8.4m.",
    MILLIONS + "Between them, Adults and Children overspent by £8.4m.",
    MILLIONS + "The net overspend on Adults and Highways is £2.4m.",
    # Each amount is rounded, and so is their sum.
    MILLIONS + "Adults and Children together are forecast to overspend by £8.5m.",
    IN_THOUSANDS + "The overspend was partly offset by underspends of £60,000 in Libraries.",
    IN_THOUSANDS + "There were overspends of £290,000 in Transport and Parks.",
    CORNER + "Children is forecast to overspend by £4.8m.",
    NOWHERE + "Children is forecast to overspend by £4.8m.",
    NOWHERE + "Children is forecast to overspend by £8.4m.",
    THOUSANDS.format("£'000") + "Transport overspent by £260,000.",
    THOUSANDS.format("£k") + "Transport overspent by £260,000.",
    "Table 1: Spending (£000)\n\n" + THOUSANDS.format("Service") + "Transport overspent by £260,000.",
    IN_THOUSANDS + "In Transport, fuel overspent by £180,000 and staffing by £80,000.",
    IN_THOUSANDS + "Home-to-school transport overspent by £200,000.",
    IN_THOUSANDS + "Agency staff overspent by £200,000.",
    IN_THOUSANDS + "An overspend of £90,000 on parks maintenance was met from reserves.",
    IN_THOUSANDS + "Transport's overspend was £55,000 higher than planned.",
    IN_THOUSANDS + "Excluding Transport, the council underspent by £30,000.",
    IN_THOUSANDS + "Without Libraries there would have been an overspend of £290,000.",
    IN_THOUSANDS + "Libraries would have had an underspend of £90,000 but for repairs of £30,000.",
    IN_THOUSANDS + "The gross overspend was £290,000 and the net overspend £230,000.",
    POUNDS + "We expect an underspend of £3,000 on Outreach next year.",
    "The budget of £12.0m was underspent by £0.4m; £11.6m was spent, and £0.1m of the underspend will be kept.",
    "The budget was £3.0m and we spent £3.2m, of which £0.3m was for the flood: an underlying underspend of £0.1m.",
    "With a budget of £640,000 and spending of £652,300, the overspend was £12,300, £8,000 of it on pay; pay "
    "overspent by £8,000.",
]
WRONG = [
    (
        MILLIONS + "Adults and Children together are forecast to overspend by £4.8m.",
        "£8.4 million more than 120.5 + 95.0",
    ),
    (MILLIONS + "The net overspend on Adults and Highways is £4.2m.", "£2.4 million"),
    (MILLIONS + "Children is forecast to overspend by £8.4m.", "£4.8 million"),
    (MILLIONS + "Highways is forecast to overspend by £1.2m.", "an underspend of £1.2 million"),
    (CORNER + "Children is forecast to overspend by £8.4m.", "£4.8 million"),
    (THOUSANDS.format("£'000") + "Transport overspent by £620,000.", "£260,000"),
    (THOUSANDS.format("£k") + "Transport ended the year with an overspend of £240,000.", "£260,000"),
    ("Table 1: Spending (£000)\n\n" + THOUSANDS.format("Service") + "Transport overspent by £620,000.", "£260,000"),
    (IN_THOUSANDS + "There was an underspend of £50,000 in Libraries.", "£60,000"),
    (IN_THOUSANDS + "The council overspent by £250,000.", "£230,000"),
    (POUNDS + "Housing overspent by £12,100.", "£11,200"),
    (MILLIONS + "The largest pressure is Children, where an overspend of £4.5m is forecast.", "£4.8 million"),
    (MILLIONS + "Adults is expected to overspend its budget by £3.9m.", "£3.6 million"),
    ("We expect to spend £82,800 against a budget of £90,000, an underspend of £2,700.", "£7,200"),
    (POUNDS.replace(" £", "") + "Housing overspent by £12,100.", "£11,200"),
    (POUNDS.replace("91,200", "80,000") + "Housing overspent by £12,100.", "80,000 is the same as 80,000"),
    ("The budget of £12.0m was underspent by £0.6m; £11.6m was spent.", "£0.4 million less"),
    ("With a budget of £640,000 and spending of £652,300, the overspend was £13,200.", "£12,300"),
]


@pytest.mark.parametrize("text", RIGHT, ids=lambda text: text[-60:])
def test_nothing_is_said_of_a_right_overspend_or_of_one_that_the_table_does_not_give(text: str):
    assert [one.explanation for one in found(text) if one.severity != "advice"] == []


@pytest.mark.parametrize(("text", "said"), WRONG, ids=lambda text: text[-60:])
def test_a_wrong_overspend_is_told(text: str, said: str):
    told = [f"{one.expected} | {one.explanation}" for one in found(text) if one.severity != "advice"]
    assert any(said in one for one in told), told
    assert not any("£0.0" in one for one in told), told
