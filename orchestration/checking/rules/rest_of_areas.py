"""How many are left: "rose in A and B and fell in the other three wards", against the rows of the table."""

import re
from collections.abc import Iterator

from orchestration.checking.context import Context
from orchestration.checking.directions import ANY_WAY
from orchestration.checking.findings import ERROR, Finding, Mark
from orchestration.checking.kinds import AREAS
from orchestration.checking.numbers import WORDS
from orchestration.checking.rules.counted import tables_of
from orchestration.checking.rules.readings import Reader, place_of
from orchestration.checking.rules.series import rows_to_rank

COUNT = r"two|three|four|five|six|seven|eight|nine|ten"
OTHERS = re.compile(
    rf"\b(?:in|at|for|across)\s+(?:all\s+)?(?:the\s+)?(?:other|remaining)\s+(?P<count>{COUNT})"
    rf"(?:\s+(?:[a-z]+\s+)?{AREAS})?(?=\s*(?:[.,;(]|$))",
    re.IGNORECASE,
)
# "Rose in A, fell in B (than in C)": what is only compared is no part of the count.
COMPARED = re.compile(r"\b(?:than|compared|unlike|like|except|outside)\b", re.IGNORECASE)


UNKNOWN = re.compile(
    r"\b(?:unknown|others?|not (?:known|stated|recorded)|elsewhere|outside|unassigned|no fixed)\b", re.IGNORECASE
)


def others_counted(context: Context, reader: Reader) -> Iterator[Finding]:
    """The places that a sentence names, and how many others it says there are: together all rows of the table."""
    for sentence in reader.sentences:
        for match in OTHERS.finditer(sentence.text):
            before = re.split(r"[;]|\.\s", sentence.text[: match.start()])[-1]
            if not re.search(rf"\b(?:{ANY_WAY})\b", before, re.IGNORECASE) or COMPARED.search(before):
                continue
            offset = match.start() - len(before)
            named = {
                one.name
                for one in context.names.find(sentence.text)
                if offset <= one.start < match.start() and one.name != context.names.own
            }
            tables = [table for table in tables_of(context, sentence) if table.has_areas]
            sizes = {table.number: {row.label for row in rows_to_rank(table)} - {context.names.own} for table in tables}
            fitting = [rows for rows in sizes.values() if named and named < rows]
            said = int(WORDS[match["count"].lower()])
            unknown = [sum(1 for label in rows if UNKNOWN.search(label)) for rows in fitting]
            if not fitting or any(
                said <= len(rows) - len(named) <= said + more for rows, more in zip(fitting, unknown, strict=True)
            ):
                continue
            rows, block = fitting[0], context.document.blocks[sentence.block]
            left = sorted(rows - named)
            start, end = match.span("count")
            yield Finding(
                "count_of_areas_is_the_tables",
                ERROR,
                Mark(sentence.block, block.place, sentence.start + start, sentence.start + end),
                match["count"],
                str(len(left)),
                f"The table has {len(rows)} rows, and the sentence names {len(named)} of them before: {len(left)} are "
                f"left ({', '.join(left)}).",
                sentence.text,
                place_of(context, sentence),
            )
