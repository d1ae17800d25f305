"""Tables as publishers print them: totals with others, falls in brackets, and shares in words, right and wrong."""

import pytest
from test_sentences import found

from orchestration.checking.check import check_document
from orchestration.checking.document import document_of
from orchestration.checking.readers.plain import blocks_of_lines

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
BUDGET = (
    "# Budget\n\nTable 1: Forecast by directorate, £ million\n\n| Directorate | Budget | Forecast | Variance |\n"
    "|---|---|---|---|\n| Adult social care | 112.4 | 115.9 | 3.5 |\n| Children's services | 86.1 | 91.7 | 5.6 |\n"
    "| Highways | 31.5 | 30.2 | (1.3) |\n| Reserves | - | - | - |\n| Net budget | 236.0 | 243.8 | 7.8 |\n\n{}\n"
)
STAFF = (
    "# Staff\n\n| Grade | Vacancies | Vacancy rate (%) |\n|---|---|---|\n| Constables | 68 | 3.7 |\n| Sergeants | -6 | -1.9 |\n"
    "| Inspectors | 5 | 4.8 |\n| Officers | 67 | 3.0 |\n| Staff | 116 | 10.4 |\n| Total | 183 | 5.4 |\n\n{}\n"
)
GROUPED = (
    "# Crime\n\n| Offence | 2024/25 |\n|---|---|\n| Violence | |\n| Injury | 310 |\n| Stalking | 280 |\n| Threats | 150 |\n"
    "| Theft | |\n| Burglary | 610 |\n| Shoplifting | 890 |\n| Robbery | 120 |\n\n{}\n"
)
SCHOOLS = (
    "# Schools\n\nTable 1: Schools by grade, 2025\n\n| Grade | Primary | Secondary | All schools |\n|---|---|---|---|\n"
    "| Outstanding | 14 | 3 | 17 |\n| Good | 71 | 11 | 82 |\n| Requires improvement | 6 | 4 | 10 |\n"
    "| Inadequate | 0 | 1 | 1 |\n| All grades | 91 | 19 | 110 |\n\n{}\n"
)
OFFENCES = (
    "# Crime\n\nTable 1: Offences by type\n\n| Type | 2024 | 2025 | Change (%) |\n|---|---|---|---|\n"
    "| Burglary | 3,310 | 3,005 | -9.2 |\n| Robbery | 611 | 586 | -4.1 |\n| Theft | 1,210 | 1,379 | +14.0 |\n"
    "| All | 5,131 | 4,970 | -3.1 |\n\n{}\n"
)
STATIONS = (
    "# Stations\n\nTable 1: Stations by area, 2022 to 2024\n\n| Area | 2022 | 2023 | 2024 |\n|---|---|---|---|\n"
    "| North | 14 | 11 | 9 |\n| East | 8 | 10 | 12 |\n| South | 19 | 19 | 18 |\n\n{}\n"
)
RENTED = (
    "# Homes\n\nTable 1: Dwellings by tenure\n\n| Tenure | 2024 | 2025 |\n|---|---|---|\n| Owner-occupied | 31,050 | 31,400 |\n"
    "| Private rented | 12,890 | 12,640 |\n| Social rented | 9,910 | 9,980 |\n| All | 53,850 | 54,020 |\n\n{}\n"
)
CALLS = (
    "# Calls\n\nTable 1: Calls by quarter\n\n| Type | Q1 | Q2 | Q3 | Q4 | {} |\n|---|---|---|---|---|---|\n"
    "| Emergency | 41,203 | {} | 40,118 | 39,640 | 165,778 |\n| Other | 62,330 | 60,908 | 58,214 | 57,761 | 239,213 |\n"
)
QUARTERS = (
    "# Thefts\n\n| District | Q1 | Q2 | Q3 | Q4 | Year |\n|---|---|---|---|---|---|\n| Ashby | 114 | 111 | 109 | 120 | 454 |\n"
    "| Denholme | 130 | 131 | 133 | 140 | 534 |\n\n{}\n"
)
RIGHT = [
    QUARTERS.format("Ashby was highest in the fourth quarter (120) and recorded 111 in the second quarter."),
    QUARTERS.format("Ashby was lowest in Q3. Denholme was lowest in the first quarter."),
    QUARTERS.format("Ashby had 114 in the first quarter of 2023/24, and was highest in the second quarter of 2022/23."),
    QUARTERS.format("Ashby and Denholme together were highest in the fourth quarter (260)."),
    CALLS.format("Year", "44,817"),
    CALLS.format("2024/25", "44,817"),
    # The average of a year is no sum of its quarters.
    CALLS.format("Average", "44,817"),
    "Of the 1,000 samples, 640 were as expected, 212 contained something else as well and 148 something else altogether.",
    SCHOOLS.format("Of the 110 schools inspected, 99 (90%) were good or outstanding."),
    SCHOOLS.format("99 of the 110 schools were good or outstanding."),
    OFFENCES.format("Burglary and robbery together fell by 330 to 3,591."),
    OFFENCES.format("Excluding burglary, offences rose by 7.9% to 1,965."),
    OFFENCES.format("Offences other than burglary rose by 7.9%."),
    OFFENCES.format("Burglary fell most, both in number (305) and in percent (9.2%)."),
    OFFENCES.format("Burglary fell by 305, robbery by 25."),
    STATIONS.format("North and East together had 22 in 2022."),
    STATIONS.format("North and East together had 22 in 2022 and 21 in each of the next two years."),
    OFFENCES.format("Theft rose most in relative terms (14.0%), burglary fell most in absolute terms (305)."),
    OFFENCES.format("Burglary fell by 305 offences, more than robbery (25)."),
    RENTED.format("Renting fell by 180 to 22,620 in 2025."),
    BUDGET.format("Children's services has the largest overspend (£5.6 million)."),
    BUDGET.format("Children's services has the largest overspend."),
    BUDGET.format("Adult social care has the largest budget (£112.4 million)."),
    STAFF.format("Among officers, inspectors have the highest vacancy rate (4.8%)."),
    STAFF.format("Inspectors have the highest vacancy rate among officers."),
    STAFF.format("The vacancy rate is highest among staff (10.4%)."),
    GROUPED.format("Within violence, injury was the highest (310)."),
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
    (QUARTERS.format("Ashby was highest in the first quarter."), "quarter 4"),
    (QUARTERS.format("Denholme was lowest in Q2."), "quarter 1"),
    (QUARTERS.format("Ashby recorded 111 in the third quarter."), "quarter 2"),
    (QUARTERS.format("Denholme had 140 thefts in the third quarter."), "quarter 4"),
    (CALLS.format("Year", "44,871"), "165,832"),
    (CALLS.format("2024/25", "44,871"), "165,832"),
    ("640 were from the north and 212 from the south, 825 people altogether.", "852"),
    (OFFENCES.format("Burglary fell by 9.2% to 3,050 in 2025."), "3,005"),
    (OFFENCES.format("Burglary fell by 12.9% to 3,005."), "9.2%"),
    (OFFENCES.format("In 2025 burglary was 3,050 and robbery 586."), "3,005"),
    (RENTED.format("Private rented dwellings fell by 280 to 12,640 in 2025."), "250"),
    (BUDGET.format("Highways has the largest budget (£31.5 million)."), "Adult social care"),
    (STAFF.format("Inspectors have the highest vacancy rate (4.8%)."), "Staff"),
    (STAFF.format("Among the grades, inspectors have the highest vacancy rate (4.8%)."), "Staff"),
    (STAFF.format("The vacancy rate is highest among inspectors (4.8%)."), "Staff"),
    (GROUPED.format("Within violence, stalking was the highest (280)."), "Injury"),
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


@pytest.mark.parametrize("years", ["2023/24 and 2024/25", "2023/24 to 2024/25", "2024/25"])
def test_what_a_table_is_about_is_its_caption_without_its_years(years: str):
    text = f"Table 1: Seizures by district, {years}\n\n| District | 2023/24 | 2024/25 |\n|---|---|---|\n| Ashby | 120 | 134 |\n"
    figures = check_document(document_of("draft.md", "md", blocks_of_lines(text, is_markdown=True))).figures
    assert {figure.quantity for figure in figures} == {"Seizures by district"}


OUTCOMES = (
    "# Outcomes\n\nTable 1: Outcomes, 2023/24 and 2024/25\n\n| Outcomes | 2023/24 | 2024/25 |\n|---|---|---|\n"
    "| Positive outcomes | 3,485 | 3,672 |\n\nTable 2: Outcomes by type, 2023/24 and 2024/25\n\n"
    "| Type | 2023/24 | 2024/25 |\n|---|---|---|\n| Charge | 1,346 | 1,437 |\n| Caution | 277 | 303 |\n"
    "| Community resolution | 1,862 | 1,932 |\n| Diversionary activity | 330 | 304 |\n\n{}\n"
)


@pytest.mark.parametrize(
    "note",
    [
        "Diversionary activity is not counted as positive.",
        "Positive outcomes exclude diversion: diversionary activity comes without a charge.",
        "The positive outcomes do not include diversionary activity.",
        "Positive outcomes are all types other than diversionary activity.",
    ],
)
def test_a_part_that_a_note_leaves_out_of_the_total_is_no_advice(note: str):
    assert [one.published for one in advice(OUTCOMES.format("Source: police."))] == ["Diversionary activity"]
    assert advice(OUTCOMES.format(note)) == []


@pytest.mark.parametrize("note", ["Diversionary activity rose.", "Cautions are not counted twice."])
def test_a_note_on_something_else_leaves_the_advice(note: str):
    assert [one.published for one in advice(OUTCOMES.format(note))] == ["Diversionary activity"]


def advice(text: str) -> list:
    found = check_document(document_of("draft.md", "md", blocks_of_lines(text, is_markdown=True)))
    return [one for one in found.findings if one.rule_id == "parts_equal_total"]
