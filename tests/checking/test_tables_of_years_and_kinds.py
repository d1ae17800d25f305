"""Tables of years and tables of two breakdowns: steps in a list, peaks, ranks within one breakdown, sums of money per visit."""

import pytest
from test_sentences import found

WARDS = """Table 1: Allotments and plots in use at 31 March

| At 31 March | 2020 | 2021 | 2022 | 2023 | 2024 |
|---|---|---|---|---|---|
| Plots in use | 512 | 534 | 571 | 588 | 577 |
| People waiting | 201 | 240 | 262 | 251 | 249 |

"""
RIDERS = """Table 1: Riders by sex and by pass, 2023 and 2024

| | 2023 | 2024 | Change (%) |
|---|---|---|---|
| Men | 640 | 655 | +2.3% |
| Women | 410 | 430 | +4.9% |
| Day pass | 480 | 462 | -3.8% |
| Week pass | 300 | 341 | +13.7% |
| Year pass | 270 | 282 | +4.4% |
| All riders | 1,050 | 1,085 | +3.3% |

"""
COSTS = """Table 1: Costs, 2024, £ million

| Venue | Spending | Net cost |
|---|---|---|
| Baths | 4.20 | 0.64 |
| Gallery | 1.10 | 0.93 |
| Hall | 0.80 | 0.21 |

"""
SHOPS = """Table 1: Sales by shop, 2023 and 2024

| Shop | 2023 | 2024 |
|---|---|---|
| Corner | 920 | 868 |
| Mill | 810 | 851 |
| Wharf | 640 | 612 |

"""

RIGHT = [
    WARDS + "In the first three years the number of plots went up, by 22, 37 and 17.",
    WARDS + "It went up by 20, 30 and 50 at three other sites.",
    WARDS + "Plots in use fell last year. They had peaked in 2023.",
    WARDS + "There were 577 plots in use, 11 fewer than a year earlier.",
    RIDERS + "Day pass is still chosen most often, by 462 riders.",
    RIDERS + "The fastest growth was in week passes, 13.7%.",
    COSTS + "Per visit, the net cost of the baths is £0.85.",
    SHOPS + "Corner contributed most to the decline, with a reduction of 52.",
    "## In short\n\n- Two of the three shops sold less\n\n## Sales\n\n" + SHOPS,
    "Of 96 members 51% voted, against 44% the year before. That is a gain of 7 percentage points, but we are still 24 "
    "short of the 75% that the rules demand.",
    "Repairs cost £1.10 million, £0.15 million less than the £1.25 million of 2023, a saving of 12.0%.",
    "There are 640 tenants. 412 of them pay by card, so that 228 do not.",
]
WRONG = [
    (WARDS + "In the first three years the number of plots went up, by 22, 27 and 17.", "37"),
    (WARDS + "Plots in use fell last year. They had peaked in 2022.", "2023"),
    (WARDS + "There were 577 plots in use, 21 fewer than a year earlier.", "11"),
    (RIDERS + "Week pass is chosen most often, by 341 riders.", "Day pass"),
    (RIDERS + "The fastest growth was in year passes, 4.4%.", "Week pass"),
    (COSTS + "The net cost of the baths is £0.46 million.", "0.64"),
    (SHOPS + "Wharf contributed most to the decline, with a reduction of 28.", "Corner"),
    ("Repairs cost £1.10 million, £0.15 million less than the £1.25 million of 2023, a saving of 15.0%.", "12.0%"),
    ("There are 640 tenants. 412 of them pay by card, so that 282 do not.", "228"),
]


@pytest.mark.parametrize("text", RIGHT, ids=lambda text: text[-50:])
def test_what_the_table_bears_out_is_not_told(text: str):
    assert [(one.published, one.explanation) for one in found(text)] == []


@pytest.mark.parametrize(("text", "meant"), WRONG, ids=lambda text: text[-50:])
def test_what_the_table_contradicts_is_told(text: str, meant: str):
    findings = found(text)
    assert any(meant in f"{one.expected} {one.explanation}" for one in findings), [one.explanation for one in findings]
