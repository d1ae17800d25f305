"""How many rows of a table met what was aimed at: "four of the six targets were met", "two of five were above 90%"."""

import re
from collections.abc import Iterator

from orchestration.checking import labels
from orchestration.checking.context import Context
from orchestration.checking.figures import Sentence
from orchestration.checking.findings import Finding
from orchestration.checking.rules.readings import Reader
from orchestration.checking.rules.rows_said import near_tables
from orchestration.checking.rules.said import COUNT, number_of, words_finding
from orchestration.checking.rules.scope import is_of_others
from orchestration.checking.rules.series import rows_to_rank, totals_of
from orchestration.checking.rules.within_tables import line, term
from orchestration.checking.tables import Column, Table
from orchestration.checking.words import stem, stems

HOW = (
    rf"(?P<how>(?P<count>{COUNT}|all|none) of (?:the |our |its |these )*(?P<whole>{COUNT})|"
    rf"(?P<other>(?:the|all) other (?P<rest>{COUNT})))"
)
MET = (
    r"(?:(?:were|was|are|have been|had been|has been)\s+)?(?:(?P<missed>missed|not met|not achieved|not reached)|"
    r"(?P<met>met|achieved|hit|reached|attained))\b"
)
TARGETS = re.compile(
    rf"\b(?:(?:we|they|which|and)\s+(?:(?P<we_missed>missed)|(?P<we_met>met|achieved|hit|reached))\s+)?{HOW}\s+"
    rf"(?:[a-z-]+\s+){{0,3}}?(?P<noun>targets|measures|indicators|standards|goals|KPIs|objectives)\b(?:\s+{MET})?",
    re.IGNORECASE,
)
# "All three priorities reached their target".
THEIR_TARGETS = re.compile(
    rf"\b(?P<how>(?P<count>{COUNT}|one|all|none)(?: of)? (?:the |our |its |these )*(?P<whole>{COUNT})|(?P<other>a^))\s+"
    r"(?P<noun>[a-z-]+)\s+(?:have\s+|had\s+)?(?:(?P<we_missed>missed|fell short of|failed to meet)|"
    r"(?P<we_met>met|achieved|hit|reached|attained|exceeded))\s+(?:their|its|the)\s+(?:target|plan|standard)s?\b"
    r"(?P<met>a^)?(?P<missed>a^)?",
    re.IGNORECASE,
)
BEYOND = re.compile(
    rf"\b{HOW}\s+(?:[a-z-]+\s+){{1,3}}?(?:(?:all|each|were|was|are|is|had|have|saw|met|a|an|the|rate|share|of|just|"
    r"well)\s+)*?(?:(?P<above>above|over|at least|more than|exceed(?:ed|s)?|met|reached|achieved)|"
    r"(?P<below>below|under|less than|fewer than|short of|missed))\s+"
    r"(?:(?:the|our|its|a|national|local|agreed|minimum|standard|target|threshold|benchmark|of)\s+)*"
    r"(?P<level>\d{1,3}(?:\.\d+)?)\s?(?:%|per cent)",
    re.IGNORECASE,
)
# Where less is better, a value below its target has met it.
LESS_IS_BETTER = re.compile(
    r"\b(?:waits?|waiting|days|weeks|hours|minutes|time|deaths?|readmi\w+|re-?presentations?|drop\w*|unplanned|late|"
    r"missed|complaints?|incidents?|offences?|crimes?|cost|costs|vacanc\w+|sickness|absence|delays?|delayed|re-?offend\w*|"
    r"errors?|infections?|falls|turnover|unmet|smok\w+|(?<!\bon )(?<!\bat )(?<!\bafter )admissions?|rate per|"
    r"did not attend|dna)\b",
    re.IGNORECASE,
)
YES = frozenset(("yes", "met", "achieved", "y", "on target", "hit"))
NO = frozenset(("no", "not met", "missed", "not achieved", "n", "below target"))


def targets_met(context: Context, reader: Reader) -> Iterator[Finding]:
    """Numbers of targets that are said to be met or missed, against a table of targets and of what came of them."""
    for sentence in reader.sentences:
        for match in (*TARGETS.finditer(sentence.text), *THEIR_TARGETS.finditer(sentence.text)):
            is_met = bool(match["met"] or match["we_met"])
            if match["other"] or not (is_met or match["missed"] or match["we_missed"]):
                continue
            near = [one for one in near_tables(context, sentence) if is_of_latest(one, sentence)]
            found = [one for table in near if (one := met_in(table)) is not None]
            whole = number_of(match["whole"])
            found = [one for one in found if len(one) == whole]
            if match.re is THEIR_TARGETS and stem(match["noun"]) not in said_of(near_tables(context, sentence)):
                continue
            if len(found) != 1:
                continue
            actual = sum(one == is_met for one in found[0].values())
            if claimed(match, whole) != actual:
                names = ", ".join(name for name, one in found[0].items() if one == is_met)
                word = "met" if is_met else "missed"
                yield words_finding(
                    context,
                    sentence,
                    "count_of_areas_is_the_tables",
                    match.span("how"),
                    f"{actual} of the {whole}",
                    f"By the table, {actual} of {whole} were {word}" + (f" ({names})." if names else "."),
                )


EARLIER = re.compile(r"\b(?:last year|year (?:before|earlier|ago)|previous\w*|earlier)\b", re.IGNORECASE)


def is_of_latest(table: Table, sentence: Sentence) -> bool:
    """Whether a sentence names no other time than the latest of a table of several."""
    named = {one.period for one in sentence.spans if one.period is not None}
    if len(table.periods) < 2:
        return True
    return named <= set(table.periods[-1:]) and EARLIER.search(sentence.text) is None


def said_of(tables: list[Table]) -> set[str]:
    """The stems of what the tables call their rows."""
    return {word for table in tables for word in stems(f"{table.label_header} {table.caption}")}


def claimed(match: re.Match, whole: int) -> int:
    how = match["count"].lower()
    return whole if how == "all" else 0 if how == "none" else number_of(how)


def met_in(table: Table) -> dict[str, bool] | None:
    """Which rows of a table have met their target: by a column that says so, else by the two values; None if unsure."""
    rows = [row for row in table.rows if not row.is_total and not row.is_part]
    if len(rows) < 2:
        return None
    used = {column.index for column in table.columns}
    for at in range(1, len(table.cells[0])):
        said = {row.label: table.cells[row.index][at].text.strip().lower() for row in rows}
        if at not in used and all(text in YES | NO for text in said.values()):
            return {name: text in YES for name, text in said.items()}
    values = [one for one in table.columns if one.role != "change"]
    plans = [one for one in values if labels.PLANNED.search(one.header) and not labels.ACTUAL.search(one.header)]
    actuals = [one for one in values if one not in plans and labels.ACTUAL.search(one.header)]
    if len(plans) == 1 and not actuals and plans[0].role == "share":
        # "On time" beside "Target", both in percent.
        actuals = [one for one in values if one not in plans and one.role == "share"]
        if len(actuals) > 1 and len({one.measure for one in actuals}) == 1 and len(table.periods) == len(actuals):
            # "Target", "2023/24", "2024/25": what was met is told of the latest.
            actuals = [one for one in actuals if one.period == table.periods[-1]]
    if len(plans) != 1 or len(actuals) != 1 or any(is_better_lower(row.label) for row in rows):
        return None
    found = {}
    for row in rows:
        cells = line(table, [(row, plans[0]), (row, actuals[0])])
        if not cells:
            return None
        found[row.label] = cells[1].value >= cells[0].value
    return found


def is_better_lower(label: str) -> bool:
    """Whether less of what a row measures may be better: "days waited", but not "seen within three weeks"."""
    return bool(LESS_IS_BETTER.search(label)) and not re.search(r"\b(?:within|in \d+ (?:days|weeks))\b", label)


def beyond_levels(context: Context, reader: Reader) -> Iterator[Finding]:
    """Numbers of rows that are said to lie above or below a percentage, against the one column that it can be."""
    for sentence in reader.sentences:
        for match in BEYOND.finditer(sentence.text):
            level, is_above = float(match["level"]), bool(match["above"])
            whole = number_of(match["rest"]) if match["other"] else number_of(match["whole"])
            counts: list[int] = []
            clause = re.split(r"[;,]\s", sentence.text[: match.end()])[-1]
            for table in near_tables(context, sentence):
                if is_of_others(context, table, clause):
                    continue
                for column in meant(columns_of_shares(table), sentence):
                    values = [cell.value for row in rows_to_rank(table) if (cell := term(table, row, column))]
                    if len(values) == whole + bool(match["other"]):
                        is_strict = re.match(r"above|over|more|exceed", match["above"] or "", re.IGNORECASE)
                        beyond = [
                            one
                            for one in values
                            if (one > level if is_strict else one >= level) == is_above and (is_above or one < level)
                        ]
                        counts.append(len(beyond))
            said = whole if match["other"] else claimed(match, whole)
            is_true = any(one >= said if match["other"] else one == said for one in counts)
            if not counts or len(set(counts)) > 1 or is_true:
                continue
            side = "above" if is_above else "below"
            yield words_finding(
                context,
                sentence,
                "count_of_areas_is_the_tables",
                match.span("how"),
                str(counts[0]),
                f"In the table, {counts[0]} are {side} {match['level']}%.",
            )


ABOVE_WHOLE = re.compile(
    rf"\b{HOW}\s+(?:[a-z-]+\s+){{1,3}}?(?:have|had|has|with|show(?:ed)?|recorded)\s+(?:an?\s+|their\s+)?"
    r"(?P<what>rate|share|proportion|percentage)s?\s+(?:which (?:is|was)\s+|that (?:is|was)\s+)?"
    r"(?:(?P<above>above|over|higher than|exceeding)|(?P<below>below|under|lower than))\s+(?:that (?:of|for|in)\s+)?"
    r"(?:(?:the|our|its|whole|overall)\s+)*(?P<name>[a-z]+(?:[ -][a-z]+)?)",
    re.IGNORECASE,
)
ABOVE_ITS = re.compile(
    rf"\b{HOW}\s+(?:[a-z-]+\s+){{1,3}}?(?:are|were|lie|lay|stand|stood|is|was)\s+(?:(?:well|just|still)\s+)?"
    r"(?:(?P<above>above|over|higher than)|(?P<below>below|under|lower than))\s+"
    r"(?:the|our|its)\s+(?:overall\s+)?(?P<name>[a-z]+)(?:['’]s|-wide)?\s+(?:overall\s+)?(?P<what>rate|share|proportion|percentage)\b",
    re.IGNORECASE,
)
A_WHOLE = frozenset(
    re.findall(
        "[a-z]+",
        "force area borough district city town service council trust partnership total whole overall",
    )
)


ELSEWHERE = frozenset(
    re.findall("[a-z]+", "national regional england english uk similar other target standard expected average mean")
)


def beyond_wholes(context: Context, reader: Reader) -> Iterator[Finding]:
    """ "Three of the five districts have a rate above that of the force": the rows against the table's own total."""
    for sentence in reader.sentences:
        for match in (*ABOVE_WHOLE.finditer(sentence.text), *ABOVE_ITS.finditer(sentence.text)):
            names = set(re.findall("[a-z]+", match["name"].lower()))
            if match["other"] or not names & A_WHOLE or names & ELSEWHERE:
                continue
            role = "rate" if match["what"].lower() == "rate" else "share"
            counts = []
            for table in near_tables(context, sentence):
                rows = rows_to_rank(table)
                totals = totals_of(table)
                columns = [one for one in table.columns if one.role == role]
                if len(columns) != 1 or len(totals) != 1 or len(rows) != number_of(match["whole"]):
                    continue
                cells = line(table, [(row, columns[0]) for row in [totals[0], *rows]])
                if cells:
                    whole, *values = (cell.value for cell in cells)
                    counts.append(sum(one > whole if match["above"] else one < whole for one in values))
                    # As rounded as they are, one that equals the whole may lie on either side.
                    counts += [counts[-1] + at for at in range(1, 1 + sum(one == whole for one in values))]
            said = claimed(match, number_of(match["whole"]))
            if not counts or said in counts:
                continue
            side = "above" if match["above"] else "below"
            yield words_finding(
                context,
                sentence,
                "count_of_areas_is_the_tables",
                match.span("how"),
                f"{counts[0]} of the {match['whole'].lower()}",
                f"In the table, {counts[0]} {'is' if counts[0] == 1 else 'are'} {side} it.",
            )


def meant(columns: list[Column], sentence: Sentence) -> list[Column]:
    """Of several columns, the one that has more of a sentence's words than the others."""
    said = set(stems(sentence.text))
    scored = [(len(set(stems(one.measure)) & said), one) for one in columns]
    most = max((score for score, _ in scored), default=0)
    best = [one for score, one in scored if score == most]
    return best if len(best) == 1 else columns


COMPARED = re.compile(
    r"\b(?:national|england|average|target|expected|benchmark|standard|plan(?:ned)?)\b", re.IGNORECASE
)


def columns_of_shares(table: Table) -> list[Column]:
    """The columns of shares of a table, of the latest period where they have several."""
    found = [
        one
        for one in table.columns
        if one.role == "share" or (one.role != "change" and labels.PERCENT.search(one.header))
    ]
    # "National rate": what the rows are compared with.
    own = [one for one in found if not COMPARED.search(one.header)]
    found = own or found
    last = max((one.period.end for one in found if one.period), default=None)
    return [one for one in found if last is None or one.period is None or one.period.end == last]
