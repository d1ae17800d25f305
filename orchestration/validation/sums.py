"""Checks of figures against each other: parts make their whole, years their three years, areas their county.

What disagrees in an area of the partnership, or in a whole that it belongs to, refuses the release. Elsewhere it is
advice: publishers' files hold a few such slips, which stay as they are printed and are told.
"""

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from orchestration.validation.cells import (
    Cells,
    Check,
    Problem,
    joined,
    names_of_areas,
    number_text,
    own_areas,
    parts_of_own_areas,
    recoded_areas,
)

# The level of an area in a publisher's list, by its code's first letters: authorities below counties below regions.
LEVELS = {
    **dict.fromkeys(("K02", "K03", "K04", "K05"), 0),
    **dict.fromkeys(("E92", "W92", "S92", "N92"), 1),
    **dict.fromkeys(("E12",), 2),
    **dict.fromkeys(("E06", "E10", "E11", "E13", "W06", "S12", "N09"), 3),
    **dict.fromkeys(("E07", "E08", "E09"), 4),
}

# A total that hides what it is made of, such as deaths of residents elsewhere, is no sum of its parts.
NO_SUM = 0

# Regions of England.
REGIONS = 9

# A whole is known to be the sum of its parts where it is so in at least this share of its other columns.
USUALLY = 0.5

# So many names of areas are told.
NAMES_SHOWN = 3


def parts_make_whole(
    column: str,
    whole: Sequence[str],
    parts: Sequence[Sequence[str]],
    keys: Sequence[str],
    tolerance: float = 0,
    measures: str = ".*",
) -> Check:
    """The figures of all `parts` of a column's labels make that of `whole`; each is a list of spellings in lower case.

    `keys` are the other labels of a figure, `measures` a pattern of those it holds for. `tolerance` is what rounding
    may add for each figure.
    """

    def check(cells: Cells) -> Iterator[Problem]:
        number, label = cells.number, cells.frame[column].fillna("").str.strip().str.lower()
        label = label.where(cells.frame["measure_label"].str.fullmatch(measures, na=False), "")
        folded = [cells.frame[key].fillna("").str.strip().str.lower() for key in keys]
        table = pd.DataFrame({f"key{n}": key for n, key in enumerate(folded)} | {"row": number.index, "number": number})
        names = [f"key{n}" for n in range(len(keys))]
        chosen = [table[label.isin(group)].drop_duplicates(names).set_index(names) for group in (whole, *parts)]
        joined = chosen[0].add_suffix("_0")
        for n, part in enumerate(chosen[1:], start=1):
            joined = joined.join(part.add_suffix(f"_{n}"), how="inner")
        summed = sum(joined[f"number_{n}"] for n in range(1, len(chosen)))
        differs = (joined["number_0"] - summed).abs() > tolerance * len(chosen) + 1e-6 * summed.abs() + 1e-6
        for _, row in joined[differs].iterrows():
            at = int(row["row_0"])
            total = number_text(sum(row[f"number_{n}"] for n in _from_one(parts)))
            pieces = [
                f"{number_text(row[f'number_{n}'])} ({cells.cell(int(row[f'row_{n}']))})" for n in _from_one(parts)
            ]
            yield Problem(
                "parts make their whole",
                cells.place(at),
                f"{number_text(row['number_0'])} for {cells.named(at, _shown(cells, keys, column))}",
                f"the sum of its parts, {' + '.join(pieces)} = {total}",
                "Ask the publisher which of the figures is wrong, or download the file again.",
                blocks=_is_ours(cells, at),
            )

    return check


def parts_are_no_more(column: str, whole: str, part: str, keys: Sequence[str]) -> Check:
    """A figure that counts a part of another one is not above it, such as deaths from drug misuse."""

    def check(cells: Cells) -> Iterator[Problem]:
        labels = cells.frame[column]
        wholes = cells.frame[labels.str.contains(whole, na=False)]
        parts = cells.frame[labels.str.contains(part, na=False)]
        wholes = wholes.assign(**{column: wholes[column].str.replace(whole, part, regex=False)})
        index = [*keys, column]
        left = parts[index].assign(row=parts.index, number=cells.number[parts.index])
        right = wholes[index].assign(whole_row=wholes.index, whole=cells.number[wholes.index])
        joined = left.merge(right, on=index)
        for found in joined[joined["number"] > joined["whole"]].itertuples():
            yield Problem(
                "a part is no more than its whole",
                cells.place(found.row),
                f"{number_text(found.number)} for {cells.named(found.row, _shown(cells, keys, column))}",
                f"at most {number_text(found.whole)}, in {cells.cell(found.whole_row)}, which it is a part of",
                "Ask the publisher which of the figures is wrong, or download the file again.",
                blocks=_is_ours(cells, found.row),
            )

    return check


def areas_make_their_county(period: str, measures: str, complete: bool = False) -> Check:
    """In a list of areas by level, those below one make it: never more, and no less where the list holds all of them.

    `measures` is a pattern of the labels of counts. `complete` says that the layout lists every authority.
    """

    def check(cells: Cells) -> Iterator[Problem]:
        chosen = cells.frame["measure_label"].str.fullmatch(measures, na=False)
        rows = cells.frame[chosen].assign(
            number=cells.number[chosen], row=cells.frame.index[chosen], unknown=cells.not_understood[chosen]
        )
        rows["source_sheet"] = rows["source_sheet"].fillna("")
        extra = [key for key in ("sex", "age") if key in rows]
        for _, table in rows.groupby(["source_file", "source_sheet", "measure_label"], sort=False):
            yield from _areas_of_a_table(cells, table, [period, *extra], complete)

    return check


def _areas_of_a_table(cells: Cells, table: pd.DataFrame, across: list[str], complete: bool) -> Iterator[Problem]:
    parents = _parents(list(dict.fromkeys(table["area_code"])))
    keyed = table.drop_duplicates(["area_code", *across]).set_index("area_code")
    keyed["column"] = joined(keyed[across].fillna(""))
    numbers = keyed.pivot(columns="column", values="number")
    places = keyed.pivot(columns="column", values="row")
    unknown = keyed.pivot(columns="column", values="unknown").eq(True)
    children: dict[str, list[str]] = {}
    for area, parent in parents.items():
        children.setdefault(parent, []).append(area)
    # ONS leaves some counties empty in some tables: their authorities then stand for them.
    filled = numbers.copy()
    for parent in reversed(list(children)):
        filled.loc[parent] = filled.loc[parent].fillna(filled.loc[children[parent]].sum(skipna=False))
    for parent, below in children.items():
        if LEVELS[parent[:3]] == NO_SUM:
            continue
        known = parts_of_own_areas().get(parent, ())
        listed = {recoded_areas().get(code, code) for code in below}
        if complete and known and (missing := sorted(set(known) - listed)):
            at = int(places.loc[parent].dropna().iloc[0])
            yield Problem(
                "every authority of a county is listed",
                cells.place(at),
                f"{len(set(known) & listed)} authorities below {cells.named(at, ('area',)).strip()}",
                f"{len(known)}; {_are([names_of_areas().get(code, code) for code in missing])} missing",
                "Download the file again; rows may have been removed.",
            )
        whole, parts = numbers.loc[parent], filled.loc[below]
        summed, gaps = parts.sum(), parts.isna().any()
        equal = (whole - summed).abs() < 1e-6
        usual = (equal & whole.notna()).sum() >= max(1, USUALLY * whole.notna().sum())
        all_known = bool(known) and set(known) <= listed
        alike = numbers.loc[[other for other in children if other[:3] == parent[:3]]]
        for column in numbers.columns[~unknown.loc[[parent, *below]].any()]:
            # ONS leaves the newest years of all such counties empty in some tables; one alone was emptied later.
            if pd.isna(whole[column]) and not gaps[column] and alike.isna().sum().sum() == 1 < len(alike):
                yield _emptied(cells, places.loc[parent, column], across)
            less = summed[column] < whole[column] and (usual or (all_known and not gaps[column]))
            if not (summed[column] > whole[column] + 1e-6 or (less and not equal[column])):
                continue
            at = int(places.loc[parent, column])
            empty = [
                cells.named(int(places.loc[area, column]), ("area",)).strip()
                for area in below
                if pd.isna(parts.loc[area, column]) and pd.notna(places.loc[area, column])
            ]
            yield Problem(
                "areas make their county",
                cells.place(at),
                f"{number_text(whole[column])} for {cells.named(at, ('area', across[0]))}, and "
                f"{number_text(summed[column])} for the {len(below)} areas below it together"
                + (f", of which {_are(empty)} empty" if empty else ""),
                "the same number" if not summed[column] > whole[column] else "no more than their whole",
                "Ask the publisher which of the figures is wrong, or download the file again.",
                blocks=parent in own_areas(),
            )


def _are(names: Sequence[str]) -> str:
    """`Dudley is`, `Dudley and Walsall are`, `Dudley, Solihull, Walsall and 2 more are`."""
    shown = [*names[:NAMES_SHOWN], *([f"{len(names) - NAMES_SHOWN} more"] if len(names) > NAMES_SHOWN else [])]
    *others, last = shown
    return f"{', '.join(others)} and {last} are" if others else f"{last} is"


def _emptied(cells: Cells, place: float, across: list[str]) -> Problem:
    at = int(place)
    return Problem(
        "areas make their county",
        cells.place(at),
        f"an empty cell for {cells.named(at, ('area', 'area_code', across[0]))}, all of whose parts have a figure",
        "their sum, as in other rows of this column",
        "Download the file again; somebody may have emptied the cell.",
        blocks=_is_ours(cells, at),
    )


def _parents(codes: Sequence[str]) -> dict[str, str]:
    """The area that each one stands below, by the order of the list and the level of their codes."""
    parents: dict[str, str] = {}
    above: list[str] = []
    for code in codes:
        level = LEVELS.get(code[:3])
        if level is None:
            continue
        while above and (LEVELS[above[-1][:3]] >= level or above[-1][0] not in ("K", code[0])):
            above.pop()
        if above:
            parents[code] = above[-1]
        above.append(code)
    return parents


def years_make_pooled_years(period: str, keys: Sequence[str], measures: str) -> Check:
    """Counts of several years together are the sum of those years, where all of them stand in the release."""

    def check(cells: Cells) -> Iterator[Problem]:
        chosen = cells.frame["measure_label"].str.fullmatch(measures, na=False) & cells.number.notna()
        rows = cells.frame[chosen]
        ids = rows["period_id"]
        number = cells.number[chosen]
        labels = rows[list(keys)].apply(tuple, axis=1)
        single = {
            (label, int(text[2:6])): (value, row)
            for label, text, value, row in zip(labels, ids, number, rows.index, strict=True)
            if isinstance(text, str) and text.startswith("CY") and len(text) == 6
        }
        for label, text, value, row in zip(labels, ids, number, rows.index, strict=True):
            if not (isinstance(text, str) and text.startswith("CY") and len(text) == 9):
                continue
            first = int(text[2:6])
            years = range(first, first + (int(text[7:]) - first) % 100 + 1)
            found = [single[label, year] for year in years if (label, year) in single]
            if len(found) < len(years) or abs(sum(number for number, _ in found) - value) < 1e-6:
                continue
            parts = " + ".join(f"{number_text(number)} ({cells.cell(at)})" for number, at in found)
            yield Problem(
                "years make their pooled years",
                cells.place(row),
                f"{number_text(value)} for {cells.named(row, ('area', period, 'measure_label'))}",
                f"the sum of its years, {parts} = {number_text(sum(number for number, _ in found))}",
                "Ask the publisher which of the figures is wrong, or download the file again.",
                blocks=_is_ours(cells, row),
            )

    return check


def labels_make_whole(
    column: str, whole: str, keys: Sequence[str], measures: str = ".*", but_for: Sequence[str] = ()
) -> Check:
    """The figures of all other labels of a column make that of `whole`, such as the years of age of all ages."""

    def check(cells: Cells) -> Iterator[Problem]:
        label = cells.frame[column].fillna("").str.strip().str.lower()
        chosen = cells.frame["measure_label"].str.fullmatch(measures, na=False) & ~label.isin(but_for)
        group = [cells.frame[key].fillna("") for key in keys]
        parts = chosen & (label != whole)
        summed = (
            cells.number[parts]
            .groupby([key[parts] for key in group], sort=False)
            .agg(lambda part: part.sum(skipna=False))
        )
        totals = cells.frame.index[chosen & (label == whole)]
        for row in totals:
            key = tuple(part.iat[row] for part in group)
            total = summed.get(key if len(key) > 1 else key[0])
            if total is None or abs(total - cells.number.iat[row]) < 1e-6 or pd.isna(total - cells.number.iat[row]):
                continue
            yield Problem(
                "parts make their whole",
                cells.place(row),
                f"{number_text(cells.number.iat[row])} for {cells.named(row, _shown(cells, keys, column))}",
                f"{number_text(total)}, the sum of the other figures of its row",
                "Ask the publisher which of the figures is wrong, or download the file again.",
                # Each row of such a table is complete, so it must agree wherever the area is.
            )

    return check


def members_make_whole(column: str, whole: str, keys: Sequence[str], measures: str = ".*") -> Check:
    """The rows of a group (`keys`) whose label in `column` is not `whole` make the row whose label it is."""

    def check(cells: Cells) -> Iterator[Problem]:
        chosen = cells.frame["measure_label"].str.fullmatch(measures, na=False)
        rows = cells.frame[chosen].assign(number=cells.number[chosen], row=cells.frame.index[chosen])
        is_whole = rows[column] == whole
        parts = rows[~is_whole].groupby(list(keys), sort=False)["number"].agg(["sum", "count", "size"])
        joined = rows[is_whole].join(parts, on=list(keys), how="inner")
        for found in joined[(joined["count"] == joined["size"]) & (joined["sum"] != joined["number"])].itertuples():
            if pd.isna(found.number):
                continue
            yield Problem(
                "parts make their whole",
                cells.place(found.row),
                f"{number_text(found.number)} for {cells.named(found.row, _shown(cells, (), 'measure_label'))}",
                f"the sum of its {found.size} parts, {number_text(found.sum)}",
                "Ask the publisher which of the figures is wrong, or download the file again.",
                blocks=_is_ours(cells, found.row),
            )

    return check


def regions_make_england(keys: Sequence[str], measures: str) -> Check:
    """The nine regions of England make England."""

    def check(cells: Cells) -> Iterator[Problem]:
        chosen = cells.frame["measure_label"].str.fullmatch(measures, na=False)
        rows = cells.frame[chosen].assign(number=cells.number[chosen], row=cells.frame.index[chosen])
        regions = rows[rows["area_code"].str.startswith("E12", na=False)]
        parts = regions.groupby(list(keys), sort=False)["number"].agg(["sum", "count"])
        joined = rows[rows["area_code"] == "E92000001"].join(parts, on=list(keys), how="inner")
        for found in joined[(joined["count"] == REGIONS) & (joined["sum"] != joined["number"])].itertuples():
            if pd.notna(found.number):
                yield Problem(
                    "regions make England",
                    cells.place(found.row),
                    f"{number_text(found.number)} for {cells.named(found.row, _shown(cells, keys, 'measure_label'))}",
                    f"the sum of the nine regions, {number_text(found.sum)}",
                    "Ask the publisher which of the figures is wrong, or download the file again.",
                )

    return check


def _is_ours(cells: Cells, row: int) -> bool:
    """Whether a row is about an area of the seeds, or about no area by code, such as the only area of a file."""
    if "area_code" not in cells.frame:
        return True
    code = cells.frame["area_code"].iat[row]
    return not isinstance(code, str) or code.strip() in own_areas()


def _shown(cells: Cells, keys: Sequence[str], column: str) -> list[str]:
    return [name for name in ("area", *keys, column) if name in cells.frame and name != "area_code"]


def _from_one(parts: Mapping | Sequence) -> range:
    return range(1, len(parts) + 1)
