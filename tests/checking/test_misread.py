"""A change far from what follows from the numbers near it is listed as not checked, unless it is plainly theirs."""

import pytest

from orchestration.checking.check import Checked, check_document
from orchestration.checking.document import document_of
from orchestration.checking.readers.plain import blocks_of_lines

LOANS = """Table 1: Loans by branch, 2023 and 2024

| Branch | 2023 | 2024 |
|---|---|---|
| Abbey Row | 4,120 | 4,310 |
| Tollgate | 2,260 | 2,190 |
| All loans | 6,380 | 6,500 |

"""
STAFF = "There were 54 volunteers in 2023 and 61 in 2024."


def checked(text: str) -> Checked:
    return check_document(document_of("draft.md", "md", blocks_of_lines(text, is_markdown=True)))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (LOANS + "Loans to schools, which are counted elsewhere, went up by 31.5% at Abbey Row.", "31.5%"),
        (f"{STAFF} With their help 23.4% more parcels went out in 2024.", "23.4%"),
        (LOANS + "At Abbey Row there were 3,500 loans in 2024.", "3,500"),
    ],
)
def test_a_change_that_may_be_of_something_else_is_no_finding_and_is_listed(text: str, number: str):
    result = checked(text)
    assert [one.explanation for one in result.findings] == []
    assert [one.text for one in result.not_checked if one.text == number] == [number]


def test_numbers_that_only_such_a_change_was_held_against_are_listed_in_the_order_of_the_document():
    result = checked(f"{STAFF} With their help 23.4% more parcels went out in 2024. The hall has 17 lamps.")
    assert [one.text for one in result.not_checked] == ["54", "61", "23.4%", "17"]


def test_the_reason_says_what_would_follow_from_the_numbers_near_it():
    (reason,) = (one.reason for one in checked(LOANS + "Loans at Abbey Row went up by 31.5% in 2024.").not_checked)
    assert reason == (
        "It does not follow from the numbers near it, and may be of others. From 4,120 to 4,310 is 4.6%, not 31.5%."
    )


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Visits saw growth of 31.5%, from 4,120 in 2023 to 4,310 in 2024.", "4.6%"),
        ("There were 4,310 visits in 2024, up from 4,120 in 2023, growth of 31.5%.", "4.6%"),
        ("There was a 31.5% reduction in missed visits, falling from 4,310 in 2023 to 4,120 in 2024.", "4.4%"),
        ("They made 4,310 visits, 900 more than a year earlier (4,120).", "190"),
        (LOANS + "Loans increased by 31.5%.", "1.9%"),
        # One digit of what follows is another, or two are exchanged, however far that is.
        (LOANS + "Loans at Abbey Row went up by 9.6% in 2024.", "4.6%"),
        (LOANS + "Loans at Abbey Row went up by 6.4% in 2024.", "4.6%"),
        (LOANS + "Loans at Abbey Row went up by 4.9% in 2024.", "4.6%"),
        (LOANS + "At Abbey Row there were 4,130 loans in 2024.", "4,310"),
        (LOANS + "At Abbey Row there were 4,287 loans in 2024.", "4,310"),
    ],
)
def test_a_change_that_is_plainly_of_its_values_or_a_slip_of_what_follows_is_told(text: str, meant: str):
    assert [one.expected.removeprefix("a fall of ") for one in checked(text).findings] == [meant]
