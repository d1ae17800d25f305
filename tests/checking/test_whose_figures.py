"""Figures of another thing in the same sentence: a second change, a second clause, a part of a total, several rows."""

import pytest
from test_sentences import found

MARKETS = """Table 1: Stalls let, by market, 2023 and 2024

| Market | 2023 | 2024 | Share of 2024 |
|---|---|---|---|
| Corn Street | 214 | 251 | 41.1% |
| Dock Side | 180 | 172 | 28.2% |
| Hay Lane | 166 | 188 | 30.8% |
| Total | 560 | 611 | 100% |

"""
CLAIMS = """Table 1: Claims by cause, 2023/24 and 2024/25

| Cause | 2023/24 | 2024/25 |
|---|---|---|
| Damage to vehicles | 61 | 74 |
| Falls and trips | 112 | 97 |
| Lost property | 35 | 44 |
| Total | 208 | 215 |

"""
POSTS = """Table 1: Vacancy rate by staff group, 31 March 2025

| Staff group | Vacancy rate |
|---|---|
| Wardens | 4.1% |
| Drivers and loaders | 9.6% |
| Clerks and cashiers | 2.2% |

"""
LATE = """Table 1: Applications decided, 2023/24 and 2024/25

| Kind | 2023/24 | 2024/25 |
|---|---|---|
| Householder applications | 412 | 455 |
| Major applications, decided in 13 weeks or more | 31 | 28 |

"""
BANDS = """Table 1: Anglers by age, 2023 and 2024

| Age | 2023 | 2024 |
|---|---|---|
| 16 to 24 | 210 | 198 |
| 25 to 54 | 905 | 980 |
| 55 and over | 188 | 215 |
| All | 1,303 | 1,393 |

"""
AIMS = """Table 1: Measures of the year

| Measure | Target | Result |
|---|---|---|
| Repairs in time | 90% | 92.3% |
| Letters answered | 85% | 89.6% |

"""
NESTS = """Table 1: Boxes and nests

| | 2021 | 2022 | 2023 | 2024 |
|---|---|---|---|---|
| Boxes put up | 310 | 334 | 351 | 377 |
| Share with a nest | 61% | 58% | 57% | 54% |

"""
TERMS = """Table 1: Rate of missed appointments by season, 2023 and 2024

| Season | 2023 (%) | 2024 (%) |
|---|---|---|
| Spring | 12.4 | 10.9 |
| Summer | 11.8 | 11.2 |
| Autumn | 12.0 | 12.3 |

"""

RIGHT = [
    "The hall saw its fastest growth yet, 21.4%, following a drop the year before (308 to 294).",
    "Takings were £1,204,000, 3.1% higher than in the year before, and so finished with a profit of £60,000 "
    "(2023: £41,000).",
    MARKETS + "Corn Street gained the most stalls, both in number (37) and in per cent (17.3%).",
    MARKETS + "Evening stalls grew much more quickly than all the others (34.2%).",
    MARKETS + "Night traders went up by 14, from 20% of stalls let to 21%.",
    CLAIMS + "Damage and falls together gave rise to 171 of the 215 claims, or 80%.",
    POSTS + "Vacancies are highest among drivers (9.6%) and least so in the offices (2.2%).",
    POSTS + "Vacancies are highest among drivers (9.6%) and least so among clerks (2.2%).",
    CLAIMS + "Two of the causes grew: lost property, and damage to vehicles, where the rise of 13 was the largest.",
    LATE + "Objections were many. There were 57 more of them than in the year before, and most were withdrawn.",
    TERMS + "Missed appointments came down most in the spring, by 1.5 points.",
    BANDS + "Those aged 25 to 54 added most in number (75), while the eldest grew fastest (14.4%).",
    AIMS + "The workshop beat its target by 2.3 percentage points and letters by 4.6.",
    NESTS + "Boxes put up rose to 377; the share with a nest is at its lowest in the four years.",
    "Hires up by 6.2%, repairs up from 40 to 52, members up by 18: a good year.",
    MARKETS + "Corn Street (251 stalls) is the largest, followed by Hay Lane (188).",
    MARKETS + "Two of the three grew: Hay Lane and Corn Street, where the rise of 37 was the largest.",
    MARKETS + "Corn Street and Hay Lane are the largest, followed by Dock Side (172).",
    "There were 400 stalls in 2024, 50 more than the 350 of 2023, and growth of 5% is planned.",
    "There were 400 stalls in 2024 and 350 in 2023, and we expect a further rise of 5%.",
]
WRONG = [
    ("There were 400 stalls in 2024, up from 350 in 2023, growth of 5%, and more is planned.", "14%"),
    ("The hall saw growth of 21.4%, from 294 in 2023 to 308 in 2024.", "4.8%"),
    (MARKETS + "Corn Street, at 251 stalls, grew by 27 in 2024.", "37"),
    (CLAIMS + "Damage and lost property together gave rise to 181 of the 215 claims.", "118"),
    (POSTS + "Vacancies are highest among drivers (9.6%) and least so among wardens (4.1%).", "Clerks and cashiers"),
    (TERMS + "Missed appointments came down most in the summer, by 0.6 points.", "Spring"),
    (BANDS + "Those aged 25 to 54 grew fastest (8.3%).", "55 and over"),
    (NESTS + "Boxes put up rose to 377, the lowest in the four years.", "highest"),
    ("Hires fell; repairs grew by 18, from 40 to 52.", "12"),
    (MARKETS + "Corn Street (251 stalls) is the largest, followed by Dock Side (172).", "Hay Lane"),
    (MARKETS + "Two of the three markets were quieter than in 2023.", "1"),
]


@pytest.mark.parametrize("text", RIGHT, ids=lambda text: text[-50:])
def test_a_figure_of_another_thing_is_not_told(text: str):
    assert [(one.published, one.explanation) for one in found(text)] == []


@pytest.mark.parametrize(("text", "meant"), WRONG, ids=lambda text: text[-50:])
def test_a_figure_of_the_thing_itself_is_told(text: str, meant: str):
    findings = found(text)
    assert any(meant in f"{one.expected} {one.explanation}" for one in findings), [one.explanation for one in findings]
