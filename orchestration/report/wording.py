"""Numbers and units as the report writes them, in any format."""

from orchestration.report.contents import change_unit
from orchestration.support.rounding import rounded

# Units that a sentence says after a number; the others are the things that the sentence counts.
SAID_UNITS = ("kilograms", "percentage points", "minutes", "hours", "days", "weeks", "months", "years")


def number_text(value: float, decimals: int, *, signed: bool = False) -> str:
    """`8216.0, 0` → `8,216`, with a true minus sign; `signed` shows a plus sign too."""
    text = f"{rounded(abs(value), decimals):,}"
    if float(text.replace(",", "")) == 0:
        return text
    return ("−" if value < 0 else "+" if signed else "") + text


def unit_after(unit: str) -> str:
    """The unit after a number in a sentence; the sentence itself names things that are counted."""
    if unit == "percent":
        return "%"
    return f" {unit}" if unit.startswith("per ") or unit in SAID_UNITS else ""


def points_after(unit: str) -> str:
    """The unit after the change of a percentage; nothing after any other change."""
    return f" {change_unit(unit)}" if change_unit(unit) != unit else ""
