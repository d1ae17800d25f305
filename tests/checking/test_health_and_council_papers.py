"""Forms of health boards' reports and of minutes: shares with a time limit, aims, elliptic changes, earlier times."""

import pytest
from test_sentences import found

NOTIFIED = """# Near-fatal overdoses

| | 2023/24 | 2024/25 |
|---|---|---|
| Notifications | 231 | 246 |
| Contacted within 72 hours | 148 | 171 |
| Not contacted | 83 | 75 |
| Accepted support | 74 | 95 |

"""
ADMISSIONS = """# Report

### Hospital admissions

| Year | Alcohol | Drugs | Both |
|---|---:|---:|---:|
| 2022-23 | 1,241 | 401 | 1,642 |
| 2023-24 | 1,196 | 388 | 1,584 |

*Admissions of residents, all ages; both columns count admissions, not people.*

"""
TARGETS = """# Alcohol care

The team saw 375 of the 417 people referred within a day, or 89.9%, against a target of 85%.

| Measure | Target | 2023/24 | 2024/25 |
|---|---|---|---|
| Seen within a day | 85% | 82.4% | 89.9% |
| Screened on admission | 90% | 88.1% | 91.3% |
| Brief advice given | 75% | 70.2% | 73.6% |
| Follow-up booked | 60% | 58.8% | 64.5% |

"""
TESTS = """# Bulletin

| Test | Tested 2023 | Positive 2023 | Tested 2024 | Positive 2024 |
|---|---|---|---|---|
| Hepatitis C | 1,240 | 118 | 1,425 | 114 |
| Hepatitis B | 880 | 11 | 905 | 9 |

"""
COUNTIES = """# Update

Table 1: Assessments by county, 2024-25. Source: own records.

| County | Assessments | In time | Share |
|---|---:|---:|---:|
| Aber | 705 | 663 | 94.0% |
| Bryn | 520 | 473 | 91.0% |
| Cwm | 595 | 559 | 93.9% |

"""
POISONING = """# Briefing

| Period | Haverton rate | England rate |
|---|---|---|
| 2016 to 2018 | 10.9 | 7.1 |
| 2019 to 2021 | 12.7 | 8.0 |
| 2022 to 2024 | 14.2 | 9.1 |

Table 1. Deaths related to drug poisoning, rate per 100,000 people

"""
PREMISES = """# Licensing

| Area | Premises 2025 | Complaints 2025 | Complaints per 100 premises |
|---|---|---|---|
| Centre | 301 | 87 | 28.9 |
| North | 149 | 31 | 20.8 |
| South | 103 | 18 | {} |
| West | 89 | 14 | 15.7 |
| City | 642 | 150 | 23.4 |

"""
YEARS_BELOW = """# Hospital teams

| Hospital | Patients | Patients | Seen within |
|---|---|---|---|
| | 2023/24 | 2024/25 | 24 |
| Royal | 1,520 | 1,610 | 1,449 |
| County | 1,130 | 1,300 | 1,105 |
| Victoria | 810 | 850 | 680 |

"""
# A text with a gap, what is right in it, and what is wrong.
FORMS = [
    # Two numbers behind a multiple.
    ("In quarter 3 there were almost {} the number of unplanned ones: 117 against 59.", "twice", "three times"),
    ("There were {} as many men as women: 117 compared with 59.", "twice", "three times"),
    ("Men were {} as likely to die, at 11.7 against 5.9 per 100,000.", "twice", "four times"),
    # A time limit stands between the counts and their share.
    ("2,330 of the 2,560 people referred were seen within 21 days ({}).", "91.0%", "92.1%"),
    ("Of 2,560 people referred, 2,330 were seen in under 18 weeks ({}).", "91.0%", "90.1%"),
    ("In the year 2,330 of the 2,560 adults began treatment within three weeks ({}).", "91.0%", "91.8%"),
    ("Some 2,330 of 2,560 referrals were answered within 5 working days ({}).", "91.0%", "93.0%"),
    # The aim stands before the distance from it.
    ("Uptake was 94.2%, which is above the standard of 90% by {}.", "4.2 percentage points", "2.4 percentage points"),
    ("At 86.4% uptake was below the target of 90% by {}.", "3.6 percentage points", "4.6 percentage points"),
    ("Uptake was 86.4% and so missed the national target of 90% by {}.", "3.6 points", "3.9 points"),
    ("Uptake reached 93.1%. It exceeded the ambition of 90% by {}.", "3.1 points", "1.3 points"),
    # One of two shares is told by its counts alone.
    (
        "Of 1,900 people discharged, 969 completed (51.0 per cent). In 2023/24 it was 864 of 1,800. "
        "That is an improvement of {} percentage points.",
        "3.0",
        "5.0",
    ),
    (
        "In 2024/25, 312 of 480 patients had a review (65.0%), against 270 of 450 the year before. "
        "The rate has improved by {}.",
        "5.0 percentage points",
        "7.0 percentage points",
    ),
    (
        "Of 480 patients 312 (65.0%) had a review. The year before it was 270 of 450, so the share has risen by {}.",
        "5.0 percentage points",
        "6.0 percentage points",
    ),
]
IN_TABLES = [
    # What stands beside the present only for comparison gives no time to what follows.
    (
        NOTIFIED,
        "Of 246 people 171 (69.5%) were contacted. The equivalent for 2023/24 was 148 of 231 (64.1%). "
        "Notifications rose by {}.",
        "6.5%",
        "8.5%",
    ),
    (
        NOTIFIED,
        "Of 246 people 171 (69.5%) were contacted. In 2023/24 it was 148 of 231. Notifications rose by {}.",
        "6.5%",
        "5.6%",
    ),
    (PREMISES, "", "17.5", "18.5"),
    # Years in a second row of headers, beside the end of a header that wraps.
    (YEARS_BELOW, "At Victoria the number of patients rose by {}.", "4.9%", "9.4%"),
    # A share of what the columns of years add up to, without an article.
    (ADMISSIONS, "Drugs accounted for {} of admissions in 2023-24.", "24.5 per cent", "20.5 per cent"),
    (ADMISSIONS, "Alcohol made up {} of admissions in 2023-24.", "75.5%", "57.5%"),
    # Each row has a target of its own, and no one level is meant.
    (TARGETS, "{} of the four measures met their target in 2024/25.", "Three", "Two"),
]
SILENT = [
    (COUNTIES, "Bryn was the only county below 92 per cent, and no county was over 95 per cent."),
    (POISONING, "The gap to England has grown from 3.8 in 2016 to 2018 to 5.1 per 100,000 in the latest period."),
    ("", "Of 140 children 84 were under five (60.0%), 35 were five to ten (25.0%) and 21 were older (15.0%)."),
    ("", "Of 140 children 84 were aged under 5 (60.0%), 35 were 5 to 10 (25.0%) and 21 were over 10 (15.0%)."),
    (NOTIFIED, "Notifications rose by 6.5% and contacts by 15.5%."),
    (NOTIFIED, "Notifications rose by 6.5% and visits by 12.0%."),
    (TESTS, "In brief: fewer visits (down 4.5%), more tests and a lower rate of positive hepatitis C results."),
    (TESTS, "We saw more people (up 12.5%), a higher use of kits and good results for hepatitis C."),
    (ADMISSIONS, "Drugs accounted for 31.0% of admissions of young people in 2023-24."),
    ("", "Uptake was 94.2%, above the standard of 90%, and rose by 2.4 percentage points."),
    ("", "Of 480 men 312 (65.0%) had a review. For women it was 270 of 450. The target has risen by 7.0 points."),
]


@pytest.mark.parametrize(("text", "right", "wrong"), FORMS, ids=lambda text: text[-60:])
def test_a_number_that_does_not_follow_is_found(text: str, right: str, wrong: str):
    assert [one.explanation for one in found("# Report\n\n" + text.format(right)) if one.severity != "advice"] == []
    told = [one for one in found("# Report\n\n" + text.format(wrong)) if one.severity != "advice"]
    assert [one.published in wrong or wrong in one.published for one in told] == [True]


@pytest.mark.parametrize(("table", "text", "right", "wrong"), IN_TABLES, ids=lambda text: text[-60:])
def test_a_number_that_does_not_follow_from_a_table_is_found(table: str, text: str, right: str, wrong: str):
    assert [one.explanation for one in found((table + text).format(right)) if one.severity != "advice"] == []
    told = [one for one in found((table + text).format(wrong)) if one.severity != "advice"]
    assert [one.published in wrong or wrong in one.published for one in told] == [True]


@pytest.mark.parametrize(("table", "text"), SILENT, ids=lambda text: text[-60:])
def test_what_is_of_something_else_is_not_told(table: str, text: str):
    assert [one.explanation for one in found((table or "# Report\n\n") + text) if one.severity != "advice"] == []
