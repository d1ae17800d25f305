"""Approximate numbers: one that is said of several places at once is rounded."""

from collections.abc import Iterator

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.findings import MINOR, Finding
from orchestration.checking.rules.readings import Reader, place_of

# From 1,000 on, an approximate number of several places is not given to the last digit.
LEAST, STEP = 1_000, 5


def shared_approximations(context: Context, reader: Reader) -> Iterator[Finding]:
    """ "A, B and C each had around 2,006": a number for several places is no exact one, and is printed as one."""
    for sentence in reader.sentences:
        for figure in sentence.distinct_figures:
            areas = list(dict.fromkeys(one.area for one in sentence.figures if one.mark == figure.mark))
            is_exact = figure.value >= LEAST and figure.value % STEP and not figure.number.decimals
            if len(areas) < 2 or figure.number.about != "about" or figure.kind != kinds.VALUE or not is_exact:
                continue
            rounded = round(figure.value, -1)
            yield Finding(
                "approximation_is_rounded",
                MINOR,
                figure.mark,
                figure.number.text,
                f"a rounded number, as {rounded:,.0f}",
                f"{', '.join(areas[:-1])} and {areas[-1]} are all said to have about {figure.number.text}, so the "
                "number should be rounded.",
                sentence.text,
                place_of(context, sentence),
            )
