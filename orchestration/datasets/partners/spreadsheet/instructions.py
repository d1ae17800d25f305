"""What the workbook of a return tells whoever fills it in."""

from orchestration.datasets.partners.spreadsheet.definitions import SYMBOLS, Asked, Return

HOW_IT_IS_READ = "Fill in the sheet Figures and send the workbook back. It is read by its column headings."

PUBLIC = {
    "withheld": "The members of the partnership. No figure of this return is in the public edition.",
    "counts_hidden": "The members of the partnership. The public edition has it without small counts.",
    "whole": "Everybody: the public edition has all of it.",
}

IN_PER_CENT = " Write 82 for 82%. If it is less than one per cent, write it with an apostrophe before it: '0.82%."


def instructions(one: Return) -> list[tuple[str, str]]:
    """The sheet of instructions of a return: what each row is about, and what it says."""
    return [
        ("What it is of", one.definition),
        ("Who fills it in", one.owner),
        ("Where", "Fill in the sheet Figures: one row for each area, period and measure."),
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
