"""Making text from outside, such as file names and server answers, safe to show on a terminal or in a log."""

import unicodedata

# Line ends and tabs are part of a message's form.
KEPT = "\n\t"


def printable(text: str) -> str:
    """The text with each control character written as its escape.

    These are control characters (ESC among them), those that turn the direction of writing, line and paragraph
    separators, and halves of characters, which the name of a file can hold and no encoding can write.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def one_line(name: str) -> str:
    """The name of a file on one line: a line break in it could look like a new message."""
    return printable(name).replace("\n", "\\n").replace("\t", "\\t")


def _shown(character: str) -> str:
    obeyed = unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")
    turns = unicodedata.bidirectional(character) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
    if (obeyed or turns) and character not in KEPT:
        return character.encode("unicode_escape").decode("ascii")
    return character
