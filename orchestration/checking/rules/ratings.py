"""What the words in a table's cells say: "Up" beside two values, and how many rows are rated green."""

import re
from collections.abc import Iterator

from orchestration.checking.context import Context
from orchestration.checking.findings import ERROR, Finding, Mark
from orchestration.checking.numbers import WORDS
from orchestration.checking.rules.readings import BROAD, Reader, place_of
from orchestration.checking.rules.rows_said import near_tables
from orchestration.checking.rules.series import pairs
from orchestration.checking.rules.within_tables import line, where
from orchestration.checking.tables import Row, Table

DIRECTIONS = {
    **dict.fromkeys(("up", "increase", "increased", "increasing", "rise", "rose", "higher"), 1),
    **dict.fromkeys(("down", "decrease", "decreased", "decreasing", "fall", "fell", "lower"), -1),
    **dict.fromkeys(("same", "no change", "unchanged", "stable", "static", "level"), 0),
}
WENT = {1: "rose", -1: "fell", 0: "did not change"}
RATINGS = ("red", "amber", "green", "blue", "yellow", "grey", "black")
RATED = re.compile(
    rf"\b(?P<count>\d{{1,2}}|{'|'.join(word for word, value in WORDS.items() if value <= 20)}|none|no)\s+"
    r"(?:of\s+(?:the|these|our)\s+(?:[a-z]+\s+){0,3}?)?(?:(?!and\b|or\b|but\b)[a-z]+\s+){0,2}?"
    r"(?:(?:is|are|was|were|remain(?:s|ed)?|rated|at|as|shown|now|on)\s+)*"
    rf"(?P<rating>{'|'.join(RATINGS)})\b",
    re.IGNORECASE,
)
# "A year ago three were green": the table's ratings are of now.
OTHER_TIME = re.compile(
    r"\b(?:ago|last (?:year|quarter|month|time)|previous\w*|earlier|before|formerly|then|would|should|could|expect\w*|"
    r"forecast\w*|next|instead)\b",
    re.IGNORECASE,
)
# Fewer rows than these bear nothing out.
LEAST = 3


def said_in_cells(context: Context, reader: Reader) -> Iterator[Finding]:
    """Cells with a word that goes against the two values of their row, where those of all others agree.

    An arrow is no such word: it can mean better and worse.
    """
    for table in context.tables:
        compared = pairs(table)
        for column in text_columns(table):
            said = [(row, way) for row in table.rows if (way := way_of(table, row, column)) is not None]
            for old, new in compared[:1]:
                wrong, tried = [], 0
                for row, way in said:
                    cells = line(table, [(row, old), (row, new)])
                    if cells:
                        tried += 1
                        actual = (cells[1].value > cells[0].value) - (cells[1].value < cells[0].value)
                        wrong += [(row, cells, actual)] if way != actual else []
                # "Up" can mean better, too: only one that differs from all others is a slip.
                if len(wrong) != 1 or tried < LEAST or len({way for _, way in said}) < 2:
                    continue
                row, cells, actual = wrong[0]
                cell = table.cells[row.index][column]
                yield Finding(
                    "word_fits_change",
                    ERROR,
                    Mark(table.block.number, cell.place),
                    cell.text,
                    WENT[actual],
                    f"{row.label} {WENT[actual]}, from {cells[0].text} to {cells[1].text}.",
                    where=where(table, row, new),
                    marks=[one.mark for one in cells],
                )


def text_columns(table: Table) -> list[int]:
    """The columns behind the labels that hold words."""
    used = {column.index for column in table.columns}
    first = min(used, default=0)
    return [at for at in range(first, len(table.cells[0])) if at not in used]


def way_of(table: Table, row: Row, column: int) -> int | None:
    return DIRECTIONS.get(table.cells[row.index][column].text.strip().lower())


def rated(context: Context, reader: Reader) -> Iterator[Finding]:
    """ "Two indicators are green, two amber and one red": the cells of the one column of ratings near."""
    for sentence in reader.sentences:
        matches = list(RATED.finditer(sentence.text))
        columns = [found for table in near_tables(context, sentence) for found in rating_columns(table)]
        # A summary stands far from the one table of ratings.
        columns = columns or [found for table in context.tables for found in rating_columns(table)]
        if not matches or len(columns) != 1 or BROAD.search(sentence.text) or OTHER_TIME.search(sentence.text):
            continue
        table, ratings = columns[0]
        claims = {match["rating"].lower(): number_of(match["count"]) for match in matches}
        # Ratings of all rows, or of "the five": a sentence on some of them counts others.
        whole = re.search(r"\bof (?:the|our|these) (\w+)\b", sentence.text)
        is_whole = sum(claims.values()) == len(ratings) or set(ratings) <= set(claims)
        if len(claims) != len(matches) or not (is_whole or (whole and number_of(whole[1]) == len(ratings))):
            continue
        for match in matches:
            rating = match["rating"].lower()
            if claims[rating] == ratings.count(rating):
                continue
            block = context.document.blocks[sentence.block]
            yield Finding(
                "count_of_areas_is_the_tables",
                ERROR,
                Mark(sentence.block, block.place, sentence.start + match.start(), sentence.start + match.end()),
                match[0],
                f"{ratings.count(rating)} {rating}",
                f"{table.name or 'The table'} has {ratings.count(rating)} of {len(ratings)} rows that are {rating}.",
                sentence.text,
                place_of(context, sentence),
            )


def rating_columns(table: Table) -> list[tuple[Table, list[str]]]:
    """The ratings of the rows of a table, for each column that holds nothing else."""
    found = []
    for column in text_columns(table):
        cells = [table.cells[row.index][column].text.strip().lower() for row in table.rows if not row.is_total]
        if len(cells) >= LEAST and all(cell in RATINGS for cell in cells):
            found.append((table, cells))
    return found


def number_of(word: str) -> int:
    word = word.lower()
    return 0 if word in ("no", "none") else int(word) if word.isdigit() else int(WORDS.get(word, -1))
