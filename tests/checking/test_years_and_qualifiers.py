"""Rises and falls in a year that a sentence names, and what narrows "only" and "all"."""

import pytest
from test_sentences import found

AREAS = """Table 1: Burglaries by area, 2022 to 2024

| Area | 2022 | 2023 | 2024 |
|---|---|---|---|
| North | 14 | 11 | 9 |
| East | 8 | 10 | 12 |
| South | 19 | 19 | 18 |
| West | 6 | 4 | 6 |

"""
TRUE = [
    "West fell in 2023.",
    "In 2023 West fell.",
    "West fell in 2023 but recovered in 2024.",
    "West fell between 2022 and 2023.",
    "South was unchanged in 2023.",
    "North fell in both years.",
    "North has fallen since 2022.",
    # What the table does not print is not judged.
    "West fell in 2022.",
    "West rose in 2021.",
    "In 2023, things were calmer. West fell.",
    "West did not fall in 2024.",
    "South did not rise in 2023.",
    "East never fell.",
    "Three of the four areas did not rise in 2023.",
    "Only East rose in 2023.",
    "Two of the four areas fell in 2023.",
    "Two of the four areas fell between 2022 and 2023.",
    "All areas but East were lower in 2023 than in 2022 or unchanged.",
    "All areas except East fell in 2023 or stayed the same.",
    "North was the only area that fell steadily.",
    "North was the only area that fell in every year.",
    "East was the only area with an unbroken rise after 2022.",
    "East was the only area that did not fall.",
    "North was the only area that fell sharply.",
    "All areas except South fell sharply in 2023 or rose.",
]
FALSE = [
    ("West rose in 2023.", "By Table 1, West fell."),
    ("West fell in 2024.", "By Table 1, West rose."),
    ("West rose between 2022 and 2023.", "By Table 1, West fell."),
    ("South fell in 2023.", "By Table 1, South did not change."),
    ("North rose.", "By Table 1, North fell."),
    ("Three of the four areas fell in 2023.", "In Table 1, 2 of 4 fell (North, West)."),
    ("Only North fell in 2023.", "By Table 1, West fell."),
    ("South was the only area that fell steadily.", "By Table 1, North fell; South did not fall."),
    ("East was the only area that fell.", "By Table 1, North fell; East did not fall; South fell."),
    ("All areas fell slightly in 2023.", "By Table 1, East did not fall; South did not fall."),
    ("East was the only area that fell sharply.", "By Table 1, East did not fall."),
    ("All areas were unchanged in 2023.", "By Table 1, North changed; East changed; West changed."),
]


@pytest.mark.parametrize("text", TRUE)
def test_a_true_sentence_about_a_named_year_is_not_told(text: str):
    assert found(AREAS + text) == []


@pytest.mark.parametrize(("text", "why"), FALSE)
def test_a_false_sentence_about_a_named_year_is_told_by_that_year(text: str, why: str):
    assert [one.explanation for one in found(AREAS + text)] == [why]


@pytest.mark.parametrize(
    "text", ["North fell from 14 in 2022 to 11 in 2023.", "North fell from 14 in 2022 to 9 in 2024."]
)
def test_the_values_of_two_named_years_are_not_told(text: str):
    assert found(AREAS + text) == []


def test_a_value_of_another_year_is_told_although_it_is_small():
    told = found(AREAS + "North fell from 14 in 2022 to 9 in 2023.")
    assert [(one.rule_id, one.published) for one in told] == [("period_is_the_tables", "9 for 2023")]


def test_what_is_printed_and_what_is_meant_are_told_in_plain_words():
    assert [(one.published, one.expected) for one in found(AREAS + "West rose in 2023.")] == [
        ("West rose", "West fell")
    ]
