"""The widths of a table's columns, so that no word breaks and the longest texts get the most room.

A program that opens the document breaks a word that is wider than its column, and not every program works out widths
itself. The widths of letters are those of Arial; a reserve covers bold letters and wider fonts.
"""

import re
from collections.abc import Sequence

# Letters by their width in thousandths of the size of the font.
LETTERS = {
    222: "ijl'‘’|",
    278: " I.,:;/!ft[]",
    333: "-r()“”",
    500: "Jckvsxyz",
    584: "+−<>=",
    611: "FTZ",
    667: "ABEKPSVXY&",
    722: "CDHNRUw",
    778: "GOQ",
    833: "Mm",
    889: "%",
    944: "W",
}
WIDTHS = {letter: width for width, letters in LETTERS.items() for letter in letters}
OTHER = 556
RESERVE = 1.3
# A line is broken at a blank, and after a hyphen or dash between letters.
PLACES = re.compile(r"\s+|(?<=\w[-–])(?=\w)")
# A column of prose is not given more room than this before the others have theirs, in points.
ENOUGH = 150.0


def text_width(text: str, size: float) -> float:
    """The width of a line of text in points, in letters of this size."""
    return sum(WIDTHS.get(letter, OTHER) for letter in text) * size / 1000 * RESERVE


def column_widths(rows: Sequence[Sequence[str]], size: float, room: float, beside: float) -> list[float]:
    """The width of each column in points; together they are `room`.

    `rows` are the texts of the table with its headings, and `beside` is the space left and right of a text. Each column
    has room for its longest word, and a share of the rest by what its longest text lacks. If not even the words fit,
    the columns share the room by their words.
    """
    columns = list(zip(*rows, strict=True))
    least = [max(text_width(word, size) for text in column for word in words(text)) + beside for column in columns]
    if sum(least) >= room:
        return [width * room / sum(least) for width in least]
    wanted = [max(min(text_width(text, size), ENOUGH) for text in column) + beside for column in columns]
    lacking = [max(0.0, wish - width) for wish, width in zip(wanted, least, strict=True)]
    rest = room - sum(least)
    if sum(lacking) >= rest:
        return [width + rest * lack / sum(lacking) for width, lack in zip(least, lacking, strict=True)]
    # Everything fits: the labels take as much of what is left as two other columns.
    shares = [2, *[1] * (len(columns) - 1)]
    left = rest - sum(lacking)
    return [
        width + lack + left * share / sum(shares) for width, lack, share in zip(least, lacking, shares, strict=True)
    ]


def words(text: str) -> list[str]:
    """The parts of a text that stay on one line."""
    return [word for word in PLACES.split(text) if word] or [""]
