"""What the workbook of a return tells whoever fills it in."""

from orchestration.datasets.partners.spreadsheet.definitions import SYMBOLS, Asked, Return
from orchestration.reading.periods import CALENDAR_YEAR, FINANCIAL_YEAR, MONTH, QUARTER

HOW_IT_IS_READ = "Fill in the sheet Figures and send the workbook back. It is read by its column headings."

HIDDEN_IN_PART = "counts_hidden"
PUBLIC = {
    "withheld": "The members of the partnership. No figure of this return is in the public edition.",
    HIDDEN_IN_PART: "The members of the partnership. The public edition has it without small counts.",
    "whole": "Everybody: the public edition has all of it.",
}

PERIODS = {
    MONTH: "Months, such as March 2026.",
    QUARTER: "Quarters, each written by its months, such as April to June 2026. Do not write Q2, which can be either "
    "April to June or July to September.",
    FINANCIAL_YEAR: "Financial years: 2025/26 is April 2025 to March 2026.",
    CALENDAR_YEAR: "Calendar years: 2026 is January to December 2026.",
}

IN_PER_CENT = " Write 82 for 82%. If it is less than one per cent, write it with an apostrophe before it: '0.82%."


def instructions(one: Return) -> list[tuple[str, str]]:
    """The sheet of instructions of a return: what each row is about, and what it says."""
    return [
        ("What it is of", one.definition),
        ("Who fills it in", one.owner),
        ("Where", "Fill in the sheet Figures: one row for each area, period and measure."),
        ("Period", PERIODS[one.period_kind]),
        ("Every row", "If there is no figure, write a symbol instead. An empty cell is sent back to you."),
        *((symbol, f"The figure is {meaning}.") for symbol, meaning in SYMBOLS.items()),
        ("More rows", "Add other periods below. Choose area, period and measure from the lists."),
        ("Source document and Page", "Fill these in only if you took a figure from a document."),
        ("Do not change", "The headings, the cell that names the return, and the spelling of the lists."),
        ("Corrections", "Send the whole return again with the corrected figure. The earlier figure is kept beside it."),
        ("Who may read it", PUBLIC[one.public_edition]),
        *((asked.label, _of_measure(asked)) for asked in one.asked),
    ]


def _of_measure(asked: Asked) -> str:
    return f"{asked.definition} ({asked.unit}; {asked.expected}){IN_PER_CENT if asked.is_percentage else ''}"
