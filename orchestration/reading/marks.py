"""How the cells of a workbook are dressed, for readers: percentages, numbers typed as text, comments."""

from dataclasses import dataclass
from pathlib import Path

from orchestration.reading import workbook_marks
from orchestration.reading.processes import answer_of
from orchestration.reading.tables import TIME_LIMIT

Place = tuple[int, int]


@dataclass(frozen=True)
class Marks:
    """Of one sheet: the cells that show a percentage, that hold text, and that have a comment.

    A cell is its row, which counts from 1, and its column, which counts from 0.
    """

    percentages: frozenset[Place] = frozenset()
    texts: frozenset[Place] = frozenset()
    comments: tuple[tuple[Place, str], ...] = ()


def marks_of_workbook(path: Path, name: str) -> dict[str, Marks] | None:
    """The marks of each sheet, by name; None where they cannot be known, as in a CSV or an xls.

    `tables.sheets` must have taken the file before. Raises Refusal for a workbook that cannot be read.
    """
    answer = answer_of(
        [workbook_marks.__file__, str(path)],
        name,
        too_slow=(f"contents not read in {TIME_LIMIT} s", "a workbook of ordinary size", "Save it again."),
        too_large=("contents that end the reading program", "a workbook that needs less than 1 GB", "Save it again."),
        seconds=TIME_LIMIT,
    )["marks"]
    if answer is None:
        return None
    return {
        sheet: Marks(
            frozenset(map(tuple, of["percentages"])),
            frozenset(map(tuple, of["texts"])),
            tuple(((row, column), " ".join(text.split())) for row, column, text in of["comments"]),
        )
        for sheet, of in answer.items()
    }
