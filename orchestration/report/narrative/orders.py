"""Whether words of an order are true of their figure: highest, worst, ranked second, a record, the largest fall."""

import re
from collections.abc import Callable, Iterator
from operator import gt, lt
from typing import Any

from orchestration.report.contents import Rows
from orchestration.report.narrative.figures import Figures, Unresolved, shown, year_of
from orchestration.report.narrative.placing import Wrong
from orchestration.report.narrative.references import ORDINALS, Resolved, series_of
from orchestration.report.narrative.words import FALL, PLACE_WORDS, RISE, Said
from orchestration.report.wording import number_text

LOW = ("lowest", "low", "smallest", "fewest")
VERDICTS = ("best", "worst")
NUMBERS = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
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
    rest = sentence[said.at + len(word) :]
    since = SINCE.match(rest)
    if way := OF_A_CHANGE.match(rest):
        yield from _rank_of_change(figures, said, place, way, is_least=end in LOW)
        return
    place += _left_out(figures, rest)
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
        if (shown(row) == best) == said.is_denied:
            yield Wrong(
                one.reference.line,
                f"'{said.text}' beside {one.reference.text}",
                f"words that fit: the {'highest' if is_high else 'lowest'} figure held of {row['indicator_id']} in "
                f"{row['area_name']} is {number_text(best, row['decimals'])}",
            )


def _rank_of_change(figures: Figures, said: Said, place: int, way: re.Match[str], *, is_least: bool) -> Iterator[Wrong]:
    """ "The largest fall": the order of the members by their change since the period before, in per cent if said so."""
    is_rise = bool(way["up"])
    column = "percent_change" if way["relative"] else "change"
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
        if any(other[column] is None for other in rows):
            expected = f"a change of {row['indicator_id']} in each of the areas for {row['period']}"
            yield Wrong(one.reference.line, f"the order of changes beside {one.reference.text}", expected)
            continue
        decimals = 1 if way["relative"] else row["decimals"]
        sign = 1 if is_rise else -1
        size = {other["area_name"]: sign * round(float(other[column]), decimals) for other in rows}
        mine = size[row["area_name"]]
        moved = {name: value for name, value in size.items() if value > 0}
        beyond = sum(value < mine if is_least else value > mine for value in moved.values())
        if ((beyond == place) and mine > 0) == said.is_denied:
            most = (min if is_least else max)(moved or size, key=lambda name: size[name])
            yield Wrong(
                one.reference.line,
                f"'{said.text}' beside {one.reference.text}",
                f"words that fit: the {'smallest' if is_least else 'largest'} "
                f"{'rise' if is_rise else 'fall'} of {row['indicator_id']} in "
                f"{row['period']} is that of {most} "
                f"({number_text(abs(size[most]), decimals)}{'%' if way['relative'] else ''})",
            )


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


def _left_out(figures: Figures, rest: str) -> int:
    """How many members an order leaves out: "the lowest after Solihull", "the most, apart from Birmingham"."""
    behind = re.match(r"[^.;\x00]{0,40}?\b(?:after|behind|apart from|except(?: for)?|besides) ([^.;\x00]*)", rest)
    names = behind[1] if behind else ""
    return sum(bool(re.search(rf"\b{re.escape(name)}\b", names)) for name in figures.members.values())


def _years(text: str) -> int:
    return int(text) if text.isdigit() else NUMBERS.index(text.casefold())


def _spans(years: set[int]) -> str:
    return ", ".join(str(year) for year in sorted(years))


JUDGES_OF_ORDER: dict[str, Callable[[Figures, Said, str], Iterator[Wrong]]] = {
    "rank": _rank,
    "place": _place,
    "record": _record,
}
