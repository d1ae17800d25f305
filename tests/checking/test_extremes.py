"""The best and the worst row of a table, and superlatives that name a column of a table elsewhere."""

import pytest
from test_sentences import found

STATIONS = """## Calls

Table 1: Calls by station, 2024/25. Source: own records.

| Station | Calls | Met in time | Share met |
|---|---|---|---|
| Aske Road | 1,210 | 1,089 | 90.0% |
| Birkwood | 845 | 735 | 87.0% |
| Canal Street | 1,032 | 970 | 94.0% |
| Dunholme | 398 | 330 | 82.9% |
| All | 3,485 | 3,124 | 89.6% |

"""
QUARTERS = """## Calls

Table 1: Calls by quarter, 2024/25. Source: own records.

| Quarter | Calls | Answered in time | Share |
|---|---|---|---|
| Q1 | 18,200 | 16,562 | 91.0% |
| Q2 | 19,100 | 16,808 | 88.0% |
| Q3 | 17,600 | 15,840 | 90.0% |
| Q4 | 16,900 | 15,717 | 93.0% |
| Year | 71,800 | 64,927 | 90.4% |

"""
SUMMARY = "## Summary\n\n"
FORMS = [
    (f"{STATIONS}The best performance was that of {{}}.", "Canal Street", "Aske Road"),
    (f"{STATIONS}{{}} performed best, and Dunholme's results were the poorest.", "Canal Street", "Birkwood"),
    (f"{STATIONS}The worst performing station was {{}}.", "Dunholme", "Birkwood"),
    (f"{STATIONS}Residents of {{}} were the worst served.", "Dunholme", "Aske Road"),
    (f"{STATIONS}Calls were met least reliably at {{}}.", "Dunholme", "Birkwood"),
    (f"{QUARTERS}The weakest quarter was {{}}.", "Q2", "Q3"),
    (f"{STATIONS}{SUMMARY}- The share met is lowest at {{}}.", "Dunholme", "Birkwood"),
    (f"{STATIONS}{SUMMARY}We ask for a plan for {{}}, where the share met is lowest.", "Dunholme", "Aske Road"),
    (f"{STATIONS}{SUMMARY}- The share met is over 80% everywhere, but it was weakest at {{}}.", "Dunholme", "Birkwood"),
    (f"{STATIONS}{SUMMARY}The service did best at {{}}.", "Canal Street", "Aske Road"),
    (f"{STATIONS}{SUMMARY}{{}} came last, with the lowest share met.", "Dunholme", "Birkwood"),
    (f"{STATIONS}{SUMMARY}{{}} had the highest share met.", "Canal Street", "Aske Road"),
]
SILENT = [
    f"{STATIONS}{one}"
    for one in (
        "Aske Road has the best canteen.",
        "The share of callers who rang from outside the county was largest for Birkwood.",
        "Birkwood did best in the chief's sports day.",
        "The best crew of the year came from Birkwood.",
        "The best result for years was at Birkwood.",
        "In Birkwood, staff do their best.",
        "The poorest wards are around Aske Road.",
        "Aske Road is one of the best performing stations.",
        "Aske Road was the best of the two large stations.",
        "Aske Road had more calls than any other station. Calls fell fastest at Birkwood.",
    )
]


@pytest.mark.parametrize(("text", "right", "wrong"), FORMS, ids=lambda text: text[-50:])
def test_the_best_and_the_worst_are_at_an_end_of_the_rates(text: str, right: str, wrong: str):
    assert [one.explanation for one in found(text.format(right)) if one.severity != "advice"] == []
    assert {one.rule_id for one in found(text.format(wrong)) if one.severity != "advice"} == {"rank_is_the_tables"}


@pytest.mark.parametrize("text", SILENT, ids=lambda text: text[-50:])
def test_the_best_of_something_else_is_not_told(text: str):
    assert [one.explanation for one in found(text) if one.severity != "advice"] == []


def test_the_best_can_be_the_most_in_number_where_a_table_has_no_shares():
    text = (
        "Table 1: Visits and loans by library, 2024/25. Source: own records.\n\n"
        "| Library | Visits | Loans per visit |\n|---|---|---|\n"
        "| Ash | 43,900 | 0.7 |\n| Elm | 27,100 | 0.8 |\n| Oak | 15,900 | 0.6 |\n\n"
    )
    assert [one.explanation for one in found(f"{text}Ash performed best.") if one.severity != "advice"] == []


def test_what_is_most_in_relation_to_its_size_is_not_held_against_the_counts():
    text = f"{STATIONS}Dunholme has the most calls in relation to its size."
    assert [one.explanation for one in found(text) if one.severity != "advice"] == []


def test_a_pronoun_is_of_the_row_that_the_sentence_before_it_names():
    table = (
        "Table 1: Absence by phase, autumn 2023 and 2024. Source: own records.\n\n| Phase | 2023 | 2024 |\n|---|---|---|\n"
        "| Primary | 5.4% | 5.1% |\n| Secondary | 8.6% | 8.9% |\n| Special | 12.1% | 11.3% |\n| All | 7.0% | 6.9% |\n\n"
        "Special schools had the highest rate. It came down to 11.3% in 2024, which is {} points less than the year before."
    )
    assert [one.explanation for one in found(table.format("0.8")) if one.severity != "advice"] == []
    assert [one.expected for one in found(table.format("0.6")) if one.severity != "advice"] == ["0.8 percentage points"]


TOLD_TWICE = """# Burglary

Table 1. Burglary by area

| Area | 2023/24 | 2024/25 | Detected 2024/25 | Detection rate |
|---|--:|--:|--:|--:|
| Aston | 640 | 552 | 61 | 11.1% |
| Birch Vale | 512 | 498 | 40 | 8.0% |
| Enderby | 300 | 242 | 31 | 12.8% |

Aston had the best detection rate, at 12.8%, and Birch Vale the poorest, at 8.0%.
"""


def test_a_superlative_is_told_once_with_the_row_that_it_is_of():
    told = [one for one in found(TOLD_TWICE) if one.rule_id == "rank_is_the_tables"]
    assert [one.expected for one in told] == ["Enderby"]
