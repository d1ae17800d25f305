"""Lists behind a run, parts of a count, what is left of a sum, and rows that a sentence names last."""

import pytest
from test_sentences import found

STATIONS = """Table 1: Incidents by station

| Station | 2023/24 | 2024/25 | Change |
| --- | --- | --- | --- |
| Ashford | 2,101 | 1,987 | -114 |
| Barton | 3,340 | 3,302 | -38 |
| Corby | 1,954 | 1,877 | -77 |
| Total | 7,395 | 7,166 | -229 |

"""
PUPILS = """| School | Pupils | Suspensions | Rate (%) |
| --- | --- | --- | --- |
| Arden | 9,200 | 1,748 | 19.0 |
| Brook | 12,100 | 2,190 | 18.1 |
| Cole | 6,700 | 1,521 | 22.7 |

"""

DEATHS = """| Area | 2020-22 | 2021-23 | Difference |
| --- | --- | --- | --- |
| Wexham | 46 | 51 | 5 |
| Moorside | 38 | 35 | -3 |
| Fenny | 29 | 37 | 8 |

"""

TRUE = [
    "Numbers went from 3,120 (2022/23) through 3,245 (2023/24) to 3,398 (2024/25): growth of 4.0% and 4.7%.",
    "Possession offences rose from 5,310 to 5,810. Diversion was used 310 times, more than double the 142 of before.",
    "Prosecutions: 12 cases, 11 convictions, fines of £18,450 in total.",
    "Visits were 7.1% of those in the first half of 2024: 29 of 408.",
    "A hundred and thirty-one of the 214 (61%) were known to a service.",
    "Nine out of ten people (89%) would come again.",
    "Placements rose for the third quarter running: 214, 231, 239 and 262.",
    "Visits fell for the second year in a row (90, 80 and 70).",
    "Crews attended 9,512 incidents. Of these, 2,860 were fires, 3,104 special services and 3,548 false alarms.",
    "There were 9,412 visitors. Of these, 4,860 came by car, 3,104 came with children and 2,548 stayed overnight.",
    "Of £2.4m of grant, £1.7m has been spent and £0.7m is left.",
    "Of the 12 places, 8 are taken and 3 are still outstanding.",
    "Gonorrhoea led with 402, followed by herpes (214), warts (187) and syphilis (96). The remaining 125 were others.",
    "The number of fires halved, from 18 to 10.",
    "The number of fires almost halved, from 19 to 11.",
    STATIONS + "Incidents fell at all three stations. Staff rose at two of the three stations.",
    STATIONS + "Barton was the busiest station and Corby the quietest.",
    PUPILS + "Brook has the most in number but, with 18.1%, the lowest rate.",
    DEATHS + "Fenny saw the largest rise, Moorside the only fall.",
    DEATHS + "Wexham and Fenny were the only areas with a rise.",
    "There were 152 in treatment, compared with 139 in 2023 and 171 in 2019: numbers were still 11% lower than then.",
]
FALSE = [
    ("Placements rose for the third quarter running: 214, 231, 229 and 262.", "fell from 231 to 229"),
    ("Visits fell for the second year in a row (90, 80 and 84).", "rose from 80 to 84"),
    (
        "Crews attended 9,412 incidents. Of these, 2,860 were fires, 3,104 special services and 3,548 false alarms.",
        "9,512",
    ),
    ("Of £2.4m of grant, £1.7m has been spent and £0.9m is left.", "£0.7 million"),
    ("Diversion was used 310 times, more than double the 162 of the year before.", "1.9 times"),
    ("The number of fires halved, from 18 to 11.", "0.6 times"),
    (STATIONS + "Incidents fell at two of the three stations.", "3 of the 3"),
    (STATIONS + "Barton was the busiest station and Ashford the quietest.", "Corby"),
    (DEATHS + "Moorside and Fenny were the only areas with a rise.", "Wexham, Fenny"),
    (PUPILS + "Arden has the most in number but, with 19.0%, not the highest rate.", "Brook"),
]


@pytest.mark.parametrize("text", TRUE)
def test_what_agrees_with_its_list_or_rows_is_not_told(text: str):
    assert [one.explanation for one in found(text) if one.severity != "advice"] == []


@pytest.mark.parametrize(("text", "meant"), FALSE)
def test_what_does_not_agree_with_its_list_or_rows_is_told(text: str, meant: str):
    assert meant in [one.expected for one in found(text)]


def test_what_two_rules_see_in_one_sentence_is_told_once():
    assert [one.expected for one in found("Kits given out tripled from 410 to 890.")] == ["2.2 times"]
