"""Whether a row has the place in a column that a superlative gives it."""

from orchestration.checking.rules.series import Line
from orchestration.checking.rules.superlatives import Claim


def is_true(line: Line, names: tuple[str, ...], claim: Claim) -> bool:
    own = [line.values[name] for name in names]
    if is_smallest(line, own, claim):
        return True
    values = sorted(line.values.values(), reverse=wants_high(claim))
    if claim.nth > 1:
        return values.index(own[0]) + 1 == claim.nth if len(own) == 1 else False
    cut = values[len(own) - 1]
    return all(value >= cut if wants_high(claim) else value <= cut for value in own)


def is_smallest(line: Line, own: list[float], claim: Claim) -> bool:
    """Whether a change is the smallest of those of its direction, or the smallest or largest whatever its direction."""
    if claim.way == "value" or len(own) != 1:
        return False
    sizes = sorted((abs(one) for one in line.values.values()), reverse=claim.is_high)
    if claim.way == "change":
        return abs(own[0]) in sizes and sizes.index(abs(own[0])) + 1 == claim.nth
    way = 1 if claim.way == "rise" else -1
    sizes = sorted(abs(one) for one in line.values.values() if one * way > 0)
    return not claim.is_high and own[0] * way > 0 and sizes.index(abs(own[0])) + 1 == claim.nth


def wants_high(claim: Claim) -> bool:
    """Whether the claim is of the highest number: the largest fall is the lowest change."""
    return claim.is_high != (claim.way == "fall")


def extreme(line: Line, claim: Claim) -> str:
    way = {"rise": 1, "fall": -1}.get(claim.way, 0)
    # The smallest rise is none of the falls.
    values = {} if claim.is_high else {name: value for name, value in line.values.items() if value * way > 0}
    order = sorted(values or line.values, key=lambda name: line.values[name], reverse=wants_high(claim))
    return order[min(claim.nth, len(order)) - 1]
