"""Numbers in sentences that are a slip of what their rows give, or of what a summary says again."""

import pytest

from orchestration.checking.check import check_document
from orchestration.checking.document import document_of
from orchestration.checking.findings import Finding
from orchestration.checking.readers.plain import blocks_of_lines

CENTRES = """# Report

## Members

| Centre | Members 2024 | Members 2025 | Change |
|---|---|---|---|
| Aldgate | 3,120 | 3,445 | +325 |
| Brookside | 2,480 | 2,390 | -90 |
| Castle Park | 4,015 | 4,420 | +405 |
| Dene | 1,385 | 1,385 | 0 |
| All centres | 11,000 | 11,640 | +640 |

Table 1. Members by centre

"""
HANDOVERS = """# Report

## Handovers

| Division | Handovers | Within 30 minutes |
|---|---|---|
| Coastal | 21,840 | 14,633 |
| Hill | 13,120 | 10,234 |
| Metro | 35,460 | 19,503 |
| Service | 70,420 | 44,370 |

Table 1. Handovers at hospital

## Conclusion

"""
HOME = """# Report

## Home education

On 1 October 2024, 338 children were educated at home, compared with 271 a year earlier. Of 475 families who replied, \
361 were satisfied with our help (76%).

## Conclusions

"""
WRONG = [
    (CENTRES, "Castle Park gained the most (450).", "405"),
    (CENTRES, "Castle Park had 4,240 members in March 2025.", "4,420"),
    (CENTRES, "Aldgate and Castle Park together have 7,685 members.", "7,865"),
    (CENTRES, "Aldgate and Castle Park together gained 703 members.", "730"),
    (CENTRES, "Aldgate and Castle Park together have 66.7% of all members.", "67.6%"),
    (HANDOVERS, "26,500 handovers took more than 30 minutes, 15,957 of them in Metro.", "26,050"),
    (HANDOVERS, "In Metro 15,597 handovers took more than 30 minutes.", "15,957"),
    (HOME, "Home education grew by 76 children.", "67"),
    (HOME, "Of the families who replied, 67% were satisfied.", "76%"),
]
RIGHT = [
    (CENTRES, "Castle Park gained the most (405)."),
    (CENTRES, "Castle Park gave 450 members a free swim."),
    (CENTRES, "At Castle Park, 504 people came to the open day."),
    (CENTRES, "Aldgate and Castle Park together gained 730 members."),
    (CENTRES, "Aldgate and Castle Park together have 7,865 members, 67.6% of all."),
    (CENTRES, "We wrote to 7,685 people in Aldgate and Castle Park."),
    (CENTRES, "On average a centre has 2,910 members."),
    (HANDOVERS, "26,050 handovers took more than 30 minutes, 15,957 of them in Metro."),
    (HANDOVERS, "Our crews drove 70,240 miles to other hospitals."),
    (HOME, "Home education grew by 67 children."),
    (HOME, "Of the families who replied, 76% were satisfied; 67% of schools were."),
    (HOME, "We aim to visit 67% of families next year."),
]


def found(text: str) -> list[Finding]:
    return check_document(document_of("draft.md", "md", blocks_of_lines(text, is_markdown=True))).findings


@pytest.mark.parametrize(("text", "sentence", "right"), WRONG, ids=lambda text: text[-60:])
def test_a_slip_of_what_the_document_gives_is_told(text: str, sentence: str, right: str):
    told = found(f"{text}{sentence}\n")
    assert [one.expected for one in told] == [right]


@pytest.mark.parametrize(("text", "sentence"), RIGHT, ids=lambda text: text[-60:])
def test_a_number_of_something_else_is_no_slip(text: str, sentence: str):
    assert [(one.rule_id, one.published, one.explanation) for one in found(f"{text}{sentence}\n")] == []


INJURIES = """# Report

## Injuries

There were 27 injuries in fires at home, four fewer than the 31 of the previous year.

## Summary

"""
ORDERS = """# Report

## Orders

| Unit | Ended | Completed | Completion rate | Recalls 2024 | Recalls 2025 |
|---|---|---|---|---|---|
| Arden | 1,420 | 986 | 69.4% | 310 | 287 |
| Bexwith | 1,104 | 803 | 72.7% | 244 | 251 |
| Crale | 877 | 541 | 61.7% | 198 | 176 |
| Dunmere | 1,538 | 1,101 | 71.6% | 355 | 341 |
| Elvet | 645 | 492 | 76.3% | 131 | 131 |

Table 1. Orders and recalls by unit

"""
TOLD = [
    (INJURIES, "- Injuries: 27, down by {}", "12.9%", "14.8%", "12.9%"),
    (INJURIES, "Injuries in the home numbered 27 (down {}).", "12.9%", "14.8%", "12.9%"),
    (ORDERS, "Recalls fell most in Arden, with 23 fewer, followed by Crale ({}) and Dunmere (14).", "22", "24", "22"),
    (ORDERS, "The rate was 76.3% at best: Elvet (76.3%), Bexwith (72.7%) and Dunmere ({}).", "71.6%", "73.6%", "71.6%"),
    (ORDERS, "Arden came {} by its completion rate.", "fourth", "third", "not third"),
    (ORDERS, "{} did best on completion, at 76.3%.", "Elvet", "Bexwith", "Elvet or Crale"),
]


@pytest.mark.parametrize(("text", "sentence", "right", "wrong", "expected"), TOLD, ids=lambda text: text[-40:])
def test_what_others_of_a_list_or_a_summary_say_is_meant(
    text: str, sentence: str, right: str, wrong: str, expected: str
):
    assert [(one.rule_id, one.published) for one in found(f"{text}{sentence.format(right)}\n")] == []
    told = found(f"{text}{sentence.format(wrong)}\n")
    assert expected in [one.expected for one in told]


@pytest.mark.parametrize(
    "sentence",
    [
        "Bexwith had the best food, and came third in the survey of tenants.",
        "Arden came third in the inspectors' report.",
        "Staff numbers are up at Arden (24), Crale (19) and Dunmere (31).",
        "We visited Arden (13 times), Crale (22) and Dunmere (9).",
    ],
)
def test_places_and_lists_of_something_else_are_not_told(sentence: str):
    assert [(one.rule_id, one.published) for one in found(f"{ORDERS}{sentence}\n")] == []
