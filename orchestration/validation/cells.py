"""The cells of a release as the checks see them, what a check finds, and how it is told."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import pandas as pd

from orchestration.seeds import seed_files
from orchestration.support.refusal import Refusal

NUMBER = r"^[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?%?$"

# Where a reader's frame keeps what its checks advise: a list of `Problem`.
ADVICE = "advice"

NOT_UNDERSTOOD = "is_not_understood"

# Of each rule so many cells are shown; the others are counted.
SHOWN = 10


@dataclass(frozen=True)
class Problem:
    """What one check finds wrong in one cell. `blocks` says whether the release is refused for it."""

    rule: str
    where: str
    found: str
    expected: str
    action: str
    blocks: bool = True

    def __str__(self) -> str:
        return f"{self.where}: found {self.found}; expected {self.expected}. {self.action}"


class Cells:
    """A reader's frame with what the checks need beside it: numbers, marks and addresses."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame.reset_index(drop=True)

    @cached_property
    def text(self) -> pd.Series:
        return self.frame["value"].fillna("").str.strip()

    @cached_property
    def number(self) -> pd.Series:
        return numbers(self.text)

    def numbers_of(self, column: str) -> pd.Series:
        return numbers(self.frame[column].fillna("").str.strip())

    def tell_not_understood(self, rows: pd.Series) -> None:
        """Keep which rows have a text that is no figure and no symbol, in a column of this frame alone."""
        self.frame[NOT_UNDERSTOOD] = rows

    @property
    def not_understood(self) -> pd.Series:
        """Whether a row was found not to be understood: what follows from that is not told again."""
        if NOT_UNDERSTOOD in self.frame:
            return self.frame[NOT_UNDERSTOOD]
        return pd.Series(False, index=self.frame.index)

    def place(self, row: int) -> str:
        """File, sheet and cell of a row of the frame."""
        return f"{self.frame['source_file'].iat[row]}, {self.cell(row)}"

    def cell(self, row: int) -> str:
        """Sheet and cell of a row of the frame."""
        sheet = self.frame["source_sheet"].iat[row]
        return (f"sheet {sheet!r}, " if isinstance(sheet, str) else "") + self.frame["source_cell"].iat[row]

    def named(self, row: int, columns: Sequence[str]) -> str:
        """What a row is about, such as `Birmingham, 2021`."""
        return ", ".join(str(value) for column in columns if isinstance(value := self.frame[column].iat[row], str))


Check = Callable[[Cells], Iterator[Problem]]


def numbers(texts: pd.Series) -> pd.Series:
    """The numbers that printed texts mean, as `number_of` in the dbt project takes them; NaN for anything else."""
    # The flag of an unreliable figure stands in its cell in some workbooks: `1.6 (u)`.
    bare = texts.str.replace(r"\s*\(u\)$", "", regex=True)
    understood = bare.where(bare.str.match(NUMBER), "")
    return pd.to_numeric(understood.str.replace(",", "").str.rstrip("%"), errors="coerce")


def number_of_text(text: str) -> float | None:
    """The number that a printed text means, as above; None for anything else."""
    number = numbers(pd.Series([text], dtype="object")).iat[0]
    return None if pd.isna(number) else float(number)


def joined(texts: pd.DataFrame) -> pd.Series:
    """The texts of each row in one, with a bar between them."""
    return pd.Series(["|".join(row) for row in texts.itertuples(index=False, name=None)], texts.index, dtype="object")


def problems_of(frame: pd.DataFrame, checks: Iterable[Check]) -> list[Problem]:
    """What the checks of a dataset find in its cells, in the order of the checks."""
    cells = Cells(frame)
    return [problem for check in checks for problem in check(cells)]


def refuse_problems(problems: Sequence[Problem], release_id: str = "") -> list[Problem]:
    """The problems that are advice. Raises `Refusal` with the first that block, and the number of the others.

    What seeds/rules/release_exceptions.csv excuses in this release is advice.
    """
    excused = {row["rule"] for row in seed("release_exceptions.csv") if row["release_id"] == release_id}
    blocking = [problem for problem in problems if problem.blocks and problem.rule not in excused]
    if blocking:
        lines = [str(problem) for problem in blocking[:SHOWN]]
        if len(blocking) > SHOWN:
            lines.append(f"{len(blocking) - SHOWN:,} more cells of this file are not as expected.")
        raise Refusal("\n".join(lines))
    return list(problems)


@cache
def seed(name: str) -> tuple[dict[str, str], ...]:
    """The rows of a seed of the dbt project, such as `areas.csv`."""
    with seed_files()[name.removesuffix(".csv")].open(encoding="utf-8-sig", newline="") as stream:
        return tuple(csv.DictReader(stream))


@cache
def own_areas() -> frozenset[str]:
    """Codes of the areas that the seeds know, also new ones: the partnership's areas and the wholes that they make."""
    return frozenset(row["area_code"] for row in seed("areas.csv")) | recoded_areas().keys()


@cache
def names_of_areas() -> dict[str, str]:
    """The names of the areas that the seeds know, by their codes."""
    return {row["area_code"]: row["area_name"] for row in seed("areas.csv")}


@cache
def recoded_areas() -> dict[str, str]:
    """The new codes of areas of the seeds that were recoded, each with the code by which the seeds know the area."""
    known = {row["area_code"] for row in seed("areas.csv")}
    changes = (row for row in seed("area_changes.csv") if row["kind"] == "recode" and row["old_code"] in known)
    return {row["new_code"]: row["old_code"] for row in changes}


@cache
def parts_of_own_areas() -> dict[str, tuple[str, ...]]:
    """The authorities of each county that the seeds know with all of its parts."""
    parents: dict[str, list[str]] = {}
    for row in seed("areas.csv"):
        if row["area_type"] == "local_authority" and row["parent_area_code"]:
            parents.setdefault(row["parent_area_code"], []).append(row["area_code"])
    return {parent: tuple(codes) for parent, codes in parents.items()}


def number_text(value: float) -> str:
    """A number as people write it: 1,929 or 14.98."""
    return f"{int(value):,}" if float(value).is_integer() else f"{value:,.10g}"
