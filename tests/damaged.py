"""Damaged copies of built files of every layout, made with a fixed seed: none may be read silently smaller or wrong.

Each damage is one slip of a hand or a program: a row lost or doubled, a header with a note mark, a cell emptied or typed
over. The good file is the release before. `python tests/damaged.py [SEED]` prints the table of outcomes; the tests run
the same with one seed (`test_damaged.py`). An outcome is one of:

- refused: the reader or a check says what is wrong, with its place;
- told: a check advises, and the figures stay as they are printed;
- same: every figure is as before;
- unlinked: another likely figure that nothing in the file, the seeds or the release before depends on;
- silent: fewer or other figures, and not a word. There must be none.
"""

import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
from layouts import LAYOUTS, Grid, Layout, as_csv

from orchestration.datasets.declaration import DATASETS, load_datasets
from orchestration.releases.release import Release
from orchestration.support.refusal import Refusal
from orchestration.validation.before import problems_since
from orchestration.validation.cells import ADVICE, numbers, refuse_problems

SEED = 20_261_126
Sheets = dict[str, Grid]
Damage = Callable[[Sheets, Layout, random.Random], object]


@dataclass(frozen=True)
class Outcome:
    """What became of one damaged copy, and the first sentence that was said."""

    layout: str
    damage: str
    outcome: str
    said: str = ""


def a_table(sheets: Sheets, layout: Layout, dice: random.Random) -> Grid:
    return dice.choice([grid for grid in sheets.values() if len(grid) > layout.header_row + 1])


def body(grid: Grid, layout: Layout) -> list[int]:
    """The numbers of the rows with figures."""
    return [
        n
        for n in range(layout.header_row + 1, len(grid))
        if is_figure(grid[n][-1]) or is_figure(grid[n][layout.first_figure])
    ]


def is_figure(cell: object) -> bool:
    return isinstance(cell, int | float) or bool(re.fullmatch(r"-?[\d,]+(\.\d+)?%?", str(cell or "")))


def a_figure(sheets: Sheets, layout: Layout, dice: random.Random) -> tuple[Grid, int, int]:
    grid = a_table(sheets, layout, dice)
    row = dice.choice(body(grid, layout))
    last = layout.last_figure or len(grid[row])
    columns = [n for n in range(layout.first_figure, last) if is_figure(grid[row][n])]
    return grid, row, dice.choice(columns)


def drop_a_row(sheets: Sheets, layout: Layout, dice: random.Random) -> None:
    grid = a_table(sheets, layout, dice)
    del grid[dice.choice(body(grid, layout))]


def drop_the_last_third(sheets: Sheets, layout: Layout, dice: random.Random) -> None:
    grid = a_table(sheets, layout, dice)
    del grid[len(grid) - max(1, (len(grid) - layout.header_row) // 3) :]


def drop_a_column(sheets: Sheets, layout: Layout, dice: random.Random) -> None:
    grid = a_table(sheets, layout, dice)
    column = dice.randrange(layout.first_figure, len(grid[layout.header_row]))
    for row in grid[layout.header_row :]:
        if column < len(row):
            del row[column]


def drop_a_sheet(sheets: Sheets, layout: Layout, dice: random.Random) -> None:
    if len(sheets) > 1:
        del sheets[dice.choice([name for name in sheets if name != "Contents"])]
    else:
        drop_the_last_third(sheets, layout, dice)


def double_a_row(sheets: Sheets, layout: Layout, dice: random.Random) -> None:
    grid = a_table(sheets, layout, dice)
    row = dice.choice(body(grid, layout))
    grid.insert(row, list(grid[row]))


def double_a_sheet(sheets: Sheets, layout: Layout, dice: random.Random) -> None:
    name = dice.choice([name for name in sheets if name != "Contents"])
    if name:
        sheets["Data"] = deepcopy(sheets[name])
    else:
        sheets[name].extend(deepcopy(sheets[name][layout.header_row + 1 :]))


def over_a_figure(change: Callable[[object], object]) -> Damage:
    def damage(sheets: Sheets, layout: Layout, dice: random.Random) -> None:
        grid, row, column = a_figure(sheets, layout, dice)
        grid[row][column] = change(grid[row][column])

    return damage


def number(cell: object) -> float:
    return cell if isinstance(cell, int | float) else float(str(cell).replace(",", "").rstrip("%"))


def over_a_header(change: Callable[[str], str]) -> Damage:
    def damage(sheets: Sheets, layout: Layout, dice: random.Random) -> None:
        grid = a_table(sheets, layout, dice)
        header = grid[layout.header_row]
        column = dice.choice([n for n in range(layout.first_figure, len(header)) if header[n] not in (None, "")])
        header[column] = change(str(header[column]))

    return damage


def over_a_label(change: Callable[[str], str]) -> Damage:
    def damage(sheets: Sheets, layout: Layout, dice: random.Random) -> None:
        grid = a_table(sheets, layout, dice)
        row = dice.choice(body(grid, layout))
        columns = [n for n in range(layout.first_figure) if isinstance(grid[row][n], str) and len(grid[row][n]) > 3]
        column = dice.choice(columns)
        grid[row][column] = change(grid[row][column])

    return damage


def exchange_two_areas(sheets: Sheets, layout: Layout, dice: random.Random) -> None:
    """The names of two rows change places, and their codes do not."""
    grid = a_table(sheets, layout, dice)
    column = next(n for n, cell in enumerate(grid[body(grid, layout)[-1]]) if isinstance(cell, str) and cell.istitle())
    rows = body(grid, layout)
    one = dice.choice(rows)
    other = dice.choice([row for row in rows if grid[row][column] != grid[one][column]] or rows)
    grid[one][column], grid[other][column] = grid[other][column], grid[one][column]


def add_blank_rows(sheets: Sheets, layout: Layout, dice: random.Random) -> None:
    grid = a_table(sheets, layout, dice)
    grid.append([None] * len(grid[-1]))


DAMAGES: dict[str, Damage] = {
    "a row lost": drop_a_row,
    "the last third lost": drop_the_last_third,
    "a column lost": drop_a_column,
    "a sheet lost": drop_a_sheet,
    "a row twice": double_a_row,
    "a sheet twice": double_a_sheet,
    "emptied": over_a_figure(lambda cell: None),
    "negative": over_a_figure(lambda cell: -number(cell) if number(cell) else -3),
    "a fraction": over_a_figure(lambda cell: number(cell) + 0.37),
    "a percent sign": over_a_figure(lambda cell: f"{number(cell)}%"),
    "a word": over_a_figure(lambda cell: "n/a"),
    "letters in it": over_a_figure(lambda cell: f"1O{number(cell):g}"),
    "one more": over_a_figure(lambda cell: number(cell) + 1),
    "ten times": over_a_figure(lambda cell: number(cell) * 10),
    "an error": over_a_figure(lambda cell: "#N/A"),
    "a header with a note": over_a_header(lambda label: f"{label} [note 2]"),
    "a header with odd blanks": over_a_header(lambda label: f" {label}\xa0"),
    "a header that is wrong": over_a_header(lambda label: f"{label}x"),
    "a header that is gone": over_a_header(lambda label: ""),
    "a label misspelt": over_a_label(lambda label: label[:-2] + label[-1]),
    "two areas exchanged": exchange_two_areas,
    "a blank row": add_blank_rows,
}


def written(folder: Path, layout: Layout, sheets: Sheets) -> Release:
    """The file in a release's folder."""
    home = folder / "raw" / layout.dataset.replace(".", "/") / "2026-03-31"
    home.mkdir(parents=True)
    path = home / layout.file_name
    if layout.is_csv:
        path.write_text(as_csv(sheets[""]), encoding="utf-8")
    else:
        workbook = openpyxl.Workbook()
        workbook.remove(workbook.active)
        for name, rows in sheets.items():
            sheet = workbook.create_sheet(name)
            for row in rows:
                sheet.append(row)
        workbook.save(path)
    return Release(layout.dataset, date(2026, 3, 31), home, folder / "raw")


def read(layout: Layout, sheets: Sheets) -> pd.DataFrame:
    """What the dataset makes of the file. Raises `Refusal`."""
    with tempfile.TemporaryDirectory() as folder:
        return DATASETS[layout.dataset].rows_of(written(Path(folder), layout, sheets), Path(folder))


def figures(rows: pd.DataFrame) -> Counter:
    """Every figure with what it is about, apart from where it stands."""
    labels = [
        column
        for column in rows
        if column not in ("value", "source_file", "source_sheet", "source_cell", "place", "period")
    ]
    # Beside a code, the kind and the region of an area are used for nothing.
    coded = "area_code" in rows and rows["area_code"].notna().all()
    labels = [
        column for column in labels if column not in ("registration_year", *(("area_type", "region") if coded else ()))
    ]
    values = numbers(rows["value"].fillna("").str.strip())
    keys = rows[labels].fillna("").map(lambda text: " ".join(str(text).split())).agg("|".join, axis=1)
    return Counter(zip(keys, values.fillna(-1e9).round(9), strict=True))


def outcomes(seed: int = SEED, times: int = 1) -> Iterator[Outcome]:
    """What becomes of every damage of every layout, `times` each."""
    load_datasets()
    dice = random.Random(seed)
    for layout in LAYOUTS:
        good = layout.make()
        before = read(layout, good)
        coverage = DATASETS[layout.dataset].coverage
        for name, damage in DAMAGES.items():
            for _ in range(times):
                sheets = deepcopy(good)
                damage(sheets, layout, dice)
                yield _outcome(layout, name, sheets, before, coverage)


def _outcome(layout: Layout, name: str, sheets: Sheets, before: pd.DataFrame, coverage) -> Outcome:
    try:
        rows = read(layout, sheets)
        told = list(rows.attrs[ADVICE])
        if coverage is not None:
            told += refuse_problems(problems_since(before, rows, coverage, layout.dataset) or [])
    except Refusal as refusal:
        return Outcome(layout.dataset, name, "refused", str(refusal).splitlines()[0])
    if figures(rows) == figures(before):
        return Outcome(layout.dataset, name, "same")
    if len(told) > len(before.attrs[ADVICE]):
        return Outcome(layout.dataset, name, "told", str(told[-1]))
    if name in layout.unlinked:
        return Outcome(layout.dataset, name, "unlinked")
    changed = [*(figures(before) - figures(rows)), *(figures(rows) - figures(before))][:4]
    return Outcome(layout.dataset, name, "silent", str(changed))


def main() -> None:
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else SEED
    found = list(outcomes(seed, times=2))
    table = pd.crosstab([one.damage for one in found], [one.outcome for one in found])
    print(
        table.to_string(), f"\n{len(found)} damaged copies, seed {seed}:", dict(Counter(one.outcome for one in found))
    )
    for one in found:
        if one.outcome == "silent":
            print(f"silent: {one.layout}, {one.damage}: {one.said}")


if __name__ == "__main__":
    main()
