"""Which rows of a table a text names: by their labels, by the first word of a label, or by a number in it."""

import re
from functools import lru_cache

from orchestration.checking import labels
from orchestration.checking.figures import Sentence
from orchestration.checking.rules.pairs import window_of
from orchestration.checking.tables import Row, Table
from orchestration.checking.words import WORD, stem, stems

# Words that say nothing of what a table is about.
GENERIC = frozenset(
    re.findall(
        "[a-z]+",
        "table figure report rate proportion share percentage change fiscal financial calendar year sourced "
        "source database area local authority figures data number count estimate estimated council district "
        "locality lpa force police partnership board region type by increase decrease rise fall rose fell "
        "increased decreased compared more fewer less higher lower highest lowest most largest smallest "
        "overall up down respectively while however there also had has saw show showed shows record went go "
        "after cent per point all out of question answer item minute",
    )
)
PART_OF = re.compile(r",? (?:which|who) (?:is|are|forms?|makes?) (?:up )?(?:a )?part of [^,.;]*,", re.IGNORECASE)


# "Suspensions rose by 4%, entirely in secondary schools": the 4% is of all.
WHERE_IT_WAS = re.compile(
    r",? (?:entirely|wholly|all|almost all|mainly|mostly|largely|chiefly|solely|principally) "
    r"(?:in|at|among|within|from) [^,.;]*",
    re.IGNORECASE,
)


@lru_cache(maxsize=1024)
def topic_of(table: Table) -> frozenset[str]:
    """The words that say what a table is about."""
    columns = " ".join(column.measure for column in table.columns)
    words = set(stems(f"{labels_only(table.caption)} {columns} {' '.join(table.headings[:1])}"))
    return frozenset(words - GENERIC)


def labels_only(caption: str) -> str:
    return re.sub(r"\b[Ss]ource[ds]?\b.*$", "", caption)


# "13 more for Class A and 25 more for Class B".
FOR_ROW = re.compile(
    r"\s+(?:more|fewer|less|extra)\s+(?:for|in|of|at|among)\s+(?:the\s+)?(?P<row>[^.;:()\d]{2,60}?)(?=\s+and\b|[,.;:]|$)"
)


def exact_label(table: Table, text: str) -> list[Row]:
    """The rows whose labels are a text, or end with it behind a comma: "Class A" of "Supply, Class A"."""
    said = text.strip().casefold()
    return [
        row for row in table.rows if said in (one.strip().casefold() for one in (row.label, row.label.split(",")[-1]))
    ]


# "At other times" names no row "Other".
OTHERS = re.compile(r"(?:all )?others?", re.IGNORECASE)
OTHERS_SAID = re.compile(
    r"\bothers\b|\bother\b(?!\s+[a-z])|\bother (?:groups?|categor\w+|types?|kinds?|was|were|is|are)\b", re.I
)


def best_label(table: Table, text: str, at: int) -> list[Row] | None:
    """The rows whose labels a text names: the longest label, and of those the one last named before a place."""
    if table.has_areas:
        return None
    if numbered := rows_with_numbers(table, text, at):
        return numbered
    # "Shoplifting, which is part of theft, rose": theft is not what rose.
    text = PART_OF.sub(lambda aside: " " * len(aside[0]), text)
    text = WHERE_IT_WAS.sub(lambda aside: " " * len(aside[0]), text)
    words = [(match.start(), match.end(), stem(match[0])) for match in WORD.finditer(text)]
    found: list[tuple[bool, bool, int, int, Row]] = []
    for row in table.rows:
        if OTHERS.fullmatch(row.label) and not OTHERS_SAID.search(text):
            continue
        best: tuple[bool, bool, int, int] | None = None
        for wanted in labels.alternatives(row.label):
            window = window_of(words, wanted, at)
            if window is not None:
                distance = -abs(at - window[1]) if window[1] <= at else -10_000 - window[0]
                # "Trafficking of drugs rose by 25 offences": the row of all drug offences is not meant.
                score = (distance > -10_000, not row.is_total, len(wanted), distance)
                best = max(best, score) if best else score
        if best is not None:
            found.append((*best, row))
    if not found:
        return by_head(table, text, words, at)
    # A label nearer to the number wins over a longer one elsewhere, unless it is a part of the longer one.
    found.sort(key=lambda one: one[:4], reverse=True)
    first = found[0]
    return [one[4] for one in found if one[:4] == first[:4]]


HEAD = re.compile(r"\s+(?:and|of|from|against|in|with|by|for|after|on|to)\s+|\s*\(")


OF_MORE = re.compile(
    r"(?:\s+[a-z]+)?\s+(?:of|from|against|with)\s+(?!(?:the )?\d|about|around|just|over|nearly)", re.IGNORECASE
)


@lru_cache(maxsize=1024)
def heads_of(table: Table) -> tuple[tuple[frozenset[str], Row], ...]:
    """The first word of each label that none of the others has: "Robbery" of "Robbery of personal property"."""
    whole = {row.index: set(stems(row.label)) for row in table.rows}
    about = topic_of(table)
    found = []
    for row in table.rows:
        head = frozenset(stems(HEAD.split(row.label)[0]))
        others = set().union(*(words for index, words in whole.items() if index != row.index))
        if len(head) == 1 and head != whole[row.index] and not head & (others | about | GENERIC) and not row.is_total:
            found.append((head, row))
    return tuple(found)


def by_head(table: Table, text: str, words: list[tuple[int, int, str]], at: int) -> list[Row] | None:
    """The row whose label's first word a text has before a place, if it has that of no other row.

    None at all, and not the total, where the word is of something else: "theft of cycles" beside "Theft from a person".
    """
    ends = {word: end for _, end, word in words if end <= at}
    found = [(row, ends[word]) for head, row in heads_of(table) for word in head if word in ends]
    if len(found) != 1:
        return None
    row, end = found[0]
    return [] if OF_MORE.match(text, end) else [row]


def row_beside(table: Table, text: str) -> Row | None:
    """The row, of places or of something among them, whose label a text ends with: "the mobile unit (+53%)"."""
    ends = re.sub(r"\s*\(\s*[+-]?$", "", text).rstrip().casefold()
    named = [row for row in table.rows if row.label and not row.is_total and ends.endswith(f" {row.label.casefold()}")]
    return max(named, key=lambda row: len(row.label)) if named and ends != text.rstrip().casefold() else None


# "It came down to 11.3%": of what the sentence before it is about.
PRONOUN = re.compile(
    r"(?:It|They|Its|Their|This|These|Those)\s+(?!(?:is|was|were|are) (?:why|because|due|in part)\b)[a-z]"
)


def row_told_before(table: Table, sentence: Sentence, sentences: list[Sentence]) -> list[Row] | None:
    """The row that the sentence before one of "it" or "they" is about; none at all where it names several.

    "Special schools had the highest rate. It came down to 11.3%": the rate of special schools, and not of all.
    """
    before = [one for one in sentences if one.block == sentence.block and one.number == sentence.number - 1]
    if table.has_areas or not before or not PRONOUN.match(sentence.text):
        return None
    rows = best_label(table, before[0].text, len(before[0].text)) or []
    named = [row for row in rows if not row.is_total]
    return named if len(named) == 1 else [] if rows and len(named) == len(rows) else None


# "Notifications rose by 6.5% and contacts by 15.5%": what rose by 15.5% is not what rose by 6.5%.
GAPPED = re.compile(
    r"\s*(?!(?:it|they|this|that|these|those|which|up|down|then|so|again|also|by|in|at|on|for|from|since|over|between|was|were|is|"
    r"are|has|had|have|rose|fell|grew|a|an|the (?:latter|former|same))\b)(?:the\s+)?(?:[A-Za-z'’-]+\s+){1,4}by\s+"
    r"(?:(?:about|around|just|only|nearly|almost|over|under|some)\s+)*£?$",
    re.IGNORECASE,
)
# "Fewer visits (down 4.5%), more tests": a list, of which the number in brackets ends a part.
IN_BRACKETS = re.compile(
    r"\((?:(?:up|down|a|an|rise|fall|increase|decrease|of|by|about|around)\s+)*[+−-]?£?$", re.IGNORECASE
)
ENDS_PART = re.compile(
    r"[^()]{0,30}\)\s*,\s+(?:more|fewer|less|higher|lower|better|worse|longer|shorter|an?|the)\s", re.IGNORECASE
)


def is_gapped(table: Table, before: str, lead: str) -> bool:
    """Whether a clause behind "and" has a subject of its own, but no verb, and its table is not about it."""
    return before.endswith("and ") and GAPPED.match(lead) is not None and not topic_of(table) & set(stems(lead))


def ends_part(text: str, at: int) -> bool:
    """Whether the change at a place ends a part of a list, so that no row named behind it is its own."""
    return IN_BRACKETS.search(text[:at]) is not None and ENDS_PART.match(text, at) is not None


QUARTERS = ("first", "second", "third", "fourth|last|final")


def rows_with_numbers(table: Table, text: str, at: int) -> list[Row]:
    """The row whose label has a number and stands in a text: "18 to 64", "Year 10"; the last one before `at`."""
    found = []
    for row in table.rows:
        label = row.label.lower().strip()
        ages = re.fullmatch(r"(?:aged? )?(\d{1,3}) ?(?:to|-|–) ?(\d{1,3})", label)
        quarter = re.fullmatch(r"q(?:uarter)? ?([1-4])", label)
        over = re.fullmatch(r"(?:aged? )?(\d{1,3})(?: (?:and|or) (?:over|above|older|more)|\+)", label)
        if over and (written := rf"{over[1]}(?: (?:and|or) (?:over|above|older|more)|\+)"):
            for match in re.finditer(rf"(?<![\w,.]){written}", text, re.IGNORECASE):
                found.append((match.start() <= at, -abs(at - match.start()), row.index, row))
            continue
        if not ages and not quarter and not re.search(r"[a-z]+ \d{1,3}\b", label):
            continue
        written = rf"{ages[1]} ?(?:to|-|–) ?{ages[2]}" if ages else re.escape(label)
        if quarter:
            nth = rf"(?:{QUARTERS[int(quarter[1]) - 1]})(?: quarter|(?= and\b| the\b|[,.;]| ?\(|$))"
            written = rf"(?:q ?{quarter[1]}|quarter {quarter[1]}|{nth})"
        for match in re.finditer(rf"(?<![\w,.]){written}(?![\w%]|[,.]\d)", text, re.IGNORECASE):
            found.append((match.start() <= at, -abs(at - match.start()), row.index, row))
    return [max(found)[3]] if found else []
