"""Checks of single figures: each stands once, lies in the domain of its unit and between its own limits."""

import re
from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from orchestration.checks.cells import Cells, Check, Problem, number_text

# What a measure's unit lets its figures be.
COUNT = "a whole number that is not negative"
COUNT_WITH_TRANSFERS = "a whole number"
AMOUNT = "a number that is not negative"
SHARE = "a percentage between 0 and 100"
CHANGE = "a number"


# Some publishers' programs print 1427.000003 for 1427.
FLOATING = 1e-5

# A rate of fewer cases than this may lie far from the crude one, since it is standardised.
FEW = 10


def stands_once(*keys: str, but_for: str | None = None) -> Check:
    """No two cells are about the same labels; `but_for` is a pattern of keys that a publisher repeats on purpose."""

    def check(cells: Cells) -> Iterator[Problem]:
        labels = cells.frame[list(keys)].apply(lambda column: column.str.strip())
        if but_for:
            labels = labels[~labels[keys[0]].str.fullmatch(but_for, na=False)]
        first = labels.groupby(list(keys), dropna=False, sort=False).ngroup()
        rows_of = first.to_frame("group").assign(row=first.index)
        for row, original in _repeated(rows_of):
            yield Problem(
                "a figure stands once",
                cells.place(row),
                f"a second figure for {cells.named(row, keys)} ({cells.frame['value'].iat[row]})",
                f"one; the other is in {cells.cell(original)} ({cells.frame['value'].iat[original]})",
                "Ask the publisher which of the two is right, or download the file again.",
            )

    return check


def _repeated(rows: pd.DataFrame) -> Iterator[tuple[int, int]]:
    twice = rows[rows.duplicated("group")]
    originals = rows.drop_duplicates("group").set_index("group")["row"]
    for row, group in zip(twice["row"], twice["group"], strict=True):
        yield int(row), int(originals[group])


def domains(by_label: Mapping[str, str], column: str = "measure_label") -> Check:
    """Each figure is what its unit allows. `by_label` leads from a pattern of labels to a domain."""

    def check(cells: Cells) -> Iterator[Problem]:
        for pattern, domain in by_label.items():
            chosen = cells.frame[column].str.fullmatch(pattern, flags=re.IGNORECASE, na=False)
            for row in _outside(cells, chosen, domain):
                yield Problem(
                    "a figure lies in the domain of its unit",
                    cells.place(row),
                    f"{cells.frame['value'].iat[row].strip()!r} ({cells.named(row, ('area', column))})",
                    domain,
                    "Compare the cell with the publisher's page, and download the file again.",
                )

    return check


def _outside(cells: Cells, chosen: pd.Series, domain: str) -> list[int]:
    number, text = cells.number, cells.text
    wrong = pd.Series(False, index=number.index)
    if domain in (COUNT, COUNT_WITH_TRANSFERS):
        wrong |= ((number - number.round()).abs() > FLOATING) | text.str.endswith("%")
    if domain in (COUNT, AMOUNT, SHARE):
        wrong |= number < 0
    if domain == SHARE:
        wrong |= number > 100
    if domain == AMOUNT:
        wrong |= text.str.endswith("%")
    return [int(row) for row in number.index[wrong & number.notna() & chosen]]


def lies_between_its_limits(lower: str = "lower_limit", upper: str = "upper_limit", rounding: float = 0) -> Check:
    """Lower limit ≤ figure ≤ upper limit, wherever they are numbers; `rounding` is what the printing may hide."""

    def check(cells: Cells) -> Iterator[Problem]:
        low, high = cells.numbers_of(lower), cells.numbers_of(upper)
        value = cells.number
        slack = rounding + 1e-9 * value.abs().fillna(0)
        wrong = (low > value + slack) | (high < value - slack) | (low > high + slack)
        one_alone = (low.notna() != high.notna()) | (value.isna() & low.notna())
        for row in value.index[wrong | one_alone]:
            limits = [cells.frame[column].iat[row] for column in (lower, upper)]
            yield Problem(
                "a figure lies between its limits",
                cells.place(int(row)),
                f"{cells.frame['value'].iat[row]} with the limits {limits[0]} and {limits[1]}"
                f" ({cells.named(int(row), _labels(cells))})",
                "a lower limit, the figure and an upper limit, in this order",
                "The limits may be exchanged or of another figure: compare with the publisher's page.",
            )

    return check


def has_its_count(count: str, rate: str, keys: Sequence[str]) -> Check:
    """Where a rate is printed, so is the count that it is taken of: an emptied count is not "not available"."""

    def check(cells: Cells) -> Iterator[Problem]:
        labels = cells.frame["measure_label"]
        counts = cells.frame[labels.str.endswith(count) & (cells.text == "")]
        rated = cells.frame[labels.str.endswith(rate) & cells.number.notna()]
        stem = rated.assign(measure_label=rated["measure_label"].str.removesuffix(rate) + count)
        known = set(stem[list(keys)].itertuples(index=False, name=None))
        for row, key in zip(counts.index, counts[list(keys)].itertuples(index=False, name=None), strict=True):
            if key in known:
                yield Problem(
                    "a rate has its count",
                    cells.place(int(row)),
                    f"an empty cell ({cells.named(int(row), keys)}) beside a rate",
                    "the count that the rate is taken of",
                    "Download the file again; somebody may have emptied the cell.",
                )

    return check


def rate_follows_from_its_count(unit_in: str, keys: Sequence[str], units: Mapping[str, float], within: float) -> Check:
    """A value agrees with count ÷ denominator × the unit that the text of `unit_in` names.

    `units` leads from a pattern to its number. A standardised rate differs from the crude one by less than the factor
    `within`; a unit that is read wrongly (per million for per 100,000) makes it differ by ten or more.
    """

    def check(cells: Cells) -> Iterator[Problem]:
        labels = cells.frame["measure_label"]
        index = [cells.frame[key].fillna("") for key in keys]
        wide = {
            name: cells.number[labels == name].groupby([key[labels == name] for key in index], sort=False).first()
            for name in ("count", "denominator")
        }
        named = cells.frame[unit_in].fillna("").str.lower().str.split().str.join(" ")
        unit = pd.Series(float("nan"), index=labels.index)
        for pattern, number in units.items():
            unit = unit.mask(unit.isna() & named.str.contains(pattern, regex=True), number)
        for row in labels.index[(labels == "value") & cells.number.notna() & unit.notna()]:
            key = tuple(part.iat[row] for part in index)
            count, denominator = (wide[name].get(key) for name in ("count", "denominator"))
            if not count or not denominator or pd.isna(count) or pd.isna(denominator) or count < FEW:
                continue
            crude = count / denominator * unit.iat[row]
            if not crude / within <= cells.number.iat[row] <= crude * within:
                yield Problem(
                    "a rate follows from its count",
                    cells.place(row),
                    f"{cells.frame['value'].iat[row]} for {cells.named(row, _labels(cells))}",
                    f"about {number_text(float(f'{crude:.4g}'))}, its count {number_text(count)} out of "
                    f"{number_text(denominator)} in the unit that {cells.frame[unit_in].iat[row].strip()!r} names",
                    "Compare value, count and denominator with the publisher's page, and download the file again.",
                )

    return check


def one_of(column: str, allowed: Sequence[str], what: str, action: str) -> Check:
    """Every label of a column is one of a closed list, written as patterns."""
    pattern = "|".join(f"(?:{one})" for one in allowed)

    def check(cells: Cells) -> Iterator[Problem]:
        labels = cells.frame[column].fillna("").str.strip()
        unknown = labels[~labels.str.fullmatch(pattern, flags=re.IGNORECASE)].drop_duplicates()
        for row, label in unknown.items():
            yield Problem(f"{what} is known", cells.place(int(row)), f"the {what} {label!r}", f"a known {what}", action)

    return check


def _labels(cells: Cells) -> list[str]:
    wanted = ("area", "sex", "age", "registration_year", "period", "measure_label")
    return [column for column in wanted if column in cells.frame]


def in_words(values: Sequence[float]) -> str:
    return ", ".join(number_text(value) for value in values)
