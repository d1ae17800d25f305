"""Rates over other things than people, figures that are rounded, and references to tables: right and wrong."""

import pytest
from test_sentences import found, three_tables

TABLES = three_tables(1, 2, 3)
THOUSANDS = (
    "| Area | Deaths 2024 | Population ({}) | Rate per 100,000 |\n|---|---|---|---|\n| Pellow | 241 | {} | {} |\n"
    "| Tarne | 122 | 1,198.4 | 10.2 |\n| Wickby | 49 | 620.7 | 7.9 |\n"
)
MILLIONS = THOUSANDS.replace("1,198.4", "1.20").replace("620.7", "0.62")
RIGHT = [
    THOUSANDS.format("thousands", "2,953.8", "8.2"),
    THOUSANDS.format("'000s", "2,953.8", "8.2"),
    MILLIONS.format("millions", "2.95", "8.2"),
    "There were 241 deaths in a population of 2.95 million, 8.2 per 100,000.",
    "With a population (thousands) of 2,953.8 and 241 deaths the rate was 8.2 per 100,000.",
    "There were 12 complaints per 1,000 visits: 712,400 visits from a population of 182,650.",
    "With 712,400 visits and a population of 182,650 there were 3.9 visits per resident and 1.05 loans per visit.",
    "The town has 30,200 residents and 12,900 households. We made 414 visits, 32.1 per 1,000 households.",
    "Of a population of 412,000, 118 women were admitted, a rate of 61 per 100,000 women aged 15 to 44.",
    "We had 38 deaths in a population of 412,000; 9.4 per 1,000 treatment starts ended in death.",
    "Costs are £21.13 per head of population (182,650) and £5.42 per visit.",
    # Rounded figures leave room.
    "The rate rose from 4.9 to 5.3 per 1,000, up 7.7%.",
    "The share rose from 28% to 34%, an increase of 7 percentage points.",
    "Spending rose from £12.5 million to £12.9 million, an increase of 2.9%.",
    "The net cost was £3.86 million: £2.31 million for staff, £0.62 million for premises and £0.94 million for stock.",
    # References within and out of the document.
    f"{TABLES}\nTables 1–3 give all visits; as Table 3 shows, few came by bus.",
    f"{TABLES}\nTables 2 and 9 of the national bulletin give figures for Great Britain.",
    f"{TABLES}\nSee tables 4 to 6 in the publisher's workbook. As Table 9 of the yearbook shows, visits fell.",
    f"{TABLES}\nWe moved the tables 4 and 5 metres apart. The tables 12 people sat at were full.",
    f"{TABLES}\nAs Smith et al. (2021, Table 6) show, visits fell.",
]
WRONG = [
    (THOUSANDS.format("thousands", "2,953.8", "9.2"), "8.2"),
    (MILLIONS.format("millions", "2.95", "9.2"), "8.2"),
    ("There were 241 deaths in a population of 2.95 million, 9.2 per 100,000.", "8.2"),
    ("In 2024 there were 241 deaths (population in thousands: 2,953.8), a rate of 9.2 per 100,000.", "8.2"),
    ("The town has 12,900 households. We made 414 visits, 23.1 per 1,000 households.", "32.1"),
    ("With 712,400 visits and a population of 182,650 there were 9.3 visits per resident.", "3.9"),
    ("In April there were 32,710 bed days and 7 infections, a rate of 24.1 per 100,000 bed days.", "21.4"),
    ("The rate rose from 4.9 to 5.3 per 1,000, up 18.2%.", "8.2%"),
    ("The share rose from 28% to 34%, an increase of 8 percentage points.", "6 percentage points"),
    ("Spending rose from £12.5 million to £12.9 million, an increase of 13.2%.", "3.2%"),
    ("The levy rose by £23 to £278 from £265.", "£13"),
    ("Income was £1.2 million, of which £0.9 million (57%) came from public bodies.", "75%"),
    (f"{TABLES}\nTables 2 and 9 show the busiest places.", "Table 1 to Table 3"),
    (f"{TABLES}\nTables 4–5 show the busiest places.", "Table 1 to Table 3"),
    (f"{TABLES}\nMost walked. As Table 8 shows, few came by bus.", "Table 1 to Table 3"),
    (f"{TABLES}\nMost walked (see table 4).", "Table 1 to Table 3"),
    (f"{TABLES}\nThis is set out in tables 1 to 5.", "Table 1 to Table 3"),
]


@pytest.mark.parametrize("text", RIGHT, ids=lambda text: text[-50:])
def test_nothing_is_said_of_what_is_right(text: str):
    assert [(one.published, one.explanation) for one in found(text)] == []


@pytest.mark.parametrize(("text", "meant"), WRONG, ids=lambda text: text[-50:])
def test_what_is_wrong_is_told_with_what_is_meant(text: str, meant: str):
    findings = found(text)
    assert any(meant in f"{one.expected} {one.explanation}" for one in findings)
