"""Whether words of an order are true of their figure: highest, worst, ranked second, a record, the largest fall."""

import re
from collections.abc import Callable, Iterator
from operator import gt, lt
from typing import Any

from orchestration.report.narrative.figures import Figures, Unresolved, shown
from orchestration.report.narrative.placing import Wrong
from orchestration.report.narrative.references import ORDINALS, Resolved
from orchestration.report.narrative.words import FALL, PLACE_WORDS, RISE, Said, series_of
from orchestration.report.wording import number_text

LOW = ("lowest", "low", "smallest", "fewest")
VERDICTS = ("best", "worst")


def _rank(figures: Figures, said: Said, sentence: str) -> Iterator[Wrong]:
    word = said.text.casefold().replace("-", " ")
    ordinal, _, end = word.rpartition(" ")
    place = next((number for number, one in enumerate(ORDINALS) if one.strip() == ordinal), 0)
    since = re.match(r"[^,;\x00]{0,40}?\b(?:since ((?:19|20)\d\d)|on record)", sentence[said.at + len(word) :])
    if way := re.match(rf"(?: \w+)? (?:(?P<up>{RISE})|(?P<down>{FALL}))\b", sentence[said.at + len(said.text) :]):
        yield from _rank_of_change(figures, said, place, bool(way["up"]), end in LOW)
        return
    for one in _ranked(said):
        row = one.row
        assert row is not None
        if end in VERDICTS and row["polarity"] == "no_judgement":
            yield _unjudged(said, one)
            continue
        is_high = _is_high(end, row)
        if since:
            rows = [other for other in figures.rows(row["indicator_id"]) if other["area_code"] == row["area_code"]]
            first = int(since.group(1) or 0)
            values = [shown(other) for other in rows if other["value"] is not None and other["year"] >= first]
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
        rows = [other for other in figures.rows(row["indicator_id"]) if other["area_code"] == row["area_code"]]
        values = [shown(other) for other in rows if other["value"] is not None]
        best = max(values) if is_high else min(values)
        if (shown(row) == best) == said.is_denied:
            yield Wrong(
                one.reference.line,
                f"'{said.text}' beside {one.reference.text}",
                f"words that fit: the {'highest' if is_high else 'lowest'} figure held of {row['indicator_id']} in "
                f"{row['area_name']} is {number_text(best, row['decimals'])}",
            )


def _rank_of_change(figures: Figures, said: Said, place: int, is_rise: bool, is_least: bool) -> Iterator[Wrong]:
    """ "The largest fall": the order of the members by their change since the period before."""
    for one in [one for one in said.of if one.way not in ("rank", "comparison", "England", "period")][:1]:
        row = one.row
        assert row is not None
        if not row["is_partnership_member"]:
            continue
        try:
            rows = figures.of_members(row)
        except Unresolved as error:
            yield Wrong(one.reference.line, f"'{said.text}' beside {one.reference.text}", error.expected)
            continue
        if any(other["change"] is None for other in rows):
            expected = f"a change of {row['indicator_id']} in each of the areas for {row['period']}"
            yield Wrong(one.reference.line, f"the order of changes beside {one.reference.text}", expected)
            continue
        size = {other["area_name"]: shown(other, "change") * (1 if is_rise else -1) for other in rows}
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
                f"{row['period']} is that of {most} ({number_text(abs(size[most]), row['decimals'])})",
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


def _ranked(said: Said) -> list[Resolved]:
    """The figure that a word of an order is said of: of several series the nearest, of one series the newest."""
    ranked = [one for one in said.of if one.way in ("value", "wording")]
    return ranked[:1] if len({series_of(other) for other in ranked}) > 1 else ranked[-1:]


JUDGES_OF_ORDER: dict[str, Callable[[Figures, Said, str], Iterator[Wrong]]] = {
    "rank": _rank,
    "place": _place,
    "record": _record,
}
