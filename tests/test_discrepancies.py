"""The rules find what is wrong in a printed report, and nothing in one that is right."""

import csv
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable

import duckdb
import pytest
from homes import Home, seed
from real_files import SHARED

Figure = dict[str, str]
MODELS = ("audit_published_figures", "published_values", "published_changes", "discrepancies")
FORCE, COUNTY = "E23000014", "E11000005"
BIRMINGHAM, COVENTRY, DUDLEY, SANDWELL, SOLIHULL, WALSALL, WOLVERHAMPTON = SEVEN = [
    f"E080000{number}" for number in range(25, 32)
]
THIS, LAST = "FY2024-25", "FY2023-24"


PRINTED = seed("published_figures")
COLUMNS = list(PRINTED[0])
CLAIM_COLUMNS = list(seed("published_claims")[0])


def loaded(table: str, columns: list[str], rows: Iterable[Figure]) -> list[str]:
    """The statements that put rows into an emptied table; an empty text is null, as in a seed."""

    def quoted(text: str) -> str:
        return "'" + text.replace("'", "''") + "'" if text != "" else "null"

    values = [f"({', '.join(quoted(row.get(column, '')) for column in columns)})" for row in rows]
    return [
        f"delete from staging.{table}",
        *([f"insert into staging.{table} values {', '.join(values)}"] if values else []),
    ]


def found(home: Home) -> dict[str, list[tuple]]:
    """What each edition's discrepancies are: rule, place, printed, expected, explanation."""
    editions = defaultdict(list)
    for edition, *row in home.query(
        "select edition, rule_id, place, published_value, expected_value, explanation from audit.discrepancies order by all"
    ):
        editions[edition].append(tuple(row))
    return editions


def text_of(value: float, like: str) -> str:
    """A number printed in the way of another: its decimals, its commas, its percent sign."""
    bare = like.rstrip("%")
    decimals = len(bare.partition(".")[2])
    text = f"{abs(value):,.{decimals}f}"
    if "," not in like and abs(value) < 10_000:
        text = text.replace(",", "")
    return ("-" if value < 0 else "") + text + ("%" if like.endswith("%") else "")


def signed(value: float, unit: str) -> str:
    rounded = round(value + (1e-9 if value > 0 else -1e-9), 1) or 0.0
    return f"{rounded:+.1f}{'%' if unit == 'percent' else ' percentage points'}"


@pytest.fixture(scope="module")
def clean(warehouse: duckdb.DuckDBPyConnection) -> list[Figure]:
    """The report with every number recomputed from the warehouse and every row in its place."""
    known = {
        (indicator, area, period): (value, change, percent, unit)
        for indicator, area, period, value, change, percent, unit in warehouse.execute(
            "select indicator_id, area_code, period_id, value, change, percent_change, unit from marts.fct_indicators join marts.dim_indicators using (indicator_id)"
        ).fetchall()
    }
    rows = [row for row in PRINTED if row["line"] not in ("97", "284") and row["subject"] != "treatment_progress"]
    for line, area in {"165": "E23000014-UNALLOCATED", "180": "E23000014-UNALLOCATED", "388": WOLVERHAMPTON}.items():
        like = [row for row in PRINTED if row["line"] == line]
        rows += [row | {"figure_id": row["figure_id"] + "x", "area_code": area, "area_label": area} for row in like]
    report = []
    for original in rows:
        row = dict(original)
        row["credited_to"] = "OHID" if row["subject"].endswith("_prevalence") else row["credited_to"]
        if row["line"] == "372":
            row["period_id"] = row["period_id"].replace("2024", "2023")
        key = (row["indicator_id"], row["area_code"], row["period_id"])
        value, change, percent, unit = known.get(key, (None, None, None, None))
        if value is None:
            report.append(row)
            continue
        if row["quantity"] == "value" and not row["qualifier"]:
            row["printed_text"] = text_of(value, row["printed_text"])
            row["value"] = row["printed_text"].rstrip("%").replace(",", "")
        if row["quantity"] == "percent_change" and percent is not None:
            row["value"] = str(round(percent, 1))
            row["printed_text"] = signed(percent, "percent")
            row["printed_change"] = ""
        if row["quantity"] == "value" and any(letter.isdigit() for letter in row["printed_change"]):
            row["printed_change"] = signed(change, "points") if unit == "percent" else signed(percent, "percent")
        report.append(row)
    # The two counts whose printed changes no rounded count before can give.
    for row in report:
        if row["line"] == "330" and row["area_code"] in (SANDWELL, COVENTRY):
            row["value"] = {SANDWELL: "-4.9", COVENTRY: "-3.6"}[row["area_code"]]
            row["printed_text"] = row["value"] + "%"
    return report


def with_edition(name: str, rows: Iterable[Figure]) -> list[Figure]:
    return [row | {"edition": name, "figure_id": f"{name}-{row['figure_id']}"} for row in rows]


def exchanged_digits(text: str) -> str | None:
    """The text with its first two neighbouring digits that differ exchanged."""
    for place in range(len(text) - 1):
        first, second = text[place], text[place + 1]
        if first.isdigit() and second.isdigit() and first != second and not (place == 0 and second == "0"):
            return text[:place] + second + first + text[place + 2 :]
    return None


def mutations(clean: list[Figure], chance: random.Random) -> Iterable[tuple[str, list[Figure]]]:
    """Twenty mutations of each kind, each of one number or one row: kind and mutated report."""
    numbers = list(range(len(clean)))

    def changed(place: int, **values: str) -> list[Figure]:
        return [row | values if number == place else row for number, row in enumerate(clean)]

    tables = [number for number in numbers if clean[number]["place_type"] == "table"]
    plain = [
        number
        for number in numbers
        if clean[number]["quantity"] == "value"
        and not clean[number]["qualifier"]
        and clean[number]["indicator_id"]
        and exchanged_digits(clean[number]["printed_text"])
    ]
    for place in chance.sample(plain, 20):
        text = exchanged_digits(clean[place]["printed_text"])
        yield "digits exchanged", changed(place, printed_text=text, value=text.rstrip("%").replace(",", ""))
    # Where the figure is itself a change, its words are no second number.
    beside = [number for number in numbers if clean[number]["quantity"] == "value"]
    moved = [number for number in beside if exchanged_digits(clean[number]["printed_change"])]
    for place in chance.sample(moved, 20):
        yield (
            "digits of a change exchanged",
            changed(place, printed_change=exchanged_digits(clean[place]["printed_change"])),
        )
    rows_of_tables = sorted({(clean[n]["place"], clean[n]["line"], clean[n]["area_code"]) for n in tables})
    for dropped in chance.sample(rows_of_tables, 20):
        yield (
            "row dropped",
            [row for row in clean if (row["place"], row["line"], row["area_code"]) != dropped],
        )
    pairs = [
        (one, other)
        for one in tables
        for other in tables
        if one < other
        and clean[one]["place"] == clean[other]["place"]
        and clean[one]["period_id"] == clean[other]["period_id"]
        and clean[one]["unit"] == clean[other]["unit"]
        and clean[one]["value"] != clean[other]["value"]
    ]
    for one, other in chance.sample(pairs, 20):
        moved_values = {"value": clean[other]["value"], "printed_text": clean[other]["printed_text"]}
        swapped = changed(one, **moved_values)
        swapped[other] = clean[other] | {"value": clean[one]["value"], "printed_text": clean[one]["printed_text"]}
        yield "two cells swapped", swapped
    falling = [number for number in beside if clean[number]["printed_change"].startswith("-")]
    for place in chance.sample(falling, 20):
        yield "sign lost", changed(place, printed_change=clean[place]["printed_change"].lstrip("-"))
    # A figure that is the same in both years is true of either.
    dated = [
        number
        for number in beside
        if clean[number]["place_type"] == "sentence"
        and clean[number]["table_place"]
        and clean[number]["printed_change"] not in ("unchanged", "no change")
        and clean[number]["quantity"] == "value"
    ]
    for place in chance.sample(dated, 20):
        period = clean[place]["period_id"]
        later = (
            f"CY{int(period[2:]) + 1}"
            if period.startswith("CY")
            else f"FY{int(period[2:6]) + 1}-{int(period[7:]) + 1:02d}"
        )
        yield "year shifted", changed(place, period_id=later)


@pytest.fixture(scope="module")
def judged(rebuilt: Callable[..., Home], clean: list[Figure]) -> tuple[dict[str, str], dict[str, list[tuple]]]:
    """The kind of each mutated edition, and what the rules find in each edition."""
    kinds, rows = {}, with_edition("clean", clean)
    for number, (kind, mutated) in enumerate(mutations(clean, random.Random(2025))):
        kinds[f"mutated-{number}"] = kind
        rows += with_edition(f"mutated-{number}", mutated)
    home = rebuilt(
        [*loaded("published_figures", COLUMNS, rows), *loaded("published_claims", CLAIM_COLUMNS, [])], *MODELS
    )
    assert home.reasons == ()
    return kinds, found(home)


def test_a_report_with_every_number_recomputed_has_no_discrepancy(judged):
    _, editions = judged
    assert editions["clean"] == []


def test_single_mutations_of_a_clean_report_are_found(judged, record_property):
    kinds, editions = judged
    assert len(kinds) >= 100
    for kind in dict.fromkeys(kinds.values()):
        names = [name for name, of in kinds.items() if of == kind]
        caught = [name for name in names if editions[name]]
        within = [name for name in names if any(row[0] != "figure_is_the_releases" for row in editions[name])]
        rules = Counter(rule for name in names for rule in {row[0] for row in editions[name]})
        shares = ", ".join(f"{rule} {count}" for rule, count in rules.most_common())
        record_property(
            "measured",
            f"{kind}: {len(caught)} of {len(names)} found, {len(within)} from the report alone ({shares})",
        )
    missed = {name: kind for name, kind in kinds.items() if not editions[name]}
    assert missed == {}


def figure(
    place: str,
    indicator: str,
    area: str,
    period: str,
    text: str,
    change: str = "",
    *,
    quantity: str = "value",
    credited_to: str = "",
    qualifier: str = "",
) -> Figure:
    """A printed figure; a place that begins with "Text on" is a sentence on that table."""
    return {
        "place": place,
        "place_type": "sentence" if place.startswith("Text") else "table",
        "line": "1",
        "table_place": place.removeprefix("Text on "),
        "subject": indicator,
        "indicator_id": indicator,
        "area_code": area,
        "area_label": area,
        "period_id": period,
        "period_label": period[2:],
        "quantity": quantity,
        "qualifier": qualifier,
        "value": text.rstrip("%").replace(",", ""),
        "printed_text": text,
        "unit": "",
        "printed_change": change,
        "credited_to": credited_to,
    }


def offences(trafficking: str, possession: str, total: str) -> list[Figure]:
    return [
        figure("Table 2", "drug_trafficking_offences", COVENTRY, "FY2009-10", trafficking),
        figure("Table 2", "drug_possession_offences", COVENTRY, "FY2009-10", possession),
        figure("Table 2", "drug_offences", COVENTRY, "FY2009-10", total),
    ]


def areas(
    counts: list[str], total: str, whole: str = COUNTY, indicator: str = "alcohol_specific_deaths"
) -> list[Figure]:
    rows = [figure("Table 15", indicator, area, "CY2009", count) for area, count in zip(SEVEN, counts, strict=False)]
    return [*rows, figure("Table 14", indicator, whole, "CY2009", total)]


def changing(old: str, new: str, change: str, indicator: str = "county_lines_closed") -> list[Figure]:
    return [
        figure("Table 9", indicator, FORCE, "FY2009-10", old),
        figure("Table 9", indicator, FORCE, "FY2010-11", new, change),
    ]


def spoken(of_table: str, of_text: str, period: str = "FY2009-10", **named) -> list[Figure]:
    return [
        figure("Table 9", "county_lines_closed", FORCE, "FY2009-10", of_table),
        figure("Text on Table 9", "county_lines_closed", FORCE, period, of_text, **named),
    ]


def share(text: str) -> list[Figure]:
    return [
        figure("Table 7", "drug_trafficking_positive_outcomes", FORCE, "FY2009-10", "530"),
        figure("Table 7", "drug_trafficking_outcomes", FORCE, "FY2009-10", "1,832"),
        figure("Table 7", "drug_trafficking_positive_outcome_proportion", FORCE, "FY2009-10", text),
    ]


def in_treatment(count: str, change: str) -> list[Figure]:
    return [figure("Text on Figure 3", "adults_in_treatment", DUDLEY, "FY2009-10", count, change)]


def rate(text: str) -> list[Figure]:
    return [
        figure("Table 1", "opiate_crack_users", SOLIHULL, "FY2009-10", "939"),
        figure("Table 1", "opiate_crack_use_rate", SOLIHULL, "FY2009-10", text),
    ]


# Of each rule: a report on which it fires, what it expects and says there, and a report on which it does not.
FIXTURES = {
    "parts_equal_total": (
        offences("1,654", "6,562", "8,215"),
        "8,216",
        "The offences print 1,654, 6,562, which make 8,216; 8,215 is printed.",
        offences("1,654", "6,562", "8,216"),
    ),
    "row_missing": (
        areas(["177", "57", "68", "72", "35", "42"], "507"),
        "56 for 2009",
        "The table has no row for Wolverhampton. The other areas leave 56 for 2009 of the total.",
        areas(["177", "57", "68", "72", "35", "42", "56"], "507"),
    ),
    "unallocated_row_missing": (
        areas(["10"] * 7, "75", FORCE, "county_lines_closed"),
        "5 for 2009",
        "The areas make less than the force: 70 of 75 for 2009. No row shows the rest, 5.",
        areas(["10"] * 7, "70", FORCE, "county_lines_closed"),
    ),
    "change_follows_from_values": (
        changing("124", "57", "-54.5%"),
        "-54.0%",
        "From 124 to 57 is -54.0%, not -54.5%. A change of -54.5% to 57 would need a value before of about 125.",
        changing("124", "57", "-54.0%"),
    ),
    "change_is_rounded": (
        changing("5,521", "6,562", "+18.8%"),
        "+18.9%",
        "From 5,521 to 6,562 is +18.855%: rounded +18.9%, but cut off to +18.8%.",
        changing("5,521", "6,562", "+18.9%"),
    ),
    "sentence_equals_table": (
        spoken("6,562", "6,526"),
        "6,562",
        "The text prints 6,526, Table 9 6,562. Two digits are exchanged.",
        spoken("6,562", "6,562"),
    ),
    "period_is_the_tables": (
        spoken("503", "503", "FY2011-12"),
        "503 for 2009/10",
        "The text gives 503 for 2011/12; Table 9 gives it for 2009/10.",
        spoken("503", "503"),
    ),
    "period_type_is_the_sources": (
        [figure("Table 12", "drug_poisoning_deaths", DUDLEY, "FY2009-10", "25")],
        "calendar year",
        "The figures are given for the financial year 2009/10; their source counts by calendar year.",
        [figure("Table 12", "drug_poisoning_deaths", DUDLEY, "CY2009", "25")],
    ),
    "share_follows_from_counts": (share("29.8%"), "28.9%", "530 of 1,832 is 28.9%, not 29.8%.", share("28.9%")),
    "rate_follows_from_population": (
        rate("9.3"),
        "7.1",
        "939 of 132,000 residents of the age is a rate of 7.1, not 9.3; revisions of the population explain no more than 3%.",
        rate("7.1"),
    ),
    "value_on_rounding_grid": (
        in_treatment("1,955", "-5.0%"),
        None,
        "1,955 with -5.0% fits no count before that is rounded to 5: 2,055 would make -4.9%, 2,060 -5.1%.",
        in_treatment("1,980", "-5.0%"),
    ),
    "figure_is_the_releases": (
        [figure("Table 12", "drug_poisoning_deaths", DUDLEY, "CY2024", "26")],
        "25",
        "The warehouse has 25 from the release ons.drug_poisoning_deaths@2026-03-31 as printed in the West Midlands Combatting Drugs and Alcohol Partnership progress report 2025; 26 is printed.",
        [figure("Table 12", "drug_poisoning_deaths", DUDLEY, "CY2024", "25")],
    ),
    "share_without_count": (
        [figure("Text", "drug_related_homicides", FORCE, "FY2009-10", "12.5%")],
        "the counts beside it",
        '"Homicides linked to drugs" is printed as 12.5% without the counts it is a share of, so that nobody can recompute it or tell a change from chance.',
        share("28.9%"),
    ),
    "source_publishes_the_series": (
        [figure("Table 1", "opiate_crack_users", DUDLEY, "FY2009-10", "1,514", credited_to="ONS")],
        "OHID",
        "Table 1 credits ONS; the series is published by OHID.",
        [figure("Table 1", "opiate_crack_users", DUDLEY, "FY2009-10", "1,514", credited_to="OHID")],
    ),
}
# More of the ways in which a rule can fire: the printed figures and what is said of them.
VARIANTS = {
    "a sign lost": (changing("152", "120", "21.1%"), "From 152 to 120 is -21.1%, not +21.1%. The sign is lost."),
    "points called percent": (
        changing("54.2%", "67.9%", "+13.7%", "drug_related_homicides"),
        "From 54.2% to 67.9% is +25.3%, not +13.7%. It is the change in percentage points, called percent.",
    ),
    "percent called points": (
        changing("54.2%", "67.9%", "+25.3 percentage points", "drug_related_homicides"),
        "From 54.2% to 67.9% is +13.7 percentage points, not +25.3 percentage points. It is the change in percent, called percentage points.",
    ),
    "a change rounded away": (
        changing("3,000", "3,100", "+3.4%"),
        "From 3,000 to 3,100 is +3.333%: rounded +3.3%, but rounded away to +3.4%.",
    ),
    "no change where there is one": (changing("11", "12", "No change"), "From 11 to 12 is +1, not 0."),
    "rows exchanged": (
        [
            figure("Table 6", "drug_offence_outcomes_caution_adult", FORCE, "FY2009-10", "61"),
            figure("Table 6", "drug_offence_outcomes_diversionary_activity", FORCE, "FY2009-10", "188"),
            figure("Table 8", "drug_trafficking_outcomes_caution_adult", FORCE, "FY2009-10", "32"),
            figure("Table 8", "drug_trafficking_outcomes_diversionary_activity", FORCE, "FY2009-10", "4"),
            figure("Table 10", "drug_possession_outcomes_caution_adult", FORCE, "FY2009-10", "156"),
            figure("Table 10", "drug_possession_outcomes_diversionary_activity", FORCE, "FY2009-10", "57"),
        ],
        'The offences print 32, 156, which make 188; 61 is printed. 61 is what the row "All drug offences: diversionary, educational or intervention activity" should print: rows are exchanged.',
    ),
    "another row's figure": (
        [
            *areas(["177", "57", "68", "72", "35", "42", "56"], "507"),
            figure("Text on Table 15", "alcohol_specific_deaths", DUDLEY, "CY2009", "72"),
        ],
        "The text prints 72, Table 15 68. It is the figure of Sandwell.",
    ),
    "another year's figure": (
        [*spoken("308", "298"), figure("Table 9", "county_lines_closed", FORCE, "FY2010-11", "298")],
        "The text prints 298, Table 9 308. It is the figure of 2010/11.",
    ),
    "areas that make another total": (
        areas(["177", "57", "68", "72", "35", "42", "56"], "508"),
        "The areas of Table 15 make 507 for 2009; 508 is printed for all of them.",
    ),
    "a part that is not printed": (
        [row for row in offences("1,654", "6,562", "8,216") if row["indicator_id"] != "drug_possession_offences"],
        'Of the offences that make 8,216 for 2009/10, "Drug possession offences" is not printed; the others leave 6,562.',
    ),
    "a figure off the grid": (in_treatment("1,957", ""), "The publisher rounds to 5; 1,957 is not on that grid."),
    "two rows exchanged off the grid": (
        [
            figure("Text on Figure 3", "adults_in_treatment", SANDWELL, "FY2009-10", "1,955", "-5.0%"),
            figure("Text on Figure 3", "adults_in_treatment", COVENTRY, "FY2009-10", "1,980", "-3.7%"),
        ],
        "1,955 with -5.0% fits no count before that is rounded to 5: 2,055 would make -4.9%, 2,060 -5.1%. Exchanged with Coventry both fit: 2,085 to 1,980, and 2,030 to 1,955.",
    ),
}


def claim(edition: str, kind: str, word: str, direction: str, indicator: str, area: str, period: str) -> Figure:
    return {
        "edition": edition,
        "claim_id": edition,
        "place": "Text",
        "line": "1",
        "kind": kind,
        "word": word,
        "direction": direction,
        "indicator_id": indicator,
        "area_code": area,
        "period_id": period,
    }


@pytest.fixture(scope="module")
def fixtures(rebuilt: Callable[..., Home]) -> dict[str, list[tuple]]:
    """What the rules find in a small report for each of them."""
    editions = {}
    for rule, (wrong, _, _, right) in FIXTURES.items():
        editions[f"{rule} fires"], editions[f"{rule} holds"] = wrong, right
    editions |= {name: rows for name, (rows, _) in VARIANTS.items()}
    editions["trend of two points"] = changing("1,096", "887", "-19.1%")
    editions["trend of three points"] = [
        *changing("1,096", "887", "-19.1%"),
        figure("Table 9", "county_lines_closed", FORCE, "FY2008-09", "1,200"),
    ]
    figures = [
        row | {"edition": edition, "figure_id": f"{edition} {number}"}
        for edition, rows in editions.items()
        for number, row in enumerate(rows)
    ]
    claims = [
        claim("trend of two points", "trend", "trend", "down", "county_lines_closed", FORCE, "FY2010-11"),
        claim("trend of three points", "trend", "trend", "down", "county_lines_closed", FORCE, "FY2010-11"),
        claim("too little", "word", "substantial", "down", "drug_related_crimes", WALSALL, THIS),
        claim("too much", "word", "minimal", "down", "drug_trafficking_offences", COVENTRY, THIS),
        claim("chance", "word", "decrease", "down", "drug_poisoning_deaths", BIRMINGHAM, "CY2024"),
        claim("other way", "word", "decrease", "down", "drug_offence_outcomes_caution_adult", FORCE, THIS),
        claim("fitting", "word", "substantial", "down", "drug_trafficking_offences", COVENTRY, THIS),
        claim("share", "word", "minimal", "up", "drug_offence_positive_outcome_proportion", FORCE, THIS),
        claim("small", "word", "minimal", "down", "drug_trafficking_offences", BIRMINGHAM, THIS),
        claim("same", "word", "unchanged", "", "drug_poisoning_deaths", SOLIHULL, "CY2024"),
    ]
    home = rebuilt(
        [
            *loaded("published_figures", COLUMNS, figures),
            *loaded("published_claims", CLAIM_COLUMNS, claims),
            f"insert into marts.fct_measure_history (measure_id, area_code, period_id, year, value, value_status, derivation, known_from) values ('population_15_64', '{SOLIHULL}', 'MY2009', 2009, 132000, 'published', 'observed', date '2010-01-01')",
            "insert into audit.force_figures_compared (area_code, period_id, offence, force_measure_id, force_value, force_release_id, home_office_measure_id, home_office_value, percent_difference) "
            f"values ('{FORCE}', 'FY2009-10', 'possession_of_drugs', 'drug_possession_offences_recorded', 110, 'police.recorded_drug_offences@2010-05-01', 'drug_possession_offences_recorded_home_office', 100, 10), "
            f"('{FORCE}', 'FY2010-11', 'possession_of_drugs', 'drug_possession_offences_recorded', 104, 'police.recorded_drug_offences@2011-05-01', 'drug_possession_offences_recorded_home_office', 100, 4)",
        ],
        *MODELS,
    )
    assert home.reasons == ()
    return found(home)


@pytest.mark.parametrize("rule", FIXTURES)
def test_a_rule_fires_on_a_report_that_breaks_it_and_says_why(fixtures, rule: str):
    _, expected, explanation, _ = FIXTURES[rule]
    fired = [row for row in fixtures[f"{rule} fires"] if row[0] == rule]
    assert [(row[3], row[4]) for row in fired] == [(expected, explanation)]


@pytest.mark.parametrize("rule", FIXTURES)
def test_a_rule_is_silent_on_a_report_that_keeps_it(fixtures, rule: str):
    assert [row for row in fixtures[f"{rule} holds"] if row[0] == rule] == []


@pytest.mark.parametrize("variant", VARIANTS)
def test_an_explanation_names_the_likely_slip(fixtures, variant: str):
    assert VARIANTS[variant][1] in [row[4] for row in fixtures[variant]]


@pytest.mark.parametrize(
    ("edition", "explanation"),
    [
        (
            "too little",
            'Told as "substantial": a change of -7.1%, from 1,820 to 1,691: the word asks for at least 10%. Chance alone makes a change as large 3 times in 100.',
        ),
        (
            "too much",
            'Told as "minimal": a change of -33.3%, from 447 to 298: the word asks for less than 10.0%. Chance alone makes a change as large fewer than 1 time in 1,000.',
        ),
        (
            "chance",
            'Told as "decrease": a change of -21.1%, from 152 to 120: it is not significant. Chance alone makes a change as large 6 times in 100.',
        ),
        (
            "share",
            'Told as "minimal": a change of +13.7 percentage points, from 54.2 to 67.9: the word asks for less than 10.0% of the value before. Chance alone makes a change as large fewer than 1 time in 1,000.',
        ),
        ("other way", 'Told as "decrease": a change of +35.3%, from 139 to 188: it went the other way.'),
    ],
)
def test_a_word_is_set_against_the_size_and_the_significance_of_its_change(fixtures, edition: str, explanation: str):
    assert [row[4] for row in fixtures[edition]] == [explanation]


def test_a_word_that_fits_its_change_is_not_mentioned(fixtures):
    assert fixtures["fitting"] == fixtures["small"] == fixtures["same"] == []


def test_a_trend_needs_more_than_two_points(fixtures):
    (row,) = [row for row in fixtures["trend of two points"] if row[0] == "claim_rests_on_two_points"]
    assert (
        row[4]
        == '"trend" claims a trend; the report prints two values (1,096, 887), and two points show neither a trend nor a cause.'
    )
    assert [row for row in fixtures["trend of three points"] if row[0] == "claim_rests_on_two_points"] == []


def test_two_publishers_may_differ_by_what_their_ways_of_counting_explain_and_no_more(fixtures):
    assert fixtures["all"] == [
        (
            "publishers_agree",
            "police.recorded_drug_offences@2010-05-01",
            "110",
            "100",
            "West Midlands Police counts 110 for 2009/10, the Home Office 100: +10.0%, where the ways of counting explain up to 5%.",
        )
    ]


def test_every_rule_has_a_fixture():
    rules = {row["rule_id"] for row in seed("discrepancy_rules")}
    # A later release has its own test: tests/report/test_edition.py.
    others = {"word_fits_change", "claim_rests_on_two_points", "publishers_agree", "figure_was_revised"}
    assert rules == {*FIXTURES, *others}


def test_the_report_of_2025_contradicts_itself_in_these_places(warehouse: duckdb.DuckDBPyConnection):
    rows = warehouse.execute(
        "select rule_id, place, published_value, expected_value from audit.discrepancies where severity <> 'advice' order by line, published_value"
    ).fetchall()
    assert rows == EXPECTED_2025


EXPECTED_2025 = [
    ("source_publishes_the_series", "Table 1", "ONS", "OHID"),
    ("change_is_rounded", "Text on Total Recorded Drug Offences", "+10.2%", "+10.3%"),
    ("parts_equal_total", "Text on Total Recorded Drug Offences", "8,215", "8,216"),
    ("change_is_rounded", "Text on Table 2", "+18.8%", "+18.9%"),
    ("sentence_equals_table", "Text on Table 2", "6,526", "6,562"),
    ("change_is_rounded", "Table 2", "+18.8%", "+18.9%"),
    ("parts_equal_total", "Table 6", "61", "188"),
    ("parts_equal_total", "Table 6", "624", "3,915"),
    ("parts_equal_total", "Table 6", "591", "61"),
    ("parts_equal_total", "Table 6", "188", "21"),
    ("change_is_rounded", "Text on Table 7", "+17.1%", "+17.2%"),
    ("change_is_rounded", "Table 7", "-11.3%", "-11.4%"),
    ("change_is_rounded", "Table 7", "+17.1%", "+17.2%"),
    ("sentence_equals_table", "Text on Table 8", "-32.2%", "-34.2%"),
    ("change_is_rounded", "Text on Table 9", "+7.3%", "+7.4%"),
    ("change_is_rounded", "Table 9", "+7.3%", "+7.4%"),
    ("change_follows_from_values", "Text on Table 10", "-54.5%", "-54.0%"),
    ("change_follows_from_values", "Table 10", "-54.5%", "-54.0%"),
    ("change_follows_from_values", "Text on Figure 1", "-20.9%", "-0.6%"),
    ("sentence_equals_table", "Text on Table 12", "+12.2%", "+16.2%"),
    ("sentence_equals_table", "Text on Table 12", "-21.2%", "-21.1%"),
    ("value_on_rounding_grid", "Text on Figure 3", "1,955", "1,980"),
    ("value_on_rounding_grid", "Text on Figure 3", "1,980", "1,955"),
    ("sentence_equals_table", "Text on Table 13", "13,346", "13,456"),
    ("source_publishes_the_series", "Table 13", "ONS", "OHID"),
    ("period_is_the_tables", "Text on Table 14", "503 for 2024", "503 for 2023"),
    ("sentence_equals_table", "Text on Table 15", "69", "68"),
    ("row_missing", "Table 15", None, "56 for 2022, 58 for 2023"),
]


def test_advice_on_the_report_of_2025_names_every_change_in_deaths_that_is_told_though_chance_explains_it(
    warehouse: duckdb.DuckDBPyConnection,
):
    places = warehouse.execute(
        "select place, count(*) from audit.discrepancies where rule_id = 'word_fits_change' and indicator_id like '%deaths' group by all order by all"
    ).fetchall()
    assert places == [("Conclusion", 1), ("Text on Table 11", 1), ("Text on Table 12", 5), ("Text on Table 15", 4)]


def test_every_figure_stands_in_the_line_of_the_report_that_it_names():
    path = SHARED / "reference" / "wmcdap_progress_report_2025.txt"
    if not path.is_file():
        pytest.skip("the report is not shipped with the project, and there is no ../shared/reference")
    lines = path.read_text(encoding="utf-8").split("\n")
    for row in PRINTED:
        assert row["printed_text"] in lines[int(row["line"]) - 1], row


def test_every_caption_stands_in_the_line_that_is_named_and_credits_whom_it_credits(
    warehouse: duckdb.DuckDBPyConnection,
):
    path = SHARED / "reference" / "wmcdap_progress_report_2025.txt"
    if not path.is_file():
        pytest.skip("the report is not shipped with the project, and there is no ../shared/reference")
    lines = path.read_text(encoding="utf-8").split("\n")
    captions = seed("published_captions")
    assert len(captions) == len([line for line in lines if re.match(r"(Table|Figure) \d+ [-–] ", line)])
    for caption in captions:
        text = lines[int(caption["line"]) - 1]
        assert re.match(rf"{caption['place']} [-–] ", text), caption
        assert re.findall(r"sourced from ([^.]+)\.", text) == [caption["credited_to"]] * bool(caption["credited_to"])


def test_a_finding_on_a_caption_points_at_its_line(rebuilt: Callable[..., Home], warehouse):
    query = "select place, line from audit.discrepancies where rule_id = '{}' order by line"
    assert warehouse.execute(query.format("source_publishes_the_series")).fetchall() == [
        ("Table 1", 125),
        ("Table 13", 355),
    ]
    wrong = [
        "update staging.published_figures set period_id = 'FY2023-24', period_label = '2023/24' "
        "where indicator_id = 'drug_poisoning_deaths' and place = 'Table 12'",
        # Table 12 credits nobody in its caption: the credit stands before its figures.
        "update staging.published_figures set credited_to = 'NDTMS' where place in ('Table 11', 'Table 12')",
        "update staging.published_captions set credited_to = 'NDTMS' where place = 'Table 11'",
        "update marts.dim_releases set origin = 'publisher_file' where dataset = 'ons.drug_poisoning_deaths'",
    ]
    home = rebuilt(wrong, "audit_published_figures+")
    assert ("Table 12", 301) in home.query(query.format("period_type_is_the_sources"))
    assert [row for row in home.query(query.format("source_publishes_the_series")) if row[0] != "Table 1"] == [
        ("Table 11", 294),
        ("Table 12", 304),
        ("Table 13", 355),
    ]


def test_every_figure_of_the_reference_list_is_held():
    path = SHARED / "reference" / "report_figures.csv"
    if not path.is_file():
        pytest.skip("the list is not shipped with the project, and there is no ../shared/reference")
    held = Counter((row["line"], row["value"]) for row in PRINTED if row["value"])
    with path.open(encoding="utf-8", newline="") as stream:
        listed = [row for row in csv.DictReader(stream) if row["measure"] != "direction"]
    expected = Counter()
    for row in listed:
        expected[(row["line"], row["value"])] += len(row["period"].split(" and "))
    assert held == expected
