"""Targets of quarters, changes since a quarter, changes with what they led to, and summaries of what was left."""

import pytest
from test_sentences import found

QUARTERS = """
| Council | Q1 | Q2 | Target |
|---|---|---|---|
| Arden | 48 | 44 | 50 |
| Beacon | 71 | 63 | 50 |
| Chalke | 39 | 42 | 50 |
| Dene | 55 | 49 | 50 |

"""
ON_TIME = """
Table 2. Services on time, per cent

| Operator | Q1 | Q2 | Q3 | Target |
|---|---|---|---|---|
| Fenline | 84.2 | 86.0 | 85.1 | 90 |
| Marsh Travel | 79.5 | 81.3 | 78.8 | 90 |
| Mere Buses | 90.4 | 91.7 | 92.2 | 90 |

"""
BUSIEST = """
| Five busiest branches | Visits | Change |
|---|---|---|
| Fordingham | 286,400 | 6.1% |
| Market Stoke | 141,900 | 3.8% |
| Leyburn Road | 118,200 | 9.4% |
| Tidewell | 97,500 | -1.6% |
| Oakhanger | 88,700 | 2.2% |

"""
FORMS = [
    (QUARTERS + "{} of the four councils were within the target in the second quarter.", "Three", "All"),
    (QUARTERS + "{} of the four were outside their target in Q1.", "Two", "Three"),
    (ON_TIME + "{} of the three operators met the target in quarter 2.", "One", "Two"),
    (ON_TIME + "Marsh Travel is now {} points short of the target.", "11.2", "12.1"),
    (ON_TIME + "Mere Buses is now {} points above its target.", "2.2", "3.2"),
    (ON_TIME + "Punctuality at Mere Buses has improved by {} points since quarter 1.", "1.8", "2.8"),
    (ON_TIME + "Marsh Travel has slipped by {} points since the second quarter.", "2.5", "3.5"),
    (BUSIEST + "Together these five took {} visits, over half of the total.", "732,700", "723,700"),
    (BUSIEST + "The five had {} visits between them.", "732,700", "732,900"),
    ("Robbery went up by 41 offences ({} per cent), to 612.", "7.2", "7.9"),
    ("Households owed a duty rose by 53, or {}%, to 641.", "9.0", "8.3"),
    ("Calls fell by 384 ({}%), to 14,926.", "2.5", "2.6"),
    (
        "Fees rose from £792 to £856 for residential care and from £938 to £1,004 for nursing care, increases of {}% and "
        "7.0% respectively.",
        "8.1",
        "9.1",
    ),
    (
        "Fines fell from 412 to 380 in the north and from 290 to 270 in the south, falls of 7.8% and {}% respectively.",
        "6.9",
        "9.6",
    ),
    (
        "## Reasons\n\n- Disruption: 704 suspensions (49%), 61 more than before.\n- Assault: 258 (18%).\n"
        "- Verbal abuse: 230 ({}%).\n- All other reasons: 244 (17%).\n",
        "16",
        "19",
    ),
    (
        "## Beds\n\nOccupancy is 87.8% (2,036 of 2,318 beds).\n\n## Key messages\n\nThere are {} empty beds.\n",
        "282",
        "228",
    ),
    (
        "## Food waste\n\nCollections reach 148,300 of 212,500 homes.\n\n## Conclusion\n\n"
        "Collections have yet to reach {} homes.\n",
        "64,200",
        "62,400",
    ),
    (
        "## Fires\n\nThere were 648 accidental fires in the home in 2024, 22 fewer than the year before (670).\n\n"
        "## Conclusions\n\nIncidents fell by 384 and accidental fires in the home by {}%.\n",
        "3.3",
        "4.3",
    ),
    (
        "## Waits\n\nTable 2: Attendances and those seen within four hours, 2024/25\n\n"
        "| Hospital | Attendances | Within four hours | % within four hours |\n|---|---|---|---|\n"
        "| Royal Allan | 33,810 | 21,977 | 65.0% |\n| St Bride's | 18,902 | 13,610 | 72.0% |\n"
        "| Glenmore | 8,492 | 7,048 | 83.0% |\n| Board | 61,204 | 42,635 | 69.7% |\n\n"
        "## Summary\n\nFour-hour performance stood at {}%.\n",
        "69.7",
        "67.9",
    ),
]
TOWNS = """
| Town | Reports 2024 | Reports 2025 |
|---|---|---|
| Elm | 2,960 | 2,655 |
| Vale | 2,214 | 2,037 |
| Oldbridge | 1,738 | 1,512 |
| Total | 6,912 | 6,204 |

"""
LEAVERS = """
| How treatment ended | 2023/24 | 2024/25 |
|---|---|---|
| Completed | 521 | 574 |
| Dropped out | 362 | 341 |
| Other | 179 | 166 |
| All who left | 1,062 | 1,081 |

"""
INCOME = """
| £000 | 2023/24 | 2024/25 | Change |
|---|---|---|---|
| Grant | 2,140 | 2,205 | 3.0% |
| Legacies | 1,310 | 1,085 | -17.2% |
| Shops | 1,645 | 1,798 | 9.3% |
| Fundraising | 985 | 1,042 | 5.8% |
| Income | 6,080 | 6,130 | 0.8% |
| Spending | 5,910 | 6,344 | 7.3% |

"""
MONTHS = """
| Month | Rescues | First aid |
|---|---|---|
| April and May | 118 | 391 |
| June | 176 | 540 |
| July | 341 | 1,018 |
| August | 428 | 1,240 |

"""
FORMS += [
    (
        "Of the drivers, 28,348 took a course (67%), 9,308 paid a fixed penalty ({}%) and 4,654 went to court (11%).",
        "22",
        "25",
    ),
]
SILENT = [
    "Of the patients, 412 smoked (40%), 380 drank (37%) and 96 did neither (12%).",
    LEAVERS + "Drop-outs fell by 21, or 5.8%.",
    INCOME + "Shops did best, adding £153,000.",
    MONTHS
    + "August alone had more rescues than April, May and June together (294), and it was the month with the most "
    "first aid.",
    "Three of the four went up, help to eat by the most (half a point).",
    "Off-licences had a rate of one in five, which is half as much again as in pubs (12.5%).",
    TOWNS + "Reports fell in each town, by between 8% and 13%.",
    TOWNS + "Each town saw a drop of at least 8%.",
    "On average we spent £180 for each person helped: £163 in the north, £235 in the west and £255 in the south.",
    QUARTERS + "Three of the four councils met the target in 2024.",
    ON_TIME + "Fenline was 5.8 points short of the target a year ago.",
    ON_TIME + "Buses have improved by 3.1 points since quarter 1 of 2022.",
    BUSIEST + "Together these five took 61% of all visits; another 12 took 410,200.",
    "Robbery went up by 41 offences (12 per cent of all), to 612.",
    "- Cleaners: 704 posts (49%).\n- Drivers: 258 (62%).\n- Clerks: 230 (19%).\n- Guards: 244 (17%).\n",
    "## Loans\n\n| Kind | 2023/24 | 2024/25 | % change |\n|---|---|---|---|\n| Printed books | 1,662,700 | 1,656,100 | -0.4 |\n"
    "| E-books and audio | 338,500 | 412,300 | +21.8 |\n| Total | 2,001,200 | 2,068,400 | +3.4 |\n\n"
    "Electronic lending grew quickest, by more than a fifth.",
    "## Suspensions\n\n| Phase | 2023/24 | 2024/25 | Change | Share of all, 2024/25 |\n|---|---|---|---|---|\n"
    "| Primary | 246 | 269 | +9.3% | 18.7% |\n| Secondary | 1,052 | 1,167 | +10.9% | 81.3% |\n"
    "| All schools | 1,298 | 1,436 | +10.6% | 100.0% |\n\n"
    "That the panel notes the rise in suspensions of 10.6%, welcomes the fall in secondary absence from 8.9 to 8.1 per "
    "cent, and asks for a further report.",
]


def told(text: str) -> list[tuple[str, str]]:
    return [(one.published, one.expected) for one in found(text) if one.severity != "advice"]


@pytest.mark.parametrize(("text", "right", "wrong"), FORMS, ids=lambda text: text[-50:])
def test_a_wrong_one_is_told_and_the_true_one_is_not(text: str, right: str, wrong: str):
    assert told(text.format(right)) == []
    assert told(text.format(wrong)) != []


@pytest.mark.parametrize("text", SILENT, ids=lambda text: text[-50:])
def test_what_may_be_of_something_else_is_not_told(text: str):
    assert told(text) == []
