"""Kinds of sentences, each right and wrong: nothing is said of the right one, and the fault of the wrong one is told."""

import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from orchestration.checking.check import check, check_document
from orchestration.checking.document import document_of
from orchestration.checking.findings import Finding
from orchestration.checking.readers.plain import blocks_of_lines, without_code
from orchestration.checking.readers.shown import shown

YEARS = """Table 1. Orders by office, two kinds (source: court records)

| Office | 2023/24 Fines | 2024/25 Fines | 2023/24 Orders | 2024/25 Orders |
|---|---|---|---|---|
| Pellow | 310 | 341 | 62 | 70 |
| Tarne | 808 | 771 | 95 | 84 |
| Wickby | 214 | 240 | 33 | 45 |
| All | 1,332 | 1,352 | 190 | 199 |
"""
GROUPS = """| Drug named | 2023 | 2024 |
|---|---|---|
| Cannabis | 412 | 450 |
| Cocaine | 260 | 251 |
| Ketamine | 88 | 131 |
| Total | 760 | 832 |
"""


# Three tables, each with the sentence that leads to it; `led` are the numbers that the sentences name.
def three_tables(*led: int) -> str:
    return "\n".join(
        f"## Part {number}\n\nTable {named} shows visits to the {place}. It is the only one.\n\n"
        f"Table {number} - Visits to the {place}\n\n| Month | Visits |\n|---|---|\n| May | {number * 10} |\n| June | {number * 11} |\n"
        for number, (named, place) in enumerate(zip(led, ("clinic", "van", "pharmacy"), strict=True), start=1)
    )


# A section of two tables, each after the sentence that leads to it, and a third one elsewhere.
TWO_IN_A_SECTION = (
    "## Visits\n\nTable 1 shows visits.\n\nTable 1 - Visits\n\n| Month | Visits |\n|---|---|\n| May | 10 |\n| June | 11 |\n\n"
    "{} shows calls.\n\nTable 2 - Calls\n\n| Month | Calls |\n|---|---|\n| May | 20 |\n| June | 21 |\n\n## Letters\n\n"
    "Table 3 shows letters.\n\nTable 3 - Letters\n\n| Month | Letters |\n|---|---|\n| May | 30 |\n| June | 31 |\n\n## Gifts\n\n"
    "Table 4 shows gifts.\n\nTable 4 - Gifts\n\n| Month | Gifts |\n|---|---|\n| May | 40 |\n| June | 41 |\n"
)
# One year, which stands in the caption alone.
LOANS = (
    "{}\n\nTable 1: Loans and visits in 2024/25\n\n| Branch | Loans | Visits |\n|---|---|---|\n"
    "| Headley | 3,660 | 9,200 |\n| Tolworth | 5,250 | 8,750 |\n| Total | 8,910 | 17,950 |\n"
)
OF_OTHER_TIMES = (
    "Loans at Headley fell from 4,180 to 3,660.",
    "Loans at Headley fell from 4,180 in 2023/24 to 3,660 in 2024/25.",
    "In 2023/24 loans at Headley were 4,180.",
    "Loans at Headley are expected to reach 4,100 in 2025/26.",
    "By 2030 loans at Headley should be 5,000.",
    "Last year there were 4,180 loans at Headley.",
    "Ten years ago Headley had 4,900 loans.",
    "In 2024/25 loans fell from 9,500 to 8,910.",
    "Without renewals, loans at Headley were 2,940.",
)
# What is no sum, beside a column that is one.
NO_SUMS = (
    "Average response time (seconds)",
    *("Cost per pupil (£)", "Median wait (days)", "Class size", "Speed limit", "Target", "Rank", "Longest queue"),
)
STATIONS = (
    "| Station | Calls | {} |\n|---|---|---|\n| Ashby | 1,200 | 54 |\n| Brinton | 900 | 60 |\n| Total | 2,100 | 57 |\n"
)
# References to what stands in other documents, and rates of other places.
ELSEWHERE = (
    "As the consultant's report said (see Table 14), visits fell.",
    "Details are in Table 15, ONS (2023).",
    "The census bulletin is the source of these numbers (Table 11).",
    "The 2023 edition had one more table (Table 7).",
)
RATES_BESIDE = (
    "In 2024 the rate was 27.5 per 100,000 population among women and 41.2 per 100,000 among men; 62 casualties in a "
    "population of 118,400 is 52.4 per 100,000.",
    "The rate in Ashby (600 per 1,000) was higher than in Brinton, where 3,300 of 6,000 residents were registered.",
)
CARE = (
    "Table 1: Children in care\n\n| Area | Children |\n|---|---|\n| Eastwick | 120 |\n| Larkfield | 90 |\n| Moorside | 40 |\n\n"
    "Table 2: Foster carers\n\n| Area | Carers |\n|---|---|\n| Eastwick | 60 |\n| Larkfield | 50 |\n\n"
    "Moorside has no fostering service of its own; its carers are counted with Larkfield.\n"
)
LISTED = (
    "| District | Vans |\n|---|---|\n| Pellow | 4 |\n| Tarne | 5 |\n| Wickby | 6 |\n| Orrin | 7 |\n\nVisits grew in Pellow (+8.4%), "
    "Tarne (+9.8%), Wickby (+13.1%) and Orrin (+12.6%), with Wickby and Orrin showing the largest growth.\n"
)
AGES = (
    "| Age group | 2023/24 | 2024/25 |\n|---|---|---|\n| 18 to 64 | 1,204 | 1,238 |\n| 65–84 | 1,655 | 1,602 |\n"
    "| 85 and over | 1,141 | 1,160 |\n| All adults | 4,000 | 4,000 |\n"
)
RATED = "| District | Rate per 1,000 |\n|---|---|\n| Pellow | 14.2 |\n| Tarne | 9.6 |\n| Wickby | 7.7 |\n"

DEATHS = (
    "| District | Deaths | Population | Rate per 100,000 |\n|---|---|---|---|\n| Pellow | 41 | 301,200 | 13.6 |\n"
    "| Tarne | 22 | 198,400 | 11.1 |\n| Wickby | 9 | 120,750 | 7.5 |\n"
)
# The same for two years, on its side.
DEATHS_ACROSS = (
    "Table 1. Deaths in Pellow, 2021 to 2024\n\n| | 2021 | 2022 | 2023 | 2024 |\n|---|---|---|---|---|\n"
    "| Deaths | 38 | 40 | 41 | 44 |\n| Residents | 299,800 | 300,600 | 301,200 | 303,000 |\n"
    "| Deaths per 100,000 | 12.7 | 13.3 | 13.6 | 14.5 |\n"
)
# A standardised rate is no count over the population.
STANDARDISED = DEATHS.replace("13.6", "14.9").replace("11.1", "10.2").replace("Rate per", "Age-standardised rate per")


def found(text: str) -> list[Finding]:
    lines = f"# Notes on the year\n\n{text}"
    return check_document(
        document_of("draft.md", "md", blocks_of_lines(without_code(lines), is_markdown=True))
    ).findings


RIGHT = [
    *map(LOANS.format, OF_OTHER_TIMES),
    *map(STATIONS.format, NO_SUMS),
    *(f"{three_tables(1, 2, 3)}\n{one}" for one in ELSEWHERE),
    *RATES_BESIDE,
    CARE,
    LISTED,
    # A tie is anybody's.
    LISTED.replace("9.8%", "12.6%"),
    "The calendar year (1 January 2023 to 31 December 2023) and data from 1 January 2024 to 20 December 2024.",
    "In the financial year 2023/24 (1 April 2023 to 31 March 2024) we paid from 1 April to 30 June in advance.",
    TWO_IN_A_SECTION.format("Table 2"),
    DEATHS,
    DEATHS_ACROSS,
    STANDARDISED,
    "Visits rose from 20 in 2023 to 28 in 2024 (up 40.0%).",
    "Visits fell from 5,521 in 2022/23 to 4,962 in 2023/24 (-10.1%).",
    # Two things over the same years: a sentence is held against the one that it names.
    f"{YEARS}\nOrders went up by 5% to 199. Fines rose by 1.5% to 1,352; only Tarne fell, by 37.",
    f"{YEARS}\nIn Pellow and Wickby fines rose by 10.0% and 12.1% respectively.",
    # A score is no change of what the table counts.
    f"{YEARS}\nThe fines score fell by 8.1% in 2024/25.",
    # A share in brackets is of the part and the whole before it.
    "We heard that 8 in 10 (80%) patients were offered a slot and that 15 of 20 rooms were in use (75%).",
    "Of the 420 cases, 189 (45%) were closed, compared with 152 of 400 (38%) a year earlier, a rise of 7 "
    "percentage points.",
    # A list of which one part has no number; "one" as an article; two things behind a bracket.
    "The kit has 9 parts (4 valves, pump, hose, 3 seals).",
    "Ratios against one run over the lot: first tool 1.8x, second tool 2.6x (one slow run).",
    "Keeping the name costs nothing in time (41.2 vs 43.3) and +1% of space.",
    "The busiest day had 19 calls, almost three times the average.\n\n" + GROUPS,
    # Parts that need not be all.
    "We sent 900 packs. Of these, 420 went to hostels and 310 to pharmacies.",
    "We sent 900 packs. Of these, 420 went to hostels and the remaining 480 to pharmacies.",
    # Aims.
    "We trained 1,500 staff against a target of 1,200, 25% above target.",
    "Wardens made 472 visits, 28 short of the target of 500.",
    "Kits: 640 (2023/24: 500), 28% up and 40 above the target of 600.",
    "Rates fell from 450 to 423 per 100,000, a reduction of 6%.",
    "The rise of 4 in 2024 was smaller than that of 2023 (9).",
    "The levy rose by £13 to £278, 4.9% more.\n\n" + GROUPS,
    f"{GROUPS}\nTwo of the three drugs grew. Seizures rose by 72 to 832, and 14 people died in 2025.",
    # What is said of other things in a table's section.
    f"{GROUPS}\nThirty of those searched lived alone, and only nine were known to us, two fewer than a year earlier.",
    f"{GROUPS}\nLetters of thanks more than doubled to 990 (2023: 440).",
    "In the survey 71% agreed (2023: 66%), and 14% did not, three points fewer than in 2023.",
    # Bases of rates, tables, days and ranges.
    f"{RATED}\nPellow has the highest rate, 14.2 per 1,000. One worker per 250 visits is planned.",
    three_tables(1, 2, 3),
    f"{three_tables(1, 2, 3)}\nMost came on foot (see Table 3), as in Table 9 of the yearbook.",
    "See Table 9 of the annex. Figures run from the 1st of April 2023 to 31 March 2024, and 29 February 2024 is counted.",
    "May 22 and March 3rd were the busiest days; by the 21st of June, 31 people had come.",
    "The 31 June referrals were all met by 30/06/2025. The board met on Friday 27 November 2026, and on 12/31/2025.",
    "The rate is 12.4 per 1,000 (95% CI 9.8 to 15.6; 95% confidence interval: 9.8-15.6).",
    "Falls of between 19.9% and 28.6% were seen. The gap between 14.2 and 7.1 narrowed between 2019 and 2018.",
    "Pellow had the lowest number of clients with 1,210 in 2024. Tarne had 1,955 and Wickby 2,020 clients in 2024.",
    "In June 31 people were rescued, by September 45 more, and during April 31 of the 52 came.",
    f"{RATED}\nThere is one worker per 1,200 square miles. The centre is open between 10 and 4.",
    f"Table 1. Deaths by district\n\n{RATED}\nThe treatment plan of Pellow cost 14.2 per 10,000 visits.",
    f"{AGES}\nPeople aged 65 to 84 were 3.2% fewer, down to 1,602; the group 18 to 64 grew by 2.8%.",
    "| Kind | 2023/24 | 2024/25 |\n|---|---|---|\n| Theft | 5,210 | 4,950 |\n| of which: shoplifting | 1,804 | 2,110 |\n"
    "| Violence | 6,000 | 6,120 |\n\nShoplifting, which is part of theft, rose 17.0% to 2,110.",
    "```\nloaded 12 of 48 files (99%)\n```\n\nAll went well.",
]
WRONG = [
    (LOANS.format("Loans at Headley were 3,960."), "3,660"),
    (STATIONS.format("Visits").replace("57", "141"), "114"),
    (LISTED.replace("13.1%", "1.1%"), "Tarne"),
    (LISTED.replace("largest", "smallest"), "Pellow"),
    (DEATHS.replace("| 11.1 |", "| 11.7 |"), "11.1"),
    (DEATHS.replace("| 41 |", "| 47 |"), "15.6"),
    (DEATHS_ACROSS.replace("13.3", "18.3"), "13.3"),
    (f"{YEARS}\nFines rose in two of the three offices; only Tarne fell, by 73.", "37"),
    (f"{YEARS}\nIn Pellow and Wickby fines rose by 12.1% and 10.0% respectively.", "10.0%"),
    ("We heard that 8 in 10 (60%) patients were offered a slot.", "80%"),
    (
        "Of the 420 cases, 189 (45%) were closed, compared with 152 of 400 (38%) a year earlier, a rise of 7%.",
        "7 percentage points",
    ),
    ("We sent 900 packs. Of these, 420 went to hostels and the remaining 430 to pharmacies.", "850"),
    ("We sent 910 packs. Of these, 420 went to hostels and 940 to pharmacies.", "940"),
    ("We trained 1,500 staff against a target of 1,200, 20% above target.", "25%"),
    ("Wardens made 472 visits, 38 short of the target of 500.", "28"),
    ("Rates fell from 450 to 423 per 100,000, a reduction of 16%.", "6%"),
    ("The rise of 9 in 2024 was smaller than that of 2023 (4).", "more than 4"),
    (f"{GROUPS}\nAll three drugs grew.", "2 of the 3"),
    ("Visits fell from 20 in 2023 to 28 in 2024.", "a rise"),
    ("Visits fell from 20 in 2023 to 28 in 2024 (up 40.0%).", "a rise"),
    ("Visits rose from 5,521 in 2022/23 to 4,962 in 2023/24 (-10.1%).", "a fall"),
    (f"{GROUPS}\nThe board is told that seizures rose by 27 to 832, and that 14 people died in 2025.", "72"),
    (f"{RATED}\nPellow has the highest rate, 14.2 per 1,400.", "per 1,000"),
    (f"{RATED}\nPellow has the highest rate, 14.2 per 100,000.", "per 1,000"),
    (f"{AGES}\nSupport to people aged 65 to 84 fell by 4.2%.", "3.2%"),
    (three_tables(1, 2, 8), "Table 3"),
    (f"{three_tables(1, 2, 3)}\nMost came on foot (see Table 5).", "Table 1 to Table 3"),
    (f"{three_tables(1, 2, 3)}\nVisits are as in Table 1 and Table 7.", "Table 1 to Table 3"),
    (three_tables(1, 3, 3), "Table 2"),
    ("Figures are as of the 31st of June 2024.", "June has 30 days"),
    ("Figures are as of 29 February 2023.", "February has 28 days"),
    ("All referrals were met by 31/04/2025.", "April 2025 has 30 days"),
    ("The data covers the calendar year (January 1st, 2023 – December 21st, 2023).", "31 December"),
    ("The financial year 2023/24 (2 April 2023 to 31 March 2024) is shown.", "1 April"),
    (TWO_IN_A_SECTION.format("Table 1"), "Table 2"),
    ("The board met on Thursday 27 November 2026.", "is a Friday"),
    ("The rate is 12.4 per 1,000 (95% CI 15.6 to 9.8).", "9.8 before 15.6"),
    ("They cover January 1st to December 11st, 2024.", "11th"),
    ("Falls of between 89.9% and 28.6% were seen.", "or other numbers"),
]


@pytest.mark.parametrize("text", RIGHT, ids=lambda text: text[-50:])
def test_nothing_is_said_of_what_is_right(text: str):
    assert [(one.published, one.explanation) for one in found(text)] == []


@pytest.mark.parametrize(("text", "meant"), WRONG, ids=lambda text: text[-50:])
def test_what_is_wrong_is_told_with_what_is_meant(text: str, meant: str):
    findings = found(text)
    assert findings
    assert any(meant in f"{one.expected} {one.explanation}" for one in findings)


def test_a_block_of_code_keeps_the_lines_of_what_follows():
    assert without_code("a\n```sh\nb 5\n```\nc\n~~~\nd") == "a\n\n\n\nc\n\n"


def test_an_opendocument_text_is_checked(tmp_path: Path):
    text = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
    office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    body = "".join(
        f"<text:p>{one}</text:p>"
        for one in ("Of 480 visits, 120 (25%) were missed.", "Letters fell from 250 to 205, down 16.0%.")
    )
    file = tmp_path / "draft.odt"
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        packed.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{office}" xmlns:text="{text}"><office:body><office:text>{body}'
            "</office:text></office:body></office:document-content>",
        )
    assert [(one.published, one.expected) for one in check(file).findings] == [("16.0%", "18.0%")]


def test_a_workbook_is_checked(tmp_path: Path):
    book = Workbook()
    sheet = book.active
    sheet.append(["Office", "2023/24", "2024/25", "Change"])
    for row in (
        ["Pellow", 310, 341, 31],
        ["Tarne", 808, 771, -37],
        ["Wickby", 214, 240, 62],
        ["Total", 1332, 1352, 20],
    ):
        sheet.append(row)
    file = tmp_path / "draft.xlsx"
    book.save(file)
    findings = check(file).findings
    assert [(one.published, one.expected) for one in findings] == [("62", "26")]
    assert (findings[0].mark.place.row, findings[0].mark.place.column) == (4, 4)


# Admissions before and after, and the header, the format and the stored number of the change between them.
FORMATS = [
    ("Change (%)", "0.0%", 0.04375, "#,##0", []),
    ("Change", "0.0%", 0.04375, "General", []),
    ("Change", "0%", 0.04375, "#,##0;(#,##0)", []),
    ("Change (%)", '_-* #,##0.0_-;-* #,##0.0_-;_-* "-"??_-;_-@_-', 4.375, "#,##0", []),
    ("Change", "+#,##0;[Red]-#,##0", 224, "[$£-809]#,##0", []),
    ("Change (%)", "0.0%", 0.0347, "#,##0", [("3.5%", "4.4%")]),
    ("Change", "#,##0", 242, "#,##0", [("242", "224")]),
]


@pytest.mark.parametrize(("header", "form", "change", "of_values", "told"), FORMATS, ids=str)
def test_a_workbook_is_read_as_its_cells_show_it(
    tmp_path: Path, header: str, form: str, change: float, of_values: str, told: list[tuple[str, str]]
):
    book = Workbook()
    sheet = book.active
    sheet.append(["District", "2023/24", "2024/25", header])
    rows = [["Ashby", 5120, 5344, change], ["Carr Vale", 4010, 3987, None], ["Denholme", 2875, 2990, None]]
    for row in rows:
        row[3] = row[3] or (row[2] - row[1] if change > 100 else (row[2] / row[1] - 1) * (100 if change > 1 else 1))
        sheet.append(row)
        for column, code in ((2, of_values), (3, of_values), (4, form)):
            sheet.cell(sheet.max_row, column).number_format = code
    file = tmp_path / "draft.xlsx"
    book.save(file)
    assert [(one.published, one.expected) for one in check(file).contradictions] == told


def test_parts_that_a_workbook_shows_without_their_decimals_make_their_total(tmp_path: Path):
    book = Workbook()
    sheet = book.active
    for row in (["Service", "Hours"], ["North", 120.4], ["East", 310.4], ["South", 215.4], ["Total", 646.2]):
        sheet.append(row)
        sheet.cell(sheet.max_row, 2).number_format = "#,##0"
    file = tmp_path / "draft.xlsx"
    book.save(file)
    assert check(file).contradictions == []


@pytest.mark.parametrize(
    ("stored", "code", "text"),
    [
        ("0.04375", "0.0%", "4.4%"),
        ("-44", "#,##0;[Red](#,##0)", "(44)"),
        ("1234567.5", "[$£-809]#,##0.00", "£1,234,567.50"),
        ("1234567", "#,##0,", "1,235"),
        ("5.6", '£0.0"m"', "£5.6m"),
        ("0", '_-* #,##0_-;-* #,##0_-;_-* "-"??_-;_-@_-', "-"),
        ("-0.5", "+0.0%;-0.0%", "-50.0%"),
        ("12", "0.##", "12"),
    ],
)
def test_a_number_is_shown_as_its_format_says(stored: str, code: str, text: str):
    one = shown(stored, code)
    assert one is not None
    assert one.text == text


@pytest.mark.parametrize("code", ["General", "dd/mm/yyyy", "@", "# ?/?", "0.0E+00", '[>=5]0;"c"'])
def test_a_format_of_something_else_is_left_alone(code: str):
    assert shown("45000.5", code) is None
