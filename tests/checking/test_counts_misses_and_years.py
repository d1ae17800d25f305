"""Overspends that are counted or told in percent, aims that are missed, changes since a year, limits and lists of years."""

import pytest
from test_sentences import found

from orchestration.checking.check import check_document
from orchestration.checking.document import document_of
from orchestration.checking.readers.plain import blocks_of_lines

BUDGETS = """| Service | Budget | Outturn |
|---|---|---|
| Museums | £612,000 | £627,300 |
| Parking | £240,000 | £236,400 |
| Lighting | £380,000 | £401,900 |
| Cemeteries | £95,000 | £94,100 |

"""
POSITIONS = """| Service | Budget £000 | Outturn £000 | Position |
|---|---|---|---|
| Museums | 612 | 627 | {} |
| Parking | 240 | 236 | 4 under |
| Lighting | 380 | 402 | £22,000 (5.8%) over budget |

"""
LIMITS = """Table 1: Asthma admissions by town, 2024

| Town | {} | Lower | Upper |
|---|---|---|---|
| Pellow | 14.2 | 12.1 | 16.5 |
| Tarne | {} | 19.2 | 21.4 |
| Wickby | 11.0 | 9.3 | 13.0 |

"""
ROLL = """Table 1: Children on roll

| Phase | 2022/23 | 2023/24 | 2024/25 |
|---|---|---|---|
| Nursery | 160 | 168 | 180 |
| Juniors | 800 | 790 | 780 |

"""
HEIGHTS = """| Station | 2023 | 2024 |
|---|---|---|
| Pellow | 10 | 12 |
| Tarne | 24 | 26 |
| Wickby | 40 | 41 |

"""
RIGHT = [
    BUDGETS + "Two of the four services overspent.",
    BUDGETS + "Two services were under budget and two were over budget.",
    BUDGETS + "Three of the four services overspent by less than £20,000.",
    BUDGETS + "In 2019, all four services were over budget.",
    BUDGETS + "One service overspent because its heating failed.",
    BUDGETS + "Three of the four museums overspent.",
    BUDGETS + "All four services would have been over budget without the grant.",
    BUDGETS + "Museums overspent by 2.5%. Parking was 1.5% under budget.",
    BUDGETS + "Fuel for Parking was 9% over budget. Overtime in Lighting was £30,000 over budget.",
    BUDGETS + "Museums is expected to be 4% over budget next year.",
    POSITIONS.format("£15,000 over"),
    POSITIONS.format("15 over"),
    POSITIONS.format("2.5% over"),
    "Spending was £652,300, which was £12,300 (1.9%) over the budget of £640,000.",
    "The roof cost £51,600, £3,600 (7.5%) over its £48,000 budget.",
    # Limits, and two columns that are none.
    LIMITS.format("Rate per 1,000", "20.1"),
    LIMITS.format("Rate per 1,000", "19.2"),
    LIMITS.replace("by town", "by town, with the lower and upper thresholds").format("Rate per 1,000", "18.9"),
    LIMITS.format("Pupils", "18.9"),
    # Aims.
    "Use was 134.8 litres a day against a target of 131.5. This target was missed by 3.3 litres.",
    "We built 212 homes. The target of 240 was missed by 28, of which 20 were at Pellow.",
    "The target of 100 visits was missed by 12 last year and by 4 this year, when there were 96.",
    "The team won 14 games, short of its target of 18; the final was missed by 3 points.",
    "The target of 95% was missed by 12 patients: 188 of 205 were seen in time.",
    "Crews arrived in time at 71.2% of fires, beating the target of 70% by 1.2 percentage points.",
    "The appeal raised £1,240,000 against a target of £1,200,000, beating it and last year's target by £40,000.",
    # A year that a change is since.
    ROLL + "Nursery numbers have risen by 12.5% since 2022/23.",
    ROLL + "Since 2022/23, juniors have fallen by 2.5%, and by 10 since 2023/24.",
    ROLL + "Boarders in the Nursery have risen by 22% since 2022/23.",
    "# Dentist\n\n- 2022/23: £1.21m spent\n- 2023/24: £1.30m spent, £30,000 (2.4%) over budget\n",
    ROLL + "Nursery numbers are up 20 since 2022/23 and up 12 on 2023/24.",
    ROLL + "Nursery numbers have risen by an average of 10 a year since 2022/23.",
    ROLL + "Nursery numbers have risen by 31% since 2018/19.",
    ROLL + "Girls in Nursery have risen by 16% since 2022/23.",
    "Fires were 210 in 2021, 204 in 2022 and 190 in 2024. They have fallen by 9.5% since 2021.",
    "Fires were 210 in 2021, 204 in 2022 and 190 in 2024. Staff numbers fell by 14% since 2021.",
    # Lists of years.
    "# Attendance\n\n- 2022/23: 91.1%\n- 2023/24: 92.0%, up 0.9 percentage points\n- 2024/25: 93.4% (+1.4pp)\n",
    "# Sales\n\n- 2024: £1,200\n- 2023: £1,100, down £100 on 2022\n- 2022: £1,200\n",
    "# Rain\n\n- May 2024: 52 mm\n- June 2024: 40 mm, down 6 on June 2023\n",
    "# Fires\n\n- Pellow, 2023: 41\n- Pellow, 2024: 52, up 11\n- Tarne, 2023: 30\n- Tarne, 2024: 27, down 3\n",
    "# Runs\n\n- 2022: 212 runs, target 200\n- 2024: 240 runs, 13% more\n",
    # Places above others, and multiples with a base of their own.
    HEIGHTS + "Above Pellow, with 14 more, is Tarne.",
    HEIGHTS + "Behind Wickby, by 15 fewer, comes Tarne.",
    "In 2024 there were 12 rescues, three times as many as in 2023 (4), and six times the 2 of 2022.",
    "The club had 90 members in 2024, up from 60 in 2023 and three times the 30 of 2015.",
]
WRONG = [
    (BUDGETS + "Three of the four services overspent.", "Three → 2"),
    (BUDGETS + "All four services were over budget.", "All → 2"),
    (BUDGETS + "None of the services finished the year over budget.", "None → 2"),
    (BUDGETS + "Museums overspent by 5.2%.", "5.2% → 2.5%"),
    (BUDGETS + "Parking was 2.5% under budget.", "2.5% → 1.5%"),
    (POSITIONS.format("£25,000 over"), "£25,000 → £15,000"),
    (POSITIONS.format("3.4% over"), "3.4% → 2.5%"),
    (POSITIONS.format("£15,000 under"), "£15,000 → £15,000 over"),
    ("Spending was £652,300, which was £12,300 (2.9%) over the budget of £640,000.", "2.9% → 1.9%"),
    ("The roof cost £51,600, £3,900 (7.5%) over its £48,000 budget.", "£3,900 → £3,600"),
    (LIMITS.format("Rate per 1,000", "18.9"), "18.9 → 19.2 to 21.4"),
    (LIMITS.format("% of adults", "21.9"), "21.9 → 19.2 to 21.4"),
    ("Use was 134.8 litres a day against a target of 131.5. This target was missed by 4.3 litres.", "4.3 → 3.3"),
    ("The clinic saw 392 people, which missed the target of 400 by 3%.", "3% → 2%"),
    ("The clinic saw 412 people against a target of 400, exceeding the target by 21.", "21 → 12"),
    ("Attendance was 93.1%. The 95.0% target was missed by 2.9 percentage points.", "1.9 percentage points"),
    (ROLL + "Nursery numbers have risen by 15.2% since 2022/23.", "15.2% → 12.5%"),
    (ROLL + "Nursery numbers have risen by 7.1% since 2022/23.", "7.1% → 12.5%"),
    (ROLL + "Since 2022/23, juniors have fallen by 30.", "30 → 20"),
    ("Fires were 210 in 2021, 204 in 2022 and 190 in 2024. They have fallen by 12.5% since 2021.", "12.5% → 9.5%"),
    ("# Attendance\n\n- 2023: 91.1%\n- 2024: 92.0%, up 1.9 percentage points\n", "0.9 percentage points"),
    ("# Attendance\n\n- 2023: 91.1%\n- 2024: 92.0% (+1.9pp)\n", "+0.9 percentage points"),
    ("# Fires\n\n- 2024: 52, up 21\n- 2023: 41\n", "21 → 11"),
    ("- Theft: 41 (2024: 49), down 12%\n- Arson: 30 (2024: 25), up 20%\n", "12% → 16%"),
    ("In 2024 there were 12 rescues, twice as many as in 2023 (6), and five times the 2 of 2022.", "→ 6.0 times"),
]


@pytest.mark.parametrize("text", RIGHT, ids=lambda text: text[-60:])
def test_nothing_is_said_of_what_is_right_or_not_given(text: str):
    assert [f"{one.published} → {one.expected}" for one in found(text) if one.severity != "advice"] == []


@pytest.mark.parametrize(("text", "said"), WRONG, ids=lambda text: text[-60:])
def test_what_is_wrong_is_told_with_what_follows(text: str, said: str):
    told = [f"{one.published} → {one.expected}" for one in found(text) if one.severity != "advice"]
    assert [said in one for one in told] == [True], told


RUNS = [
    ("Rescues rose for the second year in a row, to 41 in 2024 from 38 in 2023.", "only two were found for it"),
    ("Rescues rose for the third year running.", "A run of three needs four values in time order, and none were found"),
    ("Waiting improved for the third year running.", "does not say plainly whether it is a run of rises or of falls"),
    (ROLL + "Nursery numbers rose for the third consecutive year.", "only three were found for it"),
]


def reasons(text: str) -> list[str]:
    document = document_of("draft.md", "md", blocks_of_lines(text, is_markdown=True))
    return [one.reason for one in check_document(document).not_checked if "year" in one.text]


@pytest.mark.parametrize(("text", "reason"), RUNS, ids=lambda text: text[-60:])
def test_a_run_of_years_is_not_checked_for_want_of_values_and_the_reason_says_so(text: str, reason: str):
    assert [reason in one for one in reasons(text)] == [True]


def test_a_run_of_years_that_the_document_gives_all_values_for_is_checked():
    assert reasons(ROLL + "Nursery numbers rose for the second year in a row.") == []
    assert reasons("Rescues rose for the second year in a row, from 36 in 2022 and 38 in 2023 to 41 in 2024.") == []
