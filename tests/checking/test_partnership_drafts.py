"""What partnerships, boards and services write: periods in brackets, thousands of pounds, remainders, two places."""

import pytest
from test_sentences import found

CLINICS = """Table 1: Clients by clinic, 2023/24 and 2024/25

| Clinic site | 2023/24 | 2024/25 | Population | Rate per 1,000 |
|---|---|---|---|---|
| Abbot | 412 | 448 | 51,200 | 8.8 |
| Brook | 566 | 559 | 44,100 | 12.7 |
| Corley | 233 | 251 | 47,300 | 5.3 |

"""
SPENDING = """Table 1. Expenditure, £ thousand, 2023/24 and 2024/25

| Heading | 2023/24 | 2024/25 |
|---|---|---|
| Staff | 2,310 | 2,402 |
| Premises | 296 | 284 |
| Total | 2,606 | 2,686 |

"""
RETURNS = """Table 1: Packs and returns by site

| Site | Packs | Returned | Return rate |
|---|---|---|---|
| Riverside | 7,002 | 4,341 | 62% |
| Kemp | 2,744 | 960 | 35% |
| Hostel | 1,398 | 629 | 45% |

"""
SESSIONS = """Table 1: Sessions by kind

| Kind of session | 2023/24 | 2024/25 |
|---|---|---|
| Assemblies | 24 | 31 |
| Classroom sessions | 186 | 214 |
| Evenings | 11 | 9 |

"""
SERVICES = """Table 1: People seen by service

| Service | 2023/24 | 2024/25 |
|---|---|---|
| Addison House | 412 | 455 |
| Cedars | 127 | 140 |
| Dovetail | 95 | 118 |

"""
RELEASED = "418 people were released. 351 of them had a kit, and 289 (69%) an appointment. The remaining {} had no appointment."

RIGHT = [
    CLINICS + "Brook had 7 fewer clients than in 2023/24 (559 compared with 566).",
    CLINICS + "Brook has the smallest population of the three but the most clients (559).",
    CLINICS
    + "The rate of 12.7 in Brook is about one and a half times that of Abbot (8.8) and more than double that of "
    "Corley (5.3).",
    CLINICS + "The rate was 12.7 per 1,000 in Brook, above that of Abbot, by 3.9 per 1,000.",
    CLINICS + "Brook was best: 559 were seen, against 448 at Abbot and 251 at Corley.",
    SPENDING
    + "Spending on staff went up by £92,000, and the two headings together by £80,000. We spent less on premises "
    "(down £12,000).",
    RETURNS + "The return rate was highest at Riverside, where it was 62%, and lowest at Kemp (35%).",
    SESSIONS + "412 pupils gave feedback on the classroom sessions.",
    SERVICES
    + "Addison House is the largest and added the most; yet it was Dovetail, the smallest of the three, that grew "
    "fastest (24.2%).",
    CLINICS + "Between 2023/24 and 2024/25 there was no significant change in clients at Brook (566 to 559).",
    "Where both values end in 00 (from 3,100 to 4,200, up 34%), they may have been rounded.",
    RELEASED.format("129"),
    "5.1 38 of the 88 people (43%) were in treatment; a further 21 (24%) had been before. The other 29 had never been.",
    "Of the 953 kits, 571 went to people who had never had one before (60%).",
    "Every supplier but one issued more kits in 2024 (1,248) than in 2023 (1,137).",
    "Deaths fell from 41 to 36, but 36 is still two more than in 2021.",
    "Clinics give 45% of kits and pharmacies 27%, so that between them they give over seven kits in ten (897 of 1,248).",
    "The rate rose from 12.1 per 100,000 in 2013 to 2015 to 13.6 in 2019 to 2021.",
]
WRONG = [
    (CLINICS + "Brook had 9 fewer clients than in 2023/24 (559 compared with 566).", "7"),
    (CLINICS + "Abbot has the smallest population of the three.", "Brook"),
    (
        CLINICS
        + "The rate of 12.7 in Brook is about one and a half times that of Abbot (8.8) and more than treble that of "
        "Corley (5.3) and three times that of Corley (5.3).",
        "2.4 times",
    ),
    (SPENDING + "Spending on staff went up by £29,000.", "£92,000"),
    (RETURNS + "The return rate was highest at Riverside, where it was 62%, and lowest at Hostel (45%).", "Kemp"),
    (SESSIONS + "We gave 241 classroom sessions in 2024/25.", "214"),
    (
        SERVICES + "Addison House is the largest; it was Cedars, the smallest of the three, that added fewest.",
        "Dovetail",
    ),
    (
        CLINICS + "Between 2023/24 and 2024/25 there was no significant change in clients at Brook (559 to 566).",
        "2024/25",
    ),
    (RELEASED.format("139"), "129"),
    ("5.1 38 of the 88 people (34%) were in treatment.", "43%"),
    ("Of the 953 kits, 571 (66%) went to people who had never had one before.", "60%"),
    ("Deaths fell from 41 to 36, which is 7 fewer.", "5"),
]


@pytest.mark.parametrize("text", RIGHT, ids=lambda text: text[-50:])
def test_nothing_is_said_of_what_is_right(text: str):
    assert [(one.published, one.explanation) for one in found(text)] == []


@pytest.mark.parametrize(("text", "meant"), WRONG, ids=lambda text: text[-50:])
def test_what_is_wrong_is_told_with_what_is_meant(text: str, meant: str):
    findings = found(text)
    assert findings
    assert any(meant in f"{one.expected} {one.explanation}" for one in findings)
