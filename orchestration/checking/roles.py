"""What the figures of a column or a row are, by its label and their units: values, shares, rates, changes."""

import re

from orchestration.checking import labels
from orchestration.checking.numbers import Number


def role_of(label: str, numbers: list[Number]) -> str:
    """What a header says its figures are; a year over a count and its change is no change."""
    percents = sum(number.unit == "percent" for number in numbers)
    signed = sum(number.sign != 0 for number in numbers)
    most = len(numbers) / 2 + (0.5 if labels.label_period(label) else 0)
    if labels.CHANGE.search(label) or (signed and signed >= most) or labels.POINTS.search(label):
        return "change"
    if labels.scale_of(label):
        return "rate"
    if labels.SHARE.search(label) or (numbers and percents >= len(numbers) / 2 and percents):
        return "share"
    if re.search(r"\brates?\b", label, re.I) and any(number.decimals for number in numbers):
        return "rate"
    return "value"


def are_changes(numbers: list[Number]) -> bool:
    """Whether the numbers of a row that is called a change are printed as changes are: with a sign, or in percent."""
    return all(number.unit == "percent" for number in numbers) or any(number.sign for number in numbers)
