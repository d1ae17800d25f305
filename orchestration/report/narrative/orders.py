"""Whether words of an order are true of their figure: highest, worst, ranked second, a record, the largest fall."""

import re
from collections.abc import Callable, Iterator
from operator import gt, lt
from typing import Any

from orchestration.report.contents import Rows
from orchestration.report.narrative.figures import Figures, Unresolved, shown, year_of
from orchestration.report.narrative.placing import Wrong
from orchestration.report.narrative.references import ORDINALS, Resolved, series_of
from orchestration.report.narrative.words import DOWN, FALL, NUMBERS, PLACE_WORDS, RISE, Said
from orchestration.report.wording import number_text

# "Lowest in Solihull ({11}) and Sandwell ({13})": both figures are said to be.
LISTED = re.compile(
    r"^(?: \w+)?(?: were| was| are| is)?(?: found| recorded| seen)? in "
    r"(?:[A-Z]\w+(?: [A-Z]\w+)?,? ?\(?\x00\)?(?:,? and |, )?(?:in )?){2,}"
)
LOW = ("lowest", "low", "smallest", "fewest")
VERDICTS = ("best", "worst")
SINCE = re.compile(
    r"[^,;\x00]{0,40}?\b(?:since (?P<year>(?:19|20)\d\d)|on record|ever"
    rf"|(?:in|for) (?:the (?:last|past) )?(?P<years>\d+|{'|'.join(NUMBERS[2:])}) years)\b",
    re.IGNORECASE,
)
OF_A_CHANGE = re.compile(
    rf"(?: (?P<relative>percentage|proportional|proportionate|relative)| \w+)? (?:(?P<up>{RISE})|(?P<down>{FALL}))\b",
    re.IGNORECASE,
)


def _rank(figures: Figures, said: Said, sentence: str) -> Iterator[Wrong]:
    word = said.text.casefold().replace("-", " ")
    ordinal, _, end = word.rpartition(" ")
    place = next((number for number, one in enumerate(ORDINALS) if one.strip() == ordinal), 0)
    rest = rest_of(said, sentence)
    since = SINCE.match(rest)
    if way := OF_A_CHANGE.match(rest):
        columns = _columns(end, is_relative=bool(way["relative"]))
        yield from _rank_of_change(figures, said, place, columns, is_rise=bool(way["up"]), is_least=end in LOW)
        return
    if together := _in_a_list(said, sentence):
        yield from _together(figures, said, together, end)
        return
    place += _left_out(figures, sentence, rest)
    of_rates = re.match(r"(?: \w+)? (?:rate|proportion|share|percentage)s?\b", rest)
    for one in _ranked(said):
        row = one.row
        assert row is not None
        if end in VERDICTS and row["polarity"] == "no_judgement":
            yield _unjudged(said, one)
            continue
        is_high = _is_high(end, row)
        if of_rates and not (row["unit"].startswith("per") or row["unit"] == "days"):
            expected = f"a figure of a rate or a percentage: {row['indicator_id']} is a number of {row['unit']}"
            yield Wrong(one.reference.line, f"'{said.text}{of_rates[0]}' beside {one.reference.text}", expected)
            continue
        if since:
            year = year_of(row)
            first = year - _years(since["years"]) + 1 if since["years"] else int(since["year"] or 0)
            rows = [other for other in figures.series(row) if first <= year_of(other)]
            held = {year_of(other) for other in rows if other["value"] is not None}
            if since["years"] and not set(range(first, year + 1)) <= held:
                expected = f"years that are held: {row['indicator_id']} in {row['area_name']} has {_spans(held)}"
                yield Wrong(one.reference.line, f"'{said.text}{since[0]}' beside {one.reference.text}", expected)
                continue
            if hidden := _hidden(said, one, rows):
                yield hidden
                continue
            values = [shown(other) for other in rows]
        elif not row["is_partnership_member"]:
            continue
        else:
            try:
                values = [shown(other) for other in figures.of_members(row)]
            except Unresolved as error:
                yield Wrong(one.reference.line, f"'{said.text}' beside {one.reference.text}", error.expected)
                continue
        beyond = sum(value > shown(row) if is_high else value < shown(row) for value in values)
        if (beyond == place) == said.is_denied:
            order = sorted(values, reverse=is_high)
            yield Wrong(
                one.reference.line,
                f"'{said.text}' beside {one.reference.text}",
                f"words that fit: {number_text(shown(row), row['decimals'])} is number {beyond + 1} of {len(order)}, "
                f"where {number_text(order[0], row['decimals'])} is the "
                f"{'highest' if is_high else 'lowest'}",
            )


def _place(figures: Figures, said: Said, sentence: str) -> Iterator[Wrong]:
    """ "Ranked second": the place among the members, from whichever end."""
    number = PLACE_WORDS.index(said.text.casefold().split()[-1]) + 1
    for one in _ranked(said):
        row = one.row
        assert row is not None
        if not row["is_partnership_member"]:
            continue
        try:
            values = [shown(other) for other in figures.of_members(row)]
        except Unresolved as error:
            yield Wrong(one.reference.line, f"'{said.text}' beside {one.reference.text}", error.expected)
            continue
        mine = shown(row)
        from_top, from_below = (1 + sum(other(value, mine) for value in values) for other in (gt, lt))
        if (number in (from_top, from_below)) == said.is_denied:
            yield Wrong(
                one.reference.line,
                f"'{said.text}' beside {one.reference.text}",
                f"words that fit: {number_text(mine, row['decimals'])} is number {from_top} of {len(values)} from the "
                f"highest and {from_below} from the lowest",
            )


def _record(figures: Figures, said: Said, sentence: str) -> Iterator[Wrong]:
    """ "Peaked at", "a record low": the order of the area's own periods."""
    end = said.text.casefold().split()[-1]
    for one in _ranked(said)[:1]:
        row = one.row
        assert row is not None
        if end in VERDICTS and row["polarity"] == "no_judgement":
            yield _unjudged(said, one)
            continue
        is_high = _is_high(end, row)
        rows = figures.series(row)
        if hidden := _hidden(said, one, rows):
            yield hidden
            continue
        values = [shown(other) for other in rows]
        best = max(values) if is_high else min(values)
        # A new high has not been there before.
        is_again = said.text.casefold().startswith("new") and values.count(best) > 1
        if (shown(row) == best and not is_again) == said.is_denied:
            yield Wrong(
                one.reference.line,
                f"'{said.text}' beside {one.reference.text}",
                f"words that fit: the {'highest' if is_high else 'lowest'} figure held of {row['indicator_id']} in "
                f"{row['area_name']} is {number_text(best, row['decimals'])}",
            )


def _moved(figures: Figures, said: Said, sentence: str) -> Iterator[Wrong]:
    """ "Rose most in Birmingham": the order of the members by their change."""
    verb, how = re.split(r" (?:the )?(?=\w+$)", said.text.casefold())
    is_rise = not re.fullmatch(DOWN, verb, re.IGNORECASE)
    columns = _columns(how, is_relative=False)
    yield from _rank_of_change(figures, said, 0, columns, is_rise=is_rise, is_least=how == "least")


def _columns(word: str, *, is_relative: bool) -> tuple[str, ...]:
    """What a change is measured by: in per cent if said so, either way if a word leaves it open."""
    if is_relative:
        return ("percent_change",)
    return ("change", "percent_change") if word in ("fastest", "steepest", "sharpest") else ("change",)


def _rank_of_change(
    figures: Figures, said: Said, place: int, columns: tuple[str, ...], *, is_rise: bool, is_least: bool
) -> Iterator[Wrong]:
    """ "The largest fall": the order of the members by their change since the period before."""
    changed = [one for one in said.of if one.way not in ("rank", "comparison", "England", "period")]
    for one in _nearest(changed):
        row = one.row
        assert row is not None
        if not row["is_partnership_member"]:
            continue
        try:
            rows = figures.of_members(row)
        except Unresolved as error:
            yield Wrong(one.reference.line, f"'{said.text}' beside {one.reference.text}", error.expected)
            continue
        if any(other[column] is None for other in rows for column in columns):
            expected = f"a change of {row['indicator_id']} in each of the areas for {row['period']}"
            yield Wrong(one.reference.line, f"the order of changes beside {one.reference.text}", expected)
            continue
        sizes = [_sizes(rows, column, is_rise=is_rise) for column in columns]
        is_true = any(_is_number(place, size, row["area_name"], is_least=is_least) for size in sizes)
        if is_true == said.is_denied:
            size, is_percent = sizes[0], columns[0] == "percent_change"
            moved = {name: value for name, value in size.items() if value > 0}
            most = (min if is_least else max)(moved or size, key=lambda name: size[name])
            yield Wrong(
                one.reference.line,
                f"'{said.text}' beside {one.reference.text}",
                f"words that fit: the {'smallest' if is_least else 'largest'} "
                f"{'rise' if is_rise else 'fall'} of {row['indicator_id']} in "
                f"{row['period']} is that of {most} "
                f"({number_text(abs(size[most]), 1 if is_percent else row['decimals'])}{'%' if is_percent else ''})",
            )


def _sizes(rows: Rows, column: str, *, is_rise: bool) -> dict[str, float]:
    """The size of the change of each area, positive in the direction that is asked for."""
    sign = 1 if is_rise else -1
    return {
        row["area_name"]: sign * round(float(row[column]), 1 if column == "percent_change" else row["decimals"])
        for row in rows
    }


def _is_number(place: int, sizes: dict[str, float], area: str, *, is_least: bool) -> bool:
    """Whether so many of those that moved that way moved further than an area (less far, for the least)."""
    mine = sizes[area]
    moved = [value for value in sizes.values() if value > 0]
    return mine > 0 and sum(value < mine if is_least else value > mine for value in moved) == place


def _in_a_list(said: Said, sentence: str) -> list[Resolved]:
    """The figures of several areas that a word of an order is said of: "lowest in Solihull (…) and Sandwell (…)"."""
    values = [one for one in said.of if one.way in ("value", "wording") and one.row is not None]
    kinds = {(one.row["indicator_id"], one.row["period_id"]) for one in values if one.row is not None}
    areas = {one.row["area_code"] for one in values if one.row is not None}
    is_plural = re.match(
        r"(?: \w+)? (?:rates|numbers|shares|proportions|percentages|figures|totals|counts)\b", rest_of(said, sentence)
    )
    if len(values) < 2 or len(kinds) != 1 or len(areas) != len(values):
        return []
    return values if is_plural or LISTED.search(rest_of(said, sentence)) else []


def rest_of(said: Said, sentence: str) -> str:
    """What stands behind a word."""
    return sentence[said.at + len(said.text) :]


def _together(figures: Figures, said: Said, values: list[Resolved], end: str) -> Iterator[Wrong]:
    """So many areas have the highest figures: those of no other member lie beyond them."""
    rows = [one.row for one in values if one.row is not None]
    if not all(row["is_partnership_member"] for row in rows):
        return
    if end in VERDICTS and rows[0]["polarity"] == "no_judgement":
        yield _unjudged(said, values[0])
        return
    try:
        members = figures.of_members(rows[0])
    except Unresolved as error:
        yield Wrong(values[0].reference.line, f"'{said.text}' beside {values[0].reference.text}", error.expected)
        return
    is_high = _is_high(end, rows[0])
    own = [shown(row) for row in rows]
    named = {row["area_code"] for row in rows}
    last = min(own) if is_high else max(own)
    beyond = [
        other["area_name"]
        for other in members
        if other["area_code"] not in named and (shown(other) > last if is_high else shown(other) < last)
    ]
    if bool(beyond) != said.is_denied:
        found = f"'{said.text}' beside {' and '.join(one.reference.text for one in values)}"
        expected = f"words that fit: {', '.join(beyond)} lies between or beyond them" if beyond else "other words"
        yield Wrong(values[0].reference.line, found, expected)


def _is_high(word: str, row: dict[str, Any]) -> bool:
    """Whether a word names the highest figure: "worst" does where lower is better."""
    if word in VERDICTS:
        return (word == "best") == (row["polarity"] == "higher_is_better")
    return word not in LOW


def _unjudged(said: Said, one: Resolved) -> Wrong:
    assert one.row is not None
    expected = f"'highest' or 'lowest', since neither way of {one.row['indicator_id']} is the better one"
    return Wrong(one.reference.line, f"'{said.text}' beside {one.reference.text}", expected)


def _hidden(said: Said, one: Resolved, rows: Rows) -> Wrong | None:
    """What is wrong with an order of periods of which one is not shown: its figure could be the highest."""
    without = [row for row in rows if row["value"] is None]
    if not without:
        return None
    first = without[0]
    reason = first["value_status"].replace("_", " ")
    expected = (
        f"a figure for each period: {first['indicator_id']} in {first['area_name']} is {reason} for {first['period']}"
    )
    return Wrong(one.reference.line, f"'{said.text}' beside {one.reference.text}", expected)


def _ranked(said: Said) -> list[Resolved]:
    """The figure that a word of an order is said of: of several series the nearest, of one series the newest."""
    return _nearest([one for one in said.of if one.way in ("value", "wording")])


def _nearest(figures: list[Resolved]) -> list[Resolved]:
    return figures[:1] if len({series_of(other) for other in figures}) > 1 else figures[-1:]


def _left_out(figures: Figures, sentence: str, rest: str) -> int:
    """How many members an order leaves out: "the lowest after Solihull", "the most, apart from Birmingham"."""
    behind = re.match(r"[^.;\x00]{0,40}?\b(?:after|behind|apart from|except(?: for)?|besides) ([^.;\x00]*)", rest)
    # "After Birmingham, Dudley had the most".
    first = re.match(r"\W*(?:After|Behind|Apart from|Except for|Besides|Excluding) ([^.;\x00]*?),", sentence)
    names = f"{behind[1] if behind else ''} {first[1] if first else ''}"
    return sum(bool(re.search(rf"\b{re.escape(name)}\b", names)) for name in figures.members.values())


def _years(text: str) -> int:
    return int(text) if text.isdigit() else NUMBERS.index(text.casefold())


def _spans(years: set[int]) -> str:
    return ", ".join(str(year) for year in sorted(years))


JUDGES_OF_ORDER: dict[str, Callable[[Figures, Said, str], Iterator[Wrong]]] = {
    "rank": _rank,
    "place": _place,
    "record": _record,
    "moved": _moved,
}
