"""Rows that a text counts and then lists: "two of the five branches lost visitors: Fenny Cross and Tolby"."""

import re
from collections.abc import Iterator

from orchestration.checking.context import Context
from orchestration.checking.directions import FALL, RISE
from orchestration.checking.figures import Sentence
from orchestration.checking.findings import Finding
from orchestration.checking.rules.readings import BROAD, Reader
from orchestration.checking.rules.rows_counted import RULE, WENT, is_of_rows, is_of_table
from orchestration.checking.rules.rows_said import Mention, listed, mentions, near_tables
from orchestration.checking.rules.said import COUNT, number_of, one_way, words_finding
from orchestration.checking.rules.series import rows_to_rank
from orchestration.checking.rules.years_said import EVERY, ways_said
from orchestration.checking.tables import Table

COUNTED = re.compile(
    rf"(?:^|[.;,]\s+)(?:(?:only|just|but)\s+)?(?P<count>{COUNT})(?:\s+of\s+(?:the|our|these)\s+(?P<whole>{COUNT}))?\s+"
    r"(?P<noun>[a-z-]+)\s+(?P<said>[^.;:()\d]{3,80}?)\s*(?::|,\s+namely|\s[–—-])\s+(?P<list>[^.;:()]+?)\s*(?=[.;(]|$)",
    re.IGNORECASE,
)
ITEMS = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+")
NOT_ALL = re.compile(r"\b(?:among them|including|such as|for example|not|no|neither|except|notably)\b", re.IGNORECASE)


def rows_listed(context: Context, reader: Reader) -> Iterator[Finding]:
    """A list with another number of rows than is said before it, or with a row that went another way."""
    for sentence in reader.sentences:
        if BROAD.search(sentence.text):
            continue
        for match in COUNTED.finditer(sentence.text):
            for table in near_tables(context, sentence):
                is_of_all = match["whole"] and number_of(match["whole"]) == len(rows_to_rank(table))
                if not (is_of_all or is_of_rows(table, match["noun"])) or NOT_ALL.search(match[0]):
                    continue
                group = rows_in_list(context, table, sentence, match)
                finding = wrong_count(context, sentence, match, group) or wrong_row(
                    context, table, sentence, match, group
                )
                if finding is not None:
                    yield finding


def rows_in_list(context: Context, table: Table, sentence: Sentence, match: re.Match) -> list[Mention]:
    """The rows that the list begins with; none if it begins with something else."""
    named = [one for one in mentions(context, table, sentence.text) if one.start >= match.start("list")]
    group = listed(sentence.text, named)[0] if named else []
    between = sentence.text[match.start("list") : group[0].start] if group else "-"
    return group if re.fullmatch(r"(?:the\s+)?", between) else []


def wrong_count(context: Context, sentence: Sentence, match: re.Match, group: list[Mention]) -> Finding | None:
    """A finding where each item of the list is a row, and there are more or fewer of them than is said."""
    items = [one for one in ITEMS.split(match["list"]) if one.strip()]
    if len(items) != len(group) or group[-1].end < match.end("list") or number_of(match["count"]) == len(group):
        return None
    names = ", ".join(one.row.label for one in group)
    why = f"The sentence lists {len(group)} ({names})."
    return words_finding(context, sentence, RULE, match.span("count"), f"{len(group)}", why)


def wrong_row(
    context: Context, table: Table, sentence: Sentence, match: re.Match, group: list[Mention]
) -> Finding | None:
    said = match["said"]
    way = one_way(said) or (1 if RISE.search(said) else 0) - (1 if FALL.search(said) else 0)
    if not way or not is_of_table(table, EVERY.sub(" ", FALL.sub(" ", RISE.sub(" ", said)))):
        return None
    orders = [ways for ways in ways_said(table, said, sentence) if all(one.row.label in ways for one in group)]
    wrong = [one for one in group if orders and all(ways[one.row.label] != way for ways in orders)]
    if not wrong:
        return None
    right = ", ".join(name for name, went in orders[0].items() if went == way) or "none"
    why = f"By {table.name or 'the table'}, what {WENT[way]} is: {right}."
    return words_finding(context, sentence, RULE, (wrong[0].start, wrong[0].end), right, why)
