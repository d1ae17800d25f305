"""How many rows, or which, lie beyond a level, in any order of words: "it was above 70% in three of the five"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from orchestration.checking import labels
from orchestration.checking.context import Context
from orchestration.checking.figures import Sentence
from orchestration.checking.findings import Finding
from orchestration.checking.rules.met import BEYOND, columns_of_shares, is_better_lower, meant
from orchestration.checking.rules.readings import Reader
from orchestration.checking.rules.rows_said import listed, mentions, near_tables
from orchestration.checking.rules.said import COUNT, number_of, words_finding
from orchestration.checking.rules.scope import is_of_others
from orchestration.checking.rules.series import rows_to_rank
from orchestration.checking.rules.within_tables import term
from orchestration.checking.tables import Table

RULE = "count_of_areas_is_the_tables"
PERCENT = r"(?P<level>\d{1,3}(?:\.\d+)?)\s?(?:%|per cent)"
AIM = r"(?:standard|target|threshold|goal|benchmark|ambition)"
ABOVE = (
    r"(?P<above>above|over|at least|more than|exceed(?:ed|s|ing)?|met|meets?|meeting|reach(?:ed|es|ing)?|hit|"
    r"achiev(?:ed|es|ing)|better than|higher than)"
)
BELOW = r"(?P<below>below|under|less than|fewer than|lower than|short of|miss(?:ed|es|ing)?|worse than)"
BETWEEN = r"(?:\s+(?:the|our|its|their|a|an|that|[a-z]+['’]s?|[a-z-]+)){0,4}?"
LEVEL = re.compile(rf"\b(?:{ABOVE}|{BELOW})\b{BETWEEN}\s+{PERCENT}", re.IGNORECASE)
LEVEL_SAID = re.compile(
    rf"\b(?:{ABOVE}|{BELOW})\b(?:\s+(?:the|our|its|their|this|that|[a-z]+['’]s?)){{0,2}}\s+(?:national\s+)?{AIM}\b(?!s)",
    re.IGNORECASE,
)
# "The standard of 78% was met by A alone".
PASSIVE = re.compile(
    rf"\b{AIM}\s+(?:of\s+)?{PERCENT}\s+(?:was|were|is|has been)\s+(?:only\s+)?"
    r"(?:met|reached|hit|achieved|(?P<missed>missed))\b",
    re.IGNORECASE,
)
AIMED = re.compile(rf"\b{AIM}\b[^.;%\d]{{0,40}}?{PERCENT}", re.IGNORECASE)
MANY = re.compile(
    rf"\b(?P<how>(?P<count>{COUNT}|one|none|half) of (?:the |our |these )*(?P<whole>{COUNT})|"
    rf"(?P<all>all|both|each of|all of) (?:the |our |these )*(?P<every>{COUNT}))\b(?![ ,.]?\d|%)",
    re.IGNORECASE,
)
ONLY = re.compile(r"\s+(?:was|is|were|are)\s+the\s+only\s+(?:ones?|[a-z]+)\s+|\s+alone\s+", re.IGNORECASE)
MET = re.compile(
    r",?\s+(?:(?:both|all|each|also)\s+)?(?:met|meets?|reach(?:ed|es)?|exceed(?:ed|s)?|miss(?:ed|es)?|achieved)\s+"
    r"(?:the|its|their|our)\s",
    re.IGNORECASE,
)
BY_ALONE = re.compile(r"\bby\s+(?:only\s+)?$", re.IGNORECASE)
CLAUSE = re.compile(r"[;:]\s|,\s+(?:and|but|while|whereas|although)\s|\b(?:while|whereas|but|although)\b")
STRICT = re.compile(r"above|over|more than|exceed|better|higher", re.IGNORECASE)
DENIED = re.compile(r"\b(?:not|never|fail(?:ed|s)? to|did not|no longer|yet to)\b", re.IGNORECASE)
# Of other times than the table's, or of what is to come.
ELSEWHERE = re.compile(
    r"\b(?:nationally|last year|year before|previous|a year ago|earlier|previously|expect\w*|will|would|could|should|"
    r"if|forecast|next|by \d{4}|more than half|on average)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Level:
    """A level that a clause speaks of: above it, at it or below it."""

    value: float
    is_above: bool
    is_strict: bool
    text: str

    def has(self, value: float) -> bool:
        if self.is_above:
            return value > self.value if self.is_strict else value >= self.value
        return value < self.value


def has_own_aims(table: Table) -> bool:
    """Whether the rows of a table have targets of their own: "their target" is then no one level."""
    aims = [one for one in table.columns if labels.PLANNED.search(one.header)]
    return any(len({cell.value for row in table.rows if (cell := table.at(row, one))}) > 1 for one in aims)


def level_of(context: Context, clause: str, tables: list[Table]) -> Level | None:
    """The one level of a clause: printed there, or as the one target of the document and of tables near."""
    found = list(LEVEL.finditer(clause))
    if len(found) == 1:
        one = found[0]
        return Level(float(one["level"]), bool(one["above"]), bool(STRICT.match(one["above"] or "")), one["level"])
    passive = PASSIVE.search(clause)
    if passive is not None:
        return Level(float(passive["level"]), not passive["missed"], False, passive["level"])
    said = list(LEVEL_SAID.finditer(clause))
    if found or len(said) != 1 or re.search(r"\d\s?(?:%|per cent)", clause[said[0].end() :][:20]):
        return None
    if any(has_own_aims(table) for table in tables):
        return None
    told = {
        match["level"]
        for block in context.document.texts()
        for match in AIMED.finditer(block.text)
        if not re.search(r"[.;]\s", match[0])
    }
    if len(told) != 1:
        return None
    level = told.pop()
    return Level(float(level), bool(said[0]["above"]), bool(STRICT.match(said[0]["above"] or "")), level)


def clauses(text: str) -> Iterator[tuple[int, str]]:
    bounds = [0, *(match.end() for match in CLAUSE.finditer(text)), len(text)]
    for start, end in pairwise(bounds):
        yield start, text[start:end]


def orders(context: Context, sentence: Sentence, clause: str) -> list[tuple[Table, dict[str, float]]]:
    """The columns of shares that a clause can be of, each with the share of each row."""
    found = []
    for table in near_tables(context, sentence) or context.tables:
        if is_of_others(context, table, clause):
            continue
        columns = [one for one in columns_of_shares(table) if not labels.PLANNED.search(one.header)]
        for column in meant(columns, sentence):
            rows = rows_to_rank(table)
            cells = {row.label: cell.value for row in rows if (cell := term(table, row, column)) is not None}
            if len(cells) == len(rows) > 1 and not is_better_lower(f"{column.header} {table.caption}"):
                found.append((table, cells))
    return found


def beyond_in_any_order(context: Context, reader: Reader) -> Iterator[Finding]:
    """Numbers of rows, or the only rows, that are said to lie beyond a level, against each column they can be of."""
    for sentence in reader.sentences:
        for start, clause in clauses(sentence.text):
            level = level_of(context, clause, near_tables(context, sentence))
            if level is None or DENIED.search(clause) or ELSEWHERE.search(clause):
                continue
            many = list(MANY.finditer(clause))
            if len(many) == 1 and not BEYOND.search(sentence.text):
                yield from counted(context, sentence, start, clause, level, many[0])
            elif not many:
                yield from only_ones(context, sentence, start, clause, level)


def counted(
    context: Context, sentence: Sentence, start: int, clause: str, level: Level, many: re.Match
) -> Iterator[Finding]:
    whole = number_of(many["whole"] or many["every"])
    how = (many["count"] or "all").lower()
    said = {"all": whole, "none": 0, "half": whole // 2, "one": 1}.get(how)
    said = number_of(how) if said is None else said
    found = [one for one in orders(context, sentence, clause) if len(one[1]) == whole]
    beyond = [[name for name, value in cells.items() if level.has(value)] for _, cells in found]
    if not beyond or any(len(names) == said for names in beyond) or len({len(names) for names in beyond}) > 1:
        return
    names = f" ({', '.join(beyond[0])})" if beyond[0] else ""
    side = "at or above" if level.is_above and not level.is_strict else "above" if level.is_above else "below"
    yield words_finding(
        context,
        sentence,
        RULE,
        (start + many.start("how"), start + many.end("how")),
        f"{len(beyond[0])} of the {whole}",
        f"In {found[0][0].name or 'the table'}, {len(beyond[0])} of {whole} are {side} {level.text}%{names}.",
    )


def only_ones(context: Context, sentence: Sentence, start: int, clause: str, level: Level) -> Iterator[Finding]:
    """ "A was the only ward to miss the target", "the standard was met by A alone": no more and no fewer."""
    for table, cells in orders(context, sentence, clause):
        for group in listed(clause, mentions(context, table, clause)):
            end = group[-1].end
            names = {one.row.label for one in group}
            is_by = BY_ALONE.search(clause[: group[0].start]) is not None
            if (is_by or MET.match(clause, end)) and not ONLY.match(clause, end) and names <= cells.keys():
                # "The standard was met by A and B": by each of them.
                beyond = {name for name, value in cells.items() if level.has(value)}
                if names - beyond:
                    wrong = ", ".join(f"{name} ({cells[name]:g}%)" for name in sorted(names - beyond))
                    why = f"In {table.name or 'the table'}, {wrong} {'is' if len(names - beyond) == 1 else 'are'} not."
                    actual = ", ".join(sorted(names & beyond)) or "none"
                    yield words_finding(context, sentence, RULE, (start + group[0].start, start + end), actual, why)
                    return
            is_alone = BY_ALONE.search(clause[: group[0].start]) and re.match(r"\s+(?:alone|only)\b", clause[end:])
            if not (is_alone or ONLY.match(clause, end)):
                continue
            beyond = {name for name, value in cells.items() if level.has(value)}
            if not names <= cells.keys() or names == beyond:
                return
            actual = ", ".join(sorted(beyond)) or "none"
            side = "above" if level.is_above else "below"
            why = (
                f"In {table.name or 'the table'}, {side} {level.text}% {'are' if len(beyond) != 1 else 'is'}: {actual}."
            )
            yield words_finding(context, sentence, RULE, (start + group[0].start, start + end), actual, why)
            return
