"""Comparisons in words, and one quantity given twice: "below the national average", "unmet need at 54.0%"."""

import re
from collections.abc import Iterator

from orchestration.checking import figures as kinds
from orchestration.checking import labels
from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import ERROR, Finding, slip_between
from orchestration.checking.places import POINTS_BACK
from orchestration.checking.rules.readings import GENERIC, Reader, place_of
from orchestration.checking.words import SMALL_WORDS, WORD, stem, stems

ABOVE = r"above|higher than|exceeds?|exceeding|more than|greater than|over|worse than the higher|outstrips"
BELOW = r"below|lower than|under|fewer than|less than|smaller than"
COMPARED = re.compile(
    rf"\b(?:(?P<above>{ABOVE})|(?P<below>{BELOW}))\s+(?:that (?:of|for)\s+)?(?:the\s+)?(?P<what>England|English|"
    rf"national|regional|nationally)\b",
    re.IGNORECASE,
)
NOT_NAMES = frozenset(
    [
        "particular",
        "leave",
        "leaving",
        "stood",
        "stand",
        "remain",
        "remained",
        "remaining",
        "reached",
        "fell",
        "rose",
        "increased",
        "decreased",
        "improved",
        "now",
        "currently",
    ]
)
NOT_SAID = re.compile(r"\b(?:not|no|than half|neither|nor)\b", re.IGNORECASE)


def compared_with_england(context: Context, reader: Reader) -> Iterator[Finding]:
    """Figures said to be above or below England's, against England's figure in the sentence or before it."""
    for at, sentence in enumerate(reader.sentences):
        for match in COMPARED.finditer(sentence.text):
            if re.search(r"regional", match["what"], re.I):
                continue
            before = sentence.text[: match.start()]
            own = [
                one
                for one in sentence.figures
                if not one.is_change
                and one.kind in (kinds.SHARE, kinds.RATE)
                and one.mark.end <= sentence.start + match.start()
                and one.area != "England"
            ]
            if not own and POINTS_BACK.match(sentence.text) and at:
                earlier = reader.sentences[at - 1]
                own = [
                    one
                    for one in earlier.figures
                    if earlier.block == sentence.block and one.kind in (kinds.SHARE, kinds.RATE) and one.role != "old"
                ]
            if not own or NOT_SAID.search(before[-25:]):
                continue
            figure = own[-1]
            theirs = england(reader, at, sentence, figure, match.end())
            if theirs is None or theirs.value == figure.value:
                continue
            is_above = figure.value > theirs.value
            if is_above != bool(match["above"]):
                yield Finding(
                    "comparison_fits_figures",
                    ERROR,
                    figure.mark,
                    f"{figure.number.text}, {match[0]}",
                    "above" if is_above else "below",
                    f"{figure.number.text} is {'above' if is_above else 'below'} England's {theirs.number.text}.",
                    sentence.text,
                    place_of(context, sentence),
                    marks=[theirs.mark],
                )


def england(reader: Reader, at: int, sentence: Sentence, figure: Figure, after: int) -> Figure | None:
    """England's figure of the same unit: the first behind the comparison, or the only one that the document gives."""
    here = [
        one
        for one in sentence.figures
        if one.area == "England"
        and one.number.unit != "fraction"
        and one.unit_class == figure.unit_class
        and one.mark.start >= sentence.start + after
    ]
    if here:
        return here[0]
    subject = quantity_before(sentence, figure)
    found = []
    for other in reader.sentences:
        for one in other.figures:
            if (
                one.area == "England"
                and one.unit_class == figure.unit_class
                and one.kind == figure.kind
                and one.number.unit != "fraction"
            ):
                around = " ".join(
                    o.text for o in reader.sentences if o.block == other.block and o.number <= other.number
                )
                if subject and set(subject) <= set(stems(around)):
                    found.append(one)
    return found[0] if len({one.value for one in found}) == 1 else None


def quantity_before(sentence: Sentence, figure: Figure) -> tuple[str, ...]:
    """The last two telling words before a figure that name its quantity: "unmet need" of "unmet need at 54.0%"."""
    before = sentence.text[: figure.mark.start - sentence.start]
    match = re.search(
        r"((?:[A-Za-z][\w'’-]*\s+){1,5})(?:of|to|at|was|is|stood at|stands at|:|remained at|remains "
        r"at)?\s*(?:around\s+|about\s+)?$",
        before,
    )
    if not match:
        return ()
    words = [stem(word) for word in WORD.findall(match[1]) if word.lower() not in SMALL_WORDS]
    words = [word for word in words if word not in GENERIC and word not in NOT_NAMES]
    return tuple(words[-2:]) if len(words) >= 2 else ()


def given_twice(context: Context, reader: Reader) -> Iterator[Finding]:
    """A share or a rate of one name, place and period that is printed twice and differs as a slip does."""
    seen: list[tuple[tuple[str, ...], Figure, Sentence]] = []
    for sentence in reader.sentences:
        for figure in sentence.figures:
            if (
                figure.kind not in (kinds.SHARE, kinds.RATE)
                or figure.role in ("old", "low", "high")
                or figure.number.unit == "fraction"
            ):
                continue
            name = quantity_before(sentence, figure)
            if not name:
                continue
            for other_name, other, _ in seen:
                if (
                    other_name != name
                    or other.area != figure.area
                    or other.kind != figure.kind
                    or other.mark.block == figure.mark.block
                ):
                    continue
                if (
                    other.period
                    and figure.period
                    and other.period != figure.period
                    and (other.has_own_period and figure.has_own_period)
                ):
                    continue
                if other.value != figure.value and slip_between(figure.number.text, other.number.text):
                    yield Finding(
                        "figure_given_twice",
                        ERROR,
                        figure.mark,
                        figure.number.text,
                        other.number.text,
                        f"Before, the {' '.join(name)} is given as {other.number.text}.",
                        sentence.text,
                        place_of(context, sentence),
                        slip_between(figure.number.text, other.number.text),
                        [other.mark],
                    )
                    break
            seen.append((name, figure, sentence))


def respectively(context: Context, reader: Reader) -> Iterator[Finding]:
    """ "A, B and C had 1 and 2, respectively": as many figures as places."""
    for sentence in reader.sentences:
        match = re.search(r"\brespectively\b", sentence.text)
        if not match:
            continue
        numbers = [
            one
            for one in {f.mark: f for f in sentence.figures}.values()
            if one.mark.end <= sentence.start + match.start()
        ]
        run = numbers[-1:]
        for one in reversed(numbers[:-1]):
            between = sentence.text[one.mark.end - sentence.start : run[0].mark.start - sentence.start]
            if (
                not re.fullmatch(r"(?:\s+[a-z]+)?\s*(?:,|and|,\s*and)\s*", between)
                or one.number.unit != run[0].number.unit
            ):
                break
            run.insert(0, one)
        if len(run) < 2:
            continue
        named = [one for one in context.names.find(sentence.text) if one.end <= run[0].mark.start - sentence.start]
        group = named[-1:]
        for place in reversed(named[:-1]):
            if not re.fullmatch(
                r"\s*(?:\([^()]*\))?\s*(?:,|and|,\s*and)\s*", sentence.text[place.end : group[0].start]
            ):
                break
            group.insert(0, place)
        if len(group) >= 2 and len(group) != len(run):
            yield Finding(
                "list_is_matched",
                ERROR,
                run[0].mark,
                f"{len(run)} figures",
                f"{len(group)} figures",
                f"“Respectively” matches {len(group)} places ({', '.join(one.name for one in group)}) with "
                f"{len(run)} figures.",
                sentence.text,
                place_of(context, sentence),
            )


OF_A_PLAN = re.compile(
    rf"{labels.PLANNED.pattern}|\b(?:capacity|baseline|expected|trajectory|forecast|average|previous|last|before)\b",
    re.I,
)


def above_all(context: Context, reader: Reader) -> Iterator[Finding]:
    """Shares above 100% of a whole."""
    for sentence in reader.sentences:
        for figure in sentence.distinct_figures:
            after = sentence.text[figure.mark.end - sentence.start :]
            if (
                figure.kind == kinds.SHARE
                and figure.value > 100
                and re.match(
                    r"\)?\s+of\b(?! (?:(?:its|the|their|our|a) )?(?:\w+ )?(?:target|plan|level|baseline|budget|"
                    r"capacity|"
                    r"trajectory|forecast|expected|standard))",
                    after,
                )
            ):
                yield over(figure, sentence.text, place_of(context, sentence))
    for table in context.tables:
        for row in table.rows:
            for column in table.columns:
                number = table.at(row, column)
                is_share = number is not None and table.role(row, column) == "share" and number.unit == "percent"
                label = f"{row.label} {column.header}"
                if (
                    is_share
                    and number
                    and number.value > 100
                    and re.search(r"\b(?:share|proportion|% of|percentage of|rate)\b", label, re.I)
                    # "Percentage of plan" is no share of a whole: more can be done than was planned.
                    and not OF_A_PLAN.search(label)
                ):
                    from orchestration.checking.findings import Mark

                    mark = Mark(table.block.number, table.place(row, column))
                    yield Finding(
                        "share_above_100",
                        ERROR,
                        mark,
                        number.text,
                        "at most 100%",
                        "A share of a whole is not above 100%.",
                        where=f"{table.name}, {row.label}",
                    )


def over(figure: Figure, sentence: str, where: str) -> Finding:
    return Finding(
        "share_above_100",
        ERROR,
        figure.mark,
        figure.number.text,
        "at most 100%",
        "A share of a whole is not above 100%.",
        sentence,
        where,
    )
