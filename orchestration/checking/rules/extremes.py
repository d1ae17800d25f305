"""The best and the worst row of a table, and superlatives that name a column of it wherever they stand.

"The best performance was that of Canal Street" says no direction: the row has to have the highest or the lowest rate.
"The quit rate is lowest in Carrow" names the column, so it needs no table near it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from orchestration.checking.context import Context
from orchestration.checking.directions import BETTER, FALL, RISE
from orchestration.checking.figures import Sentence
from orchestration.checking.findings import ERROR, Finding, Mark
from orchestration.checking.rules.readings import GENERIC, Reader, best_label, place_of, topic_of
from orchestration.checking.rules.rows_said import Mention, mentions, near_tables
from orchestration.checking.rules.series import Line, lines_of
from orchestration.checking.rules.superlatives import ELSEWHERE, NOT_OF_ROWS
from orchestration.checking.tables import Table
from orchestration.checking.words import all_stems, stem, stems

BEST = re.compile(
    r"\b(?P<word>best|worst|poorest|weakest|strongest|"
    r"(?:most|least) (?:promptly|quickly|often|reliabl[ey]|punctual(?:ly)?|likely|well|chance|satisfied))\b"
    r"(?:[- ](?P<what>[a-z]+))?"
)
# What "best" is said of, if anything is named behind it.
OF_RATES = re.compile(
    r"(?:perform\w*|results?|rates?|scores?|figures?|records?|served|shares?|uptake|coverage|attendance|punctuality|"
    r"quarters?|months?|areas?|in|at|for|on|among|was|were|is|are|by|with|again|of|to)$"
)
HIGHEST = re.compile(r"\b(?P<word>(?P<high>highest|greatest|largest|best)|(?P<low>lowest|smallest|poorest))\b")
CLAUSES = re.compile(
    r"[;:]\s|,\s+(?:and|but|while|whereas|with)\s|\s(?:while|whereas|but)\s|\band\s+(?=[A-Z])|,\s+(?=those\b|that of\b)"
)
# Of another time or another set of rows than the table's.
UNSURE = re.compile(
    r"\b(?:not|no longer|never|neither|nor|would|could|until|previous|last year|before|earlier|ago|since|both|either|"
    r"among|except|apart|excluding|second|third|two|three|four|five|one of|some|usually|often the|if|where it|"
    r"change|changed|gap|difference|target|budget|years|ever|winter|summer)\b",
    re.IGNORECASE,
)
OF_PERFORMANCE = frozenset(
    stem(word)
    for word in re.findall(
        "[a-z]+",
        "best worst poorest weakest strongest most least well promptly quickly often reliably reliable punctual likely "
        "performance performed perform performing performer result results score figure record did do fared served "
        "residents service applicants people patients customers passengers users clients relation size again clearly "
        "far still chance satisfied by it but was were is are dealt with treated seen found one those who that where "
        "unit quarter month area",
    )
)
RATE_NAME = re.compile(r"%|\bper\b|\bpercent|\brate\b|\bshare\b", re.IGNORECASE)
LEAST_ROWS = 3


@dataclass(frozen=True)
class Said:
    """A superlative: its word, where it stands, and the clause around it."""

    word: re.Match
    start: int
    clause: str


def extremes(context: Context, reader: Reader) -> Iterator[Finding]:
    for sentence in reader.sentences:
        for said in said_in(sentence, BEST):
            what = said.word["what"]
            if what is None or OF_RATES.match(what) or is_row_header(context, sentence, what):
                yield from best_or_worst(context, sentence, said)
        for said in said_in(sentence, HIGHEST):
            yield from by_named_column(context, sentence, said)


def said_in(sentence: Sentence, pattern: re.Pattern[str]) -> Iterator[Said]:
    """The superlatives of a sentence that stand alone in their clauses and are of rows and values."""
    text = sentence.text
    bounds = [0, *(match.start() for match in CLAUSES.finditer(text)), len(text)]
    for match in pattern.finditer(text):
        start = max(at for at in bounds if at <= match.start())
        end = min(at for at in bounds if at >= match.end())
        clause = text[start:end]
        around = clause.replace(match["word"], " ")
        if len(pattern.findall(clause)) > 1 or any(one.search(around) for one in (RISE, FALL, BETTER)):
            continue
        if (
            UNSURE.search(clause)
            or ELSEWHERE.search(text[: match.start()])
            or NOT_OF_ROWS.search(text[match.start() : end])
        ):
            continue
        yield Said(match, start, clause)


def is_row_header(context: Context, sentence: Sentence, what: str) -> bool:
    return any(what in all_stems(table.label_header) for table in near_tables(context, sentence))


def best_or_worst(context: Context, sentence: Sentence, said: Said) -> Iterator[Finding]:
    """A row that is called the best or the worst and is at neither end of any rate of its table."""
    near = near_tables(context, sentence)
    words = set(stems(said.clause)) - GENERIC
    judged: list[tuple[Table, Line, str]] = []
    for table in near or context.tables:
        row = row_meant(context, table, said)
        lines = [
            line for line in latest(table, sentence) if line.role in ("share", "rate") or RATE_NAME.search(line.name)
        ]
        if row is None or not lines or any(row not in line.values or len(line.values) < LEAST_ROWS for line in lines):
            continue
        about = {word for line in lines for word in stems(line.name)}
        own = {*stems(row), *topic_of(table), *stems(table.label_header), *about, *OF_PERFORMANCE}
        # "Did best in the chief's sports day": of something that the table is not about.
        # "Attendance is above 90%, but it was weakest in A": the sentence names the measure.
        is_named = set(stems(sentence.text)) & {*about, *topic_of(table)} or is_only_table(context, table, row)
        if words - own or not (near or is_named):
            continue
        if any(is_at_end(line, row) for line in [*lines, *others_meant(table, lines, said)]):
            return
        judged += [(table, line, row) for line in lines]
    if judged:
        table, line, row = judged[0]
        ends = [pick(line.values, key=lambda name: line.values[name]) for pick in (max, min)]
        why = (
            f"{table.name or 'The table'} has {line.texts[row]} for {row}, which is neither the highest "
            f"({ends[0]}, {line.texts[ends[0]]}) nor the lowest ({ends[1]}, {line.texts[ends[1]]}) ({line.name})."
        )
        yield finding(context, sentence, said, row, " or ".join(ends), why, line)


# "The worst served in relation to their number".
IN_RELATION = re.compile(r"\b(?:relation|relative|proportion\w*|per|for its size)\b")


def others_meant(table: Table, lines: list[Line], said: Said) -> list[Line]:
    """What "best" can mean, too, where a table has no shares: most in number, or grown most."""
    if any(line.role == "share" for line in lines) or IN_RELATION.search(said.clause):
        return []
    return [*lines_of(table, "value"), *lines_of(table, "change")]


def is_at_end(line: Line, row: str) -> bool:
    return line.values.get(row) in (max(line.values.values()), min(line.values.values()))


def is_only_table(context: Context, table: Table, row: str) -> bool:
    """Whether no other table has a row that is called so."""
    return all(one is table or row not in {other.label for other in one.rows} for one in context.tables)


def by_named_column(context: Context, sentence: Sentence, said: Said) -> Iterator[Finding]:
    """A superlative whose clause has all the words of one column's name: that column of that table is meant."""
    words, found = measured(said), []
    for table in context.tables:
        row = row_meant(context, table, said) or only_row(context, table, sentence, said)
        for line in latest(table, sentence) if row is not None else ():
            name = set(stems(line.name))
            if len(name) > 1 and name <= words and row in line.values and len(line.values) >= LEAST_ROWS:
                found.append((table, line, row))
    if len({id(table) for table, *_ in found}) != 1 or len({line.name for _, line, _ in found}) != 1:
        return
    table, line, row = found[0]
    assert row is not None
    pick = max if said.word["high"] else min
    leader = pick(line.values, key=lambda name: line.values[name])
    if line.values[row] == line.values[leader]:
        return
    word = said.word["word"]
    why = (
        f"{table.name or 'The table'} has {line.texts[row]} for {row} and {line.texts[leader]} for {leader} "
        f"({line.name}), so {row} is not the {word}."
    )
    yield finding(context, sentence, said, row, leader, why, line)


MEASURE_IS = re.compile(r"\b(?:is|was|are|were|stands|stood|remains|remained)\s+(?:the\s+)?$")
PARTS = re.compile(r"[,;(]|\b(?:and|where|with|in|for|at|among)\b")


def measured(said: Said) -> set[str]:
    """The words for what a superlative is of: "the lowest quit rate", "where the quit rate is lowest"."""
    at = said.word.start() - said.start
    before, behind = said.clause[:at], said.clause[said.word.end() - said.start :]
    words = set(all_stems(PARTS.split(behind)[0]))
    return words | set(all_stems(PARTS.split(before)[-1])) if MEASURE_IS.search(before) else words


def row_meant(context: Context, table: Table, said: Said) -> str | None:
    """The one row that a clause names, and that has no other beside it in the clause."""
    named: list[Mention] = mentions(context, table, said.clause)
    labels = {one.row.label for one in named}
    if not named and not table.has_areas:
        # "Q3", "the third quarter".
        rows = best_label(table, said.clause, len(said.clause)) or []
        labels = {row.label for row in rows if not row.is_total}
    return labels.pop() if len(labels) == 1 else None


def only_row(context: Context, table: Table, sentence: Sentence, said: Said) -> str | None:
    """The one row that the whole sentence names, if the clause is said of it: "A came last, with the lowest rate"."""
    if re.match(r",\s+with\s", said.clause) is None:
        return None
    labels = {one.row.label for one in mentions(context, table, sentence.text)}
    return labels.pop() if len(labels) == 1 else None


def latest(table: Table, sentence: Sentence) -> list[Line]:
    """The columns of values of the table's latest period; none where the sentence names another."""
    columns = [column for column in table.columns if column.role != "change"]
    periods = [column.period for column in columns if column.period]
    last = max(periods, key=lambda one: one.end, default=table.default_period)
    if any(span.is_before or (span.period and last and span.period != last) for span in sentence.spans):
        return []
    wanted = {column.header for column in columns if column.period in (None, last)}
    return [line for line in lines_of(table, "value") if line.name in wanted or not periods]


def finding(context: Context, sentence: Sentence, said: Said, row: str, expected: str, why: str, line: Line) -> Finding:
    block = context.document.blocks[sentence.block]
    start, end = said.word.span("word")
    return Finding(
        "rank_is_the_tables",
        ERROR,
        Mark(sentence.block, block.place, sentence.start + start, sentence.start + end),
        f"{row}: {said.word['word']}",
        expected,
        why,
        sentence.text,
        place_of(context, sentence),
        marks=[line.marks[row]] if row in line.marks else [],
    )
