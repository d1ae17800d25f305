"""Numbers that restate a table in words of their own, told where all evidence says that they are slips of a figure."""

import math
import random
from pathlib import Path

import numpy as np
import pytest
from test_sentences import found

from benchmarks import evidence as fit
from orchestration.checking.rules import evidence

TABLE = """# Naloxone in Harlow Vale

## Supplies

| Place | Packs 2023/24 | Packs 2024/25 | Change | People trained 2024/25 | Came back (%) |
|---|--:|--:|--:|--:|--:|
| Pharmacies | 12,480 | 13,950 | +1,470 | 1,204 | 24.7% |
| Outreach team | 6,210 | 7,385 | +1,175 | 862 | 31.6% |
| Hostels | 2,745 | 2,618 | -127 | 395 | 18.3% |
| All places | 21,435 | 23,953 | +2,518 | 2,461 | 26.2% |

Table 1: Packs supplied and people trained, 2023/24 and 2024/25

{}
"""
RESTATED = [
    ("Table 1 shows that {} packs came from pharmacies in 2024/25.", "13,950", "13,590"),
    ("In Table 1 the hostels trained {} people in 2024/25.", "395", "359"),
    ("The outreach team supplied {} packs in 2024/25, which was more than it had planned for.", "7,385", "7,835"),
    ("Of the packs from pharmacies {} came back, as Table 1 says.", "24.7%", "27.4%"),
]
SILENT = [
    # Of something else, or of another time.
    "The outreach team drove 7,853 miles in its van.",
    "In 2019 the pharmacies supplied 9,350 packs.",
    "Twelve months ago the hostels trained 359 people.",
    # What follows from several figures.
    "Pharmacies and the outreach team together supplied 21,335 packs in 2024/25.",
    # Digits that are exchanged over a third are no slip of a hand.
    "At the hostels 593 people came to the open day.",
    # Too few digits to be a slip of one figure alone.
    "The hostels asked for 400 packs more.",
]


@pytest.mark.parametrize(("text", "right", "wrong"), RESTATED, ids=lambda text: text[:40])
def test_a_slip_of_a_figure_of_a_table_is_told_in_any_words(text: str, right: str, wrong: str):
    assert [one.explanation for one in found(TABLE.format(text.format(right))) if one.severity != "advice"] == []
    told = [one for one in found(TABLE.format(text.format(wrong))) if one.severity != "advice"]
    assert [(one.published, one.expected) for one in told] == [(wrong, right)]


@pytest.mark.parametrize("text", SILENT, ids=lambda text: text[:40])
def test_what_is_not_the_tables_is_not_told(text: str):
    assert [one.explanation for one in found(TABLE.format(text)) if one.severity != "advice"] == []


def test_each_piece_of_evidence_has_its_weight(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(evidence, "LEAST_EVIDENCE", math.inf)
    draft = tmp_path / "draft.md"
    draft.write_text(TABLE.format("Table 1 shows that 13,590 packs came from pharmacies in 2024/25."))
    (example,) = fit.unexplained(draft, None)
    assert [right for _, _, right in example.found] == ["13,950"]
    assert list(example.found[0][0]) == list(evidence.FEATURES)


def test_the_fit_finds_the_weights_that_made_the_examples():
    chance = np.random.default_rng(7)
    meant = np.array([-1.0, *([0.0] * (len(evidence.FEATURES) - 3)), 2.0, -1.5])
    rows = chance.normal(size=(40_000, len(meant)))
    rows[:, 0] = 1.0
    right = (chance.random(len(rows)) < 1 / (1 + np.exp(-rows @ meant))).astype(float)
    assert evidence.FEATURES[0] == "constant"
    assert np.abs(fit.fitted(rows, right) - meant).max() < 0.1


def test_a_changed_number_is_another_one_with_as_many_digits():
    for seed in range(200):
        number = str(random.Random(seed).randrange(100, 99_999))
        wrong = fit.slipped(number, random.Random(seed))
        assert wrong != number
        assert len(wrong) == len(number)
        assert wrong[0] != "0"
