"""Prints the cells of one workbook as JSON. A program of its own, because a hostile workbook can end the process.

One cell at the far corner of a sheet of a few kilobytes makes the workbook library ask for half a terabyte and abort;
only a process with a limit on its memory contains that. It is started by `orchestration.tables` and imports nothing of
the project.
"""

import contextlib
import datetime
import json
import re
import sys
import zipfile

MEMORY_LIMIT = 1_000_000_000

# More characters than a cell of a workbook can hold.
LONGEST_CELL = 32_767

# A statistical workbook holds some hundred thousand cells.
MOST_CELLS = 3_000_000


class Unreadable(Exception):
    """What a person is told about a workbook that cannot be read: what was found, what was expected."""


def limit_memory() -> None:
    """Caps this process's memory where the system can (not on Windows, where the time limit alone holds)."""
    with contextlib.suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))


def text_of(cell: object) -> str:
    """A cell as text: whole numbers without a decimal point, dates and times in ISO form, True and False as words."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime.date | datetime.time | datetime.datetime):
        return cell.isoformat()
    return str(cell)


# In the XML of an xlsx sheet: a cell whose formula has no stored value, and a cell that holds an error. The library
# gives both as empty text, which would pass for a cell that the publisher left empty.
UNCALCULATED = re.compile(
    rb'<c r="([A-Z]+[0-9]+)"[^>]*>\s*<f(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>'
    rb'|<c r="([A-Z]+[0-9]+)"[^>]* t="e"[^>]*>'
)


def refuse_uncalculated(path: str) -> None:
    """Raises `Unreadable` for an xlsx with a formula that was never calculated or an error such as #N/A."""
    with open(path, "rb") as stream:  # noqa: PTH123
        if stream.read(4) != b"PK\x03\x04":
            return
    with zipfile.ZipFile(path) as archive:
        for member in sorted(archive.namelist()):
            if member.startswith("xl/worksheets/") and member.endswith(".xml"):
                found = UNCALCULATED.search(archive.read(member))
                if found:
                    cell = (found[1] or found[2]).decode()
                    what = "a formula without a calculated value" if found[1] else "an error such as #N/A"
                    raise Unreadable(f"{what} in cell {cell} of {member}", "figures")


def sheets_of(path: str) -> list[dict]:
    """Each sheet's `name` and `rows`: pairs of the row's number and its cells from column A, without empty ends."""
    from python_calamine import CalamineWorkbook

    sheets, cells_read = [], 0
    with open(path, "rb") as stream:  # noqa: PTH123
        workbook = CalamineWorkbook.from_filelike(stream)
        for name in workbook.sheet_names:
            rows = []
            for number, row in enumerate(workbook.get_sheet_by_name(name).to_python(skip_empty_area=False), start=1):
                cells = [text_of(cell) for cell in row]
                while cells and not cells[-1]:
                    cells.pop()
                if not cells:
                    continue
                for column, cell in enumerate(cells, start=1):
                    if len(cell) > LONGEST_CELL:
                        raise Unreadable(
                            f"{len(cell)} characters in row {number}, column {column} of sheet {name!r}",
                            f"at most {LONGEST_CELL}, the most a cell can hold",
                        )
                cells_read += len(cells)
                if cells_read > MOST_CELLS:
                    raise Unreadable(f"more than {MOST_CELLS} cells", "a statistical workbook")
                rows.append([number, cells])
            sheets.append({"name": name, "rows": rows})
    return sheets


def main() -> None:
    limit_memory()
    try:
        refuse_uncalculated(sys.argv[1])
        answer = {"sheets": sheets_of(sys.argv[1])}
    except Unreadable as unreadable:
        answer = {"unreadable": unreadable.args}
    except MemoryError:
        answer = {"unreadable": ("contents that need more memory than 1 GB", "a statistical workbook")}
    except Exception as error:  # the library has a dozen of its own, none of which says more than its text
        answer = {"unreadable": (f"a workbook that cannot be read ({error})", "a whole workbook without a password")}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
