"""What a change is measured against, other than the time before: another place, or a change before it."""

import re

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.directions import NOUNS
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.spans import before
from orchestration.checking.words import stems
from orchestration.reading.periods import MONTH_NAME, Period

MORE = r"(?:more|fewer|less|higher|lower|greater|smaller|above|below|ahead of|behind)"
# "Had 6 more than East", "2 points below that of Ashby".
THAN = re.compile(
    rf"\s*\)?(?:\s+(?!from\b|on\b|to\b)[a-z-]+){{0,3}}?\s+{MORE}(?:\s+(?-i:[a-z-]+))?(?:\s+than)?\s+"
    r"(?:(?:in|at|of|for|the|that|those|did|had)\s+)*",
    re.IGNORECASE,
)
# "Above East, with 14 more, is West".
PLACED = re.compile(
    r"\b(?:above|below|ahead of|behind|beneath|over|under|after|before|next to)\s+(?:the\s+)?"
    r"(?P<place>[^,.;:()\d]{2,60}),\s+"
    r"(?:with|by|at|and)\s+(?:(?:about|around|just|only|some|nearly|almost|over)\s+)?£?$",
    re.IGNORECASE,
)
BEYOND = re.compile(r"\s+(?:above|below|ahead of|behind)\s", re.IGNORECASE)
JUST_MORE = re.compile(rf"\s+{MORE}\b(?!\s+than\b)", re.IGNORECASE)
# "Rose by 210, after a rise of 180 the year before".
BEFORE_IT = re.compile(
    r"\b(?:after|following|compared (?:with|to)|against|on top of)\s+(?:an?|the|one)\s+(?:[a-z-]+\s+){0,2}?"
    r"(?:rise|increase|growth|fall|drop|decrease|decline|reduction|gain|cut)\s+of\s+"
    r"(?:about |around |nearly |over )?£?$",
    re.IGNORECASE,
)

# "Rose by 210, having fallen by 26 the year before".
HAVING = re.compile(
    r"\b(?:having|after|following)\s+(?:(?:risen|fallen|increased|decreased|dropped|grown|gone up|gone down|come down|"
    r"rising|falling|increasing|decreasing|dropping|growing|going up|going down)\s+by)\s+"
    r"(?:about |around |nearly |over |some |just )*£?$",
    re.IGNORECASE,
)
YEAR_BEFORE = re.compile(
    r"(?:\s+[a-z]+){0,2}?\s+(?:(?:in |during |over )?the (?:year|quarter|month|period) before|"
    r"(?:in |during |over )?the (?:previous|preceding|prior) (?:year|quarter|month|period)|"
    r"(?:in )?(?:19|20)\d\d|a year earlier|between)\b",
    re.IGNORECASE,
)
# What makes "twice that in 2019" and "as many as a year before" multiples over time.
OF_TIME = (
    rf"(?:(?:19|20)\d\d|\b(?:years?|months?|quarters?|weeks?|decades?|before|earlier|ago|previous(?:ly)?|last|prior|when|"
    rf"then|past|start|since|usual|normal|winter|spring|summer|autumn|pre-\w+|baseline|{MONTH_NAME})\b)"
)
AS_ANOTHER = re.compile(
    r"\s+as\s+(?:fast|quickly|rapidly|steeply|sharply|strongly|slowly)\b|"
    rf"\s+(?:as\s+\w+\b[^.;:,()]*?\bas\b|(?:that|those)\b)(?![^.;:,()]*{OF_TIME})|\s+(?:more|less) likely\b|"
    r"\s+(?:the|that|those|its)\s+(?:[\w-]+\s+){0,2}(?:average|mean|rate|norm|level|figure|number|of|for)\b"
    rf"(?![^.;,]*{OF_TIME})",
    re.IGNORECASE,
)
# "42.7, more than twice the 20.2 of the Isles".
AS_NUMBER = re.compile(r"\s+(?:the|its|their)\s+£?\d(?:[^.;:,()]|[.,](?=\d))*", re.IGNORECASE)
# "Leverage fell to 1.8x (March: 2.2x)": a level, and no multiple of another number of the text.
LEVEL_BEFORE = re.compile(r"(?:\b(?:to|of|at|from|was|were|is|are|than|below|above)|[:=(])\s*$", re.IGNORECASE)
THE_OF = re.compile(rf"\s+the\b(?P<rest>(?:(?!{OF_TIME})[^.;:,()])*)(?!{OF_TIME})", re.IGNORECASE)
# "69% of the increase of 356", "contributed 359 to the increase of 356": the change of all, and not of a part.
WHOLE_CHANGE = re.compile(
    r"(?:\b(?:of|behind|within|for)\s+|\bcontribut\w+\b[^.;]{0,30}?\bto\s+)(?:the|this|that|its|our)\s+"
    rf"(?:[a-z]+\s+){{0,2}}(?:{NOUNS})\s+(?:(?:in|across)\s+(?:[a-z]+\s+){{1,3}})?of\s+(?:about |around |nearly )?£?$",
    re.IGNORECASE,
)
# "The difference between A and B is 17.2", "the rise in A (8) was larger than that in B (6)": no values of A and B.
DIFFERENCE = re.compile(
    r"\b(?:difference|gap|differential|disparity)\s+between\b[^.;:()]{3,80}?\b(?:is|was|of|at)\s+"
    r"(?:about |around |nearly |just over |over |almost )?£?$",
    re.IGNORECASE,
)
# "The gap to England has grown from 3.8 in 2016 to 5.1": neither is the rate of a row.
NO_STOP = r"(?:[^.;:()]|\.(?=\d))"
GAP_WENT = re.compile(
    rf"\b(?:gap|difference|differential|disparity)\b{NO_STOP}{{0,60}}?\b(?:has|have|had|grew|grown|rose|risen|widened|"
    rf"narrowed|closed|fell|fallen|shrank|shrunk|increased|decreased|went|gone|was|is|stood|stands)\b{NO_STOP}{{0,80}}$",
    re.IGNORECASE,
)
OF_A_CHANGE = re.compile(rf"\b(?:{NOUNS})\s+(?:in|at|for|of|among)\s+[^.;:()\d]{{2,50}}\(\s*£?$", re.IGNORECASE)
AS_CHANGE = re.compile(
    rf"\b(?:{NOUNS})\s+(?:in|at|for|of|among)\s+[^.;:]*\b(?:than|as|and|against|to|with|times|twice|half)\s+(?:that|those)\s+"
    r"(?:in|at|for|of|among)\s+[^.;:()\d]{2,50}\(\s*£?$",
    re.IGNORECASE,
)


# "52% fewer than in 2005/06", "40% down on 2009/10", "up 12% since 2019".
BASE_BEHIND = re.compile(
    r"\s*(?:(?!from\b|to\b|and\b|but\b)[a-z-]+\s+){0,3}?(?:(?:19|20)\d\d(?:\s?/\s?\d\d)?\s+)?"
    r"(?:than|since|on|below|above|over|compared (?:with|to)|against)\s+"
    r"(?:(?:in|the|that|those|their|its|of|for|level|levels|figure|where|it|they|we|was|were|stood|year|years?|financial|fiscal|calendar|same|period)\s+)*",
    re.IGNORECASE,
)


# "1.75 times the figure for 2020/21".
TIMES_OF_THEN = re.compile(r"\s+(?:the|that|those)\s+(?:[a-z]+\s+){0,2}(?:for|of|in)\s+(?:the\s+)?", re.IGNORECASE)


def base_said(sentence: Sentence, figure: Figure) -> Period | None:
    """The period that a change names as what it is measured against."""
    end = figure.mark.end - sentence.start
    for span in sentence.spans:
        if span.start < end:
            continue
        between = sentence.text[end : span.start]
        if span.period is None:
            # "Five in 2024/25, two fewer than in the previous year, and half of the eleven in 2022/23".
            if span.is_before and sentence.base is not None and BASE_BEHIND.fullmatch(between):
                return before(sentence.base)
            continue
        if BASE_BEHIND.fullmatch(between) or (figure.kind == kinds.RATIO and TIMES_OF_THEN.fullmatch(between)):
            return span.period
    return None


# "From 41 to 36, but 36 is still two more than in 2021": the change behind "but" is since another time.
BUT = re.compile(r"\b(?:but|yet|though|although)\b[^.;]*\b(?:still|is|was|remains|remained)\b", re.IGNORECASE)


def is_before_contrast(sentence: Sentence, figure: Figure, pair: tuple[Figure, Figure]) -> bool:
    """Whether a change behind "but" names a time of its own, which the two values before it do not."""
    # The old value: the new one can be said again behind "but".
    end = pair[0].mark.end
    if base_said(sentence, figure) is None or end > figure.mark.start or end < sentence.start:
        return False
    return BUT.search(sentence.text[end - sentence.start : figure.mark.start - sentence.start]) is not None


def is_since(base: Period | None, old: Period | None) -> bool:
    """Whether an old value can be of the period that a change is measured against, as far as both are told."""
    return base is None or old is None or base.kind != old.kind or base == old


def is_times_another(context: Context, sentence: Sentence, figure: Figure) -> bool:
    """Whether a ratio is to something else than an earlier time: "three times the average", "cover fell to 1.8x"."""
    start, end = figure.mark.start - sentence.start, figure.mark.end - sentence.start
    if figure.kind != kinds.RATIO:
        return False
    if figure.number.text.lower().endswith("x") and LEVEL_BEFORE.search(sentence.text[:start]):
        return True
    number = AS_NUMBER.match(sentence.text, end)
    if AS_ANOTHER.match(sentence.text, end) or (number is not None and not re.search(OF_TIME, number[0], re.I)):
        return True
    the = THE_OF.match(sentence.text, end)
    until = range(the.start("rest"), the.end()) if the is not None else range(end, end + 2)
    return any(one.start in until for one in context.names.find(sentence.text))


# "13 below the peak of 52": how far a value is from another, and no value.
FROM_ANOTHER = re.compile(
    r"\s+(?:[a-z]+\s+)?(?:below|above|short of|ahead of|behind|(?:more|fewer|less|higher|lower) than)\s+"
    r"(?:(?:the|that|its|our|their|what|in)\s+)",
    re.IGNORECASE,
)


def is_gap_to_another(sentence: Sentence, figure: Figure) -> bool:
    """Whether a number says how far one value is from another: no change is one from or to it."""
    is_here = sentence.start <= figure.mark.start < sentence.start + len(sentence.text)
    is_here = is_here and figure.mark.block == sentence.block
    return is_here and FROM_ANOTHER.match(sentence.text, figure.mark.end - sentence.start) is not None


def is_tabled_of_another(context: Context, sentence: Sentence, figure: Figure, clause: str) -> bool:
    """Whether a table prints a change as that of a row of which the clause has a word."""
    return any(
        table.role(row, column) == "change"
        and (cell := table.at(row, column)) is not None
        and cell.decimals == figure.number.decimals
        and abs(cell.value) == figure.value
        and set(stems(row.label)) & set(stems(clause))
        for table in context.tables_for(context.document.blocks[sentence.block])
        for row in table.rows
        for column in table.columns
    )


def is_whole_change(sentence: Sentence, figure: Figure) -> bool:
    """Whether a change is that of the whole that a sentence names a part of."""
    return bool(WHOLE_CHANGE.search(sentence.text[: figure.mark.start - sentence.start]))


def is_change_of_difference(context: Context, sentence: Sentence, figure: Figure) -> bool:
    """Whether a change follows a difference between two places and no value: it may be that of the difference."""
    if any(not one.is_change and one.kind != kinds.RATIO for one in sentence.figures):
        return False
    before = [one for one in sentence.figures if one.mark.end <= figure.mark.start and one.kind == figure.kind]
    return any(is_than_place(context, sentence, one) for one in before)


def is_difference(sentence: Sentence, figure: Figure) -> bool:
    """Whether a number is said to be the difference of two things, or a change in a bracket behind what changed."""
    before = sentence.text[: figure.mark.start - sentence.start]
    return any(pattern.search(before) for pattern in (DIFFERENCE, GAP_WENT, OF_A_CHANGE, AS_CHANGE))


def is_with_another_place(context: Context, sentence: Sentence, figure: Figure) -> bool:
    """Whether a difference is that to another place, also of "3 more" behind "6 more than East"."""
    if is_than_place(context, sentence, figure) or is_placed(context, sentence, figure):
        return True
    before = [one for one in sentence.figures if one.mark.end <= figure.mark.start and one.kind == figure.kind]
    return bool(JUST_MORE.match(sentence.text, figure.mark.end - sentence.start)) and any(
        is_than_place(context, sentence, one) for one in before
    )


def is_placed(context: Context, sentence: Sentence, figure: Figure) -> bool:
    """Whether a difference is to the place that a sentence puts its subject above: "Above East, with 14 more, is"."""
    match = PLACED.search(sentence.text[: figure.mark.start - sentence.start])
    return (
        match is not None
        and bool(JUST_MORE.match(sentence.text, figure.mark.end - sentence.start))
        and begins_with_place(context, sentence, match.start("place"))
    )


def is_than_place(context: Context, sentence: Sentence, figure: Figure) -> bool:
    at = figure.mark.end - sentence.start
    match = THAN.match(sentence.text, at)
    return match is not None and begins_with_place(context, sentence, match.end())


def begins_with_place(context: Context, sentence: Sentence, at: int) -> bool:
    """Whether the name of a place, or the label of a row, stands in a sentence at `at`."""
    labels = (row.label for table in context.tables for row in table.rows if len(row.label) > 2 and not row.is_total)
    return any(one.start == at for one in context.names.find(sentence.text)) or any(
        sentence.text.startswith(label, at) for label in labels
    )


def is_beyond_place(context: Context, sentence: Sentence, figure: Figure) -> bool:
    """Whether a number is how far a place is above or below another: "14 above Ashby"."""
    return bool(BEYOND.match(sentence.text, figure.mark.end - sentence.start)) and is_than_place(
        context, sentence, figure
    )


def is_of_time_before(sentence: Sentence, figure: Figure) -> bool:
    """Whether a change is one that came before the change that a sentence tells."""
    before, after = (
        sentence.text[: figure.mark.start - sentence.start],
        sentence.text[figure.mark.end - sentence.start :],
    )
    return bool(BEFORE_IT.search(before) or (HAVING.search(before) and YEAR_BEFORE.match(after)))


# "Each town saw a drop of between 8% and 13%": the ends of a range, and not one change.
BETWEEN_ENDS = re.compile(
    r"\bbetween\s+(?:about |around )?£?[\d.,]*\d(?:%| per cent)?(?: (?:percentage )?points?)?\s+"
    r"and\s+(?:about |around )?£?$",
    re.IGNORECASE,
)


def is_end_of_range(sentence: Sentence, figure: Figure) -> bool:
    """Whether a change is an end of a range: "between 8% and 13%"."""
    before = sentence.text[: figure.mark.start - sentence.start]
    return bool(BETWEEN_ENDS.search(before) or re.search(r"\bbetween\s+(?:about |around )?£?$", before))
