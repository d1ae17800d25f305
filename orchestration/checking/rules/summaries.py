"""What a summary says again of a table's row or of another paragraph ("from 34 to 52"), and points told as percent."""

import re
from collections.abc import Iterator
from itertools import combinations, pairwise

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import ERROR, Finding, Relation, printed_like, slip_between
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.comparisons_said import between
from orchestration.checking.rules.readings import GENERIC, Reader, place_of, term_of
from orchestration.checking.rules.rows_said import mentions
from orchestration.checking.rules.series import columns_in_time
from orchestration.checking.rules.within_tables import line
from orchestration.checking.words import stems

TO = re.compile(r"%?(?:\s+(?:in|at)\s+\S+(?:\s+\d{4})?)?\s+to\s+£?", re.IGNORECASE)
BEGINS = re.compile(r"[.;:]\s|,?\s+(?:and|but|while|whereas)\s+", re.IGNORECASE)
LEAST = 10


def pairs_said(sentence: Sentence) -> Iterator[tuple[Figure, Figure, str]]:
    """Each "from A to B" of a sentence, with the words of its clause before it."""
    last = 0
    for old, new in pairwise(sentence.distinct_figures):
        start = old.mark.start - sentence.start
        before = sentence.text[last:start]
        is_pair = re.search(r"\bfrom\s+£?$", before) and TO.fullmatch(between(sentence, old, new))
        if is_pair and not old.is_change and not new.is_change and old.number.unit == new.number.unit:
            yield old, new, before
            last = new.mark.end - sentence.start


# "Pleased with burglary (down 11.0%) and concerned about robbery (up 11.1%)".
WENT_BY = re.compile(r"\s*\((?P<way>up|down)\s+(?:by\s+)?$", re.IGNORECASE)


def changes_behind_rows(context: Context, reader: Reader) -> Iterator[Relation]:
    """ "Burglary (down 11.0%)": the change of the one row of that name, where a usual slip explains another."""
    for sentence in reader.sentences:
        for figure in sentence.distinct_figures:
            before = sentence.text[: figure.mark.start - sentence.start]
            went = WENT_BY.search(before)
            if went is None or figure.number.unit != "percent":
                continue
            words = BEGINS.split(before[: went.start()])[-1]
            way = 1 if went["way"].lower() == "up" else -1
            printed = term_of(figure).signed(abs(figure.value) * way)
            found = []
            for table in context.tables:
                named = [one for one in mentions(context, table, words) if one.end == len(words)]
                for columns in columns_in_time(table) if named else []:
                    cells = line(table, [(named[-1].row, one) for one in columns])
                    for old, new in combinations(cells, 2):
                        where = place_of(context, sentence)
                        found.append(sums.change_relation(old, new, printed, sums.PERCENT, where, sentence.text))
            if len(found) != 1 or any(one.is_change and one is not figure for one in beside(sentence, figure)):
                continue
            follows = printed_like(figure.number, abs(found[0].expected() or 0.0))
            if found[0].holds() or slip_between(figure.number.text, follows):
                yield found[0]


def beside(sentence: Sentence, figure: Figure) -> list[Figure]:
    """The other figures of a figure's bracket."""
    start, end = figure.mark.start - sentence.start, figure.mark.end - sentence.start
    opened, closed = sentence.text.rfind("(", 0, start), sentence.text.find(")", end)
    return [
        one for one in sentence.figures if one.mark != figure.mark and opened < one.mark.start - sentence.start < closed
    ]


def from_rows(context: Context, reader: Reader) -> Iterator[Relation]:
    """ "Overdoses increased from 34 to 52": the two values of the row that is named, one of which is another."""
    for sentence in reader.sentences:
        for old, new, words in pairs_said(sentence):
            if old.kind not in (kinds.VALUE, kinds.RATE) or min(old.value, new.value) < LEAST:
                continue
            found, is_true = [], False
            for table in context.tables:
                named = mentions(context, table, words)
                for columns in columns_in_time(table) if named else []:
                    for cells in (line(table, [(named[-1].row, one) for one in pair]) for pair in pairwise(columns)):
                        right = [one.number.fits(cell.value) for one, cell in zip((old, new), cells, strict=False)]
                        is_true = is_true or right == [True, True]
                        found += [(right.index(False), cells, table)] if sum(right) == 1 else []
            if is_true or len(found) != 1 or any(other.value in (old.value, new.value) for other in found[0][1][2:]):
                continue
            at, cells, table = found[0]
            figure = (old, new)[at]
            if slip_between(figure.number.text, cells[at].text):
                name = table.name or "The table"
                yield sums.same_relation(
                    cells[at], term_of(figure), place_of(context, sentence), f"{name} has", sentence.text
                )


def from_other_paragraphs(context: Context, reader: Reader) -> Iterator[Finding]:
    """ "Uptake improved from 52% to 58%", where the paragraph on uptake gives 53% and 58%."""
    for sentence in reader.sentences:
        for old, new, words in pairs_said(sentence):
            if old.number.unit != "percent" or old.kind != kinds.SHARE:
                continue
            subject = set(stems(words)) - GENERIC
            found: list[tuple[Figure, Figure]] = []
            is_true = False
            for block, figures in shares_by_block(reader).items():
                text = context.document.blocks[block].text
                if block == old.mark.block or len(subject & set(stems(text))) < 2:
                    continue
                values = {one.value for one in figures}
                is_true = is_true or {old.value, new.value} <= values
                for here, other in ((old, new), (new, old)):
                    like = [
                        one
                        for one in figures
                        if one.value != other.value and slip_between(here.number.text, one.number.text)
                    ]
                    if other.value in values and here.value not in values and len({one.value for one in like}) == 1:
                        found.append((here, like[0]))
            if is_true or len({(one.mark, other.value) for one, other in found}) != 1:
                continue
            here, meant = found[0]
            yield Finding(
                "figure_given_twice",
                ERROR,
                here.mark,
                here.number.text,
                meant.number.text,
                f"Elsewhere the document has {meant.number.text} beside {(new if here is old else old).number.text}.",
                sentence.text,
                place_of(context, sentence),
                slip_between(here.number.text, meant.number.text),
                [meant.mark],
            )


def shares_by_block(reader: Reader) -> dict[int, list[Figure]]:
    found: dict[int, list[Figure]] = {}
    for sentence in reader.sentences:
        found.setdefault(sentence.block, []).extend(
            one for one in sentence.distinct_figures if one.kind == kinds.SHARE and one.number.unit == "percent"
        )
    return found


RATE = re.compile(
    r"\b(?:rate|uptake|take-up|share|proportion|percentage|coverage|performance|occupancy|prevalence)\b", re.IGNORECASE
)


def points_in_percent(context: Context, reader: Reader) -> Iterator[Relation]:
    """ "18.2% … 15.7% … The rate has fallen by 2.5%": the difference of two shares, which is in percentage points."""
    for at, sentence in enumerate(reader.sentences):
        changes = [
            one
            for one in sentence.distinct_figures
            if one.kind == kinds.PERCENT_CHANGE and one.number.unit == "percent"
        ]
        if len(changes) != 1 or not RATE.search(sentence.text[: changes[0].mark.start - sentence.start]):
            continue
        near = [one for one in reader.sentences[max(at - 2, 0) : at + 1] if one.block == sentence.block]
        shares = [
            one
            for other in near
            for one in other.distinct_figures
            if one.kind == kinds.SHARE and one.number.unit == "percent"
        ]
        if len(shares) != 2 or shares[0].number.decimals != shares[1].number.decimals:
            continue
        old, new = order_of(shares)
        if old is None or new is None:
            continue
        points, change = new.value - old.value, changes[0]
        percent = sums.percent_change([old.value, new.value]) or 0.0
        half = change.number.half_unit + 10.0**-old.number.decimals
        if not change.number.fits(abs(points)) or abs(abs(percent) - abs(change.value)) <= half:
            continue
        relation = sums.change_relation(
            term_of(old), term_of(new), term_of(change), sums.PERCENT, place_of(context, sentence), sentence.text
        )
        size = printed_like(change.number, abs(points)).lstrip("+").rstrip("%")
        relation.shape = lambda _, size=size: f"{size} percentage points"  # type: ignore[misc]
        relation.explain = lambda expected, old=old, new=new, size=size, change=change: (  # type: ignore[misc]
            f"From {old.number.text} to {new.number.text} is {size} percentage points; in percent it would be "
            f"{printed_like(change.number, expected)}."
        )
        yield relation


def order_of(shares: list[Figure]) -> tuple[Figure | None, Figure | None]:
    """The older and the newer of two shares; none where the text does not say which is which."""
    first, second = shares
    if first.period and second.period and first.period.end != second.period.end:
        return (first, second) if first.period.end < second.period.end else (second, first)
    if (first.role == "old") != (second.role == "old"):
        return (first, second) if first.role == "old" else (second, first)
    return None, None
