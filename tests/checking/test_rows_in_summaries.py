"""How rows of a table went, said without a number in a summary far from it."""

import pytest
from test_sentences import found

CRIMES = """# Scorecard for the board

## Recorded crime

Table 1: Recorded offences by kind, 2023/24 and 2024/25. Source: own records.

| Offence | 2023/24 | 2024/25 | % change |
|---|---|---|---|
| Burglary | 2,310 | 2,084 | -9.8% |
| Vehicle crime | 3,125 | 2,930 | -6.2% |
| Robbery | 486 | 511 | +5.1% |
| Shoplifting | 4,020 | 4,745 | +18.0% |
| All | 9,941 | 10,270 | +3.3% |

## Conclusion

"""
FORMS = [
    ("Burglary and vehicle crime both {}.", "fell", "rose"),
    ("- All offences rose, although burglary {}.", "went down", "went up"),
    ("Recorded offences rose, but those of vehicle crime {}.", "fell", "rose"),
    ("Robbery {} slightly.", "increased", "decreased"),
    ("Shoplifting {}, while robbery was up.", "was up", "was down"),
    ("Vehicle crime {} in 2024/25.", "dropped", "grew"),
]
SILENT = [
    "Public concern about burglary rose.",
    "Burglary fell in 2019/20.",
    "The cost of burglary rose.",
    "Robbery of young people fell.",
    "Burglary and robbery together fell.",
    "Arrests for burglary rose.",
    "Burglary rose in the north.",
    "Burglary rose over the summer.",
    "Without burglary, robbery rose.",
    "Burglary did not increase.",
    "Burglary had risen in each of the two years before.",
    "Burglary rose in the last quarter.",
    "We expect that burglary will have increased by the spring.",
]


@pytest.mark.parametrize(("text", "right", "wrong"), FORMS, ids=lambda text: text[-50:])
def test_a_summary_says_which_way_a_row_went(text: str, right: str, wrong: str):
    assert [one.explanation for one in found(CRIMES + text.format(right)) if one.severity != "advice"] == []
    assert [one.rule_id for one in found(CRIMES + text.format(wrong)) if one.severity != "advice"] == [
        "word_fits_change"
    ]


@pytest.mark.parametrize("text", SILENT, ids=lambda text: text[-50:])
def test_something_else_about_a_row_is_not_told(text: str):
    assert [one.explanation for one in found(CRIMES + text) if one.severity != "advice"] == []


CENTRES = """## Attendance

Table 1: Visits by centre, 2022/23 and 2023/24. Source: own records.

| Centre | 2022/23 | 2023/24 |
|---|---|---|
| Aquadome | 318,400 | 341,600 |
| Brook Lane | 154,200 | 149,700 |
| Castle Park | 96,500 | 104,300 |
| Dalton Pool | 61,900 | 57,400 |

"""


def test_the_rows_that_are_counted_need_no_noun():
    text = f"{CENTRES}Attendance rose at {{}} of the four."
    assert [one.explanation for one in found(text.format("two")) if one.severity != "advice"] == []
    assert [one.expected for one in found(text.format("three")) if one.severity != "advice"] == ["2 of the 4"]


def test_the_only_row_that_lost_is_the_tables():
    text = f"{CENTRES.replace('57,400', '67,400')}{{}} was the only centre that lost visits."
    assert [one.explanation for one in found(text.format("Brook Lane")) if one.severity != "advice"] == []
    assert [one.expected for one in found(text.format("Castle Park")) if one.severity != "advice"] == ["Brook Lane"]
