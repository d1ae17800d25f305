"""Partners of the partnership: spreadsheets that they fill in, such as naloxone supplied or suspected deaths.

`warehouse template` writes the spreadsheet of a return, and this reads it back. What returns there are and what each
asks for stands in two seeds (`seeds/returns/`): a new return needs no code. A sheet with the columns Area, Period,
Measure, Figure, Source document and Page has a row for each figure; a cell above it names the return. `[c]`, `[x]` and
`[z]` stand for a figure that is suppressed, not available or not applicable. Source document and page are filled in
where a figure was taken from a document.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from orchestration.datasets.declaration import CELL_COLUMNS, dataset
from orchestration.datasets.partners.spreadsheet.checks import problems_of_lines
from orchestration.datasets.partners.spreadsheet.definitions import HEADERS, KINDS, Return
from orchestration.datasets.partners.spreadsheet.headings import NAMES_RETURN, changed_headings, is_of_a_return
from orchestration.datasets.partners.spreadsheet.held import changes_of, in_words
from orchestration.datasets.partners.spreadsheet.lines import Filled, filled
from orchestration.datasets.partners.spreadsheet.outside import problems_outside
from orchestration.datasets.partners.spreadsheet.seed_rows import returns
from orchestration.datasets.partnership import own_page
from orchestration.reading.marks import marks_of_workbook
from orchestration.reading.periods import Periods
from orchestration.reading.tables import Sheet, Table, find_table, sheets
from orchestration.releases.release import Release, today
from orchestration.support.refusal import refuse
from orchestration.validation.cells import ADVICE, refuse_problems

ROWS_ABOVE = 20

COLUMNS = ("return_id", "area_type", "area", "period", "measure_label", "source_document", "source_page")


def read(release: Release) -> pd.DataFrame:
    """The figures of the spreadsheets of a release, one row each; see `read_return`."""
    frames = [read_return(release, path, returns()) for path in release.files]
    rows = pd.concat(frames, ignore_index=True)
    rows.attrs[ADVICE] = [problem for frame in frames for problem in frame.attrs[ADVICE]]
    return rows


def read_return(release: Release, path: Path, known: Mapping[str, Return]) -> pd.DataFrame:
    """The figures of one spreadsheet of a known return, with what is advised of it in the frame's `ADVICE`.

    Raises Refusal with all cells that it does not take.
    """
    found = sheets(release, path)
    table = _table(release.name_of(path), found)
    one = _named(table, known)
    marks = marks_of_workbook(path, release.name_of(path))
    sheet = filled(table, one, marks.get(table.sheet.name or "") if marks else None)
    if not sheet.lines:
        raise refuse(table.sheet, "no figure below the header", "a row for each figure", "Fill the return in.")
    # While a file is recognised, the day on which it is handed in is not known.
    handed_in = today() if release.released_on == date.min else release.released_on
    problems = [*problems_of_lines(sheet, one, handed_in), *problems_outside(sheet, one, found, marks)]
    rows = _frame(sheet, one)
    rows.attrs[ADVICE] = refuse_problems(problems)
    return rows


def _frame(sheet: Filled, one: Return) -> pd.DataFrame:
    of_sheet = (sheet.table.sheet.file, sheet.table.sheet.name)
    rows = []
    for line in sheet.lines:
        area, period, measure, figure, document, page = (line.texts[header] for header in HEADERS)
        labels = (one.return_id, one.area_type, area, period, measure, document or None, page or None)
        rows.append((*labels, figure, *of_sheet, sheet.address(line, "Figure")))
    return pd.DataFrame(rows, columns=[*COLUMNS, *CELL_COLUMNS], dtype=object)


def _table(name: str, workbook: Sequence[Sheet]) -> Table:
    found = [table for sheet in workbook if (table := find_table(sheet, [(h.lower(),) for h in HEADERS]))]
    if len(found) == 1:
        return found[0]
    if found:
        *others, last = [repr(table.sheet.name) for table in found]
        raise refuse(
            name,
            f"the columns of a return on the sheets {', '.join(others)} and {last}",
            "one sheet with them",
            "Copy the figures to one of the sheets, and delete the others.",
        )
    refuse_problems(changed_headings(workbook))
    raise refuse(
        name,
        "no sheet with the columns of a return",
        "one sheet with the columns " + ", ".join(HEADERS),
        "Write a new spreadsheet with `warehouse template NAME`, and copy the figures into it.",
    )


def _named(table: Table, known: Mapping[str, Return]) -> Return:
    """The return that a cell above the figures names."""
    above = [(row, cells) for row, cells in table.sheet.rows if row < table.header_row][-ROWS_ABOVE:]
    for row, cells in above:
        for column, text in enumerate(cells):
            if named := NAMES_RETURN.search(text):
                if named[1] in known:
                    return known[named[1]]
                raise refuse(
                    table.sheet.place(row, column),
                    f"the return {named[1]!r}",
                    f"one of {', '.join(known)}",
                    "Correct it.",
                )
    raise refuse(
        table.sheet,
        f"no cell above the header in row {table.header_row} that names the return",
        "a cell such as 'Return: naloxone'",
        "Write a new spreadsheet with `warehouse template NAME`, and copy the figures into it.",
    )


partners_returns = dataset(
    __name__,
    read,
    columns=COLUMNS,
    headers=[(header.lower(),) for header in HEADERS],
    title="Returns of partners",
    licence="For the members of the partnership",
    landing_page=own_page(),
    expected_every=None,
    periods=Periods("period", KINDS),
    handed_in=True,
    in_words=lambda rows: in_words(rows, returns()),
    changes=changes_of,
    claims=is_of_a_return,
)
