"""The sentences of the report, made from its numbers: the measure is the subject, and the area is said after it.

They say what matters and leave the rest to the table: first the whole, then the areas that changed with the largest
change among them, then those without a statistically significant change, and how rates compare with England. "Rose"
and "fell" are said of statistically significant changes, and of what the source itself published.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from orchestration.releases.origin import listed
from orchestration.report.contents import SHORTHAND, Rows, distinct, single
from orchestration.report.site.data import Site
from orchestration.report.site.parts import capital, points_after, unit_after
from orchestration.report.site.phrases import (
    UP_OR_DOWN,
    amount_of,
    in_period,
    in_place,
    is_published_change,
    measure_of,
    place_in,
    report_numbers,
    value_sentence,
    words_of,
)
from orchestration.report.site.pictures import is_compared
from orchestration.support.rounding import rounded

# Of more areas than this, a sentence gives the lowest and the highest value only.
AREAS_TOLD = 2

# Of more measures than this, the largest is told with its figures, and the others by their names.
MEASURES_TOLD = 3

# The areas that the others are parts of.
WHOLES = ("police_force_area", "metropolitan_county", "region", "country")

NO_CHANGE = "there was no statistically significant change in "
NOT_TESTED = "not tested for statistical significance, because "

# The places of the sentences on England, by how an area compares.
AGAINST = (("above", "higher than in England"), ("similar", "similar to England"), ("below", "lower than in England"))

SMALL_NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

Sentence = list[Any]


def sentences(site: Site, report: str, rows: Rows) -> Iterator[Sentence]:
    """What a table says in sentences, each a list of texts and numbers.

    They give the direction of significant changes, name the areas or measures without one, and say what is missing.
    """
    of_series = defaultdict(list)
    for row in rows:
        of_series[row["series"]].append(row)
    # The title of a table says the area, where it is of only one.
    with_place = len(distinct(row["area_code"] for row in rows)) > 1
    told: set[str] = set()
    for members in of_series.values():
        yield from _of_series(site, report, members, told, with_place=with_place)


def _of_series(site: Site, report: str, rows: Rows, told: set[str], *, with_place: bool) -> Iterator[Sentence]:
    """The sentences on one series; `told` are the periods that sentences on the table have said."""
    compared = [row for row in rows if row["value"] is not None and row["previous_value"] is not None]
    if compared and with_place and single(compared, "indicator_id"):
        yield from _by_area(site, report, compared)
    else:
        yield from _by_measure(site, report, compared, with_place=with_place)
    values = [row for row in rows if row["value"] is not None and row["previous_value"] is None]
    yield from _values(site, report, values, told, with_place=with_place)
    yield from _against_england(site, rows)
    yield from _missing(site, rows, with_place=with_place)


def _by_area(site: Site, report: str, rows: Rows) -> Iterator[Sentence]:
    """The change of one measure: in the whole, then where it rose, where it fell, and where neither."""
    wholes = [row for row in rows if row["area_type"] in WHOLES]
    parts = [row for row in rows if row not in wholes]
    is_first = True
    for row in wholes:
        if row["is_significant_change"] is not None:
            yield _whole_change(site, report, row, in_place(site, row), is_first=is_first)
            is_first = False
    for verb, sign in (("rose", 1), ("fell", -1)):
        moved = [row for row in parts if row["is_significant_change"] and row["change"] * sign > 0]
        if moved:
            yield from _moved(site, report, moved, parts, verb, is_first=is_first)
            is_first = False
    level = [row for row in parts if row["is_significant_change"] is False]
    if level:
        places = _places(site, level, parts, "any", "or").removeprefix("" if is_first else "in ")
        yield [capital(f"{_between(rows) if is_first else ''}{NO_CHANGE}{_of_measure(site, level, is_first)}{places}.")]
        is_first = False
    untested = [row for row in rows if row["is_significant_change"] is None]
    if untested:
        measure = f"{measure_of(site, untested[0])} " if is_first else ""
        yield [f"Changes in {measure}{_places(site, untested, parts, 'all', 'and')} were {_not_tested(untested)}."]


def _not_tested(rows: Rows) -> str:
    """That changes were not tested, and why: what holds for one of these rows or more."""
    reasons = {
        "the figures are estimates": any(row["value_status"] == "estimated" for row in rows),
        "the years overlap": any(_overlap(row) for row in rows),
        "the counts are rounded or not known": any(
            row["value_status"] != "estimated" and not _overlap(row) for row in rows
        ),
    }
    return NOT_TESTED + _joined((reason for reason, holds in reasons.items() if holds), "or")


def _overlap(row: dict[str, Any]) -> bool:
    start, before = row["start_date"], row["previous_start_date"]
    return "pooled" in row["period_type"] and (start - before).days < (row["end_date"] - start).days


def _of_measure(site: Site, rows: Rows, is_first: bool) -> str:
    return f"{measure_of(site, rows[0])} " if is_first else ""


def _between(rows: Rows) -> str:
    before, now = single(rows, "previous_period"), single(rows, "period")
    return f"between {before} and {now} " if before and now else ""


def _moved(site: Site, report: str, moved: Rows, parts: Rows, verb: str, *, is_first: bool) -> Iterator[Sentence]:
    """Where a measure rose or fell, and where by the largest percentage, with its figures."""
    most = max(moved, key=lambda row: abs(row["change" if row["unit"] == "percent" else "percent_change"] or 0))
    subject = measure_of(site, moved[0]) if is_first else _short(moved[0])
    if len(moved) == 1:
        yield [f"{capital(subject)}{in_place(site, most)} {verb} from ", *_from_to(site, report, most, is_first), "."]
        return
    places = _places(site, moved, parts, "all", "and")
    yield [f"{capital(subject)} {verb} {places}."]
    largest = f"{'' if most['unit'] == 'percent' else 'percentage '}{'rise' if verb == 'rose' else 'fall'}"
    lead = f"The largest {largest} was in {place_in(site, most)}, from "
    yield [lead, *_from_to(site, report, most, is_first), "."]


def _short(row: dict[str, Any]) -> str:
    """What the measure is called once a sentence has named it."""
    if row["unit"] == "percent":
        return "the percentage"
    return "the rate" if row["unit"].startswith("per ") else "the number"


def _places(site: Site, rows: Rows, parts: Rows, whole: str, joint: str) -> str:
    """` in Dudley and Solihull`, or ` in all seven areas` where they are all the parts of a table of several."""
    names = [place_in(site, row) for row in rows]
    if len(rows) == len(parts) > AREAS_TOLD and all(row["area_type"] != "unallocated" for row in parts):
        return f"in any of the {_number(len(parts))} areas" if whole == "any" else f"in all {_number(len(parts))} areas"
    return f"in {_joined(names, joint)}"


def _number(count: int) -> str:
    return SMALL_NUMBERS[count] if count < len(SMALL_NUMBERS) else str(count)


def _joined(texts: Iterable[str], joint: str) -> str:
    """`Dudley, Solihull or Walsall`; texts that have commas themselves are parted by semicolons."""
    found = list(texts)
    mark = "; " if any(", " in text for text in found) else ", "
    if len(found) == 1:
        return found[0]
    return f"{mark.join(found[:-1])}{';' if mark == '; ' else ''} {joint} {found[-1]}"


def _whole_change(site: Site, report: str, row: dict[str, Any], place: str, *, is_first: bool = True) -> Sentence:
    """The change of one figure with its numbers, or that it was not statistically significant."""
    measure = f"{measure_of(site, row)}{place}"
    if row["is_significant_change"]:
        verb = "rose" if row["change"] > 0 else "fell"
        return [f"{capital(measure)} {verb} from ", *_from_to(site, report, row, is_first), "."]
    numbers, unit = report_numbers(site, report, row), unit_after(row["unit"])
    lead = capital(f"{_between([row]) if is_first else ''}{NO_CHANGE}{measure} (")
    return [lead, numbers["previous_value"], f"{unit} to ", numbers["value"], f"{unit})."]


def _from_to(site: Site, report: str, row: dict[str, Any], with_periods: bool) -> list[Any]:
    """`2,664 in 2023/24 to 3,417 in 2024/25 (up 28.3%)`."""
    numbers, unit = report_numbers(site, report, row), unit_after(row["unit"])
    change = "change" if row["unit"] == "percent" or row["percent_change"] is None else "percent_change"
    return [
        numbers["previous_value"],
        f"{unit}{in_period(row, 'previous_period') if with_periods else ''} to ",
        numbers["value"],
        f"{unit}{in_period(row) if with_periods else ''} (",
        report_numbers(site, report, row, words=UP_OR_DOWN)[change],
        f"{points_after(row['unit'])})",
    ]


def _by_measure(site: Site, report: str, rows: Rows, *, with_place: bool) -> Iterator[Sentence]:
    """The changes of several measures: of few each with its numbers, of many the largest first and then the others."""
    tested = [row for row in rows if row["is_significant_change"] is not None]
    if len(tested) <= MEASURES_TOLD or not single(tested, "unit") or with_place:
        yield from _each(site, report, tested, with_place=with_place)
    else:
        yield from _largest_first(site, report, tested)
    untested = [row for row in rows if row["is_significant_change"] is None]
    if untested:
        names = _joined(
            (measure_of(site, row) + (in_place(site, row) if with_place else "") for row in untested), "and"
        )
        subject, verb = ("The change", "was") if len(untested) == 1 else ("Changes", "were")
        yield [f"{subject} in {names} {verb} {_not_tested(untested)}."]


def _each(site: Site, report: str, rows: Rows, *, with_place: bool) -> Iterator[Sentence]:
    is_first = True
    for row in sorted(rows, key=lambda row: not row["is_significant_change"]):
        yield _whole_change(site, report, row, in_place(site, row) if with_place else "", is_first=is_first)
        is_first = False


def _largest_first(site: Site, report: str, rows: Rows) -> Iterator[Sentence]:
    largest = max(rows, key=lambda row: row["value"])
    lead, told = f"Of the {_number(len(rows))}, {measure_of(site, largest)} were the most common", None
    if largest["is_significant_change"]:
        told = "rose" if largest["change"] > 0 else "fell"
        yield [f"{lead}: they {told} from ", *_from_to(site, report, largest, True), "."]
    else:
        numbers = report_numbers(site, report, largest)
        yield [f"{lead}, with ", numbers["value"], f"{in_period(largest)}."]
    for verb, sign in (("rose", 1), ("fell", -1)):
        moved = [
            row for row in rows if row["is_significant_change"] and row["change"] * sign > 0 and row is not largest
        ]
        if moved:
            yield [f"{capital(_names(site, moved, 'and'))} {'also ' if verb == told else ''}{verb}."]
    level = [row for row in rows if row["is_significant_change"] is False]
    if level:
        yield [capital(f"{NO_CHANGE}{_names(site, level, 'or')}.")]


def _names(site: Site, rows: Rows, joint: str) -> str:
    """Measures without what their names end with alike: `charge or summons and adult caution outcomes`."""
    names = [measure_of(site, row) for row in rows]
    ends = {name.partition(" for ")[2] for name in names}
    if len(ends) == 1:
        names = [name.partition(" for ")[0] for name in names]
    last = {name.rpartition(" ")[2] for name in names}
    if len(names) > 1 and len(last) == 1 and all(" " in name for name in names):
        return f"{_joined((name.rpartition(' ')[0] for name in names), joint)} {last.pop()}"
    return _joined(names, joint)


def _values(site: Site, report: str, rows: Rows, told: set[str], *, with_place: bool) -> Iterator[Sentence]:
    """Sentences on values without one before: the lowest and the highest of many areas, or each."""
    if len(rows) > AREAS_TOLD and single(rows, "indicator_id"):
        low, high = (pick(rows, key=lambda row: row["value"]) for pick in (min, max))
        unit, is_change = unit_after(low["unit"]), is_published_change(low["indicator_id"])
        words = ("an increase of ", "a decrease of ") if is_change else None
        subject = f"the published change in {measure_of(site, low)}" if is_change else amount_of(site, low)
        period = in_period(low).removeprefix(" ")
        lead = subject if period in told else f"{period}, {subject}"
        told.add(period)
        yield [
            f"{capital(lead)} ranged from ",
            report_numbers(site, report, low, words=words)["value"],
            f"{unit} in {place_in(site, low)} to ",
            report_numbers(site, report, high, words=words)["value"],
            f"{unit} in {place_in(site, high)}.",
        ]
        return
    if with_place and len(rows) > 1 and _are_alike_changes(rows):
        yield _published_changes(site, report, rows)
        return
    for row in rows:
        place = in_place(site, row) if with_place else ""
        yield value_sentence(site, row, report_numbers(site, report, row, words=words_of(row))["value"], place)


def _are_alike_changes(rows: Rows) -> bool:
    """Whether rows are changes of one measure in one period that their source published as they are."""
    name = single(rows, "indicator_id")
    is_change = name is not None and is_published_change(name)
    return is_change and single(rows, "period") is not None and single(rows, "value_status") == "published"


def _published_changes(site: Site, report: str, rows: Rows) -> Sentence:
    """`Recorded crimes went down by 4.4% in Dudley and up by 2.1% in Sandwell in 2024/25, as published.`"""
    parts: Sentence = [f"{capital(measure_of(site, rows[0]))} {'went ' if all(row['value'] for row in rows) else ''}"]
    for row, joint in zip(rows, [*["; "] * (len(rows) - 2), " and ", ""], strict=True):
        verb = "" if all(one["value"] for one in rows) else "went " if row["value"] else "changed by "
        parts += [verb, report_numbers(site, report, row, words=words_of(row))["value"]]
        parts.append(f"{unit_after(row['unit'])} in {place_in(site, row)}{joint}")
    return [*parts, f"{in_period(rows[0])}, as published."]


def _against_england(site: Site, rows: Rows) -> Iterator[Sentence]:
    """How the newest rates of areas compare with England: `The rate was higher than in England (9.5) in Walsall.`"""
    name = single(rows, "indicator_id")
    if not name or not is_compared(rows[0]["unit"]) or is_published_change(name):
        return
    known = {(one["area_code"], one["period_id"]): one for one in site.figures.get(name, ())}
    found: dict[str, Rows] = defaultdict(list)
    for row in rows:
        now = known.get((row["area_code"], row["period_id"]))
        # An edition of an earlier day is not compared with what came since.
        if now is None or now["compared_with_england"] == "not_compared" or row["value"] is None:
            continue
        if _differs(row, now):
            continue
        how = "similar" if now["compared_with_england"] == "similar" else None
        how = how or ("above" if now["value"] > now["england_value"] else "below")
        found[how].append({**now, "area_name": row["area_name"], "area_type": row["area_type"]})
    if not found:
        return
    first = next(iter(found.values()))[0]
    of = f"fct_indicators|{name}|{first['area_code']}|{first['period_id']}"
    said = [
        f"{words} in {_joined((place_in(site, row) for row in found[how]), 'and')}"
        for how, words in AGAINST
        if found[how]
    ]
    unit = unit_after(rows[0]["unit"])
    england = site.number(first, "england_value", of)
    yield [f"{capital(_short(rows[0]))} was {'; '.join(said)} (England: ", england, f"{unit}{in_period(rows[0])})."]


def _differs(row: dict[str, Any], now: dict[str, Any]) -> bool:
    """Whether a figure of the edition is not the one that is known now."""
    return rounded(row["value"], row["decimals"]) != rounded(now["value"], row["decimals"])


def _missing(site: Site, rows: Rows, *, with_place: bool) -> Iterator[Sentence]:
    missing: dict[tuple[str, bool, str], Rows] = defaultdict(list)
    for row in rows:
        if row["value"] is None:
            is_change = is_published_change(row["indicator_id"])
            missing[row["value_status"], is_change, measure_of(site, row)].append(row)
    for (status, is_change, measure), members in missing.items():
        reason = SHORTHAND.get(status, SHORTHAND["not_available"])[1]
        if is_change:
            subject, verb = ("The published change in", "is") if len(members) == 1 else ("Published changes in", "are")
        else:
            subject, verb = ("The figure for", "is") if len(members) == 1 else ("Figures for", "are")
        places = f" in {listed(place_in(site, row) for row in members)}" if with_place else ""
        yield [f"{subject} {measure}{places} {verb} {reason}."]
