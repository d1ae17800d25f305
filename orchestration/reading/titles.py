"""What stands above a table: its title, and the year that the title names where no column does."""

import re
from collections.abc import Sequence

from orchestration.reading.periods import FINANCIAL_YEAR, parse
from orchestration.reading.tables import Table
from orchestration.support.refusal import refuse

YEAR = re.compile(
    r"(?:19|20)\d\d(?: ?[/–—-] ?| to )(?:19|20)?\d\d(?!\d)|year ending (?:31 )?march (?:19|20)\d\d", re.IGNORECASE
)


def lines_above(table: Table) -> list[str]:
    """The texts of the cells above a table's header."""
    rows = (cells for row, cells in table.sheet.rows if row < table.header_row)
    return [" ".join(text.split()) for cells in rows for text in cells if text.strip()]


def financial_year_above(table: Table) -> str:
    """The one financial year that the title names, or else the file's name. Raises `Refusal` for none or several."""
    for texts in (lines_above(table), [table.sheet.file.rsplit("/", 1)[-1]]):
        found = _financial_years(texts)
        if len(found) == 1:
            return next(iter(found.values()))
        if found:
            break
    raise refuse(
        table.sheet,
        f"{'the years ' + ', '.join(found.values()) if found else 'no financial year'} above the table",
        "the year of its figures, such as 2018/19 or year ending March 2019",
        "Write the year into the title above the table.",
    )


def _financial_years(texts: Sequence[str]) -> dict[str, str]:
    return {
        period.period_id: text
        for line in texts
        for text in YEAR.findall(line)
        if (period := parse(text, (FINANCIAL_YEAR,)))
    }
