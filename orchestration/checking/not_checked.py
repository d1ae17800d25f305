"""What a check passes over: figures that nothing was compared with, and claims about earlier years."""

import re
from dataclasses import dataclass

from orchestration.checking.context import Context
from orchestration.checking.figures import GUESS, Figure
from orchestration.checking.findings import Finding, Mark, Relation
from orchestration.checking.rules import runs
from orchestration.checking.rules.readings import Reader

OF_OTHER_YEARS = re.compile(
    r"[^.;:]{0,60}\b(?:for the first time(?: since [^.;,]{0,20})?|"
    r"(?:highest|lowest|largest|smallest) (?:\w+ ){0,3}(?:since|on record|ever|in (?:over )?(?:\w+) years)|record "
    r"(?:high|low))[^.;:]{0,30}",
    re.IGNORECASE,
)


@dataclass
class NotChecked:
    """What the checker passed over, with the reason."""

    text: str
    mark: Mark
    reason: str

    def key(self) -> tuple[int, int, int, int]:
        """Its place in the order of the document."""
        return (self.mark.block, self.mark.place.row or 0, self.mark.place.column or 0, self.mark.start)


def not_followed(misread: list[Relation], findings: list[Finding]) -> list[NotChecked]:
    """The numbers that do not follow from those near them, which they may not be meant to do."""
    told = {finding.mark for finding in findings}
    found: dict[Mark, NotChecked] = {}
    for relation in misread:
        expected, result = relation.expected(), relation.result
        if result.mark not in told and expected is not None:
            reason = f"It does not follow from the numbers near it, and may be of others. {relation.explain(expected)}"
            found.setdefault(result.mark, NotChecked(result.text, result.mark, reason))
    return list(found.values())


def passed_over(
    context: Context,
    reader: Reader,
    figures: list[Figure],
    relations: list[Relation],
    findings: list[Finding],
) -> list[NotChecked]:
    """The figures that nothing was compared with, and claims about earlier years that it gives too few values for."""
    compared = {term.mark for relation in relations for term in relation.terms}
    compared |= {mark for finding in findings for mark in (finding.mark, *finding.marks)}
    found = {}
    for figure in figures:
        if figure.mark not in compared and figure.mark not in found:
            reason = "Nothing else in the document says what it should be."
            if figure.bound == GUESS and figure.period is None:
                reason = "The text does not say which period it is of, and nothing else gives it."
            found[figure.mark] = NotChecked(figure.number.text, figure.mark, reason)
    result = list(found.values())
    for sentence in reader.sentences:
        reason = "No values of those earlier years were found in the document."
        for match in OF_OTHER_YEARS.finditer(sentence.text):
            place = context.document.blocks[sentence.block].place
            mark = Mark(sentence.block, place, sentence.start + match.start(), sentence.start + match.end())
            result.append(NotChecked(match[0].strip(), mark, reason))
    result += [NotChecked(text, mark, reason) for mark, text, reason in runs.beyond_values(context, reader)]
    return result
