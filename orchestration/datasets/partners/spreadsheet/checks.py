"""What the rows of a return must satisfy when it comes back. All that is wrong is told at once, each thing once."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from orchestration.datasets.partners.spreadsheet.definitions import SYMBOLS, Asked, Return, symbols_in_words
from orchestration.datasets.partners.spreadsheet.lines import LABELS, Filled, Line
from orchestration.datasets.partners.spreadsheet.listed_periods import period_label, periods_to_choose, quarter_after
from orchestration.reading.periods import EXAMPLES, NAMES, QUARTER, Period, plain
from orchestration.releases.release import today
from orchestration.validation.cells import Problem, number_of_text

FROM_THE_LIST = "Choose it from the list."

OF_A_TOTAL = re.compile(r"\b(?:sub-?|grand )?totals?\b|\bsum\b", re.IGNORECASE)
# In some countries a point stands between thousands: 12.000 is twelve thousand.
WITH_POINTS = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+%?")

# A quarter without the year that it is counted in: Q2 is April to June, or July to September of a financial year.
OF_NO_YEAR = re.compile(r"\d{4}[ -]?q[1-4]|(?:q|quarter )[1-4] \d{4}")

# What people write where there is no figure, and what the return has for it.
SUPPRESSED = re.compile(r"<.*|\*+|\(?\[?c\]?\)?|.*\bsuppress.*|(?:less|fewer) than .*", re.IGNORECASE)
NONE = re.compile(r"nil|none|zero", re.IGNORECASE)
MISSING = re.compile(
    r"n\.?/?a\.?|[-–—.:?]+|tb[ac]|(?:un|not )known|not (?:available|applicable)|\(?\[?[xz]\]?\)?", re.IGNORECASE
)


def problems_of_lines(sheet: Filled, one: Return, released_on: date) -> Iterator[Problem]:
    """What is wrong in the rows of a return that is handed in on a day."""
    lines = [line for line in sheet.lines if not _is_of_no_figure(line)]
    yield from _rows_of_no_figure(sheet)
    yield from _labels(sheet, lines, one)
    listed = periods_to_choose(one.period_kind, released_on)
    yield from _periods(sheet, lines, listed)
    yield from _figures(sheet, lines)
    yield from _given_twice(sheet, lines)
    # Of a period that is not taken, only the period is told.
    known = [
        line if line.period is None or _is_taken(line.period, listed) else replace(line, period=None) for line in lines
    ]
    yield from _not_asked(sheet, known)
    yield from _rows_left_out(sheet, known, one)
    yield from _pages(sheet, lines)


def _is_of_no_figure(line: Line) -> bool:
    """Whether a row is a total, a note or anything else that is not of the return."""
    unknown = line.unknown
    if any(OF_A_TOTAL.search(line.texts[header]) for header in unknown):
        return True
    return len(unknown) == 3 or (len(unknown) == 2 and any(not line.texts[header] for header in unknown))


def _rows_of_no_figure(sheet: Filled) -> Iterator[Problem]:
    for line in sheet.lines:
        if _is_of_no_figure(line):
            first = next(header for header, text in line.texts.items() if text)
            is_total = any(OF_A_TOTAL.search(line.texts[header]) for header in line.unknown)
            what = "a row of a total" if is_total else "a row that is not of the return"
            yield Problem(
                "a row is of the return",
                sheet.place(line, first),
                f"{what} ({', '.join(text for text in line.texts.values() if text)})",
                "an area, a period and a measure from the lists in each row",
                "Take the row out: areas are added up here."
                if is_total
                else "Take the row out, or fill it in if it has a figure of the return.",
            )


def _once(sheet: Filled, lines: list[Line], header: str) -> Iterator[tuple[str, str, str]]:
    """Each text of a column once: its place, the text, and in how many more rows it stands."""
    rows: dict[str, list[Line]] = {}
    for line in lines:
        rows.setdefault(line.texts[header], []).append(line)
    for text, those in rows.items():
        more = len(those) - 1
        yield (
            sheet.place(those[0], header),
            text,
            f" (also in {more} more row{'s' if more > 1 else ''})" if more else "",
        )


def _labels(sheet: Filled, lines: list[Line], one: Return) -> Iterator[Problem]:
    expected = {
        "Area": f"one of {', '.join(one.areas)}",
        "Period": f"{NAMES[one.period_kind]} such as {EXAMPLES[one.period_kind]}",
        "Measure": f"one of {', '.join(asked.label for asked in one.asked)}",
    }
    for header in LABELS:
        name = header.lower()
        for place, text, more in _once(sheet, [line for line in lines if header in line.unknown], header):
            article = "an" if name == "area" else "a"
            found = f"the {name} {text!r}{more}" if text else f"no {name}{more}"
            yield Problem(f"{article} {name} is known", place, found, expected[header], FROM_THE_LIST)


def _is_taken(period: Period, listed: list[Period]) -> bool:
    return listed[-1].start <= period.start and period.end <= today()


def _periods(sheet: Filled, lines: list[Line], listed: list[Period]) -> Iterator[Problem]:
    means = {line.texts["Period"]: line.period for line in lines if line.period}
    spellings = Counter(means.values())
    for place, text, more in _once(sheet, [line for line in lines if line.period], "Period"):
        period = means[text]
        label = period_label(period)
        if period.end > today():
            yield Problem(
                "a period is over",
                place,
                f"the period {text!r}{more}, which ends on {_day(period.end)}",
                "a period that is over",
                "Leave it out until it is over.",
            )
        elif not _is_taken(period, listed):
            yield Problem(
                "a period is listed",
                place,
                f"the period {text!r}{more}",
                f"{period_label(listed[-1])}, the oldest that the return lists, or a later period",
                FROM_THE_LIST,
            )
        elif spellings[period] > 1 and text != label:
            yield Problem(
                "a period is spelt in one way",
                place,
                f"the period {text!r}{more}, which other rows spell differently",
                repr(label),
                FROM_THE_LIST,
            )
        elif period.kind == QUARTER and OF_NO_YEAR.fullmatch(plain(text)):
            after = period_label(quarter_after(period))
            yield Problem(
                "a quarter has its months",
                place,
                f"the quarter {text!r}{more}, taken as {label}",
                f"its months, such as {label}",
                f"If {after} is meant, write that in place of it, and hand the return in again.",
                blocks=False,
            )


def _not_asked(sheet: Filled, lines: list[Line]) -> Iterator[Problem]:
    for line in lines:
        if line.asked and line.period and not line.asked.is_asked_in(line.period):
            yield Problem(
                "a measure is asked for in its period",
                sheet.place(line, "Measure"),
                f"{line.asked.label} for {period_label(line.period)}",
                f"it only in periods {_when(line.asked)}",
                "Take the row out.",
            )


def _when(asked: Asked) -> str:
    """When a measure is asked for: `from 1 January 2026 on`."""
    words = [f"from {_day(asked.asked_from)} on"] if asked.asked_from else []
    return " and ".join([*words, *([f"until {_day(asked.asked_until)}"] if asked.asked_until else [])])


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _figures(sheet: Filled, lines: list[Line]) -> Iterator[Problem]:
    for line in lines:
        text = line.figure
        expected = line.asked.expected if line.asked else "a number"

        def problem(rule: str, found: str, expected: str, action: str, line: Line = line) -> Problem:
            return Problem(rule, sheet.place(line, "Figure"), found, expected, action)

        number = number_of_text(text)
        if not text:
            yield problem(
                "a figure is filled in",
                f"no figure ({line.named})",
                f"{expected}, or {symbols_in_words()}",
                "Fill the cell in. If there is no figure, say why with a symbol.",
            )
        elif number is None:
            if text not in SYMBOLS:
                yield problem(
                    "a figure is understood",
                    f"{text!r} ({line.named})",
                    f"{expected}, or {symbols_in_words()}",
                    _instead_of(text),
                )
        elif WITH_POINTS.fullmatch(text) and (line.is_text or (line.is_text is None and text.endswith("0"))):
            yield problem(
                "a figure is a number",
                f"the text {text!r} ({line.named}), which is {text.replace('.', ',')} in some countries",
                expected,
                "Write it as a number, without a point between thousands.",
            )
        elif line.asked and line.asked.may_be_a_hundredth(text, number):
            yield problem(
                "a percentage is not a part of one",
                f"{text!r} ({line.named})",
                f"{_times_100(number)}, or the text {text}% if it is less than one per cent",
                "Correct it.",
            )
        elif line.asked and not line.asked.takes(text, number):
            yield problem("a figure is what was asked for", f"{text!r} ({line.named})", expected, "Correct it.")


def _times_100(number: float) -> str:
    return f"{number * 100:.10g}"


def _instead_of(text: str) -> str:
    """What to write instead of a text that is neither a number nor a symbol."""
    if SUPPRESSED.fullmatch(text):
        return "Write [c] if the figure is suppressed."
    if NONE.fullmatch(text):
        return "Write 0 if there were none."
    if MISSING.fullmatch(text):
        return "Write 0 if there were none, [x] if the figure is not available, or [z] if it does not apply."
    return "Write the number alone, or a symbol as the instructions of the return say."


def _given_twice(sheet: Filled, lines: list[Line]) -> Iterator[Problem]:
    first: dict[tuple[str, str, str], Line] = {}
    for line in lines:
        if line.triple is None:
            continue
        other = first.setdefault(line.triple, line)
        if other is not line:
            yield Problem(
                "a figure stands once",
                sheet.place(line, "Figure"),
                f"a second figure for {line.named} ({line.figure})",
                f"one; the other is in {sheet.address(other, 'Figure')} ({other.figure})",
                "Keep the right one, and take the other row out.",
            )


def _rows_left_out(sheet: Filled, lines: list[Line], one: Return) -> Iterator[Problem]:
    """Measures without a row. A row with one wrong label may be the one that is looked for: only the label is told."""
    there = {line.triple for line in lines}
    almost = [line for line in lines if line.triple is None]
    last: dict[tuple[str, Period], Line] = {
        (line.area, line.period): line for line in lines if line.area and line.period
    }
    for (area, period), line in last.items():
        for asked in one.asked:
            wanted = (area, period.period_id, asked.measure_id)
            if not asked.is_asked_in(period) or wanted in there or any(_may_be(other, wanted) for other in almost):
                continue
            yield Problem(
                "every measure is there",
                sheet.place(line, "Measure"),
                f"no row for {asked.label} in {area}, {period_label(period)}",
                "a row for each measure that the return asks for",
                "Add the row. If there is no figure, say why with a symbol.",
            )


def _may_be(line: Line, wanted: tuple[str, str, str]) -> bool:
    """Whether the labels of a row that are known are those of a figure."""
    held = (line.area, line.period and line.period.period_id, line.asked and line.asked.measure_id)
    return all(label in (None, of) for label, of in zip(held, wanted, strict=True))


def _pages(sheet: Filled, lines: list[Line]) -> Iterator[Problem]:
    for line in lines:
        if (page := line.texts["Page"]) and not line.texts["Source document"]:
            yield Problem(
                "a page is of a document",
                sheet.place(line, "Page"),
                f"the page {page!r} of no document",
                "the title of the document in the column Source document",
                "Name the document, or leave the page out.",
            )
