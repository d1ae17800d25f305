"""What a text says of the rows of a table that are no places, and of a total that it names again in a summary."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.directions import way_in
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import ERROR, Finding, Mark, Relation, Term
from orchestration.checking.kinds import AREAS
from orchestration.checking.numbers import WORDS
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.counted import tables_of
from orchestration.checking.rules.readings import BROAD, Reader, end_of, place_of, term_of, term_of_cell, topic_of
from orchestration.checking.rules.series import rows_to_rank
from orchestration.checking.rules.years_said import part_with, ways_said
from orchestration.checking.spans import spans_in
from orchestration.checking.tables import Column, Row, Table
from orchestration.checking.words import stem, stems

COUNT = r"(?:\d{1,2}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
ROWS = re.compile(
    rf"^(?:(?:But|And|However|In \S+|Overall),?\s+)?(?P<how>all|every one of|each of|none of|{COUNT} of)\s+"
    rf"(?:the\s+|these\s+|our\s+)*(?P<whole>{COUNT})\s+(?:[a-z-]+\s+){{0,2}}?(?P<noun>[a-z-]+s)\s+"
    r"(?=(?:had |have |has |were |was |saw |recorded |showed |also |again )*[a-z]+)",
    re.IGNORECASE,
)
# "Incidents fell at three of the four stations."
ROWS_LAST = re.compile(
    rf"^(?P<said>[^.;:,()\d]{{3,80}}?)\s(?:at|in|for|across|among|on)\s+"
    rf"(?P<how>all|every one of|each of|none of|{COUNT} of)\s+(?:the\s+|these\s+|our\s+)*(?P<whole>{COUNT})\s+"
    r"(?:[a-z-]+\s+){0,2}?(?P<noun>[a-z-]+s)(?=[.,;]|$)",
    re.IGNORECASE,
)
GENERAL = frozenset(("group", "category", "type", "row", "measure", "kind", "class"))
# A value below this may be found in a table by chance.
TELLING = 100


def groups_counted(context: Context, reader: Reader) -> Iterator[Finding]:
    """ "All four groups grew", "three of the five services fell": the rows of a table that has as many."""
    for sentence in reader.sentences:
        match = ROWS.match(sentence.text) or ROWS_LAST.match(sentence.text)
        if match is None or re.fullmatch(AREAS, match["noun"], re.I) or BROAD.search(sentence.text):
            continue
        # What stands before the rows may be of another measure: "staff rose at two of the four stations".
        said = match["said"] if "said" in match.re.groupindex else None
        behind = said or sentence.text[match.end() :]
        rest = re.split(r"[;,:(]|\b(?:while|whereas|but|although|except|and)\b", behind)[0]
        way, whole, noun = way_in(rest), number_of(match["whole"]), stem(match["noun"])
        how = match["how"].lower()
        claimed = 0 if how.startswith("none") else whole
        claimed = number_of(how.split()[0]) if how.endswith(" of") and how.split()[0] not in NOT_NUMBERS else claimed
        if way is None or re.search(r"\d", re.sub(r"\d{4}(?:/\d\d)?", "", rest)):
            continue
        orders = [
            (table, ways)
            for table in tables_of(context, sentence) or tables_counted(context, noun, whole)
            if not table.has_areas
            and (noun in GENERAL or noun in stems(f"{table.label_header} {table.caption}"))
            and (said is None or set(stems(said)) & topic_of(table))
            for ways in ways_said(table, part_with(sentence.text, match.end(), match.end()), sentence)
            if len(ways) == whole
        ]
        if not orders or any(sum(one == way for one in ways.values()) == claimed for _, ways in orders):
            continue
        table, ways = orders[0]
        actual = [name for name, one in ways.items() if one == way]
        word = {1: "rose", -1: "fell", 0: "did not change"}[way]
        block = context.document.blocks[sentence.block]
        start = sentence.start + match.start("how")
        yield Finding(
            "count_of_areas_is_the_tables",
            ERROR,
            Mark(sentence.block, block.place, start, sentence.start + match.end("noun")),
            sentence.text[match.start("how") : match.end("noun")],
            f"{len(actual)} of the {whole}",
            f"In {table.name or 'the table'}, {len(actual)} of {whole} {word}"
            + (f" ({', '.join(actual)})." if actual else "."),
            sentence.text,
            place_of(context, sentence),
        )


def tables_counted(context: Context, noun: str, whole: int) -> list[Table]:
    """For a summary, the one table elsewhere of which the rows are called so, and are as many."""
    found = [
        table
        for table in context.tables
        if noun in stems(table.label_header) and len(rows_to_rank(table)) == whole and not table.has_areas
    ]
    return found if len(found) == 1 else []


NOT_NUMBERS = frozenset(("every", "each", "none", "all"))


def number_of(word: str) -> int:
    return int(word) if word.isdigit() else int(WORDS[word.lower()])


def changes_to_known(context: Context, reader: Reader) -> Iterator[Relation]:
    """ "Rose by 150 to 1,846": the new value is that of a table's row, so the change is that of the row."""
    for sentence in reader.sentences:
        if BROAD.search(sentence.text):
            continue
        for change, new in rises_to(sentence):
            relations: list[Relation] = []
            for table, row, column in places_of(context, sentence, new):
                earlier = [one for one in table.columns if is_before(one, column)]
                found = [
                    sums.change_relation(
                        old,
                        term_of_cell(table, row, column) or term_of(new),
                        term_of(change),
                        kind,
                        place_of(context, sentence),
                        sentence.text,
                    )
                    for one in sorted(earlier, key=end_of, reverse=True)
                    if (old := term_of_cell(table, row, one)) is not None
                    for kind in [sums.DIFFERENCE if change.kind == kinds.CHANGE else sums.PERCENT]
                ]
                if not found:
                    return
                if any(one.holds() for one in found):
                    relations = []
                    break
                relations.append(found[0])
            if relations and len({one.expected() for one in relations}) == 1:
                yield relations[0]


FROM_OLD = re.compile(r"\s+from\s+(?:around |about )?£?", re.IGNORECASE)


def changes_from_known(context: Context, reader: Reader) -> Iterator[Relation]:
    """ "Rose by 12 from 25 in 2023, an increase of 48%": the change is that share of what it is from."""
    for sentence in reader.sentences:
        figures = sentence.distinct_figures
        for change, old, percent in zip(figures, figures[1:], figures[2:], strict=False):
            between = sentence.text[change.mark.end - sentence.start : old.mark.start - sentence.start]
            said = [change.kind, old.kind, percent.kind] == [kinds.CHANGE, kinds.VALUE, kinds.PERCENT_CHANGE]
            is_alone = len([one for one in figures if one.kind == kinds.VALUE]) == 1
            if not said or not is_alone or not FROM_OLD.fullmatch(between) or change.value * percent.value <= 0:
                continue
            part, whole, share = (replace(term_of(one), value=abs(one.value)) for one in (change, old, percent))
            yield sums.share_relation(part, whole, share, place_of(context, sentence), sentence.text)


def rises_to(sentence: Sentence) -> Iterator[tuple[Figure, Figure]]:
    """A change and the value that it leads to, where the sentence gives no value that it comes from."""
    figures = sentence.distinct_figures
    for change, new in pairwise(figures):
        between = sentence.text[change.mark.end - sentence.start : new.mark.start - sentence.start]
        if (
            change.kind in (kinds.CHANGE, kinds.PERCENT_CHANGE)
            and change.direction
            and new.kind == kinds.VALUE
            and new.value >= TELLING
            and not new.number.about
            and re.fullmatch(r"(?:\s+[a-z]+){0,3},?\s+to\s+(?:a total of\s+)?|\s*\(?\s*to\s+", between)
            and not any(one.role == "old" for one in figures)
        ):
            yield change, new


def places_of(context: Context, sentence: Sentence, new: Figure) -> list[tuple[Table, Row, Column]]:
    """The cells of the latest period of a table that have exactly a value."""
    end = new.mark.end - sentence.start
    # "Rose by 105 to 1,846, and 47 died in 2024": another clause has another year.
    clause = sentence.text[:end] + re.split(r"[;,.]|\band\b|\bwhile\b", sentence.text[end:])[0]
    named = {span.period for span in spans_in(clause) if span.period}
    found = []
    for table in context.tables:
        for row in table.rows:
            for column in table.columns:
                cell: Term | None = term_of_cell(table, row, column)
                if (
                    cell is not None
                    and cell.value == new.value
                    and table.role(row, column) == "value"
                    and column.period is not None
                    and (not named or named == {column.period})
                ):
                    found.append((table, row, column))
    return found


def is_before(column: Column, other: Column) -> bool:
    return (
        column.role == other.role
        and column.measure == other.measure
        and column.period is not None
        and other.period is not None
        and column.period.kind == other.period.kind
        and column.period.end < other.period.end
    )
