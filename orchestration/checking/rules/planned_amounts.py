"""Amounts that are a plan or a budget, of which a share is a distance: "£4.4m (10%) over the plan of £4.0m"."""

import re

from orchestration.checking.context import Context
from orchestration.checking.figures import Figure

# "£30,000 (2.4%) over budget": a share of the plan, which is no amount of another paragraph.
OF_PLAN = re.compile(r"\s*\)?\s*(?:over|under|above|below|more than|less than|short of|ahead of)\b", re.IGNORECASE)
PLAN = re.compile(
    r"\b(?:budget\w*|plan\w*|grants?|allocat\w+|allow\w+|contract|value|price|estimate\w*|target\w*)\b[^.;£\d]{0,40}£?$",
    re.IGNORECASE,
)


def is_plan(context: Context, figure: Figure) -> bool:
    """Whether an amount is called a plan, a budget or the like in its block."""
    return PLAN.search(context.document.blocks[figure.mark.block].text[: figure.mark.start]) is not None
