"""Intervals around a value as a sentence prints them: "(95% CI: 70.9% to 75.9%)", "73.4% (70.9% to 75.9%)"."""

import re

from orchestration.checking.numbers import Number

# "(95% CI: 70.9% to 75.9%)": the ends of an interval are no values of their own.
INTERVAL = re.compile(
    r"\b(?:(?:confidence|credible|uncertainty|interquartile|prediction)\s+(?:intervals?|limits?|range)|CI|IQR|range)"
    r"\s*(?:[:,=(\[]|of|from|is|was|between)?\s*$",
    re.IGNORECASE,
)
UPPER_END = re.compile(r"\s*%?\s*(?:to|and|[-–—])\s*(\d[\d,]*(?:\.\d+)?)%?\s*[);]")


def begins_interval(number: Number, text: str, values: list[tuple[Number, str, str]]) -> bool:
    """Whether a bracket gives the range around the value before it: "73.4% (70.9% to 75.9%)"."""
    ends = UPPER_END.match(text, number.end)
    if not values or not ends or not re.search(r"\(\s*$", text[: number.start]):
        return False
    return number.value <= values[-1][0].value <= float(ends[1].replace(",", ""))
