"""What is left of a whole that the text has told: "54,530 had been worked and 11,970 were still to be done"."""

import pytest
from test_sentences import found

FORMS = [
    (
        "The council runs four homes with 192 beds. On 31 March 171 people lived in them, so {} beds were empty.",
        "21",
        "31",
    ),
    (
        "Courts ordered 66,500 hours of work. By the end of March 54,530 had been worked and {} were still to be done.",
        "11,970",
        "12,970",
    ),
    ("We offered 27,600 appointments. 24,923 were attended and {} were missed.", "2,677", "2,777"),
    ("There were 4,210 invoices in the year. We paid 3,866, but {} remained unpaid.", "344", "434"),
    ("The surgery invited 1,480 patients. In the end 1,055 came and {} did not.", "425", "452"),
]
SILENT = [
    "The council runs four homes with 192 beds. On 31 March 171 people lived in them, and 12 rooms were empty.",
    "We offered 27,600 appointments. 24,923 were attended and 2,140 were cancelled by us; the rest were missed.",
    "There were 4,210 invoices in the year. We paid 3,866 of them, and 210 complaints were still open.",
    "Of the 38, three were upheld, 31 were not and four are still open.",
    "Agency staff cost £1.31 million. The board had asked for a saving of £0.25 million. That leaves £0.06 million to find.",
    "We had 640 applications. 352 were granted and 121 were refused; some are still open.",
]


@pytest.mark.parametrize(("text", "right", "wrong"), FORMS, ids=lambda text: text[-50:])
def test_what_is_left_is_the_whole_without_the_part(text: str, right: str, wrong: str):
    assert [one.explanation for one in found(text.format(right)) if one.severity != "advice"] == []
    assert [one.expected for one in found(text.format(wrong)) if one.severity != "advice"] == [right]


@pytest.mark.parametrize("text", SILENT, ids=lambda text: text[-50:])
def test_what_is_not_all_that_is_left_is_not_told(text: str):
    assert [one.explanation for one in found(text) if one.severity != "advice"] == []
