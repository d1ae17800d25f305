"""What a file lacks to be in one of the layouts that `warehouse new-source` can lay out."""

from collections.abc import Sequence

from orchestration.reading.periods import EXAMPLES, FINANCIAL_YEAR, MONTH, looks_like_a_period, parse
from orchestration.reading.tables import Sheet
from orchestration.support.refusal import Refusal, refuse

BY_HAND = "Otherwise write its reader by hand, as docs/extending.md says."
PERIOD = f"a period such as {EXAMPLES[FINANCIAL_YEAR]} or {EXAMPLES[MONTH]}"

# With so many of the columns of a tidy CSV, however they are spelt, a file is meant to be one.
MEANT_AS_TIDY = 2


def nearest_miss(name: str, found: Sequence[Sheet], columns: Sequence[str]) -> Refusal:
    """The refusal of a file that is neither a tidy CSV with these columns nor a table of areas and periods.

    It names the first thing that keeps the file from the layout that is nearest.
    """
    for sheet in found:
        if refusal := (_of_tidy(sheet, columns) if sheet.name is None else None) or _of_table(sheet):
            return refusal
    return refuse(
        name,
        "neither a tidy CSV nor a table with a row an area and a column a period",
        f"columns {', '.join(columns)} and one of figures, or a header with the name of an area and at least two "
        f"periods, such as {EXAMPLES[FINANCIAL_YEAR]}",
        "Write its reader by hand, as docs/extending.md says.",
    )


def _of_tidy(sheet: Sheet, columns: Sequence[str]) -> Refusal | None:
    if not sheet.rows:
        return None
    line, header = sheet.rows[0]
    printed = [text.strip() for text in header]
    spelt = {"_".join(text.lower().replace("-", " ").split()): text for text in printed}
    if sum(column in spelt for column in columns) < MEANT_AS_TIDY:
        return None
    missing = [column for column in columns if column not in printed]
    if missing:
        renamed = [f"Rename {spelt[column]!r} to {column!r}." for column in missing if column in spelt]
        added = [f"Add the column {column!r}." for column in missing if column not in spelt]
        return refuse(
            f"{sheet.file}, line {line}",
            f"the columns {_listed(printed)}",
            f"the columns {_listed(columns)} and one of figures",
            " ".join([*renamed, *added]),
        )
    at = printed.index("period")
    for number, cells in sheet.rows[1:]:
        text = cells[at].strip() if at < len(cells) else ""
        if any(cells[1:]) and not parse(text):
            return refuse(sheet.place(number, at, "period"), repr(text), PERIOD, "Correct it.")
    return refuse(
        f"{sheet.file}, line {line}",
        f"the columns {_listed(printed)}, none of which has figures",
        "a column of figures",
        "Add it, or correct its cells.",
    )


def _of_table(sheet: Sheet) -> Refusal | None:
    """What is wrong in the row that has the most periods, or texts that look like one."""
    best: tuple[int, int, tuple[str, ...]] | None = None
    for number, cells in sheet.rows:
        count = sum(bool(parse(text) or _may_be_a_period(text)) for text in map(str.strip, cells))
        if count >= 2 and count > (best[0] if best else 0):
            best = (count, number, cells)
    if best is None:
        return None
    _, number, header = best
    read = [position for position, text in enumerate(header) if parse(text.strip())]
    others = [position for position, text in enumerate(header) if text.strip() and position not in read]
    slips = [position for position in others if _may_be_a_period(header[position].strip())]
    if slips:
        place = sheet.place(number, slips[0], header[slips[0]].strip())
        return refuse(place, f"the heading {header[slips[0]].strip()!r}", PERIOD, f"Correct it. {BY_HAND}")
    row = sheet.place(number, 0).rpartition(", ")[0]
    where = f"{row}, row {number}" if sheet.name else f"{sheet.file}, line {number}"
    if not others:
        return refuse(
            where, "a header of periods alone", "also the heading of the column of areas", "Add it, such as Area."
        )
    return refuse(
        where,
        f"{_listed([header[position].strip() for position in others])} beside the periods, and below them "
        f"{'no row with figures' if len(others) == 1 else 'more than the names and GSS codes of areas'}",
        "a column with the names of areas, at most one with their GSS codes, and figures below each period",
        f"Take the other columns out. {BY_HAND}" if len(others) > 1 else "Add the figures.",
    )


def _may_be_a_period(text: str) -> bool:
    """Whether a heading of a few words holds a year: a sentence with one is a title."""
    return looks_like_a_period(text) and len(text.split()) <= 5


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(repr(text) for text in texts if text)
