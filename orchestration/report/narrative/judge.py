"""Whether the words beside a number are true of it: directions, significance, sizes, order and comparisons.

A word is judged by the figures of its sentence that it belongs to. A word without a figure in its sentence, a wish or a
plan is not judged.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from orchestration.report.narrative.figures import WITHIN_A_YEAR, Figures, Unresolved, shown, year_of
from orchestration.report.narrative.grammar import Reference
from orchestration.report.narrative.orders import JUDGES_OF_ORDER
from orchestration.report.narrative.pairs import paired
from orchestration.report.narrative.placing import Wrong, compared, misplaced
from orchestration.report.narrative.references import Resolved, series_of
from orchestration.report.narrative.words import (
    DIRECTION,
    LESS,
    MORE,
    NEITHER,
    NONE_OF,
    NOT_SIGNIFICANTLY,
    PARTS,
    SENTENCE_END,
    SIGNIFICANTLY_DENIED,
    SIZES,
    SOFT,
    YEAR_ON_YEAR,
    Said,
    words_of,
)
from orchestration.report.wording import number_text

# Words that a change bears which is not significant.
LOOSE = ("stable", "level", "plateau", "steady", "flat", "little", "barely", "hardly")


def wrongs(figures: Figures, pieces: list[str | Resolved]) -> Iterator[Wrong]:
    """What the words of a paragraph say that its figures do not."""
    # Emphasis and soft hyphens stand within words. A figure is one mark in the text, so that words keep their places.
    known = [piece for piece in pieces if isinstance(piece, Resolved)]
    text = "".join("\x00" if isinstance(piece, Resolved) else SOFT.sub("", piece) for piece in pieces)
    used = 0
    for sentence in SENTENCE_END.split(text):
        count = sentence.count("\x00")
        yield from _of_sentence(figures, sentence, known[used : used + count])
        used += count


def _of_sentence(figures: Figures, sentence: str, known: list[Resolved]) -> Iterator[Wrong]:
    places = [found.start() for found in re.finditer("\x00", sentence)]
    yield from misplaced(figures, sentence, list(zip(places, known, strict=True)))
    yield from compared(figures, sentence, list(zip(places, known, strict=True)))
    yield from paired(figures, sentence, list(zip(places, known, strict=True)))
    for said in words_of(sentence, list(zip(places, known, strict=True))):
        if said.of:
            yield from JUDGES[said.kind](figures, said, sentence)


@dataclass(frozen=True)
class Change:
    """What a series changed by between two periods that a sentence names, or since the period before."""

    reference: Reference
    row: dict[str, Any]
    before: float | None
    now: float
    is_significant: bool | None

    @property
    def words(self) -> str:
        row = self.row
        if self.before is None:
            return f"{row['indicator_id']} in {row['area_name']} has no earlier figure than that of {row['period']}"
        way = "rose" if self.now > self.before else "fell" if self.now < self.before else "did not change"
        before, now = (number_text(value, row["decimals"]) for value in (self.before, self.now))
        return f"{row['indicator_id']} in {row['area_name']} {way} ({before} to {now})"


def _changes(figures: Figures, said: Said, sentence: str) -> Iterator[Change]:
    series: dict[tuple[str, str], dict[str, tuple[Resolved, dict[str, Any]]]] = {}
    for one in said.of:
        if one.row is not None and one.way not in ("rank", "comparison", "England", "period"):
            series.setdefault(series_of(one), {})[one.row["period_id"]] = (one, one.row)
    for members in series.values():
        ordered = sorted(members.values(), key=lambda member: (str(member[1]["start_date"]), member[1]["period_id"]))
        (one, first), (last, row) = ordered[0], ordered[-1]
        if first is row and one in said.starts:
            row = _row_after(figures, row)
        if row["period_type"] in WITHIN_A_YEAR and first is ordered[-1][1] and YEAR_ON_YEAR.search(sentence):
            earlier = figures.year_before(row)
            before = shown(earlier) if earlier and earlier["value"] is not None else None
            yield Change(last.reference, row, before, shown(row), None)
        elif first is ordered[-1][1] or row["previous_value"] == first["value"]:
            before = None if row["previous_value"] is None else shown(row, "previous_value")
            yield Change(last.reference, row, before, shown(row), row["is_significant_change"])
        else:
            yield Change(last.reference, row, shown(first), shown(row), None)


def _row_after(figures: Figures, row: dict[str, Any]) -> dict[str, Any]:
    """The figure that changed from this one: that of the next period, or this one itself if there is none."""
    for other in figures.rows(row["indicator_id"]):
        is_later = other["area_code"] == row["area_code"] and str(other["start_date"]) > str(row["start_date"])
        if is_later and other["value"] is not None and other["previous_value"] == row["value"]:
            return other
    return row


def _direction(figures: Figures, said: Said, sentence: str) -> Iterator[Wrong]:
    after = sentence[said.at + len(said.text) :]
    # Of "risen every year", each year is judged.
    if (said.is_denied and NOT_SIGNIFICANTLY.match(after)) or re.match(r" (?:every|each) year since\b", after):
        return
    for change in _changes(figures, said, sentence):
        size = None if change.before is None else change.now - change.before
        is_true = size is not None and (size > 0 if said.kind == "up" else size < 0)
        if is_true == said.is_denied or size is None:
            yield _wrong(change, said)


def _level(figures: Figures, said: Said, sentence: str) -> Iterator[Wrong]:
    for change in _changes(figures, said, sentence):
        is_loose = any(word in said.text.casefold() for word in LOOSE)
        same = change.before == change.now or (is_loose and change.is_significant is False)
        if same == said.is_denied or change.before is None:
            yield _wrong(change, said)


def _changed(figures: Figures, said: Said, sentence: str) -> Iterator[Wrong]:
    """ "Neither Coventry nor Walsall saw any change"."""
    for change in _changes(figures, said, sentence):
        if said.is_denied and change.before != change.now:
            yield _wrong(change, said)


def _verdict(figures: Figures, said: Said, sentence: str) -> Iterator[Wrong]:
    """ "Improved", "worsened": the change and which way of the indicator is the better one."""
    for change in _changes(figures, said, sentence):
        size = None if change.before is None else change.now - change.before
        polarity = change.row["polarity"]
        if polarity == "no_judgement":
            yield Wrong(
                change.reference.line,
                f"'{said.text}' beside {change.reference.text}",
                f"'rose' or 'fell', since neither way of {change.row['indicator_id']} is the better one",
            )
        elif size is None:
            yield _wrong(change, said)
        else:
            improved = size < 0 if polarity == "lower_is_better" else size > 0
            is_true = improved if said.text.casefold() == "improved" else bool(size) and not improved
            if is_true == said.is_denied:
                yield _wrong(change, said)


def _double(figures: Figures, said: Said, sentence: str) -> Iterator[Wrong]:
    least, most = SIZES[said.text.casefold()]
    for change in _changes(figures, said, sentence):
        ratio = change.now / change.before if change.before else None
        is_true = ratio is not None and (least is None or ratio >= least) and (most is None or ratio <= most)
        if is_true == said.is_denied or ratio is None:
            yield _wrong(change, said)


def _fraction(figures: Figures, said: Said, sentence: str) -> Iterator[Wrong]:
    """ "Fell by a third": the size of the change to within a sixth of what is said, and on the side that is said."""
    words = said.text.casefold()
    part = next(value for name, value in PARTS.items() if name in words)
    size = part * next((many for name, many in (("two", 2), ("three", 3)) if name in words), 1)
    way = re.search(rf"(?:(?P<more>{MORE})|(?P<less>{LESS}))$", words)
    for change in _changes(figures, said, sentence):
        changed = abs(change.now / change.before - 1) if change.before else None
        is_true = changed is not None and abs(changed - size) <= size / 6
        if changed is not None and re.search(r"\b(?:over|more than)\b", words):
            is_true = size <= changed
        elif changed is not None and re.search(r"\b(?:under|less than|almost|nearly)\b", words):
            is_true = is_true and changed < size
        if way and change.before is not None:
            is_true = is_true and (change.now > change.before) == bool(way["more"])
        if is_true == said.is_denied or changed is None:
            yield _wrong(change, said)


def _every(figures: Figures, said: Said, sentence: str) -> Iterator[Wrong]:
    """ "Have fallen every year since 2014": each step of the area's own years, all of which must be held."""
    way = next((one.lastgroup for one in DIRECTION.finditer(sentence[: said.at])), None)
    first = int(said.text[-4:])
    for one in [one for one in said.of if one.way in ("value", "wording")][:1]:
        row = one.row
        assert row is not None
        rows = [other for other in figures.series(row) if first <= year_of(other) <= year_of(row)]
        if row["period_type"] in WITHIN_A_YEAR:
            # The same month or quarter of each year.
            rows = [other for other in rows if other["start_date"].month == row["start_date"].month]
        values = {year_of(other): shown(other) for other in rows if other["value"] is not None}
        steps = [values.get(year, 0) - values.get(year - 1, 0) for year in range(first + 1, year_of(row) + 1)]
        are_held = all(year in values for year in range(first, year_of(row) + 1))
        if way and not (are_held and all(step > 0 if way == "up" else step < 0 for step in steps)):
            held = ", ".join(f"{year}: {number_text(value, row['decimals'])}" for year, value in sorted(values.items()))
            yield Wrong(
                one.reference.line,
                f"'{said.text}' beside {one.reference.text}",
                f"words that fit: the figures held since {first} are {held or 'none'}",
            )


def _all(figures: Figures, said: Said, sentence: str) -> Iterator[Wrong]:
    """ "Fell in all areas": the change of each member since the period before."""
    way = next((one.lastgroup for one in DIRECTION.finditer(sentence[: said.at])), None)
    for one in [one for one in said.of if one.way in ("value", "wording")][:1]:
        row = one.row
        assert row is not None
        if way is None:
            continue
        try:
            rows = figures.of_members(row)
        except Unresolved as error:
            yield Wrong(one.reference.line, f"'{said.text}' beside {one.reference.text}", error.expected)
            continue
        others = [
            other["area_name"]
            for other in rows
            if other["change"] is None or (shown(other, "change") > 0) != (way == "up") or not other["change"]
        ]
        is_wrong = 2 * len(others) >= len(rows) if " most " in said.text.casefold() else bool(others)
        if is_wrong != said.is_denied:
            yield Wrong(
                one.reference.line,
                f"'{said.text}' beside {one.reference.text}",
                f"words that fit: {row['indicator_id']} did not do so in {', '.join(others) or 'no area'}",
            )


def _significant(figures: Figures, said: Said, sentence: str) -> Iterator[Wrong]:
    after = sentence[said.at + len(said.text) :]
    if not said.text.endswith("ly") and re.match(r" (?:role|part|challenge|work|number|partner|for|to)\b", after):
        return
    is_denied = said.is_denied or bool(SIGNIFICANTLY_DENIED.search(sentence[: said.at]) or NEITHER.match(sentence))
    is_denied = is_denied or bool(NONE_OF.match(sentence))
    for change in _changes(figures, said, sentence):
        if change.is_significant is None or change.is_significant == is_denied:
            test = {True: "statistically significant", False: "not statistically significant", None: "not tested"}
            yield Wrong(
                change.reference.line,
                f"'{said.text}'{' denied' if is_denied else ''} beside {change.reference.text}",
                f"words that fit: the change of {change.row['indicator_id']} in {change.row['area_name']} was "
                f"{test[change.is_significant]}",
            )


def _chance(figures: Figures, said: Said, sentence: str) -> Iterator[Wrong]:
    """ "Beyond what chance would produce", "within what chance explains": whether the change is significant."""
    is_beyond = (said.text.casefold().split()[0] in ("beyond", "outside", "more", "larger")) != said.is_denied
    for change in _changes(figures, said, sentence):
        if change.is_significant is None or change.is_significant != is_beyond:
            test = {True: "statistically significant", False: "not statistically significant", None: "not tested"}
            yield Wrong(
                change.reference.line,
                f"'{said.text}' beside {change.reference.text}",
                f"words that fit: the change of {change.row['indicator_id']} in {change.row['area_name']} was "
                f"{test[change.is_significant]}",
            )


def _compared(figures: Figures, said: Said, sentence: str) -> Iterator[Wrong]:
    word = said.text.casefold().split()[0]
    for one in said.of:
        row = one.row
        if row is None or one.way == "England":
            continue
        found, england = row["compared_with_england"], row["england_value"]
        if word in ("better", "worse", "similar"):
            is_true = found == word
        else:
            is_high = word in ("higher", "above")
            is_true = england is not None and (row["value"] > england if is_high else row["value"] < england)
        is_compared = word in ("higher", "lower", "above", "below") or found in ("better", "worse", "similar")
        if england is None or is_true == said.is_denied or not is_compared:
            compared = "has no figure of England beside it" if england is None else f"is {found} ({england:,.4g})"
            yield Wrong(
                one.reference.line,
                f"'{said.text}' beside {one.reference.text}",
                f"words that fit: {row['indicator_id']} in {row['area_name']} {compared}",
            )


def _wrong(change: Change, said: Said) -> Wrong:
    denied = " denied" if said.is_denied else ""
    return Wrong(
        change.reference.line,
        f"'{said.text}'{denied} beside {change.reference.text}",
        f"words that fit: {change.words}",
    )


JUDGES: dict[str, Callable[[Figures, Said, str], Iterator[Wrong]]] = {
    "up": _direction,
    "down": _direction,
    "level": _level,
    "changed": _changed,
    "double": _double,
    "significant": _significant,
    "chance": _chance,
    "verdict": _verdict,
    **JUDGES_OF_ORDER,
    "fraction": _fraction,
    "every": _every,
    "all": _all,
    "compared": _compared,
}
