"""Parts and wholes in one sentence, and what is left of a whole, where a slip explains that they do not agree."""

import pytest

from orchestration.checking.check import check_document
from orchestration.checking.document import document_of
from orchestration.checking.findings import Finding
from orchestration.checking.readers.plain import blocks_of_lines

INCOME = (
    "Income was £6.48 million: £3.24 million from memberships (half), £1.62 million from visits (a quarter), "
    "£{} million from courses and £0.65 million from hire."
)
VISITS = (
    "Visits to the five sites numbered 402,600. Westgate was the busiest with 118,200, then Hollow Road with 97,400; "
    "the remaining three sites had {} visits between them."
)
DRIVERS = "11,160 drivers took a course, 5,580 paid a penalty and {} went to court: 18,600 drivers in all."
FEES = "Fee income of £0.31 million covered {} of the £2.07 million that we spent."
OF_THIS = "We spent £2.07 million, £450 a learner. Fee income of £0.31 million covered {} of this."
REASONS = (
    "196 patients, 15.2% of those in a bed, were fit to leave; of these 88 waited for home care, 61 for a care home, "
    "{} for community health and 18 for other reasons."
)
INJURIES = "There were 64 injuries, of which 48 were falls (75%), {} were collisions and six were others."
CASES = [
    (INCOME, "0.97", "0.79", "6.30"),
    (VISITS, "187,000", "178,000", "187,000"),
    (DRIVERS, "1,860", "1,680", "1,860"),
    (FEES, "15%", "18%", "15%"),
    (OF_THIS, "15%", "18%", "15%"),
    (REASONS, "29", "39", "206"),
    (INJURIES, "10", "12", "66"),
]
RIGHT = [
    "We had 412 complaints; of these 201 were about noise, 96 about litter and 40 about other people's dogs, with 75 open.",
    "In 2024 there were 90 fires. We had 120 calls, of which 60 were false, 30 real and 30 other.",
    "Income was £6.5 million, of which £3.2 million came from memberships and £1.6 million from visits.",
    "Of the 18,600 drivers, 11,160 took a course and 1,680 went to court.",
    "There were 4,620 calls: 1,240 about noise, 1,180 about litter and, above all, 2,005 about parking.",
    "We had 5,000 visits. The north had 1,200 and the south 1,300; the others had 2,550 between January and May.",
]


def found(text: str) -> list[Finding]:
    lines = f"# Report\n\n{text}\n"
    return check_document(document_of("draft.md", "md", blocks_of_lines(lines, is_markdown=True))).findings


@pytest.mark.parametrize(("text", "right", "wrong", "expected"), CASES, ids=lambda text: text[:40])
def test_a_slip_in_a_list_of_parts_is_told(text: str, right: str, wrong: str, expected: str):
    assert found(text.format(right)) == []
    told = found(text.format(wrong))
    assert len(told) == 1
    assert expected in told[0].expected


@pytest.mark.parametrize("text", RIGHT, ids=lambda text: text[:40])
def test_a_list_that_may_leave_parts_out_is_not_told(text: str):
    assert [(one.rule_id, one.published, one.explanation) for one in found(text)] == []
