"""Which counts a public file must leave out so that none of the small ones can be worked out again.

Leaving out the small counts alone (primary suppression) is not enough: a total less its other parts gives them back.
So further counts are left out with them (secondary suppression). For each small count this finds the cheapest set of
counts that, left out together, admits a value of it that is not small, with whole values of the others that keep every
published sum. Those values are the proof that no sum tells the count, nor even that it is small. (That it is hidden
without being part of any sum tells that it is small, and no more.)
(The cell suppression problem, as in Fischetti and Salazar, Management Science 2001, solved one count at a time as a
mixed-integer programme by HiGHS.)
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import highspy

from orchestration.support.refusal import Refusal

# measure_id, area_code, period_id.
Key = tuple[str, str, str]

# Seconds after which the best set found so far is taken, rather than a cheaper one looked for.
SECONDS_TO_IMPROVE = 10


@dataclass(frozen=True)
class Count:
    """One count that may be left out: its value, the least and the most that anybody knows it to be, and, where it must
    be left out, the value that nobody may be able to rule out.
    """

    value: int
    at_least: int
    must_admit: int | None = None
    at_most: int | None = None


class Rest(NamedTuple):
    """What no published figure says of a sum: its value, and the least and the most that anybody knows it to be."""

    value: int
    at_least: int = 0
    at_most: int | None = None


# The counts of a sum with their signs, and its rest, None where there is none.
Sum = tuple[dict[Key, int], Rest | None]


@dataclass
class Table:
    """What was published at one moment.

    `counts` are those that may be left out; every other figure is known to all. `sums` are what ties them: in each
    the counts, times their signs, and a rest make a figure known to all.
    """

    counts: dict[Key, Count] = field(default_factory=dict)
    sums: list[Sum] = field(default_factory=list)


def keys_to_hide(tables: Iterable[Table], hidden_before: Iterable[Key] = ()) -> set[Key]:
    """The keys to leave out of all tables: those that were before, those that must be, and the others that their
    protection needs.

    Raises `Refusal` where a count cannot be protected, because figures that are known to all give it away.
    """
    tables = list(tables)
    hidden = set(hidden_before)
    hidden |= {key for table in tables for key, count in table.counts.items() if count.must_admit is not None}
    for table in tables:
        for counts, sums in _connected(table):
            small = [key for key, count in counts.items() if count.must_admit is not None]
            for key in sorted(small, key=lambda key: (-counts[key].value, key)):
                among = {other: count for other, count in counts.items() if other in hidden}
                if _changed_with(key, among, sums, hidden) is None:
                    changed = _changed_with(key, counts, sums, hidden)
                    if changed is None:
                        raise Refusal(
                            f"The public edition: found no way to hide {', '.join(key)}, because figures that are "
                            "public give it away; expected other counts that can be left out with it. Make its dataset "
                            "public in seeds/rules/disclosure_policies.csv, or a dataset it is summed with not."
                        )
                    hidden |= changed
    return hidden


def _connected(table: Table) -> Iterator[tuple[dict[Key, Count], list[Sum]]]:
    """The parts of a table that no sum ties to each other, where they hold a count that must be left out."""
    leader = {key: key for key in table.counts}

    def find(key: Key) -> Key:
        while leader[key] != key:
            leader[key] = leader[leader[key]]
            key = leader[key]
        return key

    for signs, _ in table.sums:
        first, *others = signs
        for other in others:
            leader[find(other)] = find(first)
    members: dict[Key, dict[Key, Count]] = defaultdict(dict)
    for key, count in table.counts.items():
        members[find(key)][key] = count
    sums = defaultdict(list)
    for signs, rest in table.sums:
        sums[find(next(iter(signs)))].append((signs, rest))
    for head, counts in members.items():
        if any(count.must_admit is not None for count in counts.values()):
            yield counts, sums[head]


def _changed_with(
    key: Key,
    counts: Mapping[Key, Count],
    sums: Iterable[Sum],
    hidden: set[Key],
) -> set[Key] | None:
    """The counts that have other values when `key` has the one it must admit and every sum is kept, at the least cost
    of those not hidden yet; None where there are no such values.
    """
    solver = highspy.Highs()
    solver.silent()
    solver.setOptionValue("time_limit", float(SECONDS_TO_IMPROVE))
    # A change need not be larger than the one asked for, in any sum of counts that each may change.
    must_admit = counts[key].must_admit
    if must_admit is None:
        raise ValueError(f"{key} need not be hidden")
    wanted = must_admit - counts[key].value
    most = 4 * wanted
    changes, price = {}, []
    for other, count in counts.items():
        least = min(count.at_least, count.value) - count.value
        greatest = most if count.at_most is None else min(max(count.at_most, count.value) - count.value, most)
        change = solver.addVariable(lb=float(max(least, -most)), ub=float(greatest), type=highspy.HighsVarType.kInteger)
        changes[other] = change
        if other not in hidden:
            is_changed = solver.addBinary()
            solver.addConstr(change <= most * is_changed)
            solver.addConstr(change >= -most * is_changed)
            price.append((1 + math.log10(1 + count.value)) * is_changed)
    solver.addConstr(changes[key] == wanted)
    for signs, rest in sums:
        terms = [sign * changes[other] for other, sign in signs.items() if other in changes]
        if not terms:
            continue
        if rest is None:
            solver.addConstr(sum(terms) == 0)
        else:
            # What the counts lose, the rest that nobody published gains, within what is known of it.
            solver.addConstr(sum(terms) <= max(rest.value - rest.at_least, 0))
            if rest.at_most is not None:
                solver.addConstr(sum(terms) >= min(rest.value - rest.at_most, 0))
    solver.minimize(sum(price)) if price else solver.solve()
    if solver.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    return {other for other, change in changes.items() if abs(solver.val(change)) > 0.5}
