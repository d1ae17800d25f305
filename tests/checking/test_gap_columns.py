"""A column of differences of two others, which the other rows bear out."""

import pytest

from orchestration.checking.check import check_document
from orchestration.checking.document import document_of
from orchestration.checking.findings import Finding
from orchestration.checking.readers.plain import blocks_of_lines

CASES = """# Report

| Court | Received | Disposed of | Difference |
|---|---|---|---|
| Aldbury | 4,120 | 3,960 | -160 |
| Castleton | 6,875 | 7,140 | +265 |
| Penn Cross | 2,480 | 2,510 | +30 |
| Wharf Street | 5,330 | 5,105 | {} |
"""
RATES = """# Report

| Programme | Achievement rate | National rate | Difference (points) |
|---|---|---|---|
| English | 89.0% | 86.5% | +2.5 |
| Maths | 84.0% | 84.7% | {} |
| Digital skills | 93.0% | 90.2% | +2.8 |
| Languages | 92.0% | 87.4% | +4.6 |
"""
OTHER = """# Report

| Site | Staff | Beds | Change in visits |
|---|---|---|---|
| Abbey | 40 | 52 | +{} |
| Birch | 30 | 41 | +9 |
| Castle | 61 | 77 | -4 |
"""


def found(text: str) -> list[Finding]:
    return check_document(document_of("draft.md", "md", blocks_of_lines(text, is_markdown=True))).findings


@pytest.mark.parametrize(("table", "right", "wrong"), [(CASES, "-225", "-252"), (RATES, "-0.7", "-1.7")])
def test_a_difference_that_its_columns_do_not_give_is_told(table: str, right: str, wrong: str):
    assert found(table.format(right)) == []
    assert [(one.published, one.expected) for one in found(table.format(wrong))] == [(wrong, right)]


def test_a_change_of_something_else_is_no_difference_of_two_columns():
    assert found(OTHER.format("12")) == []
