"""Counts of rows beyond a level in other orders of words, and targets that stand beside what came of them."""

import pytest

from orchestration.checking.check import check_document
from orchestration.checking.document import document_of
from orchestration.checking.findings import Finding
from orchestration.checking.readers.plain import blocks_of_lines

HANDOVERS = """# Report

## Handover

| Hospital | Arrivals | Within 30 minutes | % within 30 minutes |
|---|---|---|---|
| Abbey | 2,000 | 1,340 | 67.0% |
| Birch | 1,500 | 1,170 | 78.0% |
| Castle | 3,000 | 1,650 | 55.0% |
| Dale | 1,000 | 740 | 74.0% |
| All | 7,500 | 4,900 | 65.3% |

Table 1. Handovers. The standard is 65%.

"""
REPAIRS = """# Report

## Repairs

| Priority | Ordered | Done on time | On time | Target |
|---|---|---|---|---|
| Emergency | 6,120 | 6,010 | 98.2% | 98% |
| Urgent | 9,480 | 8,816 | 93.0% | 95% |
| Routine | 21,400 | 18,190 | 85.0% | 85% |

Table 2. Repairs by priority

"""
RIGHT = [
    (HANDOVERS, "Three of the four hospitals met the standard of 65%."),
    (HANDOVERS, "The share was above 70 per cent in two of the four."),
    (HANDOVERS, "Castle was the only hospital to miss the standard."),
    (HANDOVERS, "The standard of 77% was met by Birch alone."),
    (HANDOVERS, "All four hospitals were above 50%."),
    (HANDOVERS, "One of the four hospitals remains below the standard."),
    (HANDOVERS, "Three of the four hospitals reached the committee's target of 65 per cent."),
    (HANDOVERS, "More than 70% was achieved at two of the four hospitals."),
    (HANDOVERS, "None of the four hospitals reached 80%."),
    (HANDOVERS, "Staff turnover was above 12% at three of the four hospitals."),
    (HANDOVERS, "Two of the four hospitals had satisfaction above 80%."),
    (HANDOVERS, "Birch and Dale were above 70%."),
    (HANDOVERS, "The standard of 65% was met by Abbey, Birch and Dale."),
    (HANDOVERS, "Castle missed the standard of 65%."),
    (HANDOVERS, "The standard was met by Abbey and Birch in every month."),
    (HANDOVERS, "Birch met its target of 80% for complaints."),
    (HANDOVERS, "Two kinds of hospital passed 72% and Abbey passed 60%."),
    (HANDOVERS, "Abbey, Birch and Dale met the standard of 65%; Castle did not."),
    (HANDOVERS, "Last year only one of the four met the standard."),
    (HANDOVERS, "Three of the four hospitals expect to reach 75%."),
    (REPAIRS, "Two of the three priorities reached their target."),
    (REPAIRS, "One of the three priorities missed its target."),
]
WRONG = [
    (HANDOVERS, "All four hospitals met the standard of 65%.", "3 of the 4"),
    (HANDOVERS, "The share was above 70 per cent in three of the four.", "2 of the 4"),
    (HANDOVERS, "Dale was the only hospital to miss the standard.", "Castle"),
    (HANDOVERS, "The standard of 72% was met by Birch alone.", "Dale"),
    (HANDOVERS, "Two of the four hospitals remain below the standard.", "1 of the 4"),
    (HANDOVERS, "Two of the four hospitals reached the committee's target of 65 per cent.", "3 of the 4"),
    (HANDOVERS, "One of the four hospitals exceeded 70%.", "2 of the 4"),
    (HANDOVERS, "The standard of 65% was met by Abbey, Birch and Castle.", "Abbey, Birch"),
    (HANDOVERS, "Castle and Birch met the standard of 65%.", "Birch"),
    (HANDOVERS, "More than 70% was achieved at three of the four hospitals.", "2 of the 4"),
    (REPAIRS, "So all three priorities reached their target.", "2 of the 3"),
    (REPAIRS, "Two of the three priorities missed their target.", "1 of the 3"),
]


def found(text: str) -> list[Finding]:
    return check_document(document_of("draft.md", "md", blocks_of_lines(text, is_markdown=True))).findings


@pytest.mark.parametrize(("table", "sentence"), RIGHT, ids=lambda text: text[-50:])
def test_a_right_count_beyond_a_level_is_not_told(table: str, sentence: str):
    assert [(one.rule_id, one.published, one.explanation) for one in found(f"{table}{sentence}\n")] == []


@pytest.mark.parametrize(("table", "sentence", "actual"), WRONG, ids=lambda text: text[-50:])
def test_a_wrong_count_beyond_a_level_is_told(table: str, sentence: str, actual: str):
    told = found(f"{table}{sentence}\n")
    assert [one.rule_id for one in told] == ["count_of_areas_is_the_tables"]
    assert actual in told[0].expected
