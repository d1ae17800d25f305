"""Checks of single figures: each stands once, lies in the domain of its unit and between its own limits."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import pandas as pd

from orchestration.validation.cells import Cells, Check, Problem, number_text, numbers, seed

# What a measure's unit lets its figures be.
COUNT = "a whole number that is not negative"
COUNT_WITH_TRANSFERS = "a whole number"
AMOUNT = "a number that is not negative"
SHARE = "a percentage between 0 and 100"
CHANGE = "a number"


# What publishers, and the warehouse itself, write in place of a figure. Nobody may put a number there.
SYMBOL = re.compile(r"\[[a-z]+\d?\]|\([a-z]\)|[*:.\-–—†‡]+", re.IGNORECASE)
OF_A_SYMBOL = (
    "Leave it if the publisher has no figure there, and name the symbol as docs/extending.md says. Correct it only "
    "from the publisher's page."
)
OF_A_SLIP = "Correct the value. If the publisher has a new symbol, docs/extending.md says where to add it."

# The exact limits of one case lie 0.97 below and 4.6 above it; those of more cases are evener. Printing to one decimal
# hides up to a tenth of each.
UNEVEN = 6
WIDTH_HIDDEN = 0.5

# A crude rate agrees with its count to this share, where nearly all rates of an indicator do.
CRUDE = 0.01
NEARLY_ALL = 0.9

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
                "Keep the right one where figures are typed; otherwise ask the publisher, or download the file again.",
            )

    return check


def _repeated(rows: pd.DataFrame) -> Iterator[tuple[int, int]]:
    twice = rows[rows.duplicated("group")]
    originals = rows.drop_duplicates("group").set_index("group")["row"]
    for row, group in zip(twice["row"], twice["group"], strict=True):
        yield int(row), int(originals[group])


def is_understood(*symbols: str, limits: Sequence[str] = (), prefix: str = "") -> Check:
    """Every figure is a number or one of the dataset's symbols, and so is every one of its limits.

    `prefix` is a word that may stand before a number, such as "around ". The status of each symbol is staging's matter.
    """

    def check(cells: Cells) -> Iterator[Problem]:
        wrong = cells.not_understood.copy()
        for column in ("value", *limits):
            text = cells.frame[column].fillna("").str.strip()
            known = numbers(text.str.removeprefix(prefix)).notna() | text.isin(symbols)
            if column != "value":
                known |= text == ""
            wrong |= ~known
            for row in text.index[~known]:
                names = cells.named(int(row), ("area", "measure_label"))
                yield Problem(
                    "a figure is understood",
                    cells.place(int(row)),
                    f"{text.iat[row]!r} ({names}{'' if column == 'value' else ', ' + column.replace('_', ' ')})",
                    " or ".join(["a number", *(repr(symbol) for symbol in symbols if symbol)]),
                    OF_A_SYMBOL if SYMBOL.fullmatch(text.iat[row]) else OF_A_SLIP,
                )
        cells.tell_not_understood(wrong)

    return check


def goes_with(label: str, *others: str, blocks: bool = True) -> Check:
    """Rows with one `label` have one value of each of the others, such as the name of an indicator's number.

    The value that most rows have is taken for the right one.
    """

    def check(cells: Cells) -> Iterator[Problem]:
        for other in others:
            pairs = cells.frame[[label, other]].fillna("").apply(lambda column: column.str.split().str.join(" "))
            counts = pairs.value_counts()
            usual = counts.reset_index().drop_duplicates(label).set_index(label)[other]
            wrong = pairs[(pairs[other] != pairs[label].map(usual)) & (pairs[label] != "")]
            for row in wrong.drop_duplicates().index:
                yield Problem(
                    "labels go together",
                    cells.place(int(row)),
                    f"{pairs[other].iat[row]!r} beside {pairs[label].iat[row]!r}",
                    f"{usual[pairs[label].iat[row]]!r}, as in the other rows",
                    "Rows or cells may be exchanged: download the file again.",
                    blocks=blocks,
                )

    return check


def every_combination(columns: Sequence[str], within: Sequence[str], groups_of: str | None = None) -> Check:
    """Within each of `within`, every combination of the columns' labels that the file has stands once.

    One that most of them have blocks where it is missing; one that few have may be of an export of a few groups.
    Spellings of a publisher `groups_of` that seeds/labels/group_labels.csv takes for one group are one.
    """
    same = {row["group_label"]: row["group_id"] for row in seed("group_labels.csv") if row["publisher"] == groups_of}

    def check(cells: Cells) -> Iterator[Problem]:
        labels = cells.frame[[*within, *columns]].fillna("").apply(lambda column: column.str.strip().str.lower())
        for column in columns:
            labels[column] = labels[column].map(lambda label: same.get(label, label))
        groups = labels.groupby(list(within), sort=False)
        once = labels.drop_duplicates([*within, *columns])
        held = Counter(once[list(columns)].itertuples(index=False, name=None))
        wanted = set(held)
        for key, rows in groups:
            missing = sorted(wanted - set(rows[list(columns)].itertuples(index=False, name=None)))
            if missing and len(missing) < len(wanted):
                yield Problem(
                    "every combination stands",
                    cells.place(int(rows.index[-1])),
                    f"no row for {', '.join(missing[0])} in {', '.join(str(part) for part in key)}",
                    f"{len(wanted)} combinations of {', '.join(columns).replace('_', ' ')}, as the file has elsewhere",
                    "Download the file again; rows may have been removed.",
                    blocks=any(2 * held[one] > len(groups) for one in missing),
                )

    return check


def is_rounded_to(base: int, but_for: Sequence[str] = ()) -> Check:
    """Counts are multiples of what the publisher rounds to, but for areas that it does not round."""

    def check(cells: Cells) -> Iterator[Problem]:
        rounded = ~cells.frame["area"].str.strip().isin(but_for)
        for row in cells.number.index[rounded & (cells.number % base != 0) & cells.number.notna()]:
            yield Problem(
                "counts are rounded",
                cells.place(int(row)),
                f"{cells.frame['value'].iat[row]} ({cells.named(int(row), _labels(cells))})",
                f"a multiple of {base}, to which the publisher rounds",
                "Compare the cell with the publisher's page, and download the file again.",
            )

    return check


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
    """Lower limit ≤ figure ≤ upper limit, wherever they are numbers; `rounding` is what the printing may hide.

    The two lie about as far from the figure: where one is many times farther, a digit was lost or added.
    """

    def check(cells: Cells) -> Iterator[Problem]:
        low, high = cells.numbers_of(lower), cells.numbers_of(upper)
        value = cells.number
        slack = rounding + 1e-9 * value.abs().fillna(0)
        wrong = (low > value + slack) | (high < value - slack) | (low > high + slack)
        above, below = high - value, value - low
        wrong |= (above > UNEVEN * below + WIDTH_HIDDEN) | (below > UNEVEN * above + WIDTH_HIDDEN)
        text = cells.text
        for column in (lower, upper):
            limit = cells.frame[column].fillna("").str.strip()
            wrong |= (limit.str.endswith("%") != text.str.endswith("%")) & (limit != "") & (text != "")
        one_alone = (low.notna() != high.notna()) | (value.isna() & low.notna())
        for row in value.index[(wrong | one_alone) & ~cells.not_understood]:
            limits = [cells.frame[column].iat[row] for column in (lower, upper)]
            yield Problem(
                "a figure lies between its limits",
                cells.place(int(row)),
                f"{cells.frame['value'].iat[row]} with the limits {limits[0]} and {limits[1]}"
                f" ({cells.named(int(row), _labels(cells))})",
                "a lower limit, the figure and an upper limit, in this order and about as far apart",
                "The limits may be exchanged or of another figure: compare with the publisher's page.",
            )

    return check


def in_order(*labels: str, keys: Sequence[str], column: str = "measure_label") -> Check:
    """Of figures with the same keys that of each label is at least that of the label before, as quartiles are."""

    def check(cells: Cells) -> Iterator[Problem]:
        chosen = cells.frame[cells.frame[column].isin(labels)]
        for _, rows in chosen.groupby(list(keys), sort=False):
            held = {cells.frame[column].iat[row]: int(row) for row in rows.index}
            there = [held[label] for label in labels if label in held and pd.notna(cells.number.iat[held[label]])]
            for before, row in pairwise(there):
                if cells.number.iat[row] < cells.number.iat[before]:
                    yield Problem(
                        "figures are in order",
                        cells.place(row),
                        f"{cells.text.iat[row]} ({cells.named(row, ('area', column))})",
                        f"{cells.text.iat[before]} or more, because {cells.cell(before)} has that "
                        f"({cells.frame[column].iat[before]})",
                        "Two columns may be exchanged: compare with the publisher's page.",
                    )

    return check


def limits_are_not_negative(lower: str = "lower_limit", upper: str = "upper_limit") -> Check:
    """The limits of figures that cannot be negative are not negative either."""

    def check(cells: Cells) -> Iterator[Problem]:
        for column in (lower, upper):
            limits = cells.numbers_of(column)
            for row in limits.index[limits < 0]:
                yield Problem(
                    "a figure lies in the domain of its unit",
                    cells.place(int(row)),
                    f"the {column.replace('_', ' ')} {cells.frame[column].iat[row]} "
                    f"({cells.named(int(row), _labels(cells))})",
                    AMOUNT,
                    "Compare the limit with the publisher's page, and download the file again.",
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
        crude = {}
        for row in labels.index[(labels == "value") & cells.number.notna() & unit.notna()]:
            key = tuple(part.iat[row] for part in index)
            count, denominator = (wide[name].get(key) for name in ("count", "denominator"))
            if count and denominator and pd.notna(count) and pd.notna(denominator) and count >= FEW:
                crude[row] = (count / denominator * unit.iat[row], count, denominator)
        agree = {row: abs(cells.number.iat[row] / rate - 1) < CRUDE for row, (rate, _, _) in crude.items()}
        exact = pd.Series(agree).groupby(cells.frame[unit_in].reindex(list(agree))).mean() if agree else {}
        for row, (rate, count, denominator) in crude.items():
            is_crude = exact[cells.frame[unit_in].iat[row]] > NEARLY_ALL
            value = cells.number.iat[row]
            if agree[row] if is_crude else rate / within <= value <= rate * within:
                continue
            yield Problem(
                "a rate follows from its count",
                cells.place(row),
                f"{cells.frame['value'].iat[row]} for {cells.named(row, _labels(cells))}",
                f"about {number_text(float(f'{rate:.4g}'))}, its count {number_text(count)} out of "
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
