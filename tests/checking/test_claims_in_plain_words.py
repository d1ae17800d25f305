"""Counts of rows, targets, ranks, comparisons and shares as officials write them: nothing on right ones, wrong ones told."""

import pytest
from test_sentences import found

WARDS = """Table 1: Admissions by ward, 2023/24 and 2024/25

| Ward | 2023/24 | 2024/25 |
|---|---|---|
| Ashe | 88 | 97 |
| Brin | 141 | 138 |
| Cast | 203 | 221 |
| Total | 432 | 456 |

"""
PROVIDERS = """Table 1: People treated and cost by provider

| Provider | Treated 2023/24 | Treated 2024/25 | Contract 2024/25 (£) | Cost per person 2024/25 (£) |
|---|---|---|---|---|
| Horizon | 1,680 | 1,722 | 2,140,000 | 1,243 |
| Kestrel | 940 | 1,012 | 1,265,000 | 1,250 |
| Open Door | 610 | 588 | 712,000 | {} |
| Turnstone | 270 | 318 | 483,000 | 1,519 |
| Total | 3,500 | 3,640 | 4,600,000 | 1,264 |

"""
COSTED = PROVIDERS.format("1,211")
TARGETS = """Table 1: Targets and achievement

| Indicator | Target | Achieved |
|---|---|---|
| Planned exits (%) | 55.0 | 57.1 |
| Tests offered (%) | 90.0 | 86.5 |
| Start within three weeks (%) | 95.0 | 98.2 |

"""
SEEN = """Table 1: Referrals and people seen in time, by team

| Team | 2023/24 | 2024/25 | Seen in time (%) |
|---|---|---|---|
| Community care | 2,840 | 3,015 | 88.4 |
| Crisis resolution | 1,120 | 1,264 | 96.1 |
| Eating disorders | 186 | 220 | 91.7 |

"""
INCIDENTS = """Table 1: Incidents by type

| Type | 2023/24 | 2024/25 |
|---|---|---|
| Self-harm | 341 | 397 |
| Drug use | 604 | 523 |
| Overdose | 43 | 52 |

"""
AGES = """Table 1: Young people by age

| Age | Number |
|---|---|
| 14 | 58 |
| 15 | 84 |
| 16 | 79 |

"""
SUICIDES = """Table 1: Suspected suicides by calendar year

| | 2021 | 2022 | 2023 | 2024 | 2021 to 2024 |
|---|---|---|---|---|---|
| Men | 31 | 36 | 33 | 28 | 128 |
| Women | 11 | 11 | 12 | 11 | 45 |
| All | 42 | 47 | 45 | 39 | 173 |

"""
STAY = """Table 1: Mean length of stay (days)

| Year | 2021/22 | 2022/23 | 2023/24 | 2024/25 |
|---|---|---|---|---|
| Mean length of stay | 7.1 | 6.8 | 6.9 | 6.2 |

"""
PRISONS = """Table 1: Capacity and receptions by prison

| Prison | Capacity | Receptions |
|---|---|---|
| Barrow | 742 | 1,264 |
| Cleeve | 508 | 688 |
| Marl | 316 | 402 |
| Cluster | 1,566 | 2,354 |

"""
SERIES = """Table 1: Admissions, 2019/20 to 2022/23

| Year | Admissions | Change on year before (%) |
|---|---|---|
| 2019/20 | 2,104 | |
| 2020/21 | 1,876 | -10.8 |
| 2021/22 | 1,988 | +6.0 |
| 2022/23 | 2,240 | +12.7 |

"""
THEMES = """Table 1: Actions by theme

| Theme | Actions | Completed |
|---|---|---|
| Early help | 12 | 8 |
| Treatment | 15 | 12 |
| Workplace health | 6 | 2 |

"""
LIFE = """Table 1: Change since starting treatment

| Area of life | Better | Same | Worse | Better (%) |
|---|---|---|---|---|
| Health | 223 | 118 | 45 | 58% |
| Housing | 109 | 244 | 33 | 28% |
| Money | 96 | 218 | 72 | 25% |

"""
HUBS = """Table 1: Forms by hub

| Hub | Handed out | Returned | Response rate (%) | Share of all returned (%) |
|---|---|---|---|---|
| Aldgate | 212 | 118 | 55.7 | 30.6 |
| Cornmill | 164 | 97 | 59.1 | 25.1 |
| Moorside | 131 | 62 | 47.3 | 16.1 |
| Quayside | 193 | 109 | 56.5 | 28.2 |
| All hubs | 700 | 386 | 55.1 | 100.0 |

"""
# Each line: a text, and how the same text reads with a fault, and what the finding says.
PAIRS = [
    (
        WARDS + "Admissions had gone up in {} of the three wards shown and down in the other.",
        "two",
        "all",
        "2 of the 3",
    ),
    (
        COSTED + "All providers bar {} treated more people in 2024/25 than in 2023/24.",
        "Open Door",
        "Kestrel",
        "Open Door",
    ),
    (COSTED + "Every provider but one treated {} people.", "more", "fewer", "all but"),
    (COSTED + "{} was the only provider to treat fewer people.", "Open Door", "Turnstone", "Open Door"),
    (COSTED + "Horizon is the largest provider: it treats {} of all clients.", "47.3%", "43.7%", "47.3%"),
    (PROVIDERS + "Contracts end in 2027.", "1,211", "1,121", "1,211"),
    (TARGETS + "{} of the three targets were achieved.", "Two", "All", "2 of the 3"),
    (TARGETS + "We missed {} of our three targets.", "one", "two", "1 of the 3"),
    (SEEN + "{} of the three teams met the standard of 90%.", "Two", "Three", "2"),
    (SEEN + "The {} team had the steepest rise.", "eating disorders", "crisis resolution", "Eating disorders"),
    (INCIDENTS + "Self-harm went up and drug use {}.", "went down", "went up", "Drug use fell"),
    (INCIDENTS + "Overdoses increased from {} to 52 and self-harm from 341 to 397.", "43", "34", "43"),
    (AGES + "The commonest age was {} young people).", "15 (84", "16 (79", "15"),
    (SUICIDES + "There were 39 suspected suicides in 2024, the {} in four years.", "fewest", "most", "lowest"),
    (
        SUICIDES + "Suspected suicides numbered 39 in 2024. They have now fallen for {} years in a row.",
        "two",
        "three",
        "rise",
    ),
    (STAY + "The only year in which it went up was {}.", "2023/24", "2022/23", "2023/24"),
    ("Ash takes in {} people than the other two combined (1,264 against 1,090).", "more", "fewer", "more"),
    (
        "The rate in Ash, 14.1 per 100,000 in 2021 to 2023, is {} than in the region (16.9) and in England (15.0).",
        "lower",
        "higher",
        "less",
    ),
    ("The gap between Ash and England has {} from 2.1 to 0.9 per 100,000.", "narrowed", "widened", "narrowed"),
    (
        "Cannabis is the main drug for 181 people, or 59.2%. That share has {} slightly from 61.8% the year before.",
        "come down",
        "gone up",
        "a fall",
    ),
    ("Of 1,120 people, 616 (55%) had quit. This was just {} the regional average of 54%.", "above", "below", "above"),
    ("The wait was 6.4 days, which is {} days shorter than in 2023/24 (8.2 days).", "1.8", "2.8", "1.8 days"),
    ("Next year we want to see 340 people, 34 more than this year ({}).", "11.1%", "12.1%", "11.1%"),
    ("The caseload has grown by 620 ({}) in a year, from 10,820 in April 2024.", "5.7%", "6.7%", "5.7%"),
    ("In May 700 forms were handed out and 386 came back, which is a response rate of {}.", "55.1%", "51.1%", "55.1%"),
    (
        "A survey found that 57.2% drink little and 16.3% nothing. That leaves {}: 21.6% at some risk and 4.9% at high risk.",
        "26.5%",
        "25.6%",
        "26.5%",
    ),
    ("The first had 59.1% and the second 24.8%. The three others make up the other {}.", "16.1%", "18.1%", "16.1%"),
    (
        "Deaths fell from 41 in 2023 to 36 in 2024, having {} in each of the two years before (34 in 2021 and 39 in 2022).",
        "risen",
        "fallen",
        "rise",
    ),
    (
        "Deaths fell from 41 in 2023 to 36 in 2024; there were 34 in 2021 and 39 in 2022. Over the four years there were {} "
        "deaths in all.",
        "150",
        "155",
        "150",
    ),
    (
        "There were 1,090 premises: 598 pubs, 361 shops and 131 clubs. That is {} fewer than five years earlier (1,100).",
        "10",
        "20",
        "10",
    ),
    (
        "We handed out 18,005 packs. The programme cost £231,400. The cost per pack was {}.",
        "£12.85",
        "£12.58",
        "£12.85",
    ),
    (
        "In 2023/24 uptake was 53% (4,701 of 8,870), and in 2024/25 it was 58%. Uptake has therefore improved by 5{}.",
        " percentage points",
        "%",
        "5 percentage points",
    ),
    (
        "In 2023/24 uptake of checks was 53%, and in 2024/25 it was 58%.\n\nThat the better uptake of checks, from {} to 58%, be "
        "welcomed.",
        "53%",
        "52%",
        "53%",
    ),
    ("A fifth are 65 or over, {} twice as many as are under 35 (931 against 486).", "nearly", "more than", "1.9 times"),
    ("The largest increase was in overdoses ({}%), followed by self-harm (16.4%).", "20.9", "12.9", "no more than"),
    (
        "We saw 306 young people under 18 in 2024/25. With 21,800 residents aged 10 to 17, that is 14.0 in every {}.",
        "1,000",
        "10,000",
        "140.4",
    ),
    (
        COSTED + "Kestrel and Turnstone took on {} additional clients respectively.",
        "72 and 48",
        "48 and 72",
        "72 and 48",
    ),
    (PRISONS + "Their combined capacity is {}.", "1,566", "1,656", "1,566"),
    (SERIES + "They dropped sharply in 2020/21, by {}, but have gone up since.", "10.8%", "12.2%", "10.8%"),
    (SERIES + "They are now 6.5% {} their level in 2019/20.", "above", "below", "a rise"),
    (THEMES + "Workplace health lagged behind, with {} out of six.", "two", "three", "2 of 6"),
    (LIFE + "{} was the area where most people said that things had become worse: 72.", "Money", "Housing", "Money"),
    (
        "There were 402 people: 251 on methadone, 113 on tablets and 38 on injections. The number on injections has {} from "
        "19 a year before.",
        "doubled",
        "trebled",
        "2.0 times",
    ),
    (
        "We closed 31 county lines in 2024/25, against 23 in 2023/24 and 14 in 2021/22. The number has thus {} since 2021/22.",
        "more than doubled",
        "almost trebled",
        "2.2 times",
    ),
    (HUBS + "The other three hubs all had a rate of over {}.", "55%", "56%", "2"),
    (
        "We had 360 replies. These came from:\n\n- people who use services: 164 (46%)\n- families and carers: 47 ({})",
        "13%",
        "17%",
        "13%",
    ),
]


@pytest.mark.parametrize(("text", "right"), [one[:2] for one in PAIRS], ids=[one[0][-50:] for one in PAIRS])
def test_nothing_is_said_of_what_is_right(text: str, right: str):
    assert [(one.published, one.explanation) for one in found(text.format(right))] == []


@pytest.mark.parametrize(
    ("text", "wrong", "meant"), [(one[0], *one[2:]) for one in PAIRS], ids=[one[0][-50:] for one in PAIRS]
)
def test_what_is_wrong_is_told_with_what_is_meant(text: str, wrong: str, meant: str):
    findings = found(text.format(wrong))
    assert findings
    assert any(meant in f"{one.expected} {one.explanation}" for one in findings)


# What looks like a claim of the kinds above, and is none.
OTHERS = [
    WARDS + "Staff numbers had gone up in all of the three wards.",
    WARDS + "Waiting times fell in two of the three wards by more than a week.",
    COSTED + "All providers bar Kestrel were visited more than once.",
    COSTED + "Kestrel was the only provider to see fewer complaints.",
    TARGETS.replace("Planned exits", "Unplanned exits") + "Three of the three targets were achieved.",
    INCIDENTS + "Self-harm went up by 56, as drug use did in the community.",
    AGES + "The commonest age among girls was 16 (41).",
    SUICIDES + "The rise of 5 was the largest in four years.",
    "More than half of the calls (60 against 40) were made at night.",
    "The gap of 12 points has widened from one survey to the next.",
    "The share rose from 54% to 61.8%. That share has gone up from 40% in 2010 to 61.8%.",
    "We saw 340 people, 34 more than last year (61% of them men).",
    "Of 700 forms, 386 came back (55%), a response rate of 48% among men.",
    "One provider has 59.1% of the clients. The other 12% who left came from abroad.",
]


@pytest.mark.parametrize("text", OTHERS, ids=lambda text: text[-50:])
def test_nothing_is_said_of_what_is_no_such_claim(text: str):
    assert [(one.published, one.explanation) for one in found(text)] == []
