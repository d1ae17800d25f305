"""What inspectors, courts, fire services and auditors write, each right and wrong."""

import pytest
from test_sentences import found

HOUSES = """Table 1: Prisoners by house

| House | Held | On treatment | Failed tests |
|---|---|---|---|
| North house | 140 | 42 | 19 |
| South house | 162 | 57 | 26 |
| Yard house | 98 | 45 | 8 |

"""
CALLS = """Table 1. Fires and calls, 2021 to 2024

| Year | Calls taken | False alarms | Alarms per 1,000 calls |
|---|---|---|---|
| 2021 | 41,200 | 3,118 | 75.7 |
| 2022 | 43,800 | 3,342 | 76.3 |
| 2023 | 45,100 | 3,575 | 79.3 |
| 2024 | 46,300 | 3,861 | 83.4 |

"""
AGES = """Table 1: Patients by age

| Age | Patients | Share |
|---|---|---|
| 18 to 24 | 140 | 14.0% |
| 25 to 34 | 240 | 24.0% |
| 35 to 44 | 310 | 31.0% |
| 45 and over | 310 | 31.0% |

"""
DISTRICTS = """Table 1: Collisions by district, 2024

| District | Collisions | Population | Rate per 1,000 |
|---|---|---|---|
| Amble | 240 | 80,000 | 3.0 |
| Borrow | 410 | 160,000 | 2.6 |
| Culver | 330 | 75,000 | 4.4 |
| Force | 980 | 315,000 | 3.1 |

"""
OFFICES = """Table 1: Orders by office

| Office | Orders | Started | Completed |
|---|---|---|---|
| Alder | 181 | 150 | 122 |
| Bexwell | 142 | 118 | 71 |
| Chase | 108 | 97 | 54 |
| Dunmore | 106 | 88 | 69 |

"""
GROUPS = """Table 1: Drugs found in deaths

| Drug | Deaths 2023 | Deaths 2024 | Change |
|---|---|---|---|
| Heroin | 31 | 37 | +6 |
| Methadone | 19 | 16 | -3 |
| Ketamine | 4 | 9 | +5 |
| Cocaine | 28 | 26 | -2 |

"""
RATINGS = """## Summary

{}

## Measures

Table 1: Measures

| Measure | Target | Result | Rating |
|---|---|---|---|
| Calls answered | 95% | 96% | Green |
| Fires reached | 90% | 88% | Red |
| Visits made | 70% | 74% | Green |
| Engines crewed | 80% | 71% | Red |

"""
BEFORE = "Figures of 2023 are in brackets.\n\n- Burglaries: 384 (427), down 10.1%\n- Thefts: 1,962 (1,635), up 20.0%\n- Robberies: {}\n"
ARRESTS = """Table 1: Arrests

| Offence | 2023 | 2024 |
|---|---|---|
| Drink-driving | 1,302 | 1,216 |
| Drug-driving | 1,060 | 1,388 |

"""
RIGHT = [
    "Assaults on staff increased by 13 to 74, and finds of drugs by a third, from 96 to 128.",
    DISTRICTS.replace("Collisions |", "2023 | 2024 |")
    .replace("|---|---|---|---|", "|---|---|---|---|---|")
    .replace("| 240", "| 250 | 240")
    .replace("| 410", "| 390 | 410")
    .replace("| 330", "| 320 | 330")
    .replace("| 980", "| 960 | 980")
    + "Across the three districts collisions rose from 960 to 980.",
    "There were 91 officers against an establishment of 104, 13 short.",
    "Turnover was 11.2%, above the target of 10%. 81% had an appraisal; the target of 85% was missed by 4 points.",
    "There had been 1,806, 3.2% of all calls, against 1,650 a year earlier; that was 156 or 9.5% more.",
    "2,192 of the 2,497 calls were long, and 300 of the 4 services' staff came.",
    "Of the 311 people treated 220 were asked, and 99 (45%) said yes.",
    "Of the 311 people treated 220 were asked; 99 said yes (45%), 88 said no (40%) and 33 did not know (15%).",
    "Of the 1,050 who failed 840 were sent on; 672 went, four fifths.",
    OFFICES + "Officers have too much to do. In Chase the caseload was 53, the highest of the four.",
    """Table 1: Index of crime

| Group | 2021 | 2022 | 2023 | 2024 |
|---|---|---|---|---|
| Theft | 100 | 96 | 91 | 99 |
| Arson | 100 | 104 | 107 | 105 |

Theft was 1% lower in 2024 than in 2021, but is rising again: the index rose by eight points in the last year, from 91 to
99.""",
    """Table 1: Income, £000

| Income | Budget | Forecast | Difference |
|---|---|---|---|
| Grant | 84,500 | 85,100 | +600 |
| Fees | 3,300 | 3,720 | +420 |
| Rents | 1,900 | 1,450 | -450 |

Fees are the most over budget in percentage terms (12.7%).""",
    OFFICES + "By the spring we expect the orders at Bexwell to have reached 150.",
    ARRESTS
    + "Of the drivers, 833 of the 1,388 arrested for drug-driving had taken cannabis (60%), up from 530 of 1,060 "
    "(50%) in 2023.",
    "Income was £273,600, or £30 a notice, against a budget of £240,000, a surplus of £33,600 (14%).",
    "A post costs £48,000 a year, or £4,200 a month with what the employer pays.",
    "Savings of £5.4m were made against a plan of £7.2m, a shortfall of £1.8m or 33% of what was saved.",
    "54 of the 98 agreed to be seen, leaving 34 who did not answer and 10 who refused.",
    RATINGS.format("A year ago three measures were green and one was red."),
    DISTRICTS + "Two of the three districts have a rate above the national average.",
    GROUPS + "Two drugs, heroin and cocaine, had more deaths than the others.",
    GROUPS + "Three drugs had higher numbers among men.",
    ARRESTS + "Drug-driving rose by 328, half in the two towns.",
    "120 of the 410 seen by the team, or 29.3% of all, came back.",
    DISTRICTS
    + "31 of the 98 riders, or 31.6% of all, were under 25. 12 people were hurt in the 410 collisions, which is "
    "2.9% of all.",
    """Table 1: Offences, 2023 and 2024

| Offence | 2023 | 2024 |
|---|---|---|
| Fare dodging | 1,411 | 1,850 |
| Not stopping | 940 | 871 |

Fare dodging rose most, by nearly a third (31.1%), whereas stopping offences fell (7.3%).""",
    DISTRICTS + "Collisions have gone up, by 1.3% in a year, and in Culver by 12.3% (294 to 330).",
    "The average fine was £412, compared with £364 in 2023: £48 or 13.2% more.",
    DISTRICTS + "One of the three districts is above the force's rate of 3.1.",
    GROUPS + "Two drugs, methadone and cocaine, had fewer deaths.",
    "In 2024 there were 3,120 roadside tests, 420 more than in 2023 (15.6%).",
    GROUPS + "## Outlook\n\nWe are concerned about heroin (up 19.4%) and less so about cocaine (down 7.1%).",
    "It held 612 men in three houses against a certified capacity of 540; it was therefore 72 over.",
    "There were 91 officers against an establishment of 104, which is 13 short.",
    CALLS + "There were 3,861 alarms. That is 8.0% more than the year before (3,575) and 1.24 times the figure "
    "for 2021.",
    CALLS + "There were 3,861 alarms. That is over a quarter more than in one year before (3,010) and 1.24 times the "
    "number of 2021.",
    OFFICES + "Alder handled the most orders (181) and Dunmore the fewest (106).",
    OFFICES + "Alder had the most orders (181) and Chase the fewest completions (54).",
    GROUPS + "Two groups saw fewer deaths than in the year before.",
    GROUPS + "Three drugs were found more often in men.",
    RATINGS.format("Two measures are green and two are red."),
    BEFORE.format("91 (104), down 12.5%"),
    "Of those sentenced, 91 (12 of them women), up 10%, were young. There were 40 (six a month), up 4%.",
    "The contract costs £468,000 a year or £117,000 a quarter.",
    "Rent is £52,000 a year, or £1,000 a week.",
    "Savings of £5.4m were made against a plan of £7.2m, a shortfall of £1.8m or 25%.",
    "In our first year we met 512 people; this year it was 831, or 319 more.",
    "Over the four years there were 312 inquests, an average of 78 a year.",
    "Deaths with ketamine went up from 4 to 11, nearly three times as many.",
    "Of those who stayed, 49 of 248 (19.8%) came back, and of those who did not, 62 of 157 (39.5%), twice as high.",
    "54 of the 98 agreed to be seen, leaving 44 who did not.",
    "61 of the 85 were men and 24 women. Ten were under 25, 22 were between 25 and 39, 36 between 40 and 54 and the "
    "other 17 were older.",
    "The second engine arrived in time for 84.1% and is still short of the target of 85% by 0.9 points.",
    DISTRICTS + "Only one of the three districts has a rate above that of the force.",
    DISTRICTS + "The 650 collisions in Amble and Borrow together make up 66.3% of the total.",
    DISTRICTS + "410 of them were in one district, which is 41.8% of all.",
    ARRESTS + "Drug-driving rose by 328, nearly a third.",
    "Cautions were the only one of the four to become less common: 1,139 to 1,089, down 4.4%.",
    CALLS + "False alarms rose from 3,118 to 3,861, or by 23.8%. All calls rose by 12.4% over the same time, so alarms "
    "grew nearly twice as fast.",
    AGES + "Patients aged 35 to 44 were many (310, 31.0%), and together with those aged 25 to 34 they make up 55.0%.",
    HOUSES + "South house held fewer than half of the men (162 of 400, 40.5%).",
    HOUSES + "Less than a third of the men (131 of 400, 32.8%) had been there for a year.",
    HOUSES + "How many were treated varied. It was highest in Yard house, at 45.9%.",
    DISTRICTS + "Amble and Borrow were both within one point of the force's rate of 3.1.",
    DISTRICTS + "Borrow had the most collisions (410), but its rate of 2.6 is the lowest of the three.",
    "Cyclists fared worse: there were 20 more casualties, an increase of 13.7%, and eight were killed compared with "
    "five.",
    "Of the 14 actions raised in May, 9 (64%) are closed; of the 11 raised in June it is 5 (45%).",
]
WRONG = [
    ("There were 91 officers against an establishment of 104, 23 short.", "13"),
    (
        "Turnover was 11.2%, above the target of 10%. 81% had an appraisal; the target of 85% was missed by 7 points.",
        "4 percentage points",
    ),
    ("There had been 1,806, against 1,650 a year earlier; that was 165 or 9.5% more.", "156"),
    ("The two towns together had 2,912 of the 2,497 long calls.", "at most 2,497"),
    ("Of the 311 people treated 220 were asked, and 99 (54%) said yes.", "32%"),
    (OFFICES + "In Chase there were 108 orders. At Bexwell it was 142, the highest of the four.", "Alder"),
    ("The average fine was £412, compared with £364 in 2023: £48 or 11.7% more.", "13.2%"),
    (DISTRICTS + "Two of the three districts are above the force's rate of 3.1.", "1 of the three"),
    (GROUPS + "Two drugs, methadone and ketamine, had fewer deaths.", "Ketamine rose"),
    ("In 2024 there were 3,120 roadside tests, 420 more than in 2023 (16.5%).", "15.6%"),
    (GROUPS + "## Outlook\n\nWe are pleased with cocaine (down 1.7%) and concerned about heroin (up 19.4%).", "7.1%"),
    ("It held 612 men in three houses against a certified capacity of 540; it was therefore 27 over.", "72"),
    ("There were 91 officers against an establishment of 104, which is 13 over.", "13 below"),
    (OFFICES + "Alder handled the most orders (181) and Chase the fewest (108).", "Dunmore"),
    (GROUPS + "Three groups saw fewer deaths than in the year before.", "2 of the 4"),
    (RATINGS.format("Three measures are green and one is red."), "2 green"),
    (BEFORE.format("91 (104), down 15.2%"), "12.5%"),
    (BEFORE.format("91 (104), up 12.5%"), "a fall of 12.5%"),
    ("The contract costs £468,000 a year or £171,000 a quarter.", "£117,000"),
    ("Savings of £5.4m were made against a plan of £7.2m, a shortfall of £1.6m or 25%.", "£1.8 million"),
    ("Savings of £5.4m were made against a plan of £7.2m, a shortfall of £1.8m or 52%.", "25%"),
    ("In our first year we met 512 people; this year it was 831, or 391 more.", "319"),
    ("Over the four years there were 312 inquests, an average of 87 a year.", "78"),
    ("Deaths with ketamine went up from 4 to 11, nearly four times as many.", "2.8 times"),
    (
        "Of those who stayed, 49 of 248 (19.8%) came back, and of those who did not, 62 of 157 (39.5%), three times as "
        "high.",
        "2.0 times",
    ),
    ("54 of the 98 agreed to be seen, leaving 34 who did not.", "44"),
    (
        "61 of the 85 were men and 24 women. Ten were under 25, 22 were between 25 and 39, 36 between 40 and 54 and "
        "the other 19 were older.",
        "17",
    ),
    (
        "The second engine arrived in time for 84.1% and is still short of the target of 85% by 1.9 points.",
        "0.9 percentage points",
    ),
    (DISTRICTS + "Two of the three districts have a rate above that of the force.", "1 of the three"),
    (DISTRICTS + "The 650 collisions in Amble and Borrow together make up 63.6% of the total.", "66.3%"),
    (DISTRICTS + "410 of them were in one district, which is 48.1% of all.", "41.8%"),
    (ARRESTS + "Drug-driving rose by 328, nearly a quarter.", "30.9%"),
    (HOUSES + "South house held less than a third of the men (162 of 400).", "40.5%"),
    ("Of the 14 actions raised in May, 9 (64%) are closed; of the 11 raised in June it is 5 (54%).", "45%"),
    (DISTRICTS + "Borrow had the most collisions (410), while Borrow also had the highest rate (2.6).", "Culver"),
]


@pytest.mark.parametrize("text", RIGHT)
def test_nothing_is_told_of_what_agrees(text: str):
    assert [f"{one.published} -> {one.expected}" for one in found(text)] == []


@pytest.mark.parametrize(("text", "meant"), WRONG)
def test_what_contradicts_is_told_with_what_is_meant(text: str, meant: str):
    assert meant in [one.expected for one in found(text)]
