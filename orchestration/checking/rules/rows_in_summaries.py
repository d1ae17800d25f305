"""How rows of a table went, said without a number and anywhere: "Burglary and robbery both fell" in a conclusion."""

import re
from collections.abc import Iterator

from orchestration.checking.context import Context
from orchestration.checking.directions import BETTER, DENIED, DIRECTION, masked
from orchestration.checking.figures import Sentence
from orchestration.checking.findings import Finding
from orchestration.checking.rules.counted import ALL, ONLY, TWO_WAYS
from orchestration.checking.rules.readings import BROAD, RESTRICTED, Reader, topic_of
from orchestration.checking.rules.rows_counted import NOT_IN_TIME, PLAIN, VERBS, WENT
from orchestration.checking.rules.rows_said import Mention, mentions, near_tables
from orchestration.checking.rules.said import words_finding
from orchestration.checking.rules.together import TOGETHER, WITHOUT
from orchestration.checking.rules.years_said import ways_said
from orchestration.checking.tables import Table
from orchestration.checking.words import stem, stems

CLAUSES = re.compile(r"[;:.]\s|,\s+|\s(?:while|whereas|but|although|though)\s")
# Verbs only: "the fall in burglary" says what fell, too, but may be of anything.
WENT_SO = re.compile(
    r"\b(?:(?P<up>rose|risen|increased|grew|grown|climbed|went up|gone up|(?:was|were|is|are) up)|"
    r"(?P<down>fell|fallen|decreased|declined|dropped|(?:went|came|gone|come) down|(?:was|were|is|are) down))\b",
    re.IGNORECASE,
)
YEARS = re.compile(r"\b(?:19|20)\d\d(?:\s?[/–-]\s?\d\d)?\b")
# Words of a clause that name nothing.
NEUTRAL = frozenset(
    stem(word)
    for word in re.findall(
        "[a-z]+",
        "those do with both too again also although though while whereas but because of and or among involving about "
        "concerning relating linked related slightly sharply steadily markedly significantly further case what here we "
        "conclusion summary finally",
    )
)
# "A and B fell by 10% and 12%", "A fell to 90": judged by the number.
WITH_NUMBER = re.compile(r"\s*(?:again\s+)?(?:,?\s*by\s|to\s|from\s|\()\s*[£\d]", re.IGNORECASE)


def rows_in_summaries(context: Context, reader: Reader) -> Iterator[Finding]:
    for sentence in reader.sentences:
        if any(one.search(sentence.text) for one in (BROAD, TWO_WAYS, ONLY, ALL, DENIED, TOGETHER, RESTRICTED)):
            continue
        text = masked(sentence.text)
        bounds = [0, *(one.end() for one in CLAUSES.finditer(text)), len(text)]
        verbs = list(WENT_SO.finditer(text))
        for verb in verbs:
            start = max(at for at in bounds if at <= verb.start())
            end = min(at for at in bounds if at >= verb.end())
            clause = sentence.text[start:end]
            bare = YEARS.sub(" ", clause)
            if (
                len(list(WENT_SO.finditer(clause))) > 1
                or BETTER.search(clause)
                or NOT_IN_TIME.search(text[verb.start() : end])
            ):
                continue
            if re.search(r"\d", bare) or WITH_NUMBER.match(text, verb.end()) or WITHOUT.search(text[:start]):
                continue
            finding = judged(context, sentence, clause, start, verb)
            if finding is not None:
                yield finding


def judged(context: Context, sentence: Sentence, clause: str, start: int, verb: re.Match[str]) -> Finding | None:
    """A finding if no table that has all the rows a clause names, and is about what it says, bears it out."""
    way = 1 if verb["up"] else -1
    near = near_tables(context, sentence)
    found: list[tuple[Table, dict[str, int], list[Mention]]] = []
    for table in context.tables:
        named = mentions(context, table, clause)
        labels = {one.row.label for one in named}
        if any(start + one.start < verb.end() and verb.start() < start + one.end for one in named):
            # "More people dropped out": the label itself is a verb.
            return None
        if not named or not is_about(context, table, clause, sentence, table in near):
            continue
        found += [(table, ways, named) for ways in ways_said(table, clause, sentence) if labels <= set(ways)]
    if not found or any(all(ways[one.row.label] == way for one in named) for _, ways, named in found):
        return None
    table, ways, named = found[0]
    if table in near and (len(near) == 1 or table.has_areas):
        # What is said beside the only table, or of places beside theirs, is judged by other rules.
        return None
    wrong = list(dict.fromkeys(one.row.label for one in named if ways[one.row.label] != way))
    actual = "; ".join(f"{name} {WENT[ways[name]]}" for name in wrong)
    span = (start + min(one.start for one in named), max(verb.end(), start + max(one.end for one in named)))
    why = f"By {table.name or 'the table'}, {actual}."
    return words_finding(context, sentence, "word_fits_change", span, actual, why)


def is_about(context: Context, table: Table, clause: str, sentence: Sentence, is_near: bool) -> bool:
    """Whether all words of a clause are those of a table or name nothing; for places far from it, one names it."""
    title = next((block.text for block in context.document.texts() if block.kind == "heading"), "")
    about = topic_of(table) | set(stems(f"{table.label_header} {table.notes}"))
    known = about | set(stems(title)) | PLAIN | VERBS | NEUTRAL
    known |= {word for row in table.rows for word in stems(row.label)}
    said = set(stems(DIRECTION.sub(" ", YEARS.sub(" ", WENT_SO.sub(" ", clause)))))
    if said - known:
        return False
    return is_near or not table.has_areas or bool(about & set(stems(sentence.text)))
