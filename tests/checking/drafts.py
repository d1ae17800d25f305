"""Invented drafts of several organisations, clean and with faults.

A draft is a list of blocks: `("h", text)`, `("p", text)`, `("i", text)` for an item of a list, `("c", text)` for a caption
and `("t", rows)` for a table whose first row is its header. Every number of a clean draft agrees with the others.
`PLANTED` holds, for each draft, faults: what is printed in place of what, and words of which one the finding must give.
"""

from dataclasses import dataclass

Blocks = list[tuple[str, object]]


@dataclass(frozen=True)
class Fault:
    """`old` becomes `new` in the draft; a finding that tells of it has `sign` as what is printed or expected."""

    old: str
    new: str
    sign: str
    count: int = 1


HEALTH_BOARD: Blocks = [
    ("h", "Strathmore Health Board: alcohol and drugs, annual statement 2024"),
    ("p", "This statement covers the calendar year 2024. The board serves 412,000 people in five localities."),
    ("h", "Referrals to specialist services"),
    (
        "p",
        "Specialist services received 3,150 referrals in 2024, compared with 2,940 in 2023: an increase of 210, "
        "or 7.1%. "
        "Northside accounted for the largest number (1,020) and Glenfoot for the smallest (260). "
        "Four of the five localities had more referrals than in 2023; only Kirkmoor had fewer.",
    ),
    ("c", "Table 1. Referrals by locality, 2023 and 2024 (source: board's referral system)"),
    (
        "t",
        [
            ["Locality", "2023", "2024", "Difference", "Difference (%)"],
            ["Northside", "930", "1,020", "90", "9.7"],
            ["Easter", "705", "770", "65", "9.2"],
            ["Kirkmoor", "540", "510", "-30", "-5.6"],
            ["Lochend", "530", "590", "60", "11.3"],
            ["Glenfoot", "235", "260", "25", "10.6"],
            ["Board", "2,940", "3,150", "210", "7.1"],
        ],
    ),
    ("p", "In proportion, referrals grew fastest in Lochend (11.3%), ahead of Glenfoot (10.6%)."),
    ("h", "Waiting"),
    (
        "p",
        "Of the 3,150 people referred, 2,835 (90%) were seen within 21 days. A year earlier the share was 86% "
        "(2,528 of 2,940). Performance has therefore improved by four percentage points.",
    ),
    ("h", "Deaths"),
    (
        "p",
        "National Records registered 84 drug misuse deaths among residents in 2024, six fewer than in 2023 (90). "
        "Men made up 61 of the 84, or 73%. The rate was 20.4 per 100,000 population, on a population of 412,000.",
    ),
    ("p", "Alcohol-specific deaths were unchanged at 97 in both years."),
    ("h", "Key points"),
    ("i", "Referrals increased by 7.1%."),
    ("i", "Drug misuse deaths fell by 6.7%, from 90 to 84."),
    ("i", "Nine in ten people were seen within 21 days."),
]

POLICE: Blocks = [
    ("h", "Avonmere Constabulary"),
    ("h", "Drug harm profile, year ending March 2025"),
    ("p", "All figures are for years ending March unless otherwise stated."),
    ("h", "Recorded offences"),
    (
        "p",
        "The force recorded 5,236 drug offences in the year ending March 2025, down 3.9% from 5,447 in the "
        "previous year. "
        "Possession accounts for more than three quarters of these (78.2%).",
    ),
    ("c", "Figure 1: Drug offences recorded by offence group, year ending March 2024 and year ending March 2025"),
    (
        "t",
        [
            ["Offence group", "Year ending March 2024", "Year ending March 2025", "Percentage change"],
            ["Possession of drugs", "4,330", "4,094", "-5.5%"],
            ["Trafficking of drugs", "1,117", "1,142", "2.2%"],
            ["Total drug offences", "5,447", "5,236", "-3.9%"],
        ],
    ),
    (
        "p",
        "Trafficking of drugs rose by 25 offences (2.2%), whereas possession of drugs fell by 236 (5.5%).",
    ),
    ("h", "Outcomes"),
    ("c", "Figure 2: Outcomes assigned to drug offences, year ending March 2025"),
    (
        "t",
        [
            ["Outcome", "Number", "Per cent of all outcomes"],
            ["Charged or summonsed", "1,204", "24.5"],
            ["Out of court disposal", "2,310", "47.0"],
            ["Evidential difficulties", "986", "20.1"],
            ["Other", "415", "8.4"],
            ["All outcomes", "4,915", "100.0"],
        ],
    ),
    (
        "p",
        "Out of court disposals were the most frequent outcome, at 2,310 or 47.0% of all outcomes. "
        "One in four offences led to a charge or summons (24.5%).",
    ),
    ("h", "Stop and search"),
    (
        "p",
        "Officers carried out 9,870 searches for drugs. Something was found in 2,764 of them, a find rate of 28.0%. "
        "The year before it was 26.5% (2,438 of 9,200), so the find rate went up by 1.5 percentage points.",
    ),
    ("h", "Seizures"),
    (
        "p",
        "There were 1,480 seizures: 1,036 of cannabis, 222 of cocaine and 222 of other drugs. "
        "Seizures of cocaine have doubled from 111.",
    ),
]

COUNCIL: Blocks = [
    ("h", "Wexcombe District Council"),
    ("h", "Community Safety Scrutiny Panel: minutes, 18 November 2025"),
    ("h", "4. Substance misuse update"),
    (
        "p",
        "Members noted that 612 residents were in treatment at 30 September 2025, an increase of 36 (6.3%) on "
        "the same day in 2024 (576). "
        "The officer explained that 58 per cent of them (355) were men.",
    ),
    (
        "p",
        "Successful completions stood at 22.4% (137 of 612), up from 20.0% (115 of 576) the year before.",
    ),
    ("h", "5. Needle exchange"),
    ("c", "Packs supplied by pharmacy, first half of 2024/25 and 2025/26"),
    (
        "t",
        [
            ["Pharmacy", "2024/25", "2025/26", "Change"],
            ["Market Place", "1,240", "1,364", "+10%"],
            ["Station Road", "860", "817", "-5%"],
            ["The Quay", "500", "620", "+24%"],
            ["Total", "2,600", "2,801", "+7.7%"],
        ],
    ),
    (
        "p",
        "The Quay had the largest percentage increase (24%), although Market Place supplied the most packs (1,364). "
        "Station Road was the only pharmacy to supply fewer packs than in 2024/25.",
    ),
    ("h", "6. Budget"),
    (
        "p",
        "The grant of £480,000 was divided as follows: £300,000 for treatment, £120,000 for prevention and "
        "£60,000 for housing support.",
    ),
    ("p", "Treatment therefore receives 62.5% of the grant."),
    ("h", "Resolved"),
    (
        "p",
        "That the panel welcomes the increase in successful completions to 22.4% and asks for a further report "
        "in six months.",
    ),
]

PARTNERSHIP: Blocks = [
    ("h", "Tarnside Drug and Alcohol Partnership: delivery report"),
    ("h", "Quarter 3, 2025/26"),
    ("h", "Opiate and crack use"),
    (
        "p",
        "Tarnside has an estimated 4,180 people who use opiates and/or crack cocaine, a rate of 11.0 per 1,000 "
        "people aged 15 to 64 "
        "(population 380,000). Of these, 2,299 are in treatment, leaving an unmet need of 45.0%, against 53.4% "
        "in England.",
    ),
    ("h", "Adults in treatment"),
    ("c", "Table A: Adults in treatment by substance, 2023/24 to 2025/26. Source: NDTMS"),
    (
        "t",
        [
            ["Substance", "2023/24", "2024/25", "2025/26", "Change since 2024/25"],
            ["Opiates", "2,250", "2,280", "2,299", "0.8%"],
            ["Non-opiates", "640", "700", "805", "15.0%"],
            ["Alcohol", "1,410", "1,500", "1,575", "5.0%"],
            ["All", "4,300", "4,480", "4,679", "4.4%"],
        ],
    ),
    (
        "p",
        "Numbers rose in all three groups, most steeply among people treated for non-opiates (15.0%). "
        "Opiates remain the largest group with 2,299 people, just under half (49.1%) of everyone in treatment.",
    ),
    ("p", "Since 2023/24 the total has grown by 8.8%, from 4,300 to 4,679."),
    ("h", "Hospital admissions"),
    (
        "p",
        "The admission rate for alcohol-specific conditions fell to 612 per 100,000 in 2024/25 from 655 in "
        "2023/24, a reduction of 6.6%. "
        "It remains above the England rate of 587.",
    ),
    ("h", "Naloxone"),
    (
        "p",
        "Partners gave out 1,950 kits this year and 1,560 last year, an increase of a quarter. Pharmacies gave "
        "out 780 of the 1,950 (40%), "
        "hostels 585 (30%) and outreach teams 585 (30%).",
    ),
    ("h", "Summary"),
    (
        "p",
        "The number of adults in treatment rose by 4.4% to 4,679, and unmet need stands at 45.0%, which is "
        "lower than the England average.",
    ),
]

CHARITY: Blocks = [
    ("h", "Harbour House Recovery Trust: impact report 2025"),
    ("h", "Who we helped"),
    (
        "p",
        "In 2025 we supported 1,326 people, up from 1,105 in 2024, which is 20% more. Women made up 40 per cent "
        "of them (530). "
        "Two thirds (884) came to us through a GP.",
    ),
    ("h", "Where they live"),
    (
        "t",
        [
            ["Town", "People supported in 2024", "People supported in 2025", "Share of all in 2025"],
            ["Dunmore", "420", "504", "38.0%"],
            ["Selby Cross", "385", "450", "33.9%"],
            ["Whitsand", "300", "372", "28.1%"],
            ["All towns", "1,105", "1,326", "100.0%"],
        ],
    ),
    ("c", "Table 1. People supported by town of residence, 2024 and 2025"),
    (
        "p",
        "Dunmore, Selby Cross and Whitsand had 504, 450 and 372 people, respectively. Whitsand grew fastest, by "
        "24.0%, followed by Dunmore with 20.0%. "
        "All three towns had more people than a year earlier.",
    ),
    ("h", "What changed for them"),
    ("i", "Of 640 people who finished a programme, 448 (70%) were abstinent after three months."),
    ("i", "The average waiting time fell from 12 days to nine days."),
    ("i", "Volunteers gave 5,200 hours, 400 more than in 2024 (4,800)."),
    ("h", "Money"),
    (
        "p",
        "Income was £1.2 million, of which £0.9 million (75%) came from public bodies. Spending came to £1.1 million.",
    ),
]

SHEETED: Blocks = [
    ("h", "Marlbeck Borough Council Public Health"),
    ("h", "Young people's substance misuse, 2022/23 to 2024/25"),
    ("c", "Table 1: Young people in treatment by sex and year. Source: NDTMS"),
    (
        "t",
        [
            ["Year", "Boys", "Girls", "All"],
            ["2022/23", "84", "46", "130"],
            ["2023/24", "90", "54", "144"],
            ["2024/25", "99", "63", "162"],
        ],
    ),
    (
        "p",
        "The number in treatment rose from 130 in 2022/23 to 144 in 2023/24 and 162 in 2024/25. The latest "
        "increase is 12.5%. "
        "Girls made up 38.9% of those in treatment in 2024/25 (63 of 162), compared with 35.4% in 2022/23 (46 of "
        "130).",
    ),
    ("c", "Table 2: Main substance, 2024/25. Source: NDTMS"),
    (
        "t",
        [
            ["Substance", "Number", "%"],
            ["Cannabis", "130", "80.2"],
            ["Alcohol", "21", "13.0"],
            ["Ketamine", "11", "6.8"],
            ["Total", "162", "100"],
        ],
    ),
    (
        "p",
        "Cannabis was the main substance for four in five (80.2%), followed by alcohol (21; 13.0%) and ketamine "
        "(11; 6.8%).",
    ),
    ("h", "School survey"),
    (
        "p",
        "Of 2,500 pupils asked, 325 (13%) had ever tried a drug, which is three percentage points less than in "
        "2022, when it was 16%.",
    ),
]

DRAFTS = {
    "health_board": HEALTH_BOARD,
    "police": POLICE,
    "council": COUNCIL,
    "partnership": PARTNERSHIP,
    "charity": CHARITY,
    "sheeted": SHEETED,
}

PLANTED = {
    "health_board": [
        Fault("an increase of 210, or 7.1%", "an increase of 201, or 7.1%", "201"),
        Fault("Glenfoot for the smallest (260)", "Kirkmoor for the smallest (510)", "Kirkmoor"),
        Fault("Four of the five localities", "Three of the five localities", "Three"),
        Fault("only Kirkmoor had fewer", "only Easter had fewer", "Easter"),
        Fault("-5.6", "-6.5", "-6.5"),
        Fault("fastest in Lochend (11.3%)", "fastest in Northside (9.7%)", "Northside"),
        Fault("2,835 (90%)", "2,385 (90%)", "90%"),
        Fault("four percentage points", "six percentage points", "six percentage points"),
        Fault("six fewer than", "nine fewer than", "nine"),
        Fault("or 73%", "or 78%", "78%"),
        Fault("20.4 per 100,000", "24.0 per 100,000", "24.0"),
        Fault("Referrals increased by 7.1%", "Referrals increased by 11.7%", "11.7%"),
        Fault("fell by 6.7%", "fell by 7.6%", "7.6%"),
        Fault("3,150", "3,510", "3,510", 4),
    ],
    "police": [
        Fault("down 3.9% from", "down 9.3% from", "9.3%"),
        Fault("5,236 drug offences in", "5,326 drug offences in", "5,326"),
        Fault("three quarters of these (78.2%)", "three quarters of these (72.8%)", "72.8%"),
        Fault("4,094", "4,049", "4,049"),
        Fault("rose by 25 offences (2.2%)", "rose by 35 offences (2.2%)", "35"),
        Fault('"2.2%"', '"3.2%"', "3.2%"),
        Fault("20.1", "21.0", "21.0"),
        Fault("of 28.0%", "of 30.0%", "30.0%"),
        Fault("up by 1.5 percentage points", "up by 2.5 percentage points", "2.5 percentage points"),
        Fault("1,036 of cannabis", "1,063 of cannabis", "1,480"),
        Fault("doubled from 111", "doubled from 141", "doubled"),
    ],
    "council": [
        Fault("increase of 36 (6.3%)", "increase of 63 (6.3%)", "63"),
        Fault("58 per cent of them (355)", "68 per cent of them (355)", "68 per cent"),
        Fault("22.4% (137 of 612), up", "24.2% (137 of 612), up", "24.2%"),
        Fault("-5%", "5%", "5%"),
        Fault("2,801", "2,810", "2,810"),
        Fault(
            "The Quay had the largest percentage increase (24%)",
            "Market Place had the largest percentage increase (10%)",
            "Market Place",
        ),
        Fault("completions to 22.4%", "completions to 24.2%", "24.2%"),
        Fault("62.5% of the grant", "65.2% of the grant", "65.2%"),
    ],
    "partnership": [
        Fault("11.0 per 1,000", "10.1 per 1,000", "10.1"),
        Fault("unmet need of 45.0%, against", "unmet need of 55.0%, against", "55.0%"),
        Fault("805", "850", "850"),
        Fault("15.0%", "12.0%", "12.0%", 1),
        Fault(
            "most steeply among people treated for non-opiates (15.0%)",
            "most steeply among people treated for alcohol (5.0%)",
            "Alcohol",
        ),
        Fault("(49.1%)", "(41.9%)", "41.9%"),
        Fault("grown by 8.8%", "grown by 8.3%", "8.3%"),
        Fault("a reduction of 6.6%", "a reduction of 7.6%", "7.6%"),
        Fault("remains above the England rate", "remains below the England rate", "612"),
        Fault("an increase of a quarter", "an increase of a third", "a third"),
        Fault("of the 1,950 (40%)", "of the 1,950 (44%)", "44%"),
        Fault("rose by 4.4% to 4,679", "rose by 4.4% to 4,697", "4,697"),
    ],
    "charity": [
        Fault("which is 20% more", "which is 25% more", "25%"),
        Fault("40 per cent of them (530)", "44 per cent of them (530)", "44 per cent"),
        Fault("Two thirds (884)", "Half (884)", "Half"),
        Fault("33.9%", "39.3%", "39.3%"),
        Fault("504, 450 and 372 people", "504, 405 and 372 people", "405"),
        Fault("Whitsand grew fastest, by 24.0%", "Whitsand grew fastest, by 42.0%", "42.0%"),
        Fault("448 (70%)", "484 (70%)", "70%"),
        Fault("400 more than", "500 more than", "500"),
    ],
    "sheeted": [
        Fault('"144"', '"146"', "146"),
        Fault("The latest increase is 12.5%", "The latest increase is 15.2%", "15.2%"),
        Fault("38.9% of those", "39.8% of those", "39.8%"),
        Fault("13.0", "10.3", "10.3", 1),
        Fault("three percentage points less", "two percentage points less", "two percentage points"),
        Fault("alcohol (21; 13.0%)", "alcohol (12; 13.0%)", "12"),
    ],
}


def planted(blocks: Blocks, fault: Fault) -> Blocks:
    """The draft with a fault. `old` in quotes is a whole cell of a table."""
    left, result = fault.count, []
    done = False
    for kind, content in blocks:
        if kind == "t" and isinstance(content, list):
            rows = []
            for row in content:
                cells = []
                for cell in row:
                    whole = fault.old.strip('"')
                    if left and (cell == whole if fault.old.startswith('"') or cell == fault.old else False):
                        cell, left, done = fault.new.strip('"'), left - 1, True
                    cells.append(cell)
                rows.append(cells)
            result.append((kind, rows))
        else:
            text = str(content)
            while left and not fault.old.startswith('"') and fault.old in text and fault.new not in text:
                text = text.replace(fault.old, fault.new, 1)
                left, done = left - 1, True
            result.append((kind, text))
    assert done, fault
    return result
