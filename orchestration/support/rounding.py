"""Rounding as people round, and as the models do: a half goes up."""

from decimal import ROUND_HALF_UP, Decimal


def rounded(value: float, decimals: int) -> Decimal:
    """A number with so many decimals: 8.35 becomes 8.4, where the binary number nearest to it would become 8.3."""
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
