"""A small draft of a report, with errors planted in it for `warehouse check` to find."""

from collections.abc import Iterable

from demo.county import AUTHORITIES, EVERY_OTHER_YEAR, YEARS, Authority, financial_year
from demo.ons import DRUG_DEATHS, deaths
from demo.police import DRUG_RELATED, OFFENCES, recorded

LAST = YEARS[-1]
POSSESSION = "Possession of Drugs"


def draft(seed: int) -> tuple[str, dict[str, str]]:
    """The draft as Markdown, and what is planted in it: the rule that finds it, and the text as printed.

    All other figures are those of the releases.
    """
    possession = {one: _two(seed, POSSESSION, OFFENCES[POSSESSION], one, LAST) for one in (*AUTHORITIES, None)}
    flagged = "Drug-related crimes"
    crimes = {one: _two(seed, flagged, DRUG_RELATED, one, 0) for one in (*AUTHORITIES, None)}
    of = deaths(seed, "drug deaths", *DRUG_DEATHS, released=LAST + 1)
    died = {one: tuple(of(one, year, "persons", "drug poisoning") for year in (LAST - 1, LAST)) for one in AUTHORITIES}
    all_died = tuple(sum(column) for column in zip(*died.values(), strict=True))
    before, now = possession[None]
    year_before, this_year = financial_year(LAST - 1), financial_year(LAST)
    first = AUTHORITIES[0]
    lowest = min(AUTHORITIES, key=lambda one: died[one][1])

    # Two digits of a total exchanged; a change of the wrong size; a sentence with another figure than its table; a rank
    # that the table denies.
    wrong_total = _exchanged(crimes[None][1])
    wrong_change = f"{_percent(before, now) + 3:.1f}%"
    wrong_sentence = f"{possession[first][1] + 100:,}"
    planted = {
        "parts_equal_total": f"{wrong_total:,}",
        "change_follows_from_values": wrong_change,
        "sentence_equals_table": wrong_sentence,
        "rank_is_the_tables": f"{lowest.name}: highest",
    }
    text = f"""# Draft of the progress report 2025

Made-up figures, with errors planted in them. Tarrowshire Drug and Alcohol Partnership, March 2026.

## Recorded drug possession offences

Recorded drug possession offences in the Tarrowshire Police force area rose from {before:,} in {year_before} \
to {now:,} in {this_year} (up {wrong_change}). In {first.name}, {wrong_sentence} drug possession offences \
were recorded in {this_year}.

Table 1: Recorded drug possession offences by local policing area, {year_before} and {this_year}. \
Source: Tarrowshire Police.

{_table(possession, ("Unallocated", "Force total"))}

## Recorded drug-related crimes

Table 2: Recorded drug-related crimes by local policing area, {year_before} and \
{this_year}. Source: Tarrowshire Police.

{_table(crimes | {None: (crimes[None][0], wrong_total)}, ("Unallocated", "Force total"), crimes)}

## Deaths related to drug poisoning

The highest number of deaths was in {lowest.name}.

Table 3: Deaths related to drug poisoning registered, by local authority, {LAST - 1} and {LAST}. Source: ONS.

| Local authority | {LAST - 1} | {LAST} |
| --- | ---: | ---: |
{_lines((one.name, *died[one]) for one in AUTHORITIES)}
| Tarrowshire | {all_died[0]} | {all_died[1]} |
"""
    return text, planted


def _two(seed: int, subject: str, rate: tuple[float, float], one: Authority | None, released: int) -> tuple[int, int]:
    """The figures of the last two years as the newest release holds them; `released` is 0 where none is revised."""
    newest = EVERY_OTHER_YEAR[-1]
    first, last = (recorded(seed, subject, rate, one, year, released or year) for year in (newest - 1, newest))
    return first, last


def _percent(before: int, now: int) -> float:
    return (now - before) / before * 100


def _exchanged(number: int) -> int:
    """A number with its last two digits that differ exchanged, or one more if all are alike."""
    digits = list(str(number))
    for place in range(len(digits) - 2, -1, -1):
        if digits[place] != digits[place + 1]:
            digits[place], digits[place + 1] = digits[place + 1], digits[place]
            return int("".join(digits))
    return number + 1


Figures = dict[Authority | None, tuple[int, int]]


def _table(figures: Figures, below: tuple[str, str], true: Figures | None = None) -> str:
    """A table of the authorities, what no area has, and their total; what no area has follows from the `true` total."""
    totals = (true or figures)[None]
    local = [sum(figures[one][column] for one in AUTHORITIES) for column in (0, 1)]
    rows = [(one.name, *figures[one]) for one in AUTHORITIES]
    rows += [(below[0], totals[0] - local[0], totals[1] - local[1]), (below[1], *figures[None])]
    header = f"| Area | {financial_year(LAST - 1)} | {financial_year(LAST)} |\n| --- | ---: | ---: |\n"
    return header + _lines(rows)


def _lines(rows: Iterable[tuple]) -> str:
    return "\n".join(f"| {name} | {first:,} | {last:,} |" for name, first, last in rows)
