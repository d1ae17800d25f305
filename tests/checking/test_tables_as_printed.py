"""Tables as publishers print them: totals with others, falls in brackets, and shares in words, right and wrong."""

import pytest
from test_sentences import found

VICTIMS = (
    "# Victims\n\nTable 1: Victims by sex\n\n| Sex | 2023/24 | 2024/25 |\n|---|---|---|\n| Male | 3,402 | 3,310 |\n"
    "| Female | {} | 4,420 |\n| All victims | 7,821 | 7,790 |\n\n{}\n"
)
SEIZURES = (
    "# Seizures\n\nTable 1: Seizures by class\n\n| Class | 2024/25 |\n|---|---|\n| Class A | 455 |\n| Class B | 1,790 |\n"
    "| Class C | 79 |\n| All seizures | 2,260 |\n\n{}\n"
)
REASONS = (
    "# Reasons\n\n| Reason | 2023/24 | 2024/25 | {} |\n|---|---|---|---|\n| Loss of tenancy | 512 | 468 | {} |\n"
    "| Asked to leave | 388 | 402 | {} |\n| Total | 900 | 870 | {} |\n"
)
RIGHT = [
    VICTIMS.format("4,377", "Totals include victims whose sex is not known."),
    VICTIMS.format("4,377", "[note 1] Includes persons of unknown sex."),
    VICTIMS.format("4,377", "Sex was not recorded for some victims, so men and women do not add up."),
    VICTIMS.format("4,377", "Victims whose sex is missing are in the totals only."),
    VICTIMS.format("4,377", "Most victims are women."),
    SEIZURES.format("A seizure can involve several classes, so the classes add up to more than all seizures."),
    REASONS.format("Change", "(44)", "14", "(30)"),
    REASONS.format("Difference", "(44)", "14", "-30"),
    REASONS.format("Change (%)", "(8.6%)", "3.6%", "(3.3%)"),
    "More than half (512 of 980) replied.",
]
WRONG = [
    # What the note explains is a total above its parts, and not one below them.
    (VICTIMS.format("4,737", "Totals include victims whose sex is not known."), "8,139"),
    (VICTIMS.format("4,419", "Most victims are women.").replace("| 7,790 |", "| 7,370 |"), "7,730"),
    (SEIZURES.format("Class B is the largest."), "2,324"),
    (REASONS.format("Change", "(54)", "14", "(30)"), "-44"),
    (REASONS.format("Change", "44", "14", "(30)"), "-44"),
    ("More than half (412 of 980) replied.", "412 of 980 is 42.0%, which is less than half."),
    ("A third (412 of 980) replied.", "412 of 980 is 42.0%, which is more than a third."),
]


@pytest.mark.parametrize("text", RIGHT, ids=lambda text: text[-50:])
def test_nothing_is_said_of_what_is_right(text: str):
    assert [(one.published, one.explanation) for one in found(text)] == []


@pytest.mark.parametrize(("text", "meant"), WRONG, ids=lambda text: text[-50:])
def test_what_is_wrong_is_told_with_what_is_meant(text: str, meant: str):
    assert any(meant in f"{one.published} {one.expected} {one.explanation}" for one in found(text))
