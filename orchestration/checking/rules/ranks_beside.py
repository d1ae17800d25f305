"""The figures that a superlative is said of: "highest in Ash, at 43.7%", "the fewest (97)"."""

import re

from orchestration.checking import figures as kinds
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import slip_between
from orchestration.checking.rules.ranked import same_figure
from orchestration.checking.rules.superlatives import Claim
from orchestration.checking.rules.within_tables import term
from orchestration.checking.tables import Table

AT_SHARE = re.compile(
    r"(?:\s+(?:in|on|at|for|among|with|was|were)\s+[^.;:()\d]{2,40})?,?\s*(?:\(|\b(?:at|with|on)\s+)$"
)


def share_beside(sentence: Sentence, claim: Claim) -> Figure | None:
    """The percentage that a superlative is said of: "highest in Ash, at 43.7%"."""
    return next(
        (
            one
            for one in sentence.figures
            if one.number.unit == "percent"
            and one.kind == kinds.SHARE
            and one.mark.start - sentence.start >= claim.end
            and AT_SHARE.fullmatch(said := sentence.text[claim.end : one.mark.start - sentence.start])
            and not re.search(r"\b(?:but|while|whereas|although|number)\b", said)
        ),
        None,
    )


def told_before(sentence: Sentence, claim: Claim) -> Figure | None:
    """The figure that a superlative is said of directly behind it: "it was 51, the highest of the four"."""
    before = sentence.text[: claim.start]
    return next(
        (
            one
            for one in reversed(sentence.figures)
            if not one.is_change
            and not one.number.is_word
            and one.mark.end - sentence.start <= claim.start
            and re.fullmatch(r"%?,\s+(?:by far\s+)?the\s+", before[one.mark.end - sentence.start :])
        ),
        None,
    )


LONG = 3


def has_value(table: Table, name: str, figure: Figure) -> bool:
    """Whether the row of a name has a figure, or one that it is a usual slip of."""
    # Of two digits, one is soon another.
    is_long = len(re.sub(r"\D", "", figure.number.text)) >= LONG
    return any(
        same_figure(figure, cell.value)
        or figure.number.fits(cell.value)
        or (is_long and slip_between(figure.number.text, cell.text))
        for row in table.rows
        if row.label == name
        for column in table.columns
        if (cell := term(table, row, column)) is not None
    )


def in_bracket(sentence: Sentence, claim: Claim) -> Figure | None:
    """The count in the bracket directly behind a superlative: "the fewest (97)", "the most orders (164)"."""
    return next(
        (
            one
            for one in sentence.figures
            if one.kind == kinds.VALUE
            and one.mark.start - sentence.start >= claim.end
            and re.fullmatch(
                r"(?:\s+[a-z'’-]+){0,2}\s*\(\s*£?", sentence.text[claim.end : one.mark.start - sentence.start]
            )
        ),
        None,
    )
