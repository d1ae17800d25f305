"""A release against the release before it: what that one held and this one does not is said, never only smaller.

Compared are releases of one layout: a workbook is not held to the CSV of figures that a report printed. What concerns
an area of the partnership, a measure, a group or the newest period refuses the release; the loss of other areas and of
the oldest periods, which publishers drop, is advice. A label that the seeds name as the same measure or group as the
one before it is the same: publishers rename them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import pandas as pd

from orchestration.validation.areas import changed_areas, is_own_name, name_key
from orchestration.validation.cells import Cells, Problem, joined, own_areas, seed

RULE = "a release holds what the one before held"
GO_ON = (
    "Download the file again, since rows, columns or cells may have been removed. If the publisher withdrew them, "
    f"add a row with the rule {RULE!r} to seeds/rules/release_exceptions.csv."
)

# Of the cells that were emptied, so many are listed.
MOST_CELLS = 20


@dataclass(frozen=True)
class Coverage:
    """How releases of a dataset are compared.

    `within` are the columns whose values a release need not repeat, such as an export's indicator: compared is what
    both have. `groups` are columns no value of which may go, `areas` the columns of an area's code and name.
    `repeats_periods` says that each release has all periods again.
    """

    groups: tuple[str, ...] = ("measure_label",)
    areas: tuple[str, ...] = ("area_code", "area")
    within: tuple[str, ...] = ()
    repeats_periods: bool = True


# By column, what the seeds say each label of it stands for.
Names = Mapping[str, Mapping[str, str]]


def problems_since(before: pd.DataFrame, rows: pd.DataFrame, coverage: Coverage, dataset: str) -> list[Problem] | None:
    """What the release before held and this one does not; None where the two are of different layouts."""
    if _layout(before) != _layout(rows):
        return None
    cells = Cells(rows)
    before = _common(before, rows, coverage.within)
    current = _common(cells.frame, before, coverage.within)
    if before.empty or current.empty:
        return []
    names = _names_of_labels(dataset)
    found = [*changed_areas(before, cells)]
    for column in coverage.groups:
        found.extend(_lost_values(before, current, column, names.get(column, {})))
    for column in [column for column in coverage.areas if column in before][:1]:
        label = coverage.areas[-1]
        found.extend(_lost_areas(before, current, column, label))
    if "period_id" in before:
        found.extend(_lost_periods(before, current) if coverage.repeats_periods else _fewer_periods(before, current))
    if not any(problem.blocks for problem in found):
        found.extend(_emptied(before, Cells(current), coverage, names))
    return found


@cache
def _names_of_labels(dataset: str) -> Names:
    """The labels of a dataset's measures, and of its publisher's groups, each with what the seeds name it."""
    names: dict[str, dict[str, str]] = {}
    for row in seed("measure_labels.csv"):
        if row["dataset"] == dataset:
            names.setdefault("measure_label", {})[_folded(row["measure_label"])] = row["measure_id"]
    for row in seed("group_labels.csv"):
        if row["publisher"] == dataset.split(".")[0]:
            # What is counted stands where other datasets print their measure.
            column = "measure_label" if row["group_kind"] == "count" else row["group_kind"]
            names.setdefault(column, {})[_folded(row["group_label"])] = row["group_id"]
    return names


def _layout(rows: pd.DataFrame) -> frozenset[str]:
    """The columns that are filled at all, which tell a publisher's workbook from a report's CSV."""
    optional = {"flag", "value_note", "deprivation_decile", "category", "category_type", "lower_limit", "upper_limit"}
    return frozenset(column for column in rows if rows[column].notna().any()) - optional - {"release_id"}


def _common(rows: pd.DataFrame, others: pd.DataFrame, within: Sequence[str]) -> pd.DataFrame:
    for column in within:
        rows = rows[rows[column].isin(others[column].unique())]
    return rows


def _where(current: pd.DataFrame) -> str:
    return str(current["source_file"].iloc[0])


def _lost_values(
    before: pd.DataFrame, current: pd.DataFrame, column: str, names: Mapping[str, str]
) -> Iterator[Problem]:
    had, held = (
        {_named(value, names): value for value in rows[column].dropna().unique()} for rows in (before, current)
    )
    new = [value for name, value in held.items() if name not in had]
    instead = f"; new is {', '.join(map(repr, new[:3]))}" if new else ""
    for value in before[column].dropna().unique():
        if _named(value, names) not in held:
            count = int((before[column] == value).sum())
            found = f"nothing for {value!r} ({column.replace('_', ' ')}){instead}"
            expected = f"it again: the release before has {count:,} figures of it"
            yield Problem(RULE, _where(current), found, expected, GO_ON)


def _folded(value: str) -> str:
    return " ".join(value.lower().split())


def _named(label: str, names: Mapping[str, str]) -> str:
    """What the seeds name a label, or else the label itself."""
    folded = _folded(label)
    return names.get(folded, folded)


def _area_key(value: str) -> str:
    """A code, or a name without the marks of notes, which come and go between releases."""
    return " ".join(name_key(value).split())


def _lost_areas(before: pd.DataFrame, current: pd.DataFrame, column: str, label: str) -> Iterator[Problem]:
    gone = {(row["old_code"], row["new_code"]) for row in seed("area_changes.csv")}
    held = {_area_key(value) for value in current[column].dropna().unique()}
    for value in before[column].dropna().unique():
        if _area_key(value) in held or any(old == value and _area_key(new) in held for old, new in gone):
            continue
        rows = before[before[column] == value]
        named = f"{rows[label].iloc[0].strip()} ({value})" if label != column else value
        yield Problem(
            RULE,
            _where(current),
            f"no row for {named}",
            f"one: the release before has {len(rows):,} figures of it",
            GO_ON,
            blocks=value in own_areas() or is_own_name(value),
        )


def _lost_periods(before: pd.DataFrame, current: pd.DataFrame) -> Iterator[Problem]:
    groups = before["period_id"].fillna("").str.replace(r"\d", "", regex=True)
    for _, old in before.groupby(groups, sort=False):
        had, has = set(old["period_id"].dropna()), set(current["period_id"].dropna())
        alike = {one for one in has if _shape(one) in {_shape(other) for other in had}}
        oldest = min(alike, default="")
        for period in sorted(had - has):
            yield Problem(
                RULE,
                _where(current),
                f"nothing for the period {period}",
                f"it again: the release before has {int((old['period_id'] == period).sum()):,} figures of it",
                GO_ON,
                blocks=not alike or period > oldest,
            )


def _fewer_periods(before: pd.DataFrame, current: pd.DataFrame) -> Iterator[Problem]:
    had, has = (sorted(rows["period_id"].dropna().unique()) for rows in (before, current))
    if len(has) < len(had):
        found = f"figures of {len(has)} period{'s' if len(has) > 1 else ''}: {', '.join(has)}"
        yield Problem(RULE, _where(current), found, f"{len(had)}: the release before has {', '.join(had)}", GO_ON)


def _shape(period_id: str) -> str:
    return "".join("0" if character.isdigit() else character for character in period_id)


def _emptied(before: pd.DataFrame, current: Cells, coverage: Coverage, names: Names) -> Iterator[Problem]:
    """Cells that had a number and are empty now, and rows of the partnership's areas that are gone."""
    # A name stands for an area where no code does; beside a code it may be spelt in several ways.
    not_labels = NOT_LABELS | ({"area"} if coverage.areas[0] == "area_code" else set())
    labels = [column for column in before if column not in not_labels and column in current.frame]
    old = Cells(before)
    code = coverage.areas[0] if coverage.areas[0] in before else None
    areas_now = {_area_key(area) for area in current.frame[code].dropna()} if code else set()
    had = _keys(old.frame, labels, names)[old.number.notna()]
    now = _keys(current.frame, labels, names)
    place_of = dict(zip(now, now.index, strict=True))
    shown = 0
    for row, label in zip(had.index, had, strict=True):
        at = place_of.get(label)
        if (at is not None and current.text.iat[at] != "") or shown >= MOST_CELLS:
            continue
        area = old.frame[code].iat[row] if code else None
        # Areas and periods that are gone altogether are told of above, in one sentence each.
        if at is None and (not coverage.repeats_periods or (area is not None and _area_key(area) not in areas_now)):
            continue
        if (
            at is None
            and "period_id" in before
            and old.frame["period_id"].iat[row] not in set(current.frame["period_id"])
        ):
            continue
        shown += 1
        named = old.named(row, [column for column in ("area", *coverage.groups, "period_id") if column in before])
        found = f"an empty cell ({named})" if at is not None else f"no figure for {named}"
        where = current.place(at) if at is not None else _where(current.frame)
        expected = f"a figure: the release before has {old.frame['value'].iat[row].strip()}"
        ours = area is None or area in own_areas() or is_own_name(area)
        yield Problem(RULE, where, found, expected, GO_ON, blocks=ours)


def _keys(frame: pd.DataFrame, labels: Sequence[str], names: Names) -> pd.Series:
    """What each figure is about, in one text: publishers change capitals and blanks between releases."""

    def named(column: str, label: str) -> str:
        return _area_key(label) if column == "area" else _named(label, names.get(column, {}))

    texts = frame[labels].fillna("").astype(str)
    for column in labels:
        texts[column] = texts[column].map({label: named(column, label) for label in texts[column].unique()})
    return joined(texts)


# Columns that say what a figure is worth or where it stands, not what it is about.
NOT_LABELS = {
    *(
        "value",
        "source_file",
        "source_sheet",
        "source_cell",
        "release_id",
        "place",
        "credited_to",
        "flag",
        "value_note",
    ),
    *(
        "lower_limit",
        "upper_limit",
        "registration_year",
        "period",
        "area_type",
        "region",
        "indicator_name",
        "unit",
        "population",
    ),
}
