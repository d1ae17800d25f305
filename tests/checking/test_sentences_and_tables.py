"""Changes, superlatives and shares of sentences against tables and paragraphs: right and wrong."""

import pytest
from test_sentences import found

PUPILS = (
    "{}\n\n## Pupils by type\n\nTable 1: Pupils by type of school, January 2023 to January 2025\n\n"
    "| Type of school | 2023 | 2024 | 2025 |\n|---|---|---|---|\n| Nursery | 412 | 401 | 389 |\n"
    "| Primary | 23,480 | 23,110 | 22,596 |\n| Secondary | 17,102 | 17,388 | 17,577 |\n| Special | 588 | 625 | 644 |\n"
    "| Total | 41,582 | 41,524 | 41,206 |\n\n{}\n"
)
FEWER = "There were 41,206 pupils in our schools, 318 (0.8%) fewer than in January 2024."
BETWEEN = "Between 2023 and 2025 primary numbers fell by 884 (3.8%), while secondary numbers rose by 475 (2.8%)."
HALF = "Primary schools still have more than half of all pupils (54.8%)."
LOANS = (
    "Table 1: Loans by format, thousands\n\n| Format | 2019/20 | 2023/24 | 2024/25 |\n|---|---|---|---|\n"
    "| Adult books | {} | 268.4 | 271.0 |\n| Children's books | 311.6 | 287.9 | 305.2 |\n"
    "| E-books and audio | 61.3 | 142.7 | 171.2 |\n| All loans | 775.0 | 699.0 | 747.4 |\n\n"
    "Loans rose to 747,400 in all, an increase of {}.\n"
)
RIVER = (
    "Table 1: Power by source, GWh\n\n| Source | 2021 | 2022 | 2023 | 2024 |\n|---|---|---|---|---|\n"
    "| Wind | 164 | 187 | 198 | 211 |\n| Hydro | 52 | 44 | 49 | 47 |\n| Solar | 21 | 26 | 33 | 31 |\n\n{}\n"
)
PLACES = (
    "The county has four districts: Ashby, Brackley, Corfe and Denham.\n\n"
    "Ashby by far had the highest number of clients, with {} in 2024/25. Followed by Brackley with around 2,000 clients in "
    "2024/25. Corfe and Denham were at the lower end, with {} and {} clients, respectively. In 2024/25 Denham was small."
)
FALLS = (
    "The county has four districts: Ashby, Brackley, Corfe and Denham.\n\n"
    "Ashby saw the largest proportional decrease in visits at 48.1%, falling from 52 to 27. Brackley and Corfe also "
    "recorded notable declines of between 19.9% and {}."
)
LEFT_OUT = (
    "Table 1: Deaths in the county\n\n| | 2022 | 2023 |\n|---|---|---|\n| Deaths | 381 | 388 |\n\n"
    "Table 2 shows deaths by district. Wickby saw an increase from {} deaths in 2022 to {} deaths in 2023.\n\n"
    "Table 2: Deaths by district\n\n| District | 2022 | 2023 |\n|---|---|---|\n| Pellow | 177 | 199 |\n| Tarne | 57 | 57 |\n"
    "| Orrin | 91 | 74 |\n\nWards of the district: Pellow, Tarne, Orrin and Wickby.\n"
)
LED = (
    "## Visits\n\nTable 1 shows visits to the county.\n\nTable 1 - Visits to the county\n\n| Month | Visits |\n|---|---|\n"
    "| May | 10 |\n| June | 11 |\n\nTable {} shows visits per ward.\n\nTable 2 - Visits per ward\n\n| Ward | Visits |\n"
    "|---|---|\n| East | 4 |\n| West | 6 |\n\n## Calls\n\nTable 3 shows calls.\n\nTable 3 - Calls\n\n| Month | Calls |\n"
    "|---|---|\n| May | 20 |\n| June | 21 |\n\n## Letters\n\nTable 4 shows letters.\n\nTable 4 - Letters\n\n"
    "| Month | Letters |\n|---|---|\n| May | 30 |\n| June | 31 |\n"
)
ANSWERED = (
    "**What changed.** Of the 1,240 who answered both times:\n\n* 806 (65%) got better\n* {} (28%) did not change\n"
    "* {} (7%) got worse\n"
)
HOUSEHOLDS = (
    "Table 1: Households helped\n\n| Area | Working age | Pension age | Total |\n|---|---|---|---|\n"
    "| North | 2,314 | 1,401 | 3,715 |\n| Central | 3,892 | 1,127 | 5,019 |\n| South | {} | 2,894 |\n"
    "| All areas | 7,412 | 4,216 | 11,628 |\n"
)
TOWNS = (
    "Table 1: Repairs by town\n\n| Town | 2023/24 | 2024/25 |\n|---|---|---|\n| Arkley | 11,240 | 11,802 |\n"
    "| Benthall | 8,915 | 8,736 |\n| Corrow | 6,020 | 6,502 |\n\n{} was the only town with fewer repairs than in 2023/24."
)
VISITS = "In 2024/25 we had 712,400 visits. Visits were up {} on the previous year (636,071)."
RIGHT = [
    PUPILS.format(FEWER, f"{BETWEEN} {HALF}"),
    LOANS.format("402.1", "6.9%"),
    # Parts that are rounded make their total but for the last digit.
    LOANS.format("402.2", "6.9%"),
    RIVER.format("Hydro varies with the rain: it was lowest in 2022, at 44 GWh."),
    RIVER.format(
        "Hydro was highest in 2021. Solar dipped by 6% to 31 GWh, even though capacity rose from 36 MW to 38 MW."
    ),
    PLACES.format("9,345", "1,955", "1,980"),
    FALLS.format("28.6%"),
    "The county has two districts: Ashby and Corfe.\n\nAshby saw the largest fall in burglary, of 12%. Robbery in Corfe "
    "fell by 20%.",
    LEFT_OUT.format("56", "58"),
    LED.format("2"),
    VISITS.format("12%"),
    "Calls: 91.4% were answered against a target of 90%, up 2.3 percentage points on Quarter 2 (89.1%).",
    "Fires fell by 6.4% to 2,486 (2,656 in 2023/24).",
    "In 2024/25 visits were 1,216, 9% down on the year before (1,336) and 31% lower than the peak of 1,762 in 2020/21.",
    "Visits grew by a fifth (20.3%). Active borrowers numbered 38,905, or 21.3% of the population of 182,650.",
    "On an index where 2019 = 100, visits stood at 94.6. The index (2015 = 100) stood at 187.4, compared with 201.9 in "
    "2023, a fall of 7.2%.",
    "We helped 2,480 people in 2024/25, compared with 1,984 in 2023/24: an increase of 25%, or 496 people.",
    "Burglary fell by just over a tenth, from 2,140 to 1,914 (-10.6%).",
    ANSWERED.format("347", "87"),
    TOWNS.format("Benthall"),
    "In 2024/25 visits by appointment were 15.0% of all, up from 13.5% in 2023/24.",
    HOUSEHOLDS.format("1,206 | 1,688"),
    PUPILS.format("Special schools grew fastest, by 9.5%.", "Special schools grew fastest."),
]
WRONG = [
    (PUPILS.format(FEWER.replace("318", "348"), BETWEEN), "318"),
    (PUPILS.format(FEWER.replace("0.8%", "3.8%"), BETWEEN), "0.8%"),
    (PUPILS.format(FEWER, BETWEEN.replace("884", "824")), "884"),
    (PUPILS.format(FEWER, BETWEEN.replace("2.8%", "2.0%")), "2.8%"),
    (PUPILS.format(FEWER, HALF.replace("54.8%", "56.8%")), "54.8%"),
    (LOANS.format("472.1", "6.9%"), "845.0"),
    (LOANS.format("402.1", "6.4%"), "6.9%"),
    (RIVER.format("Hydro varies with the rain: it was lowest in 2023."), "2022"),
    (PLACES.format("9,345", "5,955", "1,980"), "less than"),
    (FALLS.format("88.6%"), "no more than 48.1%"),
    (LEFT_OUT.format("16", "58"), "56"),
    (LED.format("1"), "Table 2"),
    (VISITS.format("22%"), "12%"),
    ("Calls: 91.4% were answered against a target of 90%, up 5.3 percentage points on Quarter 2 (89.1%).", "2.3"),
    ("Visits grew by a fifth (27.0%).", "a fifth"),
    (ANSWERED.format("374", "87"), "30%"),
    (TOWNS.format("Corrow"), "Benthall"),
    ("In 2024/25 visits by appointment were 15.0% of all, down from 13.5% in 2023/24.", "a rise"),
    (HOUSEHOLDS.format("1,688 | 1,206"), "7,894"),
    (PUPILS.format("Numbers follow.", "Secondary schools grew fastest."), "Special"),
    ("We upheld 62 per cent of the 410 that we investigated: 224.", "55%"),
    ("There were 1,318 referrals. 1,420 (94.1%) led to a first visit.", "107.7%"),
    ("We had 1,047 complaints in 2024/25. Complaints were up by 13 per cent (2023/24: 943).", "11%"),
    ("Active borrowers numbered 38,905, or 21.9% of the population of 182,650.", "21.3%"),
    ("We helped 2,480 people in 2024/25, compared with 1,984 in 2023/24: an increase of 25%, or 469 people.", "496"),
    ("Burglary fell by just over a tenth, from 2,140 to 1,614 (-10.6%).", "24.6%"),
    (
        "The net cost was £3.86 million: £2.31 million for staff, £0.62 million for vans and £0.39 million for stock.",
        "3.32",
    ),
]


STAFF = (
    "Table 1: Staff by grade\n\n| Grade | 2024 | 2025 |\n|---|---|---|\n| Officers | 440 | 460 |\n| Sergeants | 90 | 95 |\n"
    "| Inspectors | 30 | 32 |\n| Total | {} | {} |\n| {} | 24 | 31 |\n"
)
RIGHT += [STAFF.format("560", "587", "Memo: agency staff"), STAFF.format("584", "618", "Grade not known")]
WRONG += [
    (STAFF.format("550", "587", "Memo: agency staff"), "560"),
    (STAFF.format("584", "628", "Grade not known"), "618"),
]


@pytest.mark.parametrize("text", RIGHT, ids=lambda text: text[-50:])
def test_nothing_is_said_of_what_is_right(text: str):
    assert [(one.published, one.explanation) for one in found(text)] == []


@pytest.mark.parametrize(("text", "meant"), WRONG, ids=lambda text: text[-50:])
def test_what_is_wrong_is_told_with_what_is_meant(text: str, meant: str):
    assert any(meant in f"{one.published} {one.expected} {one.explanation}" for one in found(text))
