"""Superlatives and ranks against the tables: "highest of all", "the largest fall", "lowest in 2022"."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from orchestration.checking.context import Context
from orchestration.checking.directions import NOUNS
from orchestration.checking.figures import Sentence
from orchestration.checking.findings import ERROR, Finding, Mark
from orchestration.checking.rules.places_in_lines import extreme, is_true
from orchestration.checking.rules.ranked import meant, same_figure
from orchestration.checking.rules.ranks_beside import has_value, in_bracket, share_beside, told_before
from orchestration.checking.rules.ranks_in_text import (
    after_the_second,
    among_listed,
    beside_other_changes,
    beside_others,
    descending,
)
from orchestration.checking.rules.readings import GENERIC, Reader, begins_anew, best_label, place_of, topic_of
from orchestration.checking.rules.scope import in_scope
from orchestration.checking.rules.series import Line, lines_of, within_breakdown
from orchestration.checking.rules.superlatives import RELATIVE, Claim, claims_in
from orchestration.checking.rules.together import JOINS, places_named
from orchestration.checking.rules.within_tables import term
from orchestration.checking.spans import in_words
from orchestration.checking.tables import Row, Table
from orchestration.checking.words import all_stems, stems

IN_NUMBER = re.compile(r"\s+in (?:sheer |absolute )?(?:numbers?|absolute)\b", re.IGNORECASE)
# "More applications than any other": in number, and not in a rate.
MORE = re.compile(r"more|fewer|less", re.IGNORECASE)
PER = re.compile(r"\b(?:per|rate|average|mean)\b", re.IGNORECASE)
TO_ITS_SIZE = re.compile(
    r"(?:(?!\band\b)[^,;.:()]){0,40}?\b(?:in relation to|relative to|in proportion to|"
    r"for its size|compared (?:with|to) (?:its|their)|(?:per|for each|for every) [a-z\d])",
    re.IGNORECASE,
)
IN_A_PERIOD = re.compile(r"\s+(?:in|during)\s+(?:the (?:year|quarter)\s+)?", re.IGNORECASE)


def ranks(context: Context, reader: Reader) -> Iterator[Finding]:
    for sentence in reader.sentences:
        for claim in claims_in(context, reader, sentence):
            in_time = over_periods(context, sentence, claim)
            if in_time is True:
                continue
            finding = judge(context, reader, sentence, claim)
            if isinstance(in_time, Finding) and finding is not None:
                finding = in_time
            finding = finding or beside_others(context, reader, sentence, claim)
            finding = finding or among_listed(context, sentence, claim)
            finding = finding or beside_other_changes(context, reader, sentence, claim)
            finding = finding or after_the_second(context, reader, sentence, claim)
            if finding is not None:
                yield finding
        yield from descending(context, sentence)


def judge(context: Context, reader: Reader, sentence: Sentence, claim: Claim) -> Finding | None:
    """A finding if a claim is false by every column that it can mean, and one of the tables is sure."""
    block = context.document.blocks[sentence.block]
    near = context.tables_for(block)
    named = context.mentioned(block.text)
    orders: list[tuple[Table, Line]] = []
    for table in named or near or tables_about(reader, sentence):
        if claim.names and not all(any(row.label == name for row in table.rows) for name in claim.names):
            continue
        if is_of_some(table, sentence, claim):
            continue
        lines = lines_of(table, claim.way)
        if IN_NUMBER.match(sentence.text, claim.end) or MORE.fullmatch(sentence.text[claim.start : claim.end]):
            lines = [line for line in lines if line.role == "value"]
            if not is_counted_in(table, lines, sentence, claim):
                continue
            if " per " not in sentence.text:
                lines = [line for line in lines if not PER.search(line.name)]
        if TO_ITS_SIZE.match(sentence.text, claim.end):
            # "Lends most in relation to its visits": of what the table gives per something, if it does.
            per = [line for line in lines if re.search(r"\bper\b", line.name, re.IGNORECASE)]
            lines = per or [line for line in lines if line.role == "rate" or PER.search(line.name)]
        if RELATIVE.search(claim.text) and claim.way != "value":
            lines = [line for line in lines if "%" in line.name or "percent" in line.name.lower()] or lines
        orders += [(table, line) for line in lines]
    if claim.names:
        orders = narrowed(sentence, claim, orders)
    if claim.way == "value" and (beside := share_beside(sentence, claim)) is not None:
        # "It was highest on C wing, at 43.7%": a share that a table only of counts does not have.
        orders = [(table, line) for table, line in orders if line.role in ("share", "rate") or "%" in line.name] or [
            (table, line) for table, line in orders if same_figure(beside, line.values.get(beside.area, 1e99))
        ]
    judged = []
    if claim.way == "value":
        orders += beside_in_changes(sentence, claim, named or near)
    for table, line in meant(sentence, claim, orders):
        names = claim.names or label_of(table, sentence, claim)
        kept = within_breakdown(table, names) if names else None
        if kept is not None:
            line = replace(line, values={name: value for name, value in line.values.items() if name in kept})
        if names and all(name in line.values for name in names) and len(line.values) >= max(3, len(names) + 1):
            judged.append((table, line, names))
    # "Ash had the most (164) and Elm the fewest (97)": the column that has the bracket's figure.
    figure = None if claim.names else in_bracket(sentence, claim)
    told = None if claim.way != "value" else told_before(sentence, claim)
    if told is not None:
        # "In Ash it was 51, the highest of the four": a table in whose row there is no 51 is of something else.
        judged = [one for one in judged if has_value(one[0], one[2][0], told)]
    own = [one for one in judged if figure is not None and same_figure(figure, one[1].values[one[2][0]])]
    judged = in_scope(context, sentence, claim, own or judged)
    if not judged or any(is_true(line, names, claim) for _, line, names in judged):
        return None
    table, line, names = judged[-1] if claim.way == "value" else judged[0]
    if not claim.names and table not in near:
        return None
    leader = extreme(line, claim)
    mark = Mark(sentence.block, block.place, sentence.start + claim.start, sentence.start + claim.end)
    value, other = line.texts[names[0]], line.texts[leader]
    word = sentence.text[claim.start : claim.end]
    word = {"more": "highest", "fewer": "lowest", "less": "lowest"}.get(word.lower(), word)
    return Finding(
        "rank_is_the_tables",
        ERROR,
        mark,
        f"{' and '.join(names)}: {word}",
        leader,
        f"{table.name or 'The table'} has {value} for {names[0]} and {other} for {leader} ({line.name}), so "
        f"{names[0]} is not the {word}.",
        sentence.text,
        place_of(context, sentence),
        marks=[line.marks[name] for name in (names[0], leader) if name in line.marks],
    )


# "The share of patients who came from outside was largest for A".
OF_SOME = re.compile(
    r"\b(?:shares?|numbers?|proportions?|percentages?|rates?)\s+of\s+(?P<what>(?:[a-z]+\s+){1,3}(?:who|that|which|whose|from|"
    r"with|without|aged)\b[^.;,]*)$",
    re.IGNORECASE,
)


def is_of_some(table: Table, sentence: Sentence, claim: Claim) -> bool:
    """Whether a superlative is of a share of some, in words that its table does not have."""
    match = OF_SOME.search(sentence.text[: claim.start])
    columns = " ".join(column.header for column in table.columns)
    about = topic_of(table) | set(stems(f"{table.label_header} {columns} {' '.join(row.label for row in table.rows)}"))
    return match is not None and bool(set(stems(match["what"])) - GENERIC - about)


THAN = re.compile(r"\s+than\b", re.IGNORECASE)


def is_counted_in(table: Table, lines: list[Line], sentence: Sentence, claim: Claim) -> bool:
    """Whether "more visits than any other" is of what a table counts: "more volunteers than any other" may not be."""
    until = THAN.search(sentence.text, claim.end)
    said = set(stems(sentence.text[claim.end : until.start() if until else claim.end])) - GENERIC
    about = topic_of(table) | {word for line in lines for word in stems(line.name)} | set(stems(table.label_header))
    return said <= about


def over_periods(context: Context, sentence: Sentence, claim: Claim) -> Finding | bool | None:
    """ "It was lowest in 2022": True if the row's value of that period is the lowest of its periods, else a finding.

    None if the claim names no period of a table that has three or more.
    """
    span = next((one for one in sentence.spans if one.period and one.start >= claim.end), None)
    if span is None or claim.way != "value" or not IN_A_PERIOD.fullmatch(sentence.text[claim.end : span.start]):
        return None
    block = context.document.blocks[sentence.block]
    for table in context.tables_for(block):
        names = claim.names or label_of(table, sentence, claim)
        for row in (one for one in table.rows if one.label in names):
            columns = [one for one in table.columns if one.role != "change" and one.period]
            cells = {one.period: cell for one in columns if (cell := term(table, row, one)) is not None}
            if len(columns) != len(cells) or len(cells) < 3 or span.period not in cells:
                continue
            pick = max if claim.is_high else min
            best = pick(cells.values(), key=lambda cell: cell.value)
            own = cells[span.period]
            if own.value == best.value:
                return True
            when = next(period for period, cell in cells.items() if cell is best)
            start = sentence.start + claim.start
            return Finding(
                "rank_is_the_tables",
                ERROR,
                Mark(sentence.block, block.place, start, sentence.start + span.end),
                sentence.text[claim.start : span.end],
                in_words(when),
                f"{table.name or 'The table'} has {own.text} for {in_words(span.period)} and {best.text} for "
                f"{in_words(when)} ({row.label}).",
                sentence.text,
                place_of(context, sentence),
                marks=[own.mark, best.mark],
            )
    return None


def beside_in_changes(sentence: Sentence, claim: Claim, tables: list[Table]) -> list[tuple[Table, Line]]:
    """The columns of gaps and changes that have the figure beside a superlative: "smallest for Ash (3.6 points)"."""
    close = [one for one in sentence.figures if -20 < one.mark.start - sentence.start - claim.end < 70]
    return [
        (table, line)
        for table in tables
        for line in lines_of(table, "change")
        for name in claim.names or label_of(table, sentence, claim)
        if name in line.values and any(same_figure(one, line.values[name]) for one in close)
    ]


def tables_about(reader: Reader, sentence: Sentence) -> list[Table]:
    """The one table elsewhere that a sentence can only mean: all its telling words are what the table is about."""
    words = set(stems(sentence.text)) - GENERIC
    scored = sorted(
        ((len(topic_of(table) & words), table.number, table) for table in reader.context.tables), reverse=True
    )
    if scored and scored[0][0] >= 2 and (len(scored) == 1 or scored[1][0] < scored[0][0]):
        return [scored[0][2]]
    return []


AND_LAST = re.compile(r"(?:\b(?:and|but)|[,;])\s+(?:the\s+)?$")
# "It is smallest for sleep": "it" is the measure, and no row.
IT_IS = re.compile(r"\b(?:it|they)\s+(?:is|was|are|were)\s+$", re.IGNORECASE)
# "And it was the month with the most": of what the clause before is about, which the last label need not be.
IT_IS_ONE = re.compile(
    r"\bit\s+(?:is|was)\s+(?:also\s+)?the\s+[a-z]+\s+(?:with|that (?:had|has))\s+the\s+$", re.IGNORECASE
)
IN_A_YEAR = re.compile(r"\s+(?:in|during)\s+(?:\w+\s+)?(?:19|20)\d\d")
IN_NEXT = re.compile(r"(?:\s+so)?\s+(?:in|for|at|among|on)\b")
# "B, where the drop was the sharpest": what is said is said of B.
OF_THE_LAST = re.compile(r"\s*(?:where|whose|which|with)\b", re.IGNORECASE)


# "Those aged 45 to 59 added most, while the oldest grew fastest": of what the last clause names, if it names anything.
CONTRAST = re.compile(r"\b(?:while|whereas|although|though)\s+", re.IGNORECASE)


def label_of(table: Table, sentence: Sentence, claim: Claim) -> tuple[str, ...]:
    """The row whose label a clause without a place names before its superlative."""
    before = sentence.text[: claim.start]
    if IT_IS_ONE.search(before):
        return ()
    rows = None
    contrast = next(reversed(list(CONTRAST.finditer(before))), None)
    if contrast is not None and begins_anew(before[contrast.end() :]):
        clause = before[contrast.end() :]
        rows = best_label(table, clause, len(clause))
        rows = rows or best_label(table, re.split(r"[,;.(]", sentence.text[claim.end :])[0], 0)
        return (rows[0].label,) if rows and len(rows) == 1 and not rows[0].is_total else ()
    is_it = IT_IS.search(before) is not None and not IN_A_YEAR.match(sentence.text, claim.end)
    if (is_it or AND_LAST.search(before)) and IN_NEXT.match(sentence.text, claim.end):
        # "Highest in A at 56% and lowest in B": the second is said of B.
        rows = best_label(table, re.split(r"[,;.(]", sentence.text[claim.end :])[0], 0)
        if not rows and (is_it or re.match(r"\s+so\b", sentence.text[claim.end :])):
            return ()
    # "A is the biggest; yet it was B, the smallest of the five, that grew fastest": the label nearest before it.
    verbless = VERBLESS.search(before)
    rows = rows or (best_label(table, verbless["row"], len(verbless["row"])) if verbless else None)
    pieces = re.split(r"[,(]", re.split(r";", before)[-1])
    pieces = pieces if ";" in before or OF_THE_LAST.match(pieces[-1]) else pieces[-1:]
    rows = rows or next((found for piece in reversed(pieces) if (found := best_label(table, piece, len(piece)))), None)
    if not rows and re.match(
        rf"\s+(?:(?:{NOUNS})\s+(?:(?:is|was|were|came|occurred)\s+)?)?"
        r"(?:in (?:number|absolute)\w*\s+(?:\w+ )?)?(?:among|for|in|on|at|was|were|by)\b",
        sentence.text[claim.end :],
    ):
        rows = best_label(table, re.split(r"[,;.(]", sentence.text[claim.end :])[0], 0)
    rows = rows or best_label(table, before, claim.start)
    return joined(table, before, rows[0]) if rows and len(rows) == 1 and not rows[0].is_total else ()


# "A has the lowest rate and B the highest".
VERBLESS = re.compile(
    r"(?:\b(?:and|but|while|whereas)|[,;])\s+(?P<row>(?:(?!\b(?:and|but|had|has|have|was|were|is|are|saw)\b)[^,;.()\d]){2,50}?)"
    r"\s+(?:by far\s+)?the\s+$",
    re.IGNORECASE,
)
PLURAL = re.compile(r"\s+(?:both\s+|together\s+)?(?:are|were|have|had|saw|show|remain|remained)\b", re.IGNORECASE)


def joined(table: Table, text: str, row: Row) -> tuple[str, ...]:
    """The labels of a row and of those that "and" joins to it: "Corn Street and Hay Lane are the largest"."""
    places = sorted(places_named(table, text), key=lambda one: one[0])
    names = [row.label]
    last = next((place[1] for place, one in places if one is row), 0)
    if PLURAL.match(text, last) is None:
        # "A and B, where the drop was the sharpest": of B alone.
        return (row.label,)
    for (first, other), (second, own) in reversed(list(pairwise(places))):
        if own.label == names[0] and not other.is_total and JOINS.fullmatch(text[first[1] : second[0]]):
            names.insert(0, other.label)
    return tuple(names)


def narrowed(sentence: Sentence, claim: Claim, orders: list[tuple[Table, Line]]) -> list[tuple[Table, Line]]:
    """The orders in which the figure stands that the clause gives beside its superlative, if any has it."""
    # "The smallest population of the three but the most deaths (34)": each has a column of its own.
    said = set(
        stems(re.split(r"[,;.(]|\b(?:of|in|among|but|and|while|with|at|for|by)\b", sentence.text[claim.end :])[0])
    )
    of_measure = [(table, line) for table, line in orders if said and said <= set(stems(line.name))]
    if of_measure and len(of_measure) < len(orders):
        return of_measure
    until = claim.end + len(re.split(r"\b(?:but|while|whereas|although)\b|;", sentence.text[claim.end :])[0])
    close = [
        figure
        for figure in sentence.figures
        if figure.area in claim.names
        and abs(figure.mark.start - sentence.start - claim.start) < 70
        and figure.mark.start - sentence.start < until
    ]
    wanted = [
        (table, line)
        for table, line in orders
        if any(abs(abs(line.values.get(figure.area, 1e99)) - abs(figure.value)) < 1e-9 for figure in close)
    ]
    said = set(all_stems(sentence.text[max(claim.start - 10, 0) : min(claim.end + 60, until)]))
    worded = [
        (table, line)
        for table, line in orders
        if ("rate" in said and line.role == "rate")
        or ({"share", "proportion", "percentage"} & said and line.role == "share")
    ]
    return worded or wanted or orders
