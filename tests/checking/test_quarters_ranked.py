"""The busiest and the quietest quarter, against a table whose columns are the quarters of a year."""

import pytest

from orchestration.checking.check import check_document
from orchestration.checking.document import document_of
from orchestration.checking.findings import Finding
from orchestration.checking.readers.plain import blocks_of_lines

FIRES = """# Report

## Incidents

| Incident type | Q1 | Q2 | Q3 | Q4 | 2024/25 |
|---|---|---|---|---|---|
| Fires | 361 | 417 | 323 | 284 | 1,385 |
| Special services | 340 | 322 | 371 | 402 | 1,435 |
| False alarms | 705 | 748 | 731 | 690 | 2,874 |
| All incidents | 1,406 | 1,487 | 1,425 | 1,376 | 5,694 |

Table 1: Incidents by type and quarter

"""


def found(text: str) -> list[Finding]:
    return check_document(document_of("draft.md", "md", blocks_of_lines(f"{FIRES}{text}\n", is_markdown=True))).findings


@pytest.mark.parametrize(
    "text",
    [
        "The busiest quarter was the second, with 1,487 incidents, and the quietest was the fourth (1,376).",
        "For special services the busiest quarter was the fourth (402).",
        "The busiest quarter was the first for callers who could not be traced.",
        "The busiest was the second quarter. Its lowest point was the first week of June.",
    ],
)
def test_the_right_quarter_is_not_told(text: str):
    assert [(one.published, one.expected) for one in found(text)] == []


@pytest.mark.parametrize(
    ("text", "right"),
    [
        (
            "The busiest quarter was the second, with 1,487 incidents, and the quietest was the first (1,406).",
            "quarter 4",
        ),
        ("The busiest quarter was the third.", "quarter 2"),
        ("The quietest quarter was Q3.", "quarter 4"),
    ],
)
def test_another_quarter_is_told(text: str, right: str):
    assert [(one.rule_id, one.expected) for one in found(text)] == [("rank_is_the_tables", right)]
