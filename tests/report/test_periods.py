"""The words of periods for people, made from the labels that queries use."""

import re

import duckdb
import pytest

from orchestration.report.periods import during, period_text, short, with_period_words
from orchestration.report.site.parts import Heading, Row, Words, said_of_all, told_once


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("2026-07", "July 2026"),
        ("twelve months to 2024-12", "twelve months to December 2024"),
        ("2025 Q4", "October to December 2025"),
        ("2024 Q1", "January to March 2024"),
        ("2024", "2024"),
        ("2024/25", "2024/25"),
        ("2022 to 2024", "2022 to 2024"),
        ("mid-2024", "mid-2024"),
        ("period not stated by the source", "period not stated by the source"),
    ],
)
def test_a_label_becomes_words_and_words_stay_as_they_are(label: str, words: str):
    assert period_text(label) == words
    assert period_text(words) == words


def test_no_two_labels_have_the_same_words_and_none_keeps_a_month_in_digits(warehouse: duckdb.DuckDBPyConnection):
    labels = [label for (label,) in warehouse.sql("select distinct label from marts.dim_periods").fetchall()]
    words = [period_text(label) for label in labels]
    assert len(set(words)) == len(labels) > 1000
    assert [text for text in words if re.search(r"\d-\d", text)] == []


def test_a_sentence_says_the_twelve_months_and_an_axis_their_last():
    assert during("twelve months to December 2024") == "the twelve months to December 2024"
    assert during("July 2026") == "July 2026"
    assert short("twelve months to December 2024") == "Dec 2024"
    assert short("October to December 2025") == "Oct–Dec 2025"
    assert short("2022 to 2024") == "2022 to 2024"


def test_only_the_columns_of_periods_are_put_into_words():
    rows = [{"period": "2026-07", "previous_period": None, "since": "2026-05", "title": "2026-07"}]
    assert with_period_words(rows) == [
        {"period": "July 2026", "previous_period": None, "since": "May 2026", "title": "2026-07"}
    ]


@pytest.mark.parametrize(
    ("heading", "text", "sentence"),
    [
        ("Statistically significant?", "Yes", "All changes are statistically significant."),
        ("Change statistically significant?", "No", "No change is statistically significant."),
        ("Number, statistically significant?", "No", "Number: no change is statistically significant."),
        ("Statistically significant?", "Not tested", "No change was tested for statistical significance."),
        ("Period", "twelve months to December 2024", "All figures are for the twelve months to December 2024."),
        ("Period", "period not stated by the source", "Period not stated by the source."),
        ("Status", "Estimated [e]", "All figures are estimated [e]."),
        ("Compared with England", "Similar to England", "Similar to England, in every area."),
        (
            "Change since the period before",
            "No statistically significant change",
            "No change since the period before is statistically significant.",
        ),
        ("How sure", "Generally known", "All are “Generally known”."),
    ],
)
def test_a_column_that_says_the_same_in_every_row_becomes_a_sentence(heading: str, text: str, sentence: str):
    assert said_of_all(heading, text) == sentence
    told = told_once([Heading("Area"), Heading(heading)], [Row(["A", Words(text)]), Row(["B", Words(text)])])
    assert (told.same, [one.name for one in told.headings]) == (sentence, ["Area"])
