"""Which place a number in a sentence is of."""

import re
from collections.abc import Sequence

from orchestration.checking import figures as kinds
from orchestration.checking.names import Named
from orchestration.checking.numbers import Number

POINTS_BACK = re.compile(
    r"^(?:it|they|this|that|these|those|of these|of those|of them|here|there|the rate|the number|the figure|most|"
    r"both|its|their|the increase|the rise|the fall|the decrease)\b",
    re.I,
)
OF_THE_WHOLE = re.compile(
    r"(?:^|[.;:]\s*)overall,|\b(?:in total|in all|altogether|across (?:the|all|our|this)|force-?wide|county-?wide|"
    r"region-?wide|the (?:force|partnership|board|"
    r"region|borough|county|district|city|trust) (?:as a whole|recorded|had|has|total)|throughout the)\b",
    re.IGNORECASE,
)


# "Abbey has overtaken Station, with 121 against 119": the first number is Abbey's.
OVERTAKEN = re.compile(
    r"\b(?:overt(?:ook|aken)|passed|exceed(?:ed|s)|surpassed|ahead of|behind|than)\s+(?:the\s+)?$", re.I
)
# "Fell by 1.4%, mainly because of Corley": the fall is not Corley's.
CAUSE = re.compile(
    r"\b(?:because|due|owing|thanks|driven|led|explained|attribut\w+|caused|result(?:ing)?|reflect\w*)\b", re.IGNORECASE
)
# "Up by 81, most of all in Camsey", "although they fell in Camsey": what all have.
ABOVE_ALL = re.compile(
    r"\b(?:although|though|despite|except|"
    r"most of all|above all|mostly|mainly|chiefly|largely|especially|particularly|notably|in particular)\b",
    re.IGNORECASE,
)
AND = re.compile(r"\b(?:and|but|while|whereas)\b", re.IGNORECASE)
OWN_NUMBER = re.compile(r"\s*(?:(?:by|at|to|with|it was|was|were)\s+|,\s+|\(\s*)+(?:about |around |only )?[+-]?£?\d")
WITH_OWN = re.compile(r",?\s+(?:now\s+)?(?:with|at|having|reaching)\s+(?:about\s+|around\s+)?")


class Places:
    """The places that a sentence names, and which of its numbers is of which. `own` is the document's own place.

    `area_before` is the place of the sentence before, `number_in_block` how many stand before it.
    """

    def __init__(
        self,
        text: str,
        named: Sequence[Named],
        numbers: Sequence[Number],
        own: str,
        area_before: str,
        number_in_block: int,
    ) -> None:
        self.text, self.named, self.numbers, self.own = text, named, numbers, own
        self.area_before, self.number_in_block = area_before, number_in_block

    def areas_of(self, number: Number, kind: str) -> list[tuple[str, bool]]:
        """The areas of a number, each with whether the sentence says so. A number may be that of several."""
        if kind == kinds.COUNT_OF_AREAS:
            return [(self.own, False)]
        paired = self.paired(number)
        if paired:
            return [(paired, True)]
        left = [one for one in self.named if one.end <= number.start and not self.is_aside(one, number)]
        right = [one for one in self.named if one.start >= number.end]
        own = self.own
        inside = [one for one in left if one.name != own] or left
        if not inside and right and (right[0].name != own or len(right) == 1):
            between = self.text[number.end : right[0].start]
            preposition = r"\b(?:in|for|of|at|across|among|from)\s+(?:the\s+)?(?:city of\s+)?$"
            counted = any(number.end <= one.start < right[0].start for one in self.numbers)
            is_place = (
                re.search(preposition, between, re.I) and not CAUSE.search(between) and not ABOVE_ALL.search(between)
            )
            # "Up by 1.3% in a year, and in Corley by 12.3%": the place has a number of its own.
            has_own = AND.search(between) and OWN_NUMBER.match(self.text, right[0].end)
            is_place = is_place and not has_own
            if is_place and not re.search(r"[;(]", between) and not counted:
                return [(right[0].name, True)]
        if left:
            last = left[-1]
            if len(left) > 1 and OVERTAKEN.search(self.text[: last.start]):
                behind = WITH_OWN.fullmatch(self.text[last.end : number.start])
                if behind:
                    return [(left[-2].name, True)]
            if (
                right
                and not re.search(r"\d", self.text[number.end : right[0].start])
                and self.is_said_after(number, right[0], last)
            ):
                return [(right[0].name, True)]
            group = self.group_at(last)
            if len(group) > 1 and self.shares_number(number, group):
                return [(one.name, True) for one in group]
            if OF_THE_WHOLE.search(self.text[last.end : number.start]) and own:
                return [(own, True)]
            return [(last.name, True)]
        if POINTS_BACK.match(self.text) and self.area_before:
            return [(self.area_before, False)]
        if self.area_before and not OF_THE_WHOLE.search(self.text) and not self.named and self.number_in_block:
            return [(self.area_before if POINTS_BACK.match(self.text) else own, False)]
        return [(own, bool(OF_THE_WHOLE.search(self.text)))]

    def is_aside(self, place: Named, number: Number) -> bool:
        """Whether a place has its own number in a bracket that closed before: "53% (England: 57%), up from 41%"."""
        opened = re.search(r"\(\s*(?:in |for |the |cf\.? |vs\.? )*$", self.text[: place.start])
        closed = self.text.find(")", place.end)
        return (
            opened is not None
            and 0 <= closed < number.start
            and any(place.end <= one.start < closed for one in self.numbers)
        )

    def is_said_after(self, number: Number, after: Named, last: Named) -> bool:
        """Whether a number is of the place after it: "a 4.8% rise in Wolverhampton", where a clause begins between."""
        between = self.text[number.end : after.start]
        begins = re.search(r"[;,]|\b(?:and|while|whereas|but|with)\b", self.text[last.end : number.start])
        counted = any(last.end <= one.start < number.start for one in self.numbers) or self.has_number_before(last)
        return bool(
            re.fullmatch(r"(?:\s+[\w'’-]+){0,4}\s+(?:in|for|at|of)\s+(?:the\s+)?", between) and begins and counted
        )

    def has_number_before(self, place: Named) -> bool:
        """Whether a place has its own number just before it: "64.1% at the Infirmary and 61.0% at the Hospital"."""
        before = [one for one in self.numbers if one.end <= place.start]
        return bool(before) and (
            re.fullmatch(
                r"(?:\s+[\w'’-]+){0,3}\s+(?:in|for|at|of)\s+(?:the\s+)?", self.text[before[-1].end : place.start]
            )
            is not None
        )

    def group_at(self, last: Named) -> list[Named]:
        """The places that are listed together with one: "Walsall, and Dudley"; brackets may stand between."""
        at = self.named.index(last)
        group = [last]
        while at > 0:
            between = self.text[self.named[at - 1].end : self.named[at].start]
            if not re.fullmatch(r"\s*(?:\([^()]*\))?\s*(?:,|and|&|,\s*and)\s*(?:in\s+)?", between):
                break
            at -= 1
            group.insert(0, self.named[at])
        return group

    def shares_number(self, number: Number, group: list[Named]) -> bool:
        """Whether one number is said of all places of a group: "with around 2,000", "both had 11"."""
        between = self.text[group[-1].end : number.start]
        if re.search(r"\d", between) or re.match(r"\s*\(", between):
            return False
        others = [one for one in self.numbers if one is not number and group[-1].end <= one.start]
        follows = [
            one for one in others if re.fullmatch(r"\s*(?:,|and|,\s*and|to)\s*", self.text[number.end : one.start])
        ]
        return not follows

    def paired(self, number: Number) -> str:
        """The place of a number in a list of numbers that follows a list of as many places, one for one."""
        run = [number]
        at = self.numbers.index(number)
        for other in self.numbers[at + 1 :]:
            if (
                not re.fullmatch(r"(?:\s+(?:[a-z]+\s*)?)?(?:,|and|,\s*and)\s*", self.text[run[-1].end : other.start])
                or other.unit != number.unit
            ):
                break
            run.append(other)
        first = at
        while (
            first > 0
            and re.fullmatch(
                r"(?:\s+(?:[a-z]+\s*)?)?(?:,|and|,\s*and)\s*", self.text[self.numbers[first - 1].end : run[0].start]
            )
            and self.numbers[first - 1].unit == number.unit
        ):
            first -= 1
            run.insert(0, self.numbers[first])
        if len(run) < 2:
            return ""
        before_run = [one for one in self.named if one.end <= run[0].start]
        if not before_run:
            return ""
        group = self.group_at(before_run[-1])
        return group[run.index(number)].name if len(group) == len(run) else ""
