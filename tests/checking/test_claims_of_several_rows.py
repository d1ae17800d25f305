"""What a text says of several rows, of runs of years, of budgets, remainders and intervals: right texts and wrong ones."""

import pytest
from test_sentences import found

CRIMES = """Table 1: Crimes recorded by district, 2022/23 to 2024/25

| District | 2022/23 | 2023/24 | 2024/25 |
|---|---|---|---|
| Pellow | 4,310 | 4,402 | 4,518 |
| Tarne | 3,205 | 3,090 | 2,964 |
| Wickby | 2,140 | 2,260 | 2,115 |
| Orrin | 1,020 | 1,064 | 1,133 |
| All districts | 10,675 | 10,816 | 10,730 |

"""
# Labels that are no places of a kind that the reader has words for, and a name with "Top" in it.
SCHOOLS = """Table 1: Pupils by school

| School | 2023 | 2024 |
|---|---|---|
| Flat Top Primary | 310 | 322 |
| Weir High | 1,204 | 1,188 |
| Elm Academy | 640 | 655 |
| Trust | 2,154 | 2,165 |

"""
SPENDING = """Table 1: Spending 2024/25 (£000)

| Heading | Budget | Outturn | Variance |
|---|---|---|---|
| Staff | 5,200 | 5,145 | {} |
| Vehicles | 940 | 1,012 | {} |
| Buildings | 760 | 748 | {} |
| Total | 6,900 | 6,905 | {} |

"""
OVER = SPENDING.format("-55", "72", "-12", "5")
# "Plan less actual", with brackets.
LEFT = SPENDING.format("55", "(72)", "12", "(5)")
RATED = """Table 1: Measures

| Measure | Q1 2023/24 | Q1 2024/25 | Movement | RAG |
|---|---|---|---|---|
| Fires | 120 | 104 | Down | Green |
| Visits | 900 | 950 | {} | Green |
| Alarms | 410 | 432 | Up | Red |
| Injuries | 22 | 25 | Up | Amber |

"""
LIMITS = """Table 1: Rates with their limits

| Ward | Rate | Lower CI | Upper CI |
|---|---|---|---|
| Abbot | 12.1 | 10.4 | 13.9 |
| Bridge | {} | 7.7 | 10.2 |
| Chapel | 15.0 | 13.1 | 17.2 |

"""
DUTIES = """Table 1: Applications and duties

| Measure | 2022/23 | 2023/24 | 2024/25 |
|---|---|---|---|
| Applications | 1,120 | 1,204 | 1,286 |
| Prevention duty | 402 | 418 | {} |
| Relief duty | 515 | 560 | 602 |
| Total duties | 917 | 978 | 1,057 |

"""
PER_HOME = """Table 1: Repairs

| Estate | Repairs | Homes | Repairs per 1,000 homes |
|---|---|---|---|
| Barley | 262 | 2,100 | 124.8 |
| Corn | 190 | 1,900 | {} |
| Mill | 126 | 1,400 | 90.0 |

"""

# Each text with a fault, and what the finding says.
FAULTS = [
    (CRIMES + "Pellow and Tarne together recorded 7,842 crimes in 2024/25.", "7,482"),
    (CRIMES + "Pellow had 1,455 more crimes than Tarne in 2024/25.", "1,554"),
    (CRIMES + "In 2024/25 Pellow had 1,554 fewer crimes than Tarne.", "1,554 more, not 1,554 less"),
    (CRIMES + "Pellow recorded more than twice as many crimes as Tarne in 2024/25.", "1.5 times"),
    (CRIMES + "Pellow recorded nearly six times as many crimes as Orrin.", "4.0 times"),
    (CRIMES + "Crime in Wickby rose for the second year running.", "a fall"),
    (CRIMES + "Crime in Tarne has risen every year.", "a fall"),
    (CRIMES + "Crime fell in Tarne and Orrin in 2024/25.", "Orrin rose"),
    (CRIMES + "Pellow accounted for 24.1% of the total.", "42.1%"),
    (CRIMES + "Pellow and Tarne together had 7,482 crimes in 2024/25, 79% of all crimes.", "is 70%"),
    (SCHOOLS + "Weir High has 353 more pupils than Elm Academy.", "533"),
    (OVER + "Vehicles had an overspend of £27,000.", "£72,000"),
    (OVER + "The underspend on staff was £55,000 (2.1%).", "1.1%"),
    (OVER + "There was a total underspend of £5,000.", "£5,000 more than 6,900, not £5,000 less"),
    (OVER + "Staff had the largest overspend.", "Vehicles"),
    (SPENDING.format("-55", "27", "-12", "5"), "72"),
    (SPENDING.format("55", "(72)", "12", "5"), "-5"),
    (RATED.format("Down"), "rose"),
    (RATED.format("Up") + "Three measures are green, one amber and one red.", "2 green"),
    (LIMITS.format("10.9"), "7.7 to 10.2"),
    (DUTIES.format("445"), "1,047"),
    (PER_HOME.format("110.0"), "100.0"),
    ("The share was 4.1% (95% CI 4.6-6.3).", "4.6 to 6.3"),
    ("The rate was 7.9 per 100,000 in 2021 to 2023 (95% confidence interval 8.2 to 9.9).", "8.2 to 9.9"),
    (
        "In 2024 there were 38 fires, compared with 41 in 2023 and 40 in 2022: the second consecutive year of decrease.",
        "rise",
    ),
    ("We have 312 cases, nearly three times the 158 of a year ago.", "2.0 times"),
    ("The rate is 31.2 per 1,000, 5.0 times the rate in Wales (7.8 per 1,000).", "4.0 times"),
    ("Searches were five times as likely (34.3 against 9.8 per 1,000).", "3.5 times"),
    ("Calls more than doubled from 96 to 183.", "1.91 times"),
    ("The number has more than halved, from 94 to 53.", "0.56 times"),
    ("An estimated 2,950 people use heroin, of whom 1,621 are in treatment, so 1,392 are not.", "1,329"),
    ("The budget is £48,000. By June £21,600 had been spent, leaving £24,600.", "£26,400"),
    ("We held 24 sessions and saw 1,860 people, an average of 75.7.", "77.5"),
    ("Income was £19.4 million and spending £18.9 million, leaving a surplus of £1.5 million.", "£0.5 million"),
    ("Income was £19.4 million and spending £18.9 million, leaving a deficit of £0.5 million.", "a surplus of £0.5"),
    ("We spent £82,800 against a budget of £90,000, an underspend of £2,700.", "£7,200"),
    ("Boys had 71.4% and girls 54.3%, a gap of 11.7 percentage points.", "17.1"),
    ("The share was lower among boys (71.4%) than among girls (54.3%).", "71.4% is more than 54.3%"),
    ("Performance was 74.6%, above the target of 78%.", "74.6% is below 78%"),
    ("We issued 86 warnings and 22 notices. In total, 180 steps were taken.", "108"),
    ("Suspensions rose by 12 from 25 in 2023/24, an increase of 84%.", "48%"),
    ("There were 612 deliberate fires. Deliberate fires made up 26.0% of the 2,188 fires.", "28.0%"),
    ("Calls were down by more than a quarter, from 1,204 to 988.", "17.9%"),
    ("There were 31 visits in the quarter, six fewer than in April to June 2023 (36).", "5"),
]
# Texts that are right, or that can be read so.
RIGHT = [
    # The line above the years, which says of what each column is, is lost.
    "| Area | 2023 | 2024 | 2023 | 2024 |\n|---|---|---|---|---|\n| Ashby | 10 | 12 | 31 | 30 |\n"
    "| Burwell | 20 | 18 | 44 | 41 |\n| Corley | 9 | 8 | 27 | 29 |\n\nAshby was the only area in which fires rose.",
    # Years that a narrow column parts: "2023/" and "24".
    "| Area | 2023/ | 2024/ |\n|---|---|---|\n| | 24 | 25 |\n| Ashby | 310 | 322 |\n| Burwell | 204 | 188 |\n\n"
    "Burwell had the fewest fires (188).",
    CRIMES + "Pellow and Tarne fell in rank but together they remain above Wickby.",
    CRIMES + "The number of victims rose in Tarne for the third year running.",
    CRIMES + "Domestic burglary in Wickby has risen every year.",
    CRIMES + "Pellow was the only district to have more crimes than the average of 2,683.",
    CRIMES + "Pellow had 4,518 crimes, more than twice the 2,115 of Wickby and about four times the 1,133 of Orrin.",
    CRIMES + "Pellow and Tarne together recorded 7,482 crimes in 2024/25, 70% of all crimes.",
    CRIMES + "Pellow and Tarne together recorded 1,240 burglaries in 2024/25.",
    CRIMES + "Pellow and Tarne, together with Wickby, recorded 9,597 crimes in 2024/25.",
    CRIMES + "Pellow and Tarne together have 14 stations.",
    CRIMES + "Pellow had 1,554 more crimes than Tarne in 2024/25, and almost four times as many as Orrin.",
    CRIMES + "Pellow had 212 more arrests than Tarne.",
    CRIMES + "Pellow had 1,105 more crimes than Tarne in 2022/23.",
    CRIMES + "Pellow recorded more than twice as many burglaries as Tarne.",
    CRIMES + "Crime in Pellow rose for the second year running, and in Tarne it fell every year.",
    CRIMES + "Crime in Wickby rose for the second quarter running.",
    CRIMES + "The response in Wickby improved for the second year running.",
    CRIMES + "Crime fell in Wickby in 2024/25 but had risen in 2023/24.",
    CRIMES + "Burglary fell in Pellow and Orrin in 2024/25.",
    CRIMES + "Pellow accounted for 54% of the total increase.",
    CRIMES + "Pellow had 40 more crimes than Tarne in the last month.",
    CRIMES + "The three districts' crimes fell by 2.4%.",
    SCHOOLS
    + "Weir High has 533 more pupils than Elm Academy and is more than three times as large as Flat Top Primary.",
    SCHOOLS + "Flat Top Primary has the fewest pupils, and Weir High has the most.",
    OVER + "Vehicles had an overspend of £72,000 (7.7%), and staff the largest underspend (£55,000).",
    OVER + "An overspend of £90,000 on agency workers was met from reserves.",
    OVER + "The overspend of £41,000 in the first quarter was recovered.",
    LEFT + "The total overspend was £5,000.",
    SPENDING.format("-1.1%", "7.7%", "-1.6%", "0.1%"),
    # Amounts in thousands of pounds are rounded, and so is their difference.
    SPENDING.format("-56", "73", "-12", "5"),
    RATED.format("Up") + "Two measures are green, one is amber and one is red.",
    RATED.format("Up").replace("Down", "▲").replace("Up", "▼"),
    LIMITS.format("8.9"),
    DUTIES.format("455"),
    PER_HOME.format("100.0"),
    "The share was 4.9% (95% CI 4.6-6.3).",
    "The rate fell by 4.1 (95% CI -6.3 to -1.9).",
    "The treatment led to a reduction of 20% (95% CI 0.7 to 0.9).",
    "In 2024 there were 38 fires, compared with 41 in 2023 and 44 in 2022: the second consecutive year of decrease.",
    "The rate was 12.0 in men and 8.1 in women (95% CI 10.2 to 13.9 and 6.6 to 9.7).",
    "We opened 12 homes and closed four. In total, 96 homes are open.",
    "The gap between boys (60%) and girls (71%) was 11 percentage points, against a gap of 14 points in 2023.",
    "Income of £2.1 million and costs of £2.3 million left a deficit of £0.2 million, after a surplus of £0.1 million.",
    "We have 312 cases, nearly three times the 108 of a year ago.",
    "Of 312 homes, 40 had waited more than twice the limit (14 days).",
    "The 24 wards include 6 with rates more than twice that of the borough (4.1 per 1,000).",
    "Calls more than doubled from 96 to 203 and complaints more than halved, from 94 to 43.",
    "The budget is £48,000. By June £21,600 had been spent, leaving £20,400 after commitments of £6,000.",
    "We saw 240 people and 32 families, an average wait of 7.7 days.",
    "We saw 240 people and 32 families, with an average of 7.7 days between them.",
    "20% of schools were above the average of 30%.",
    "12 wards were above the threshold of 40.",
    "Performance was 74.6%, 3.1 points more than in 2023 (71.5%) but still short of our target of 78%.",
    "Absence was 3.9%, down from 4.4% and better than the average of 5.0%.",
    "Suspensions rose by 12 from 25 in 2023/24, an increase of 48%.",
    "There were 612 deliberate fires. Deliberate fires made up 28.0% of the 2,188 fires.",
    "999 calls rose by 4%, from 60,000 to 62,400, and 101 calls fell by 8.0%, from 121,000 to 111,320.",
    "Visits rose by 1.5% to 8,120, from the 8,000 of the year before.",
    "Unmet need was 45.1%. This compares with 46.2% in 2023/24, a fall of 1.1 percentage points, and with 53.0% in England.",
    "The share was 58% (174 of 300), compared with 53% nationally. This is five percentage points above the national figure.",
    "Ashdown has overtaken Burwell, with 121 visits against 119.",
    "There were 31 visits in the quarter, five fewer than in April to June 2023 (36).",
]


@pytest.mark.parametrize(("text", "said"), FAULTS, ids=lambda text: text[-50:])
def test_a_wrong_claim_is_told(text: str, said: str):
    told = [f"{one.published} | {one.expected} | {one.explanation}" for one in found(text) if one.severity != "advice"]
    assert any(said in one for one in told), told


@pytest.mark.parametrize("text", RIGHT, ids=lambda text: text[-50:])
def test_nothing_is_said_of_a_right_claim(text: str):
    assert [(one.rule_id, one.explanation) for one in found(text) if one.severity != "advice"] == []
